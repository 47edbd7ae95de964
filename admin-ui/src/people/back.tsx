import { IconChevronLeft } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useWords } from "../words/words";
import classes from "./people.module.css";
import { peopleWords } from "./words";

export function Back({ to = "/people" }: { to?: "/people" | "/people/readers" }) {
  const say = useWords(peopleWords);
  return <Link to={to} className={classes["back"]}><IconChevronLeft size={16} stroke={2} aria-hidden="true" />{to === "/people" ? say.back : say.allReaders}</Link>;
}
