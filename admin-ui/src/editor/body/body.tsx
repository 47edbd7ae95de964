import { Button } from "@mantine/core";
import { lazy, Suspense, useEffect, useLayoutEffect, useRef, useState, type ReactNode } from "react";
import { Shapes } from "../../parts/states";
import { toast } from "../../parts/toasts";
import { useWords } from "../../words/words";
import classes from "./body.module.css";
import type { Loss } from "./read";
import { bodyWords } from "./words";

const Rich = lazy(() => import("./rich").then((module) => ({ default: module.Rich })));
const Plain = lazy(() => import("./plain").then((module) => ({ default: module.Plain })));

export type Format = "markdown" | "html";

export interface BodyProps {
  /** null: not saved yet. */
  postId: string | null;
  format: Format;
  /** As stored. A new value is taken over when `version` changes with it (restored, another version chosen). */
  source: string;
  version: number;
  /** Called on real edits only, never by opening: at most 250 ms after typing, at once when the text loses the focus. */
  onChange(source: string, format: Format): void;
  /** Uploads a picture. Without it pictures come by address only. */
  onImage?: ((file: File) => Promise<{ url: string; alt: string; width?: number; height?: number }>) | undefined;
  /** Lets a picture be chosen among those uploaded before. */
  onChooseImage?: (() => Promise<{ url: string; alt: string } | null>) | undefined;
  readOnly?: boolean | undefined;
}

type Mode = "rich" | "markdown" | "html";

/** What is shown, and from which text it began. `turn` counts the beginnings. */
interface Shown {
  mode: Mode | "deciding";
  source: string;
  turn: number;
  /** Why it is not the rich view, where nobody has chosen that. */
  loss?: Loss | "unasked" | null;
}

const choiceKey = (postId: string) => `dimmer-editor-mode:${postId}`;

/**
 * The text of a post and the tools to write it: as readers see it where nothing is lost by that, as Markdown or HTML with a preview beside it otherwise.
 * The tools go into the element #editor-tools, if the page has one.
 */
export function Body({ postId, format, source, version, onChange, onImage, onChooseImage, readOnly = false }: BodyProps): ReactNode {
  const say = useWords(bodyWords);
  const [shown, setShown] = useState<Shown>({ mode: "deciding", source, turn: 0 });
  const [refused, setRefused] = useState<Loss | "unasked" | null>(null); // why the rich view was not entered
  const [own, setOwn] = useState<HTMLElement | null>(null);
  const [slot, setSlot] = useState<HTMLElement | null>(null);
  const latest = useRef({ source, format });
  const turn = useRef(0);

  useLayoutEffect(() => setSlot(document.getElementById("editor-tools") ?? own), [own]);

  const begin = (mode: Shown["mode"], text: string, loss: Shown["loss"] = null) => {
    setRefused(null);
    setShown({ mode, source: text, turn: ++turn.current, loss });
  };

  const decide = async (text: string) => {
    const choice = postId ? localStorage.getItem(choiceKey(postId)) : null;
    if (choice === "markdown") return begin("markdown", text);
    begin("deciding", text);
    const mine = turn.current;
    const { judge } = await import("./judge");
    const verdict = await judge(text);
    if (mine === turn.current) begin(verdict === null ? "rich" : "markdown", text, verdict);
  };

  useEffect(() => {
    latest.current = { source, format };
    if (format === "html") begin("html", source);
    else void decide(source);
  }, [version]);

  const remember = (mode: Mode) => {
    if (postId) localStorage.setItem(choiceKey(postId), mode);
  };
  const sent = useRef(onChange);
  useEffect(() => {
    sent.current = onChange;
  });
  const take = (text: string, as: Format) => {
    latest.current = { source: text, format: as };
    sent.current(text, as);
  };

  const toMarkdown = () => {
    remember("markdown");
    begin("markdown", latest.current.source);
  };
  const toRich = async () => {
    const text = latest.current.source;
    const { judge } = await import("./judge");
    const verdict = await judge(text);
    if (text !== latest.current.source) return; // written on meanwhile
    if (verdict !== null) return setRefused(verdict);
    remember("rich");
    begin("rich", text);
  };
  /** Takes what the rich view can hold of the text; the way back is offered. */
  const toRichAnyway = async () => {
    const before = latest.current.source;
    const { converted } = await import("./convert");
    const { markdown } = await converted(before, "markdown");
    if (before !== latest.current.source) return;
    take(markdown, "markdown");
    remember("rich");
    begin("rich", markdown);
    toast({ text: say.simplified, undo: () => { take(before, "markdown"); remember("markdown"); begin("markdown", before); } });
  };
  const fromHTML = (markdown: string) => {
    const before = latest.current.source;
    take(markdown, "markdown");
    void decide(markdown);
    toast({ text: say.converted, undo: () => { take(before, "html"); begin("html", before); } });
  };

  const waiting = <Waiting source={shown.source} html={format === "html"} />;
  return (
    <div className={classes["body"]} data-mode={shown.mode} aria-busy={shown.mode === "deciding"}>
      <div ref={setOwn} />
      {refused && (
        <div className={classes["notice"]} role="status">
          <p>{say.losses[refused]}</p>
          <Button size="xs" variant="default" onClick={() => setRefused(null)}>{say.stay}</Button>
          {refused !== "unasked" && <Button size="xs" variant="subtle" onClick={() => void toRichAnyway()}>{say.anyway}</Button>}
        </div>
      )}
      {shown.mode === "deciding" || !slot ? waiting : (
        <Suspense fallback={waiting}>
          {shown.mode === "rich" ? (
            <Rich key={shown.turn} source={shown.source} readOnly={readOnly} slot={slot} onSource={(text) => take(text, "markdown")} onImage={onImage} onChooseImage={onChooseImage} onMarkdown={toMarkdown} />
          ) : (
            <Plain
              key={shown.turn} source={shown.source} format={shown.mode} readOnly={readOnly} slot={slot} why={shown.loss ? say.opened[shown.loss] : null}
              onSource={(text) => take(text, shown.mode === "html" ? "html" : "markdown")} onImage={onImage} onChooseImage={onChooseImage} onRich={() => void toRich()} onConverted={fromHTML}
            />
          )}
        </Suspense>
      )}
    </div>
  );
}

/** The text itself while its view is on the way: in the place and the letters of the rich view, so that nothing jumps. */
function Waiting({ source, html }: { source: string; html: boolean }) {
  if (html || source.length > 60_000) return <Shapes lines={6} />;
  return <div className={classes["waiting"]}>{source.split(/\n{2,}/).slice(0, 40).map((part, i) => <p key={i}>{part}</p>)}</div>;
}

/** How many words a text has, roughly: what stands between white space and holds a letter or digit. */
export function countWords(source: string): number {
  return source.match(/\S*[\p{L}\p{N}]\S*/gu)?.length ?? 0;
}
