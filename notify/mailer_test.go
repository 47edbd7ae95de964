package notify

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	netmail "net/mail"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
	"github.com/google/go-cmp/cmp"

	"dimmer/models"
)

// plainLinks are links that can be read, instead of signed ones.
type plainLinks struct{}

const blogURL = "https://blog.example"

func (plainLinks) Moderate(u models.User, c models.CommentID, _ time.Time) string {
	return blogURL + "/moderate/" + string(c) + "-" + u.Slug
}
func (plainLinks) ModerateAll(u models.User, _ time.Time) string {
	return blogURL + "/moderate/all-" + u.Slug
}
func (plainLinks) Confirm(r models.Commenter, _ time.Time) string {
	return blogURL + "/confirm/" + string(r.ID)
}
func (plainLinks) Unsubscribe(id models.SubscriptionID, _ time.Time) string {
	return blogURL + "/unsubscribe/" + string(id)
}
func (plainLinks) Reader(r models.Commenter, _ time.Time) string {
	return blogURL + "/me/" + string(r.ID)
}
func (plainLinks) Invite(i models.Invite) string {
	return "https://blog.example/admin/invite#token=" + string(i.ID)
}

func (plainLinks) Reset(u models.User, d models.DeliveryID, _ time.Time) string {
	return blogURL + "/admin/reset#token=" + string(d) + u.Slug
}

// A post office is a site with a mailer and the server that takes its mail. Its owner is ruth@blog.example.
type postOffice struct {
	*site
	*Mailer
	server *mailServer
	post   models.PostID
}

func newPostOffice(t *testing.T) *postOffice {
	t.Helper()
	s, server := newSite(t), newMailServer(t, "", func(s *smtp.Server) { s.AllowInsecureAuth = true })
	o := &postOffice{site: s, server: server}
	o.Mailer = o.mailer(server.smtp())
	status := models.Published
	post, err := s.store.CreatePost(t.Context(), models.System, models.PostChange{
		Title: models.Some("The dimmer switch"), Source: models.Some("Words.\n"), Status: models.Some(status),
	})
	if err != nil {
		t.Fatal(err)
	}
	o.post = post.ID
	return o
}

// mailer is another one on the same site.
func (o *postOffice) mailer(server SMTP) *Mailer {
	o.t.Helper()
	m, err := NewMailer(MailConfig{
		Store: o.site.store, Log: o.site.Worker.log, SMTP: server, From: &netmail.Address{Address: "blog@mail.example"}, Links: plainLinks{}, PublicURL: blogURL,
	})
	if err != nil {
		o.t.Fatal(err)
	}
	return m
}

// comment is a reader's comment. tune changes it.
func (o *postOffice) comment(status models.CommentStatus, body string, tune ...func(*models.NewComment)) models.Comment {
	o.t.Helper()
	n := models.NewComment{
		PostID: o.post, Name: "Ruth M.", Source: body, HTML: "<p>" + strings.ReplaceAll(body, "<", "&lt;") + "</p>", Judged: models.Judged{Status: status, Score: 2, Reasons: []models.JudgementReason{{Points: 2, Text: "First comment from this reader"}}},
		KeyHash: "key of a stranger",
	}
	for _, change := range tune {
		change(&n)
	}
	c, err := o.site.store.CreateComment(o.t.Context(), models.Actor{Kind: models.ByReader}, n)
	if err != nil {
		o.t.Fatal(err)
	}
	return c
}

func by(name, email, key string) func(*models.NewComment) {
	return func(n *models.NewComment) {
		n.Name, n.KeyHash = name, key
		if email != "" {
			n.Email = &email
		}
	}
}

func notified(n *models.NewComment) { n.Notify = true }

func answering(c models.Comment) func(*models.NewComment) {
	return func(n *models.NewComment) { n.ParentID = &c.ID }
}

