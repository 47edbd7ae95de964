import { Button, TextInput } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useState, type FormEvent } from "react";
import { postAuth } from "../api/session";
import { useWords } from "../words/words";
import { DoorPage } from "./page";
import { Refusal, useLocked } from "./refusal";
import classes from "./signin.module.css";
import { signInWords } from "./words";

/** Asks for the link to a new password. The answer never tells whether there is such an account. */
export function Forgot() {
  const say = useWords(signInWords);
  const [email, setEmail] = useState("");
  const [busy, setBusy] = useState(false);
  const [said, setSaid] = useState("");
  const [error, setError] = useState<unknown>(null);
  const locked = useLocked(error);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      const { message } = (await postAuth("forgot", { email })) as { message: string };
      setSaid(message);
    } catch (failed) {
      setError(failed);
    }
    setBusy(false);
  };
  const back = <p className={classes["aside"]}><Link to="/sign-in">{say.back}</Link></p>;
  if (said) {
    const off = said.startsWith("Mail is off");
    return (
      <DoorPage title={off ? say.forgotTitle : say.forgotDone} lead={said}>
        {off && <div className={classes["command"]}><p>{say.forgotOff}</p><code>dimmer user password --email {email}</code></div>}
        {back}
      </DoorPage>
    );
  }
  return (
    <DoorPage title={say.forgotTitle} lead={say.forgotLead}>
      <form className={classes["form"]} onSubmit={(event) => void submit(event)}>
        <Refusal error={error} />
        <TextInput label={say.email} type="email" name="email" autoComplete="username" required withAsterisk={false} size="md" value={email} onChange={(event) => setEmail(event.currentTarget.value)} />
        <Button type="submit" loading={busy} disabled={locked > 0} fullWidth size="md">{locked > 0 ? say.locked(locked) : say.send}</Button>
      </form>
      {back}
    </DoorPage>
  );
}
