// The setup page: takes the token out of the address, asks what is needed, and makes the owner.

const minPasswordLength = 15; // as in package auth

/** The part of an error answer (application/problem+json) that people get to see.
 * @typedef {{ code: string, detail: string, errors: { location: string, message: string }[] }} Problem */

/** Finds an element that the page surely has.
 * @template {HTMLElement} T
 * @param {string} id
 * @param {{ new(): T }} type
 * @returns {T} */
function byId(id, type) {
  const found = document.getElementById(id);
  if (!(found instanceof type)) throw new Error(`#${id} is missing`);
  return found;
}

const form = byId("setup", HTMLFormElement);
const password = byId("password", HTMLInputElement);
const button = byId("submit", HTMLButtonElement);
const fields = ["site_title", "language", "timezone", "name", "email", "password"];

/** @param {string} name */
function field(name) {
  const found = form.elements.namedItem(name);
  if (!(found instanceof HTMLInputElement || found instanceof HTMLSelectElement)) throw new Error(`there is no field ${name}`);
  return found;
}

let token = "";
let busy = false;

/** Shows one of the page's states, and tells so whoever cannot see it.
 * @param {"setup" | "incomplete" | "owned" | "done"} state
 * @param {string} [title] */
function show(state, title) {
  for (const id of ["setup", "incomplete", "owned", "done"]) byId(id, HTMLElement).hidden = id !== state;
  if (title === undefined) return;
  document.title = `${title} · Dimmer`;
  const heading = byId(state, HTMLElement).querySelector("h1");
  heading?.focus();
  scrollTo(0, 0);
}

/** Takes the token from the address, so that it stays neither on the screen nor in the history. */
function takeToken() {
  const found = new URLSearchParams(location.hash.slice(1)).get("token") ?? "";
  if (location.hash) history.replaceState(null, "", location.pathname);
  if (found) token = found;
  show(token ? "setup" : "incomplete");
}

/** Offers every time zone that the browser knows, by region, with its own chosen. */
function offerTimeZones() {
  const mine = Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
  const select = byId("timezone", HTMLSelectElement);
  /** @type {Map<string, HTMLOptGroupElement>} */
  const regions = new Map();
  for (const zone of [...new Set([mine, "UTC", ...Intl.supportedValuesOf("timeZone")])].sort()) {
    const region = zone.includes("/") ? zone.slice(0, zone.indexOf("/")) : "World";
    let group = regions.get(region);
    if (!group) {
      group = document.createElement("optgroup");
      group.label = region;
      regions.set(region, group);
      select.append(group);
    }
    const city = zone.slice(zone.indexOf("/") + 1).replaceAll("_", " ").replaceAll("/", ", ");
    group.append(new Option(city, zone, zone === mine, zone === mine));
  }
}

/** Says what the chosen language and time zone mean, so that a wrong guess is seen. */
function sayWhere() {
  let language = "";
  try {
    const code = field("language").value.trim();
    language = (code && new Intl.DisplayNames(["en"], { type: "language", fallback: "none" }).of(code)) || "";
  } catch {
    // no code of a language: the server will say so
  }
  byId("language-hint", HTMLElement).textContent = language ? `Of your posts: ${language}.` : "Of your posts, as a code such as en or de-AT.";
  const now = new Date().toLocaleTimeString([], { timeZone: field("timezone").value, hour: "2-digit", minute: "2-digit" });
  byId("timezone-hint", HTMLElement).textContent = `It is ${now} there now.`;
}

/** Lets the lamp get brighter with each answer. */
function light() {
  const answers = [...fields.filter((name) => name !== "password").map((name) => field(name).value.trim() !== ""), passwordLength() >= minPasswordLength];
  const lit = answers.filter(Boolean).length / answers.length;
  const dial = document.getElementById("dial");
  if (!(dial instanceof SVGElement)) return;
  dial.style.setProperty("--lit", String(lit));
  dial.classList.toggle("off", lit === 0);
}

/** Says what is wrong with a field, or with "" that nothing is.
 * @param {string} name
 * @param {string} message */
function complain(name, message) {
  byId(`${name}-error`, HTMLElement).textContent = message;
  if (message) field(name).setAttribute("aria-invalid", "true");
  else field(name).removeAttribute("aria-invalid");
}

/** Says what is wrong with the whole, or with "" that nothing is.
 * @param {string} message */
function complainAbove(message) {
  const box = byId("problem", HTMLElement);
  byId("problem-text", HTMLElement).textContent = message;
  box.hidden = !message;
  if (message) {
    box.focus();
    box.scrollIntoView({ block: "center" });
  }
}

