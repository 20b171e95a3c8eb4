import { resolve } from "node:path";
import { defineConfig } from "vite";

import { documents, proxy } from "../../dev.config";

// React is compiled onto Preact's compatible layer: React and a form weigh 69 kB, and this page may weigh 60 in all.
export default defineConfig(({ command }) => ({
  base: command === "build" ? "/web/enroll/" : "/",
  plugins: [documents({ "/e": "/src/enrol.tsx", "/c": "/src/card.tsx" })],
  server: { port: 5175, proxy },
  resolve: { alias: { react: "preact/compat", "react-dom": "preact/compat" } },
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    outDir: resolve(import.meta.dirname, "../../../src/sello/web/enroll"),
    emptyOutDir: true,
    target: "es2020",
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    rolldownOptions: {
      input: { enrol: resolve(import.meta.dirname, "enrol.html"), card: resolve(import.meta.dirname, "card.html") },
    },
  },
}));
