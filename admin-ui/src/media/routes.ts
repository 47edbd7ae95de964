import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { frameRoute } from "../app/root";

export const mediaRoute = createRoute({ getParentRoute: () => frameRoute, path: "/media", component: lazyRouteComponent(() => import("./media"), "Media") });

export const mediaRoutes = [mediaRoute] as const;