// subscribe makes a confirmed subscription of an address.
func (o *postOffice) subscribe(email, key string, comment *models.CommentID) {
	o.t.Helper()
	ctx, store := o.t.Context(), o.site.store
	if err := store.Subscribe(ctx, models.NewSubscription{PostID: o.post, CommentID: comment, Email: email, KeyHash: key}); err != nil {
		o.t.Fatal(err)
	}
	found, err := store.Deliveries(ctx, models.DeliveryQuery{Page: models.Page{Limit: 1}})
	if err != nil {
		o.t.Fatal(err)
	}
	o.confirm(*found.Items[0].CommenterID, email)
}

func (o *postOffice) confirm(id models.CommenterID, email string) {
	o.t.Helper()
	_, waiting, err := o.site.store.Subscriber(o.t.Context(), id)
	if err != nil {
		o.t.Fatal(err)
	}
	var all []models.SubscriptionID
	for _, sub := range waiting {
		all = append(all, sub.ID)
	}
	if err := o.site.store.ConfirmReader(o.t.Context(), id, email, all); err != nil {
		o.t.Fatal(err)
	}
}

// run works, and again after a time has passed.
func (o *postOffice) run(after time.Duration) {
	o.t.Helper()
	o.work(o.t.Context())
	o.clock.move(after)
	o.work(o.t.Context())
}

// arrived says what the server has taken since it was last asked: to whom, and the subject.
func (o *postOffice) arrived() []string {
	o.t.Helper()
	lines := []string{}
	for _, m := range o.server.inbox() {
		lines = append(lines, m.to+": "+m.read(o.t).subject)
	}
	o.server.set(func(s *mailServer) { s.accepted = nil })
	return lines
}

// outbox says what became of each mail, the oldest first.
func (o *postOffice) outbox() []string {
	o.t.Helper()
	found, err := o.site.store.Deliveries(o.t.Context(), models.DeliveryQuery{Page: models.Page{Limit: 100}})
	if err != nil {
		o.t.Fatal(err)
	}
	lines := []string{}
	for _, d := range slices.Backward(found.Items) {
		lines = append(lines, strings.TrimSpace(fmt.Sprintf("%s %s %d %s", d.Kind, d.State, d.Attempts, d.LastError)))
	}
	return lines
}

func want[T any](t testing.TB, what string, got, wanted T) {
	t.Helper()
	if diff := cmp.Diff(wanted, got); diff != "" {
		t.Errorf("%s (-wanted +got):\n%s", what, diff)
	}
}

func TestAHeldCommentIsMailedToWhoeverDecidesAboutIt(t *testing.T) {
	o := newPostOffice(t)
	o.comment(models.Approved, "Seen at once.", by("Ada", "", "k1"))
	o.comment(models.Spam, "Buy this.", by("Bob", "", "k2"))
	o.run(0)
	want(t, "nobody hears of what does not wait", o.arrived(), []string{})

	c := o.comment(models.Pending, "The part about the jaw helped.\nAnd the towel.")
	o.run(time.Second)
	inbox := o.server.inbox()
	if len(inbox) != 1 {
		t.Fatalf("%d mails, the outbox is %v", len(inbox), o.outbox())
	}
	m := inbox[0].read(t)
	link := blogURL + "/moderate/" + string(c.ID) + "-ruth"
	want(t, "from", inbox[0].from, "blog@mail.example")
	want(t, "to", inbox[0].to, "ruth@blog.example")
	want(t, "subject", m.subject, "Ruth M. waits for you: The dimmer switch")
	for _, part := range []string{"The part about the jaw helped.", "And the towel.", "First comment from this reader", link + "#approve", link + "#spam", link + "#answer"} {
		if !strings.Contains(m.text, part) {
			t.Errorf("the text lacks %q:\n%s", part, m.text)
		}
		if !strings.Contains(m.html, part) {
			t.Errorf("the HTML lacks %q:\n%s", part, m.html)
		}
	}
	o.run(time.Hour)
	want(t, "it is mailed once", len(o.server.inbox()), 1)
	want(t, "outbox", o.outbox(), []string{"comment.held sent 1"})
}

