import type { Editor } from "@tiptap/react";
import type { EditorState } from "@tiptap/pm/state";
import { useEffect, useRef } from "react";
import { useWords } from "../../words/words";
import classes from "./body.module.css";
import type { Tool } from "./tools";
import { bodyWords } from "./words";

/** A slash that begins a paragraph, and what was typed after it. */
export interface Slash {
  from: number;
  to: number;
  query: string;
}

export function slashAt({ selection }: EditorState): Slash | null {
  const { $from, empty } = selection;
  if (!empty || $from.parent.type.name !== "paragraph" || $from.parentOffset > 24) return null;
  const before = $from.parent.textBetween(0, $from.parentOffset, undefined, "\ufffc");
  const query = /^\/([\p{L}\d]*)$/u.exec(before)?.[1];
  return query === undefined ? null : { from: $from.start(), to: $from.pos, query };
}

export const matching = (tools: Tool[], query: string): Tool[] =>
  tools.filter(({ label, name }) => [...label.split(/[\s-]+/), name].some((word) => word.toLocaleLowerCase().startsWith(query.toLocaleLowerCase())));

export const slashOption = (name: string) => `slash-${name}`;

/** What the slash offers, right below it. The focus stays in the text, which names the chosen line as its active descendant. */
export function SlashMenu({ editor, slash, tools, at, onPick }: { editor: Editor; slash: Slash; tools: Tool[]; at: number; onPick(tool: Tool): void }) {
  const say = useWords(bodyWords);
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => {
    const place = () => {
      const menu = list.current;
      if (!menu) return;
      const caret = editor.view.coordsAtPos(slash.from);
      const bottom = window.visualViewport?.height ?? window.innerHeight;
      const below = bottom - caret.bottom > menu.offsetHeight + 72;
      menu.style.top = `${Math.max(8, below ? caret.bottom + 6 : caret.top - menu.offsetHeight - 6)}px`;
      menu.style.left = `${Math.max(8, Math.min(caret.left, window.innerWidth - menu.offsetWidth - 8))}px`;
    };
    place();
    window.addEventListener("scroll", place, { capture: true, passive: true });
    window.addEventListener("resize", place);
    return () => {
      window.removeEventListener("scroll", place, { capture: true });
      window.removeEventListener("resize", place);
    };
  }, [slash.from, tools.length]);
  useEffect(() => {
    const surface = editor.view.dom;
    surface.setAttribute("aria-controls", "slash-menu");
    const chosen = tools[at];
    if (chosen) surface.setAttribute("aria-activedescendant", slashOption(chosen.name));
    list.current?.children[at]?.scrollIntoView({ block: "nearest" });
    return () => {
      surface.removeAttribute("aria-controls");
      surface.removeAttribute("aria-activedescendant");
    };
  }, [at, tools]);
  return (
    <ul ref={list} id="slash-menu" role="listbox" tabIndex={0} aria-label={say.insert} className={classes["slash"]}>
      {tools.map((tool, i) => (
        <li key={tool.name} id={slashOption(tool.name)} role="option" aria-selected={i === at} onMouseDown={(event) => event.preventDefault()} onClick={() => onPick(tool)}>
          <tool.icon size={18} stroke={1.75} aria-hidden="true" />
          <span>{tool.label}</span>
        </li>
      ))}
    </ul>
  );
}
