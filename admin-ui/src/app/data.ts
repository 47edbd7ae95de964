// What several rooms need to know of the blog.
import { keepPreviousData, QueryClient, useQuery } from "@tanstack/react-query";
import { api, ask } from "../api/client";
import { Problem } from "../api/problem";

export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000, // ms
      retry: (times, error) => times < 2 && !(error instanceof Problem && error.status < 500),
      placeholderData: keepPreviousData,
    },
    mutations: { networkMode: "always" }, // they say themselves that there is no network
  },
});

/**
 * Reads what is on the screen again, after a change of which anything may speak. What is under way is given up first: it may have been answered before the
 * change, and invalidateQueries by itself waits for it, and takes it for new, where there is nothing on the screen yet.
 */
export async function readAnew(): Promise<void> {
  await queries.cancelQueries();
  await queries.invalidateQueries();
}

/** The site as frontends see it: title, language, timezone, comment defaults. */
export const useSite = () => useQuery({ queryKey: ["site"], queryFn: async () => (await ask(api.GET("/api/v1/site"))).data, staleTime: 60_000 });

/** How many comments wait. Asked for every 15 s while the page is seen, so that new ones show up by themselves. */
export const useHeld = () =>
  useQuery({
    queryKey: ["held"],
    queryFn: async () => (await ask(api.GET("/api/v1/admin/comments", { params: { query: { status: "pending", limit: 1 } } }))).page.total ?? 0,
    refetchInterval: 15_000,
  });

/** The dimmer: the site's level, what a flood has made of it, the switch for the day. */
export const useDimmer = () =>
  useQuery({ queryKey: ["dimmer"], queryFn: async () => (await ask(api.GET("/api/v1/admin/moderation/dimmer"))).data, refetchInterval: 60_000 });
