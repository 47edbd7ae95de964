// What changed rules would have done: a sentence, before anything is saved. It never stands in the way of saving.
import { Button } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconHistoryToggle } from "@tabler/icons-react";
import { useState } from "react";
import type { Schemas } from "../api/client";
import { asSentence } from "../parts/draft";
import { sentence } from "../parts/states";
import { Problem } from "../api/problem";
import { useWords } from "../words/words";
import { useRehearsal, type Rules } from "./data";
import classes from "./settings.module.css";
import { settingsWords } from "./words";

const calmFor = 400; // ms without a change

/** The rules of a change, in the order that they are asked for; empty if none of them changes. */
export function rulesIn({ comment_level, blocked_words, blocked_domains, blocked_addresses }: Rules): Rules {
  return {
    ...(comment_level === undefined ? {} : { comment_level }), ...(blocked_words === undefined ? {} : { blocked_words }),
    ...(blocked_domains === undefined ? {} : { blocked_domains }), ...(blocked_addresses === undefined ? {} : { blocked_addresses }),
  };
}

function outcome(view: Schemas["RehearsalView"], say: (typeof settingsWords)["en"]): string {
  const { comments: of, held, spam, shown } = view;
  if (of === 0) return say.rehearsalNone;
  const parts = [
    held.count > 0 && say.held(held.count, of) + say.approved(held.approved),
    spam.count > 0 && say.spam(spam.count, of) + say.approved(spam.approved),
    shown.count > 0 && say.shown(shown.count, of) + say.rejected(shown.rejected),
  ].filter((part) => part !== false);
  return parts.length === 0 ? say.rehearsalSame(of) : parts.join(" ");
}

export function Rehearsal({ rules: wanted }: { rules: Rules }) {
  const say = useWords(settingsWords);
  const [settled] = useDebouncedValue(JSON.stringify(wanted), calmFor);
  const rules = JSON.parse(settled) as Rules;
  const tried = useRehearsal(rules);
  const [open, setOpen] = useState(false);
  const asked = Object.keys(wanted).length > 0;
  const examples = asked && tried.data ? tried.data.examples : [];
  const why = tried.error instanceof Problem && tried.error.status === 422 ? Object.values(tried.error.fields).map(asSentence).join(" ") : sentence(tried.error);
  return (
    <div className={classes["rehearsal"]} data-asked={asked || undefined}>
      <div role="status" aria-live="polite">
        {asked && (
          <p>
            <IconHistoryToggle size={20} stroke={1.75} aria-hidden="true" />
            <span>{tried.error ? `${say.rehearsalFailed} ${why}` : tried.data ? outcome(tried.data, say) : say.trying}</span>
          </p>
        )}
      </div>
      {examples.length > 0 && !tried.error && (
        <>
          <Button variant="default" size="xs" aria-expanded={open} onClick={() => setOpen(!open)}>{open ? say.hideThem : say.showThem}</Button>
          {open && (
            <>
              {examples.length > 1 && <p className="meta">{say.newest(examples.length)}</p>}
              <ul role="list">
                {examples.map((example) => (
                  <li key={example.comment_id}>
                    <b>{example.name || say.gone}</b> <span>{say.change(say.verdicts[example.now], say.verdicts[example.then])}</span>{" "}
                    <span className="meta">{example.decision ? say.decided(say.decisions[example.decision]) : say.undecided}</span>
                  </li>
                ))}
              </ul>
            </>
          )}
        </>
      )}
    </div>
  );
}
