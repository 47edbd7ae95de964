// The owner at her queue: what waits is decided by key, by thumb and by the hundred, and nothing is lost when something fails.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser, CDPSession, Page } from "playwright-core";
import { adminURL, asOwner, startOwnedDemo, visitAdmin } from "./admin.js";
import { accessibilityViolations, looks, openBrowser, shoot, sidewaysScroll, type Look } from "./browser.js";
import type { Dimmer } from "./dimmer.js";
import { hostileTexts, skip, stir, watchRuns } from "./hostile.js";

interface Comment {
  id: string;
  status: string;
  body: string;
  author: { name: string };
  post: { slug: string };
}

let browser: Browser;
let dimmer: Dimmer;
let call: Awaited<ReturnType<typeof asOwner>>;
const [phone, , desktop] = looks;

before(async () => {
  dimmer = await startOwnedDemo();
  call = await asOwner(dimmer);
  browser = await openBrowser();
});

after(async () => {
  await browser?.close();
  await dimmer?.stop();
});

async function get<T>(path: string): Promise<T> {
  const answer = await call("GET", path);
  assert.ok(answer.ok, `${path} answers ${answer.status}`);
  return ((await answer.json()) as { data: T }).data;
}

const held = () => get<Comment[]>("/admin/comments?status=pending&limit=100");
const one = (id: string) => get<Comment>(`/admin/comments/${id}`);

/** A reader comments. Each is somebody new, so it is held. */
async function comments(name: string, body: string, more: Record<string, unknown> = {}, slug = "the-walk-home"): Promise<string> {
  const answer = await fetch(`${dimmer.url}/api/v1/posts/${slug}/comments`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ name, body, ...more }) });
  const { data } = (await answer.json()) as { data?: { id: string } };
  assert.ok(data, `a comment was answered ${answer.status}`);
  return data.id;
}

const row = (page: Page, name: string) => page.getByRole("listitem").filter({ has: page.getByRole("link", { name, exact: true }) });
const toast = (page: Page, text: string | RegExp) => page.getByRole("status", { name: "Messages" }).getByText(text);
const focused = (page: Page) => page.evaluate(() => document.activeElement?.textContent ?? "");

/** Opens the queue signed in, and fails if anything went wrong on the page by the end but requests that the journey made fail. */
async function queue(path: string, look: Look, journey: (page: Page) => Promise<void>, prepare?: (page: Page) => Promise<void>): Promise<void> {
  const seen = await visitAdmin(browser, dimmer, path, look, prepare);
  try {
    await journey(seen.page);
    assert.deepEqual(seen.problems.filter((problem) => !/^console: Failed to load resource: (net::ERR_FAILED|the server responded with a status of 404)/.test(problem)), []);
  } finally {
    await seen.close();
  }
}

test("a comment is approved with a key, and taken back with another", async () => {
  const [first, second] = await held();
  assert.ok(first && second);
  await queue("/comments", desktop, async (page) => {
    await page.getByRole("heading", { level: 2, name: first.author.name }).waitFor();
    await shoot(page, "admin-comments", desktop);
    await page.keyboard.press("a");
    await row(page, first.author.name).waitFor({ state: "detached" });
    await toast(page, `${first.author.name}’s comment approved`).waitFor();
    assert.equal((await one(first.id)).status, "approved");
    assert.equal(await focused(page), second.author.name, "the focus is on the next comment");
    assert.match(page.url(), new RegExp(`id=${second.id}`));

    await page.keyboard.press("u");
    await row(page, first.author.name).waitFor();
    await toast(page, "Taken back").waitFor();
    assert.equal((await one(first.id)).status, "pending");
    await page.waitForFunction((name) => document.activeElement?.textContent === name, first.author.name);

    // j and k move, and go through neither end
    await page.keyboard.press("j");
    await page.getByRole("heading", { level: 2, name: second.author.name }).waitFor();
    await page.keyboard.press("k");
    await page.keyboard.press("k");
    await page.getByRole("heading", { level: 2, name: first.author.name }).waitFor();

    // all keys, and nothing but them while they are shown
    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "Keys" }).waitFor();
    await page.keyboard.press("a");
    assert.deepEqual(await accessibilityViolations(page), []);
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    assert.equal((await one(first.id)).status, "pending");
  });
});

