import { Switch, TextInput } from "@mantine/core";
import { IconExternalLink } from "@tabler/icons-react";
import { DraftForm } from "../parts/draft";
import { useWords } from "../words/words";
import { useSettingsDraft, type Settings } from "./data";
import { Group } from "./fields";
import { NavigationField } from "./navigation";
import type { SectionProps } from "./section";
import classes from "./settings.module.css";
import { settingsWords } from "./words";

const order = ["label", "input", "description", "error"] as ("label" | "input" | "description" | "error")[];

/** Where readers find a thing, as the server makes it from a pattern. */
function addressOf(siteURL: string | null, pattern: string, slug: string): string {
  const path = pattern.replace("{slug}", slug);
  return path.startsWith("/") ? (siteURL ?? location.origin).replace(/\/+$/, "") + path : path;
}

export function ReadingSettings({ settings, reading }: SectionProps) {
  const say = useWords(settingsWords);
  const draft = useSettingsDraft(settings, ["starter_site", "navigation", "site_url", "post_url", "page_url", "tag_url", "author_url", "preview_url"]);
  const { values, errors, set } = draft;
  const pattern = (key: keyof Pick<Settings, "post_url" | "page_url" | "tag_url" | "author_url">, label: string, slug: string) => (
    <TextInput label={label} description={say.example(addressOf(values.site_url, values[key], slug))} inputWrapperOrder={order} error={errors[key]} value={values[key]} size="md" spellCheck={false} autoCapitalize="off" onChange={(event) => set(key, event.currentTarget.value.trim())} />
  );
  return (
    <DraftForm label={say.names.reading} draft={draft} reading={reading}>
      <Group title={say.starter} lead={say.starterHint}>
        <div className={classes["row"]}>
          <Switch label={say.starterOn} checked={values.starter_site} size="md" onChange={(event) => set("starter_site", event.currentTarget.checked)} />
          {settings.starter_site && <a className={classes["away"]} href="/" target="_blank" rel="noopener">{say.openStarter}<IconExternalLink size={16} stroke={2} aria-hidden="true" /></a>}
        </div>
      </Group>
      <Group title={say.navigation} lead={<>{say.navigationHint} <span className={classes["keys"]}>{say.navigationKeys}</span></>}>
        <NavigationField value={values.navigation} errors={errors} reading={reading} onChange={(links) => set("navigation", links)} />
      </Group>
      <Group title={say.addresses} lead={say.addressesHint}>
        <TextInput label={say.siteUrl} description={say.siteUrlHint(location.origin)} inputWrapperOrder={order} error={errors["site_url"]} value={values.site_url ?? ""} placeholder={location.origin} size="md" inputMode="url" spellCheck={false} autoCapitalize="off" onChange={(event) => set("site_url", event.currentTarget.value.trim() || null)} />
        <div className={classes["two"]}>
          {pattern("post_url", say.postUrl, "sore-neck")}
          {pattern("page_url", say.pageUrl, "about")}
          {pattern("tag_url", say.tagUrl, "shoulder")}
          {pattern("author_url", say.authorUrl, "mira")}
        </div>
        <TextInput label={say.previewUrl} description={say.previewUrlHint} inputWrapperOrder={order} error={errors["preview_url"]} value={values.preview_url ?? ""} placeholder="/drafts/{token}" size="md" spellCheck={false} autoCapitalize="off" onChange={(event) => set("preview_url", event.currentTarget.value.trim() || null)} />
      </Group>
    </DraftForm>
  );
}
