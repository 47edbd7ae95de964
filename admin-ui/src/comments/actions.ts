// What is done to comments: at once on the screen, then on the server. What fails is taken back and said; what succeeds can be taken back for ten minutes.
import { api, ask } from "../api/client";
import { Problem, Unreachable } from "../api/problem";
import { confirm } from "../parts/confirm";
import { toast } from "../parts/toasts";
import { wordsOf } from "../words/words";
import { countHeld, isListed, keep, keepOne, keepStatus, lay, stale, type Comment } from "./data";
import type { bulkFilterOf, Status } from "./search";
import { commentWords } from "./words";

const undoFor = 10 * 60_000; // ms, as the server has it

/** Something that was done and can be taken back. */
interface Done {
  at: number;
  undo(): void;
  dismiss(): void;
}

let done: Done[] = [];
const returned = new Set<(id: string) => void>();

/** Hears which comment an undo has brought back, to go there. */
export function onReturn(listener: (id: string) => void): () => void {
  returned.add(listener);
  return () => returned.delete(listener);
}

/** Takes the last thing back that still can be; false: there is none. */
export function undoLast(): boolean {
  done = done.filter(({ at }) => Date.now() - at < undoFor);
  const last = done.pop();
  last?.dismiss();
  last?.undo();
  return last !== undefined;
}

function remember(text: string, undo: () => void): void {
  const entry: Done = { at: Date.now(), undo, dismiss: () => undefined };
  entry.dismiss = toast({
    text,
    undo: () => {
      done = done.filter((other) => other !== entry);
      undo();
    },
  });
  done = [...done.slice(-49), entry];
}

const because = (error: unknown): string => (error instanceof Problem ? error.message : error instanceof Unreachable ? wordsOf(commentWords).noAnswer : String(error instanceof Error ? error.message : error));

function trouble(text: string, again?: () => void): void {
  const say = wordsOf(commentWords);
  toast({ text, tone: "trouble", ...(again && { action: { label: say.tryAgain, run: again } }) });
}

const heldDelta = (from: Status, to: Status) => (to === "pending" ? 1 : 0) - (from === "pending" ? 1 : 0);

async function takeBack(action: string): Promise<{ id: string; status: Status }[]> {
  const { data } = await ask(api.POST("/api/v1/admin/comments/undo", { body: { action_id: action } }));
  return data.flatMap(({ id, status }) => (status ? [{ id, status }] : []));
}

/** Undoes what was done to comments, and goes to the one if it was one. `more`: to others too, which are not known here. */
async function undo(action: string, before: readonly Comment[], more = false): Promise<void> {
  const say = wordsOf(commentWords);
  const ids = before.map(({ id }) => id);
  for (const comment of before) lay([comment.id], { status: comment.status });
  const only = before.length === 1 && !more ? before[0] : undefined;
  try {
    const back = await takeBack(action);
    keepStatus(back);
    if (only) keepOne(only);
    lay(ids, undefined);
    stale({ lists: !only || !isListed(only.id) });
    toast({ text: say.undone(Math.max(back.length, 1)) });
    if (only) for (const listener of returned) listener(only.id);
  } catch (error) {
    lay(ids, undefined);
    trouble(say.failedOther(say.couldNot.undo, because(error)), error instanceof Unreachable ? () => void undo(action, before, more) : undefined);
  }
}

/** Gives a comment a status. */
export async function decide(comment: Comment, status: Status): Promise<void> {
  if (comment.status === status) return;
  const say = wordsOf(commentWords);
  lay([comment.id], { status });
  countHeld(heldDelta(comment.status, status));
  try {
    const { data, action_id: action } = await ask(api.PATCH("/api/v1/admin/comments/{id}", { params: { path: { id: comment.id } }, body: { status } }));
    keepOne(data);
    lay([comment.id], undefined);
    stale();
    if (action) remember(say.done(comment.author.name, status), () => void undo(action, [comment]));
  } catch (error) {
    lay([comment.id], undefined);
    countHeld(heldDelta(status, comment.status));
    stale({ lists: error instanceof Problem });
    trouble(say.failed(say.verbs[status], because(error), comment.status), () => void decide(comment, status));
  }
}

