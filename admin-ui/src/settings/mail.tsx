import { Button, Radio } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { api, ask } from "../api/client";
import { Problem } from "../api/problem";
import { Copyable } from "../parts/copy";
import { DraftForm } from "../parts/draft";
import { Trouble } from "../parts/states";
import { useWords } from "../words/words";
import { useSettingsDraft } from "./data";
import { Group } from "./fields";
import type { SectionProps } from "./section";
import classes from "./settings.module.css";
import { settingsWords } from "./words";

const ways = ["each", "hourly", "daily", "off"] as const;
const environment = "DIMMER_SMTP_URL=smtp://name:password@mail.example.org:587\nDIMMER_MAIL_FROM=blog@example.org";

export function MailSettings({ settings, reading }: SectionProps) {
  const say = useWords(settingsWords);
  const draft = useSettingsDraft(settings, ["moderation_mail"]);
  const { configured, from } = settings.mail;
  return (
    <>
      <Group title={say.mailState}>
        {configured ? <p>{say.mailOn(from ?? "")}</p> : (
          <>
            <p><b>{say.mailOff}</b></p>
            <p>{say.mailOffHow}</p>
            <Copyable label={say.mailEnv} text={environment} />
            <p className="meta">{say.mailEnvHint}</p>
          </>
        )}
        {configured && !reading && <TestMail />}
      </Group>
      <DraftForm label={say.notices} draft={draft} reading={reading}>
        <Group title={say.notices} lead={say.noticesTo}>
          <Radio.Group aria-label={say.notices} value={draft.values.moderation_mail} error={draft.errors["moderation_mail"]} onChange={(way) => draft.set("moderation_mail", way as (typeof ways)[number])}>
            <div className={classes["choices"]}>
              {ways.map((way) => <Radio key={way} value={way} size="md" label={say.notice[way][0]} description={say.notice[way][1]} />)}
            </div>
          </Radio.Group>
        </Group>
      </DraftForm>
    </>
  );
}

function TestMail() {
  const say = useWords(settingsWords);
  const [busy, setBusy] = useState(false);
  const [sentTo, setSentTo] = useState("");
  const [failed, setFailed] = useState<unknown>(null);
  const send = async () => {
    setBusy(true);
    setSentTo("");
    setFailed(null);
    try {
      setSentTo((await ask(api.POST("/api/v1/admin/mail/test"))).to);
    } catch (error) {
      setFailed(error);
    } finally {
      setBusy(false);
    }
  };
  const refused = failed instanceof Problem && failed.code === "mail_failed";
  return (
    <div className={classes["stack"]}>
      <Button variant="default" className={classes["start"]} disabled={busy} onClick={() => void send()}>{busy ? say.testing : say.test}</Button>
      <div role="status">{sentTo && <p className={classes["well"]}>{say.testSent(sentTo)}</p>}</div>
      {refused && (
        <div className={classes["refused"]} role="alert">
          <p>{say.testFailed}</p>
          <p className={classes["quote"]}>{failed.message}</p>
          <p>{say.testFailedHint} <Link to="/outbox">{say.outbox}</Link></p>
        </div>
      )}
      {failed !== null && !refused && <Trouble error={failed} />}
    </div>
  );
}
