import { Button, Menu, Modal, TextInput } from "@mantine/core";
import { IconDots } from "@tabler/icons-react";
import { useId, useState } from "react";
import type { Schemas } from "../api/client";
import { readAnew } from "../app/data";
import { useTags } from "../editor/data";
import { confirm } from "../parts/confirm";
import { levels, levelWords } from "../parts/dial";
import { sentence } from "../parts/states";
import { toast } from "../parts/toasts";
import { useWords } from "../words/words";
import { changeMany, deleteMany, takeBack } from "./many";
import classes from "./posts.module.css";
import { postsWords } from "./words";

type Listed = Schemas["AdminPostFields"];
type Plan = Parameters<typeof changeMany>[1];

/** What can be done with the chosen posts. All but deleting can be taken back. */
export function Bulk({ posts, done }: { posts: readonly Listed[]; done(): void }) {
  const say = useWords(postsWords);
  const names = useWords(levelWords);
  const tags = useTags().data ?? [];
  const list = useId();
  const [busy, setBusy] = useState(false);
  const [tag, setTag] = useState<string | null>(null);

  const show = () => readAnew();
  const run = async (plan: Plan, said: (n: number) => string) => {
    setBusy(true);
    const result = await changeMany(posts, plan);
    setBusy(false);
    void show();
    const n = result.back.length;
    const undo = () => void takeBack(result).then(() => toast({ text: say.undone }), (error: unknown) => toast({ text: sentence(error), tone: "trouble" })).finally(() => void show());
    if (n > 0) toast({ text: said(n), undo });
    if (result.failed[0]) toast({ text: say.failed(result.failed.length, sentence(result.failed[0].error)), tone: "trouble" });
    if (n === 0 && result.failed.length === 0) toast({ text: say.unchanged });
    if (result.failed.length === 0) done();
  };
  const status = (to: Listed["status"], said: (n: number) => string) =>
    run((post) => {
      if (post.status === to) return null;
      const ahead = post.published_at !== null && Date.parse(post.published_at) > Date.now();
      return { to: { status: to, ...(ahead && to === "published" ? { published_at: null } : {}) }, back: { status: post.status, published_at: post.published_at } };
    }, said);
  const addTag = (name: string) => {
    setTag(null);
    const plain = name.toLocaleLowerCase();
    return run((post) => {
      const now = post.tags.map((t) => t.name);
      return now.some((t) => t.toLocaleLowerCase() === plain) ? null : { to: { tags: [...now, name] }, back: { tags: now } };
    }, (n) => say.didTag(n, name));
  };
  const level = (to: Listed["comments"]) =>
    run((post) => (post.comments === to ? null : { to: { comments: to }, back: { comments: post.comments } }), (n) => say.didLevel(n, to ? names[to].name : say.sites));
  const remove = async () => {
    const comments = posts.reduce((sum, post) => sum + post.comment_count, 0);
    if (!(await confirm({ title: say.removeTitle, text: say.removeText(posts.length, comments), yes: say.removeYes, no: say.keep }))) return;
    setBusy(true);
    const { gone, failed } = await deleteMany(posts);
    setBusy(false);
    void show();
    if (gone > 0) toast({ text: say.didRemove(gone) });
    if (failed[0]) toast({ text: say.failed(failed.length, sentence(failed[0].error)), tone: "trouble" });
    else done();
  };

  return (
    <div className={classes["bulk"]} role="group" aria-label={say.bulk}>
      <p role="status">{say.chosen(posts.length)}</p>
      <Button size="xs" variant="default" disabled={busy} onClick={() => void status("published", say.didPublish)}>{say.publish}</Button>
      <Button size="xs" variant="default" disabled={busy} onClick={() => void status("archived", say.didArchive)}>{say.archive}</Button>
      <Button size="xs" variant="default" disabled={busy} onClick={() => setTag("")}>{say.addTag}</Button>
      <Menu position="bottom-start" width={240}>
        <Menu.Target><Button size="xs" variant="default" disabled={busy} leftSection={<IconDots size={16} stroke={2} aria-hidden="true" />}>{say.moreActions}</Button></Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => void status("draft", say.didDraft)}>{say.toDraft}</Menu.Item>
          <Menu.Label>{say.level}</Menu.Label>
          {levels.map((one) => <Menu.Item key={one} onClick={() => void level(one)}>{names[one].name}</Menu.Item>)}
          <Menu.Item onClick={() => void level(null)}>{say.sites}</Menu.Item>
          <Menu.Divider />
          <Menu.Item color="red" onClick={() => void remove()}>{say.remove}</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Button size="xs" variant="subtle" color="gray" onClick={done}>{say.unchoose}</Button>
      <Modal opened={tag !== null} onClose={() => setTag(null)} title={say.addTag} centered withCloseButton={false}>
        <form className={classes["tag"]} onSubmit={(event) => { event.preventDefault(); if (tag?.trim()) void addTag(tag.trim()); }}>
          <TextInput size="md" label={say.tagName} list={list} data-autofocus maxLength={80} value={tag ?? ""} onChange={(event) => setTag(event.currentTarget.value)} />
          <datalist id={list}>{tags.map(({ id, name }) => <option key={id} value={name} />)}</datalist>
          <Button type="submit" disabled={!tag?.trim()}>{say.add}</Button>
        </form>
      </Modal>
    </div>
  );
}