func TestTheHeadersOfAMailAreTheseAndNoOthers(t *testing.T) {
	o := newPostOffice(t)
	o.subscribe("ada@mail.example", "ada", nil)
	o.run(0)
	o.arrived()
	o.comment(models.Approved, "Words.", by("Bea\r\nBcc: all@mail.example", "", "bea"))
	o.run(5 * time.Minute)
	inbox := o.server.inbox()
	if len(inbox) != 1 {
		t.Fatalf("%d mails: %v", len(inbox), o.outbox())
	}
	m := inbox[0].read(t)
	var names []string
	for name, values := range m.header {
		if len(values) != 1 {
			t.Errorf("%s stands there %d times", name, len(values))
		}
		names = append(names, name)
	}
	slices.Sort(names)
	want(t, "headers", names, []string{
		"Auto-Submitted", "Content-Type", "Date", "From", "List-Unsubscribe", "List-Unsubscribe-Post", "Message-Id", "Mime-Version", "Subject", "To",
	})
	found, err := o.site.store.Deliveries(t.Context(), models.DeliveryQuery{})
	if err != nil {
		t.Fatal(err)
	}
	for name, wanted := range map[string]string{
		"Auto-Submitted": "auto-generated", "From": `"My blog" <blog@mail.example>`, "To": "<ada@mail.example>",
		"List-Unsubscribe":      "<" + blogURL + "/unsubscribe/" + string(*found.Items[0].SubscriptionID) + ">",
		"List-Unsubscribe-Post": "List-Unsubscribe=One-Click", "Message-Id": "<" + string(found.Items[0].ID) + "@mail.example>",
		"Date": start.Add(5 * time.Minute).Format(time.RFC1123Z),
	} {
		want(t, name, m.header.Get(name), wanted)
	}
}

func TestAFloodIsOneMailAnHour(t *testing.T) {
	o := newPostOffice(t)
	for i := range 8 {
		o.comment(models.Pending, fmt.Sprintf("Comment %d", i), by("Ada", "", fmt.Sprint("k", i)))
	}
	o.run(0)
	want(t, "the first five by themselves", len(o.arrived()), 5)
	o.run(3 * time.Minute)
	want(t, "then a digest", o.arrived(), []string{"ruth@blog.example: 8 comments wait for you"})
	for i := range 20 {
		o.comment(models.Pending, fmt.Sprintf("More %d", i), by("Ada", "", fmt.Sprint("m", i)))
		o.run(2 * time.Minute)
	}
	want(t, "40 minutes later", o.arrived(), []string{})
	o.run(20 * time.Minute)
	want(t, "the next within the hour", o.arrived(), []string{"ruth@blog.example: 28 comments wait for you"})
	o.run(2 * time.Hour)
	want(t, "nothing came since", o.arrived(), []string{})
	o.comment(models.Pending, "After the flood", by("Ada", "", "z"))
	o.run(time.Second)
	want(t, "then it is as before", o.arrived(), []string{"ruth@blog.example: Ada waits for you: The dimmer switch"})
}

func TestTheOwnerIsToldOnceThatTheDimmerHasGoneUp(t *testing.T) {
	o := newPostOffice(t)
	told := func() (floods []string) {
		for _, mail := range o.arrived() {
			if strings.Contains(mail, "the dimmer has gone up by itself") {
				floods = append(floods, mail)
			}
		}
		return floods
	}
	flood := func(name string) {
		for i := range 45 {
			o.comment(models.Pending, fmt.Sprint(name, i), by("Ada", "", fmt.Sprint(name, i)))
		}
	}
	flood("a")
	o.run(time.Second)
	want(t, "at once", told(), []string{"ruth@blog.example: Many comments at once: the dimmer has gone up by itself"})
	for range 6 { // it goes on, and goes up by another step
		o.run(4 * time.Minute)
		flood(fmt.Sprint("b", o.site.clock.now().Unix()))
	}
	o.run(time.Minute)
	want(t, "while it goes on", told(), []string(nil))
	o.run(3 * time.Hour)
	if err := o.site.store.Calm(t.Context()); err != nil {
		t.Fatal(err)
	}
	flood("c")
	if _, err := o.site.store.PutBack(t.Context(), models.System); err != nil {
		t.Fatal(err)
	}
	o.run(time.Second)
	want(t, "put back before the mail went out", told(), []string(nil))
}

