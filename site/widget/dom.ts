// Elements, in few words. No text becomes HTML here but in `trusted`.

type Attributes = { [name: string]: string | number | boolean | undefined | null | ((event: Event) => unknown) };
type Content = (Node | string | false | undefined | Attributes)[];

function fill<E extends Element>(element: E, classes: string | undefined, content: Content): E {
  if (classes) element.setAttribute("class", classes);
  for (const part of content) {
    if (typeof part == "string" || part instanceof Node) element.append(part);
    else if (part) {
      for (const [name, value] of Object.entries(part)) {
        if (typeof value == "function") element.addEventListener(name, value);
        else if (value != null && value !== false) element.setAttribute(name, `${value}`);
      }
    }
  }
  return element;
}

type Tags = HTMLElementTagNameMap;

/** Makes an element of a tag, or of "tag.classes"; it gets attributes, listeners (functions among the attributes) and children. */
export function h<K extends keyof Tags>(name: K | `${K}.${string}`, ...content: Content): Tags[K] {
  const [tag, classes] = name.split(".") as [K, string?];
  return fill(document.createElement(tag), classes, content);
}

/** Tabler's outlines. */
export const heart = "M19.5 12.6 12 20l-7.5-7.4A5 5 0 1 1 12 6a5 5 0 1 1 7.5 6.6";
export const arrow = "M9 14l-4-4 4-4M5 10h11a4 4 0 1 1 0 8h-1";
export const flag = "M5 5a5 5 0 0 1 7 0 5 5 0 0 0 7 0v9a5 5 0 0 1-7 0 5 5 0 0 0-7 0zv16";
export const pencil = "M4 20h4L18 10a3 3 0 0 0-4-4L4 16z";
export const bin = "M4 7h16M6 7l1 13h10l1-13M9 7V4h6v3";

const draw = (tag: string, ...content: Content) => fill(document.createElementNS("http://www.w3.org/2000/svg", tag), "", content);

export const icon = (d: string) => draw("svg", { viewBox: "0 0 24 24", "aria-hidden": true }, draw("path", { d }));

/** The mark of the dimmer level: how far its arc is lit. The style sheet draws it. */
export const dial = (level: string) => h("i", { class: level });

interface Policy {
  createHTML(html: string): string;
}

// TypeScript does not know Trusted Types yet.
const policy = (globalThis as { trustedTypes?: { createPolicy(name: string, rules: Policy): Policy } }).trustedTypes?.createPolicy("dimmer", { createHTML: (html) => html });

/** The body of a comment: the one text that is HTML. The server has sanitised it. */
export function trusted(html: string): HTMLElement {
  const body = h("div.body", { dir: "auto" });
  body.innerHTML = policy?.createHTML(html) ?? html;
  return body;
}