test("all that match are selected, also those that are not on the screen, and moved and brought back together", async () => {
  const post = "five-pillows-one-night";
  for (let i = 0; i < 70; i++) await comments(`Flood ${i}`, `Buy pillowcases wholesale, offer ${i}`, {}, post);
  const matching = async (status: string) => (await get<Comment[]>(`/admin/comments?q=wholesale&status=${status}&limit=100`)).length;
  await queue("/comments?q=wholesale", desktop, async (page) => {
    await page.getByRole("link", { name: "Flood 69", exact: true }).waitFor();
    await page.keyboard.press("x");
    await page.getByText("1 selected").waitFor();
    await page.keyboard.press("Shift+X");
    await page.getByText("70 selected").waitFor();
    assert.deepEqual(await accessibilityViolations(page), []);
    await page.keyboard.press("s");
    await toast(page, "70 comments moved to spam").waitFor();
    await page.getByText("Nothing with “wholesale”.").waitFor();
    assert.equal(await matching("spam"), 70);

    await page.getByRole("button", { name: "Undo" }).click();
    await toast(page, "Taken back for 70 comments").waitFor();
    await page.getByRole("link", { name: "Flood 69", exact: true }).waitFor();
    assert.equal(await matching("pending"), 70);

    // and all of the same address are counted and removed from one of them
    await page.getByRole("button", { name: /^Remove all: \d+ from the same address$/ }).click();
    await page.getByRole("menuitem", { name: /^Move all \d+ to the trash$/ }).click();
    await toast(page, /^\d+ comments moved to the trash$/).waitFor();
    assert.equal(await matching("trash"), 70);
    await page.keyboard.press("u");
    await toast(page, /^Taken back for \d+ comments$/).waitFor();
    await page.getByRole("link", { name: "Flood 69", exact: true }).waitFor();
    await page.keyboard.press("*");
    await page.getByText("70 selected").waitFor();
    await page.keyboard.press("d");
    await toast(page, "70 comments moved to the trash").waitFor();
  });
});

test("what the server did not hear is said, and the comment is where it was", async () => {
  const id = await comments("Bettina", "After my second slipped disc I was told never to use heat again.");
  await queue("/comments", desktop, async (page) => {
    await page.getByRole("heading", { level: 2, name: "Bettina" }).waitFor();
    await page.route("**/api/v1/admin/comments/*", (route) => (route.request().method() === "PATCH" ? route.abort() : route.continue()));
    await page.keyboard.press("a");
    await toast(page, "Could not approve: the server did not answer. The comment is still held.").waitFor();
    await row(page, "Bettina").waitFor();
    assert.equal((await one(id)).status, "pending");
    await page.unroute("**/api/v1/admin/comments/*");
    await page.getByRole("button", { name: "Try again" }).click();
    await toast(page, "Bettina’s comment approved").waitFor();
    await row(page, "Bettina").waitFor({ state: "detached" });
    assert.equal((await one(id)).status, "approved");

    // and what it refuses: somebody else has deleted it
    const gone = (await held())[0];
    assert.ok(gone);
    await page.getByRole("link", { name: gone.author.name, exact: true }).click();
    await call("DELETE", `/admin/comments/${gone.id}`);
    await page.keyboard.press("s");
    await toast(page, /^Could not move it to spam: .* The comment is still held\.$/).waitFor();
    await row(page, gone.author.name).waitFor({ state: "detached" });
  });
});

test("new ones arrive by themselves, and the list does not move under the hand", async () => {
  await queue(
    "/comments",
    desktop,
    async (page) => {
      const list = page.getByRole("group", { name: "Comments" });
      await list.getByRole("listitem").first().waitFor();
      await list.evaluate((box) => { box.scrollTop = 200; });
      const [known] = await held();
      const at = async () => (await row(page, known?.author.name ?? "").boundingBox())?.y;
      const before = await at();
      await comments("Jette", "I stood up after reading this.");
      await comments("Odile", "So did I.");
      await page.clock.fastForward(11_000);
      await page.getByRole("button", { name: "2 new comments" }).waitFor();
      const banner = (await page.getByRole("button", { name: "2 new comments" }).boundingBox())?.height ?? 0;
      assert.equal(Math.round((await at()) ?? 0), Math.round((before ?? 0) + banner));
      await page.getByRole("button", { name: "2 new comments" }).click();
      await list.evaluate((box) => { box.scrollTop = 0; });
      await row(page, "Odile").waitFor();

      // decided on the phone meanwhile: it leaves the list here
      const odile = (await held()).find(({ author }) => author.name === "Odile");
      await call("PATCH", `/admin/comments/${odile?.id}`, { status: "trash" });
      await page.clock.fastForward(11_000);
      await row(page, "Odile").waitFor({ state: "detached" });
      await row(page, "Jette").waitFor();
    },
    (page) => page.clock.install(),
  );
});

