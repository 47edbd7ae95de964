// Turns what cannot be edited in the rich view, HTML above all, into Markdown that it can hold; what readers would see of that is compared before it is taken.
import { DOMParser as Reader } from "@tiptap/pm/model";
import { diffArrays } from "diff";
import type { Format } from "./body";
import { render } from "./render";
import { schema } from "./schema";
import { write } from "./write";

export interface Conversion {
  markdown: string;
  /** What readers see, passage by passage. */
  passages: { html: string; change: "gone" | "new" | null }[];
}

export async function converted(source: string, format: Format): Promise<Conversion> {
  const before = parsed((await render(source, format)).html);
  const markdown = write(Reader.fromSchema(schema).parse(before));
  const after = parsed((await render(markdown, "markdown")).html);
  const passages = diffArrays(blocksOf(before), blocksOf(after), { comparator: (a, b) => even(a) === even(b) }).flatMap(({ value, added, removed }) =>
    value.map((html) => ({ html, change: added ? ("new" as const) : removed ? ("gone" as const) : null })),
  );
  return { markdown, passages };
}

const parsed = (html: string): HTMLElement => new DOMParser().parseFromString(html, "text/html").body;

/** The passages of a text, out of whatever they are wrapped in. */
const blocksOf = (wrapper: Element): string[] =>
  [...wrapper.childNodes].flatMap((node) => {
    if (node instanceof Element) return node.matches("div, section, aside, figure") ? blocksOf(node) : [node.matches("img, figcaption") ? `<p>${node.matches("img") ? node.outerHTML : node.innerHTML}</p>` : node.outerHTML];
    return node.textContent?.trim() ? [`<p>${escaped(node.textContent.trim())}</p>`] : [];
  });

const escaped = (text: string): string => text.replace(/&/g, "&amp;").replace(/</g, "&lt;");

/** What makes no difference to a reader: white space, ids of headings, how a picture is loaded, which of two elements makes letters bold. */
const even = (html: string): string =>
  html.replace(/ (id|loading|decoding)="[^"]*"/g, "").replace(/(<\/?)b(?=[\s>])/g, "$1strong").replace(/(<\/?)i(?=[\s>])/g, "$1em").replace(/\s+/g, " ").replace(/ ?(<[^>]+>) ?/g, "$1").trim();
