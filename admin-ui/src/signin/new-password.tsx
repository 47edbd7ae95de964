import { PasswordInput } from "@mantine/core";
import { useId } from "react";
import { useWords } from "../words/words";
import classes from "./signin.module.css";
import { signInWords } from "./words";

/** What the server asks of a password at least; the rest of its rule it says itself. */
export const leastPassword = 15; // characters, as in package auth

/** Counts as the server does: characters, not the halves that some are stored in. */
export const passwordLength = (password: string): number => [...password.normalize("NFC")].length;

/** What the server says of a field, as a sentence. */
export const upper = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}${text.endsWith(".") ? "" : "."}`;

/** A field for a password that is chosen here, which shows how far it has come. */
export function NewPassword({ label, value, error, onChange }: { label: string; value: string; error?: string | undefined; onChange(value: string): void }) {
  const say = useWords(signInWords);
  const id = useId();
  const length = passwordLength(value);
  return (
    <div>
      <PasswordInput
        id={id} label={label} name="password" autoComplete="new-password" required withAsterisk={false} size="md" value={value} error={error} description={say.passwordHint}
        inputWrapperOrder={["label", "input", "description", "error"]} onChange={(event) => onChange(event.currentTarget.value)}
      />
      <p className={classes["length"]} data-typed={length > 0 || undefined} data-enough={length >= leastPassword || undefined}>
        <progress className={classes["bar"]} max={leastPassword} value={Math.min(length, leastPassword)} aria-hidden="true" />
        <span aria-live="polite">{length > 0 && say.length(length, leastPassword)}</span>
      </p>
    </div>
  );
}
