// The text of a post: opened without changing it, written as readers see it, as Markdown and as HTML.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";
import { asOwner, startOwnedDemo, visitAdmin } from "./admin.js";
import { accessibilityViolations, looks, openBrowser, shoot, sidewaysScroll, type Visit } from "./browser.js";
import { eventually, type Dimmer } from "./dimmer.js";

const desktop = looks[2];

let browser: Browser;
let dimmer: Dimmer;
let seen: Visit;
let page: Page;
let owner: Awaited<ReturnType<typeof asOwner>>;
/** What the page has sent to change posts. */
let writes: string[] = [];

before(async () => {
  dimmer = await startOwnedDemo();
  browser = await openBrowser();
  owner = await asOwner(dimmer);
  seen = await visitAdmin(browser, dimmer, "/posts", desktop);
  page = seen.page;
  page.on("request", (request) => {
    if (!["GET", "HEAD"].includes(request.method()) && /\/admin\/posts(\/|$)/.test(request.url())) writes.push(`${request.method()} ${request.url()}`);
  });
});

after(async () => {
  await browser?.close();
  await dimmer?.stop();
});

/** Pages of samples load pictures that are nowhere. */
const missing = (problem: string) => /^request to another origin: https:\/\/x\.org|Failed to load resource/.test(problem);
let made = 0;

/** Makes a post and gives its id and title. */
async function post(source: string, format: "markdown" | "html" = "markdown"): Promise<{ id: string; title: string }> {
  const title = `Sample ${++made}`;
  const answer = await owner("POST", "/admin/posts", { title, source, format });
  assert.equal(answer.status, 201, await answer.clone().text());
  return { id: ((await answer.json()) as { data: { id: string } }).data.id, title };
}

const stored = async (id: string): Promise<{ source: string; format: string; updated_at: string }> =>
  ((await (await owner("GET", `/admin/posts/${id}`)).json()) as { data: { source: string; format: string; updated_at: string } }).data;

/** Opens a post from within the area and waits until it is decided how it is shown; gives that. */
async function open({ id, title }: { id: string; title: string }): Promise<string> {
  await page.evaluate((path) => history.pushState(null, "", path), `/admin/posts/${id}`);
  const mode = await page.waitForFunction(
    (wanted) => {
      const shown = [...document.querySelectorAll<HTMLTextAreaElement>("textarea, [role=textbox]")].some((field) => (field.value ?? field.textContent) === wanted);
      const body = document.querySelector<HTMLElement>("[data-mode]");
      return shown && body?.getAttribute("aria-busy") === "false" && body.querySelector("[data-surface]") ? body.dataset["mode"] : false;
    },
    title,
  );
  return (await mode.jsonValue()) as string;
}

const leave = () => page.evaluate(() => history.pushState(null, "", "/admin/posts"));
const surface = () => page.locator("[data-surface]");
const tool = (name: string) => page.getByRole("toolbar", { name: "Text" }).getByRole("button", { name, exact: true });

/** Waits until the server has stored what was written. */
async function becomes(id: string, expected: string): Promise<void> {
  await page.keyboard.press("Control+s");
  assert.equal((await eventually(() => stored(id), ({ source }) => source === expected)).source, expected);
}

/** Puts something on the clipboard of the page and pastes it. */
async function paste(data: Record<string, string>, files: { name: string; type: string; base64: string }[] = []): Promise<void> {
  await page.evaluate(
    ({ data: texts, files: sent }) => {
      const clipboard = new DataTransfer();
      for (const [type, text] of Object.entries(texts)) clipboard.setData(type, text);
      for (const { name, type, base64 } of sent) clipboard.items.add(new File([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))], name, { type }));
      const target = document.activeElement ?? document.body;
      target.dispatchEvent(new ClipboardEvent("paste", { clipboardData: clipboard, bubbles: true, cancelable: true }));
    },
    { data, files },
  );
}

const shared = (path: string) => fileURLToPath(new URL(`../../../../shared/data/${path}`, import.meta.url));

