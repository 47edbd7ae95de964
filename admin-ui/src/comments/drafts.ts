// What was typed and not sent, kept on this device for whoever typed it: it survives another screen, the end of the session and of the browser.
import { useState } from "react";
import { usePerson } from "../app/person";

const prefix = "dimmer-draft:";
const keptFor = 60 * 24 * 3600_000; // ms

interface Draft {
  text: string;
  at: number;
}

function read(key: string): string | null {
  try {
    const kept = JSON.parse(localStorage.getItem(key) ?? "null") as Partial<Draft> | null;
    return typeof kept?.text === "string" ? kept.text : null;
  } catch {
    return null;
  }
}

/** Takes away what nobody has come back to for two months. */
function sweep() {
  for (const key of Object.keys(localStorage)) {
    if (!key.startsWith(prefix)) continue;
    try {
      const { at } = JSON.parse(localStorage.getItem(key) ?? "{}") as Partial<Draft>;
      if (at === undefined || Date.now() - at > keptFor) localStorage.removeItem(key);
    } catch {
      localStorage.removeItem(key);
    }
  }
}

function write(key: string, text: string | null) {
  try {
    if (text === null) localStorage.removeItem(key);
    else localStorage.setItem(key, JSON.stringify({ text, at: Date.now() } satisfies Draft));
  } catch {
    sweep(); // the device is full, or keeps nothing: the text stays on the screen
  }
}

export type DraftKind = "reply" | "edit";
const keyOf = (person: string, kind: DraftKind, comment: string) => `${prefix}${person}:${kind}:${comment}`;

/** A text of this person about a comment. Saying what it begins as gives what is kept instead, if there is something. */
export function useDraft(kind: DraftKind, comment: string, begin: string) {
  const key = keyOf(usePerson().id, kind, comment);
  const [text, setText] = useState(() => read(key) ?? begin);
  return {
    text,
    isKept: text !== begin,
    set(next: string) {
      setText(next);
      write(key, next === begin || next.trim() === "" ? null : next);
    },
    drop: () => write(key, null),
    keep: () => write(key, text),
  };
}

export function useHasDraft(kind: DraftKind, comment: string): boolean {
  return read(keyOf(usePerson().id, kind, comment)) !== null;
}

sweep();
