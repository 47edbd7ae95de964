package auth_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"dimmer/auth"
)

const aPost, anotherPost = "0198f2a4-9000-7000-8000-00000000000a", "0198f2a4-9000-7000-8000-00000000000b"

func TestAFormTokenTellsWhenTheFormWasMade(t *testing.T) {
	forms := auth.NewFormTokens(secretOf(t, testKey))
	for name, at := range map[string]time.Time{
		"now":            time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC),
		"elsewhere":      time.Date(2026, 3, 1, 9, 0, 0, 0, time.FixedZone("", 5*3600)),
		"between two":    time.Date(2026, 3, 1, 9, 0, 0, 999_999_999, time.UTC),
		"before 1970":    time.Date(1969, 12, 31, 23, 59, 58, 0, time.UTC),
		"a far future":   time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC),
		"no time at all": {},
	} {
		t.Run(name, func(t *testing.T) {
			token := forms.Seal(aPost, at)
			if len(token) != 32 || strings.Trim(token, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") != "" {
				t.Errorf("sealed as %q", token)
			}
			got, err := forms.Open(aPost, token)
			if want := at.Truncate(time.Second); err != nil || !got.Equal(want) || got.Location() != time.UTC {
				t.Errorf("opened as %v, %v; want %v", got, err, want)
			}
		})
	}
}

func TestAFormTokenIsGoodForOnePostAsItWasMade(t *testing.T) {
	secret := secretOf(t, testKey)
	forms := auth.NewFormTokens(secret)
	at := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	token := forms.Seal(aPost, at)
	if _, err := forms.Open(aPost, token); err != nil {
		t.Fatalf("positive control: %v", err)
	}
	for i := range token {
		for bit := range 8 {
			changed := []byte(token)
			changed[i] ^= 1 << bit
			if _, err := forms.Open(aPost, string(changed)); !errors.Is(err, auth.ErrUnauthenticated) {
				t.Fatalf("bit %d of character %d flipped: %v", bit, i, err)
			}
		}
	}
	later := forms.Seal(aPost, at.Add(time.Second))
	for name, wrong := range map[string]string{
		"none":                       "",
		"another post's":             forms.Seal(anotherPost, at),
		"another secret's":           auth.NewFormTokens(secretOf(t, otherKey)).Seal(aPost, at),
		"the time of another token":  later[:11] + token[11:],
		"an edit token":              auth.NewEditTokens(secret).Token(aPost),
		"part of an edit token":      auth.NewEditTokens(secret).Token(aPost)[:32],
		"cut":                        token[:31],
		"padded":                     token + "=",
		"longer":                     token + "A",
		"a line break":               token + "\n",
		"a line break within":        token[:10] + "\n" + token[11:],
		"all line breaks":            strings.Repeat("\n", 32),
		"a space":                    " " + token[1:],
		"of the common base64":       strings.Repeat("+/", 16),
		"zeros":                      strings.Repeat("A", 32),
		"1 MB":                       strings.Repeat("A", 1<<20),
		"the token with 1 MB behind": token + strings.Repeat("A", 1<<20),
	} {
		t.Run(name, func(t *testing.T) {
			got, err := forms.Open(aPost, wrong)
			if !errors.Is(err, auth.ErrUnauthenticated) || !got.IsZero() {
				t.Fatalf("got %v, %v", got, err)
			}
			if len(wrong) > 8 && strings.Contains(err.Error(), wrong[:8]) {
				t.Errorf("the error repeats the token: %v", err)
			}
		})
	}
	if _, err := forms.Open("", forms.Seal("", at)); !errors.Is(err, auth.ErrUnauthenticated) {
		t.Errorf("a form for no post: %v", err)
	}
}

func FuzzFormToken(f *testing.F) {
	forms := auth.NewFormTokens(secretOf(f, testKey))
	f.Add(forms.Seal(aPost, time.Unix(0, 0)))
	f.Add(strings.Repeat("A", 32))
	f.Fuzz(func(t *testing.T, token string) {
		if at, err := forms.Open(aPost, token); err == nil && forms.Seal(aPost, at) != token {
			t.Fatalf("%q is a second spelling of %v", token, at)
		}
	})
}
