import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { frameRoute } from "../app/root";
import type { State } from "./words";

/** Which mails are shown: those to one address, those in one state. */
export interface Search {
  to?: string;
  state?: State;
}

const states: readonly State[] = ["waiting", "sending", "sent", "failed", "dropped"];

export const outboxRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/outbox",
  validateSearch: ({ to, state }: Record<string, unknown>): Search => {
    const known = states.find((name) => name === state);
    return { ...(typeof to === "string" && to !== "" && { to }), ...(known && { state: known }) };
  },
  component: lazyRouteComponent(() => import("./outbox"), "Outbox"),
});

export const outboxRoutes = [outboxRoute] as const;
