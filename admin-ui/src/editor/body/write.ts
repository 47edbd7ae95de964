// Writes what the rich editor holds as Markdown: what stands in it as text stays text, whichever characters it has, and nothing is escaped without need.
import type { Mark, Node } from "@tiptap/pm/model";

/** The Markdown that means a document. It ends without a line end; an empty document is an empty text. */
export const write = (doc: Node): string => blocks(children(doc), false);

const children = (node: Node): Node[] => node.content.content.slice();

/** Blocks below each other. In a tight list no empty line comes between those that need none. */
function blocks(nodes: Node[], tight: boolean): string {
  let out = "";
  let before: Node | null = null;
  let other = false; // of two lists one after the other the second takes the other sign: else they would become one
  for (const node of nodes) {
    if (node.type.name === "paragraph" && node.content.size === 0) continue; // an empty line means nothing in Markdown
    other = before?.type === node.type && !other;
    const written = block(node, other);
    if (!before) out = written;
    else out += (tight && before.type.name === "paragraph" && interrupts(node) ? "\n" : "\n\n") + written;
    before = node;
  }
  return out;
}

/** Whether a block begins without an empty line after a paragraph. */
const interrupts = ({ type: { name }, attrs }: Node) =>
  name === "bulletList" || name === "taskList" || name === "codeBlock" || name === "blockquote" || (name === "orderedList" && attrs["start"] === 1);

function block(node: Node, other: boolean): string {
  switch (node.type.name) {
    case "heading":
      return `${"#".repeat(Number(node.attrs["level"]))} ${line(node).replace(/(^|[ \t])(#+)$/, "$1\\$2")}`.trimEnd();
    case "codeBlock":
      return fenced(node.textContent, String(node.attrs["language"] ?? ""));
    case "blockquote":
      return indented(blocks(children(node), false), "> ", "> ").replace(/^> $/gm, ">");
    case "bulletList":
      return list(node, () => (other ? "* " : "- "));
    case "taskList":
      return list(node, () => (other ? "* " : "- "), (item) => (item.attrs["checked"] ? "[x] " : "[ ] "));
    case "orderedList":
      return list(node, (i) => `${Number(node.attrs["start"] ?? 1) + i}${other ? ")" : "."} `);
    case "horizontalRule":
      return "---";
    case "table":
      return table(node);
    default:
      return lines(node);
  }
}

function list(node: Node, sign: (i: number) => string, box?: (item: Node) => string): string {
  const items = children(node);
  const tight = node.attrs["tight"] !== false && !items.some((item) => children(item).some((child, i, all) => i > 0 && !(interrupts(child) && all[i - 1]?.type.name === "paragraph")));
  return items
    .map((item, i) => {
      const mark = sign(i);
      return indented((box?.(item) ?? "") + blocks(children(item), tight), mark, " ".repeat(mark.length)).trimEnd();
    })
    .join(tight ? "\n" : "\n\n");
}

/** Puts `first` before the first line and `rest` before the others; empty lines stay empty unless they have to carry a sign. */
function indented(text: string, first: string, rest: string): string {
  return text.split("\n").map((l, i) => (i === 0 ? first + l : l === "" && rest.trim() === "" ? "" : rest + l)).join("\n");
}

