import type { ReactNode } from "react";
import { Head } from "./head";
import classes from "./pad.module.css";

/** An ordinary screen: padded, with its title and the one primary action beside it. */
export function Screen({ title, action, children }: { title: string; action?: ReactNode; children: ReactNode }) {
  return (
    <div className={classes["pad"]}>
      <Head title={title}>{action}</Head>
      {children}
    </div>
  );
}
