// What happened, as sentences. {who} did it; {what} is the thing, with a link as long as it is there.
import { catalogue } from "../words/words";

/** The groups by which events are filtered, with the kinds that belong to each. */
export const groups = {
  posts: "post.*", comments: "comment.*", readers: "commenter.*,subscription.*", people: "user.*,invite.*", access: "session.*,password.*,device.*,token.*",
  settings: "settings.*,quiet.*,flood.*,snippet.*", media: "media.*", tags: "tag.*", mail: "mail.*",
} as const;

export type Group = keyof typeof groups;

const english = {
  "post.created": "{who} began {what}", "post.updated": "{who} changed {what}", "post.published": "{who} published {what}", "post.unpublished": "{who} took {what} off the site",
  "post.scheduled": "{who} scheduled {what}", "post.deleted": "{who} deleted a post", "post.preview_created": "{who} made a preview link for {what}", "post.previews_revoked": "{who} ended the preview links of {what}",
  "comment.created": "{who} wrote {what}", "comment.approved": "{who} approved {what}", "comment.removed": "{who} took {what} off the site", "comment.moved": "{who} moved {what}",
  "comment.restored": "{who} took a decision back about {what}", "comment.edited": "{who} edited {what}", "comment.pinned": "{who} pinned or unpinned {what}", "comment.deleted": "{who} deleted a comment for good",
  "comment.reported": "{who} reported {what}",
  "commenter.updated": "{who} changed the reader {what}", "commenter.erased": "{who} forgot a reader",
  "subscription.created": "{who} asked for mail about new comments", "subscription.confirmed": "{who} confirmed wanting mail about new comments", "subscription.ended": "{who} ended mail about new comments",
  "user.created": "{who} added {what}", "user.updated": "{who} changed {what}", "user.deleted": "{who} removed a person",
  "invite.created": "{who} invited {what}", "invite.deleted": "{who} took an invite back", "invite.accepted": "{what} accepted the invite",
  "session.started": "{what} signed in", "session.ended": "{who} ended sign-ins of {what}", "session.refused": "Somebody failed to sign in as {what}", "session.reused": "A copied sign-in of {what} was ended",
  "password.asked": "Somebody asked for a new password for {what}",
  "device.created": "{who} switched notices on for a device", "device.deleted": "{who} switched notices off for a device", "device.gone": "A device of {what} takes no notices any more",
  "token.created": "{who} made the API token {what}", "token.deleted": "{who} ended an API token",
  "settings.updated": "{who} changed the settings", "quiet.on": "{who} switched quiet on", "quiet.off": "{who} ended quiet", "flood.raised": "{who} raised the dimmer because of a flood",
  "flood.put_back": "{who} put the dimmer back", "flood.over": "{who} lowered the dimmer again: the flood is over",
  "snippet.created": "{who} saved the reply snippet {what}", "snippet.updated": "{who} changed the reply snippet {what}", "snippet.deleted": "{who} deleted a reply snippet",
  "media.created": "{who} uploaded a file", "media.updated": "{who} described a file", "media.replaced": "{who} replaced a file", "media.deleted": "{who} deleted a file",
  "tag.created": "{who} made the tag {what}", "tag.updated": "{who} changed the tag {what}", "tag.deleted": "{who} deleted a tag", "tag.merged": "{who} merged a tag into another",
  "mail.failed": "A mail could not be delivered and was given up", "mail.retried": "{who} sent a mail on its way again",
};

export type KnownKind = keyof typeof english;

