import { useRef, type PointerEvent } from "react";

const decidesAt = 0.35; // of the card's width
const beginsAt = 10; // px: less is a tap
const leaves = 200; // ms

type Side = "left" | "right";

/** Lets a card be swiped away. Past a third of its width it is armed, and the phone ticks once; let go before that it springs back. */
export function useSwipe(can: Record<Side, boolean>, swiped: (side: Side) => void) {
  const grip = useRef<{ id: number; x: number; y: number; isOurs: boolean; armed: Side | null } | null>(null);

  const rest = (card: HTMLElement) => {
    card.style.transition = "transform var(--calm) var(--ease)";
    card.style.transform = "";
    delete card.dataset["armed"];
    delete card.dataset["pulled"];
  };
  const onPointerDown = (event: PointerEvent<HTMLElement>) => {
    if (event.pointerType === "mouse" || !event.isPrimary) return;
    grip.current = { id: event.pointerId, x: event.clientX, y: event.clientY, isOurs: false, armed: null };
  };
  const onPointerMove = (event: PointerEvent<HTMLElement>) => {
    const held = grip.current;
    if (!held || held.id !== event.pointerId) return;
    const card = event.currentTarget;
    const dx = event.clientX - held.x;
    if (!held.isOurs) {
      const dy = Math.abs(event.clientY - held.y);
      if (dy > beginsAt && dy > Math.abs(dx)) {
        grip.current = null;
        return;
      }
      if (Math.abs(dx) < beginsAt || Math.abs(dx) < dy) return;
      held.isOurs = true;
      card.setPointerCapture(event.pointerId);
      card.style.transition = "none";
    }
    const side: Side = dx > 0 ? "right" : "left";
    const pull = can[side] ? dx : dx / 5; // what cannot be done gives way a little
    const armed = can[side] && Math.abs(dx) >= card.offsetWidth * decidesAt ? side : null;
    if (armed && armed !== held.armed) navigator.vibrate?.(10);
    held.armed = armed;
    card.style.transform = `translateX(${pull}px) rotate(${pull / 40}deg)`;
    card.dataset["pulled"] = side;
    if (armed) card.dataset["armed"] = armed;
    else delete card.dataset["armed"];
  };
  const onPointerUp = (event: PointerEvent<HTMLElement>) => {
    const held = grip.current;
    grip.current = null;
    if (!held?.isOurs) return;
    const card = event.currentTarget;
    const side = held.armed;
    if (!side) {
      rest(card);
      return;
    }
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    if (!still) {
      card.style.transition = `transform ${leaves}ms var(--ease)`;
      card.style.transform = `translateX(${side === "right" ? 120 : -120}%) rotate(${side === "right" ? 8 : -8}deg)`;
    }
    setTimeout(() => {
      swiped(side);
      rest(card);
    }, still ? 0 : leaves);
  };
  const onPointerCancel = (event: PointerEvent<HTMLElement>) => {
    if (grip.current?.isOurs) rest(event.currentTarget);
    grip.current = null;
  };
  return { onPointerDown, onPointerMove, onPointerUp, onPointerCancel };
}
