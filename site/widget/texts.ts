// The widget's own words. Each language is one line of texts in the order of `T`; # is where a name or number goes, ~ stands between one and many.

export const enum T {
  Count, Comments, Newest, Oldest, Top, Reply, Report, Like, Edit, Delete, Send, Cancel, Write, Preview, Again, Comment, Name, Email,
  Optional, Tell, Draft, Private, Kept, OnlyYou, Reads, Left, Removed, Author, Owner, Pinned, Edited, Answers, More, Closed, StaysHere,
  Nobody, First, HintNewcomers, NotSent, Lost, TooFast, Failed, Safe, Thanks, Helped,
}

const texts: Record<string, string> = {
  en: "# comment~# comments|Comments|Newest first|Oldest first|Most liked|Reply|Report|Like|Edit|Delete|Send|Cancel|Write|Preview|Try again|Comment|Name|E-mail|(optional)|Tell me by e-mail of answers|Draft kept|No account, no cookies.|What is kept|Only you can see this for now.|# reads it before it appears.|# left to change it|This comment was removed.|Author|Owner|Pinned|edited|answers #|Show # more|Comments are closed.|What was said stays.|Nobody has said anything yet. A question counts, and so does a small thing that helped.|Write the first comment|# reads first comments before they appear.|Not sent.|The connection was lost.|Please wait a minute.|Something failed on our side.|Your text is safe here; try again.|Thank you.|This helped me",
  de: "# Kommentar~# Kommentare|Kommentare|Neueste zuerst|Älteste zuerst|Beliebteste|Antworten|Melden|Gefällt mir|Bearbeiten|Löschen|Senden|Abbrechen|Schreiben|Vorschau|Noch einmal|Kommentar|Name|E-Mail|(freiwillig)|Antworten per E-Mail melden|Entwurf gesichert|Kein Konto, keine Cookies.|Was gespeichert wird|Das sehen vorerst nur Sie.|# liest es, bevor es erscheint.|Noch # zu ändern|Dieser Kommentar wurde entfernt.|Autor|Inhaber|Angeheftet|bearbeitet|antwortet #|# weitere zeigen|Die Kommentare sind geschlossen.|Was gesagt wurde, bleibt.|Noch hat niemand etwas gesagt. Auch eine Frage zählt.|Den ersten Kommentar schreiben|# liest erste Kommentare, bevor sie erscheinen.|Nicht gesendet.|Die Verbindung ist abgebrochen.|Bitte warten Sie eine Minute.|Bei uns ist etwas schiefgegangen.|Ihr Text ist hier sicher; bitte noch einmal.|Danke.|Das hat mir geholfen",
  fr: "# commentaire~# commentaires|Commentaires|Les plus récents|Les plus anciens|Les plus aimés|Répondre|Signaler|J’aime|Modifier|Supprimer|Envoyer|Annuler|Écrire|Aperçu|Réessayer|Commentaire|Nom|E-mail|(facultatif)|Me prévenir des réponses par e-mail|Brouillon gardé|Ni compte ni cookies.|Ce qui est gardé|Vous seul le voyez pour l’instant.|# le lit avant qu’il n’apparaisse.|Encore # pour le modifier|Ce commentaire a été retiré.|Auteur|Propriétaire|Épinglé|modifié|répond à #|Afficher # de plus|Les commentaires sont fermés.|Ce qui a été dit reste.|Personne n’a encore rien dit. Une question compte aussi.|Écrire le premier commentaire|# lit les premiers commentaires avant qu’ils n’apparaissent.|Pas envoyé.|La connexion est coupée.|Attendez une minute, s’il vous plaît.|Quelque chose a échoué de notre côté.|Votre texte est en sécurité ici ; réessayez.|Merci.|Cela m’a aidé",
  es: "# comentario~# comentarios|Comentarios|Recientes|Antiguos|Preferidos|Responder|Denunciar|Me gusta|Editar|Borrar|Enviar|Cancelar|Escribir|Vista previa|Reintentar|Comentario|Nombre|Correo|(opcional)|Avisarme de respuestas por correo|Borrador guardado|Sin cuenta ni cookies.|Qué se guarda|Por ahora solo lo ve usted.|# lo lee antes de que aparezca.|# para cambiarlo|Este comentario se ha retirado.|Autor|Propietario|Fijado|editado|responde a #|Mostrar # más|Los comentarios están cerrados.|Lo dicho queda.|Nadie ha dicho nada todavía. Una pregunta también cuenta.|Escribir el primer comentario|# lee los primeros comentarios antes de que aparezcan.|No enviado.|Se ha perdido la conexión.|Espere un minuto, por favor.|Algo ha fallado por nuestra parte.|Su texto está a salvo aquí; reinténtelo.|Gracias.|Me ha servido",
};

export interface Words {
  /** The text, with the name or number in it. */
  say(text: T, value?: string | number): string;
  /** "2 days ago", and of what is more than a month old, its date. */
  ago(at: string): string;
  /** "14 minutes" */
  minutes(n: number): string;
}

/** The words in the language of an element: its own `lang`, else the closest one, else the document's; English where we have none. */
export function wordsFor(host: Element): Words {
  const asked = (host.closest<HTMLElement>("[lang]") ?? document.documentElement).lang;
  const [locale] = /^(en|de|fr|es)(-\w\w)?\b/.exec(asked) ?? ["en"];
  const all = (texts[locale.slice(0, 2)] ?? "").split("|");
  const plural = new Intl.PluralRules(locale);
  return {
    say: (text, value) => {
      const [one = "", many = one] = (all[text] ?? "").split("~");
      if (value == null) return one;
      const counts = typeof value == "number";
      // A function, since $& in a name would mean something in a replacement.
      return (counts && plural.select(value) != "one" ? many : one).replace("#", () => (counts ? value.toLocaleString(locale) : value));
    },
    ago: (at) => {
      const minutes = (Date.now() - Date.parse(at)) / 6e4;
      if (minutes > 43_200) return new Date(at).toLocaleDateString(locale, { dateStyle: "medium" });
      const [span, unit] = minutes < 60 ? ([1, "minute"] as const) : minutes < 1440 ? ([60, "hour"] as const) : ([1440, "day"] as const);
      return new Intl.RelativeTimeFormat(locale, { numeric: "auto" }).format(-Math.max(0, Math.round(minutes / span)), unit);
    },
    minutes: (n) => n.toLocaleString(locale, { style: "unit", unit: "minute", unitDisplay: "long" }),
  };
}
