import { resolve } from "node:path";
import tailwindcss from "@tailwindcss/vite";
import { defineConfig } from "vite";

export default defineConfig({
  base: "/web/stamper/",
  plugins: [tailwindcss()],
  build: {
    outDir: resolve(import.meta.dirname, "../../../src/sello/web/stamper"),
    emptyOutDir: true,
    target: "es2022",
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0, // the policy of the page allows files of ours, and no data: but pictures
    rolldownOptions: { input: { stamp: resolve(import.meta.dirname, "stamp.html") } },
  },
});
