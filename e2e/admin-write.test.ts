// The owner writes: from the first word to readers.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser } from "playwright-core";
import { asOwner, startOwnedDemo, visitAdmin } from "./admin.js";
import { accessibilityViolations, looks, openBrowser, shoot, sidewaysScroll } from "./browser.js";
import type { Dimmer } from "./dimmer.js";
import { dialog, posts, publicly, saved, standing, text, title, writeOn } from "./editing.js";

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

const [phone, , desktop, dark] = looks;

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
    const id = new URL(page.url()).pathname.split("/").pop() ?? "";
    assert.equal((await blog.read(id)).status, "draft");

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
    const post = await blog.read(id);
    assert.equal(post.slug.replace(/-\d+$/, ""), "a-towel-under-the-knee");
    assert.match((await publicly(dimmer.url, post.slug)).html, /Roll it up\. Put it under the knee\./);

    await writeOn(page, " Breathe.");
    await standing(page, "Changes not published · saved just now");
    assert.doesNotMatch((await publicly(dimmer.url, post.slug)).html, /Breathe/, "what is saved by itself never goes live");
    await page.getByRole("button", { name: "Update" }).click();
    await dialog(page).getByText("Readers see the changes at once.").waitFor();
    await dialog(page).getByRole("button", { name: "Update" }).click();
    await page.getByText("Updated. Readers see the changes now.").waitFor();
    assert.match((await publicly(dimmer.url, post.slug)).html, /Breathe/);
    assert.deepEqual(problems, []);
    await close();
  });
}

test("a post is scheduled by the clock of the site, not of the device", async () => {
  const post = await blog.write({ title: "Winter hours", source: "From January on." });
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
  const scheduled = await blog.read(post.id);
  assert.equal(scheduled.status, "scheduled");
  assert.equal(scheduled.published_at, "2030-01-15T17:40:00Z");
  await page.getByRole("button", { name: "Undo" }).click();
  await standing(page, "Draft");
  assert.equal((await blog.read(post.id)).status, "draft");
  await close();
});

test("tags keep the order that she gives them, and an old address leads to the new one", async () => {
  const post = await blog.write({ title: "Where it hurts", source: "Here.", tags: ["Pain", "Rest"], status: "published" });
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
  const now = await blog.read(post.id);
  assert.deepEqual(now.tags.map(({ name }) => name), ["Long walks", "Pain", "Rest"]);
  assert.equal(now.slug, "where-it-really-hurts");
  assert.equal((await publicly(dimmer.url, "where-it-hurts")).status, 308);
  assert.deepEqual(problems.filter((problem) => !problem.includes("422")), []);
  await close();
});