/** Counts as the server does: characters, not the halves that some are stored in. */
function passwordLength() {
  return [...password.value.normalize("NFC")].length;
}

/** What can be seen here without asking the server, by field. */
function missing() {
  /** @type {Record<string, string>} */
  const found = {};
  if (!field("site_title").value.trim()) found["site_title"] = "Give the blog a title. You can change it later.";
  if (!field("name").value.trim()) found["name"] = "Tell readers who writes.";
  if (!field("email").value.trim()) found["email"] = "An e-mail address is needed to sign in.";
  const length = passwordLength();
  if (length < minPasswordLength) {
    found["password"] = length ? `${minPasswordLength - length} more characters, please. Four unrelated words are good.` : "Choose a password.";
  }
  return found;
}

/** Shows messages beside their fields and goes to the first.
 * @param {Record<string, string>} messages
 * @returns {boolean} whether there were any */
function complainBeside(messages) {
  for (const name of fields) complain(name, messages[name] ?? "");
  const first = fields.find((name) => messages[name]);
  if (first) field(first).focus();
  return first !== undefined;
}

/** A message of the server as a sentence.
 * @param {string} message */
function sentence(message) {
  return message.charAt(0).toUpperCase() + message.slice(1) + (message.endsWith(".") ? "" : ".");
}

/** Tells what the server did not accept.
 * @param {Problem} problem */
function explain(problem) {
  if (problem.code === "already_set_up") return show("owned", "Already set up");
  /** @type {Record<string, string>} */
  const beside = {};
  for (const { location, message } of problem.errors) {
    const name = location.replace(/^body\./, "");
    if (fields.includes(name)) beside[name] = sentence(message);
  }
  if (!complainBeside(beside)) complainAbove(problem.detail);
}

/** @param {boolean} now */
function setBusy(now) {
  busy = now;
  button.setAttribute("aria-disabled", String(now));
  button.textContent = now ? "Setting up…" : "Set up the blog";
  byId("busy", HTMLElement).textContent = now ? "Setting up the blog." : "";
}

async function send() {
  const values = Object.fromEntries(fields.map((name) => [name, name === "password" ? password.value : field(name).value.trim()]));
  if (!values["language"]) delete values["language"]; // then it is the server's default
  const answer = await fetch("/api/v1/auth/setup", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ ...values, token, cookie: true }),
  });
  if (answer.ok) {
    token = password.value = "";
    localStorage.setItem("dimmer-signed-in", "yes"); // the admin area looks for a session then
    byId("done-title", HTMLElement).textContent = values["site_title"] ?? "";
    return show("done", "Your blog is ready");
  }
  if (!answer.headers.get("Content-Type")?.startsWith("application/problem+json")) throw new Error(`answered ${answer.status}`);
  explain(await answer.json());
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (busy) return;
  complainAbove("");
  if (complainBeside(missing())) return;
  setBusy(true);
  try {
    await send();
  } catch {
    complainAbove("Not sent: the server did not answer. What you typed is still here; please try again in a moment.");
  } finally {
    setBusy(false);
  }
});

for (const name of fields) field(name).addEventListener("input", () => complain(name, ""));

byId("reveal", HTMLButtonElement).addEventListener("click", () => {
  const hidden = password.type === "password";
  password.type = hidden ? "text" : "password";
  byId("reveal-verb", HTMLElement).textContent = hidden ? "Hide" : "Show";
});

/** @type {ReturnType<typeof setTimeout> | undefined} */
let saying;
password.addEventListener("input", () => {
  const length = passwordLength();
  const enough = length >= minPasswordLength;
  const text = enough ? `${length} characters: long enough` : `${length} of ${minPasswordLength} characters`;
  byId("length", HTMLElement).classList.toggle("typed", length > 0);
  byId("length", HTMLElement).classList.toggle("long-enough", enough);
  byId("length-bar", HTMLElement).style.transform = `scaleX(${Math.min(1, length / minPasswordLength)})`;
  byId("length-text", HTMLElement).textContent = text;
  clearTimeout(saying); // spoken when the typing pauses, not at each key
  saying = setTimeout(() => { byId("length-said", HTMLElement).textContent = text; }, 800);
});

form.addEventListener("input", light);
field("language").addEventListener("input", sayWhere);
field("timezone").addEventListener("input", sayWhere);

field("language").value = navigator.language;
offerTimeZones();
sayWhere();
light();
addEventListener("hashchange", takeToken); // the link pasted over this page loads nothing anew
takeToken();
