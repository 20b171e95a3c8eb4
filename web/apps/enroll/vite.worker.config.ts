import { resolve } from "node:path";
import { defineConfig } from "vite";

// The service worker: its own build, because its name must never change and it may import nothing at run time.
export default defineConfig({
  build: {
    outDir: resolve(import.meta.dirname, "../../../src/sello/web/enroll"),
    emptyOutDir: false,
    target: "es2020",
    lib: { entry: resolve(import.meta.dirname, "src/sw.ts"), formats: ["es"], fileName: () => "sw.js" },
  },
});
