// The admin area on a device: its service worker, and where a tapped message leads.
import { onSession, currentSession } from "../api/session";
import { hour } from "../parts/time";
import { pushWords } from "../account/push-words";
import { wordsOf } from "../words/words";
import { deviceName, keepPush } from "./push";
import { router } from "./router";

let asked = false;

/** Registers the service worker once somebody is signed in: a stranger at the door needs none. */
export function install(): void {
  if (!("serviceWorker" in navigator)) return;
  navigator.serviceWorker.addEventListener("message", ({ data }: MessageEvent<{ open?: string }>) => {
    if (data.open) void router.navigate({ href: data.open });
  });
  let toldFor = "";
  const register = () => {
    const session = currentSession();
    if (session.state !== "in") {
      toldFor = "";
      return;
    }
    if (toldFor !== session.person.id) {
      toldFor = session.person.id;
      void keepPush(toldFor, deviceName(wordsOf(pushWords).device)).catch(() => undefined); // her account shows whether it holds
    }
    if (asked) return;
    asked = true;
    const begin = () =>
      void navigator.serviceWorker.register("/admin/sw.js").then(
        (registration) => setInterval(() => void registration.update().catch(() => undefined), hour), // a tab that stays open for days
        () => undefined, // as in private windows of some browsers: everything but push and the start without a network works without it
      );
    if (document.readyState === "complete") begin();
    else window.addEventListener("load", begin, { once: true });
  };
  register();
  onSession(register);
}
