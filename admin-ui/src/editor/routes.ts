import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { frameRoute } from "../app/root";

const panels = ["settings", "publish", "preview", "history", "compare", "picture"] as const;
export type Panel = (typeof panels)[number];

/** What lies beside or over the text, and which of its earlier versions is looked at. */
export interface EditorSearch {
  panel?: Panel;
  revision?: number;
}

// A post that comes to be keeps its editor, its focus and its text: both addresses are below one route, whose component stays.
const editorRoute = createRoute({
  getParentRoute: () => frameRoute,
  id: "editor",
  component: lazyRouteComponent(() => import("./editor"), "Editor"),
  staticData: { alone: true },
  validateSearch: (search: Record<string, unknown>): EditorSearch => ({
    ...(panels.includes(search["panel"] as Panel) ? { panel: search["panel"] as Panel } : {}),
    ...(Number.isInteger(search["revision"]) ? { revision: search["revision"] as number } : {}),
  }),
});

export const newPostRoute = createRoute({ getParentRoute: () => editorRoute, path: "/posts/new" });
export const postRoute = createRoute({ getParentRoute: () => editorRoute, path: "/posts/$id" });

export const editorRoutes = [editorRoute.addChildren([newPostRoute, postRoute])] as const;
