/// <reference lib="webworker" />
/**
 * Lets the stamper start without a signal: the page and all it loads are on the phone before it is needed.
 *
 * A release is kept whole, under its version: page and files of two releases never mix. A new one is fetched beside the
 * one in use and takes over when the page says so or when no page is open; the one before is kept for tabs that still
 * run it. What was stamped lies in IndexedDB and is no concern of this file.
 */
declare const self: ServiceWorkerGlobalScope;
declare const __FILES__: readonly string[];
declare const __VERSION__: string;

export {};

const PREFIX = "sello-stamper-";
const CACHE = `${PREFIX}${__VERSION__}`;
const PAGE = "/stamp";

self.addEventListener("install", (event) => event.waitUntil(fetchRelease()));
self.addEventListener("activate", (event) => event.waitUntil(takeOver()));
self.addEventListener("message", (event) => {
  if (event.data === "take over") void self.skipWaiting();
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  if (request.mode === "navigate" && pathname === PAGE) event.respondWith(page(request));
  else if (pathname.startsWith("/web/stamper/") && !pathname.endsWith("/sw.js")) event.respondWith(file(request));
});

/** All or nothing: should a file be missing, this worker is thrown away and the next visit tries again. */
async function fetchRelease(): Promise<void> {
  const cache = await caches.open(CACHE);
  const answer = await fetch(PAGE, { cache: "no-cache" });
  const text = await answer.clone().text();
  const named = [...text.matchAll(/"(\/web\/stamper\/assets\/[^"]+)"/g)].map((found) => found[1] ?? "");
  if (!answer.ok || !named.every((name) => __FILES__.includes(name))) throw new Error("the page is of another release"); // servers are being replaced this very moment
  await cache.put(PAGE, answer);
  await Promise.all(__FILES__.map((name) => keep(cache, name)));
}

async function keep(cache: Cache, name: string): Promise<void> {
  const same = await caches.match(name); // a file's content is in its name: take what an older release has
  await cache.put(name, name.includes("/assets/") && same ? same : await whole(name));
}

async function whole(name: string): Promise<Response> {
  const answer = await fetch(name);
  if (!answer.ok) throw new Error(`${name}: ${answer.status}`);
  return answer;
}

async function takeOver(): Promise<void> {
  const names = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== CACHE);
  const before = names.pop(); // keys come in the order they were made
  await Promise.all(names.filter((name) => name !== before).map((name) => caches.delete(name)));
  await self.clients.claim();
}

/** From the phone, always: whether there is a newer one is asked by the page, behind the screen. */
async function page(request: Request): Promise<Response> {
  const cache = await caches.open(CACHE);
  return (await cache.match(PAGE)) ?? fetch(request);
}

async function file(request: Request): Promise<Response> {
  const cache = await caches.open(CACHE);
  return (await cache.match(request)) ?? (await caches.match(request)) ?? fetch(request);
}
