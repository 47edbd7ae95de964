import { Autocomplete, NativeSelect, Textarea, TextInput } from "@mantine/core";
import { useMemo } from "react";
import { DraftForm } from "../parts/draft";
import { useNow } from "../parts/time";
import { useLanguage, useWords } from "../words/words";
import { useSettingsDraft } from "./data";
import { Group } from "./fields";
import type { SectionProps } from "./section";
import classes from "./settings.module.css";
import { settingsWords } from "./words";

const order = ["label", "input", "description", "error"] as ("label" | "input" | "description" | "error")[];

/** What is offered; any other code can be typed. */
const codes = [
  "en", "en-GB", "en-US", "de", "de-AT", "de-CH", "fr", "es", "it", "pt", "pt-BR", "nl", "da", "sv", "nb", "fi", "is", "pl", "cs", "sk", "hu", "ro", "bg", "hr", "sl", "el", "tr", "uk", "ru", "he", "ar", "fa", "hi", "id", "vi", "th",
  "zh", "ja", "ko",
];

function languageName(code: string, inLanguage: string): string {
  try {
    return new Intl.DisplayNames([inLanguage], { type: "language", fallback: "none" }).of(code) ?? "";
  } catch {
    return ""; // not the form of a code
  }
}

/** Every time zone that the browser knows, by region. */
function useZones(present: string) {
  return useMemo(() => {
    const regions = new Map<string, { value: string; label: string }[]>();
    for (const zone of [...new Set([present, "UTC", ...Intl.supportedValuesOf("timeZone")])].sort()) {
      const region = zone.includes("/") ? zone.slice(0, zone.indexOf("/")) : "";
      const city = zone.slice(zone.indexOf("/") + 1).replaceAll("_", " ").replaceAll("/", ", ");
      regions.set(region, [...(regions.get(region) ?? []), { value: zone, label: city }]);
    }
    return regions;
  }, [present]);
}

function timeIn(timeZone: string, at: number, language: string): string {
  try {
    return new Date(at).toLocaleTimeString(language, { timeZone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  } catch {
    return "";
  }
}

export function SiteSettings({ settings, reading }: SectionProps) {
  const say = useWords(settingsWords);
  const language = useLanguage();
  const now = useNow();
  const draft = useSettingsDraft(settings, ["title", "description", "language", "timezone", "logo_url", "privacy_url"]);
  const { values, errors, set } = draft;
  const zones = useZones(settings.timezone);
  const spoken = languageName(values.language, language);
  const logo = values.logo_url ?? "";
  return (
    <DraftForm label={say.names.site} draft={draft} reading={reading}>
      <Group title={say.about_}>
        <TextInput label={say.blogTitle} error={errors["title"]} value={values.title} size="md" onChange={(event) => set("title", event.currentTarget.value)} />
        <Textarea label={say.description} description={say.descriptionHint} inputWrapperOrder={order} error={errors["description"]} value={values.description} size="md" autosize minRows={2} onChange={(event) => set("description", event.currentTarget.value)} />
        <div className={classes["two"]}>
          <Autocomplete
            label={say.language} description={spoken ? say.languageIs(spoken) : say.languageHint} inputWrapperOrder={order} error={errors["language"]} value={values.language} size="md" spellCheck={false} autoCapitalize="off" disabled={reading}
            data={codes} limit={40} comboboxProps={{ position: "bottom-start" }} renderOption={({ option }) => <span>{languageName(option.value, language)} <span className="meta">{option.value}</span></span>}
            filter={({ options, search }) => {
              const wanted = search.trim().toLowerCase();
              const fits = options.filter((option) => "value" in option && (option.value.toLowerCase().startsWith(wanted) || languageName(option.value, language).toLowerCase().includes(wanted)));
              return fits.length === 1 && "value" in fits[0]! && fits[0].value === search ? options : fits;
            }}
            onChange={(value) => set("language", value)}
          />
          <NativeSelect label={say.timezone} description={say.timezoneNow(timeIn(values.timezone, now, language))} inputWrapperOrder={order} error={errors["timezone"]} value={values.timezone} size="md" onChange={(event) => set("timezone", event.currentTarget.value)}>
            {[...zones].map(([region, cities]) => (
              <optgroup key={region} label={region || say.world}>
                {cities.map(({ value, label }) => <option key={value} value={value}>{label}</option>)}
              </optgroup>
            ))}
          </NativeSelect>
        </div>
      </Group>
      <Group title={say.look}>
        <TextInput label={say.logo} description={say.logoHint} inputWrapperOrder={order} error={errors["logo_url"]} value={logo} size="md" inputMode="url" spellCheck={false} autoCapitalize="off" onChange={(event) => set("logo_url", event.currentTarget.value.trim() || null)} />
        {/^(https:\/\/[^/]+\/|\/[^/])/.test(logo) && logo === settings.logo_url && <img className={classes["logo"]} src={logo} alt={say.logoAlt} />}
        <TextInput label={say.privacy} description={say.privacyHint} inputWrapperOrder={order} error={errors["privacy_url"]} value={values.privacy_url ?? ""} size="md" inputMode="url" spellCheck={false} autoCapitalize="off" onChange={(event) => set("privacy_url", event.currentTarget.value.trim() || null)} />
      </Group>
    </DraftForm>
  );
}
