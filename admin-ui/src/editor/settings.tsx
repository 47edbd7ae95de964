import { Button, Drawer, SegmentedControl, Switch, Textarea, TextInput } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { api, ask } from "../api/client";
import { readAnew, useSite } from "../app/data";
import { Chip } from "../parts/chip";
import { confirm } from "../parts/confirm";
import { LevelControl, levelWords } from "../parts/dial";
import { sentence } from "../parts/states";
import { useNow } from "../parts/time";
import { toast } from "../parts/toasts";
import { useWords } from "../words/words";
import { usePeople, useRendered, useTags } from "./data";
import type { Part } from "./editor";
import classes from "./editor.module.css";
import { Ordered } from "./ordered";
import { Seo } from "./seo";
import { slugOf } from "./slug";
import { When } from "./when";
import { editorWords } from "./words";
import { etag } from "./writing";
import { placeOf, untilThen } from "./zone";

/** Everything about the post that is not its text: beside it on a wide screen, a sheet over it on a phone. */
export function Settings({ wide, opened, ...part }: Part & { wide: boolean; opened: boolean }) {
  const say = useWords(editorWords);
  if (wide) return <section className={classes["side"]} aria-label={say.settings}><Sections {...part} /></section>;
  return (
    <Drawer.Root opened={opened} onClose={() => part.open(null)} position="bottom" size="calc(100dvh - 64px)" zIndex={150}>
      <Drawer.Overlay />
      <Drawer.Content className={classes["sheet"] ?? ""} radius="20px 20px 0 0">
        <Drawer.Header className={classes["grab"] ?? ""}>
          <Drawer.Title>{say.settings}</Drawer.Title>
          <Button variant="subtle" onClick={() => part.open(null)}>{say.done}</Button>
        </Drawer.Header>
        <Drawer.Body className={classes["sheetBody"] ?? ""}><Sections {...part} /></Drawer.Body>
      </Drawer.Content>
    </Drawer.Root>
  );
}

function Sections(part: Part) {
  const { writing, view, open } = part;
  const say = useWords(editorWords);
  const rendered = useRendered(view.fields.source, view.fields.format).data;
  const tags = useTags().data ?? [];
  const people = usePeople(view.post);
  const excerpt = view.fields.excerpt || rendered?.excerpt || "";
  const words = rendered?.word_count ?? view.post?.word_count ?? 0;
  const minutes = rendered?.reading_minutes ?? view.post?.reading_minutes ?? 1;
  const name = (id: string) => people.find((person) => person.id === id)?.name ?? say.somebody;
  return (
    <>
      <Status {...part} />
      <Level {...part} />
      <section>
        <Ordered
          label={say.tags} add={say.addTagLabel} empty={say.noTags} make chosen={view.fields.tags.map((tag) => ({ value: tag, name: tag }))}
          choices={tags.map((tag) => ({ value: tag.name, name: tag.name }))} onChange={(chosen) => writing.change({ tags: chosen })}
        />
        {Object.entries(view.errors).filter(([location]) => location.startsWith("tags")).map(([location, message]) => <p key={location} className={classes["wrong"]}>{message}</p>)}
      </section>
      <Seo {...part} excerpt={excerpt} />
      <Details {...part} />
      <section>
        <Ordered
          label={say.authors} add={say.addAuthor} empty={say.noTags} fold chosen={view.fields.authors.map((id, i) => ({ value: id, name: name(id), ...(i === 0 && view.fields.authors.length > 1 ? { note: say.mainAuthor } : {}) }))}
          choices={people.map((person) => ({ value: person.id, name: person.name }))} onChange={(chosen) => chosen.length > 0 && writing.change({ authors: chosen })}
        />
        {Object.entries(view.errors).filter(([location]) => location.startsWith("authors")).map(([location, message]) => <p key={location} className={classes["wrong"]}>{message}</p>)}
      </section>
      <section>
        <div className={classes["pair"]}><span>{say.length}</span><span className="nums">{say.words(words)} · {say.minutes(minutes)}</span></div>
        {view.id && <div className={classes["pair"]}><span>{say.versions}</span><button type="button" className={classes["quiet"]} onClick={() => open("history")}>{say.show}</button></div>}
        <div className={`${classes["pair"]} ${classes["phoneOnly"]}`}><span>{say.preview}</span><button type="button" className={classes["quiet"]} onClick={() => open("preview")}>{say.show}</button></div>
      </section>
      <Ending {...part} />
    </>
  );
}

function Status({ writing, view, zone }: Part) {
  const say = useWords(editorWords);
  const now = useNow();
  const status = view.post?.status ?? "draft";
  const out = status === "published" || status === "archived";
  const value = view.fields.published_at;
  const at = value === null ? null : Date.parse(value);
  const place = placeOf(zone);
  const hint = out ? say.dateShown(place) : at === null ? say.atOnce : at > now ? say.inThen(place, untilThen(at, now)) : say.past(place);
  return (
    <section>
      <h2>{say.status}</h2>
      <div className={classes["pair"]}><span>{say.now}</span><Chip status={status} /></div>
      <p className={classes["label"]}>{out ? say.date : say.goesOut}</p>
      <When id="settings-when" value={value} zone={zone} wrong={view.errors["published_at"]} hint={hint} keep={out} onChange={(next) => writing.change({ published_at: next })} />
    </section>
  );
}

