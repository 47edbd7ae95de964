import { ActionIcon, Button, Menu } from "@mantine/core";
import {
  IconArrowBackUp, IconBan, IconCircleCheck, IconCircleHalf2, IconDots, IconHeartHandshake, IconPencil, IconPin, IconPinnedOff, IconShieldX, IconTrash, IconTrashX, type Icon,
} from "@tabler/icons-react";
import { usePerson } from "../app/person";
import { Key } from "../parts/chip";
import { number, useWords } from "../words/words";
import { block, pin, trust } from "./actions";
import classes from "./bar.module.css";
import { useLike, type Comment } from "./data";
import type { Status } from "./search";
import { commentWords } from "./words";

/** What can be done to the open comment. */
export interface Doing {
  decide(status: Status): void;
  reply(): void;
  edit(): void;
  erase(): void;
}

interface Action {
  name: "approve" | "reply" | "spam" | "trash" | "hold";
  icon: Icon;
  key: string;
  tint?: "spam" | "trash";
}

const approve: Action = { name: "approve", icon: IconCircleCheck, key: "a" };
const reply: Action = { name: "reply", icon: IconArrowBackUp, key: "r" };
const spam: Action = { name: "spam", icon: IconShieldX, key: "s", tint: "spam" };
const trash: Action = { name: "trash", icon: IconTrash, key: "d", tint: "trash" };
const hold: Action = { name: "hold", icon: IconCircleHalf2, key: "h" };

/** The first is the one that is wanted most. What it is already it cannot be made. */
const offered: Record<Status, readonly [Action, ...Action[]]> = {
  pending: [approve, spam, trash, reply],
  approved: [reply, spam, trash, hold],
  spam: [approve, trash, hold, reply],
  trash: [approve, spam, hold, reply],
};

const runs = (doing: Doing): Record<Action["name"], () => void> => ({
  approve: () => doing.decide("approved"), spam: () => doing.decide("spam"), trash: () => doing.decide("trash"), hold: () => doing.decide("pending"), reply: () => doing.reply(),
});

/** The actions under a comment on a large screen, with their keys. */
export function Bar({ comment, doing, shown }: { comment: Comment; doing: Doing; shown: readonly Comment[] }) {
  const say = useWords(commentWords);
  const [first, ...others] = offered[comment.status];
  const left = others.filter(({ tint }) => !tint);
  const button = ({ name, icon: Icon, key, tint }: Action, isFirst: boolean) => (
    <Button key={name} variant={isFirst ? "filled" : "default"} px="sm" leftSection={<Icon size={20} stroke={1.75} aria-hidden="true" data-tint={tint} />} rightSection={<Key>{key}</Key>} aria-keyshortcuts={key} onClick={runs(doing)[name]}>{say[name]}</Button>
  );
  return (
    <div className={classes["bar"]} role="group" aria-label={say.actions}>
      {button(first, true)}
      {left.map((action) => button(action, false))}
      <span className={classes["gap"]} />
      {others.filter(({ tint }) => tint).map((action) => button(action, false))}
      <More comment={comment} doing={doing} shown={shown} />
    </div>
  );
}

/** The actions under a card, in reach of a thumb. */
export function Thumb({ comment, doing }: { comment: Comment; doing: Doing }) {
  const say = useWords(commentWords);
  const [first, ...others] = offered[comment.status];
  return (
    <div className={classes["thumb"]} role="group" aria-label={say.actions}>
      <Button className={classes["first"] ?? ""} leftSection={<first.icon size={20} stroke={1.75} aria-hidden="true" />} onClick={runs(doing)[first.name]}>{say[first.name]}</Button>
      {others.map(({ name, icon: Icon, tint }) => (
        <Button key={name} variant="default" px={6} leftSection={<Icon size={20} stroke={1.75} aria-hidden="true" data-tint={tint} />} onClick={runs(doing)[name]}>{say[name]}</Button>
      ))}
    </div>
  );
}

/** What is wanted less often. Authors decide about comments, not about readers. */
export function More({ comment, doing, shown, quiet }: { comment: Comment; doing: Doing; shown: readonly Comment[]; quiet?: boolean }) {
  const say = useWords(commentWords);
  const { role } = usePerson();
  const reader = role === "author" ? null : comment.commenter;
  const hers = useLike(comment).find(({ kind }) => kind === "reader");
  const icon = (Icon: Icon) => <Icon size={20} stroke={1.75} aria-hidden="true" />;
  return (
    <Menu position={quiet ? "bottom-end" : "top-end"} width={260}>
      <Menu.Target><ActionIcon variant={quiet ? "subtle" : "default"} size={40} aria-label={say.more}><IconDots size={20} stroke={1.75} aria-hidden="true" /></ActionIcon></Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={icon(IconPencil)} rightSection={<span className={classes["keyed"]}><Key>e</Key></span>} onClick={doing.edit}>{say.edit}</Menu.Item>
        {comment.status !== "pending" && <Menu.Item leftSection={icon(IconCircleHalf2)} rightSection={<span className={classes["keyed"]}><Key>h</Key></span>} onClick={() => doing.decide("pending")}>{say.hold}</Menu.Item>}
        {comment.parent_id === null && (comment.pinned || comment.status === "approved") && (
          <Menu.Item leftSection={icon(comment.pinned ? IconPinnedOff : IconPin)} onClick={() => void pin(comment, !comment.pinned)}>{comment.pinned ? say.unpin : say.pin}</Menu.Item>
        )}
        {reader && <Menu.Divider />}
        {reader && <Menu.Item leftSection={icon(IconHeartHandshake)} onClick={() => void trust(comment, !reader.trusted, shown)}>{reader.trusted ? say.distrust : say.trust}</Menu.Item>}
        {reader && <Menu.Item leftSection={icon(IconBan)} onClick={() => void block(comment, !reader.blocked, false, shown)}>{reader.blocked ? say.unblock : say.block}</Menu.Item>}
        {reader && !reader.blocked && hers && <Menu.Item leftSection={icon(IconBan)} onClick={() => void block(comment, true, true, shown)}>{say.blockToo(number(hers.total))}</Menu.Item>}
        <Menu.Divider />
        <Menu.Item color="red" leftSection={icon(IconTrashX)} onClick={doing.erase}>{say.erase}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
