import type { Person } from "./data";
import { catalogue } from "../words/words";

type Role = Person["role"];
type RoleWords = Record<Role, { name: string; may: string }>;

const s = (n: number) => (n === 1 ? "" : "s");

export const peopleWords = catalogue(
  {
    title: "People", people: "People of the blog", readers: "Readers", tabs: "Who", invite: "Invite somebody", back: "All people",
    roles: {
      owner: { name: "Owner", may: "Everything: all posts and comments, the settings, and who else works here." },
      editor: { name: "Editor", may: "Writes and publishes all posts, and looks after tags, media and every comment. Reads the settings." },
      author: { name: "Author", may: "Writes and publishes her own posts, with her own media, and decides about the comments on them." },
      moderator: { name: "Moderator", may: "Decides about the comments on every post. Writes no posts." },
    } as RoleWords,
    role: "Role", you: "You",
    signsIn: "Signs in", noSignIn: "Does not sign in", disabled: "Disabled",
    posts: (n: number) => (n === 0 ? "No published posts" : `${n.toLocaleString("en")} published post${s(n)}`),
    alone: "You work here alone. Invite somebody to write or to look after the comments.",
    onlyOwners: "Only owners change people. You can look.",

    invites: "Invites", inviteTitle: "Invite somebody", email: "E-mail", emailHint: "With which she or he will sign in.", name: "Name", nameHint: "Can be left open; everybody says it when accepting.",
    send: "Invite", expires: (when: string) => `The link works until ${when}.`, expired: "The link was open for three days and has ended.", voided: "It ended because whoever invited is no owner any more.",
    invitedBy: (name: string) => `Invited by ${name}`,
    ready: (who: string) => `${who} is invited.`,
    mailed: "The link goes out by mail. You can also pass it on yourself.", sent: "The link has gone out by mail.", mailLate: "The mail with the link has not arrived yet.", mailFailed: "The mail with the link could not be delivered: pass the link on yourself.",
    notMailed: "Mail is off here: pass the link on yourself. Whoever has it can accept.", seeOutbox: "See why", link: "Link to accept the invite",
    another: "Invite somebody else", takeBack: "Take back", takeBackTitle: (who: string) => `Take the invite for ${who} back?`, takeBackText: "The link ends at once. You can invite again at any time.", keep: "Keep it",
    takenBack: (who: string) => `The invite for ${who} is taken back.`, again: "Invite again", invitedAgain: (who: string) => `${who} is invited again, with a new link.`,
    open: "Open", expiredShort: "Over", showLink: "Show the link", hideLink: "Hide the link",

    byName: "Somebody who does not sign in", byNameText: "An author by name, for posts that somebody else wrote. There is no account, and nothing to accept.", addByName: "Add an author by name", add: "Add",
    added: (name: string) => `${name} can be named as an author now.`, inviteInstead: "Invite somebody who signs in",

    profile: "Profile", slug: "Slug", slugHint: "The end of the address of the author's page.", bio: "Bio", bioHint: "A few sentences under the posts. 2,000 characters at most.",
    emailOwn: "To sign in. A new address ends all sessions.",
    roleSaved: (name: string, role: Role, _roleName: string) => `${name} is ${role === "moderator" ? "a" : "an"} ${role} now.`,
    ownRole: "Give up being an owner?", ownRoleText: "You could not take this back yourself: another owner would have to.", ownRoleYes: "Change my role",
    access: "Signing in", accessOn: (name: string) => `${name} can sign in.`, accessOff: (name: string) => `${name} is disabled and cannot sign in. The posts stay.`, accessNone: (name: string) => `${name} has no account: an author by name.`,
    disable: "Disable", enable: "Enable", wasDisabled: (name: string) => `${name} is disabled and signed out everywhere.`, wasEnabled: (name: string) => `${name} can sign in again.`,
    endSessions: "Sign out everywhere", ended: (name: string) => `${name} is signed out on every device.`, ownSessions: "Your own sessions are under My account.",
    remove: "Remove", removeTitle: (name: string) => `Remove ${name}`, removeText: "The account ends, and the profile page with it. Comments and what was done stay as they are.", heir: "All posts go to", choose: "Please choose",
    removeAsk: (name: string) => `Remove ${name} for good?`, removeAskText: (heir: string) => `This cannot be taken back. All posts, drafts too, become those of ${heir}.`, removeYes: "Remove for good", removeNo: "Keep",
    removed: (name: string, heir: string) => `${name} is removed. The posts are with ${heir} now.`, choosePerson: "Say first who gets the posts.", nobodyElse: "There is nobody else who could get the posts. Invite somebody first.",
    gone: "This person is not here any more.",

    search: "Search readers", searchHint: "Beginning of a name, or an e-mail address", show: "Show", all: "All", blockedOnly: "Blocked", trustedOnly: "Trusted",
    noReaders: "Nobody has commented yet. Readers appear here with their first comment.", noBlocked: "Nobody is blocked.", noTrusted: "Nobody is trusted by hand. Readers whom you have approved appear at once anyway, at Newcomers.",
    nothingFound: (q: string) => `Nobody with “${q}”. Try the beginning of the name, or the whole address.`,
    approved: (n: number) => `${n.toLocaleString("en")} approved`, rejected: (n: number) => `${n.toLocaleString("en")} in spam or trash`, since: "First seen", confirmed: "confirmed", typed: "not confirmed",
    blocked: "Blocked", trusted: "Trusted", comments: "Comments", commentsOf: (name: string) => `Comments of ${name}`, more: (name: string) => `More for ${name}`,
    block: "Block", blockToo: "Block, and all comments to spam", unblock: "Unblock", trust: "Trust", distrust: "Trust no longer", toSpam: "All comments to spam", toTrash: "All comments to the trash",
    wasBlocked: (name: string, n: number) => (n === 0 ? `${name} is blocked. New comments are spam.` : `${name} is blocked, and ${n} comment${s(n)} moved to spam.`),
    wasUnblocked: (name: string) => `${name} is not blocked any more.`, wasTrusted: (name: string) => `${name} is trusted. New comments appear at once.`, wasDistrusted: (name: string) => `${name} is not trusted any more.`,
    moved: (name: string, n: number, trash: boolean) => (n === 0 ? `${name} has no comments that could be moved.` : `${n} comment${s(n)} of ${name} moved to ${trash ? "the trash" : "spam"}.`),
    undone: (name: string) => `${name}: as it was before.`, allReaders: "All readers",
  },
  {
    title: "Personen", people: "Personen des Blogs", readers: "Leser", tabs: "Wer", invite: "Jemanden einladen", back: "Alle Personen",
    roles: {
      owner: { name: "Inhaber", may: "Alles: alle Beiträge und Kommentare, die Einstellungen und wer sonst hier arbeitet." },
      editor: { name: "Redaktion", may: "Schreibt und veröffentlicht alle Beiträge, kümmert sich um Schlagwörter, Medien und jeden Kommentar. Liest die Einstellungen." },
      author: { name: "Autor", may: "Schreibt und veröffentlicht eigene Beiträge mit eigenen Medien und entscheidet über die Kommentare dazu." },
      moderator: { name: "Moderation", may: "Entscheidet über die Kommentare zu allen Beiträgen. Schreibt keine Beiträge." },
    } as RoleWords,
    role: "Rolle", you: "Sie",
    signsIn: "Meldet sich an", noSignIn: "Meldet sich nicht an", disabled: "Gesperrt",
    posts: (n: number) => (n === 0 ? "Keine veröffentlichten Beiträge" : n === 1 ? "1 veröffentlichter Beitrag" : `${n.toLocaleString("de")} veröffentlichte Beiträge`),
    alone: "Sie arbeiten hier allein. Laden Sie jemanden ein, zu schreiben oder sich um die Kommentare zu kümmern.",
    onlyOwners: "Nur Inhaber ändern Personen. Sie können sie ansehen.",

    invites: "Einladungen", inviteTitle: "Jemanden einladen", email: "E-Mail", emailHint: "Damit meldet sich die Person an.", name: "Name", nameHint: "Kann offen bleiben; jeder nennt ihn beim Annehmen.",
    send: "Einladen", expires: (when: string) => `Der Link gilt bis ${when}.`, expired: "Der Link war drei Tage offen und ist abgelaufen.", voided: "Sie gilt nicht mehr, weil die einladende Person nicht mehr Inhaber ist.",
    invitedBy: (name: string) => `Eingeladen von ${name}`,
    ready: (who: string) => `${who} ist eingeladen.`,
    mailed: "Der Link geht per Mail hinaus. Sie können ihn auch selbst weitergeben.", sent: "Der Link ist per Mail hinausgegangen.", mailLate: "Die Mail mit dem Link ist noch nicht angekommen.", mailFailed: "Die Mail mit dem Link ließ sich nicht zustellen: geben Sie den Link selbst weiter.",
    notMailed: "Mail ist hier aus: geben Sie den Link selbst weiter. Wer ihn hat, kann annehmen.", seeOutbox: "Woran es liegt", link: "Link zum Annehmen der Einladung",
    another: "Noch jemanden einladen", takeBack: "Zurücknehmen", takeBackTitle: (who: string) => `Die Einladung für ${who} zurücknehmen?`, takeBackText: "Der Link endet sofort. Sie können jederzeit wieder einladen.", keep: "Behalten",
    takenBack: (who: string) => `Die Einladung für ${who} ist zurückgenommen.`, again: "Noch einmal einladen", invitedAgain: (who: string) => `${who} ist wieder eingeladen, mit einem neuen Link.`,
    open: "Offen", expiredShort: "Vorbei", showLink: "Link zeigen", hideLink: "Link verbergen",

    byName: "Jemand, der sich nicht anmeldet", byNameText: "Ein Autor dem Namen nach, für Beiträge, die jemand anderes geschrieben hat. Es gibt kein Konto und nichts anzunehmen.", addByName: "Autor dem Namen nach anlegen", add: "Anlegen",
    added: (name: string) => `${name} kann nun als Autor genannt werden.`, inviteInstead: "Jemanden einladen, der sich anmeldet",

    profile: "Profil", slug: "Slug", slugHint: "Das Ende der Adresse der Autorenseite.", bio: "Kurztext", bioHint: "Ein paar Sätze unter den Beiträgen. Höchstens 2.000 Zeichen.",
    emailOwn: "Zum Anmelden. Eine neue Adresse beendet alle Sitzungen.",
    roleSaved: (name: string, _role: Role, roleName: string) => `${name} hat nun die Rolle ${roleName}.`,
    ownRole: "Nicht mehr Inhaber sein?", ownRoleText: "Das könnten Sie nicht selbst zurücknehmen, nur ein anderer Inhaber.", ownRoleYes: "Meine Rolle ändern",
    access: "Anmeldung", accessOn: (name: string) => `${name} kann sich anmelden.`, accessOff: (name: string) => `${name} ist gesperrt und kann sich nicht anmelden. Die Beiträge bleiben.`, accessNone: (name: string) => `${name} hat kein Konto: ein Autor dem Namen nach.`,
    disable: "Sperren", enable: "Entsperren", wasDisabled: (name: string) => `${name} ist gesperrt und überall abgemeldet.`, wasEnabled: (name: string) => `${name} kann sich wieder anmelden.`,
    endSessions: "Überall abmelden", ended: (name: string) => `${name} ist auf allen Geräten abgemeldet.`, ownSessions: "Ihre eigenen Sitzungen finden Sie unter Mein Konto.",
    remove: "Entfernen", removeTitle: (name: string) => `${name} entfernen`, removeText: "Das Konto endet und mit ihm die Profilseite. Kommentare und Ereignisse bleiben, wie sie sind.", heir: "Alle Beiträge bekommt", choose: "Bitte wählen",
    removeAsk: (name: string) => `${name} endgültig entfernen?`, removeAskText: (heir: string) => `Das lässt sich nicht zurücknehmen. Alle Beiträge, auch Entwürfe, bekommt ${heir}.`, removeYes: "Endgültig entfernen", removeNo: "Behalten",
    removed: (name: string, heir: string) => `${name} ist entfernt. Die Beiträge hat nun ${heir}.`, choosePerson: "Sagen Sie zuerst, wer die Beiträge bekommt.", nobodyElse: "Es gibt niemanden sonst, der die Beiträge bekommen könnte. Laden Sie zuerst jemanden ein.",
    gone: "Diese Person gibt es hier nicht mehr.",

    search: "Leser suchen", searchHint: "Anfang eines Namens oder eine E-Mail-Adresse", show: "Zeigen", all: "Alle", blockedOnly: "Blockiert", trustedOnly: "Vertraut",
    noReaders: "Noch hat niemand kommentiert. Leser erscheinen hier mit ihrem ersten Kommentar.", noBlocked: "Niemand ist blockiert.", noTrusted: "Niemandem wird von Hand vertraut. Wen Sie freigegeben haben, erscheint bei „Neue“ ohnehin sofort.",
    nothingFound: (q: string) => `Niemand mit „${q}“. Versuchen Sie den Anfang des Namens oder die ganze Adresse.`,
    approved: (n: number) => `${n.toLocaleString("de")} freigegeben`, rejected: (n: number) => `${n.toLocaleString("de")} in Spam oder Papierkorb`, since: "Zuerst gesehen", confirmed: "bestätigt", typed: "nicht bestätigt",
    blocked: "Blockiert", trusted: "Vertraut", comments: "Kommentare", commentsOf: (name: string) => `Kommentare von ${name}`, more: (name: string) => `Mehr zu ${name}`,
    block: "Blockieren", blockToo: "Blockieren, alle Kommentare in den Spam", unblock: "Nicht mehr blockieren", trust: "Vertrauen", distrust: "Nicht mehr vertrauen", toSpam: "Alle Kommentare in den Spam", toTrash: "Alle Kommentare in den Papierkorb",
    wasBlocked: (name: string, n: number) => (n === 0 ? `${name} ist blockiert. Neue Kommentare sind Spam.` : `${name} ist blockiert, ${n} ${n === 1 ? "Kommentar liegt" : "Kommentare liegen"} im Spam.`),
    wasUnblocked: (name: string) => `${name} ist nicht mehr blockiert.`, wasTrusted: (name: string) => `${name} wird vertraut. Neue Kommentare erscheinen sofort.`, wasDistrusted: (name: string) => `${name} wird nicht mehr vertraut.`,
    moved: (name: string, n: number, trash: boolean) => (n === 0 ? `${name} hat keine Kommentare, die sich verschieben ließen.` : `${n} ${n === 1 ? "Kommentar" : "Kommentare"} von ${name} ${trash ? "im Papierkorb" : "im Spam"}.`),
    undone: (name: string) => `${name}: wie vorher.`, allReaders: "Alle Leser",
  },
);
