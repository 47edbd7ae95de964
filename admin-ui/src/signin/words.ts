import { catalogue } from "../words/words";

const roles = { en: { owner: "owner", editor: "editor", author: "author", moderator: "moderator" }, de: { owner: "Inhaberin", editor: "Redaktion", author: "Autorin", moderator: "Moderation" } } as const;
type Role = keyof typeof roles.en;

export const signInWords = catalogue(
  {
    title: "Sign in", email: "E-mail", password: "Password", signIn: "Sign in", forgot: "Forgotten your password?",
    again: "Please sign in again", safe: "Nothing you typed is lost.", other: "Sign in as somebody else", locked: (seconds: number): string => `Try again in ${seconds} s`, openThere: "Open the right address",
    isReset: "Your new password is set. Sign in with it; every other device has been signed out.",
    back: "Back to signing in",
    forgotTitle: "Forgotten your password?", forgotLead: "Say with which address you sign in. A link to a new password comes by mail; it is good for one hour.", send: "Send the link",
    forgotDone: "Look into your mail", forgotOff: "Without mail: on the server, this sets a new password. It asks for it.",
    resetTitle: "A new password", resetLead: "Every device on which you are signed in will have to sign in again.", resetDo: "Set the new password", newPassword: "New password",
    passwordHint: "At least 15 characters. Four unrelated words are good; no name, no row of keys, nothing repeated.",
    length: (n: number, least: number): string => (n >= least ? `${n} characters: long enough` : `${n} of ${least} characters`), tooShort: (n: number): string => `${n} more character${n === 1 ? "" : "s"}, please. Four unrelated words are good.`,
    linkTitle: "This link is not complete", linkText: "It ends with #token= and a long row of letters. Open it whole, from the mail or message in which you got it. If you have reloaded this page, just open the link again.",
    linkDead: "This link does not work any more", askAgain: "Ask for a new link",
    inviteTitle: (site: string) => `Join ${site}`, inviteLead: (by: string, role: Role) => `${by} invites you as ${roles.en[role]}.`, name: "Name", nameHint: "Readers see it under what you write.", emailHint: "With it you sign in.", join: "Join", already: "You are signed in as somebody else on this device. Joining signs that person out here.",
  },
  {
    title: "Anmelden", email: "E-Mail", password: "Passwort", signIn: "Anmelden", forgot: "Passwort vergessen?",
    again: "Bitte melden Sie sich wieder an", safe: "Nichts, was Sie geschrieben haben, ist verloren.", other: "Als jemand anderes anmelden", locked: (seconds: number): string => `Wieder in ${seconds} s`, openThere: "Die richtige Adresse öffnen",
    isReset: "Ihr neues Passwort ist gesetzt. Melden Sie sich damit an; alle anderen Geräte sind abgemeldet.",
    back: "Zurück zur Anmeldung",
    forgotTitle: "Passwort vergessen?", forgotLead: "Sagen Sie, mit welcher Adresse Sie sich anmelden. Ein Link zu einem neuen Passwort kommt per Mail; er gilt eine Stunde.", send: "Link senden",
    forgotDone: "Sehen Sie in Ihre Mail", forgotOff: "Ohne Mail: Auf dem Server setzt dies ein neues Passwort. Es fragt danach.",
    resetTitle: "Ein neues Passwort", resetLead: "Jedes Gerät, auf dem Sie angemeldet sind, muss sich neu anmelden.", resetDo: "Neues Passwort setzen", newPassword: "Neues Passwort",
    passwordHint: "Mindestens 15 Zeichen. Vier Wörter ohne Zusammenhang sind gut; kein Name, keine Tastenreihe, nichts Wiederholtes.",
    length: (n: number, least: number): string => (n >= least ? `${n} Zeichen: lang genug` : `${n} von ${least} Zeichen`), tooShort: (n: number): string => `Bitte noch ${n} Zeichen. Vier Wörter ohne Zusammenhang sind gut.`,
    linkTitle: "Dieser Link ist unvollständig", linkText: "Er endet mit #token= und einer langen Reihe von Buchstaben. Öffnen Sie ihn ganz, aus der Mail oder Nachricht, in der er kam. Haben Sie diese Seite neu geladen, öffnen Sie einfach den Link noch einmal.",
    linkDead: "Dieser Link gilt nicht mehr", askAgain: "Einen neuen Link anfordern",
    inviteTitle: (site: string) => `Machen Sie mit bei ${site}`, inviteLead: (by: string, role: Role) => `${by} lädt Sie ein; Ihre Rolle: ${roles.de[role]}.`, name: "Name", nameHint: "Leser sehen ihn unter dem, was Sie schreiben.", emailHint: "Damit melden Sie sich an.", join: "Mitmachen", already: "Auf diesem Gerät ist jemand anderes angemeldet. Wer mitmacht, meldet diese Person hier ab.",
  },
);
