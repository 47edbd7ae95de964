// The service worker of the admin area: it opens the shell when there is no network, and shows what the server pushes. It keeps the page and the built
// files, and never an answer of the API: what is shown is what the server says now, or nothing.

/** Of what was built, put in by the build: its version, and the names of its files. */
const version = "__VERSION__";
/** @type {string[]} */
const files = JSON.parse('__FILES__');

const worker = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));
const scope = "/admin/";
const prefix = "dimmer-admin-";
const mine = prefix + version;
const keptBuilds = 2; // an open tab of the build before may still load a room that it has not shown yet

worker.addEventListener("install", (event) => {
  event.waitUntil((async () => {
    const cache = await caches.open(mine);
    await cache.addAll(files.map((name) => scope + name)); // first: a page without its files would be worse than none
    await cache.put(scope, await fetch(scope, { cache: "reload" }));
    await worker.skipWaiting();
  })());
});

worker.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    const builds = (await caches.keys()).filter((name) => name.startsWith(prefix) && name !== mine); // the oldest first
    for (const name of builds.slice(0, Math.max(0, builds.length + 1 - keptBuilds))) await caches.delete(name);
    await worker.clients.claim();
  })());
});

/** The page as the server has it now; the kept one only if there is no server to be reached.
 * @param {Request} request */
async function page(request) {
  try {
    const answer = await fetch(request);
    if (answer.status < 502 || answer.status > 504) return answer;
    return (await caches.match(scope)) ?? answer; // of a proxy with nothing behind it
  } catch (error) {
    const kept = await caches.match(scope);
    if (kept) return kept;
    throw error;
  }
}

worker.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== worker.location.origin || !pathname.startsWith(scope) || pathname === "/admin/setup") return;
  if (request.mode === "navigate") event.respondWith(page(request));
  else if (pathname.startsWith("/admin/assets/")) event.respondWith(caches.match(request).then((kept) => kept ?? fetch(request)));
  else if (files.includes(pathname.slice(scope.length))) event.respondWith(fetch(request).catch(async (error) => (await caches.match(request)) ?? Promise.reject(error)));
});

worker.addEventListener("push", (event) => {
  /** @type {{ title?: string, body?: string, url?: string, count?: number }} */
  let said = {};
  try {
    said = event.data?.json() ?? {};
  } catch {
    // not ours; a browser demands that something be shown all the same
  }
  const count = said.count ?? 0;
  event.waitUntil(Promise.all([
    worker.registration.showNotification(said.title || "Dimmer", {
      body: said.body || "A comment waits for you.", icon: "/admin/icon-192.png", badge: "/admin/badge.png", tag: "held", data: { url: said.url || "/admin/comments" },
    }),
    "setAppBadge" in navigator && count > 0 ? navigator.setAppBadge(count).catch(() => undefined) : undefined,
  ]));
});

worker.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const target = new URL(event.notification.data?.url ?? scope, worker.location.origin);
  if (target.origin !== worker.location.origin || !target.pathname.startsWith("/admin")) return;
  event.waitUntil((async () => {
    const open = await worker.clients.matchAll({ type: "window", includeUncontrolled: true });
    const tab = open.find(({ url }) => new URL(url).pathname.startsWith("/admin"));
    if (!tab) return worker.clients.openWindow(target.href);
    await tab.focus();
    tab.postMessage({ open: target.pathname.replace(/^\/admin/, "") + target.search }); // the page goes there by itself: a text that is being written stays
    return undefined;
  })());
});
