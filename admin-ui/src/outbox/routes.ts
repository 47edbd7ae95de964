import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { frameRoute } from "../app/root";

export const outboxRoute = createRoute({ getParentRoute: () => frameRoute, path: "/outbox", component: lazyRouteComponent(() => import("./outbox"), "Outbox") });

export const outboxRoutes = [outboxRoute] as const;