test("the filters are in the address, and the way back leads through them", async () => {
  const approved = (await get<Comment[]>("/admin/comments?status=approved&limit=1"))[0];
  assert.ok(approved);
  await queue("/comments", desktop, async (page) => {
    await page.getByRole("navigation", { name: "Filter" }).getByRole("link", { name: "Spam" }).click();
    await page.waitForURL(/status=spam/);
    await page.getByRole("button", { name: /^More filters/ }).click();
    await page.getByRole("switch", { name: "Not yet answered by us" }).check({ force: true });
    await page.waitForURL(/unanswered=true/);
    assert.deepEqual(await accessibilityViolations(page), []);
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await page.keyboard.press("/");
    await page.keyboard.type("zzzz");
    await page.getByText("Nothing with “zzzz”.").waitFor();
    assert.match(page.url(), /q=zzzz/);
    await page.goBack();
    await page.goBack();
    await page.waitForURL((url) => !url.search.includes("spam"));
    await page.getByRole("navigation", { name: "Filter" }).getByRole("link", { name: /^Held/, exact: false }).and(page.locator("[aria-current]")).waitFor();

    await page.goto(adminURL(dimmer, `/comments/${approved.id}`));
    await page.getByRole("heading", { level: 2, name: approved.author.name }).waitFor();
    assert.match(page.url(), new RegExp(`status=all&id=${approved.id}`));
    await page.getByRole("button", { name: /^Reply/ }).waitFor();

    await page.goto(adminURL(dimmer, "/comments/00000000-0000-0000-0000-000000000000"));
    await page.getByText("This comment is gone.").waitFor();
  });
});

test("an answer is kept while it is written, and published with the comment", async () => {
  await call("POST", "/admin/snippets", { title: "Thank you", body: "Thank you, that helps others too." });
  const id = await comments("Tomasz", "I do the long breath out at red lights now.");
  const name = "Your answer to Tomasz";
  await queue(`/comments?id=${id}`, desktop, async (page) => {
    await page.getByRole("heading", { level: 2, name: "Tomasz" }).waitFor();
    await page.keyboard.press("r");
    await page.getByLabel(name).pressSequentially("So do I. ");
    assert.deepEqual(await accessibilityViolations(page), []);
    await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Home" }).click();
    await page.goBack();
    await page.getByRole("heading", { level: 2, name: "Tomasz" }).waitFor();
    await page.keyboard.press("r");
    assert.equal(await page.getByLabel(name).inputValue(), "So do I. ");

    await page.route("**/reply", (route) => route.abort());
    await page.getByRole("button", { name: /^Approve and send/ }).click();
    await toast(page, /but your answer was not sent\. Your text is safe on this device\.$/).waitFor();
    assert.equal(await page.getByLabel(name).inputValue(), "So do I. ");
    await page.unroute("**/reply");
    await page.getByRole("button", { name: "Insert a kept answer" }).click();
    await page.getByRole("menuitem", { name: "Thank you" }).click();
    await page.getByLabel(name).press("Control+Enter");
    await toast(page, "Your answer to Tomasz is published").waitFor();
    const thread = await (await fetch(`${dimmer.url}/api/v1/posts/the-walk-home/comments?limit=100&sort=newest`)).text();
    assert.match(thread, /So do I\. Thank you, that helps others too\./);
    assert.equal((await one(id)).status, "approved");
  });
});

