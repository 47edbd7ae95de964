package moderation

import (
	"strings"
	"testing"
	"time"
)

// plain is an ordinary comment from somebody who is known.
func plain(tune ...func(*Submission)) Submission {
	s := Submission{Level: Newcomers, Name: "Ruth", Text: "The part about the jaw helped.", Form: FormSigned, FormAge: time.Minute}
	for _, t := range tune {
		t(&s)
	}
	return s
}

func at(level Level) func(*Submission) { return func(s *Submission) { s.Level = level } }

var known = History{Approved: 3}

func TestWhatTheLevelHolds(t *testing.T) {
	for name, test := range map[string]struct {
		level   Level
		history History
		status  Status
		reason  string
	}{
		"open, a stranger":             {Open, History{}, Approved, ""},
		"open, somebody known":         {Open, known, Approved, ""},
		"newcomers, a stranger":        {Newcomers, History{}, Pending, "the dimmer is at Newcomers"},
		"newcomers, somebody known":    {Newcomers, known, Approved, ""},
		"newcomers, somebody trusted":  {Newcomers, History{Trusted: true}, Approved, ""},
		"all, somebody known":          {All, known, Pending, "the dimmer is at All"},
		"all, somebody trusted":        {All, History{Trusted: true}, Pending, "the dimmer is at All"},
		"a level that nobody knows":    {"typo", known, Pending, "the dimmer is at All"},
		"open, the history not read":   {Open, History{Unknown: true}, Pending, "a check failed"},
		"open, somebody blocked":       {Open, History{Blocked: true, Approved: 9}, Spam, "blocked this reader"},
		"open, trusted but blocked":    {Open, History{Blocked: true, Trusted: true}, Spam, "blocked this reader"},
		"newcomers, rejected and none": {Newcomers, History{Rejected: 1}, Pending, "in spam or trash"},
	} {
		t.Run(name, func(t *testing.T) {
			v := Policy{}.Decide(plain(at(test.level)), test.history)
			if v.Status != test.status {
				t.Errorf("decided %s, want %s: %v", v.Status, test.status, v.Reasons)
			}
			if !mentions(v, test.reason) {
				t.Errorf("the reasons are %v, want one with %q", v.Reasons, test.reason)
			}
		})
	}
}

