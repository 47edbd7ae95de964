// The owner comes in: by her password, without it, by an invite; and what she finds on Home.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { adminURL, asOwner, owner, startOwnedDemo, startOwnedEmpty, visitAdmin } from "./admin.js";
import { accessibilityViolations, dayAndNight, looks, openBrowser, shoot, sidewaysScroll, sizes, visit } from "./browser.js";
import type { Dimmer } from "./dimmer.js";
import { openPostbox, type Postbox } from "./postbox.js";

let browser: Browser;
let demo: Dimmer;
let empty: Dimmer; // with mail
let postbox: Postbox;
let call: Awaited<ReturnType<typeof asOwner>>;

before(async () => {
  postbox = await openPostbox();
  [demo, empty] = await Promise.all([startOwnedDemo(), startOwnedEmpty({ DIMMER_SMTP_URL: postbox.url, DIMMER_MAIL_FROM: "blog@demo.example", DIMMER_RATE_LIMITS: "on" })]);
  call = await asOwner(demo);
  browser = await openBrowser();
});

after(async () => {
  await browser?.close();
  await Promise.all([demo?.stop(), empty?.stop()]);
  await postbox?.close();
});

interface Comment { id: string; status: string; score: number; author: { name: string }; post: { slug: string } }

const commentsThat = async (status: string): Promise<Comment[]> => ((await (await call("GET", `/admin/comments?status=${status}&limit=50`)).json()) as { data: Comment[] }).data;
const statusOf = async (id: string): Promise<string> => ((await (await call("GET", `/admin/comments/${id}`)).json()) as { data: Comment }).data.status;
/** The newest comment that waits and is not close to spam. */
const newest = async (): Promise<Comment> => {
  const found = (await commentsThat("pending")).find(({ score }) => score < 4);
  assert.ok(found);
  return found;
};
const row = (page: Page, name: string) => page.getByRole("region", { name: "Needs you now" }).getByRole("listitem").filter({ hasText: name });
const toasts = (page: Page) => page.getByRole("status", { name: "Messages" });
const heading = (page: Page, name: string | RegExp) => page.getByRole("heading", { level: 1, name }).waitFor();

/** Waits until something that the server knows is so. */
async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 10_000; Date.now() < end;) if (await holds()) return;
  assert.fail(`never: ${what}`);
}

for (const size of sizes) {
  test(`Home says what needs her, and reads well: ${size.name}`, async () => {
    const { page, problems, close } = await visitAdmin(browser, demo, "/", size.day);
    await heading(page, /^Good (morning|afternoon|evening), mira\. Nine comments wait for you\.$/i);
    await page.getByRole("img", { name: /^Bars for 30 days\. Comments published: \d+\. Spam stopped: \d+\.$/ }).waitFor();
    await page.getByText("This is a demo.").waitFor();
    assert.equal(await row(page, "Draft:").getByRole("link", { name: /^Go on writing/ }).count(), 1);
    assert.match(await row(page, "Scheduled:").innerText(), /appears (tomorrow|\d|\w+ \d)/);
    const recent = page.getByRole("region", { name: "Recently published" }).getByRole("listitem");
    await recent.first().waitFor();
    assert.equal(await recent.count(), 5);
    await dayAndNight(page, size, async (look) => {
      assert.deepEqual(await accessibilityViolations(page), []);
      await shoot(page, "admin-home", look);
    });
    assert.equal(await sidewaysScroll(page), 0);
    await page.getByRole("button", { name: "Show as table" }).click();
    assert.equal(await page.getByRole("region", { name: "The last 30 days" }).getByRole("row").count(), 31, "a day each, and their names");
    await page.setViewportSize({ width: 320, height: 700 });
    assert.equal(await sidewaysScroll(page), 0, "nor on the smallest screen");
    assert.deepEqual(problems, []);
    await close();
  });
}

