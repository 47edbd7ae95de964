import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { frameRoute } from "../app/root";

export const eventsRoute = createRoute({ getParentRoute: () => frameRoute, path: "/events", component: lazyRouteComponent(() => import("./events"), "Events") });

export const eventsRoutes = [eventsRoute] as const;
