import { Button, Modal, Progress, Textarea, TextInput } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { IconCopy, IconExternalLink, IconTrash } from "@tabler/icons-react";
import { Link, useBlocker } from "@tanstack/react-router";
import { useState } from "react";
import { Problem } from "../api/problem";
import { Chip } from "../parts/chip";
import { confirm } from "../parts/confirm";
import { Shapes, Trouble } from "../parts/states";
import { longTime } from "../parts/time";
import { toast } from "../parts/toasts";
import { number, useWords, wordsOf } from "../words/words";
import { changeMedia, deleteMedia, forgetMedia, replaceImage, useMedia, whyNotSent, type MediaChange, type WholeMedia } from "./data";
import { FileButton } from "./files";
import { FocalPoint, Large } from "./focal";
import classes from "./media.module.css";
import { mediaWords } from "./words";

/** One picture: what it shows, where it is used, and what can be done with it. */
export function OnePicture({ id, onClose }: { id: string; onClose(): void }) {
  const say = useWords(mediaWords);
  const found = useMedia(id);
  const phone = useMediaQuery("(max-width: 47.99em)", false, { getInitialValueInEffect: false }) ?? false;
  const gone = found.error instanceof Problem && found.error.status === 404;
  return (
    <Modal
      opened onClose={onClose} title={found.data?.name ?? say.pictures} closeButtonProps={{ "aria-label": say.close }} size={1080} fullScreen={phone} zIndex={160} returnFocus={false}
      classNames={{ title: classes["title"] ?? "" }}
    >
      {found.isPending && <Shapes lines={6} />}
      {gone ? <p><b>{say.gone}</b> {say.goneText}</p> : found.error && !found.data && <Trouble error={found.error} again={() => void found.refetch()} />}
      {found.data && !gone && <Picture media={found.data} onClose={onClose} />}
    </Modal>
  );
}

function Picture({ media, onClose }: { media: WholeMedia; onClose(): void }) {
  const say = useWords(mediaWords);
  const [draft, setDraft] = useState<MediaChange>({});
  const [busy, setBusy] = useState(false);
  const [said, setSaid] = useState("");
  const [failed, setFailed] = useState<unknown>(null);
  const [deleting, setDeleting] = useState(false);
  const change = (next: MediaChange) => {
    setSaid("");
    setDraft({ ...draft, ...next });
  };
  const at = draft.focal_point ?? media.focal_point;
  const dirty =
    (draft.alt !== undefined && draft.alt !== media.alt) || (draft.name !== undefined && draft.name !== media.name) || at.x !== media.focal_point.x || at.y !== media.focal_point.y;

  useBlocker({
    shouldBlockFn: async () => dirty && !deleting && !(await confirm({ title: say.loseTitle, text: say.loseText, yes: say.loseYes, no: say.loseNo })),
    enableBeforeUnload: () => dirty,
  });

  const save = async () => {
    setBusy(true);
    setFailed(null);
    try {
      await changeMedia(media.id, draft);
      setDraft({});
      setSaid(say.saved);
    } catch (error) {
      setFailed(error);
    } finally {
      setBusy(false);
    }
  };
  const remove = async () => {
    const titles = media.used_in.map(({ title }) => `“${title || say.untitled}”`).join(", ");
    const text = media.use_count > 0 ? say.deleteUsed(media.use_count, titles) : say.deleteUnused;
    if (!(await confirm({ title: say.deleteTitle, text, yes: say.deleteYes, no: say.deleteNo }))) return;
    setBusy(true);
    setFailed(null);
    try {
      await deleteMedia(media.id);
      setDeleting(true);
      toast({ text: say.deleted });
      onClose();
      await forgetMedia();
    } catch (error) {
      setFailed(error);
      setBusy(false);
    }
  };
  const wrong = failed instanceof Problem ? failed.fields : {};
  return (
    <div className={classes["one"]}>
      <div className={classes["told"]}>
        <Large media={media} at={at} onChange={(focal_point) => change({ focal_point })} />
        <form
          className={classes["form"]}
          onSubmit={(event) => {
            event.preventDefault();
            if (dirty && !busy) void save();
          }}
        >
          <Textarea
            size="md" label={say.alt} description={say.altHint} value={draft.alt ?? media.alt} maxLength={500} autosize minRows={2} maxRows={6} error={wrong["alt"]} data-autofocus={media.alt === "" || undefined}
            onChange={({ currentTarget }) => change({ alt: currentTarget.value })}
          />
          {media.use_count > 0 && draft.alt !== undefined && <p className="meta">{say.altLater}</p>}
          <TextInput size="md" label={say.name} value={draft.name ?? media.name} maxLength={200} error={wrong["name"]} onChange={({ currentTarget }) => change({ name: currentTarget.value })} />
          {failed !== null && <Trouble error={failed} />}
          <div className={classes["row"]}>
            <Button type="submit" disabled={!dirty || busy}>{say.save}</Button>
            <p className="meta" role="status">{said}</p>
          </div>
        </form>
      </div>
      <div className={classes["told"]}>
        <FocalPoint media={media} at={at} wrong={wrong["focal_point.x"] ?? wrong["focal_point.y"]} onChange={(focal_point) => change({ focal_point })} />
        <Uses media={media} />
        <Facts media={media} />
        <Replace media={media} onReplaced={() => setDraft(({ focal_point, ...others }) => others)} />
        <div className={classes["row"]}>
          <Button variant="default" leftSection={<IconCopy size={18} stroke={1.75} aria-hidden="true" />} onClick={() => void copy(media.url)}>{say.copy}</Button>
          <Button variant="default" component="a" href={media.url} target="_blank" rel="noreferrer" leftSection={<IconExternalLink size={18} stroke={1.75} aria-hidden="true" />}>{say.open}</Button>
          <Button variant="default" className={classes["delete"] ?? ""} disabled={busy} leftSection={<IconTrash size={18} stroke={1.75} aria-hidden="true" />} onClick={() => void remove()}>{say.delete}</Button>
        </div>
      </div>
    </div>
  );
}

