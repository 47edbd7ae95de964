import { Button, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useEffect, useState, type FormEvent } from "react";
import type { Schemas } from "../api/client";
import { Problem } from "../api/problem";
import { postAuth, signInBy } from "../api/session";
import { useSession } from "../app/person";
import { Shapes } from "../parts/states";
import { useWords } from "../words/words";
import { leastPassword, NewPassword, passwordLength, upper } from "./new-password";
import { DoorPage, useLinkToken } from "./page";
import { Refusal, useLocked } from "./refusal";
import classes from "./signin.module.css";
import { signInWords } from "./words";

/** Makes an account by the link of an invite, and signs in. */
export function Invite() {
  const say = useWords(signInWords);
  const token = useLinkToken();
  const found = useQuery({ queryKey: ["invite", token], enabled: token !== "", retry: false, staleTime: Infinity, queryFn: async () => (await postAuth("invite/look", { token })) as Schemas["InvitedBody"] });
  if (!token) return <DoorPage title={say.linkTitle} lead={say.linkText} />;
  if (found.isError) {
    const dead = found.error instanceof Problem && found.error.code === "invalid_token";
    return (
      <DoorPage title={dead ? say.linkDead : say.title} lead={dead ? found.error.message : undefined}>
        {!dead && <Refusal error={found.error} />}
        <p className={classes["aside"]}><Link to="/sign-in">{say.back}</Link></p>
      </DoorPage>
    );
  }
  if (!found.data) return <DoorPage title={say.join}><Shapes lines={4} /></DoorPage>;
  return <Join token={token} invite={found.data} />;
}

function Join({ token, invite }: { token: string; invite: Schemas["InvitedBody"] }) {
  const say = useWords(signInWords);
  const navigate = useNavigate();
  const session = useSession();
  const [name, setName] = useState(invite.name);
  const [password, setPassword] = useState("");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [beside, setBeside] = useState<Readonly<Record<string, string>>>({});
  const [joined, setJoined] = useState(false);
  const locked = useLocked(error);
  useEffect(() => {
    if (joined && session.state === "in") void navigate({ to: "/", replace: true });
  }, [joined, session.state]);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setError(null);
    const missing = leastPassword - passwordLength(password);
    setBeside(missing > 0 ? { password: say.tooShort(missing) } : {});
    if (missing > 0) return;
    setBusy(true);
    try {
      await signInBy("invite", { token, name, password });
      setJoined(true);
    } catch (failed) {
      if (failed instanceof Problem && Object.keys(failed.fields).length > 0) setBeside(Object.fromEntries(Object.entries(failed.fields).map(([field, text]) => [field, upper(text)])));
      else setError(failed);
      setBusy(false);
    }
  };
  return (
    <DoorPage title={say.inviteTitle(invite.site_title)} lead={say.inviteLead(invite.invited_by, invite.role)}>
      <form className={classes["form"]} noValidate onSubmit={(event) => void submit(event)}>
        <Refusal error={error} />
        {session.state === "in" && <p className={classes["lead"]}>{say.already}</p>}
        <TextInput label={say.email} type="email" name="email" autoComplete="username" readOnly size="md" value={invite.email} description={say.emailHint} inputWrapperOrder={["label", "input", "description"]} />
        <TextInput label={say.name} name="name" autoComplete="name" maxLength={80} size="md" value={name} error={beside["name"]} description={say.nameHint} inputWrapperOrder={["label", "input", "description", "error"]} onChange={(event) => setName(event.currentTarget.value)} />
        <NewPassword label={say.password} value={password} error={beside["password"]} onChange={(value) => { setPassword(value); setBeside({}); }} />
        <Button type="submit" loading={busy} disabled={locked > 0} fullWidth size="md">{locked > 0 ? say.locked(locked) : say.join}</Button>
      </form>
    </DoorPage>
  );
}
