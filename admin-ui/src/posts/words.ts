import { catalogue } from "../words/words";

const count = (n: number) => (n === 1 ? "1 post" : `${n} posts`);
const zahl = (n: number) => (n === 1 ? "1 Beitrag" : `${n} Beiträge`);

export const postsWords = catalogue(
  {
    title: "Posts", write: "Write", search: "Search posts", status: "Status", all: "All", drafts: "Drafts", scheduled: "Scheduled", published: "Published", archived: "Archived",
    type: "Kind", anyType: "Posts and pages", posts: "Posts", pages: "Pages", page: "Page", tag: "Tag", anyTag: "Every tag", author: "Author", anyAuthor: "Every author", sort: "Order", filters: "Filters",
    sorts: { "-updated_at": "Last changed", "-created_at": "Newest", "-published_at": "Last published", published_at: "First published", title: "By title", "-comments": "Most comments" } as Record<string, string>,
    found: (n: number, more: boolean) => `${count(n)}${more ? " or more" : ""}`, none: "No posts yet. Write the first one; it stays a draft until you publish it.", nothing: (q: string) => `Nothing with “${q}”. Try one word.`,
    noneLike: "No post is like that.", clear: "Show all posts", more: "Show more", untitled: "Untitled", comments: (n: number) => (n === 1 ? "1 comment" : `${n} comments`), featured: "featured", date: "Date",
    choose: (title: string) => `Choose “${title}”`, chooseAll: "Choose all that are shown", chosen: (n: number) => `${count(n)} chosen`, unchoose: "Choose none",
    publish: "Publish", archive: "Archive", toDraft: "Back to draft", addTag: "Add a tag", tagName: "Tag", add: "Add", level: "Dimmer level", sites: "The site’s setting", remove: "Delete", bulk: "What to do with the chosen posts", moreActions: "More",
    didPublish: (n: number) => `${count(n)} published.`, didArchive: (n: number) => `${count(n)} archived.`, didDraft: (n: number) => `${count(n)} ${n === 1 ? "is a draft" : "are drafts"} again.`,
    didTag: (n: number, tag: string) => `“${tag}” added to ${count(n)}.`, didLevel: (n: number, level: string) => `${count(n)}: ${level}.`, didRemove: (n: number) => `${count(n)} deleted.`, undone: "Taken back.",
    unchanged: "They were like that already.", failed: (n: number, why: string) => `${count(n)} could not be changed: ${why}`,
    removeTitle: "Delete for good?", removeText: (n: number, comments: number) => `${count(n)}${comments > 0 ? `, with ${comments === 1 ? "a comment" : `${comments} comments`},` : ""} cannot be brought back.`, removeYes: "Delete for good", keep: "Keep",
    changed: (age: string) => `changed ${age}`,
  },
  {
    title: "Beiträge", write: "Schreiben", search: "Beiträge suchen", status: "Status", all: "Alle", drafts: "Entwürfe", scheduled: "Geplant", published: "Veröffentlicht", archived: "Archiviert",
    type: "Art", anyType: "Beiträge und Seiten", posts: "Beiträge", pages: "Seiten", page: "Seite", tag: "Schlagwort", anyTag: "Jedes Schlagwort", author: "Autor", anyAuthor: "Alle Autoren", sort: "Reihenfolge", filters: "Filter",
    sorts: { "-updated_at": "Zuletzt geändert", "-created_at": "Neueste", "-published_at": "Zuletzt veröffentlicht", published_at: "Zuerst veröffentlicht", title: "Nach Titel", "-comments": "Meiste Kommentare" },
    found: (n, more) => `${zahl(n)}${more ? " oder mehr" : ""}`, none: "Noch keine Beiträge. Schreiben Sie den ersten; er bleibt Entwurf, bis Sie ihn veröffentlichen.", nothing: (q) => `Nichts mit „${q}“. Versuchen Sie es mit einem Wort.`,
    noneLike: "Kein Beitrag ist so.", clear: "Alle Beiträge zeigen", more: "Mehr zeigen", untitled: "Ohne Titel", comments: (n) => (n === 1 ? "1 Kommentar" : `${n} Kommentare`), featured: "hervorgehoben", date: "Datum",
    choose: (title) => `„${title}“ auswählen`, chooseAll: "Alle gezeigten auswählen", chosen: (n) => `${zahl(n)} ausgewählt`, unchoose: "Nichts auswählen",
    publish: "Veröffentlichen", archive: "Archivieren", toDraft: "Zurück zum Entwurf", addTag: "Schlagwort geben", tagName: "Schlagwort", add: "Hinzufügen", level: "Dimmer-Stufe", sites: "Einstellung der Website", remove: "Löschen", bulk: "Was mit den ausgewählten geschieht", moreActions: "Mehr",
    didPublish: (n) => `${zahl(n)} veröffentlicht.`, didArchive: (n) => `${zahl(n)} archiviert.`, didDraft: (n) => `${zahl(n)}: wieder Entwurf.`,
    didTag: (n, tag) => `„${tag}“ bei ${zahl(n)} hinzugefügt.`, didLevel: (n, level) => `${zahl(n)}: ${level}.`, didRemove: (n) => `${zahl(n)} gelöscht.`, undone: "Zurückgenommen.",
    unchanged: "Sie waren schon so.", failed: (n, why) => `${zahl(n)} nicht geändert: ${why}`,
    removeTitle: "Endgültig löschen?", removeText: (n, comments) => `${zahl(n)}${comments > 0 ? `, mit ${comments === 1 ? "einem Kommentar" : `${comments} Kommentaren`},` : ""} ${n === 1 ? "lässt" : "lassen"} sich nicht zurückholen.`, removeYes: "Endgültig löschen", keep: "Behalten",
    changed: (age) => `geändert ${age}`,
  },
);
