// What the settings' rooms ask the server for.
import { useQuery } from "@tanstack/react-query";
import { api, ask, type Schemas } from "../api/client";
import { queries } from "../app/data";
import { useDraft, type Draft } from "../parts/draft";

export type Settings = Schemas["SettingsView"];
export type SettingsChange = Schemas["SettingsInput"];
/** What can be changed and is shown: a key is neither. */
export type Changeable = Extract<keyof SettingsChange, keyof Settings>;

const key = ["settings"];

export const useSettings = () => useQuery({ queryKey: key, queryFn: async () => (await ask(api.GET("/api/v1/admin/settings"))).data, staleTime: 60_000 });

/** Changes settings, everywhere where they are shown. */
export async function changeSettings(change: SettingsChange): Promise<void> {
  const { data } = await ask(api.PATCH("/api/v1/admin/settings", { body: change }));
  queries.setQueryData<Settings>(key, data);
  void queries.invalidateQueries({ queryKey: ["site"] });
  void queries.invalidateQueries({ queryKey: ["dimmer"] });
}

/** A draft of some of the settings. */
export function useSettingsDraft<K extends Changeable>(settings: Settings, keys: readonly K[]): Draft<Pick<Settings, K>> {
  const stored = {} as Pick<Settings, K>;
  for (const name of keys) stored[name] = settings[name];
  return useDraft(stored, (change) => changeSettings(change as SettingsChange));
}

export type Rules = Schemas["RehearsalRules"];

/** What changed rules would have made of the last comments. Asked for only while something has changed. */
export const useRehearsal = (rules: Rules) =>
  useQuery({
    queryKey: ["rehearsal", rules],
    enabled: Object.keys(rules).length > 0,
    queryFn: async ({ signal }) => (await ask(api.POST("/api/v1/admin/moderation/rehearse", { body: { rules }, signal }))).data,
    retry: false,
  });

export type Token = Schemas["TokenFields"];
export type Scope = Schemas["CreateTokenInputBody"]["scopes"][number];

export const tokensKey = ["tokens"];

/** Every API token, the newest first. */
export const useTokens = (enabled: boolean) =>
  useQuery({
    queryKey: tokensKey,
    enabled,
    queryFn: async () => {
      const tokens: Token[] = [];
      for (let cursor: string | null | undefined; ;) {
        const { data, page } = await ask(api.GET("/api/v1/admin/tokens", { params: { query: { limit: 100, ...(cursor ? { cursor } : {}) } } }));
        tokens.push(...data);
        cursor = page.next;
        if (!cursor) return tokens;
      }
    },
  });