func TestTheOwnerChoosesHowSheHearsOfComments(t *testing.T) {
	for mode, wanted := range map[models.ModerationMail]time.Duration{models.MailHourly: time.Hour, models.MailDaily: 22 * time.Hour, models.MailOff: 0} {
		t.Run(string(mode), func(t *testing.T) {
			o := newPostOffice(t) // it is 9:00 in UTC, 10:00 in Berlin
			change := models.SettingsChange{"moderation_mail": []byte(`"` + string(mode) + `"`), "timezone": []byte(`"Europe/Berlin"`)}
			if _, err := o.site.store.ChangeSettings(t.Context(), models.System, change); err != nil {
				t.Fatal(err)
			}
			o.comment(models.Pending, "One", by("Ada", "", "k1"))
			o.comment(models.Pending, "Two", by("Ada", "", "k2"))
			o.run(time.Second)
			want(t, "at once", o.arrived(), []string{})
			if mode == models.MailOff {
				o.run(48 * time.Hour)
				want(t, "ever", o.outbox(), []string{})
				return
			}
			o.run(wanted - time.Minute)
			want(t, "a minute too early", o.arrived(), []string{})
			o.run(2 * time.Minute)
			want(t, "in time", o.arrived(), []string{"ruth@blog.example: 2 comments wait for you"})
		})
	}
}

func TestWhatNoLongerWaitsIsNotMailed(t *testing.T) {
	o := newPostOffice(t)
	o.server.stop()
	c := o.comment(models.Pending, "Decided while the server was down")
	o.run(0)
	by := models.Actor{Kind: models.ByUser, Role: "owner"}
	if _, _, err := o.site.store.ChangeComment(t.Context(), by, c.ID, models.CommentChange{Status: models.Some(models.Approved)}); err != nil {
		t.Fatal(err)
	}
	o.server.listen(o.server.address, nil)
	o.run(10 * time.Minute)
	want(t, "arrived", o.arrived(), []string{})
	want(t, "outbox", o.outbox(), []string{"comment.held dropped 1 the comment does not wait any more"})
}

func TestAServerThatIsDownForADayLosesNothing(t *testing.T) {
	o := newPostOffice(t)
	o.server.stop()
	o.comment(models.Pending, "Kept")
	o.run(0)
	want(t, "it says why it waits", o.outbox(), []string{"comment.held waiting 0 The mail server " + o.server.address + " cannot be reached: connect: connection refused."})
	for range 24 * 60 {
		o.run(time.Minute)
	}
	if told := strings.Count(o.site.log.String(), "mail waits"); told != 1 {
		t.Errorf("the log says it %d times in a day", told)
	}
	o.server.listen(o.server.address, nil)
	for range 5 { // within five minutes
		o.run(time.Minute)
	}
	want(t, "arrived", o.arrived(), []string{"ruth@blog.example: Ruth M. waits for you: The dimmer switch"})
	o.run(24 * time.Hour)
	want(t, "and never again", o.arrived(), []string{})
	want(t, "a server that was down costs no attempt", o.outbox(), []string{"comment.held sent 1"})
}

