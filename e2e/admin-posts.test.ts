// The owner writes: from the first word to readers, and whatever may come between.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { adminURL, asOwner, owner, startOwnedDemo, visitAdmin } from "./admin.js";
import { accessibilityViolations, looks, openBrowser, shoot, sidewaysScroll, type Visit } from "./browser.js";
import type { Dimmer } from "./dimmer.js";

interface Post {
  id: string;
  slug: string;
  title: string;
  source: string;
  status: string;
  version: number;
  published_at: string | null;
  tags: { name: string }[];
  redirects_from: string[];
}

let browser: Browser;
let dimmer: Dimmer;
let api: Awaited<ReturnType<typeof asOwner>>;

before(async () => {
  dimmer = await startOwnedDemo();
  browser = await openBrowser();
  api = await asOwner(dimmer);
});

after(async () => {
  await browser?.close();
  await dimmer?.stop();
});

const [phone, , desktop] = looks;
const dark = looks[3];

const title = (page: Page) => page.getByLabel("Title", { exact: true });
const text = (page: Page) => page.getByLabel("Text of the post");
const standing = (page: Page, says: string | RegExp) => page.locator("header").getByRole("status").filter({ hasText: says }).waitFor();
const saved = (page: Page) => standing(page, "saved just now");
const dialog = (page: Page) => page.getByRole("dialog");
const settled = async (page: Page, path: string) => {
  await page.goto(adminURL(dimmer, path));
  await text(page).waitFor();
};

async function read(id: string): Promise<Post> {
  return ((await (await api("GET", `/admin/posts/${id}`)).json()) as { data: Post }).data;
}

async function write(fields: Record<string, unknown>): Promise<Post> {
  const answer = await api("POST", "/admin/posts", fields);
  assert.equal(answer.status, 201);
  return ((await answer.json()) as { data: Post }).data;
}

async function patch(post: Post, fields: Record<string, unknown>): Promise<void> {
  const answer = await api("PATCH", `/admin/posts/${post.id}`, fields, { "If-Match": `"v${post.version}"` });
  assert.equal(answer.status, 200, await answer.text());
}

/** Puts the caret behind the last word of the text, and writes on. */
async function writeOn(page: Page, words: string): Promise<void> {
  await text(page).click();
  await page.keyboard.press("Control+End");
  await page.keyboard.type(words);
}

async function publicly(slug: string): Promise<{ status: number; html: string }> {
  const answer = await fetch(`${dimmer.url}/api/v1/posts/${slug}`, { redirect: "manual" });
  return { status: answer.status, html: answer.status === 200 ? ((await answer.json()) as { data: { html: string } }).data.html : "" };
}

const idOf = (page: Page) => new URL(page.url()).pathname.split("/").pop() ?? "";

for (const look of [phone, dark]) {
  test(`a post goes from the first word to readers: ${look.name}`, async () => {
    const { page, problems, close } = await visitAdmin(browser, dimmer, "/posts/new", look);
    await title(page).waitFor();
    assert.equal(await title(page).evaluate((field) => field === document.activeElement), true, "one can begin to type at once");
    await page.keyboard.type("A towel under the knee");
    await page.keyboard.press("Enter");
    await page.keyboard.type("Roll it up. ");
    await saved(page);
    assert.match(page.url(), /\/posts\/[0-9a-f-]{36}$/, "the post has an address of its own");
    await page.keyboard.type("Put it under the knee.");
    await saved(page);
    const id = idOf(page);
    assert.equal((await read(id)).status, "draft");

    await page.reload();
    await text(page).getByText("Roll it up. Put it under the knee.").waitFor();
    assert.equal(await title(page).inputValue(), "A towel under the knee");
    assert.deepEqual(await accessibilityViolations(page), []);
    assert.equal(await sidewaysScroll(page), 0);
    await shoot(page, "admin-editor", look);

    await page.keyboard.press("Control+Enter");
    await dialog(page).getByText("Readers see it at once.").waitFor();
    assert.deepEqual(await accessibilityViolations(page), []);
    await dialog(page).getByRole("button", { name: "Publish now" }).click();
    await page.getByText("Published. Readers see it now.").waitFor();
    const post = await read(id);
    assert.equal(post.slug.replace(/-\d+$/, ""), "a-towel-under-the-knee");
    assert.match((await publicly(post.slug)).html, /Roll it up\. Put it under the knee\./);

    await writeOn(page, " Breathe.");
    await standing(page, "Changes not published · saved just now");
    assert.doesNotMatch((await publicly(post.slug)).html, /Breathe/, "what is saved by itself never goes live");
    await page.getByRole("button", { name: "Update" }).click();
    await dialog(page).getByText("Readers see the changes at once.").waitFor();
    await dialog(page).getByRole("button", { name: "Update" }).click();
    await page.getByText("Updated. Readers see the changes now.").waitFor();
    assert.match((await publicly(post.slug)).html, /Breathe/);
    assert.deepEqual(problems, []);
    await close();
  });
}

