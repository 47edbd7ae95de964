import { Menu } from "@mantine/core";
import { IconDots, type Icon } from "@tabler/icons-react";
import { useRef, useState, type KeyboardEvent, type ReactNode } from "react";
import { useWords } from "../../words/words";
import classes from "./body.module.css";
import { useKeyboard } from "./keyboard";
import { bodyWords } from "./words";

export interface Tool {
  name: string;
  label: string;
  icon: Icon;
  run(): void;
  /** Whether the text at the caret has it; without it the tool is no switch. */
  pressed?: boolean;
  disabled?: boolean;
  /** Only where there is room; a phone has it under "More". */
  wide?: true;
  /** Whether its name is shown. */
  named?: true;
}

/** The tools above the text, on a phone right above the keyboard. Tab enters them once, arrows go from one to the next. `children` belong to what is at the caret. */
export function Tools({ tools, more, children, leave }: { tools: (Tool | null)[]; more: Tool[]; children?: ReactNode; leave(): void }) {
  const say = useWords(bodyWords);
  const bar = useRef<HTMLDivElement>(null);
  const [current, setCurrent] = useState("");
  useKeyboard(bar);
  const names = [...tools.flatMap((tool) => tool?.name ?? []), "more"];
  const entry = names.includes(current) ? current : names[0];

  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    if (event.key === "Escape") {
      event.preventDefault();
      leave();
      return;
    }
    const buttons = [...event.currentTarget.querySelectorAll<HTMLButtonElement>("button[data-tool]")].filter((button) => button.offsetParent !== null);
    const at = buttons.findIndex((button) => button === document.activeElement);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1 + buttons.length, Home: 0, End: buttons.length - 1 }[event.key];
    if (at < 0 || to === undefined) return;
    event.preventDefault();
    const next = buttons[to % buttons.length];
    next?.focus();
    setCurrent(next?.dataset["tool"] ?? "");
  };

  return (
    <div className={classes["bar"]} ref={bar}>
      {children && <div className={classes["context"]}>{children}</div>}
      <div className={classes["tools"]} role="toolbar" aria-label={say.tools} onKeyDown={onKeyDown}>
        {tools.map((tool, i) =>
          tool ? (
            <button
              key={tool.name} type="button" data-tool={tool.name} data-wide={tool.wide} data-named={tool.named} tabIndex={tool.name === entry ? 0 : -1}
              aria-label={tool.named ? undefined : tool.label} title={tool.named ? undefined : tool.label} aria-pressed={tool.pressed} aria-disabled={tool.disabled || undefined}
              onMouseDown={(event) => event.preventDefault()} onFocus={() => setCurrent(tool.name)} onClick={() => !tool.disabled && tool.run()}
            >
              <tool.icon size={20} stroke={1.75} aria-hidden="true" />
              {tool.named && <span>{tool.label}</span>}
            </button>
          ) : (
            <span key={i} className={classes["gap"]} />
          ),
        )}
        <Menu position="bottom-end" width={230} returnFocus={false}>
          <Menu.Target>
            <button type="button" data-tool="more" tabIndex={entry === "more" ? 0 : -1} aria-label={say.more} title={say.more} onMouseDown={(event) => event.preventDefault()} onFocus={() => setCurrent("more")}>
              <IconDots size={20} stroke={1.75} aria-hidden="true" />
            </button>
          </Menu.Target>
          <Menu.Dropdown>
            {more.map((tool) => (
              <Menu.Item
                key={tool.name} className={tool.wide ? classes["narrow"] : undefined} disabled={tool.disabled ?? false} leftSection={<tool.icon size={18} stroke={1.75} aria-hidden="true" />}
                onClick={tool.run}
              >
                {tool.label}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      </div>
    </div>
  );
}
