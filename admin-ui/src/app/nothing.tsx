import { Link } from "@tanstack/react-router";
import { Empty } from "../parts/states";
import { useWords } from "../words/words";
import { useTitle } from "./head";
import { frameWords } from "./words";

export function NothingHere() {
  const say = useWords(frameWords);
  return <Empty level="closed" title={say.notFound}><Link to="/">{say.toHome}</Link></Empty>;
}

/** Instead of a room that a role does not have. */
export function NotYours() {
  const say = useWords(frameWords);
  useTitle(say.notYoursTitle);
  return <Empty level="closed" title={say.notYours}><Link to="/">{say.toHome}</Link></Empty>;
}