test("a post is scheduled by the clock of the site, not of the device", async () => {
  const post = await write({ title: "Winter hours", source: "From January on." });
  const { page, close } = await visitAdmin(browser, dimmer, `/posts/${post.id}?panel=publish`, desktop);
  await dialog(page).getByLabel("At a time").check();
  await dialog(page).getByText("Choose a day and a time.").waitFor();
  assert.equal(await dialog(page).getByRole("button", { name: "Schedule" }).isDisabled(), true);
  // Berlin puts its clocks forward in between: winter time is an hour, summer time two hours ahead of UTC.
  await dialog(page).getByLabel("Day").fill("2030-07-01");
  await dialog(page).getByLabel("Time", { exact: true }).fill("18:40");
  await dialog(page).getByText("It appears on 1 July 2030 at 18:40 (Berlin).").waitFor();
  await dialog(page).getByLabel("Day").fill("2030-01-15");
  await dialog(page).getByText("It appears on 15 January 2030 at 18:40 (Berlin).").waitFor();
  await dialog(page).getByRole("button", { name: "Schedule" }).click();
  await page.getByText("Scheduled. It appears on 15 January 2030 at 18:40 (Berlin).").waitFor();
  const scheduled = await read(post.id);
  assert.equal(scheduled.status, "scheduled");
  assert.equal(scheduled.published_at, "2030-01-15T17:40:00Z");
  await page.getByRole("button", { name: "Undo" }).click();
  await standing(page, "Draft");
  assert.equal((await read(post.id)).status, "draft");
  await close();
});

for (const look of [phone, desktop]) {
  test(`what was changed elsewhere is laid beside one's own and not overwritten: ${look.name}`, async () => {
    const post = await write({ title: `The small of the back, ${look.name}`, source: "Lie down.\n\nStay there." });
    const { page, close } = await visitAdmin(browser, dimmer, `/posts/${post.id}`, look);
    await writeOn(page, " Mine.");
    await patch(post, { source: "Lie down.\n\nStay there. Theirs.", featured: true });
    await page.getByRole("button", { name: "Compare" }).first().waitFor();
    await writeOn(page, " More of mine.");
    await page.getByRole("button", { name: "Compare" }).first().click();
    await dialog(page).getByText("Nothing is overwritten").waitFor();
    assert.deepEqual(await accessibilityViolations(page), []);
    assert.equal(await sidewaysScroll(page), 0);
    await shoot(page, "admin-editor-compare", look);
    assert.match((await read(post.id)).source, /Theirs\.$/, "theirs is still there");
    await dialog(page).getByLabel("Keep yours").check();
    await dialog(page).getByRole("button", { name: "Save this" }).click();
    await saved(page);
    await page.keyboard.press("Control+s");
    await page.waitForFunction(async () => true);
    await standing(page, "Draft · saved just now");
    const now = (await (await api("GET", `/admin/posts/${post.id}`)).json()) as { data: Post & { featured: boolean } };
    assert.match(now.data.source, /Stay there\. Mine\. More of mine\.$/);
    assert.equal(now.data.featured, true, "what only the other side changed is kept");
    await close();
  });
}

