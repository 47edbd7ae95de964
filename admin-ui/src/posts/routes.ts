import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { frameRoute } from "../app/root";

export const postsRoute = createRoute({ getParentRoute: () => frameRoute, path: "/posts", component: lazyRouteComponent(() => import("./posts"), "Posts") });

export const postsRoutes = [postsRoute] as const;
