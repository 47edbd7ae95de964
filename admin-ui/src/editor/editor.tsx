import { useMediaQuery } from "@mantine/hooks";
import { useBlocker, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { lazy, Suspense, useEffect, useRef, useState, useSyncExternalStore } from "react";
import { readAnew, useSite } from "../app/data";
import { useTitle } from "../app/head";
import { usePerson } from "../app/person";
import { uploadImage, useImageChooser } from "../media/choose";
import { confirm } from "../parts/confirm";
import { Shapes, sentence, Trouble } from "../parts/states";
import { toast } from "../parts/toasts";
import { useWords, wordsOf } from "../words/words";
import { Bar } from "./bar";
import { Banners } from "./banners";
import { Compare } from "./compare";
import { Cover } from "./cover";
import classes from "./editor.module.css";
import { History } from "./history";
import { Picture } from "./picture";
import { Preview } from "./preview";
import { Publish } from "./publish";
import type { EditorSearch, Panel } from "./routes";
import { Settings } from "./settings";
import { Title } from "./title";
import { editorWords } from "./words";
import { Writing, type Notices, type View } from "./writing";

const Body = lazy(() => import("./body/body").then((module) => ({ default: module.Body })));

/** What every part of the editor is given. */
export interface Part {
  writing: Writing;
  view: View;
  /** The site's time zone. */
  zone: string;
  open(panel: Panel | null, revision?: number): void;
}

export function Editor() {
  const { id } = useParams({ strict: false });
  const person = usePerson();
  const language = useSite().data?.language;
  const navigate = useNavigate();
  const [writing, setWriting] = useState<Writing | null>(null);
  const [error, setError] = useState<unknown>(null);
  const held = useRef<Writing | null>(null);
  const say = useWords(editorWords);

  const load = async (wanted: string | undefined) => {
    setError(null);
    const notices: Notices = {
      created: (made) => void navigate({ to: "/posts/$id", params: { id: made }, search: (search: EditorSearch) => search, replace: true, resetScroll: false }),
      restored: (undo) => toast({ text: wordsOf(editorWords).restoredFromDevice, undo }),
      merged: (names) => toast({ text: wordsOf(editorWords).merged(names.map((name) => wordsOf(editorWords).fields[name])) }),
      failed: (failure) => toast({ text: sentence(failure), tone: "trouble" }),
      untitled: () => wordsOf(editorWords).untitled,
    };
    try {
      const next = wanted === undefined ? Writing.begin(person.id, language ?? "", notices) : await Writing.open(wanted, notices);
      held.current = next;
      setWriting(next);
    } catch (failure) {
      setError(failure);
    }
  };

  useEffect(() => {
    if (held.current && (held.current.view.id ?? undefined) === id) return;
    leave(held.current);
    held.current = null;
    setWriting(null);
    void load(id);
  }, [id]);
  useEffect(() => () => {
    leave(held.current);
    held.current = null;
  }, []);

  if (error) {
    return <div className={classes["alone"]}><h1 className="vh">{say.edit}</h1><Trouble error={error} again={() => void load(id)} /></div>;
  }
  if (!writing) return <div className={classes["alone"]}><h1 className="vh">{say.edit}</h1><Shapes lines={7} /></div>;
  return <Suspense fallback={<div className={classes["alone"]}><Shapes lines={7} /></div>}><Desk writing={writing} /></Suspense>;
}

/** Sees to it that what was written reaches the server after the screen is gone, and that the lists show it. */
function leave(writing: Writing | null) {
  if (!writing) return;
  void writing.leave().then((left) => {
    void readAnew();
    if (left === "device") toast({ text: wordsOf(editorWords).leftOnDevice });
  });
}

function Desk({ writing }: { writing: Writing }) {
  const view = useSyncExternalStore(writing.subscribe, writing.snapshot);
  const say = useWords(editorWords);
  const navigate = useNavigate();
  const { panel, revision } = useSearch({ strict: false }) as EditorSearch;
  const zone = useSite().data?.timezone ?? "UTC";
  const wide = useMediaQuery("(min-width: 48em)", true, { getInitialValueInEffect: false });
  const text = useRef<HTMLDivElement>(null);
  useTitle(view.fields.title.trim() || say.untitled);

  const open = (next: Panel | null, number?: number) => {
    const search: EditorSearch = { ...(next ? { panel: next } : {}), ...(number === undefined ? {} : { revision: number }) };
    const how = { search, replace: next === null || panel !== undefined, resetScroll: false };
    void (view.id ? navigate({ to: "/posts/$id", params: { id: view.id }, ...how }) : navigate({ to: "/posts/new", ...how }));
  };

  useBlocker({
    shouldBlockFn: async ({ current, next }) => {
      if (current.pathname === next.pathname || next.pathname === `/posts/${view.id}` || !writing.wouldLose()) return false;
      return !(await confirm({ title: say.loseTitle, text: say.loseText, yes: say.loseYes, no: say.loseNo }));
    },
    enableBeforeUnload: () => writing.wouldLose(),
  });

  const save = async () => {
    const saved = await writing.saveNow();
    if (saved === "apart") open("compare");
  };

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
      if (event.key === "s") {
        event.preventDefault();
        // The text's own editor reports what it still holds back when it loses the focus or sees the key; it is asked first.
        setTimeout(() => void save(), 0);
      } else if (event.key === "Enter" && !event.defaultPrevented) {
        event.preventDefault();
        open("publish");
      }
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  });

  const { chooseImage, chooser } = useImageChooser();
  const part: Part = { writing, view, zone, open };
  return (
    <div className={classes["editor"]}>
      <h1 className="vh">{say.edit}</h1>
      <Bar {...part} />
      <div className={classes["canvas"]} id="canvas">
        <div id="editor-tools" className={classes["tools"]} />
        <Banners {...part} />
        <div className={classes["page"]}>
          <Title {...part} onEnter={() => text.current?.querySelector<HTMLElement>('[contenteditable="true"]')?.focus()} />
          <Cover {...part} />
          <div ref={text}>
            <Body
              postId={view.id} format={view.fields.format} source={view.fields.source} version={view.bodyVersion} readOnly={view.saving === "gone"}
              onChange={(source, format) => writing.change({ source, format }, true)} onImage={uploadImage} onChooseImage={chooseImage}
            />
          </div>
        </div>
      </div>
      <Settings {...part} wide={wide} opened={panel === "settings"} />
      {panel === "publish" && <Publish {...part} />}
      {panel === "preview" && <Preview {...part} />}
      {panel === "history" && view.id && <History {...part} id={view.id} revision={revision} />}
      {panel === "compare" && (view.conflict || view.found) && <Compare {...part} />}
      {panel === "picture" && <Picture {...part} />}
      {chooser}
    </div>
  );
}
