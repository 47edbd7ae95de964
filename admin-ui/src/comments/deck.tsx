import { IconArrowLeft, IconArrowRight, IconChevronDown, IconCircleCheck, IconCircleCheckFilled, IconShieldX, IconShieldFilled } from "@tabler/icons-react";
import { useEffect, useRef, useState } from "react";
import { Dial } from "../parts/dial";
import { useWords } from "../words/words";
import { More, Thumb, type Doing } from "./bar";
import type { Comment } from "./data";
import classes from "./deck.module.css";
import { Body, Flags, Others, Parent, Reader, Reasons, standing, Who } from "./detail";
import { briefly } from "./reasons";
import { useSwipe } from "./swipe";
import { commentWords } from "./words";

const hintedCards = 10;
const seenKey = "dimmer-cards"; // in localStorage: how many cards were decided on this device

const cardsSeen = (): number => Number(localStorage.getItem(seenKey)) || 0;

function seeCard(): void {
  try {
    localStorage.setItem(seenKey, String(Math.min(cardsSeen() + 1, hintedCards)));
  } catch {
    // a full device hints once more
  }
}

/** One comment as a card, for a thumb: swiped right it is approved, left it is spam; each has its button. */
export function Card({ comment, at, of, doing, shown, isPile, wantsFocus, onFocused }: {
  comment: Comment; at: number; of: string; doing: Doing; shown: readonly Comment[]; isPile: boolean; wantsFocus: boolean; onFocused(): void;
}) {
  const say = useWords(commentWords);
  const card = useRef<HTMLElement>(null);
  const [hints] = useState(() => cardsSeen() < hintedCards);
  const counted: Doing = { ...doing, decide: (status) => { seeCard(); doing.decide(status); } };
  const swipe = useSwipe({ right: comment.status !== "approved", left: comment.status !== "spam" }, (side) => counted.decide(side === "right" ? "approved" : "spam"));
  useEffect(() => {
    if (!wantsFocus) return;
    card.current?.focus({ preventScroll: true });
    onFocused();
  }, [wantsFocus]);
  const { name, email } = comment.author;
  const { approved, rejected } = standing(comment);
  return (
    <>
      <div className={classes["pile"]} data-pile={isPile || undefined}>
        <article key={comment.id} ref={card} className={classes["card"]} tabIndex={-1} aria-label={at > 0 ? say.position(name, at, of) : say.by(name)} {...swipe}>
          <p className={classes["hints"]} data-shown={hints || undefined} aria-hidden="true">
            <span className={classes["spam"]}><IconArrowLeft size={16} stroke={2} /><IconShieldX className={classes["line"]} size={16} stroke={2} /><IconShieldFilled className={classes["full"]} size={16} />{say.spamSwipe}</span>
            <span className={classes["approve"]}>{say.approveSwipe}<IconCircleCheck className={classes["line"]} size={16} stroke={2} /><IconCircleCheckFilled className={classes["full"]} size={16} /><IconArrowRight size={16} stroke={2} /></span>
          </p>
          <div className={classes["inside"]} tabIndex={0} role="group" aria-label={say.textAndReasons}>
            <div className={classes["head"]}><Who comment={comment} heading="p" short /><More comment={comment} doing={counted} shown={shown} quiet /></div>
            <Flags comment={comment} />
            <Parent comment={comment} />
            <Body comment={comment} />
            {comment.commenter && (
              <p className={classes["record"]}>
                <span>{approved + rejected === 0 ? say.noBefore : `${say.commentsHere}: ${say.before(approved, rejected)}.`}</span>
                <span>{!email ? say.emailShort.none : comment.commenter.email_confirmed ? say.emailShort.proven : say.emailShort.typed}</span>
              </p>
            )}
            {comment.verdict && (
              <details className={classes["why"]}>
                <summary><Dial size={22} /><span><b>{say.verdict[comment.verdict]}:</b> {briefly(comment)}</span><IconChevronDown size={16} stroke={2} aria-hidden="true" /></summary>
                <Reasons comment={comment} />
                <Reader comment={comment} />
                <Others comment={comment} shown={shown} />
              </details>
            )}
          </div>
        </article>
      </div>
      <Thumb comment={comment} doing={counted} />
    </>
  );
}
