import { Button, Menu } from "@mantine/core";
import { IconAlertTriangle, IconPin, IconShieldX, IconTrash } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useQuery } from "@tanstack/react-query";
import { api, ask } from "../api/client";
import { Chip, statusWords } from "../parts/chip";
import { CommentText, safeAddress, siteOf, wordsIn } from "../parts/comment-text";
import { Face } from "../parts/face";
import { day, longTime, shortAge, Time, useNow } from "../parts/time";
import { currentLanguage, useWords, wordsOf } from "../words/words";
import { decideMany } from "./actions";
import { useLike, type Comment, type Like } from "./data";
import classes from "./detail.module.css";
import { capital, reasonText, spamFrom } from "./reasons";
import { bulkFilterOf, type Status } from "./search";
import { atLeast, commentWords } from "./words";

/** Today, 18:52; yesterday, 9:10; or the date. */
function written(at: number, now: number): string {
  const language = currentLanguage();
  const days = Math.round((new Date(at).setHours(0, 0, 0, 0) - new Date(now).setHours(0, 0, 0, 0)) / day);
  const date = days > -2 && days < 1
    ? capital(new Intl.RelativeTimeFormat(language, { numeric: "auto" }).format(days, "day"))
    : new Date(at).toLocaleDateString(language, { day: "numeric", month: "long", ...(new Date(at).getFullYear() === new Date(now).getFullYear() ? {} : { year: "numeric" }) });
  return `${date}, ${new Date(at).toLocaleTimeString(language, { hour: "numeric", minute: "2-digit" })}`;
}

/** Who wrote, when and where. On a card that waits, the chip would say what the heading of the screen says. */
export function Who({ comment, heading, short }: { comment: Comment; heading: "h2" | "p"; short?: boolean }) {
  const say = useWords(commentWords);
  const now = useNow();
  const Heading = heading;
  const { post } = comment;
  const at = Date.parse(comment.created_at);
  const title = <bdi>{post.title}</bdi>;
  return (
    <div className={classes["who"]}>
      <Face name={comment.author.name} />
      <div>
        <Heading className={classes["name"]} dir="auto"><bdi>{comment.author.name}</bdi></Heading>
        <p className="meta">
          <time dateTime={comment.created_at} title={longTime(comment.created_at)}>{short ? shortAge(at, now) : written(at, now)}</time>
          {comment.edited_at && <> · {say.edited}</>} · {say.on} {post.url && safeAddress(post.url) ? <a href={post.url} target="_blank" rel="noopener">{title}</a> : title}
        </p>
      </div>
      {!(short && comment.status === "pending") && <Chip status={comment.status} />}
    </div>
  );
}

/** What must not be overlooked: a name that imitates one of the blog's, reports, a pin. */
export function Flags({ comment }: { comment: Comment }) {
  const say = useWords(commentWords);
  return (
    <>
      {comment.imitates_staff && <p className={classes["flag"]}><IconAlertTriangle size={20} stroke={1.75} aria-hidden="true" /><span>{say.imitatesText}</span></p>}
      {comment.reports > 0 && <p className={classes["flag"]}><IconAlertTriangle size={20} stroke={1.75} aria-hidden="true" /><span>{say.reports(comment.reports)}.</span></p>}
      {comment.pinned && <p className={classes["note"]}><IconPin size={16} stroke={2} aria-hidden="true" />{say.pinned}</p>}
    </>
  );
}

const parentWords = 400; // characters

/** The comment that this one answers. */
export function Parent({ comment }: { comment: Comment }) {
  const say = useWords(commentWords);
  const id = comment.parent_id;
  const parent = useQuery({
    queryKey: ["comment", id],
    queryFn: async ({ signal }) => (await ask(api.GET("/api/v1/admin/comments/{id}", { params: { path: { id: id ?? "" } }, signal }))).data,
    enabled: id !== null,
    staleTime: 60_000,
    placeholderData: () => undefined,
  });
  if (id === null) return null;
  if (!parent.data) return <div className={classes["parent"]}><span className="meta">{parent.isError ? say.answersGone : " "}</span></div>;
  const words = wordsIn(parent.data.html);
  return (
    <div className={classes["parent"]}>
      <p className="meta"><Link from="/comments" to="/comments" search={(old) => ({ ...old, id })} resetScroll={false}>{say.answers(parent.data.author.name)}</Link>, <Time at={parent.data.created_at} /></p>
      <p className={classes["said"]} dir="auto">{words.length > parentWords ? `${words.slice(0, parentWords)}…` : words}</p>
    </div>
  );
}

export const Body = ({ comment }: { comment: Comment }) => <CommentText html={comment.html} className={classes["body"]} />;

const signed = (n: number) => (n > 0 ? `+${n}` : n < 0 ? `−${-n}` : "0");
const tone = (n: number) => (n >= 4 ? "hot" : n > 0 ? "up" : n < 0 ? "down" : undefined);

