// One post while it is being written: what is in the editor, what the server has of it, and how the one gets to the other without anything being lost or
// overwritten. Every change goes to the device first, a moment later into the working copy, which no reader sees; commit makes it real.
import { api, ask, type Schemas } from "../api/client";
import { Problem, Unreachable } from "../api/problem";
import { changed, changes, differing, fieldsOf, nothingYet, same, taking, type FieldName, type Fields, type Post, type PostInput } from "./fields";
import { forgetOnDevice, fromDevice, keepOnDevice, type DeviceCopy } from "./device";
import { isSlugOf } from "./slug";

type WorkingCopy = Schemas["WorkingCopyView"];
type Status = Post["status"];

const deviceAfter = 300; // ms without a further change
const serverAfter = 1_500; // ms without a further change
const serverAtLatest = 10_000; // ms of writing without a pause
const againAfter = 10_000; // ms, while the server does not answer

/**
 * saved: the server has it. waiting: not yet. device: the server cannot be reached, this device has it. nowhere: neither. refused: the server has all but the
 * fields in errors. apart: it was changed elsewhere, and she has to choose. gone: the post was deleted elsewhere.
 */
export type Saving = "saved" | "waiting" | "saving" | "device" | "nowhere" | "refused" | "apart" | "gone";

export interface Conflict {
  post: Post;
  copy: WorkingCopy | null;
  theirs: Fields;
  /** Where both sides changed something, and not the same. */
  names: FieldName[];
  at: string;
}

export interface View {
  id: string | null;
  post: Post | null;
  fields: Fields;
  /** Whether readers, or the list of posts, have something else than what is in the editor. */
  changedNames: FieldName[];
  bodyVersion: number;
  saving: Saving;
  savedAt: number | null;
  errors: Readonly<Record<string, string>>;
  conflict: Conflict | null;
  /** A text on this device that the server does not have, and that does not simply follow what the server has. */
  found: DeviceCopy | null;
}

export type Committed = "done" | "refused" | "apart" | "merged" | "device" | "gone" | "failed";

export interface Notices {
  /** A post has come to be: its address is known now. */
  created(id: string): void;
  /** The text of this device was newer, and is in the editor now. */
  restored(undo: () => void): void;
  /** Others changed these; nothing of hers was touched. */
  merged(names: FieldName[]): void;
  failed(error: unknown): void;
  /** What a post without a title is called until it has one. */
  untitled(): string;
}

const otherTabs = new BroadcastChannel("dimmer-writing");

async function orNull<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof Problem && error.status === 404) return null;
    throw error;
  }
}

const readPost = async (id: string): Promise<Post> => (await ask(api.GET("/api/v1/admin/posts/{id}", { params: { path: { id } } }))).data;
const readCopy = (id: string): Promise<WorkingCopy | null> =>
  orNull(ask(api.GET("/api/v1/admin/posts/{id}/working-copy", { params: { path: { id } } })).then(({ data }) => data));

/** The post and, if there is one, its working copy. */
async function readBoth(id: string): Promise<{ post: Post; copy: WorkingCopy | null }> {
  const post = await readPost(id);
  return { post, copy: post.unsaved_at === null ? null : await readCopy(id) };
}

export const etag = (post: { version: number }): string => `"v${post.version}"`;

export class Writing {
  view: View;
  private readonly listeners = new Set<() => void>();
  private readonly notices: Notices;
  private base: Fields; // what the post is
  private kept: { input: PostInput; at: string } | null = null; // the working copy, as far as it is known here
  private work: Promise<unknown> = Promise.resolve(); // one thing at a time goes to the server
  private deviceTimer: ReturnType<typeof setTimeout> | undefined;
  private serverTimer: ReturnType<typeof setTimeout> | undefined;
  private waitingSince = 0;
  private hiding = false; // timers may not run any more
  private closed = false;

  private constructor(notices: Notices, post: Post | null, fields: Fields) {
    this.notices = notices;
    this.base = post ? fieldsOf(post) : fields;
    this.view = {
      id: post?.id ?? null, post, fields, changedNames: [], bodyVersion: 0, saving: "saved", savedAt: post ? Date.parse(post.updated_at) : null, errors: {}, conflict: null, found: null,
    };
  }

  /** Begins a post. It comes to be with the first change. */
  static begin(author: string, language: string, notices: Notices): Writing {
    const writing = new Writing(notices, null, nothingYet(author, language));
    writing.lookOnDevice();
    writing.listen();
    return writing;
  }

