import { useEffect, useState } from "react";
import { Problem } from "../api/problem";
import { Trouble } from "../parts/states";
import { useWords } from "../words/words";
import classes from "./signin.module.css";
import { signInWords } from "./words";

/** Counts down the seconds for which the server wants to be left alone after an error. */
export function useLocked(error: unknown): number {
  const [left, setLeft] = useState(0);
  useEffect(() => {
    const until = Date.now() + (error instanceof Problem ? error.retryAfter : 0) * 1000;
    const count = () => setLeft(Math.max(0, Math.ceil((until - Date.now()) / 1000)));
    count();
    const timer = setInterval(count, 250); // ms
    return () => clearInterval(timer);
  }, [error]);
  return left;
}

/** Why nobody was let in. Where the address is the wrong one, it leads to the right one. */
export function Refusal({ error }: { error: unknown }) {
  const say = useWords(signInWords);
  if (error === null) return null;
  const right = error instanceof Problem && error.code === "cross_site" ? /https?:\/\/[^\s)]+/.exec(error.message)?.[0] : undefined;
  return (
    <div className={classes["refusal"]}>
      <Trouble error={error} />
      {right && <a href={`${right}/admin/`}>{say.openThere}</a>}
    </div>
  );
}
