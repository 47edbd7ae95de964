import { createRoute, lazyRouteComponent, redirect } from "@tanstack/react-router";
import { frameRoute } from "../app/root";

export const settingsRoute = createRoute({ getParentRoute: () => frameRoute, path: "/settings", component: lazyRouteComponent(() => import("./settings"), "Settings") });

// Where there is room for both, the list of sections has one of them open.
const indexRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: "/",
  beforeLoad: () => {
    if (matchMedia("(min-width: 64em)").matches) throw redirect({ to: "/settings/$section", params: { section: "site" }, replace: true });
  },
});

export const sectionRoute = createRoute({ getParentRoute: () => settingsRoute, path: "/$section", component: lazyRouteComponent(() => import("./section"), "Section") });

export const settingsRoutes = [settingsRoute.addChildren([indexRoute, sectionRoute])] as const;
