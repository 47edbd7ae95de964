// What of the API the widget uses.

export interface Comment {
  id: string;
  parent_id: string | null;
  depth: number;
  author: { name: string; url: string | null; avatar_url: string | null; badge: "owner" | "author" | null } | null;
  html: string;
  created_at: string;
  edited_at: string | null;
  likes: number;
  pinned: boolean;
  removed?: boolean;
  replies: Comment[];
  reply_count: number;
  replies_next?: string | null;
  status?: "approved" | "pending";
}

export interface List {
  data: Comment[];
  page: { total: number; next: string | null };
}

export interface Thread extends List {
  meta: { count: number; open: boolean; level: string; moderator: string; privacy_url: string | null; mail: boolean };
}

/** One's own comment. */
export interface Own {
  data: Comment;
  body: string;
  edit_until: string;
}

export interface Created {
  data: Comment;
  edit_token: string;
  edit_until: string;
  commenter: string;
}

/** What is thrown when the server has answered, but not done it. */
export interface Refusal {
  status: number;
  code?: string;
  detail?: string;
  errors?: { location: string; message: string }[];
}

/** Nothing, when nobody has answered. */
export const refusalOf = (error: unknown) => (error instanceof Error ? undefined : (error as Refusal));

export type Headers = Record<string, string>;

/** Asks the API. Fails with a Refusal, or with whatever `fetch` says when nobody answers. */
export async function call<T>(base: string, method: string, path: string, body: string | object | null = null, headers: Headers = {}): Promise<T> {
  const answer = await fetch(`${base}api/v1/${path}`, {
    method,
    cache: "no-cache", // else browsers show what they have, stale while they ask
    headers: body ? { "Content-Type": "application/json", ...headers } : headers,
    body: body && (typeof body == "string" ? body : JSON.stringify(body)),
  });
  // What is no JSON has a proxy in between answered.
  const data = (await answer.json().catch(() => ({}))) as object;
  if (!answer.ok) throw { ...data, status: answer.status } satisfies Refusal;
  return data as T;
}
