package notify

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	netmail "net/mail"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"golang.org/x/net/html"

	"dimmer/models"
)

// letters is a mailer that writes and does not send.
func letters(t testing.TB) *Mailer {
	t.Helper()
	store, err := models.Open(t.Context(), models.Config{Dir: t.TempDir(), Now: func() time.Time { return start }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	m, err := NewMailer(MailConfig{
		Store: store, Log: slog.New(slog.DiscardHandler), From: &netmail.Address{Address: "blog@mail.example"}, Links: plainLinks{}, PublicURL: blogURL,
	})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// letterOf is a letter of each kind about a comment with a name and words.
func letterOf(kind models.MailKind, name, words, title string) models.Letter {
	id, sub := models.CommentID("01900000-0000-7000-8000-000000000001"), models.SubscriptionID("01900000-0000-7000-8000-000000000002")
	email := "ada@mail.example"
	post := &models.Post{Title: title, Slug: "post", Type: models.TypePost}
	l := models.Letter{
		Delivery: models.Delivery{ID: "01900000-0000-7000-8000-000000000003", Kind: kind, CommentID: &id, SubscriptionID: &sub, CreatedAt: start}, To: email,
		Settings: models.DefaultSettings(), Waiting: 3, Post: post, Subscription: &models.Subscription{ID: sub},
		Comments: []models.LetterComment{{Comment: models.Comment{ID: id, AuthorName: name, CreatedAt: start, Post: post}, Words: words, Links: 1}},
	}
	switch kind {
	case models.MailHeld, models.MailDigest, models.MailFlood, models.MailReset, mailTest:
		l.User = &models.User{Slug: "mira", Name: "Mira", Email: &email}
	case models.MailInvite:
		l.Invite = &models.Invite{ID: "01900000-0000-7000-8000-000000000005", Email: email, Role: "editor", Inviter: &models.User{Name: name}}
	default:
		l.Reader = &models.Commenter{ID: "01900000-0000-7000-8000-000000000004", Email: &email}
	}
	return l
}

var allKinds = []models.MailKind{models.MailHeld, models.MailDigest, models.MailFlood, models.MailAnswer, models.MailConfirm, models.MailReader, models.MailReset, models.MailInvite, mailTest}

// written is the raw message of a letter.
func (m *Mailer) written(t testing.TB, l models.Letter) receivedMail {
	t.Helper()
	message, err := m.write(l)
	if err != nil {
		t.Fatal(err)
	}
	var raw bytes.Buffer
	if _, err := message.WriteTo(&raw); err != nil {
		t.Fatal(err)
	}
	return receivedMail{raw: raw.Bytes()}
}

func TestAMailShowsWhatReadersWroteAsWordsOnly(t *testing.T) {
	m := letters(t)
	for words, wanted := range map[string]string{
		"See https://shop.example/x?a=b and more.":  "See [link] and more.",
		"www.shop.example, HTTP://SHOP.EXAMPLE":     "[link] [link]",
		"javascript://x mailto:a@b.example tel:123": "[link] [link] [link]",
		"evil.example":             "evil." + wordJoiner + "example",
		"write to me@shop.example": "write to me" + wordJoiner + "@" + wordJoiner + "shop." + wordJoiner + "example",
		"a.b.c.d":                  "a." + wordJoiner + "b." + wordJoiner + "c." + wordJoiner + "d",
		"The end. And so on…":      "The end. And so on…",
		"Half past 9.30":           "Half past 9." + wordJoiner + "30",
	} {
		read := m.written(t, letterOf(models.MailHeld, "Ruth", words, "A post")).read(t)
		if !strings.Contains(read.text, "> "+wanted+"\n") {
			t.Errorf("%q is shown as\n%s", words, read.text)
		}
		if !strings.Contains(read.html, "<p>"+wanted+"</p>") {
			t.Errorf("%q is shown as\n%s", words, read.html)
		}
	}
}

var linkLike = regexp.MustCompile(`(?i)(https?|ftp)://[^\s"<>]+|www\.[^\s"<>]+`)

// checkMessage says what must hold of every message, whatever somebody else has written.
func checkMessage(t *testing.T, kind models.MailKind, r receivedMail) {
	t.Helper()
	read := r.read(t)
	wanted := []string{"Auto-Submitted", "Content-Type", "Date", "From", "Message-Id", "Mime-Version", "Subject", "To"}
	if kind == models.MailAnswer {
		wanted = append(wanted, "List-Unsubscribe", "List-Unsubscribe-Post")
	}
	slices.Sort(wanted)
	var names []string
	for name, values := range read.header {
		if names = append(names, name); len(values) != 1 {
			t.Errorf("%s stands there %d times", name, len(values))
		}
	}
	slices.Sort(names)
	want(t, string(kind)+": headers", names, wanted)
	want(t, "to", read.header.Get("To"), "<ada@mail.example>")
	if from, err := netmail.ParseAddress(read.header.Get("From")); err != nil || from.Address != "blog@mail.example" {
		t.Errorf("from %v (%v)", from, err)
	}
	if strings.ContainsFunc(read.subject, func(r rune) bool { return r == '\r' || r == '\n' }) {
		t.Errorf("the subject is %q", read.subject)
	}
	for line := range strings.SplitSeq(string(r.raw), "\r\n") {
		if len(line) > 998 || strings.ContainsAny(line, "\r\n") {
			t.Errorf("a line of the message is too long, or none: %.100q", line)
		}
		if strings.ContainsFunc(line, func(r rune) bool { return r > unicode.MaxASCII }) {
			t.Errorf("a line of the message is not plain: %.100q", line)
		}
	}
	for _, found := range linkLike.FindAllString(read.text, -1) {
		if !strings.HasPrefix(found, blogURL) {
			t.Errorf("the text leads to %s", found)
		}
	}
	for tokens := html.NewTokenizer(strings.NewReader(read.html)); ; {
		switch tokens.Next() {
		case html.ErrorToken:
			if err := tokens.Err(); !errors.Is(err, io.EOF) {
				t.Error(err)
			}
			return
		case html.StartTagToken, html.SelfClosingTagToken:
			token := tokens.Token()
			if !slices.Contains(strings.Fields("html head meta title style body main footer h1 p a b ul li hr blockquote"), token.Data) {
				t.Errorf("the HTML holds <%s>", token.Data)
			}
			for _, a := range token.Attr {
				if a.Key == "href" && !strings.HasPrefix(a.Val, blogURL) || strings.HasPrefix(a.Key, "on") || a.Key == "src" || a.Key == "style" {
					t.Errorf("the HTML holds %s=%q", a.Key, a.Val)
				}
			}
		}
	}
}

func FuzzMailMessage(f *testing.F) {
	m := letters(f)
	f.Add("Ruth", "The part about the jaw helped.", "The dimmer switch")
	f.Add("Ruth\r\nBcc: all@mail.example", ".\r\n.\r\nQUIT", "=?utf-8?q?=0D=0ABcc:_x?=")
	f.Add("\"><script>alert(1)</script>", "<img src=x onerror=alert(1)> javascript:alert(1)", "{{.Link}}")
	f.Add("\xff\xfe\x00", strings.Repeat("a", 3000)+"\u2028\u0085", strings.Repeat("Ж", 400))
	f.Add("www.evil.example", "ＨＴＴＰ：／／evil.example evil．example http:/x", "https://post.example")
	f.Fuzz(func(t *testing.T, name, words, title string) {
		if linkLike.MatchString(title) { // the blog's own people may link where they like
			title = "A post"
		}
		for _, kind := range allKinds {
			checkMessage(t, kind, m.written(t, letterOf(kind, name, words, title)))
		}
	})
}

func TestAMailServerIsNamedByItsAddress(t *testing.T) {
	for text, wanted := range map[string]SMTP{
		"smtp://mail.example.org":                  {Host: "mail.example.org", Port: 587},
		"smtp://u%40x:p%2Fw@mail.example.org:2525": {Host: "mail.example.org", Port: 2525, User: "u@x", Password: "p/w"},
		"smtps://user:secret@mail.example.org":     {Host: "mail.example.org", Port: 465, User: "user", Password: "secret", Implicit: true},
		"smtp://[::1]:25/":                         {Host: "::1", Port: 25},
	} {
		got, err := ParseSMTP(text)
		if err != nil || fmt.Sprint(got) != fmt.Sprint(wanted) {
			t.Errorf("%s: %+v (%v)", text, got, err)
		}
	}
	for _, text := range []string{
		"", "mail.example.org:587", "http://mail.example.org", "smtp://", "smtp://:587", "smtp://u:hunter2@mail.example.org/path", "smtp://mail.example.org?x=hunter2",
		"smtp://mail.example.org:0", "smtp://mail.example.org:99999", "smtp://mail.example.org:x", "smtp://hunter2@mail.example.org", "smtp://u:hunter2@mail example.org", "smtp://u:hunter2/@mail.example.org",
	} {
		if _, err := ParseSMTP(text); err == nil {
			t.Errorf("%q is taken", text)
		} else if strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%q is repeated: %v", text, err)
		}
	}
	for text, wanted := range map[string]string{"blog@example.org": "<blog@example.org>", "My blog <blog@example.org>": `"My blog" <blog@example.org>`, "blog@localhost": "<blog@localhost>"} {
		if got, err := ParseSender(text); err != nil || got.String() != wanted {
			t.Errorf("%s: %v (%v)", text, got, err)
		}
	}
	for _, text := range []string{"", "blog", "blog@", "a@b", "a@example.org, b@example.org", "a@example.org\r\nBcc: b@example.org", `"a b"@example.org`, "a@[127.0.0.1]", strings.Repeat("(", 1000)} {
		if got, err := ParseSender(text); err == nil {
			t.Errorf("%q is taken as %v", text, got)
		}
	}
}
