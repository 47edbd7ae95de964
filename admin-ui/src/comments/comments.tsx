import { ActionIcon, Button, Drawer } from "@mantine/core";
import { useElementSize, useMediaQuery } from "@mantine/hooks";
import { IconAdjustmentsHorizontal, IconArrowLeft, IconCards, IconCircleCheck, IconList, IconSearch, IconShieldX, IconTrash } from "@tabler/icons-react";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect, useMemo, useRef, useState, type ReactNode } from "react";
import { useHeld } from "../app/data";
import { useTitle } from "../app/head";
import { Count, Key, statusWords } from "../parts/chip";
import { isTyping } from "../parts/keys";
import { Empty, Shapes, Trouble } from "../parts/states";
import { longTime, minute } from "../parts/time";
import { currentLanguage, number, useWords } from "../words/words";
import { decide, decideMany, erase, onReturn, undoLast } from "./actions";
import { Bar, type Doing } from "./bar";
import classes from "./comments.module.css";
import { Composer } from "./composer";
import { useComment, useComments, useLastComment } from "./data";
import { Card } from "./deck";
import { Detail } from "./detail";
import { type DraftKind } from "./drafts";
import { FilterSheet, Find, MoreFilters, Narrowed, Tabs } from "./filters";
import { Help } from "./help";
import { News, Rows } from "./list";
import { bulkFilterOf, filterOf, isNarrow, statusOf, type Filter, type Search, type Status } from "./search";
import { atLeast, commentWords } from "./words";

const nobody: ReadonlySet<string> = new Set();

/** Keeps messages above what stands at the foot of this screen. */
function useFoot(height: number) {
  useEffect(() => {
    document.documentElement.style.setProperty("--foot", `${height}px`);
    return () => {
      document.documentElement.style.removeProperty("--foot");
    };
  }, [height]);
}

/** Says what an empty list means, and what to do. */
function Nothing({ search, filter }: { search: Search; filter: Filter }) {
  const say = useWords(commentWords).empty;
  const isHeld = statusOf(filter) === "pending" && !isNarrow(filter);
  const last = useLastComment(isHeld || filter.status === "all").data;
  const all = <Button variant="default" renderRoot={(props) => <Link to="/comments" search={{ status: "all", ...(search.view && { view: search.view }) }} {...props} />}>{say.showAll}</Button>;
  if (filter.q) return <Empty level="newcomers" title={say.search(filter.q)}><p>{say.searchText}</p>{all}</Empty>;
  if (isNarrow(filter)) return <Empty level="newcomers" title={say.narrow}><p>{say.narrowText}</p>{all}</Empty>;
  if (filter.status === "approved") return <Empty level="newcomers" title={say.approved}><p>{say.approvedText}</p></Empty>;
  if (filter.status === "spam") return <Empty level="newcomers" title={say.spam}><p>{say.spamText}</p></Empty>;
  if (filter.status === "trash") return <Empty level="newcomers" title={say.trash}><p>{say.trashText}</p></Empty>;
  if (last === undefined) return <Empty level="newcomers" title={say.held} />;
  if (last === null) return <Empty level="newcomers" title={say.first}><p>{say.firstText}</p></Empty>;
  return <Empty level="newcomers" title={say.heldSince(daysAgo(last))}><Button variant="default" renderRoot={(props) => <Link to="/comments" search={{ status: "approved" }} {...props} />}>{say.showApproved}</Button></Empty>;
}

/** today, yesterday, 3 days ago; or the date. */
function daysAgo(at: string): string {
  const days = Math.round((new Date().setHours(0, 0, 0, 0) - new Date(at).setHours(0, 0, 0, 0)) / (24 * 60 * minute));
  if (days < 8) return new Intl.RelativeTimeFormat(currentLanguage(), { numeric: "auto" }).format(-days, "day");
  return longTime(at);
}

