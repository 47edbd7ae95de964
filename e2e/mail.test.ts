// A reader and a moderator who meet by mail: everything that a link in a mail leads to, on the real program with a real mail server.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, describe, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { accessibilityViolations, dayAndNight, openBrowser, shoot, sidewaysScroll, sizes, visit, type Size } from "./browser.js";
import { startDemo, type Dimmer } from "./dimmer.js";
import { hostileTexts, skip, stir, watchRuns } from "./hostile.js";
import { openPostbox, type Mail, type Postbox } from "./postbox.js";

const owner = { email: "mira@demo.example", password: "kettle orbit maple tuesday" };

let browser: Browser;
let dimmer: Dimmer;
let site: string; // its origin, as its links name it
let postbox: Postbox;
let token: string;

before(async () => {
  postbox = await openPostbox();
  dimmer = await startDemo({
    DIMMER_OWNER_EMAIL: owner.email, DIMMER_OWNER_PASSWORD: owner.password, DIMMER_RATE_LIMITS: "off",
    DIMMER_SMTP_URL: postbox.url, DIMMER_MAIL_FROM: "blog@demo.example",
  });
  site = dimmer.url.replace("127.0.0.1", "localhost");
  token = ((await call("POST", "/auth/login", owner)) as { access_token: string }).access_token;
  await call("PATCH", "/admin/settings", { title: "The Quiet Shoulder" });
  browser = await openBrowser();
});

after(async () => {
  await browser?.close();
  await dimmer?.stop();
  await postbox?.close();
});