async function copy(url: string): Promise<void> {
  const say = wordsOf(mediaWords);
  try {
    await navigator.clipboard.writeText(url);
    toast({ text: say.copied });
  } catch {
    toast({ text: say.notCopied(url), tone: "trouble" });
  }
}

function Uses({ media }: { media: WholeMedia }) {
  const say = useWords(mediaWords);
  const hidden = media.use_count - media.used_in.length;
  return (
    <section>
      <h3>{say.whereUsed}</h3>
      {media.use_count === 0 && <p className="meta">{say.usedNowhere}</p>}
      <ul role="list" className={classes["uses"]}>
        {media.used_in.map(({ id, title, status }) => <li key={id}><Link to="/posts/$id" params={{ id }}>{title || say.untitled}</Link><Chip status={status} /></li>)}
        {hidden > 0 && <li className="meta">{say.others(hidden)}</li>}
      </ul>
    </section>
  );
}

const kinds: Record<WholeMedia["type"], string> = { "image/jpeg": "JPEG", "image/png": "PNG", "image/gif": "GIF" };

/** 284 kB, 3.1 MB. */
const weight = (bytes: number): string => (bytes < 1e6 ? `${number(Math.max(1, Math.round(bytes / 1e3)))} kB` : `${number(Math.round(bytes / 1e5) / 10)} MB`);

function Facts({ media }: { media: WholeMedia }) {
  const say = useWords(mediaWords);
  return (
    <section>
      <h3>{say.facts}</h3>
      <dl className={classes["facts"]}>
        <dt>{say.size}</dt>
        <dd>{kinds[media.type]}, {number(media.width)} × {number(media.height)}, {weight(media.bytes)}</dd>
        <dt>{say.by}</dt>
        <dd>{say.byWhom(media.uploaded_by?.name ?? say.somebody, longTime(media.created_at))}</dd>
      </dl>
    </section>
  );
}

function Replace({ media, onReplaced }: { media: WholeMedia; onReplaced(): void }) {
  const say = useWords(mediaWords);
  const [share, setShare] = useState<number | null>(null);
  const [said, setSaid] = useState<{ text: string; file?: File } | null>(null);
  const send = async (file: File | undefined) => {
    if (!file) return;
    setSaid(null);
    setShare(0);
    try {
      await replaceImage(media.id, file, setShare);
      onReplaced();
      toast({ text: say.replaced });
    } catch (error) {
      setSaid({ text: whyNotSent(error), file });
    } finally {
      setShare(null);
    }
  };
  const percent = Math.floor((share ?? 0) * 100);
  return (
    <section className={classes["replace"]}>
      <FileButton one plain disabled={share !== null} onFiles={([file]) => void send(file)}>{say.replace}</FileButton>
      <p className="meta">{share === null ? say.replaceHint : percent < 100 ? say.replacing(percent) : say.making}</p>
      {share !== null && <Progress value={percent} size={6} aria-label={say.replace} />}
      {said && (
        <p className={classes["wrong"]} role="alert">
          <span>{said.text}</span>
          {said.file && <Button variant="default" size="xs" onClick={() => void send(said.file)}>{say.again}</Button>}
        </p>
      )}
    </section>
  );
}
