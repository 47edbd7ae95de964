// What Home asks the server for. Each part of the screen asks for its own, so that one that fails leaves the others.
import { useQuery } from "@tanstack/react-query";
import { api, ask, type Schemas } from "../api/client";
import { queries } from "../app/data";
import { day } from "../parts/time";

export type Held = Schemas["AdminCommentView"];
export type Post = Schemas["AdminPostFields"];

const shownHeld = 5;
const every = 15_000; // ms; as often as the count in the rail

export const heldKey = ["home", "held"] as const;

/** The newest comments that wait, and how many there are in all. */
export const useNewestHeld = () =>
  useQuery({
    queryKey: heldKey,
    queryFn: async () => {
      const { data, page } = await ask(api.GET("/api/v1/admin/comments", { params: { query: { status: "pending", limit: shownHeld } } }));
      return { comments: data ?? [], total: page.total ?? 0 };
    },
    refetchInterval: every,
  });

/** A few posts of a status, and how many there are in all. */
export const usePosts = (status: "draft" | "scheduled" | "published", enabled: boolean) =>
  useQuery({
    queryKey: ["home", "posts", status],
    enabled,
    queryFn: async () => {
      const sort = status === "draft" ? "-updated_at" : status === "scheduled" ? "published_at" : "-published_at";
      const { data, page } = await ask(api.GET("/api/v1/admin/posts", { params: { query: { status, sort, limit: status === "published" ? 5 : 3, ...(status === "published" ? { type: "post" } : {}) } } }));
      return { posts: data ?? [], total: page.total ?? 0 };
    },
  });

/** Mails that were given up in the last week, and mails that were tried in vain. */
export const useMailTrouble = (enabled: boolean) =>
  useQuery({
    queryKey: ["home", "mail"],
    enabled,
    refetchInterval: 60_000, // ms
    queryFn: async () => {
      const list = (state: "failed" | "waiting") => ask(api.GET("/api/v1/admin/outbox", { params: { query: { state, limit: 50 } } }));
      const [failed, waiting] = await Promise.all([list("failed"), list("waiting")]);
      const since = Date.now() - 7 * day;
      return { failed: (failed.data ?? []).filter((mail) => Date.parse(mail.created_at) > since), waiting: (waiting.data ?? []).filter((mail) => mail.attempts > 0) };
    },
  });

/** Figures of the last 30 days and of the last hour, for whoever may moderate. */
export const useStats = () =>
  useQuery({ queryKey: ["home", "stats"], queryFn: async () => (await ask(api.GET("/api/v1/admin/stats"))).data, refetchInterval: 60_000 });

export const useSettings = (enabled: boolean) =>
  useQuery({ queryKey: ["home", "settings"], enabled, queryFn: async () => (await ask(api.GET("/api/v1/admin/settings"))).data, staleTime: 60_000 });

/** After a decision: everything that counts or lists comments asks anew. */
export function commentsChanged(): void {
  for (const queryKey of [heldKey, ["held"], ["comments"], ["dimmer"], ["home", "stats"]]) void queries.invalidateQueries({ queryKey });
}
