// The comments of the queue as the server last told them, and over them what was decided here a moment ago and is not answered yet.
import { useInfiniteQuery, useQuery, useQueryClient, type InfiniteData } from "@tanstack/react-query";
import { useEffect, useMemo, useState, useSyncExternalStore } from "react";
import { api, ask, type Schemas } from "../api/client";
import { Problem } from "../api/problem";
import { queries } from "../app/data";
import { linksIn, siteOf } from "../parts/comment-text";
import { queryOf, statusOf, type Filter, type Status } from "./search";

export type Comment = Schemas["AdminCommentView"];
export type Page = Schemas["ManyAdminCommentView"];
type Pages = InfiniteData<Page, string>;

const pageSize = 50; // comments: some 75 KB before compression
const newsEvery = 10_000; // ms
const nothing = (): undefined => undefined; // another filter's comments are no placeholder

const listsKey = ["comments", "list"] as const;
const listKey = (filter: Filter) => [...listsKey, filter] as const;
const oneKey = (id: string) => ["comment", id] as const;

/** What became of a comment here before the server has said so, or what its answer does not tell. */
interface Change {
  status?: Status;
  gone?: true;
  answered?: true;
}

let changes: ReadonlyMap<string, Change> = new Map();
const touched = new Map<string, number>(); // when the last change of a comment was settled, ms: what was asked before that is old
const listeners = new Set<() => void>();

