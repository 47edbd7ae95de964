// The program under test: the real binary, on a data folder of its own.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";

// `npm test` builds it there; this file is compiled into build/journeys.
const binary = fileURLToPath(new URL("../dimmer", import.meta.url));

// Far above what a slow machine needs; reaching one means that the program hangs.
const startWithin = 30_000; // ms
const stopWithin = 10_000; // ms
const happensWithin = 10_000; // ms
const askedEvery = 50; // ms

/** A running Dimmer. `stop` ends it and fails if it did not end well. */
export interface Dimmer {
  /** Its origin, without a slash at the end. */
  url: string;
  /** The address at which somebody becomes the owner; empty if there is one. */
  setupLink: string;
  stop(): Promise<void>;
}

/** Asks again until what is seen holds, or until it has had its time; gives what was seen last. For what a server does by and by, of which nothing tells. */
export async function eventually<T>(look: () => Promise<T>, holds: (seen: T) => boolean): Promise<T> {
  const until = Date.now() + happensWithin;
  for (;;) {
    const seen = await look();
    if (holds(seen) || Date.now() > until) return seen;
    await pause(askedEvery);
  }
}

/** Starts a Dimmer with the demo blog, and with settings of its own if there are any. */
export const startDemo = (settings: Record<string, string> = {}): Promise<Dimmer> => start(settings, "--demo");

/** Starts a Dimmer with an empty blog, which waits for its owner, unless settings make one. */
export const startEmpty = (settings: Record<string, string> = {}): Promise<Dimmer> => start(settings);

/** Starts `dimmer serve` on a free port and waits until it listens. */
async function start(settings: Record<string, string>, ...options: string[]): Promise<Dimmer> {
  if (!existsSync(binary)) {
    throw new Error(`There is no program at ${binary}: run the journeys with "npm test", which builds it.`);
  }
  const data = await mkdtemp(join(tmpdir(), "dimmer-e2e-"));
  // Settings of whoever runs the tests are no settings of the program under test.
  const env = { ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("DIMMER_"))), ...settings };
  const program = spawn(binary, ["serve", ...options, "--addr", "127.0.0.1:0", "--data", data], {
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const killed = () => program.kill("SIGKILL");
  process.once("exit", killed); // also when a test runner gives up on us
  const ended = once(program, "exit"); // rejects when the program cannot be started at all
  ended.catch(() => undefined); // whoever waits for it below hears of it

  let said = "";
  const failure = (what: string) => new Error(`dimmer ${what}; it said:\n${said}`);
  program.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));

  const stop = async () => {
    const timer = setTimeout(killed, stopWithin);
    program.kill("SIGTERM");
    const [status, signal] = (await ended) as [number | null, string | null];
    clearTimeout(timer);
    process.removeListener("exit", killed);
    await rm(data, { recursive: true, force: true });
    if (status !== 0) {
      throw failure(`ended with ${signal ?? `status ${status}`} instead of stopping cleanly`);
    }
  };

  let setupLink = "";
  const url = await new Promise<string>((resolve, reject) => {
    const timer = setTimeout(() => reject(failure(`did not listen within ${startWithin / 1000} s`)), startWithin);
    createInterface(program.stdout).on("line", (line) => {
      said += line + "\n";
      setupLink = /(http\S+\/admin\/setup#token=\S+)$/.exec(line)?.[1] ?? setupLink; // printed before it listens
      const address = /^listening on (http:\/\/\S+)$/.exec(line)?.[1];
      if (address) {
        clearTimeout(timer);
        resolve(address);
      }
    });
    ended.then(
      ([status]) => {
        clearTimeout(timer);
        reject(failure(`ended with status ${status} before it listened`));
      },
      (error: unknown) => {
        clearTimeout(timer);
        reject(error);
      },
    );
  }).catch(async (error: unknown) => {
    await stop().catch(() => undefined); // the first error says more
    throw error;
  });
  return { url, setupLink, stop };
}
