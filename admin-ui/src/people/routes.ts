import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { frameRoute } from "../app/root";

export const peopleRoute = createRoute({ getParentRoute: () => frameRoute, path: "/people", component: lazyRouteComponent(() => import("./people"), "People") });

export const peopleRoutes = [peopleRoute] as const;
