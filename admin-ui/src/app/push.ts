// Whether this browser is told of held comments (Web Push), and how it comes to be. The server forgets a device with the session from which it was
// added, so a new sign-in of the same person sends the same subscription again.
import { api, ask, type Schemas } from "../api/client";
import { deviceOf } from "../account/device";

export type PushState = "unsupported" | "insecure" | "install" | "denied" | "off" | "on";

/** The browser did not allow messages, or its push service did not answer. */
export class PushRefused extends Error {
  readonly why: "asked" | "noService";

  constructor(why: "asked" | "noService") {
    super(why);
    this.why = why;
  }
}

const whose = "dimmer-push"; // in localStorage: the id of whom this browser is told for
const supported = () => "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;

/** What this browser can do, and does; `devices` are those that the server tells. */
export async function pushState(devices: readonly Schemas["DeviceView"][]): Promise<PushState> {
  if (!window.isSecureContext) return "insecure";
  if (!supported()) return /iPhone|iPad/.test(navigator.userAgent) && !window.matchMedia("(display-mode: standalone)").matches ? "install" : "unsupported";
  if (Notification.permission === "denied") return "denied";
  const registration = await navigator.serviceWorker.getRegistration("/admin/");
  const subscribed = await registration?.pushManager.getSubscription();
  return subscribed && devices.some(({ current }) => current) ? "on" : "off";
}

/** Sends a subscription to the server. */
function register(subscription: PushSubscription, name: string) {
  const { endpoint, keys } = subscription.toJSON();
  return ask(api.POST("/api/v1/admin/push/subscriptions", { body: { endpoint: endpoint ?? "", keys: { p256dh: keys?.["p256dh"] ?? "", auth: keys?.["auth"] ?? "" }, name } }));
}

export function deviceName(say: (browser: string, system: string) => string): string {
  const { browser, system } = deviceOf(navigator.userAgent);
  return say(browser, system);
}

/** Asks the browser, subscribes and tells the server. What goes wrong on the way leaves things as they were. */
export async function turnPushOn(publicKey: string, person: string, name: string): Promise<void> {
  if ((await Notification.requestPermission()) !== "granted") throw new PushRefused("asked");
  const { pushManager } = await navigator.serviceWorker.ready;
  const options = { userVisibleOnly: true, applicationServerKey: publicKey };
  let subscription: PushSubscription;
  try {
    await (await pushManager.getSubscription())?.unsubscribe(); // of a server with another key
    subscription = await pushManager.subscribe(options);
  } catch {
    throw new PushRefused("noService");
  }
  try {
    await register(subscription, name);
  } catch (error) {
    await subscription.unsubscribe();
    throw error;
  }
  localStorage.setItem(whose, person);
}

/** Ends it: the server first, so that nothing is sent to a browser that does not listen. */
export async function turnPushOff(devices: readonly Schemas["DeviceView"][]): Promise<void> {
  for (const { id, current } of devices) if (current) await ask(api.DELETE("/api/v1/admin/push/subscriptions/{id}", { params: { path: { id } } }));
  localStorage.removeItem(whose);
  const registration = await navigator.serviceWorker.getRegistration("/admin/");
  await (await registration?.pushManager.getSubscription())?.unsubscribe();
}

/** After a new sign-in of the same person on this browser: the new session takes the subscription over. */
export async function keepPush(person: string, name: string): Promise<void> {
  if (localStorage.getItem(whose) !== person || !supported() || Notification.permission !== "granted") return;
  const subscription = await (await navigator.serviceWorker.ready).pushManager.getSubscription();
  if (subscription) await register(subscription, name);
}