/** Opens each text and leaves it again; nothing may have been sent, and nothing may have changed. */
async function opensUnchanged(sources: string[]): Promise<Record<string, number>> {
  const posts = await Promise.all(sources.map((source) => post(source)));
  const before = await Promise.all(posts.map(({ id }) => stored(id)));
  writes = [];
  const modes: Record<string, number> = {};
  for (const one of posts) {
    const mode = await open(one);
    modes[mode] = (modes[mode] ?? 0) + 1;
    await surface().focus();
  }
  await leave();
  await page.waitForFunction(() => !document.querySelector("[data-mode]"));
  assert.deepEqual(writes, []);
  const after = await Promise.all(posts.map(({ id }) => stored(id)));
  assert.deepEqual(after, before);
  assert.deepEqual(after.map(({ source }) => source), sources.map((source) => source.replace(/\r\n?/g, "\n"))); // line ends are the server's
  return modes;
}

test("opening and closing a post never changes its text", async () => {
  const modes = await opensUnchanged([
    "", "One line", "Two lines\nwhich belong together\n", "* stars\n* and more\n\n+ plus", "1) one\n2) two", "Title\n=====\n\nText", "a\n\n\n\n\nb   ", "Windows\r\n\r\nlines\r\n", "A [ref][1].\n\n[1]: https://example.org",
    "Text[^1].\n\n[^1]: The note.", "<div>raw</div>", "a\n\n<!--more-->\n\nb", "__bold__ and _italic_", "| a | b |\n|---|:-:|\n| 1 | 2 |", "~~~go\nx\n~~~",
  ]);
  assert.deepEqual(modes, { rich: 12, markdown: 3 });
});

test("the samples of Markdown that is hard to keep come out as they went in", { skip: !existsSync(shared("markdown")) && "the shared data is not here" }, async () => {
  const samples = Object.values(JSON.parse(readFileSync(shared("markdown/roundtrip-samples.json"), "utf8")) as Record<string, string>);
  const modes = await opensUnchanged(samples);
  assert.ok((modes["rich"] ?? 0) >= 28, JSON.stringify(modes));
});

// One of 25, or all of them where EVERY_EXAMPLE is set, which takes some minutes.
test("the examples of CommonMark come out as they went in", { skip: !existsSync(shared("commonmark")) && "the shared data is not here" }, async () => {
  const step = process.env["EVERY_EXAMPLE"] ? 1 : 25;
  const examples = (JSON.parse(readFileSync(shared("commonmark/spec.json"), "utf8")) as { markdown: string }[]).filter((_, i) => i % step === 0).map(({ markdown }) => markdown);
  const modes = await opensUnchanged(examples);
  assert.ok((modes["rich"] ?? 0) > (modes["markdown"] ?? 0), JSON.stringify(modes));
});

test("nothing of the samples runs or is sent", () => {
  assert.deepEqual(seen.problems.filter((problem) => !missing(problem)), []);
  seen.problems.length = 0;
});

/** Opens a post that holds one paragraph, with the caret at its end. */
async function begun(source = "Begin"): Promise<{ id: string; title: string }> {
  const one = await post(source);
  assert.equal(await open(one), "rich");
  await surface().locator("p").last().click();
  await page.keyboard.press("Control+End");
  return one;
}

test("what is written in the rich view is stored as Markdown, and what looks like Markdown in it stays text", async () => {
  const one = await begun("First **line**\n\nSecond");
  await page.keyboard.type(" costs 2 * 3, [a](b) and <b>");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Control+b");
  await page.keyboard.type("bold");
  await page.keyboard.press("Control+b");
  await page.keyboard.type(" and plain");
  await page.keyboard.press("Enter");
  await page.keyboard.type("## Heading");
  await page.keyboard.press("Enter");
  await page.keyboard.type("- one");
  await page.keyboard.press("Enter");
  await page.keyboard.type("two");
  await becomes(one.id, "First **line**\n\nSecond costs 2 * 3, \\[a](b) and \\<b>\n\n**bold** and plain\n\n## Heading\n\n- one\n- two");
});

