/**
 * Serves one page, such as the station, while the server is away: that of its scope. The page comes from the server whenever
 * that answers; its files have a hash in their names, so they come from the cache. Nothing else is touched: no reply of the
 * API is ever kept.
 *
 * offline-shell.js is made by the build: for each page a `version` and its `files`. A new version is a new worker.
 */
importScripts('/offline-shell.js');

const PAGE = new URL(self.registration.scope).pathname;
const { version, files } = self.SHELLS[PAGE];
/** Each page has caches of its own: a worker deletes those of its former versions. */
const PREFIX = `muster-${PAGE.slice(1)}-`;
const CACHE = PREFIX + version;
/** A server that has not begun to send the page within this time is away, ms. */
const PATIENCE = 3_000;

self.addEventListener('install', (event) => {
  event.waitUntil(install());
});

self.addEventListener('activate', (event) => {
  event.waitUntil(activate());
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== 'GET' || origin !== self.location.origin) return;
  if (request.mode === 'navigate') event.respondWith(page(request));
  else if (files.includes(pathname)) event.respondWith(file(request));
});

async function install() {
  const cache = await caches.open(CACHE);
  // Past the cache of the browser: a page of an older version would ask for files that are no longer there.
  await cache.addAll([PAGE, ...files].map((url) => new Request(url, { cache: 'no-cache' })));
  await self.skipWaiting();
}

async function activate() {
  for (const name of await caches.keys()) {
    if (name.startsWith(PREFIX) && name !== CACHE) await caches.delete(name);
  }
  await self.clients.claim();
}

async function page(request) {
  const limit = new Promise((resolve) => {
    setTimeout(resolve, PATIENCE);
  });
  const answered = await Promise.race([fetch(request).catch(() => undefined), limit]);
  if (answered && answered.status < 500) return answered;
  const cache = await caches.open(CACHE);
  return (await cache.match(PAGE)) ?? answered ?? Response.error();
}

async function file(request) {
  const cache = await caches.open(CACHE);
  return (await cache.match(request.url)) ?? fetch(request);
}