func TestAServerThatSaysLaterIsAskedAgain(t *testing.T) {
	for name, refuse := range map[string]func(*mailServer){
		"at the recipient": func(s *mailServer) {
			s.rcpt = func(string) error {
				return &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 7, 1}, Message: "Greylisted"}
			}
		},
		"after the mail": func(s *mailServer) {
			s.data = func() error {
				return &smtp.SMTPError{Code: 452, EnhancedCode: smtp.EnhancedCode{4, 3, 1}, Message: "Full"}
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			o := newPostOffice(t)
			o.server.set(refuse)
			o.comment(models.Pending, "Patient")
			o.run(0)
			o.run(10 * time.Second)
			if line := o.outbox()[0]; !strings.HasPrefix(line, "comment.held waiting 1 The mail server "+o.server.address+" did not take it:") {
				t.Errorf("after the first attempt: %s", line)
			}
			o.server.set(func(s *mailServer) { s.rcpt, s.data = nil, nil })
			o.run(30 * time.Second)
			want(t, "too early", o.arrived(), []string{})
			o.run(45 * time.Second)
			want(t, "arrived", len(o.arrived()), 1)
			want(t, "outbox", o.outbox(), []string{"comment.held sent 2"})
		})
	}
}

func TestAMailIsGivenUpAfterThreeDays(t *testing.T) {
	o := newPostOffice(t)
	o.server.set(func(s *mailServer) {
		s.rcpt = func(string) error {
			return &smtp.SMTPError{Code: 450, EnhancedCode: smtp.EnhancedCode{4, 2, 1}, Message: "Never"}
		}
	})
	o.comment(models.Pending, "Hopeless")
	o.run(0)
	for range 71 {
		o.run(time.Hour)
	}
	if line := o.outbox()[0]; !strings.HasPrefix(line, "comment.held waiting") {
		t.Errorf("before three days: %s", line)
	}
	o.run(2 * time.Hour)
	if line := o.outbox()[0]; !strings.HasPrefix(line, "comment.held failed") {
		t.Errorf("after three days: %s", line)
	}
	// Somebody sends it on its way again.
	o.server.set(func(s *mailServer) { s.rcpt = nil })
	found, err := o.site.store.Deliveries(t.Context(), models.DeliveryQuery{State: models.DeliveryFailed})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := o.site.store.RetryDelivery(t.Context(), models.System, found.Items[0].ID); err != nil {
		t.Fatal(err)
	}
	o.run(time.Second)
	want(t, "arrived", len(o.arrived()), 1)
}

func TestAnAddressThatIsNoneIsTriedOnce(t *testing.T) {
	o := newPostOffice(t)
	o.server.set(func(s *mailServer) {
		s.rcpt = func(to string) error {
			return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "<" + to + "> unknown"}
		}
	})
	o.comment(models.Pending, "To nobody")
	o.run(0)
	o.run(time.Hour)
	line := o.outbox()[0]
	if !strings.HasPrefix(line, "comment.held failed 1 ") || !strings.Contains(line, "550") {
		t.Errorf("outbox: %s", line)
	}
	if strings.Contains(line, "ruth@") {
		t.Errorf("the reason holds the address: %s", line)
	}
	// Others are not kept waiting by it.
	o.server.set(func(s *mailServer) { s.rcpt = nil })
	o.comment(models.Pending, "To somebody", by("Ada", "", "k2"))
	o.run(time.Second)
	want(t, "arrived", len(o.arrived()), 1)
}

func TestWhatTheServerHasTakenIsNotSentAgainWhenTheConnectionBreaks(t *testing.T) {
	o := newPostOffice(t)
	o.server.set(func(s *mailServer) {
		s.accepts = func(int) { // say so, and no more: what comes after the mail finds nobody
			go s.server.Close() //nolint:errcheck // it breaks off, that is the point
		}
	})
	for i := range 3 {
		o.comment(models.Pending, fmt.Sprint("Comment ", i), by("Ada", "", fmt.Sprint("k", i)))
	}
	o.run(0)
	first := len(o.server.inbox())
	o.server.set(func(s *mailServer) { s.accepts = nil })
	o.server.listen(o.server.address, nil)
	for range 10 {
		o.run(time.Minute)
	}
	ids := map[string]int{}
	for _, m := range o.server.inbox() {
		ids[m.read(t).header.Get("Message-Id")]++
	}
	if len(ids) != 3 {
		t.Errorf("%d of 3 mails arrived (%d before the break)", len(ids), first)
	}
}

