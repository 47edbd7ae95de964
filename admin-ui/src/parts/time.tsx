import { useSyncExternalStore } from "react";
import { currentLanguage, useLanguage } from "../words/words";

const second = 1000, minute = 60 * second, hour = 60 * minute, day = 24 * hour;

let now = Date.now();
const listeners = new Set<() => void>();
setInterval(() => {
  now = Date.now();
  for (const listener of listeners) listener();
}, 20 * second);

function onTick(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The time, some 20 seconds old at most; whatever shows it follows. */
export const useNow = (): number => useSyncExternalStore(onTick, () => now);

/** 18 min, 5 h, 20 Nov, 20 Nov 2025: short, for lists. */
export function shortAge(at: number, from: number): string {
  const age = from - at;
  const language = currentLanguage();
  const unit = (n: number, name: "minute" | "hour") => n.toLocaleString(language, { style: "unit", unit: name, unitDisplay: "short" });
  if (age > -minute && age < minute) return language === "de" ? "jetzt" : "now";
  if (age >= minute && age < hour) return unit(Math.floor(age / minute), "minute");
  if (age >= hour && age < 20 * hour) return unit(Math.floor(age / hour), "hour");
  const date = new Date(at);
  const year = date.getFullYear() === new Date(from).getFullYear() ? {} : ({ year: "numeric" } as const);
  return date.toLocaleDateString(language, { day: "numeric", month: "short", ...year });
}

/** 20 November 2026, 18:40, in the zone of whoever looks, or in another. */
export function longTime(at: string | number, timeZone?: string): string {
  return new Date(at).toLocaleString(currentLanguage(), { day: "numeric", month: "long", year: "numeric", hour: "2-digit", minute: "2-digit", ...(timeZone ? { timeZone } : {}) });
}

export { day, hour, minute, second };

/** How long ago something was; the exact time is shown by pointing at it. */
export function Time({ at, className }: { at: string; className?: string }) {
  useLanguage();
  const from = useNow();
  return (
    <time dateTime={at} title={longTime(at)} className={className}>
      {shortAge(Date.parse(at), from)}
    </time>
  );
}
