package notify

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"regexp"
	"strings"
	texttemplate "text/template"
	"time"
	"unicode/utf8"

	"github.com/wneessen/go-mail"

	"dimmer/models"
)

//go:embed letters
var letterFiles embed.FS

// mailTest is the kind of the mail that tests the way.
const mailTest models.MailKind = "mail.test"

// The templates by kind. A letter is made of layout and kind, once as text and once as HTML, of the same values.
var (
	letterNames = map[models.MailKind]string{
		models.MailHeld: "held", models.MailDigest: "digest", models.MailFlood: "flood", models.MailAnswer: "answer", models.MailConfirm: "confirm", models.MailReader: "reader",
		models.MailReset: "reset", models.MailInvite: "invite", mailTest: "test",
	}
	letterFuncs = map[string]any{"indent": indent, "plus": func(n int) string { return fmt.Sprintf("%+d", n) }, "lines": func(text string) []string { return strings.Split(text, "\n") }}
)

// shownWords is how much of a comment a mail shows, in characters; a digest shows less of each.
const (
	shownWords  = 2000
	digestWords = 240
)

// page is what the templates are given.
type page struct {
	Subject     string
	Site        string // its title
	SiteURL     string
	Post        string // title of the post that it is about
	Comments    []shownComment
	Waiting     int64
	More        int64  // comments that wait and are not shown
	Link        string // what the mail is there for
	All         string // every comment that waits
	Unsubscribe string
	Reader      string // her own page
	Thread      bool   // the subscription is for a thread
	Days        int    // how long Link is good
	Level       string // that the site's has become
	By          string // who has invited
	Role        string // that is offered, as a mail says it
}

// shownComment is a comment in a mail: words only.
type shownComment struct {
	Name    string
	Badge   string // owner, author, or nothing
	Post    string
	When    string
	Words   string
	Links   int // left out
	Reasons []models.JudgementReason
	Link    string
	Cut     bool
}

// write makes the message of a letter. What somebody else has written is in none of its headers but the subject, there on one line and encoded;
// From is always ours.
func (m *Mailer) write(l models.Letter) (*mail.Msg, error) {
	form, known := m.letters[l.Kind]
	if !known {
		return nil, fmt.Errorf("there is no letter of the kind %s", l.Kind)
	}
	p := m.page(l)
	text, html, err := form.fill(p)
	if err != nil {
		return nil, err
	}
	message := mail.NewMsg(mail.WithNoDefaultUserAgent(), mail.WithEncoding(mail.EncodingQP), mail.WithCharset(mail.CharsetUTF8))
	from := m.From.Name
	if from == "" {
		from = headerText(l.Settings.Title, 80)
	}
	if err := message.FromFormat(from, m.From.Address); err != nil {
		return nil, fmt.Errorf("the sender: %w", err)
	}
	if err := message.To(l.To); err != nil {
		return nil, fmt.Errorf("the recipient: %w", err)
	}
	message.Subject(headerText(p.Subject, 150))
	domain := m.From.Address[strings.LastIndexByte(m.From.Address, '@')+1:]
	message.SetMessageIDWithValue(string(l.ID) + "@" + domain)
	message.SetDateWithValue(m.Store.Now().UTC())
	message.SetGenHeader("Auto-Submitted", "auto-generated")
	if p.Unsubscribe != "" {
		message.SetGenHeader(mail.HeaderListUnsubscribe, "<"+p.Unsubscribe+">")
		message.SetGenHeader(mail.HeaderListUnsubscribePost, "List-Unsubscribe=One-Click")
	}
	message.SetBodyString(mail.TypeTextPlain, text)
	message.AddAlternativeString(mail.TypeTextHTML, html)
	return message, nil
}

