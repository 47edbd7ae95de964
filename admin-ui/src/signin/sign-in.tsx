import { useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect } from "react";
import { useTitle } from "../app/head";
import { useSession } from "../app/person";
import { Dial } from "../parts/dial";
import { useWords } from "../words/words";
import { SignInForm } from "./form";
import classes from "./signin.module.css";
import { signInWords } from "./words";

export function SignIn() {
  const say = useWords(signInWords);
  const session = useSession();
  const navigate = useNavigate();
  const { to } = useSearch({ from: "/sign-in" });
  useTitle(say.title);
  useEffect(() => {
    if (session.state === "in") void navigate({ href: to?.startsWith("/") && !to.startsWith("//") ? to : "/", replace: true });
  }, [session.state]);
  return (
    <main className={classes["page"]}>
      <div className={classes["box"]}>
        <p className={classes["mark"]}><Dial />Dimmer</p>
        <h1>{say.title}</h1>
        <SignInForm />
      </div>
    </main>
  );
}
