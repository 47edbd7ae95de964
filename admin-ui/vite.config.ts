import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

/** Writes sw.js of worker/sw.js and the names of everything that was built. */
function serviceWorker(): Plugin {
  let folder = "";
  return {
    name: "service-worker",
    apply: "build",
    configResolved: (config) => {
      folder = config.build.outDir;
    },
    closeBundle: () => {
      const files = readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((file) => file.isFile() && file.name !== "index.html" && file.name !== "sw.js")
        .map((file) => `${file.parentPath}/${file.name}`.slice(folder.length + 1))
        .sort();
      const source = readFileSync("worker/sw.js", "utf8");
      const all = createHash("sha256").update(source);
      for (const name of ["index.html", ...files]) all.update(name).update(readFileSync(`${folder}/${name}`));
      writeFileSync(`${folder}/sw.js`, source.replace("__VERSION__", all.digest("hex").slice(0, 16)).replace("__FILES__", JSON.stringify(files)));
    },
  };
}

// The program serves what is built here below /admin. /assets/favicon.svg is a file of the program itself.
export default defineConfig({
  base: "/admin/",
  plugins: [react(), serviceWorker()],
  build: {
    outDir: "dist",
    target: "es2023",
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    chunkSizeWarningLimit: 800, // kB; what the first load weighs, packed, is checked by scripts/fresh.mjs
  },
});
