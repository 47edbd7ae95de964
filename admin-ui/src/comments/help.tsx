import { Modal } from "@mantine/core";
import { Key } from "../parts/chip";
import { useWords } from "../words/words";
import classes from "./comments.module.css";
import { commentWords } from "./words";

const keys = [
  ["move", ["j", "k", "↓", "↑"]], ["approve", ["a"]], ["spam", ["s"]], ["trash", ["d"]], ["hold", ["h"]], ["reply", ["r"]], ["edit", ["e"]], ["undo", ["u"]], ["select", ["x"]], ["selectAll", ["Shift X", "*"]],
  ["search", ["/"]], ["open", ["Enter", "o"]], ["close", ["Esc"]], ["help", ["?"]],
] as const;

/** All keys of the queue. */
export function Help({ opened, onClose }: { opened: boolean; onClose(): void }) {
  const say = useWords(commentWords);
  return (
    <Modal opened={opened} onClose={onClose} title={say.keys} centered closeButtonProps={{ "aria-label": say.close }}>
      <dl className={classes["help"]}>
        {keys.map(([what, names]) => (
          <div key={what}>
            <dt>{names.map((name) => <Key key={name}>{name}</Key>)}</dt>
            <dd>{say.keyRows[what]}</dd>
          </div>
        ))}
      </dl>
    </Modal>
  );
}
