// The first minute of a new blog: its owner opens the link that the start has printed.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { accessibilityViolations, dayAndNight, looks, openBrowser, shoot, sidewaysScroll, sizes, visit } from "./browser.js";
import { startEmpty, type Dimmer } from "./dimmer.js";

let browser: Browser;
let dimmer: Dimmer;

before(async () => {
  dimmer = await startEmpty();
  browser = await openBrowser();
});

after(async () => {
  await browser?.close();
  await dimmer?.stop();
});

const heading = (page: Page) => page.getByRole("heading", { level: 1 });
const error = (page: Page, label: string) =>
  page.getByLabel(label, { exact: true }).evaluate((field) =>
    (field.getAttribute("aria-describedby") ?? "").split(" ").map((id) => document.getElementById(id)?.textContent ?? "").join(" "),
  );

async function answer(page: Page): Promise<void> {
  await page.getByLabel("Title").fill("The Quiet Shoulder");
  await page.getByLabel("Name", { exact: true }).fill("Mira Holt");
  await page.getByLabel("E-mail address").fill("mira@example.org");
  await page.getByLabel("Password", { exact: true }).fill("kettle orbit maple tuesday");
}

for (const size of sizes) {
  test(`the setup page reads well: ${size.name}`, async () => {
    const { page, problems, close } = await visit(browser, dimmer.setupLink, size.day);
    const examine = (name: string) =>
      dayAndNight(page, size, async (look) => {
        assert.deepEqual(await accessibilityViolations(page), [], `${name}, ${look.name}`);
        assert.equal(await sidewaysScroll(page), 0, `${name} scrolls sideways: ${look.name}`);
        await shoot(page, name, look);
      });
    assert.equal(await heading(page).innerText(), "Set up your blog");
    assert.equal(new URL(page.url()).hash, "", "the token is gone from the address");
    await examine("setup");

    await page.getByRole("button", { name: "Set up the blog" }).click();
    assert.match(await error(page, "Title"), /Give the blog a title/);
    assert.equal(await page.getByLabel("Title").evaluate((field) => field === document.activeElement), true, "the first mistake has the focus");
    assert.equal(await page.getByLabel("Title").getAttribute("aria-invalid"), "true");
    await examine("setup-mistakes");
    await page.setViewportSize({ width: 320, height: 640 });
    assert.equal(await sidewaysScroll(page), 0, "it does not scroll sideways on the smallest screen");
    assert.deepEqual(problems, []);
    await close();
  });
}

test("it knows the language and the time zone of the browser, and shows them", async () => {
  const context = await browser.newContext({ locale: "de-AT", timezoneId: "Europe/Vienna" });
  const page = await context.newPage();
  await page.goto(dimmer.setupLink);
  assert.equal(await page.getByLabel("Language").inputValue(), "de-AT");
  assert.equal(await page.getByLabel("Time zone").inputValue(), "Europe/Vienna");
  assert.ok(await page.getByText("Of your posts: Austrian German.").isVisible());
  await context.close();
});

test("a password shows its length while it is typed, and itself when asked", async () => {
  const { page, close } = await visit(browser, dimmer.setupLink, looks[0]);
  const password = page.getByLabel("Password", { exact: true });
  await password.fill("kettle orbit");
  assert.equal(await page.locator("#length-text").innerText(), "12 of 15 characters");
  await page.waitForFunction(() => document.getElementById("length-said")?.textContent === "12 of 15 characters");
  await password.fill("kettle orbit maple");
  assert.equal(await page.locator("#length-text").innerText(), "18 characters: long enough");
  await page.getByRole("button", { name: "Show the password" }).click();
  assert.equal(await password.getAttribute("type"), "text");
  await page.getByRole("button", { name: "Hide the password" }).click();
  assert.equal(await password.getAttribute("type"), "password");
  await close();
});

test("without a token it says what is missing, and goes on when the whole link is opened", async () => {
  const { page, problems, close } = await visit(browser, dimmer.setupLink.split("#")[0] ?? "", looks[0]);
  assert.equal(await heading(page).innerText(), "This link is not complete");
  assert.deepEqual(await accessibilityViolations(page), []);
  await shoot(page, "setup-incomplete", looks[0]);
  await page.goto(dimmer.setupLink);
  await page.getByRole("heading", { name: "Set up your blog" }).waitFor();
  assert.equal(new URL(page.url()).hash, "");
  assert.deepEqual(problems, []);
  await close();
});

