// The owner sets up her blog.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { adminURL, asOwner, inEveryLook, owner, startOwnedDemo, visitAdmin } from "./admin.js";
import { accessibilityViolations, looks, openBrowser } from "./browser.js";
import type { Dimmer } from "./dimmer.js";
import { openPostbox, type Postbox } from "./postbox.js";

let browser: Browser;
let dimmer: Dimmer;
let postbox: Postbox;
let call: Awaited<ReturnType<typeof asOwner>>;

before(async () => {
  postbox = await openPostbox();
  [browser, dimmer] = await Promise.all([openBrowser(), startOwnedDemo({ DIMMER_SMTP_URL: postbox.url, DIMMER_MAIL_FROM: "blog@example.org" })]);
  call = await asOwner(dimmer);
});
after(async () => {
  await browser?.close();
  await dimmer?.stop();
  await postbox?.close();
});

const [phone, , desktop] = looks;

const save = (page: Page) => page.getByRole("button", { name: "Save", exact: true });
const data = async <T>(path: string): Promise<T> => ((await (await call("GET", path)).json()) as { data: T }).data;
const siteTitle = async () => ((await (await fetch(`${dimmer.url}/api/v1/site`)).json()) as { data: { title: string } }).data.title;
const hasFocus = (page: Page, label: string) => page.waitForFunction((name) => document.activeElement?.closest(".mantine-InputWrapper-root")?.querySelector("label")?.textContent === name, label);