test("a slash offers what can be inserted, by keyboard", async () => {
  const one = await begun();
  await page.keyboard.press("Enter");
  await page.keyboard.type("/");
  const menu = page.getByRole("listbox", { name: "Insert" });
  await menu.waitFor();
  assert.equal(await surface().getAttribute("aria-activedescendant"), "slash-heading");
  await page.keyboard.press("ArrowDown");
  assert.equal(await menu.getByRole("option", { selected: true }).innerText(), "Smaller heading");
  await page.keyboard.press("Escape");
  await menu.waitFor({ state: "hidden" });
  assert.equal(await page.evaluate(() => document.activeElement?.hasAttribute("data-surface")), true);
  await page.keyboard.press("Backspace");
  await page.keyboard.type("/quo");
  assert.deepEqual(await menu.getByRole("option").allInnerTexts(), ["Quote"]);
  await page.keyboard.press("Enter");
  await page.keyboard.type("Turn it down");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Enter");
  await page.keyboard.type("/tab");
  await page.keyboard.press("Enter");
  await page.keyboard.type("A");
  await page.keyboard.press("Tab");
  await page.keyboard.type("B | C");
  await page.getByRole("button", { name: "Remove this column" }).click();
  await page.keyboard.press("ArrowDown");
  await page.getByRole("button", { name: "Remove this row" }).click();
  await page.getByRole("button", { name: "Add a row below" }).click();
  await becomes(one.id, "Begin\n\n> Turn it down\n\n| A |  |\n| --- | --- |\n|  |  |\n|  |  |");
});

test("a link leads to an address or to a post found by its words", async () => {
  const found = await post("A word that no other post has: zimtstern");
  const one = await begun("See");
  await page.keyboard.type(" ");
  await page.keyboard.press("Control+k");
  const dialog = page.getByRole("dialog", { name: "Link" });
  await dialog.getByRole("combobox").fill("zimtstern");
  await dialog.getByRole("option", { name: found.title }).waitFor();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await dialog.waitFor({ state: "hidden" });
  await page.keyboard.type(" and here");
  await page.keyboard.press("Shift+Control+ArrowLeft");
  await page.keyboard.press("Control+k");
  await dialog.getByRole("combobox").fill("example.org/a");
  await page.keyboard.press("Enter");
  const { url } = ((await (await owner("GET", `/admin/posts/${found.id}`)).json()) as { data: { url: string } }).data;
  await becomes(one.id, `See [${found.title}](${url}) and [here](https://example.org/a)`);
});

test("what is pasted comes in clean", async () => {
  const one = await begun();
  await page.keyboard.press("Enter");
  await paste({
    "text/html": `<html><head><style>p{color:red}</style></head><body><b style="font-weight:normal" id="docs-internal-guid-1"><p style="margin:0"><span style="font-weight:700;color:#f00">Bold</span> and <span style="font-style:italic">italic</span><o:p></o:p></p>
      <h2 style="color:blue" onclick="alert(1)">Head</h2><ul><li><p>one</p></li><li><p>two</p></li></ul><script>alert(1)</script></b></body></html>`,
    "text/plain": "Bold and italic",
  });
  const clean = "Begin\n\n**Bold** and *italic*\n\n## Head\n\n- one\n- two";
  await becomes(one.id, clean);
  await page.keyboard.press("Control+End");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Enter");
  await paste({ "text/html": "<p class=MsoListParagraph style='mso-list:l0 level1'><span style='mso-list:Ignore'>· </span>Word one</p><p class=MsoListParagraph><span style='mso-list:Ignore'>· </span>Word two</p>" });
  await becomes(one.id, `${clean}\n\n* Word one\n* Word two`);
});