  static async open(id: string, notices: Notices): Promise<Writing> {
    const { post, copy } = await readBoth(id);
    const writing = new Writing(notices, post, fieldsOf(post));
    if (copy) writing.beginFrom(post, copy);
    writing.lookOnDevice();
    writing.listen();
    return writing;
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  snapshot = (): View => this.view;

  /** Changes fields in the editor. What the body's own editor says about itself must not come back to it: it passes `fromBody`. */
  change(patch: Partial<Fields>, fromBody = false): void {
    const fields = { ...this.view.fields, ...patch };
    const names = differing(this.view.fields, fields);
    if (names.length === 0) return;
    const errors = Object.fromEntries(Object.entries(this.view.errors).filter(([location]) => !names.some((name) => location === name || location.startsWith(`${name}.`) || location.startsWith(`${name}[`))));
    const anew = !fromBody && (names.includes("source") || names.includes("format"));
    this.set({ fields, errors, saving: this.standing() ?? "waiting", ...(anew ? { bodyVersion: this.view.bodyVersion + 1 } : {}) });
    if (this.hiding) this.keepOnDevice(); // the last words of a page that is closing
    this.plan();
  }

  /** Saves now instead of in a moment; a draft is made real, since nobody reads it yet. */
  async saveNow(): Promise<Committed> {
    if (this.view.post && this.view.post.status !== "draft") return this.queue(() => this.keep());
    return this.view.post ? this.commit({}) : this.queue(() => this.keep());
  }

  /** Makes the changes real, and changes what else is said: status and date. */
  commit(also: { status?: Status; published_at?: string | null }): Promise<Committed> {
    return this.queue(async () => {
      clearTimeout(this.serverTimer);
      if (!this.view.post) {
        const made = await this.keep();
        if (made !== "done") return made;
      }
      const post = this.view.post;
      if (!post || this.view.conflict) return "apart";
      if (!this.view.fields.title.trim() && also.status && also.status !== "draft") {
        this.set({ errors: { ...this.view.errors, title: "" } });
        return "refused";
      }
      const sent = this.view.fields;
      const input: PostInput = { ...this.input(sent), ...also };
      if (sent.title !== this.base.title && same("slug", sent, this.base) && this.followsTitle(post)) input.slug = sent.title;
      if (Object.keys(input).length === 0) return "done";
      this.set({ saving: "saving" });
      try {
        const { data } = await ask(api.PATCH("/api/v1/admin/posts/{id}", { params: { path: { id: post.id }, header: { "If-Match": [etag(post)] } }, body: input }));
        this.adopt(data, sent);
        return "done";
      } catch (error) {
        if (error instanceof Problem && error.status === 412) {
          const now = (error.answer as { data?: Post } | null)?.data ?? (await readPost(post.id));
          return this.meet(now, null) ? "merged" : "apart";
        }
        return this.trouble(error);
      }
    });
  }

  /** Brings a revision back. What is unsaved goes away by it: whoever offers to undo it has to hold on to that. */
  restore(number: number): Promise<Committed> {
    return this.queue(async () => {
      const post = this.view.post;
      if (!post) return "failed";
      try {
        const { data } = await ask(
          api.POST("/api/v1/admin/posts/{id}/revisions/{number}/restore", { params: { path: { id: post.id, number }, header: { "If-Match": [etag(post)] } } }),
        );
        this.takeOver(data, null);
        return "done";
      } catch (error) {
        if (error instanceof Problem && error.status === 412) return this.meet(await readPost(post.id), null) ? "merged" : "apart";
        return this.trouble(error);
      }
    });
  }

  /** Drops what is unsaved: the editor shows the post as it is. */
  discard(): Promise<Committed> {
    return this.queue(async () => {
      const post = this.view.post;
      if (!post) return "failed";
      try {
        if (this.kept) await orNull(ask(api.DELETE("/api/v1/admin/posts/{id}/working-copy", { params: { path: { id: post.id } } })));
        this.takeOver(await readPost(post.id), null);
        return "done";
      } catch (error) {
        return this.trouble(error);
      }
    });
  }

  /** Ends a conflict with what she has put together of both versions. */
  resolve(fields: Fields): void {
    const conflict = this.view.conflict;
    if (!conflict) return;
    const anew = fields.source !== this.view.fields.source || fields.format !== this.view.fields.format;
    this.standOn(conflict.post, conflict.copy);
    this.set({ fields, conflict: null, errors: {}, saving: "waiting", bodyVersion: this.view.bodyVersion + (anew ? 1 : 0) });
    this.plan(0);
  }

  /** Puts a text of this device into the editor, or drops it. */
  answerFound(use: boolean): void {
    const found = this.view.found;
    if (!found) return;
    this.set({ found: null });
    if (use) this.change(changed(this.base, found.fields));
    else forgetOnDevice(this.view.id);
  }

  /** The text of this device beside the one in the editor. */
  foundFields(): Fields | null {
    return this.view.found && changed(this.base, this.view.found.fields);
  }

  /** What was deleted elsewhere is begun anew with the next save. */
  startAnew(): void {
    this.kept = null;
    this.base = nothingYet(this.view.fields.authors[0] ?? "", this.view.fields.language);
    forgetOnDevice(this.view.id);
    this.set({ id: null, post: null, saving: "waiting" });
    this.plan(0);
  }

  /** Whether closing the page now would lose something. */
  wouldLose(): boolean {
    if (this.saved()) return false;
    return !this.keepOnDevice();
  }

  /** Leaves the post: a draft is made real, so that the list shows what was written; anything else stays a working copy. */
  async leave(): Promise<Committed> {
    if (this.closed) return "done";
    this.close();
    if (this.view.conflict || this.view.found || this.view.saving === "gone") return "done";
    if (this.view.post && this.view.changedNames.length === 0 && !this.kept) return "done";
    if (!this.view.post && this.saved()) return "done";
    let left = await this.saveNow();
    // Another tab was quicker; its part is in ours now, and nobody comes back to save both. A tab that never stops writing does not hold this one.
    for (let again = 0; left === "merged" && again < 5; again++) left = await this.saveNow();
    return left === "refused" && this.view.post?.status === "draft" ? this.queue(() => this.keep()) : left;
  }

  /** Lets go of what this device holds: the post was deleted by her own hand. */
  forget(): void {
    forgetOnDevice(this.view.id);
  }

  /** Stops saving and listening. */
  close(): void {
    this.closed = true;
    clearTimeout(this.deviceTimer);
    clearTimeout(this.serverTimer);
    otherTabs.removeEventListener("message", this.onOtherTab);
    window.removeEventListener("online", this.onOnline);
    window.removeEventListener("focus", this.onFocus);
    window.removeEventListener("pagehide", this.onHide);
    document.removeEventListener("visibilitychange", this.onHide);
  }

  // What follows is inside.

  private set(part: Partial<View>): void {
    this.view = { ...this.view, ...part };
    this.view.changedNames = differing(this.base, this.view.fields);
    for (const listener of this.listeners) listener();
  }

  private listen(): void {
    otherTabs.addEventListener("message", this.onOtherTab);
    window.addEventListener("online", this.onOnline);
    window.addEventListener("focus", this.onFocus);
    window.addEventListener("pagehide", this.onHide);
    document.addEventListener("visibilitychange", this.onHide);
  }

  private onOtherTab = ({ data }: MessageEvent<unknown>) => {
    if (data === this.view.id) void this.refresh();
  };
  private onOnline = () => {
    if (this.saved()) void this.refresh();
    else this.plan(0);
  };
  private onFocus = () => void this.refresh();
  private onHide = (event: Event) => {
    this.hiding = event.type === "pagehide" || document.visibilityState === "hidden";
    if (!this.hiding || this.saved()) return;
    this.keepOnDevice();
    this.plan(0);
  };

  /** A state that further typing does not change. */
  private standing(): Saving | null {
    if (this.view.conflict) return "apart";
    return this.view.saving === "gone" ? "gone" : null;
  }

  private queue<T>(job: () => Promise<T>): Promise<T> {
    const next = this.work.then(job, job);
    this.work = next.catch((error: unknown) => this.notices.failed(error));
    return next;
  }

  private plan(after = serverAfter): void {
    clearTimeout(this.deviceTimer);
    this.deviceTimer = setTimeout(() => this.keepOnDevice(), Math.min(deviceAfter, after));
    if (this.standing()) return;
    clearTimeout(this.serverTimer);
    this.waitingSince ||= Date.now();
    const wait = Math.max(0, Math.min(after, this.waitingSince + serverAtLatest - Date.now()));
    this.serverTimer = setTimeout(() => void this.queue(() => this.keep()), wait);
  }

  /** What would be sent: all that differs, but for an empty title and for what the server has refused. */
  private input(fields: Fields): PostInput {
    const input = changes(this.base, fields);
    if (!fields.title.trim()) delete input.title;
    return input;
  }

  private saved(): boolean {
    return JSON.stringify(this.input(this.view.fields)) === JSON.stringify(this.kept?.input ?? {});
  }

  private keepOnDevice(): boolean {
    clearTimeout(this.deviceTimer);
    if (this.saved()) return true;
    if (this.view.found) return false; // there is room for one, and she has not said yet what becomes of it
    return keepOnDevice(this.view.id, {
      fields: changes(this.base, this.view.fields), baseVersion: this.view.post?.version ?? 0, keptAt: this.kept?.at ?? null, at: Date.now(),
    });
  }

  /** Brings the editor's version to the server, where no reader sees it. */
  private async keep(): Promise<Committed> {
    clearTimeout(this.serverTimer);
    this.waitingSince = 0;
    if (this.standing()) return "apart";
    if (this.saved()) {
      this.settle();
      return "done";
    }
    this.keepOnDevice();
    this.set({ saving: "saving" });
    const sent = this.view.fields;
    try {
      if (!this.view.post) return await this.create(sent);
      const meeting = await this.changedElsewhere(this.view.post);
      if (meeting) return meeting;
      const input = this.input(sent);
      const refused = await this.put(this.view.post, input);
      if (!refused) {
        this.settle();
        return "done";
      }
      this.set({ saving: "refused", savedAt: Date.now(), errors: refused.fields });
      return "refused";
    } catch (error) {
      return this.trouble(error);
    }
  }

  /** Writes the working copy. If the server refuses some of the fields, the others are kept all the same. */
  private async put(post: Post, input: PostInput): Promise<Problem | null> {
    const path = { params: { path: { id: post.id } } };
    const write = async (fields: PostInput) => {
      if (Object.keys(fields).length > 0) {
        const { data } = await ask(api.PUT("/api/v1/admin/posts/{id}/working-copy", { ...path, body: { fields, base_version: post.version } }));
        this.kept = { input: fields, at: data.updated_at };
      } else {
        if (this.kept) await orNull(ask(api.DELETE("/api/v1/admin/posts/{id}/working-copy", path)));
        this.kept = null;
      }
      otherTabs.postMessage(post.id);
    };
    try {
      await write(input);
      return null;
    } catch (error) {
      if (!(error instanceof Problem && error.status === 422)) throw error;
      const problem = new Problem(422, { ...(error.answer as object), errors: Object.entries(error.fields).map(([location, message]) => ({ location: location.replace(/^fields\./, ""), message })) });
      const bad = new Set(Object.keys(problem.fields).map((location) => location.split(/[.[]/)[0]));
      const rest = Object.fromEntries(Object.entries(input).filter(([name]) => !bad.has(name))) as PostInput;
      if (Object.keys(rest).length === Object.keys(input).length) throw error;
      await write(rest);
      return problem;
    }
  }

  private async create(sent: Fields): Promise<Committed> {
    const input = { ...this.input(sent), title: sent.title.trim() || this.notices.untitled() };
    delete input.published_at;
    const { data } = await ask(api.POST("/api/v1/admin/posts", { body: input }));
    forgetOnDevice(null);
    this.adopt(data, sent.title.trim() ? sent : { ...sent, title: data.title }); // an empty title stays empty in the editor
    this.notices.created(data.id);
    return "done";
  }

  /** Looks whether somebody else, or another tab, was here since this editor last looked; null: nobody. */
  private async changedElsewhere(post: Post): Promise<Committed | null> {
    const now = await readPost(post.id);
    if (now.version === post.version && now.unsaved_at === (this.kept?.at ?? null)) return null;
    if (now.version === post.version && now.unsaved_at === null) {
      this.kept = null;
      return null;
    }
    return this.meet(now, now.unsaved_at === null ? null : await readCopy(post.id)) ? null : "apart";
  }

  /**
   * Brings her version together with what was done elsewhere. Field by field: what only one side changed is that side's; where both did, she chooses, and
   * until then nothing is sent. Whether there is nothing to choose.
   */
  private meet(post: Post, copy: WorkingCopy | null): boolean {
    const mine = this.view.fields, base = this.base;
    const theirs = copy ? changed(fieldsOf(post), copy.fields) : fieldsOf(post);
    const known = this.kept ? changed(base, this.kept.input) : base;
    const names: FieldName[] = [], taken: FieldName[] = [];
    for (const name of differing(mine, theirs)) {
      if (same(name, mine, base)) taken.push(name);
      else if (!same(name, theirs, base) && !same(name, theirs, known)) names.push(name);
    }
    if (names.length > 0) {
      this.keepOnDevice();
      this.set({ conflict: { post, copy, theirs, names, at: copy?.updated_at ?? post.updated_at }, saving: "apart" });
      return false;
    }
    const anew = taken.includes("source") || taken.includes("format");
    this.standOn(post, copy);
    this.set({ fields: taking(mine, theirs, taken), saving: "waiting", bodyVersion: this.view.bodyVersion + (anew ? 1 : 0) });
    if (taken.length > 0) this.notices.merged(taken);
    this.plan();
    return true;
  }

  /** The unsaved version that was there when the post was opened. If it began from an older post, and says otherwise, she chooses. */
  private beginFrom(post: Post, copy: WorkingCopy): void {
    this.standOn(post, copy);
    const fields = changed(this.base, copy.fields);
    const names = differing(this.base, fields);
    const apart = copy.base_version !== post.version && names.length > 0;
    this.set({
      fields, savedAt: Date.parse(copy.updated_at), bodyVersion: this.view.bodyVersion + 1,
      ...(apart ? { saving: "apart", conflict: { post, copy, theirs: this.base, names, at: post.updated_at } } : {}),
    });
  }

  private lookOnDevice(): void {
    const found = fromDevice(this.view.id);
    if (!found) return;
    const before = this.view.fields;
    const fields = changed(this.base, found.fields);
    if (differing(before, fields).length === 0) {
      forgetOnDevice(this.view.id);
      return;
    }
    const follows = found.baseVersion === (this.view.post?.version ?? 0) && found.keptAt === (this.kept?.at ?? null) && !this.view.conflict;
    if (!follows) {
      this.set({ found });
      return;
    }
    this.change(fields);
    this.notices.restored(() => this.change(before));
  }

  private standOn(post: Post, copy: WorkingCopy | null): void {
    this.base = fieldsOf(post);
    this.kept = copy && { input: changes(this.base, changed(this.base, copy.fields)), at: copy.updated_at };
    this.set({ post, id: post.id });
  }

  /** Shows what the server has, all of it. */
  private takeOver(post: Post, copy: WorkingCopy | null): void {
    const before = this.view.fields;
    this.standOn(post, copy);
    const fields = copy ? changed(this.base, copy.fields) : this.base;
    const anew = before.source !== fields.source || before.format !== fields.format;
    this.set({
      fields, conflict: null, errors: {}, saving: "saved", savedAt: Date.parse(copy?.updated_at ?? post.updated_at), bodyVersion: this.view.bodyVersion + (anew ? 1 : 0),
    });
    forgetOnDevice(post.id);
  }

  /** The server has taken `sent` over: what was not changed since is now as the server has it. */
  private adopt(post: Post, sent: Fields): void {
    const now = this.view.fields;
    this.standOn(post, null);
    this.set({ fields: { ...taking(now, this.base, differing(now, this.base).filter((name) => same(name, now, sent))) }, errors: {} });
    this.settle();
    otherTabs.postMessage(post.id);
  }

  private settle(): void {
    if (this.saved()) {
      forgetOnDevice(this.view.id);
      this.set({ saving: "saved", savedAt: Date.now(), errors: {} });
      return;
    }
    this.set({ saving: "waiting", savedAt: Date.now() });
    if (!this.closed) this.plan();
  }

  private trouble(error: unknown): Committed {
    const safe = this.keepOnDevice();
    if (error instanceof Unreachable) {
      this.set({ saving: safe ? "device" : "nowhere" });
      if (!this.closed) {
        this.plan();
        clearTimeout(this.serverTimer);
        this.serverTimer = setTimeout(() => void this.queue(() => this.keep()), againAfter);
      }
      return "device";
    }
    if (error instanceof Problem && error.status === 404 && this.view.post) {
      this.set({ saving: "gone" });
      return "gone";
    }
    if (error instanceof Problem && error.status === 422) {
      this.set({ saving: safe ? "refused" : "nowhere", errors: error.fields });
      return "refused";
    }
    this.set({ saving: safe ? "device" : "nowhere" });
    this.notices.failed(error);
    return "failed";
  }

  /** Follows what was done elsewhere, while there is nothing of hers to lose. */
  private async refresh(): Promise<void> {
    const id = this.view.id;
    if (!id || this.view.conflict || this.view.found || !this.saved()) return;
    await this.queue(async () => {
      const now = await readBoth(id).catch(() => null); // the next save will say what is the matter
      if (!now) return;
      const { post, copy } = now;
      if (this.closed || !this.saved() || (post.version === this.view.post?.version && copy?.updated_at === this.kept?.at)) return;
      if (copy && copy.base_version !== post.version) this.beginFrom(post, copy);
      else this.takeOver(post, copy);
    });
  }

  /** Whether the slug of a post was made from its title, and no reader knows it yet. */
  private followsTitle(post: Post): boolean {
    return post.status === "draft" && post.redirects_from.length === 0 && (isSlugOf(post.slug, post.title) || isSlugOf(post.slug, this.notices.untitled()));
  }
}