function onChanges(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Lays changes over comments; undefined takes them away. */
export function lay(ids: readonly string[], change: Change | undefined): void {
  const next = new Map(changes);
  for (const id of ids) {
    if (change) next.set(id, change);
    else next.delete(id);
    touched.set(id, Date.now());
  }
  changes = next;
  if (change) void queries.cancelQueries({ queryKey: listsKey, predicate: ({ state }) => state.data !== undefined }); // what is under way does not know of it
  for (const listener of listeners) listener();
}

/** A comment with what was just done to it. */
function laidOver(comment: Comment, over: ReadonlyMap<string, Change>): Comment | null {
  const change = over.get(comment.id);
  if (change?.gone) return null;
  return change?.status && change.status !== comment.status ? { ...comment, status: change.status } : comment;
}

/** Writes what the server says of comments wherever they are kept. */
export function keep(fresh: ReadonlyMap<string, (old: Comment) => Comment>): void {
  for (const [id, change] of fresh) queries.setQueryData<Comment>(oneKey(id), (old) => old && change(old));
  queries.setQueriesData<Pages>({ queryKey: listsKey }, (old) => {
    if (!old?.pages.some((page) => page.data.some(({ id }) => fresh.has(id)))) return old;
    const pages = old.pages.map((page) => (page.data.some(({ id }) => fresh.has(id)) ? { ...page, data: page.data.map((c) => fresh.get(c.id)?.(c) ?? c) } : page));
    return { ...old, pages };
  });
}

export const keepOne = (comment: Comment): void => keep(new Map([[comment.id, () => comment]]));

export const keepStatus = (of: readonly { id: string; status: Status }[]): void =>
  keep(new Map(of.map(({ id, status }) => [id, (old: Comment) => ({ ...old, status })])));

/** Whether a list that is shown has a comment, so that it needs not be asked again. */
export const isListed = (id: string): boolean =>
  queries.getQueriesData<Pages>({ queryKey: listsKey, type: "active" }).some(([, data]) => data?.pages.some((page) => page.data.some((c) => c.id === id)));

/** After a decision: counts are asked for at once, lists that are not shown when they are next; with `lists` those that are shown too. */
export function stale({ lists }: { lists?: boolean } = {}): void {
  void queries.invalidateQueries({ queryKey: ["held"] });
  void queries.invalidateQueries({ queryKey: ["dimmer"] });
  void queries.invalidateQueries({ queryKey: ["home"] });
  void queries.invalidateQueries({ queryKey: ["comments", "totals"] });
  void queries.invalidateQueries({ queryKey: listsKey, refetchType: lists ? "active" : "none" });
}

/** Counts held ones up or down until the server has counted. */
export const countHeld = (by: number): void => void queries.setQueryData<number>(["held"], (n) => (n === undefined ? n : Math.max(0, n + by)));

/** The comments of a filter, page by page, as they are now. */
export function useComments(filter: Filter) {
  const list = useInfiniteQuery({
    queryKey: listKey(filter),
    queryFn: ({ pageParam, signal }) =>
      ask(api.GET("/api/v1/admin/comments", { params: { query: { ...queryOf(filter), limit: pageSize, ...(pageParam && { cursor: pageParam }) } }, signal })),
    initialPageParam: "",
    getNextPageParam: (last) => last.page.next ?? undefined,
    placeholderData: nothing,
  });
  const over = useSyncExternalStore(onChanges, () => changes);
  const pages = list.data?.pages;
  const rows = useMemo(() => {
    const status = statusOf(filter);
    const seen = new Set<string>();
    const found: Comment[] = [];
    for (const page of pages ?? [])
      for (const comment of page.data) {
        const now = laidOver(comment, over);
        if (!now || seen.has(now.id) || (status && now.status !== status) || (filter.unanswered && over.get(now.id)?.answered)) continue;
        seen.add(now.id);
        found.push(now);
      }
    return found;
  }, [pages, over, filter]);
  const loaded = useMemo(() => (pages ?? []).reduce((n, page) => n + page.data.length, 0), [pages]);
  const first = pages?.[0]?.page;
  return { list, rows, total: Math.max(rows.length, (first?.total ?? 0) - (loaded - rows.length)), capped: first?.total_capped ?? false };
}

export type CommentList = ReturnType<typeof useComments>;

/** One comment, at first as its row shows it; null: it is gone. */
export function useComment(id: string | undefined, row: Comment | undefined, rowAt: number) {
  const found = useQuery({
    queryKey: oneKey(id ?? ""),
    queryFn: async ({ signal }) => (await ask(api.GET("/api/v1/admin/comments/{id}", { params: { path: { id: id ?? "" } }, signal }))).data,
    enabled: id !== undefined,
    staleTime: 15_000,
    refetchInterval: 30_000,
    placeholderData: nothing,
    ...(row && { initialData: row, initialDataUpdatedAt: rowAt }),
  });
  const over = useSyncExternalStore(onChanges, () => changes);
  const comment = row ?? found.data;
  const gone = (found.error instanceof Problem && found.error.status === 404) || (id !== undefined && over.get(id)?.gone === true);
  return { comment: gone || !comment ? null : laidOver(comment, over), gone, error: found.error, isPending: found.isPending, again: () => void found.refetch() };
}

/** What came since the list was asked for, and what became of its comments elsewhere. The list does not move under the hand: new ones wait until they are wanted. */
export function useNews(filter: Filter, list: CommentList["list"]) {
  const client = useQueryClient();
  const pages = list.data?.pages;
  const news = useQuery({
    queryKey: ["comments", "news", filter],
    queryFn: async ({ signal }) => {
      const asked = Date.now();
      const { oldest: _, ...newest } = filter;
      const answer = await ask(api.GET("/api/v1/admin/comments", { params: { query: { ...queryOf(newest), limit: pageSize } }, signal }));
      return { asked, comments: answer.data, all: answer.page.next === null };
    },
    enabled: pages !== undefined,
    refetchInterval: newsEvery,
    staleTime: newsEvery,
    placeholderData: nothing,
    structuralSharing: false,
  });
  const [fresh, setFresh] = useState<Comment[]>([]);
  const answer = news.data;
  useEffect(() => {
    if (!answer || !pages) return;
    const known = new Map(pages.flatMap((page) => page.data).map((c) => [c.id, c]));
    const told = new Map(answer.comments.map((c) => [c.id, c]));
    const isOld = (id: string) => (touched.get(id) ?? 0) >= answer.asked || changes.get(id)?.status !== undefined;
    const changed = answer.comments.filter((c) => known.has(c.id) && !isOld(c.id) && JSON.stringify(known.get(c.id)) !== JSON.stringify(c));
    if (changed.length > 0 && answer.asked > list.dataUpdatedAt) keep(new Map(changed.map((c) => [c.id, () => c])));
    const status = statusOf(filter);
    const reach = answer.all ? "" : (answer.comments.at(-1)?.created_at ?? ""); // as far back as the answer goes
    const left = [...known.values()].filter((c) => !told.has(c.id) && c.created_at > reach && !isOld(c.id) && (!status || c.status === status) && !changes.has(c.id));
    if (left.length > 0 && answer.asked > list.dataUpdatedAt) {
      stale({ lists: true });
      for (const { id } of left) void client.invalidateQueries({ queryKey: oneKey(id) });
    }
    const from = filter.oldest || !list.hasNextPage ? "" : (pages.at(-1)?.data.at(-1)?.created_at ?? "");
    setFresh(answer.comments.filter((c) => !known.has(c.id) && !isOld(c.id) && c.created_at > from));
  }, [answer, pages, filter]);
  const show = () => {
    setFresh([]);
    if (filter.oldest) {
      void list.refetch();
      return;
    }
    client.setQueryData<Pages>(listKey(filter), (old) => {
      const [head, ...rest] = old?.pages ?? [];
      if (!old || !head) return old;
      return { ...old, pages: [{ ...head, data: [...fresh, ...head.data], page: { ...head.page, total: (head.page.total ?? 0) + fresh.length } }, ...rest] };
    });
  };
  return { fresh: fresh.length, more: fresh.length >= pageSize, show };
}

/** What others there are like a comment, each as a filter with how many it finds. */
export interface Like {
  kind: "reader" | "address" | "text" | "link";
  filter: Filter;
  site?: string;
  total: number;
  capped: boolean;
}

const sitesNamed = 3; // of a comment with more, the first

/** Counts the others: asked for only after a moment on one comment, so that moving through the list asks for nothing. */
export function useLike(comment: Comment | null): Like[] {
  const [settled, setSettled] = useState<string>();
  const id = comment?.id;
  useEffect(() => {
    const timer = setTimeout(() => setSettled(id), 350); // ms
    return () => clearTimeout(timer);
  }, [id]);
  const found = useQuery({
    queryKey: ["comments", "totals", id],
    enabled: id !== undefined && settled === id,
    staleTime: 30_000,
    placeholderData: nothing,
    queryFn: async ({ signal }): Promise<Like[]> => {
      if (!comment) return [];
      const links = [...linksIn(comment.html), ...(comment.author.url ? [comment.author.url] : [])];
      const wanted: Pick<Like, "kind" | "filter" | "site">[] = [
        ...(comment.commenter ? [{ kind: "reader", filter: { commenter: comment.commenter.id } } as const] : []),
        { kind: "address", filter: { address_of: comment.id } },
        { kind: "text", filter: { text_of: comment.id } },
        ...[...new Set(links.map(siteOf))].filter(Boolean).slice(0, sitesNamed).map((site) => ({ kind: "link", filter: { links_to: site }, site }) as const),
      ];
      return Promise.all(wanted.map(async (like) => {
        const filter: Filter = { status: "all", ...like.filter };
        const { page } = await ask(api.GET("/api/v1/admin/comments", { params: { query: { ...queryOf(filter), limit: 1 } }, signal }));
        return { ...like, filter, total: page.total ?? 0, capped: page.total_capped ?? false };
      }));
    },
  });
  return found.data ?? [];
}

/** When the last comment came, for a queue in which nothing waits; null: there has been none. */
export const useLastComment = (enabled: boolean) =>
  useQuery({
    queryKey: ["comments", "last"],
    queryFn: async () => (await ask(api.GET("/api/v1/admin/comments", { params: { query: { limit: 1 } } }))).data[0]?.created_at ?? null,
    enabled,
    placeholderData: nothing,
  });

/** The posts among which the filter chooses, by their title. */
export const usePostChoice = (words: string, enabled: boolean) =>
  useQuery({
    queryKey: ["comments", "posts", words],
    queryFn: async () => {
      if (words) {
        const hits = await ask(api.GET("/api/v1/search", { params: { query: { q: words, limit: 20 } } }));
        return hits.data.map(({ id, title }) => ({ id, title }));
      }
      return (await ask(api.GET("/api/v1/posts", { params: { query: { sort: "-published_at", limit: 50 } } }))).data.map(({ id, title }) => ({ id, title }));
    },
    enabled,
    staleTime: 60_000,
  });
