import { catalogue } from "../words/words";

export const pushWords = catalogue(
  {
    title: "Told of comments, without mail", lead: "This device shows a message when a comment is held: who wrote it and to which post, never what. It works while nothing is open, and ends when you sign out here.",
    on: "This device is told.", off: "This device is not told.", turnOn: "Tell this device when a comment is held", turnOff: "Stop telling this device", test: "Send a test",
    unsupported: "This browser cannot be told. A newer one, or another, can.", insecure: "This works only at an address that begins with https.",
    install: "On an iPhone or iPad, install it first: tap Share, then Add to Home Screen, and open Dimmer from there.",
    denied: "This browser has been told to show no messages of this address. Allow them in its settings for this site, then come back.",
    asked: "The browser was not allowed to show messages, so nothing has changed.", noService: "The push service of this browser could not be reached. Nothing has changed; try again when you are online.",
    tested: "A test is on its way.", others: "Other devices", ended: (name: string) => `${name} is told no more.`, end: "Stop", endNamed: (name: string) => `Stop telling ${name}`, testNamed: (name: string) => `Send a test to ${name}`, lastSent: "Last told", never: "Not told yet",
    device: (browser: string, system: string) => [browser, system].filter(Boolean).join(" on ") || "A browser",
  },
  {
    title: "Von Kommentaren erfahren, ohne Mail", lead: "Dieses Gerät zeigt eine Meldung, wenn ein Kommentar wartet: von wem und zu welchem Beitrag, nie was darin steht. Das klappt auch, wenn nichts offen ist, und endet, wenn Sie sich hier abmelden.",
    on: "Dieses Gerät erfährt davon.", off: "Dieses Gerät erfährt nichts.", turnOn: "Diesem Gerät sagen, wenn ein Kommentar wartet", turnOff: "Diesem Gerät nichts mehr sagen", test: "Probe senden",
    unsupported: "Dieser Browser kann das nicht. Ein neuerer oder ein anderer kann es.", insecure: "Das geht nur unter einer Adresse, die mit https beginnt.",
    install: "Auf iPhone und iPad zuerst installieren: auf Teilen tippen, dann auf „Zum Home-Bildschirm“, und Dimmer von dort öffnen.",
    denied: "Dieser Browser soll von dieser Adresse keine Meldungen zeigen. Erlauben Sie sie in seinen Einstellungen für diese Seite und kommen Sie zurück.",
    asked: "Der Browser darf keine Meldungen zeigen; es bleibt, wie es war.", noService: "Der Push-Dienst dieses Browsers ist nicht erreichbar. Nichts hat sich geändert; versuchen Sie es, wenn Sie online sind.",
    tested: "Eine Probe ist unterwegs.", others: "Andere Geräte", ended: (name: string) => `${name} erfährt nichts mehr.`, end: "Beenden", endNamed: (name: string) => `${name} nichts mehr sagen`, testNamed: (name: string) => `Probe an ${name} senden`, lastSent: "Zuletzt erfahren", never: "Noch nichts erfahren",
    device: (browser: string, system: string) => [browser, system].filter(Boolean).join(" auf ") || "Ein Browser",
  },
);
