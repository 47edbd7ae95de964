// The links above every page, in their order.
import { ActionIcon, Button, TextInput } from "@mantine/core";
import { IconArrowDown, IconArrowUp, IconPlus, IconTrash } from "@tabler/icons-react";
import { useRef, useState, type KeyboardEvent } from "react";
import { flushSync } from "react-dom";
import type { Schemas } from "../api/client";
import { useWords } from "../words/words";
import classes from "./settings.module.css";
import { settingsWords } from "./words";

type Link = Schemas["LinkView"];

export function NavigationField({ value, errors, reading, onChange }: { value: readonly Link[]; errors: Readonly<Record<string, string>>; reading: boolean; onChange(value: Link[]): void }) {
  const say = useWords(settingsWords);
  const list = useRef<HTMLDivElement>(null);
  const [said, setSaid] = useState("");
  const nameOf = (at: number) => value[at]?.label || say.nameless;

  // The focus goes to the part of a row that had it, wherever the row is now.
  const focus = (at: number, part: string) => {
    const row = list.current?.querySelectorAll("fieldset")[at];
    const wanted = row?.querySelector<HTMLElement>(`[data-part="${part}"]:not(:disabled)`) ?? row?.querySelector<HTMLElement>("[data-part]:not(:disabled)");
    (wanted ?? list.current?.querySelector<HTMLElement>("[data-add]"))?.focus();
  };
  const change = (next: Link[]) => flushSync(() => onChange(next));
  const move = (at: number, by: -1 | 1, part: string) => {
    const to = at + by;
    const moving = value[at];
    if (!moving || to < 0 || to >= value.length) return;
    change(value.toSpliced(at, 1).toSpliced(to, 0, moving));
    setSaid(say.moved(nameOf(at), to + 1, value.length));
    focus(to, part);
  };
  const onKeyDown = (event: KeyboardEvent, at: number) => {
    if (!event.altKey || event.ctrlKey || event.metaKey || (event.key !== "ArrowUp" && event.key !== "ArrowDown")) return;
    event.preventDefault();
    move(at, event.key === "ArrowUp" ? -1 : 1, (event.target as HTMLElement).dataset["part"] ?? "label");
  };
  const remove = (at: number) => {
    change(value.toSpliced(at, 1));
    setSaid(say.removed(nameOf(at)));
    focus(Math.min(at, value.length - 2), "remove");
  };
  const add = () => {
    change([...value, { label: "", url: "" }]);
    focus(value.length, "label");
  };
  const put = (at: number, part: Partial<Link>) => onChange(value.map((link, i) => (i === at ? { ...link, ...part } : link)));

  return (
    <div ref={list} className={classes["links"]}>
      {value.length === 0 && <p className={classes["lead"]}>{say.noNavigation}</p>}
      {value.map((link, at) => (
        <fieldset key={at} className={classes["link"]} onKeyDown={(event) => onKeyDown(event, at)}>
          <legend className="vh">{say.entry(at + 1)}</legend>
          <TextInput data-part="label" label={say.label} error={errors[`navigation[${at}].label`]} value={link.label} size="md" onChange={(event) => put(at, { label: event.currentTarget.value })} />
          <TextInput data-part="url" label={say.address} error={errors[`navigation[${at}].url`]} value={link.url} placeholder="/pages/…" size="md" inputMode="url" spellCheck={false} autoCapitalize="off" onChange={(event) => put(at, { url: event.currentTarget.value.trim() })} />
          {!reading && (
            <div className={classes["moves"]}>
              <ActionIcon data-part="up" variant="default" size={40} aria-label={say.up(nameOf(at))} disabled={at === 0} onClick={() => move(at, -1, "up")}><IconArrowUp size={20} stroke={1.75} aria-hidden="true" /></ActionIcon>
              <ActionIcon data-part="down" variant="default" size={40} aria-label={say.down(nameOf(at))} disabled={at === value.length - 1} onClick={() => move(at, 1, "down")}><IconArrowDown size={20} stroke={1.75} aria-hidden="true" /></ActionIcon>
              <ActionIcon data-part="remove" variant="default" size={40} aria-label={say.remove(nameOf(at))} onClick={() => remove(at)}><IconTrash size={20} stroke={1.75} aria-hidden="true" /></ActionIcon>
            </div>
          )}
        </fieldset>
      ))}
      {errors["navigation"] && <p className={classes["wrong"]}>{errors["navigation"]}</p>}
      {!reading && <Button data-add variant="default" className={classes["start"]} leftSection={<IconPlus size={20} stroke={1.75} aria-hidden="true" />} onClick={add}>{say.add}</Button>}
      <p className="vh" role="status">{said}</p>
    </div>
  );
}
