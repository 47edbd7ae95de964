import { useLayoutEffect, useRef } from "react";
import { useWords } from "../words/words";
import type { Part } from "./editor";
import classes from "./editor.module.css";
import { editorWords } from "./words";

/** The title, as large as readers see it. It is one line that may break: Enter goes on to the text. */
export function Title({ writing, view, onEnter }: Part & { onEnter(): void }) {
  const say = useWords(editorWords);
  const field = useRef<HTMLTextAreaElement>(null);
  const title = view.fields.title;
  const wrong = "title" in view.errors ? view.errors["title"] || say.titleMissing : "";
  useLayoutEffect(() => {
    const fit = () => {
      if (!field.current) return;
      field.current.style.height = "auto";
      field.current.style.height = `${field.current.scrollHeight}px`;
    };
    fit();
    window.addEventListener("resize", fit);
    return () => window.removeEventListener("resize", fit);
  }, [title]);
  return (
    <div>
      <textarea
        ref={field} className={classes["title"]} rows={1} value={title} maxLength={300} placeholder={say.title} aria-label={say.title} aria-invalid={wrong !== ""}
        aria-describedby={wrong ? "title-wrong" : undefined} autoFocus={view.id === null} spellCheck readOnly={view.saving === "gone"}
        onChange={(event) => writing.change({ title: event.currentTarget.value.replaceAll(/[\r\n]+/g, " ") })}
        onKeyDown={(event) => {
          if (event.key !== "Enter" || event.nativeEvent.isComposing || event.ctrlKey || event.metaKey) return;
          event.preventDefault();
          onEnter();
        }}
      />
      {wrong && <p id="title-wrong" className={classes["wrong"]}>{wrong}</p>}
    </div>
  );
}
