import { useEffect, useState, type ReactNode } from "react";
import { useTitle } from "../app/head";
import { Dial } from "../parts/dial";
import classes from "./signin.module.css";

/** A page for whoever is not signed in: the mark, a title, one thing to do. */
export function DoorPage({ title, lead, children }: { title: string; lead?: ReactNode; children?: ReactNode }) {
  useTitle(title);
  return (
    <main className={classes["page"]}>
      <div className={classes["box"]}>
        <p className={classes["mark"]}><Dial />Dimmer</p>
        <h1>{title}</h1>
        {lead && <p className={classes["lead"]}>{lead}</p>}
        {children}
      </div>
    </main>
  );
}

/** The token of a link, which stands behind the # so that no server and no log sees it. It is taken out of the address at once. */
export function useLinkToken(): string {
  const inAddress = () => new URLSearchParams(location.hash.slice(1)).get("token") ?? "";
  const [token, setToken] = useState(inAddress);
  useEffect(() => {
    const take = () => {
      const found = inAddress();
      if (!found) return;
      setToken(found);
      history.replaceState(history.state, "", location.pathname);
    };
    take();
    window.addEventListener("hashchange", take); // the link pasted over this page loads nothing anew
    return () => window.removeEventListener("hashchange", take);
  }, []);
  return token;
}
