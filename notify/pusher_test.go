package notify

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dimmer/models"
	"dimmer/outbound"
)

func fromBase64(t testing.TB, text string) []byte {
	t.Helper()
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// The example of RFC 8291, appendix A, to the byte.
func TestAMessageIsEncryptedAsRFC8291HasIt(t *testing.T) {
	once, err := ecdh.P256().NewPrivateKey(fromBase64(t, "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"))
	if err != nil {
		t.Fatal(err)
	}
	const (
		p256dh = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
		secret = "BTBZMqHH6r4Tts7J_aSIgg"
		wanted = "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
	)
	got, err := encryptPush([]byte("When I grow up, I want to be a watermelon"), p256dh, secret, once, fromBase64(t, "DGv6ra1nlYgDCS1FRnbzlw"), 0)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(wanted, base64.RawURLEncoding.EncodeToString(got)); diff != "" {
		t.Error(diff)
	}
}

// A pushService takes messages for one browser, as that of its maker does.
type pushService struct {
	*httptest.Server
	browser *ecdh.PrivateKey
	secret  []byte
	senders *ecdsa.PublicKey // by which it knows who may send

	mu     sync.Mutex
	got    []map[string]any
	sizes  []int
	status int // that it answers; 0: 201
	header http.Header
}

func newPushService(t *testing.T, senders *ecdsa.PublicKey) *pushService {
	t.Helper()
	browser, err := ecdh.P256().GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	s := &pushService{browser: browser, secret: []byte("sixteen bytes ok"), senders: senders}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		defer s.mu.Unlock()
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		for name, value := range map[string]string{"Content-Encoding": "aes128gcm", "Topic": "held", "Ttl": "86400"} {
			if r.Header.Get(name) != value {
				t.Errorf("%s is %q", name, r.Header.Get(name))
			}
		}
		s.checkSender(t, r.Header.Get("Authorization"))
		if s.status == 0 {
			s.got, s.sizes = append(s.got, s.opened(t, body)), append(s.sizes, len(body))
			w.WriteHeader(http.StatusCreated)
			return
		}
		for name := range s.header {
			w.Header().Set(name, s.header.Get(name))
		}
		w.WriteHeader(s.status)
	}))
	t.Cleanup(s.Close)
	return s
}

// opened decrypts a message as a browser does, written down from RFC 8188 and RFC 8291.
func (s *pushService) opened(t *testing.T, body []byte) map[string]any {
	salt, size, length := body[:16], binary.BigEndian.Uint32(body[16:20]), int(body[20])
	sender, sealed := body[21:21+length], body[21+length:]
	if int(size) < len(sealed) || len(body) > 4096 {
		t.Errorf("a record of %d bytes in a message of %d", size, len(body))
	}
	theirs, err := ecdh.P256().NewPublicKey(sender)
	if err != nil {
		t.Error(err)
		return nil
	}
	shared, err := s.browser.ECDH(theirs)
	if err != nil {
		t.Error(err)
	}
	derive := func(secret, salt []byte, info string, n int) []byte {
		key, err := hkdf.Key(sha256.New, secret, salt, info, n)
		if err != nil {
			t.Error(err)
		}
		return key
	}
	material := derive(shared, s.secret, "WebPush: info\x00"+string(s.browser.PublicKey().Bytes())+string(sender), 32)
	block, err := aes.NewCipher(derive(material, salt, "Content-Encoding: aes128gcm\x00", 16))
	if err != nil {
		t.Error(err)
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		t.Error(err)
	}
	plain, err := aead.Open(nil, derive(material, salt, "Content-Encoding: nonce\x00", 12), sealed, nil)
	if err != nil {
		t.Errorf("the browser cannot read it: %v", err)
		return nil
	}
	text, ended := strings.CutSuffix(strings.TrimRight(string(plain), "\x00"), "\x02")
	if !ended {
		t.Error("the message has no end")
	}
	var message map[string]any
	if err := json.Unmarshal([]byte(text), &message); err != nil {
		t.Error(err)
	}
	return message
}

// checkSender reads the header of RFC 8292.
func (s *pushService) checkSender(t *testing.T, header string) {
	token, key, _ := strings.Cut(strings.TrimPrefix(header, "vapid t="), ", k=")
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		t.Errorf("Authorization is %q", header)
		return
	}
	signature := fromBase64(t, parts[2])
	digest := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	public, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), fromBase64(t, key))
	if err != nil || !public.Equal(s.senders) || !ecdsa.Verify(public, digest[:], new(big.Int).SetBytes(signature[:32]), new(big.Int).SetBytes(signature[32:])) {
		t.Error("the sender is somebody else", err)
	}
	var claims struct {
		Aud, Sub string
		Exp      int64
	}
	if err := json.Unmarshal(fromBase64(t, parts[1]), &claims); err != nil || claims.Aud != s.URL || claims.Sub != "mailto:blog@mail.example" {
		t.Errorf("claims %+v, %v", claims, err)
	}
}

