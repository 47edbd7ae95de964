import { catalogue } from "../words/words";

export const tagsWords = catalogue(
  {
    title: "Tags", make: "Make a tag", makeTitle: "A new tag", search: "Search tags", none: "No tags yet. Make the first one, or just type it at a post.", nothing: (what: string) => `Nothing with “${what}”. Try fewer letters.`,
    posts: (n: number): string => (n === 1 ? "1 post" : `${n} posts`), noPosts: "no posts yet", internal: "Internal", internalHint: "Readers never see it: its name begins with #.",
    name: "Name", nameHint: "A # at the beginning makes it internal: for sorting and frontends, never shown to readers.", slug: "Slug", slugHint: (address: string) => `In addresses: ${address}`, slugEmpty: "Empty: it is made from the name.",
    description: "Description", descriptionHint: "Frontends may show it above the posts of the tag.", level: "Dimmer level of its posts", levelHint: "For posts that have no level of their own.", asSite: "Use the site’s setting", asSiteNow: (level: string) => `The site’s setting counts (${level}).`,
    save: "Make the tag", made: (name: string) => `“${name}” is made.`, notFound: "There is no tag at this address. It may have been merged or deleted.", toTags: "All tags", showPosts: "Show its posts", close: "Close",
    merge: "Merge into another tag", mergeLead: "For two tags that mean the same. The posts move to the other tag, and this one is gone.", mergeInto: "The tag that stays", mergePick: "Choose a tag",
    mergeSays: (n: number, from: string, into: string): string => (n === 0 ? `No post has “${from}”. It is gone afterwards; “${into}” stays as it is.` : `${n === 1 ? "One post or page moves" : `${n} posts and pages move`} from “${from}” to “${into}”. “${from}” is gone afterwards. This cannot be taken back.`),
    mergeDo: "Merge", merged: (from: string, into: string) => `“${from}” is now part of “${into}”.`,
    remove: "Delete this tag", removeTitle: (name: string) => `Delete “${name}”?`, removeYes: "Delete", removeNo: "Keep",
    removeText: (n: number): string => (n === 0 ? "No post has it. It cannot be brought back." : `${n === 1 ? "The post that has it stays, without it." : `The ${n} posts and pages that have it stay, without it.`} The tag cannot be brought back.`),
    removed: (name: string) => `“${name}” is deleted.`, edit: "About the tag",
  },
  {
    title: "Schlagwörter", make: "Schlagwort anlegen", makeTitle: "Ein neues Schlagwort", search: "Schlagwörter suchen", none: "Noch keine Schlagwörter. Legen Sie das erste an, oder tippen Sie es einfach an einem Beitrag.", nothing: (what: string) => `Nichts mit „${what}“. Versuchen Sie weniger Buchstaben.`,
    posts: (n: number): string => (n === 1 ? "1 Beitrag" : `${n} Beiträge`), noPosts: "noch keine Beiträge", internal: "Intern", internalHint: "Leserinnen sehen es nie: Der Name beginnt mit #.",
    name: "Name", nameHint: "Ein # am Anfang macht es intern: zum Sortieren und für Frontends, nie für Leserinnen.", slug: "Slug", slugHint: (address: string) => `In Adressen: ${address}`, slugEmpty: "Leer: Er wird aus dem Namen gemacht.",
    description: "Beschreibung", descriptionHint: "Frontends zeigen sie vielleicht über den Beiträgen.", level: "Dimmer-Stufe seiner Beiträge", levelHint: "Für Beiträge ohne eigene Stufe.", asSite: "Einstellung der Website verwenden", asSiteNow: (level: string) => `Es gilt die Einstellung der Website (${level}).`,
    save: "Schlagwort anlegen", made: (name: string) => `„${name}“ ist angelegt.`, notFound: "Unter dieser Adresse gibt es kein Schlagwort. Vielleicht wurde es zusammengelegt oder gelöscht.", toTags: "Alle Schlagwörter", showPosts: "Seine Beiträge zeigen", close: "Schließen",
    merge: "Mit einem anderen zusammenlegen", mergeLead: "Für zwei Schlagwörter, die dasselbe meinen. Die Beiträge wandern zum anderen, und dieses ist weg.", mergeInto: "Das Schlagwort, das bleibt", mergePick: "Schlagwort wählen",
    mergeSays: (n: number, from: string, into: string): string => (n === 0 ? `Kein Beitrag hat „${from}“. Es ist danach weg; „${into}“ bleibt, wie es ist.` : `${n === 1 ? "Ein Beitrag oder eine Seite wandert" : `${n} Beiträge und Seiten wandern`} von „${from}“ zu „${into}“. „${from}“ ist danach weg. Das lässt sich nicht zurücknehmen.`),
    mergeDo: "Zusammenlegen", merged: (from: string, into: string) => `„${from}“ gehört jetzt zu „${into}“.`,
    remove: "Dieses Schlagwort löschen", removeTitle: (name: string) => `„${name}“ löschen?`, removeYes: "Löschen", removeNo: "Behalten",
    removeText: (n: number): string => (n === 0 ? "Kein Beitrag hat es. Zurückholen lässt es sich nicht." : `${n === 1 ? "Der Beitrag, der es hat, bleibt, ohne es." : `Die ${n} Beiträge und Seiten, die es haben, bleiben, ohne es.`} Das Schlagwort lässt sich nicht zurückholen.`),
    removed: (name: string) => `„${name}“ ist gelöscht.`, edit: "Über das Schlagwort",
  },
);
