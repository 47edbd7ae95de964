import { TextInput } from "@mantine/core";
import {
  IconQuote, IconBold, IconClearFormatting, IconCode, IconColumnInsertRight, IconColumnRemove, IconExternalLink, IconH2, IconH3, IconItalic, IconLink, IconList, IconListCheck, IconListNumbers, IconMarkdown,
  IconPencil, IconPhotoPlus, IconRowInsertBottom, IconRowRemove, IconSeparator, IconSourceCode, IconStrikethrough, IconTable, IconTrash, IconUnlink, IconArrowBackUp, IconArrowForwardUp,
} from "@tabler/icons-react";
import { Placeholder } from "@tiptap/extensions";
import { closeHistory } from "@tiptap/pm/history";
import { Slice, type Node } from "@tiptap/pm/model";
import { NodeSelection, TextSelection, type EditorState } from "@tiptap/pm/state";
import type { EditorProps, EditorView } from "@tiptap/pm/view";
import { EditorContent, useEditor, useEditorState, type Editor } from "@tiptap/react";
import { useEffect, useMemo, useRef, useState } from "react";
import { createPortal } from "react-dom";
import { nonce } from "../../app/trusted";
import { sentence } from "../../parts/states";
import { toast } from "../../parts/toasts";
import { useWords, wordsOf } from "../../words/words";
import type { BodyProps } from "./body";
import classes from "./body.module.css";
import { LinkDialog } from "./link";
import { cleanPasted, looksLikeMarkdown } from "./paste";
import { PictureDialog, storedAddress, type Picture } from "./picture";
import { pictureView } from "./picture-view";
import { read } from "./read";
import { extensionsWith, schema } from "./schema";
import { useSending } from "./sending";
import { matching, slashAt, SlashMenu, type Slash } from "./slash";
import { Tools, type Tool } from "./tools";
import { hold, Uploads } from "./uploads";
import { bodyWords } from "./words";
import { write } from "./write";

/** What stands at the caret. Compared by value, so that the tools are drawn anew only when it changes. */
function at(editor: Editor) {
  const { selection } = editor.state;
  const picture = "node" in selection && (selection.node as Node).type.name === "image" ? (selection.node as Node) : null;
  return {
    heading: editor.isActive("heading", { level: 2 }), smaller: editor.isActive("heading", { level: 3 }), bold: editor.isActive("bold"), italic: editor.isActive("italic"),
    strike: editor.isActive("strike"), code: editor.isActive("code"), quote: editor.isActive("blockquote"), bullets: editor.isActive("bulletList"), numbers: editor.isActive("orderedList"),
    tasks: editor.isActive("taskList"), table: editor.isActive("table"), block: editor.isActive("codeBlock"), language: String(editor.getAttributes("codeBlock")["language"] ?? ""),
    link: editor.isActive("link") ? String(editor.getAttributes("link")["href"] ?? "") : "", picture: picture ? selection.from : -1, alt: String(picture?.attrs["alt"] ?? ""),
    undo: editor.can().undo(), redo: editor.can().redo(),
  };
}

