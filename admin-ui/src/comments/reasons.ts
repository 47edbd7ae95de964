// The policy's reasons. The server gives whole English sentences, which stand in the verdict for ever; here they become a few words for a row, and German.
// A sentence that is not known is shown as it is.
import { catalogue, currentLanguage, wordsOf } from "../words/words";
import type { Comment } from "./data";

/** From how many points a comment is spam (moderation.SpamFrom). */
export const spamFrom = 6;

/** A sentence of the policy: how it begins, in few words, and in German; $1 is the number in it. */
const known: readonly [RegExp, string, string, string][] = [
  [/^A field was filled in that people do not see/, "filled in by a program", "von einem Programm ausgefüllt", "Ein Feld wurde ausgefüllt, das Menschen nicht sehen"],
  [/^You have blocked this reader/, "blocked reader", "gesperrte Person", "Sie haben diese Person gesperrt"],
  [/^You trust this reader/, "trusted", "vertraut", "Sie vertrauen dieser Person"],
  [/^It has a word that you have blocked/, "blocked word", "gesperrtes Wort", "Er enthält ein Wort, das Sie gesperrt haben"],
  [/^It has (\d+) words that you have blocked/, "$1 blocked words", "$1 gesperrte Wörter", "Er enthält $1 Wörter, die Sie gesperrt haben"],
  [/^It links to a site that you have blocked/, "blocked site", "gesperrte Seite", "Er verweist auf eine Seite, die Sie gesperrt haben"],
  [/^You have blocked this e-mail address/, "blocked address", "gesperrte Adresse", "Sie haben diese E-Mail-Adresse gesperrt"],
  [/^The name imitates that of somebody/, "imitates a name of the blog", "ahmt einen Namen des Blogs nach", "Der Name ahmt den von jemandem des Blogs nach: Er unterscheidet sich nur in Buchstaben oder Zeichen, die kaum auseinanderzuhalten sind"],
  [/^The name is that of somebody of the blog/, "a name of the blog", "ein Name des Blogs", "Der Name ist der von jemandem des Blogs oder sieht so aus"],
  [/^The name and the text mix letters/, "mixed letters", "gemischte Buchstaben", "Name und Text mischen Buchstaben zweier Alphabete in einem Wort"],
  [/^The name mixes letters/, "mixed letters in the name", "gemischte Buchstaben im Namen", "Der Name mischt Buchstaben zweier Alphabete in einem Wort"],
  [/^A word mixes letters/, "mixed letters", "gemischte Buchstaben", "Ein Wort mischt Buchstaben zweier Alphabete"],
  [/^(\d+) words mix letters/, "mixed letters", "gemischte Buchstaben", "$1 Wörter mischen Buchstaben zweier Alphabete"],
  [/^Sent without the proof of work/, "no proof of work", "ohne Rechennachweis", "Ohne den Rechennachweis gesendet, den ein Browser erbringt"],
  [/^The proof of work came too late/, "late proof of work", "später Rechennachweis", "Der Rechennachweis kam zu spät"],
  [/^The proof of work is false/, "false proof of work", "falscher Rechennachweis", "Der Rechennachweis ist falsch"],
  [/^The proof of work came with another/, "proof of work used twice", "Rechennachweis zweimal benutzt", "Der Rechennachweis kam schon mit einem anderen Kommentar"],
  [/^A comment that links to the same site/, "link seen in spam", "Verweis aus dem Spam bekannt", "Ein Kommentar mit Verweis auf dieselbe Seite liegt in Spam oder Papierkorb"],
  [/^(\d+) comments that link to the same site/, "link seen in spam", "Verweis aus dem Spam bekannt", "$1 Kommentare mit Verweis auf dieselbe Seite liegen in Spam oder Papierkorb"],
  [/^(\d+) approved comments link/, "known link", "bekannter Verweis", "$1 freigegebene Kommentare verweisen auf dieselbe Seite"],
  [/^Akismet takes it for spam/, "Akismet: spam", "Akismet: Spam", "Akismet hält ihn für Spam"],
  [/^Akismet sees nothing wrong/, "Akismet: fine", "Akismet: in Ordnung", "Akismet sieht nichts Verdächtiges"],
  [/^It did not come through the form/, "not through the form", "nicht über das Formular", "Er kam nicht über das Formular"],
  [/^The form that it came with was not made/, "a foreign form", "fremdes Formular", "Das Formular, mit dem er kam, ist nicht von dieser Seite"],
  [/^The form was open for more/, "an old form", "altes Formular", "Das Formular war länger als einen Tag offen"],
  [/^Written in a second/, "written in a second", "in einer Sekunde geschrieben", "In einer Sekunde geschrieben"],
  [/^Written in (\d+) seconds/, "written in $1 seconds", "in $1 Sekunden geschrieben", "In $1 Sekunden geschrieben"],
  [/^One link/, "one link", "ein Verweis", "Ein Verweis"],
  [/^Two links/, "two links", "zwei Verweise", "Zwei Verweise"],
  [/^A link that hides/, "a shortened link", "ein verkürzter Verweis", "Ein Verweis, der verbirgt, wohin er führt"],
  [/^(\d+) links that hide/, "$1 shortened links", "$1 verkürzte Verweise", "$1 Verweise, die verbergen, wohin sie führen"],
  [/^(\d+) links/, "$1 links", "$1 Verweise", "$1 Verweise"],
  [/^The same text is in spam/, "text seen in spam", "Text aus dem Spam bekannt", "Derselbe Text liegt im Spam"],
  [/^The same text came once/, "text seen before", "Text schon gesehen", "Derselbe Text kam am letzten Tag schon einmal"],
  [/^The same text came (\d+) times/, "text seen $1 times", "Text $1-mal gesehen", "Derselbe Text kam am letzten Tag $1-mal"],
  [/^It reads like what you have approved/, "reads like approved ones", "liest sich wie freigegebene", "Er liest sich wie das, was Sie freigegeben haben"],
  [/^It reads very much like/, "reads very much like spam", "liest sich sehr wie Spam", "Er liest sich sehr wie Spam"],
  [/^It reads a little like/, "reads a little like spam", "liest sich ein wenig wie Spam", "Er liest sich ein wenig wie Spam"],
  [/^It reads like/, "reads like spam", "liest sich wie Spam", "Er liest sich wie Spam"],
  [/^A reader reported it; you/, "reported, approved by you", "gemeldet, von Ihnen freigegeben", "Eine Person hat ihn gemeldet; Sie haben ihn freigegeben"],
  [/^(\d+) readers reported it; you/, "reported, approved by you", "gemeldet, von Ihnen freigegeben", "$1 Personen haben ihn gemeldet; Sie haben ihn freigegeben"],
  [/^A reader reported it/, "reported", "gemeldet", "Eine Person hat ihn gemeldet"],
  [/^(\d+) readers reported it/, "reported by $1 readers", "von $1 Personen gemeldet", "$1 Personen haben ihn gemeldet"],
  [/^One comment approved before/, "one approved before", "einer zuvor freigegeben", "Ein Kommentar zuvor freigegeben"],
  [/^(\d+) comments approved before/, "$1 approved before", "$1 zuvor freigegeben", "$1 Kommentare zuvor freigegeben"],
  [/^One comment in spam or trash before/, "one in spam or trash before", "einer zuvor in Spam oder Papierkorb", "Ein Kommentar zuvor in Spam oder Papierkorb"],
  [/^(\d+) comments in spam or trash before/, "$1 in spam or trash before", "$1 zuvor in Spam oder Papierkorb", "$1 Kommentare zuvor in Spam oder Papierkorb"],
  [/^Held because a check failed/, "a check failed", "eine Prüfung schlug fehl", "Zurückgehalten, weil eine Prüfung fehlschlug, nicht wegen des Textes"],
  [/^Held because of its points/, "", "", "Zurückgehalten wegen der Punkte"],
  [/^Held because you have blocked what is in it/, "blocked content", "gesperrter Inhalt", "Zurückgehalten, weil Sie gesperrt haben, was darin steht, obwohl die Person bekannt ist"],
  [/^Held because of the name/, "", "", "Zurückgehalten wegen des Namens"],
  [/^Held because the dimmer is at All/, "the dimmer is at All", "der Dimmer steht auf Alle", "Zurückgehalten, weil der Dimmer auf „Alle“ steht"],
  [/^Held because the dimmer has gone to All/, "many come at once", "viele kommen auf einmal", "Zurückgehalten, weil der Dimmer von selbst auf „Alle“ gegangen ist: Viele Kommentare kommen auf einmal"],
  [/^Held because you hold everything/, "you hold everything", "Sie halten alles zurück", "Zurückgehalten, weil Sie gerade alles zurückhalten"],
  [/^Held because the dimmer is at Newcomers/, "first comment", "erster Kommentar", "Zurückgehalten, weil der Dimmer auf „Neue“ steht und dies der erste Kommentar dieser Person ist"],
  [/^Held because the dimmer has gone to Newcomers/, "first comment", "erster Kommentar", "Zurückgehalten, weil der Dimmer von selbst auf „Neue“ gegangen ist und dies der erste Kommentar dieser Person ist"],
  [/^Shown because you have approved/, "approved by you", "von Ihnen freigegeben", "Gezeigt, weil Sie eben diesen Kommentar freigegeben haben"],
];

