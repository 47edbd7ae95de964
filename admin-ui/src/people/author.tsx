import { Button, TextInput } from "@mantine/core";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState, type FormEvent } from "react";
import { api, ask } from "../api/client";
import { Problem } from "../api/problem";
import { NotYours } from "../app/nothing";
import { may, usePerson } from "../app/person";
import { Screen } from "../app/screen";
import { asSentence } from "../parts/draft";
import { Trouble } from "../parts/states";
import { toast } from "../parts/toasts";
import { useWords } from "../words/words";
import { Back } from "./back";
import { keepPerson } from "./data";
import classes from "./people.module.css";
import { peopleWords } from "./words";

/** Adds an author without an account. */
export function NewAuthor() {
  const say = useWords(peopleWords);
  const navigate = useNavigate();
  const [name, setName] = useState("");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  if (!may.own(usePerson().role)) return <NotYours />;
  const wrong = error instanceof Problem ? error.fields["name"] : undefined;
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      const { data } = await ask(api.POST("/api/v1/admin/users", { body: { name, role: "author" } }));
      keepPerson(data);
      toast({ text: say.added(data.name) });
      await navigate({ to: "/people/$id", params: { id: data.id } });
    } catch (failed) {
      setError(failed);
      setBusy(false);
    }
  };
  return (
    <Screen title={say.byName}>
      <div className={classes["column"]}>
        <Back />
        <form className={`card ${classes["panel"]}`} onSubmit={(event) => void submit(event)}>
          <p className={classes["note"]}>{say.byNameText}</p>
          {error !== null && !wrong && <Trouble error={error} />}
          <TextInput label={say.name} name="name" autoComplete="off" required withAsterisk={false} size="md" autoFocus value={name} error={wrong && asSentence(wrong)} onChange={(event) => setName(event.currentTarget.value)} />
          <div className={classes["acts"]}><Button type="submit" loading={busy}>{say.add}</Button></div>
        </form>
        <p className={classes["note"]}><Link to="/people/invite">{say.inviteInstead}</Link></p>
      </div>
    </Screen>
  );
}
