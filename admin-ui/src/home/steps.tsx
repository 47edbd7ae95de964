// What somebody with a new blog does first, until it is done or she wants it out of the way.
import { Button } from "@mantine/core";
import { IconCircleCheck } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { api, ask } from "../api/client";
import { changePerson } from "../api/session";
import { useSite } from "../app/data";
import { may, usePerson } from "../app/person";
import { sentence } from "../parts/states";
import { toast } from "../parts/toasts";
import { useWords } from "../words/words";
import { usePosts, useSettings } from "./data";
import classes from "./home.module.css";
import { homeWords } from "./words";

type Hint = "steps-hidden" | "steps-mail" | "steps-read";

/** Hints that a person has done with, kept with her account. */
function useHints(): { closed(hint: Hint): boolean; close(hint: Hint): void } {
  const person = usePerson();
  const hints = person.preferences.closed_hints ?? [];
  const { mutate } = useMutation({
    mutationFn: async (hint: Hint) => changePerson(await ask(api.PATCH("/api/v1/auth/me", { body: { preferences: { closed_hints: [...hints, hint] } } }))),
    onError: (error) => toast({ text: sentence(error), tone: "trouble" }),
  });
  return { closed: (hint) => hints.includes(hint), close: (hint) => hints.includes(hint) || mutate(hint) };
}

function Step({ n, done, title, text, act }: { n: number; done: boolean; title: string; text: string; act: ReactNode }) {
  const say = useWords(homeWords);
  return (
    <li className={classes["step"]} data-done={done || undefined}>
      <span className={classes["stepMark"]}>{done ? <IconCircleCheck size={20} stroke={1.75} aria-hidden="true" /> : <span aria-hidden="true">{n}</span>}<span className="vh">{done ? say.done : say.step(n)}</span></span>
      <div><h3>{title}</h3><p>{text}</p></div>
      {act && <div className={classes["stepAct"]}>{act}</div>}
    </li>
  );
}

/** Whether the first steps are shown: to the owner, until they are done or hidden. */
export function useSteps() {
  const person = usePerson();
  const owner = may.own(person.role);
  const counts = [usePosts("draft", owner), usePosts("scheduled", owner), usePosts("published", owner)];
  const settings = useSettings(owner);
  const { closed, close } = useHints();
  const written = counts.some(({ data }) => (data?.total ?? 0) > 0);
  const known = counts.every(({ data }) => data) && settings.data !== undefined;
  const mailed = closed("steps-mail"), read = closed("steps-read");
  const all = written && read && (mailed || settings.data?.mail.configured === false);
  return { shown: owner && known && !settings.data?.demo && !all && !closed("steps-hidden"), written, mailed, read, mailOn: settings.data?.mail.configured === true, close };
}

export function FirstSteps({ steps }: { steps: ReturnType<typeof useSteps> }) {
  const say = useWords(homeWords);
  const site = useSite().data;
  const test = useMutation({
    mutationFn: () => ask(api.POST("/api/v1/admin/mail/test")),
    onSuccess: ({ to }) => {
      toast({ text: say.stepMailDone(to) });
      steps.close("steps-mail");
    },
    onError: (error) => toast({ text: sentence(error), tone: "trouble" }),
  });
  return (
    <section className={`card ${classes["steps"]}`} aria-labelledby="steps">
      <div className={classes["top"]}>
        <h2 className={classes["h"]} id="steps">{say.steps}</h2>
        <button type="button" className={classes["plainButton"]} onClick={() => steps.close("steps-hidden")}>{say.hideSteps}</button>
      </div>
      <ol role="list">
        <Step n={1} done={steps.written} title={say.stepWrite} text={steps.written ? say.stepWriteDone : say.stepWriteText} act={!steps.written && <Button renderRoot={(props) => <Link {...props} to="/posts/new" />}>{say.write}</Button>} />
        <Step
          n={2} done={steps.mailed} title={say.stepMail} text={steps.mailOn ? say.stepMailText : say.stepMailOff}
          act={steps.mailOn && <Button variant="default" loading={test.isPending} onClick={() => test.mutate()}>{say.stepMailDo}</Button>}
        />
        <Step n={3} done={steps.read} title={say.stepRead} text={site ? say.stepReadText(site.url) : ""} act={site && <Button component="a" href={site.url} target="_blank" rel="noopener" variant="default" onClick={() => steps.close("steps-read")}>{say.stepReadDo}</Button>} />
      </ol>
    </section>
  );
}

export function DemoNote() {
  const say = useWords(homeWords);
  const person = usePerson();
  const settings = useSettings(may.edit(person.role));
  if (!settings.data?.demo) return null;
  return (
    <aside className={classes["demo"]}>
      <p><b>{say.demo}</b> {say.demoText}</p>
      <code>dimmer serve</code>
    </aside>
  );
}
