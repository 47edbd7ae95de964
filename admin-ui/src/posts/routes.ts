import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { frameRoute } from "../app/root";

const one = {
  status: ["draft", "scheduled", "published", "archived"],
  type: ["post", "page"],
  sort: ["-created_at", "-published_at", "published_at", "title", "-comments"], // without: last changed first
} as const;

/** What the list shows, so that it can be bookmarked and the way back leads to the same rows. */
export interface PostsSearch {
  status?: (typeof one.status)[number];
  type?: (typeof one.type)[number];
  sort?: (typeof one.sort)[number];
  q?: string;
  tag?: string;
  author?: string;
}

export const postsRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/posts",
  component: lazyRouteComponent(() => import("./posts"), "Posts"),
  validateSearch: (search: Record<string, unknown>): PostsSearch => {
    const found: Record<string, string> = {};
    for (const [name, values] of Object.entries(one)) if ((values as readonly unknown[]).includes(search[name])) found[name] = String(search[name]);
    for (const name of ["q", "tag", "author"]) if (typeof search[name] === "string" || typeof search[name] === "number") found[name] = String(search[name]).slice(0, 200);
    return found as PostsSearch;
  },
});

export const postsRoutes = [postsRoute] as const;