test("a comment is approved from Home, and waits again when that is taken back; what fails says so and changes nothing", async () => {
  const { page, close } = await visitAdmin(browser, demo, "/", looks[2]);
  const first = await newest();
  const { name } = first.author;
  await row(page, name).getByRole("button", { name: `Approve the comment by ${name}` }).click();
  await toasts(page).getByText(`${name}’s comment approved.`).waitFor();
  await row(page, name).waitFor({ state: "detached" });
  assert.equal(await statusOf(first.id), "approved");
  assert.match(await page.evaluate(() => document.activeElement?.textContent ?? ""), /^(Approve|Open) the comment by /, "the next comment has the focus");
  await heading(page, /Eight comments wait/);

  await page.keyboard.press("u");
  await toasts(page).getByText(`${name}’s comment waits again.`).waitFor();
  await row(page, name).waitFor();
  assert.equal(await statusOf(first.id), "pending");

  await page.route("**/api/v1/admin/comments/*", (route) => (route.request().method() === "PATCH" ? route.abort() : route.continue()));
  await row(page, name).getByRole("button", { name: `Spam the comment by ${name}` }).click();
  await toasts(page).getByText(/^Not done: The server did not answer/).waitFor();
  assert.ok(await row(page, name).isVisible(), "it is still there");
  await page.unroute("**/api/v1/admin/comments/*");
  await toasts(page).getByRole("button", { name: "Try again" }).click();
  await toasts(page).getByText(`${name}’s comment is spam now.`).waitFor();
  await toasts(page).getByRole("button", { name: "Undo" }).last().click();
  await until("it waits again", async () => (await statusOf(first.id)) === "pending");

  const near = row(page, "close to spam");
  assert.equal(await near.getByRole("button", { name: /^Approve/ }).count(), 0, "what is close to spam is not approved unread");
  await near.getByRole("link", { name: /^Open the comment by/ }).click();
  await page.waitForURL("**/admin/comments?id=*");
  await close();
});

test("the switch for the day of a flood holds or closes what readers write, and ends", async () => {
  const { page, problems, close } = await visitAdmin(browser, demo, "/", looks[0]);
  const slug = (await commentsThat("approved"))[0]?.post.slug ?? "";
  const form = async () => (await (await fetch(`${demo.url}/api/v1/posts/${slug}/comments/form`)).json() as { data: { level: string; open: boolean } }).data;
  assert.deepEqual((({ level, open }) => ({ level, open }))(await form()), { level: "newcomers", open: true });
  const quiet = page.getByRole("switch", { name: "Quiet for 24 hours" });
  await quiet.click();
  await page.getByText(/^Quiet until (tomorrow|\w+ \d+), \d\d:\d\d\.$/).waitFor();
  await page.getByText("9 comments kept for you.").waitFor();
  assert.equal((await form()).level, "all");
  assert.deepEqual(await accessibilityViolations(page), []);
  await shoot(page, "admin-home-quiet", looks[0]);

  await page.getByText("Close all").click();
  await page.getByText("No post takes comments until then.").waitFor();
  assert.equal((await form()).open, false);
  await page.getByRole("button", { name: "End now" }).click();
  await page.getByText("Calm today").waitFor();
  assert.equal(await quiet.isChecked(), false);
  assert.deepEqual((({ level, open }) => ({ level, open }))(await form()), { level: "newcomers", open: true });
  assert.deepEqual(problems, []);
  await close();
});

test("a flood that has raised the level by itself is put back with one button", async () => {
  const written = await call("POST", "/admin/posts", { title: "A post that is passed around", markdown: "Much read.", status: "published", comments: "open" });
  const { data: post } = (await written.json()) as { data: { id: string; slug: string } };
  interface Dimmer { traffic: { flood: number }; flood: object | null; acting_level: string }
  const dimmer = async () => ((await (await call("GET", "/admin/moderation/dimmer")).json()) as { data: Dimmer }).data;
  const { traffic } = await dimmer();
  const send = (n: number) => fetch(`${demo.url}/api/v1/posts/${post.slug}/comments`, {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ name: `Reader ${n}`, body: `This is the thought number ${n} about what was said above.` }),
  });
  for (let n = 1; n <= traffic.flood + 2 && (await dimmer()).flood === null; n++) assert.equal((await send(n)).status, 201);
  const raised = await dimmer();
  assert.notEqual(raised.flood, null, "the flood is noticed");

  const { page, problems, close } = await visitAdmin(browser, demo, "/", looks[2]);
  await page.getByText(/^Raised to \w+ by itself$/).waitFor();
  assert.deepEqual(await accessibilityViolations(page), []);
  await shoot(page, "admin-home-flood", looks[2]);
  await page.getByRole("button", { name: "Put it back" }).click();
  await toasts(page).getByText("Back at Newcomers.").waitFor();
  assert.deepEqual((({ flood, acting_level }) => ({ flood, acting_level }))(await dimmer()), { flood: null, acting_level: "newcomers" });
  assert.deepEqual(problems, []);
  await close();
  await call("DELETE", `/admin/posts/${post.id}`, undefined, { "If-Match": "*" });
});

