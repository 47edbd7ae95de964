import { ActionIcon, Button, Menu, NativeSelect, TextInput } from "@mantine/core";
import { IconBan, IconDots, IconMessages, IconRosetteDiscountCheck, IconSearch, IconShieldX, IconTrash } from "@tabler/icons-react";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useEffect, useState, type ReactNode } from "react";
import { Problem } from "../api/problem";
import { NotYours } from "../app/nothing";
import { may, usePerson } from "../app/person";
import { Screen } from "../app/screen";
import { StateChip } from "../parts/chip";
import { Face } from "../parts/face";
import { More } from "../parts/more";
import { Empty, sentence, Shapes, Trouble } from "../parts/states";
import { Time } from "../parts/time";
import { toast } from "../parts/toasts";
import { useWords, wordsOf } from "../words/words";
import { Back } from "./back";
import { reader, readersChanged, useReader, useReaders, type Reader, type ReaderFilter } from "./data";
import classes from "./people.module.css";
import { Tabs } from "./tabs";
import { peopleWords } from "./words";

function ForModerators({ children }: { children: ReactNode }) {
  const say = useWords(peopleWords);
  if (!may.moderateAll(usePerson().role)) return <NotYours />;
  return <Screen title={say.title}><Tabs />{children}</Screen>;
}

/** Who has commented. */
export function Readers() {
  return <ForModerators><List /></ForModerators>;
}

/** One reader at her own address. */
export function OneReader() {
  const { id } = useParams({ from: "/frame/people/readers/$id" });
  return <ForModerators><div className={classes["column"]}><Back to="/people/readers" /><One id={id} /></div></ForModerators>;
}

function One({ id }: { id: string }) {
  const say = useWords(peopleWords);
  const found = useReader(id);
  if (found.data) return <ul role="list" className={`card ${classes["list"]}`}><Row reader={found.data} /></ul>;
  if (found.isError) return found.error instanceof Problem && found.error.status === 404 ? <Empty level="closed" title={say.gone} /> : <Trouble error={found.error} again={() => void found.refetch()} />;
  return <Shapes lines={2} />;
}

function List() {
  const say = useWords(peopleWords);
  const filter = useSearch({ from: "/frame/people/readers" });
  const navigate = useNavigate();
  const list = useReaders(filter);
  const [typed, setTyped] = useState(filter.q ?? "");
  const go = ({ q, show }: ReaderFilter) => void navigate({ to: "/people/readers", search: { ...(q && { q }), ...(show && { show }) }, replace: true });
  useEffect(() => setTyped(filter.q ?? ""), [filter.q]);
  useEffect(() => {
    const wanted = typed.trim();
    if (wanted === (filter.q ?? "")) return;
    const timer = setTimeout(() => go({ ...filter, q: wanted }), 250); // ms after the last key
    return () => clearTimeout(timer);
  }, [typed]);
  const readers = list.data?.pages.flatMap(({ data }) => data ?? []);
  return (
    <>
      <div className={classes["filters"]} role="search">
        <TextInput label={say.search} placeholder={say.searchHint} type="search" size="md" autoComplete="off" value={typed} leftSection={<IconSearch size={16} stroke={2} aria-hidden="true" />} onChange={(event) => setTyped(event.currentTarget.value)} />
        <NativeSelect
          label={say.show} size="md" value={filter.show ?? ""} data={[{ value: "", label: say.all }, { value: "blocked", label: say.blockedOnly }, { value: "trusted", label: say.trustedOnly }]}
          onChange={({ currentTarget: { value } }) => go({ ...(filter.q && { q: filter.q }), ...(value === "blocked" || value === "trusted" ? { show: value } : {}) })}
        />
      </div>
      <div className={classes["column"]}>
        {list.isError && !readers ? <Trouble error={list.error} again={() => void list.refetch()} />
          : !readers ? <Shapes lines={6} />
          : readers.length === 0 ? <Empty title={filter.q ? say.nothingFound(filter.q) : filter.show === "blocked" ? say.noBlocked : filter.show === "trusted" ? say.noTrusted : say.noReaders} />
          : <ul role="list" className={`card ${classes["list"]}`} aria-label={say.readers}>{readers.map((one) => <Row key={one.id} reader={one} />)}</ul>}
      </div>
      <More of={list} />
    </>
  );
}