func TestWhatSpeaksForAndAgainstAComment(t *testing.T) {
	rules := Rules{BlockedWords: []string{"Casino", "cheap pills", "crypt*"}, BlockedDomains: []string{"bad.example", "müll.example"}, BlockedAddresses: []string{"eve@x.example", "@spam.example"}}
	for name, test := range map[string]struct {
		tune    func(*Submission)
		history History
		points  int
		status  Status
	}{
		"nothing":                       {func(*Submission) {}, known, -4, Approved},
		"the hidden field":              {func(s *Submission) { s.Honeypot = " " }, History{}, 6, Spam},
		"no form":                       {func(s *Submission) { s.Form = FormMissing }, History{}, 1, Approved},
		"a forged form":                 {func(s *Submission) { s.Form = FormInvalid }, History{}, 2, Approved},
		"an old form":                   {func(s *Submission) { s.Form = FormExpired }, History{}, 1, Approved},
		"too fast":                      {func(s *Submission) { s.FormAge = time.Second }, History{}, 3, Pending},
		"just slow enough":              {func(s *Submission) { s.FormAge = 4 * time.Second }, History{}, 0, Approved},
		"an edit has no form":           {func(s *Submission) { s.Form, s.Edited = FormMissing, true }, History{}, 0, Approved},
		"one link":                      {links2(1, "https://a.example"), History{}, 1, Approved},
		"two links":                     {links2(2, "https://a.example"), History{}, 2, Approved},
		"three links":                   {links2(3, "https://a.example"), History{}, 4, Pending},
		"a hundred links alone":         {links2(100, "https://a.example"), History{}, 5, Pending},
		"a shortened link":              {links2(1, "https://BIT.ly/x"), History{}, 3, Pending},
		"two shortened links":           {links2(2, "https://www.tinyurl.com/x"), History{}, 5, Pending},
		"a blocked word":                {text("the best CASINO in town"), History{}, 6, Spam},
		"a blocked word, full width":    {text("ｃａｓｉｎｏ"), History{}, 6, Spam},
		"a blocked word with marks":     {text("cäsíno"), History{}, 6, Spam},
		"a blocked word, invisible":     {text("cas\u200bino"), History{}, 6, Spam},
		"a blocked word inside another": {text("occasinoal"), History{}, 0, Approved},
		"two blocked words in a row":    {text("buy cheap, pills"), History{}, 6, Spam},
		"only one of the two":           {text("a cheap chair"), History{}, 0, Approved},
		"the beginning of a word":       {text("cryptocurrency"), History{}, 6, Spam},
		"a blocked word in the name":    {func(s *Submission) { s.Name = "Casino King" }, History{}, 6, Spam},
		"a blocked site":                {links2(1, "https://bad.example/x"), History{}, 7, Spam},
		"below a blocked site":          {links2(1, "https://www.a.BAD.example."), History{}, 7, Spam},
		"a site that only ends alike":   {links2(1, "https://notbad.example"), History{}, 1, Approved},
		"a blocked site as punycode":    {links2(1, "https://xn--mll-hoa.example"), History{}, 7, Spam},
		"a blocked site as own address": {func(s *Submission) { s.URL = "http://bad.example" }, History{}, 6, Spam},
		"a blocked e-mail address":      {func(s *Submission) { s.Email = "Eve@x.example" }, History{}, 6, Spam},
		"a blocked e-mail domain":       {func(s *Submission) { s.Email = "a@spam.example" }, History{}, 6, Spam},
		"another e-mail domain":         {func(s *Submission) { s.Email = "a@notspam.example" }, History{}, 0, Approved},
		"the same text once":            {func(*Submission) {}, History{SameText: 1}, 2, Approved},
		"the same text again and again": {func(*Submission) {}, History{SameText: 3}, 4, Pending},
		"the same text in spam":         {func(*Submission) {}, History{SameText: 1, SameTextSpam: 1}, 4, Pending},
		"one report":                    {func(*Submission) {}, History{Reports: 1}, 2, Approved},
		"two reports":                   {func(*Submission) {}, History{Reports: 2}, 3, Pending},
		"rejected once":                 {func(*Submission) {}, History{Rejected: 1}, 2, Approved},
		"rejected often":                {func(*Submission) {}, History{Rejected: 7}, 4, Pending},
		"rejected, but trusted":         {func(*Submission) {}, History{Rejected: 7, Trusted: true}, -4, Approved},
		"known people may link":         {links2(3, "https://a.example"), known, 0, Approved},
	} {
		t.Run(name, func(t *testing.T) {
			v := Policy{rules}.Decide(plain(at(Open), test.tune), test.history)
			if v.Score != test.points || v.Status != test.status {
				t.Errorf("%d points and %s, want %d and %s: %v", v.Score, v.Status, test.points, test.status, v.Reasons)
			}
			sum := 0
			for _, reason := range v.Reasons {
				sum += reason.Points
			}
			if sum != v.Score {
				t.Errorf("the reasons add up to %d, the score is %d", sum, v.Score)
			}
		})
	}
}

func TestAPlainClientIsAtWorstHeld(t *testing.T) {
	for links := range 20 {
		v := Policy{}.Decide(plain(func(s *Submission) { s.Form = FormMissing }, at(All)), History{})
		if v.Status == Spam {
			t.Fatalf("%d links without a form are spam: %v", links, v.Reasons)
		}
	}
}

func TestASignalThatBreaksHoldsTheComment(t *testing.T) {
	was := signals
	t.Cleanup(func() { signals = was })
	if v := (Policy{}).Decide(plain(at(Open)), known); v.Status != Approved {
		t.Fatalf("without a broken signal: %s", v.Status)
	}
	signals = append([]signal{{"broken", func(Rules, Submission, History) (Reason, bool) { panic("broken") }}}, was...)
	v := Policy{}.Decide(plain(at(Open)), known)
	if v.Status != Pending || !mentions(v, "a check failed") {
		t.Errorf("decided %s: %v", v.Status, v.Reasons)
	}
}

func links2(n int, address string) func(*Submission) {
	return func(s *Submission) {
		for range n {
			s.Links = append(s.Links, address)
		}
	}
}

func text(words string) func(*Submission) { return func(s *Submission) { s.Text = words } }

func mentions(v Verdict, words string) bool {
	if words == "" {
		return true
	}
	for _, reason := range v.Reasons {
		if strings.Contains(reason.Text, words) {
			return true
		}
	}
	return false
}

func BenchmarkDecide(b *testing.B) {
	s := plain(links2(2, "https://a.example"))
	rules := Rules{BlockedWords: []string{"casino", "cheap pills", "crypt*"}, BlockedDomains: []string{"bad.example"}}
	for b.Loop() {
		Policy{rules}.Decide(s, known)
	}
}
