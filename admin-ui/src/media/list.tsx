import { ActionIcon, Button, Progress } from "@mantine/core";
import { IconAlertTriangle, IconCircleCheck, IconX } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useWords } from "../words/words";
import type { Media } from "./data";
import classes from "./media.module.css";
import { uploads, useUploads, type Upload } from "./uploads";
import { mediaWords } from "./words";

/** What is on its way, and what became of it. `next` offers what to do with a picture that has arrived. */
export function UploadList({ next, floating }: { next(media: Media): ReactNode; floating?: boolean }) {
  const say = useWords(mediaWords);
  const all = useUploads();
  const done = all.filter(({ state }) => state === "done").length;
  const failed = all.filter(({ state }) => state === "failed").length;
  const over = done + failed === all.length;
  return (
    <section className={classes["uploads"]} data-floating={floating || undefined} data-none={all.length === 0 || undefined} aria-label={say.uploads}>
      <header>
        <p role="status">{all.length > 0 && say.sum(done, all.length, failed)}</p>
        {all.length > 0 && over && <ActionIcon variant="subtle" color="gray" size={40} aria-label={say.closeUploads} onClick={() => uploads.clear()}><IconX size={18} stroke={1.75} aria-hidden="true" /></ActionIcon>}
      </header>
      <ul role="list">
        {all.map((upload) => <One key={upload.id} upload={upload} next={next} />)}
      </ul>
    </section>
  );
}

function One({ upload, next }: { upload: Upload; next(media: Media): ReactNode }) {
  const say = useWords(mediaWords);
  const { id, name, state, share, media, wrong, again } = upload;
  const percent = Math.floor(share * 100);
  const says = { waiting: say.waiting, sending: say.sending(percent), making: say.making, done: say.done, failed: wrong ?? say.failed }[state];
  const over = state === "done" || state === "failed";
  return (
    <li data-state={state}>
      <div className={classes["sent"]}>
        <b>{name}</b>
        <span className={classes["became"]}>
          {state === "done" && <IconCircleCheck size={16} stroke={2} aria-hidden="true" />}
          {state === "failed" && <IconAlertTriangle size={16} stroke={2} aria-hidden="true" />}
          <span>{says}</span>
        </span>
        {!over && <Progress value={percent} size={6} aria-label={name} />}
      </div>
      {state === "done" && media && next(media)}
      {state === "failed" && again && <Button variant="default" size="xs" onClick={() => uploads.again(id)}>{say.again}</Button>}
      <ActionIcon variant="subtle" color="gray" size={36} aria-label={over ? say.remove(name) : say.cancel(name)} onClick={() => uploads.remove(id)}><IconX size={16} stroke={2} aria-hidden="true" /></ActionIcon>
    </li>
  );
}
