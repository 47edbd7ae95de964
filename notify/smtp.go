package notify

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	netmail "net/mail"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/wneessen/go-mail"
)

// smtpTimeout bounds each step of talking to the mail server: to connect and sign in, and to hand over one mail.
const smtpTimeout = 15 * time.Second

// SMTP is the server that takes our mail.
type SMTP struct {
	Host           string
	Port           int
	User, Password string // empty: it asks for none
	Implicit       bool   // TLS from the first byte (smtps)

	// Dial and Roots are for servers that the system does not know; nil is as the system has it.
	Dial  func(ctx context.Context, network, address string) (net.Conn, error)
	Roots *x509.CertPool
}

// ParseSMTP reads smtp://user:password@host:587, where the connection has to become a secret one before anything is said (STARTTLS), unless the host
// is this very machine, or smtps://…:465, where it is one from the first byte. The error never repeats the text, which holds a password.
func ParseSMTP(text string) (SMTP, error) {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "smtp" && u.Scheme != "smtps" || u.Hostname() == "" {
		return SMTP{}, errors.New("is not an address such as smtp://user:password@mail.example.org:587 or smtps://…; encode / : @ ? # and % in user and password (%2F for /)")
	}
	if u.Path != "" && u.Path != "/" || u.RawQuery != "" || u.Fragment != "" || strings.ContainsFunc(u.Hostname(), func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }) {
		return SMTP{}, errors.New("has something after the host and port that it cannot have")
	}
	s := SMTP{Host: u.Hostname(), Implicit: u.Scheme == "smtps", Port: 587, User: u.User.Username()}
	s.Password, _ = u.User.Password()
	if s.Implicit {
		s.Port = 465
	}
	if p := u.Port(); p != "" {
		if s.Port, err = strconv.Atoi(p); err != nil || s.Port < 1 || s.Port > 65535 {
			return SMTP{}, errors.New("has a port that is none; use a number from 1 to 65535")
		}
	}
	if (s.User == "") != (s.Password == "") {
		return SMTP{}, errors.New("has a user or a password; give both or none")
	}
	return s, nil
}

// Address is host and port, for people.
func (s SMTP) Address() string { return net.JoinHostPort(s.Host, strconv.Itoa(s.Port)) }

// loopback reports whether the server is this machine: there is no wire on which anybody could listen.
func (s SMTP) loopback() bool {
	if strings.EqualFold(s.Host, "localhost") {
		return true
	}
	address, err := netip.ParseAddr(s.Host)
	return err == nil && address.IsLoopback()
}

// ParseSender reads who mail comes from: blog@example.org, or The blog <blog@example.org>.
func ParseSender(text string) (*netmail.Address, error) {
	if len(text) > 320 || strings.ContainsFunc(text, unicode.IsControl) {
		return nil, errSender
	}
	from, err := netmail.ParseAddress(text)
	if err != nil || !strings.Contains(from.Address[strings.LastIndexByte(from.Address, '@')+1:], ".") && !strings.HasSuffix(from.Address, "@localhost") {
		return nil, errSender
	}
	if strings.ContainsAny(from.Address, "\" \t,;<>[]()\\") {
		return nil, errSender
	}
	return from, nil
}

var errSender = errors.New("is not an address that mail can come from; write blog@example.org or My blog <blog@example.org>")

// connection is an open one to the mail server.
type connection struct {
	client *mail.Client
	conn   net.Conn
}

// connect opens a connection and signs in. ctx breaks it off.
func (s SMTP) connect(ctx context.Context, helo string) (*connection, error) {
	broken, cancel := context.WithTimeout(ctx, smtpTimeout)
	defer cancel()
	c := &connection{}
	stop := func() bool { return true }
	secret := &tls.Config{ServerName: s.Host, RootCAs: s.Roots, MinVersion: tls.VersionTLS12}
	options := []mail.Option{
		mail.WithPort(s.Port), mail.WithTimeout(smtpTimeout), mail.WithHELO(helo), mail.WithTLSConfig(secret), mail.WithoutNoop(),
		mail.WithDialContextFunc(func(ctx context.Context, network, address string) (net.Conn, error) {
			dial := s.Dial
			if dial == nil {
				dial = new(net.Dialer).DialContext
			}
			conn, err := dial(ctx, network, address)
			if err != nil {
				return nil, err
			}
			c.conn = conn // what go-mail gives up half way it leaves open
			stop = context.AfterFunc(broken, func() {
				_ = conn.Close() // whatever waits ends now; a deadline could be moved again
			})
			if !s.Implicit {
				return conn, nil
			}
			wrapped := tls.Client(conn, secret)
			return wrapped, wrapped.HandshakeContext(ctx)
		}),
	}
	switch {
	case s.Implicit:
		options = append(options, mail.WithSSL())
	case s.loopback():
		options = append(options, mail.WithTLSPolicy(mail.NoTLS)) // what a server on this machine shows is seldom certified for its name
	default:
		options = append(options, mail.WithTLSPolicy(mail.TLSMandatory))
	}
	switch {
	case s.User == "":
	case s.loopback() && !s.Implicit:
		options = append(options, mail.WithUsername(s.User), mail.WithPassword(s.Password), mail.WithOpportunisticSMTPAuth(
			mail.SMTPAuthSCRAMSHA256, mail.SMTPAuthCramMD5, mail.SMTPAuthPlainNoEnc, mail.SMTPAuthLoginNoEnc))
	default:
		options = append(options, mail.WithUsername(s.User), mail.WithPassword(s.Password), mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover))
	}
	client, err := mail.NewClient(s.Host, options...)
	if err != nil {
		return nil, err
	}
	c.client = client
	err = client.DialWithContext(broken)
	if !stop() && err == nil {
		err = context.Cause(broken)
	}
	if err != nil {
		if c.conn != nil {
			_ = c.conn.Close()
		}
		return nil, err
	}
	return c, nil
}

