import createClient from "openapi-fetch";
import { Problem } from "./problem";
import type { components, paths } from "./schema";
import { send } from "./session";

export type Schemas = components["schemas"];

/** The API, typed by its own document. */
export const api = createClient<paths>({ fetch: send });

/** Waits for an answer and takes what it carries; what the server refuses is thrown as a [Problem]. */
export async function ask<T>(call: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
  const { data, error, response } = await call;
  if (!response.ok) throw new Problem(response.status, error, response.headers);
  return data as T;
}
