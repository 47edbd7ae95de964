import { Button, Checkbox, NativeSelect, TextInput } from "@mantine/core";
import { IconPencil, IconSearch } from "@tabler/icons-react";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect, useState, type ReactNode } from "react";
import { api, ask, type Schemas } from "../api/client";
import { useSite } from "../app/data";
import { may, usePerson } from "../app/person";
import { Screen } from "../app/screen";
import { usePeopleBySlug, useTags } from "../editor/data";
import { dayAndTime } from "../editor/zone";
import { Chip } from "../parts/chip";
import { Empty, Shapes, Trouble } from "../parts/states";
import { Time } from "../parts/time";
import { useWords } from "../words/words";
import { Bulk } from "./bulk";
import classes from "./posts.module.css";
import { postsRoute, type PostsSearch } from "./routes";
import { postsWords } from "./words";

type Listed = Schemas["AdminPostFields"];

const searchAfter = 250; // ms without a further key
const rows = 30;

function usePosts(search: PostsSearch) {
  return useInfiniteQuery({
    queryKey: ["posts", search], initialPageParam: "", placeholderData: keepPreviousData,
    queryFn: ({ pageParam, signal }) => ask(api.GET("/api/v1/admin/posts", { params: { query: { limit: rows, ...search, ...(pageParam ? { cursor: pageParam } : {}) } }, signal })),
    getNextPageParam: (page) => page.page.next ?? undefined,
  });
}

export function Posts() {
  const say = useWords(postsWords);
  const search = useSearch({ from: postsRoute.id });
  const list = usePosts(search);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const all = list.data?.pages.flatMap(({ data }) => data) ?? [];
  const page = list.data?.pages[0]?.page;
  const mine = all.filter(({ id }) => chosen.has(id));
  const filtered = Object.keys(search).some((name) => name !== "sort");
  useEffect(() => setChosen(new Set()), [search]);

  const toggle = (id: string) => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    setChosen(next);
  };
  return (
    <Screen title={say.title} action={<Button component={Link} to="/posts/new" leftSection={<IconPencil size={20} stroke={1.75} aria-hidden="true" />}>{say.write}</Button>}>
      <Filters search={search} />
      {list.isPending && <Shapes lines={9} />}
      {list.error && <Trouble error={list.error} again={() => void list.refetch()} />}
      {list.data && all.length === 0 && (
        filtered
          ? <Empty level="all" title={search.q ? say.nothing(search.q) : say.noneLike}><Button component={Link} to="/posts" variant="default">{say.clear}</Button></Empty>
          : <Empty title={say.none}><Button component={Link} to="/posts/new" variant="default">{say.write}</Button></Empty>
      )}
      {all.length > 0 && (
        <div aria-busy={list.isPlaceholderData}>
          <div className={classes["top"]}>
            <Checkbox
              size="md" aria-label={say.chooseAll} checked={mine.length === all.length} indeterminate={mine.length > 0 && mine.length < all.length}
              onChange={() => setChosen(mine.length === all.length ? new Set() : new Set(all.map(({ id }) => id)))}
            />
            {mine.length > 0 ? <Bulk posts={mine} done={() => setChosen(new Set())} /> : <p className="meta" role="status">{say.found(page?.total ?? all.length, page?.total_capped ?? false)}</p>}
          </div>
          <ul role="list" className={classes["list"]} aria-label={say.title}>
            {all.map((post) => <Row key={post.id} post={post} chosen={chosen.has(post.id)} toggle={() => toggle(post.id)} />)}
          </ul>
          {list.hasNextPage && <Button className={classes["more"] ?? ""} variant="default" disabled={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>{say.more}</Button>}
        </div>
      )}
    </Screen>
  );
}

