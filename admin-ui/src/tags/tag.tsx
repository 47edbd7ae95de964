// One tag over the list: what it is, merging, deleting.
import { Button, Drawer, NativeSelect, Textarea, TextInput } from "@mantine/core";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useState, type FormEvent, type ReactNode } from "react";
import { useDimmer, useSite } from "../app/data";
import { useTitle } from "../app/head";
import { confirm } from "../parts/confirm";
import { LevelControl, levelWords, type Level } from "../parts/dial";
import { DraftForm, useDraft, type Draft } from "../parts/draft";
import { sentence, Shapes, Trouble } from "../parts/states";
import { toast } from "../parts/toasts";
import { useWords } from "../words/words";
import { changeTag, createTag, deleteTag, mergeTag, usePostsOf, useTags, type Tag } from "./data";
import classes from "./tags.module.css";
import { tagsWords } from "./words";

const order = ["label", "input", "description", "error"] as ("label" | "input" | "description" | "error")[];

interface Fields {
  name: string;
  slug: string;
  description: string;
  comments: Level | null;
}

function useClose() {
  const navigate = useNavigate();
  const search = useSearch({ from: "/frame/tags" });
  return () => void navigate({ to: "/tags", search });
}

function Sheet({ title, children }: { title: string; children: ReactNode }) {
  const say = useWords(tagsWords);
  const close = useClose();
  useTitle(`${title} · ${say.title}`);
  return (
    <Drawer opened onClose={close} title={title} position="right" size="30rem" closeButtonProps={{ "aria-label": say.close, size: "lg" }} classNames={{ content: classes["sheet"] ?? "", title: classes["title"] ?? "" }}>
      {children}
    </Drawer>
  );
}

function TagFields({ draft }: { draft: Draft<Fields> }) {
  const say = useWords(tagsWords);
  const names = useWords(levelWords);
  const site = useSite().data;
  const level = useDimmer().data?.level;
  const { values, errors, set } = draft;
  return (
    <>
      <TextInput label={say.name} description={say.nameHint} inputWrapperOrder={order} error={errors["name"]} value={values.name} size="md" data-autofocus onChange={(event) => set("name", event.currentTarget.value)} />
      <TextInput label={say.slug} description={values.slug ? say.slugHint(`…/${values.slug}`) : say.slugEmpty} inputWrapperOrder={order} error={errors["slug"]} value={values.slug} size="md" spellCheck={false} autoCapitalize="off" onChange={(event) => set("slug", event.currentTarget.value.trim())} />
      <Textarea label={say.description} description={say.descriptionHint} inputWrapperOrder={order} error={errors["description"]} value={values.description} size="md" autosize minRows={2} maxRows={8} lang={site?.language} onChange={(event) => set("description", event.currentTarget.value)} />
      <div className={classes["level"]}>
        <LevelControl legend={say.level} name="tag-level" value={values.comments} onChange={(next) => set("comments", next)} />
        {values.comments === null ? <p>{say.levelHint} {level && say.asSiteNow(names[level].name)}</p> : <button type="button" onClick={() => set("comments", null)}>{say.asSite}</button>}
      </div>
    </>
  );
}

export function NewTag() {
  const say = useWords(tagsWords);
  const navigate = useNavigate();
  const search = useSearch({ from: "/frame/tags" });
  const [made, setMade] = useState<Tag | null>(null);
  const draft = useDraft<Fields>({ name: made?.name ?? "", slug: made?.slug ?? "", description: made?.description ?? "", comments: made?.comments ?? null }, async (fields) => setMade(await createTag({ name: "", ...fields })), { undo: false });
  const save = async () => {
    const name = draft.values.name.trim();
    if (!(await draft.save())) return false;
    toast({ text: say.made(name) });
    void navigate({ to: "/tags", search });
    return true;
  };
  return (
    <Sheet title={say.makeTitle}>
      <DraftForm label={say.makeTitle} draft={{ ...draft, save }} verb={say.save}><TagFields draft={draft} /></DraftForm>
    </Sheet>
  );
}

export function OneTag() {
  const say = useWords(tagsWords);
  const { tag: id } = useParams({ from: "/frame/tags/$tag" });
  const search = useSearch({ from: "/frame/tags" });
  const tags = useTags();
  const tag = tags.data?.find((one) => one.id === id);
  if (tag) return <Sheet title={tag.name}><Known key={tag.id} tag={tag} others={tags.data?.filter((one) => one.id !== id) ?? []} /></Sheet>;
  return (
    <Sheet title={say.title}>
      {tags.error ? <Trouble error={tags.error} again={() => void tags.refetch()} /> : tags.isPending || tags.isFetching ? <Shapes /> : <p>{say.notFound} <Link to="/tags" search={search}>{say.toTags}</Link></p>}
    </Sheet>
  );
}

function Known({ tag, others }: { tag: Tag; others: Tag[] }) {
  const say = useWords(tagsWords);
  const close = useClose();
  const posts = usePostsOf(tag);
  const draft = useDraft<Fields>({ name: tag.name, slug: tag.slug, description: tag.description, comments: tag.comments }, (change) => changeTag(tag.id, change));
  const remove = async () => {
    if (!(await confirm({ title: say.removeTitle(tag.name), text: say.removeText(posts.data ?? tag.post_count), yes: say.removeYes, no: say.removeNo }))) return;
    try {
      draft.drop();
      await deleteTag(tag.id);
      toast({ text: say.removed(tag.name) });
      close();
    } catch (error) {
      toast({ text: sentence(error), tone: "trouble" });
    }
  };
  return (
    <>
      <DraftForm label={say.edit} draft={draft}><TagFields draft={draft} /></DraftForm>
      {others.length > 0 && <Merge tag={tag} others={others} posts={posts.data ?? tag.post_count} onMerged={close} />}
      <section className={classes["part"]}>
        <div className={classes["row"]}>
          <Link to="/posts" search={{ tag: tag.slug }} className={classes["away"]}>{say.showPosts}</Link>
          <Button variant="subtle" color="red" onClick={() => void remove()}>{say.remove}</Button>
        </div>
      </section>
    </>
  );
}

function Merge({ tag, others, posts, onMerged }: { tag: Tag; others: Tag[]; posts: number; onMerged(): void }) {
  const say = useWords(tagsWords);
  const [into, setInto] = useState("");
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<unknown>(null);
  const target = others.find(({ id }) => id === into);
  const merge = async (event: FormEvent) => {
    event.preventDefault();
    if (!target) return;
    setBusy(true);
    setFailed(null);
    try {
      await mergeTag(tag.id, target.id);
      toast({ text: say.merged(tag.name, target.name) });
      onMerged();
    } catch (error) {
      setFailed(error);
      setBusy(false);
    }
  };
  return (
    <form className={classes["part"]} aria-label={say.merge} onSubmit={(event) => void merge(event)}>
      <h3>{say.merge}</h3>
      <p>{say.mergeLead}</p>
      <NativeSelect label={say.mergeInto} value={into} size="md" onChange={(event) => setInto(event.currentTarget.value)}>
        <option value="">{say.mergePick}</option>
        {others.map(({ id, name }) => <option key={id} value={id}>{name}</option>)}
      </NativeSelect>
      <div role="status">{target && <p className={classes["says"]}>{say.mergeSays(posts, tag.name, target.name)}</p>}</div>
      {failed !== null && <Trouble error={failed} />}
      {target && <Button type="submit" variant="default" className={classes["start"]} loading={busy}>{say.mergeDo}</Button>}
    </form>
  );
}
