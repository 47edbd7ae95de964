// The owner keeps her tags in order, and her account.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { asOwner, inEveryLook, owner, startOwnedDemo, visitAdmin } from "./admin.js";
import { looks, openBrowser } from "./browser.js";
import type { Dimmer } from "./dimmer.js";

let browser: Browser;
let dimmer: Dimmer;
let call: Awaited<ReturnType<typeof asOwner>>;

before(async () => {
  [browser, dimmer] = await Promise.all([openBrowser(), startOwnedDemo()]);
  call = await asOwner(dimmer);
});
after(async () => {
  await browser?.close();
  await dimmer?.stop();
});

const [phone, , desktop] = looks;

const save = (page: Page) => page.getByRole("button", { name: "Save", exact: true });
const data = async <T>(path: string): Promise<T> => ((await (await call("GET", path)).json()) as { data: T }).data;
const hasFocus = (page: Page, label: string) => page.waitForFunction((name) => document.activeElement?.closest(".mantine-InputWrapper-root")?.querySelector("label")?.textContent === name, label);

test("tags are made, changed at an address of their own, merged and deleted", async () => {
  const { page, problems, close } = await visitAdmin(browser, dimmer, "/tags", phone);
  await page.getByText("#series").waitFor();
  await inEveryLook(page, "tags");
  await page.getByRole("link", { name: "Make a tag" }).click();
  await page.getByLabel("Name", { exact: true }).fill("Stress");
  await page.getByRole("button", { name: "Make the tag" }).click();
  await page.getByText("There is a tag of this name.", { exact: false }).waitFor();
  problems.splice(0); // the browser notes the 409
  await page.getByLabel("Name", { exact: true }).fill("Pressure");
  await page.getByRole("button", { name: "Make the tag" }).click();
  await page.getByRole("link", { name: /^Pressure/ }).click();

  // A level of its own, and what was typed is not lost by a slip.
  await page.getByRole("radio", { name: "All" }).check();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog", { name: "Leave without saving?" }).getByRole("button", { name: "Stay" }).click();
  await save(page).click();
  await page.getByText("Saved.").waitFor();
  await page.getByRole("button", { name: "Close", exact: true }).click();
  await page.getByRole("link", { name: /^Pressure All/ }).waitFor();

  // What is searched for stays in the address.
  const stress = (await data<{ id: string; name: string; slug: string }[]>("/admin/tags?limit=100")).find(({ name }) => name === "Stress")!;
  const count = ((await (await call("GET", `/admin/posts?tag=${stress.slug}&limit=1`)).json()) as { page: { total: number } }).page.total;
  await page.getByLabel("Search tags").fill("stre");
  await page.waitForURL("**/tags?q=stre");
  await page.getByRole("link", { name: /^Stress/ }).click();
  await page.waitForURL(`**/tags/${stress.id}?q=stre`);
  await page.getByLabel("The tag that stays").selectOption({ label: "Pressure" });
  await page.getByText(`${count} posts and pages move from “Stress” to “Pressure”.`, { exact: false }).waitFor();
  await inEveryLook(page, "tags-one");
  await page.getByRole("button", { name: "Merge", exact: true }).click();
  await page.getByText("“Stress” is now part of “Pressure”.").waitFor();
  const tags = await data<{ name: string; post_count: number }[]>("/admin/tags?limit=100");
  assert.ok(!tags.some(({ name }) => name === "Stress"));
  assert.ok(tags.find(({ name }) => name === "Pressure")!.post_count > 0);

  await page.getByLabel("Search tags").fill("press");
  await page.getByRole("link", { name: /^Pressure/ }).click();
  await page.getByRole("button", { name: "Delete this tag" }).click();
  await page.getByRole("dialog", { name: "Delete “Pressure”?" }).getByText(`The ${count} posts and pages that have it stay, without it.`, { exact: false }).waitFor();
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  await page.getByText("“Pressure” is deleted.").waitFor();
  assert.ok(!(await data<{ name: string }[]>("/admin/tags?limit=100")).some(({ name }) => name === "Pressure"));
  assert.deepEqual(problems, []);
  await close();
});

// The last one: it changes the password.
test("in her account she changes her profile, ends sessions, and stays signed in here with a new password", async () => {
  const elsewhere = await fetch(`${dimmer.url}/api/v1/auth/login`, {
    method: "POST", headers: { "Content-Type": "application/json", "User-Agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile/15E148 Safari/604.1" }, body: JSON.stringify(owner),
  });
  const { access_token: token } = (await elsewhere.json()) as { access_token: string };
  const me = () => fetch(`${dimmer.url}/api/v1/auth/me`, { headers: { Authorization: `Bearer ${token}` } });
  assert.equal((await me()).status, 200);
  const { page, problems, close } = await visitAdmin(browser, dimmer, "/account", desktop);
  await page.getByText("Safari on iPhone").waitFor();
  await inEveryLook(page, "account");
  await page.getByRole("button", { name: "Sign out Safari on iPhone" }).click();
  await page.getByText("Safari on iPhone is signed out.").waitFor();
  assert.equal((await me()).status, 401);

  await page.getByLabel("Name", { exact: true }).fill("Mira Holt");
  await save(page).click();
  await page.getByText("Saved.").waitFor();
  await page.getByRole("complementary").getByText("Mira Holt").waitFor();

  await page.getByText("Dark", { exact: true }).click();
  await page.waitForFunction(() => document.documentElement.dataset["mantineColorScheme"] === "dark");
  await page.getByLabel("Language", { exact: true }).selectOption("de");
  await page.getByRole("heading", { name: "Mein Konto" }).waitFor();
  await page.getByLabel("Sprache", { exact: true }).selectOption("en");

  const current = page.getByLabel("Current password");
  const fresh = page.getByLabel("New password");
  await current.fill("wrong");
  await fresh.fill("kettle orbit");
  await page.getByText("12 of 15 characters").waitFor();
  await fresh.fill("kettle orbit maple tuesday");
  await page.getByText("26 characters: long enough").waitFor();
  await page.getByRole("button", { name: "Change the password" }).click();
  await page.getByText("Is not your password.").waitFor();
  await hasFocus(page, "Current password");
  problems.splice(0); // the browser notes the 422
  await current.fill(owner.password);
  await page.getByRole("button", { name: "Change the password" }).click();
  await page.getByText("The password is changed.", { exact: false }).waitFor();
  await page.getByText("You are signed in only here.").waitFor();
  await page.reload();
  await page.getByText("You are signed in only here.").waitFor();
  assert.equal((await call("GET", "/auth/me")).status, 401, "the other sign-ins are over");
  assert.deepEqual(problems, []);
  await close();
});
