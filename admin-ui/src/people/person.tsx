import { Button, NativeSelect, Textarea, TextInput } from "@mantine/core";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { api, ask } from "../api/client";
import { Problem } from "../api/problem";
import { useTitle } from "../app/head";
import { NotYours } from "../app/nothing";
import { may, usePerson } from "../app/person";
import pad from "../app/pad.module.css";
import { queries } from "../app/data";
import { confirm } from "../parts/confirm";
import { DraftForm, useDraft } from "../parts/draft";
import { Face } from "../parts/face";
import { Empty, Shapes, Trouble } from "../parts/states";
import { forget, toast } from "../parts/toasts";
import { useWords, wordsOf } from "../words/words";
import { Back } from "./back";
import { changeOne, useOne, usePeople, type Person, type Role } from "./data";
import classes from "./people.module.css";
import { RoleChoice, SignInState } from "./states";
import { peopleWords } from "./words";

/** One person of the blog: what is said of her, what she may, whether she signs in. */
export function OnePerson() {
  const { id } = useParams({ from: "/frame/people/$id" });
  const say = useWords(peopleWords);
  const me = usePerson();
  const person = useOne(id);
  if (!may.edit(me.role)) return <NotYours />;
  return (
    <div className={pad["pad"]}>
      <div className={classes["column"]}>
        <Back />
        {person.data && person.data.id === id ? <Shown key={id} person={person.data} me={me} />
          : person.isError ? (person.error instanceof Problem && person.error.status === 404 ? <Empty level="closed" title={say.gone} /> : <Trouble error={person.error} again={() => void person.refetch()} />)
          : <Shapes lines={6} />}
      </div>
    </div>
  );
}

function Shown({ person, me }: { person: Person; me: Person }) {
  const say = useWords(peopleWords);
  const owns = may.own(me.role);
  useTitle(person.name);
  return (
    <>
      <header className={classes["identity"]}>
        <Face name={person.name} />
        <div className={classes["who"]}>
          <h1 tabIndex={-1} id="person">{person.name}</h1>
          <p>{say.roles[person.role].name} · {say.posts(person.post_count)}</p>
        </div>
        <SignInState person={person} />
      </header>
      {!owns && <p className={classes["note"]}>{say.onlyOwners}</p>}
      <Profile person={person} owns={owns} />
      {(owns || person.email !== null) && <TheRole person={person} owns={owns} self={person.id === me.id} />}
      {owns && <SigningIn person={person} self={person.id === me.id} />}
      {owns && <Removal person={person} me={me} />}
    </>
  );
}

function Profile({ person, owns }: { person: Person; owns: boolean }) {
  const say = useWords(peopleWords);
  const draft = useDraft(
    { name: person.name, slug: person.slug, bio: person.bio, ...(person.email !== null && { email: person.email }) },
    (change) => changeOne(person.id, change),
  );
  return (
    <section className={classes["section"]} aria-labelledby="profile">
      <h2 id="profile">{say.profile}</h2>
      <DraftForm label={say.profile} draft={draft} reading={!owns}>
        <TextInput label={say.name} size="md" autoComplete="off" value={draft.values.name} error={draft.errors["name"]} onChange={(event) => draft.set("name", event.currentTarget.value)} />
        {draft.values.email !== undefined && (
          <TextInput label={say.email} description={say.emailOwn} type="email" size="md" autoComplete="off" value={draft.values.email} error={draft.errors["email"]} onChange={(event) => draft.set("email", event.currentTarget.value)} />
        )}
        <TextInput label={say.slug} description={say.slugHint} size="md" autoComplete="off" value={draft.values.slug} error={draft.errors["slug"]} onChange={(event) => draft.set("slug", event.currentTarget.value)} />
        <Textarea label={say.bio} description={say.bioHint} size="md" rows={4} value={draft.values.bio} error={draft.errors["bio"]} onChange={(event) => draft.set("bio", event.currentTarget.value)} />
      </DraftForm>
    </section>
  );
}

