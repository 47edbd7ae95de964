import { useEffect, type ReactNode } from "react";
import classes from "./head.module.css";

/** The top of a screen: its title, and at most one primary action. It also names the tab. */
export function Head({ title, hidden, children }: { title: string; hidden?: boolean; children?: ReactNode }) {
  useTitle(title);
  return (
    <header className={hidden ? "vh" : classes["head"]}>
      <h1>{title}</h1>
      {children}
    </header>
  );
}

export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · Dimmer`;
  }, [title]);
}