// page gathers what a letter says.
func (m *Mailer) page(l models.Letter) page {
	p := page{Site: l.Settings.Title, SiteURL: m.PublicURL, Waiting: l.Waiting, Days: 7}
	if l.Settings.SiteURL != nil {
		p.SiteURL = *l.Settings.SiteURL
	}
	if l.Post != nil {
		p.Post = l.Post.Title
	}
	zone, err := time.LoadLocation(l.Settings.Timezone)
	if err != nil {
		zone = time.UTC // cannot be: it was checked when it was set
	}
	words := shownWords
	if l.Kind == models.MailDigest {
		words = digestWords
	}
	for _, c := range l.Comments {
		shown := m.shown(c, words, zone)
		if l.User != nil {
			shown.Link = m.Links.Moderate(*l.User, c.ID, l.CreatedAt.Add(models.ModerationLinkLifetime))
		} else if l.Post != nil {
			shown.Link = l.Settings.Address(m.PublicURL, pattern(l), l.Post.Slug) + "#c-" + string(c.ID)
		}
		p.Comments = append(p.Comments, shown)
	}
	if l.User != nil {
		p.All = m.Links.ModerateAll(*l.User, l.CreatedAt.Add(models.ModerationLinkLifetime))
	}
	if l.Reader != nil {
		p.Reader = m.Links.Reader(*l.Reader, l.CreatedAt.Add(models.ReaderLinkLifetime))
	}
	switch l.Kind {
	case models.MailHeld:
		c := &p.Comments[0]
		p.Post, p.Link = c.Post, c.Link
		p.Subject = fmt.Sprintf("%s waits for you: %s", c.Name, c.Post)
	case models.MailDigest:
		p.Link = p.All
		p.More = l.Waiting - int64(len(p.Comments))
		p.Subject = plural(l.Waiting, "comment waits", "comments wait") + " for you"
	case models.MailFlood:
		level, _ := l.Settings.ActingLevel(m.Store.Now())
		p.Level = map[models.Level]string{models.LevelNewcomers: "Newcomers", models.LevelAll: "All", models.LevelClosed: "Closed"}[level]
		p.Link = p.All
		p.Subject = "Many comments at once: the dimmer has gone up by itself"
	case models.MailAnswer:
		p.Thread = l.Subscription.CommentID != nil
		p.Link = p.Comments[0].Link
		p.Unsubscribe = m.Links.Unsubscribe(*l.SubscriptionID, l.CreatedAt.Add(models.UnsubscribeLinkLifetime))
		p.Subject = fmt.Sprintf("%s answered: %s", p.Comments[0].Name, p.Post)
		if !p.Thread {
			p.Subject = fmt.Sprintf("%s commented: %s", p.Comments[0].Name, p.Post)
		}
		if n := int64(len(p.Comments)); n > 1 {
			p.Subject = fmt.Sprintf("%s: %s", plural(n, "new comment", "new comments"), p.Post)
		}
	case models.MailConfirm:
		p.Thread = l.Subscription != nil && l.Subscription.CommentID != nil
		p.Link = m.Links.Confirm(*l.Reader, l.CreatedAt.Add(models.ConfirmLinkLifetime))
		p.Subject = "Shall new comments come to you? " + p.Post
	case models.MailReader:
		p.Link, p.Days = p.Reader, 30
		p.Subject = "Your page at " + p.Site
	case models.MailReset:
		p.Link = m.Links.Reset(*l.User, l.ID, l.CreatedAt.Add(models.ResetLinkLifetime))
		p.Subject = "A new password for " + p.Site
	case models.MailInvite:
		p.Link, p.Days, p.By = m.Links.Invite(*l.Invite), 3, plainWords(l.Invite.Inviter.Name)
		p.Role = map[string]string{
			"owner": "an owner, who decides about everything", "editor": "an editor of all posts and comments",
			"author": "an author of posts of your own", "moderator": "a moderator of comments",
		}[string(l.Invite.Role)]
		p.Subject = fmt.Sprintf("%s invites you to %s", p.By, p.Site)
	default:
		p.Subject = "Mail works: " + p.Site
	}
	return p
}

func pattern(l models.Letter) string {
	if l.Post.Type == models.TypePage {
		return l.Settings.PageURL
	}
	return l.Settings.PostURL
}