func TestAProgramThatDiesBetweenTakenAndNotedSendsTheSameMailAgain(t *testing.T) {
	o := newPostOffice(t)
	o.comment(models.Pending, "Once or twice")
	if _, err := o.site.store.MailEvents(t.Context()); err != nil {
		t.Fatal(err)
	}
	claimed, err := o.site.store.ClaimDeliveries(t.Context(), 10)
	if err != nil || len(claimed) != 1 {
		t.Fatal(claimed, err)
	}
	letters := o.read(t.Context(), claimed)
	message, err := o.write(letters[0])
	if err != nil {
		t.Fatal(err)
	}
	server, err := o.SMTP.connect(t.Context(), "blog.example")
	if err != nil {
		t.Fatal(err)
	}
	if result, err := server.send(message); result != accepted {
		t.Fatal(err)
	}
	server.close() // and here the program dies

	other := o.mailer(o.server.smtp())
	other.work(t.Context())
	want(t, "another program leaves it alone while the lease runs", len(o.server.inbox()), 1)
	o.clock.move(6 * time.Minute)
	other.work(t.Context())
	inbox := o.server.inbox()
	if len(inbox) != 2 {
		t.Fatalf("%d mails", len(inbox))
	}
	// It cannot be known what the first became; mail programs show a Message-ID once.
	want(t, "Message-ID", inbox[1].read(t).header.Get("Message-Id"), inbox[0].read(t).header.Get("Message-Id"))
	want(t, "text", inbox[1].read(t).text, inbox[0].read(t).text)
	other.work(t.Context())
	o.run(24 * time.Hour)
	want(t, "after that never", len(o.server.inbox()), 2)
}

func TestTwoProgramsSendEachMailOnce(t *testing.T) {
	o := newPostOffice(t)
	other := o.mailer(o.server.smtp())
	for i := range 5 {
		o.comment(models.Pending, fmt.Sprint("Comment ", i), by("Ada", "", fmt.Sprint("k", i)))
	}
	both := make(chan struct{})
	go func() { defer close(both); other.work(t.Context()) }()
	o.work(t.Context())
	<-both
	o.run(time.Second)
	other.work(t.Context())
	want(t, "mails", len(o.server.inbox()), 5)
}

func TestMailGoesOverASecretConnectionOrNotAtAll(t *testing.T) {
	good, roots := certificate(t, "mail.example", time.Now().Add(time.Hour))
	foreign, _ := certificate(t, "mail.example", time.Now().Add(time.Hour))
	misnamed, misnamedRoots := certificate(t, "other.example", time.Now().Add(time.Hour))
	expired, expiredRoots := certificate(t, "mail.example", time.Now().Add(-time.Hour))
	secret := func(c tls.Certificate) *tls.Config { return &tls.Config{Certificates: []tls.Certificate{c}} }
	for name, c := range map[string]struct {
		server   *tls.Config
		implicit bool
		roots    any
		refusal  string
	}{
		"STARTTLS":                         {server: secret(good), roots: roots},
		"TLS from the first byte":          {server: secret(good), roots: roots, implicit: true},
		"no STARTTLS":                      {roots: roots, refusal: "offers no secret connection"},
		"nobody vouches for it":            {server: secret(foreign), roots: roots, refusal: "nobody vouches for"},
		"nobody vouches for it, from byte": {server: secret(foreign), roots: roots, implicit: true, refusal: "nobody vouches for"},
		"of another host":                  {server: secret(misnamed), roots: misnamedRoots, refusal: "certificate of another host"},
		"expired":                          {server: secret(expired), roots: expiredRoots, refusal: "nobody vouches for"},
	} {
		t.Run(name, func(t *testing.T) {
			o := newPostOffice(t)
			server := newMailServer(t, "", func(s *smtp.Server) { s.TLSConfig = c.server })
			if c.implicit {
				server.stop()
				listener, err := tls.Listen("tcp", "127.0.0.1:0", c.server)
				if err != nil {
					t.Fatal(err)
				}
				server.address = listener.Addr().String()
				server.server = smtp.NewServer(server)
				server.server.ErrorLog = discardLog{}
				server.serve(listener)
			}
			there := server.address
			o.Mailer = o.mailer(SMTP{
				Host: "mail.example", Port: 587, Implicit: c.implicit, Roots: pool(c.roots),
				Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
					return new(net.Dialer).DialContext(ctx, network, there)
				},
			})
			o.server = server
			o.comment(models.Pending, "A secret")
			o.run(0)
			if c.refusal == "" {
				want(t, "arrived", len(o.arrived()), 1)
				return
			}
			want(t, "arrived", len(o.arrived()), 0)
			if line := o.outbox()[0]; !strings.Contains(line, c.refusal) || !strings.HasPrefix(line, "comment.held waiting 0 ") {
				t.Errorf("outbox: %s", line)
			}
		})
	}
}

