import { resolve } from "node:path";
import tailwindcss from "@tailwindcss/vite";
import { defineConfig } from "vite";

// The server fills the document and sends it for every address below /app; the files lie below /web/dashboard/.
export default defineConfig({
  base: "/web/dashboard/",
  plugins: [tailwindcss()],
  oxc: { jsx: { runtime: "automatic", importSource: "react" } },
  build: {
    outDir: resolve(import.meta.dirname, "../../../src/sello/web/dashboard"),
    emptyOutDir: true,
    target: "es2022",
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    rolldownOptions: {
      checks: { moduleLevelDirective: false }, // "use client" is for servers that render
      input: { index: resolve(import.meta.dirname, "index.html") },
    },
  },
});
