// Proof of work in the form of ALTCHA v2: a little computing that a reader does not notice, and a thousand senders do.

export interface Challenge {
  parameters: { algorithm: string; cost: number; keyLength: number; keyPrefix: string; nonce: string; salt: string; expiresAt?: number };
  signature: string;
}

export const hex = (bytes: Uint8Array) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

/** Derivations at once, before the page gets its turn: about 4 ms of one core. */
const slice = 4;

const bytes = (hex: string) => Uint8Array.from(hex.match(/../g) ?? [], (two) => parseInt(two, 16));

/** Finds the counter whose derived key begins with the prefix, and writes the proof as the server takes it. Fails where there is no WebCrypto. */
export async function solve(challenge: Challenge): Promise<string> {
  const { algorithm, cost, keyLength, keyPrefix, nonce, salt } = challenge.parameters;
  const [name = "", hash = ""] = algorithm.split("/");
  const began = Date.now();
  const derive = async (counter: number) => {
    const password = new Uint8Array(nonce.length / 2 + 4);
    password.set(bytes(nonce));
    new DataView(password.buffer).setUint32(nonce.length / 2, counter);
    const key = await crypto.subtle.importKey("raw", password, name, false, ["deriveBits"]);
    const bits = await crypto.subtle.deriveBits({ name, hash, salt: bytes(salt), iterations: cost }, key, keyLength * 8);
    return hex(new Uint8Array(bits));
  };
  for (let from = 0; ; from += slice) {
    const keys = await Promise.all(Array.from({ length: slice }, (_, i) => derive(from + i)));
    const found = keys.findIndex((key) => key.startsWith(keyPrefix));
    if (found >= 0) {
      return btoa(JSON.stringify({ challenge, solution: { counter: from + found, derivedKey: keys[found], time: Date.now() - began } }));
    }
    await new Promise((resolve) => setTimeout(resolve));
  }
}
