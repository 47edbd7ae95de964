import { Button, TextInput } from "@mantine/core";
import { IconEyeOff, IconPlus, IconSearch } from "@tabler/icons-react";
import { Link, Outlet, useNavigate, useSearch } from "@tanstack/react-router";
import { NothingHere } from "../app/nothing";
import { may, usePerson } from "../app/person";
import { Screen } from "../app/screen";
import { Dial, levelWords } from "../parts/dial";
import { Empty, Shapes, Trouble } from "../parts/states";
import { useWords } from "../words/words";
import { useTags } from "./data";
import classes from "./tags.module.css";
import { tagsWords } from "./words";

/** Every tag by name. One of them, or a new one, lies over the list at an address of its own. */
export function Tags() {
  const say = useWords(tagsWords);
  const levels = useWords(levelWords);
  const tags = useTags();
  const navigate = useNavigate();
  const { q = "" } = useSearch({ from: "/frame/tags" });
  if (!may.edit(usePerson().role)) return <NothingHere />;
  const wanted = q.trim().toLocaleLowerCase();
  const found = tags.data?.filter((tag) => tag.name.toLocaleLowerCase().includes(wanted) || tag.slug.includes(wanted)) ?? [];
  const search = q ? { q } : {};
  return (
    <Screen title={say.title} action={<Button renderRoot={(props) => <Link to="/tags/new" search={search} {...props} />} leftSection={<IconPlus size={20} stroke={1.75} aria-hidden="true" />}>{say.make}</Button>}>
      {tags.data && tags.data.length > 0 && (
        <TextInput
          className={classes["search"]} type="search" aria-label={say.search} placeholder={say.search} value={q} size="md" leftSection={<IconSearch size={20} stroke={1.75} aria-hidden="true" />}
          onChange={(event) => { const next = event.currentTarget.value; void navigate({ to: "/tags", search: next ? { q: next } : {}, replace: true }); }}
        />
      )}
      {tags.error && !tags.data ? <Trouble error={tags.error} again={() => void tags.refetch()} /> : !tags.data ? <Shapes /> : tags.data.length === 0 ? <Empty title={say.none} /> : found.length === 0 ? <Empty title={say.nothing(q)} /> : (
        <ul role="list" className={`card ${classes["list"]}`}>
          {found.map((tag) => (
            <li key={tag.id}>
              <Link to="/tags/$tag" params={{ tag: tag.id }} search={search}>
                <span className={classes["name"]}>
                  <b>{tag.name}</b>
                  {tag.internal && <span className={classes["mark"]} title={say.internalHint}><IconEyeOff size={15} stroke={2} aria-hidden="true" />{say.internal}</span>}
                  {tag.comments && <span className={classes["mark"]}><Dial level={tag.comments} size={18} />{levels[tag.comments].name}</span>}
                  {tag.description && <span className={classes["about"]}>{tag.description}</span>}
                </span>
                <span className={classes["count"]}>{tag.post_count === 0 ? say.noPosts : say.posts(tag.post_count)}</span>
              </Link>
            </li>
          ))}
        </ul>
      )}
      <Outlet />
    </Screen>
  );
}