const german: Record<KnownKind, string> = {
  "post.created": "{who} hat {what} begonnen", "post.updated": "{who} hat {what} geändert", "post.published": "{who} hat {what} veröffentlicht", "post.unpublished": "{who} hat {what} von der Site genommen",
  "post.scheduled": "{who} hat {what} eingeplant", "post.deleted": "{who} hat einen Beitrag gelöscht", "post.preview_created": "{who} hat einen Vorschau-Link angelegt für {what}", "post.previews_revoked": "{who} hat die Vorschau-Links beendet für {what}",
  "comment.created": "{who} hat {what} geschrieben", "comment.approved": "{who} hat {what} freigegeben", "comment.removed": "{who} hat {what} von der Site genommen", "comment.moved": "{who} hat {what} verschoben",
  "comment.restored": "{who} hat eine Entscheidung zurückgenommen über {what}", "comment.edited": "{who} hat {what} bearbeitet", "comment.pinned": "{who} hat {what} angeheftet oder gelöst", "comment.deleted": "{who} hat einen Kommentar endgültig gelöscht",
  "comment.reported": "{who} hat {what} gemeldet",
  "commenter.updated": "{who} hat etwas geändert an {what}", "commenter.erased": "{who} hat Leserdaten vergessen lassen",
  "subscription.created": "{who} wünscht Mail über neue Kommentare", "subscription.confirmed": "{who} hat den Wunsch nach Mail bestätigt", "subscription.ended": "{who} bekommt keine Mail über neue Kommentare mehr",
  "user.created": "{who} hat {what} hinzugefügt", "user.updated": "{who} hat das Profil geändert: {what}", "user.deleted": "{who} hat eine Person entfernt",
  "invite.created": "{who} hat {what} eingeladen", "invite.deleted": "{who} hat eine Einladung zurückgenommen", "invite.accepted": "{what} hat die Einladung angenommen",
  "session.started": "{what} hat sich angemeldet", "session.ended": "{who} hat Sitzungen beendet: {what}", "session.refused": "Jemand scheiterte bei der Anmeldung: {what}", "session.reused": "Eine kopierte Anmeldung wurde beendet: {what}",
  "password.asked": "Jemand bat um ein neues Passwort: {what}",
  "device.created": "{who} hat Hinweise auf einem Gerät eingeschaltet", "device.deleted": "{who} hat Hinweise auf einem Gerät ausgeschaltet", "device.gone": "Ein Gerät nimmt keine Hinweise mehr an: {what}",
  "token.created": "{who} hat das API-Token {what} angelegt", "token.deleted": "{who} hat ein API-Token beendet",
  "settings.updated": "{who} hat die Einstellungen geändert", "quiet.on": "{who} hat Ruhe eingeschaltet", "quiet.off": "{who} hat die Ruhe beendet", "flood.raised": "{who} hat den Dimmer wegen einer Flut angehoben",
  "flood.put_back": "{who} hat den Dimmer zurückgestellt", "flood.over": "{who} hat den Dimmer wieder gesenkt: die Flut ist vorbei",
  "snippet.created": "{who} hat den Textbaustein {what} gespeichert", "snippet.updated": "{who} hat den Textbaustein {what} geändert", "snippet.deleted": "{who} hat einen Textbaustein gelöscht",
  "media.created": "{who} hat eine Datei hochgeladen", "media.updated": "{who} hat eine Datei beschrieben", "media.replaced": "{who} hat eine Datei ersetzt", "media.deleted": "{who} hat eine Datei gelöscht",
  "tag.created": "{who} hat das Schlagwort {what} angelegt", "tag.updated": "{who} hat das Schlagwort {what} geändert", "tag.deleted": "{who} hat ein Schlagwort gelöscht", "tag.merged": "{who} hat ein Schlagwort in ein anderes übernommen",
  "mail.failed": "Eine Mail ließ sich nicht zustellen und wurde aufgegeben", "mail.retried": "{who} hat eine Mail noch einmal auf den Weg gebracht",
};

const fieldsInEnglish: Readonly<Record<string, string>> = {
  title: "title", text: "text", markdown: "text", source: "text", html: "text", body: "text", slug: "slug", excerpt: "excerpt", tags: "tags", authors: "authors", seo: "search and social", feature_image: "lead picture", featured: "featured",
  comments: "comments", comment_level: "dimmer level", status: "status", published_at: "date", email: "e-mail", email_confirmed: "e-mail confirmed", name: "name", role: "role", bio: "bio", avatar_url: "portrait", url: "website",
  disabled: "signing in", password: "password", blocked: "blocking", trusted: "trust", navigation: "navigation", logo_url: "logo", timezone: "time zone", language: "language", description: "description",
  blocked_words: "blocked words", blocked_addresses: "blocked addresses", blocked_domains: "blocked sites", moderation_mail: "mail to moderators", site_url: "address of the site",
};