/** The text as readers see it. It begins with `source`, and says so only after a change. */
export function Rich({ source, readOnly, slot, onSource, onImage, onChooseImage, onMarkdown }: {
  source: string; readOnly: boolean; slot: HTMLElement; onSource(source: string): void; onImage: BodyProps["onImage"]; onChooseImage: BodyProps["onChooseImage"]; onMarkdown(): void;
}) {
  const say = useWords(bodyWords);
  const { changed, flush } = useSending(onSource);
  const [asking, setAsking] = useState<"link" | "picture" | null>(null);
  const [slash, setSlash] = useState<Slash | null>(null);
  const [chosen, setChosen] = useState(0);
  const dismissed = useRef(-1);
  const seen = useRef<{ slash: Slash | null; key(event: KeyboardEvent): boolean; files(files: File[], pos?: number): void }>({ slash: null, key: () => false, files: () => undefined });

  // The same object for good: with a new one at every rendering the editor would set its selection again, over a caret that it has not heard of yet.
  const props = useMemo<EditorProps>(() => ({
    attributes: { class: classes["prose"] ?? "", role: "textbox", "aria-multiline": "true", "aria-label": say.text, "data-surface": "" },
    transformPastedHTML: cleanPasted,
    handleKeyDown: (view, event) => {
      catchUp(view);
      return seen.current.key(event);
    },
    handleTextInput: writeBesidePicture,
    handlePaste: (view, event) => pasteFiles(event, (files) => seen.current.files(files)) || pasteMarkdown(view, event),
    handleDrop: (view, event) => {
      const files = picturesOf(event.dataTransfer);
      if (files.length === 0) return false;
      event.preventDefault();
      seen.current.files(files, view.posAtCoords({ left: event.clientX, top: event.clientY })?.pos);
      return true;
    },
  }), []);

  const editor = useEditor({
    extensions: useMemo(() => [...extensionsWith(pictureView), Uploads, Placeholder.configure({ placeholder: () => wordsOf(bodyWords).placeholder })], []),
    content: useMemo(() => read(source, schema).toJSON() as object, []),
    editable: !readOnly,
    injectCSS: false,
    injectNonce: nonce,
    immediatelyRender: true,
    shouldRerenderOnTransaction: false,
    onUpdate: ({ editor: { state: { doc } } }) => changed(() => write(doc)),
    onBlur: flush,
    onTransaction: ({ editor: { state } }) => {
      const now = slashAt(state);
      if (!now) dismissed.current = -1;
      const next = now && now.from !== dismissed.current ? now : null;
      const before = seen.current.slash;
      if (next?.from === before?.from && next?.query === before?.query && next?.to === before?.to) return;
      seen.current.slash = next;
      setSlash(next);
      setChosen(0);
    },
    editorProps: props,
  }, []);
  useEffect(() => editor.setEditable(!readOnly, false), [readOnly]);
  const now = useEditorState({ editor, selector: ({ editor: e }) => at(e) });

  const insertPicture = ({ url: address, alt }: Picture, pos = editor.state.selection.from, choose = true) => {
    const url = storedAddress(address);
    const node = schema.nodes["image"] ? editor.schema.nodes["image"]?.create({ src: url, alt }) : undefined;
    if (!node) return;
    const place = Math.min(pos, editor.state.doc.content.size);
    editor.commands.insertContentAt(place, node.toJSON() as object, { updateSelection: choose });
    if (!choose) return;
    // Chosen, so that the question how it is described stands beside it.
    editor.state.doc.nodesBetween(Math.max(0, place - 1), Math.min(place + 3, editor.state.doc.content.size), (found, foundAt) => {
      if (found.type.name === "image" && found.attrs["src"] === url) editor.commands.setNodeSelection(foundAt);
    });
  };
  const upload = async (file: File, pos: number) => {
    if (!onImage) return;
    const place = hold(editor.view, pos, say.uploading(file.name));
    try {
      const { url, alt } = await onImage(file);
      const where = place.where();
      place.end();
      if (editor.isDestroyed) return;
      const { selection } = editor.state;
      insertPicture({ url, alt }, where ?? selection.from, selection.empty && selection.from === where); // whoever has written on keeps the caret
    } catch (error) {
      const where = place.where() ?? pos;
      place.end();
      toast({ text: say.notUploaded(file.name, sentence(error)), tone: "trouble", action: { label: say.again, run: () => void upload(file, Math.min(where, editor.state.doc.content.size)) } });
    }
  };
  const takeFiles = (files: File[], pos = editor.state.selection.from) => {
    const pictures = files.filter(({ type }) => type.startsWith("image/"));
    if (pictures.length < files.length) toast({ text: say.onlyPictures, tone: "trouble" });
    if (pictures.length > 0 && !onImage) toast({ text: say.byAddressOnly, tone: "trouble" });
    for (const file of pictures) void upload(file, pos);
  };

  const chain = () => {
    enter(editor);
    return editor.chain();
  };
  const blocks: Tool[] = [
    { name: "heading", label: say.heading, icon: IconH2, run: () => chain().toggleHeading({ level: 2 }).run(), pressed: now.heading },
    { name: "smaller", label: say.smaller, icon: IconH3, run: () => chain().toggleHeading({ level: 3 }).run() },
    { name: "list", label: say.bullets, icon: IconList, run: () => chain().toggleBulletList().run(), pressed: now.bullets },
    { name: "numbers", label: say.numbers, icon: IconListNumbers, run: () => chain().toggleOrderedList().run() },
    { name: "checklist", label: say.tasks, icon: IconListCheck, run: () => chain().toggleTaskList().run() },
    { name: "quote", label: say.quote, icon: IconQuote, run: () => chain().toggleBlockquote().run(), pressed: now.quote },
    { name: "code", label: say.codeBlock, icon: IconSourceCode, run: () => chain().toggleCodeBlock().run() },
    { name: "table", label: say.table, icon: IconTable, run: () => chain().insertTable({ rows: 3, cols: 3, withHeaderRow: true }).run(), disabled: now.table },
    { name: "picture", label: say.picture, icon: IconPhotoPlus, run: () => setAsking("picture") },
    { name: "divider", label: say.divider, icon: IconSeparator, run: () => chain().setHorizontalRule().run() },
  ];
  const only = (name: string): Tool[] => blocks.filter((tool) => tool.name === name);
  const markdown: Tool = { name: "markdown", label: "Markdown", icon: IconMarkdown, run: () => { flush(); onMarkdown(); }, wide: true, named: true };
  const tools = [
    ...only("heading"),
    { name: "bold", label: say.bold, icon: IconBold, run: () => chain().toggleBold().run(), pressed: now.bold },
    { name: "italic", label: say.italic, icon: IconItalic, run: () => chain().toggleItalic().run(), pressed: now.italic },
    null,
    { name: "link", label: say.link, icon: IconLink, run: () => setAsking("link"), pressed: now.link !== "" },
    ...only("quote"), ...only("list"), ...only("picture"),
    { name: "inline-code", label: say.code, icon: IconCode, run: () => chain().toggleCode().run(), pressed: now.code, wide: true as const },
    null,
    markdown,
  ];
  const more: Tool[] = [
    ...blocks.filter(({ name }) => !["heading", "quote", "list", "picture"].includes(name)),
    { name: "strike", label: say.strike, icon: IconStrikethrough, run: () => chain().toggleStrike().run() },
    { name: "inline-code", label: say.code, icon: IconCode, run: () => chain().toggleCode().run(), wide: true },
    { name: "plain", label: say.clear, icon: IconClearFormatting, run: () => chain().unsetAllMarks().clearNodes().run() },
    { name: "undo", label: say.undo, icon: IconArrowBackUp, run: () => chain().undo().run(), disabled: !now.undo },
    { name: "redo", label: say.redo, icon: IconArrowForwardUp, run: () => chain().redo().run(), disabled: !now.redo },
    { ...markdown, label: say.toMarkdown },
  ];

  const offered = slash ? matching(blocks, slash.query) : [];
  const pick = (tool: Tool) => {
    if (!slash) return;
    editor.chain().deleteRange(slash).run();
    tool.run();
  };
  useEffect(() => {
    seen.current.files = takeFiles;
    seen.current.key = (event) => {
      if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k") {
        event.preventDefault();
        event.stopPropagation(); // the palette has the same keys elsewhere
        setAsking("link");
        return true;
      }
      if (event.altKey && event.key === "F10") {
        slot.querySelector<HTMLElement>('[role="toolbar"] [tabindex="0"]')?.focus();
        return true;
      }
      if (!slash || offered.length === 0) return false;
      if (event.key === "Escape") {
        dismissed.current = slash.from;
        seen.current.slash = null;
        setSlash(null);
      } else if (event.key === "ArrowDown" || event.key === "ArrowUp") setChosen((chosen + (event.key === "ArrowDown" ? 1 : offered.length - 1)) % offered.length);
      else if (event.key === "Enter" || event.key === "Tab") {
        const tool = offered[chosen];
        if (tool) pick(tool);
      } else return false;
      event.stopPropagation();
      return true;
    };
  });

  const setLink = (href: string, title?: string) => {
    setAsking(null);
    const { empty } = editor.state.selection;
    if (href === "") chain().extendMarkRange("link").unsetLink().run();
    else if (empty && now.link === "") chain().insertContent({ type: "text", text: title ?? href.replace(/^mailto:/, ""), marks: [{ type: "link", attrs: { href } }] }).unsetMark("link").run();
    else chain().extendMarkRange("link").setLink({ href }).run();
  };

  return (
    <>
      {createPortal(
        <Tools tools={tools} more={more} leave={() => enter(editor)}>
          {now.picture >= 0 ? <Described key={now.picture} alt={now.alt} onAlt={(alt) => describe(editor, now.picture, alt)} leave={() => enter(editor, now.picture + 1)} />
            : now.block ? <Language language={now.language} onLanguage={(language) => editor.commands.updateAttributes("codeBlock", { language: language || null })} leave={() => enter(editor)} />
            : now.table ? <TableTools editor={editor} />
            : now.link ? <LinkTools href={now.link} edit={() => setAsking("link")} remove={() => setLink("")} /> : null}
        </Tools>,
        slot,
      )}
      <EditorContent editor={editor} />
      {slash && offered.length > 0 && <SlashMenu editor={editor} slash={slash} tools={offered} at={chosen} onPick={pick} />}
      {asking === "link" && <LinkDialog href={now.link} onChoose={setLink} onClose={() => { setAsking(null); enter(editor); }} />}
      {asking === "picture" && (
        <PictureDialog
          onFiles={onImage && ((files) => { setAsking(null); takeFiles(files); })} onChooseImage={onChooseImage}
          onChoose={(picture) => { setAsking(null); insertPicture(picture); enter(editor); }} onClose={() => { setAsking(null); enter(editor); }}
        />
      )}
    </>
  );
}

