// Decides whether a text may be edited in the rich view: only if it comes out of it meaning the same.
import { read, Unsupported, type Loss } from "./read";
import { render } from "./render";
import { schema } from "./schema";
import { write } from "./write";

/** null: nothing is lost. unasked: the server, which knows, did not answer. */
export type Verdict = Loss | "unasked" | null;

export async function judge(source: string): Promise<Verdict> {
  let again: string;
  try {
    again = write(read(source, schema));
  } catch (error) {
    return error instanceof Unsupported ? error.loss : "other";
  }
  if (again === source.trimEnd()) return null;
  try {
    const [before, after] = await Promise.all([render(source, "markdown"), render(again, "markdown")]);
    return even(before.html) === even(after.html) ? null : "other";
  } catch {
    return "unasked";
  }
}

/** HTML without the white space that nobody sees; that of code stays. */
const even = (html: string): string =>
  html
    .split(/(<pre[\s>][\s\S]*?<\/pre>)/)
    .map((part, i) => (i % 2 ? part.replace(/\n<\/code>/, "</code>") : part.replace(/\s+/g, " ").replace(/ ?(<\/?(?:p|ul|ol|li|blockquote|h\d|hr|table|thead|tbody|tr|t[hd]|div|br)\b[^>]*>) ?/g, "$1")))
    .join("")
    .trim();