test("pasted Markdown becomes what it means, and one undo later stands as it was", async () => {
  const one = await begun();
  await page.keyboard.press("Enter");
  await paste({ "text/plain": "## Head\n\nSome **bold** text" });
  await becomes(one.id, "Begin\n\n## Head\n\nSome **bold** text");
  await page.keyboard.press("Control+z");
  await becomes(one.id, "Begin\n\n\\## Head  Some \\*\\*bold\\*\\* text");
});

const pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

test("a pasted picture is uploaded, and its description asked for", async () => {
  const one = await begun();
  await page.keyboard.press("Enter");
  await paste({}, [{ name: "neck.png", type: "image/png", base64: pixel }]);
  const field = page.getByRole("textbox", { name: "Description" });
  await field.waitFor();
  const reminder = surface().getByRole("button", { name: "Describe this picture for people who cannot see it" });
  await reminder.waitFor();
  await field.fill("A neck [at rest]");
  await reminder.waitFor({ state: "hidden" });
  await field.press("Enter");
  await page.keyboard.type(" after");
  await page.keyboard.press("Control+s");
  const pattern = /^Begin\n\n!\[A neck \\\[at rest\\\]\]\(\/media\/\S+\.png\) after$/;
  assert.match((await eventually(() => stored(one.id), ({ source }) => pattern.test(source))).source, pattern);
});

test("who writes on while a picture is uploaded loses nothing by it", async () => {
  const one = await begun();
  let answer: () => void = () => undefined;
  const asked = new Promise<void>((resolve) => { answer = resolve; });
  const uploads = /\/api\/v1\/admin\/media(\?|$)/;
  await page.route(uploads, async (route) => {
    await asked;
    await route.continue();
  });
  await paste({}, [{ name: "neck.png", type: "image/png", base64: pixel }]);
  await page.keyboard.type(" and");
  answer();
  await surface().locator("img[src^='/media/']").waitFor();
  await page.keyboard.type(" on");
  await surface().locator("img").click();
  await page.keyboard.type("!"); // behind the picture that is chosen, not in its place
  await page.unroute(uploads);
  const pattern = /^Begin!\[\]\(\/media\/\S+\.png\)! and on$/;
  await page.keyboard.press("Control+s");
  assert.match((await eventually(() => stored(one.id), ({ source }) => pattern.test(source))).source, pattern);
});

test("a picture that cannot be uploaded leaves the text as it was and says so", async () => {
  const one = await begun();
  await paste({}, [{ name: "broken.png", type: "image/png", base64: "bm8gcGljdHVyZQ==" }]);
  await page.getByText(/broken\.png is not uploaded\..*Your text is safe\./).waitFor();
  await page.keyboard.type(" on");
  await becomes(one.id, "Begin on");
  await page.getByRole("button", { name: "Close this message" }).click();
});

test("the views can be changed; where one would lose something it says what", async () => {
  const one = await begun("Rich *text*");
  await tool("Markdown").click();
  await page.locator("[data-mode=markdown] [data-surface]").waitFor();
  assert.equal(await surface().innerText(), "Rich *text*");
  await page.frameLocator("iframe[title=Preview]").getByText("Rich text").waitFor();
  await surface().click();
  await page.keyboard.press("Control+End");
  await page.keyboard.type("[^1]");
  await tool("Footnote").click();
  await page.keyboard.type("A note.");
  await page.frameLocator("iframe[title=Preview]").getByText("A note.").waitFor();
  await tool("Rich text").click();
  await page.getByText("This post holds footnotes, which only the Markdown view keeps.").waitFor();
  await page.getByRole("button", { name: "Stay with Markdown" }).click();
  await becomes(one.id, "Rich *text*[^1][^2]\n\n[^2]: A note.");
  // The choice is kept with the post.
  await leave();
  assert.equal(await open(one), "markdown");
  await tool("Rich text").click();
  await page.getByRole("button", { name: "Switch anyway" }).click();
  await page.locator("[data-mode=rich] [data-surface]").waitFor();
  await page.getByRole("button", { name: "Undo", exact: true }).click();
  await page.locator("[data-mode=markdown] [data-surface]").waitFor();
  assert.match(await surface().innerText(), /^Rich \*text\*\[\^1\]\[\^2\]/);
});

