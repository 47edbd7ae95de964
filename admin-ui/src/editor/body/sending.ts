import { useCallback, useEffect, useRef } from "react";

/** How long after a key the page hears of it at the latest. To write a long text down takes some milliseconds, too many for every key. */
const heldBack = 250; // ms

/**
 * Tells the page what was written: soon, and at once when the text loses the focus, the page goes out of sight or Ctrl-S is pressed. `changed` takes what
 * makes the text, so that it is made once.
 */
export function useSending(send: (source: string) => void): { changed(make: () => string): void; flush(): void } {
  const latest = useRef(send);
  const waiting = useRef<{ make: (() => string) | null; timer: ReturnType<typeof setTimeout> | undefined }>({ make: null, timer: undefined });
  useEffect(() => {
    latest.current = send;
  });
  const flush = useCallback(() => {
    const { make, timer } = waiting.current;
    clearTimeout(timer);
    waiting.current = { make: null, timer: undefined };
    if (make) latest.current(make());
  }, []);
  const changed = useCallback((make: () => string) => {
    waiting.current.make = make;
    waiting.current.timer ??= setTimeout(flush, heldBack);
  }, []);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key === "s") flush();
    };
    document.addEventListener("visibilitychange", flush);
    window.addEventListener("pagehide", flush);
    window.addEventListener("keydown", onKey, { capture: true });
    return () => {
      document.removeEventListener("visibilitychange", flush);
      window.removeEventListener("pagehide", flush);
      window.removeEventListener("keydown", onKey, { capture: true });
      flush();
    };
  }, []);
  return { changed, flush };
}
