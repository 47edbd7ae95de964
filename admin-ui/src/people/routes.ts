import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { frameRoute } from "../app/root";
import type { ReaderFilter } from "./data";

export const peopleRoute = createRoute({ getParentRoute: () => frameRoute, path: "/people", component: lazyRouteComponent(() => import("./people"), "People") });
export const inviteSomebodyRoute = createRoute({ getParentRoute: () => frameRoute, path: "/people/invite", component: lazyRouteComponent(() => import("./invite"), "InviteSomebody") });
export const newAuthorRoute = createRoute({ getParentRoute: () => frameRoute, path: "/people/author", component: lazyRouteComponent(() => import("./author"), "NewAuthor") });
export const personRoute = createRoute({ getParentRoute: () => frameRoute, path: "/people/$id", component: lazyRouteComponent(() => import("./person"), "OnePerson") });

export const readersRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/people/readers",
  validateSearch: (given: Record<string, unknown>): ReaderFilter => {
    const q = given["q"], show = given["show"]; // the router reads ?q=12 as a number
    return { ...((typeof q === "string" && q !== "") || typeof q === "number" ? { q: String(q) } : {}), ...(show === "blocked" || show === "trusted" ? { show } : {}) };
  },
  component: lazyRouteComponent(() => import("./readers"), "Readers"),
});

export const readerRoute = createRoute({ getParentRoute: () => frameRoute, path: "/people/readers/$id", component: lazyRouteComponent(() => import("./readers"), "OneReader") });

export const peopleRoutes = [peopleRoute, inviteSomebodyRoute, newAuthorRoute, readersRoute, readerRoute, personRoute] as const;
