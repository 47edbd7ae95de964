// Fields that several sections need.
import { NumberInput, Textarea } from "@mantine/core";
import { useEffect, useState, type ReactNode } from "react";
import { useWords } from "../words/words";
import classes from "./settings.module.css";
import { settingsWords } from "./words";

/** A group of fields with its heading. */
export function Group({ title, lead, children }: { title: string; lead?: ReactNode; children: ReactNode }) {
  return (
    <section className={`card ${classes["group"]}`}>
      <h3>{title}</h3>
      {lead && <p className={classes["lead"]}>{lead}</p>}
      {children}
    </section>
  );
}

/** A whole number. `says` tells what it means as it is. */
export function NumberField({ label, value, says, error, onChange }: { label: string; value: number; says: string; error?: string | undefined; onChange(value: number): void }) {
  const [shown, setShown] = useState<number | string>(value);
  useEffect(() => setShown(value), [value]);
  return (
    <NumberInput
      label={label} description={says} error={error} value={shown} size="md" allowNegative={false} allowDecimal={false} clampBehavior="none" hideControls maxLength={7} inputMode="numeric"
      className={classes["number"]} inputWrapperOrder={["label", "input", "description", "error"]} onBlur={() => setShown(value)}
      onChange={(next) => {
        setShown(next);
        if (typeof next === "number") onChange(next);
      }}
    />
  );
}

const linesOf = (text: string) => text.split("\n").map((line) => line.trim()).filter(Boolean);

/** A list, one entry a line. */
export function LinesField({ label, hint, name, value, errors, onChange }: {
  label: string; hint: string; name: string; value: readonly string[]; errors: Readonly<Record<string, string>>; onChange(value: string[]): void;
}) {
  const say = useWords(settingsWords);
  const [text, setText] = useState(value.join("\n"));
  useEffect(() => {
    if (linesOf(text).join("\n") !== value.join("\n")) setText(value.join("\n")); // it was changed elsewhere: discarded, or taken back
  }, [value]);
  const wrong = Object.entries(errors).flatMap(([field, message]) => {
    if (field === name) return [message];
    const at = field.startsWith(`${name}[`) ? Number.parseInt(field.slice(name.length + 1), 10) : Number.NaN;
    return Number.isNaN(at) ? [] : [say.line(at + 1, message)];
  });
  return (
    <Textarea
      label={label} description={hint} error={wrong.length > 0 ? wrong.join(" ") : undefined} value={text} size="md" autosize minRows={3} maxRows={12} spellCheck={false} autoCapitalize="off"
      inputWrapperOrder={["label", "input", "description", "error"]}
      onChange={(event) => {
        setText(event.currentTarget.value);
        onChange(linesOf(event.currentTarget.value));
      }}
    />
  );
}
