import { Link } from "@tanstack/react-router";
import { Empty } from "../parts/states";
import { useWords } from "../words/words";
import { frameWords } from "./words";

export function NothingHere() {
  const say = useWords(frameWords);
  return <Empty level="closed" title={say.notFound}><Link to="/">{say.toHome}</Link></Empty>;
}
