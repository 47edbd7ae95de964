import { Link } from "@tanstack/react-router";
import { usePerson, may } from "../app/person";
import { useWords } from "../words/words";
import classes from "./people.module.css";
import { peopleWords } from "./words";

/** The two kinds of people: those who work here, and those who read. Moderators have only to do with readers. */
export function Tabs() {
  const say = useWords(peopleWords);
  const { role } = usePerson();
  if (!may.edit(role)) return null;
  return (
    <nav className={classes["tabs"]} aria-label={say.tabs}>
      <Link to="/people" activeOptions={{ exact: true }}>{say.people}</Link>
      <Link to="/people/readers" activeOptions={{ includeSearch: false }}>{say.readers}</Link>
    </nav>
  );
}
