// What the address says of the queue: which comments are shown, which one is open. Going back and a link in a mail both lead to the same screen.
import type { paths } from "../api/schema";

export type Status = "pending" | "approved" | "spam" | "trash";

/** Which comments are shown. Without `status` those that are held: that is what the room is for. */
export interface Filter {
  status?: Exclude<Status, "pending"> | "all";
  q?: string;
  /** Ids of a post, of a reader, and of comments with whose address or text others are compared. */
  post?: string;
  commenter?: string;
  address_of?: string;
  text_of?: string;
  /** A site, as example.org. */
  links_to?: string;
  unanswered?: true;
  reported?: true;
  oldest?: true;
}

export interface Search extends Filter {
  /** The comment that is open; without it the first. */
  id?: string;
  /** On a phone: rows instead of one card after the other. */
  view?: "list";
}

const texts = ["q", "post", "commenter", "address_of", "text_of", "links_to", "id"] as const;
const flags = ["unanswered", "reported", "oldest"] as const;

/** Takes of an address what this room understands; the rest is dropped. */
export function readSearch(given: Record<string, unknown>): Search {
  const search: Search = {};
  const status = given["status"];
  if (status === "approved" || status === "spam" || status === "trash" || status === "all") search.status = status;
  for (const name of texts) {
    const text = given[name]; // the router reads ?q=12 as a number
    if ((typeof text === "string" && text.trim() !== "") || typeof text === "number" || typeof text === "boolean") search[name] = String(text);
  }
  for (const name of flags) if (given[name] === true || given[name] === "true") search[name] = true;
  if (given["view"] === "list") search.view = "list";
  return search;
}

/** The filter alone, which is also the name under which its list is kept. */
export function filterOf({ id: _id, view: _view, ...filter }: Search): Filter {
  return filter;
}

type ListQuery = NonNullable<paths["/api/v1/admin/comments"]["get"]["parameters"]["query"]>;
type Named = Pick<Filter, "q" | "post" | "commenter" | "address_of" | "text_of" | "links_to">;

function named({ q, post, commenter, address_of, text_of, links_to }: Filter): Named {
  return { ...(q && { q }), ...(post && { post }), ...(commenter && { commenter }), ...(address_of && { address_of }), ...(text_of && { text_of }), ...(links_to && { links_to }) };
}

/** The status that all comments of the list have; undefined: they may have any. */
export const statusOf = ({ status }: Filter): Status | undefined => (status === "all" ? undefined : (status ?? "pending"));

/** The filter as the API's list takes it. */
export function queryOf(filter: Filter): ListQuery {
  const status = statusOf(filter);
  return {
    ...(status && { status }), ...named(filter), ...(filter.unanswered && { answered: "false" }), ...(filter.reported && { reported: "true" }), ...(filter.oldest && { sort: "created_at" }),
  };
}

/** The filter as decisions about many take it. */
export function bulkFilterOf(filter: Filter) {
  const status = statusOf(filter);
  return { ...(status && { status }), ...named(filter), ...(filter.unanswered && { answered: false }), ...(filter.reported && { reported: true }) };
}

/** Whether anything but the status narrows the list. */
export const isNarrow = (filter: Filter): boolean => [...texts, "unanswered", "reported"].some((name) => name !== "id" && filter[name as keyof Filter] !== undefined);
