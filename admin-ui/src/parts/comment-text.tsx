// What readers wrote. The server has made it safe; here it is made of elements all the same, by an allow-list, so that no text becomes markup of this page.
import { Fragment, useMemo, type ReactNode } from "react";

const plain = new Set(["p", "br", "em", "strong", "del", "code", "pre", "blockquote", "ul", "ol", "li"]);
const silent = new Set(["script", "style", "template", "title", "textarea", "iframe", "noscript", "svg", "math"]);
const deepest = 40; // elements inside one another; the server allows a quarter of that

/** An address that may be followed: http, https, mailto. */
export function safeAddress(address: string | null | undefined): string | null {
  if (!address) return null;
  try {
    const { protocol, href } = new URL(address, location.origin);
    return protocol === "https:" || protocol === "http:" || protocol === "mailto:" ? href : null;
  } catch {
    return null;
  }
}

/** The site of an address, without www. */
export function siteOf(address: string): string {
  try {
    return new URL(address).host.replace(/^www\./, "");
  } catch {
    return "";
  }
}

function build(node: Node, key: number, depth: number): ReactNode {
  if (node.nodeType === Node.TEXT_NODE) return node.textContent;
  if (node.nodeType !== Node.ELEMENT_NODE || depth > deepest) return null;
  const name = node.nodeName.toLowerCase();
  if (silent.has(name)) return null;
  const children = () => Array.from(node.childNodes, (child, i) => build(child, i, depth + 1));
  if (name === "a") {
    const href = safeAddress((node as Element).getAttribute("href"));
    if (!href) return <Fragment key={key}>{children()}</Fragment>;
    return <a key={key} href={href} title={href} target="_blank" rel="noopener noreferrer nofollow ugc">{children()}</a>;
  }
  if (name === "br") return <br key={key} />;
  if (!plain.has(name)) return <Fragment key={key}>{children()}</Fragment>;
  const Element = name as "p";
  return <Element key={key}>{children()}</Element>;
}

const parse = (html: string) => new DOMParser().parseFromString(html, "text/html");

/** A comment's HTML as elements. */
export function CommentText({ html, className }: { html: string; className?: string | undefined }) {
  const built = useMemo(() => Array.from(parse(html).body.childNodes, (node, i) => build(node, i, 0)), [html]);
  return <div className={className} dir="auto">{built}</div>;
}

/** The addresses that a comment's HTML links to. */
export function linksIn(html: string): string[] {
  return Array.from(parse(html).querySelectorAll("a[href]"), (link) => safeAddress(link.getAttribute("href"))).filter((href) => href !== null);
}

/** A comment's words without marks, for a line or two of it. */
export function wordsIn(html: string): string {
  return (parse(html.replaceAll(/<\/(p|li|blockquote|pre)>|<br\s*\/?>/g, " $&")).body.textContent ?? "").replaceAll(/\s+/g, " ").trim();
}