test("HTML becomes Markdown after its owner has seen what changes", async () => {
  const one = await post("<h2>Head</h2>\n<p>Some <b>bold</b>, H<sub>2</sub>O</p>", "html");
  assert.equal(await open(one), "html");
  await surface().click();
  await page.keyboard.press("Control+End");
  await page.keyboard.type("\n<p>New</p>");
  await becomes(one.id, "<h2>Head</h2>\n<p>Some <b>bold</b>, H<sub>2</sub>O</p>\n<p>New</p>");
  await tool("Convert to Markdown").click();
  const comparison = page.frameLocator("iframe[title='The post before and after']");
  await comparison.locator("del", { hasText: "H2O" }).waitFor();
  await comparison.locator("ins", { hasText: "H2O" }).waitFor();
  assert.equal(await comparison.locator("ins").count(), 1);
  await page.getByRole("button", { name: "Convert", exact: true }).click();
  await page.locator("[data-mode=rich] [data-surface]").waitFor();
  await becomes(one.id, "## Head\n\nSome **bold**, H2O\n\nNew");
  assert.equal((await stored(one.id)).format, "markdown");
});

test("the tools are reached once with Tab and gone through with arrows; Escape leads back into the text", async () => {
  await begun();
  await page.keyboard.press("Alt+F10");
  assert.equal(await tool("Heading").evaluate((button) => button === document.activeElement), true);
  await page.keyboard.press("ArrowRight");
  assert.equal(await tool("Bold").evaluate((button) => button === document.activeElement), true);
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("ArrowLeft");
  assert.equal(await tool("More").evaluate((button) => button === document.activeElement), true);
  assert.equal(await page.locator('[role="toolbar"][aria-label="Text"] [tabindex="0"]').count(), 1);
  await page.keyboard.press("Escape");
  assert.equal(await surface().evaluate((text) => text === document.activeElement), true);
});

const everything = "Most of the necks I meet on Monday were made on the Thursday before.\n\n## First, the screen\n\nSit as you *really* sit, and [close your eyes](https://example.org).\n\n- [ ] one\n- [x] two\n\n" +
  "> A quote\n\n| A | B |\n| --- | --: |\n| 1 | 2 |\n\n```go\nfunc main() {}\n```\n\n![](/assets/favicon.svg)\n\nThe end";

for (const look of [looks[0], looks[3]]) {
  test(`both views are accessible and fit the window: ${look.name}`, async () => {
    await page.setViewportSize(look.viewport);
    await page.emulateMedia({ colorScheme: look.colorScheme });
    await open(await post(everything));
    await surface().getByText("Most of the necks").click();
    await shoot(page, "editor-rich", look);
    assert.deepEqual(await accessibilityViolations(page), []);
    assert.ok((await sidewaysScroll(page)) <= 0);
    await surface().getByText("The end").click();
    await page.keyboard.press("End");
    await page.keyboard.press("Enter");
    await page.keyboard.type("/");
    await page.getByRole("listbox", { name: "Insert" }).waitFor();
    await shoot(page, "editor-slash", look);
    assert.deepEqual(await accessibilityViolations(page), []);
    await page.keyboard.press("Escape");
    await open(await post(`Text[^1] with *notes*.\n\n[^1]: The note.\n\n${everything}`));
    if (look.viewport.width > 400) await page.frameLocator("iframe[title=Preview]").getByText("The note.").waitFor();
    await shoot(page, "editor-markdown", look);
    assert.deepEqual(await accessibilityViolations(page), []);
    assert.ok((await sidewaysScroll(page)) <= 0);
  });
}

test("nothing failed on the way, and no policy was broken", () => {
  assert.deepEqual(seen.problems.filter((problem) => !/the server responded with a status of 4(15|22)/.test(problem)), []); // the broken picture is refused
});
