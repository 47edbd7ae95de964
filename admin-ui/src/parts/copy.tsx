// Text to take elsewhere: an address, an example, a token.
import { Button } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { useEffect, useRef, useState } from "react";
import { catalogue, useWords } from "../words/words";
import classes from "./copy.module.css";

const words = catalogue(
  { copy: "Copy", copied: "Copied", select: "Selected: copy it with your keyboard", what: (label: string) => `Copy: ${label}` },
  { copy: "Kopieren", copied: "Kopiert", select: "Markiert: bitte mit der Tastatur kopieren", what: (label: string) => `Kopieren: ${label}` },
);

/** Shows a text as it is, with a button that copies it. */
export function Copyable({ label, text }: { label: string; text: string }) {
  const say = useWords(words);
  const [outcome, setOutcome] = useState<"" | "copied" | "select">("");
  const code = useRef<HTMLPreElement>(null);
  useEffect(() => setOutcome(""), [text]);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setOutcome("copied");
    } catch { // a browser that does not let pages copy
      if (code.current) getSelection()?.selectAllChildren(code.current);
      setOutcome("select");
    }
  };
  return (
    <div className={classes["copyable"]}>
      <pre ref={code} tabIndex={0} role="group" aria-label={label}><code>{text}</code></pre>
      <Button
        variant="default" size="xs" aria-label={outcome === "copied" ? undefined : say.what(label)} onClick={() => void copy()}
        leftSection={outcome === "copied" ? <IconCheck size={16} stroke={2} aria-hidden="true" /> : <IconCopy size={16} stroke={2} aria-hidden="true" />}
      >
        {outcome === "copied" ? say.copied : say.copy}
      </Button>
      <span className="vh" role="status">{outcome === "copied" ? say.copied : outcome === "select" ? say.select : ""}</span>
    </div>
  );
}
