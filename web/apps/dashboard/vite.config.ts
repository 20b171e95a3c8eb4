import { resolve } from "node:path";
import tailwindcss from "@tailwindcss/vite";
import { defineConfig } from "vite";

import { documents, proxy } from "../../dev.config";

// The server fills the document and sends it for every address below /app; the files lie below /web/dashboard/.
export default defineConfig(({ command }) => ({
  base: command === "build" ? "/web/dashboard/" : "/",
  plugins: [tailwindcss(), documents({ "/app": "/src/main.tsx" })],
  server: { port: 5173, proxy },
  oxc: { jsx: { runtime: "automatic", importSource: "react" } },
  build: {
    outDir: resolve(import.meta.dirname, "../../../src/sello/web/dashboard"),
    emptyOutDir: true,
    target: "es2022",
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 700, // React, the router and the queries, which every place needs
    rolldownOptions: {
      checks: { moduleLevelDirective: false }, // "use client" is for servers that render
      input: { index: resolve(import.meta.dirname, "index.html") },
    },
  },
}));
