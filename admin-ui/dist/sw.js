// The service worker of the admin area: it opens the shell when there is no network, and shows what the server pushes. It keeps the page and the built
// files, and never an answer of the API: what is shown is what the server says now, or nothing.

/** Of what was built, put in by the build: its version, and the names of its files. */
const version = "d89bfce4a5172921";
/** @type {string[]} */
const files = JSON.parse('["apple-touch-icon.png","assets/ActionIcon-2x2av0ob.js","assets/CheckIcon-aClqfg_7.js","assets/Checkbox-CcD_uy_N.js","assets/CloseButton-Dh-Q8Uhl.js","assets/ComboboxChevron-DR_G4Mfy.js","assets/Drawer-Bpg-9ETO.js","assets/FocusTrap-Bz2gjLkh.js","assets/IconAdjustmentsHorizontal-Cn6sUfgM.js","assets/IconArrowLeft-CK0lapnI.js","assets/IconArrowUp-BGAhF94_.js","assets/IconBan-Cgcw8B5o.js","assets/IconChevronLeft-CWzie8Iw.js","assets/IconCopy-_lg0wljL.js","assets/IconDeviceDesktop-B_wOKxUe.js","assets/IconDots-D1z5iSHe.js","assets/IconExternalLink-CvzxOcij.js","assets/IconKey-CHvUAnWx.js","assets/IconList-B_j_B2CV.js","assets/IconMessage-BNdSmSFH.js","assets/IconPlus-_RgVI-Yd.js","assets/InlineInput-D86Rs8JH.js","assets/InputBase-BHzSRCQ9.js","assets/Match-Dyz-QjIh.js","assets/Menu-BypYdLoR.js","assets/Modal-CEye1Jel.js","assets/NativeSelect-CgqasPFd.js","assets/PasswordInput-DYqy8-uG.js","assets/RadioIcon-Cub_KVgM.js","assets/SegmentedControl-BJ8FB3lb.js","assets/TextInput-BWqZz3ra.js","assets/Textarea-BY15wjfs.js","assets/account-B3O3RERI.css","assets/account-CD1AEgGv.js","assets/author-CugTAbg9.js","assets/back-B3sxTbLv.js","assets/body-C73HJvCR.css","assets/body-Dt9QWm2M.js","assets/client-DuFabsh2.js","assets/comments-BTq4Crkl.js","assets/comments-PWLAV-CQ.css","assets/confirm-CKJkPV2S.js","assets/convert-CmrQ4Hb-.js","assets/copy-CIXjvqVv.css","assets/copy-CpOWQmxC.js","assets/data-BVLvkT8W.js","assets/data-Bu9F6eSq.js","assets/data-Byith3F3.js","assets/draft-BbRCwiYF.js","assets/draft-CWPifIZc.css","assets/editor-DcDq-ELc.css","assets/editor-UhXxRvNw.js","assets/events-mmt9W2TF.css","assets/events-tc5S7_40.js","assets/flood-Cyuhy_N8.css","assets/flood-Dw6tQd5Q.js","assets/forgot-0XaKpIXF.js","assets/get-auto-contrast-value-BTPwFOS2.js","assets/get-parsed-combobox-data-D9fRIMhM.js","assets/head-D9ivxHGl.js","assets/head-g3dLjIFS.css","assets/home-DKp6tff6.js","assets/index-BVP1PWZy.js","assets/index-DTluAxnR.css","assets/invite-DT2IWuXN.js","assets/invite-k2Oiv9UP.js","assets/invites-BY6MGr30.js","assets/judge-BhzRUwFX.js","assets/link-BaKwSB3m.js","assets/list-CIkURLKa.js","assets/list-CtDfXd4B.css","assets/media-hscGbsZ-.js","assets/more-D87rPut_.js","assets/more-DhccrF0f.css","assets/new-password-Bj6Kv8zs.js","assets/outbox-C34kHV7o.js","assets/outbox-OXbhXQN3.css","assets/pad-CQzLxc3z.css","assets/pad.module-CurDydoX.js","assets/page-BIw3KXmz.js","assets/palette-B550NLWs.css","assets/palette-CwmPfiS_.js","assets/people-B-5F-QUz.js","assets/person-D16-q059.js","assets/plain-CcAIBf76.js","assets/posts-8VLpAL27.css","assets/posts-_Fy5BRTi.js","assets/problem-CsYhvBZo.js","assets/read-DKVHqqIj.js","assets/readers-CUhz5BZc.js","assets/refusal-BOazBDJW.css","assets/refusal-CG-MXAdN.js","assets/render-Bbvs5sG9.js","assets/reset-By1JSXAO.js","assets/rich-CMukfG-i.js","assets/screen-DZTmAQ5x.js","assets/section-CfULjljK.js","assets/sections-CkFv4or2.js","assets/sections-DLIfgJh1.css","assets/session-C4amSJ4s.js","assets/settings-DJWw3wqD.js","assets/sign-in-D3uw9TC2.js","assets/states-BUkMSI-v.css","assets/states-BmrM4D6g.js","assets/states-DxQEh_k1.js","assets/tabs-BhPOWcXU.js","assets/tag-C6yLrrHe.js","assets/tags-DdlW4rzF.js","assets/tools-DerPbsz5.js","assets/use-debounced-value-COKOKfEd.js","assets/use-mantine-color-scheme-BY6C8fUL.js","assets/use-uncontrolled-D4FMIbT9.js","assets/useBlocker-DT4sXlvZ.js","assets/useInfiniteQuery-DYuVD5fn.js","assets/useMatch-lYyttPO6.js","assets/useMutation-C1OjeN0A.js","assets/useNavigate-DRb3fJ6F.js","assets/useQuery-hMcfKPag.js","assets/with-selector-I92dkeY_.js","assets/words-0emf4MTn.js","assets/words-C8cEiBgm.js","assets/words-CywyKTrn.css","assets/words-DAtiG0UR.css","assets/words-DsJTQdfO.js","assets/write-rO4VBczU.js","assets/writing-DHJ48HDi.js","badge.png","first.js","icon-192.png","icon-512.png","icon-maskable-512.png","manifest.webmanifest","start.css"]');

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
