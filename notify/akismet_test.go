package notify

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dimmer/models"
	"dimmer/outbound"
)

// akismetServer speaks Akismet's protocol: it knows one key, and the words by which Akismet itself is tried out.
type akismetServer struct {
	*httptest.Server
	asked  []string // methods
	fields []url.Values
	answer func(w http.ResponseWriter) bool // instead of what is right
}

func newAkismetServer(t *testing.T) *akismetServer {
	t.Helper()
	s := &akismetServer{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPost || r.ParseForm() != nil || r.Header.Get("Content-Type") != "application/x-www-form-urlencoded; charset=utf-8" {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		method := strings.TrimPrefix(r.URL.Path, "/1.1/")
		s.asked, s.fields = append(s.asked, method), append(s.fields, r.PostForm)
		if s.answer != nil && s.answer(w) {
			return
		}
		good := r.PostForm.Get("api_key") == "a-key" && r.PostForm.Get("blog") != ""
		say := "invalid"
		switch {
		case method == "verify-key" && good:
			say = "valid"
		case good && r.PostForm.Get("user_ip") == "": // required by the others
			say = "Missing required field: user_ip."
		case method == "comment-check" && good:
			say = "false"
			if r.PostForm.Get("comment_author") == "viagra-test-123" || r.PostForm.Get("comment_author_email") == "akismet-guaranteed-spam@example.com" {
				w.Header().Set("X-Akismet-Pro-Tip", "discard")
				say = "true"
			}
		case strings.HasPrefix(method, "submit-") && good:
			say = "Thanks for making the web a better place."
		}
		_, _ = io.WriteString(w, say)
	}))
	t.Cleanup(s.Close)
	return s
}