func TestASubscriberHearsOfNewCommentsOnceAndNotOfHerOwn(t *testing.T) {
	o := newPostOffice(t)
	root := o.comment(models.Approved, "The root", by("Ada", "ada@mail.example", "ada"), notified)
	o.run(0)
	want(t, "first she is asked", o.arrived(), []string{"ada@mail.example: Shall new comments come to you? The dimmer switch"})
	o.comment(models.Approved, "Before the click", by("Bea", "", "bea"), answering(root))
	o.run(5 * time.Minute)
	want(t, "nothing without her yes", o.arrived(), []string{})
	o.confirm(*root.CommenterID, "ada@mail.example")

	held := o.comment(models.Pending, "Held", by("Bea", "", "bea"), answering(root))
	o.comment(models.Approved, "Her own", by("Ada", "", "ada"), answering(root))
	o.comment(models.Approved, "Another thread", by("Cleo", "", "cleo"))
	o.run(5 * time.Minute)
	want(t, "held, her own, elsewhere", o.arrived(), []string{"ruth@blog.example: Bea waits for you: The dimmer switch"})

	owner := models.Actor{Kind: models.ByUser, Role: "owner"}
	for _, status := range []models.CommentStatus{models.Approved, models.Pending, models.Approved} {
		if _, _, err := o.site.store.ChangeComment(t.Context(), owner, held.ID, models.CommentChange{Status: models.Some(status)}); err != nil {
			t.Fatal(err)
		}
		o.run(3 * time.Minute)
	}
	want(t, "approved twice, mailed once", o.arrived(), []string{"ada@mail.example: Bea answered: The dimmer switch"})

	for i := range 3 {
		o.comment(models.Approved, fmt.Sprint("Burst ", i), by("Bea", "", "bea"), answering(root))
	}
	o.run(time.Second)
	want(t, "a mail was sent a moment ago", o.arrived(), []string{})
	o.run(10 * time.Minute)
	inbox := o.server.inbox()
	want(t, "a burst is one mail", o.arrived(), []string{"ada@mail.example: 3 new comments: The dimmer switch"})
	text := inbox[0].read(t).text
	for i := range 3 {
		if !strings.Contains(text, fmt.Sprint("Burst ", i)) {
			t.Errorf("%d is not in it:\n%s", i, text)
		}
	}
}

