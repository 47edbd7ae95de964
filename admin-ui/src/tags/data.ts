// What the tags' screens ask the server for.
import { useQuery } from "@tanstack/react-query";
import { api, ask, type Schemas } from "../api/client";
import { queries } from "../app/data";

export type Tag = Schemas["AdminTagView"];
export type TagChange = Schemas["TagInput"];

const key = ["tags"];

/** Every tag, internal ones too, by name. A blog has tens of them, seldom hundreds. */
export const useTags = () =>
  useQuery({
    queryKey: key,
    queryFn: async () => {
      const tags: Tag[] = [];
      for (let cursor: string | null | undefined; ;) {
        const { data, page } = await ask(api.GET("/api/v1/admin/tags", { params: { query: { limit: 100, ...(cursor ? { cursor } : {}) } } }));
        tags.push(...data);
        cursor = page.next;
        if (!cursor) return tags;
      }
    },
  });

const again = () => Promise.all([queries.invalidateQueries({ queryKey: key }), queries.invalidateQueries({ queryKey: ["posts"] })]);

export async function createTag(tag: TagChange): Promise<Tag> {
  const { data } = await ask(api.POST("/api/v1/admin/tags", { body: tag }));
  await again();
  return data;
}

export async function changeTag(id: string, change: TagChange): Promise<void> {
  const { data } = await ask(api.PATCH("/api/v1/admin/tags/{id}", { params: { path: { id } }, body: change }));
  queries.setQueryData<Tag[]>(key, (tags) => tags?.map((tag) => (tag.id === id ? data : tag)));
  void again();
}

export async function deleteTag(id: string): Promise<void> {
  await ask(api.DELETE("/api/v1/admin/tags/{id}", { params: { path: { id } } }));
  await again();
}

export async function mergeTag(id: string, into: string): Promise<void> {
  await ask(api.POST("/api/v1/admin/tags/{id}/merge", { params: { path: { id } }, body: { into } }));
  await again();
}

/** How many posts and pages of any status a tag has; only what is published is counted with the tag itself. */
export const usePostsOf = (tag: Tag | undefined) =>
  useQuery({
    queryKey: ["posts", "of-tag", tag?.slug],
    enabled: tag !== undefined,
    placeholderData: () => undefined,
    queryFn: async () => (await ask(api.GET("/api/v1/admin/posts", { params: { query: { ...(tag ? { tag: tag.slug } : {}), limit: 1 } } }))).page.total ?? 0,
  });
