// A reader's browser that notices what a reader, or the owner, would not forgive.
import { fileURLToPath } from "node:url";
import axe from "axe-core";
import { chromium, type Browser, type BrowserContext, type Page } from "playwright-core";

/** The ways in which every page has to look right. */
export const looks = [
  { name: "phone, light", viewport: { width: 390, height: 844 }, colorScheme: "light" },
  { name: "phone, dark", viewport: { width: 390, height: 844 }, colorScheme: "dark" },
  { name: "desktop, light", viewport: { width: 1280, height: 800 }, colorScheme: "light" },
  { name: "desktop, dark", viewport: { width: 1280, height: 800 }, colorScheme: "dark" },
] as const;

export type Look = (typeof looks)[number];

/** The same by the size of the window: what it shows by day, then by night. Where one of them does, it is `tried`: so each size has its turn, and each
 * colour scheme. */
export const sizes = [
  { name: "phone", day: looks[0], night: looks[1], tried: looks[0] },
  { name: "desktop", day: looks[2], night: looks[3], tried: looks[3] },
] as const;

export type Size = (typeof sizes)[number];

/** Whether all is pictured too, for people to look at: `SHOTS=1 npm test`. No test reads the pictures, and to draw them takes a fifth of the time. */
export const pictured = process.env["SHOTS"] === "1";

/** Looks at a page by day on a phone, and by night at a desk; in `all` four ways if that is asked for. */
export async function dayAndNight(page: Page, { day, night, tried }: Size, examine: (look: Look) => Promise<void>, all = pictured): Promise<void> {
  for (const look of all ? [day, night] : [tried]) {
    await page.emulateMedia({ colorScheme: look.colorScheme });
    await settled(page); // buttons fade from one to the other
    await examine(look);
  }
}

/** Waits until nothing fades or moves any more. What breathes for ever is not waited for. (It looks at each frame: `finished` of a transition whose element
 * is hidden meanwhile never tells.) */
async function settled(page: Page): Promise<void> {
  await page.waitForFunction(() => document.getAnimations().every(({ effect, playState }) => playState !== "running" || effect?.getComputedTiming().endTime === Infinity));
}

/** Starts Debian's Chromium, or the one that CHROMIUM names. It tries to reach nobody by itself. */
export function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
    args: ["--disable-gpu", "--disable-quic"], // Playwright adds the flags that keep Chromium from calling home
  });
}

/** A page and what went wrong on it so far. */
export interface Visit {
  page: Page;
  /** Console errors, uncaught exceptions, violations of the content security policy, requests to other origins. */
  problems: string[];
  close(): Promise<void>;
}

/**
 * Opens `url` as a new visitor, waits until its network is quiet, and goes on watching it. `prepare` sees the page before anything is on it. Quiet is half a
 * second without a request: whoever waits for something on the page anyway says `until: "load"`.
 */
export async function visit(browser: Browser, url: string, look: Look, prepare?: (page: Page) => Promise<void>, until: "load" | "networkidle" = "networkidle"): Promise<Visit> {
  const context: BrowserContext = await browser.newContext({ viewport: look.viewport, colorScheme: look.colorScheme });
  const problems: string[] = [];
  await context.route(
    (target) => target.origin !== new URL(url).origin && target.protocol.startsWith("http"),
    async (route) => {
      problems.push(`request to another origin: ${route.request().url()}`);
      await route.abort();
    },
  );
  const page = await context.newPage();
  page.on("console", (message) => {
    if (message.type() === "error") problems.push(`console: ${message.text()} (${message.location().url})`);
  });
  page.on("pageerror", (error) => problems.push(`uncaught: ${error.message}`));
  await page.exposeFunction("noteViolation", (what: string) => problems.push(`content security policy: ${what}`));
  await page.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", ({ effectiveDirective, blockedURI }) => {
      (window as unknown as { noteViolation(what: string): void }).noteViolation(`${effectiveDirective} ${blockedURI}`);
    });
  });
  await prepare?.(page);
  const answer = await page.goto(url, { waitUntil: until });
  if (!answer?.ok()) problems.push(`${url} answers ${answer?.status() ?? "nothing"}`);
  return { page, problems, close: () => context.close() };
}

/** The rules of WCAG 2.0 to 2.2, levels A and AA, which the page breaks, each with the elements that break it. */
export async function accessibilityViolations(page: Page): Promise<string[]> {
  await settled(page); // what is half there has half its contrast
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe.source);
  // What passes is left in the browser: on a long page that is megabytes.
  const violations = await page.evaluate(async () => {
    const runOnly = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
    return (await (window as unknown as { axe: typeof axe }).axe.run({ runOnly, resultTypes: ["violations"] })).violations;
  });
  return violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ target }) => target.join(" ")).join(", ")}`);
}

/** How many CSS pixels the page is wider than the window: more than 0 makes a phone scroll sideways. */
export function sidewaysScroll(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

/** Keeps a picture of the whole page in e2e/shots, if pictures are asked for. */
export async function shoot(page: Page, name: string, look: Look): Promise<void> {
  if (!pictured) return;
  const file = `${name}-${look.name.replace(", ", "-")}.png`;
  await page.screenshot({ path: fileURLToPath(new URL(`../../shots/${file}`, import.meta.url)), fullPage: true });
}
