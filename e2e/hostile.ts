// A watch over pages that show what strangers have written: it notices whatever of it runs.
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { BrowserContext, Page } from "playwright-core";

// What other people have collected, beside the repository.
const collections = ["xss/payloadbox/xss-payload-list.txt", "naughty/blns.txt"].map((name) => fileURLToPath(new URL(`../../../../shared/data/${name}`, import.meta.url)));

/** Why a test of hostile inputs is left out: false where they are here. */
export const skip = collections.every((file) => existsSync(file)) ? false : "the collection of hostile inputs is not here";

/** About `n` hostile texts, evenly from all that were collected. */
export function hostileTexts(n: number): string[] {
  const all = collections.flatMap((file) => readFileSync(file, "utf8").split("\n")).filter((line) => line.trim() !== "");
  return all.filter((_, i) => i % Math.ceil(all.length / n) === 0);
}

/** What runs from now on, or breaks a page's policy, on each page that the context opens. It stays empty where all is well. */
export async function watchRuns(context: BrowserContext): Promise<string[]> {
  const ran: string[] = [];
  await context.exposeFunction("noteRun", (what: string) => ran.push(what));
  await context.addInitScript(() => {
    const note = (what: string) => (window as unknown as { noteRun(what: string): void }).noteRun(`${what} on ${location.href}`);
    window.alert = window.prompt = window.confirm = (() => note("a dialog")) as never;
    document.addEventListener("securitypolicyviolation", ({ effectiveDirective, blockedURI, sample }) => note(`${effectiveDirective} ${blockedURI} ${sample}`));
  });
  return ran;
}

/** Touches every element of a page, those within the widget too, in each way that could set off a handler, and says how many there are. */
export function stir(page: Page): Promise<number> {
  return page.evaluate(() => {
    const inside = [...document.querySelectorAll("dimmer-comments")].flatMap(({ shadowRoot }) => [...(shadowRoot?.querySelectorAll(".body, .body *") ?? [])]);
    const all = [...document.querySelectorAll("main *"), ...inside];
    for (const element of all) {
      for (const event of ["mouseover", "mouseenter", "focus", "blur", "error", "load", "toggle", "pointerdown", "animationend"]) element.dispatchEvent(new Event(event, { bubbles: true }));
    }
    return all.length;
  });
}
