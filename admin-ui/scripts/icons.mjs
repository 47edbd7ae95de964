// Draws the icons for the phone of favicon.svg, with a Chromium: node scripts/icons.mjs (its driver comes from ../e2e). Run it when the mark changes.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const { chromium } = createRequire(new URL("../../e2e/package.json", import.meta.url))("playwright-core");
const at = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const mark = readFileSync(at("favicon.svg"), "utf8");
const ground = /<rect[^>]*fill="(#\w+)"/.exec(mark)[1];
const pad = 0.12; // of the side, and a full square ground, so that a phone may cut it to any shape

/** The strokes of the mark in white, without its ground: phones colour the small sign of a message themselves. */
const sign = mark.replace(/<rect[^>]*\/>/, "").replace(/(stroke|fill)="#[0-9A-Fa-f]+"/g, '$1="#FFF"');

const icons = [
  { name: "icon-192.png", size: 192, svg: mark, pad, ground },
  { name: "icon-512.png", size: 512, svg: mark, pad, ground },
  { name: "icon-maskable-512.png", size: 512, svg: mark, pad, ground },
  { name: "apple-touch-icon.png", size: 180, svg: mark, pad, ground },
  { name: "badge.png", size: 96, svg: sign, pad: 0, ground: "transparent" },
];

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--disable-gpu"] });
for (const icon of icons) {
  const page = await browser.newPage({ viewport: { width: icon.size, height: icon.size } });
  const inner = icon.size * (1 - 2 * icon.pad);
  await page.setContent(`<style>*{margin:0}body{display:grid;place-items:center;height:100vh;background:${icon.ground}}svg{width:${inner}px;height:${inner}px;display:block}</style>${icon.svg}`);
  writeFileSync(at(`public/${icon.name}`), await page.screenshot({ omitBackground: icon.ground === "transparent" }));
  await page.close();
}
await browser.close();