const fieldsInGerman: Readonly<Record<string, string>> = {
  title: "Titel", text: "Text", markdown: "Text", source: "Text", html: "Text", body: "Text", slug: "Slug", excerpt: "Auszug", tags: "Schlagwörter", authors: "Autoren", seo: "Suche und soziale Medien", feature_image: "Titelbild", featured: "hervorgehoben",
  comments: "Kommentare", comment_level: "Dimmer-Stufe", status: "Status", published_at: "Datum", email: "E-Mail", email_confirmed: "E-Mail bestätigt", name: "Name", role: "Rolle", bio: "Kurztext", avatar_url: "Porträt", url: "Website",
  disabled: "Anmeldung", password: "Passwort", blocked: "Blockierung", trusted: "Vertrauen", navigation: "Navigation", logo_url: "Logo", timezone: "Zeitzone", language: "Sprache", description: "Beschreibung",
  blocked_words: "gesperrte Wörter", blocked_addresses: "gesperrte Adressen", blocked_domains: "gesperrte Seiten", moderation_mail: "Mail an die Moderation", site_url: "Adresse der Site",
};

export const eventWords = catalogue(
  {
    title: "Events", lead: "Who did what, newest first.", kinds: english, unknown: (kind: string) => `{who}: ${kind}`,
    toOneself: { "session.ended": "{who} signed out", "user.updated": "{who} changed their own profile" } as Readonly<Record<string, string>>, fields: fieldsInEnglish, changed: "Changed",
    somebody: "Somebody", reader: "A reader", program: "A program", dimmer: "Dimmer", gonePerson: "Somebody who is not here any more",
    comment: "a comment", commentBy: (name: string) => `a comment by ${name}`, on: "on", post: "a post that is gone", person: "somebody who is gone", thing: "something that is gone", unknownPerson: "somebody unknown here", untitled: "an untitled post",
    who: "Who", everybody: "Everybody", about: "About", everything: "Everything", when: "When", always: "Any time",
    groups: { posts: "Posts", comments: "Comments", readers: "Readers", people: "People", access: "Signing in", settings: "Settings and dimmer", media: "Media", tags: "Tags", mail: "Mail" } as Record<Group, string>,
    periods: { today: "Today", week: "Last 7 days", month: "Last 30 days", between: "Between two days" }, from: "From", to: "Until",
    today: "Today", yesterday: "Yesterday", none: "Nothing has happened here yet.", nothing: "Nothing of that kind in that time.", clear: "Show everything",
  },
  {
    title: "Ereignisse", lead: "Wer was getan hat, das Neueste zuerst.", kinds: german, unknown: (kind: string) => `{who}: ${kind}`,
    toOneself: { "session.ended": "{who} hat sich abgemeldet", "user.updated": "{who} hat das eigene Profil geändert" } as Readonly<Record<string, string>>, fields: fieldsInGerman, changed: "Geändert",
    somebody: "Jemand", reader: "Jemand aus der Leserschaft", program: "Ein Programm", dimmer: "Dimmer", gonePerson: "Jemand, der nicht mehr hier ist",
    comment: "einen Kommentar", commentBy: (name: string) => `einen Kommentar von ${name}`, on: "zu", post: "einen Beitrag, den es nicht mehr gibt", person: "jemand, den es nicht mehr gibt", thing: "etwas, das es nicht mehr gibt", unknownPerson: "hier unbekannt", untitled: "einen Beitrag ohne Titel",
    who: "Wer", everybody: "Alle", about: "Worüber", everything: "Alles", when: "Wann", always: "Jederzeit",
    groups: { posts: "Beiträge", comments: "Kommentare", readers: "Leser", people: "Personen", access: "Anmeldung", settings: "Einstellungen und Dimmer", media: "Medien", tags: "Schlagwörter", mail: "Mail" } as Record<Group, string>,
    periods: { today: "Heute", week: "Letzte 7 Tage", month: "Letzte 30 Tage", between: "Zwischen zwei Tagen" }, from: "Von", to: "Bis",
    today: "Heute", yesterday: "Gestern", none: "Hier ist noch nichts geschehen.", nothing: "Nichts dergleichen in dieser Zeit.", clear: "Alles zeigen",
  },
);