function Level({ writing, view }: Part) {
  const say = useWords(editorWords);
  const names = useWords(levelWords);
  const site = useSite().data?.comments.level ?? null;
  const own = view.fields.comments;
  return (
    <section className={classes["level"]}>
      <LevelControl legend={say.level} name="post-level" value={own ?? site} onChange={(level) => writing.change({ comments: level })} />
      {own === null ? <p className={classes["hint"]}>{say.sitesLevel}</p> : site && <button type="button" className={classes["quiet"]} onClick={() => writing.change({ comments: null })}>{say.useSites(names[site].name)}</button>}
    </section>
  );
}

function Details(part: Part) {
  const { writing, view } = part;
  const say = useWords(editorWords);
  const { fields, post, errors } = view;
  const url = post && fields.slug ? post.url.replace(encodeURIComponent(post.slug), fields.slug).replace(post.slug, fields.slug) : "";
  const wasSeen = post !== null && (post.status === "published" || post.status === "archived");
  return (
    <section>
      <details className={classes["more"]}>
        <summary>{say.details}</summary>
        <div className={classes["stack"]}>
          <SlugField {...part} hint={post === null || (post.status === "draft" && !fields.slug) ? say.addressAuto : say.addressHint(url)} />
          {wasSeen && post.slug !== fields.slug && <p className={classes["hint"]} role="status">{say.oldWill(post.slug)}</p>}
          {post && post.redirects_from.length > 0 && (
            <div className={classes["hint"]}>
              <p>{say.oldAddresses}</p>
              <ul>{post.redirects_from.map((old) => <li key={old}>{old}</li>)}</ul>
            </div>
          )}
          <Textarea size="md" label={say.excerpt} description={say.excerptHint} rows={3} maxLength={1000} value={fields.excerpt ?? ""} error={errors["excerpt"]} onChange={(event) => writing.change({ excerpt: event.currentTarget.value === "" ? null : event.currentTarget.value })} />
          <div>
            <p className={classes["label"]} id="kind">{say.type}</p>
            <SegmentedControl aria-labelledby="kind" fullWidth value={fields.type} onChange={(type) => writing.change({ type: type === "page" ? "page" : "post" })} data={[{ value: "post", label: say.post }, { value: "page", label: say.page }]} />
            {fields.type === "page" && <p className={classes["hint"]}>{say.pageHint}</p>}
          </div>
          <Switch size="md" label={say.featured} description={say.featuredHint} checked={fields.featured} onChange={(event) => writing.change({ featured: event.currentTarget.checked })} />
          <TextInput size="md" label={say.language} description={say.languageHint} value={fields.language} error={errors["language"]} onChange={(event) => writing.change({ language: event.currentTarget.value.trim() })} />
          <Extra {...part} />
        </div>
      </details>
    </section>
  );
}

/** The address is put into its form when the field is left, not while it is typed. */
function SlugField({ writing, view, hint }: Part & { hint: string }) {
  const say = useWords(editorWords);
  const [text, setText] = useState(view.fields.slug);
  useEffect(() => setText(view.fields.slug), [view.fields.slug]);
  const done = () => {
    const slug = slugOf(text);
    if (slug) writing.change({ slug });
    setText(slug || view.fields.slug);
  };
  return (
    <TextInput size="md" label={say.address} description={hint} value={text} disabled={view.post === null} error={view.errors["slug"]} onChange={(event) => setText(event.currentTarget.value)} onBlur={done}
      onKeyDown={(event) => event.key === "Enter" && done()} />
  );
}

function Extra({ writing, view }: Part) {
  const say = useWords(editorWords);
  const written = (extra: object) => (Object.keys(extra).length === 0 ? "" : JSON.stringify(extra, null, 2));
  const [text, setText] = useState(() => written(view.fields.extra));
  const [wrong, setWrong] = useState(false);
  useEffect(() => {
    if (!wrong && written(view.fields.extra) !== written(read(text) ?? {})) setText(written(view.fields.extra));
  }, [view.fields.extra]);
  return (
    <Textarea
      size="md" label={say.extra} description={say.extraHint} rows={4} spellCheck={false} classNames={{ input: classes["mono"] ?? "" }} value={text} error={wrong ? say.extraWrong : view.errors["extra"]}
      onChange={(event) => {
        setText(event.currentTarget.value);
        const extra = read(event.currentTarget.value);
        setWrong(extra === null);
        if (extra) writing.change({ extra });
      }}
    />
  );
}

function read(text: string): Record<string, unknown> | null {
  if (!text.trim()) return {};
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

/** What ends something: the unsaved changes, or the post. */
function Ending({ writing, view }: Part) {
  const say = useWords(editorWords);
  const navigate = useNavigate();
  const post = view.post;
  if (!post) return null;
  const discard = async () => {
    const before = view.fields;
    if ((await writing.discard()) === "done") toast({ text: say.discarded, undo: () => writing.change(before) });
  };
  const remove = async () => {
    if (!(await confirm({ title: say.removeTitle, text: `${say.removeText(post.comment_count)} ${post.status === "published" ? say.archiveInstead : ""}`, yes: say.removeYes, no: say.keep }))) return;
    try {
      await ask(api.DELETE("/api/v1/admin/posts/{id}", { params: { path: { id: post.id }, header: { "If-Match": [etag(post)] } } }));
      writing.close();
      writing.forget();
      void readAnew();
      toast({ text: say.removed });
      void navigate({ to: "/posts" });
    } catch (error) {
      toast({ text: sentence(error), tone: "trouble" });
    }
  };
  return (
    <section className={classes["ending"]}>
      {post.status !== "draft" && view.changedNames.length > 0 && <Button variant="default" onClick={() => void discard()}>{say.discard}</Button>}
      <Button variant="subtle" color="red" onClick={() => void remove()}>{say.remove1}</Button>
    </section>
  );
}