test("a lost connection loses no word", async () => {
  const post = await write({ title: "In the tunnel", source: "Before." });
  const { page, close } = await visitAdmin(browser, dimmer, `/posts/${post.id}`, desktop);
  await text(page).waitFor();
  await page.context().setOffline(true);
  await writeOn(page, " Within.");
  await standing(page, "Offline: kept on this device");
  await page.context().setOffline(false);
  await saved(page);

  await page.context().setOffline(true);
  await writeOn(page, " Still within.");
  await standing(page, "Offline: kept on this device");
  await page.evaluate(() => window.stop());
  await page.context().route("**/working-copy", (route) => route.abort()); // the page closes before the server is reached again
  await page.context().setOffline(false);
  await settled(page, `/posts/${post.id}`);
  await text(page).getByText("Before. Within. Still within.").waitFor();
  await page.getByText("There was a newer text on this device. It is in the editor now.").waitFor();
  await page.context().unroute("**/working-copy");
  await saved(page);
  await close();
});

test("a session that ends while she writes costs a sign-in and nothing else", async () => {
  const post = await write({ title: "Interrupted", source: "One." });
  const { page, close } = await visitAdmin(browser, dimmer, `/posts/${post.id}`, phone);
  await text(page).waitFor();
  assert.equal((await api("DELETE", "/auth/sessions")).status, 204);
  await writeOn(page, " Two.");
  await dialog(page).getByText("Nothing you typed is lost.").waitFor();
  await page.getByLabel("Password", { exact: true }).fill(owner.password);
  await dialog(page).getByRole("button", { name: "Sign in" }).click();
  await dialog(page).waitFor({ state: "hidden" });
  await saved(page);
  await page.reload();
  await text(page).getByText("One. Two.").waitFor();
  await close();
});

test("an earlier version is read as a difference, restored, and the restoring taken back", async () => {
  const post = await write({ title: "Which pillow", source: "A soft pillow." });
  await patch(post, { source: "A firm pillow.", title: "Which pillow?" });
  const { page, close } = await visitAdmin(browser, dimmer, `/posts/${post.id}?panel=history`, phone);
  await dialog(page).getByRole("button", { name: /Version 2 .*Changed: title, text/ }).click();
  await dialog(page).locator("del").filter({ hasText: "soft" }).waitFor();
  assert.equal(await dialog(page).locator("ins").filter({ hasText: "firm" }).count(), 1);
  assert.deepEqual(await accessibilityViolations(page), []);
  await shoot(page, "admin-editor-history", phone);
  await dialog(page).getByRole("button", { name: "All versions" }).click();
  await dialog(page).getByRole("button", { name: /Version 1 / }).click();
  await dialog(page).getByRole("button", { name: "Restore this version" }).click();
  await page.getByText("Version 1 is restored.").waitFor();
  await text(page).getByText("A soft pillow.").waitFor();
  assert.equal(await title(page).inputValue(), "Which pillow");
  await page.getByRole("button", { name: "Undo" }).click();
  await text(page).getByText("A firm pillow.").waitFor();
  assert.equal((await read(post.id)).title, "Which pillow?");
  await close();
});