test("a text is changed, a reader trusted and blocked, a comment deleted for good, each to be taken back", async () => {
  const id = await comments("Rosa", "A typo heer.", { email: "rosa@example.org" });
  type Full = Comment & { commenter: { trusted: boolean; blocked: boolean } };
  const now = async () => get<Full>(`/admin/comments/${id}`);
  await queue(`/comments?id=${id}`, desktop, async (page) => {
    await page.getByRole("heading", { level: 2, name: "Rosa" }).waitFor();
    await page.getByText("rosa@example.org. Given, not yet confirmed").waitFor();
    await page.keyboard.press("e");
    await page.getByLabel("The text of Rosa’s comment").fill("No typo here.");
    await page.getByRole("button", { name: /^Save/ }).click();
    await page.getByRole("group", { name: "Comment by Rosa" }).getByText("No typo here.").waitFor();

    const more = async (item: string | RegExp) => {
      await page.getByRole("button", { name: /^More: / }).click();
      await page.getByRole("menuitem", { name: item }).click();
    };
    await more("Trust this reader");
    await toast(page, /^Rosa is trusted/).waitFor();
    assert.equal((await now()).commenter.trusted, true);
    await more("Trust no longer");
    await toast(page, /^Rosa is trusted no longer/).waitFor();

    await more("Block, and move 1 to spam");
    await toast(page, "Rosa is blocked, 1 comment moved to spam").waitFor();
    assert.equal((await now()).commenter.blocked, true);
    assert.equal((await now()).status, "spam");
    await page.keyboard.press("u");
    await toast(page, "Taken back").waitFor();
    assert.equal((await now()).commenter.blocked, false);
    assert.equal((await now()).status, "pending");

    await row(page, "Rosa").getByRole("link").click();
    await more("Delete for good");
    await page.getByRole("dialog").getByRole("button", { name: "Delete for good" }).click();
    await toast(page, "Rosa’s comment deleted").waitFor();
    assert.equal((await call("GET", `/admin/comments/${id}`)).status, 404);
    await page.keyboard.press("u");
    await row(page, "Rosa").waitFor();
    while (!(await call("GET", `/admin/comments/${id}`)).ok); // the row is back before the server has answered
    assert.equal((await now()).status, "pending");
  });
});

/** A finger that goes sideways over the card by a share of its width. */
async function swipe(page: Page, touch: CDPSession, share: number, lift = true): Promise<void> {
  const box = await page.getByRole("article").boundingBox();
  assert.ok(box);
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await touch.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: [{ x, y }] });
  for (let i = 1; i <= 8; i++) await touch.send("Input.dispatchTouchEvent", { type: "touchMove", touchPoints: [{ x: x + (box.width * share * i) / 8, y }] });
  if (lift) await touch.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
}

