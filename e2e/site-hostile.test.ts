// What strangers write, on the pages of the starter site: a real browser runs none of it.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser } from "playwright-core";
import { openBrowser } from "./browser.js";
import { startDemo, type Dimmer } from "./dimmer.js";
import { hostileTexts, skip, stir, watchRuns } from "./hostile.js";

const owner = { email: "mira@demo.example", password: "kettle orbit maple tuesday" };

let browser: Browser;
let dimmer: Dimmer;
let token: string;

before(async () => {
  dimmer = await startDemo({ DIMMER_OWNER_EMAIL: owner.email, DIMMER_OWNER_PASSWORD: owner.password, DIMMER_RATE_LIMITS: "off" });
  token = ((await call("POST", "/auth/login", owner)) as { access_token: string }).access_token;
  browser = await openBrowser();
});

after(async () => {
  await browser?.close();
  await dimmer?.stop();
});

/** Asks the API for something, as the owner once she has signed in. */
async function call(method: string, path: string, body?: object): Promise<unknown> {
  const answer = await fetch(`${dimmer.url}/api/v1${path}`, {
    method,
    headers: { ...(body && { "Content-Type": "application/json" }), ...(token && { Authorization: `Bearer ${token}` }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  return answer.json();
}

test("nothing that strangers have written runs", { skip }, async () => {
  const every = hostileTexts(500);
  await call("PATCH", "/admin/settings", { comment_level: "open" });
  const paths: string[] = [];
  for (let i = 0; i < every.length; i += 40) {
    const part = every.slice(i, i + 40);
    const title = part[0]!.slice(0, 200);
    const made = (await call("POST", "/admin/posts", { title, markdown: part.map((text) => text.slice(0, 500)).join("\n\n"), excerpt: title, tags: [`T ${i} ${title.slice(0, 50)}`], status: "published", slug: `hostile-${i}` })) as { data?: { slug: string; tags: { slug: string }[] } };
    assert.ok(made.data, JSON.stringify(made));
    for (const [n, text] of part.entries()) {
      const comment = (await call("POST", `/posts/${made.data.slug}/comments`, { name: `${n} ${text}`.slice(0, 80), body: `${n} ${text}`, url: `https://a.example/${encodeURI(text).slice(0, 300)}` })) as { data?: { id: string } };
      if (comment.data) await call("PATCH", `/admin/comments/${comment.data.id}`, { status: "approved" });
    }
    paths.push(`/posts/${made.data.slug}`, `/posts/${made.data.slug}?sort=oldest`, `/tags/${encodeURIComponent(made.data.tags[0]!.slug)}`, `/search?q=${encodeURIComponent(part[1] ?? "")}`);
  }
  paths.push("/");
  const context = await browser.newContext();
  const ran = await watchRuns(context);
  await context.route((target) => target.origin !== new URL(dimmer.url).origin, (route) => route.abort());
  const page = await context.newPage();
  let shown = 0;
  for (const path of paths) {
    await page.goto(dimmer.url + path, { waitUntil: "load" });
    shown += await page.locator(".c-body").count();
    await stir(page);
  }
  assert.deepEqual(ran, []);
  assert.ok(shown > 100, `only ${shown} comments were shown`);
  await context.close();
});

test("the same watch sees a handler that does run", async () => {
  const page = await browser.newPage();
  const dialog = page.waitForEvent("dialog").then((seen) => seen.dismiss());
  await page.setContent('<p onmouseover="alert(1)">x</p>');
  await page.evaluate(() => document.querySelector("p")!.dispatchEvent(new Event("mouseover", { bubbles: true })));
  await dialog;
  await page.close();
});
