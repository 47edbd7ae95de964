import { defaultKeymap, history, historyKeymap, indentLess, indentMore, redo, undo } from "@codemirror/commands";
import { markdownKeymap, markdownLanguage } from "@codemirror/lang-markdown";
import { LRLanguage, syntaxHighlighting } from "@codemirror/language";
import { openSearchPanel, search, searchKeymap } from "@codemirror/search";
import { EditorSelection, EditorState, type ChangeSpec, type Extension } from "@codemirror/state";
import { EditorView, keymap, placeholder } from "@codemirror/view";
import { classHighlighter } from "@lezer/highlight";
import { parser } from "@lezer/html";
import {
  IconArrowBackUp, IconArrowForwardUp, IconArticle, IconQuote, IconBold, IconCode, IconEye, IconFileArrowRight, IconH2, IconIndentDecrease, IconIndentIncrease, IconItalic, IconLink, IconList, IconListCheck,
  IconListNumbers, IconNote, IconPhotoPlus, IconSearch, IconSourceCode, IconTable,
} from "@tabler/icons-react";
import { useEffect, useLayoutEffect, useRef, useState } from "react";
import { createPortal } from "react-dom";
import { nonce } from "../../app/trusted";
import { sentence } from "../../parts/states";
import { toast } from "../../parts/toasts";
import { useWords } from "../../words/words";
import type { BodyProps, Format } from "./body";
import classes from "./body.module.css";
import { ConversionDialog } from "./conversion";
import { LinkDialog } from "./link";
import { PictureDialog, storedAddress, type Picture } from "./picture";
import { Preview } from "./preview";
import { useSending } from "./sending";
import { Tools, type Tool } from "./tools";
import { bodyWords } from "./words";

// Its elements only: what stands in script and style elements does not stay in a post, so no language of theirs is loaded.
const htmlLanguage = LRLanguage.define({ parser, name: "html" });

/** From this width on, in pixels, text and preview stand side by side. */
const sideBySide = 860;

