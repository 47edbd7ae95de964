// Comments above a line, spam below it, on one scale.
import { useState } from "react";
import { Shapes, Trouble } from "../parts/states";
import { currentLanguage, number, useWords } from "../words/words";
import { useStats } from "./data";
import classes from "./home.module.css";
import { homeWords } from "./words";

interface Day {
  date: string;
  published: number;
  spam: number;
  held: number;
}

const width = 300, height = 132; // of the drawing, in its own units
const gap = 2; // between the line and the bars
const least = 2; // height of a bar that stands for 1, so that it is seen
const wave = 10; // spam comments a day, at least, and four times the usual: worth a sentence

/** 14 November; a day has no zone. */
const dayName = (date: string, month: "long" | "short") => new Date(`${date}T12:00:00Z`).toLocaleDateString(currentLanguage(), { day: "numeric", month, timeZone: "UTC" });

function useStory(days: readonly Day[], good: number, bad: number): string {
  const say = useWords(homeWords);
  const worst = days.reduce<Day | undefined>((most, day) => (day.spam > (most?.spam ?? 0) ? day : most), undefined);
  if (good + bad === 0) return say.quietMonth;
  if (worst && worst.spam >= wave && worst.spam * days.length > 4 * (bad - worst.spam)) return say.burst(dayName(worst.date, "long"), worst.spam);
  if (bad === 0) return say.noSpam;
  const perDay = good / days.length;
  return say.steady(perDay.toLocaleString(currentLanguage(), { maximumFractionDigits: perDay < 2 ? 1 : 0 }));
}

function Bars({ days, label }: { days: readonly Day[]; label: string }) {
  const up = Math.max(...days.map((day) => day.published)), down = Math.max(...days.map((day) => day.spam));
  const scale = (height - 2 * gap) / Math.max(up + down, 8); // few comments make small bars, not tall ones
  const line = up + down === 0 ? height / 2 : Math.min(Math.max(up * scale + gap, 12), height - 12);
  const step = width / days.length;
  const bar = (n: number) => Math.max(n * scale, least);
  return (
    <svg className={classes["plot"]} viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" role="img" aria-label={label}>
      <defs>
        <pattern id="spam-hatch" width="4" height="4" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <rect className={classes["hatchGround"]} width="4" height="4" />
          <rect className={classes["hatchLine"]} width="1.6" height="4" />
        </pattern>
      </defs>
      {days.map((day, i) => day.published > 0 && <rect key={day.date} className={classes["good"]} x={i * step + step * .16} y={line - gap / 2 - bar(day.published)} width={step * .68} height={bar(day.published)} rx="1.5" />)}
      <path className={classes["base"]} d={`M0 ${line}H${width}`} />
      {days.map((day, i) => day.spam > 0 && <rect key={day.date} className={classes["bad"]} fill="url(#spam-hatch)" x={i * step + step * .2} y={line + gap} width={step * .6} height={bar(day.spam)} rx="1.2" />)}
    </svg>
  );
}

function Table({ days }: { days: readonly Day[] }) {
  const say = useWords(homeWords);
  return (
    <div className={classes["tableBox"]} tabIndex={0} role="region" aria-label={say.plot}>
      <table className={classes["table"]}>
        <thead><tr><th scope="col">{say.day}</th><th scope="col">{say.published}</th><th scope="col">{say.spam}</th><th scope="col">{say.heldNow}</th></tr></thead>
        <tbody>
          {days.toReversed().map((day) => <tr key={day.date}><th scope="row">{dayName(day.date, "short")}</th><td>{number(day.published)}</td><td>{number(day.spam)}</td><td>{number(day.held)}</td></tr>)}
        </tbody>
      </table>
    </div>
  );
}

export function Plot() {
  const say = useWords(homeWords);
  const stats = useStats();
  const [open, setOpen] = useState(false);
  const days: readonly Day[] = stats.data?.days ?? [];
  const sum = (of: "published" | "spam") => days.reduce((n, day) => n + day[of], 0);
  const good = sum("published"), bad = sum("spam");
  const story = useStory(days, good, bad);
  return (
    <section className={`card ${classes["panel"]} ${classes["month"]}`} aria-labelledby="plot">
      <h2 className={classes["h"]} id="plot">{say.plot}</h2>
      {!stats.data && (stats.isError ? <Trouble error={stats.error} again={() => void stats.refetch()} /> : <Shapes lines={7} />)}
      {stats.data && (
        <>
          <p className={classes["hint"]}>{story}</p>
          <Bars days={days} label={say.plotLabel(good, bad)} />
          <p className={`meta ${classes["axis"]}`} aria-hidden="true"><span>{dayName(days[0]?.date ?? "", "short")}</span><span>{dayName(days[Math.floor(days.length / 2)]?.date ?? "", "short")}</span><span>{say.todayAxis}</span></p>
          <div className={classes["legend"]}>
            <div><span className={classes["swatch"]} />{say.good}<b>{number(good)}</b></div>
            <div><span className={classes["swatch"]} data-hatched />{say.bad}<b>{number(bad)}</b></div>
          </div>
          <button type="button" className={classes["plainButton"]} aria-expanded={open} onClick={() => setOpen(!open)}>{say.asTable}</button>
          {open && <Table days={days} />}
        </>
      )}
    </section>
  );
}
