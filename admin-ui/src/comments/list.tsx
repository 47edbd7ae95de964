import { Button } from "@mantine/core";
import { useVirtualizer } from "@tanstack/react-virtual";
import { IconArrowUp } from "@tabler/icons-react";
import { useEffect, useLayoutEffect, useRef, type ReactNode } from "react";
import { Shapes, Trouble } from "../parts/states";
import { useWords } from "../words/words";
import { useNews, type Comment, type CommentList } from "./data";
import classes from "./list.module.css";
import { Row } from "./row";
import type { Filter } from "./search";
import { commentWords } from "./words";

const rowHeight = 124; // px, a guess until a row has been drawn
const nextPageAt = 15; // rows before the end

/** How many have come; they are shown when she wants them. With nothing in the list there is no hand to disturb. */
export function News({ filter, list, atOnce }: { filter: Filter; list: CommentList["list"]; atOnce: boolean }) {
  const say = useWords(commentWords);
  const { fresh, more, show } = useNews(filter, list);
  useEffect(() => {
    if (atOnce && fresh > 0) show();
  }, [atOnce, fresh]);
  return (
    <div role="status">
      {fresh > 0 && !atOnce && (
        <Button className={classes["news"] ?? ""} variant="subtle" fullWidth radius={0} leftSection={<IconArrowUp size={16} stroke={2} aria-hidden="true" />} onClick={show}>{say.fresh(fresh, more)}</Button>
      )}
    </div>
  );
}

/** Where the list is scrolled to: the row at its top, and how far that is above the edge. */
interface Anchor {
  id: string;
  above: number; // px
}

/** The rows of the queue, of which only those in sight are drawn. What comes or goes above them does not move them. */
export function Rows({ rows, list, openId, focusId, selected, everything, empty, onSelect, onFocused }: {
  rows: readonly Comment[]; list: CommentList["list"]; openId: string | undefined; focusId: string | null; selected: ReadonlySet<string>; everything: boolean; empty: ReactNode;
  onSelect(id: string, ranged: boolean): void; onFocused(): void;
}) {
  const say = useWords(commentWords);
  const box = useRef<HTMLDivElement>(null);
  const anchor = useRef<Anchor | null>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: () => rowHeight,
    getItemKey: (i) => rows[i]?.id ?? i,
    overscan: 6,
  });
  const drawn = virtual.getVirtualItems();
  const hasNext = list.hasNextPage;
  const last = drawn.at(-1)?.index ?? -1;
  useEffect(() => {
    if (hasNext && !list.isFetching && !list.isFetchNextPageError && last >= rows.length - nextPageAt) void list.fetchNextPage();
  }, [last, rows.length, hasNext, list.isFetching]);

  const note = () => {
    const top = box.current?.scrollTop ?? 0;
    const first = virtual.getVirtualItems().find((item) => item.end > top);
    const row = first && rows[first.index];
    anchor.current = top > 0 && first && row ? { id: row.id, above: top - first.start } : null;
  };
  useLayoutEffect(() => {
    const kept = anchor.current;
    const at = kept ? rows.findIndex(({ id }) => id === kept.id) : -1;
    const start = at < 0 ? undefined : virtual.measurementsCache[at]?.start;
    if (kept && start !== undefined && box.current && Math.abs(box.current.scrollTop - (start + kept.above)) > 1) box.current.scrollTop = start + kept.above;
  }, [rows]);

  const openAt = rows.findIndex(({ id }) => id === openId);
  useEffect(() => {
    if (openAt >= 0) virtual.scrollToIndex(openAt, { align: "auto" });
  }, [openId, openAt < 0]);

  if (list.isPending) return <div className={classes["box"]}><div className={classes["pad"]}><Shapes lines={9} /></div></div>;
  if (list.isError && rows.length === 0) return <div className={classes["box"]}><div className={classes["pad"]}><Trouble error={list.error} again={() => void list.refetch()} /></div></div>;
  return (
    <div ref={box} className={classes["box"]} tabIndex={0} role="group" aria-label={say.list} onScroll={note} data-rows={rows.length}>
      {rows.length === 0 && !hasNext && empty}
      <ul className={classes["rows"]} role="list" style={{ height: virtual.getTotalSize() }}>
        {drawn.map((item) => {
          const comment = rows[item.index];
          return comment && (
            <li key={item.key} ref={virtual.measureElement} data-index={item.index} aria-setsize={hasNext ? -1 : rows.length} aria-posinset={item.index + 1} style={{ transform: `translateY(${item.start}px)` }}>
              <Row comment={comment} isOpen={comment.id === openId} isSelected={everything || selected.has(comment.id)} wantsFocus={comment.id === focusId} onSelect={onSelect} onFocused={onFocused} />
            </li>
          );
        })}
      </ul>
      {list.isFetchingNextPage && <div className={classes["pad"]}><Shapes lines={3} /></div>}
      {list.isFetchNextPageError && <div className={classes["pad"]}><Trouble error={list.error} again={() => void list.fetchNextPage()} /></div>}
    </div>
  );
}
