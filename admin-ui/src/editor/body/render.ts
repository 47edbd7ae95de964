import { api, ask, type Schemas } from "../../api/client";
import type { Format } from "./body";

/** What the server makes of a text: the same as readers get. */
export const render = (source: string, format: Format, signal?: AbortSignal): Promise<Schemas["RenderView"]> =>
  ask(api.POST("/api/v1/admin/render", { body: { source, format }, ...(signal ? { signal } : {}) }));
