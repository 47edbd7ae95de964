// Pictures on their way to the server. They are sent from here, not from a screen, so that leaving the room does not stop them.
import { useSyncExternalStore } from "react";
import { Unreachable } from "../api/problem";
import { uploadImage, whyNotSent, worthAnotherTry, type Media } from "./data";

const atOnce = 2; // more would only share the same line

export interface Upload {
  id: number;
  name: string;
  /** making: all of it is there, and the server makes the picture anew. */
  state: "waiting" | "sending" | "making" | "done" | "failed";
  /** Which share of it has been sent, 0 to 1. */
  share: number;
  /** What became of it. */
  media?: Media;
  wrong?: string;
  /** Whether the same file may be sent again. */
  again?: boolean;
}

type Entry = Upload & { file: File; stop?: AbortController; lost?: boolean };

class Uploads {
  #entries: readonly Entry[] = [];
  #next = 1;
  #listeners = new Set<() => void>();

  constructor() {
    window.addEventListener("online", () => {
      for (const { id, lost } of this.#entries) if (lost) this.again(id);
    });
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly snapshot = (): readonly Upload[] => this.#entries;

  /** Sends files; gives the id of each. */
  add(files: Iterable<File>): number[] {
    const added = Array.from(files, (file): Entry => ({ id: this.#next++, name: file.name, state: "waiting", share: 0, file }));
    this.#set([...this.#entries, ...added]);
    this.#go();
    return added.map(({ id }) => id);
  }

  /** Sends one again that has failed. Its file is still here. */
  again(id: number): void {
    this.#change(id, ({ id, name, file }) => ({ id, name, file, state: "waiting", share: 0 }));
    this.#go();
  }

  /** Stops sending, or takes what is over off the list. */
  remove(id: number): void {
    this.#entries.find((entry) => entry.id === id)?.stop?.abort();
    this.#set(this.#entries.filter((entry) => entry.id !== id));
    this.#go();
  }

  /** Takes off the list whatever is over. */
  clear(): void {
    this.#set(this.#entries.filter(({ state }) => state !== "done" && state !== "failed"));
  }

  #set(entries: readonly Entry[]) {
    this.#entries = entries;
    const unsent = entries.some(({ state }) => state !== "done" && state !== "failed");
    if (unsent) window.addEventListener("beforeunload", warn);
    else window.removeEventListener("beforeunload", warn);
    for (const listener of this.#listeners) listener();
  }

  #change(id: number, change: (entry: Entry) => Entry) {
    this.#set(this.#entries.map((entry) => (entry.id === id ? change(entry) : entry)));
  }

  #go() {
    for (;;) {
      const busy = this.#entries.filter(({ state }) => state === "sending" || state === "making").length;
      const next = this.#entries.find(({ state }) => state === "waiting");
      if (!next || busy >= atOnce) return;
      void this.#send(next);
    }
  }

  async #send({ id, file }: Entry) {
    const stop = new AbortController();
    this.#change(id, (entry) => ({ ...entry, state: "sending", stop }));
    try {
      const media = await uploadImage(file, (share) => this.#change(id, (entry) => ({ ...entry, share, state: share < 1 ? "sending" : "making" })), stop.signal);
      this.#change(id, (entry) => ({ ...entry, state: "done", share: 1, media }));
    } catch (error) {
      this.#change(id, (entry) => ({ ...entry, state: "failed", wrong: whyNotSent(error), again: worthAnotherTry(error), lost: error instanceof Unreachable }));
    }
    this.#go();
  }
}

function warn(event: BeforeUnloadEvent) {
  event.preventDefault();
}

/** All uploads to the library, from wherever they were begun. */
export const uploads = new Uploads();

export const useUploads = (): readonly Upload[] => useSyncExternalStore(uploads.subscribe, uploads.snapshot);