func (s *akismetServer) client(t *testing.T, key string) *Akismet {
	t.Helper()
	allowed, err := outbound.ParseAllowed(strings.TrimPrefix(s.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	a, err := NewAkismet(allowed, s.URL+"/1.1", key, "https://blog.example/")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(a.Close)
	return a
}

var aboutJaws = AkismetComment{AkismetQuestion: models.AkismetQuestion{
	UserIP: "192.0.2.7", UserAgent: "Browser/1", Permalink: "https://blog.example/posts/jaws", Type: "reply", Author: "Ruth & Søn", AuthorEmail: "ruth@somewhere.example",
	Content: "The part about the jaw\nhelped = 100 %", CreatedAt: time.Date(2026, 3, 1, 10, 0, 0, 0, time.FixedZone("", 3600)), Language: "en-GB",
}}

func TestAkismetIsAskedAboutComments(t *testing.T) {
	server := newAkismetServer(t)
	a := server.client(t, "a-key")
	if valid, err := a.VerifyKey(t.Context()); !valid || err != nil {
		t.Errorf("the key: %t, %v", valid, err)
	}
	if spam, err := a.CommentCheck(t.Context(), aboutJaws); spam || err != nil {
		t.Errorf("an honest comment: %t, %v", spam, err)
	}
	junk := aboutJaws
	junk.Author = "viagra-test-123"
	if spam, err := a.CommentCheck(t.Context(), junk); !spam || err != nil {
		t.Errorf("spam: %t, %v", spam, err)
	}
	if err := a.SubmitSpam(t.Context(), aboutJaws); err != nil {
		t.Error(err)
	}
	if err := a.SubmitHam(t.Context(), aboutJaws); err != nil {
		t.Error(err)
	}
	if diff := cmp.Diff([]string{"verify-key", "comment-check", "comment-check", "submit-spam", "submit-ham"}, server.asked); diff != "" {
		t.Error(diff)
	}
	want := url.Values{
		"api_key": {"a-key"}, "blog": {"https://blog.example/"}, "user_ip": {"192.0.2.7"}, "user_agent": {"Browser/1"}, "permalink": {"https://blog.example/posts/jaws"},
		"comment_type": {"reply"}, "comment_author": {"Ruth & Søn"}, "comment_author_email": {"ruth@somewhere.example"}, "comment_content": {"The part about the jaw\nhelped = 100 %"},
		"comment_date_gmt": {"2026-03-01T09:00:00Z"}, "blog_lang": {"en_gb"}, "blog_charset": {"UTF-8"},
	}
	for _, i := range []int{1, 3, 4} {
		if diff := cmp.Diff(want, server.fields[i]); diff != "" {
			t.Errorf("%s was sent\n%s", server.asked[i], diff)
		}
	}
}

func TestAnAnswerThatIsNoneIsAnError(t *testing.T) {
	server := newAkismetServer(t)
	wrong := server.client(t, "wrong-key")
	if valid, err := wrong.VerifyKey(t.Context()); valid || err != nil {
		t.Errorf("a wrong key: %t, %v", valid, err)
	}
	if spam, err := wrong.CommentCheck(t.Context(), aboutJaws); spam || err == nil {
		t.Errorf("a wrong key: spam %t, %v", spam, err)
	}
	a := server.client(t, "a-key")
	if _, err := a.CommentCheck(t.Context(), AkismetComment{AkismetQuestion: models.AkismetQuestion{Content: "without an address"}}); err == nil {
		t.Error("what the server misses is no error")
	}
	for name, answer := range map[string]func(http.ResponseWriter){
		"nothing":       func(http.ResponseWriter) {},
		"a page":        func(w http.ResponseWriter) { _, _ = io.WriteString(w, "<html>false</html>") },
		"another case":  func(w http.ResponseWriter) { _, _ = io.WriteString(w, "TRUE") },
		"a long answer": func(w http.ResponseWriter) { _, _ = io.WriteString(w, strings.Repeat("true ", 2000)) },
		"a failure": func(w http.ResponseWriter) {
			w.WriteHeader(http.StatusInternalServerError)
			_, _ = io.WriteString(w, "false")
		},
		"too many": func(w http.ResponseWriter) {
			w.WriteHeader(http.StatusTooManyRequests)
			_, _ = io.WriteString(w, "true")
		},
		"elsewhere": func(w http.ResponseWriter) {
			w.Header().Set("Location", server.URL+"/1.1/comment-check")
			w.WriteHeader(http.StatusTemporaryRedirect)
		},
		"cut off": func(w http.ResponseWriter) { w.Header().Set("Content-Length", "90"); _, _ = io.WriteString(w, "false") },
	} {
		server.answer = func(w http.ResponseWriter) bool { answer(w); return true }
		asked := len(server.asked)
		_, checked := a.CommentCheck(t.Context(), aboutJaws)
		if len(server.asked) != asked+1 {
			t.Errorf("%s: the comment was sent %d times", name, len(server.asked)-asked)
		}
		_, verified := a.VerifyKey(t.Context())
		for what, err := range map[string]error{"comment-check": checked, "verify-key": verified, "submit-spam": a.SubmitSpam(t.Context(), aboutJaws), "submit-ham": a.SubmitHam(t.Context(), aboutJaws)} {
			if err == nil || strings.Contains(err.Error(), "a-key") || strings.Contains(err.Error(), "Ruth") {
				t.Errorf("%s, %s: %v", name, what, err)
			}
		}
	}
	server.answer = func(w http.ResponseWriter) bool { _, _ = io.WriteString(w, " true\n"); return true }
	if spam, err := a.CommentCheck(t.Context(), aboutJaws); !spam || err != nil {
		t.Errorf("with a line break behind: %t, %v", spam, err)
	}
	server.Close()
	if _, err := a.CommentCheck(t.Context(), aboutJaws); err == nil {
		t.Error("nobody there is no error")
	}
}

func TestAkismetIsNotAskedAtAPrivateAddress(t *testing.T) {
	server := newAkismetServer(t)
	if _, err := NewAkismet(outbound.Allowed{}, server.URL, "a-key", "https://blog.example/"); !errors.Is(err, outbound.ErrBlocked) {
		t.Errorf("a private address: %v", err)
	}
	for _, missing := range [][2]string{{"", "https://blog.example/"}, {"a-key", ""}} {
		if _, err := NewAkismet(outbound.Allowed{}, AkismetURL, missing[0], missing[1]); err == nil {
			t.Error("it is made without a key or a blog")
		}
	}
	a, err := NewAkismet(outbound.Allowed{}, AkismetURL, "a-key", "https://blog.example/")
	if err != nil || a.address != AkismetURL {
		t.Errorf("Akismet itself: %v, %v", a, err)
	}
}
