import type { paths } from "../api/schema";
import { catalogue } from "../words/words";

export type Kind = NonNullable<NonNullable<paths["/api/v1/admin/outbox"]["get"]["parameters"]["query"]>["kind"]>;
export type State = "waiting" | "sending" | "sent" | "failed" | "dropped";

export const outboxWords = catalogue(
  {
    title: "Outbox", lead: "Why did somebody get no mail? Every mail of the last 60 days is here, and what became of it; never what it says.",
    states: { waiting: "Waits", sending: "On its way", sent: "Sent", failed: "Given up", dropped: "Not needed" } as Record<State, string>, refused: "Refused",
    kinds: {
      "comment.held": "A comment waits", "moderation.digest": "Comments wait", "moderation.flood": "The dimmer went up by itself", "comment.answer": "New comments, to a reader who asked for them",
      "subscription.confirm": "Does the reader want mail?", "reader.link": "Link to the reader's own page", "password.reset": "Link for a new password", "user.invite": "Invite to work here",
    } as Record<Kind, string>,
    off: "Mail is off: nobody gets any, and readers are not asked whether they want some.", offHow: "To switch it on, whoever runs the server sets two names in its environment and starts Dimmer again:",
    offURL: "the mail server, as smtp://name:password@mail.example.org:587", offFrom: "the address that mail comes from",
    search: "Search by address", searchHint: "The whole e-mail address", state: "State", all: "All mails", find: "Search", clear: "Show all mails",
    nobody: "Somebody who is not here any more", reader: "A reader", comment: "Open the comment",
    sent: (when: string) => `A mail server took it ${when}. If it was not seen, it may lie in the spam folder there.`, sending: "It is being handed over just now.",
    first: (when: string) => `It goes out ${when}.`, next: (when: string) => `Next try ${when}.`, soon: "It goes out in a moment.", soonAgain: "The next try is in a moment.",
    tried: (n: number) => (n === 1 ? "Tried once." : `Tried ${n} times.`), gaveUp: "It is not tried again by itself.", refusedText: "The mail server said no for good, so it is not tried again by itself.",
    dropped: (why: string) => `It was not sent: ${why}.`, whenOff: "It waits until mail is on.",
    again: "Send again", wentAgain: (who: string) => `The mail to ${who} is on its way again.`,
    none: "No mail yet. It appears here as soon as one goes out.", noneTo: (to: string) => `No mail to ${to} in the last 60 days. Readers get mail only after they have asked for it and confirmed their address.`, noneOf: "No mail like that.",
    reasons: [] as readonly (readonly [RegExp, string])[],
  },
  {
    title: "Postausgang", lead: "Warum hat jemand keine Mail bekommen? Jede Mail der letzten 60 Tage steht hier, und was aus ihr wurde; nie, was darin steht.",
    states: { waiting: "Wartet", sending: "Unterwegs", sent: "Verschickt", failed: "Aufgegeben", dropped: "Nicht nötig" } as Record<State, string>, refused: "Abgelehnt",
    kinds: {
      "comment.held": "Ein Kommentar wartet", "moderation.digest": "Kommentare warten", "moderation.flood": "Der Dimmer ging von selbst hoch", "comment.answer": "Neue Kommentare, auf Wunsch",
      "subscription.confirm": "Ist Mail erwünscht?", "reader.link": "Link zur eigenen Seite", "password.reset": "Link für ein neues Passwort", "user.invite": "Einladung zur Mitarbeit",
    } as Record<Kind, string>,
    off: "Mail ist aus: niemand bekommt welche, und Leser werden nicht gefragt, ob sie welche möchten.", offHow: "Um sie einzuschalten, setzt, wer den Server betreibt, zwei Namen in dessen Umgebung und startet Dimmer neu:",
    offURL: "der Mailserver, als smtp://name:password@mail.example.org:587", offFrom: "die Adresse, von der Mail kommt",
    search: "Nach Adresse suchen", searchHint: "Die ganze E-Mail-Adresse", state: "Zustand", all: "Alle Mails", find: "Suchen", clear: "Alle Mails zeigen",
    nobody: "Jemand, der nicht mehr hier ist", reader: "Jemand aus der Leserschaft", comment: "Kommentar öffnen",
    sent: (when: string) => `Ein Mailserver hat sie ${when} angenommen. Wurde sie nicht gesehen, liegt sie dort vielleicht im Spam-Ordner.`, sending: "Sie wird gerade übergeben.",
    first: (when: string) => `Sie geht ${when} hinaus.`, next: (when: string) => `Nächster Versuch ${when}.`, soon: "Sie geht gleich hinaus.", soonAgain: "Der nächste Versuch folgt gleich.",
    tried: (n: number) => (n === 1 ? "Einmal versucht." : `${n}-mal versucht.`), gaveUp: "Sie wird nicht von selbst noch einmal versucht.", refusedText: "Der Mailserver hat endgültig abgelehnt; von selbst wird nicht mehr versucht.",
    dropped: (why: string) => `Sie wurde nicht verschickt: ${why}.`, whenOff: "Sie wartet, bis Mail eingeschaltet ist.",
    again: "Noch einmal senden", wentAgain: (who: string) => `Die Mail an ${who} ist wieder auf dem Weg.`,
    none: "Noch keine Mail. Hier erscheint sie, sobald eine hinausgeht.", noneTo: (to: string) => `Keine Mail an ${to} in den letzten 60 Tagen. Leser bekommen erst Mail, wenn sie darum gebeten und ihre Adresse bestätigt haben.`, noneOf: "Keine solche Mail.",
    // What the server says is English; what it says often is put into German here.
    reasons: [
      [/^The mail server (\S+) did not take it: /, "Der Mailserver $1 hat sie nicht angenommen: "],
      [/^The mail server (\S+) does not answer\.$/, "Der Mailserver $1 antwortet nicht."],
      [/^The mail server (\S+) cannot be reached: (.*)\.$/, "Der Mailserver $1 ist nicht zu erreichen: $2."],
      [/^The mail server (\S+) does not let us in: (.*)\. Check user and password in DIMMER_SMTP_URL\.$/, "Der Mailserver $1 lässt uns nicht hinein: $2. Prüfen Sie Name und Passwort in DIMMER_SMTP_URL."],
      [/^The name of the mail server (\S+) cannot be found\. Check DIMMER_SMTP_URL\.$/, "Den Namen des Mailservers $1 gibt es nicht. Prüfen Sie DIMMER_SMTP_URL."],
      [/^The mail server (\S+) shows a certificate.*$/, "Der Mailserver $1 zeigt kein gültiges Zertifikat. Nichts wurde verschickt. Prüfen Sie den Namen in DIMMER_SMTP_URL."],
      [/^The mail server (\S+) offers no secret connection.*$/, "Der Mailserver $1 bietet keine geheime Verbindung (STARTTLS). Nichts wurde verschickt. Nehmen Sie Port 587, oder smtps:// mit Port 465."],
      [/^sent together with another$/, "sie ging zusammen mit einer anderen hinaus"],
      [/^nobody is left to send it to$/, "es ist niemand mehr da, an den sie gehen könnte"],
      [/^the level is where it was set again$/, "die Stufe ist wieder die eingestellte"],
      [/^its link would be over$/, "ihr Link wäre abgelaufen"],
      [/^the person has no open account$/, "die Person hat kein offenes Konto"],
      [/^the reader has left no address$/, "es ist keine Adresse hinterlegt"],
      [/^the invite is not open any more$/, "die Einladung ist nicht mehr offen"],
      [/^the comment has gone$/, "den Kommentar gibt es nicht mehr"],
      [/^the comment does not wait any more$/, "der Kommentar wartet nicht mehr"],
      [/^nothing waits any more$/, "es wartet nichts mehr"],
      [/^the subscription has been ended$/, "das Abonnement wurde beendet"],
      [/^readers do not see the comment any more$/, "der Kommentar ist nicht mehr zu sehen"],
      [/^it has been confirmed, or forgotten$/, "es wurde bestätigt oder vergessen"],
    ],
  },
);
