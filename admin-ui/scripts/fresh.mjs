// Proves that what is committed is what the sources make (the types that come of the API's document, and the built files), and that the first load is light.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const firstLoad = 250_000; // bytes of script, packed, that the first screen may weigh

const here = fileURLToPath(new URL("..", import.meta.url));
const made = mkdtempSync(join(tmpdir(), "dimmer-admin-"));
const files = (folder) => readdirSync(folder, { recursive: true, withFileTypes: true }).filter((f) => f.isFile()).map((f) => relative(folder, join(f.parentPath, f.name))).sort();
const bin = (name) => join(here, "node_modules", ".bin", name);
const wrong = [];

try {
  execFileSync(bin("openapi-typescript"), ["../handlers/testdata/openapi.json", "--output", join(made, "schema.d.ts"), "--alphabetize"], { cwd: here, stdio: "pipe" });
  if (readFileSync(join(made, "schema.d.ts"), "utf8") !== readFileSync(join(here, "src/api/schema.d.ts"), "utf8")) wrong.push("src/api/schema.d.ts: run npm run types");
  const dist = join(made, "dist");
  execFileSync(bin("vite"), ["build", "--outDir", dist, "--emptyOutDir", "--logLevel", "warn"], { cwd: here, stdio: ["ignore", "ignore", "inherit"] });
  const committed = join(here, "dist");
  const [is, should] = [files(committed), files(dist)];
  if (is.join() !== should.join() || should.some((name) => !readFileSync(join(dist, name)).equals(readFileSync(join(committed, name))))) wrong.push("dist: run npm run build");
  const page = readFileSync(join(dist, "index.html"), "utf8");
  const weight = [...page.matchAll(/"\/admin\/(assets\/[^"]+\.js)"/g)].reduce((sum, [, name]) => sum + gzipSync(readFileSync(join(dist, name)), { level: 9 }).length, 0);
  console.log(`first load: ${weight} bytes of script, packed`);
  if (weight === 0 || weight > firstLoad) wrong.push(`the first load: ${weight} bytes of script are not within ${firstLoad}; load something lazily`);
} finally {
  rmSync(made, { recursive: true, force: true });
}
if (wrong.length > 0) {
  console.error(`Not as it has to be:\n  ${wrong.join("\n  ")}`);
  process.exit(1);
}
