import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect } from "react";
import { useSession } from "../app/person";
import { useWords } from "../words/words";
import { SignInForm } from "./form";
import { DoorPage } from "./page";
import classes from "./signin.module.css";
import { signInWords } from "./words";

export function SignIn() {
  const say = useWords(signInWords);
  const session = useSession();
  const navigate = useNavigate();
  const { to, reset } = useSearch({ from: "/sign-in" });
  useEffect(() => {
    if (session.state === "in") void navigate({ href: to?.startsWith("/") && !to.startsWith("//") ? to : "/", replace: true });
  }, [session.state]);
  return (
    <DoorPage title={say.title}>
      {reset && <p className={classes["good"]} role="status">{say.isReset}</p>}
      <SignInForm />
      <p className={classes["aside"]}><Link to="/forgot">{say.forgot}</Link></p>
    </DoorPage>
  );
}