/** Puts the focus into the text at once. The editor's own command waits for the next frame, and what is typed until then would be lost. */
function enter(editor: Editor, pos?: number): void {
  if (pos !== undefined) editor.commands.setTextSelection(pos);
  if (editor.view.hasFocus()) return;
  editor.view.focus();
  editor.commands.scrollIntoView();
}

/**
 * Lets the editor see where the browser has the caret. While the page is busy a key can come before the news of the click that set the caret, and Enter or
 * Backspace would act where it was before.
 */
function catchUp(view: EditorView): void {
  if (!view.composing) view.dom.ownerDocument.dispatchEvent(new Event("selectionchange"));
}

/** What is typed while a picture is chosen, as it is right after it was inserted, goes behind the picture instead of replacing it. */
function writeBesidePicture({ state, dispatch }: EditorView, _from: number, to: number, text: string): boolean {
  if (!(state.selection instanceof NodeSelection) || state.selection.node.type.name !== "image") return false;
  const tr = state.tr.insertText(text, to);
  dispatch(tr.setSelection(TextSelection.create(tr.doc, to + text.length)).scrollIntoView());
  return true;
}

/** Changes how a picture is described; it stays chosen. */
function describe({ state, view }: Editor, pos: number, alt: string): void {
  const picture = state.doc.nodeAt(pos);
  if (picture?.type.name !== "image") return;
  const tr = state.tr.setNodeMarkup(pos, undefined, { ...picture.attrs, alt });
  view.dispatch(tr.setSelection(NodeSelection.create(tr.doc, pos)));
}

