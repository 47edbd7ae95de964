// The owner and everybody else: who works here, who comments, who did what, and why somebody got no mail.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Browser, Locator, Page } from "playwright-core";
import { adminURL, asOwner, startOwnedDemo, visitAdmin } from "./admin.js";
import { accessibilityViolations, dayAndNight, openBrowser, shoot, sidewaysScroll, sizes, type Size } from "./browser.js";
import type { Dimmer } from "./dimmer.js";
import { openPostbox, type Postbox } from "./postbox.js";

interface Reader { id: string; name: string; approved: number; rejected: number; blocked_at: string | null }
interface One<T> { data: T }

let browser: Browser;
let dimmer: Dimmer;
let postbox: Postbox;
let call: Awaited<ReturnType<typeof asOwner>>;

before(async () => {
  postbox = await openPostbox();
  dimmer = await startOwnedDemo({ DIMMER_SMTP_URL: postbox.url, DIMMER_MAIL_FROM: "blog@example.org" });
  call = await asOwner(dimmer);
  browser = await openBrowser();
});

after(async () => {
  await browser?.close();
  await dimmer?.stop();
  await postbox?.close();
});

async function read<T>(method: string, path: string, body?: unknown): Promise<T> {
  const answer = await call(method, path, body);
  assert.ok(answer.ok, `${method} ${path} answers ${answer.status}`);
  return (await answer.json()) as T;
}

/** Looks at a screen as somebody would who cannot see well, or has a small screen. */
async function examine(page: Page, name: string, size: Size): Promise<void> {
  await dayAndNight(page, size, async (look) => {
    assert.deepEqual(await accessibilityViolations(page), [], `${name}, ${look.name}`);
    assert.equal(await sidewaysScroll(page), 0, `${name} scrolls sideways: ${look.name}`);
    await shoot(page, `admin-${name}`, look);
  });
}

/** Goes to another address without a new page, as a link would. */
const go = async (page: Page, path: string) => {
  await page.evaluate((to) => {
    history.pushState({}, "", to);
    dispatchEvent(new PopStateEvent("popstate"));
  }, `/admin${path}`);
};

const said = (page: Page, text: string | RegExp) => page.getByRole("status", { name: "Messages" }).getByText(text).waitFor();

/** Whether a thumb that has scrolled to the end of the page reaches it: nothing lies over its middle. */
async function endsUpFree(control: Locator): Promise<boolean> {
  return control.evaluate((button) => {
    scrollTo(0, document.documentElement.scrollHeight);
    const { left, top, width, height } = button.getBoundingClientRect();
    return button.contains(document.elementFromPoint(left + width / 2, top + height / 2));
  });
}

const password = "seven quiet kettles hum";

async function accept(link: string, name: string): Promise<string> {
  const accepted = await fetch(`${dimmer.url}/api/v1/auth/invite`, {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ token: new URL(link).hash.replace("#token=", ""), name, password }),
  });
  assert.ok(accepted.ok, `the invite is refused: ${accepted.status}`);
  return ((await accepted.json()) as { access_token: string }).access_token;
}

const roles = [
  {
    role: "editor", offered: ["Home", "Posts", "Comments", "Media", "Tags", "People", "Settings"], below: ["Outbox", "My account", "Sign out"],
    shown: { "/posts": "Posts", "/people": "People", "/people/readers": "People", "/outbox": "Outbox" }, refused: ["/events", "/people/invite", "/people/author"],
  },
  {
    role: "moderator", offered: ["Home", "Comments", "People"], below: ["My account", "Sign out"],
    shown: { "/people": "People", "/account": "My account" }, refused: ["/posts", "/posts/new", "/media", "/tags", "/settings", "/outbox", "/events", "/people/invite"],
  },
] as const;