test("on a phone it is one card after the other, decided by a thumb", async () => {
  await comments("Мira", "Dear readers, please book over this new page from today.", { name: "Мira" });
  for (const name of ["Ute", "Vera", "Wim", "Xaver"]) await comments(name, `${name} says something kind.`);
  const status = async (name: string) => (await get<Comment[]>("/admin/comments?limit=100")).find(({ author }) => author.name === name)?.status;
  await queue(
    "/comments",
    phone,
    async (page) => {
      const card = (name: string) => page.getByRole("article", { name: new RegExp(`^Comment by ${name}, `) });
      const touch = await page.context().newCDPSession(page);
      const ticks = () => page.evaluate(() => (window as unknown as { ticks: number }).ticks);
      await card("Xaver").waitFor();
      await shoot(page, "admin-comments", phone);
      assert.deepEqual(await accessibilityViolations(page), []);
      assert.equal(await sidewaysScroll(page), 0);

      await swipe(page, touch, 0.25, false);
      await page.waitForFunction(() => /^translateX\([4-9]\d/.test(document.querySelector("article")?.style.transform ?? "")); // it follows the thumb
      await touch.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
      await page.waitForFunction(() => document.querySelector("article")?.style.transform === "");
      assert.equal(await ticks(), 0);
      assert.equal(await status("Xaver"), "pending", "a short swipe springs back");
      await swipe(page, touch, 0.45);
      await card("Wim").waitFor();
      await toast(page, "Xaver’s comment approved").waitFor();
      assert.equal(await ticks(), 1);
      assert.equal(await status("Xaver"), "approved");
      await swipe(page, touch, -0.45);
      await toast(page, "Wim’s comment moved to spam").waitFor();
      assert.equal(await status("Wim"), "spam");
      await card("Vera").waitFor();
      await page.getByRole("group", { name: "Decide" }).getByRole("button", { name: "Approve", exact: true }).click();
      await card("Ute").waitFor();
      await page.getByRole("group", { name: "Decide" }).getByRole("button", { name: "Reply" }).click();
      await page.getByLabel("Your answer to Ute").fill("Thank you, Ute.");
      await page.getByRole("button", { name: /^Approve and send/ }).click();
      await toast(page, "Ute’s comment approved and answered").waitFor();

      // a name that only looks like the owner's says so in words, at any width
      await page.getByRole("button", { name: "Filter", exact: true }).click();
      await page.getByRole("dialog").getByRole("radio", { name: "All", exact: true }).check();
      await page.getByRole("dialog").getByRole("button", { name: "Show", exact: true }).click();
      await page.setViewportSize({ width: 320, height: 640 });
      const flag = page.getByText("Imitates a name of the blog").first();
      await flag.waitFor();
      assert.ok(await flag.evaluate((words) => words.scrollWidth <= words.clientWidth), "it is not cut off");
      assert.equal(await sidewaysScroll(page), 0);
      await page.getByRole("link", { name: "Мira" }).click();
      await page.getByText("The name of this reader imitates a name of the blog.").waitFor();
      assert.equal(await sidewaysScroll(page), 0);
      await page.goBack();
      await flag.waitFor();
      assert.deepEqual(await accessibilityViolations(page), []);
    },
    async (page) => {
      await page.addInitScript(() => {
        const counted = window as unknown as { ticks: number };
        counted.ticks = 0;
        navigator.vibrate = () => Boolean((counted.ticks += 1));
      });
    },
  );
});

test("an author sees the comments on her own posts, and decides about them, not about readers", async () => {
  const invited = (await (await call("POST", "/admin/invites", { email: "edda@example.org", name: "Edda", role: "author" })).json()) as { data: { url: string } };
  const joined = await fetch(`${dimmer.url}/api/v1/auth/invite`, {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ token: invited.data.url.split("token=")[1], name: "Edda", password: "harbour lantern violet 83" }),
  });
  assert.ok(joined.ok, `the invite was answered ${joined.status}`);
  const { access_token: token } = (await joined.json()) as { access_token: string };
  const made = await fetch(`${dimmer.url}/api/v1/admin/posts`, {
    method: "POST", headers: { "Content-Type": "application/json", Authorization: `Bearer ${token}` }, body: JSON.stringify({ title: "Hers", markdown: "Hello.", status: "published", slug: "hers" }),
  });
  assert.equal(made.status, 201);
  await comments("Nora", "On hers.", {}, "hers");
  const context = await browser.newContext({ viewport: desktop.viewport });
  const page = await context.newPage();
  await page.goto(adminURL(dimmer, "/comments"));
  await page.getByLabel("E-mail").fill("edda@example.org");
  await page.getByLabel("Password", { exact: true }).fill("harbour lantern violet 83");
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByRole("heading", { level: 2, name: "Nora" }).waitFor();
  assert.equal(await page.getByRole("group", { name: "Comments" }).getByRole("listitem").count(), 1);
  await page.getByRole("button", { name: /^More: / }).click();
  await page.getByRole("menuitem", { name: "Edit the text" }).waitFor();
  assert.equal(await page.getByRole("menuitem", { name: /reader|Block/ }).count(), 0);
  await page.keyboard.press("Escape");
  await page.getByRole("menu").waitFor({ state: "detached" });
  await page.keyboard.press("a");
  await toast(page, "Nora’s comment approved").waitFor();
  await page.getByText(/^Nothing waits\./).waitFor();
  await context.close();
});

test("nothing that strangers have written runs here", { skip }, async () => {
  const texts = hostileTexts(90);
  for (const [n, text] of texts.entries()) {
    await comments(`${n} ${text}`.slice(0, 80), `${n} hostile ${text}`.slice(0, 9_000), { url: `https://a.example/${encodeURI(text).slice(0, 300)}`, email: `x${n}@example.org` }, "five-pillows-one-night");
  }
  let ran: string[] = [];
  await queue(
    "/comments?status=all&q=hostile",
    desktop,
    async (page) => {
      await page.getByRole("group", { name: /^Comment by / }).waitFor();
      let touched = 0;
      for (let i = 0; i < 90; i++) {
        await page.keyboard.press("j");
        if (i % 6 === 0) touched += await stir(page);
      }
      assert.ok(touched > 1000, `only ${touched} elements were touched`);
      await page.getByRole("button", { name: /^Remove all: / }).first().waitFor();
      touched = await stir(page);
      await page.keyboard.press("e");
      await page.getByRole("textbox", { name: /^The text of / }).waitFor();
      await stir(page);
      assert.deepEqual(ran, []);
    },
    async (page) => {
      ran = await watchRuns(page.context());
    },
  );
});
