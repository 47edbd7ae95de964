import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { frameRoute } from "../app/root";

export const commentsRoute = createRoute({ getParentRoute: () => frameRoute, path: "/comments", component: lazyRouteComponent(() => import("./comments"), "Comments") });

export const commentsRoutes = [commentsRoute] as const;
