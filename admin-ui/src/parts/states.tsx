// What a screen shows while it has nothing to show: still shapes, a sentence that says what to do first, or what went wrong.
import { Button } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { Problem, Unreachable } from "../api/problem";
import { catalogue, useWords, wordsOf } from "../words/words";
import { Dial, type Level } from "./dial";
import classes from "./states.module.css";

const words = catalogue(
  {
    unreachable: "The server did not answer. What you see may be old; what you typed is still here.",
    noted: (id: string) => `It is noted as ${id}.`,
    again: "Try again", unknown: "Something failed on this page.", loading: "Loading",
  },
  {
    unreachable: "Der Server antwortet nicht. Was Sie sehen, ist vielleicht alt; was Sie geschrieben haben, ist noch da.",
    noted: (id: string) => `Vermerkt als ${id}.`,
    again: "Noch einmal versuchen", unknown: "Auf dieser Seite ging etwas schief.", loading: "Wird geladen",
  },
);

/** What went wrong, as a sentence for people. */
export function sentence(error: unknown): string {
  const say = wordsOf(words);
  if (error instanceof Unreachable) return say.unreachable;
  if (error instanceof Problem) return error.status >= 500 && error.requestId ? `${error.message} ${say.noted(error.requestId)}` : error.message;
  return say.unknown;
}

export function Trouble({ error, again }: { error: unknown; again?(): void }) {
  const say = useWords(words);
  return (
    <div className={classes["trouble"]} role="alert">
      <IconAlertTriangle size={20} stroke={1.75} aria-hidden="true" />
      <p>{sentence(error)}</p>
      {again && <Button variant="default" size="xs" onClick={again}>{say.again}</Button>}
    </div>
  );
}

/** Nothing here, and what to do first. */
export function Empty({ level = "newcomers", title, children }: { level?: Level; title: string; children?: ReactNode }) {
  return (
    <div className={classes["empty"]}>
      <Dial level={level} size={44} />
      <p className={classes["title"]}>{title}</p>
      {children}
    </div>
  );
}

/** Shapes of what is about to come. */
export function Shapes({ lines = 4 }: { lines?: number }) {
  const say = useWords(words);
  return (
    <div className={classes["shapes"]} role="status" aria-label={say.loading}>
      {Array.from({ length: lines }, (_, i) => <div key={i} className={classes["shape"]} data-width={i % 3} />)}
    </div>
  );
}
