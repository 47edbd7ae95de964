import { Button, TextInput } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useEffect, useRef, useState, type FormEvent } from "react";
import { Problem } from "../api/problem";
import { NotYours } from "../app/nothing";
import { may, usePerson } from "../app/person";
import { Screen } from "../app/screen";
import { Copyable } from "../parts/copy";
import { asSentence, useUnsaved } from "../parts/draft";
import { Trouble } from "../parts/states";
import { longTime } from "../parts/time";
import { useWords } from "../words/words";
import { Back } from "./back";
import { invite, type Invite, type Role } from "./data";
import { InviteMail } from "./invites";
import classes from "./people.module.css";
import { RoleChoice } from "./states";
import { peopleWords } from "./words";

/** Makes an invite, and then shows the link to pass on. */
export function InviteSomebody() {
  const say = useWords(peopleWords);
  const [made, setMade] = useState<Invite | null>(null);
  if (!may.own(usePerson().role)) return <NotYours />;
  return (
    <Screen title={say.inviteTitle}>
      <div className={classes["column"]}>
        <Back />
        {made ? <Made invite={made} again={() => setMade(null)} /> : <Form done={setMade} />}
        {!made && <p className={classes["note"]}><Link to="/people/author">{say.addByName}</Link></p>}
      </div>
    </Screen>
  );
}

function Form({ done }: { done(invite: Invite): void }) {
  const say = useWords(peopleWords);
  const [email, setEmail] = useState("");
  const [name, setName] = useState("");
  const [role, setRole] = useState<Role>("author");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const unsaved = useUnsaved(email !== "" || name !== "");
  const fields = error instanceof Problem ? error.fields : {};
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      const made = await invite(email, name, role);
      unsaved.current = false;
      done(made);
    } catch (failed) {
      setError(failed);
      setBusy(false);
    }
  };
  return (
    <form className={`card ${classes["panel"]}`} onSubmit={(event) => void submit(event)}>
      {error !== null && Object.keys(fields).length === 0 && <Trouble error={error} />}
      <TextInput
        label={say.email} description={say.emailHint} type="email" name="email" autoComplete="off" required withAsterisk={false} size="md" value={email} autoFocus
        error={fields["email"] && asSentence(fields["email"])} onChange={(event) => setEmail(event.currentTarget.value)}
      />
      <TextInput label={say.name} description={say.nameHint} name="name" autoComplete="off" size="md" value={name} error={fields["name"] && asSentence(fields["name"])} onChange={(event) => setName(event.currentTarget.value)} />
      <RoleChoice value={role} onChange={setRole} />
      <div className={classes["acts"]}><Button type="submit" loading={busy}>{say.send}</Button></div>
    </form>
  );
}

function Made({ invite: made, again }: { invite: Invite; again(): void }) {
  const say = useWords(peopleWords);
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => title.current?.focus(), []);
  return (
    <section className={`card ${classes["panel"]} ${classes["section"]}`}>
      <h2 ref={title} tabIndex={-1}>{say.ready(made.name || made.email)}</h2>
      <p>{say.roles[made.role].may}</p>
      <Copyable label={say.link} text={made.url ?? ""} />
      <p><InviteMail invite={made} /> {say.expires(longTime(made.expires_at))}</p>
      <div className={classes["acts"]}><Button variant="default" onClick={again}>{say.another}</Button></div>
    </section>
  );
}
