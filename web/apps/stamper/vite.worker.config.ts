import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { defineConfig } from "vite";

const outDir = resolve(import.meta.dirname, "../../../src/sello/web/stamper");
const assets = readdirSync(join(outDir, "assets")).sort();
const files = [...assets.map((name) => `assets/${name}`), "icon-192.png"].map((name) => `/web/stamper/${name}`);
const version = createHash("sha256")
  .update(files.join("\n"))
  .update(readFileSync(join(outDir, "stamp.html")));

// The service worker: its own build after the app's, because it holds the list of what was built, its name must never
// change, and it may import nothing at run time.
export default defineConfig({
  publicDir: false,
  define: { __FILES__: JSON.stringify(files), __VERSION__: JSON.stringify(version.digest("hex").slice(0, 12)) },
  build: {
    outDir,
    emptyOutDir: false,
    target: "es2022",
    lib: { entry: resolve(import.meta.dirname, "src/worker/sw.ts"), formats: ["es"], fileName: () => "sw.js" },
  },
});
