import { catalogue } from "../words/words";

const nth = (n: number, one: string, many: string): string => `${n} ${n === 1 ? one : many}`;

export const settingsWords = catalogue(
  {
    title: "Settings", all: "All settings", sections: "Sections of the settings", onlyOwner: "Only the owner can change settings. You can read them here.",
    names: { site: "Site", reading: "Reading", comments: "Comments", rules: "Rules against spam", replies: "Reply snippets", mail: "Mail", frontends: "Frontends", tokens: "API tokens" },
    about: {
      site: "Title, language, time zone, logo", reading: "Starter site, navigation, addresses", comments: "Dimmer level, time to edit, slow mode",
      rules: "Blocked words, rehearsal, Akismet", replies: "Answers that you give often", mail: "Notices to you, test mail", frontends: "Addresses, examples, caching",
      tokens: "Keys for programs",
    },

    // site
    blogTitle: "Title", description: "Description", descriptionHint: "One or two sentences. Search engines and feeds show them.",
    language: "Language of your posts", languageIs: (name: string) => `${name}.`, languageHint: "As a code, such as en or de-AT.",
    timezone: "Time zone", timezoneNow: (time: string) => `It is ${time} there now. Posts are scheduled by this clock.`, world: "World",
    logo: "Logo", logoHint: "Address of a picture, such as /media/logo.png or https://example.org/logo.svg. Frontends show it beside the title.", logoAlt: "The logo as it is found at this address",
    privacy: "Privacy notice", privacyHint: "Address of your page about it. The comment form leads there.",
    about_: "About the blog", look: "Logo and privacy",

    // reading
    starter: "Starter site", starterOn: "Readers find your blog here", starterHint: "Simple pages that Dimmer brings along, for as long as you have no frontend of your own. Off: only the API answers here.",
    openStarter: "Open the starter site",
    navigation: "Navigation", navigationHint: "Links above every page, in this order.", navigationKeys: "With the focus in a row, Alt with an arrow key moves it.", noNavigation: "No links yet.", label: "Text", address: "Address", entry: (n: number) => `Link ${n}`,
    add: "Add a link", up: (what: string) => `Move ${what} up`, down: (what: string) => `Move ${what} down`, remove: (what: string) => `Remove ${what}`, moved: (what: string, at: number, of: number) => `${what} is number ${at} of ${of}.`,
    removed: (what: string) => `${what} is removed.`, nameless: "this link",
    addresses: "Addresses", addressesHint: "Where your frontend shows things. Feeds, mails and search engines are led there. {slug} stands for the last part of the address.",
    siteUrl: "Address of the site", siteUrlHint: (here: string) => `Empty: ${here}, where Dimmer runs.`, postUrl: "Posts", pageUrl: "Pages", tagUrl: "Tags", authorUrl: "Authors", example: (address: string) => `Such as ${address}`,
    previewUrl: "Previews", previewUrlHint: "Where your frontend shows a post that is not published yet. It asks /api/v1/preview/{token} for it. Empty: the starter site shows it.",
    caching: "Caching", cache: "Seconds that caches keep an answer", cacheHint: "A CDN before Dimmer asks again after this time.", stale: "Seconds that an old answer may still be shown", staleHint: "While the cache fetches the new one.",

    usually: (n: number) => `Usual is ${n}.`,

    // comments
    level: "Dimmer level", levelLead: "Who waits for you before readers see a comment. Posts and tags can have a level of their own.",
    raised: (name: string) => `A flood has raised it to ${name} by itself, until it is quiet. Home has the switch.`, quiet: "The switch on Home holds or closes everything for now. This level comes back when it ends.",
    tagLevels: "Levels of tags", tagLevelsHint: "For the posts of a tag that have no level of their own. With several tags the strictest counts. Changes here are saved at once.", noTagLevels: "No tag has a level of its own.",
    tag: "Tag", tagLevel: (tag: string) => `Level of ${tag}`, siteLevel: "As the site", addTag: "Give a tag a level", pickTag: "Choose a tag", tagLevelSaved: (tag: string, level: string) => `${tag}: ${level}.`,
    times: "Times", close: "Days until a post closes", closeSays: (n: number) => (n === 0 ? "0: posts stay open." : `A post takes comments for ${nth(n, "day", "days")} after it went out.`),
    edit: "Minutes to change a comment", editSays: (n: number) => (n === 0 ? "0: readers cannot change what they have sent." : `For ${nth(n, "minute", "minutes")} readers can change it or take it back. A changed comment is judged again.`),
    slow: "Slow mode, in seconds", slowSays: (n: number) => (n === 0 ? "0: no slow mode." : `A reader waits ${nth(n, "second", "seconds")} between two comments on a post.`),
    keeping: "What is kept, and how long", spamDays: "Days that spam and trash are kept", spamSays: (n: number) => `After ${nth(n, "day", "days")} they are deleted for good.`,
    addressDays: "Days that its origin is kept", addressSays: (n: number) => `Where a comment came from: never the address itself: a code made from it, to recognise who sends a lot. It goes after ${nth(n, "day", "days")}.`,

    // rules
    blocked: "What is spam", blockedLead: "One entry a line. What matches goes to spam without waiting for you; you find it there.",
    blockedWords: "Words", blockedWordsHint: "In a comment or a name. A * at the end stands for any ending: casino* also finds casinos.",
    blockedDomains: "Domains in links", blockedDomainsHint: "Such as pills.example; shop.pills.example counts too.",
    blockedAddresses: "E-mail addresses", blockedAddressesHint: "Such as ann@spam.example, or @spam.example for everybody there.",
    line: (n: number, message: string) => `Line ${n}: ${message}`,
    trying: "Trying this on your last comments…", rehearsalNone: "There are no comments yet to try this on.",
    rehearsalSame: (n: number) => (n === 1 ? "With this, the last comment would have gone the same way." : `With this, the last ${n} comments would all have gone the same way.`),
    rehearsalFailed: "This cannot be tried as it is:",
    held: (n: number, of: number) => `With this, ${n} of the last ${of} comments would have been held`, spam: (n: number, of: number) => `With this, ${n} of the last ${of} comments would have been spam`,
    shown: (n: number, of: number) => `With this, ${n} of the last ${of} comments would have appeared at once`,
    approved: (n: number) => `, of which you later approved ${n === 0 ? "none" : n}.`, rejected: (n: number) => `, of which you later rejected ${n === 0 ? "none" : n}.`,
    showThem: "Show them", hideThem: "Hide them", newest: (n: number) => `The newest ${n}:`, gone: "Somebody whose comment is gone",
    verdicts: { approved: "at once", pending: "held", spam: "spam" }, decisions: { approved: "approved", pending: "held", spam: "spam", trash: "trash" }, change: (was: string, is: string) => `${was} → ${is}`, decided: (what: string) => `you decided: ${what}`, undecided: "you have not decided",
    akismet: "Akismet", akismetLead: "A service that knows spam from many blogs. It gets the text, name, e-mail, network address and browser of everybody who comments: say so in your privacy notice.",
    akismetOff: "Off: no key is set.", akismetOn: "On: a key is set. It is not shown again.", akismetKey: "Key", setKey: "Set the key", replaceKey: "Replace the key", removeKey: "Remove the key", cancel: "Cancel",
    removeKeyTitle: "Remove the key?", removeKeyText: "Akismet is not asked any more. Dimmer does not know the key afterwards; to switch it on again you need it at hand.", keep: "Keep",
    keySet: "Akismet is on.", keyRemoved: "Akismet is off.", akismetUrl: "Server", akismetUrlHint: "Of Akismet itself, or another that speaks the same protocol.",

    // replies
    snippetsLead: "Kept for everybody who moderates. While answering a comment, they are one tap away and can be changed before they are sent.", noSnippets: "No answers are kept yet. Write the first one: what do you answer most often?",
    newSnippet: "Keep an answer", snippetTitle: "Name", snippetTitleHint: "You choose it by this name.", snippetBody: "Answer", snippetBodyHint: "Markdown, up to 2,000 characters.", editSnippet: "Change", editNamed: (title: string) => `Change ${title}`, deleteSnippet: "Delete", deleteNamed: (title: string) => `Delete ${title}`,
    snippetDeleted: (title: string) => `“${title}” is deleted.`, snippetKept: (title: string) => `“${title}” is kept.`, keepSnippet: "Keep it", doneEditing: "Done",

    // mail
    mailState: "Sending", mailOn: (from: string) => `Mail is on. It comes from ${from}.`, mailOff: "Mail is off: nothing is sent, and nobody can reset a forgotten password.",
    mailOffHow: "It is switched on where Dimmer is started. Give this to whoever runs the server:", mailEnv: "Environment for mail", mailEnvHint: "Then start Dimmer again.",
    test: "Send a test mail to me", testSent: (to: string) => `It is on its way to ${to}. Is it not there in a few minutes, look into the spam folder.`, testFailed: "The mail did not get through. The mail server said:",
    testFailedHint: "Nothing else is lost: other mails are tried again by themselves. The outbox shows each of them.", outbox: "Open the outbox", testing: "Sending…",
    notices: "Notices of comments that wait", noticesTo: "They go to everybody who moderates, and lead to a page where one tap decides.",
    notice: {
      each: ["One for each comment", "In a flood, one an hour."], hourly: ["Once an hour", "All that came, in one mail; none if nothing waits."],
      daily: ["Once a day", "At eight in the morning by the site’s clock."], off: ["None", "You look here yourself."],
    },

    // frontends
    api: "Address of the API", apiHint: "Frontends read posts and send comments here, without a login.", documentation: "Every call with examples", openapi: "The OpenAPI document",
    examples: "Examples to copy", fetchExample: "Read the newest posts with JavaScript", widgetExample: "Comments on any page", widgetHint: "Both lines go where the comments shall be. Put the slug of the post in the place of the example.", curlExample: "Try it in a terminal",
    origins: "Sites that may ask", originsAny: "Pages of every site may read what is public.", originsSome: "Only pages of these sites may ask with a script:",
    originsHow: "It is set where Dimmer is started, as DIMMER_CORS_ORIGINS: addresses with commas between them, or * for all.",

    // tokens
    tokensLead: "A program signs in with a token instead of a password. It acts for you, within what you allow it here.", noTokens: "No program has a token yet.", make: "Make a token", makeTitle: "A new token",
    tokenName: "What is it for?", tokenNameHint: "Such as: build of the website.", scopes: "What it may do", scopesMissing: "Choose at least one.",
    scope: {
      "posts:read": "Read posts, drafts too", "posts:write": "Write posts", "comments:read": "Read comments, held ones too", "comments:write": "Decide about comments", "site:read": "Read settings, people, tags", "site:write": "Change settings, people, tags",
    },
    expires: "Ends", in30: "after 30 days", in90: "after 90 days", in365: "after a year", never: "never, until you end it", created: (time: string) => `Made ${time}`, used: (time: string) => `last used ${time}`, unused: "never used",
    until: (time: string) => `ends ${time}`, forever: "does not end by itself", over: "has ended", shownOnce: "Copy it now. It is shown this once.", tokenMade: (name: string) => `The token “${name}” is ready.`, done: "I have copied it",
    end: "End", endToken: (name: string) => `End ${name}`, endTitle: "End this token?", endText: (name: string) => `Whatever uses “${name}” is shut out at once. It cannot be brought back; you can make a new one.`, ended: (name: string) => `“${name}” has ended.`,
    tokensOwner: "Only the owner sees and makes API tokens.",
  },
  {
    title: "Einstellungen", all: "Alle Einstellungen", sections: "Abschnitte der Einstellungen", onlyOwner: "Nur die Inhaberin kann Einstellungen ändern. Lesen können Sie sie hier.",
    names: { site: "Website", reading: "Lesen", comments: "Kommentare", rules: "Regeln gegen Spam", replies: "Antwortbausteine", mail: "E-Mail", frontends: "Frontends", tokens: "API-Tokens" },
    about: {
      site: "Titel, Sprache, Zeitzone, Logo", reading: "Startseite, Navigation, Adressen", comments: "Dimmer-Stufe, Zeit zum Ändern, langsamer Modus",
      rules: "Gesperrte Wörter, Probe, Akismet", replies: "Antworten, die Sie oft geben", mail: "Nachrichten an Sie, Testmail", frontends: "Adressen, Beispiele, Zwischenspeicher",
      tokens: "Schlüssel für Programme",
    },

    blogTitle: "Titel", description: "Beschreibung", descriptionHint: "Ein oder zwei Sätze. Suchmaschinen und Feeds zeigen sie.",
    language: "Sprache Ihrer Beiträge", languageIs: (name: string) => `${name}.`, languageHint: "Als Kürzel, etwa en oder de-AT.",
    timezone: "Zeitzone", timezoneNow: (time: string) => `Dort ist es jetzt ${time}. Nach dieser Uhr erscheinen geplante Beiträge.`, world: "Welt",
    logo: "Logo", logoHint: "Adresse eines Bildes, etwa /media/logo.png oder https://example.org/logo.svg. Frontends zeigen es neben dem Titel.", logoAlt: "Das Logo, wie es unter dieser Adresse liegt",
    privacy: "Datenschutzerklärung", privacyHint: "Adresse Ihrer Seite dazu. Das Kommentarformular führt dorthin.",
    about_: "Über das Blog", look: "Logo und Datenschutz",

    starter: "Startseite von Dimmer", starterOn: "Leserinnen finden Ihr Blog hier", starterHint: "Einfache Seiten, die Dimmer mitbringt, solange Sie kein eigenes Frontend haben. Aus: Hier antwortet nur die API.",
    openStarter: "Seite öffnen",
    navigation: "Navigation", navigationHint: "Links über jeder Seite, in dieser Reihenfolge.", navigationKeys: "Steht der Cursor in einer Zeile, verschiebt Alt mit einer Pfeiltaste sie.", noNavigation: "Noch keine Links.", label: "Text", address: "Adresse", entry: (n: number) => `Link ${n}`,
    add: "Link hinzufügen", up: (what: string) => `${what} nach oben`, down: (what: string) => `${what} nach unten`, remove: (what: string) => `${what} entfernen`, moved: (what: string, at: number, of: number) => `${what} ist Nummer ${at} von ${of}.`,
    removed: (what: string) => `${what} ist entfernt.`, nameless: "diesen Link",
    addresses: "Adressen", addressesHint: "Wo Ihr Frontend etwas zeigt. Feeds, E-Mails und Suchmaschinen führen dorthin. {slug} steht für den letzten Teil der Adresse.",
    siteUrl: "Adresse der Website", siteUrlHint: (here: string) => `Leer: ${here}, wo Dimmer läuft.`, postUrl: "Beiträge", pageUrl: "Seiten", tagUrl: "Schlagwörter", authorUrl: "Autorinnen", example: (address: string) => `Etwa ${address}`,
    previewUrl: "Vorschau", previewUrlHint: "Wo Ihr Frontend einen Beitrag zeigt, der noch nicht veröffentlicht ist. Es holt ihn von /api/v1/preview/{token}. Leer: Die Seiten von Dimmer zeigen ihn.",
    caching: "Zwischenspeicher", cache: "Sekunden, die eine Antwort behalten wird", cacheHint: "Ein CDN vor Dimmer fragt nach dieser Zeit neu.", stale: "Sekunden, die eine alte Antwort noch gezeigt werden darf", staleHint: "Während der Speicher die neue holt.",

    usually: (n: number) => `Üblich ist ${n}.`,

    level: "Dimmer-Stufe", levelLead: "Wer auf Sie wartet, bevor andere einen Kommentar sehen. Beiträge und Schlagwörter können eine eigene Stufe haben.",
    raised: (name: string) => `Ein Ansturm hat sie von selbst auf ${name} gestellt, bis es ruhig ist. Den Schalter hat die Startseite.`, quiet: "Der Schalter auf der Startseite hält oder schließt im Moment alles. Danach gilt wieder diese Stufe.",
    tagLevels: "Stufen von Schlagwörtern", tagLevelsHint: "Für Beiträge eines Schlagworts ohne eigene Stufe. Bei mehreren zählt die strengste. Änderungen hier gelten sofort.", noTagLevels: "Kein Schlagwort hat eine eigene Stufe.",
    tag: "Schlagwort", tagLevel: (tag: string) => `Stufe von ${tag}`, siteLevel: "Wie die Website", addTag: "Einem Schlagwort eine Stufe geben", pickTag: "Schlagwort wählen", tagLevelSaved: (tag: string, level: string) => `${tag}: ${level}.`,
    times: "Zeiten", close: "Tage, bis ein Beitrag schließt", closeSays: (n: number) => (n === 0 ? "0: Beiträge bleiben offen." : `Ein Beitrag nimmt nach dem Erscheinen ${nth(n, "Tag", "Tage")} lang Kommentare.`),
    edit: "Minuten zum Ändern eines Kommentars", editSays: (n: number) => (n === 0 ? "0: Was gesendet ist, kann niemand mehr ändern." : `${nth(n, "Minute", "Minuten")} lang kann man ihn ändern oder zurückziehen. Geändertes wird neu beurteilt.`),
    slow: "Langsamer Modus, in Sekunden", slowSays: (n: number) => (n === 0 ? "0: kein langsamer Modus." : `Zwischen zwei Kommentaren zu einem Beitrag liegen ${nth(n, "Sekunde", "Sekunden")}.`),
    keeping: "Was wie lange aufgehoben wird", spamDays: "Tage, die Spam und Papierkorb bleiben", spamSays: (n: number) => `Nach ${n === 1 ? "1 Tag" : `${n} Tagen`} werden sie endgültig gelöscht.`,
    addressDays: "Tage, die die Herkunft bleibt", addressSays: (n: number) => `Woher ein Kommentar kam: nie die Adresse selbst: ein daraus gemachter Code, um zu erkennen, wer viel sendet. Nach ${n === 1 ? "1 Tag" : `${n} Tagen`} ist er weg.`,

    blocked: "Was Spam ist", blockedLead: "Ein Eintrag pro Zeile. Was passt, geht zu Spam, ohne auf Sie zu warten; dort finden Sie es.",
    blockedWords: "Wörter", blockedWordsHint: "In einem Kommentar oder Namen. Ein * am Ende steht für jede Endung: casino* findet auch casinos.",
    blockedDomains: "Domains in Links", blockedDomainsHint: "Etwa pills.example; shop.pills.example zählt mit.",
    blockedAddresses: "E-Mail-Adressen", blockedAddressesHint: "Etwa ann@spam.example, oder @spam.example für alle dort.",
    line: (n: number, message: string) => `Zeile ${n}: ${message}`,
    trying: "Wird an Ihren letzten Kommentaren geprobt …", rehearsalNone: "Es gibt noch keine Kommentare, an denen das zu proben wäre.",
    rehearsalSame: (n: number) => (n === 1 ? "Damit wäre mit dem letzten Kommentar dasselbe geschehen." : `Damit wäre mit allen letzten ${n} Kommentaren dasselbe geschehen.`),
    rehearsalFailed: "So lässt es sich nicht proben:",
    held: (n: number, of: number) => `Damit hätten ${n} der letzten ${of} Kommentare gewartet`, spam: (n: number, of: number) => `Damit wären ${n} der letzten ${of} Kommentare Spam gewesen`,
    shown: (n: number, of: number) => `Damit wären ${n} der letzten ${of} Kommentare sofort erschienen`,
    approved: (n: number) => `, von denen Sie später ${n === 0 ? "keinen" : n} freigegeben haben.`, rejected: (n: number) => `, von denen Sie später ${n === 0 ? "keinen" : n} abgelehnt haben.`,
    showThem: "Zeigen", hideThem: "Verbergen", newest: (n: number) => `Die neuesten ${n}:`, gone: "Jemand, dessen Kommentar weg ist",
    verdicts: { approved: "sofort", pending: "wartet", spam: "Spam" }, decisions: { approved: "freigegeben", pending: "wartet", spam: "Spam", trash: "Papierkorb" }, change: (was: string, is: string) => `${was} → ${is}`, decided: (what: string) => `Sie entschieden: ${what}`, undecided: "noch nicht entschieden",
    akismet: "Akismet", akismetLead: "Ein Dienst, der Spam aus vielen Blogs kennt. Er bekommt Text, Name, E-Mail, Netzadresse und Browser aller, die kommentieren: Das gehört in Ihre Datenschutzerklärung.",
    akismetOff: "Aus: Es ist kein Schlüssel gesetzt.", akismetOn: "An: Ein Schlüssel ist gesetzt. Er wird nicht mehr gezeigt.", akismetKey: "Schlüssel", setKey: "Schlüssel setzen", replaceKey: "Schlüssel ersetzen", removeKey: "Schlüssel entfernen", cancel: "Abbrechen",
    removeKeyTitle: "Schlüssel entfernen?", removeKeyText: "Akismet wird nicht mehr gefragt. Dimmer kennt den Schlüssel danach nicht mehr; zum Wiedereinschalten brauchen Sie ihn selbst.", keep: "Behalten",
    keySet: "Akismet ist an.", keyRemoved: "Akismet ist aus.", akismetUrl: "Server", akismetUrlHint: "Von Akismet selbst, oder ein anderer mit demselben Protokoll.",

    snippetsLead: "Für alle, die moderieren. Beim Antworten auf einen Kommentar sind sie einen Tipp entfernt und lassen sich vor dem Senden ändern.", noSnippets: "Noch keine Bausteine. Schreiben Sie den ersten: Was antworten Sie am häufigsten?",
    newSnippet: "Antwort aufheben", snippetTitle: "Name", snippetTitleHint: "Unter diesem Namen wählen Sie sie aus.", snippetBody: "Antwort", snippetBodyHint: "Markdown, bis zu 2.000 Zeichen.", editSnippet: "Ändern", editNamed: (title: string) => `${title} ändern`, deleteSnippet: "Löschen", deleteNamed: (title: string) => `${title} löschen`,
    snippetDeleted: (title: string) => `„${title}“ ist gelöscht.`, snippetKept: (title: string) => `„${title}“ ist aufgehoben.`, keepSnippet: "Aufheben", doneEditing: "Fertig",

    mailState: "Versand", mailOn: (from: string) => `E-Mail ist an. Absender ist ${from}.`, mailOff: "E-Mail ist aus: Nichts wird verschickt, und ein vergessenes Passwort kann niemand neu setzen.",
    mailOffHow: "Eingeschaltet wird sie dort, wo Dimmer gestartet wird. Für die Person, die den Server betreibt:", mailEnv: "Umgebung für E-Mail", mailEnvHint: "Danach Dimmer neu starten.",
    test: "Testmail an mich senden", testSent: (to: string) => `Sie ist unterwegs an ${to}. Ist sie in ein paar Minuten nicht da, sehen Sie im Spam-Ordner nach.`, testFailed: "Die E-Mail kam nicht durch. Der Mailserver sagte:",
    testFailedHint: "Sonst ist nichts verloren: Andere E-Mails werden von selbst noch einmal versucht. Der Postausgang zeigt jede.", outbox: "Postausgang öffnen", testing: "Wird gesendet …",
    notices: "Nachricht über wartende Kommentare", noticesTo: "Sie geht an alle, die moderieren, und führt zu einer Seite, auf der ein Tippen entscheidet.",
    notice: {
      each: ["Eine für jeden Kommentar", "Bei einem Ansturm eine pro Stunde."], hourly: ["Einmal pro Stunde", "Alles, was kam, in einer E-Mail; keine, wenn nichts wartet."],
      daily: ["Einmal am Tag", "Um acht Uhr morgens nach der Uhr der Website."], off: ["Keine", "Sie sehen selbst hier nach."],
    },

    api: "Adresse der API", apiHint: "Frontends lesen hier Beiträge und senden Kommentare, ohne Anmeldung.", documentation: "Jeder Aufruf mit Beispielen", openapi: "Das OpenAPI-Dokument",
    examples: "Beispiele zum Kopieren", fetchExample: "Die neuesten Beiträge mit JavaScript lesen", widgetExample: "Kommentare auf jeder Seite", widgetHint: "Beide Zeilen kommen dorthin, wo die Kommentare stehen sollen. Setzen Sie den Slug des Beitrags an die Stelle des Beispiels.", curlExample: "Im Terminal ausprobieren",
    origins: "Wer fragen darf", originsAny: "Seiten jeder Website dürfen lesen, was öffentlich ist.", originsSome: "Nur Seiten dieser Websites dürfen mit einem Skript fragen:",
    originsHow: "Das wird dort gesetzt, wo Dimmer gestartet wird, als DIMMER_CORS_ORIGINS: Adressen mit Kommas dazwischen, oder * für alle.",

    tokensLead: "Ein Programm meldet sich mit einem Token statt mit einem Passwort an. Es handelt für Sie, soweit Sie es ihm hier erlauben.", noTokens: "Noch kein Programm hat ein Token.", make: "Token anlegen", makeTitle: "Ein neues Token",
    tokenName: "Wofür ist es?", tokenNameHint: "Etwa: Bau der Website.", scopes: "Was es darf", scopesMissing: "Wählen Sie mindestens eines.",
    scope: {
      "posts:read": "Beiträge lesen, auch Entwürfe", "posts:write": "Beiträge schreiben", "comments:read": "Kommentare lesen, auch wartende", "comments:write": "Über Kommentare entscheiden", "site:read": "Einstellungen, Personen, Schlagwörter lesen", "site:write": "Einstellungen, Personen, Schlagwörter ändern",
    },
    expires: "Endet", in30: "nach 30 Tagen", in90: "nach 90 Tagen", in365: "nach einem Jahr", never: "nie, bis Sie es beenden", created: (time: string) => `Angelegt ${time}`, used: (time: string) => `zuletzt benutzt ${time}`, unused: "nie benutzt",
    until: (time: string) => `endet ${time}`, forever: "endet nicht von selbst", over: "ist abgelaufen", shownOnce: "Kopieren Sie es jetzt. Es wird nur dieses Mal gezeigt.", tokenMade: (name: string) => `Das Token „${name}“ ist fertig.`, done: "Ich habe es kopiert",
    end: "Beenden", endToken: (name: string) => `${name} beenden`, endTitle: "Dieses Token beenden?", endText: (name: string) => `Was „${name}“ benutzt, ist sofort ausgesperrt. Zurückholen lässt es sich nicht; Sie können ein neues anlegen.`, ended: (name: string) => `„${name}“ ist beendet.`,
    tokensOwner: "Nur die Inhaberin sieht API-Tokens und legt sie an.",
  },
);