const picturesOf = (data: DataTransfer | null): File[] => [...(data?.files ?? [])];

/** Files on the clipboard are taken if there is no text beside them: Word puts a picture of the text there as well. */
function pasteFiles(event: ClipboardEvent, take: (files: File[]) => void): boolean {
  const files = picturesOf(event.clipboardData);
  const html = event.clipboardData?.getData("text/html") ?? "";
  if (files.length === 0 || event.clipboardData?.getData("text/plain") || (html && !/<img/i.test(html))) return false;
  take(files);
  return true;
}

/** Text that was written as Markdown becomes what it means; one undo later it stands there as it was. */
function pasteMarkdown(view: EditorView, event: ClipboardEvent): boolean {
  const text = event.clipboardData?.getData("text/plain") ?? "";
  if (event.clipboardData?.getData("text/html") || !looksLikeMarkdown(text) || inCode(view.state)) return false;
  let doc: Node;
  try {
    doc = read(text, view.state.schema);
  } catch {
    return false; // it is pasted as plain text
  }
  const { from, to } = view.state.selection;
  const plain = view.state.schema.text(text.replace(/\n/g, " "));
  view.dispatch(view.state.tr.replaceWith(from, to, plain));
  const single = doc.childCount === 1 && doc.firstChild?.type.name === "paragraph" ? doc.firstChild.content : null;
  const tr = closeHistory(view.state.tr);
  if (single) tr.replaceWith(from, from + plain.nodeSize, single);
  else tr.replaceRange(from, from + plain.nodeSize, new Slice(doc.content, doc.firstChild?.type.name === "paragraph" ? 1 : 0, doc.lastChild?.type.name === "paragraph" ? 1 : 0));
  view.dispatch(tr.scrollIntoView());
  return true;
}