function Row({ post, chosen, toggle }: { post: Listed; chosen: boolean; toggle(): void }) {
  const say = useWords(postsWords);
  const zone = useSite().data?.timezone ?? "UTC";
  const out = post.status === "published" || post.status === "archived";
  return (
    <li className={classes["row"]} data-chosen={chosen || undefined}>
      <Checkbox size="md" className={classes["check"] ?? ""} aria-label={say.choose(post.title || say.untitled)} checked={chosen} onChange={toggle} />
      <div className={classes["name"]}>
        <Link to="/posts/$id" params={{ id: post.id }}>{post.title || say.untitled}</Link>
        <p className={classes["about"]}>
          {[post.type === "page" ? say.page : "", post.authors.map(({ name }) => name).join(", "), post.tags.map(({ name }) => name).join(", "), post.featured ? say.featured : ""].filter(Boolean).join(" · ")}
        </p>
      </div>
      <Chip status={post.status} />
      <p className={classes["when"]}>
        {post.status === "scheduled" && post.published_at ? dayAndTime(post.published_at, zone) : out && post.published_at ? <Time at={post.published_at} /> : <Time at={post.updated_at} />}
      </p>
      <p className={classes["comments"]}>{post.comment_count > 0 && <Link to="/comments" search={{ post: post.id, status: "all" }}>{say.comments(post.comment_count)}</Link>}</p>
    </li>
  );
}

function Filters({ search }: { search: PostsSearch }) {
  const say = useWords(postsWords);
  const navigate = useNavigate();
  const person = usePerson();
  const tags = useTags().data ?? [];
  const people = usePeopleBySlug();
  const [words, setWords] = useState(search.q ?? "");
  useEffect(() => setWords(search.q ?? ""), [search.q]);
  const go = (part: { [name in keyof PostsSearch]?: string | undefined }) => {
    const next = Object.fromEntries(Object.entries({ ...search, ...part }).filter(([, value]) => value)) as PostsSearch;
    void navigate({ to: "/posts", search: next, replace: "q" in part });
  };
  useEffect(() => {
    if (words.trim() === (search.q ?? "")) return;
    const timer = setTimeout(() => go({ q: words.trim() }), searchAfter);
    return () => clearTimeout(timer);
  }, [words]);

  const statuses: [PostsSearch["status"], string][] = [[undefined, say.all], ["draft", say.drafts], ["scheduled", say.scheduled], ["published", say.published], ["archived", say.archived]];
  const select = (name: keyof PostsSearch, label: string, none: string, options: { value: string; label: string }[]): ReactNode => (
    <NativeSelect size="sm" aria-label={label} value={search[name] ?? ""} data={[{ value: "", label: none }, ...options]} onChange={(event) => go({ [name]: event.currentTarget.value })} />
  );
  return (
    <div className={classes["filters"]}>
      <nav className={classes["tabs"]} aria-label={say.status}>
        {statuses.map(([status, name]) => {
          const { status: _was, ...rest } = search;
          return <Link key={name} to="/posts" search={status ? { ...rest, status } : rest} aria-current={search.status === status ? "page" : undefined}>{name}</Link>;
        })}
      </nav>
      <div className={classes["fine"]} role="search" aria-label={say.filters}>
        <TextInput size="sm" type="search" className={classes["search"] ?? ""} aria-label={say.search} placeholder={say.search} leftSection={<IconSearch size={18} stroke={1.75} aria-hidden="true" />} value={words} onChange={(event) => setWords(event.currentTarget.value)} />
        {select("type", say.type, say.anyType, [{ value: "post", label: say.posts }, { value: "page", label: say.pages }])}
        {tags.length > 0 && select("tag", say.tag, say.anyTag, tags.map(({ slug, name }) => ({ value: slug, label: name })))}
        {may.edit(person.role) && people.length > 1 && select("author", say.author, say.anyAuthor, people.map(({ slug, name }) => ({ value: slug, label: name })))}
        {select("sort", say.sort, say.sorts["-updated_at"] ?? "", Object.entries(say.sorts).filter(([value]) => value !== "-updated_at").map(([value, label]) => ({ value, label })))}
      </div>
    </div>
  );
}
