import { useEffect, useState } from "react";
import { useWords } from "../words/words";
import classes from "./editor.module.css";
import { editorWords } from "./words";
import { instantOf, momentOf } from "./zone";

const morning = "08:00"; // where a day is chosen and no time of day

/** A day and a time of day in the site's zone. */
export function When({ id, value, zone, wrong, hint, keep, onChange }: { id: string; value: string | null; zone: string; wrong?: string | undefined; hint: string; /** It cannot be cleared. */ keep?: boolean; onChange(value: string | null): void }) {
  const say = useWords(editorWords);
  const shown = value === null ? { date: "", time: "" } : momentOf(value, zone);
  const [date, setDate] = useState(shown.date);
  const [time, setTime] = useState(shown.time);
  useEffect(() => {
    setDate(shown.date);
    setTime(shown.time);
  }, [shown.date, shown.time]);

  const tell = (nextDate: string, nextTime: string) => {
    setDate(nextDate);
    setTime(nextTime);
    if (!nextDate) {
      if (value !== null && !nextTime && !keep) onChange(null);
      return;
    }
    const at = instantOf({ date: nextDate, time: nextTime || morning }, zone);
    if (at !== null) onChange(new Date(at).toISOString().replace(".000Z", "Z"));
  };
  return (
    <div>
      <div className={classes["when"]}>
        <input type="date" className={classes["input"]} aria-label={say.day} aria-describedby={`${id}-says`} aria-invalid={Boolean(wrong)} value={date} onChange={(event) => tell(event.currentTarget.value, time)} />
        <input type="time" className={classes["input"]} aria-label={say.time} aria-describedby={`${id}-says`} aria-invalid={Boolean(wrong)} value={time} onChange={(event) => tell(date, event.currentTarget.value)} />
      </div>
      <p id={`${id}-says`} className={wrong ? classes["wrong"] : classes["hint"]}>
        {wrong || hint}
        {value !== null && !wrong && !keep && <> <button type="button" className={classes["quiet"]} onClick={() => { setDate(""); setTime(""); onChange(null); }}>{say.clear}</button></>}
      </p>
    </div>
  );
}
