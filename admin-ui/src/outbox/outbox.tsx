import { Button, NativeSelect, TextInput } from "@mantine/core";
import { IconCircleCheck, IconCircleHalf2, IconCircleMinus, IconMailX, IconSend, type Icon } from "@tabler/icons-react";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect, useState, type FormEvent } from "react";
import { api, ask, type Schemas } from "../api/client";
import { Problem } from "../api/problem";
import { queries } from "../app/data";
import { NotYours } from "../app/nothing";
import { may, usePerson } from "../app/person";
import { Screen } from "../app/screen";
import { StateChip } from "../parts/chip";
import { asSentence } from "../parts/draft";
import { More } from "../parts/more";
import { Empty, sentence, Shapes, Trouble } from "../parts/states";
import { day, longTime, minute, Time, useNow } from "../parts/time";
import { toast } from "../parts/toasts";
import { currentLanguage, useWords } from "../words/words";
import classes from "./outbox.module.css";
import type { Search } from "./routes";
import { outboxWords, type Kind, type State } from "./words";

type Delivery = Schemas["DeliveryView"];
type Words = (typeof outboxWords)["en"];

const looks: Record<State, { icon: Icon; tone: "pending" | "approved" | "failed" | "trash" }> = {
  waiting: { icon: IconCircleHalf2, tone: "pending" }, sending: { icon: IconSend, tone: "pending" }, sent: { icon: IconCircleCheck, tone: "approved" },
  failed: { icon: IconMailX, tone: "failed" }, dropped: { icon: IconCircleMinus, tone: "trash" },
};

/** What became of every mail. */
export function Outbox() {
  const say = useWords(outboxWords);
  const { role } = usePerson();
  if (!may.edit(role)) return <NotYours />;
  return (
    <Screen title={say.title}>
      <div className={classes["column"]}>
        <p className={classes["lead"]}>{say.lead}</p>
        <Off />
        <Filters owns={may.own(role)} />
        <List owns={may.own(role)} />
      </div>
    </Screen>
  );
}

/** Whether mail is on; undefined until that is known. */
function useMailOn(): boolean | undefined {
  return useQuery({ queryKey: ["mail-on"], queryFn: async () => (await ask(api.GET("/api/v1/admin/settings"))).data.mail.configured, staleTime: 60_000 }).data;
}

function Off() {
  const say = useWords(outboxWords);
  if (useMailOn() !== false) return null;
  return (
    <div className={classes["off"]} role="note">
      <p><b>{say.off}</b></p>
      <p>{say.offHow}</p>
      <dl>
        <div><dt>DIMMER_SMTP_URL</dt><dd>{say.offURL}</dd></div>
        <div><dt>DIMMER_MAIL_FROM</dt><dd>{say.offFrom}</dd></div>
      </dl>
    </div>
  );
}

function Filters({ owns }: { owns: boolean }) {
  const say = useWords(outboxWords);
  const search = useSearch({ from: "/frame/outbox" });
  const navigate = useNavigate();
  const [typed, setTyped] = useState(search.to ?? "");
  useEffect(() => setTyped(search.to ?? ""), [search.to]);
  const go = ({ to, state }: { to: string; state: string }) => void navigate({ to: "/outbox", search: { ...(to && { to }), ...(state && { state: state as State }) } });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    go({ to: typed.trim(), state: search.state ?? "" });
  };
  return (
    <form className={classes["filters"]} role="search" noValidate onSubmit={submit}>
      {owns && <TextInput label={say.search} placeholder={say.searchHint} type="search" inputMode="email" autoComplete="off" autoCapitalize="off" size="md" value={typed} onChange={(event) => setTyped(event.currentTarget.value)} />}
      {owns && <Button type="submit" variant="default" mih={42}>{say.find}</Button>}
      <NativeSelect label={say.state} size="md" value={search.state ?? ""} onChange={(event) => go({ to: search.to ?? "", state: event.currentTarget.value })}>
        <option value="">{say.all}</option>
        {(Object.keys(looks) as State[]).map((state) => <option key={state} value={state}>{say.states[state]}</option>)}
      </NativeSelect>
    </form>
  );
}

/** Whether a mail goes out within moments. */
const isLeaving = ({ state, next_at: next }: Delivery) => state === "sending" || (state === "waiting" && (next === null || Date.parse(next) - Date.now() < 10_000));

