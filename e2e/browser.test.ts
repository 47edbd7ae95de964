// The journeys are only as good as what the browser notices, so here it meets a page that does everything wrong.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, test } from "node:test";
import type { Browser } from "playwright-core";
import { accessibilityViolations, looks, openBrowser, sidewaysScroll, visit } from "./browser.js";

const strict = "default-src 'none'; style-src 'self'; script-src 'self'; require-trusted-types-for 'script'";

const pages: Record<string, { policy: string; body: string }> = {
  "/good": { policy: strict, body: "<main><h1>Good</h1><p>Nothing to see.</p></main>" },
  "/bad": {
    policy: "script-src 'none'; style-src 'unsafe-inline'",
    body: `<main style="width: 2000px"><img src="http://elsewhere.example/a.png"><script>"blocked"</script></main>`,
  },
  "/throws": { policy: "", body: "<main><h1>Throws</h1><script>throw new Error('oh')</script></main>" },
};

const server = createServer((request, response) => {
  const found = pages[request.url ?? ""];
  response.writeHead(found ? 200 : 404, {
    "content-type": "text/html; charset=utf-8",
    ...(found?.policy ? { "content-security-policy": found.policy } : {}),
  });
  response.end(`<!doctype html><html lang="en"><title>Page</title>${found?.body ?? "<h1>Not here</h1>"}</html>`);
});

let browser: Browser;
let origin: string;

before(async () => {
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  browser = await openBrowser();
});

after(async () => {
  await browser?.close();
  server.close();
});

test("a good page under a strict policy gives nothing to complain about", async () => {
  const { page, problems, close } = await visit(browser, `${origin}/good`, looks[0]);
  assert.deepEqual(await accessibilityViolations(page), []);
  assert.equal(await sidewaysScroll(page), 0);
  assert.deepEqual(problems, []);
  await close();
});

test("foreign requests, blocked scripts, missing alternatives and sideways scrolling are noticed", async () => {
  const { page, problems, close } = await visit(browser, `${origin}/bad`, looks[0]);
  const all = problems.join("\n");
  assert.match(all, /another origin: http:\/\/elsewhere\.example\/a\.png/);
  assert.match(all, /content security policy: script-src-elem inline/);
  assert.match((await accessibilityViolations(page)).join("\n"), /^image-alt: .*img/m);
  assert.ok((await sidewaysScroll(page)) > 0);
  await close();
});

test("an uncaught error and a missing page are noticed", async () => {
  const throws = await visit(browser, `${origin}/throws`, looks[0]);
  assert.match(throws.problems.join("\n"), /uncaught: oh/);
  await throws.close();
  const missing = await visit(browser, `${origin}/nowhere`, looks[0]);
  assert.match(missing.problems.join("\n"), /answers 404/);
  await missing.close();
});
