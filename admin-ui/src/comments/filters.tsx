import { ActionIcon, Button, Drawer, Popover, Radio, Select, Stack, Switch, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconAdjustmentsHorizontal, IconSearch, IconX } from "@tabler/icons-react";
import { Link, useNavigate } from "@tanstack/react-router";
import { useEffect, useState, type Ref } from "react";
import { Count, statusWords } from "../parts/chip";
import { useWords } from "../words/words";
import { usePostChoice, type Comment } from "./data";
import classes from "./filters.module.css";
import { filterOf, type Filter, type Search } from "./search";
import { commentWords } from "./words";

const tabs = ["all", undefined, "approved", "spam", "trash"] as const;

/** Another filter in the address; the open comment is another one then, or none. */
function useFilter(search: Search) {
  const navigate = useNavigate();
  return (change: (filter: Filter) => Filter, replace = false) =>
    void navigate({ to: "/comments", search: { ...change(filterOf(search)), ...(search.view && { view: search.view }) }, replace, resetScroll: false });
}

function without(filter: Filter, ...names: (keyof Filter)[]): Filter {
  const rest = { ...filter };
  for (const name of names) delete rest[name];
  return rest;
}

const typingPause = 250; // ms

/** Searches names and words while she types. */
export function Find({ search, field, autoFocus }: { search: Search; field: Ref<HTMLInputElement>; autoFocus?: boolean }) {
  const say = useWords(commentWords);
  const set = useFilter(search);
  const [text, setText] = useState(search.q ?? "");
  const [settled] = useDebouncedValue(text, typingPause);
  useEffect(() => {
    if (settled === text && settled.trim() !== (search.q ?? "")) set((old) => ({ ...without(old, "q"), ...(settled.trim() && { q: settled.trim() }) }), true);
  }, [settled]);
  useEffect(() => {
    if ((search.q ?? "") !== text.trim()) setText(search.q ?? "");
  }, [search.q]);
  return (
    <TextInput ref={field} className={classes["find"] ?? ""} type="search" size="sm" aria-label={say.search} placeholder={say.searchHint} autoFocus={autoFocus ?? false} maxLength={254} leftSection={<IconSearch size={16} stroke={2} aria-hidden="true" />}
      value={text} onChange={(event) => setText(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        setText("");
        event.currentTarget.blur();
      }} />
  );
}

/** The statuses. */
export function Tabs({ search, held }: { search: Search; held: number }) {
  const say = useWords(commentWords);
  const statuses = useWords(statusWords);
  return (
    <nav className={classes["tabs"]} aria-label={say.filters}>
      {tabs.map((status) => (
        <Link key={status ?? "held"} to="/comments" search={{ ...without(filterOf(search), "status"), ...(status && { status }), ...(search.view && { view: search.view }) }} resetScroll={false} activeOptions={{ exact: true, includeSearch: true }} aria-current={search.status === status || undefined}>
          {status === "all" ? say.all : statuses[status ?? "pending"]}
          {status === undefined && held > 0 && <Count n={held} />}
        </Link>
      ))}
    </nav>
  );
}

function Form({ search }: { search: Search }) {
  const say = useWords(commentWords);
  const set = useFilter(search);
  const [words, setWords] = useState("");
  const [settled] = useDebouncedValue(words, typingPause);
  const posts = usePostChoice(settled.trim(), true).data ?? [];
  const flag = (name: "unanswered" | "reported", on: boolean) => set((old) => ({ ...without(old, name), ...(on && { [name]: true }) }));
  return (
    <Stack gap="md">
      <Switch label={say.unanswered} checked={search.unanswered ?? false} onChange={(event) => flag("unanswered", event.currentTarget.checked)} />
      <Switch label={say.reported} checked={search.reported ?? false} onChange={(event) => flag("reported", event.currentTarget.checked)} />
      <Select label={say.post} placeholder={say.anyPost} searchable clearable size="sm" value={search.post ?? null} nothingFoundMessage={say.noSuchPost} data={posts.map(({ id, title }) => ({ value: id, label: title }))}
        filter={({ options }) => options} onSearchChange={setWords} comboboxProps={{ withinPortal: false }} onChange={(id) => set((old) => ({ ...without(old, "post"), ...(id && { post: id }) }))} />
      <Radio.Group label={say.order} value={search.oldest ? "oldest" : "newest"} onChange={(order) => set((old) => ({ ...without(old, "oldest"), ...(order === "oldest" && { oldest: true as const }) }))}>
        <Stack gap="xs" mt="xs"><Radio value="newest" label={say.newest} /><Radio value="oldest" label={say.oldest} /></Stack>
      </Radio.Group>
    </Stack>
  );
}

