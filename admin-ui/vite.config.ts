import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

// The program serves what is built here below /admin. /assets/favicon.svg is a file of the program itself.
export default defineConfig({
  base: "/admin/",
  plugins: [react()],
  build: {
    outDir: "dist",
    target: "es2023",
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    chunkSizeWarningLimit: 800, // kB; what the first load weighs, packed, is checked by a journey
  },
});