// close says goodbye.
func (c *connection) close() {
	_ = c.client.Close()
	_ = c.conn.Close()
}

// outcome is what became of handing a mail over.
type outcome int

const (
	accepted outcome = iota
	refused          // for good: this mail will never be taken
	later            // this mail, or its mailbox, is not taken now
	down             // the server takes nothing now
)

// send hands one mail over. It counts as accepted as soon as the server has said so, whatever happens to the connection afterwards.
func (c *connection) send(m *mail.Msg) (outcome, error) {
	err := c.client.Send(m)
	if m.IsDelivered() {
		return accepted, nil
	}
	if err == nil {
		return later, errors.New("the mail library did not say what became of it")
	}
	var refusal *mail.SendError
	if !errors.As(err, &refusal) {
		return down, err
	}
	code := refusal.ErrorCode()
	switch refusal.Reason {
	case mail.ErrSMTPRcptTo, mail.ErrSMTPData, mail.ErrSMTPDataClose:
		switch {
		case code == 421:
			return down, err
		case code >= 500:
			return refused, err
		case code >= 400, refusal.Reason == mail.ErrSMTPDataClose: // a connection that breaks here may break of this very mail
			return later, err
		}
	case mail.ErrGetSender, mail.ErrGetRcpts, mail.ErrNoUnencoded:
		return refused, err
	case mail.ErrWriteContent:
		return later, err
	}
	return down, err // also what is said to our own address: it is the same for every mail
}

// plainly says in plain words what the mail server, or the way to it, has against a mail. It never holds the address to which the mail goes.
func (s SMTP) plainly(err error, to string) string {
	var (
		unknown  x509.UnknownAuthorityError
		hostname x509.HostnameError
		invalid  x509.CertificateInvalidError
		network  *net.OpError
		lookup   *net.DNSError
		refusal  *mail.SendError
	)
	server := "The mail server " + s.Address()
	switch {
	case errors.As(err, &refusal):
		text, _, _ := strings.Cut(err.Error(), ", affected ")
		if to != "" {
			text = strings.ReplaceAll(text, to, "(the address)")
		}
		return server + " did not take it: " + text
	case errors.As(err, &unknown), errors.As(err, &invalid):
		return server + " shows a certificate that nobody vouches for. Nothing was sent. Check the host in DIMMER_SMTP_URL, or have the certificate renewed."
	case errors.As(err, &hostname):
		return server + " shows a certificate of another host. Nothing was sent. Write the host in DIMMER_SMTP_URL as the certificate has it."
	case strings.Contains(err.Error(), "does not support STARTTLS"):
		return server + " offers no secret connection (STARTTLS). Nothing was sent. Use its port 587, or smtps:// with port 465."
	case strings.Contains(err.Error(), "SMTP AUTH"):
		return server + " does not let us in: " + err.Error() + ". Check user and password in DIMMER_SMTP_URL."
	case errors.As(err, &lookup):
		return fmt.Sprintf("The name of the mail server %s cannot be found. Check DIMMER_SMTP_URL.", s.Host)
	case errors.Is(err, context.DeadlineExceeded), isTimeout(err):
		return server + " does not answer."
	case errors.As(err, &network):
		return server + " cannot be reached: " + network.Err.Error() + "."
	}
	return server + " did not take it: " + err.Error()
}

func isTimeout(err error) bool {
	var timeout net.Error
	return errors.As(err, &timeout) && timeout.Timeout()
}
