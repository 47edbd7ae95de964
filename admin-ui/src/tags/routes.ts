import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { frameRoute } from "../app/root";

export const tagsRoute = createRoute({ getParentRoute: () => frameRoute, path: "/tags", component: lazyRouteComponent(() => import("./tags"), "Tags") });

export const tagsRoutes = [tagsRoute] as const;