/** What is done with many at once. */
function Selection({ count, total, everything, capped, onAll, onClear, onDecide }: {
  count: number; total: number; everything: boolean; capped: boolean; onAll(): void; onClear(): void; onDecide(status: Status): void;
}) {
  const say = useWords(commentWords);
  const all = atLeast(Math.min(total, 1000), capped || total > 1000);
  return (
    <div className={classes["selection"]} role="region" aria-label={say.selectedCount(everything ? all : number(count))}>
      <p role="status"><b>{say.selectedCount(everything ? all : number(count))}</b>{everything && (capped || total > 1000) && <span className="meta"> {say.onlyThousand}</span>}</p>
      {!everything && (total > count || capped) && <Button variant="subtle" size="xs" onClick={onAll}>{say.selectAll(all)}</Button>}
      <Button variant="subtle" size="xs" onClick={onClear}>{say.clear}</Button>
      <div className={classes["many"]}>
        <Button size="xs" leftSection={<IconCircleCheck size={16} stroke={2} aria-hidden="true" />} onClick={() => onDecide("approved")}>{say.approve}</Button>
        <Button size="xs" variant="default" leftSection={<IconShieldX size={16} stroke={2} aria-hidden="true" />} onClick={() => onDecide("spam")}>{say.spam}</Button>
        <Button size="xs" variant="default" leftSection={<IconTrash size={16} stroke={2} aria-hidden="true" />} onClick={() => onDecide("trash")}>{say.trash}</Button>
      </div>
    </div>
  );
}

