import { IconExternalLink } from "@tabler/icons-react";
import { Copyable } from "../parts/copy";
import { DraftForm } from "../parts/draft";
import { useWords } from "../words/words";
import { useSettingsDraft } from "./data";
import { Group, NumberField } from "./fields";
import type { SectionProps } from "./section";
import classes from "./settings.module.css";
import { settingsWords } from "./words";

export function FrontendSettings({ settings, reading }: SectionProps) {
  const say = useWords(settingsWords);
  const draft = useSettingsDraft(settings, ["cache_seconds", "stale_seconds"]);
  const { values, errors, set } = draft;
  const origin = location.origin; // the admin area is served at the public URL only
  const base = `${origin}/api/v1`;
  const anySite = settings.cors_origins.includes("*");
  return (
    <>
      <Group title={say.api} lead={say.apiHint}>
        <Copyable label={say.api} text={base} />
        <div className={classes["row"]}>
          <a className={classes["away"]} href="/docs" target="_blank" rel="noopener">{say.documentation}<IconExternalLink size={16} stroke={2} aria-hidden="true" /></a>
          <a className={classes["away"]} href="/openapi.json" target="_blank" rel="noopener">{say.openapi}<IconExternalLink size={16} stroke={2} aria-hidden="true" /></a>
        </div>
      </Group>
      <Group title={say.examples}>
        <h4>{say.fetchExample}</h4>
        <Copyable label={say.fetchExample} text={`const answer = await fetch("${base}/posts?limit=5");\nconst { data: posts } = await answer.json();\nfor (const post of posts) console.log(post.title, post.url);`} />
        <h4>{say.widgetExample}</h4>
        <Copyable label={say.widgetExample} text={`<script type="module" src="${origin}/widget.js"></script>\n<dimmer-comments post="sore-neck"></dimmer-comments>`} />
        <p className="meta">{say.widgetHint}</p>
        <h4>{say.curlExample}</h4>
        <Copyable label={say.curlExample} text={`curl "${base}/posts?limit=1"`} />
      </Group>
      <Group title={say.origins}>
        <p>{anySite ? say.originsAny : say.originsSome}</p>
        {!anySite && <ul>{settings.cors_origins.map((site) => <li key={site}>{site}</li>)}</ul>}
        <p className="meta">{say.originsHow}</p>
      </Group>
      <DraftForm label={say.caching} draft={draft} reading={reading}>
        <Group title={say.caching}>
          <div className={classes["two"]}>
            <NumberField label={say.cache} says={say.cacheHint} error={errors["cache_seconds"]} value={values.cache_seconds} onChange={(n) => set("cache_seconds", n)} />
            <NumberField label={say.stale} says={say.staleHint} error={errors["stale_seconds"]} value={values.stale_seconds} onChange={(n) => set("stale_seconds", n)} />
          </div>
        </Group>
      </DraftForm>
    </>
  );
}