function TheRole({ person, owns, self }: { person: Person; owns: boolean; self: boolean }) {
  const say = useWords(peopleWords);
  const [wanted, setWanted] = useState<Role | null>(null);
  const [error, setError] = useState<unknown>(null);
  const become = async (role: Role, back?: Role) => {
    setError(null);
    setWanted(role);
    try {
      const { name } = await changeOne(person.id, { role });
      const words = wordsOf(peopleWords);
      toast({ about: person.id, text: words.roleSaved(name, role, words.roles[role].name), ...(back && { undo: () => void become(back) }) });
    } catch (failed) {
      setError(failed);
    }
    setWanted(null);
  };
  const choose = async (role: Role) => {
    if (self && person.role === "owner") { // undo would need the rights that are given up
      if (await confirm({ title: say.ownRole, text: say.ownRoleText, yes: say.ownRoleYes, no: say.removeNo })) await become(role);
    } else await become(role, person.role);
  };
  return (
    <section className={classes["section"]}>
      {error !== null && <Trouble error={error} />}
      <RoleChoice value={wanted ?? person.role} disabled={!owns} onChange={(role) => void choose(role)} />
    </section>
  );
}

function SigningIn({ person, self }: { person: Person; self: boolean }) {
  const say = useWords(peopleWords);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const act = async (what: () => Promise<unknown>) => {
    setBusy(true);
    setError(null);
    try {
      await what();
    } catch (failed) {
      setError(failed);
    }
    setBusy(false);
  };
  const set = (disabled: boolean, undoable = true) => act(async () => {
    const { name } = await changeOne(person.id, { disabled });
    const words = wordsOf(peopleWords);
    toast({ about: person.id, text: disabled ? words.wasDisabled(name) : words.wasEnabled(name), ...(undoable && { undo: () => void set(!disabled, false) }) });
  });
  const end = () => act(async () => {
    await ask(api.DELETE("/api/v1/admin/users/{id}/sessions", { params: { path: { id: person.id } } }));
    toast({ about: person.id, text: say.ended(person.name) });
  });
  return (
    <section className={classes["section"]} aria-labelledby="access">
      <h2 id="access">{say.access}</h2>
      {error !== null && <Trouble error={error} />}
      <p>{person.disabled ? say.accessOff(person.name) : person.email === null ? say.accessNone(person.name) : say.accessOn(person.name)}</p>
      {self ? <p><Link to="/account">{say.ownSessions}</Link></p> : person.email !== null && (
        <div className={classes["acts"]}>
          <Button variant="default" loading={busy} onClick={() => void set(!person.disabled)}>{person.disabled ? say.enable : say.disable}</Button>
          {!person.disabled && <Button variant="default" loading={busy} onClick={() => void end()}>{say.endSessions}</Button>}
        </div>
      )}
    </section>
  );
}

function Removal({ person, me }: { person: Person; me: Person }) {
  const say = useWords(peopleWords);
  const navigate = useNavigate();
  const people = usePeople();
  const others = (people.data ?? []).filter(({ id }) => id !== person.id);
  const [chosen, setChosen] = useState(me.id === person.id ? "" : me.id);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [missing, setMissing] = useState(false);
  const heir = others.find(({ id }) => id === chosen);
  const remove = async () => {
    setMissing(!heir && others.length > 0);
    if (!heir && others.length > 0) return;
    if (!(await confirm({ title: say.removeAsk(person.name), text: say.removeAskText(heir?.name ?? ""), yes: say.removeYes, no: say.removeNo }))) return;
    setBusy(true);
    setError(null);
    try {
      await ask(api.DELETE("/api/v1/admin/users/{id}", { params: { path: { id: person.id }, query: heir ? { posts_to: heir.id } : {} } }));
    } catch (failed) {
      setError(failed);
      setBusy(false);
      return;
    }
    forget(person.id);
    toast({ text: say.removed(person.name, heir?.name ?? "") });
    await navigate({ to: "/people" });
    queries.removeQueries({ queryKey: ["people", person.id] });
    void queries.invalidateQueries({ queryKey: ["people"], exact: true });
    void queries.invalidateQueries({ queryKey: ["posts"] });
    document.getElementById("main")?.focus();
  };
  return (
    <section className={classes["section"]} aria-labelledby="removal">
      <h2 id="removal">{say.removeTitle(person.name)}</h2>
      <p>{say.removeText}</p>
      {error !== null && <Trouble error={error} />}
      {others.length === 0 ? <p>{say.nobodyElse}</p> : (
        <NativeSelect label={say.heir} size="md" value={chosen} error={missing && say.choosePerson} onChange={(event) => setChosen(event.currentTarget.value)} maw="24rem">
          <option value="">{say.choose}</option>
          {others.map(({ id, name, email }) => <option key={id} value={id}>{email ? `${name} (${email})` : name}</option>)}
        </NativeSelect>
      )}
      <div className={classes["acts"]}><Button variant="default" c="var(--danger)" loading={busy} onClick={() => void remove()}>{say.remove}</Button></div>
    </section>
  );
}