test("tags keep the order that she gives them, and an old address leads to the new one", async () => {
  const post = await write({ title: "Where it hurts", source: "Here.", tags: ["Pain", "Rest"], status: "published" });
  const { page, problems, close } = await visitAdmin(browser, dimmer, `/posts/${post.id}`, desktop);
  await page.getByLabel("Add a tag").fill("Long walks");
  await page.getByLabel("Add a tag").press("Enter");
  await page.getByRole("button", { name: "Move Long walks forward" }).click();
  await page.getByRole("button", { name: "Move Long walks forward" }).click();
  await page.getByText("Details", { exact: true }).click();
  await page.getByLabel("Address", { exact: true }).fill("Where it really hurts");
  await page.getByLabel("Address", { exact: true }).blur();
  await page.getByText("“where-it-hurts” will lead here too.").waitFor();
  await page.getByLabel("Extra, for your frontend").fill("{");
  await page.getByText("This is not a JSON object yet.").waitFor();
  await page.getByLabel("Extra, for your frontend").fill('{"mood":"calm"}');
  await page.getByText("Change what they show").click();
  await page.getByLabel("Original address").fill("nonsense");
  await standing(page, "Not all is saved");
  await page.locator("#main").getByText("is neither an http(s) address nor a path of this site").first().waitFor();
  await page.getByLabel("Original address").fill("https://elsewhere.example/hurts");
  await standing(page, "Changes not published · saved just now");
  assert.deepEqual(await accessibilityViolations(page), []);
  await page.getByRole("button", { name: "Update" }).click();
  await dialog(page).getByRole("button", { name: "Update" }).click();
  await page.getByText("Updated. Readers see the changes now.").waitFor();
  const now = await read(post.id);
  assert.deepEqual(now.tags.map(({ name }) => name), ["Long walks", "Pain", "Rest"]);
  assert.equal(now.slug, "where-it-really-hurts");
  assert.equal((await publicly("where-it-hurts")).status, 308);
  assert.deepEqual(problems.filter((problem) => !problem.includes("422")), []);
  await close();
});

async function list(look: (typeof looks)[number], path: string): Promise<Visit> {
  const seen = await visitAdmin(browser, dimmer, path, look);
  await seen.page.getByRole("list", { name: "Posts" }).waitFor();
  return seen;
}

for (const look of [phone, dark]) {
  test(`the list is searched, filtered and changed, many at once: ${look.name}`, async () => {
    const first = await write({ title: `Sorting drawers, ${look.name}`, source: "One." });
    const second = await write({ title: `Sorting cupboards, ${look.name}`, source: "Two." });
    const { page, problems, close } = await list(look, "/posts");
    const row = (name: string) => page.getByRole("listitem").filter({ has: page.getByRole("link", { name }) });
    assert.deepEqual(await accessibilityViolations(page), []);
    assert.equal(await sidewaysScroll(page), 0);
    await shoot(page, "admin-posts", look);

    await page.getByLabel("Search posts").fill("sorting");
    await page.getByText("The walk home").waitFor({ state: "detached" });
    await page.getByRole("link", { name: "Drafts" }).click();
    await page.waitForURL(/status=draft/);
    assert.match(page.url(), /q=sorting/);
    await page.getByLabel(`Choose “${first.title}”`).check();
    await page.getByLabel(`Choose “${second.title}”`).check();
    await page.getByText("2 posts chosen").waitFor();
    assert.equal(await sidewaysScroll(page), 0);
    await page.getByRole("button", { name: "Publish" }).click();
    await page.getByText("2 posts published.").waitFor();
    await row(first.title).waitFor({ state: "detached" });
    assert.equal((await publicly(first.slug)).status, 200);
    await page.getByRole("button", { name: "Undo" }).click();
    await row(first.title).waitFor();
    assert.equal((await publicly(first.slug)).status, 404);

    await page.getByLabel(`Choose “${first.title}”`).check();
    await page.getByRole("button", { name: "Add a tag" }).click();
    await dialog(page).getByLabel("Tag").fill("Order");
    await dialog(page).getByRole("button", { name: "Add" }).click();
    await page.getByText("“Order” added to 1 post.").waitFor();
    assert.deepEqual((await read(first.id)).tags.map(({ name }) => name), ["Order"]);

    await page.getByLabel(`Choose “${second.title}”`).check();
    await page.getByRole("button", { name: "More", exact: true }).filter({ hasNot: page.locator("nav") }).first().click();
    await page.getByRole("menuitem", { name: "Delete" }).click();
    await dialog(page).getByText("cannot be brought back").waitFor();
    await dialog(page).getByRole("button", { name: "Delete for good" }).click();
    await page.getByText("1 post deleted.").waitFor();
    assert.equal((await api("GET", `/admin/posts/${second.id}`)).status, 404);
    await page.getByLabel("Search posts").fill("nowhere at all");
    await page.getByText("Nothing with “nowhere at all”. Try one word.").waitFor();
    assert.deepEqual(problems, []);
    await close();
  });
}
