import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { frameRoute } from "../app/root";

export const homeRoute = createRoute({ getParentRoute: () => frameRoute, path: "/", component: lazyRouteComponent(() => import("./home"), "Home") });

export const homeRoutes = [homeRoute] as const;
