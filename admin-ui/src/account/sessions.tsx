import { Button } from "@mantine/core";
import { IconDeviceDesktop, IconDeviceMobile, IconTerminal2 } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useRef } from "react";
import { api, ask, type Schemas } from "../api/client";
import { queries } from "../app/data";
import { confirm } from "../parts/confirm";
import { sentence, Shapes, Trouble } from "../parts/states";
import { Time } from "../parts/time";
import { toast } from "../parts/toasts";
import { useWords } from "../words/words";
import classes from "./account.module.css";
import { deviceOf } from "./device";
import { accountWords } from "./words";

type Session = Schemas["SessionView"];

export const sessionsKey = ["sessions"];

/** Where she is signed in, and how to be so no longer. */
export function Sessions() {
  const say = useWords(accountWords);
  const heading = useRef<HTMLHeadingElement>(null);
  const sessions = useQuery({ queryKey: sessionsKey, queryFn: async () => (await ask(api.GET("/api/v1/auth/sessions"))).data });
  const others = sessions.data?.filter((session) => !session.current) ?? [];
  const end = async (call: Promise<unknown>, done: string) => {
    try {
      await call;
      await queries.invalidateQueries({ queryKey: sessionsKey });
      toast({ text: done });
      heading.current?.focus();
    } catch (error) {
      toast({ text: sentence(error), tone: "trouble" });
    }
  };
  const endOthers = async () => {
    if (await confirm({ title: say.othersTitle, text: say.othersText(others.length), yes: say.othersYes, no: say.othersNo })) {
      await end(ask(api.DELETE("/api/v1/auth/sessions")), say.othersEnded);
    }
  };
  return (
    <section className={`card ${classes["group"]}`} aria-labelledby="sessions">
      <h2 id="sessions" ref={heading} tabIndex={-1}>{say.sessions}</h2>
      {sessions.error ? <Trouble error={sessions.error} again={() => void sessions.refetch()} /> : !sessions.data ? <Shapes lines={2} /> : (
        <>
          <ul role="list" className={classes["sessions"]}>
            {[...sessions.data].sort((a, b) => Number(b.current) - Number(a.current)).map((session) => <Row key={session.id} session={session} onEnd={(name) => void end(ask(api.DELETE("/api/v1/auth/sessions/{id}", { params: { path: { id: session.id } } })), say.ended(name))} />)}
          </ul>
          {others.length === 0 ? <p className={classes["lead"]}>{say.onlyHere}</p> : <Button variant="default" className={classes["start"]} onClick={() => void endOthers()}>{say.endOthers}</Button>}
        </>
      )}
    </section>
  );
}

function Row({ session, onEnd }: { session: Session; onEnd(name: string): void }) {
  const say = useWords(accountWords);
  const { browser, system, mobile, program } = deviceOf(session.user_agent);
  const name = program ? say.program : browser && system ? say.on(browser, system) : browser || system || say.unknown;
  const Icon = program ? IconTerminal2 : mobile ? IconDeviceMobile : IconDeviceDesktop;
  return (
    <li>
      <Icon size={24} stroke={1.75} aria-hidden="true" />
      <div>
        <b>{name}</b>
        {session.current && <span className={classes["here"]}>{say.here}</span>}
        <p className="meta" title={session.user_agent}>{say.used} <Time at={session.last_used_at} /> · {say.since} <Time at={session.created_at} /></p>
      </div>
      {!session.current && <Button variant="default" size="xs" aria-label={say.endNamed(name)} onClick={() => onEnd(name)}>{say.endOne}</Button>}
    </li>
  );
}
