// Whoever builds a frontend reads /docs: on any screen, by day and by night.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser } from "playwright-core";
import { accessibilityViolations, dayAndNight, looks, openBrowser, shoot, sidewaysScroll, sizes, visit } from "./browser.js";
import { startDemo, type Dimmer } from "./dimmer.js";

let browser: Browser;
let dimmer: Dimmer;

before(async () => {
  dimmer = await startDemo();
  browser = await openBrowser();
});

after(async () => {
  await browser?.close();
  await dimmer?.stop();
});

for (const size of sizes) {
  test(`the API's page reads well: ${size.name}`, async () => {
    const { page, problems, close } = await visit(browser, `${dimmer.url}/docs`, size.day);
    assert.ok(await page.getByRole("heading", { level: 1 }).isVisible(), "it has a visible title");
    await page.locator("#listPosts summary").click();
    assert.ok(await page.locator("#listPosts").getByText("Whether the post takes comments now.").isVisible(), "the fields of an answer open");
    assert.equal(await sidewaysScroll(page), 0, "it does not scroll sideways");
    // All operations come from one template: one of each group says what the rest would, in a fifth of the time.
    await page.evaluate(() => document.querySelectorAll("article:nth-of-type(n + 2)").forEach((article) => article.remove()));
    await dayAndNight(page, size, async (look) => {
      assert.deepEqual(await accessibilityViolations(page), [], look.name);
      assert.equal(await sidewaysScroll(page), 0, look.name);
      await shoot(page, "docs", look);
    });
    assert.deepEqual(problems, []);
    await close();
  });
}

test("every answer's fields, opened, fit the smallest screen and the widest", async () => {
  const { page, close } = await visit(browser, `${dimmer.url}/docs`, looks[0]);
  await page.evaluate(() => document.querySelectorAll("details").forEach((details) => (details.open = true)));
  for (const width of [320, 768, 1024, 1280, 1920]) {
    await page.setViewportSize({ width, height: 800 });
    assert.equal(await sidewaysScroll(page), 0, `at ${width} pixels`);
    const narrowest = await page.evaluate(() => Math.min(...[...document.querySelectorAll(".fields dd")].map((field) => field.clientWidth)));
    assert.ok(narrowest >= 140, `at ${width} pixels a text has only ${narrowest}`);
  }
  await close();
});

test("from the contents a keyboard gets to an operation, without a script", async () => {
  const context = await browser.newContext({ javaScriptEnabled: false, viewport: looks[2].viewport });
  const page = await context.newPage();
  await page.goto(`${dimmer.url}/docs`);
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter"); // skip to the content
  assert.match(page.url(), /#content$/);
  const link = page.getByRole("navigation", { name: "Contents" }).getByRole("link", { name: "Comment on a post or page" });
  await link.focus();
  await page.keyboard.press("Enter");
  assert.match(page.url(), /#createComment$/);
  const box = await page.getByRole("heading", { name: "Comment on a post or page" }).boundingBox();
  assert.ok(box && box.y >= 0 && box.y < 400, "the operation is in sight, not below the bar");
  await context.close();
});

test("its commands for readers work on the demo as they stand", async () => {
  const { page, close } = await visit(browser, `${dimmer.url}/docs`, looks[2]);
  const commands = await page.locator("pre.command").allInnerTexts();
  await close();
  const addresses = commands.flatMap((command) => {
    const [, address] = /^curl "?(http[^\s"]+)"?$/.exec(command) ?? [];
    return address && !address.includes("$") && !address.includes("limit=1000") ? [address] : [];
  });
  assert.ok(addresses.length > 20, `only ${addresses.length} commands were found`);
  for (const address of addresses) {
    const { pathname, search } = new URL(address);
    const answer = await fetch(dimmer.url + pathname + search);
    assert.equal(answer.status, 200, `${pathname}${search}`);
  }
});