test("what the server does not accept stands beside its field, and nothing typed is lost", async () => {
  const { page, close } = await visit(browser, `${dimmer.setupLink}x`, looks[1]);
  await answer(page);
  await page.getByRole("button", { name: "Set up the blog" }).click();
  await page.getByText("This is not the setup link of this blog.").waitFor();
  assert.equal(await page.getByLabel("Title").inputValue(), "The Quiet Shoulder");

  await page.goto(dimmer.setupLink);
  await page.getByLabel("Password", { exact: true }).fill("passwordpassword");
  await page.getByRole("button", { name: "Set up the blog" }).click();
  await page.getByText("The password is easy to guess").waitFor();
  assert.match(await error(page, "Password"), /easy to guess/);
  assert.ok(await page.getByText("This is not the setup link").isHidden(), "the old complaint is gone");
  assert.deepEqual(await accessibilityViolations(page), []);
  await shoot(page, "setup-refused", looks[1]);
  await close();
});

test("without JavaScript it says so", async () => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(dimmer.setupLink);
  assert.match(await page.locator("noscript").innerText(), /This page needs JavaScript/);
  assert.ok(await page.getByLabel("Title").isHidden());
  await context.close();
});

// The last one: it sets the blog up.
test("with the keyboard alone somebody becomes the owner; whoever comes second reads that it is done", async () => {
  const second = await visit(browser, dimmer.setupLink, looks[2]);
  await answer(second.page);

  const { page, problems, close } = await visit(browser, dimmer.setupLink, looks[3]);
  const type = async (label: string, text: string) => {
    await page.keyboard.press("Tab");
    assert.equal(await page.getByLabel(label, { exact: true }).evaluate((field) => field === document.activeElement), true, `Tab leads to ${label}`);
    if (text) await page.keyboard.type(text);
  };
  await type("Title", "The Quiet Shoulder");
  await type("Language", "");
  await type("Time zone", "");
  await type("Name", "Mira Holt");
  await type("E-mail address", "mira@example.org");
  await type("Password", "kettle orbit maple tuesday");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Your blog is ready" }).waitFor();
  assert.equal(await page.evaluate(() => document.activeElement?.textContent), "Your blog is ready", "the news has the focus");
  assert.match(await page.title(), /^Your blog is ready/);
  assert.deepEqual(await accessibilityViolations(page), []);
  assert.deepEqual(problems, []);
  await shoot(page, "setup-done", looks[3]);
  assert.deepEqual((await page.context().cookies()).map(({ name, httpOnly, sameSite }) => [name, httpOnly, sameSite]), [["dimmer_refresh", true, "Strict"]]);
  const site = (await (await fetch(`${dimmer.url}/api/v1/site`)).json()) as { data: { title: string } };
  assert.equal(site.data.title, "The Quiet Shoulder");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.waitForURL("**/admin/");
  await page.getByRole("heading", { level: 1, name: /^Good (morning|afternoon|evening), Mira\. Nothing waits for you\.$/ }).waitFor();
  const steps = page.getByRole("region", { name: "Three first steps" });
  await steps.getByRole("listitem").first().waitFor();
  assert.deepEqual(await steps.getByRole("heading", { level: 3 }).allInnerTexts(), ["Write the first post", "Try the mail", "See where your readers see it"]);
  assert.ok(await steps.getByText("Mail is off.").isVisible());
  assert.deepEqual(await accessibilityViolations(page), []);
  assert.deepEqual(problems, []);
  await shoot(page, "setup-inside", looks[3]);
  await close();

  await second.page.getByRole("button", { name: "Set up the blog" }).click();
  await second.page.getByRole("heading", { name: "This blog is already set up" }).waitFor();
  await second.close();

  const third = await visit(browser, dimmer.setupLink, looks[0]);
  assert.equal(await heading(third.page).innerText(), "This blog is already set up");
  assert.deepEqual(await accessibilityViolations(third.page), []);
  assert.deepEqual(third.problems, []);
  await shoot(third.page, "setup-again", looks[0]);
  await third.close();
});
