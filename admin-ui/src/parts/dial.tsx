import { catalogue, useWords } from "../words/words";
import classes from "./dial.module.css";

export type Level = "open" | "newcomers" | "all" | "closed";
export const levels: readonly Level[] = ["open", "newcomers", "all", "closed"];

const arcs: Record<Level, { arc: string | null; notch: string }> = {
  open: { arc: "M7.515 24.485A12 12 0 1 1 24.485 24.485", notch: "M17.6 17.6L19.6 19.6" },
  newcomers: { arc: "M7.515 24.485A12 12 0 0 1 24.485 7.515", notch: "M17.6 14.4L19.6 12.4" },
  all: { arc: "M7.515 24.485A12 12 0 0 1 7.515 7.515", notch: "M14.4 14.4L12.4 12.4" },
  closed: { arc: null, notch: "M14.4 17.6L12.4 19.6" },
};

/** The level as a drawing, which at "newcomers" is the mark of Dimmer. It says nothing that the words beside it do not. */
export function Dial({ level = "newcomers", size = 28 }: { level?: Level; size?: number }) {
  const { arc, notch } = arcs[level];
  return (
    <svg className={classes["dial"]} width={size} height={size} viewBox="0 0 32 32" aria-hidden="true">
      <path className={classes["track"]} d="M7.515 24.485A12 12 0 1 1 24.485 24.485" />
      {arc && <path className={classes["lit"]} d={arc} />}
      <circle className={classes["knob"]} cx="16" cy="16" r="7" />
      <path className={classes["notch"]} d={notch} />
    </svg>
  );
}

export const levelWords = catalogue(
  {
    open: { name: "Open", short: "All appear at once", lead: "Comments appear at once.", rest: "Only what looks like spam waits for you." },
    newcomers: { name: "Newcomers", short: "First comments wait", lead: "First comments wait for you.", rest: "People you have approved appear at once." },
    all: { name: "All", short: "Every comment waits", lead: "Every comment waits for you.", rest: "Nothing appears before you have read it." },
    closed: { name: "Closed", short: "No new comments", lead: "No new comments.", rest: "What was said stays readable." },
  },
  {
    open: { name: "Offen", short: "Alle erscheinen sofort", lead: "Kommentare erscheinen sofort.", rest: "Nur was nach Spam aussieht, wartet auf Sie." },
    newcomers: { name: "Neue", short: "Erste Kommentare warten", lead: "Erste Kommentare warten auf Sie.", rest: "Wen Sie freigegeben haben, erscheint sofort." },
    all: { name: "Alle", short: "Jeder Kommentar wartet", lead: "Jeder Kommentar wartet auf Sie.", rest: "Nichts erscheint, bevor Sie es gelesen haben." },
    closed: { name: "Zu", short: "Keine neuen Kommentare", lead: "Keine neuen Kommentare.", rest: "Was gesagt wurde, bleibt lesbar." },
  },
);

/** The level control: four native radios, and under them what the chosen one means. `acting` is the level to which a flood has raised it. */
export function LevelControl({ legend, name, value, acting, disabled, onChange }: {
  legend: string; name: string; value: Level | null; acting?: Level | null; disabled?: boolean; onChange(level: Level): void;
}) {
  const words = useWords(levelWords);
  const says = `${name}-says`;
  return (
    <fieldset className={classes["control"]} disabled={disabled}>
      <legend>{legend}</legend>
      <div className={classes["stops"]}>
        {levels.map((level) => (
          <label key={level} className={classes["stop"]} data-chosen={level === value || undefined} data-acting={(level === acting && level !== value) || undefined}>
            <input type="radio" name={name} value={level} checked={level === value} aria-describedby={says} onChange={() => onChange(level)} />
            <Dial level={level} size={28} />
            <span>{words[level].name}</span>
          </label>
        ))}
      </div>
      <p id={says} className={classes["says"]} aria-live="polite">
        {value && <><b>{words[value].lead}</b> {words[value].rest}</>}
      </p>
    </fieldset>
  );
}
