import { Button, NativeSelect, TextInput } from "@mantine/core";
import { IconArticle, IconHistory, IconKey, IconMail, IconMessage, IconPhoto, IconSettings, IconTag, IconUser, type Icon } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { api, ask } from "../api/client";
import { NotYours } from "../app/nothing";
import { may, usePerson } from "../app/person";
import { Screen } from "../app/screen";
import { More } from "../parts/more";
import { Empty, Shapes, Trouble } from "../parts/states";
import { longTime } from "../parts/time";
import { usePeople } from "../people/data";
import { currentLanguage, useWords, wordsOf } from "../words/words";
import classes from "./events.module.css";
import { queryOf, readSearch, type Search } from "./search";
import { Changed, Sentence, type Event } from "./sentence";
import { eventWords, groups, type Group } from "./words";

const marks: Readonly<Record<string, Icon>> = {
  post: IconArticle, comment: IconMessage, commenter: IconUser, subscription: IconMail, user: IconUser, invite: IconUser, session: IconKey, password: IconKey, device: IconKey, token: IconKey,
  settings: IconSettings, quiet: IconSettings, flood: IconSettings, snippet: IconSettings, media: IconPhoto, tag: IconTag, mail: IconMail,
};

/** Who did what. */
export function Events() {
  const say = useWords(eventWords);
  if (!may.own(usePerson().role)) return <NotYours />;
  return <Screen title={say.title}><Filters /><List /></Screen>;
}

function Filters() {
  const say = useWords(eventWords);
  const search = useSearch({ from: "/frame/events" });
  const navigate = useNavigate();
  const people = usePeople().data ?? [];
  const go = (change: Record<string, string>) => void navigate({ to: "/events", search: readSearch({ ...search, ...change }), replace: true });
  return (
    <div className={classes["filters"]} role="search">
      <NativeSelect label={say.who} size="md" value={search.who ?? ""} onChange={(event) => go({ who: event.currentTarget.value })}>
        <option value="">{say.everybody}</option>
        {people.map(({ id, name }) => <option key={id} value={id}>{name}</option>)}
        {search.who && !people.some(({ id }) => id === search.who) && <option value={search.who}>{say.gonePerson}</option>}
      </NativeSelect>
      <NativeSelect label={say.about} size="md" value={search.about ?? ""} onChange={(event) => go({ about: event.currentTarget.value })}>
        <option value="">{say.everything}</option>
        {(Object.keys(groups) as Group[]).map((group) => <option key={group} value={group}>{say.groups[group]}</option>)}
      </NativeSelect>
      <NativeSelect label={say.when} size="md" value={search.when ?? ""} onChange={(event) => go({ when: event.currentTarget.value })}>
        <option value="">{say.always}</option>
        {Object.entries(say.periods).map(([period, name]) => <option key={period} value={period}>{name}</option>)}
      </NativeSelect>
      {search.when === "between" && (
        <>
          <TextInput type="date" label={say.from} size="md" value={search.from ?? ""} max={search.to} onChange={(event) => go({ from: event.currentTarget.value })} />
          <TextInput type="date" label={say.to} size="md" value={search.to ?? ""} min={search.from} onChange={(event) => go({ to: event.currentTarget.value })} />
        </>
      )}
    </div>
  );
}

const dayOf = (at: Date) => new Date(at.getFullYear(), at.getMonth(), at.getDate()).getTime();

/** Today, Yesterday, Friday, 20 November. */
function nameOfDay(day: number): string {
  const say = wordsOf(eventWords);
  const now = new Date();
  const today = dayOf(now);
  if (day === today) return say.today;
  if (day === dayOf(new Date(today - 1))) return say.yesterday;
  const year = new Date(day).getFullYear() === now.getFullYear() ? {} : ({ year: "numeric" } as const);
  return new Date(day).toLocaleDateString(currentLanguage(), { weekday: "long", day: "numeric", month: "long", ...year });
}

function List() {
  const say = useWords(eventWords);
  const search: Search = useSearch({ from: "/frame/events" });
  const navigate = useNavigate();
  const list = useInfiniteQuery({
    queryKey: ["events", search], initialPageParam: "", staleTime: 0,
    queryFn: ({ pageParam: cursor }) => ask(api.GET("/api/v1/admin/events", { params: { query: { limit: 50, ...queryOf(search, new Date()), ...(cursor && { cursor }) } } })),
    getNextPageParam: ({ page }) => page.next,
  });
  const events = list.data?.pages.flatMap(({ data }) => data ?? []);
  if (list.isError && !events) return <Trouble error={list.error} again={() => void list.refetch()} />;
  if (!events) return <Shapes lines={8} />;
  if (events.length === 0) {
    const filtered = Object.keys(search).length > 0;
    return <Empty title={filtered ? say.nothing : say.none}>{filtered && <Button variant="default" onClick={() => void navigate({ to: "/events", search: {} })}>{say.clear}</Button>}</Empty>;
  }
  const days: { day: number; events: Event[] }[] = [];
  for (const event of events) {
    const day = dayOf(new Date(event.at));
    const last = days.at(-1);
    if (last?.day === day) last.events.push(event);
    else days.push({ day, events: [event] });
  }
  return (
    <div className={classes["column"]}>
      {days.map(({ day, events: of }) => (
        <section key={day} className={classes["day"]}>
          <h2>{nameOfDay(day)}</h2>
          <ul role="list" className={`card ${classes["list"]}`}>
            {of.map((event) => <Row key={event.seq} event={event} />)}
          </ul>
        </section>
      ))}
      <More of={list} />
    </div>
  );
}

function Row({ event }: { event: Event }) {
  const Mark = marks[event.kind.split(".")[0] ?? ""] ?? IconHistory;
  return (
    <li>
      <span className={classes["mark"]} aria-hidden="true"><Mark size={16} stroke={2} /></span>
      <div className={classes["says"]}><Sentence event={event} /><Changed event={event} /></div>
      <time dateTime={event.at} title={longTime(event.at)}>{new Date(event.at).toLocaleTimeString(currentLanguage(), { hour: "2-digit", minute: "2-digit" })}</time>
    </li>
  );
}