test("everything is found by its name, with the keyboard alone", async () => {
  const { page, problems, close } = await visitAdmin(browser, demo, "/", looks[2]);
  await page.keyboard.press("Control+k");
  const field = page.getByRole("combobox", { name: "Find a room" });
  await field.waitFor();
  assert.equal(await field.evaluate((element) => element === document.activeElement), true);
  assert.deepEqual(await accessibilityViolations(page), []);
  const chosen = () => field.evaluate((element) => document.getElementById(element.getAttribute("aria-activedescendant") ?? "")?.textContent ?? "");
  assert.equal(await chosen(), "Home");
  await page.keyboard.press("ArrowUp");
  assert.equal(await chosen(), "Sign out", "the list has no end");
  await page.keyboard.type("dog");
  await page.getByRole("group", { name: "Comments" }).getByRole("option").first().waitFor();
  assert.match(await page.getByRole("group", { name: "Posts" }).innerText(), /The walk home/);
  await shoot(page, "admin-palette", looks[2]);
  await field.fill("zebra crossing");
  await page.getByText("Nothing with “zebra crossing”. Try one word.").waitFor();
  await field.fill("dark");
  await page.keyboard.press("Enter");
  await field.waitFor({ state: "detached" });
  const scheme = () => page.evaluate(() => document.documentElement.getAttribute("data-mantine-color-scheme"));
  assert.equal(await scheme(), "dark");
  await page.reload();
  assert.equal(await scheme(), "dark", "it is kept, and there before the page is");
  await page.locator("#main").waitFor();

  await page.keyboard.press("Control+k");
  await field.fill("deutsch");
  await page.keyboard.press("Enter");
  await heading(page, /^Guten (Morgen|Tag|Abend), Mira\. /i);
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox").fill("english");
  await page.keyboard.press("Enter");
  await heading(page, /^Good /);
  await page.keyboard.press("Control+k");
  await field.fill("as the device");
  await page.keyboard.press("Enter");
  await until("the look is the device's", async () => (await scheme()) === "light");

  await page.getByRole("button", { name: "Find" }).click();
  await field.fill("posts");
  await page.keyboard.press("Enter");
  await page.waitForURL("**/admin/posts");
  await page.keyboard.press("Control+k");
  await page.keyboard.press("Escape");
  await field.waitFor({ state: "detached" });
  assert.deepEqual(problems, []);
  await close();
});

test("when the session ends in the middle, what was asked for is done after she has signed in again", async () => {
  const { page, close } = await visitAdmin(browser, demo, "/", looks[0]);
  const first = await newest();
  const { name } = first.author;
  await row(page, name).waitFor();
  assert.equal((await call("DELETE", "/auth/sessions")).ok, true, "signed out everywhere, from another device");
  await row(page, name).getByRole("button", { name: `Approve the comment by ${name}` }).click();
  const dialog = page.getByRole("dialog", { name: "Please sign in again" });
  await dialog.waitFor();
  assert.deepEqual(await accessibilityViolations(page), []);
  await shoot(page, "admin-again", looks[0]);
  assert.equal(await statusOf(first.id), "pending", "nothing is done for somebody who is not signed in");
  await dialog.getByLabel("Password", { exact: true }).fill("not the right one");
  await dialog.getByRole("button", { name: "Sign in", exact: true }).click();
  await dialog.getByText("do not go together").waitFor();
  await dialog.getByLabel("Password", { exact: true }).fill(owner.password);
  await dialog.getByRole("button", { name: "Sign in", exact: true }).click();
  await dialog.waitFor({ state: "detached" });
  await toasts(page).getByText(`${name}’s comment approved.`).waitFor();
  assert.equal(await statusOf(first.id), "approved");
  await toasts(page).getByRole("button", { name: "Undo" }).last().click();
  await toasts(page).getByText("waits again").waitFor();

  // Out in one tab is out in the other, which asks before it shows or does anything more.
  const other = await page.context().newPage();
  await other.goto(adminURL(demo, "/"));
  await other.getByRole("button", { name: "More" }).click();
  await other.getByRole("menuitem", { name: "Sign out" }).click();
  await heading(other, "Sign in");
  await dialog.waitFor();
  await dialog.getByRole("button", { name: "Sign in as somebody else" }).click();
  await heading(page, "Sign in");
  await close();
});

