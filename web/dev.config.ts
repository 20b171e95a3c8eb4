import type { Plugin } from "vite";

const API = process.env.SELLO_API ?? "http://127.0.0.1:8000";
const OURS = /<(script|link)\b[^>]*"\/web\/[^>]*>(<\/script>)?/g;

/** What a running API answers for the pages while they are written; it believes that they are its own. */
export const proxy = Object.fromEntries(
  ["/api", "/files", "/legal", "/web", "/socket.io", "/app", "/e/", "/c/", "/stamp"].map((path) => [
    path,
    { target: API, ws: path === "/socket.io", headers: { origin: new URL(API).origin } },
  ]),
);

/** The running API's own documents, as it fills them, with the script as it is being written: `{ "/app": "/src/main.tsx" }`. */
export function documents(scripts: Record<string, string>): Plugin {
  return {
    name: "sello-documents",
    apply: "serve",
    configureServer(server) {
      server.middlewares.use((request, response, next) => {
        const url = request.url ?? "/";
        const script = Object.entries(scripts).find(
          ([path]) => url === path || (/^[/?]/.test(url.slice(path.length)) && url.startsWith(path)),
        );
        if (!script || !request.headers.accept?.includes("text/html")) return next();
        const asked = fetch(API + url, { headers: { "accept-language": request.headers["accept-language"] ?? "es" } });
        asked
          .then(async (answer) => {
            const filled = (await answer.text()).replace(OURS, "");
            const html = filled.replace("</head>", `<script type="module" src="${script[1]}"></script></head>`);
            response.statusCode = answer.status;
            response.setHeader("content-type", "text/html; charset=utf-8");
            response.end(await server.transformIndexHtml(url, html));
          })
          .catch(next);
      });
    },
  };
}
