import { createRootRoute, createRoute, Outlet } from "@tanstack/react-router";
import { Frame } from "./frame";
import { NothingHere } from "./nothing";

export const rootRoute = createRootRoute({ component: Outlet, notFoundComponent: NothingHere });

/** The frame of everything for which one has to be signed in: rail or dock, the held count, messages. */
export const frameRoute = createRoute({ getParentRoute: () => rootRoute, id: "frame", component: Frame });

declare module "@tanstack/react-router" {
  interface StaticDataRouteOption {
    /** The screen has the window to itself, without rail and dock. */
    alone?: boolean;
  }
}
