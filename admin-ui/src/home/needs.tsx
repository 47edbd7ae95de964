// What waits for a decision, newest first: comments, which can be decided here, then what is being written, then what went wrong.
import { Button } from "@mantine/core";
import { IconCalendarTime, IconCircleCheck, IconMail, IconPencil, IconShieldX } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useEffect, useRef, type ReactNode } from "react";
import { api, ask } from "../api/client";
import { queries } from "../app/data";
import { may, usePerson } from "../app/person";
import { Count } from "../parts/chip";
import { Face } from "../parts/face";
import { Empty, Shapes, sentence, Trouble } from "../parts/states";
import { shortAge, Time, useNow } from "../parts/time";
import { toast } from "../parts/toasts";
import { useWords } from "../words/words";
import { commentsChanged, heldKey, useMailTrouble, useNewestHeld, usePosts, type Held, type Post } from "./data";
import classes from "./home.module.css";
import { useMoment } from "./moment";
import { homeWords } from "./words";

const spamFrom = 6, near = spamFrom - 2; // points, as in package moderation
const wantsReading = (comment: Held) => comment.imitates_staff || comment.score >= near;

/** The text of a comment in one line: what people wrote, without the marks. */
const plain = (html: string) => new DOMParser().parseFromString(html, "text/html").body.textContent?.replace(/\s+/g, " ").trim() ?? "";

/** Decides about a comment at once, on the screen before the server has answered, and can take it back. */
function useDecision() {
  const say = useWords(homeWords);
  const undo = useMutation({
    mutationFn: ({ action }: { action: string; name: string }) => ask(api.POST("/api/v1/admin/comments/undo", { body: { action_id: action } })),
    onSuccess: (_, { name }) => toast({ text: say.takenBack(name) }),
    onError: (error) => toast({ text: say.notUndone(sentence(error)), tone: "trouble" }),
    onSettled: commentsChanged,
  });
  const decide = useMutation({
    mutationFn: ({ comment, status }: { comment: Held; status: "approved" | "spam" }) => ask(api.PATCH("/api/v1/admin/comments/{id}", { params: { path: { id: comment.id } }, body: { status } })),
    onMutate: async ({ comment }) => {
      await queries.cancelQueries({ queryKey: heldKey });
      const before = queries.getQueryData<{ comments: Held[]; total: number }>(heldKey);
      if (before) queries.setQueryData(heldKey, { comments: before.comments.filter(({ id }) => id !== comment.id), total: before.total - 1 });
      return before;
    },
    onSuccess: ({ action_id: action }, { comment, status }) => {
      const name = comment.author.name;
      toast({ text: status === "approved" ? say.approved(name) : say.spammed(name), ...(action ? { undo: () => undo.mutate({ action, name }) } : {}) });
    },
    onError: (error, tried, before) => {
      if (before) queries.setQueryData(heldKey, before);
      toast({ text: say.notDone(sentence(error)), tone: "trouble", action: { label: say.again, run: () => decide.mutate(tried) } });
    },
    onSettled: commentsChanged,
  });
  return decide.mutate;
}

function Row({ mark, what, acts }: { mark: ReactNode; what: ReactNode; acts?: ReactNode }) {
  return (
    <li className={classes["need"]}>
      <span className={classes["mark"]}>{mark}</span>
      <div className={classes["what"]}>{what}</div>
      {acts && <div className={classes["acts"]}>{acts}</div>}
    </li>
  );
}

function HeldRow({ comment, onDecide }: { comment: Held; onDecide(status: "approved" | "spam"): void }) {
  const say = useWords(homeWords);
  const { name } = comment.author;
  const read = wantsReading(comment);
  const spoken = <span className="vh"> {say.theComment(name)}</span>;
  return (
    <Row
      mark={<Face name={name} small />}
      what={
        <>
          <p>
            <b>{name}</b> {say.on(comment.post.title)} · <Time at={comment.created_at} />
            {read && <> · <span className={classes["flag"]}>{comment.imitates_staff ? say.imitates : say.near}</span></>}
          </p>
          <p className={classes["quote"]}>{plain(comment.html)}</p>
        </>
      }
      acts={
        <>
          {read ? (
            <Button renderRoot={(props) => <Link {...props} to="/comments" search={{ id: comment.id }} />} variant="default" size="xs">{say.open}{spoken}</Button>
          ) : (
            <Button variant="default" size="xs" leftSection={<IconCircleCheck className={classes["yes"]} size={16} stroke={2} aria-hidden="true" />} onClick={() => onDecide("approved")}>{say.approve}{spoken}</Button>
          )}
          <Button variant="default" size="xs" className={classes["spam"]} onClick={() => onDecide("spam")}>
            <IconShieldX className={classes["no"]} size={16} stroke={2} aria-hidden="true" /><span className={classes["spamWord"]}>{say.spam}</span>{spoken}
          </Button>
        </>
      }
    />
  );
}

