package site

import (
	"strconv"
	"strings"
	"time"
)

// Words are the site's own words in one language. What writers and readers have written is not among them.
type Words struct {
	Language string // of the words themselves, BCP 47

	SkipLink, MainMenu, Search, Privacy, MadeWith                      string
	Posts, NoPosts, OlderPosts, NewerPosts, Pages                      string
	OnThisPage, Earlier, Later, OtherPosts, Related, Tags, Updated     string
	SearchPosts, SearchHint, TryOneWord                                string
	NotFound, NotFoundText, ToFront, Failed, FailedText                string
	Comments, Newest, Oldest, MostLiked, OrderOfComments, MoreComments string
	MoreReplies, FirstComments, Reply, Author, Owner, Edited, Removed  string
	Pinned, Closed, NoComments, AddYourVoice, Comment, Name, Email     string
	YourName, YourComment, YourEmail                                   string
	Optional, Marks, TellMe, Send, Held, Approved, Private, LeaveEmpty string
	Refused, RefusedText, Website, Cancel, NothingHere, preview        string
	somebody, pageOf, minutes, oneMinute, reading, oneReading          string
	comments, oneComment, posts, onePost, found, oneFound, nothing     string
	replyTo, answers, commentBy, likes, oneLike, readers, oneReader    string
	hintOpen, hintNewcomers, hintAll                                   string
	day, dayAndYear, clock                                             string // of dates: D day, M month, Y year; of time: in [time.Time.Format]
	months                                                             [12]string
	first                                                              string // the first of a month, if it is written otherwise
	quote, unquote                                                     string
}

var english = Words{
	Language: "en", SkipLink: "Skip to the text", MainMenu: "Main", Search: "Search", Privacy: "Privacy", MadeWith: "Comments kept calm with Dimmer",
	Posts: "Posts", NoPosts: "No posts yet. The first one will stand here.", OlderPosts: "Older posts", NewerPosts: "Newer posts", Pages: "Pages",
	OnThisPage: "On this page", Earlier: "Earlier", Later: "Later", OtherPosts: "Other posts", Related: "Related", Tags: "Tags", Updated: "Changed on",
	SearchPosts: "Search the posts", SearchHint: "All the words have to be there; the last one may be the beginning of one.", TryOneWord: "Try one word.",
	NotFound: "There is nothing here", NotFoundText: "The address may be old, or have a letter too many. What you are looking for may still be found by a word or two.",
	ToFront: "All posts", Failed: "Something failed on our side", FailedText: "Please try again in a moment.",
	Comments: "Comments", Newest: "Newest", Oldest: "Oldest", MostLiked: "Most liked", OrderOfComments: "Order of comments", MoreComments: "More comments",
	MoreReplies: "More replies", FirstComments: "Back to the first comments", Reply: "Reply", Author: "Author", Owner: "Owner", Edited: "edited",
	Removed: "This comment was removed.", Pinned: "Pinned", Closed: "Comments are closed. What was said stays readable.", NoComments: "Nobody has said anything yet.",
	AddYourVoice: "Add your voice", Comment: "Comment", Name: "Name", Email: "E-mail", Optional: "(optional, never shown)",
	Marks: "*emphasis*, **strong**, > quote and links work.", TellMe: "Tell me by e-mail when somebody answers", Send: "Send comment",
	Held: "Only you can see this for now. %s reads it before it appears.", Approved: "Your comment is here. Thank you.",
	Private:    "No account, no cookies. We keep what you type and, for %s days, a keyed hash of your address.",
	LeaveEmpty: "Leave this field empty", Refused: "Your comment was not taken",
	RefusedText: "Nothing was sent, and nothing is lost: go back with your browser, and what you wrote is still there.", Website: "Web site", YourName: "Your name", YourComment: "Your comment", YourEmail: "Your e-mail address", Cancel: "Cancel",
	NothingHere: "No posts here yet.", preview: "Preview: only who has this link sees it, until %s.",
	somebody: "Somebody", pageOf: "Page %s of %s", minutes: "%s min", oneMinute: "1 min", reading: "%s min to read", oneReading: "1 min to read",
	comments: "%s comments", oneComment: "1 comment", posts: "%s posts", onePost: "1 post", found: "%s found", oneFound: "1 found", nothing: "Nothing with %s.",
	replyTo: "Reply to %s", answers: "answers %s", commentBy: "Comment by %s", likes: "%s likes", oneLike: "1 like",
	readers: "%s readers said that this helped", oneReader: "1 reader said that this helped",
	hintOpen: "Comments appear at once.", hintNewcomers: "If this is your first comment here, %s reads it before it appears.",
	hintAll: "%s reads every comment before it appears.",
	day:     "D M", dayAndYear: "D M Y", clock: "15:04", quote: "“", unquote: "”",
	months: [12]string{"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"},
}