test("it installs: a manifest, icons, and a service worker that opens it without a network", async () => {
  for (const [path, type] of [["manifest.webmanifest", "application/manifest+json"], ["sw.js", "text/javascript; charset=utf-8"], ["icon-192.png", "image/png"], ["icon-512.png", "image/png"], ["icon-maskable-512.png", "image/png"], ["badge.png", "image/png"]] as const) {
    const answer = await fetch(adminURL(demo, `/${path}`));
    assert.equal(answer.status, 200, path);
    assert.equal(answer.headers.get("Content-Type"), type, path);
    assert.equal(answer.headers.get("Cache-Control"), "no-cache", `${path}: a new one is seen`);
  }
  const manifest = (await (await fetch(adminURL(demo, "/manifest.webmanifest"))).json()) as { start_url: string; scope: string; display: string; icons: { src: string; sizes: string }[] };
  assert.deepEqual([manifest.start_url, manifest.scope, manifest.display], ["/admin/", "/admin/", "standalone"]);
  for (const { src, sizes: size } of manifest.icons) {
    const png = Buffer.from(await (await fetch(new URL(src, adminURL(demo)))).arrayBuffer());
    assert.equal(`${png.readUInt32BE(16)}x${png.readUInt32BE(20)}`, size, src); // of its header
  }

  const { page, close } = await visitAdmin(browser, demo, "/", looks[0]);
  await page.evaluate(async () => {
    await navigator.serviceWorker.ready;
    if (!navigator.serviceWorker.controller) await new Promise((resolve) => navigator.serviceWorker.addEventListener("controllerchange", resolve, { once: true }));
  });
  assert.deepEqual(await page.evaluate(async () => {
    const kept: string[] = [];
    for (const name of await caches.keys()) for (const { url } of await (await caches.open(name)).keys()) kept.push(new URL(url).pathname);
    return kept.filter((path) => !path.startsWith("/admin/"));
  }), [], "no answer of the API is kept");
  await page.context().setOffline(true);
  await page.getByText("You are offline. What you write is kept").waitFor();
  await page.reload();
  await page.getByText("You are offline.").waitFor();
  assert.deepEqual(await accessibilityViolations(page), []);
  await shoot(page, "admin-offline", looks[0]);
  await page.context().setOffline(false);
  await heading(page, /^Good /); // by itself

  // What a push service would bring: Chromium hands it to the worker.
  await page.context().grantPermissions(["notifications"], { origin: new URL(adminURL(demo)).origin });
  const cdp = await page.context().newCDPSession(page);
  const registered = new Promise<string>((resolve) => cdp.on("ServiceWorker.workerRegistrationUpdated", ({ registrations }) => registrations[0] && resolve(registrations[0].registrationId)));
  await cdp.send("ServiceWorker.enable");
  const shown = () => page.evaluate(async () => (await (await navigator.serviceWorker.ready).getNotifications()).map(({ title, body, data }) => ({ title, body, data: data as unknown })));
  await cdp.send("ServiceWorker.deliverPushMessage", {
    origin: new URL(adminURL(demo)).origin, registrationId: await registered, data: JSON.stringify({ title: "Ruth commented", body: "On “The walk home”. The comment waits for you.", url: "/admin/comments", count: 1 }),
  });
  await until("the message is shown", async () => (await shown()).length === 1);
  assert.deepEqual(await shown(), [{ title: "Ruth commented", body: "On “The walk home”. The comment waits for you.", data: { url: "/admin/comments" } }]);
  await close();
});