test("a title is changed: asked before it is lost, refused where it cannot be, seen by readers, taken back", async () => {
  const { page, problems, close } = await visitAdmin(browser, dimmer, "/settings", desktop);
  await page.waitForURL("**/admin/settings/site");
  const before = await siteTitle();
  const title = page.getByLabel("Title", { exact: true });
  assert.ok(await save(page).isHidden(), "nothing to save yet");
  await title.fill("");
  await page.getByRole("navigation", { name: "Sections of the settings" }).getByRole("link", { name: "Reading" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Stay" }).click();
  assert.equal(new URL(page.url()).pathname, "/admin/settings/site");
  assert.equal(await title.inputValue(), "");

  const answered = page.waitForResponse((answer) => answer.request().method() === "PATCH");
  await save(page).click();
  assert.equal((await answered).status(), 422);
  await hasFocus(page, "Title");
  assert.equal(await title.getAttribute("aria-invalid"), "true");
  assert.equal(await siteTitle(), before);
  problems.splice(0); // the browser notes the 422

  await title.fill("The Loud Shoulder");
  await page.route("**/api/v1/admin/settings", (route) => route.abort());
  await save(page).click();
  await page.getByRole("alert").getByText("The server did not answer.", { exact: false }).waitFor();
  assert.equal(await title.inputValue(), "The Loud Shoulder", "what was typed is still there");
  await page.unroute("**/api/v1/admin/settings");
  problems.splice(0); // the browser notes the lost connection

  assert.equal(await title.getAttribute("aria-invalid"), null, "the complaint goes as soon as it is answered");
  await page.keyboard.press("Control+s");
  await page.getByRole("status", { name: "Messages" }).getByText("Saved.").waitFor();
  assert.equal(await siteTitle(), "The Loud Shoulder");
  assert.ok(await save(page).isHidden());
  await page.getByRole("button", { name: "Undo" }).click();
  await page.getByText("As it was before.").waitFor();
  assert.equal(await siteTitle(), before);
  assert.equal(await title.inputValue(), before);
  await inEveryLook(page, "settings-site");

  await title.fill("Gone");
  await page.getByRole("navigation", { name: "Sections of the settings" }).getByRole("link", { name: "Reading" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Leave" }).click();
  await page.waitForURL("**/admin/settings/reading");
  assert.equal(await siteTitle(), before);

  // Links are ordered with the keyboard, and addresses say what comes out.
  const texts = page.getByLabel("Text", { exact: true });
  const names = await texts.evaluateAll((fields) => fields.map((field) => (field as HTMLInputElement).value));
  assert.ok(names.length > 1);
  await texts.first().focus();
  await page.keyboard.press("Alt+ArrowDown");
  await page.getByText(`${names[0]} is number 2 of ${names.length}.`).waitFor({ state: "attached" });
  assert.equal(await page.evaluate(() => (document.activeElement as HTMLInputElement).value), names[0], "the focus goes with the row");
  await page.getByLabel("Posts", { exact: true }).fill("/notes/{slug}");
  await page.getByText(/Such as http:\/\/localhost:\d+\/notes\/sore-neck/).waitFor();
  await page.getByLabel("Previews", { exact: true }).fill("/drafts/{token}");
  await save(page).click();
  await page.getByText("Saved.").waitFor();
  const kept = await data<{ navigation: { label: string }[]; post_url: string; preview_url: string | null }>("/admin/settings");
  assert.deepEqual(kept.navigation.map(({ label }) => label).slice(0, 2), [names[1], names[0]]);
  assert.equal(kept.post_url, "/notes/{slug}");
  assert.equal(kept.preview_url, "/drafts/{token}");
  await inEveryLook(page, "settings-reading");
  assert.deepEqual(problems, []);
  await close();
});

test("on the phone the dimmer level is set with keys, and each rule says what it would have done", async () => {
  const { page, problems, close } = await visitAdmin(browser, dimmer, "/settings", phone);
  await page.getByRole("link", { name: /^Comments Dimmer level/ }).click();
  await page.getByRole("radio", { name: "Newcomers" }).focus();
  await page.keyboard.press("ArrowLeft");
  await page.getByText("Comments appear at once.", { exact: false }).first().waitFor();
  await page.getByText(/With this, \d+ of the last \d+ comments would have appeared at once, of which you later rejected/).waitFor();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  await page.getByText(/With this, \d+ of the last \d+ comments would have been held, of which you later approved/).waitFor();
  await inEveryLook(page, "settings-comments");
  await save(page).click();
  await page.getByText("Saved.").waitFor();
  assert.equal((await data<{ comment_level: string }>("/admin/settings")).comment_level, "all");
  await page.getByRole("button", { name: "Undo" }).click();
  await page.getByText("As it was before.").waitFor();

  await page.getByLabel("Minutes to change a comment").fill("1441");
  await save(page).click();
  await page.getByText("Is not between 0 and 1440.").waitFor();
  problems.splice(0); // the browser notes the 422
  await page.getByRole("button", { name: "Discard" }).click();
  assert.equal(await page.getByLabel("Minutes to change a comment").inputValue(), "15");

  await page.getByRole("link", { name: "All settings" }).click();
  await page.getByRole("link", { name: /^Rules against spam/ }).click();
  const words = page.getByLabel("Words", { exact: true });
  await words.fill("zzzz");
  await page.getByText(/With this, the last \d+ comments would all have gone the same way\./).waitFor();
  await words.fill("zzzz\nneck*");
  await page.getByText(/With this, \d+ of the last \d+ comments would have been spam, of which you later approved \d+\./).waitFor();
  await page.getByRole("button", { name: "Show them" }).click();
  await page.getByText(/→ spam/).first().waitFor();
  await inEveryLook(page, "settings-rules");

  await words.fill("*");
  await page.getByText("This cannot be tried as it is:", { exact: false }).waitFor();
  await save(page).click();
  await page.getByText("Line 1: Would block everything.").waitFor();
  problems.splice(0); // two times 422
  await page.getByRole("button", { name: "Discard" }).click();
  assert.equal(await words.inputValue(), "");

  // The key goes in and is never seen again.
  await page.getByRole("button", { name: "Set the key" }).click();
  await page.getByLabel("Key", { exact: true }).fill("abcdef123456");
  await page.keyboard.press("Enter");
  await page.getByText("On: a key is set.", { exact: false }).waitFor();
  assert.ok(!(await page.content()).includes("abcdef123456"));
  await page.getByRole("button", { name: "Remove the key" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove the key" }).click();
  await page.getByText("Off: no key is set.").waitFor();
  assert.deepEqual(problems, []);
  await close();
});

test("what was changed in the settings stands in the editor when it is opened again", async () => {
  const [post] = await data<{ id: string }[]>("/admin/posts?status=draft&limit=1");
  assert.ok(post);
  const { page, problems, close } = await visitAdmin(browser, dimmer, `/posts/${post.id}?panel=settings`, desktop);
  await page.context().unrouteAll(); // while requests are watched, the browser keeps no answers
  const level = (value: string) => page.locator(`input[name=post-level][value=${value}]:checked`).waitFor({ state: "attached" });
  await level("newcomers");
  for (const value of ["all", "open"]) { // other programs and devices change settings too, and the browser has kept what it read before
    assert.equal((await call("PATCH", "/admin/settings", { comment_level: value })).status, 200);
    await page.reload();
    await level(value);
  }
  await call("PATCH", "/admin/settings", { comment_level: "newcomers" });
  assert.deepEqual(problems, []);
  await close();
});

test("a token is shown once, works, and is ended; an answer is kept and comes back after Undo", async () => {
  const { page, problems, close } = await visitAdmin(browser, dimmer, "/settings/tokens", desktop);
  await page.getByRole("button", { name: "Make a token" }).click();
  await hasFocus(page, "What is it for?");
  await page.getByRole("button", { name: "Make a token" }).click();
  await page.locator('[aria-invalid="true"]').waitFor();
  problems.splice(0); // the browser notes the 422
  await page.keyboard.type("Build of the website");
  await page.keyboard.press("Enter");
  await page.getByText("It is shown this once.", { exact: false }).waitFor();
  const token = await page.getByRole("group", { name: "API tokens" }).innerText();
  const read = () => fetch(`${dimmer.url}/api/v1/admin/posts`, { headers: { Authorization: `Bearer ${token}` } });
  assert.equal((await read()).status, 200);
  await inEveryLook(page, "settings-tokens");
  await page.getByRole("button", { name: "I have copied it" }).click();
  assert.ok(!(await page.content()).includes(token));
  await page.getByRole("button", { name: "End Build of the website" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "End", exact: true }).click();
  await page.getByText("“Build of the website” has ended.").waitFor();
  assert.equal((await read()).status, 401);

  await page.getByRole("link", { name: "Reply snippets" }).click();
  await page.getByRole("button", { name: "Keep an answer" }).click();
  await page.getByLabel("Name", { exact: true }).fill("Opening hours");
  await page.getByLabel("Answer", { exact: true }).fill("Tuesday to Friday.");
  await page.getByRole("button", { name: "Keep it" }).click();
  await page.getByRole("button", { name: "Delete Opening hours" }).click();
  await page.getByText("“Opening hours” is deleted.").waitFor();
  assert.ok(await page.getByText("Tuesday to Friday.").isHidden());
  await page.getByRole("button", { name: "Undo" }).click();
  await page.getByText("Tuesday to Friday.").waitFor();

  await page.getByRole("link", { name: "Frontends" }).click();
  await page.getByText("Pages of every site may read what is public.").waitFor();
  await inEveryLook(page, "settings-frontends");
  assert.deepEqual(problems, []);
  await close();
});

test("an editor reads the settings and is told why she cannot change them", async () => {
  const editor = { email: "eva@example.org", password: "kettle orbit maple tuesday", name: "Eva", role: "editor" };
  assert.equal((await call("POST", "/admin/users", editor)).status, 201);
  const context = await browser.newContext({ viewport: desktop.viewport });
  const page = await context.newPage();
  await page.goto(adminURL(dimmer, "/settings/site"));
  await page.getByLabel("E-mail").fill(editor.email);
  await page.getByLabel("Password", { exact: true }).fill(editor.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByText("Only the owner can change settings.", { exact: false }).waitFor();
  assert.ok(await page.getByLabel("Title", { exact: true }).isDisabled());
  assert.deepEqual(await accessibilityViolations(page), []);
  await page.getByRole("link", { name: "API tokens" }).click();
  await page.getByText("Only the owner sees and makes API tokens.").waitFor();
  await context.close();
});

test("a test mail arrives; when it cannot, the reason of the mail server is shown", async () => {
  const { page, problems, close } = await visitAdmin(browser, dimmer, "/settings/mail", phone);
  await page.getByText("Mail is on. It comes from blog@example.org.").waitFor();
  await page.getByRole("button", { name: "Send a test mail to me" }).click();
  await page.getByText(`It is on its way to ${owner.email}.`, { exact: false }).waitFor();
  await postbox.take(owner.email, /./);
  await postbox.close();
  await page.getByRole("button", { name: "Send a test mail to me" }).click();
  await page.getByRole("alert").getByText("The mail did not get through.", { exact: false }).waitFor();
  assert.match(await page.getByRole("alert").innerText(), /refused|did not answer|connect/i);
  await inEveryLook(page, "settings-mail");
  problems.splice(0); // the browser notes the 502
  await close();
});
