import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { frameRoute } from "../app/root";
import { readSearch } from "./search";

export const eventsRoute = createRoute({ getParentRoute: () => frameRoute, path: "/events", validateSearch: readSearch, component: lazyRouteComponent(() => import("./events"), "Events") });

export const eventsRoutes = [eventsRoute] as const;