function List({ owns }: { owns: boolean }) {
  const say = useWords(outboxWords);
  const { to, state }: Search = useSearch({ from: "/frame/outbox" });
  const navigate = useNavigate();
  const on = useMailOn();
  const list = useInfiniteQuery({
    queryKey: ["outbox", { to, state }], initialPageParam: "",
    queryFn: ({ pageParam: cursor }) => ask(api.GET("/api/v1/admin/outbox", { params: { query: { limit: 30, ...(cursor && { cursor }), ...(to && { to }), ...(state && { state }) } } })),
    getNextPageParam: ({ page }) => page.next,
    refetchInterval: ({ state: { data } }) => (on !== false && data?.pages.some((page) => page.data?.some(isLeaving)) ? 2_000 : 10_000), // ms: mails move by themselves
  });
  const mails = list.data?.pages.flatMap(({ data }) => data ?? []);
  if (list.isError && list.error instanceof Problem && list.error.fields["to"]) return <Empty level="closed" title={asSentence(list.error.fields["to"])} />;
  if (list.isError && !mails) return <Trouble error={list.error} again={() => void list.refetch()} />;
  if (!mails) return <Shapes lines={6} />;
  if (mails.length === 0) {
    return (
      <Empty title={to ? say.noneTo(to) : state ? say.noneOf : say.none}>
        {(to ?? state) && <Button variant="default" onClick={() => void navigate({ to: "/outbox", search: {} })}>{say.clear}</Button>}
      </Empty>
    );
  }
  return (
    <>
      <ul role="list" className={`card ${classes["list"]}`} aria-label={say.title}>{mails.map((mail) => <Row key={mail.id} mail={mail} owns={owns} />)}</ul>
      <More of={list} />
    </>
  );
}

/** "in 5 minutes", "3 hours ago"; from a day on the date. */
function relative(at: string, from: number): string {
  const away = Date.parse(at) - from;
  if (Math.abs(away) >= day) return longTime(at);
  const format = new Intl.RelativeTimeFormat(currentLanguage(), { numeric: "always" });
  const minutes = Math.round(away / minute);
  return Math.abs(minutes) >= 60 ? format.format(Math.round(minutes / 60), "hour") : format.format(minutes || (away < 0 ? -1 : 1), "minute");
}

/** What the server says, in the language of whoever reads it where it is known. */
function inWords(text: string, say: Words): string {
  for (const [pattern, words] of say.reasons) if (pattern.test(text)) return text.replace(pattern, words);
  return text;
}

/** Why it is as it is, in sentences. */
function reason({ state, attempts, last_error: error, next_at: next, sent_at: sent }: Delivery, say: Words, now: number, on: boolean | undefined): string {
  const why = error && asSentence(inWords(error, say));
  switch (state) {
    case "sent": return say.sent(relative(sent ?? "", now));
    case "sending": return say.sending;
    case "dropped": return say.dropped(inWords(error, say)); // within a sentence
    case "failed": return [why, attempts === 1 ? say.refusedText : [attempts > 1 ? say.tried(attempts) : "", say.gaveUp].filter(Boolean).join(" ")].filter(Boolean).join(" ");
    case "waiting": break;
  }
  if (on === false) return say.whenOff;
  const soon = next === null || Date.parse(next) - now < minute;
  if (!error) return soon ? say.soon : say.first(relative(next, now));
  return [why, attempts > 0 ? say.tried(attempts) : "", soon ? say.soonAgain : say.next(relative(next, now))].filter(Boolean).join(" ");
}

function Row({ mail, owns }: { mail: Delivery; owns: boolean }) {
  const say = useWords(outboxWords);
  const now = useNow();
  const on = useMailOn();
  const [busy, setBusy] = useState(false);
  const who = mail.to_name || mail.to_email || (mail.kind === "comment.answer" || mail.kind === "subscription.confirm" || mail.kind === "reader.link" ? say.reader : say.nobody);
  const again = async () => {
    setBusy(true);
    try {
      await ask(api.POST("/api/v1/admin/outbox/{id}/retry", { params: { path: { id: mail.id } } }));
      toast({ text: say.wentAgain(who) });
    } catch (error) {
      toast({ text: sentence(error), tone: "trouble" });
    }
    await queries.invalidateQueries({ queryKey: ["outbox"] });
    setBusy(false);
  };
  const { icon, tone } = looks[mail.state];
  return (
    <li data-state={mail.state}>
      <div className={classes["head"]}>
        <div>
          <b>{who}</b>
          <p>{mail.to_name !== "" && mail.to_email !== null && <>{mail.to_email} · </>}{Object.hasOwn(say.kinds, mail.kind) ? say.kinds[mail.kind as Kind] : mail.kind} · <Time at={mail.created_at} /></p>
        </div>
        <StateChip icon={icon} tone={tone}>{mail.state === "failed" && mail.attempts === 1 ? say.refused : say.states[mail.state]}</StateChip>
      </div>
      <p className={classes["why"]}>{reason(mail, say, now, on)}</p>
      <div className={classes["acts"]}>
        {owns && on !== false && (mail.state === "failed" || (mail.state === "waiting" && mail.last_error !== "")) && <Button variant="default" size="xs" loading={busy} onClick={() => void again()}>{say.again}</Button>}
        {mail.comment_id !== null && <Link to="/comments" search={{ status: "all", id: mail.comment_id }}>{say.comment}</Link>}
      </div>
    </li>
  );
}
