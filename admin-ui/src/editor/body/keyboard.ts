import { useEffect, type RefObject } from "react";

/** Keeps --keyboard, on an element, at how much of the window a phone's keyboard covers, so that something can stand right above it. */
export function useKeyboard(element: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const viewport = window.visualViewport;
    if (!viewport) return;
    const follow = () => {
      const covered = viewport.scale > 1.01 ? 0 : Math.max(0, window.innerHeight - viewport.height - viewport.offsetTop); // zoomed in, nothing is covered
      element.current?.style.setProperty("--keyboard", `${Math.round(covered)}px`);
    };
    follow();
    viewport.addEventListener("resize", follow);
    viewport.addEventListener("scroll", follow);
    return () => {
      viewport.removeEventListener("resize", follow);
      viewport.removeEventListener("scroll", follow);
    };
  }, []);
}
