import { catalogue } from "../words/words";

export const frameWords = catalogue(
  {
    home: "Home", posts: "Posts", comments: "Comments", media: "Media", tags: "Tags", people: "People", settings: "Settings", events: "Events", outbox: "Outbox",
    account: "My account", write: "Write", more: "More", main: "Main", skip: "Skip to the content", held: (n: number): string => (n === 1 ? "comment is held" : "comments are held"),
    signOut: "Sign out", offline: "You are offline. What you write is kept on this device until the connection is back.",
    endedTitle: "Please sign in again", endedText: "Nothing you typed is lost.", close: "Close", level: "Dimmer level",
    notFound: "There is nothing at this address.", toHome: "Go to Home", notYoursTitle: "Not your room", notYours: "Your role does not include this room.",
    offlineTitle: "You are offline.", offlineText: "What you typed on this device is still here. This page goes on by itself when the connection is back.",
    unreachable: "The server does not answer.", unreachableText: "It may be starting. This page tries again by itself.",
  },
  {
    home: "Start", posts: "Beiträge", comments: "Kommentare", media: "Medien", tags: "Schlagwörter", people: "Personen", settings: "Einstellungen", events: "Ereignisse", outbox: "Postausgang",
    account: "Mein Konto", write: "Schreiben", more: "Mehr", main: "Hauptmenü", skip: "Zum Inhalt", held: (n: number): string => (n === 1 ? "Kommentar wartet" : "Kommentare warten"),
    signOut: "Abmelden", offline: "Sie sind offline. Was Sie schreiben, bleibt auf diesem Gerät, bis die Verbindung wieder da ist.",
    endedTitle: "Bitte melden Sie sich wieder an", endedText: "Nichts, was Sie geschrieben haben, ist verloren.", close: "Schließen", level: "Dimmer-Stufe",
    notFound: "Unter dieser Adresse gibt es nichts.", toHome: "Zur Startseite", notYoursTitle: "Nicht Ihr Raum", notYours: "Ihre Rolle umfasst diesen Raum nicht.",
    offlineTitle: "Sie sind offline.", offlineText: "Was Sie auf diesem Gerät geschrieben haben, ist noch da. Diese Seite macht von selbst weiter, wenn die Verbindung zurück ist.",
    unreachable: "Der Server antwortet nicht.", unreachableText: "Vielleicht startet er gerade. Diese Seite versucht es von selbst wieder.",
  },
);