function PostRow({ post }: { post: Post }) {
  const say = useWords(homeWords);
  const moment = useMoment();
  const Icon = post.status === "draft" ? IconPencil : IconCalendarTime;
  return (
    <Row
      mark={<span className={classes["icon"]}><Icon size={16} stroke={2} aria-hidden="true" /></span>}
      what={<p>{post.status === "draft" ? say.draft : say.scheduled}: <b>{post.title || say.untitled}</b>{post.published_at && post.status === "scheduled" && <> {say.appears(moment(post.published_at))}</>}</p>}
      acts={<Button renderRoot={(props) => <Link {...props} to="/posts/$id" params={{ id: post.id }} />} variant="default" size="xs">{post.status === "draft" ? say.goOn : say.look}<span className="vh"> {post.title}</span></Button>}
    />
  );
}

function MailRow({ lead, text }: { lead: string; text: string }) {
  const say = useWords(homeWords);
  return (
    <Row
      mark={<span className={classes["icon"]} data-trouble><IconMail size={16} stroke={2} aria-hidden="true" /></span>}
      what={<p><b>{lead}</b> {text}</p>}
      acts={<Button renderRoot={(props) => <Link {...props} to="/outbox" />} variant="default" size="xs">{say.look}<span className="vh"> {lead}</span></Button>}
    />
  );
}

export function Needs() {
  const say = useWords(homeWords);
  const person = usePerson();
  const now = useNow();
  const writes = may.write(person.role);
  const held = useNewestHeld();
  const drafts = usePosts("draft", writes);
  const scheduled = usePosts("scheduled", writes);
  const published = usePosts("published", writes);
  const mail = useMailTrouble(may.edit(person.role));
  const decide = useDecision();
  const list = useRef<HTMLUListElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);

  const comments = held.data?.comments ?? [];
  const posts = [...(drafts.data?.posts ?? []), ...(scheduled.data?.posts ?? [])];
  const { failed = [], waiting = [] } = mail.data ?? {};
  const troubles = (failed.length > 0 ? 1 : 0) + (waiting.length > 0 ? 1 : 0);
  const total = (held.data?.total ?? 0) + (drafts.data?.total ?? 0) + (scheduled.data?.total ?? 0) + troubles;
  const more = (held.data?.total ?? 0) - comments.length;
  const known = held.isFetched && (!writes || (drafts.isFetched && scheduled.isFetched));
  const nothing = known && total === 0 && !held.isError;

  // A row that goes away takes the button with it that has the focus: the next row's gets it.
  const focusAt = useRef(-1);
  useEffect(() => {
    if (focusAt.current < 0) return;
    (list.current?.querySelectorAll("li")[focusAt.current]?.querySelector<HTMLElement>("button, a") ?? heading.current)?.focus();
    focusAt.current = -1;
  }, [comments.length]);
  const onDecide = (comment: Held, at: number) => (status: "approved" | "spam") => {
    focusAt.current = at;
    decide({ comment, status });
  };

  return (
    <section className="card" aria-labelledby="needs">
      <div className={classes["top"]}>
        <h2 className={classes["h"]} id="needs" tabIndex={-1} ref={heading}>{say.needs}{total > 0 && <Count n={total} />}</h2>
        <Link className={classes["more"]} to="/comments">{say.openQueue}</Link>
      </div>
      {held.isError && <div className={classes["inset"]}><Trouble error={held.error} again={() => void held.refetch()} /></div>}
      {!known && !held.isError && <div className={classes["inset"]}><Shapes lines={5} /></div>}
      {nothing && writes && published.data?.total === 0 ? (
        <Empty title={say.noPosts}><p>{say.noPostsText}</p></Empty>
      ) : (
        nothing && <Empty title={say.allDone}><p>{say.allDoneText}</p></Empty>
      )}
      {known && total > 0 && (
        <ul role="list" ref={list}>
          {comments.map((comment, at) => <HeldRow key={comment.id} comment={comment} onDecide={onDecide(comment, at)} />)}
          {more > 0 && comments.length > 0 && <li className={classes["rest"]}><Link to="/comments">{say.moreHeld(more)}</Link></li>}
          {posts.map((post) => <PostRow key={post.id} post={post} />)}
          {failed.length > 0 && <MailRow lead={say.mailFailed(failed.length)} text={failed[0]?.last_error ?? ""} />}
          {waiting.length > 0 && <MailRow lead={say.mailWaits(waiting.length)} text={`${waiting[0]?.last_error ?? ""} ${waiting[0]?.next_at ? say.mailNext(shortAge(now, Date.parse(waiting[0].next_at))) : ""}`} />}
        </ul>
      )}
    </section>
  );
}