/** Asks the API for something, as the owner once she has signed in. */
async function call(method: string, path: string, body?: object): Promise<unknown> {
  const answer = await fetch(`${dimmer.url}/api/v1${path}`, {
    method,
    headers: { ...(body && { "Content-Type": "application/json" }), ...(token && { Authorization: `Bearer ${token}` }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  return answer.status === 204 ? undefined : answer.json();
}

/** The link of a mail's text that leads to a page of this kind. */
function link(mail: Mail, kind: string): string {
  const found = new RegExp(`https?://\\S+/${kind}/[^\\s#]+`).exec(mail.text)?.[0];
  assert.ok(found, `no link to ${kind} in\n${mail.text}`);
  assert.equal(new URL(found).origin, site);
  return found;
}

/** Looks at a page as somebody would who cannot see well, or has a small screen. */
async function examine(page: Page, name: string, size: Size): Promise<void> {
  await page.waitForLoadState("networkidle"); // a click may have led here just now
  await dayAndNight(page, size, async (look) => {
    assert.deepEqual(await accessibilityViolations(page), [], `${name}, ${look.name}`);
    assert.equal(await sidewaysScroll(page), 0, `${name} scrolls sideways: ${look.name}`);
    await shoot(page, name, look);
  });
}

/** Shows a mail as a browser shows it, and looks at it. */
async function examineMail(mail: Mail, name: string, size: Size): Promise<void> {
  const context = await browser.newContext({ viewport: size.day.viewport });
  const asked: string[] = [];
  await context.route("http*://**", (route) => (asked.push(route.request().url()), route.abort()));
  const page = await context.newPage();
  await page.setContent(mail.html);
  assert.equal(await page.locator("img, script, iframe, link, form").count(), 0, `${name} holds what a mail should not`);
  await examine(page, name, size);
  assert.deepEqual(asked, [], `${name} loads something`);
  await context.close();
}

// Two at once, because much of it is waiting for mails.
describe("a reader and a moderator meet by mail", { concurrency: 2 }, () => sizes.forEach((size) => {
  test(size.name, async () => {
    const id = size.name;
    const reader = `ruth-${id}@mail.example`;
    const problems: string[] = [];
    const open = async (url: string) => {
      const opened = await visit(browser, url, size.day);
      problems.push(...opened.problems);
      return { ...opened, close: async () => (problems.push(...opened.problems), opened.close()) };
    };

    // She comments on the starter site, without a script, and wants to hear of answers.
    const plain = await browser.newContext({ viewport: size.day.viewport, javaScriptEnabled: false });
    const post = await plain.newPage();
    await post.goto(`${site}/posts/the-dimmer-switch`);
    await post.locator("form.say textarea").fill(`The part about the jaw helped *(${size.name})*. See https://ruth.example/jaw and ![p](https://ruth.example/pixel.png)`);
    await post.getByLabel("Name", { exact: true }).fill(`Ruth ${id}`);
    await post.getByRole("textbox", { name: /^E-mail/ }).fill(reader);
    await post.getByLabel("Tell me by e-mail").check();
    await post.getByRole("button", { name: "Send comment" }).click();
    await post.waitForURL(/comment=pending/);
    await plain.close();

    // Her address is asked, whatever became of the comment.
    const asking = await postbox.take(reader, /Shall new comments come to you/);
    await examineMail(asking, "mail-confirm", size);
    const confirm = await open(link(asking, "confirm"));
    await examine(confirm.page, "confirm", size);
    await confirm.page.getByRole("button", { name: "Yes, send them" }).click();
    await confirm.page.getByRole("heading", { name: "Thank you" }).waitFor();
    await examine(confirm.page, "confirmed", size);
    await confirm.close();

    // The owner gets a mail without her links and pictures, and approves from it.
    const waiting = await postbox.take(owner.email, new RegExp(`^Ruth ${id} waits for you`));
    assert.ok(!/ruth\.example/.test(waiting.text + waiting.html), waiting.text);
    await examineMail(waiting, "mail-held", size);
    const moderate = await open(link(waiting, "moderate"));
    await moderate.page.reload(); // to look at it twice changes nothing
    assert.match(await moderate.page.getByRole("main").innerText(), /The part about the jaw helped/);
    await examine(moderate.page, "moderate", size);
    await moderate.page.getByLabel("Your answer").fill("A warm towel does it too.");
    await moderate.page.getByRole("button", { name: "Approve and answer" }).click();
    await moderate.page.getByRole("heading", { name: "Approved and answered" }).waitFor();
    await moderate.page.getByRole("button", { name: "Undo" }).click();
    await moderate.page.getByRole("heading", { name: "Taken back" }).waitFor();
    await moderate.page.getByRole("link", { name: "What waits" }).click();
    await moderate.page.getByRole("heading", { name: /comments? waits?$/ }).waitFor();
    await examine(moderate.page, "waiting", size);
    await moderate.page.getByRole("listitem").filter({ hasText: `Ruth ${id}` }).getByRole("link", { name: /^Decide/ }).click();
    await moderate.page.getByRole("button", { name: "Approve", exact: true }).click();
    await moderate.page.getByRole("heading", { name: "The comment is approved" }).waitFor();
    await examine(moderate.page, "moderated", size);
    await moderate.close();

    // Somebody answers, and she hears of it.
    const all = (await call("GET", `/admin/comments?q=${encodeURIComponent(reader)}`)) as { data: { id: string }[] };
    await call("POST", `/admin/comments/${all.data[0]!.id}/reply`, { body: "Does it? Then try the *towel*." });
    const answered = await postbox.take(reader, /answered: The dimmer switch/);
    assert.match(answered.text, /Then try the towel/);
    assert.match(answered.headers.get("list-unsubscribe-post") ?? "", /One-Click/);
    await examineMail(answered, "mail-answer", size);

    // Her own page: she changes her comment, downloads, and hears no more.
    const own = await open(link(answered, "me"));
    await examine(own.page, "own", size);
    await own.page.locator("summary", { hasText: "Change" }).click();
    await own.page.getByLabel(/^Your comment/).fill("The part about the *knee* helped.");
    await own.page.getByRole("button", { name: "Save" }).click();
    await own.page.getByRole("status").filter({ hasText: "Saved" }).waitFor();
    assert.match(await own.page.getByRole("main").innerText(), /the knee helped/);
    const [download] = await Promise.all([own.page.waitForEvent("download"), own.page.getByRole("link", { name: "Download" }).click()]);
    const data = JSON.parse(await readFile(await download.path(), "utf8")) as { email: string; comments: { body: string }[] };
    assert.equal(data.email, reader);
    assert.equal(data.comments[0]?.body, "The part about the *knee* helped.");

    const stop = await open(link(answered, "unsubscribe"));
    await examine(stop.page, "unsubscribe", size);
    await stop.page.getByRole("button", { name: "End it" }).click();
    await stop.page.getByRole("heading", { name: "Nothing more will come" }).waitFor();
    await stop.close();
    await own.page.reload();
    assert.match(await own.page.getByRole("main").innerText(), /What is mailed to you\s+Nothing\./);

    // And erases herself. Her answered comment keeps its place.
    await own.page.getByRole("link", { name: "Erase me" }).click();
    await own.page.getByRole("heading", { name: /^Erase everything/ }).waitFor();
    await examine(own.page, "erase", size);
    await own.page.getByRole("button", { name: "Erase everything" }).click();
    await own.page.getByRole("heading", { name: "It is erased" }).waitFor();
    await own.close();
    const left = (await call("GET", `/admin/comments?q=${encodeURIComponent(reader)}`)) as { data: unknown[] };
    assert.deepEqual(left.data, []);
    const gone = await browser.newContext({ viewport: size.day.viewport });
    const page = await gone.newPage();
    assert.equal((await page.goto(link(answered, "me")))?.status(), 410);
    await examine(page, "gone", size);
    await gone.close();
    assert.deepEqual(problems, []);
  });
}));

test("nothing that strangers have written runs in mails and behind their links", { skip }, async () => {
  const every = hostileTexts(250);
  await call("PATCH", "/admin/settings", { moderation_mail: "each" });
  const made = (await call("POST", "/admin/posts", { title: every[0]!.slice(0, 200), markdown: "Words.", status: "published", slug: "hostile" })) as { data?: { id: string } };
  assert.ok(made.data, JSON.stringify(made));
  const email = "eve@mail.example";
  let commenter: string | undefined;
  for (const [n, text] of every.entries()) {
    const sent = (await call("POST", "/posts/hostile/comments", {
      name: `${n} ${text}`.slice(0, 80), body: `${n} ${text}`, email, notify: n === 0, ...(commenter && { commenter }),
    })) as { commenter?: string };
    commenter ??= sent.commenter;
  }
  const context = await browser.newContext();
  const ran = await watchRuns(context);
  await context.route((target) => target.protocol.startsWith("http") && target.origin !== site, (route) => route.abort());
  const page = await context.newPage();
  const asking = await postbox.take(email, /Shall new comments/);
  const single = await postbox.take(owner.email, /waits for you: /);
  for (const mail of [asking, single, ...postbox.mails.filter((m) => m.to === owner.email)]) {
    await page.setContent(mail.html);
    await stir(page);
    assert.deepEqual([...new Set((mail.html + mail.text).match(/https?:\/\/[^/\s"<]+/g))].map((origin) => new URL(origin).hostname), ["localhost"], "an address that is not ours");
  }
  const confirm = link(asking, "confirm");
  await page.goto(confirm);
  await stir(page);
  await page.getByRole("button", { name: "Yes, send them" }).click();
  await page.getByRole("link", { name: "Your own page" }).click();
  await stir(page);
  const shown = await page.locator(".c-body").count();
  assert.ok(shown > 60, `her page shows ${shown} comments`);
  await page.goto(link(single, "moderate"));
  await stir(page);
  await page.getByRole("link", { name: /that wait$/ }).click();
  await stir(page);
  assert.ok((await page.locator(".c-body").count()) >= 20);
  assert.deepEqual(ran, []);
  await context.close();
});