function find(text: string): { brief: string; whole: string } {
  for (const [pattern, english, german, germanWhole] of known) {
    const match = pattern.exec(text);
    if (!match) continue;
    const filled = (words: string) => words.replace("$1", match[1] ?? "");
    return currentLanguage() === "de" ? { brief: filled(german), whole: filled(germanWhole) } : { brief: filled(english), whole: text };
  }
  return { brief: text, whole: text };
}

/** A reason in the language of whoever reads it. */
export const reasonText = (text: string): string => find(text).whole;

const none = catalogue({ first: "nothing against it" }, { first: "nichts spricht dagegen" });

/** The reasons that weigh most, in a few words: "first comment, one link". */
export function briefly(comment: Pick<Comment, "reasons" | "verdict">, many = 2): string {
  const against = comment.verdict !== "approved";
  const weight = (points: number) => (points === 0 ? (against ? 100 : -1) : against ? points : -points);
  const parts = [...comment.reasons]
    .sort((a, b) => weight(b.points) - weight(a.points))
    .filter(({ points }) => points === 0 || points > 0 === against)
    .map(({ text }) => find(text).brief)
    .filter((text) => text !== "");
  return [...new Set(parts)].slice(0, many).join(", ") || (comment.verdict ? wordsOf(none).first : "");
}

/** Begins a sentence. */
export const capital = (text: string): string => text.slice(0, 1).toLocaleUpperCase() + text.slice(1);
