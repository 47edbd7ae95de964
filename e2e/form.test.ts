// A reader without a script comments by a plain form.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser } from "playwright-core";
import { accessibilityViolations, looks, openBrowser, shoot, sidewaysScroll } from "./browser.js";
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

/** A form as somebody would write it into a page of her own. */
const form = (action: string) => `<!doctype html><html lang="en"><title>A post</title><form method="post" action="${action}">
<label>Name <input name="name"></label>
<label>Comment <textarea name="body"></textarea></label>
<input name="website" hidden>
<input name="return_to" value="/docs" hidden>
<button>Send</button>
</form></html>`;

for (const look of [looks[0], looks[3]]) {
  test(`without a script a reader comments, and hears what is wrong: ${look.name}`, async () => {
    const context = await browser.newContext({ viewport: look.viewport, colorScheme: look.colorScheme });
    const page = await context.newPage();
    await page.setContent(form(`${dimmer.url}/api/v1/posts/the-dimmer-switch/comments`));
    await page.getByLabel("Comment").fill("A warm towel does it too.");
    await page.getByRole("button", { name: "Send" }).click();
    assert.equal(await page.getByRole("heading", { level: 1 }).innerText(), "Your comment was not taken");
    assert.match(await page.getByRole("main").innerText(), /Your name is needed/);
    assert.deepEqual(await accessibilityViolations(page), []);
    assert.equal(await sidewaysScroll(page), 0);
    await shoot(page, "form-mistake", look);

    await page.goBack();
    await page.setContent(form(`${dimmer.url}/api/v1/posts/the-dimmer-switch/comments`)); // a page of a script has no history to go back to
    await page.getByLabel("Name").fill("Ruth");
    await page.getByLabel("Comment").fill(`A warm towel does it too (${look.name}).`);
    await page.getByRole("button", { name: "Send" }).click();
    await page.waitForURL(/\/docs\?comment=pending#comments$/);
    await context.close();
  });
}
