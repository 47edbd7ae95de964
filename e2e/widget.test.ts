// The comment widget on somebody else's page, under a policy that allows nothing but this server.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { accessibilityViolations, dayAndNight, looks, openBrowser, shoot, sidewaysScroll, sizes } from "./browser.js";
import { startDemo, type Dimmer } from "./dimmer.js";
import { stir, watchRuns } from "./hostile.js";

const owner = { email: "owner@demo.example", password: "kettle orbit maple tuesday" };
const desktop = looks[2];

let browser: Browser;
let dimmer: Dimmer;
let token: string;
let host: Server;
/** The page's own origin, which is not the server's. */
let origin: string;
/** Reports of policies that something has broken. */
let reports: string[] = [];

before(async () => {
  dimmer = await startDemo({ DIMMER_RATE_LIMITS: "off", DIMMER_OWNER_EMAIL: owner.email, DIMMER_OWNER_PASSWORD: owner.password });
  browser = await openBrowser();
  token = (await api<{ access_token: string }>("POST", "/auth/login", owner)).access_token;
  host = createServer((request, response) => {
    if (request.url === "/reports") {
      request.setEncoding("utf8").on("data", (part: string) => reports.push(part));
      request.on("end", () => response.writeHead(204).end());
      return;
    }
    const { searchParams: query, pathname } = new URL(request.url ?? "/", "http://host");
    response.setHeader("Content-Type", "text/html; charset=utf-8");
    response.setHeader(
      "Content-Security-Policy",
      `default-src 'none'; script-src ${dimmer.url}; connect-src ${dimmer.url}; img-src ${dimmer.url}; style-src 'none'; base-uri 'none'; ` +
        `form-action 'none'; require-trusted-types-for 'script'; trusted-types dimmer; report-uri /reports`,
    );
    // Attributes are fixed words of the tests, nothing of a stranger.
    response.end(`<!doctype html><html lang="${query.get("lang") ?? "en"}" dir="${query.get("dir") ?? "ltr"}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
<title>A page</title><script type="module" src="${dimmer.url}/widget.js"></script></head>
<body><main><h1>A page</h1><p>${(query.get("count") ?? "").split(" ").filter(Boolean).map((slug) => `<dimmer-count post="${slug}"></dimmer-count>`).join(" ")}</p>
<dimmer-comments post="${pathname.slice(1)}"${query.has("theme") ? ` theme="${query.get("theme")}"` : ""}>${query.get("inside") ?? ""}</dimmer-comments></main></body></html>`);
  }).listen(0, "127.0.0.1");
  await once(host, "listening");
  origin = `http://127.0.0.1:${(host.address() as AddressInfo).port}`;
});

after(async () => {
  await browser?.close();
  host?.close();
  await dimmer?.stop();
});