/** The points, sentence by sentence, and their sum. */
export function Reasons({ comment }: { comment: Comment }) {
  const say = useWords(commentWords);
  const statuses = useWords(statusWords);
  if (!comment.verdict) return <p className={classes["sum"]}>{say.staff}</p>;
  const pointed = comment.reasons.filter(({ points }) => points !== 0);
  const said = comment.reasons.filter(({ points }) => points === 0);
  return (
    <>
      <ul className={classes["reasons"]} role="list">
        {pointed.map(({ points, text }, i) => <li key={i}><span className={classes["points"]} data-tone={tone(points)}>{signed(points)}</span><span>{reasonText(text)}</span></li>)}
      </ul>
      <p className={classes["sum"]}>
        {pointed.length === 0 && <>{say.nothingSpoke} </>}
        <b>{say.points(comment.score)}</b> {say.spamBegins(spamFrom)}{said.map(({ text }) => ` ${reasonText(text)}.`)}
      </p>
      {comment.decided_at && comment.status !== comment.verdict && <p className={classes["since"]}>{say.decidedSince(statuses[comment.status].toLocaleLowerCase(), longTime(comment.decided_at))}</p>}
    </>
  );
}

/** How many of a reader's other comments were approved, and how many were not. */
export function standing(comment: Comment): { approved: number; rejected: number } {
  const reader = comment.commenter;
  return {
    approved: Math.max(0, (reader?.approved ?? 0) - (comment.status === "approved" ? 1 : 0)),
    rejected: Math.max(0, (reader?.rejected ?? 0) - (comment.status === "spam" || comment.status === "trash" ? 1 : 0)),
  };
}

const date = (at: string) => new Date(at).toLocaleDateString(currentLanguage(), { day: "numeric", month: "long", year: "numeric" });

/** What is known of whoever wrote. */
export function Reader({ comment }: { comment: Comment }) {
  const say = useWords(commentWords);
  const reader = comment.commenter;
  const { approved, rejected } = standing(comment);
  const url = safeAddress(comment.author.url);
  const { email } = comment.author;
  return (
    <dl className={classes["facts"]}>
      {reader && <div><dt>{say.commentsHere}</dt><dd>{approved + rejected === 0 ? say.noneBefore : say.before(approved, rejected)}</dd></div>}
      {(reader?.blocked || reader?.trusted) && <div><dt>{say.reader}</dt><dd><b>{[reader.blocked && say.blocked, reader.trusted && say.trusted].filter(Boolean).join(", ")}</b></dd></div>}
      {reader && approved + rejected > 0 && <div><dt>{say.firstSeen}</dt><dd>{date(reader.created_at)}</dd></div>}
      {reader && <div><dt>{say.email}</dt><dd>{email ? <><bdi>{email}</bdi>. {reader.email_confirmed ? say.emailProven : say.emailTyped}</> : say.emailNone}</dd></div>}
      {url && <div><dt>{say.website}</dt><dd><a href={url} title={url} target="_blank" rel="noopener noreferrer nofollow ugc">{siteOf(url)}</a></dd></div>}
      {comment.status === "pending" && reader?.approved === 0 && !reader.trusted && !reader.blocked && <div><dt>{say.ifApproved}</dt><dd>{say.thenShown}</dd></div>}
    </dl>
  );
}

const many = (like: Like) => atLeast(like.total, like.capped);

function likeText(like: Like): string {
  const say = wordsOf(commentWords);
  if (like.kind === "reader") return say.sameReader(many(like));
  if (like.kind === "address") return say.sameAddress(many(like));
  return like.kind === "text" ? say.sameText(many(like)) : say.sameLink(many(like), like.site ?? "");
}

/** The others like this one, each a list and a way to remove them all. */
export function Others({ comment, shown }: { comment: Comment; shown: readonly Comment[] }) {
  const say = useWords(commentWords);
  const likes = useLike(comment).filter(({ total }) => total > 1);
  if (likes.length === 0) return null;
  const touchedBy = (like: Like) => shown.filter((c) => (like.kind === "reader" ? c.commenter?.id === comment.commenter?.id : c.id === comment.id));
  const remove = (like: Like, status: Status) => void decideMany({ filter: bulkFilterOf(like.filter) }, status, touchedBy(like));
  return (
    <section className={classes["others"]}>
      <h3>{say.others}</h3>
      <ul role="list">
        {likes.map((like) => {
          const text = likeText(like);
          return (
            <li key={like.kind + (like.site ?? "")}>
              <Link to="/comments" search={{ ...like.filter, id: comment.id }}>{text}</Link>
              <Menu position="bottom-end">
                <Menu.Target><Button variant="default" size="xs" aria-label={say.removeWhat(text)}>{say.removeAll}</Button></Menu.Target>
                <Menu.Dropdown>
                  <Menu.Item leftSection={<IconShieldX size={20} stroke={1.75} aria-hidden="true" />} onClick={() => remove(like, "spam")}>{say.allToSpam(many(like))}</Menu.Item>
                  <Menu.Item leftSection={<IconTrash size={20} stroke={1.75} aria-hidden="true" />} onClick={() => remove(like, "trash")}>{say.allToTrash(many(like))}</Menu.Item>
                </Menu.Dropdown>
              </Menu>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

/** A comment with all that helps to decide. */
export function Detail({ comment, shown }: { comment: Comment; shown: readonly Comment[] }) {
  const say = useWords(commentWords);
  return (
    <>
      <Who comment={comment} heading="h2" />
      <Flags comment={comment} />
      <Parent comment={comment} />
      <Body comment={comment} />
      <div className={classes["why"]}>
        <section><h3>{say.why[comment.verdict ?? "none"]}</h3><Reasons comment={comment} /></section>
        <section><h3>{say.reader}</h3><Reader comment={comment} /></section>
        <Others comment={comment} shown={shown} />
      </div>
    </>
  );
}
