import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { frameRoute } from "../app/root";

/** Which pictures are shown, and which one is open. */
export interface MediaSearch {
  q?: string;
  /** Only those that no post shows. */
  unused?: true;
  /** Only one's own. */
  mine?: true;
  id?: string;
}

export const mediaRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/media",
  validateSearch: (search: Record<string, unknown>): MediaSearch => ({
    ...(typeof search["q"] === "string" && search["q"] !== "" ? { q: search["q"] } : {}),
    ...(search["unused"] === true ? { unused: true } : {}),
    ...(search["mine"] === true ? { mine: true } : {}),
    ...(typeof search["id"] === "string" && search["id"] !== "" ? { id: search["id"] } : {}),
  }),
  component: lazyRouteComponent(() => import("./media"), "MediaRoom"),
});

export const mediaRoutes = [mediaRoute] as const;
