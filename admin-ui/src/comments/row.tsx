import { Link } from "@tanstack/react-router";
import { IconAlertTriangle } from "@tabler/icons-react";
import { memo, useEffect, useMemo, useRef } from "react";
import { Chip } from "../parts/chip";
import { wordsIn } from "../parts/comment-text";
import { Face } from "../parts/face";
import { Time } from "../parts/time";
import { useWords } from "../words/words";
import type { Comment } from "./data";
import classes from "./list.module.css";
import { briefly, capital } from "./reasons";
import { commentWords } from "./words";

const shownWords = 240; // characters: more than two lines

/** A comment in the list: who, when, two lines, the verdict in a few words. */
export const Row = memo(function Row({ comment, isOpen, isSelected, wantsFocus, onSelect, onFocused }: {
  comment: Comment; isOpen: boolean; isSelected: boolean; wantsFocus: boolean; onSelect(id: string, ranged: boolean): void; onFocused(): void;
}) {
  const say = useWords(commentWords);
  const link = useRef<HTMLAnchorElement>(null);
  const text = useMemo(() => wordsIn(comment.html).slice(0, shownWords), [comment.html]);
  useEffect(() => {
    if (!wantsFocus) return;
    link.current?.focus({ preventScroll: true });
    onFocused();
  }, [wantsFocus]);
  const { name } = comment.author;
  return (
    <div className={classes["row"]} data-open={isOpen || undefined} data-selected={isSelected || undefined}>
      <label className={classes["tick"]}>
        <input type="checkbox" checked={isSelected} aria-label={say.row(name)} onChange={(event) => onSelect(comment.id, (event.nativeEvent as MouseEvent).shiftKey)} />
      </label>
      <Face name={name} small />
      <div className={classes["cell"]}>
        <p className={classes["top"]}>
          <Link ref={link} className={classes["name"]} from="/comments" to="/comments" search={(old) => ({ ...old, id: comment.id })} resetScroll={false} preload={false} aria-current={isOpen || undefined} dir="auto"><bdi>{name}</bdi></Link>
          <Time at={comment.created_at} className="meta" />
        </p>
        <p className={classes["words"]} dir="auto">{text}</p>
        {comment.imitates_staff && <p className={classes["flag"]}><IconAlertTriangle size={15} stroke={2} aria-hidden="true" />{say.imitates}</p>}
        <p className={classes["state"]}>
          <Chip status={comment.status} />
          <span>{comment.reports > 0 ? say.reports(comment.reports) : comment.imitates_staff ? "" : capital(briefly(comment))}</span>
        </p>
      </div>
    </div>
  );
});