/** The text as it is stored, letter by letter, with what the server makes of it beside it. */
export function Plain({ source, format, readOnly, slot, why, onSource, onImage, onChooseImage, onRich, onConverted }: {
  source: string; format: Format; readOnly: boolean; slot: HTMLElement; why: string | null; onSource(source: string): void; onImage: BodyProps["onImage"];
  onChooseImage: BodyProps["onChooseImage"]; onRich(): void; onConverted(markdown: string): void;
}) {
  const say = useWords(bodyWords);
  const { changed, flush } = useSending(onSource);
  const host = useRef<HTMLDivElement>(null);
  const root = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const files = useRef<(files: File[]) => void>(() => undefined);
  const [text, setText] = useState(source); // what the preview shows
  const [asking, setAsking] = useState<"link" | "picture" | "convert" | null>(null);
  const [beside, setBeside] = useState(true); // on a wide screen
  const [instead, setInstead] = useState(false); // on a narrow one
  const room = useRoom(root);
  const wide = room >= sideBySide;

  useEffect(() => {
    if (!host.current) return;
    const keepEnds: Extension = /\r\n/.test(source) && !/(^|[^\r])\n/.test(source) ? EditorState.lineSeparator.of("\r\n") : [];
    const editor = new EditorView({
      parent: host.current,
      state: EditorState.create({
        doc: source,
        extensions: [
          EditorView.cspNonce.of(nonce),
          keepEnds,
          history(),
          EditorView.lineWrapping,
          search({ top: true }),
          syntaxHighlighting(classHighlighter),
          format === "markdown" ? markdownLanguage : htmlLanguage,
          placeholder(say.placeholderPlain),
          EditorState.readOnly.of(readOnly),
          EditorView.contentAttributes.of({ "aria-label": say.text, spellcheck: "true", autocorrect: "on", autocapitalize: "sentences", "data-surface": "" }),
          EditorState.phrases.of(say.phrases),
          keymap.of([
            { key: "Mod-b", run: (v) => format === "markdown" && wrap(v, "**") },
            { key: "Mod-i", run: (v) => format === "markdown" && wrap(v, "*") },
            { key: "Mod-k", stopPropagation: true, run: () => { setAsking("link"); return true; } },
            { key: "Alt-F10", run: () => { slot.querySelector<HTMLElement>('[role="toolbar"] [tabindex="0"]')?.focus(); return true; } },
            ...(format === "markdown" ? markdownKeymap : []),
            ...searchKeymap.filter(({ key }) => key !== "Mod-Alt-g"),
            ...historyKeymap,
            ...defaultKeymap,
          ]),
          EditorView.domEventHandlers({
            paste: (event) => takeFrom(event, event.clipboardData, files.current),
            drop: (event) => takeFrom(event, event.dataTransfer, files.current),
          }),
          EditorView.updateListener.of(({ docChanged, focusChanged, state, view: { hasFocus } }) => {
            if (docChanged) {
              changed(() => {
                const now = state.sliceDoc();
                setText(now);
                return now;
              });
            }
            if (focusChanged && !hasFocus) flush();
          }),
        ],
      }),
    });
    view.current = editor;
    return () => {
      editor.destroy();
    };
  }, []);

  const on = (act: (v: EditorView) => unknown) => () => {
    if (!view.current) return;
    act(view.current);
    view.current.focus();
  };
  const insert = (v: EditorView, what: string, caret = what.length) => {
    const { from, to } = v.state.selection.main;
    v.dispatch({ changes: { from, to, insert: what }, selection: { anchor: from + caret }, scrollIntoView: true, userEvent: "input" });
  };
  const insertBlock = (what: string, caret?: number) => (v: EditorView) => {
    const line = v.state.doc.lineAt(v.state.selection.main.from);
    const lead = line.text.trim() === "" ? "" : "\n\n";
    const at = line.text.trim() === "" ? line.from : line.to;
    v.dispatch({ changes: { from: at, insert: `${lead}${what}\n` }, selection: { anchor: at + lead.length + (caret ?? what.length) }, scrollIntoView: true, userEvent: "input" });
  };
  const picture = (address: string, alt: string, url = storedAddress(address)) => (format === "html" ? `<img src="${url.replace(/"/g, "%22")}" alt="${alt.replace(/"/g, "&quot;")}">` : `![${alt.replace(/[[\]\\]/g, "\\$&")}](${/[\s()]/.test(url) ? `<${url}>` : url})`);
  const insertPicture = ({ url, alt }: Picture) => on((v) => insert(v, picture(url, alt), alt ? undefined : format === "html" ? picture(url, alt).length - 2 : 2))();
  const upload = async (file: File) => {
    const v = view.current;
    if (!v || !onImage) return;
    const mark = format === "html" ? `<!-- ${say.uploading(file.name)} -->` : `![${say.uploading(file.name)}]()`;
    insert(v, mark);
    const replace = (by: string) => {
      const from = v.state.sliceDoc().indexOf(mark);
      if (from >= 0) v.dispatch({ changes: { from, to: from + mark.length, insert: by } });
    };
    try {
      const { url, alt } = await onImage(file);
      replace(picture(url, alt));
      if (!alt) toast({ text: say.describe });
    } catch (error) {
      replace("");
      toast({ text: say.notUploaded(file.name, sentence(error)), tone: "trouble", action: { label: say.again, run: () => void upload(file) } });
    }
  };
  useEffect(() => {
    files.current = (taken) => {
      const pictures = taken.filter(({ type }) => type.startsWith("image/"));
      if (pictures.length < taken.length) toast({ text: say.onlyPictures, tone: "trouble" });
      if (pictures.length > 0 && !onImage) toast({ text: say.byAddressOnly, tone: "trouble" });
      for (const file of pictures) void upload(file);
    };
  });
  const footnote = (v: EditorView) => {
    const all = v.state.sliceDoc();
    const next = 1 + Math.max(0, ...[...all.matchAll(/\[\^(\d+)\]/g)].map(([, n]) => Number(n)));
    const { to } = v.state.selection.main;
    const foot = `${all.endsWith("\n\n") || all === "" ? "" : all.endsWith("\n") ? "\n" : "\n\n"}[^${next}]: `;
    const sign = `[^${next}]`;
    v.dispatch({ changes: [{ from: to, insert: sign }, { from: all.length, insert: foot }], selection: { anchor: all.length + sign.length + foot.length }, scrollIntoView: true, userEvent: "input" });
  };
  const setLink = (href: string, title?: string) => {
    setAsking(null);
    if (!href) return;
    on((v) => {
      const { from, to } = v.state.selection.main;
      const words = v.state.sliceDoc(from, to) || title || href;
      insert(v, format === "html" ? `<a href="${href.replace(/"/g, "%22")}">${words}</a>` : `[${words}](${/[\s()]/.test(href) ? `<${href}>` : href})`);
    })();
  };

  const shownPreview = wide ? beside : instead;
  const eye: Tool = { name: "preview", label: say.preview, icon: IconEye, pressed: shownPreview, run: () => (wide ? setBeside(!beside) : setInstead(!instead)) };
  const common: Tool[] = [
    { name: "link", label: say.link, icon: IconLink, run: () => setAsking("link") },
    { name: "picture", label: say.picture, icon: IconPhotoPlus, run: () => setAsking("picture") },
  ];
  const history_: Tool[] = [
    { name: "find", label: say.find, icon: IconSearch, run: on(openSearchPanel) },
    { name: "undo", label: say.undo, icon: IconArrowBackUp, run: on(undo) },
    { name: "redo", label: say.redo, icon: IconArrowForwardUp, run: on(redo) },
  ];
  const rich: Tool = { name: "rich", label: say.rich, icon: IconArticle, run: () => { flush(); onRich(); }, wide: true, named: true };
  const convert: Tool = { name: "convert", label: say.convert, icon: IconFileArrowRight, run: () => { flush(); setAsking("convert"); }, wide: true, named: true };
  const tools: (Tool | null)[] = format === "html"
    ? [...common, null, eye, null, convert]
    : [
        { name: "heading", label: say.heading, icon: IconH2, run: on((v) => prefix(v, "## ")) },
        { name: "bold", label: say.bold, icon: IconBold, run: on((v) => wrap(v, "**")) },
        { name: "italic", label: say.italic, icon: IconItalic, run: on((v) => wrap(v, "*")) },
        null,
        ...common,
        { name: "list", label: say.bullets, icon: IconList, run: on((v) => prefix(v, "- ")) },
        { name: "quote", label: say.quote, icon: IconQuote, run: on((v) => prefix(v, "> ")), wide: true },
        { name: "footnote", label: say.footnote, icon: IconNote, run: on(footnote), wide: true },
        eye,
        null,
        rich,
      ];
  const more: Tool[] = format === "html"
    ? [...history_, convert]
    : [
        { name: "quote", label: say.quote, icon: IconQuote, run: on((v) => prefix(v, "> ")), wide: true },
        { name: "footnote", label: say.footnote, icon: IconNote, run: on(footnote), wide: true },
        { name: "numbers", label: say.numbers, icon: IconListNumbers, run: on((v) => prefix(v, "1. ")) },
        { name: "checklist", label: say.tasks, icon: IconListCheck, run: on((v) => prefix(v, "- [ ] ")) },
        { name: "inline-code", label: say.code, icon: IconCode, run: on((v) => wrap(v, "`")) },
        { name: "code", label: say.codeBlock, icon: IconSourceCode, run: on(insertBlock("```\n\n```", 4)) },
        { name: "table", label: say.table, icon: IconTable, run: on(insertBlock("|  |  |\n| --- | --- |\n|  |  |", 2)) },
        { name: "more-indent", label: say.indent, icon: IconIndentIncrease, run: on(indentMore) },
        { name: "less-indent", label: say.outdent, icon: IconIndentDecrease, run: on(indentLess) },
        ...history_,
        { ...rich, label: say.toRich },
      ];

  return (
    <>
      {createPortal(<Tools tools={tools} more={more} leave={() => view.current?.focus()} />, slot)}
      <div ref={root} className={classes["ruler"]} />
      <div className={classes["plain"]} data-split={(wide && beside) || undefined} data-format={format} style={wide && beside ? { width: room, marginInline: `calc((100% - ${room}px) / 2)` } : undefined}>
        <div className={classes["source"]} hidden={!wide && instead}>
          {why && <p className={classes["why"]}>{why}</p>}
          <div ref={host} className={classes["code"]} />
        </div>
        {shownPreview && <Preview source={text} format={format} />}
      </div>
      {asking === "link" && <LinkDialog href="" onChoose={setLink} onClose={() => { setAsking(null); view.current?.focus(); }} />}
      {asking === "picture" && (
        <PictureDialog
          onFiles={onImage && ((taken) => { setAsking(null); files.current(taken); })} onChooseImage={onChooseImage}
          onChoose={(chosen) => { setAsking(null); insertPicture(chosen); }} onClose={() => { setAsking(null); view.current?.focus(); }}
        />
      )}
      {asking === "convert" && <ConversionDialog source={text} onTake={(markdown) => { setAsking(null); onConverted(markdown); }} onClose={() => { setAsking(null); view.current?.focus(); }} />}
    </>
  );
}

