import { Button } from "@mantine/core";
import { IconCircleHalf2, IconHourglassOff } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { api, ask } from "../api/client";
import { queries } from "../app/data";
import { StateChip } from "../parts/chip";
import { confirm } from "../parts/confirm";
import { Copyable } from "../parts/copy";
import { sentence, Trouble } from "../parts/states";
import { longTime } from "../parts/time";
import { toast } from "../parts/toasts";
import { useWords } from "../words/words";
import { invite, useInvites, type Invite } from "./data";
import classes from "./people.module.css";
import { peopleWords } from "./words";

const called = ({ name, email }: Invite) => name || email;

/** What became of the mail with the link. */
export function InviteMail({ invite: { mail_state: state, email } }: { invite: Invite }) {
  const say = useWords(peopleWords);
  if (state === null) return <>{say.notMailed}</>;
  if (state === "sent") return <>{say.sent}</>;
  if (state === "failed" || state === "dropped") return <>{say.mailFailed} <Link to="/outbox" search={{ to: email }}>{say.seeOutbox}</Link></>;
  return <>{say.mailed}</>;
}

/** Who is invited and has not come yet; nothing if nobody is. */
export function Invites() {
  const say = useWords(peopleWords);
  const invites = useInvites(true);
  if (invites.isError && !invites.data) return <Trouble error={invites.error} again={() => void invites.refetch()} />;
  if (!invites.data || invites.data.length === 0) return null;
  return (
    <section className={classes["section"]} aria-labelledby="invites">
      <h2 id="invites" tabIndex={-1}>{say.invites}</h2>
      <ul role="list" className={`card ${classes["list"]}`}>
        {invites.data.map((one) => <One key={one.id} invite={one} />)}
      </ul>
    </section>
  );
}

function One({ invite: one }: { invite: Invite }) {
  const say = useWords(peopleWords);
  const [shown, setShown] = useState(false);
  const [busy, setBusy] = useState(false);
  const who = called(one);
  const open = one.state === "open";
  const act = async (what: () => Promise<unknown>, done: string) => {
    setBusy(true);
    try {
      await what();
      toast({ text: done });
      (document.getElementById("invites") ?? document.getElementById("main"))?.focus(); // the row may be gone
    } catch (error) {
      toast({ text: sentence(error), tone: "trouble" });
    }
    setBusy(false);
    void queries.invalidateQueries({ queryKey: ["invites"] });
  };
  const takeBack = async () => {
    if (open && !(await confirm({ title: say.takeBackTitle(who), text: say.takeBackText, yes: say.takeBack, no: say.keep }))) return;
    await act(() => ask(api.DELETE("/api/v1/admin/invites/{id}", { params: { path: { id: one.id } } })), say.takenBack(who));
  };
  return (
    <li className={classes["inviteRow"]}>
      <div className={classes["inviteHead"]}>
        <div className={classes["who"]}>
          <b>{who}</b>
          <p>{say.roles[one.role].name}{one.name && ` · ${one.email}`}{one.invited_by && ` · ${say.invitedBy(one.invited_by)}`}</p>
          <p>{open ? <>{say.expires(longTime(one.expires_at))} <InviteMail invite={one} /></> : one.state === "void" ? say.voided : say.expired}</p>
        </div>
        {open ? <StateChip icon={IconCircleHalf2} tone="pending">{say.open}</StateChip> : <StateChip icon={IconHourglassOff} tone="trash">{say.expiredShort}</StateChip>}
      </div>
      {shown && one.url !== null && <Copyable label={say.link} text={one.url} />}
      <div className={classes["acts"]}>
        {open && <Button variant="default" size="xs" aria-expanded={shown} onClick={() => setShown(!shown)}>{shown ? say.hideLink : say.showLink}</Button>}
        {!open && <Button variant="default" size="xs" loading={busy} onClick={() => void act(() => invite(one.email, one.name, one.role), say.invitedAgain(who))}>{say.again}</Button>}
        <Button variant="default" size="xs" loading={busy} onClick={() => void takeBack()}>{open ? say.takeBack : say.remove}</Button>
      </div>
    </li>
  );
}