test("her devices are told of held comments, or she reads why not", async () => {
  const { page, problems, close } = await visitAdmin(browser, demo, "/account", looks[0]);
  const card = page.getByRole("region", { name: "Told of comments, without mail" });
  await card.getByText(/^This browser has been told to show no messages|^This device is not told\.$/).waitFor(); // without a screen, Chromium answers for its owner
  const keys = { p256dh: "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4", auth: "BTBZMqHH6r4Tts7J_aSIgg" }; // of RFC 8291
  const answer = await call("POST", "/admin/push/subscriptions", { endpoint: "https://updates.push.services.mozilla.com/wpush/v2/gAAAA", keys, name: "Phone" });
  assert.equal(answer.status, 201, await answer.text());

  await page.context().grantPermissions(["notifications"], { origin: new URL(adminURL(demo)).origin });
  await page.reload();
  await card.getByText("This device is not told.").waitFor();
  await card.getByText("Phone").waitFor();
  assert.deepEqual(await accessibilityViolations(page), []);
  await card.scrollIntoViewIfNeeded();
  await shoot(page, "admin-push", looks[0]);
  // No push service is to be reached from here: what Chromium answers then must leave things as they were.
  await card.getByRole("button", { name: "Tell this device when a comment is held" }).click();
  await toasts(page).getByText("The push service of this browser could not be reached.").waitFor();
  await card.getByText("This device is not told.").waitFor();

  await card.getByRole("button", { name: "Stop telling Phone" }).click();
  await toasts(page).getByText("Phone is told no more.").waitFor();
  await card.getByText("Phone").waitFor({ state: "detached" });
  assert.deepEqual(((await (await call("GET", "/admin/push")).json()) as { data: { devices: unknown[] } }).data.devices, []);
  assert.deepEqual(problems.filter((problem) => !problem.includes("incognito")), [], "Chromium says in the console why it does not subscribe here");
  await close();
});