func TestWhatIsTakenBackInTimeIsNotMailedAndTakesNothingWithIt(t *testing.T) {
	o := newPostOffice(t)
	o.subscribe("ada@mail.example", "ada", nil)
	o.run(0)
	o.arrived()
	gone := o.comment(models.Approved, "A slip", by("Bea", "", "bea"))
	o.run(time.Second)
	o.comment(models.Approved, "What was meant", by("Bea", "", "bea"))
	if _, err := o.site.store.DeleteComment(t.Context(), models.Actor{Kind: models.ByUser, Role: "owner"}, gone.ID); err != nil {
		t.Fatal(err)
	}
	o.run(time.Minute)
	inbox := o.server.inbox()
	want(t, "arrived", o.arrived(), []string{"ada@mail.example: Bea commented: The dimmer switch"})
	if text := inbox[0].read(t).text; !strings.Contains(text, "What was meant") || strings.Contains(text, "A slip") {
		t.Errorf("it says:\n%s", text)
	}
}

func TestOldCommentsAreNoNews(t *testing.T) {
	o := newPostOffice(t)
	o.subscribe("ada@mail.example", "ada", nil)
	o.run(0)
	o.arrived()
	old := o.site.store.Now().AddDate(-5, 0, 0)
	imported := func(n *models.NewComment) { n.CreatedAt = &old }
	o.comment(models.Approved, "From elsewhere", by("Bea", "", "bea"), imported)
	o.comment(models.Pending, "From elsewhere, held", by("Bea", "", "bea2"), imported)
	o.comment(models.Approved, "New", by("Cleo", "", "cleo"))
	o.run(5 * time.Minute)
	want(t, "arrived", o.arrived(), []string{"ada@mail.example: Cleo commented: The dimmer switch"})
}

func TestWhatHappenedLongBeforeMailWasSetUpStaysQuiet(t *testing.T) {
	o := newPostOffice(t)
	for i := range 300 {
		o.comment(models.Pending, fmt.Sprint("Old ", i), by("Ada", "", fmt.Sprint("k", i)))
	}
	o.clock.move(4 * 24 * time.Hour)
	o.comment(models.Pending, "New", by("Bea", "", "bea"))
	o.run(0)
	want(t, "arrived", o.arrived(), []string{"ruth@blog.example: Bea waits for you: The dimmer switch"})
}

func TestATestMailSaysWhatIsWrong(t *testing.T) {
	o := newPostOffice(t)
	user, err := o.site.store.UserByEmail(t.Context(), "ruth@blog.example")
	if err != nil {
		t.Fatal(err)
	}
	if err := o.SendTest(t.Context(), user); err != nil {
		t.Fatal(err)
	}
	want(t, "arrived", o.arrived(), []string{"ruth@blog.example: Mail works: My blog"})
	o.server.set(func(s *mailServer) {
		s.rcpt = func(to string) error {
			return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "No " + to}
		}
	})
	if err := o.SendTest(t.Context(), user); err == nil || !strings.Contains(err.Error(), "550") || !strings.Contains(err.Error(), "(the address)") {
		t.Errorf("%v", err)
	}
	o.server.stop()
	if err := o.SendTest(t.Context(), user); err == nil || !strings.Contains(err.Error(), "cannot be reached: connect: connection refused") {
		t.Errorf("%v", err)
	}
}

func TestStoppingBreaksAConnectionOffThatLeadsNowhere(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0") // accepts, and says nothing
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	o := newPostOffice(t)
	silent := &mailServer{t: t, address: listener.Addr().String()}
	o.Mailer = o.mailer(silent.smtp())
	o.comment(models.Pending, "Waiting")
	ctx, cancel := context.WithCancelCause(t.Context())
	go func() {
		conn, err := listener.Accept()
		if err == nil {
			defer func() { _ = conn.Close() }()
			cancel(errors.New("stop"))
			_, _ = conn.Read(make([]byte, 1))
		}
	}()
	o.work(ctx)
	if line := o.outbox()[0]; !strings.HasPrefix(line, "comment.held waiting 0") {
		t.Errorf("outbox: %s", line)
	}
	if strings.Contains(o.site.log.String(), "mail waits") {
		t.Error("a stop is called a fault")
	}
}

func pool(of any) *x509.CertPool {
	p, _ := of.(*x509.CertPool)
	return p
}
