/// <reference lib="webworker" />
/**
 * Lets a card open without a signal: its last page, its script and its style are kept on the phone.
 *
 * A page is asked for first and taken from the phone when no answer comes in three seconds; files under /web/ have their
 * content in their name and are taken from the phone. The API is never kept: an old code would be refused at the till.
 */
declare const self: ServiceWorkerGlobalScope;

export {};

const PAGE = /^\/c\/[^/]+$/; // what lies behind it (a card for the phone's wallet) is nobody's to keep
const PAGES = "sello-cards-1";
const FILES = "sello-files-1";
const PATIENCE = 3_000; // ms
const MOST_FILES = 40;

self.addEventListener("install", () => void self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== self.location.origin) return;
  if (request.mode === "navigate" && PAGE.test(address.pathname)) event.respondWith(page(request));
  else if (address.pathname.startsWith("/web/enroll/assets/") || isLogo(address.pathname))
    event.respondWith(file(request));
});

// The first visit loads before this worker is there: the page then names itself and what it has loaded.
self.addEventListener("message", (event) => {
  const { page: address, files } = event.data as { page: string; files: string[] };
  event.waitUntil(Promise.all([page(new Request(address)), ...files.map((name) => file(new Request(name)))]));
});

async function page(request: Request): Promise<Response> {
  const cache = await caches.open(PAGES);
  const kept = await cache.match(request.url.split("#")[0] ?? request.url);
  try {
    const answer = await fetch(request, kept ? { signal: AbortSignal.timeout(PATIENCE) } : {});
    if (answer.ok) await cache.put(request.url, answer.clone());
    else if (answer.status === 404 || answer.status === 410) await cache.delete(request.url);
    return answer.status >= 500 && kept ? kept : answer;
  } catch (error) {
    if (kept) return kept;
    throw error;
  }
}

function isLogo(path: string): boolean {
  return path.startsWith("/legal/") && path.endsWith("/logo");
}

async function file(request: Request): Promise<Response> {
  const cache = await caches.open(FILES);
  const kept = await cache.match(request);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok) {
    const names = await cache.keys();
    if (names.length >= MOST_FILES && names[0]) await cache.delete(names[0]);
    await cache.put(request, answer.clone());
  }
  return answer;
}
