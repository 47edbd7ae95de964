import { Button } from "@mantine/core";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState, type FormEvent } from "react";
import { Problem } from "../api/problem";
import { postAuth, signOut } from "../api/session";
import { useWords } from "../words/words";
import { leastPassword, NewPassword, passwordLength, upper } from "./new-password";
import { DoorPage, useLinkToken } from "./page";
import { Refusal, useLocked } from "./refusal";
import classes from "./signin.module.css";
import { signInWords } from "./words";

/** Sets a new password by the link in a mail. */
export function Reset() {
  const say = useWords(signInWords);
  const navigate = useNavigate();
  const token = useLinkToken();
  const [password, setPassword] = useState("");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [beside, setBeside] = useState("");
  const locked = useLocked(error);
  const dead = error instanceof Problem && error.code === "invalid_token" ? error.message : "";
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setError(null);
    const missing = leastPassword - passwordLength(password);
    setBeside(missing > 0 ? say.tooShort(missing) : "");
    if (missing > 0) return;
    setBusy(true);
    try {
      await postAuth("reset", { token, password });
      await signOut(); // every session has ended, the one of this browser too
      await navigate({ to: "/sign-in", search: { reset: true }, replace: true });
    } catch (failed) {
      const wrong = failed instanceof Problem ? failed.fields["password"] : undefined;
      if (wrong) setBeside(upper(wrong));
      else setError(failed);
      setBusy(false);
    }
  };
  if (!token || dead) {
    return (
      <DoorPage title={dead ? say.linkDead : say.linkTitle} lead={dead || say.linkText}>
        <p className={classes["aside"]}><Link to="/forgot">{say.askAgain}</Link></p>
      </DoorPage>
    );
  }
  return (
    <DoorPage title={say.resetTitle} lead={say.resetLead}>
      <form className={classes["form"]} noValidate onSubmit={(event) => void submit(event)}>
        <Refusal error={error} />
        <NewPassword label={say.newPassword} value={password} error={beside} onChange={(value) => { setPassword(value); setBeside(""); }} />
        <Button type="submit" loading={busy} disabled={locked > 0} fullWidth size="md">{locked > 0 ? say.locked(locked) : say.resetDo}</Button>
      </form>
    </DoorPage>
  );
}