/** Asks the server's API; as its owner, once she has signed in. */
async function api<T>(method: string, path: string, body?: object): Promise<T> {
  const answer = await fetch(`${dimmer.url}/api/v1${path}`, {
    method,
    headers: { "Content-Type": "application/json", Origin: dimmer.url.replace("127.0.0.1", "localhost"), ...(token && { Authorization: `Bearer ${token}` }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${text}`);
  return (text && JSON.parse(text)) as T;
}

interface Written {
  data: { id: string; slug: string };
}

/** The ids of posts, by their slugs. */
const posts = new Map<string, string>();

/** Publishes a post, and gives its slug. */
async function publish(fields: object = {}): Promise<string> {
  const { data } = await api<Written>("POST", "/admin/posts", { title: `A post about lamps ${posts.size + 1}`, source: "Text.", format: "markdown", status: "published", ...fields });
  posts.set(data.slug, data.id);
  return data.slug;
}

const decide = (ids: string[], status: string) => api("POST", "/admin/comments/bulk", { ids, status });

/** Comments as others do, seen by everybody. */
async function say(slug: string, comments: { name?: string; body: string; parent_id?: string; url?: string }[]): Promise<string[]> {
  const ids: string[] = [];
  for (const comment of comments) ids.push((await api<Written>("POST", `/posts/${slug}/comments`, { name: "Ruth", ...comment })).data.id);
  for (let from = 0; from < ids.length; from += 500) await decide(ids.slice(from, from + 500), "approved");
  return ids;
}

const listed = async (slug: string) => (await api<{ data: { id: string; body: string; status: string }[] }>("GET", `/admin/comments?post=${posts.get(slug)}&limit=100`)).data;

interface Reading {
  page: Page;
  requests: string[];
  close(): Promise<void>;
}

/** Opens the page of a post as a new reader. Whatever goes wrong on it, or a policy that is broken, fails the test when she closes it. */
async function read(slug: string, query = "", options: BrowserContextOptions = desktop): Promise<Reading> {
  const context = await browser.newContext({ viewport: desktop.viewport, ...options });
  const page = await context.newPage();
  const problems: string[] = [];
  const requests: string[] = [];
  reports = [];
  page.on("console", (message) => {
    // A request that the test lets fail is noted by the browser itself.
    if (message.type() === "error" && !/Failed to load resource/.test(message.text())) problems.push(message.text());
  });
  page.on("pageerror", (error) => problems.push(error.message));
  page.on("dialog", (dialog) => {
    problems.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("request", (request) => requests.push(`${request.method()} ${request.url().replace(dimmer.url, "")}`));
  await page.goto(`${origin}/${slug}?${query}`);
  await page.getByRole("heading", { level: 2 }).waitFor();
  // The page's own look, as a card; a constructed sheet is what its policy lets through.
  await page.evaluate(() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync("body{margin:0;background:light-dark(#F5F7F4,#101615)}main{max-width:39rem;margin:16px auto;padding:24px;background:light-dark(#FFF,#171F1D);border-radius:16px}h1{display:none}");
    document.adoptedStyleSheets = [sheet];
  });
  return {
    page,
    requests,
    close: async () => {
      await context.close();
      assert.deepEqual(problems, []);
      assert.deepEqual(reports, []);
    },
  };
}

async function write(page: Page, body: string, name = "Jette"): Promise<void> {
  await page.getByRole("textbox", { name: "Comment" }).last().fill(body);
  await page.getByLabel("Name", { exact: true }).last().fill(name);
}

const send = (page: Page) => page.getByRole("button", { name: "Send" }).last().click();
const article = (page: Page, text: string) => page.locator("article").filter({ hasText: text }).last();

for (const size of sizes) {
  test(`each state of the widget reads well by day and by night: ${size.name}`, async () => {
    const slug = await publish();
    const state = (page: Page, name: string) =>
      dayAndNight(page, size, async (look) => {
        assert.deepEqual(await accessibilityViolations(page), [], `${name}, ${look.name}`);
        assert.equal(await sidewaysScroll(page), 0, `${name}, ${look.name}`);
        await shoot(page, `widget-${name}`, look);
      }, true); // what readers see most

    let { page, close, requests } = await read(slug, "", size.day);
    await page.getByText("Nobody has said anything yet.").waitFor();
    assert.deepEqual(requests.filter((request) => request.includes("/api/")), [`GET /api/v1/posts/${slug}/comments?sort=newest`], "the first paint takes one request");
    await state(page, "empty");
    await page.getByRole("button", { name: "Write the first comment" }).click();
    await send(page);
    assert.equal(await page.getByRole("textbox", { name: "Comment" }).evaluate((field) => field.matches(":focus")), true, "the first mistake has the focus");
    await state(page, "mistakes");
    await close();

    const [first = ""] = await say(slug, [{ name: "Tomasz", body: "I do the long breath out at red lights now." }, { name: "Odile", body: "A kind answer to a hard question." }]);
    await api("POST", `/admin/comments/${first}/reply`, { body: "Sighing at traffic and sighing *for* your shoulders look the same from outside." });
    ({ page, close } = await read(slug, "", size.day));
    await write(page, "I stood up after reading this.");
    await send(page);
    await page.getByText("Only you can see this for now.").first().waitFor();
    await state(page, "held");
    await article(page, "red lights").getByRole("button", { name: "Reply: Tomasz" }).click();
    const reply = page.getByRole("form", { name: "Reply: Tomasz" });
    await reply.getByRole("textbox", { name: "Comment" }).fill("> red lights\n\nThe same for me, with a **warm towel**.");
    await reply.getByRole("button", { name: "Preview" }).click();
    await reply.locator("strong").waitFor();
    await state(page, "preview");
    await page.route("**/comments", (route) => (route.request().method() === "POST" ? route.abort() : route.continue()));
    await reply.getByRole("button", { name: "Send" }).click();
    await reply.getByRole("alert").waitFor();
    assert.match(await reply.getByRole("alert").innerText(), /Not sent\. The connection was lost\. Your text is safe/);
    await state(page, "error");
    await close();
  });
}

test("a reader comments, is held, sees it again after a reload, is approved and appears for everybody", async () => {
  const slug = await publish();
  const { page, close, requests } = await read(slug);
  await page.getByRole("button", { name: "Write the first comment" }).click();
  await write(page, "The part about the jaw helped.");
  await send(page);
  await article(page, "The part about the jaw").getByText("Only you can see this for now.").waitFor();
  assert.equal(await article(page, "jaw").evaluate((element) => element.matches(":focus")), true, "her comment has the focus");
  assert.equal(requests.filter((request) => request.startsWith("POST")).length, 1);
  await page.reload();
  await article(page, "The part about the jaw").getByText("Only you can see this for now.").waitFor();
  assert.equal(await page.getByLabel("Name", { exact: true }).inputValue(), "Jette", "her name is still there");

  const other = await read(slug);
  assert.equal(await other.page.locator("article").count(), 0, "nobody else sees it");
  const [comment] = await listed(slug);
  assert.equal(comment?.status, "pending");
  await decide([comment.id], "approved");
  await other.page.reload();
  await article(other.page, "The part about the jaw").waitFor();
  assert.equal(await other.page.getByRole("heading", { level: 2 }).innerText(), "1 comment");
  await page.reload();
  await article(page, "The part about the jaw").waitFor();
  assert.equal(await page.getByText("Only you can see this for now.").count(), 0);
  await other.close();
  await close();
});

test("a reader edits her comment and deletes it", async () => {
  const slug = await publish();
  await say(slug, [{ body: "Before her." }]);
  const { page, close } = await read(slug);
  await write(page, "With a typpo.");
  await send(page);
  await article(page, "typpo").getByText("15 minutes left to change it").waitFor();
  await article(page, "typpo").getByRole("button", { name: "Edit: Jette" }).click();
  const field = article(page, "typpo").getByRole("textbox", { name: "Comment" });
  assert.equal(await field.inputValue(), "With a typpo.");
  await field.fill("Without *it*.");
  await article(page, "typpo").getByRole("button", { name: "Send" }).click();
  await article(page, "Without it.").waitFor();
  assert.equal(await page.getByText("typpo").count(), 0);
  const remove = article(page, "Without it.").getByRole("button", { name: "Delete" });
  await remove.click();
  assert.equal(await article(page, "Without it.").count(), 1, "one click deletes nothing");
  await remove.click();
  await article(page, "Without it.").waitFor({ state: "detached" });
  await page.reload();
  await article(page, "Before her.").waitFor();
  await page.waitForLoadState("networkidle");
  assert.equal(await page.locator("article").count(), 1);
  await close();
});

test("a reader is answered, likes, reports and reacts", async () => {
  const slug = await publish();
  const [id = ""] = await say(slug, [{ name: "Ruth", body: "Is it normal to feel tender?" }]);
  await api("POST", `/admin/comments/${id}/reply`, { body: "Yes, for a day." });
  const { page, close } = await read(slug);
  const answer = article(page, "Yes, for a day.");
  assert.equal(await answer.locator(".badge").count(), 1, "the answer of the house has its badge");
  assert.equal(await answer.getByRole("button", { name: "Report" }).count(), 0, "nobody reports the owner to herself");
  const like = page.getByRole("button", { name: "Like", pressed: false }).first();
  await like.click();
  await page.getByRole("button", { name: "Like 1", pressed: true }).waitFor();
  await page.reload();
  await page.getByRole("button", { name: "Like 1", pressed: true }).click();
  await page.getByRole("button", { name: "Like", exact: true, pressed: false }).first().waitFor();

  await page.getByRole("button", { name: "This helped me" }).click();
  await page.getByRole("button", { name: "This helped me 1", pressed: true }).waitFor();

  await page.getByRole("button", { name: "Report: Ruth" }).click();
  await page.getByLabel("Report", { exact: true }).fill("It sells something.");
  await page.locator("article form").getByRole("button", { name: "Send" }).click();
  await page.locator("article").getByText("Thank you.").waitFor();

  await page.getByRole("button", { name: "Reply: Ruth" }).click();
  const form = page.getByRole("form", { name: "Reply: Ruth" });
  await form.getByRole("textbox", { name: "Comment" }).fill("The same for me.");
  await form.getByLabel("Name", { exact: true }).fill("Jette");
  await form.getByRole("button", { name: "Send" }).click();
  await page.locator("article article").filter({ hasText: "The same for me." }).getByText("Only you can see this for now.").waitFor();
  await page.reload();
  await page.locator("article article").filter({ hasText: "The same for me." }).waitFor();
  await close();
});

test("a long thread is sorted and loaded in parts, answers too", async () => {
  const slug = await publish();
  const ids = await say(slug, Array.from({ length: 24 }, (_, i) => ({ name: `Reader ${i}`, body: `Remark number ${i}.` })));
  await say(slug, Array.from({ length: 55 }, (_, i) => ({ name: `Answer ${i}`, body: `Reply number ${i}.`, parent_id: ids[23] ?? "" })));
  await say(slug, [{ body: "Reply to a reply.", parent_id: (await api<{ data: { replies: { id: string }[] }[] }>("GET", `/posts/${slug}/comments?sort=newest`)).data[0]?.replies[0]?.id ?? "" }]);
  const { page, close } = await read(slug, `count=${slug} the-dimmer-switch ${slug}`);
  const roots = page.locator(".thread > article");
  assert.equal(await page.getByRole("heading", { level: 2 }).innerText(), "80 comments");
  await page.getByText("80 comments 12 comments 80 comments").waitFor();
  assert.equal(await roots.count(), 10);
  assert.match(await roots.first().innerText(), /Remark number 23/);
  assert.equal(await page.locator(".replies article").count(), 50);
  await page.getByRole("button", { name: "Show 6 more" }).click();
  await article(page, "Reply number 54.").waitFor();
  assert.equal(await page.locator(".replies article").count(), 56);
  await page.getByRole("button", { name: "Show 14 more" }).click();
  await article(page, "Remark number 4.").waitFor();
  assert.equal(await roots.nth(10).evaluate((element) => element.matches(":focus")), true, "the focus goes to the first new one");
  await page.getByRole("button", { name: "Show 4 more" }).click();
  await article(page, "Remark number 0.").waitFor();
  assert.equal(await page.getByRole("button", { name: /^Show/ }).count(), 0);
  await page.getByRole("combobox").selectOption({ label: "Oldest first" });
  await page.locator(".thread > article:first-child").filter({ hasText: "Remark number 0." }).waitFor();
  assert.equal(await roots.count(), 10);
  await close();
});

test("a draft survives a reload, and a request that is sent again makes one comment", async () => {
  const slug = await publish();
  await say(slug, [{ body: "Before her." }]);
  const { page, close } = await read(slug);
  await write(page, "Slowly written, over two evenings.");
  await page.getByText("Draft kept").waitFor();
  await page.reload();
  assert.equal(await page.getByRole("textbox", { name: "Comment" }).inputValue(), "Slowly written, over two evenings.");
  // The server gets it, and its answer gets lost.
  await page.route("**/comments", async (route) => {
    await route.fetch();
    await route.abort("connectionreset");
  }, { times: 1 });
  await send(page);
  await page.getByRole("alert").filter({ hasText: "Your text is safe" }).waitFor();
  await page.reload();
  assert.equal(await page.getByRole("textbox", { name: "Comment" }).inputValue(), "Slowly written, over two evenings.");
  await send(page);
  await page.getByText("Only you can see this for now.").first().waitFor();
  assert.equal((await listed(slug)).filter(({ body }) => body.startsWith("Slowly")).length, 1);
  assert.equal(await page.getByRole("textbox", { name: "Comment" }).inputValue(), "");
  await page.reload();
  assert.equal(await page.getByRole("textbox", { name: "Comment" }).inputValue(), "", "what was sent is no draft any more");
  await close();
});

test("what the server refuses is said beside the field, and nothing is lost", async () => {
  const slug = await publish();
  await say(slug, [{ body: "Before her." }]);
  const { page, close } = await read(slug);
  await write(page, "a" + "\u0301".repeat(60));
  await send(page);
  await page.getByRole("alert").waitFor();
  const field = page.getByRole("textbox", { name: "Comment" });
  assert.equal(await field.getAttribute("aria-invalid"), "true");
  assert.equal(await field.evaluate((element) => element.matches(":focus")), true);
  assert.match(await page.locator(".wrong").first().innerText(), /too many marks/);
  assert.deepEqual(await accessibilityViolations(page), []);
  await page.route("**/comments", (route) => route.fulfill({ status: 429, headers: { "Access-Control-Allow-Origin": "*" }, json: { title: "Too many" } }), { times: 1 });
  await write(page, "Written fast.");
  await page.getByRole("button", { name: "Try again" }).click();
  await page.getByRole("alert").filter({ hasText: "Please wait a minute." }).waitFor();
  await page.getByRole("button", { name: "Try again" }).click();
  await page.getByText("Only you can see this for now.").first().waitFor();
  await close();
});

test("a closed thread stays readable, and takes nothing", async () => {
  const slug = await publish({ comments: "closed" });
  const { page, close } = await read(slug);
  await page.getByText("Comments are closed.").waitFor();
  assert.equal(await page.getByRole("textbox").count(), 0);
  await shoot(page, "widget-closed", desktop);
  assert.deepEqual(await accessibilityViolations(page), []);
  await close();
});

test("the proof of work is that of the vector, and the server takes one of its own", async () => {
  const slug = await publish();
  await say(slug, [{ body: "Before her." }]);
  const hex = (from: number) => Array.from({ length: 16 }, (_, i) => (from + i).toString(16).padStart(2, "0")).join("");
  const challenge = {
    parameters: { algorithm: "PBKDF2/SHA-256", cost: 1000, expiresAt: 4102444800, keyLength: 32, keyPrefix: "00", nonce: hex(0), salt: hex(16) },
    signature: "f0493b242f4b0884584e3fb00be709205feb719aa6fd66c92713202849f34c57",
  };
  const proofOf = (body: string | null) => JSON.parse(atob((JSON.parse(body ?? "{}") as { proof: string }).proof)) as { challenge: object; solution: { counter: number; derivedKey: string } };
  const { page, close } = await read(slug);
  await page.route("**/comments/form", async (route) => {
    const answer = await route.fetch();
    const { data } = (await answer.json()) as { data: object };
    await route.fulfill({ response: answer, json: { data: { ...data, challenge } } });
  }, { times: 1 });
  const sent = page.waitForRequest((request) => request.method() === "POST" && request.url().endsWith("/comments"));
  await write(page, "With a foreign proof.");
  await send(page);
  const proof = proofOf((await sent).postData());
  assert.deepEqual(proof.challenge, challenge);
  assert.equal(proof.solution.counter, 247);
  assert.equal(proof.solution.derivedKey, "00f200ab2d9ac7f93f1bcc073f5df4f7ee471668ad21853d8ff8185299da4489");
  await page.getByText("Only you can see this for now.").first().waitFor();

  const again = page.waitForRequest((request) => request.method() === "POST" && request.url().endsWith("/comments"));
  await write(page, "With a proof of her own.");
  await send(page);
  assert.match(proofOf((await again).postData()).solution.derivedKey, /^00/);
  await article(page, "With a proof of her own.").waitFor();
  await close();
});

test("without a mouse a reader comments, previews, answers and goes back", async () => {
  const slug = await publish();
  await say(slug, [{ name: "Ruth", body: "A remark." }]);
  const { page, close } = await read(slug);
  const focused = () => page.evaluate(() => {
    let element = document.activeElement;
    while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
    return element?.ariaLabel || element?.textContent || element?.getAttribute("autocomplete") || element?.tagName;
  });
  const tabTo = async (what: RegExp) => {
    for (let i = 0; i < 40; i++) {
      await page.keyboard.press("Tab");
      if (what.test((await focused()) ?? "")) return;
    }
    assert.fail(`no Tab leads to ${what}`);
  };
  await tabTo(/^Reply: Ruth/);
  await page.keyboard.press("Enter");
  await page.keyboard.type("An answer, typed at once.");
  assert.equal(await page.getByRole("form", { name: "Reply: Ruth" }).getByRole("textbox", { name: "Comment" }).inputValue(), "An answer, typed at once.");
  await tabTo(/^Cancel/);
  await page.keyboard.press("Enter");
  assert.match((await focused()) ?? "", /^Reply: Ruth/, "the focus goes back");
  await page.keyboard.press("Enter");
  await tabTo(/^name$/);
  await page.keyboard.type("Jette");
  await tabTo(/^Send/);
  await page.keyboard.press("Enter");
  await page.locator("article article").filter({ hasText: "typed at once" }).getByText("Only you can see this for now.").waitFor();
  assert.equal(await focused(), "Comment: Jette", "her comment has the focus");
  await close();
});

for (const [lang, first, send, held] of [
  ["de", "Den ersten Kommentar schreiben", "Senden", "Das sehen vorerst nur Sie."],
  ["fr-CA", "Écrire le premier commentaire", "Envoyer", "Vous seul le voyez pour l’instant."],
  ["es", "Escribir el primer comentario", "Enviar", "Por ahora solo lo ve usted."],
] as const) {
  test(`the widget speaks the language of its page: ${lang}`, async () => {
    const slug = await publish();
    const { page, close } = await read(slug, `lang=${lang}`, looks[0]);
    await page.getByRole("button", { name: first }).click();
    await page.locator("textarea").fill("Text.");
    await page.locator("[autocomplete=name]").fill("Jette");
    await page.getByRole("button", { name: send, exact: true }).click();
    await page.locator("article").getByText(held).waitFor();
    assert.deepEqual(await accessibilityViolations(page), []);
    assert.equal(await sidewaysScroll(page), 0);
    await shoot(page, `widget-${lang}`, looks[0]);
    await close();
  });
}

test("from right to left, and in the theme that the page has chosen", async () => {
  const slug = await publish();
  const [id = ""] = await say(slug, [{ name: "רות", body: "הכתפיים ירדו." }]);
  await say(slug, [{ name: "Ruth", body: "An answer.", parent_id: id }]);
  const { page, close } = await read(slug, "dir=rtl&theme=dark", looks[0]);
  const [outer, inner] = await Promise.all(["article", "article article"].map((selector) => page.locator(selector).first().boundingBox()));
  assert.ok(outer && inner && inner.x + inner.width < outer.x + outer.width, "answers are indented from the right");
  assert.equal(await page.locator("dimmer-comments").evaluate((element) => getComputedStyle(element).color), "rgb(236, 233, 225)");
  assert.equal(await sidewaysScroll(page), 0);
  await shoot(page, "widget-rtl", looks[0]);
  await close();
});

test("what a page's server has written stays until the thread is here, and when it does not come", async () => {
  const slug = await publish();
  const inside = "inside=" + encodeURIComponent("<p>Written on the server.</p><form><textarea name=body>Begun in the plain form.</textarea></form>");
  const context = await browser.newContext();
  const page = await context.newPage();
  let go = () => {};
  const held = new Promise<void>((resolve) => (go = resolve));
  await page.route("**/comments?*", async (route) => {
    await held;
    await route.continue();
  });
  await page.goto(`${origin}/${slug}?${inside}`);
  await page.evaluate(() => customElements.whenDefined("dimmer-comments"));
  assert.equal(await page.getByText("Written on the server.").isVisible(), true);
  go();
  await page.getByRole("heading", { level: 2 }).waitFor();
  assert.equal(await page.getByText("Written on the server.").isVisible(), false);
  assert.equal(await page.getByRole("textbox", { name: "Comment" }).inputValue(), "Begun in the plain form.");

  await page.route("**/comments?*", (route) => route.abort());
  await page.reload();
  await page.waitForLoadState("networkidle");
  assert.equal(await page.getByText("Written on the server.").isVisible(), true);
  await page.unroute("**/comments?*");
  await page.route("**/comments?*", async (route) => {
    assert.ok(await page.locator(".sk").first().isVisible(), "it shows where comments will stand");
    await route.abort();
  });
  await page.goto(`${origin}/${slug}`);
  await page.getByRole("alert").waitFor();
  await page.unroute("**/comments?*");
  await page.getByRole("button", { name: "Try again" }).click();
  await page.getByRole("heading", { level: 2 }).waitFor();
  await context.close();
});

const shared = (path: string) => fileURLToPath(new URL(`../../../../shared/data/${path}`, import.meta.url));

test("nothing that a stranger writes runs", async (t) => {
  const files = ["xss/payloadbox/xss-payload-list.txt", "naughty/blns.json"].map(shared);
  if (!files.every(existsSync)) return t.skip("there is no ../shared/data here");
  const [list = "", naughty = "[]"] = files.map((file) => readFileSync(file, "utf8"));
  // Every so many of them: all of them go through the API in the Go tests.
  const some = (all: string[], every: number) => all.filter((text, i) => text.trim() && i % every === 0);
  const payloads = [...some(list.split("\n"), 60), ...some(JSON.parse(naughty) as string[], 5)];
  const slug = await publish();
  const ids: string[] = [];
  for (const text of payloads) {
    // Each in every field; what a field refuses is left out of it.
    const post = (fields: object) => fetch(`${dimmer.url}/api/v1/posts/${slug}/comments`, { method: "POST", headers: { "Content-Type": "application/json", "Idempotency-Key": `k${ids.length}-${Math.random()}` }, body: JSON.stringify(fields) });
    for (const fields of [{ name: text.slice(0, 80), body: text, url: text }, { name: text.slice(0, 80), body: text }, { name: "Ruth", body: text }]) {
      const answer = await post(fields);
      if (answer.status === 201) {
        ids.push(((await answer.json()) as Written).data.id);
        break;
      }
    }
  }
  assert.ok(ids.length > 150, `only ${ids.length} of ${payloads.length} were taken`);
  for (let from = 0; from < ids.length; from += 500) await decide(ids.slice(from, from + 500), "approved");
  const { page, close } = await read(slug);
  const ran = await watchRuns(page.context());
  await page.reload();
  await page.locator("article").first().waitFor();
  for (;;) {
    const more = page.getByRole("button", { name: /^Show \d/ });
    if (!(await more.count())) break;
    const before = await page.locator("article").count();
    await more.click();
    await page.waitForFunction((n) => (document.querySelector("dimmer-comments")?.shadowRoot?.querySelectorAll("article").length ?? 0) > n, before);
  }
  assert.equal(await page.locator("article").count(), ids.length);
  const found = await page.evaluate(() => {
    const root = document.querySelector("dimmer-comments")?.shadowRoot;
    const all = [...(root?.querySelectorAll("*") ?? [])];
    return all.filter((element) => /^(script|iframe|object|embed|style|base|form)$/i.test(element.tagName) && !(element.tagName === "FORM" && !element.closest(".body")) ||
      [...element.attributes].some(({ name, value }) => /^on|^style$/i.test(name) || (/^(href|src)$/.test(name) && !/^(https?:|mailto:|#)/i.test(value)))).map((element) => element.outerHTML.slice(0, 200));
  });
  assert.deepEqual(found, []);
  assert.ok((await stir(page)) >= ids.length, "every comment is stirred");
  assert.deepEqual(ran, []);
  await close();
});