// Side by side: they wait more than they work.
describe("people", { concurrency: true }, () => {
  sizes.forEach((size, i) => {
    test(`the owner looks after people: ${size.name}`, async () => {
      // One who will get no mail: it is refused while the owner does other things.
      const lost = `lost-${size.name}@example.org`;
      postbox.refused.add(lost);
      await read("POST", "/admin/invites", { email: lost, name: "Lost", role: "author" });

      const name = `Edda ${size.name}`;
      const email = `edda-${size.name}@example.org`;
      const { page, problems, close } = await visitAdmin(browser, dimmer, "/people/invite", size.day);
      await page.getByLabel("E-mail").fill("edda");
      await page.getByLabel("Name", { exact: true }).fill(name);
      await page.getByRole("radio", { name: "Moderator" }).check();
      await page.getByRole("button", { name: "Invite", exact: true }).focus();
      await examine(page, "invite", size);
      await page.getByLabel("E-mail").fill(email);
      await page.getByRole("button", { name: "Invite", exact: true }).click();
      await page.getByRole("heading", { name: `${name} is invited.` }).waitFor();
      await page.getByText("The link goes out by mail.").waitFor();
      const link = await page.getByRole("group", { name: "Link to accept the invite" }).innerText();
      const mail = await postbox.take(email, /invites you/);
      assert.ok(mail.text.includes(link.trim()), "the mail holds another link than the screen");

      // She accepts, as a moderator, who has no posts.
      const hers = await accept(link.trim(), name);
      const asEdda = (method: string, path: string, body?: unknown) => fetch(`${dimmer.url}/api/v1${path}`, {
        method, headers: { Authorization: `Bearer ${hers}`, "Content-Type": "application/json" }, ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      assert.equal((await asEdda("GET", "/admin/posts")).status, 403, "a moderator reads posts");

      // The owner makes her an author: that counts at once.
      await page.getByRole("link", { name: "All people" }).click();
      await page.getByRole("link", { name }).click();
      await page.getByRole("radio", { name: "Author" }).check();
      await said(page, `${name} is an author now.`);
      const written = await asEdda("POST", "/admin/posts", { title: `Her post, ${size.name}`, markdown: "Warm stones." });
      assert.equal(written.status, 201, "an author cannot write");
      const post = ((await written.json()) as One<{ id: string }>).data.id;
      await page.getByRole("button", { name: "Undo" }).click();
      await said(page, `${name} is a moderator now.`);
      await examine(page, "person", size);

      // Disabled she is out; then she goes, and the owner gets her post.
      await page.getByRole("button", { name: "Disable", exact: true }).click();
      await said(page, `${name} is disabled and signed out everywhere.`);
      assert.equal((await asEdda("GET", "/admin/comments")).status, 401, "somebody disabled is still signed in");
      const remove = page.getByRole("button", { name: "Remove", exact: true });
      assert.equal(await endsUpFree(remove), true, "messages or the dock lie over the button that removes");
      await remove.click();
      await page.getByRole("dialog").getByRole("button", { name: "Remove for good" }).click();
      await said(page, `${name} is removed.`);
      assert.equal(await page.getByRole("button", { name: "Undo" }).count(), 0, "an undo is offered for somebody who is gone");
      await page.getByRole("list", { name: "People of the blog" }).waitFor();
      const { data: heirs } = await read<One<{ authors: { name: string }[] }>>("GET", `/admin/posts/${post}`);
      const me = await read<{ id: string; name: string }>("GET", "/auth/me");
      assert.deepEqual(heirs.authors.map((author) => author.name), [me.name]);
      await page.getByText("Lost", { exact: true }).first().waitFor();
      await examine(page, "people", size);

      // The last owner stays one.
      await page.getByRole("list", { name: "People of the blog" }).getByRole("link", { name: me.name, exact: true }).click();
      await page.getByRole("radio", { name: "Editor" }).click();
      await page.getByRole("dialog").getByRole("button", { name: "Change my role" }).click();
      await page.getByRole("alert").getByText("This is the only owner. Make somebody else an owner first.").waitFor();
      assert.equal(await page.getByRole("radio", { name: "Owner" }).isChecked(), true, "the screen shows another role than the server has");

      // A reader is blocked, with all that she wrote, and it is taken back.
      const { data: all } = await read<One<Reader[]>>("GET", "/admin/commenters?limit=100");
      const ruth = all.filter((reader) => reader.approved > 0 && all.filter((other) => other.name.startsWith(reader.name)).length === 1)[i];
      assert.ok(ruth, "the demo has no reader with approved comments");
      await page.getByRole("link", { name: "All people" }).click();
      await page.getByRole("link", { name: "Readers" }).click();
      await page.getByLabel("Search readers").fill(ruth.name);
      await page.waitForURL(/q=/);
      await page.getByRole("list", { name: "Readers" }).getByRole("listitem").nth(1).waitFor({ state: "detached" });
      await examine(page, "readers", size);
      const row = page.getByRole("list", { name: "Readers" }).getByRole("listitem").filter({ hasText: ruth.name });
      await row.getByRole("button", { name: `More for ${ruth.name}` }).click();
      await page.getByRole("menuitem", { name: "Block, and all comments to spam" }).click();
      await said(page, /is blocked, and \d+ comments? moved to spam/);
      await row.getByText("Blocked", { exact: true }).waitFor();
      const blocked = (await read<One<Reader>>("GET", `/admin/commenters/${ruth.id}`)).data;
      assert.notEqual(blocked.blocked_at, null);
      assert.equal(blocked.approved, 0, "her comments are still there");
      await page.getByRole("button", { name: "Undo" }).last().click();
      await said(page, `${ruth.name}: as it was before.`);
      const back = (await read<One<Reader>>("GET", `/admin/commenters/${ruth.id}`)).data;
      assert.deepEqual([back.blocked_at, back.approved, back.rejected], [null, ruth.approved, ruth.rejected]);

      // What was done stands in the events, and can be filtered.
      await go(page, "/events");
      await page.getByText(`${me.name} changed the reader ${ruth.name}`).first().waitFor();
      await page.getByLabel("About").selectOption("People");
      await page.waitForURL(/about=people/);
      await page.getByText(`${me.name} removed a person`).first().waitFor();
      await page.getByText(`changed the reader ${ruth.name}`).first().waitFor({ state: "detached" });
      await page.getByText(`${me.name} invited Lost`).first().waitFor();
      await examine(page, "events", size);

      // Why did she get no mail?
      await go(page, "/outbox");
      await page.getByLabel("Search by address").fill(lost);
      await page.getByRole("button", { name: "Search", exact: true }).click();
      await page.waitForURL(/to=lost/);
      const deliveries = page.getByRole("list", { name: "Outbox" }).getByRole("listitem");
      await deliveries.nth(1).waitFor({ state: "detached" });
      const delivery = deliveries.filter({ hasText: lost });
      await delivery.getByText("Refused", { exact: true }).waitFor();
      await delivery.getByText(/The mail server \S+ did not take it: .*no such mailbox/).waitFor();
      await examine(page, "outbox", size);
      postbox.refused.delete(lost);
      await delivery.getByRole("button", { name: "Send again" }).click();
      await said(page, "The mail to Lost is on its way again.");
      await postbox.take(lost, /invites you/);
      await delivery.getByText("Sent", { exact: true }).waitFor();
      await page.getByLabel("State").selectOption("Given up");
      await page.getByText(`No mail to ${lost}`).waitFor();

      assert.deepEqual(problems.filter((problem) => !/status of (409|422)/.test(problem)), []); // the last owner's refusal, and "edda" as an address
      await close();
    });
  });

  test("where mail is off, the outbox says so and how to switch it on", async () => {
    const quiet = await startOwnedDemo();
    try {
      const { page, problems, close } = await visitAdmin(browser, quiet, "/outbox", sizes[0].day);
      await page.getByText("Mail is off").waitFor();
      await page.getByText("DIMMER_SMTP_URL").waitFor();
      await page.getByText("No mail yet.").waitFor();
      assert.deepEqual(problems, []);
      assert.equal(page.url(), adminURL(quiet, "/outbox"));
      await close();
    } finally {
      await quiet.stop();
    }
  });

  roles.forEach(({ role, offered, below, shown, refused }) => {
    test(`the ${role} is offered her rooms, and told of those that are not hers`, async () => {
      const email = `${role}@example.org`;
      const { data: invite } = await read<One<{ url: string }>>("POST", "/admin/invites", { email, name: `One ${role}`, role });
      await accept(invite.url, `One ${role}`);
      const { page, problems, close } = await visitAdmin(browser, dimmer, "/", sizes[1].day, undefined, { email, password });
      const rail = page.getByRole("navigation", { name: "Main" });
      await rail.getByRole("link", { name: "Home" }).waitFor();
      assert.deepEqual(await rail.getByRole("link").locator("> span:first-of-type").allInnerTexts(), offered);
      await page.getByRole("button", { name: `One ${role}` }).click();
      await page.getByRole("menuitem", { name: "Sign out" }).waitFor();
      assert.deepEqual(await page.getByRole("menuitem").allInnerTexts(), below);
      await page.keyboard.press("Escape");
      for (const [path, title] of Object.entries(shown)) {
        await go(page, path);
        await page.getByRole("heading", { name: title, exact: true, level: 1 }).waitFor();
        assert.equal(await page.getByText("Your role does not include this room.").count(), 0, `${path} is refused`);
      }
      for (const path of refused) {
        await go(page, path);
        await page.waitForURL((url) => url.href.startsWith(adminURL(dimmer, path))); // settings open a section
        await page.getByText("Your role does not include this room.").waitFor();
        await rail.getByRole("link", { name: "Home" }).waitFor();
        await page.getByRole("main").getByRole("link", { name: "Go to Home" }).click();
        await page.getByText("Your role does not include this room.").waitFor({ state: "detached" });
      }
      assert.deepEqual(problems, []); // nothing was asked for that the server refuses
      await close();
    });
  });
});
