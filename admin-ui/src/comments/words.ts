import { catalogue, number } from "../words/words";

/** How many there are, or at least are: under some filters nobody counts them all. */
export const atLeast = (n: number, capped: boolean): string => (capped ? `${number(n)}+` : number(n));
import type { Status } from "./search";

type Many = (n: number) => string;
const comments: Many = (n) => (n === 1 ? "1 comment" : `${number(n)} comments`);
const kommentare: Many = (n) => (n === 1 ? "1 Kommentar" : `${number(n)} Kommentare`);
const moved: Record<Status, string> = { approved: "approved", spam: "moved to spam", trash: "moved to the trash", pending: "held again" };
const verschoben: Record<Status, string> = { approved: "freigegeben", spam: "in den Spam verschoben", trash: "in den Papierkorb verschoben", pending: "wieder zurückgehalten" };
const still: Record<Status, string> = { approved: "still visible", spam: "still in spam", trash: "still in the trash", pending: "still held" };
const nochImmer: Record<Status, string> = { approved: "weiter sichtbar", spam: "weiter im Spam", trash: "weiter im Papierkorb", pending: "noch zurückgehalten" };

export const commentWords = catalogue(
  {
    title: "Comments", all: "All", selected: "The selected comment", list: "Comments", filters: "Filter",
    search: "Search comments", searchHint: "Search name or text", moreFilters: "More filters: unanswered, reported, post, order",
    unanswered: "Not yet answered by us", reported: "Reported by readers", order: "Order", newest: "Newest first", oldest: "Oldest first", post: "Post", anyPost: "Any post",
    noSuchPost: "No post with these words.",
    narrowed: {
      unanswered: "Not yet answered", reported: "Reported", post: (title: string) => `On ${title}`, onePost: "On one post", commenter: (name: string) => `By ${name}`, oneReader: "By one reader",
      address: (name: string) => `Same address as ${name}`, oneAddress: "From one address", text: (name: string) => `Same text as ${name}`, oneText: "With one text", links: (site: string) => `Links to ${site}`,
    },
    without: (what: string) => `Without the filter: ${what}`,
    fresh: (n: number, more: boolean) => `${n}${more ? "+" : ""} new ${n === 1 && !more ? "comment" : "comments"}`,
    loadingMore: "Loading more comments", endOfList: (n: number) => `That is all: ${comments(n)}.`,
    row: (name: string) => `Select the comment by ${name}`, by: (name: string) => `Comment by ${name}`, position: (name: string, at: number, of: string) => `Comment by ${name}, ${at} of ${of}`,
    moveHint: "move", undoHint: "undo", keysHint: "all keys",
    on: "on", ago: (age: string) => `${age}`, answers: (name: string) => `Answers ${name}`, answersGone: "Answers a comment that is gone", edited: "edited", pinned: "Pinned",
    reports: (n: number) => (n === 1 ? "Reported by a reader" : `Reported by ${number(n)} readers`), likes: (n: number) => (n === 1 ? "1 like" : `${number(n)} likes`), answered: (n: number) => (n === 1 ? "1 answer" : `${number(n)} answers`),
    imitates: "Imitates a name of the blog", imitatesText: "The name of this reader imitates a name of the blog. Look at each letter; it is not one of you.",
    why: { pending: "Why it was held", spam: "Why it was taken for spam", approved: "Why it appeared at once", none: "No verdict" },
    verdict: { pending: "Held", spam: "Spam", approved: "Appeared at once" }, staff: "Somebody of the blog wrote this. It is not judged.",
    nothingSpoke: "Nothing spoke for it or against it.", points: (n: number) => (n === 1 ? "1 point." : `${n < 0 ? "−" : ""}${number(Math.abs(n))} points.`), spamBegins: (n: number) => `Spam begins at ${n}.`,
    decidedSince: (status: string, when: string) => `Since then somebody decided: ${status}, ${when}.`,
    reader: "This reader", commentsHere: "Comments here", noneBefore: "None before this one", before: (approved: number, rejected: number) =>
      [approved > 0 && `${number(approved)} approved`, rejected > 0 && `${number(rejected)} in spam or trash`].filter(Boolean).join(", ") + " besides this one",
    seeAll: (n: number) => `See all ${n > 999 ? "1,000+" : number(n)}`, firstSeen: "First seen", email: "E-mail", emailNone: "Not given", emailTyped: "Given, not yet confirmed", emailProven: "Confirmed",
    website: "Website", ifApproved: "If you approve", thenShown: "The next comment from this browser appears at once", blocked: "Blocked", trusted: "Trusted",
    noBefore: "No comment here before this one.", emailShort: { none: "No e-mail given.", typed: "E-mail given, not yet confirmed.", proven: "E-mail confirmed." },
    others: "Others like this one", sameReader: (n: string) => `${n} from this reader`, sameAddress: (n: string) => `${n} from the same address`, sameText: (n: string) => `${n} with the same text`, sameLink: (n: string, site: string) => `${n} that link to ${site}`,
    removeAll: "Remove all", allToSpam: (n: string) => `Move all ${n} to spam`, allToTrash: (n: string) => `Move all ${n} to the trash`, removeWhat: (what: string) => `Remove all: ${what}`,
    approve: "Approve", reply: "Reply", spam: "Spam", trash: "Trash", edit: "Edit the text", hold: "Hold again", pin: "Pin to the top", unpin: "Unpin", trust: "Trust this reader", distrust: "Trust no longer",
    block: "Block this reader", blockToo: (n: string) => `Block, and move ${n} to spam`, unblock: "Unblock this reader", erase: "Delete for good", more: "More: edit, pin, trust, block", actions: "Decide",
    eraseTitle: "Delete for good?", eraseText: (replies: number) =>
      `The comment can be brought back for ten minutes, then it is gone.${replies > 0 ? ` ${replies === 1 ? "Its answer stays" : `Its ${number(replies)} answers stay`} where they are.` : ""}`, keep: "Keep",
    selectedCount: (n: string) => `${n} selected`, selectAll: (n: string) => `Select all ${n}`, onlyThousand: "1,000 at a time: the newest go first.", clear: "Clear",
    done: (name: string, status: Status) => `${name}’s comment ${moved[status]}`, doneMany: (n: number, status: Status) => `${comments(n)} ${moved[status]}`, doneNone: "Nothing changed: they were there already.",
    doneThousand: "That was the first 1,000. Do it again for the rest.", someFailed: (n: number) => `${comments(n)} could not be moved; ${n === 1 ? "it is where it was" : "they are where they were"}.`,
    verbs: { approved: "approve", spam: "move it to spam", trash: "move it to the trash", pending: "hold it again" } satisfies Record<Status, string>,
    failed: (verb: string, why: string, status: Status) => `Could not ${verb}: ${why} The comment is ${still[status]}.`, failedMany: (why: string) => `Could not move them: ${why} The comments are where they were.`,
    failedOther: (what: string, why: string) => `${what}: ${why}`, noAnswer: "the server did not answer.", tryAgain: "Try again",
    couldNot: { undo: "Could not take that back", reply: "Not sent", edit: "Not saved", pin: "Could not pin it", trust: "Could not trust this reader", block: "Could not block this reader", erase: "Could not delete it" },
    textSafe: "Your text is safe on this device.", approvedNotSent: "The comment is approved, but your answer was not sent.",
    undone: (n: number) => (n === 1 ? "Taken back" : `Taken back for ${comments(n)}`), replied: (name: string) => `Your answer to ${name} is published`, repliedToo: (name: string) => `${name}’s comment approved and answered`,
    changed: (name: string) => `${name}’s comment changed`, pinnedNow: (name: string) => `${name}’s comment pinned`, unpinnedNow: (name: string) => `${name}’s comment unpinned`,
    trustedNow: (name: string) => `${name} is trusted: new comments appear at once`, distrustedNow: (name: string) => `${name} is trusted no longer`,
    blockedNow: (name: string, n: number) => `${name} is blocked${n > 0 ? `, ${comments(n)} moved to spam` : ""}`, unblockedNow: (name: string) => `${name} is no longer blocked`, erased: (name: string) => `${name}’s comment deleted`,
    replyTo: (name: string) => `Your answer to ${name}`, replyHint: "Readers see it at once. Markdown works.", replyApproves: "The comment is approved with it, and readers see both. Markdown works.", send: "Send", sendAndApprove: "Approve and send",
    editOf: (name: string) => `The text of ${name}’s comment`, editHint: "Readers see that it was edited. Markdown works.", save: "Save", cancel: "Cancel", close: "Close", draft: "Not sent yet; kept on this device.", snippets: "Insert a kept answer", noSnippets: "No kept answers yet. Settings, Reply snippets has them.",
    why_: "Why", spamSwipe: "Spam", approveSwipe: "Approve", deck: "Held comments", toList: "Show as a list", toCards: "Show one after the other", back: "Back to the list", filter: "Filter", showResults: "Show", next: "Next comment", previous: "Previous comment",
    textAndReasons: "Text and reasons", open: (name: string) => `Open the comment by ${name}`,
    keys: "Keys", keyRows: {
      move: "next, previous comment", approve: "approve", spam: "to spam", trash: "to the trash", hold: "hold again", reply: "reply", edit: "edit the text", undo: "take back the last decision", select: "select", selectAll: "select all that match",
      search: "search", open: "read the open comment", close: "close, clear the selection", help: "these keys",
    },
    empty: {
      held: "Nothing waits.", heldSince: (when: string) => `Nothing waits. The last comment came ${when}.`, first: "No comments yet.", firstText: "When a reader writes one, it shows up here by itself.",
      approved: "No approved comments yet.", approvedText: "What you approve readers see below the post.", spam: "No spam.", spamText: "What is here is deleted after some weeks.", trash: "The trash is empty.", trashText: "What you throw away can be brought back from here for some weeks.",
      search: (q: string) => `Nothing with “${q}”.`, searchText: "Try one word, or look at all comments.", narrow: "Nothing matches these filters.", narrowText: "Take one away, or look at all comments.", showAll: "Show all comments", showApproved: "See what readers see",
    },
    pickOne: "No comment is open.", gone: "This comment is gone. Somebody deleted it, or it is on another’s post.", at: (date: string) => date,
  },
  {
    title: "Kommentare", all: "Alle", selected: "Der gewählte Kommentar", list: "Kommentare", filters: "Filter",
    search: "Kommentare durchsuchen", searchHint: "Name oder Text suchen", moreFilters: "Weitere Filter: unbeantwortet, gemeldet, Beitrag, Reihenfolge",
    unanswered: "Noch nicht von uns beantwortet", reported: "Von Lesern gemeldet", order: "Reihenfolge", newest: "Neueste zuerst", oldest: "Älteste zuerst", post: "Beitrag", anyPost: "Jeder Beitrag",
    noSuchPost: "Kein Beitrag mit diesen Wörtern.",
    narrowed: {
      unanswered: "Noch nicht beantwortet", reported: "Gemeldet", post: (title: string) => `Zu ${title}`, onePost: "Zu einem Beitrag", commenter: (name: string) => `Von ${name}`, oneReader: "Von einer Person",
      address: (name: string) => `Gleiche Adresse wie ${name}`, oneAddress: "Von einer Adresse", text: (name: string) => `Gleicher Text wie ${name}`, oneText: "Mit demselben Text", links: (site: string) => `Verweist auf ${site}`,
    },
    without: (what: string) => `Ohne den Filter: ${what}`,
    fresh: (n: number, more: boolean) => `${n}${more ? "+" : ""} ${n === 1 && !more ? "neuer Kommentar" : "neue Kommentare"}`,
    loadingMore: "Weitere Kommentare werden geladen", endOfList: (n: number) => `Das sind alle: ${kommentare(n)}.`,
    row: (name: string) => `Den Kommentar von ${name} auswählen`, by: (name: string) => `Kommentar von ${name}`, position: (name: string, at: number, of: string) => `Kommentar von ${name}, ${at} von ${of}`,
    moveHint: "weiter", undoHint: "rückgängig", keysHint: "alle Tasten",
    on: "zu", ago: (age: string) => `${age}`, answers: (name: string) => `Antwortet ${name}`, answersGone: "Antwortet auf einen Kommentar, den es nicht mehr gibt", edited: "geändert", pinned: "Angeheftet",
    reports: (n: number) => (n === 1 ? "Von einer Person gemeldet" : `Von ${number(n)} Personen gemeldet`), likes: (n: number) => (n === 1 ? "1 Herz" : `${number(n)} Herzen`), answered: (n: number) => (n === 1 ? "1 Antwort" : `${number(n)} Antworten`),
    imitates: "Ahmt einen Namen des Blogs nach", imitatesText: "Dieser Name ahmt einen Namen des Blogs nach. Sehen Sie sich jeden Buchstaben an; es ist niemand von Ihnen.",
    why: { pending: "Warum er wartet", spam: "Warum er als Spam gilt", approved: "Warum er sofort erschien", none: "Kein Urteil" },
    verdict: { pending: "Wartet", spam: "Spam", approved: "Sofort erschienen" }, staff: "Das hat jemand vom Blog geschrieben. Es wird nicht beurteilt.",
    nothingSpoke: "Nichts sprach dafür oder dagegen.", points: (n: number) => (n === 1 ? "1 Punkt." : `${n < 0 ? "−" : ""}${number(Math.abs(n))} Punkte.`), spamBegins: (n: number) => `Spam beginnt bei ${n}.`,
    decidedSince: (status: string, when: string) => `Seither hat jemand entschieden: ${status}, ${when}.`,
    reader: "Diese Person", commentsHere: "Kommentare hier", noneBefore: "Keiner vor diesem", before: (approved: number, rejected: number) =>
      [approved > 0 && `${number(approved)} freigegeben`, rejected > 0 && `${number(rejected)} in Spam oder Papierkorb`].filter(Boolean).join(", ") + " außer diesem",
    seeAll: (n: number) => `Alle ${n > 999 ? "1.000+" : number(n)} ansehen`, firstSeen: "Zuerst gesehen", email: "E-Mail", emailNone: "Nicht angegeben", emailTyped: "Angegeben, noch nicht bestätigt", emailProven: "Bestätigt",
    website: "Webseite", ifApproved: "Wenn Sie freigeben", thenShown: "Der nächste Kommentar aus diesem Browser erscheint sofort", blocked: "Gesperrt", trusted: "Vertraut",
    noBefore: "Kein Kommentar hier vor diesem.", emailShort: { none: "Keine E-Mail angegeben.", typed: "E-Mail angegeben, noch nicht bestätigt.", proven: "E-Mail bestätigt." },
    others: "Andere wie dieser", sameReader: (n: string) => `${n} von dieser Person`, sameAddress: (n: string) => `${n} von derselben Adresse`, sameText: (n: string) => `${n} mit demselben Text`, sameLink: (n: string, site: string) => `${n} mit Verweis auf ${site}`,
    removeAll: "Alle entfernen", allToSpam: (n: string) => `Alle ${n} in den Spam`, allToTrash: (n: string) => `Alle ${n} in den Papierkorb`, removeWhat: (what: string) => `Alle entfernen: ${what}`,
    approve: "Freigeben", reply: "Antworten", spam: "Spam", trash: "Papierkorb", edit: "Text ändern", hold: "Wieder zurückhalten", pin: "Oben anheften", unpin: "Nicht mehr anheften", trust: "Dieser Person vertrauen", distrust: "Nicht mehr vertrauen",
    block: "Diese Person sperren", blockToo: (n: string) => `Sperren und ${n} in den Spam`, unblock: "Sperre aufheben", erase: "Endgültig löschen", more: "Mehr: ändern, anheften, vertrauen, sperren", actions: "Entscheiden",
    eraseTitle: "Endgültig löschen?", eraseText: (replies: number) =>
      `Der Kommentar lässt sich zehn Minuten lang zurückholen, dann ist er weg.${replies > 0 ? ` ${replies === 1 ? "Seine Antwort bleibt" : `Seine ${number(replies)} Antworten bleiben`}, wo sie ${replies === 1 ? "ist" : "sind"}.` : ""}`, keep: "Behalten",
    selectedCount: (n: string) => `${n} ausgewählt`, selectAll: (n: string) => `Alle ${n} auswählen`, onlyThousand: "1.000 auf einmal: die neuesten zuerst.", clear: "Aufheben",
    done: (name: string, status: Status) => `Kommentar von ${name} ${verschoben[status]}`, doneMany: (n: number, status: Status) => `${kommentare(n)} ${verschoben[status]}`, doneNone: "Nichts geändert: Sie waren schon dort.",
    doneThousand: "Das waren die ersten 1.000. Für den Rest noch einmal.", someFailed: (n: number) => `${kommentare(n)} ${n === 1 ? "ließ" : "ließen"} sich nicht verschieben.`,
    verbs: { approved: "Freigeben", spam: "In den Spam", trash: "In den Papierkorb", pending: "Zurückhalten" } satisfies Record<Status, string>,
    failed: (verb: string, why: string, status: Status) => `${verb} ging nicht: ${why} Der Kommentar ist ${nochImmer[status]}.`, failedMany: (why: string) => `Das ging nicht: ${why} Die Kommentare sind, wo sie waren.`,
    failedOther: (what: string, why: string) => `${what}: ${why}`, noAnswer: "Der Server hat nicht geantwortet.", tryAgain: "Noch einmal versuchen",
    couldNot: { undo: "Ließ sich nicht zurücknehmen", reply: "Nicht gesendet", edit: "Nicht gespeichert", pin: "Ließ sich nicht anheften", trust: "Vertrauen ging nicht", block: "Sperren ging nicht", erase: "Löschen ging nicht" },
    textSafe: "Ihr Text ist auf diesem Gerät sicher.", approvedNotSent: "Der Kommentar ist freigegeben, aber Ihre Antwort wurde nicht gesendet.",
    undone: (n: number) => (n === 1 ? "Zurückgenommen" : `Zurückgenommen für ${kommentare(n)}`), replied: (name: string) => `Ihre Antwort an ${name} ist veröffentlicht`, repliedToo: (name: string) => `Kommentar von ${name} freigegeben und beantwortet`,
    changed: (name: string) => `Kommentar von ${name} geändert`, pinnedNow: (name: string) => `Kommentar von ${name} angeheftet`, unpinnedNow: (name: string) => `Kommentar von ${name} nicht mehr angeheftet`,
    trustedNow: (name: string) => `${name} wird vertraut: Neue Kommentare erscheinen sofort`, distrustedNow: (name: string) => `${name} wird nicht mehr vertraut`,
    blockedNow: (name: string, n: number) => `${name} ist gesperrt${n > 0 ? `, ${kommentare(n)} in den Spam verschoben` : ""}`, unblockedNow: (name: string) => `${name} ist nicht mehr gesperrt`, erased: (name: string) => `Kommentar von ${name} gelöscht`,
    replyTo: (name: string) => `Ihre Antwort an ${name}`, replyHint: "Leser sehen sie sofort. Markdown geht.", replyApproves: "Der Kommentar wird damit freigegeben, Leser sehen beide. Markdown geht.", send: "Senden", sendAndApprove: "Freigeben und senden",
    editOf: (name: string) => `Der Text des Kommentars von ${name}`, editHint: "Leser sehen, dass er geändert wurde. Markdown geht.", save: "Speichern", cancel: "Abbrechen", close: "Schließen", draft: "Noch nicht gesendet; auf diesem Gerät aufbewahrt.", snippets: "Bereitliegende Antwort einfügen", noSnippets: "Noch keine bereitliegenden Antworten. Sie stehen unter Einstellungen, Antwortbausteine.",
    why_: "Warum", spamSwipe: "Spam", approveSwipe: "Freigeben", deck: "Wartende Kommentare", toList: "Als Liste zeigen", toCards: "Einzeln zeigen", back: "Zurück zur Liste", filter: "Filter", showResults: "Zeigen", next: "Nächster Kommentar", previous: "Voriger Kommentar",
    textAndReasons: "Text und Gründe", open: (name: string) => `Den Kommentar von ${name} öffnen`,
    keys: "Tasten", keyRows: {
      move: "nächster, voriger Kommentar", approve: "freigeben", spam: "in den Spam", trash: "in den Papierkorb", hold: "wieder zurückhalten", reply: "antworten", edit: "Text ändern", undo: "letzte Entscheidung zurücknehmen", select: "auswählen", selectAll: "alle passenden auswählen",
      search: "suchen", open: "den offenen Kommentar lesen", close: "schließen, Auswahl aufheben", help: "diese Tasten",
    },
    empty: {
      held: "Nichts wartet.", heldSince: (when: string) => `Nichts wartet. Der letzte Kommentar kam ${when}.`, first: "Noch keine Kommentare.", firstText: "Sobald jemand schreibt, erscheint es hier von selbst.",
      approved: "Noch keine freigegebenen Kommentare.", approvedText: "Was Sie freigeben, sehen Leser unter dem Beitrag.", spam: "Kein Spam.", spamText: "Was hier liegt, wird nach einigen Wochen gelöscht.", trash: "Der Papierkorb ist leer.", trashText: "Was Sie wegwerfen, lässt sich einige Wochen lang von hier zurückholen.",
      search: (q: string) => `Nichts mit „${q}“.`, searchText: "Versuchen Sie ein einzelnes Wort, oder sehen Sie alle an.", narrow: "Nichts passt zu diesen Filtern.", narrowText: "Nehmen Sie einen weg, oder sehen Sie alle an.", showAll: "Alle Kommentare zeigen", showApproved: "Ansehen, was Leser sehen",
    },
    pickOne: "Kein Kommentar ist geöffnet.", gone: "Diesen Kommentar gibt es nicht mehr. Jemand hat ihn gelöscht, oder er gehört zum Beitrag von jemand anderem.", at: (date: string) => date,
  },
);
