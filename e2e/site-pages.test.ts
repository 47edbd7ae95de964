// The pages of the starter site, as they look: on a phone and at a desk, by day and by night.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { accessibilityViolations, dayAndNight, openBrowser, pictured, shoot, sidewaysScroll, sizes, visit } from "./browser.js";
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

// What most readers see is looked at by day and by night in each size.
const pages: { name: string; path: string; says: RegExp; all?: boolean }[] = [
  { name: "front", path: "/", says: /Notes on stress, pain and rest/, all: true },
  { name: "older", path: "/?page=2", says: /Page 2 of 2/ },
  { name: "post", path: "/posts/the-dimmer-switch", says: /A house with all its lamps on/, all: true },
  { name: "code", path: "/posts/a-breathing-timer-in-forty-lines", says: /place-content/ },
  { name: "german", path: "/posts/der-stuhl-ist-nicht-schuld", says: /Der Stuhl ist nicht schuld/ },
  { name: "page", path: "/pages/about", says: /Three people, two rooms and one kettle/ },
  { name: "tag", path: "/tags/stress", says: /When the day is over/ },
  { name: "author", path: "/authors/edda", says: /Keeps the appointment book/ },
  { name: "search", path: "/search?q=shoulder", says: /found/ },
  { name: "search-nothing", path: "/search?q=shoulder+blade+of+grass", says: /Nothing with “shoulder blade of grass”\. Try one word\./ },
  { name: "missing", path: "/posts/nothing", says: /There is nothing here/ },
];

/** Notes from the start how far what could be seen was moved by what came later: the sum that browsers call layout shift. */
async function watchShifts(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const seen = window as unknown as { shifted: number };
    seen.shifted = 0;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as unknown as { value: number; hadRecentInput: boolean }[]) {
        if (!entry.hadRecentInput) seen.shifted += entry.value;
      }
    }).observe({ type: "layout-shift", buffered: true });
  });
}

const shifts = (page: Page): Promise<number> => page.evaluate(() => (window as unknown as { shifted: number }).shifted);

/** Goes through a page from top to bottom, as somebody who reads it. */
async function readThrough(page: Page): Promise<void> {
  const screens = await page.evaluate(() => Math.ceil(document.documentElement.scrollHeight / innerHeight));
  for (let screen = 0; screen <= screens; screen++) {
    await page.evaluate((at) => scrollTo(0, at * innerHeight), screen);
    await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
  }
  // Those that the widget has taken the place of are not shown, and never asked for.
  await page.waitForFunction(() => [...document.images].every((image) => image.complete || !image.getClientRects().length));
  await page.evaluate(() => scrollTo(0, 0));
}

for (const size of sizes) {
  for (const { name, path, says, all } of pages) {
    test(`${name}, ${size.name}: nothing jumps, nothing is out of reach`, async () => {
      const { page, problems, close } = await visit(browser, dimmer.url + path, size.day, watchShifts);
      await readThrough(page);
      assert.equal(await shifts(page), 0, "what could be seen has moved");
      assert.match(await page.getByRole("main").innerText(), says);
      await dayAndNight(page, size, async (look) => {
        assert.deepEqual(await accessibilityViolations(page), [], look.name);
        assert.equal(await sidewaysScroll(page), 0);
        await shoot(page, `site-${name}`, look);
      }, pictured || all);
      assert.deepEqual(real(problems), []);
      await close();
    });
  }
}

/** What remains of the problems of a visit without the answer 404 to a page that is not there. */
const real = (problems: string[]): string[] => problems.filter((problem) => !/\/posts\/nothing( answers 404|\))/.test(problem));

test("every page fits into 320 pixels", async () => {
  const context = await browser.newContext({ viewport: { width: 320, height: 640 } });
  const page = await context.newPage();
  for (const { path } of pages) {
    await page.goto(dimmer.url + path);
    assert.equal(await sidewaysScroll(page), 0, path);
  }
  await context.close();
});