/** The queue: list and comment beside each other, or on a phone one card after the other. */
export function Comments() {
  const say = useWords(commentWords);
  const statuses = useWords(statusWords);
  const search = useSearch({ from: "/frame/comments" });
  const navigate = useNavigate();
  const isPhone = useMediaQuery("(max-width: 47.99em)", undefined, { getInitialValueInEffect: false });
  const filterName = JSON.stringify(filterOf(search));
  const filter = useMemo<Filter>(() => filterOf(search), [filterName]);
  const { list, rows, total, capped } = useComments(filter);
  const held = useHeld().data ?? 0;
  const status = statusOf(filter);
  const isDeck = isPhone && status === "pending" && search.view !== "list" && !filter.q;

  const openId = search.id ?? (isPhone && !isDeck ? undefined : rows[0]?.id);
  const row = rows.find(({ id }) => id === openId);
  const one = useComment(openId, row, list.dataUpdatedAt);
  const comment = one.comment;
  const at = rows.findIndex(({ id }) => id === openId);

  const [selected, setSelected] = useState<ReadonlySet<string>>(nobody);
  const [everything, setEverything] = useState(false);
  const [focusId, setFocusId] = useState<string | null>(null);
  const [composing, setComposing] = useState<{ kind: DraftKind; id: string } | null>(null);
  const [helping, setHelping] = useState(false);
  const [filtering, setFiltering] = useState(false);
  const [searching, setSearching] = useState(false);
  const findField = useRef<HTMLInputElement>(null);
  const reading = useRef<HTMLDivElement>(null);
  const lastTicked = useRef<string>(undefined);

  useTitle(status === undefined ? say.title : statuses[status]);
  const foot = useElementSize();
  useFoot(isPhone ? Math.max(openId !== undefined ? 136 : 0, foot.height) : foot.height);
  useEffect(() => clear(), [filterName]);
  useEffect(() => setComposing(null), [openId]);

  const go = (id: string | undefined) => {
    const { id: _, ...rest } = search;
    void navigate({ to: "/comments", search: { ...rest, ...(id && { id }) }, replace: true, resetScroll: false });
  };
  const goAndFocus = (id: string | undefined) => {
    go(id);
    setFocusId(id ?? null);
  };
  useEffect(() => onReturn((id) => goAndFocus(id)));

  const clear = () => {
    setSelected(nobody);
    setEverything(false);
  };
  const select = (id: string, ranged: boolean) => {
    const from = ranged ? rows.findIndex((c) => c.id === lastTicked.current) : -1;
    const to = rows.findIndex((c) => c.id === id);
    const next = new Set(everything ? rows.map((c) => c.id) : selected);
    if (from >= 0 && to >= 0) for (const c of rows.slice(Math.min(from, to), Math.max(from, to) + 1)) next.add(c.id);
    else if (!next.delete(id)) next.add(id);
    lastTicked.current = id;
    setEverything(false);
    setSelected(next);
  };
  const step = (by: number) => {
    const next = rows[at < 0 ? 0 : at + by];
    if (next) goAndFocus(next.id);
  };
  /** To the next comment, when the open one has been dealt with. */
  const leave = () => {
    const next = rows[at + 1] ?? (isDeck && at > 0 ? rows[0] : rows[at - 1]);
    goAndFocus(next && next.id !== openId ? next.id : undefined);
  };
  const decideSelected = (to: Status) => {
    const shown = everything ? rows : rows.filter(({ id }) => selected.has(id));
    void decideMany(everything ? { filter: bulkFilterOf(filter) } : { ids: shown.map(({ id }) => id) }, to, shown);
    const left = rows.find((c) => !shown.includes(c) && c.id === openId) ?? rows.find((c) => !shown.includes(c));
    clear();
    goAndFocus(left?.id);
  };
  const doing = (of: NonNullable<typeof comment>): Doing => ({
    decide: (to) => {
      if (of.status === to) return;
      leave();
      void decide(of, to);
    },
    reply: () => setComposing({ kind: "reply", id: of.id }),
    edit: () => setComposing({ kind: "edit", id: of.id }),
    erase: () => void erase(of).then((gone) => gone && leave()),
  });

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      if (document.querySelector("[role='dialog'], [role='menu'], [role='listbox']")) return;
      const target = event.target instanceof HTMLElement ? event.target : null;
      const inReading = reading.current?.contains(target) ?? false;
      const onControl = target?.closest("a, button, input, summary") != null;
      const decideTo = (to: Status) => (selected.size > 0 || everything ? decideSelected(to) : comment && doing(comment).decide(to));
      const actions: Record<string, () => unknown> = {
        j: () => step(1), k: () => step(-1), a: () => decideTo("approved"), s: () => decideTo("spam"), d: () => decideTo("trash"), h: () => decideTo("pending"),
        r: () => comment && doing(comment).reply(), e: () => comment && doing(comment).edit(), u: () => undoLast(), x: () => openId && select(openId, false), X: () => rows.length > 0 && setEverything(true), "*": () => rows.length > 0 && setEverything(true),
        "/": () => { setSearching(true); findField.current?.focus(); }, "?": () => setHelping(true), o: () => reading.current?.focus(),
        ...(!inReading && { ArrowDown: () => step(1), ArrowUp: () => step(-1) }),
        ...((!onControl || target?.closest("[data-rows]")) && target?.tagName !== "INPUT" && { Enter: () => reading.current?.focus() }),
        ...((selected.size > 0 || everything) && { Escape: clear }),
      };
      const action = actions[event.key];
      if (!action) return;
      event.preventDefault();
      action();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  });

  const composer = comment && composing?.id === comment.id && (
    <Composer key={composing.kind} kind={composing.kind} comment={comment}
      onClose={(sent) => {
        setComposing(null);
        if (sent && composing.kind === "reply" && (status === "pending" || filter.unanswered)) leave();
        else setFocusId(comment.id);
      }} />
  );
  const nothing = <Nothing search={search} filter={filter} />;
  const selection = (selected.size > 0 || everything) && (
    <Selection count={selected.size} total={total} everything={everything} capped={capped} onAll={() => setEverything(true)} onClear={clear} onDecide={decideSelected} />
  );
  const all = <Rows key={filterName} rows={rows} list={list} openId={openId} focusId={focusId} selected={selected} everything={everything} empty={nothing} onSelect={select} onFocused={() => setFocusId(null)} />;
  const news = (atOnce: boolean) => list.isSuccess && <News key={filterName} filter={filter} list={list} atOnce={atOnce} />;
  const missing: ReactNode = one.gone ? <Empty level="closed" title={say.gone} /> : one.error && !comment ? <div className={classes["pad"]}><Trouble error={one.error} again={one.again} /></div> : openId && one.isPending ? <div className={classes["pad"]}><Shapes lines={6} /></div> : null;

  if (isPhone) {
    const isOpen = openId !== undefined;
    const title = status === undefined ? say.title : statuses[status];
    const { id: _, view: __, ...plain } = search;
    return (
      <div className={classes["phone"]} data-card={isOpen || undefined}>
        <header className={classes["head"]}>
          {!isDeck && isOpen && <ActionIcon variant="subtle" size={44} aria-label={say.back} renderRoot={(props) => <Link to="/comments" search={{ ...plain, ...(search.view && { view: search.view }) }} {...props} />}><IconArrowLeft size={20} stroke={1.75} aria-hidden="true" /></ActionIcon>}
          <h1>{title} {status === "pending" && held > 0 && <Count n={held} />}</h1>
          {status === "pending" && !filter.q && (isDeck || !isOpen) && (
            <ActionIcon variant="subtle" size={44} aria-label={isDeck ? say.toList : say.toCards} renderRoot={(props) => <Link to="/comments" search={{ ...plain, ...(isDeck && { view: "list" }) }} {...props} />}>
              {isDeck ? <IconList size={20} stroke={1.75} aria-hidden="true" /> : <IconCards size={20} stroke={1.75} aria-hidden="true" />}
            </ActionIcon>
          )}
          {(isDeck || !isOpen) && <ActionIcon variant="subtle" size={44} aria-label={say.search} aria-expanded={searching} onClick={() => setSearching(!searching)}><IconSearch size={20} stroke={1.75} aria-hidden="true" /></ActionIcon>}
          {(isDeck || !isOpen) && <ActionIcon variant="subtle" size={44} aria-label={say.filter} onClick={() => setFiltering(true)}><IconAdjustmentsHorizontal size={20} stroke={1.75} aria-hidden="true" /></ActionIcon>}
        </header>
        {(searching || filter.q) && (isDeck || !isOpen) && <div className={classes["finding"]}><Find search={search} field={findField} autoFocus={searching} /></div>}
        {!isDeck && !isOpen && <div className={classes["tabs"]}><Tabs search={search} held={held} /></div>}
        {(isDeck || !isOpen) && <div className={classes["narrow"]}><Narrowed search={search} rows={rows} /></div>}
        {news(isDeck || rows.length === 0)}
        {isOpen && comment ? <Card key={comment.id} comment={comment} at={at + 1} of={atLeast(total, capped)} doing={doing(comment)} shown={rows} isPile={isDeck && rows.length > 1} wantsFocus={focusId === comment.id} onFocused={() => setFocusId(null)} /> : isOpen ? missing
          : isDeck ? (list.isPending ? <Shapes lines={6} /> : list.isError ? <Trouble error={list.error} again={() => void list.refetch()} /> : nothing) : <div className={classes["rows"]}>{all}</div>}
        {!isDeck && !isOpen && selection}
        <FilterSheet search={search} opened={filtering} onClose={() => setFiltering(false)} />
        <Drawer opened={Boolean(composer)} onClose={() => setComposing(null)} position="bottom" classNames={{ content: classes["sheet"] ?? "" }} title={composing?.kind === "edit" ? say.edit : say.reply} closeButtonProps={{ "aria-label": say.close }}><div ref={foot.ref}>{composer}</div></Drawer>
        <Help opened={helping} onClose={() => setHelping(false)} />
      </div>
    );
  }

  return (
    <div className={classes["queue"]}>
      <section className={classes["list"]} aria-label={say.list}>
        <header>
          <h1>{say.title}</h1>
          <div className={classes["find"]}><Find search={search} field={findField} /><MoreFilters search={search} /></div>
          <Tabs search={search} held={held} />
          <Narrowed search={search} rows={rows} />
        </header>
        {news(rows.length === 0)}
        {all}
        {selection || <p className={classes["keys"]}><span><Key>j</Key> <Key>k</Key> {say.moveHint}</span><span><Key>u</Key> {say.undoHint}</span><button type="button" onClick={() => setHelping(true)}><Key>?</Key> {say.keysHint}</button></p>}
      </section>
      <section className={classes["detail"]} aria-label={say.selected}>
        {comment ? (
          <>
            <div key={comment.id} ref={reading} className={classes["scroll"]} tabIndex={0} role="group" aria-label={say.by(comment.author.name)}><Detail comment={comment} shown={rows} /></div>
            <div ref={foot.ref} className={classes["acts"]}>{composer || <Bar comment={comment} doing={doing(comment)} shown={rows} />}</div>
          </>
        ) : missing ?? (list.isPending || rows.length > 0 ? null : <div className={classes["none"]}><p>{say.pickOne}</p></div>)}
      </section>
      <Help opened={helping} onClose={() => setHelping(false)} />
    </div>
  );
}
