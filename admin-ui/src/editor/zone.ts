// Dates and times of day in the site's time zone, whatever the zone of the device is.
import { currentLanguage } from "../words/words";

export interface Moment {
  /** 2026-11-27 */
  date: string;
  /** 07:30 */
  time: string;
}

const minute = 60_000; // ms

/** Day before month and 24 hours also in English: these dates are looked at twice before a post goes out. */
const dateLanguage = () => (currentLanguage() === "en" ? "en-GB" : currentLanguage());

function clock(at: number, zone: string): Moment {
  const parts = new Intl.DateTimeFormat("en-CA", { timeZone: zone, hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit" }).formatToParts(at);
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.find((p) => p.type === type)?.value ?? "00";
  return { date: `${part("year")}-${part("month")}-${part("day")}`, time: `${part("hour")}:${part("minute")}` };
}

/** What calendar and clock show in a zone. */
export const momentOf = (at: string | number, zone: string): Moment => clock(typeof at === "string" ? Date.parse(at) : at, zone);

/**
 * When calendar and clock of a zone show this. Of a time that comes twice (clocks go back) it is the first; a time that is left out (clocks go forward)
 * becomes what the clock shows instead: 02:30 is then 03:30.
 */
export function instantOf({ date, time }: Moment, zone: string): number | null {
  const wanted = Date.parse(`${date}T${time}:00Z`);
  if (Number.isNaN(wanted)) return null;
  const shownAt = (at: number) => {
    const shown = clock(at, zone);
    return Date.parse(`${shown.date}T${shown.time}:00Z`);
  };
  // The offset a day before and a day after: where they differ, the clocks are changed in between.
  const before = shownAt(wanted - 1440 * minute) - (wanted - 1440 * minute);
  const after = shownAt(wanted + 1440 * minute) - (wanted + 1440 * minute);
  const candidates = [wanted - before, wanted - after].sort((a, b) => a - b);
  return candidates.find((at) => shownAt(at) === wanted) ?? wanted - before;
}

/** "Berlin" of Europe/Berlin. */
export const placeOf = (zone: string): string => (zone.split("/").pop() ?? zone).replaceAll("_", " ");

/** 27 November 2026 at 07:30 */
export function dayAndTime(at: string | number, zone: string): string {
  return new Date(at).toLocaleString(dateLanguage(), { timeZone: zone, day: "numeric", month: "long", year: "numeric", hour: "2-digit", minute: "2-digit" });
}

/** Friday 07:30 within a week, else 4 Dec 07:30: short, for a button. */
export function shortMoment(at: number, zone: string, now: number): string {
  const near = at - now < 6 * 1440 * minute;
  return new Date(at).toLocaleString(dateLanguage(), { timeZone: zone, hour: "2-digit", minute: "2-digit", ...(near ? { weekday: "long" } : { day: "numeric", month: "short" }) }).replace(",", "");
}

/** "in 3 days and 12 hours" */
export function untilThen(at: number, now: number): string {
  const language = currentLanguage();
  const unit = (n: number, name: "day" | "hour" | "minute") => n.toLocaleString(language, { style: "unit", unit: name, unitDisplay: "long" });
  const minutes = Math.max(1, Math.round((at - now) / minute));
  const days = Math.floor(minutes / 1440), hours = Math.floor((minutes % 1440) / 60), rest = minutes % 60;
  const parts = days > 0 ? [unit(days, "day"), ...(hours > 0 && days < 14 ? [unit(hours, "hour")] : [])] : hours > 0 ? [unit(hours, "hour"), ...(rest > 0 ? [unit(rest, "minute")] : [])] : [unit(rest, "minute")];
  return new Intl.ListFormat(language, { type: "conjunction" }).format(parts);
}
