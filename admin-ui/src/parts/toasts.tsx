// What was done a moment ago, in a sentence, with the way back. The newest undo is also reached with the key u.
import { IconX } from "@tabler/icons-react";
import { useEffect, useRef, useSyncExternalStore } from "react";
import { catalogue, useWords } from "../words/words";
import { isTyping } from "./keys";
import classes from "./toasts.module.css";

const shownFor = 8_000; // ms, at least; the hand or the focus on it holds it

export interface Toast {
  text: string;
  /** What the button says, and does. A toast with one can be taken back with u if `undo` is set. */
  action?: { label: string; run(): void };
  undo?(): void;
  /** The id of what it speaks of, for whoever takes that away. */
  about?: string;
  /** trouble: something failed; it stays until it is closed. */
  tone?: "trouble";
}

type Shown = Toast & { id: number };
let shown: readonly Shown[] = [];
let next = 1;
const listeners = new Set<() => void>();

function set(toasts: readonly Shown[]) {
  shown = toasts;
  for (const listener of listeners) listener();
}

/** Shows a toast, three at most; gives what takes it away. */
export function toast(t: Toast): () => void {
  const id = next++;
  set([...shown.slice(-2), { ...t, id }]);
  return () => dismiss(id);
}

const dismiss = (id: number) => set(shown.filter((t) => t.id !== id));

/** Takes away what is still said of something that is gone: there is no way back any more. */
export const forget = (about: string) => set(shown.filter((t) => t.about !== about));

const words = catalogue(
  { undo: "Undo", close: "Close this message", region: "Messages" },
  { undo: "Rückgängig", close: "Diese Meldung schließen", region: "Meldungen" },
);

function One({ toast: t }: { toast: Shown }) {
  const say = useWords(words);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const start = () => {
    if (t.tone !== "trouble") timer.current = setTimeout(() => dismiss(t.id), shownFor);
  };
  const hold = () => clearTimeout(timer.current);
  useEffect(() => {
    start();
    return hold;
  }, []);
  const undo = t.undo;
  return (
    <div className={classes["toast"]} data-tone={t.tone} onMouseEnter={hold} onMouseLeave={start} onFocus={hold} onBlur={start}>
      <p>{t.text}</p>
      {undo && <button type="button" onClick={() => { dismiss(t.id); undo(); }}>{say.undo}</button>}
      {t.action && <button type="button" onClick={() => { dismiss(t.id); t.action?.run(); }}>{t.action.label}</button>}
      <button type="button" className={classes["close"]} aria-label={say.close} onClick={() => dismiss(t.id)}><IconX size={16} stroke={2} aria-hidden="true" /></button>
    </div>
  );
}

/** Where toasts appear, once for the whole area. */
export function Toasts() {
  const say = useWords(words);
  const toasts = useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, () => shown);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== "u" || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || isTyping(event.target)) return;
      const last = shown.findLast((t) => t.undo);
      if (!last?.undo) return;
      event.preventDefault();
      dismiss(last.id);
      last.undo();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);
  return (
    <div className={classes["toasts"]} role="status" aria-label={say.region} data-messages={toasts.length}>
      {toasts.map((t) => <One key={t.id} toast={t} />)}
    </div>
  );
}
