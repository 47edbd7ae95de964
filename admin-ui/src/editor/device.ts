// Texts that are safe on this device while the server cannot be reached.
import type { PostInput } from "./fields";

export interface DeviceCopy {
  /** What differs from the post. */
  fields: PostInput;
  /** The version of the post that it began from; 0 for a post that was not there yet. */
  baseVersion: number;
  /** When the server had last kept an unsaved version of the post, as far as this device knew. */
  keptAt: string | null;
  /** ms */
  at: number;
}

const key = (id: string | null) => `dimmer-text-${id ?? "new"}`;

/** Keeps a copy; false if there is no room for it. */
export function keepOnDevice(id: string | null, copy: DeviceCopy): boolean {
  try {
    localStorage.setItem(key(id), JSON.stringify(copy));
    return true;
  } catch {
    return false;
  }
}

export function fromDevice(id: string | null): DeviceCopy | null {
  try {
    return JSON.parse(localStorage.getItem(key(id)) ?? "null") as DeviceCopy | null;
  } catch {
    return null;
  }
}

export function forgetOnDevice(id: string | null): void {
  localStorage.removeItem(key(id));
}