const inCode = ({ selection: { $from } }: EditorState): boolean => Boolean($from.parent.type.spec.code);

/** Asks how a picture is described. */
function Described({ alt, onAlt, leave }: { alt: string; onAlt(alt: string): void; leave(): void }) {
  const say = useWords(bodyWords);
  const [text, setText] = useState(alt);
  return (
    <TextInput
      size="sm" className={classes["field"] ?? ""} aria-label={say.alt} placeholder={say.describe} value={text} data-alt
      onChange={({ currentTarget: { value } }) => { setText(value); onAlt(value); }}
      onKeyDown={(event) => {
        if (event.key !== "Enter" && event.key !== "Escape") return;
        event.preventDefault();
        event.stopPropagation();
        leave();
      }}
    />
  );
}

function Language({ language, onLanguage, leave }: { language: string; onLanguage(language: string): void; leave(): void }) {
  const say = useWords(bodyWords);
  return (
    <>
      <TextInput
        size="sm" className={classes["field"] ?? ""} aria-label={say.language} placeholder={say.language} value={language} list="code-languages" autoCapitalize="off" autoComplete="off" spellCheck={false}
        onChange={({ currentTarget: { value } }) => onLanguage(value.replace(/[`\n]/g, ""))}
        onKeyDown={(event) => {
          if (event.key !== "Enter" && event.key !== "Escape") return;
          event.preventDefault();
          event.stopPropagation();
          leave();
        }}
      />
      <datalist id="code-languages">{["bash", "css", "go", "html", "javascript", "json", "python", "sql", "typescript", "yaml"].map((name) => <option key={name} value={name} />)}</datalist>
    </>
  );
}

function TableTools({ editor }: { editor: Editor }) {
  const say = useWords(bodyWords);
  const chain = () => {
    enter(editor);
    return editor.chain();
  };
  const entries = [
    { label: say.addRow, icon: IconRowInsertBottom, run: () => chain().addRowAfter().run() },
    { label: say.addColumn, icon: IconColumnInsertRight, run: () => chain().addColumnAfter().run() },
    { label: say.removeRow, icon: IconRowRemove, run: () => chain().deleteRow().run() },
    { label: say.removeColumn, icon: IconColumnRemove, run: () => chain().deleteColumn().run() },
    { label: say.removeTable, icon: IconTrash, run: () => chain().deleteTable().run() },
  ];
  return (
    <div role="group" aria-label={say.table} className={classes["few"]}>
      {entries.map(({ label, icon: Icon, run }) => (
        <button key={label} type="button" aria-label={label} title={label} onMouseDown={(event) => event.preventDefault()} onClick={run}><Icon size={20} stroke={1.75} aria-hidden="true" /></button>
      ))}
    </div>
  );
}

function LinkTools({ href, edit, remove }: { href: string; edit(): void; remove(): void }) {
  const say = useWords(bodyWords);
  return (
    <div role="group" aria-label={say.link} className={classes["few"]}>
      <a href={href} target="_blank" rel="noreferrer" title={say.open}><IconExternalLink size={16} stroke={2} aria-hidden="true" /><span>{href}</span></a>
      <button type="button" aria-label={say.editLink} title={say.editLink} onMouseDown={(event) => event.preventDefault()} onClick={edit}><IconPencil size={20} stroke={1.75} aria-hidden="true" /></button>
      <button type="button" aria-label={say.unlink} title={say.unlink} onMouseDown={(event) => event.preventDefault()} onClick={remove}><IconUnlink size={20} stroke={1.75} aria-hidden="true" /></button>
    </div>
  );
}
