import { Button, Group, Modal, Radio } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useState } from "react";
import { levelWords } from "../parts/dial";
import { useWords } from "../words/words";
import { usePeople } from "./data";
import { Differ, fieldText } from "./differ";
import type { Part } from "./editor";
import classes from "./editor.module.css";
import { differing, taking, type FieldName, type Fields } from "./fields";
import { editorWords } from "./words";
import { dayAndTime } from "./zone";

/** Two versions side by side; for each difference she says what stays. Text and its format belong together. */
export function Compare({ writing, view, zone, open }: Part) {
  const say = useWords(editorWords);
  const levels = useWords(levelWords);
  const people = usePeople(view.post);
  const small = useMediaQuery("(max-width: 47.99em)", false, { getInitialValueInEffect: false });
  const [chosen, setChosen] = useState<Partial<Record<FieldName, "theirs" | "mine">>>({});
  const { conflict } = view;
  const found = conflict ? null : writing.foundFields();
  const theirs = conflict?.theirs ?? view.fields;
  const mine = found ?? view.fields;
  const names = (conflict?.names ?? differing(theirs, mine)).filter((name) => name !== "format" || !(conflict?.names ?? []).includes("source"));
  const all = names.every((name) => chosen[name]);

  const settle = (choice: (name: FieldName) => "theirs" | "mine") => {
    const taken = names.filter((name) => choice(name) === "theirs");
    if (taken.includes("source")) taken.push("format");
    if (found) {
      writing.answerFound(true);
      writing.change(taking(mine, theirs, taken));
    } else if (conflict) {
      // What only the other side changed is the other side's in any case.
      const untouched = differing(mine, theirs).filter((name) => !conflict.names.includes(name) && !view.changedNames.includes(name));
      writing.resolve(taking(mine, theirs, [...taken, ...untouched]));
    }
    open(null);
  };
  const text = (name: FieldName, fields: Fields) => fieldText(name, fields, people, zone, levels);

  return (
    <Modal opened onClose={() => open(null)} title={found ? say.foundTitle : say.compareTitle} closeButtonProps={{ "aria-label": say.close }} fullScreen={small} size={1180} zIndex={160}>
      <div className={classes["stack"]}>
        <p>{found ? say.foundCompare : conflict && say.compareText(dayAndTime(conflict.at, zone))} {say.both}</p>
        {names.map((name) => (
          <Radio.Group key={name} className={classes["choice"] ?? ""} label={<span className={classes["choiceName"]}>{say.fields[name]}</span>} value={chosen[name] ?? null} onChange={(value) => setChosen({ ...chosen, [name]: value === "mine" ? "mine" : "theirs" })}>
            <div className={classes["sides"]}>
              {(["theirs", "mine"] as const).map((side) => {
                const shown = text(name, side === "theirs" ? theirs : mine);
                return (
                  <div key={side} className={classes["one"]} data-chosen={chosen[name] === side || undefined}>
                    <p className={classes["label"]}>{found ? (side === "theirs" ? say.serverHas : say.deviceHas) : say[side]}</p>
                    <div className={classes["scroll"]} tabIndex={0} role="region" aria-label={`${say.fields[name]}: ${say[side]}`}>
                      {shown ? <Differ before={text(name, theirs)} after={text(name, mine)} side={side === "theirs" ? "old" : "new"} /> : <p className={classes["hint"]}>{say.nothing}</p>}
                    </div>
                    <Radio size="md" value={side} label={side === "theirs" ? say.takeTheirs : say.takeMine} />
                  </div>
                );
              })}
            </div>
          </Radio.Group>
        ))}
        <Group justify="flex-end" gap="sm">
          {names.length > 1 && <Button variant="default" onClick={() => settle(() => "theirs")}>{say.allTheirs}</Button>}
          {names.length > 1 && <Button variant="default" onClick={() => settle(() => "mine")}>{say.allMine}</Button>}
          <Button disabled={!all} onClick={() => settle((name) => chosen[name] ?? "mine")}>{say.settle}</Button>
        </Group>
      </div>
    </Modal>
  );
}
