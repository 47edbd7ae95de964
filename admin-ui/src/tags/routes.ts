import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { frameRoute } from "../app/root";

/** q: what is searched for in the names. */
export const tagsRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/tags",
  validateSearch: (search): { q?: string } => (typeof search["q"] === "string" && search["q"] !== "" ? { q: search["q"] } : {}),
  component: lazyRouteComponent(() => import("./tags"), "Tags"),
});

const listRoute = createRoute({ getParentRoute: () => tagsRoute, path: "/" });
export const newTagRoute = createRoute({ getParentRoute: () => tagsRoute, path: "/new", component: lazyRouteComponent(() => import("./tag"), "NewTag") });
export const tagRoute = createRoute({ getParentRoute: () => tagsRoute, path: "/$tag", component: lazyRouteComponent(() => import("./tag"), "OneTag") });

export const tagsRoutes = [tagsRoute.addChildren([listRoute, newTagRoute, tagRoute])] as const;
