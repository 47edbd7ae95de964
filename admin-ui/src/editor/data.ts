// What the editor needs to know besides the post itself.
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useDebouncedValue } from "@mantine/hooks";
import { api, ask } from "../api/client";
import { may, usePerson } from "../app/person";
import type { Format, Post } from "./fields";

const measuredAfter = 1_500; // ms without a further change

/** Every tag; lists come a hundred at a time. */
export const useTags = () =>
  useQuery({
    queryKey: ["tags", "all"], staleTime: 60_000,
    queryFn: async () => {
      const found = [];
      let cursor: string | null = null;
      do {
        const page: Awaited<ReturnType<typeof page100>> = await page100(cursor);
        found.push(...page.data);
        cursor = page.page.next;
      } while (cursor !== null && found.length < 2_000);
      return found;
    },
  });

const page100 = (cursor: string | null) => ask(api.GET("/api/v1/admin/tags", { params: { query: { limit: 100, ...(cursor === null ? {} : { cursor }) } } }));

const useList = () => {
  const me = usePerson();
  return useQuery({
    queryKey: ["people", "names"], staleTime: 60_000, enabled: may.edit(me.role),
    queryFn: async () => (await ask(api.GET("/api/v1/admin/users", { params: { query: { limit: 100 } } }))).data.map(({ id, slug, name, role }) => ({ id, slug, name, role })),
  }).data?.filter(({ role }) => role !== "moderator");
};

/** Everybody who writes, as lists are filtered by them. */
export const usePeopleBySlug = (): { slug: string; name: string }[] => useList() ?? [];

/** Who may be an author. Authors know only of themselves and of those who write with them. */
export function usePeople(post: Post | null): { id: string; name: string }[] {
  const me = usePerson();
  const list = useList();
  const known = new Map([...(post?.authors ?? []), me, ...(list ?? [])].map(({ id, name }) => [id, name]));
  return [...known].map(([id, name]) => ({ id, name }));
}

/** What a text becomes: its HTML, excerpt and length. It lags a little behind the typing. */
export function useRendered(source: string, format: Format) {
  const [text] = useDebouncedValue(source, measuredAfter);
  const wanted = { source: text, format };
  return useQuery({
    queryKey: ["render", wanted.format, wanted.source], gcTime: 0, staleTime: Infinity, placeholderData: keepPreviousData,
    queryFn: ({ signal }) => ask(api.POST("/api/v1/admin/render", { body: wanted, signal })),
  });
}
