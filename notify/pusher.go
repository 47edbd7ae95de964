package notify

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"dimmer/models"
	"dimmer/outbound"
)

const (
	// pushesAtOnce is how many devices are told before others get their turn.
	pushesAtOnce = 10
	// pushTTL is how long a push service keeps a message for a device that is not there: a day later there is another.
	pushTTL = 24 * time.Hour
	// pushTimeout is how long a push service may take.
	pushTimeout = 10 * time.Second
	// longestPushWait is the most between two attempts, also where the push service wants longer.
	longestPushWait = 30 * time.Minute
)

// PushConfig is what a [Pusher] is made of; all of it is needed.
type PushConfig struct {
	Store   *models.Store
	Log     *slog.Logger
	Key     *ecdsa.PrivateKey // by which push services know this blog
	Allowed outbound.Allowed
	Contact string // whom a push service can write to: mailto:… or the address of the blog
}

// Pusher tells devices of the people of the blog that comments wait (Web Push).
type Pusher struct {
	PushConfig
	client *outbound.Client
}

// NewPusher makes a pusher.
func NewPusher(c PushConfig) *Pusher {
	return &Pusher{c, outbound.New(outbound.Config{Allowed: c.Allowed, Timeout: pushTimeout, MaxBytes: 64 << 10, NoRedirects: true})}
}

