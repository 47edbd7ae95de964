// What the address says of the events: who, what about, when.
import type { paths } from "../api/schema";
import { groups, type Group } from "./words";

export type Period = "today" | "week" | "month" | "between";

export interface Search {
  who?: string;
  about?: Group;
  when?: Period;
  /** Days as 2026-11-23, both inclusive; only with when=between. */
  from?: string;
  to?: string;
}

const periods: readonly Period[] = ["today", "week", "month", "between"];

const isDay = (given: unknown): given is string => typeof given === "string" && /^\d{4}-\d{2}-\d{2}$/.test(given) && !Number.isNaN(Date.parse(`${given}T00:00`));

/** Takes of an address what this room understands; the rest is dropped. */
export function readSearch(given: Record<string, unknown>): Search {
  const { who, about, when, from, to } = given;
  const search: Search = {};
  if (typeof who === "string" && who !== "") search.who = who;
  if (typeof about === "string" && Object.hasOwn(groups, about)) search.about = about as Group;
  const period = periods.find((name) => name === when);
  if (period) search.when = period;
  if (period === "between" && isDay(from)) search.from = from;
  if (period === "between" && isDay(to)) search.to = to;
  return search;
}

type Query = NonNullable<paths["/api/v1/admin/events"]["get"]["parameters"]["query"]>;

/** Midnight, `days` from the day in which a moment lies, for whoever looks. */
function midnight(of: Date, days: number): string {
  return new Date(of.getFullYear(), of.getMonth(), of.getDate() + days).toISOString();
}

/** The same as a question to the server. */
export function queryOf({ who, about, when, from, to }: Search, now: Date): Query {
  const since = when === "today" ? midnight(now, 0) : when === "week" ? midnight(now, -6) : when === "month" ? midnight(now, -29) : from ? midnight(new Date(`${from}T00:00`), 0) : undefined;
  const until = to ? midnight(new Date(`${to}T00:00`), 1) : undefined;
  return { ...(who && { actor: who }), ...(about && { kind: groups[about] }), ...(since && { since }), ...(until && { until }) };
}
