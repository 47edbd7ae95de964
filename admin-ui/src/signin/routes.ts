import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { rootRoute } from "../app/root";

export const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/sign-in",
  validateSearch: (search: Record<string, unknown>): { to?: string } => (typeof search["to"] === "string" ? { to: search["to"] } : {}),
  component: lazyRouteComponent(() => import("./sign-in"), "SignIn"),
});

export const signInRoutes = [signInRoute] as const;
