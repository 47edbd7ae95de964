// Runs the journeys: several files at a time, the largest first, each in a process of its own. A file that fails is run once more, alone, since a real
// browser on a busy machine may miss a moment; it is named as unsteady if it passes then. What fails twice has failed.
//
//   node run.mjs [FILE…]   files of build/journeys; without any: all
import { spawn } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { availableParallelism } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL("build/journeys/", import.meta.url));
const atOnce = Math.max(2, Math.floor(availableParallelism() / 2)); // a browser and a program each; three on two processors were no quicker
const named = process.argv.slice(2).map((file) => basename(file).replace(/(\.test)?(\.[jt]s)?$/, ".test.js"));
const files = (named.length > 0 ? named : readdirSync(folder).filter((file) => file.endsWith(".test.js"))).sort((a, b) => statSync(join(folder, b)).size - statSync(join(folder, a)).size);

/** Runs one file; resolves to whether it passed. What it says is printed as a whole. */
function run(file) {
  return new Promise((resolve) => {
    const began = Date.now();
    let said = "";
    const tests = spawn(process.execPath, ["--test", "--test-reporter=spec", "--test-timeout=180000", join(folder, file)], { stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [tests.stdout, tests.stderr]) stream.on("data", (text) => (said += text));
    tests.on("close", (status) => {
      process.stdout.write(`\n--- ${file}: ${status === 0 ? "passed" : "failed"} after ${Math.round((Date.now() - began) / 1000)} s\n${said}`);
      resolve(status === 0);
    });
  });
}

const waiting = [...files];
const failed = [];
await Promise.all(
  Array.from({ length: atOnce }, async () => {
    for (let file = waiting.shift(); file; file = waiting.shift()) if (!(await run(file))) failed.push(file);
  }),
);
const broken = [];
for (const file of failed) {
  if (await run(file)) console.log(`unsteady: ${file} failed, and passed when it was run again`);
  else broken.push(file);
}
console.log(`\n${files.length - broken.length} of ${files.length} files passed, ${failed.length} needed a second run`);
if (broken.length > 0) {
  console.error(`failed: ${broken.join(", ")}`);
  process.exit(1);
}
