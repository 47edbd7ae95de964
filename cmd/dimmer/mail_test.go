package main

import (
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/emersion/go-smtp"
)

// postbox is an SMTP server that tells of every mail that it gets.
type postbox chan string

func (p postbox) NewSession(*smtp.Conn) (smtp.Session, error) { return postboxSession{p}, nil }

type postboxSession struct{ postbox }

func (postboxSession) Reset()                               {}
func (postboxSession) Logout() error                        { return nil }
func (postboxSession) Mail(string, *smtp.MailOptions) error { return nil }
func (postboxSession) Rcpt(string, *smtp.RcptOptions) error { return nil }
func (s postboxSession) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	s.postbox <- string(raw)
	return err
}

func TestTheOwnerIsMailedWhatWaits(t *testing.T) {
	t.Parallel()
	box := make(postbox, 10)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := smtp.NewServer(box)
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() { _ = listener.Close(); _ = server.Close() })

	p := serveOn(t, t.TempDir(), nil, env("DIMMER_OWNER_EMAIL="+ownerEmail, "DIMMER_OWNER_PASSWORD="+ownerPassword,
		"DIMMER_SMTP_URL=smtp://"+listener.Addr().String(), "DIMMER_MAIL_FROM=blog@blog.example"))
	slug := p.publish(p.signIn(ownerEmail, ownerPassword), "Say something")
	p.ask("POST", "/api/v1/posts/"+slug+"/comments", "", map[string]any{"name": "Ruth", "body": "The part about the jaw helped."}).into(t, http.StatusCreated, nil)
	mail := <-box
	for _, part := range []string{"To: <" + ownerEmail + ">", "blog@blog.example", "The part about the jaw helped.", "/moderate/"} {
		if !strings.Contains(mail, part) {
			t.Errorf("the mail lacks %q:\n%s", part, mail)
		}
	}
	p.stop()
	if strings.Contains(p.errs.String(), "mail is off") {
		t.Errorf("it says that mail is off: %s", p.errs)
	}
}

func TestTheStartSaysThatMailIsOff(t *testing.T) {
	t.Parallel()
	p := serveOn(t, t.TempDir(), nil)
	p.stop()
	if n := strings.Count(p.errs.String(), "mail is off"); n != 1 {
		t.Errorf("it says so %d times: %s", n, p.errs)
	}
}
