import { Button } from "@mantine/core";
import { IconUserPlus } from "@tabler/icons-react";
import { Link, Navigate } from "@tanstack/react-router";
import { NotYours } from "../app/nothing";
import { may, usePerson } from "../app/person";
import { Screen } from "../app/screen";
import { Face } from "../parts/face";
import { Shapes, Trouble } from "../parts/states";
import { useWords } from "../words/words";
import { usePeople } from "./data";
import { Invites } from "./invites";
import classes from "./people.module.css";
import { SignInState } from "./states";
import { Tabs } from "./tabs";
import { peopleWords } from "./words";

/** Who works on the blog. */
export function People() {
  const say = useWords(peopleWords);
  const me = usePerson();
  const owns = may.own(me.role);
  if (me.role === "moderator") return <Navigate to="/people/readers" replace />;
  if (!may.edit(me.role)) return <NotYours />;
  return (
    <Screen title={say.title} action={owns && <Button renderRoot={(props) => <Link {...props} to="/people/invite" />} leftSection={<IconUserPlus size={20} stroke={1.75} aria-hidden="true" />}>{say.invite}</Button>}>
      <Tabs />
      <div className={classes["column"]}>
        {!owns && <p className={classes["note"]}>{say.onlyOwners}</p>}
        <List me={me.id} />
        {owns && <Invites />}
        {owns && <p className={classes["note"]}><Link to="/people/author">{say.addByName}</Link></p>}
      </div>
    </Screen>
  );
}

function List({ me }: { me: string }) {
  const say = useWords(peopleWords);
  const people = usePeople();
  if (people.isError && !people.data) return <Trouble error={people.error} again={() => void people.refetch()} />;
  if (!people.data) return <Shapes lines={5} />;
  return (
    <>
      <ul role="list" className={`card ${classes["list"]}`} aria-label={say.people}>
        {people.data.map((person) => (
          <li key={person.id} className={classes["row"]}>
            <Face name={person.name} />
            <div className={classes["who"]}>
              <Link to="/people/$id" params={{ id: person.id }}>{person.name}</Link>{person.id === me && <span className="meta"> · {say.you}</span>}
              <p>{say.roles[person.role].name} · {person.email !== null && `${person.email} · `}{say.posts(person.post_count)}</p>
            </div>
            <SignInState person={person} />
          </li>
        ))}
      </ul>
      {people.data.length === 1 && <p className={classes["note"]}>{say.alone}</p>}
    </>
  );
}