var american = func() Words {
	w := english
	w.Language, w.day, w.dayAndYear, w.clock = "en-US", "M D", "M D, Y", "3:04 PM"
	return w
}()

var german = Words{
	Language: "de", SkipLink: "Zum Text springen", MainMenu: "Hauptmenü", Search: "Suche", Privacy: "Datenschutz", MadeWith: "Ruhige Kommentare mit Dimmer",
	Posts: "Beiträge", NoPosts: "Noch keine Beiträge. Der erste wird hier stehen.", OlderPosts: "Ältere Beiträge", NewerPosts: "Neuere Beiträge", Pages: "Seiten",
	OnThisPage: "Auf dieser Seite", Earlier: "Früher", Later: "Später", OtherPosts: "Andere Beiträge", Related: "Verwandtes", Tags: "Themen", Updated: "Geändert am",
	SearchPosts: "Beiträge durchsuchen", SearchHint: "Alle Wörter müssen vorkommen; das letzte darf ein Wortanfang sein.", TryOneWord: "Versuchen Sie es mit einem Wort.",
	NotFound: "Hier ist nichts", NotFoundText: "Vielleicht ist die Adresse alt oder hat einen Buchstaben zu viel. Mit ein, zwei Wörtern lässt sich oft trotzdem finden, was Sie suchen.",
	ToFront: "Alle Beiträge", Failed: "Bei uns ist etwas schiefgegangen", FailedText: "Bitte versuchen Sie es gleich noch einmal.",
	Comments: "Kommentare", Newest: "Neueste", Oldest: "Älteste", MostLiked: "Beliebteste", OrderOfComments: "Reihenfolge der Kommentare", MoreComments: "Weitere Kommentare",
	MoreReplies: "Weitere Antworten", FirstComments: "Zurück zu den ersten Kommentaren", Reply: "Antworten", Author: "Autor", Owner: "Inhaber", Edited: "bearbeitet",
	Removed: "Dieser Kommentar wurde entfernt.", Pinned: "Angeheftet", Closed: "Die Kommentare sind geschlossen. Was gesagt wurde, bleibt lesbar.", NoComments: "Noch hat niemand etwas gesagt.",
	AddYourVoice: "Sagen Sie etwas dazu", Comment: "Kommentar", Name: "Name", Email: "E-Mail", Optional: "(freiwillig, wird nie gezeigt)",
	Marks: "*Betonung*, **Fettes**, > Zitat und Links gehen.", TellMe: "Per E-Mail Bescheid geben, wenn jemand antwortet", Send: "Kommentar senden",
	Held: "Das sehen vorerst nur Sie. %s liest es, bevor es erscheint.", Approved: "Ihr Kommentar ist da. Danke.",
	Private:    "Kein Konto, keine Cookies. Wir behalten, was Sie schreiben, und %s Tage lang einen verschlüsselten Fingerabdruck Ihrer Adresse.",
	LeaveEmpty: "Dieses Feld leer lassen", Refused: "Ihr Kommentar wurde nicht angenommen",
	RefusedText: "Es wurde nichts gesendet, und nichts ist verloren: Gehen Sie im Browser zurück, dort steht noch, was Sie geschrieben haben.", Website: "Website", YourName: "Ihr Name", YourComment: "Ihr Kommentar", YourEmail: "Ihre E-Mail-Adresse", Cancel: "Abbrechen",
	NothingHere: "Hier gibt es noch keine Beiträge.", preview: "Vorschau: Das sieht nur, wer diesen Link hat, bis %s.",
	somebody: "Jemand", pageOf: "Seite %s von %s", minutes: "%s Min.", oneMinute: "1 Min.", reading: "%s Min. Lesezeit", oneReading: "1 Min. Lesezeit",
	comments: "%s Kommentare", oneComment: "1 Kommentar", posts: "%s Beiträge", onePost: "1 Beitrag", found: "%s gefunden", oneFound: "1 gefunden", nothing: "Nichts mit %s.",
	replyTo: "Antwort an %s", answers: "antwortet %s", commentBy: "Kommentar von %s", likes: "%s Herzen", oneLike: "1 Herz",
	readers: "%s Lesern hat das geholfen", oneReader: "1 Leser sagt: Das hat geholfen",
	hintOpen: "Kommentare erscheinen sofort.", hintNewcomers: "Ist das Ihr erster Kommentar hier, liest ihn %s, bevor er erscheint.",
	hintAll: "%s liest jeden Kommentar, bevor er erscheint.",
	day:     "D. M", dayAndYear: "D. M Y", clock: "15:04", quote: "„", unquote: "“",
	months: [12]string{"Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember"},
}

