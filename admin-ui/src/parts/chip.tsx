import { IconArchive, IconCalendarTime, IconCircleCheck, IconCircleHalf2, IconPencil, IconShieldX, IconTrash, IconWorld, type Icon } from "@tabler/icons-react";
import { catalogue, useWords } from "../words/words";
import classes from "./chip.module.css";

const chips = {
  pending: IconCircleHalf2, approved: IconCircleCheck, spam: IconShieldX, trash: IconTrash,
  draft: IconPencil, scheduled: IconCalendarTime, published: IconWorld, archived: IconArchive,
} as const;

export type Status = keyof typeof chips;

export const statusWords = catalogue<Record<Status, string>>(
  { pending: "Held", approved: "Approved", spam: "Spam", trash: "Trash", draft: "Draft", scheduled: "Scheduled", published: "Published", archived: "Archived" },
  { pending: "Wartet", approved: "Freigegeben", spam: "Spam", trash: "Papierkorb", draft: "Entwurf", scheduled: "Geplant", published: "Veröffentlicht", archived: "Archiviert" },
);

/** The status of a comment or post: colour, shape and word together. */
export function Chip({ status }: { status: Status }) {
  const words = useWords(statusWords);
  const Icon = chips[status];
  return (
    <span className={classes["chip"]} data-status={status}>
      <Icon size={15} stroke={2} aria-hidden="true" />
      {words[status]}
    </span>
  );
}

/** How things stand with what is neither comment nor post, in the same form. */
export function StateChip({ icon: Icon, tone, children }: { icon: Icon; tone?: "pending" | "approved" | "spam" | "trash" | "failed"; children: string }) {
  return (
    <span className={classes["chip"]} data-status={tone}>
      <Icon size={15} stroke={2} aria-hidden="true" />
      {children}
    </span>
  );
}

/** How many wait. */
export function Count({ n, label }: { n: number; label?: string }) {
  return (
    <span className={classes["count"]}>
      {n > 999 ? "999+" : n}
      {label && <span className="vh"> {label}</span>}
    </span>
  );
}

/** A key of the keyboard. */
export const Key = ({ children }: { children: string }) => <kbd className={classes["key"]}>{children}</kbd>;
