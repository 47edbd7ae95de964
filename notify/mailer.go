package notify

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	netmail "net/mail"
	"net/url"
	"runtime/debug"
	"strings"
	"time"

	"dimmer/models"
)

const (
	// mailsAtOnce is how many mails go over one connection before others get their turn.
	mailsAtOnce = 10
	// longestPause is how long a server that is down is left alone: mail goes out at most this late once it is up (THREATS 4.15 wants 5 minutes).
	longestPause = 4 * time.Minute
	// longestWait is the most between two attempts at one mail that the server does not take yet.
	longestWait = 30 * time.Minute
)

// Links makes the addresses that mails lead to. They are signed, so they are made where the keys are.
type Links interface {
	Moderate(user models.User, comment models.CommentID, until time.Time) string
	ModerateAll(user models.User, until time.Time) string
	Confirm(reader models.Commenter, until time.Time) string
	Unsubscribe(subscription models.SubscriptionID, until time.Time) string
	Reader(reader models.Commenter, until time.Time) string
	Reset(user models.User, delivery models.DeliveryID, until time.Time) string
	Invite(invite models.Invite) string
}

// MailConfig is what a [Mailer] is made of; all of it is needed.
type MailConfig struct {
	Store     *models.Store
	Log       *slog.Logger
	SMTP      SMTP
	From      *netmail.Address // without a name: that of the site
	Links     Links
	PublicURL string
}

// Mailer fills the outbox with what follows from events, and empties it.
type Mailer struct {
	MailConfig
	helo        string
	letters     map[models.MailKind]letterForm
	pausedUntil time.Time // the server is down
	failures    int       // connections in a row that led nowhere
	said        string    // what was last said in the log of the server
}

// NewMailer makes a mailer.
func NewMailer(c MailConfig) (*Mailer, error) {
	public, err := url.Parse(c.PublicURL)
	if err != nil || public.Hostname() == "" {
		return nil, errors.New("notify: the public URL is none")
	}
	helo := public.Hostname()
	if strings.Contains(helo, ":") {
		helo = "[IPv6:" + helo + "]"
	}
	letters, err := readLetters()
	if err != nil {
		return nil, err
	}
	return &Mailer{MailConfig: c, helo: helo, letters: letters}, nil
}