// shown makes of a comment what a mail shows of it.
func (m *Mailer) shown(c models.LetterComment, words int, zone *time.Location) shownComment {
	shown := shownComment{Name: plainWords(c.AuthorName), When: c.CreatedAt.In(zone).Format("2 January 2006, 15:04"), Links: c.Links}
	if c.Author != nil {
		shown.Name = c.Author.Name
	}
	if c.Post != nil {
		shown.Post = c.Post.Title
		if badge := c.Badge(*c.Post); badge != nil {
			shown.Badge = *badge
		}
	}
	text := c.Words
	if utf8.RuneCountInString(text) > words {
		text, shown.Cut = string([]rune(text)[:words]), true
	}
	shown.Words = plainWords(text)
	if c.Verdict != nil {
		shown.Reasons = c.Verdict.Reasons
	}
	return shown
}

func plural(n int64, one, more string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, more)
}

var (
	// writtenAddress is what mail programs make a link of by themselves: with a scheme, or beginning with www.
	writtenAddress = regexp.MustCompile(`(?i)\b(?:[a-z][a-z0-9+.-]{0,20}:/{1,3}|www\.|mailto:|tel:)\S+`)
	// dottedName is what many take for the name of a site: words with dots in between, the last of letters.
	dottedName = regexp.MustCompile(`([\pL\pN])[.．。｡]([\pL\pN])`)
)

// wordJoiner is seen by nobody, and keeps mail programs from making a link of what stands around it.
const wordJoiner = "\u2060"

// plainWords is what a reader has written, so that no mail program makes a link of any part of it: addresses are left out, and what may be
// the name of a site or of a mailbox is kept apart by something that nobody sees.
func plainWords(text string) string {
	text = writtenAddress.ReplaceAllString(text, "[link]")
	for range 2 { // neighbours share a letter: a.b.c
		text = dottedName.ReplaceAllString(text, "$1."+wordJoiner+"$2")
	}
	return strings.ReplaceAll(text, "@", wordJoiner+"@"+wordJoiner)
}

// headerText is text as it may stand in a header: one line of bounded length.
func headerText(text string, most int) string {
	text = strings.Join(strings.FieldsFunc(text, func(r rune) bool {
		return r <= ' ' || r == 0x7f || r == 0x85 || r == 0x2028 || r == 0x2029 || r == '\u00a0'
	}), " ")
	text = strings.ReplaceAll(strings.ToValidUTF8(text, ""), "=?", "="+wordJoiner+"?") // else mail programs decode it as RFC 2047 has it
	if runes := []rune(text); len(runes) > most {
		text = strings.TrimSpace(string(runes[:most-1])) + "…"
	}
	return text
}

// indent puts a mark before each line of what somebody else has said.
func indent(text string) string {
	return "> " + strings.ReplaceAll(text, "\n", "\n> ")
}

// letterForm is a kind of letter in its two forms.
type letterForm struct {
	text *texttemplate.Template
	html *template.Template
}

// readLetters reads the templates of every kind of letter.
func readLetters() (map[models.MailKind]letterForm, error) {
	forms := map[models.MailKind]letterForm{}
	for kind, name := range letterNames {
		text, err := texttemplate.New("layout.txt").Funcs(letterFuncs).ParseFS(letterFiles, "letters/layout.txt", "letters/"+name+".txt")
		if err != nil {
			return nil, fmt.Errorf("read the letters: %w", err)
		}
		html, err := template.New("layout.html").Funcs(letterFuncs).ParseFS(letterFiles, "letters/layout.html", "letters/"+name+".html")
		if err != nil {
			return nil, fmt.Errorf("read the letters: %w", err)
		}
		forms[kind] = letterForm{text, html}
	}
	return forms, nil
}

// fill makes both forms of a letter.
func (f letterForm) fill(p page) (text, html string, err error) {
	var plain, marked bytes.Buffer
	if err := f.text.Execute(&plain, p); err != nil {
		return "", "", fmt.Errorf("write the text: %w", err)
	}
	if err := f.html.Execute(&marked, p); err != nil {
		return "", "", fmt.Errorf("write the HTML: %w", err)
	}
	return plain.String(), marked.String(), nil
}