/** Unanswered, reported, post, order. */
export function MoreFilters({ search }: { search: Search }) {
  const say = useWords(commentWords);
  return (
    <Popover position="bottom-end" width={300} trapFocus>
      <Popover.Target><ActionIcon variant="default" size={40} aria-label={say.moreFilters}><IconAdjustmentsHorizontal size={20} stroke={1.75} aria-hidden="true" /></ActionIcon></Popover.Target>
      <Popover.Dropdown aria-label={say.moreFilters}><Form search={search} /></Popover.Dropdown>
    </Popover>
  );
}

/** The same on a phone, with the statuses, in a sheet from below. */
export function FilterSheet({ search, opened, onClose }: { search: Search; opened: boolean; onClose(): void }) {
  const say = useWords(commentWords);
  const statuses = useWords(statusWords);
  const set = useFilter(search);
  return (
    <Drawer opened={opened} onClose={onClose} title={say.filter} position="bottom" classNames={{ content: classes["sheet"] ?? "" }} closeButtonProps={{ "aria-label": say.close }}>
      <Stack gap="lg">
        <Radio.Group aria-label={say.filters} value={search.status ?? "held"} onChange={(status) => set((old) => ({ ...without(old, "status"), ...(status !== "held" && { status: status as NonNullable<Filter["status"]> }) }))}>
          <div className={classes["statuses"]}>
            {tabs.map((status) => <Radio key={status ?? "held"} value={status ?? "held"} label={status === "all" ? say.all : statuses[status ?? "pending"]} />)}
          </div>
        </Radio.Group>
        <Form search={search} />
        <Button onClick={onClose}>{say.showResults}</Button>
      </Stack>
    </Drawer>
  );
}

/** What narrows the list, each to be taken away. */
export function Narrowed({ search, rows }: { search: Search; rows: readonly Comment[] }) {
  const say = useWords(commentWords).narrowed;
  const { without: withoutWords } = useWords(commentWords);
  const set = useFilter(search);
  const named = (id: string | undefined) => rows.find((c) => c.id === id)?.author.name;
  const chips: [keyof Filter, string][] = [];
  if (search.unanswered) chips.push(["unanswered", say.unanswered]);
  if (search.reported) chips.push(["reported", say.reported]);
  if (search.post) {
    const title = rows.find((c) => c.post.id === search.post)?.post.title;
    chips.push(["post", title ? say.post(title) : say.onePost]);
  }
  if (search.commenter) {
    const name = rows.find((c) => c.commenter?.id === search.commenter)?.author.name;
    chips.push(["commenter", name ? say.commenter(name) : say.oneReader]);
  }
  if (search.address_of) chips.push(["address_of", named(search.address_of) ? say.address(named(search.address_of) ?? "") : say.oneAddress]);
  if (search.text_of) chips.push(["text_of", named(search.text_of) ? say.text(named(search.text_of) ?? "") : say.oneText]);
  if (search.links_to) chips.push(["links_to", say.links(search.links_to)]);
  if (chips.length === 0) return null;
  return (
    <ul className={classes["chips"]} role="list">
      {chips.map(([name, text]) => (
        <li key={name}><button type="button" aria-label={withoutWords(text)} onClick={() => set((old) => without(old, name))}><span>{text}</span><IconX size={16} stroke={2} aria-hidden="true" /></button></li>
      ))}
    </ul>
  );
}