var french = Words{
	Language: "fr", SkipLink: "Aller au texte", MainMenu: "Menu principal", Search: "Recherche", Privacy: "Confidentialité", MadeWith: "Des commentaires au calme, avec Dimmer",
	Posts: "Billets", NoPosts: "Pas encore de billet. Le premier sera ici.", OlderPosts: "Billets plus anciens", NewerPosts: "Billets plus récents", Pages: "Pages",
	OnThisPage: "Sur cette page", Earlier: "Avant", Later: "Après", OtherPosts: "Autres billets", Related: "À lire aussi", Tags: "Thèmes", Updated: "Modifié le",
	SearchPosts: "Chercher dans les billets", SearchHint: "Tous les mots doivent y être ; le dernier peut être un début de mot.", TryOneWord: "Essayez un seul mot.",
	NotFound: "Il n’y a rien ici", NotFoundText: "L’adresse est peut-être ancienne, ou a une lettre de trop. Un mot ou deux suffisent souvent pour retrouver ce que vous cherchez.",
	ToFront: "Tous les billets", Failed: "Quelque chose a échoué de notre côté", FailedText: "Réessayez dans un instant, s’il vous plaît.",
	Comments: "Commentaires", Newest: "Les plus récents", Oldest: "Les plus anciens", MostLiked: "Les plus aimés", OrderOfComments: "Ordre des commentaires", MoreComments: "Plus de commentaires",
	MoreReplies: "Plus de réponses", FirstComments: "Revenir aux premiers commentaires", Reply: "Répondre", Author: "Auteur", Owner: "Propriétaire", Edited: "modifié",
	Removed: "Ce commentaire a été retiré.", Pinned: "Épinglé", Closed: "Les commentaires sont fermés. Ce qui a été dit reste lisible.", NoComments: "Personne n’a encore rien dit.",
	AddYourVoice: "À vous la parole", Comment: "Commentaire", Name: "Nom", Email: "E-mail", Optional: "(facultatif, jamais affiché)",
	Marks: "*emphase*, **gras**, > citation et liens sont possibles.", TellMe: "Me prévenir par e-mail quand quelqu’un répond", Send: "Envoyer le commentaire",
	Held: "Vous seul le voyez pour l’instant. %s le lit avant qu’il n’apparaisse.", Approved: "Votre commentaire est là. Merci.",
	Private:    "Ni compte ni cookies. Nous gardons ce que vous écrivez et, pendant %s jours, une empreinte chiffrée de votre adresse.",
	LeaveEmpty: "Laissez ce champ vide", Refused: "Votre commentaire n’a pas été accepté",
	RefusedText: "Rien n’a été envoyé et rien n’est perdu : revenez en arrière, votre texte est toujours là.", Website: "Site web", YourName: "Votre nom", YourComment: "Votre commentaire", YourEmail: "Votre adresse e-mail", Cancel: "Annuler",
	NothingHere: "Pas encore de billet ici.", preview: "Aperçu : seules les personnes qui ont ce lien le voient, jusqu’au %s.",
	somebody: "Quelqu’un", pageOf: "Page %s sur %s", minutes: "%s min", oneMinute: "1 min", reading: "%s min de lecture", oneReading: "1 min de lecture",
	comments: "%s commentaires", oneComment: "1 commentaire", posts: "%s billets", onePost: "1 billet", found: "%s trouvés", oneFound: "1 trouvé", nothing: "Rien avec %s.",
	replyTo: "Répondre à %s", answers: "répond à %s", commentBy: "Commentaire de %s", likes: "%s cœurs", oneLike: "1 cœur",
	readers: "%s lecteurs disent que cela a aidé", oneReader: "1 lecteur dit que cela a aidé",
	hintOpen: "Les commentaires apparaissent aussitôt.", hintNewcomers: "Si c’est votre premier commentaire ici, %s le lit avant qu’il n’apparaisse.",
	hintAll: "%s lit chaque commentaire avant qu’il n’apparaisse.",
	day:     "D M", dayAndYear: "D M Y", clock: "15:04", first: "1er", quote: "« ", unquote: " »",
	months: [12]string{"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"},
}

