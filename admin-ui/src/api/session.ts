// Who is signed in. The access token lives in memory only; what outlives the page is the refresh cookie, which no script can read.
import { Problem, Unreachable } from "./problem";
import type { components } from "./schema";

type SignedIn = components["schemas"]["SignedIn"];
export type Person = SignedIn["user"];

/** starting: not known yet. out: sign in first. ended: was in; the screen stays, and requests wait until she has signed in again. */
export type Session =
  | { state: "starting" }
  | { state: "unreachable" }
  | { state: "out" }
  | { state: "in"; person: Person }
  | { state: "ended"; person: Person };

let session: Session = { state: "starting" };
let token = "";
let tokenUntil = 0; // ms
const listeners = new Set<() => void>();
let wakeWaiting: (() => void)[] = [];
const expected = "dimmer-signed-in"; // in localStorage: whether to ask for a session at the start, so that a stranger's visit is no failed request
const otherTabs = new BroadcastChannel("dimmer-session");

export const currentSession = () => session;

export function onSession(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function become(next: Session) {
  session = next;
  for (const listener of listeners) listener();
  if (next.state === "in") {
    for (const wake of wakeWaiting) wake();
    wakeWaiting = [];
  }
}

otherTabs.onmessage = ({ data }) => {
  if (data === "out" && session.state === "in") become({ state: "ended", person: session.person });
  if (data === "in" && session.state !== "in") void restore();
};

/** Takes over what the server answered to a sign-in. Somebody else than before begins anew: the screens hold another person's things. */
export function adopt(answer: SignedIn): void {
  if ((session.state === "ended" || session.state === "in") && session.person.id !== answer.user.id) {
    otherTabs.postMessage("in");
    location.assign("/admin/");
    return;
  }
  token = answer.access_token;
  localStorage.setItem(expected, "yes");
  tokenUntil = Date.now() + answer.expires_in * 1000;
  const wasIn = session.state === "in";
  become({ state: "in", person: answer.user });
  if (!wasIn) otherTabs.postMessage("in");
}

/** Shows changes of one's own profile everywhere. */
export function changePerson(change: Partial<Person>): void {
  if (session.state === "in") become({ state: "in", person: { ...session.person, ...change } });
}

async function post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<unknown> {
  let answer: Response;
  try {
    answer = await fetch(`/api/v1/auth/${path}`, {
      method: "POST",
      headers: { "Content-Type": "application/json", ...headers },
      body: JSON.stringify(body),
    });
  } catch {
    throw new Unreachable();
  }
  const json: unknown = answer.status === 204 ? null : await answer.json().catch(() => null);
  if (!answer.ok) throw new Problem(answer.status, json, answer.headers);
  return json;
}

/** Signs in; a second factor's code goes along where one is asked for. */
export async function signIn(email: string, password: string): Promise<void> {
  adopt((await post("login", { email, password, cookie: true })) as SignedIn);
}

/** Calls what signs in by other means (an invitation), which must be asked for the cookie. */
export async function signInBy(path: string, body: Record<string, unknown>): Promise<void> {
  adopt((await post(path, { ...body, cookie: true })) as SignedIn);
}

/** Calls what needs nobody to be signed in. */
export const postAuth = post;

export async function signOut(): Promise<void> {
  await post("logout", {}).catch(() => undefined); // out is out, also when the server cannot be told
  localStorage.removeItem(expected);
  token = "";
  become({ state: "out" });
  otherTabs.postMessage("out");
}

let refreshing: Promise<boolean> | undefined;

/** Gets a new access token by the cookie; false if there is no session any more. */
function refresh(): Promise<boolean> {
  refreshing ??= (async () => {
    try {
      adopt((await post("refresh", {})) as SignedIn);
      return true;
    } catch (error) {
      if (error instanceof Problem && (error.status === 401 || error.status === 403)) {
        token = "";
        localStorage.removeItem(expected);
        return false;
      }
      throw error;
    } finally {
      refreshing = undefined;
    }
  })();
  return refreshing;
}

/** Finds out at the start whether she is still signed in. */
export async function restore(): Promise<void> {
  if (!localStorage.getItem(expected)) {
    if (session.state !== "ended") become({ state: "out" });
    return;
  }
  try {
    if (!(await refresh()) && session.state !== "ended") become({ state: "out" });
  } catch {
    if (session.state === "starting") become({ state: "unreachable" });
  }
}

async function sendOnce(request: Request): Promise<Response> {
  if (token) request.headers.set("Authorization", `Bearer ${token}`);
  try {
    return await fetch(request, { cache: "no-cache" }); // else the browser shows what it has of the public answers, stale while it asks
  } catch (error) {
    if (request.signal.aborted) throw error;
    throw new Unreachable();
  }
}

/** fetch with the session: renews the token, and if the session is over waits until she has signed in again, so that nothing typed is lost. */
export async function send(request: Request): Promise<Response> {
  const again = request.clone();
  if (session.state === "in" && Date.now() > tokenUntil - 20_000) await refresh();
  const answer = await sendOnce(request);
  if (answer.status !== 401 || session.state === "out" || session.state === "starting") return answer;
  if (session.state === "in" && !(await refresh())) become({ state: "ended", person: session.person });
  if (currentSession().state === "ended") await new Promise<void>((resolve) => wakeWaiting.push(resolve));
  return sendOnce(again);
}

const uploadWithin = 8 * 60_000; // ms; the server itself gives up earlier

function uploadOnce(path: string, body: FormData, onProgress: (share: number) => void, signal: AbortSignal | undefined): Promise<{ status: number; answer: unknown }> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest(); // fetch does not tell how much has been sent
    const abort = () => request.abort();
    request.open("POST", path);
    request.responseType = "json";
    request.timeout = uploadWithin;
    if (token) request.setRequestHeader("Authorization", `Bearer ${token}`);
    request.upload.onprogress = ({ loaded, total }) => onProgress(total > 0 ? loaded / total : 0);
    request.onload = () => resolve({ status: request.status, answer: request.response });
    request.onerror = () => reject(new Unreachable());
    request.ontimeout = () => reject(new Unreachable());
    request.onabort = () => reject(new DOMException("The upload was cancelled.", "AbortError"));
    request.onloadend = () => signal?.removeEventListener("abort", abort);
    signal?.addEventListener("abort", abort);
    if (signal?.aborted) abort();
    request.send(body);
  });
}

/**
 * Sends a form with a file and gives the answer's JSON. The session is renewed, or waited for, as by [send]. `onProgress` hears which share has been
 * sent, 0 to 1; at 1 the server still has to work on it. Throws [Problem], [Unreachable], or an AbortError if it was cancelled.
 */
export async function upload(path: string, body: FormData, onProgress: (share: number) => void = () => undefined, signal?: AbortSignal): Promise<unknown> {
  if (session.state === "in" && Date.now() > tokenUntil - 20_000) await refresh();
  const before = token;
  let first: { status: number; answer: unknown } | undefined;
  try {
    first = await uploadOnce(path, body, onProgress, signal);
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error;
  }
  if (!first || first.status === 401) {
    // A server that refuses closes the connection while the file is still on its way, which looks like a lost one: so it is asked for less.
    const who = await send(new Request("/api/v1/auth/me"));
    if (!first && token === before) throw new Unreachable();
    if (!who.ok) throw new Problem(who.status, await who.json().catch(() => null));
    first = await uploadOnce(path, body, onProgress, signal);
  }
  if (first.status < 200 || first.status > 299) throw new Problem(first.status, first.answer);
  return first.answer;
}
