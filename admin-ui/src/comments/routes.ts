import { createRoute, lazyRouteComponent, redirect } from "@tanstack/react-router";
import { frameRoute } from "../app/root";
import { readSearch } from "./search";

export const commentsRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/comments",
  validateSearch: readSearch,
  component: lazyRouteComponent(() => import("./comments"), "Comments"),
});

/** One comment by its own address, among all of them. */
export const commentRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/comments/$id",
  beforeLoad: ({ params }) => {
    throw redirect({ to: "/comments", search: { status: "all", id: params.id }, replace: true });
  },
});

export const commentsRoutes = [commentsRoute, commentRoute] as const;