var spanish = Words{
	Language: "es", SkipLink: "Ir al texto", MainMenu: "Menú principal", Search: "Buscar", Privacy: "Privacidad", MadeWith: "Comentarios en calma con Dimmer",
	Posts: "Entradas", NoPosts: "Aún no hay entradas. La primera estará aquí.", OlderPosts: "Entradas anteriores", NewerPosts: "Entradas más recientes", Pages: "Páginas",
	OnThisPage: "En esta página", Earlier: "Antes", Later: "Después", OtherPosts: "Otras entradas", Related: "Relacionado", Tags: "Temas", Updated: "Cambiado el",
	SearchPosts: "Buscar en las entradas", SearchHint: "Tienen que estar todas las palabras; la última puede ser el comienzo de una.", TryOneWord: "Pruebe con una palabra.",
	NotFound: "Aquí no hay nada", NotFoundText: "Quizá la dirección sea antigua o le sobre una letra. Con una o dos palabras suele encontrarse lo que busca.",
	ToFront: "Todas las entradas", Failed: "Algo ha fallado por nuestra parte", FailedText: "Vuelva a intentarlo dentro de un momento.",
	Comments: "Comentarios", Newest: "Recientes", Oldest: "Antiguos", MostLiked: "Preferidos", OrderOfComments: "Orden de los comentarios", MoreComments: "Más comentarios",
	MoreReplies: "Más respuestas", FirstComments: "Volver a los primeros comentarios", Reply: "Responder", Author: "Autor", Owner: "Propietario", Edited: "editado",
	Removed: "Este comentario se ha retirado.", Pinned: "Fijado", Closed: "Los comentarios están cerrados. Lo dicho sigue a la vista.", NoComments: "Nadie ha dicho nada todavía.",
	AddYourVoice: "Diga algo", Comment: "Comentario", Name: "Nombre", Email: "Correo", Optional: "(opcional, nunca se muestra)",
	Marks: "Se puede usar *énfasis*, **negrita**, > cita y enlaces.", TellMe: "Avisarme por correo cuando alguien responda", Send: "Enviar comentario",
	Held: "Por ahora solo lo ve usted. %s lo lee antes de que aparezca.", Approved: "Su comentario está aquí. Gracias.",
	Private:    "Sin cuenta ni cookies. Guardamos lo que escribe y, durante %s días, una huella cifrada de su dirección.",
	LeaveEmpty: "Deje este campo vacío", Refused: "No hemos aceptado su comentario",
	RefusedText: "No se ha enviado nada y nada se ha perdido: vuelva atrás y su texto seguirá ahí.", Website: "Sitio web", YourName: "Su nombre", YourComment: "Su comentario", YourEmail: "Su dirección de correo", Cancel: "Cancelar",
	NothingHere: "Aún no hay entradas aquí.", preview: "Vista previa: solo la ve quien tiene este enlace, hasta el %s.",
	somebody: "Alguien", pageOf: "Página %s de %s", minutes: "%s min", oneMinute: "1 min", reading: "%s min de lectura", oneReading: "1 min de lectura",
	comments: "%s comentarios", oneComment: "1 comentario", posts: "%s entradas", onePost: "1 entrada", found: "%s resultados", oneFound: "1 resultado", nothing: "Nada con %s.",
	replyTo: "Responder a %s", answers: "responde a %s", commentBy: "Comentario de %s", likes: "%s corazones", oneLike: "1 corazón",
	readers: "A %s lectores les ha servido", oneReader: "A 1 lector le ha servido",
	hintOpen: "Los comentarios aparecen enseguida.", hintNewcomers: "Si es su primer comentario aquí, %s lo lee antes de que aparezca.",
	hintAll: "%s lee cada comentario antes de que aparezca.",
	day:     "D de M", dayAndYear: "D de M de Y", clock: "15:04", quote: "«", unquote: "»",
	months: [12]string{"enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"},
}

