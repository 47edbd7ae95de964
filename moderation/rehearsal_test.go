package moderation

import (
	"math/rand/v2"
	"testing"
	"time"
)

// Under the rules and the level of then, the rehearsal says what was said then, whoever wrote and whatever came of it.
func TestTheRehearsalOfWhatWasIsWhatWas(t *testing.T) {
	policy := NewPolicy(Rules{BlockedWords: []string{"casino"}, BlockedDomains: []string{"shop.example"}, BlockedAddresses: []string{"@bad.example"}})
	random := rand.New(rand.NewPCG(1, 2)) // #nosec G404 -- the same at each run
	one := func(of ...string) string { return of[random.IntN(len(of))] }
	some := func(most int) int { return max(0, random.IntN(4*most)-3*most+1) } // mostly none
	seen := map[Status]int{}
	for range 20_000 {
		s := Submission{
			Level: Level(one("open", "newcomers", "all")), Name: one("Ruth", "Ruth", "Ruth", "Ruth", "Ruth", "Ruth", "Mira Holt", "Мira Holt", "Casino"), Email: one("", "", "", "", "", "a@good.example", "a@bad.example"), URL: one("", "", "", "", "https://ruth.example", "https://shop.example"),
			Text: one("A lamp.", "A lamp.", "A lamp.", "A lamp.", "My jaw.", "The casino.", "the bеst way"), Honeypot: one("", "", "", "", "", "", "", "x"), Form: Form(random.IntN(4)), FormAge: time.Duration(random.IntN(10)) * time.Second, Proof: Proof(random.IntN(5)),
			Edited: random.IntN(8) == 0,
		}
		for range some(4) {
			s.Links = append(s.Links, one("https://a.example", "https://bit.ly/x", "https://x.shop.example"))
		}
		h := History{
			Approved: some(5), Rejected: some(4), Trusted: random.IntN(6) == 0, Blocked: random.IntN(12) == 0, SameText: some(3), LinksApproved: some(3), LinksRejected: some(4), Reports: some(2), Staff: []string{"Mira Holt"},
			Text: TextOpinion{random.Float64() * random.Float64(), 30, 30}, Akismet: Opinion(random.IntN(3)),
		}
		h.SameTextSpam = min(h.SameText, some(2))
		v := policy.Decide(s, h)
		seen[v.Status]++
		past := Past{Signals: v.Signals, Known: true, Name: s.Name, Email: s.Email, URL: s.URL, Text: s.Text, Links: s.Links}
		if got := policy.Rehearse(past, s.Level); got != v.Status {
			t.Fatalf("%+v\n%+v\nwas %s for %v, and is rehearsed as %s", s, h, v.Status, v.Reasons, got)
		}
		past = Past{Signals: v.Signals} // its text is long erased
		if got := policy.Rehearse(past, s.Level); got != v.Status {
			t.Fatalf("%+v\n%+v\nwas %s for %v, and is rehearsed as %s when it is gone", s, h, v.Status, v.Reasons, got)
		}
	}
	if seen[Approved] < 500 || seen[Pending] < 500 || seen[Spam] < 500 {
		t.Errorf("too few of a kind: %v", seen)
	}
}
