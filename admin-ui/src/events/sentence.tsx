import { Link } from "@tanstack/react-router";
import { Fragment, type ReactNode } from "react";
import type { Schemas } from "../api/client";
import { useWords } from "../words/words";
import { eventWords, type KnownKind } from "./words";

export type Event = Schemas["EventView"];

/** Who did it, as she is called now. Whoever comments without an account is called as the comment says. */
function useWho({ actor_name: name, actor_kind: kind, kind: event, subject_title: title }: Event): string {
  const say = useWords(eventWords);
  if (name) return name;
  if (kind === "system") return say.dimmer;
  if (kind === "token") return say.program;
  if (kind === "user") return say.gonePerson;
  if (event === "comment.created" && title) return title;
  return event.startsWith("subscription.") || event.startsWith("comment.") || event.startsWith("commenter.") ? say.reader : say.somebody;
}

/** What it was done to, with a link as long as it is there. */
function What({ event }: { event: Event }) {
  const say = useWords(eventWords);
  const { subject_kind: kind, subject_id: id, subject_title: title, post } = event;
  if (kind === "comment") {
    if (title === null) return <>{say.comment}</>;
    return (
      <>
        <Link to="/comments" search={{ status: "all", id }}>{event.kind === "comment.created" ? say.comment : say.commentBy(title)}</Link>
        {post && <> {say.on} <Link to="/posts/$id" params={{ id: post.id }}>{post.title || say.untitled}</Link></>}
      </>
    );
  }
  if (kind === "site") return <>{say.unknownPerson}</>;
  if (title === null) return <>{kind === "post" ? say.post : kind === "user" || kind === "commenter" || kind === "invite" ? say.person : say.thing}</>;
  switch (kind) {
    case "post": return <Link to="/posts/$id" params={{ id }}>{title || say.untitled}</Link>;
    case "user": return <Link to="/people/$id" params={{ id }}>{title}</Link>;
    case "commenter": return <Link to="/people/readers/$id" params={{ id }}>{title}</Link>;
    case "tag": return <Link to="/tags">{title}</Link>;
    case "invite": return <Link to="/people">{title}</Link>;
  }
  return <b>{title}</b>;
}

/** An event as a sentence; of a kind that is not known here, the kind's own name. */
export function Sentence({ event }: { event: Event }) {
  const say = useWords(eventWords);
  const who = useWho(event);
  const toOneself = event.actor_kind === "user" && event.actor_id === event.subject_id ? say.toOneself[event.kind] : undefined;
  const pattern = toOneself ?? (Object.hasOwn(say.kinds, event.kind) ? say.kinds[event.kind as KnownKind] : say.unknown(event.kind));
  const parts: Record<string, ReactNode> = { "{who}": <b>{who}</b>, "{what}": <What event={event} /> };
  return <>{pattern.split(/(\{who\}|\{what\})/).map((part, i) => <Fragment key={i}>{parts[part] ?? part}</Fragment>)}</>;
}

/** Names of what changed, in words where there are some. */
export function Changed({ event }: { event: Event }) {
  const say = useWords(eventWords);
  if (!/\.updated$/.test(event.kind) || !event.fields?.length) return null;
  const names = new Set(event.fields.map((field) => (Object.hasOwn(say.fields, field) ? say.fields[field] : undefined) ?? field.replaceAll("_", " ")));
  return <p>{say.changed}: {[...names].join(", ")}</p>;
}