// WordsFor are the words for a language, by its BCP 47 tag; English where there are none.
func WordsFor(tag string) *Words {
	tag = strings.ToLower(tag)
	primary, _, _ := strings.Cut(tag, "-")
	switch {
	case tag == "en-us":
		return &american
	case primary == "de":
		return &german
	case primary == "fr":
		return &french
	case primary == "es":
		return &spanish
	}
	return &english
}

// fill puts texts into a sentence, one after the other. What was put in is not looked at again: a name may hold the sign too.
func fill(sentence string, texts ...string) string {
	before, after, found := strings.Cut(sentence, "%s")
	if !found || len(texts) == 0 {
		return sentence
	}
	return before + texts[0] + fill(after, texts[1:]...)
}

func (w *Words) count(n int, many, one string) string {
	if n == 1 {
		return one
	}
	return fill(many, w.Number(n))
}

// Number writes a number with its thousands apart.
func (w *Words) Number(n int) string {
	digits := strconv.Itoa(n)
	apart := ","
	switch w.Language {
	case "de", "es":
		apart = "."
	case "fr":
		apart = "\u202f"
	}
	for at := len(digits) - 3; at > 0; at -= 3 {
		digits = digits[:at] + apart + digits[at:]
	}
	return digits
}

// CountComments and its like say how many there are.
func (w *Words) CountComments(n int) string { return w.count(n, w.comments, w.oneComment) }

// CountPosts says how many posts there are.
func (w *Words) CountPosts(n int) string { return w.count(n, w.posts, w.onePost) }

// CountFound says how many posts a search has found.
func (w *Words) CountFound(n int) string { return w.count(n, w.found, w.oneFound) }

// CountLikes says how many readers like a comment.
func (w *Words) CountLikes(n int) string { return w.count(n, w.likes, w.oneLike) }

// CountReaders says how many readers a post has helped.
func (w *Words) CountReaders(n int) string { return w.count(n, w.readers, w.oneReader) }

// Minutes says how long a post is, in few characters.
func (w *Words) Minutes(n int) string { return w.count(n, w.minutes, w.oneMinute) }

