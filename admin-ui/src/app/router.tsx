import { createRouter } from "@tanstack/react-router";
import { accountRoutes } from "../account/routes";
import { commentsRoutes } from "../comments/routes";
import { editorRoutes } from "../editor/routes";
import { eventsRoutes } from "../events/routes";
import { homeRoutes } from "../home/routes";
import { mediaRoutes } from "../media/routes";
import { outboxRoutes } from "../outbox/routes";
import { Shapes, Trouble } from "../parts/states";
import { peopleRoutes } from "../people/routes";
import { postsRoutes } from "../posts/routes";
import { settingsRoutes } from "../settings/routes";
import { signInRoutes } from "../signin/routes";
import { tagsRoutes } from "../tags/routes";
import { frameRoute, rootRoute } from "./root";

const tree = rootRoute.addChildren([
  ...signInRoutes,
  frameRoute.addChildren([
    ...homeRoutes, ...commentsRoutes, ...postsRoutes, ...editorRoutes, ...mediaRoutes, ...tagsRoutes, ...peopleRoutes, ...settingsRoutes, ...accountRoutes, ...eventsRoutes,
    ...outboxRoutes,
  ]),
]);

export const router = createRouter({
  routeTree: tree,
  basepath: "/admin",
  defaultPreload: "intent",
  scrollRestoration: true,
  defaultPendingComponent: () => <Shapes />,
  defaultErrorComponent: ({ error, reset }) => <Trouble error={error} again={reset} />,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
