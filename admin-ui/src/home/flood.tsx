// The switch for the day of a flood, and what has moved the level by itself.
import { Button } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useId, useState } from "react";
import { api, ask, type Schemas } from "../api/client";
import { queries, useDimmer } from "../app/data";
import { may, usePerson } from "../app/person";
import { Dial, levelWords } from "../parts/dial";
import { Shapes, sentence, Trouble } from "../parts/states";
import { hour } from "../parts/time";
import { toast } from "../parts/toasts";
import { useWords } from "../words/words";
import { commentsChanged, useStats } from "./data";
import classes from "./home.module.css";
import { useMoment } from "./moment";
import { homeWords } from "./words";

type Dimmer = Schemas["DimmerView"];
type Mode = NonNullable<Dimmer["quiet"]>["mode"];

function useTraffic(dimmer: Dimmer): { title: string; text: string } {
  const say = useWords(homeWords);
  const comments = useStats().data?.comments;
  if (!comments) return { title: say.calm, text: say.busyTen(dimmer.traffic.last_ten_minutes) };
  const { last_hour: last, normal_per_hour: normal } = comments;
  const usual = Math.max(normal, 1);
  const much = last > 2 * usual + 3, farMore = last > 6 * usual + 6;
  return { title: farMore ? say.rush : much ? say.lively : say.calm, text: say.busy(last) + (farMore ? say.farMore : much ? say.more : normal > 0 ? say.asAlways : ".") };
}

function Now({ dimmer, onPutBack, busy }: { dimmer: Dimmer; onPutBack(): void; busy: boolean }) {
  const say = useWords(homeWords);
  const levels = useWords(levelWords);
  const person = usePerson();
  const moment = useMoment();
  const traffic = useTraffic(dimmer);
  const acting = levels[dimmer.acting_level].name;
  if (dimmer.quiet) {
    return (
      <div className={classes["now"]}>
        <Dial level={dimmer.acting_level} size={44} />
        <p><b>{say.quietUntil(moment(dimmer.quiet.until))}</b>{dimmer.quiet.mode === "close" && `${say.closedUntil} `}{say.kept(dimmer.held)}</p>
      </div>
    );
  }
  if (dimmer.flood) {
    return (
      <div className={classes["now"]} data-raised>
        <Dial level={dimmer.acting_level} size={44} />
        <p><b>{say.raised(acting)}</b>{say.raisedText} {say.raisedUntil(moment(dimmer.flood.until))}</p>
        {may.moderateAll(person.role) && <Button variant="default" size="xs" loading={busy} onClick={onPutBack}>{say.putBack}</Button>}
      </div>
    );
  }
  return (
    <div className={classes["now"]}>
      <Dial level={dimmer.acting_level} size={44} />
      <p><b>{traffic.title}</b>{traffic.text}</p>
    </div>
  );
}

/** Turns quiet on, for as long as it was or a day, or ends it. */
export function useQuiet() {
  const say = useWords(homeWords);
  return useMutation({
    mutationFn: (to: { mode: Mode; hours?: number } | null) => ask(to ? api.PUT("/api/v1/admin/moderation/quiet", { body: to }) : api.DELETE("/api/v1/admin/moderation/quiet")),
    onSuccess: ({ data }, to) => {
      queries.setQueryData(["dimmer"], data);
      toast({ text: to ? say.quietOn : say.quietOff });
    },
    onError: (error) => toast({ text: say.switchFailed(sentence(error)), tone: "trouble" }),
    onSettled: commentsChanged,
  });
}

export function Flood() {
  const say = useWords(homeWords);
  const levels = useWords(levelWords);
  const person = usePerson();
  const id = useId();
  const dimmer = useDimmer();
  const quiet = useQuiet();
  const [wanted, setWanted] = useState<Mode>("hold");
  const putBack = useMutation({
    mutationFn: () => ask(api.DELETE("/api/v1/admin/moderation/flood")),
    onSuccess: ({ data }) => {
      queries.setQueryData(["dimmer"], data);
      toast({ text: say.wasPutBack(levels[data.acting_level].name) });
    },
    onError: (error) => toast({ text: say.switchFailed(sentence(error)), tone: "trouble" }),
  });
  if (!dimmer.data) {
    return <section className={`card ${classes["panel"]} ${classes["flood"]}`} aria-label={say.quiet}>{dimmer.isError ? <Trouble error={dimmer.error} again={() => void dimmer.refetch()} /> : <Shapes lines={5} />}</section>;
  }
  const on = dimmer.data.quiet;
  const mode = on?.mode ?? wanted;
  const choose = (next: Mode) => {
    setWanted(next);
    if (on) quiet.mutate({ mode: next, hours: Math.max(1, Math.ceil((Date.parse(on.until) - Date.now()) / hour)) });
  };
  return (
    <section className={`card ${classes["panel"]} ${classes["flood"]}`} aria-labelledby={`${id}-h`} data-on={on ? true : undefined}>
      <Now dimmer={dimmer.data} busy={putBack.isPending} onPutBack={() => putBack.mutate()} />
      {may.moderateAll(person.role) && (
        <>
          <div className={classes["switchRow"]}>
            <div>
              <h2 className={classes["h"]} id={`${id}-h`}><label htmlFor={id}>{say.quiet}</label></h2>
              <p className={classes["hint"]} id={`${id}-hint`}>{say.quietHint}</p>
            </div>
            <input className={classes["switch"]} type="checkbox" role="switch" id={id} aria-describedby={`${id}-hint`} checked={quiet.isPending ? quiet.variables !== null : on !== null} onChange={(event) => !quiet.isPending && quiet.mutate(event.currentTarget.checked ? { mode } : null)} />
          </div>
          <fieldset className={classes["modes"]}>
            <legend className="vh">{say.whileQuiet}</legend>
            {(["hold", "close"] as const).map((each) => (
              <label key={each} className={classes["mode"]} data-chosen={mode === each || undefined}>
                <input type="radio" name={`${id}-mode`} checked={mode === each} onChange={() => choose(each)} />{say[each]}
              </label>
            ))}
          </fieldset>
          {on && <Button variant="default" loading={quiet.isPending} onClick={() => quiet.mutate(null)}>{say.endNow}</Button>}
        </>
      )}
    </section>
  );
}
