import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { frameRoute } from "../app/root";

const component = lazyRouteComponent(() => import("./editor"), "Editor");

export const newPostRoute = createRoute({ getParentRoute: () => frameRoute, path: "/posts/new", component });
export const postRoute = createRoute({ getParentRoute: () => frameRoute, path: "/posts/$id", component });

export const editorRoutes = [newPostRoute, postRoute] as const;
