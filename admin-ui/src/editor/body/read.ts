// Reads Markdown into the schema of the rich editor. What that cannot hold is refused with its name: the post is then edited as Markdown, which loses nothing.
import type { Mark, Node, Schema } from "@tiptap/pm/model";
import { Lexer, type MarkedToken, type Token, type Tokens } from "marked";

/** What the rich view would lose. */
export type Loss = "footnotes" | "html" | "comments" | "definitions" | "other";

export class Unsupported extends Error {
  readonly loss: Loss;
  constructor(loss: Loss) {
    super(`the rich view holds no ${loss}`);
    this.loss = loss;
  }
}

/** The document that a Markdown source means; throws [Unsupported]. */
export function read(source: string, schema: Schema): Node {
  const reader = new Reader(schema);
  try {
    const blocks = reader.blocks(new Lexer({ gfm: true }).lex(source));
    const doc = schema.node("doc", null, blocks.length > 0 ? blocks : [schema.node("paragraph")]);
    doc.check();
    return doc;
  } catch (error) {
    if (error instanceof RangeError) throw new Unsupported("other"); // does not fit: a list item that begins with code, for example
    throw error;
  }
}

/** HTML elements in running text that mean the same as a mark. The writer makes them where asterisks cannot say it: a**"b"**c. */
const sameAs: Record<string, string> = { strong: "bold", b: "bold", em: "italic", i: "italic", del: "strike", s: "strike", code: "code" };

class Reader {
  readonly #schema: Schema;

  constructor(schema: Schema) {
    this.#schema = schema;
  }

  #node(type: string, attrs: Record<string, unknown> | null, content?: readonly Node[], marks?: readonly Mark[]): Node {
    const kind = this.#schema.nodes[type];
    if (!kind) throw new Unsupported("other");
    return kind.createChecked(attrs, content, marks);
  }

  blocks(tokens: Token[]): Node[] {
    return (tokens as MarkedToken[]).flatMap((token) => this.#block(token));
  }

  #block(token: MarkedToken): Node | readonly Node[] {
    switch (token.type) {
      case "space":
      case "checkbox":
        return [];
      case "def":
        if (token.tag.startsWith("^")) throw new Unsupported("footnotes");
        return [];
      case "heading":
        return this.#node("heading", { level: token.depth }, this.inline(token.tokens));
      case "paragraph":
      case "text": {
        if (/^\[\^[^\]\n]+\]:/.test(token.raw)) throw new Unsupported("footnotes");
        if (/(^|\n) {0,3}:[ \t]/.test(token.raw)) throw new Unsupported("definitions");
        const content = this.inline(token.tokens ?? [token]);
        return content.length > 0 ? this.#node("paragraph", null, content) : [];
      }
      case "code":
        return this.#node("codeBlock", { language: token.lang || null }, token.text ? [this.#schema.text(token.text)] : []);
      case "blockquote":
        return this.#node("blockquote", null, this.#orEmpty(this.blocks(token.tokens)));
      case "list":
        return this.#list(token);
      case "hr":
        return this.#node("horizontalRule", null);
      case "table":
        return this.#table(token);
      case "html":
        throw new Unsupported(/^\s*<!--[\s\S]*?-->\s*$/.test(token.raw) ? "comments" : "html");
      default:
        throw new Unsupported("other");
    }
  }

  #orEmpty = (blocks: Node[]): Node[] => (blocks.length > 0 ? blocks : [this.#node("paragraph", null)]);

  #list(list: Tokens.List): Node {
    const tasks = list.items.filter(({ task }) => task).length;
    if (tasks > 0 && (list.ordered || tasks < list.items.length)) throw new Unsupported("other");
    const tight = !list.loose;
    const items = list.items.map((item) => {
      const content = this.#orEmpty(this.blocks(item.tokens));
      return tasks > 0 ? this.#node("taskItem", { checked: item.checked === true }, content) : this.#node("listItem", null, content);
    });
    if (tasks > 0) return this.#node("taskList", { tight }, items);
    return list.ordered ? this.#node("orderedList", { tight, start: list.start === "" ? 1 : list.start }, items) : this.#node("bulletList", { tight }, items);
  }

  #table(table: Tokens.Table): Node {
    const row = (cells: Tokens.TableCell[], kind: string) =>
      this.#node("tableRow", null, cells.map(({ tokens, align }) => this.#node(kind, { align }, [this.#node("paragraph", null, this.inline(tokens))])));
    return this.#node("table", null, [row(table.header, "tableHeader"), ...table.rows.map((cells) => row(cells, "tableCell"))]);
  }

  inline(tokens: Token[], marks: readonly Mark[] = []): Node[] {
    const out: Node[] = [];
    let open = marks; // with the marks of HTML elements that stand open
    for (const token of tokens as MarkedToken[]) {
      switch (token.type) {
        case "checkbox":
          break;
        case "text":
          if (token.tokens) out.push(...this.inline(token.tokens, open));
          else this.#text(out, decoded(token.raw).replace(/[ \t]*\n[ \t]*/g, " "), open);
          break;
        case "escape":
          this.#text(out, token.text, open);
          break;
        case "strong":
          out.push(...this.inline(token.tokens, this.#with(open, "bold")));
          break;
        case "em":
          out.push(...this.inline(token.tokens, this.#with(open, "italic")));
          break;
        case "del":
          out.push(...this.inline(token.tokens, this.#with(open, "strike")));
          break;
        case "codespan":
          this.#text(out, token.text.replace(/\n/g, " "), this.#with(open, "code"));
          break;
        case "br":
          out.push(this.#node("hardBreak", null, undefined, open));
          break;
        case "link": {
          const auto = token.raw.startsWith("<") ? "angle" : token.raw.startsWith("[") ? null : "bare";
          const link = this.#with(open, "link", { href: decoded(token.href), title: token.title ? decoded(token.title) : null, auto });
          out.push(...this.inline(token.tokens, link));
          break;
        }
        case "image":
          out.push(this.#node("image", { src: decoded(token.href), alt: this.#plain(token), title: token.title ? decoded(token.title) : null }, undefined, open));
          break;
        case "html": {
          const [, slash, name = ""] = /^<(\/?)([a-z]+)\s*\/?>$/i.exec(token.raw) ?? [];
          if (name.toLowerCase() === "br") {
            out.push(this.#node("hardBreak", null, undefined, open));
            break;
          }
          const mark = sameAs[name.toLowerCase()];
          if (!mark) throw new Unsupported(token.raw.startsWith("<!--") ? "comments" : "html");
          open = slash ? open.filter(({ type }) => type.name !== mark) : this.#with(open, mark);
          break;
        }
        default:
          throw new Unsupported("other");
      }
    }
    return out;
  }

  #text(out: Node[], text: string, marks: readonly Mark[]): void {
    if (text) out.push(this.#schema.text(text, marks));
  }

  #with(marks: readonly Mark[], name: string, attrs?: Record<string, unknown>): readonly Mark[] {
    return this.#schema.mark(name, attrs).addToSet(marks);
  }

  /** What a picture is described with: text, whatever stands in it. */
  #plain = ({ tokens }: Tokens.Image): string => this.inline(tokens).map((node) => node.textContent || String(node.attrs["alt"] ?? "")).join("");
}

/** Text with its character references (&amp;, &auml;, &#228;) replaced. */
function decoded(text: string): string {
  if (!/&[#\w]+;/.test(text)) return text;
  return text.replace(/&(?:#\d{1,7}|#[xX][\da-fA-F]{1,6}|\w{1,40});/g, (reference) => new DOMParser().parseFromString(reference, "text/html").body.textContent ?? reference);
}
