// The starter site: what a reader does on a blog that has no frontend of its own.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { accessibilityViolations, looks, openBrowser, shoot, visit, type Look } from "./browser.js";
import { startDemo, startEmpty, type Dimmer } from "./dimmer.js";

const owner = { email: "mira@demo.example", password: "kettle orbit maple tuesday" };

let browser: Browser;
let dimmer: Dimmer;
let token: string;

before(async () => {
  dimmer = await startDemo({ DIMMER_OWNER_EMAIL: owner.email, DIMMER_OWNER_PASSWORD: owner.password, DIMMER_RATE_LIMITS: "off" });
  token = ((await call("POST", "/auth/login", owner)) as { access_token: string }).access_token;
  browser = await openBrowser();
});

after(async () => {
  await browser?.close();
  await dimmer?.stop();
});

/** Asks the API for something, as the owner once she has signed in. */
async function call(method: string, path: string, body?: object): Promise<unknown> {
  const answer = await fetch(`${dimmer.url}/api/v1${path}`, {
    method,
    headers: { ...(body && { "Content-Type": "application/json" }), ...(token && { Authorization: `Bearer ${token}` }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  return answer.json();
}

/** A reader's browser without scripts. */
async function withoutScript(look: Look): Promise<Page> {
  const context = await browser.newContext({ viewport: look.viewport, colorScheme: look.colorScheme, javaScriptEnabled: false });
  return context.newPage();
}

for (const look of [looks[0], looks[3]]) {
  test(`without a script a reader finds a post, comments, and is told that it is held: ${look.name}`, async () => {
    const page = await withoutScript(look);
    await page.goto(dimmer.url);
    await page.getByRole("link", { name: "Older posts" }).click();
    assert.match(await page.getByRole("main").innerText(), /Page 2 of 2/);
    await page.getByRole("link", { name: "Newer posts" }).click();
    await page.getByRole("link", { name: "Search" }).click();
    await page.getByRole("searchbox").fill("dimmer");
    await page.getByRole("button", { name: "Search" }).click();
    await page.getByRole("link", { name: "The dimmer switch" }).click();

    await page.getByRole("link", { name: "Most liked" }).click();
    assert.equal(await page.getByRole("navigation", { name: "Order of comments" }).locator("[aria-current]").innerText(), "Most liked");
    await page.getByLabel("Comment", { exact: true }).fill(`I turned mine down at nine (${look.name}).`);
    await page.getByLabel("Name").fill("Ruth");
    await page.getByRole("button", { name: "Send comment" }).click();
    await page.waitForURL(/\/posts\/the-dimmer-switch\?comment=pending#comments$/);
    assert.match(await page.getByRole("status").innerText(), /^Only you can see this for now\. \S.* reads it before it appears\.$/);
    assert.equal(await page.getByText(`down at nine (${look.name})`).count(), 0, "what is held is on no page");
    await shoot(page, "site-held", look);

    // The owner approves it, and it is there; somebody answers it.
    const waiting = (await call("GET", "/admin/comments?status=pending&q=turned")) as { data: { id: string }[] };
    for (const { id } of waiting.data) await call("PATCH", `/admin/comments/${id}`, { status: "approved" });
    await page.goto(`${dimmer.url}/posts/the-dimmer-switch`);
    const comment = page.getByRole("article", { name: "Comment by Ruth" }).filter({ hasText: `down at nine (${look.name})` });
    await comment.getByRole("link", { name: "Reply" }).click();
    assert.equal(await page.getByRole("heading", { name: "Reply to Ruth" }).count(), 1);
    assert.match(await page.locator("#form").innerText(), /I turned mine down at nine/);
    await shoot(page, "site-reply", look);
    await page.getByLabel("Comment", { exact: true }).fill(`So did I (${look.name}).`);
    await page.getByLabel("Name").fill("");
    await page.getByLabel("Name").fill("Tom");
    await page.getByRole("button", { name: "Send comment" }).click();
    await page.waitForURL(/comment=pending/);
    const reply = (await call("GET", "/admin/comments?status=pending&q=did")) as { data: { id: string; parent_id: string }[] };
    assert.ok(reply.data.some(({ parent_id }) => waiting.data.some(({ id }) => id === parent_id)), "the answer belongs to what it answers");
    await page.context().close();
  });
}

test("what a form is refused for is said on a page of the site", async () => {
  const page = await withoutScript(looks[0]);
  await page.goto(`${dimmer.url}/posts/the-walk-home`);
  await page.getByLabel("Comment", { exact: true }).fill("x");
  await page.getByLabel("Name").fill("\u200b"); // looks filled in
  await page.getByRole("button", { name: "Send comment" }).click();
  assert.equal(await page.getByRole("heading", { level: 1 }).innerText(), "Your comment was not taken");
  assert.match(await page.getByRole("main").innerText(), /Your name is needed/);
  assert.equal(await page.getByRole("link", { name: "The Quiet Shoulder" }).getAttribute("href"), "/");
  await page.context().close();
});

test("the keyboard reaches the text at once, and sees where it is", async () => {
  const { page, close } = await visit(browser, `${dimmer.url}/posts/the-dimmer-switch`, looks[2]);
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement?.textContent), "Skip to the text");
  assert.ok((await page.locator(".skip").boundingBox())!.y >= 0, "the link to the text is seen when it has the focus");
  await page.keyboard.press("Enter");
  await page.waitForURL(/#main$/);
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement?.textContent), "Stress");
  assert.equal(await page.evaluate(() => getComputedStyle(document.activeElement!).outlineStyle), "solid");
  await close();
});

test("an empty blog says that it is empty, and shows nothing that is not ready", async () => {
  const empty = await startEmpty();
  const { page, problems, close } = await visit(browser, empty.url, looks[0]);
  assert.match(await page.getByRole("main").innerText(), /No posts yet/);
  assert.deepEqual(await accessibilityViolations(page), []);
  assert.deepEqual(problems, []);
  await shoot(page, "site-empty", looks[0]);
  await close();
  await empty.stop();
});

test("switched off, there is nothing", async () => {
  await call("PATCH", "/admin/settings", { starter_site: false });
  for (const path of ["/", "/posts/the-dimmer-switch", "/search"]) {
    const answer = await fetch(dimmer.url + path);
    assert.equal(answer.status, 404, path);
    assert.match(answer.headers.get("Content-Type") ?? "", /problem\+json/, path);
  }
  await call("PATCH", "/admin/settings", { starter_site: true });
  assert.equal((await fetch(dimmer.url)).status, 200);
});
