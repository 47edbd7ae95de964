// Whatever comes between the owner and her text, nothing of it is lost, and nothing of anybody else's is overwritten.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser } from "playwright-core";
import { adminURL, asOwner, owner, startOwnedDemo, visitAdmin } from "./admin.js";
import { accessibilityViolations, looks, openBrowser, shoot, sidewaysScroll } from "./browser.js";
import type { Dimmer } from "./dimmer.js";
import { dialog, posts, saved, standing, text, title, writeOn } from "./editing.js";

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

const [phone, , desktop] = looks;

for (const look of [phone, desktop]) {
  test(`what was changed elsewhere is laid beside one's own and not overwritten: ${look.name}`, async () => {
    const post = await blog.write({ title: `The small of the back, ${look.name}`, source: "Lie down.\n\nStay there." });
    const { page, close } = await visitAdmin(browser, dimmer, `/posts/${post.id}`, look);
    await writeOn(page, " Mine.");
    await blog.patch(post, { source: "Lie down.\n\nStay there. Theirs.", featured: true });
    await page.getByRole("button", { name: "Compare" }).first().waitFor();
    await writeOn(page, " More of mine.");
    await page.getByRole("button", { name: "Compare" }).first().click();
    await dialog(page).getByText("Nothing is overwritten").waitFor();
    assert.deepEqual(await accessibilityViolations(page), []);
    assert.equal(await sidewaysScroll(page), 0);
    await shoot(page, "admin-editor-compare", look);
    assert.match((await blog.read(post.id)).source, /Theirs\.$/, "theirs is still there");
    await dialog(page).getByLabel("Keep yours").check();
    await dialog(page).getByRole("button", { name: "Save this" }).click();
    await saved(page);
    await page.keyboard.press("Control+s");
    await standing(page, "Draft · saved just now");
    const now = await blog.read(post.id);
    assert.match(now.source, /Stay there\. Mine\. More of mine\.$/);
    assert.equal(now.featured, true, "what only the other side changed is kept");
    await close();
  });
}

test("a lost connection loses no word", async () => {
  const post = await blog.write({ title: "In the tunnel", source: "Before." });
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
  // The page closes before the server is reached again.
  await page.context().route("**/working-copy", (route) => (route.request().method() === "PUT" ? route.abort() : route.continue()));
  await page.context().setOffline(false);
  await page.goto(adminURL(dimmer, `/posts/${post.id}`));
  await text(page).getByText("Before. Within. Still within.").waitFor();
  await page.getByText("There was a newer text on this device. It is in the editor now.").waitFor();
  await page.context().unroute("**/working-copy");
  await saved(page);
  await close();
});

test("a session that ends while she writes costs a sign-in and nothing else", async () => {
  const post = await blog.write({ title: "Interrupted", source: "One." });
  const { page, close } = await visitAdmin(browser, dimmer, `/posts/${post.id}`, phone);
  await text(page).waitFor();
  assert.equal((await api("DELETE", "/auth/sessions")).status, 204);
  await writeOn(page, " Two.");
  await dialog(page).getByText("Nothing you typed is lost.").waitFor();
  await page.getByLabel("Password", { exact: true }).fill(owner.password);
  await dialog(page).getByRole("button", { name: "Sign in", exact: true }).click();
  await dialog(page).waitFor({ state: "hidden" });
  await saved(page);
  await page.reload();
  await text(page).getByText("One. Two.").waitFor();
  await close();
});

test("an earlier version is read as a difference, restored, and the restoring taken back", async () => {
  const post = await blog.write({ title: "Which pillow", source: "A soft pillow." });
  await blog.patch(post, { source: "A firm pillow.", title: "Which pillow?" });
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
  assert.equal((await blog.read(post.id)).title, "Which pillow?");

  await page.getByRole("button", { name: "Post settings" }).click();
  await dialog(page).getByText("Dimmer level for this post").waitFor();
  assert.deepEqual(await accessibilityViolations(page), []);
  await shoot(page, "admin-editor-settings", phone);
  await page.keyboard.press("Escape");
  await dialog(page).waitFor({ state: "hidden" });
  await close();
});

test("two tabs follow each other, and a draft that is left stands in the list as it was written", async () => {
  const post = await blog.write({ title: "Twice open", source: "Start." });
  const { page, problems, close } = await visitAdmin(browser, dimmer, `/posts/${post.id}`, desktop);
  await text(page).waitFor();
  const other = await page.context().newPage();
  await other.goto(adminURL(dimmer, `/posts/${post.id}`));
  await writeOn(other, " From the other tab.");
  await saved(other);
  await text(page).getByText("Start. From the other tab.").waitFor();
  await writeOn(page, " And from this one.");
  await saved(page);
  await text(other).getByText("Start. From the other tab. And from this one.").waitFor();
  await other.close();
  await title(page).fill("Twice open, once closed");
  await page.getByRole("link", { name: "Back to posts" }).click();
  await page.getByRole("link", { name: "Twice open, once closed" }).waitFor();
  const now = await blog.read(post.id);
  assert.equal(now.source, "Start. From the other tab. And from this one.");
  assert.equal(now.slug, "twice-open-once-closed", "the address follows the title as long as nobody knows it");
  assert.deepEqual(problems, []);
  await close();
});

test("a list that was asked for before a draft was saved shows it as it was saved", async () => {
  const post = await blog.write({ title: "Asked too early", source: "Start." });
  const { page, problems, close } = await visitAdmin(browser, dimmer, `/posts/${post.id}`, desktop);
  await title(page).waitFor();
  // The list is answered as it was when it was asked for, and that answer arrives after the draft is saved.
  let answered = () => undefined as void, late = false;
  const answer = new Promise<void>((resolve) => (answered = resolve));
  const savedThen = page.waitForResponse((response) => response.request().method() === "PATCH");
  await page.route(`**/admin/posts/${post.id}`, async (route) => {
    if (route.request().method() === "PATCH") await answer;
    await route.continue();
  });
  await page.route(/\/api\/v1\/admin\/posts\?/, async (route) => {
    if (late) return route.continue();
    late = true;
    const response = await route.fetch();
    answered();
    await savedThen;
    await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
    return route.fulfill({ response });
  });
  await title(page).fill("Shown all the same");
  await page.getByRole("link", { name: "Back to posts" }).click();
  await page.getByRole("link", { name: "Shown all the same" }).waitFor();
  assert.ok(late, "the list was asked for");
  assert.deepEqual(problems, []);
  await close();
});
