import { catalogue } from "../words/words";

export const accountWords = catalogue(
  {
    title: "My account",
    profile: "Profile", profileLead: "Readers see it under your posts and beside your answers.", name: "Name", slug: "Slug", slugHint: "The last part of the address of your page as an author.", bio: "About you", bioHint: "A few words under your posts.",
    url: "Your website", avatar: "Picture", avatarHint: "Address of a picture of you, square if possible. Empty: the first letter of your name.", avatarAlt: "The picture as it is found at this address",
    email: "E-mail", emailHint: "To sign in; readers never see it. Only the owner changes it, under People.",
    password: "Password", passwordLead: "A new one signs you out everywhere but here.", current: "Current password", fresh: "New password", freshHint: "At least 15 characters; four unrelated words are good.",
    length: (n: number) => `${n} of 15 characters`, longEnough: (n: number) => `${n} characters: long enough`, changePassword: "Change the password", passwordChanged: "The password is changed. Every other device is signed out.",
    currentMissing: "Type the password that you have now.", freshShort: (n: number): string => (n === 1 ? "One more character, please." : `${n} more characters, please. Four unrelated words are good.`),
    sessions: "Where you are signed in", here: "This device", on: (browser: string, system: string) => `${browser} on ${system}`, program: "A program", unknown: "A browser", used: "Last used", since: "signed in", endOne: "Sign out", endNamed: (what: string) => `Sign out ${what}`,
    ended: (what: string) => `${what} is signed out.`, endOthers: "Sign out everywhere else", onlyHere: "You are signed in only here.", othersTitle: "Sign out everywhere else?", othersText: (n: number): string => `${n === 1 ? "One other device has" : `${n} other devices have`} to sign in again. What was typed there stays until then.`,
    othersYes: "Sign out", othersNo: "Cancel", othersEnded: "Every other device is signed out.",
    area: "This admin area", areaLead: "Changes here hold at once, on every device where you sign in.", language: "Language", asBrowser: "As the browser", appearance: "Appearance", light: "Light", dark: "Dark", auto: "As the device",
  },
  {
    title: "Mein Konto",
    profile: "Profil", profileLead: "Leserinnen sehen es unter Ihren Beiträgen und neben Ihren Antworten.", name: "Name", slug: "Slug", slugHint: "Der letzte Teil der Adresse Ihrer Autorenseite.", bio: "Über Sie", bioHint: "Ein paar Worte unter Ihren Beiträgen.",
    url: "Ihre Website", avatar: "Bild", avatarHint: "Adresse eines Bildes von Ihnen, möglichst quadratisch. Leer: der erste Buchstabe Ihres Namens.", avatarAlt: "Das Bild, wie es unter dieser Adresse liegt",
    email: "E-Mail", emailHint: "Zum Anmelden; Leserinnen sehen sie nie. Nur die Inhaberin ändert sie, unter Personen.",
    password: "Passwort", passwordLead: "Ein neues meldet Sie überall sonst ab.", current: "Bisheriges Passwort", fresh: "Neues Passwort", freshHint: "Mindestens 15 Zeichen; vier unverbundene Wörter sind gut.",
    length: (n: number) => `${n} von 15 Zeichen`, longEnough: (n: number) => `${n} Zeichen: lang genug`, changePassword: "Passwort ändern", passwordChanged: "Das Passwort ist geändert. Alle anderen Geräte sind abgemeldet.",
    currentMissing: "Geben Sie das Passwort ein, das jetzt gilt.", freshShort: (n: number): string => (n === 1 ? "Noch ein Zeichen, bitte." : `Noch ${n} Zeichen, bitte. Vier unverbundene Wörter sind gut.`),
    sessions: "Wo Sie angemeldet sind", here: "Dieses Gerät", on: (browser: string, system: string) => `${browser} auf ${system}`, program: "Ein Programm", unknown: "Ein Browser", used: "Zuletzt benutzt", since: "angemeldet", endOne: "Abmelden", endNamed: (what: string) => `${what} abmelden`,
    ended: (what: string) => `${what} ist abgemeldet.`, endOthers: "Überall sonst abmelden", onlyHere: "Sie sind nur hier angemeldet.", othersTitle: "Überall sonst abmelden?", othersText: (n: number): string => `${n === 1 ? "Ein anderes Gerät muss" : `${n} andere Geräte müssen`} sich neu anmelden. Was dort geschrieben wurde, bleibt bis dahin stehen.`,
    othersYes: "Abmelden", othersNo: "Abbrechen", othersEnded: "Alle anderen Geräte sind abgemeldet.",
    area: "Dieser Verwaltungsbereich", areaLead: "Änderungen hier gelten sofort, auf jedem Gerät, auf dem Sie sich anmelden.", language: "Sprache", asBrowser: "Wie der Browser", appearance: "Aussehen", light: "Hell", dark: "Dunkel", auto: "Wie das Gerät",
  },
);
