// Who works here, who is invited to, and who has commented.
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { api, ask, type Schemas } from "../api/client";
import { changePerson, currentSession } from "../api/session";
import { queries } from "../app/data";

export type Invite = Schemas["InviteView"];
export type Reader = Schemas["CommenterView"];
export type Person = Schemas["UserView"];
export type Role = Person["role"];
export const roles: readonly Role[] = ["owner", "editor", "author", "moderator"];

async function everybody(): Promise<Person[]> {
  const people: Person[] = [];
  for (let cursor: string | null = ""; cursor !== null; ) {
    const page: Schemas["ManyUserView"] = await ask(api.GET("/api/v1/admin/users", { params: { query: { limit: 100, ...(cursor && { cursor }) } } }));
    people.push(...(page.data ?? []));
    cursor = page.page.next;
  }
  return people;
}

/** All people of the blog: a blog has few. */
export const usePeople = () => useQuery({ queryKey: ["people"], queryFn: everybody });

export const useOne = (id: string) => useQuery({
  queryKey: ["people", id], queryFn: async () => (await ask(api.GET("/api/v1/admin/users/{id}", { params: { path: { id } } }))).data,
  placeholderData: () => queries.getQueryData<Person[]>(["people"])?.find((person) => person.id === id),
});

/** Invites that are not accepted: open ones, and those that ended. */
export const useInvites = (wanted: boolean) => useQuery({
  queryKey: ["invites"], enabled: wanted,
  queryFn: async () => ((await ask(api.GET("/api/v1/admin/invites", { params: { query: { limit: 100 } } }))).data ?? []).filter(({ state }) => state !== "accepted"),
});

/** Shows somebody as the server has her now. */
export function keepPerson(person: Person): void {
  queries.setQueryData(["people", person.id], person);
  void queries.invalidateQueries({ queryKey: ["people"], exact: true });
  const session = currentSession();
  if (session.state === "in" && session.person.id === person.id) changePerson({ ...session.person, ...person });
}

export async function changeOne(id: string, change: Schemas["UserInput"]): Promise<Person> {
  const { data } = await ask(api.PATCH("/api/v1/admin/users/{id}", { params: { path: { id } }, body: change }));
  keepPerson(data);
  return data;
}

export async function invite(email: string, name: string, role: Role): Promise<Invite> {
  const { data } = await ask(api.POST("/api/v1/admin/invites", { body: { email, role, ...(name && { name }) } }));
  void queries.invalidateQueries({ queryKey: ["invites"] });
  return data;
}

/** Which readers are shown. */
export interface ReaderFilter {
  q?: string;
  show?: "blocked" | "trusted";
}

export const useReaders = ({ q, show }: ReaderFilter) => useInfiniteQuery({
  queryKey: ["readers", "list", { q, show }], initialPageParam: "",
  queryFn: async ({ pageParam: cursor }) => ask(api.GET("/api/v1/admin/commenters", {
    params: { query: { limit: 30, ...(cursor && { cursor }), ...(q && { q }), ...(show === "blocked" && { blocked: "true" as const }), ...(show === "trusted" && { trusted: "true" as const }) } },
  })),
  getNextPageParam: ({ page }) => page.next,
});

export const useReader = (id: string) => useQuery({ queryKey: ["readers", "one", id], queryFn: async () => (await ask(api.GET("/api/v1/admin/commenters/{id}", { params: { path: { id } } }))).data });

/** What hangs on a reader anywhere is asked for again. */
export function readersChanged(): void {
  for (const key of ["readers", "comments", "comment", "held"]) void queries.invalidateQueries({ queryKey: [key] });
}

const at = (id: string) => ({ params: { path: { id } } });

/** What can be done with a reader. */
export const reader = {
  block: (id: string, comments?: "spam") => ask(api.POST("/api/v1/admin/commenters/{id}/block", { ...at(id), body: comments ? { comments } : {} })),
  unblock: (id: string) => ask(api.DELETE("/api/v1/admin/commenters/{id}/block", at(id))),
  trust: (id: string) => ask(api.POST("/api/v1/admin/commenters/{id}/trust", at(id))),
  distrust: (id: string) => ask(api.DELETE("/api/v1/admin/commenters/{id}/trust", at(id))),
  remove: (id: string, status: "spam" | "trash") => ask(api.POST("/api/v1/admin/commenters/{id}/remove", { ...at(id), body: { status } })),
  undo: (action_id: string) => ask(api.POST("/api/v1/admin/comments/undo", { body: { action_id } })),
};