// Reading says how long it takes to read a post.
func (w *Words) Reading(n int) string { return w.count(n, w.reading, w.oneReading) }

// PageOf says which page of a list this is.
func (w *Words) PageOf(n, of int) string { return fill(w.pageOf, w.Number(n), w.Number(of)) }

// Nothing says that a search has found nothing.
func (w *Words) Nothing(words string) string { return fill(w.nothing, w.quote+words+w.unquote) }

// ReplyTo names what a form answers.
func (w *Words) ReplyTo(name string) string { return fill(w.replyTo, name) }

// Answers says whom a comment answers.
func (w *Words) Answers(name string) string { return fill(w.answers, name) }

// CommentBy names a comment.
func (w *Words) CommentBy(name string) string { return fill(w.commentBy, name) }

// PreviewUntil tells whoever looks at a post that is not published yet who else can, and until when.
func (w *Words) PreviewUntil(at, now time.Time) string { return fill(w.preview, w.Moment(at, now)) }

// HeldBy tells the writer of a comment that it is held: the same whatever was thought of it.
func (w *Words) HeldBy(moderator string) string { return fill(w.Held, w.orSomebody(moderator)) }

// PrivateFor says what is kept of the writer of a comment, and how many days.
func (w *Words) PrivateFor(days int) string { return fill(w.Private, w.Number(days)) }

// Hint says what will happen to a comment. It depends on the dimmer level alone, never on what is thought of this reader.
func (w *Words) Hint(level, moderator string) string {
	switch level {
	case "open":
		return w.hintOpen
	case "newcomers":
		return fill(w.hintNewcomers, w.orSomebodyInside(moderator))
	}
	return fill(w.hintAll, w.orSomebody(moderator))
}

func (w *Words) orSomebody(name string) string {
	if name == "" {
		return w.somebody
	}
	return name
}

// orSomebodyInside is for the middle of a sentence.
func (w *Words) orSomebodyInside(name string) string {
	if name == "" && w.Language != "de" {
		return strings.ToLower(w.somebody[:1]) + w.somebody[1:]
	}
	if name == "" {
		return "jemand"
	}
	return name
}

// Day writes a day; its year too if it is not that of now.
func (w *Words) Day(at, now time.Time) string {
	pattern := w.dayAndYear
	if at.Year() == now.In(at.Location()).Year() {
		pattern = w.day
	}
	return w.date(at, pattern)
}

// Date writes a day with its year.
func (w *Words) Date(at time.Time) string { return w.date(at, w.dayAndYear) }

// Moment writes a day and the time of day.
func (w *Words) Moment(at, now time.Time) string { return w.Day(at, now) + ", " + at.Format(w.clock) }

func (w *Words) date(at time.Time, pattern string) string {
	day := strconv.Itoa(at.Day())
	if at.Day() == 1 && w.first != "" {
		day = w.first
	}
	return strings.NewReplacer("D", day, "M", w.months[at.Month()-1], "Y", strconv.Itoa(at.Year())).Replace(pattern)
}

// Direction is how a language is written: rtl or ltr.
func Direction(tag string) string {
	parts := strings.Split(strings.ToLower(tag), "-")
	for _, part := range parts[1:] {
		switch part {
		case "arab", "hebr", "thaa", "nkoo", "syrc", "adlm", "rohg":
			return "rtl"
		case "latn", "cyrl":
			return "ltr"
		}
	}
	switch parts[0] {
	case "ar", "arc", "ckb", "dv", "fa", "he", "iw", "ji", "nqo", "ps", "sd", "syr", "ug", "ur", "yi":
		return "rtl"
	}
	return "ltr"
}

// Locale is a language as Open Graph writes it: de_AT, or de where no country is known.
func Locale(tag string) string {
	parts := strings.Split(tag, "-")
	if last := parts[len(parts)-1]; len(parts) > 1 && len(last) == 2 {
		return parts[0] + "_" + strings.ToUpper(last)
	}
	return parts[0]
}
