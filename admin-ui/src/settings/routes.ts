import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { frameRoute } from "../app/root";

export const settingsRoute = createRoute({ getParentRoute: () => frameRoute, path: "/settings", component: lazyRouteComponent(() => import("./settings"), "Settings") });

export const settingsRoutes = [settingsRoute] as const;