func (s *pushService) messages() []map[string]any {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]map[string]any{}, s.got...)
}

func (s *pushService) answers(status int, header http.Header) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.status, s.header = status, header
}

// A pushing is a blog with a moderator whose browser is told of comments by a push service on this machine.
type pushing struct {
	*postOffice
	*Pusher
	service *pushService
	mira    models.User
	session models.Session
	device  models.PushDevice
}

func newPushing(t *testing.T) *pushing {
	t.Helper()
	o := newPostOffice(t)
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	p := &pushing{postOffice: o, service: newPushService(t, &key.PublicKey)}
	allowed, err := outbound.ParseAllowed(strings.TrimPrefix(p.service.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	p.Pusher = NewPusher(PushConfig{Store: o.site.store, Log: o.site.Worker.log, Key: key, Allowed: allowed, Contact: "mailto:blog@mail.example"})
	email, hash := "mira@mail.example", "$argon2id$test"
	if p.mira, err = o.site.store.CreateUser(t.Context(), models.System, models.UserChange{
		Name: models.Some("Mira"), Email: models.Some(&email), PasswordHash: models.Some(&hash), Role: models.Some(models.System.Role),
	}); err != nil {
		t.Fatal(err)
	}
	if p.session, err = o.site.store.CreateSession(t.Context(), p.mira, "Phone", "", nil); err != nil {
		t.Fatal(err)
	}
	p.subscribes(p.service.URL + "/wpush/a")
	return p
}

func (p *pushing) subscribes(endpoint string) {
	p.t.Helper()
	var err error
	encode := base64.RawURLEncoding.EncodeToString
	p.device, err = p.Pusher.Store.SavePushDevice(p.t.Context(), p.mira.Actor(), p.session.ID, models.PushDevice{
		Endpoint: endpoint, P256dh: encode(p.service.browser.PublicKey().Bytes()), Auth: encode(p.service.secret), Name: "Phone",
	})
	if err != nil {
		p.t.Fatal(err)
	}
}

// later lets time pass, and the pusher do what is due.
func (p *pushing) later(by time.Duration) []map[string]any {
	p.t.Helper()
	p.Pusher.work(p.t.Context())
	p.site.clock.move(by)
	p.Pusher.work(p.t.Context())
	return p.service.messages()
}

// known is the device as it is now, or nil.
func (p *pushing) known() *models.PushDevice {
	p.t.Helper()
	devices, err := p.Pusher.Store.PushDevices(p.t.Context(), p.mira.ID)
	if err != nil {
		p.t.Fatal(err)
	}
	if len(devices) == 0 {
		return nil
	}
	return &devices[0]
}

func same(t *testing.T, what string, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func TestADeviceIsToldThatCommentsWait(t *testing.T) {
	p := newPushing(t)
	p.postOffice.comment(models.Pending, "My secret is XYLOPHON.")
	got := p.later(3 * time.Second)
	same(t, "the first", got, []map[string]any{{"title": "Ruth M. commented", "body": "On “The dimmer switch”. The comment waits for you.", "url": "/admin/comments", "count": 1.0}})

	// A flood is one message a minute, with a number.
	for i := range 3 {
		p.postOffice.comment(models.Pending, "Another.", by("Tom", "", "key of Tom "+string(rune('a'+i))))
	}
	same(t, "within the minute", len(p.later(30*time.Second)), 1)
	got = p.later(time.Minute)
	same(t, "after it", got[1:], []map[string]any{{"title": "4 comments wait", "body": "The newest is from Tom, on “The dimmer switch”.", "url": "/admin/comments", "count": 4.0}})
	same(t, "and no more", len(p.later(time.Hour)), 2)
	if p.service.sizes[0] != p.service.sizes[1] {
		t.Errorf("the sizes tell messages apart: %v", p.service.sizes)
	}
	if d := p.known(); d == nil || d.SentAt == nil || d.LastError != "" || d.NextAt != nil {
		t.Errorf("noted: %+v", d)
	}

	// What readers see at once, what is spam, and what is decided before it could be said, is nothing to say.
	p.postOffice.comment(models.Approved, "Seen.")
	p.postOffice.comment(models.Spam, "Buy.")
	same(t, "no news", len(p.later(time.Hour)), 2)
}

func TestADeviceIsToldInTheLanguageOfItsOwnerAndOnlyIfSheWants(t *testing.T) {
	p := newPushing(t)
	like := func(c models.PreferencesChange) {
		t.Helper()
		if _, err := p.Pusher.Store.ChangeUser(t.Context(), p.mira.Actor(), p.mira.ID, models.UserChange{Preferences: models.Some(c)}, p.session.ID); err != nil {
			t.Fatal(err)
		}
	}
	german := "de"
	like(models.PreferencesChange{Language: models.Some(&german)})
	p.postOffice.comment(models.Pending, "Hallo.")
	same(t, "German", p.later(3 * time.Second)[0]["body"], any("Zu „The dimmer switch“. Der Kommentar wartet auf dich."))
	like(models.PreferencesChange{Push: models.Some(false)})
	p.postOffice.comment(models.Pending, "Two.")
	same(t, "switched off", len(p.later(time.Hour)), 1)
	like(models.PreferencesChange{Push: models.Some(true)})
	p.postOffice.comment(models.Pending, "Three.")
	same(t, "switched on", len(p.later(time.Hour)), 2)
	if err := p.Pusher.Store.EndSessions(t.Context(), p.mira.Actor(), p.mira.ID, ""); err != nil {
		t.Fatal(err)
	}
	p.postOffice.comment(models.Pending, "Four.")
	same(t, "signed out", len(p.later(time.Hour)), 2)
}

func TestWhatAPushServiceRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		status  int
		header  http.Header
		known   bool
		again   time.Duration // 0: not at all
		tooSoon time.Duration
	}{
		"it is gone":        {410, nil, false, 0, 0},
		"it was never":      {404, nil, false, 0, 0},
		"a bad request":     {400, nil, true, 0, 0},
		"somebody else":     {403, nil, true, 0, 0},
		"it is busy":        {503, nil, true, 80 * time.Second, 40 * time.Second},
		"it wants us later": {429, http.Header{"Retry-After": {"600"}}, true, 13 * time.Minute, 7 * time.Minute},
		"it sends us away":  {302, http.Header{"Location": {"http://127.0.0.1:1/"}}, true, 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPushing(t)
			p.service.answers(c.status, c.header)
			p.postOffice.comment(models.Pending, "Hello.")
			p.later(3 * time.Second)
			d := p.known()
			if (d != nil) != c.known {
				t.Fatalf("known: %v", d)
			}
			if d != nil && !strings.Contains(d.LastError, "push service") {
				t.Errorf("it says %q", d.LastError)
			}
			p.service.answers(0, nil)
			if c.again == 0 {
				same(t, "tried again", len(p.later(3*time.Hour)), 0)
				return
			}
			same(t, "too soon", len(p.later(c.tooSoon)), 0)
			same(t, "tried again", len(p.later(c.again-c.tooSoon)), 1)
			if d := p.known(); d.LastError != "" || d.Attempts != 0 {
				t.Errorf("it remembers: %+v", d)
			}
		})
	}
}