/** How wide the room is in which the text stands: that of the page's canvas, as the column of the text is too narrow for two. */
function useRoom(element: { current: HTMLElement | null }): number {
  const [room, setRoom] = useState(0);
  useLayoutEffect(() => {
    const canvas = document.getElementById("canvas") ?? element.current?.closest("main") ?? element.current;
    if (!canvas) return;
    const measure = () => setRoom(Math.min(1240, canvas.clientWidth - 48)); // 24 on each side
    measure();
    const watch = new ResizeObserver(measure);
    watch.observe(canvas);
    return () => watch.disconnect();
  }, []);
  return room;
}

function takeFrom(event: Event, data: DataTransfer | null, take: (files: File[]) => void): boolean {
  const taken = [...(data?.files ?? [])];
  if (taken.length === 0 || data?.getData("text/plain")) return false;
  event.preventDefault();
  take(taken);
  return true;
}

/** Sets a sign around what is selected, or takes it away. */
function wrap(v: EditorView, sign: string): boolean {
  const n = sign.length;
  v.dispatch(
    v.state.changeByRange((range) => {
      const around = v.state.sliceDoc(Math.max(0, range.from - n), range.from) === sign && v.state.sliceDoc(range.to, range.to + n) === sign;
      if (around) {
        return { changes: [{ from: range.from - n, to: range.from }, { from: range.to, to: range.to + n }], range: EditorSelection.range(range.from - n, range.to - n) };
      }
      return { changes: [{ from: range.from, insert: sign }, { from: range.to, insert: sign }], range: EditorSelection.range(range.from + n, range.to + n) };
    }),
    { userEvent: "input", scrollIntoView: true },
  );
  return true;
}

/** Sets a sign before each selected line, or takes it away if all have it. */
function prefix(v: EditorView, sign: string): void {
  const { from, to } = v.state.selection.main;
  const first = v.state.doc.lineAt(from).number;
  const last = v.state.doc.lineAt(to).number;
  const lines = Array.from({ length: last - first + 1 }, (_, i) => v.state.doc.line(first + i));
  const all = lines.every(({ text }) => text.startsWith(sign));
  const changes: ChangeSpec[] = lines.map(({ from: start, text }, i) => {
    if (all) return { from: start, to: start + sign.length };
    const kept = sign.startsWith("#") ? (/^#{1,6} /.exec(text)?.[0].length ?? 0) : 0;
    return { from: start, to: start + kept, insert: sign === "1. " ? `${i + 1}. ` : sign };
  });
  v.dispatch({ changes, userEvent: "input", scrollIntoView: true });
}