test("whoever opens the wrong address is led to the right one", async () => {
  const { page, close } = await visit(browser, `${demo.url}/admin/sign-in`, looks[0]);
  await page.getByLabel("E-mail").fill(owner.email);
  await page.getByLabel("Password", { exact: true }).fill(owner.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByRole("alert").getByText("This was sent from another site.").waitFor();
  assert.equal(await page.getByRole("link", { name: "Open the right address" }).getAttribute("href"), adminURL(demo));
  await close();
});

test("a forgotten password comes back by mail, once; without mail it says how", async () => {
  const { page, problems, close } = await visit(browser, adminURL(empty, "/"), looks[1]);
  await heading(page, "Sign in");
  assert.deepEqual(await accessibilityViolations(page), []);
  await shoot(page, "admin-sign-in", looks[1]);
  await page.getByRole("link", { name: "Forgotten your password?" }).click();
  await heading(page, "Forgotten your password?"); // the page before has a field of that name too
  await page.getByLabel("E-mail").fill(owner.email);
  assert.deepEqual(await accessibilityViolations(page), []);
  await page.getByRole("button", { name: "Send the link" }).click();
  await heading(page, "Look into your mail");

  const mail = await postbox.take(owner.email, /password/i);
  const link = /http\S+\/admin\/reset#token=\S+/.exec(mail.text)?.[0] ?? "";
  await page.goto(link);
  await heading(page, "A new password");
  assert.equal(new URL(page.url()).hash, "", "the token is gone from the address");
  const field = page.getByLabel("New password", { exact: true });
  await field.fill("short");
  await page.getByText("5 of 15 characters").waitFor();
  await page.getByRole("button", { name: "Set the new password" }).click();
  await page.getByText("10 more characters, please.").waitFor();
  await field.fill("passwordpassword");
  await page.getByRole("button", { name: "Set the new password" }).click();
  await page.getByText("easy to guess").waitFor();
  assert.deepEqual(await accessibilityViolations(page), []);
  await shoot(page, "admin-reset", looks[1]);
  await field.fill("kettle orbit maple tuesday");
  await page.getByRole("button", { name: "Set the new password" }).click();
  await page.getByText("Your new password is set.").waitFor();
  await page.getByLabel("E-mail").fill(owner.email);
  await page.getByLabel("Password", { exact: true }).fill("kettle orbit maple tuesday");
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByRole("region", { name: "Three first steps" }).waitFor();
  assert.deepEqual(problems.filter((problem) => !problem.includes("422")), [], "a refused password is an answer of 422");

  const steps = page.getByRole("region", { name: "Three first steps" });
  await steps.getByRole("button", { name: "Send a test mail" }).click();
  await toasts(page).getByText(`Sent to ${owner.email}. Has it arrived?`).waitFor();
  await postbox.take(owner.email, /./);
  await steps.getByRole("listitem").filter({ hasText: "Try the mail" }).getByText("Done").waitFor();
  await steps.getByRole("button", { name: "Hide these steps" }).click();
  await steps.waitFor({ state: "detached" });
  await page.reload();
  await page.getByText("Write the first one; it stays a draft until you publish it.").waitFor();
  assert.equal(await page.getByText("This is a demo.").count(), 0, "this one is not");
  assert.equal(await steps.count(), 0, "what is hidden stays hidden");
  await close();

  const second = await visit(browser, link, looks[0]);
  await second.page.getByLabel("New password", { exact: true }).fill("kettle orbit maple wednesday");
  await second.page.getByRole("button", { name: "Set the new password" }).click();
  await heading(second.page, "This link does not work any more");
  await second.page.getByRole("link", { name: "Ask for a new link" }).waitFor();
  await second.close();
  const without = await visit(browser, adminURL(demo, "/forgot"), looks[0]);
  await without.page.getByLabel("E-mail").fill(owner.email);
  await without.page.getByRole("button", { name: "Send the link" }).click();
  await without.page.getByText(`dimmer user password --email ${owner.email}`, { exact: true }).waitFor();
  await without.close();
});

test("an invite makes an account, and signs in", async () => {
  const answer = await call("POST", "/admin/invites", { email: "edda@example.org", name: "Edda", role: "moderator" });
  const { url } = ((await answer.json()) as { data: { url: string } }).data;
  const { page, problems, close } = await visit(browser, url, looks[0]);
  await heading(page, "Join The Quiet Shoulder");
  await page.getByText("mira invites you as moderator.").waitFor();
  assert.equal(await page.getByLabel("E-mail").inputValue(), "edda@example.org");
  assert.equal(await page.getByLabel("Name").inputValue(), "Edda");
  assert.deepEqual(await accessibilityViolations(page), []);
  await shoot(page, "admin-invite", looks[0]);
  await page.getByLabel("Password", { exact: true }).fill("window seven lantern wool");
  await page.getByRole("button", { name: "Join" }).click();
  await heading(page, /^Good \w+, Edda\. /);
  assert.equal(await page.getByRole("region", { name: "Recently published" }).count(), 0, "a moderator has no posts");
  assert.deepEqual(problems, []);
  await close();
  const again = await visit(browser, url, looks[0]);
  await heading(again.page, "This link does not work any more");
  await again.close();
});

// The last one: it locks the door for a while.
test("after too many wrong passwords it counts down until she may try again", async () => {
  const wrong = () => fetch(`${empty.url}/api/v1/auth/login`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ email: owner.email, password: "not the right one" }) });
  let answer = await wrong();
  for (let i = 0; i < 50 && answer.status !== 429; i++) answer = await wrong();
  assert.equal(answer.status, 429);
  const { page, close } = await visit(browser, adminURL(empty, "/sign-in"), looks[0]);
  await page.getByLabel("E-mail").fill(owner.email);
  await page.getByLabel("Password", { exact: true }).fill("not the right one");
  const locked = page.getByRole("button", { name: /^Try again in \d+ s$/ });
  await until("the door is locked", async () => {
    // The wait may have passed while the page was opened; each wrong password makes the next one longer.
    await page.getByRole("button", { name: "Sign in", exact: true }).click({ timeout: 1000 }).catch(() => undefined); // it is another one when it is locked
    return (await locked.count()) > 0;
  });
  assert.equal(await locked.isDisabled(), true);
  const said = await locked.innerText();
  await until("the seconds pass", async () => (await locked.count()) === 0 || (await locked.innerText()) !== said);
  await close();
});
