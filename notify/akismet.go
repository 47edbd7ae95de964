package notify

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"dimmer/models"
	"dimmer/outbound"
)

// AkismetURL is where Akismet answers. A server of the same protocol may stand in for it.
const AkismetURL = "https://rest.akismet.com/1.1/"

// akismetTimeout is how long an answer may take.
const akismetTimeout = 5 * time.Second

// maxAkismetAnswer is how long an answer may be: it is a word, or a sentence that says what is wrong.
const maxAkismetAnswer = 4 << 10

// Akismet asks a server of Akismet's protocol about comments, and tells it what people decided. It sends personal data to a third party, so it is
// only made where the owner has switched that on.
type Akismet struct {
	client             *outbound.Client
	address, key, blog string
}

// AkismetComment is what is sent about a comment.
type AkismetComment struct {
	models.AkismetQuestion
	PostChangedAt time.Time
	Recheck       string // why it is asked again, as in edit
	IsTest        bool   // it leaves no trace there
}

// NewAkismet makes a client for a key and the address of the blog. The address is [AkismetURL], or that of another server.
func NewAkismet(allowed outbound.Allowed, address, key, blog string) (*Akismet, error) {
	if _, err := allowed.CheckURL(address); err != nil {
		return nil, fmt.Errorf("the address of Akismet: %w", err)
	}
	if key == "" || blog == "" {
		return nil, errors.New("Akismet needs its key and the address of the blog")
	}
	client := outbound.New(outbound.Config{Allowed: allowed, Timeout: akismetTimeout, MaxBytes: maxAkismetAnswer, NoRedirects: true})
	return &Akismet{client, strings.TrimRight(address, "/") + "/", key, blog}, nil
}

// Close closes connections that wait for another question.
func (a *Akismet) Close() { a.client.CloseIdle() }

// VerifyKey tells whether the key is good for the blog.
func (a *Akismet) VerifyKey(ctx context.Context) (bool, error) {
	answer, err := a.ask(ctx, "verify-key", url.Values{})
	switch {
	case err != nil:
		return false, err
	case answer == "valid", answer == "invalid":
		return answer == "valid", nil
	}
	return false, errAkismet
}

// CommentCheck tells whether a comment is spam. Whatever is neither yes nor no is an error: then nothing is known.
func (a *Akismet) CommentCheck(ctx context.Context, c AkismetComment) (spam bool, err error) {
	answer, err := a.ask(ctx, "comment-check", c.fields())
	switch {
	case err != nil:
		return false, err
	case answer == "true", answer == "false":
		return answer == "true", nil
	}
	return false, errAkismet
}

// SubmitSpam tells that a comment was spam after all.
func (a *Akismet) SubmitSpam(ctx context.Context, c AkismetComment) error {
	return a.tell(ctx, "submit-spam", c)
}

// SubmitHam tells that a comment was no spam after all.
func (a *Akismet) SubmitHam(ctx context.Context, c AkismetComment) error {
	return a.tell(ctx, "submit-ham", c)
}

func (a *Akismet) tell(ctx context.Context, method string, c AkismetComment) error {
	answer, err := a.ask(ctx, method, c.fields())
	if err == nil && !strings.HasPrefix(answer, "Thanks") {
		err = errAkismet
	}
	return err
}

var errAkismet = errors.New("Akismet gave an answer that is none: check its key, and ask again later")

// ask sends a question and gives the answer. No error has any of what was sent or answered in it, the key least of all.
func (a *Akismet) ask(ctx context.Context, method string, fields url.Values) (string, error) {
	fields.Set("api_key", a.key)
	fields.Set("blog", a.blog)
	if method == "verify-key" {
		fields.Set("key", a.key) // as older servers of the protocol call it
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, a.address+method, strings.NewReader(fields.Encode()))
	if err != nil {
		return "", fmt.Errorf("ask Akismet: %w", err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
	request.Header.Set("User-Agent", "Dimmer/1 | Akismet/1.1")
	response, err := a.client.Do(request)
	if err != nil {
		return "", fmt.Errorf("ask Akismet: %w", err)
	}
	answer, err := io.ReadAll(response.Body)
	if err = errors.Join(err, response.Body.Close()); err != nil {
		return "", fmt.Errorf("ask Akismet: %w", err)
	}
	if response.StatusCode != http.StatusOK {
		return "", fmt.Errorf("ask Akismet: it answers with status %d; ask again later", response.StatusCode)
	}
	return strings.TrimSpace(string(answer)), nil
}

// fields are those of the protocol that have something in them.
func (c AkismetComment) fields() url.Values {
	fields := url.Values{"blog_charset": {"UTF-8"}}
	for name, value := range map[string]string{
		"user_ip": c.UserIP, "user_agent": c.UserAgent, "referrer": c.Referrer, "permalink": c.Permalink, "comment_type": c.Type, "comment_author": c.Author,
		"comment_author_email": c.AuthorEmail, "comment_author_url": c.AuthorURL, "comment_content": c.Content, "blog_lang": strings.ReplaceAll(strings.ToLower(c.Language), "-", "_"),
		"recheck_reason": c.Recheck,
	} {
		if value != "" {
			fields.Set(name, value)
		}
	}
	for name, at := range map[string]time.Time{"comment_date_gmt": c.CreatedAt, "comment_post_modified_gmt": c.PostChangedAt} {
		if !at.IsZero() {
			fields.Set(name, at.UTC().Format(time.RFC3339))
		}
	}
	if c.IsTest {
		fields.Set("is_test", "1")
	}
	return fields
}
