import { Button, PasswordInput } from "@mantine/core";
import { useEffect, useRef, useState, type FormEvent } from "react";
import { api, ask } from "../api/client";
import { Problem } from "../api/problem";
import { adopt, type Person } from "../api/session";
import { queries } from "../app/data";
import { asSentence, useUnsaved } from "../parts/draft";
import { Trouble } from "../parts/states";
import { toast } from "../parts/toasts";
import { useWords } from "../words/words";
import classes from "./account.module.css";
import { sessionsKey } from "./sessions";
import { accountWords } from "./words";

const shortest = 15; // characters, as in package auth

/** Counts as the server does: characters, not the halves that some are stored in. */
const lengthOf = (password: string) => [...password.normalize("NFC")].length;

export function Password({ person }: { person: Person }) {
  const say = useWords(accountWords);
  const [current, setCurrent] = useState("");
  const [fresh, setFresh] = useState("");
  const [busy, setBusy] = useState(false);
  const [errors, setErrors] = useState<Readonly<Record<string, string>>>({});
  const [failed, setFailed] = useState<unknown>(null);
  const form = useRef<HTMLFormElement>(null);
  const length = lengthOf(fresh);
  useUnsaved(fresh !== "");
  useEffect(() => form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus(), [errors]);
  const change = async (event: FormEvent) => {
    event.preventDefault();
    setFailed(null);
    const missing = { ...(current ? {} : { current_password: say.currentMissing }), ...(length < shortest ? { new_password: say.freshShort(shortest - length) } : {}) };
    setErrors(missing);
    if (Object.keys(missing).length > 0) return;
    setBusy(true);
    try {
      // Every session ends with it; the answer is the new one of this browser.
      adopt(await ask(api.POST("/api/v1/auth/password", { body: { current_password: current, new_password: fresh, cookie: true } })));
      setCurrent("");
      setFresh("");
      toast({ text: say.passwordChanged });
      void queries.invalidateQueries({ queryKey: sessionsKey });
      form.current?.focus({ preventScroll: true });
    } catch (error) {
      const fields = error instanceof Problem ? error.fields : {};
      if (fields["current_password"] || fields["new_password"]) setErrors(Object.fromEntries(Object.entries(fields).map(([field, message]) => [field, asSentence(message)])));
      else setFailed(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <form ref={form} tabIndex={-1} noValidate className={`card ${classes["group"]}`} aria-labelledby="password" onSubmit={(event) => void change(event)}>
      <h2 id="password">{say.password}</h2>
      <p className={classes["lead"]}>{say.passwordLead}</p>
      <input type="text" name="username" autoComplete="username" value={person.email ?? ""} readOnly hidden />
      <PasswordInput label={say.current} error={errors["current_password"]} aria-invalid={errors["current_password"] !== undefined} value={current} size="md" name="current-password" autoComplete="current-password" onChange={(event) => setCurrent(event.currentTarget.value)} />
      <div>
        <PasswordInput
          label={say.fresh} description={say.freshHint} inputWrapperOrder={["label", "input", "description", "error"]} error={errors["new_password"]} aria-invalid={errors["new_password"] !== undefined} value={fresh} size="md" name="new-password" autoComplete="new-password"
          onChange={(event) => { setFresh(event.currentTarget.value); setErrors({}); }}
        />
        {length > 0 && (
          <p className={classes["length"]} data-enough={length >= shortest || undefined} aria-live="polite">
            <progress className={classes["bar"]} max={shortest} value={Math.min(length, shortest)} aria-hidden="true" />
            <span>{length >= shortest ? say.longEnough(length) : say.length(length)}</span>
          </p>
        )}
      </div>
      {failed !== null && <Trouble error={failed} />}
      <Button type="submit" variant="default" className={classes["start"]} loading={busy}>{say.changePassword}</Button>
    </form>
  );
}
