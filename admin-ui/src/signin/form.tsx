import { Button, PasswordInput, TextInput } from "@mantine/core";
import { useState, type FormEvent } from "react";
import { signIn } from "../api/session";
import { useWords } from "../words/words";
import { Refusal, useLocked } from "./refusal";
import classes from "./signin.module.css";
import { signInWords } from "./words";

/** Asks for e-mail and password. With `email` the person is known. */
export function SignInForm({ email: known }: { email?: string | null }) {
  const say = useWords(signInWords);
  const [email, setEmail] = useState(known ?? "");
  const [password, setPassword] = useState("");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const locked = useLocked(error);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (busy || locked > 0) return;
    setBusy(true);
    setError(null);
    try {
      await signIn(email, password);
    } catch (failed) {
      setError(failed);
      setBusy(false);
    }
  };
  return (
    <form className={classes["form"]} onSubmit={(event) => void submit(event)}>
      <Refusal error={error} />
      <TextInput label={say.email} type="email" name="email" autoComplete="username" required withAsterisk={false} size="md" value={email} readOnly={Boolean(known)} onChange={(event) => setEmail(event.currentTarget.value)} />
      <PasswordInput label={say.password} name="password" autoComplete="current-password" required withAsterisk={false} size="md" data-autofocus autoFocus={Boolean(known)} value={password} onChange={(event) => setPassword(event.currentTarget.value)} />
      <Button type="submit" loading={busy} disabled={locked > 0} fullWidth size="md">{locked > 0 ? say.locked(locked) : say.signIn}</Button>
    </form>
  );
}
