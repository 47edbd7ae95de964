import { useSite } from "../app/data";
import { hour } from "../parts/time";
import { currentLanguage, useWords } from "../words/words";
import { homeWords } from "./words";

/** tomorrow, 18:40 · 18:40 today · 24 November, 18:40: in the zone of the site. */
export function useMoment() {
  const say = useWords(homeWords);
  const timeZone = useSite().data?.timezone;
  return (at: string) => {
    const zone = timeZone ? { timeZone } : {};
    const date = new Date(at);
    const language = currentLanguage();
    const time = date.toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit", hourCycle: "h23", ...zone });
    const dayOf = (of: Date) => of.toLocaleDateString("en", zone);
    if (dayOf(date) === dayOf(new Date())) return say.today(time);
    if (dayOf(date) === dayOf(new Date(Date.now() + 24 * hour))) return say.tomorrow(time);
    return `${date.toLocaleDateString(language, { day: "numeric", month: "long", ...zone })}, ${time}`;
  };
}
