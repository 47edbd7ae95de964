// What other programs put on the clipboard, made clean before the rich editor reads it.

/**
 * Takes out what Word, Google Docs and web pages add: styles, wrappers, pictures in temporary files. Styles that mean something become elements. What the
 * page's policy forbids goes before anything parses it: the policy reports it even in a document that runs nothing.
 */
export function cleanPasted(html: string): string {
  const inert = html
    .replace(/<!--[\s\S]*?-->|<(style|script|xml)\b[\s\S]*?<\/\1\s*>/gi, "")
    .replace(/<\/?(o|w|m|v|st1):[^>]*>/gi, "")
    .replace(/<[a-z][^>]*>/gi, (tag) => tag.replace(/([\s"'/])(on\w+|style)(?=\s*=)/gi, "$1data-$2"));
  const page = new DOMParser().parseFromString(inert, "text/html");
  for (const gone of page.querySelectorAll("style, script, meta, link, title, xml, iframe, object, img[src^='file:'], img[src^='data:'], img[src^='blob:']")) gone.remove();
  for (const wrapper of page.querySelectorAll("b[id^='docs-internal-guid'], b[data-style*='font-weight:normal'], b[data-style*='font-weight: normal']")) wrapper.replaceWith(...wrapper.childNodes);
  wordLists(page);
  for (const element of page.querySelectorAll<HTMLElement>("[data-style]")) {
    const style = element.dataset["style"] ?? "";
    if (element.matches("span, font, a")) {
      if (/font-weight:\s*(bold|[6-9]00)/.test(style)) wrap(page, element, "strong");
      if (/font-style:\s*italic/.test(style)) wrap(page, element, "em");
      if (/text-decoration[^;]*line-through/.test(style)) wrap(page, element, "s");
    }
    if (/mso-hide:\s*all|display:\s*none/.test(style)) element.remove();
  }
  for (const element of page.body.querySelectorAll<HTMLElement>("*")) {
    for (const { name } of [...element.attributes]) {
      if (!/^(href|src|alt|title|align|colspan|rowspan|start|checked|type|data-type|data-checked|data-pm-slice|data-loose)$/.test(name) && !(name === "class" && /^language-/.test(element.className))) element.removeAttribute(name);
    }
  }
  for (const item of page.querySelectorAll("li > p:only-child")) item.replaceWith(...item.childNodes);
  return page.body.innerHTML;
}

function wrap(page: Document, element: Element, tag: string): void {
  const inner = page.createElement(tag);
  inner.append(...element.childNodes);
  element.append(inner);
}

/** Word's lists are paragraphs with a bullet or number typed in: they become lists. */
function wordLists(page: Document): void {
  let list: Element | null = null;
  for (const paragraph of page.querySelectorAll("p[class*='MsoListParagraph']")) {
    const text = paragraph.textContent?.trim() ?? "";
    const ordered = /^[\da-z]{1,3}[.)]\s/i.test(text);
    for (const sign of paragraph.querySelectorAll("[data-style*='mso-list:Ignore'], [data-style*='mso-list: Ignore']")) sign.remove();
    const item = page.createElement("li");
    item.append(...paragraph.childNodes);
    const first = item.firstChild;
    if (first?.nodeType === Node.TEXT_NODE) first.textContent = (first.textContent ?? "").replace(/^[\s·•o§-]+/, "");
    if (!list || list.nextElementSibling !== paragraph || list.localName !== (ordered ? "ol" : "ul")) {
      list = page.createElement(ordered ? "ol" : "ul");
      paragraph.before(list);
    }
    list.append(item);
    paragraph.remove();
  }
}

/** Whether plain text was written as Markdown: one sign that nobody sets by accident is enough. */
export const looksLikeMarkdown = (text: string): boolean =>
  /^#{1,6} \S|^(```|~~~)|^> \S|^[-*+] (\[[ xX]\] )?\S.*(\n|$)([-*+] |\s*$)|^\d{1,3}\. \S.*\n\d{1,3}\. |^\|.*\|\s*\n\|[ :|-]+\|/m.test(text) ||
  /(?<!\w)(\*\*|__)\S[^\n]*?\S\1(?!\w)|!?\[[^\]\n]+\]\([^)\s]+( "[^"]*")?\)/.test(text);