/** Which comments are meant: those of the list by name, or all that a filter finds, 1,000 at most. */
export type Target = { ids: string[] } | { filter: ReturnType<typeof bulkFilterOf> };

/** Gives many comments a status. `shown` are those of them that are on the screen. */
export async function decideMany(target: Target, status: Status, shown: readonly Comment[]): Promise<void> {
  const say = wordsOf(commentWords);
  const moving = shown.filter((comment) => comment.status !== status);
  const ids = moving.map(({ id }) => id);
  lay(ids, { status });
  countHeld(moving.reduce((sum, comment) => sum + heldDelta(comment.status, status), 0));
  try {
    const { data, action_id: action } = await ask(api.POST("/api/v1/admin/comments/bulk", { body: { ...target, status } }));
    const moved = data.flatMap((one) => (one.error ? [] : [{ id: one.id, status }]));
    keepStatus(moved);
    lay(ids, undefined);
    stale({ lists: "filter" in target });
    const failed = data.length - moved.length;
    const text = [moved.length === 0 && failed === 0 ? say.doneNone : say.doneMany(moved.length, status), "filter" in target && data.length >= 1000 && say.doneThousand].filter(Boolean).join(". ");
    if (action) remember(text, () => void undo(action, moving, "filter" in target));
    else toast({ text });
    if (failed > 0) trouble(say.someFailed(failed));
  } catch (error) {
    lay(ids, undefined);
    stale({ lists: error instanceof Problem });
    trouble(say.failedMany(because(error)), () => void decideMany(target, status, shown));
  }
}

/** Answers a comment, which is approved with it. Resolves to whether the answer was published. */
export async function reply(comment: Comment, body: string, keepText: () => void): Promise<boolean> {
  const say = wordsOf(commentWords);
  let approved: string | null = null;
  const path = { id: comment.id };
  try {
    if (comment.status !== "approved") {
      const { data, action_id: action } = await ask(api.PATCH("/api/v1/admin/comments/{id}", { params: { path }, body: { status: "approved" } }));
      approved = action ?? null;
      keepOne(data);
      countHeld(heldDelta(comment.status, "approved"));
    }
    const { data: answer } = await ask(api.POST("/api/v1/admin/comments/{id}/reply", { params: { path }, body: { body } }));
    lay([comment.id], { answered: true });
    stale();
    remember(approved ? say.repliedToo(comment.author.name) : say.replied(comment.author.name), () => void unreply(comment, answer.id, approved, keepText));
    return true;
  } catch (error) {
    stale({ lists: error instanceof Problem });
    toast({ text: `${approved ? say.approvedNotSent : say.failedOther(say.couldNot.reply, because(error))} ${say.textSafe}`, tone: "trouble" });
    return false;
  }
}

async function unreply(comment: Comment, answer: string, approved: string | null, keepText: () => void): Promise<void> {
  const say = wordsOf(commentWords);
  try {
    await ask(api.DELETE("/api/v1/admin/comments/{id}", { params: { path: { id: answer } } }));
    keepText();
    lay([comment.id], undefined);
    if (approved) return await undo(approved, [comment]);
    stale({ lists: true });
    toast({ text: say.undone(1) });
    for (const listener of returned) listener(comment.id);
  } catch (error) {
    trouble(say.failedOther(say.couldNot.undo, because(error)));
  }
  return undefined;
}

/** Changes the text of a comment. Resolves to whether it was saved. */
export async function edit(comment: Comment, body: string): Promise<boolean> {
  const say = wordsOf(commentWords);
  try {
    const { data, action_id: action } = await ask(api.PATCH("/api/v1/admin/comments/{id}", { params: { path: { id: comment.id } }, body: { body } }));
    keepOne(data);
    stale();
    if (action) remember(say.changed(comment.author.name), () => void undo(action, [comment]));
    return true;
  } catch (error) {
    toast({ text: `${say.failedOther(say.couldNot.edit, because(error))} ${say.textSafe}`, tone: "trouble" });
    return false;
  }
}

