// Changes of several posts at once. There is no call for that: they go one after the other, and each can be taken back.
import { api, ask, type Schemas } from "../api/client";
import { etag } from "../editor/writing";

type Listed = Schemas["AdminPostFields"];
type PostInput = Schemas["PostInput"];

export interface Done {
  /** How to make each post what it was. */
  back: { id: string; change: PostInput }[];
  failed: { id: string; error: unknown }[];
}

/** Changes a post and keeps its working copy, which a change by itself would clear: somebody may be writing. */
async function change(id: string, wanted: PostInput): Promise<void> {
  const path = { params: { path: { id } } };
  const { data: post } = await ask(api.GET("/api/v1/admin/posts/{id}", path));
  const copy = post.unsaved_at === null ? null : (await ask(api.GET("/api/v1/admin/posts/{id}/working-copy", path))).data;
  const { data: changed } = await ask(api.PATCH("/api/v1/admin/posts/{id}", { params: { path: { id }, header: { "If-Match": [etag(post)] } }, body: wanted }));
  if (!copy) return;
  const { tags: _replaced, ...fields } = copy.fields as PostInput; // an unsaved order of tags would take the new tag away again
  const base_version = copy.base_version === post.version ? changed.version : copy.base_version;
  await ask(api.PUT("/api/v1/admin/posts/{id}/working-copy", { ...path, body: { fields: wanted.tags ? fields : (copy.fields as PostInput), base_version } }));
}

/** Changes what `plan` says of each post; null leaves a post alone. */
export async function changeMany(posts: readonly Listed[], plan: (post: Listed) => { to: PostInput; back: PostInput } | null): Promise<Done> {
  const done: Done = { back: [], failed: [] };
  for (const post of posts) {
    const step = plan(post);
    if (!step) continue;
    try {
      await change(post.id, step.to);
      done.back.push({ id: post.id, change: step.back });
    } catch (error) {
      done.failed.push({ id: post.id, error });
    }
  }
  return done;
}

/** Takes a change back. What could not be taken back is thrown. */
export async function takeBack(done: Done): Promise<void> {
  for (const { id, change: former } of done.back) await change(id, former);
}

/** Deletes posts for good; gives how many are gone and what failed. */
export async function deleteMany(posts: readonly Listed[]): Promise<{ gone: number; failed: Done["failed"] }> {
  let gone = 0;
  const failed: Done["failed"] = [];
  for (const post of posts) {
    try {
      await ask(api.DELETE("/api/v1/admin/posts/{id}", { params: { path: { id: post.id }, header: { "If-Match": [etag(post)] } } }));
      gone++;
    } catch (error) {
      failed.push({ id: post.id, error });
    }
  }
  return { gone, failed };
}
