import { Button, PasswordInput, TextInput } from "@mantine/core";
import { useRef, useState, type FormEvent } from "react";
import { Problem } from "../api/problem";
import { confirm } from "../parts/confirm";
import { asSentence, DraftForm } from "../parts/draft";
import { sentence } from "../parts/states";
import { toast } from "../parts/toasts";
import { useWords } from "../words/words";
import { changeSettings, useSettingsDraft } from "./data";
import { Group, LinesField } from "./fields";
import { Rehearsal, rulesIn } from "./rehearsal";
import type { SectionProps } from "./section";
import classes from "./settings.module.css";
import { settingsWords } from "./words";

export function RuleSettings({ settings, reading }: SectionProps) {
  const say = useWords(settingsWords);
  const draft = useSettingsDraft(settings, ["blocked_words", "blocked_domains", "blocked_addresses", "akismet_url"]);
  const { values, errors, set } = draft;
  return (
    <>
      <DraftForm label={say.names.rules} draft={draft} reading={reading}>
        <Group title={say.blocked} lead={say.blockedLead}>
          <LinesField label={say.blockedWords} hint={say.blockedWordsHint} name="blocked_words" value={values.blocked_words} errors={errors} onChange={(lines) => set("blocked_words", lines)} />
          <LinesField label={say.blockedDomains} hint={say.blockedDomainsHint} name="blocked_domains" value={values.blocked_domains} errors={errors} onChange={(lines) => set("blocked_domains", lines)} />
          <LinesField label={say.blockedAddresses} hint={say.blockedAddressesHint} name="blocked_addresses" value={values.blocked_addresses} errors={errors} onChange={(lines) => set("blocked_addresses", lines)} />
          <Rehearsal rules={rulesIn(draft.change)} />
        </Group>
        <Group title={say.akismet} lead={say.akismetLead}>
          <AkismetKey on={settings.akismet_on} reading={reading} />
          <TextInput label={say.akismetUrl} description={say.akismetUrlHint} inputWrapperOrder={["label", "input", "description", "error"]} error={errors["akismet_url"]} value={values.akismet_url} size="md" inputMode="url" spellCheck={false} autoCapitalize="off" onChange={(event) => set("akismet_url", event.currentTarget.value.trim())} />
        </Group>
      </DraftForm>
    </>
  );
}

/** The key goes in and never comes out again. It is saved by itself, since no undo could bring the former one back. */
function AkismetKey({ on, reading }: { on: boolean; reading: boolean }) {
  const say = useWords(settingsWords);
  const [editing, setEditing] = useState(false);
  const [key, setKey] = useState("");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState("");
  const opener = useRef<HTMLButtonElement>(null);
  const close = () => {
    setEditing(false);
    setKey("");
    setError("");
    requestAnimationFrame(() => opener.current?.focus());
  };
  const put = async (value: string) => {
    setBusy(true);
    setError("");
    try {
      await changeSettings({ akismet_key: value });
      toast({ text: value ? say.keySet : say.keyRemoved });
      close();
    } catch (failed) {
      const wrong = failed instanceof Problem ? failed.fields["akismet_key"] : undefined;
      setError(wrong ? asSentence(wrong) : sentence(failed));
    } finally {
      setBusy(false);
    }
  };
  const save = (event: FormEvent | { preventDefault(): void; stopPropagation(): void }) => {
    event.preventDefault();
    event.stopPropagation();
    if (key.trim()) void put(key.trim());
  };
  const remove = async () => {
    if (await confirm({ title: say.removeKeyTitle, text: say.removeKeyText, yes: say.removeKey, no: say.keep })) await put("");
  };
  return (
    <div className={classes["stack"]}>
      <p>{on ? say.akismetOn : say.akismetOff}</p>
      {error && !editing && <p className={classes["wrong"]} role="alert">{error}</p>}
      {!reading && !editing && (
        <div className={classes["row"]}>
          <Button ref={opener} variant="default" onClick={() => setEditing(true)}>{on ? say.replaceKey : say.setKey}</Button>
          {on && <Button variant="subtle" color="red" loading={busy} onClick={() => void remove()}>{say.removeKey}</Button>}
        </div>
      )}
      {editing && (
        <div className={classes["row"]} data-end>
          <PasswordInput
            label={say.akismetKey} error={error || undefined} aria-invalid={error !== ""} value={key} size="md" autoFocus autoComplete="off" spellCheck={false} className={classes["grow"]}
            onChange={(event) => setKey(event.currentTarget.value)} onKeyDown={(event) => { if (event.key === "Enter") save(event); if (event.key === "Escape") close(); }}
          />
          <Button variant="default" loading={busy} onClick={save}>{say.setKey}</Button>
          <Button variant="subtle" onClick={close}>{say.cancel}</Button>
        </div>
      )}
    </div>
  );
}