function fenced(code: string, language: string): string {
  const longest = Math.max(2, ...(code.match(/^ *(`{3,})/gm) ?? []).map((run) => run.trim().length));
  const fence = (language.includes("`") ? "~" : "`").repeat(longest + 1);
  return `${fence}${language}\n${code === "" ? "" : `${code}\n`}${fence}`;
}

function table(node: Node): string {
  const rows = children(node).map(children);
  const width = Math.max(...rows.map((row) => row.length));
  const cell = (n: Node | undefined) =>
    n ? children(n).map((child) => inline(children(child), true).replace(/\n/g, " ")).filter(Boolean).join("<br>").replace(/(\\*)\|/g, (found, slashes: string) => (slashes.length % 2 ? found : `${slashes}\\|`)) : "";
  const written = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const columns = [...Array(width).keys()];
  const [head, ...rest] = rows;
  const rule = columns.map((i) => ({ left: ":--", center: ":-:", right: "--:" })[String(head?.[i]?.attrs["align"])] ?? "---");
  return [written(columns.map((i) => cell(head?.[i]))), written(rule), ...rest.map((row) => written(columns.map((i) => cell(row[i]))))].join("\n");
}

/** The text of a heading, which has one line. */
const line = (node: Node) => inline(children(node), false).replace(/[ \t]*\\?\n/g, " ").trim();

/** The text of a paragraph, whose lines must not look like another block's beginning. */
function lines(node: Node): string {
  const written = inline(children(node), false);
  if (written.trim() === "") return "";
  return written
    .replace(/^(?:[ \t]*\n)+|(?:[ \t]*\n)+[ \t]*$|(?<!\\)[ \t]+$/g, "")
    .split("\n")
    .map((l) =>
      (l.trim() === "" ? "\\" : l) // an empty line would end the paragraph
        .replace(/^[ \t]+/, "")
        .replace(/^(#{1,6}(?=[ \t]|$)|>|[-+](?=[ \t]|$)|:(?=[ \t])|~{3,}|=+[ \t]*$|-{2,}[ \t]*$)/, "\\$1")
        .replace(/^(\d{1,9})([.)](?=[ \t]|$))/, "$1\\$2")
        .replace(/^(?=[-| :]*$)(?=.*\|)/, "\\")
        .replace(/^([-_])(?=[ \t]*\1[ \t]*\1[-_ \t]*$)/, "\\$1")
        .replace(/^\[(?=[ xX]\][ \t]|[^\]]+\]:)/, "\\["),
    )
    .join("\n");
}

const signs: Record<string, { sign: string; also?: string; tag: string }> = {
  bold: { sign: "**", also: "__", tag: "strong" },
  italic: { sign: "*", also: "_", tag: "em" },
  strike: { sign: "~~", tag: "del" },
};

// A mark that reaches further goes outside; of equally long ones the link does, and code inside. Italic before bold, as ***both*** is read.
const rank = ["link", "italic", "bold", "strike", "code"];

/** Running text. `before` and `after` are the characters next to it, for what asterisks may mean there. */
function inline(nodes: readonly Node[], inTable: boolean, taken: readonly string[] = [], before = "", after = ""): string {
  let out = "";
  for (let i = 0; i < nodes.length; ) {
    const node = nodes[i];
    if (!node) break;
    const previous = out.slice(-2) || before;
    const rest = node.marks.filter(({ type }) => !taken.includes(type.name));
    let mark: Mark | undefined;
    let until = i + 1;
    for (const candidate of rest.toSorted((a, b) => rank.indexOf(a.type.name) - rank.indexOf(b.type.name))) {
      let end = i + 1;
      while (end < nodes.length && nodes[end]?.marks.some((m) => m.eq(candidate))) end++;
      if (!mark || end > until) {
        mark = candidate;
        until = end;
      }
    }
    const following = until < nodes.length ? firstOf(nodes[until]) : after;
    if (!mark) out += leaf(node, inTable, taken.includes("link"), previous, following);
    else out += marked(mark, nodes.slice(i, until), inTable, taken, previous, following);
    i = until;
  }
  return out;
}

/** The first character that a node will be written with, as far as it matters: white space, punctuation or neither. */
function firstOf(node: Node | undefined): string {
  if (!node) return "";
  if (node.isText) return node.marks.length > 0 && !/^\s/.test(node.text ?? "") ? "*" : (node.text?.[0] ?? "");
  return node.type.name === "hardBreak" ? "\n" : "!";
}

function leaf(node: Node, inTable: boolean, bracketed: boolean, before: string, after: string): string {
  if (node.isText) return escaped(node.text ?? "", before, after, bracketed);
  if (node.type.name === "hardBreak") return inTable ? "<br>" : "  \n";
  if (node.type.name === "image") {
    const alt = escaped(String(node.attrs["alt"] ?? "").replace(/\s+/g, " "), "(", ")", true);
    return `![${alt}](${target(String(node.attrs["src"] ?? ""), node.attrs["title"])})`;
  }
  return "";
}

function marked(mark: Mark, nodes: readonly Node[], inTable: boolean, taken: readonly string[], before: string, after: string): string {
  const name = mark.type.name;
  const text = nodes.map((n) => n.text ?? "").join("");
  if (name === "code") return codeSpan(text);
  const within = [...taken, name];
  if (name === "link") {
    const href = String(mark.attrs["href"] ?? "");
    const auto = String(mark.attrs["auto"] ?? "");
    const plain = nodes.length === 1 && !mark.attrs["title"] && [text, `mailto:${text}`, `http://${text}`].includes(href);
    if (plain && auto === "bare" && !/[\p{L}\p{N}]$/u.test(before)) return text;
    if (plain && auto === "angle" && !text.startsWith("www.")) return `<${text}>`;
    return `[${inline(nodes, inTable, within, "(", ")")}](${target(href, mark.attrs["title"])})`;
  }
  const kind = signs[name];
  if (!kind) return inline(nodes, inTable, within, before, after);
  const inner = inline(nodes, inTable, within, "(", ")");
  const [, lead = "", core = "", tail = ""] = /^(\s*)([\s\S]*?)(\s*)$/.exec(inner) ?? [];
  if (core === "") return inner;
  const left = lead || before;
  const right = tail || after;
  const can = (!/^[\p{P}\p{S}]/u.test(core) || edge(left)) && (!/[\p{P}\p{S}]$/u.test(core) || edge(right));
  const tildes = name === "strike" && (/^\\?~|~$/.test(core) || left.endsWith("~") || right.startsWith("~")); // runs of three are no strike
  if (!can || tildes) return `${lead}<${kind.tag}>${core}</${kind.tag}>${tail}`;
  // Right after another run the same sign would make one longer run of both.
  const sign = !left.endsWith(kind.sign[0] ?? "") || left.startsWith("\\") ? kind.sign : edge(right) ? kind.also : undefined;
  return sign ? lead + sign + core + sign + tail : `${lead}<${kind.tag}>${core}</${kind.tag}>${tail}`;
}

/** White space, punctuation or the end of the text: what may stand outside of emphasis that has punctuation at its edge. */
const edge = (character: string) => character === "" || /[\s\p{P}\p{S}]$/u.test(character.at(-1) ?? "");

function codeSpan(text: string): string {
  const longest = Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
  const fence = "`".repeat(longest + 1);
  const pad = /^`|`$|^ .*\S.* $/.test(text) ? " " : "";
  return fence + pad + text + pad + fence;
}

function target(address: string, title: unknown): string {
  const plain = /^[^\s<>()\\]+$/.test(address) || /^[^\s<>()\\]*(\([^\s<>()\\]*\)[^\s<>()\\]*)+$/.test(address);
  const written = plain ? address : `<${address.replace(/[<>\\]/g, "\\$&").replace(/\n/g, " ")}>`;
  return typeof title === "string" && title !== "" ? `${written} "${title.replace(/["\\]/g, "\\$&")}"` : written;
}

/** Text whose characters mean themselves. */
function escaped(text: string, before: string, after: string, bracketed: boolean): string {
  const at = (i: number) => (i < 0 ? before.slice(-1) : i >= text.length ? after : (text[i] ?? ""));
  const space = (character: string) => character === "" || /\s/.test(character);
  const word = (character: string) => /[\p{L}\p{N}]/u.test(character);
  let out = "";
  for (let i = 0; i < text.length; i++) {
    const character = text[i] ?? "";
    const rest = text.slice(i, i + 64);
    let escape = false;
    switch (character) {
      case "\\":
        escape = /^\\[!-/:-@[-`{-~]/.test(rest) || i === text.length - 1;
        break;
      case "`":
        escape = true;
        break;
      case "*":
        escape = !(space(at(i - 1)) && space(at(i + 1))) || i === 0;
        break;
      case "_":
        escape = !(space(at(i - 1)) && space(at(i + 1))) && !(word(at(i - 1)) && word(at(i + 1)));
        break;
      case "~":
        escape = !/^ ?~[ \d]$/.test(text.slice(Math.max(0, i - 1), i + 2)) || text.lastIndexOf("~") !== text.indexOf("~");
        break;
      case "[":
        escape = bracketed || /^\[[^\]]*\]\(/.test(text.slice(i)) || rest.startsWith("[^");
        break;
      case "]":
        escape = bracketed;
        break;
      case "!":
        escape = at(i + 1) === "[" || (i === text.length - 1 && after === "*"); // before a link
        break;
      case "<":
        escape = /^<[a-z/!?]/i.test(rest) || (i === text.length - 1 && !space(after));
        break;
      case "&":
        escape = /^&(#\d{1,7}|#[xX][\da-fA-F]{1,6}|\w{1,40});/.test(rest);
        break;
    }
    out += escape ? `\\${character}` : character;
  }
  return out;
}
