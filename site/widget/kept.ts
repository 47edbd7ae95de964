// What stays on the reader's device: no cookie, nothing that is sent by itself.

/** The reader, as she has signed; `key` is her secret for likes and the like. */
export interface Me {
  key?: string;
  name?: string;
  email?: string;
  url?: string;
}

/** The proof that a comment is hers, by its id. */
export type Mine = Record<string, { token: string; until: string } | undefined>;

/** What she is writing. `sent` is a request that nobody has answered: the same bytes go out again, so that they make one comment. */
export interface Draft {
  text: string;
  sent?: { key: string; fields: string; body: string } | undefined;
}

/** Where storage is full or forbidden nothing is kept, and everything else works. */
export function get<T>(key: string): T | undefined {
  try {
    return JSON.parse(localStorage.getItem(key) ?? "null") ?? undefined;
  } catch {
    return undefined;
  }
}

/** Without a value it forgets. */
export function put(key: string, value?: unknown): void {
  try {
    localStorage.setItem(key, JSON.stringify(value ?? null));
  } catch {
    // See above.
  }
}
