import { useSyncExternalStore } from "react";
import { currentSession, onSession, type Person, type Session } from "../api/session";

export const useSession = (): Session => useSyncExternalStore(onSession, currentSession);

/** Whoever is signed in. Only for screens inside of the frame, which shows none of them to anybody else. */
export function usePerson(): Person {
  const session = useSession();
  if (session.state !== "in" && session.state !== "ended") throw new Error("nobody is signed in");
  return session.person;
}

type Role = Person["role"];

/** What roles may, as the server has it: authors have their own posts, and the comments on them. */
export const may = {
  write: (role: Role) => role !== "moderator",
  moderateAll: (role: Role) => role !== "author",
  edit: (role: Role) => role === "owner" || role === "editor",
  own: (role: Role) => role === "owner",
};
