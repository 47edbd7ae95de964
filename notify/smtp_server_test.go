package notify

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"io"
	"math/big"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	netmail "net/mail"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
)

// A mailServer is a real SMTP server on loopback that keeps what it accepts.
type mailServer struct {
	t       *testing.T
	server  *smtp.Server
	address string
	socket  net.Listener
	ended   chan struct{}

	mu       sync.Mutex
	accepted []receivedMail
	rcpt     func(to string) error // nil: takes everything
	data     func() error          // after the whole mail has come
	accepts  func(int)             // told of each mail that it has taken, before it says so
	sessions int
}

// receivedMail is a mail as the server got it.
type receivedMail struct {
	from, to string
	raw      []byte
}

func (m *mailServer) NewSession(*smtp.Conn) (smtp.Session, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.sessions++
	return &mailSession{server: m}, nil
}

type mailSession struct {
	server *mailServer
	mail   receivedMail
}

func (s *mailSession) Reset()        { s.mail = receivedMail{} }
func (s *mailSession) Logout() error { return nil }
func (s *mailSession) Mail(from string, _ *smtp.MailOptions) error {
	s.mail.from = from
	return nil
}

func (s *mailSession) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.mail.to = to
	s.server.mu.Lock()
	check := s.server.rcpt
	s.server.mu.Unlock()
	if check != nil {
		return check(to)
	}
	return nil
}

func (s *mailSession) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	s.server.mu.Lock()
	check, told := s.server.data, s.server.accepts
	s.server.mu.Unlock()
	if check != nil {
		if err := check(); err != nil {
			return err
		}
	}
	s.mail.raw = raw
	s.server.mu.Lock()
	s.server.accepted = append(s.server.accepted, s.mail)
	n := len(s.server.accepted)
	s.server.mu.Unlock()
	if told != nil {
		told(n)
	}
	return nil
}

// newMailServer starts a server; at is where, empty for anywhere.
func newMailServer(t *testing.T, at string, tune func(*smtp.Server)) *mailServer {
	t.Helper()
	m := &mailServer{t: t}
	m.listen(at, tune)
	t.Cleanup(m.stop)
	return m
}

func (m *mailServer) listen(at string, tune func(*smtp.Server)) {
	m.t.Helper()
	if at == "" {
		at = "127.0.0.1:0"
	}
	listener, err := net.Listen("tcp", at)
	if err != nil {
		m.t.Fatal(err)
	}
	m.address = listener.Addr().String()
	m.server = smtp.NewServer(m)
	m.server.Domain, m.server.ErrorLog = "mail.example", discardLog{}
	if tune != nil {
		tune(m.server)
	}
	m.serve(listener)
}

func (m *mailServer) serve(listener net.Listener) {
	server, ended := m.server, make(chan struct{})
	m.socket, m.ended = listener, ended
	go func() { defer close(ended); _ = server.Serve(listener) }()
}

func (m *mailServer) stop() {
	_ = m.socket.Close() // the server may not know it yet
	_ = m.server.Close()
	<-m.ended
}

type discardLog struct{}

func (discardLog) Printf(string, ...any) {}
func (discardLog) Println(...any)        {}

// set changes how the server behaves.
func (m *mailServer) set(change func(*mailServer)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	change(m)
}

// inbox is what has been accepted so far.
func (m *mailServer) inbox() []receivedMail {
	m.mu.Lock()
	defer m.mu.Unlock()
	return append([]receivedMail(nil), m.accepted...)
}

// smtp is how to reach the server.
func (m *mailServer) smtp() SMTP {
	host, port, err := net.SplitHostPort(m.address)
	if err != nil {
		m.t.Fatal(err)
	}
	n, err := strconv.Atoi(port)
	if err != nil {
		m.t.Fatal(err)
	}
	return SMTP{Host: host, Port: n}
}

// readMail is a mail taken apart.
type readMail struct {
	header     netmail.Header
	subject    string
	text, html string
}

// read takes a mail apart, as a mail program does.
func (r receivedMail) read(t testing.TB) readMail {
	t.Helper()
	message, err := netmail.ReadMessage(bytes.NewReader(r.raw))
	if err != nil {
		t.Fatalf("%v in\n%s", err, r.raw)
	}
	read := readMail{header: message.Header}
	if read.subject, err = new(mime.WordDecoder).DecodeHeader(message.Header.Get("Subject")); err != nil {
		t.Fatal(err)
	}
	kind, params, err := mime.ParseMediaType(message.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/alternative" {
		t.Fatalf("the mail is %s (%v)", kind, err)
	}
	for parts := multipart.NewReader(message.Body, params["boundary"]); ; {
		part, err := parts.NextRawPart()
		if errors.Is(err, io.EOF) {
			return read
		}
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(quotedprintable.NewReader(part))
		if err != nil {
			t.Fatal(err)
		}
		switch contentType := part.Header.Get("Content-Type"); contentType {
		case "text/plain; charset=UTF-8":
			read.text = strings.ReplaceAll(string(body), "\r\n", "\n")
		case "text/html; charset=UTF-8":
			read.html = string(body)
		default:
			t.Errorf("a part is %s", contentType)
		}
	}
}

// certificate makes a certificate for a name, and who vouches for it.
func certificate(t *testing.T, name string, until time.Time) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, DNSNames: []string{name}, NotBefore: until.Add(-24 * time.Hour), NotAfter: until,
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	raw, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParseCertificate(raw)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(parsed)
	return tls.Certificate{Certificate: [][]byte{raw}, PrivateKey: key}, pool
}
