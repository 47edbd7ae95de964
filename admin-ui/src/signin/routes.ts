import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { rootRoute } from "../app/root";

export const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/sign-in",
  validateSearch: (search: Record<string, unknown>): { to?: string; reset?: true } => ({
    ...(typeof search["to"] === "string" ? { to: search["to"] } : {}),
    ...(search["reset"] === true ? { reset: true as const } : {}),
  }),
  component: lazyRouteComponent(() => import("./sign-in"), "SignIn"),
});

export const forgotRoute = createRoute({ getParentRoute: () => rootRoute, path: "/forgot", component: lazyRouteComponent(() => import("./forgot"), "Forgot") });
export const resetRoute = createRoute({ getParentRoute: () => rootRoute, path: "/reset", component: lazyRouteComponent(() => import("./reset"), "Reset") });
export const inviteRoute = createRoute({ getParentRoute: () => rootRoute, path: "/invite", component: lazyRouteComponent(() => import("./invite"), "Invite") });

export const signInRoutes = [signInRoute, forgotRoute, resetRoute, inviteRoute] as const;
