import { useDimmer } from "../app/data";
import { LevelControl, levelWords } from "../parts/dial";
import { DraftForm } from "../parts/draft";
import { useWords } from "../words/words";
import { useSettingsDraft } from "./data";
import { Group, NumberField } from "./fields";
import { Rehearsal, rulesIn } from "./rehearsal";
import type { SectionProps } from "./section";
import classes from "./settings.module.css";
import { TagLevels } from "./tag-levels";
import { settingsWords } from "./words";

export function CommentSettings({ settings, reading }: SectionProps) {
  const say = useWords(settingsWords);
  const levels = useWords(levelWords);
  const dimmer = useDimmer().data;
  const draft = useSettingsDraft(settings, ["comment_level", "comments_close_after_days", "comment_edit_minutes", "comment_slow_seconds", "comment_spam_days", "comment_address_days"]);
  const { values, errors, set } = draft;
  const acting = dimmer && dimmer.level === settings.comment_level && dimmer.acting_level !== dimmer.level ? dimmer.acting_level : null;
  return (
    <>
      <DraftForm label={say.names.comments} draft={draft} reading={reading}>
        <Group title={say.level} lead={say.levelLead}>
          <div className={classes["level"]}>
            <LevelControl legend={say.level} name="site-level" value={values.comment_level} acting={acting} onChange={(level) => set("comment_level", level)} />
          </div>
          {acting && <p className={classes["note"]}>{dimmer?.quiet ? say.quiet : say.raised(levels[acting].name)}</p>}
          <Rehearsal rules={rulesIn(draft.change)} />
        </Group>
        <Group title={say.times}>
          <div className={classes["two"]}>
            <NumberField label={say.close} says={say.closeSays(values.comments_close_after_days)} error={errors["comments_close_after_days"]} value={values.comments_close_after_days} onChange={(n) => set("comments_close_after_days", n)} />
            <NumberField label={say.edit} says={say.editSays(values.comment_edit_minutes)} error={errors["comment_edit_minutes"]} value={values.comment_edit_minutes} onChange={(n) => set("comment_edit_minutes", n)} />
            <NumberField label={say.slow} says={say.slowSays(values.comment_slow_seconds)} error={errors["comment_slow_seconds"]} value={values.comment_slow_seconds} onChange={(n) => set("comment_slow_seconds", n)} />
          </div>
        </Group>
        <Group title={say.keeping}>
          <div className={classes["two"]}>
            <NumberField label={say.spamDays} says={say.spamSays(values.comment_spam_days)} error={errors["comment_spam_days"]} value={values.comment_spam_days} onChange={(n) => set("comment_spam_days", n)} />
            <NumberField label={say.addressDays} says={say.addressSays(values.comment_address_days)} error={errors["comment_address_days"]} value={values.comment_address_days} onChange={(n) => set("comment_address_days", n)} />
          </div>
        </Group>
      </DraftForm>
      <TagLevels />
    </>
  );
}