func TestOnlyAPushServiceOnThePublicNetworkIsCalled(t *testing.T) {
	p := newPushing(t)
	for address, taken := range map[string]bool{
		"https://updates.push.services.mozilla.com/wpush/v2/x": true, "https://fcm.googleapis.com/fcm/send/x": true, p.service.URL + "/x": true,
		"http://fcm.googleapis.com/fcm/send/x": false, "https://127.0.0.1/x": false, "https://[::ffff:127.0.0.1]/": false, "https://localhost/x": false,
		"https://169.254.169.254/x": false, "https://user:pass@fcm.googleapis.com/": false, "https://fcm.googleapis.com:8443/": false, "file:///etc/passwd": false, "": false,
	} {
		if err := p.CheckEndpoint(address); (err == nil) != taken {
			t.Errorf("%s: %v", address, err)
		}
	}
	// Whatever was stored, the client looks again.
	asked := 0
	inside := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked++ }))
	t.Cleanup(inside.Close)
	p.subscribes(inside.URL)
	p.postOffice.comment(models.Pending, "Hello.")
	same(t, "the other device", len(p.later(3*time.Second)), 1)
	same(t, "calls inside", asked, 0)
}

func TestATestMessageGetsThroughOrSaysWhy(t *testing.T) {
	p := newPushing(t)
	if err := p.SendTest(t.Context(), p.device, "en"); err != nil || p.service.messages()[0]["title"] != "It works" {
		t.Error(err, p.service.messages())
	}
	p.service.Close()
	if err := p.SendTest(t.Context(), p.device, "de"); err == nil || err.Error() != "The push service of this browser could not be reached." {
		t.Error(err)
	}
}
