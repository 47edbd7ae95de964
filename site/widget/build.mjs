// Builds the widget into one file: `node build.mjs FILE`. With --check it builds in memory instead, and fails if FILE is another one or too big.
import { readFileSync, writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { build, transform } from "esbuild";
import { minify } from "terser";

/** The style sheet as a text. What is in it is for the browsers that have what it needs anyway: light-dark() and @container. */
async function minifiedCSS({ path }) {
  const { code } = await transform(readFileSync(path, "utf8"), { loader: "css", minify: true, target: "chrome123" });
  return { contents: code.trim(), loader: "text" };
}

const limit = 10_240; // bytes, compressed with gzip -9

const check = process.argv.includes("--check");
const file = process.argv.at(-1);
const { outputFiles } = await build({
  entryPoints: ["widget.ts"],
  bundle: true,
  minify: true,
  charset: "utf8",
  format: "esm",
  target: "es2022",
  legalComments: "none",
  mangleProps: /^(announce|ask|blame|cancel|element|forget|known|place|root|say|shown|ago|at|show|path)$/,
  plugins: [{ name: "css", setup: ({ onLoad }) => onLoad({ filter: /\.css$/ }, minifiedCSS) }],
  write: false,
});
// What esbuild has bundled and minified gets 2 % smaller once more.
const { code } = await minify(outputFiles[0].text, { module: true, ecma: 2020, compress: { passes: 3, unsafe_arrows: true, pure_getters: true, hoist_props: true } });
const contents = Buffer.from(code);
const size = gzipSync(contents, { level: 9 }).length;
console.log(`${contents.length} bytes, ${size} of ${limit} compressed`);
if (size > limit && !process.env.FAT) throw new Error(`The widget has ${size} bytes compressed; ${limit} are the limit.`);
if (!check) writeFileSync(file, contents);
else if (!readFileSync(file).equals(contents)) throw new Error(`${file} is not what the sources make: run "npm --prefix site/widget run build".`);
