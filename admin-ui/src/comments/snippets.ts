import { useQuery } from "@tanstack/react-query";
import { api, ask } from "../api/client";

/** The answers that are kept for the whole blog, by title. */
export const useSnippets = () =>
  useQuery({ queryKey: ["snippets"], queryFn: async () => (await ask(api.GET("/api/v1/admin/snippets"))).data, staleTime: 60_000 }).data ?? [];