// Run works until ctx ends. A mail that is being handed over then is finished, not broken off.
func (m *Mailer) Run(ctx context.Context) {
	ticker := time.NewTicker(pause)
	defer ticker.Stop()
	for {
		m.work(ctx)
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

// work does what is due. A panic ends this round and not the program.
func (m *Mailer) work(ctx context.Context) {
	defer func() {
		if cause := recover(); cause != nil {
			m.Log.Error("mail", "error", fmt.Sprintf("panic: %v\n%s", cause, debug.Stack()))
		}
	}()
	for more := true; more && ctx.Err() == nil; {
		var err error
		if more, err = m.Store.MailEvents(ctx); err != nil {
			m.complain(ctx, "fill the outbox", err)
			break
		}
	}
	for ctx.Err() == nil && m.deliver(ctx) {
	}
}

func (m *Mailer) complain(ctx context.Context, what string, err error) {
	if ctx.Err() == nil {
		m.Log.Error(what, "error", err)
	}
}

// deliver sends what is due over one connection, and reports whether there may be more.
func (m *Mailer) deliver(ctx context.Context) bool {
	if m.Store.Now().Before(m.pausedUntil) {
		return false
	}
	claimed, err := m.Store.ClaimDeliveries(ctx, mailsAtOnce)
	if err != nil {
		m.complain(ctx, "look for mail", err)
		return false
	}
	// From here on what was claimed is finished, or given back.
	finishing := context.WithoutCancel(ctx)
	letters := m.read(finishing, claimed)
	if len(letters) == 0 {
		return len(claimed) == mailsAtOnce
	}
	server, err := m.SMTP.connect(ctx, m.helo)
	if err != nil {
		m.giveBack(finishing, letters, m.SMTP.plainly(err, ""))
		if ctx.Err() == nil {
			m.serverDown(m.SMTP.plainly(err, ""))
		}
		return false
	}
	defer server.close()
	for i, l := range letters {
		if ctx.Err() != nil {
			m.giveBack(finishing, letters[i:], "the program was stopped")
			return false
		}
		if !m.handOver(finishing, server, l, letters[i+1:]) {
			return false
		}
	}
	return len(claimed) == mailsAtOnce
}

// handOver sends one mail and notes what became of it. It reports whether the connection is good for the rest.
func (m *Mailer) handOver(ctx context.Context, server *connection, l models.Letter, rest []models.Letter) bool {
	message, err := m.write(l)
	if err != nil {
		m.note(m.Store.FailDelivery(ctx, l.Delivery, "It cannot be written down: "+err.Error()))
		return true
	}
	result, err := server.send(message)
	if result == accepted {
		m.note(m.Store.MarkSent(ctx, l.Delivery))
		m.serverUp()
		return true
	}
	why := m.SMTP.plainly(err, l.To)
	switch result {
	case refused:
		m.note(m.Store.FailDelivery(ctx, l.Delivery, why))
		m.serverUp()
		m.Log.Warn("a mail is refused for good", "mail", string(l.ID), "kind", string(l.Kind), "error", why)
	case later:
		m.putOff(ctx, l, why, true)
		m.serverUp()
	default:
		m.giveBack(ctx, []models.Letter{l}, why)
		m.serverDown(why)
	}
	if result == down || server.client.Reset() != nil {
		m.giveBack(ctx, rest, why)
		return false
	}
	return true
}

// read reads what each mail says now. What has nothing left to say is dropped.
func (m *Mailer) read(ctx context.Context, claimed []models.Delivery) []models.Letter {
	var letters []models.Letter
	for _, d := range claimed {
		l, err := m.Store.Letter(ctx, d)
		switch {
		case err != nil:
			m.Log.Error("read what a mail says", "mail", string(d.ID), "error", err)
			m.putOff(ctx, models.Letter{Delivery: d}, "It could not be read: "+err.Error(), true)
		case l.Moot != "":
			m.note(m.Store.DropDelivery(ctx, d, l.Moot))
		default:
			letters = append(letters, l)
		}
	}
	return letters
}

// putOff tries a mail again later: after 1, 2, 4 … 30 minutes, or gives it up if its time is over.
func (m *Mailer) putOff(ctx context.Context, l models.Letter, why string, counted bool) {
	now := m.Store.Now()
	if !now.Before(l.GiveUpAt) {
		m.note(m.Store.FailDelivery(ctx, l.Delivery, why))
		return
	}
	until := now
	if counted {
		until = now.Add(jittered(min(longestWait, time.Minute<<min(max(l.Attempts-1, 0), 10))))
	}
	m.note(m.Store.PutOffDelivery(ctx, l.Delivery, until, why, counted))
}

// giveBack puts mails back that were not tried, because of the server.
func (m *Mailer) giveBack(ctx context.Context, letters []models.Letter, why string) {
	for _, l := range letters {
		m.putOff(ctx, l, why, false)
	}
}

// note logs that it could not be stored what became of a mail: its lease ends, and it is tried again under the same Message-ID.
func (m *Mailer) note(err error) {
	if err != nil {
		m.Log.Error("note what became of a mail", "error", err)
	}
}

// serverDown leaves the server alone for 5, 10, 20 … s, at most [longestPause], and says so once for each reason.
func (m *Mailer) serverDown(why string) {
	m.failures++
	m.pausedUntil = m.Store.Now().Add(jittered(min(longestPause, 5*time.Second<<min(m.failures-1, 10))))
	if m.said != why {
		m.Log.Warn("mail waits", "error", why)
		m.said = why
	}
}

func (m *Mailer) serverUp() {
	if m.said != "" {
		m.Log.Info("mail goes out again")
	}
	m.failures, m.said = 0, ""
}

// jittered is a time, a fifth of it shorter or longer, so that programs do not come back all at once.
func jittered(d time.Duration) time.Duration {
	return d - d/5 + rand.N(2*d/5+1) // #nosec G404 -- nothing secret
}

// SendTest sends a mail to somebody of the blog now, not by the outbox. Its error is in plain words, for whoever set mail up.
func (m *Mailer) SendTest(ctx context.Context, to models.User) error {
	if to.Email == nil {
		return errors.New("you have no e-mail address here")
	}
	settings, err := m.Store.Settings(ctx)
	if err != nil {
		return err
	}
	l := models.Letter{
		Delivery: models.Delivery{ID: models.NewDeliveryID(), Kind: mailTest, CreatedAt: m.Store.Now()}, To: *to.Email, Name: to.Name, User: &to, Settings: settings,
	}
	message, err := m.write(l)
	if err != nil {
		return err
	}
	server, err := m.SMTP.connect(ctx, m.helo)
	if err != nil {
		return errors.New(m.SMTP.plainly(err, l.To))
	}
	defer server.close()
	if result, err := server.send(message); result != accepted {
		return errors.New(m.SMTP.plainly(err, l.To))
	}
	return nil
}

// Sender is the address that mail comes from, for people.
func (m *Mailer) Sender() string { return m.From.Address }
