package auth_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"dimmer/auth"
)

func TestALinkOpensWhatItWasMadeForUntilItIsOver(t *testing.T) {
	const comment, person = "0198f2a4-9000-7000-8000-000000000001", "0198f2a4-9000-7000-8000-000000000002"
	until := time.Date(2026, 3, 8, 9, 0, 0, 0, time.UTC)
	before := until.Add(-time.Hour)
	links := auth.NewLinkTokens(secretOf(t, testKey), auth.ModerationLinkKey)
	token := links.Seal(until, "mira@example.org", comment, person)
	if strings.ContainsAny(token, "+/=.@") {
		t.Errorf("%s does not stand in an address as it is", token)
	}
	opened, err := links.Open(token, before)
	if err != nil || opened.IDs[0] != comment || opened.IDs[1] != person || !opened.Until.Equal(until) {
		t.Fatalf("%v (%v)", opened, err)
	}
	if !opened.BoundTo("mira@example.org") || opened.BoundTo("mira@example.com") || opened.BoundTo("") || (auth.Link{}).BoundTo("") {
		t.Error("it is bound to another address, or to none")
	}
	if token != links.Seal(until, "mira@example.org", comment, person) {
		t.Error("the same link is written in two ways")
	}
	for _, at := range []time.Time{until, until.Add(time.Hour)} {
		if _, err := links.Open(token, at); !errors.Is(err, auth.ErrLinkExpired) || !errors.Is(err, auth.ErrUnauthenticated) {
			t.Errorf("at %s: %v", at, err)
		}
	}
	for i := range token {
		for bit := range 8 {
			changed := []byte(token)
			changed[i] ^= 1 << bit
			if _, err := links.Open(string(changed), before); !errors.Is(err, auth.ErrUnauthenticated) || errors.Is(err, auth.ErrLinkExpired) {
				t.Fatalf("bit %d of character %d flipped: %v", bit, i, err)
			}
		}
	}
	one := auth.NewLinkTokens(secretOf(t, testKey), auth.ReaderLinkKey)
	for name, wrong := range map[string]string{
		"none": "", "cut": token[:len(token)-1], "longer": token + "A", "padded": token + "=", "with a line break": token[:20] + "\n" + token[20:], "1 MB": strings.Repeat("A", 1<<20),
		"another secret's":  auth.NewLinkTokens(secretOf(t, otherKey), auth.ModerationLinkKey).Seal(until, "mira@example.org", comment, person),
		"another purpose's": one.Seal(until, "mira@example.org", comment),
		"an edit token":     auth.NewEditTokens(secretOf(t, testKey)).Token(comment),
	} {
		if _, err := links.Open(wrong, before); !errors.Is(err, auth.ErrUnauthenticated) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, p := range []auth.Purpose{auth.ReaderLinkKey, auth.ConfirmLinkKey, auth.UnsubscribeLinkKey, auth.ResetLinkKey, auth.InviteLinkKey} {
		for _, q := range []auth.Purpose{auth.ReaderLinkKey, auth.ConfirmLinkKey, auth.UnsubscribeLinkKey, auth.ResetLinkKey, auth.InviteLinkKey} {
			_, err := auth.NewLinkTokens(secretOf(t, testKey), q).Open(auth.NewLinkTokens(secretOf(t, testKey), p).Seal(until, "", comment), before)
			if (err == nil) != (p == q) {
				t.Errorf("a link of %s, opened as one of %s: %v", p, q, err)
			}
		}
	}
}

func FuzzLinkToken(f *testing.F) {
	secret, err := auth.NewSecret([]byte(testKey))
	if err != nil {
		f.Fatal(err)
	}
	links := auth.NewLinkTokens(secret, auth.ReaderLinkKey)
	until := time.Date(2026, 3, 8, 9, 0, 0, 0, time.UTC)
	real := links.Seal(until, "a@example.org", "0198f2a4-9000-7000-8000-000000000001")
	f.Add(real)
	f.Add("")
	f.Add(strings.Repeat("A", len(real)))
	f.Fuzz(func(t *testing.T, token string) {
		if _, err := links.Open(token, until.Add(-time.Hour)); err == nil && token != real {
			t.Errorf("%q opens something", token)
		}
	})
}
