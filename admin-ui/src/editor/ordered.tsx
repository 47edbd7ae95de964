import { Combobox, useCombobox } from "@mantine/core";
import { IconChevronLeft, IconX } from "@tabler/icons-react";
import { useId, useRef, useState, type DragEvent } from "react";
import { useWords } from "../words/words";
import classes from "./editor.module.css";
import { editorWords } from "./words";

export interface Choice {
  value: string;
  name: string;
  note?: string;
}

/**
 * A few chosen things whose order matters: tags, authors. Each can be moved forward by a button or dragged; new ones are found by typing, and where `make` is
 * allowed made by it. Backspace in the empty field takes the last one away.
 */
export function Ordered({ label, add, empty, chosen, choices, make, fold, onChange }: {
  label: string; add: string; empty: string; chosen: readonly Choice[]; choices: readonly Choice[]; make?: boolean; fold?: boolean; onChange(values: string[]): void;
}) {
  const say = useWords(editorWords);
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  const dragged = useRef<number | null>(null);
  const [search, setSearch] = useState("");
  const [told, setTold] = useState("");
  const box = useCombobox({ onDropdownClose: () => box.resetSelectedOption() });
  const values = chosen.map(({ value }) => value);
  const wanted = search.trim();
  const plain = (text: string) => text.toLocaleLowerCase();
  const open = choices.filter(({ value, name }) => !values.some((v) => plain(v) === plain(value)) && plain(name).includes(plain(wanted))).slice(0, 8);
  const known = [...choices, ...chosen].some(({ name }) => plain(name) === plain(wanted));

  const take = (value: string) => {
    setSearch("");
    box.resetSelectedOption();
    if (!values.some((v) => plain(v) === plain(value))) onChange([...values, value]);
    if (fold) box.closeDropdown();
  };
  const move = (from: number, to: number) => {
    const next = [...values];
    const [moved] = next.splice(from, 1);
    if (moved === undefined) return;
    next.splice(to, 0, moved);
    onChange(next);
    setTold(say.moved(chosen[from]?.name ?? moved, to + 1));
  };
  const remove = (at: number) => {
    onChange(values.filter((_, i) => i !== at));
    field.current?.focus();
  };
  const drop = (event: DragEvent, to: number) => {
    event.preventDefault();
    if (dragged.current !== null && dragged.current !== to) move(dragged.current, to);
    dragged.current = null;
  };

  return (
    <div role="group" aria-labelledby={id}>
      <h2 id={id}>{label}</h2>
      <Combobox store={box} onOptionSubmit={take} withinPortal>
        <Combobox.DropdownTarget>
          <div className={classes["chosen"]}>
            {chosen.length > 0 && (
              <ol role="list">
                {chosen.map(({ value, name, note }, i) => (
                  <li key={value} draggable onDragStart={(event) => { dragged.current = i; event.dataTransfer.setData("text/plain", name); }} onDragOver={(event) => event.preventDefault()} onDrop={(event) => drop(event, i)}>
                    {i > 0 && <button type="button" aria-label={say.moveUp(name)} title={say.moveUp(name)} onClick={() => move(i, i - 1)}><IconChevronLeft size={16} stroke={2} aria-hidden="true" /></button>}
                    <span>{name}{note && <small> {note}</small>}</span>
                    <button type="button" aria-label={say.remove(name)} onClick={() => remove(i)}><IconX size={16} stroke={2} aria-hidden="true" /></button>
                  </li>
                ))}
              </ol>
            )}
            <Combobox.EventsTarget>
              <input
                ref={field} value={search} placeholder={say.addTag} aria-label={add}
                onFocus={() => box.openDropdown()} onBlur={() => box.closeDropdown()}
                onChange={(event) => {
                  const text = event.currentTarget.value;
                  if (make && text.endsWith(",")) {
                    if (text.slice(0, -1).trim()) take(text.slice(0, -1).trim());
                    return;
                  }
                  setSearch(text);
                  box.openDropdown();
                  box.updateSelectedOptionIndex();
                }}
                onKeyDown={(event) => {
                  if (event.key === "Backspace" && search === "" && values.length > 0) onChange(values.slice(0, -1));
                  if (event.key === "Enter" && make && wanted && box.getSelectedOptionIndex() === -1) {
                    event.preventDefault();
                    take(choices.find(({ name }) => plain(name) === plain(wanted))?.value ?? wanted);
                  }
                  if (event.key === "Escape" && box.dropdownOpened) {
                    event.stopPropagation();
                    box.closeDropdown();
                  }
                }}
              />
            </Combobox.EventsTarget>
          </div>
        </Combobox.DropdownTarget>
        <Combobox.Dropdown>
          <Combobox.Options aria-label={label}>
            {open.map(({ value, name, note }) => <Combobox.Option key={value} value={value}>{name}{note && <small className="meta"> {note}</small>}</Combobox.Option>)}
            {make && wanted && !known && <Combobox.Option value={wanted}>{say.makeTag(wanted)}</Combobox.Option>}
            {open.length === 0 && !(make && wanted && !known) && <Combobox.Empty>{empty}</Combobox.Empty>}
          </Combobox.Options>
        </Combobox.Dropdown>
      </Combobox>
      <p className="vh" role="status">{told}</p>
    </div>
  );
}
