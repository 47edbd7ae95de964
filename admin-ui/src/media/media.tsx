import { Button, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { may, usePerson } from "../app/person";
import { Screen } from "../app/screen";
import { frameWords } from "../app/words";
import { Empty } from "../parts/states";
import { useWords } from "../words/words";
import type { MediaFilter } from "./data";
import { FileButton, FilesFromAnywhere } from "./files";
import { Grid } from "./grid";
import { UploadList } from "./list";
import classes from "./media.module.css";
import { OnePicture } from "./one";
import { mediaRoute, type MediaSearch } from "./routes";
import { uploads } from "./uploads";
import { mediaWords } from "./words";

/** All pictures: seen, found, uploaded, and one of them opened. */
export function MediaRoom() {
  const rooms = useWords(frameWords);
  const { role } = usePerson();
  if (!may.write(role)) return <Empty level="closed" title={rooms.notYours}><Link to="/">{rooms.toHome}</Link></Empty>;
  return <Room />;
}

function Room() {
  const say = useWords(mediaWords);
  const rooms = useWords(frameWords);
  const person = usePerson();
  const search = mediaRoute.useSearch();
  const navigate = mediaRoute.useNavigate();
  const [total, setTotal] = useState<number>();
  const show = (next: MediaSearch) => void navigate({ search: next, replace: true, resetScroll: false });

  const [typed, setTyped] = useState(search.q ?? "");
  const [settled] = useDebouncedValue(typed.trim(), 250);
  const { q, ...rest } = search;
  useEffect(() => {
    if (settled !== (q ?? "")) show({ ...rest, ...(settled ? { q: settled } : {}) });
  }, [settled]);
  useEffect(() => {
    if ((q ?? "") !== typed.trim()) setTyped(q ?? ""); // by the way back, or a link
  }, [q]);

  const filter: MediaFilter = { q, unused: search.unused, uploader: search.mine && person.id };
  const close = () => {
    const { id, ...others } = search;
    void navigate({ search: others, resetScroll: false }).then(() => {
      const back = document.querySelector<HTMLElement>(`[data-media="${CSS.escape(id ?? "")}"]`) ?? document.getElementById("main");
      back?.focus();
    });
  };
  const add = (files: File[]) => void uploads.add(files);
  const filtered = search.unused || search.mine || q;
  return (
    <Screen title={rooms.media} action={<FileButton onFiles={add}>{say.upload}</FileButton>}>
      <div className={classes["bar"]} role="search">
        <TextInput
          size="md" type="search" aria-label={say.search} placeholder={say.search} leftSection={<IconSearch size={18} stroke={1.75} aria-hidden="true" />} value={typed} maxLength={200}
          onChange={({ currentTarget }) => setTyped(currentTarget.value)}
        />
        <div className={classes["filters"]} role="group" aria-label={say.filter}>
          <button type="button" aria-pressed={search.unused ?? false} onClick={() => { const { unused, ...others } = search; show(unused ? others : { ...others, unused: true }); }}>{say.unused}</button>
          {person.role !== "author" && (
            <button type="button" aria-pressed={search.mine ?? false} onClick={() => { const { mine, ...others } = search; show(mine ? others : { ...others, mine: true }); }}>{say.mine}</button>
          )}
        </div>
        <p className={classes["total"]} role="status">{total !== undefined && say.count(total)}</p>
      </div>
      <Grid
        filter={filter} count={setTotal}
        tile={(media, content) => <Link to="/media" search={{ ...search, id: media.id }} resetScroll={false} className={classes["tile"]} data-media={media.id}>{content}</Link>}
        empty={
          filtered ? (
            <Empty title={q ? say.nothing(q) : search.unused ? say.allUsed : say.noneOfMine}><Button variant="default" onClick={() => show({})}>{say.reset}</Button></Empty>
          ) : (
            <Empty title={say.emptyTitle}><p>{say.emptyText} {say.formats}.</p></Empty>
          )
        }
      />
      <UploadList
        floating
        next={(media) => media.alt === "" && <Button variant="default" size="xs" renderRoot={(props) => <Link {...props} to="/media" search={{ ...search, id: media.id }} resetScroll={false} />}>{say.describe}</Button>}
      />
      <FilesFromAnywhere onFiles={add} off={search.id !== undefined} />
      {search.id !== undefined && <OnePicture key={search.id} id={search.id} onClose={close} />}
    </Screen>
  );
}
