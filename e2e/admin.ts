// The owner at her screens.
import assert from "node:assert/strict";
import type { Browser, Page } from "playwright-core";
import { accessibilityViolations, looks, pictured, shoot, sidewaysScroll, visit, type Look, type Visit } from "./browser.js";
import { startDemo, startEmpty, type Dimmer } from "./dimmer.js";

export const owner = { email: "mira@example.org", password: "lamp kettle window stone 47" };
const ownerSettings = { DIMMER_OWNER_EMAIL: owner.email, DIMMER_OWNER_PASSWORD: owner.password, DIMMER_RATE_LIMITS: "off" };

/** The demo blog, or an empty one, with a known owner. */
export const startOwnedDemo = (settings: Record<string, string> = {}): Promise<Dimmer> => startDemo({ ...ownerSettings, ...settings });
export const startOwnedEmpty = (settings: Record<string, string> = {}): Promise<Dimmer> => startEmpty({ ...ownerSettings, ...settings });

/** Where the admin area of a Dimmer is: cookies go to its public URL only. */
export const adminURL = (dimmer: Dimmer, path = "/"): string => `${dimmer.url.replace("127.0.0.1", "localhost")}/admin${path}`;

/** Opens an address of the admin area, signing in on the way: as the owner, or as somebody else. */
export async function visitAdmin(browser: Browser, dimmer: Dimmer, path: string, look: Look, prepare?: (page: Page) => Promise<void>, who = owner): Promise<Visit> {
  const seen = await visit(browser, adminURL(dimmer, path), look, prepare, "load");
  await seen.page.getByLabel("E-mail").fill(who.email);
  await seen.page.getByLabel("Password", { exact: true }).fill(who.password);
  await seen.page.getByRole("button", { name: "Sign in", exact: true }).click();
  await seen.page.locator("#main").waitFor();
  return seen;
}

/** A signed-in call of the API, to prepare what a journey needs. */
export async function asOwner(dimmer: Dimmer): Promise<(method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Response>> {
  const answer = await fetch(`${dimmer.url}/api/v1/auth/login`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(owner) });
  const { access_token: token } = (await answer.json()) as { access_token: string };
  return (method, path, body, headers = {}) =>
    fetch(`${dimmer.url}/api/v1${path}`, {
      method,
      headers: { Authorization: `Bearer ${token}`, ...(body === undefined ? {} : { "Content-Type": "application/json" }), ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
}

/** Looks at one screen in each size and each colour scheme once, and pictures it in every look if that is asked for. The window is as it was afterwards. */
export async function inEveryLook(page: Page, name: string): Promise<void> {
  const before = page.viewportSize() ?? looks[0].viewport;
  const tried: readonly Look[] = [looks[0], looks[3]];
  for (const look of pictured ? looks : tried) {
    await page.setViewportSize(look.viewport);
    await page.emulateMedia({ colorScheme: look.colorScheme, reducedMotion: "reduce" });
    if (tried.includes(look)) assert.deepEqual(await accessibilityViolations(page), [], `${name}, ${look.name}`);
    assert.equal(await sidewaysScroll(page), 0, `${name}, ${look.name} scrolls sideways`);
    await shoot(page, `admin-${name}`, look);
  }
  await page.setViewportSize({ width: 320, height: 640 });
  assert.equal(await sidewaysScroll(page), 0, `${name} scrolls sideways at 320 px`);
  await page.setViewportSize(before);
}
