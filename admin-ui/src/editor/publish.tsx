import { Button, Group, Modal, Radio } from "@mantine/core";
import { useState } from "react";
import { readAnew } from "../app/data";
import { useNow } from "../parts/time";
import { toast } from "../parts/toasts";
import { useWords } from "../words/words";
import type { Part } from "./editor";
import classes from "./editor.module.css";
import type { Post } from "./fields";
import { When } from "./when";
import { editorWords } from "./words";
import type { Committed } from "./writing";
import { dayAndTime, placeOf, untilThen } from "./zone";

type Status = Post["status"];

/** What happens to the post now, said in a sentence before it does. */
export function Publish({ writing, view, zone, open }: Part) {
  const say = useWords(editorWords);
  const now = useNow();
  const { fields, post, errors } = view;
  const status: Status = post?.status ?? "draft";
  const at = fields.published_at === null ? null : Date.parse(fields.published_at);
  const ahead = at !== null && at > now;
  const [later, setLater] = useState(ahead || status === "scheduled");
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState("");
  const place = placeOf(zone);
  const out = status === "published" || status === "archived";
  const fresh = view.changedNames.length > 0;

  const answerOf: Record<Exclude<Committed, "done">, string> = {
    refused: fields.title.trim() ? say.notDone : say.titleMissing, apart: say.apartFirst, merged: say.mergedFirst, device: say.pageGone, gone: say.goneText, failed: say.notDone,
  };
  const act = async (also: { status?: Status; published_at?: string | null }, said: string, look?: boolean) => {
    setBusy(true);
    setTrouble("");
    const before = post && { status: post.status, published_at: post.published_at };
    const answer = await writing.commit(also);
    setBusy(false);
    if (answer === "apart" && writing.view.conflict) {
      open("compare");
      return;
    }
    if (answer !== "done") {
      setTrouble(answerOf[answer]);
      return;
    }
    void readAnew();
    open(null);
    const url = writing.view.post?.url;
    const undo = before && also.status && before.status !== also.status ? { undo: () => void writing.commit(before) } : {};
    toast({ text: said, ...undo, ...(look && url ? { action: { label: say.look, run: () => void window.open(url, "_blank", "noopener") } } : {}) });
  };

  const date = at === null ? "" : dayAndTime(at, zone);
  const publishNow = () => void act({ status: "published", ...(ahead ? { published_at: null } : {}) }, say.didPublish, true);
  const schedule = () => at !== null && void act({ status: "scheduled", published_at: fields.published_at }, say.didSchedule(date, place));

  const says = out
    ? [fresh && status === "published" ? say.updateText : "", status === "archived" ? say.archivedText : fresh ? "" : say.nothingNew].filter(Boolean).join(" ")
    : !later ? (at !== null && !ahead ? say.nowDated(date) : say.nowText)
      : at === null ? say.chooseTime : !ahead ? say.mustBeLater : `${say.laterText(date, place)} ${say.inLater(untilThen(at, now))}`;

  return (
    <Modal opened onClose={() => open(null)} title={say.publishTitle} closeButtonProps={{ "aria-label": say.close }} centered zIndex={160}>
      <div className={classes["stack"]}>
        {!out && (
          <Radio.Group label={say.when} size="md" value={later ? "later" : "now"} onChange={(choice) => setLater(choice === "later")}>
            <Group gap="lg" mt={4}>
              <Radio size="md" value="now" label={say.atOnceChoice} data-autofocus={!later || undefined} />
              <Radio size="md" value="later" label={say.laterChoice} data-autofocus={later || undefined} />
            </Group>
          </Radio.Group>
        )}
        {(later || out) && (
          <When
            id="publish-when" value={fields.published_at} zone={zone} wrong={errors["published_at"]} hint={out ? say.dateShown(place) : say.inZone(place)}
            keep={out} onChange={(value) => writing.change({ published_at: value })}
          />
        )}
        <p className={classes["says"]} aria-live="polite">{says}</p>
        {fields.feature_image && !fields.feature_image.alt.trim() && <p className={classes["hint"]}>{say.altMissing}</p>}
        {trouble && <p className={classes["wrong"]} role="alert">{trouble} {Object.values(errors).filter(Boolean).join(" · ")}</p>}
        <Group justify="flex-end" gap="sm">
          {status === "scheduled" && <Button variant="default" disabled={busy} onClick={() => void act({ status: "draft" }, say.didUnschedule)}>{say.unschedule}</Button>}
          {out && <Button variant="default" disabled={busy} title={say.unpublishText} onClick={() => void act({ status: "draft" }, say.didUnpublish)}>{say.unpublish}</Button>}
          {status === "published" && <Button variant="default" disabled={busy} title={say.archiveText} onClick={() => void act({ status: "archived" }, say.didArchive)}>{say.archive}</Button>}
          {status === "archived" && <Button variant={fresh ? "default" : "filled"} disabled={busy} onClick={() => void act({ status: "published" }, say.didPublish, true)}>{say.publishAgain}</Button>}
          {out && fresh && <Button disabled={busy} data-autofocus onClick={() => void act({}, say.didUpdate, true)}>{say.updateNow}</Button>}
          {!out && !later && <Button disabled={busy} onClick={publishNow}>{say.publishNow}</Button>}
          {!out && later && <Button disabled={busy || !ahead} onClick={schedule}>{status === "scheduled" ? say.updateNow : say.scheduleNow}</Button>}
        </Group>
      </div>
    </Modal>
  );
}
