import { IconApi, IconBook, IconKey, IconMail, IconMessageReply, IconMessages, IconShieldHalf, IconWorld, type Icon } from "@tabler/icons-react";
import { Link, Outlet, useParams } from "@tanstack/react-router";
import { Head } from "../app/head";
import { NothingHere } from "../app/nothing";
import pad from "../app/pad.module.css";
import { may, usePerson } from "../app/person";
import { useWords } from "../words/words";
import { sections, type SectionName } from "./sections";
import classes from "./settings.module.css";
import { settingsWords } from "./words";

const icons: Record<SectionName, Icon> = { site: IconWorld, reading: IconBook, comments: IconMessages, rules: IconShieldHalf, replies: IconMessageReply, mail: IconMail, frontends: IconApi, tokens: IconKey };

/** The list of sections, and beside it the one that is open. On a phone there is one of both at a time. */
export function Settings() {
  const say = useWords(settingsWords);
  const { section } = useParams({ strict: false });
  if (!may.edit(usePerson().role)) return <NothingHere />;
  return (
    <div className={`${pad["pad"]} ${classes["page"]}`} data-open={section ? true : undefined}>
      <div className={classes["top"]}><Head title={say.title} /></div>
      <nav className={classes["sections"]} aria-label={say.sections}>
        <ul role="list">
          {sections.map((name) => {
            const Icon = icons[name];
            return (
              <li key={name}>
                <Link to="/settings/$section" params={{ section: name }}>
                  <Icon size={20} stroke={1.75} aria-hidden="true" />
                  <span><b>{say.names[name]}</b><span>{say.about[name]}</span></span>
                </Link>
              </li>
            );
          })}
        </ul>
      </nav>
      <Outlet />
    </div>
  );
}
