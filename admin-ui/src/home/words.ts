import { catalogue } from "../words/words";

const english = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];
const german = ["kein", "ein", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun", "zehn", "elf", "zwölf"];
const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);
const inWords = (n: number, words: readonly string[], language: string) => capital(words[n] ?? n.toLocaleString(language));
const s = (n: number) => (n === 1 ? "" : "s");
const en = (n: number) => n.toLocaleString("en");
const de = (n: number) => n.toLocaleString("de");

export const homeWords = catalogue(
  {
    greeting: { morning: (name: string) => `Good morning, ${name}.`, day: (name: string) => `Good afternoon, ${name}.`, evening: (name: string) => `Good evening, ${name}.` },
    wait: (n: number): string => (n === 0 ? "Nothing waits for you." : `${inWords(n, english, "en")} comment${s(n)} wait${n === 1 ? "s" : ""} for you.`),

    needs: "Needs you now", openQueue: "Open the queue", on: (post: string) => `on ${post}`, imitates: "imitates your name", near: "close to spam",
    approve: "Approve", spam: "Spam", open: "Open", theComment: (name: string) => `the comment by ${name}`,
    approved: (name: string) => `${name}’s comment approved.`, spammed: (name: string) => `${name}’s comment is spam now.`, takenBack: (name: string) => `${name}’s comment waits again.`,
    notDone: (what: string) => `Not done: ${what} The comment is still held.`, notUndone: (what: string) => `Not taken back: ${what}`, again: "Try again",
    moreHeld: (n: number): string => `${en(n)} more ${n === 1 ? "waits" : "wait"} in the queue`,
    draft: "Draft", scheduled: "Scheduled", untitled: "Untitled", goOn: "Go on writing", look: "Look", appears: (when: string) => `appears ${when}`,
    mailFailed: (n: number): string => (n === 1 ? "A mail was not sent." : `${en(n)} mails were not sent.`), mailWaits: (n: number): string => (n === 1 ? "A mail does not get through." : `${en(n)} mails do not get through.`),
    mailNext: (when: string) => `Next try in ${when}.`,
    allDone: "Nothing waits.", allDoneText: "New comments show up here by themselves.", noPosts: "No posts yet.", noPostsText: "Write the first one; it stays a draft until you publish it.", write: "Write a post",

    calm: "Calm today", lively: "Lively today", rush: "A rush", busy: (n: number): string => (n === 0 ? "No comments in the last hour" : `${en(n)} comment${s(n)} in the last hour`),
    busyTen: (n: number): string => (n === 0 ? "No comments in the last ten minutes." : `${en(n)} comment${s(n)} in the last ten minutes.`),
    asAlways: ", about as always.", more: ", more than usual.", farMore: ", many more than usual.",
    quiet: "Quiet for 24 hours", quietHint: "For the day of a flood. Nothing is lost, and it ends by itself.", whileQuiet: "While it is quiet", hold: "Hold everything", close: "Close all",
    quietUntil: (when: string) => `Quiet until ${when}.`, kept: (n: number): string => (n === 0 ? "No comments wait." : n === 1 ? "One comment kept for you." : `${en(n)} comments kept for you.`),
    closedUntil: "No post takes comments until then.", endNow: "End now", quietOn: "It is quiet now.", quietOff: "The quiet has ended.", switchFailed: (what: string) => `Nothing has changed: ${what}`,
    raised: (level: string) => `Raised to ${level} by itself`, raisedText: "until it is quiet.", raisedUntil: (when: string) => `If nothing more comes, it falls at ${when}.`, putBack: "Put it back", wasPutBack: (level: string) => `Back at ${level}.`,
    today: (time: string) => `${time} today`, tomorrow: (time: string) => `tomorrow, ${time}`,

    plot: "The last 30 days", plotLabel: (good: number, bad: number): string => `Bars for 30 days. Comments published: ${en(good)}. Spam stopped: ${en(bad)}.`,
    burst: (day: string, n: number): string => `On ${day} ${en(n)} spam comments came at once.`, quietMonth: "No comments yet. The first ones will show up here.", noSpam: "No spam in 30 days.",
    steady: (perDay: string) => `About ${perDay} comments a day, and no wave of spam.`,
    good: "Published, above the line", bad: "Spam stopped, below", asTable: "Show as table", day: "Day", published: "Published", heldNow: "Held", todayAxis: "today",

    recent: "Recently published", allPosts: "All posts", comments: (n: number): string => `${en(n)} comment${s(n)}`, nothingPublished: "Nothing is published yet.",

    steps: "Three first steps", step: (n: number): string => `Step ${n}`, done: "Done", hideSteps: "Hide these steps",
    stepWrite: "Write the first post", stepWriteText: "It stays a draft until you publish it.", stepWriteDone: "Written.",
    stepMail: "Try the mail", stepMailText: "A test mail to you shows whether mails to readers get through.", stepMailDo: "Send a test mail", stepMailDone: (to: string) => `Sent to ${to}. Has it arrived?`,
    stepMailOff: "Mail is off. Dimmer works without it; to have it, whoever runs the server sets DIMMER_SMTP_URL.", stepMailSettings: "About mail",
    stepRead: "See where your readers see it", stepReadDo: "Open the blog", stepReadText: (url: string) => `Readers find it at ${url}.`,
    demo: "This is a demo.", demoText: "Try everything; nobody else sees it. To start your own blog, stop it and run this on the server. What you did here stays apart from it.",
  },
  {
    greeting: { morning: (name: string) => `Guten Morgen, ${name}.`, day: (name: string) => `Guten Tag, ${name}.`, evening: (name: string) => `Guten Abend, ${name}.` },
    wait: (n: number): string => (n === 0 ? "Nichts wartet auf Sie." : `${inWords(n, german, "de")} Kommentar${n === 1 ? "" : "e"} ${n === 1 ? "wartet" : "warten"} auf Sie.`),

    needs: "Braucht Sie jetzt", openQueue: "Warteschlange öffnen", on: (post: string) => `zu ${post}`, imitates: "ahmt Ihren Namen nach", near: "fast Spam",
    approve: "Freigeben", spam: "Spam", open: "Öffnen", theComment: (name: string) => `den Kommentar von ${name}`,
    approved: (name: string) => `Kommentar von ${name} freigegeben.`, spammed: (name: string) => `Kommentar von ${name} ist jetzt Spam.`, takenBack: (name: string) => `Kommentar von ${name} wartet wieder.`,
    notDone: (what: string) => `Nicht getan: ${what} Der Kommentar wartet noch.`, notUndone: (what: string) => `Nicht zurückgenommen: ${what}`, again: "Noch einmal versuchen",
    moreHeld: (n: number): string => `${de(n)} ${n === 1 ? "weiterer wartet" : "weitere warten"} in der Schlange`,
    draft: "Entwurf", scheduled: "Geplant", untitled: "Ohne Titel", goOn: "Weiterschreiben", look: "Ansehen", appears: (when: string) => `erscheint ${when}`,
    mailFailed: (n: number): string => (n === 1 ? "Eine Mail wurde nicht gesendet." : `${de(n)} Mails wurden nicht gesendet.`), mailWaits: (n: number): string => (n === 1 ? "Eine Mail kommt nicht durch." : `${de(n)} Mails kommen nicht durch.`),
    mailNext: (when: string) => `Nächster Versuch in ${when}.`,
    allDone: "Nichts wartet.", allDoneText: "Neue Kommentare erscheinen hier von selbst.", noPosts: "Noch keine Beiträge.", noPostsText: "Schreiben Sie den ersten; er bleibt ein Entwurf, bis Sie ihn veröffentlichen.", write: "Beitrag schreiben",

    calm: "Ruhig heute", lively: "Lebhaft heute", rush: "Ein Ansturm", busy: (n: number): string => (n === 0 ? "Kein Kommentar in der letzten Stunde" : n === 1 ? "1 Kommentar in der letzten Stunde" : `${de(n)} Kommentare in der letzten Stunde`),
    busyTen: (n: number): string => (n === 0 ? "Kein Kommentar in den letzten zehn Minuten." : n === 1 ? "1 Kommentar in den letzten zehn Minuten." : `${de(n)} Kommentare in den letzten zehn Minuten.`),
    asAlways: ", etwa wie immer.", more: ", mehr als sonst.", farMore: ", viel mehr als sonst.",
    quiet: "24 Stunden Ruhe", quietHint: "Für den Tag einer Flut. Nichts geht verloren, und sie endet von selbst.", whileQuiet: "Während der Ruhe", hold: "Alles anhalten", close: "Alles schließen",
    quietUntil: (when: string) => `Ruhe bis ${when}.`, kept: (n: number): string => (n === 0 ? "Kein Kommentar wartet." : n === 1 ? "Ein Kommentar ist für Sie aufgehoben." : `${de(n)} Kommentare sind für Sie aufgehoben.`),
    closedUntil: "Bis dahin nimmt kein Beitrag Kommentare an.", endNow: "Jetzt beenden", quietOn: "Jetzt ist Ruhe.", quietOff: "Die Ruhe ist beendet.", switchFailed: (what: string) => `Nichts hat sich geändert: ${what}`,
    raised: (level: string) => `Von selbst auf „${level}“ erhöht`, raisedText: "bis es ruhig ist.", raisedUntil: (when: string) => `Kommt nichts mehr, fällt sie um ${when}.`, putBack: "Zurückstellen", wasPutBack: (level: string) => `Wieder auf „${level}“.`,
    today: (time: string) => `heute, ${time}`, tomorrow: (time: string) => `morgen, ${time}`,

    plot: "Die letzten 30 Tage", plotLabel: (good: number, bad: number): string => `Balken für 30 Tage. Veröffentlichte Kommentare: ${de(good)}. Abgehaltener Spam: ${de(bad)}.`,
    burst: (day: string, n: number): string => `Am ${day} kamen ${de(n)} Spam-Kommentare auf einmal.`, quietMonth: "Noch keine Kommentare. Die ersten erscheinen hier.", noSpam: "Kein Spam in 30 Tagen.",
    steady: (perDay: string) => `Etwa ${perDay} Kommentare am Tag und keine Spam-Welle.`,
    good: "Veröffentlicht, über der Linie", bad: "Abgehaltener Spam, darunter", asTable: "Als Tabelle zeigen", day: "Tag", published: "Veröffentlicht", heldNow: "Wartet", todayAxis: "heute",

    recent: "Zuletzt veröffentlicht", allPosts: "Alle Beiträge", comments: (n: number): string => `${de(n)} ${n === 1 ? "Kommentar" : "Kommentare"}`, nothingPublished: "Noch ist nichts veröffentlicht.",

    steps: "Drei erste Schritte", step: (n: number): string => `Schritt ${n}`, done: "Getan", hideSteps: "Schritte ausblenden",
    stepWrite: "Den ersten Beitrag schreiben", stepWriteText: "Er bleibt ein Entwurf, bis Sie ihn veröffentlichen.", stepWriteDone: "Geschrieben.",
    stepMail: "Die Mail ausprobieren", stepMailText: "Eine Probemail an Sie zeigt, ob Mails zu Lesern durchkommen.", stepMailDo: "Probemail senden", stepMailDone: (to: string) => `Gesendet an ${to}. Ist sie angekommen?`,
    stepMailOff: "Mail ist aus. Dimmer geht auch ohne; wer den Server betreibt, schaltet sie mit DIMMER_SMTP_URL ein.", stepMailSettings: "Über Mail",
    stepRead: "Sehen, wo Leser es sehen", stepReadDo: "Das Blog öffnen", stepReadText: (url: string) => `Leser finden es unter ${url}.`,
    demo: "Dies ist eine Vorführung.", demoText: "Probieren Sie alles aus; niemand sonst sieht es. Für Ihr eigenes Blog beenden Sie sie und starten auf dem Server dies. Was Sie hier getan haben, bleibt davon getrennt.",
  },
);
