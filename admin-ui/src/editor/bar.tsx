import { ActionIcon, Button } from "@mantine/core";
import { IconAdjustmentsHorizontal, IconAlertTriangle, IconArrowLeft, IconCloudCheck, IconCloudOff, IconCloudUp, IconEye, IconHistory } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { statusWords } from "../parts/chip";
import { minute, shortAge, useNow } from "../parts/time";
import { useWords } from "../words/words";
import type { Part } from "./editor";
import classes from "./editor.module.css";
import { editorWords } from "./words";
import type { View } from "./writing";
import { shortMoment } from "./zone";

/** Where the text is, in a few words. */
function useStanding(view: View) {
  const say = useWords(editorWords);
  const statuses = useWords(statusWords);
  const now = useNow();
  switch (view.saving) {
    case "waiting": case "saving": return { Icon: IconCloudUp, tone: "quiet", text: say.saving };
    case "device": return { Icon: IconCloudOff, tone: "held", text: say.onDevice };
    case "nowhere": return { Icon: IconAlertTriangle, tone: "trouble", text: say.nowhere };
    case "refused": return { Icon: IconAlertTriangle, tone: "trouble", text: say.refused };
    case "apart": return { Icon: IconAlertTriangle, tone: "held", text: say.apart };
    case "gone": return { Icon: IconAlertTriangle, tone: "trouble", text: say.gone };
    case "saved": {
      if (!view.post || view.savedAt === null) return { Icon: IconCloudCheck, tone: "quiet", text: say.newPost };
      const young = now - view.savedAt < minute;
      const age = say.savedAt(young ? say.justNow : now - view.savedAt < 20 * 60 * minute ? say.ago(shortAge(view.savedAt, now)) : shortAge(view.savedAt, now));
      const first = view.post.status !== "draft" && view.changedNames.length > 0 ? say.unpublished : statuses[view.post.status];
      return { Icon: IconCloudCheck, tone: "fine", text: `${first} · ${age}` };
    }
  }
}

/** The one primary action, named after what it is about to do. */
function usePrimary({ view, zone }: Part): { label: string; short: string; quiet: boolean } {
  const say = useWords(editorWords);
  const now = useNow();
  const status = view.post?.status ?? "draft";
  const at = view.fields.published_at === null ? null : Date.parse(view.fields.published_at);
  const changed = view.changedNames.length > 0;
  if (status === "draft") return at !== null && at > now ? { label: say.scheduleAt(shortMoment(at, zone, now)), short: say.schedule, quiet: false } : { label: say.publish, short: say.publish, quiet: false };
  if (changed) return { label: say.update, short: say.update, quiet: false };
  if (status === "scheduled" && at !== null) return { label: say.scheduledAt(shortMoment(at, zone, now)), short: say.schedule, quiet: true };
  return { label: status === "archived" ? say.archived : say.published, short: status === "archived" ? say.archived : say.published, quiet: true };
}

export function Bar(part: Part) {
  const { view, open } = part;
  const say = useWords(editorWords);
  const { Icon, tone, text } = useStanding(view);
  const primary = usePrimary(part);
  return (
    <header className={classes["bar"]}>
      <ActionIcon component={Link} to="/posts" variant="subtle" color="gray" size={40} aria-label={say.back}><IconArrowLeft size={20} stroke={1.75} aria-hidden="true" /></ActionIcon>
      <p className={classes["standing"]} data-tone={tone} role="status"><Icon size={18} stroke={2} aria-hidden="true" /><span>{text}</span></p>
      <span className={classes["wideOnly"]}>
        {view.id && <ActionIcon variant="subtle" color="gray" size={40} aria-label={say.history} title={say.history} onClick={() => open("history")}><IconHistory size={20} stroke={1.75} aria-hidden="true" /></ActionIcon>}
        <Button variant="subtle" color="gray" c="var(--ink)" leftSection={<IconEye size={20} stroke={1.75} aria-hidden="true" />} onClick={() => open("preview")}>{say.preview}</Button>
      </span>
      <ActionIcon className={classes["phoneOnly"] ?? ""} variant="subtle" color="gray" size={44} aria-label={say.settings} onClick={() => open("settings")}>
        <IconAdjustmentsHorizontal size={20} stroke={1.75} aria-hidden="true" />
      </ActionIcon>
      <Button className={classes["primary"] ?? ""} variant={primary.quiet ? "default" : "filled"} disabled={view.saving === "gone"} onClick={() => open(view.conflict ? "compare" : "publish")}>
        <span className={classes["wideOnly"]}>{primary.label}</span><span className={classes["phoneOnly"]}>{primary.short}</span>
      </Button>
    </header>
  );
}
