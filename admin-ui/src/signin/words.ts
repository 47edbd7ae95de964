import { catalogue } from "../words/words";

export const signInWords = catalogue(
  {
    title: "Sign in", email: "E-mail", password: "Password", signIn: "Sign in", forgot: "Forgotten your password?",
    again: "Please sign in again", safe: "Nothing you typed is lost.", other: "Sign in as somebody else",
  },
  {
    title: "Anmelden", email: "E-Mail", password: "Passwort", signIn: "Anmelden", forgot: "Passwort vergessen?",
    again: "Bitte melden Sie sich wieder an", safe: "Nichts, was Sie geschrieben haben, ist verloren.", other: "Als jemand anderes anmelden",
  },
);