/** Does something with a reader and says so; `undo` is what takes it back. */
async function act<T>(name: string, what: () => Promise<T>, done: (answer: T) => { text: string; undo?: (() => Promise<unknown>) | undefined }): Promise<void> {
  try {
    const { text, undo } = done(await what());
    toast({ text, ...(undo && { undo: () => void act(name, undo, () => ({ text: wordsOf(peopleWords).undone(name) })) }) });
  } catch (error) {
    toast({ text: sentence(error), tone: "trouble" });
  }
  readersChanged();
}

function Row({ reader: { id, name, email, email_confirmed: confirmed, approved, rejected, blocked_at: blocked, trusted_at: trusted, created_at: since } }: { reader: Reader }) {
  const say = useWords(peopleWords);
  const undoBoth = (action: string | null, back: () => Promise<unknown>) => async () => {
    await back();
    if (action) await reader.undo(action);
  };
  const block = (comments?: "spam") => act(name, () => reader.block(id, comments), ({ removed, action_id }) => ({
    text: say.wasBlocked(name, removed),
    undo: undoBoth(action_id, async () => {
      await reader.unblock(id);
      if (trusted) await reader.trust(id); // whoever is blocked is trusted no more
    }),
  }));
  const unblock = () => act(name, () => reader.unblock(id), () => ({ text: say.wasUnblocked(name), undo: () => reader.block(id) }));
  const trust = () => act(name, () => reader.trust(id), () => ({
    text: say.wasTrusted(name), undo: () => blocked ? reader.block(id) : reader.distrust(id),
  }));
  const distrust = () => act(name, () => reader.distrust(id), () => ({ text: say.wasDistrusted(name), undo: () => reader.trust(id) }));
  const remove = (status: "spam" | "trash") => act(name, () => reader.remove(id, status), ({ data, action_id }) => ({
    text: say.moved(name, data.length, status === "trash"), undo: action_id ? () => reader.undo(action_id) : undefined,
  }));
  return (
    <li className={classes["reader"]}>
      <Face name={name} />
      <div className={classes["readerText"]}>
        <div className={classes["readerHead"]}>
          <span>
            <b>{name}</b>
            {blocked && <StateChip icon={IconBan} tone="spam">{say.blocked}</StateChip>}
            {trusted && <StateChip icon={IconRosetteDiscountCheck} tone="approved">{say.trusted}</StateChip>}
          </span>
          <Menu position="bottom-end" width={270}>
            <Menu.Target><ActionIcon variant="default" size={34} aria-label={say.more(name)}><IconDots size={20} stroke={1.75} aria-hidden="true" /></ActionIcon></Menu.Target>
            <Menu.Dropdown>
              {!blocked && <Menu.Item leftSection={<IconBan size={16} stroke={2} aria-hidden="true" />} onClick={() => void block("spam")}>{say.blockToo}</Menu.Item>}
              <Menu.Item leftSection={<IconShieldX size={16} stroke={2} aria-hidden="true" />} onClick={() => void remove("spam")}>{say.toSpam}</Menu.Item>
              <Menu.Item leftSection={<IconTrash size={16} stroke={2} aria-hidden="true" />} onClick={() => void remove("trash")}>{say.toTrash}</Menu.Item>
            </Menu.Dropdown>
          </Menu>
        </div>
        <p>
          {email && <>{email} ({confirmed ? say.confirmed : say.typed}) · </>}
          {say.approved(approved)} · {say.rejected(rejected)} · {say.since} <Time at={since} />
        </p>
        <div className={classes["acts"]}>
          <Button renderRoot={(props) => <Link {...props} to="/comments" search={{ commenter: id, status: "all" }} />} variant="default" size="xs" aria-label={say.commentsOf(name)} leftSection={<IconMessages size={16} stroke={2} aria-hidden="true" />}>{say.comments}</Button>
          <Button variant="default" size="xs" onClick={() => void (trusted ? distrust() : trust())}>{trusted ? say.distrust : say.trust}</Button>
          <Button variant="default" size="xs" onClick={() => void (blocked ? unblock() : block())}>{blocked ? say.unblock : say.block}</Button>
        </div>
      </div>
    </li>
  );
}
