// The owner finds her posts again, and changes many at once.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser } from "playwright-core";
import { asOwner, startOwnedDemo, visitAdmin } from "./admin.js";
import { accessibilityViolations, looks, openBrowser, shoot, sidewaysScroll, type Visit } from "./browser.js";
import type { Dimmer } from "./dimmer.js";
import { dialog, posts, publicly } from "./editing.js";

let browser: Browser;
let dimmer: Dimmer;
let api: Awaited<ReturnType<typeof asOwner>>;
let blog: ReturnType<typeof posts>;

before(async () => {
  dimmer = await startOwnedDemo();
  browser = await openBrowser();
  api = await asOwner(dimmer);
  blog = posts(api);
});

after(async () => {
  await browser?.close();
  await dimmer?.stop();
});

const [phone, , , dark] = looks;

async function list(look: (typeof looks)[number], path: string): Promise<Visit> {
  const seen = await visitAdmin(browser, dimmer, path, look);
  await seen.page.getByRole("list", { name: "Posts" }).waitFor();
  return seen;
}

for (const look of [phone, dark]) {
  test(`the list is searched, filtered and changed, many at once: ${look.name}`, async () => {
    const first = await blog.write({ title: `Sorting drawers, ${look.name}`, source: "One." });
    const second = await blog.write({ title: `Sorting cupboards, ${look.name}`, source: "Two." });
    const copy = { fields: { source: "One and a half." }, base_version: first.version };
    assert.equal((await api("PUT", `/admin/posts/${first.id}/working-copy`, copy)).status, 200);
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
    assert.equal((await publicly(dimmer.url, first.slug)).status, 200);
    await page.getByRole("button", { name: "Undo" }).click();
    await row(first.title).waitFor();
    assert.equal((await publicly(dimmer.url, first.slug)).status, 404);

    const kept = (await (await api("GET", `/admin/posts/${first.id}/working-copy`)).json()) as { data: { fields: unknown } };
    assert.deepEqual(kept.data.fields, copy.fields, "what somebody is writing is not cleared by it");

    await page.getByLabel(`Choose “${first.title}”`).check();
    await page.getByRole("button", { name: "Add a tag" }).click();
    await dialog(page).getByLabel("Tag").fill("Order");
    await dialog(page).getByRole("button", { name: "Add" }).click();
    await page.getByText("“Order” added to 1 post.").waitFor();
    assert.deepEqual((await blog.read(first.id)).tags.map(({ name }) => name), ["Order"]);

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
