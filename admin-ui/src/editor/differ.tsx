import { diffLines, diffWordsWithSpace } from "diff";
import { Fragment, useMemo, type ReactNode } from "react";
import { useWords } from "../words/words";
import classes from "./differ.module.css";
import type { FieldName, Fields } from "./fields";
import { editorWords } from "./words";
import { dayAndTime } from "./zone";

const tooLong = 60_000; // characters of one changed passage; beyond that it is shown as wholly replaced
const around = 1; // unchanged paragraphs that are shown on both sides of a change

type Piece = { kind: "same" | "old" | "new"; text: string };
type Passage = { kind: "same"; lines: string[] } | { kind: "changed"; pieces: Piece[] };

/** Two texts as passages: what is the same by paragraphs, what is not by words. */
function passages(before: string, after: string): Passage[] {
  const found: Passage[] = [];
  const parts = diffLines(before, after);
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i];
    if (!part) continue;
    if (!part.added && !part.removed) {
      found.push({ kind: "same", lines: part.value.split("\n").filter((line) => line.trim() !== "") });
      continue;
    }
    const next = parts[i + 1];
    if (part.removed && next?.added) {
      found.push({ kind: "changed", pieces: words(part.value, next.value) });
      i++;
    } else {
      found.push({ kind: "changed", pieces: [{ kind: part.added ? "new" : "old", text: part.value }] });
    }
  }
  return found;
}

function words(before: string, after: string): Piece[] {
  const replaced: Piece[] = [{ kind: "old", text: before }, { kind: "new", text: after }];
  if (before.length + after.length > tooLong) return replaced;
  const parts = diffWordsWithSpace(before, after, { timeout: 300 });
  return parts?.map(({ added, removed, value }) => ({ kind: added ? "new" : removed ? "old" : "same", text: value })) ?? replaced;
}

function Pieces({ pieces, side }: { pieces: Piece[]; side?: "old" | "new" | undefined }): ReactNode {
  if (side) return pieces.filter(({ kind }) => kind === "same" || kind === side).map(({ kind, text }, i) => (kind === "same" ? <Fragment key={i}>{text}</Fragment> : <mark key={i} className={classes["only"]}>{text}</mark>));
  return pieces.map(({ kind, text }, i) =>
    kind === "old" ? <del key={i} className={classes["old"]}>{text}</del> : kind === "new" ? <ins key={i} className={classes["new"]}>{text}</ins> : <Fragment key={i}>{text}</Fragment>);
}

/** The difference between two texts. With `side` only one of the two is shown, with what is only in it marked. */
export function Differ({ before, after, side }: { before: string; after: string; side?: "old" | "new" }) {
  const say = useWords(editorWords);
  const found = useMemo(() => passages(before, after), [before, after]);
  const shown = (lines: string[]) => lines.map((line, i) => <p key={i}>{line}</p>);
  return (
    <div className={classes["text"]}>
      {found.map((passage, i) => {
        if (passage.kind === "changed") return <p key={i} className={classes["changed"]}><Pieces pieces={passage.pieces} side={side} /></p>;
        const { lines } = passage;
        const first = i === 0 ? 0 : around, last = i === found.length - 1 ? 0 : around;
        const hidden = lines.length - first - last;
        if (hidden < 2) return <Fragment key={i}>{shown(lines)}</Fragment>;
        return (
          <Fragment key={i}>
            {shown(lines.slice(0, first))}
            <details className={classes["folded"]}><summary>{say.unchangedLines(hidden)}</summary>{shown(lines.slice(first, lines.length - last))}</details>
            {shown(lines.slice(lines.length - last, last === 0 ? lines.length - last : undefined))}
          </Fragment>
        );
      })}
    </div>
  );
}

/** A field as a text that people read. */
export function fieldText(name: FieldName, fields: Fields, people: readonly { id: string; name: string }[], zone: string, levels: Record<string, { name: string }>): string {
  switch (name) {
    case "tags": return fields.tags.join(", ");
    case "authors": return fields.authors.map((id) => people.find((person) => person.id === id)?.name ?? "…").join(", ");
    case "feature_image": return fields.feature_image ? [fields.feature_image.url, fields.feature_image.alt, fields.feature_image.caption].filter(Boolean).join("\n") : "";
    case "published_at": return fields.published_at ? dayAndTime(fields.published_at, zone) : "";
    case "comments": return fields.comments ? (levels[fields.comments]?.name ?? fields.comments) : "";
    case "seo": return [fields.seo.title, fields.seo.description, fields.seo.canonical_url, fields.seo.image_url].filter(Boolean).join("\n");
    case "extra": return Object.keys(fields.extra).length === 0 ? "" : JSON.stringify(fields.extra, null, 2);
    case "featured": return fields.featured ? "✓" : "–";
    case "excerpt": return fields.excerpt ?? "";
    default: return fields[name];
  }
}
