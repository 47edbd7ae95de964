// One section of the settings, by the name in its address.
import { IconArrowLeft } from "@tabler/icons-react";
import { Link, useParams } from "@tanstack/react-router";
import type { ComponentType } from "react";
import { useTitle } from "../app/head";
import { NothingHere } from "../app/nothing";
import { may, usePerson } from "../app/person";
import { Shapes, Trouble } from "../parts/states";
import { useWords } from "../words/words";
import { CommentSettings } from "./comments";
import { useSettings, type Settings } from "./data";
import { FrontendSettings } from "./frontends";
import { MailSettings } from "./mail";
import { ReadingSettings } from "./reading";
import { RuleSettings } from "./rules";
import { isSection, type SectionName } from "./sections";
import classes from "./settings.module.css";
import { SiteSettings } from "./site";
import { Snippets } from "./snippets";
import { TokenSettings } from "./tokens";
import { settingsWords } from "./words";

export interface SectionProps {
  settings: Settings;
  /** Her role lets her only read. */
  reading: boolean;
}

const parts: Record<SectionName, ComponentType<SectionProps>> = {
  site: SiteSettings, reading: ReadingSettings, comments: CommentSettings, rules: RuleSettings, replies: Snippets, mail: MailSettings, frontends: FrontendSettings, tokens: TokenSettings,
};

export function Section() {
  const { section } = useParams({ from: "/frame/settings/$section" });
  return isSection(section) ? <Known key={section} name={section} /> : <NothingHere />;
}

function Known({ name }: { name: SectionName }) {
  const say = useWords(settingsWords);
  const reading = !may.own(usePerson().role);
  const settings = useSettings();
  useTitle(`${say.names[name]} · ${say.title}`);
  const Part = parts[name];
  return (
    <div className={classes["section"]}>
      <Link to="/settings" className={classes["back"]}><IconArrowLeft size={20} stroke={1.75} aria-hidden="true" />{say.all}</Link>
      <h2>{say.names[name]}</h2>
      {reading && name !== "tokens" && name !== "replies" && <p className={classes["note"]}>{say.onlyOwner}</p>}
      {settings.error && !settings.data ? <Trouble error={settings.error} again={() => void settings.refetch()} /> : settings.data ? <Part settings={settings.data} reading={reading} /> : <Shapes />}
    </div>
  );
}
