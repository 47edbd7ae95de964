// What the journeys of the editor have in common.
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import type { asOwner } from "./admin.js";

type Call = Awaited<ReturnType<typeof asOwner>>;

export interface Post {
  id: string;
  slug: string;
  title: string;
  source: string;
  status: string;
  version: number;
  published_at: string | null;
  tags: { name: string }[];
  featured: boolean;
}

export const title = (page: Page) => page.getByLabel("Title", { exact: true });
export const text = (page: Page) => page.getByLabel("Text of the post");
export const dialog = (page: Page) => page.getByRole("dialog");

/** Waits for what the bar says about where the text is. */
export const standing = (page: Page, says: string | RegExp) => page.locator("header").getByRole("status").filter({ hasText: says }).waitFor();
export const saved = (page: Page) => standing(page, "saved just now");

/** Puts the caret behind the last word of the text, and writes on. */
export async function writeOn(page: Page, words: string): Promise<void> {
  await text(page).click();
  await page.keyboard.press("Control+End");
  await page.keyboard.type(words);
}

/** Posts by the API, as another program or another device changes them. */
export const posts = (api: Call) => ({
  async read(id: string): Promise<Post> {
    return ((await (await api("GET", `/admin/posts/${id}`)).json()) as { data: Post }).data;
  },
  async write(fields: Record<string, unknown>): Promise<Post> {
    const answer = await api("POST", "/admin/posts", fields);
    assert.equal(answer.status, 201);
    return ((await answer.json()) as { data: Post }).data;
  },
  async patch(post: Post, fields: Record<string, unknown>): Promise<void> {
    const answer = await api("PATCH", `/admin/posts/${post.id}`, fields, { "If-Match": `"v${post.version}"` });
    assert.equal(answer.status, 200, await answer.text());
  },
});

/** What readers get at the address of a post. */
export async function publicly(url: string, slug: string): Promise<{ status: number; html: string }> {
  const answer = await fetch(`${url}/api/v1/posts/${slug}`, { redirect: "manual" });
  return { status: answer.status, html: answer.status === 200 ? ((await answer.json()) as { data: { html: string } }).data.html : "" };
}
