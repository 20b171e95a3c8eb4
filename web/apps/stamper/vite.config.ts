import { resolve } from "node:path";
import tailwindcss from "@tailwindcss/vite";
import { defineConfig } from "vite";

import { documents, proxy } from "../../dev.config";

export default defineConfig(({ command }) => ({
  base: command === "build" ? "/web/stamper/" : "/",
  plugins: [tailwindcss(), documents({ "/stamp": "/src/main.tsx" })],
  server: { port: 5174, proxy },
  build: {
    outDir: resolve(import.meta.dirname, "../../../src/sello/web/stamper"),
    emptyOutDir: true,
    target: "es2022",
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0, // the policy of the page allows files of ours, and no data: but pictures
    rolldownOptions: { input: { stamp: resolve(import.meta.dirname, "stamp.html") } },
  },
}));