export async function pin(comment: Comment, pinned: boolean): Promise<void> {
  const say = wordsOf(commentWords);
  try {
    const { data, action_id: action } = await ask(api.PATCH("/api/v1/admin/comments/{id}", { params: { path: { id: comment.id } }, body: { pinned } }));
    keepOne(data);
    stale();
    if (action) remember((pinned ? say.pinnedNow : say.unpinnedNow)(comment.author.name), () => void undo(action, [comment]));
  } catch (error) {
    trouble(say.failedOther(say.couldNot.pin, because(error)), () => void pin(comment, pinned));
  }
}

type Reader = NonNullable<Comment["commenter"]>;

/** Shows what is now known of a reader with each of the comments that are on the screen. */
function keepReader(id: string, change: Partial<Reader>, shown: readonly Comment[]): void {
  const of = shown.filter((c) => c.commenter?.id === id);
  keep(new Map(of.map((c) => [c.id, (old: Comment) => (old.commenter ? { ...old, commenter: { ...old.commenter, ...change } } : old)])));
}

export async function trust(comment: Comment, trusted: boolean, shown: readonly Comment[]): Promise<void> {
  const say = wordsOf(commentWords);
  const reader = comment.commenter;
  if (!reader) return;
  const params = { params: { path: { id: reader.id } } };
  try {
    if (trusted) await ask(api.POST("/api/v1/admin/commenters/{id}/trust", params));
    else await ask(api.DELETE("/api/v1/admin/commenters/{id}/trust", params));
    keepReader(reader.id, { trusted }, [comment, ...shown]);
    stale();
    remember((trusted ? say.trustedNow : say.distrustedNow)(comment.author.name), () => void trust(comment, !trusted, shown));
  } catch (error) {
    trouble(say.failedOther(say.couldNot.trust, because(error)), () => void trust(comment, trusted, shown));
  }
}

/** Blocks a reader, with `all` taking the comments that are there to spam, or ends that. */
export async function block(comment: Comment, blocked: boolean, all: boolean, shown: readonly Comment[]): Promise<void> {
  const say = wordsOf(commentWords);
  const reader = comment.commenter;
  if (!reader) return;
  const params = { params: { path: { id: reader.id } } };
  const hers = [comment, ...shown].filter((c, i, every) => c.commenter?.id === reader.id && every.findIndex(({ id }) => id === c.id) === i);
  try {
    if (!blocked) {
      await ask(api.DELETE("/api/v1/admin/commenters/{id}/block", params));
      keepReader(reader.id, { blocked }, hers);
      stale();
      remember(say.unblockedNow(comment.author.name), () => void block(comment, true, false, shown));
      return;
    }
    if (all) lay(hers.map(({ id }) => id), { status: "spam" });
    const { removed, action_id: action } = await ask(api.POST("/api/v1/admin/commenters/{id}/block", { ...params, ...(all && { body: { comments: "spam" } }) }));
    if (all) keepStatus(hers.map(({ id }) => ({ id, status: "spam" })));
    lay(hers.map(({ id }) => id), undefined);
    keepReader(reader.id, { blocked }, hers);
    stale({ lists: all });
    remember(say.blockedNow(comment.author.name, removed), () => void unblock());
    const unblock = async () => {
      await block(comment, false, false, shown);
      if (action) await undo(action, hers, removed > hers.length);
    };
  } catch (error) {
    lay(hers.map(({ id }) => id), undefined);
    trouble(say.failedOther(say.couldNot.block, because(error)), () => void block(comment, blocked, all, shown));
  }
}

/** Deletes a comment, if she is sure. Resolves to whether it is gone. */
export async function erase(comment: Comment): Promise<boolean> {
  const say = wordsOf(commentWords);
  if (!(await confirm({ title: say.eraseTitle, text: say.eraseText(comment.reply_count), yes: say.erase, no: say.keep }))) return false;
  lay([comment.id], { gone: true });
  countHeld(comment.status === "pending" ? -1 : 0);
  void ask(api.DELETE("/api/v1/admin/comments/{id}", { params: { path: { id: comment.id } } })).then(
    ({ action_id: action }) => {
      stale();
      if (action) remember(say.erased(comment.author.name), () => void undo(action, [comment]));
    },
    (error: unknown) => {
      lay([comment.id], undefined);
      countHeld(comment.status === "pending" ? 1 : 0);
      trouble(say.failedOther(say.couldNot.erase, because(error)), () => void erase(comment));
    },
  );
  return true;
}
