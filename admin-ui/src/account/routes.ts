import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { frameRoute } from "../app/root";

export const accountRoute = createRoute({ getParentRoute: () => frameRoute, path: "/account", component: lazyRouteComponent(() => import("./account"), "Account") });

export const accountRoutes = [accountRoute] as const;
