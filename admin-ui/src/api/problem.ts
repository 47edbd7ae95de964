import type { components } from "./schema";

type ProblemBody = components["schemas"]["Problem"];

/** What the server refused, in its own words, which are for people. */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly requestId: string;
  /** What is wrong with which field, by its name in the body ("title", "feature_image.url"). */
  readonly fields: Readonly<Record<string, string>>;
  /** After how many seconds to try again, where the server has said so; else 0. */
  readonly retryAfter: number;
  /** The whole answer: a 412 carries the present post in `data`. */
  readonly answer: unknown;

  constructor(status: number, answer: unknown, headers?: Headers) {
    const body = (typeof answer === "object" && answer !== null ? answer : {}) as Partial<ProblemBody>;
    super(body.detail || "Something failed on our side. Please try again.");
    this.status = status;
    this.code = body.code ?? "";
    this.requestId = body.request_id ?? "";
    this.answer = answer;
    this.retryAfter = Number(headers?.get("Retry-After") ?? 0) || 0;
    this.fields = Object.fromEntries((body.errors ?? []).map(({ location, message }) => [location.replace(/^(body|query|path)\./, ""), message]));
  }
}

/** The server did not answer: nobody knows whether it has done what it was asked to. */
export class Unreachable extends Error {
  constructor() {
    super("The server did not answer.");
  }
}
