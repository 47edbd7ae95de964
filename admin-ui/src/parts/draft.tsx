// A form over something that the server has: what was typed and is not saved yet, what is wrong with it, and the one button that saves it.
import { Button } from "@mantine/core";
import { useBlocker } from "@tanstack/react-router";
import { useEffect, useRef, useState, type KeyboardEvent, type ReactNode, type RefObject } from "react";
import { Problem } from "../api/problem";
import { catalogue, useWords, wordsOf } from "../words/words";
import { confirm } from "./confirm";
import classes from "./draft.module.css";
import { sentence, Trouble } from "./states";
import { toast } from "./toasts";

const words = catalogue(
  {
    unsaved: "Not saved yet", save: "Save", discard: "Discard", saved: "Saved.", undone: "As it was before.",
    leave: "Leave without saving?", leaveText: "What you changed here is not saved yet.", yes: "Leave", no: "Stay",
  },
  {
    unsaved: "Noch nicht gespeichert", save: "Speichern", discard: "Verwerfen", saved: "Gespeichert.", undone: "Wieder wie vorher.",
    leave: "Ohne Speichern gehen?", leaveText: "Was Sie hier geändert haben, ist noch nicht gespeichert.", yes: "Gehen", no: "Bleiben",
  },
);

/** Asks before unsaved changes are left. Set `current` to false to leave without being asked. */
export function useUnsaved(changed: boolean): RefObject<boolean> {
  const unsaved = useRef(changed);
  unsaved.current = changed;
  useBlocker({
    shouldBlockFn: async ({ current, next }) => {
      const say = wordsOf(words);
      return current.pathname !== next.pathname && unsaved.current && !(await confirm({ title: say.leave, text: say.leaveText, yes: say.yes, no: say.no }));
    },
    enableBeforeUnload: () => unsaved.current,
    disabled: !changed,
  });
  return unsaved;
}

/** The part of a draft that its form needs. */
interface Saving {
  changed: boolean;
  busy: boolean;
  /** What went wrong with the whole; null: nothing. */
  failed: unknown;
  /** How often the server did not accept a field. */
  refusals: number;
  drop(): void;
  /** Saves what has changed; false if that failed, and then nothing typed is lost. */
  save(): Promise<boolean>;
}

export interface Draft<T extends object> extends Saving {
  /** What the fields show: what the server has, and over it what was typed. */
  values: T;
  /** Only what was typed and differs. */
  change: Partial<T>;
  /** What the server said is wrong, as sentences by field ("title", "navigation[2].url"). */
  errors: Readonly<Record<string, string>>;
  set<K extends keyof T & string>(key: K, value: T[K]): void;
}

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

function pick<T extends object>(from: T, keys: readonly (keyof T)[]): Partial<T> {
  const picked: Partial<T> = {};
  for (const key of keys) picked[key] = from[key];
  return picked;
}

/** "is no number" as a sentence. */
export function asSentence(message: string): string {
  return message.charAt(0).toLocaleUpperCase() + message.slice(1) + (/[.!?]$/.test(message) ? "" : ".");
}

const fieldOf = (location: string) => location.replace(/[.[].*$/, "");

/** Keeps what is typed over `stored`. `send` stores a change, and brings what `stored` comes from up to date before it resolves. With `undo` the toast takes it back. */
export function useDraft<T extends object>(stored: T, send: (change: Partial<T>) => Promise<unknown>, { undo = true }: { undo?: boolean } = {}): Draft<T> {
  const [typed, setTyped] = useState<Partial<T>>({});
  const [busy, setBusy] = useState(false);
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [refusals, setRefusals] = useState(0);
  const [failed, setFailed] = useState<unknown>(null);
  const keys = (Object.keys(typed) as (keyof T & string)[]).filter((key) => !same(typed[key], stored[key]));
  const unsaved = useUnsaved(keys.length > 0);

  const takeBack = async (before: Partial<T>) => {
    const say = wordsOf(words);
    try {
      await send(before);
      toast({ text: say.undone });
    } catch (error) {
      toast({ text: sentence(error), tone: "trouble", action: { label: say.save, run: () => void takeBack(before) } });
    }
  };

  const save = async () => {
    if (busy || keys.length === 0) return false;
    const change = pick(typed as T, keys);
    const before = pick(stored, keys);
    setBusy(true);
    setFailed(null);
    setErrors({});
    try {
      await send(change);
    } catch (error) {
      const fields = error instanceof Problem ? error.fields : {};
      setErrors(Object.fromEntries(Object.entries(fields).map(([field, message]) => [field, asSentence(message)])));
      setRefusals((n) => n + 1);
      const unseen = Object.keys(fields).filter((field) => !(fieldOf(field) in stored));
      if (Object.keys(fields).length === 0 || unseen.length > 0) setFailed(error);
      return false;
    } finally {
      setBusy(false);
    }
    setTyped((now) => pick(now as T, (Object.keys(now) as (keyof T)[]).filter((key) => !same(now[key], change[key]))));
    unsaved.current = false;
    if (undo) toast({ text: wordsOf(words).saved, undo: () => void takeBack(before) });
    return true;
  };

  return {
    values: { ...stored, ...typed }, change: pick(typed as T, keys), changed: keys.length > 0, busy, errors, failed, refusals, save,
    set(key, value) {
      setTyped((now) => ({ ...now, [key]: value }));
      setErrors((now) => Object.fromEntries(Object.entries(now).filter(([field]) => fieldOf(field) !== key)));
    },
    drop() {
      setTyped({});
      setErrors({});
      setFailed(null);
    },
  };
}

/** The form of a draft: its fields, and under them what saves them as soon as something has changed. With `reading` nothing can be changed. */
export function DraftForm({ label, draft, reading, verb, children }: { label: string; draft: Saving; reading?: boolean; verb?: string; children: ReactNode }) {
  const say = useWords(words);
  const form = useRef<HTMLFormElement>(null);
  const submit = useRef<HTMLButtonElement>(null);
  useEffect(() => { // the button could not keep the focus while it was busy
    if (draft.refusals > 0) (form.current?.querySelector<HTMLElement>('[aria-invalid="true"]') ?? submit.current)?.focus();
  }, [draft.refusals]);
  const save = async () => {
    if (await draft.save()) form.current?.focus({ preventScroll: true }); // the button that had the focus is gone
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "s" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    event.preventDefault();
    void save();
  };
  return (
    <form ref={form} className={classes["form"]} tabIndex={-1} aria-label={label} noValidate onKeyDown={onKeyDown} onSubmit={(event) => { event.preventDefault(); void save(); }}>
      <fieldset className={classes["fields"]} disabled={reading}>{children}</fieldset>
      {draft.failed !== null && <Trouble error={draft.failed} />}
      {draft.changed && (
        <div className={classes["bar"]} data-save-bar>
          <p role="status">{say.unsaved}</p>
          <Button variant="subtle" onClick={() => { draft.drop(); form.current?.focus({ preventScroll: true }); }}>{say.discard}</Button>
          <Button ref={submit} type="submit" loading={draft.busy}>{verb ?? say.save}</Button>
        </div>
      )}
    </form>
  );
}