// Run works until ctx ends.
func (p *Pusher) Run(ctx context.Context) {
	defer p.client.CloseIdle()
	ticker := time.NewTicker(pause)
	defer ticker.Stop()
	for {
		p.work(ctx)
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

// work does what is due. A panic ends this round and not the program.
func (p *Pusher) work(ctx context.Context) {
	defer func() {
		if cause := recover(); cause != nil {
			p.Log.Error("push", "error", fmt.Sprintf("panic: %v\n%s", cause, debug.Stack()))
		}
	}()
	for more := true; more && ctx.Err() == nil; {
		var err error
		if more, err = p.Store.PushEvents(ctx); err != nil {
			p.complain(ctx, "look who is to be told", err)
			break
		}
	}
	for ctx.Err() == nil {
		claimed, err := p.Store.ClaimPushDevices(ctx, pushesAtOnce)
		if err != nil {
			p.complain(ctx, "look for devices to tell", err)
			return
		}
		for _, d := range claimed { // what a stop leaves undone is done when its lease has ended
			if ctx.Err() == nil {
				p.tell(context.WithoutCancel(ctx), d)
			}
		}
		if len(claimed) < pushesAtOnce {
			return
		}
	}
}

func (p *Pusher) complain(ctx context.Context, what string, err error) {
	if ctx.Err() == nil {
		p.Log.Error(what, "error", err)
	}
}

// tell tells one device what there is to say now, and notes what became of it.
func (p *Pusher) tell(ctx context.Context, d models.PushDevice) {
	message, err := p.Store.PushMessage(ctx, d)
	if errors.Is(err, models.ErrNotFound) {
		err = p.Store.MarkPushed(ctx, d, false)
	} else if err == nil {
		err = p.note(ctx, d, p.send(ctx, d, pushWords(message)))
	}
	if err != nil {
		p.Log.Error("tell a device", "device", string(d.ID), "error", err) // its lease ends, and it is tried again
	}
}

// note keeps what became of a message.
func (p *Pusher) note(ctx context.Context, d models.PushDevice, failed error) error {
	var refused *pushRefused
	switch {
	case failed == nil:
		return p.Store.MarkPushed(ctx, d, true)
	case errors.As(failed, &refused) && refused.gone:
		return p.Store.ForgetPushDevice(ctx, d)
	case errors.As(failed, &refused) && !refused.later, errors.Is(failed, outbound.ErrBlocked):
		p.Log.Warn("a push service refuses", "device", string(d.ID), "error", failed)
		return p.Store.PutOffPush(ctx, d, time.Time{}, failed.Error())
	}
	wait := min(longestPushWait, time.Minute<<min(max(d.Attempts-1, 0), 10))
	if refused != nil && refused.after > wait {
		wait = min(refused.after, longestPushWait)
	}
	return p.Store.PutOffPush(ctx, d, p.Store.Now().Add(jittered(wait)), failed.Error())
}

// pushPayload is what the service worker of the admin area gets. Who wrote and where, never what: a lock screen shows it to whoever is near.
type pushPayload struct {
	Title string `json:"title"`
	Body  string `json:"body"`
	URL   string `json:"url"` // a path of the admin area
	Count int64  `json:"count"`
}

// heldPath is where the admin area shows what waits.
const heldPath = "/admin/comments"

// pushWords says in the language of a person what waits.
func pushWords(m models.PushMessage) pushPayload {
	name, post := headerText(plainWords(m.Name), 60), headerText(m.Post, 100)
	german := strings.HasPrefix(m.Language, "de")
	payload := pushPayload{URL: heldPath, Count: m.Waiting}
	switch {
	case m.Waiting == 1 && german:
		payload.Title, payload.Body = fmt.Sprintf("%s hat kommentiert", name), fmt.Sprintf("Zu „%s“. Der Kommentar wartet auf dich.", post)
	case m.Waiting == 1:
		payload.Title, payload.Body = fmt.Sprintf("%s commented", name), fmt.Sprintf("On “%s”. The comment waits for you.", post)
	case german:
		payload.Title, payload.Body = fmt.Sprintf("%d Kommentare warten", m.Waiting), fmt.Sprintf("Der neueste ist von %s, zu „%s“.", name, post)
	default:
		payload.Title, payload.Body = fmt.Sprintf("%d comments wait", m.Waiting), fmt.Sprintf("The newest is from %s, on “%s”.", name, post)
	}
	return payload
}

// pushRefused is what a push service says that does not take a message.
type pushRefused struct {
	status int
	gone   bool          // it does not know the browser any more
	later  bool          // it may take it another time
	after  time.Duration // not before
}

func (r *pushRefused) Error() string {
	switch {
	case r.gone:
		return "The push service does not know this browser any more."
	case r.later:
		return fmt.Sprintf("The push service does not take it now (%d).", r.status)
	}
	return fmt.Sprintf("The push service refuses it (%d).", r.status)
}

// send hands one message to the push service of a device.
func (p *Pusher) send(ctx context.Context, d models.PushDevice, payload pushPayload) error {
	endpoint, err := p.endpoint(d.Endpoint)
	if err != nil {
		return err
	}
	text, err := json.Marshal(payload)
	if err != nil {
		return err
	}
	body, err := newPushBody(text, d.P256dh, d.Auth)
	if err != nil {
		return err
	}
	who, err := vapid(p.Key, endpoint, p.Contact, p.Store.Now())
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, endpoint.String(), bytes.NewReader(body))
	if err != nil {
		return errors.New("The address of the push service cannot be read.") //nolint:revive,staticcheck // a sentence for people
	}
	for name, value := range map[string]string{
		"Authorization": who, "Content-Type": "application/octet-stream", "Content-Encoding": "aes128gcm",
		"TTL": strconv.Itoa(int(pushTTL.Seconds())), "Topic": "held", "Urgency": "normal", // of several that wait for a device, the last is enough
	} {
		request.Header.Set(name, value)
	}
	response, err := p.client.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	_, _ = io.Copy(io.Discard, response.Body) // so that the connection can be used again
	switch status := response.StatusCode; {
	case status >= 200 && status < 300:
		return nil
	case status == http.StatusNotFound, status == http.StatusGone:
		return &pushRefused{status: status, gone: true}
	case status == http.StatusTooManyRequests, status >= 500:
		seconds, _ := strconv.Atoi(response.Header.Get("Retry-After")) // a date counts as nothing: our own wait stands
		return &pushRefused{status: status, later: true, after: time.Duration(min(max(seconds, 0), 86400)) * time.Second}
	default:
		return &pushRefused{status: status}
	}
}

// endpoint reads the address of a push service. In the open only one is called that the operator has allowed by name.
func (p *Pusher) endpoint(address string) (*url.URL, error) {
	u, err := p.Allowed.CheckURL(address)
	if err == nil && u.Scheme != "https" && !p.Allowed.Names(u) {
		err = fmt.Errorf("%w: it has to begin with https://", outbound.ErrBlocked)
	}
	return u, err
}

// CheckEndpoint tells whether the address of a push service may be called.
func (p *Pusher) CheckEndpoint(address string) error {
	_, err := p.endpoint(address)
	return err
}

// SendTest tells one device now that it can be told. Its error is in plain words.
func (p *Pusher) SendTest(ctx context.Context, d models.PushDevice, language string) error {
	payload := pushPayload{Title: "It works", Body: "This device is told when comments wait.", URL: heldPath}
	if strings.HasPrefix(language, "de") {
		payload.Title, payload.Body = "Es klappt", "Dieses Gerät erfährt, wenn Kommentare warten."
	}
	err := p.send(ctx, d, payload)
	var refused *pushRefused
	if errors.As(err, &refused) && refused.gone {
		return errors.Join(err, p.Store.ForgetPushDevice(ctx, d))
	}
	if err != nil && refused == nil {
		p.Log.Warn("a device could not be told", "device", string(d.ID), "error", err)
		return errors.New("The push service of this browser could not be reached.") //nolint:revive,staticcheck // a sentence for people
	}
	return err
}
