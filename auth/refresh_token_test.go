package auth_test

import (
	"encoding/base64"
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"dimmer/auth"
)

func TestARefreshTokenIsTheSameEachTimeItIsWritten(t *testing.T) {
	tokens := auth.NewRefreshTokens(secretOf(t, testKey))
	for _, generation := range []int64{0, 1, 2, 9, 10, 1 << 40, math.MaxInt64, -1} {
		token := tokens.Issue(sessionID, generation)
		if token != auth.NewRefreshTokens(secretOf(t, testKey)).Issue(sessionID, generation) {
			t.Errorf("generation %d: two spellings", generation)
		}
		if !strings.HasPrefix(token, "dimr_") || len(token) > 130 {
			t.Errorf("generation %d: %d bytes, %.5s…", generation, len(token), token)
		}
		gotID, gotGeneration, err := tokens.Parse(token)
		if err != nil || gotID != sessionID || gotGeneration != generation {
			t.Errorf("generation %d: parsed as %q, %d, %v", generation, gotID, gotGeneration, err)
		}
	}
	seen := make(map[string]bool)
	for _, id := range []string{sessionID, "0198f2a4-8000-7000-8000-000000000002", "1", "11", ":", "1:1"} {
		for generation := range int64(12) {
			token := tokens.Issue(id, generation)
			if seen[token] {
				t.Errorf("session %q, generation %d: the token of another one", id, generation)
			}
			seen[token] = true
			if gotID, gotGeneration, err := tokens.Parse(token); err != nil || gotID != id || gotGeneration != generation {
				t.Errorf("session %q, generation %d: parsed as %q, %d, %v", id, generation, gotID, gotGeneration, err)
			}
		}
	}
}

func TestAChangedRefreshTokenIsRefused(t *testing.T) {
	tokens := auth.NewRefreshTokens(secretOf(t, testKey))
	token := tokens.Issue(sessionID, 7)
	refused := func(t *testing.T, variant string) {
		t.Helper()
		if variant == token {
			t.Fatal("the variant is the token")
		}
		if id, generation, err := tokens.Parse(variant); !errors.Is(err, auth.ErrUnauthenticated) || id != "" || generation != 0 {
			t.Fatalf("parsed as %q, %d, %v", id, generation, err)
		}
	}
	for i := range token {
		for bit := range 8 {
			changed := []byte(token)
			changed[i] ^= 1 << bit
			refused(t, string(changed))
		}
	}
	raw, err := base64.RawURLEncoding.DecodeString(strings.TrimPrefix(token, "dimr_"))
	if err != nil {
		t.Fatal(err)
	}
	for i := range raw {
		for bit := range 8 {
			changed := append([]byte(nil), raw...)
			changed[i] ^= 1 << bit
			refused(t, "dimr_"+encode(string(changed)))
		}
	}
	other := tokens.Issue("0198f2a4-8000-7000-8000-000000000002", 7)
	for name, variant := range map[string]string{
		"empty":                     "",
		"the prefix":                "dimr_",
		"without its prefix":        strings.TrimPrefix(token, "dimr_"),
		"of an API token":           "dim_" + strings.TrimPrefix(token, "dimr_"),
		"padded":                    token + "=",
		"a line break":              token + "\n",
		"a line break within":       token[:20] + "\r\n" + token[20:],
		"a space":                   " " + token,
		"cut":                       token[:len(token)-4],
		"half of two":               token[:80] + other[80:],
		"spare bits":                strings.TrimRight(token, string(token[len(token)-1])) + "_",
		"long":                      token + strings.Repeat("A", 1<<20),
		"a session of 1,000":        tokens.Issue(strings.Repeat("s", 1000), 1),
		"no session":                tokens.Issue("", 1),
		"another secret's":          auth.NewRefreshTokens(secretOf(t, otherKey)).Issue(sessionID, 7),
		"signed for something else": "dimr_" + encode("7:"+sessionID+decode(t, auth.NewEditTokens(secretOf(t, testKey)).Token("7:"+sessionID))),
	} {
		t.Run(name, func(t *testing.T) { refused(t, variant) })
	}
	if _, _, err := tokens.Parse(token); err != nil {
		t.Errorf("positive control: %v", err)
	}
}

func TestRefreshTokensOfThePreviousSecretLiveOn(t *testing.T) {
	old, present := secretOf(t, otherKey), secretOf(t, testKey)
	token := auth.NewRefreshTokens(old).Issue(sessionID, 3)
	rotated := auth.NewRefreshTokens(present, old)
	if _, generation, err := rotated.Parse(token); err != nil || generation != 3 {
		t.Errorf("an old token is refused: %v", err)
	}
	if _, _, err := auth.NewRefreshTokens(present).Parse(token); err == nil {
		t.Error("accepted although the secret is gone")
	}
	if rotated.Issue(sessionID, 4) != auth.NewRefreshTokens(present).Issue(sessionID, 4) {
		t.Error("the present secret does not sign")
	}
}

func TestRotation(t *testing.T) {
	const current = 5
	for _, test := range []struct {
		name      string
		presented int64
		after     time.Duration
		want      auth.Rotation
	}{
		{"the present token advances", current, time.Minute, auth.RotationAdvance},
		{"also right after the last rotation", current, 0, auth.RotationAdvance},
		{"also with a clock that was set back", current, -time.Hour, auth.RotationAdvance},
		{"the one before gets the same successor at once", current - 1, 0, auth.RotationRepeat},
		{"and after 10 s", current - 1, 10 * time.Second, auth.RotationRepeat},
		{"and when another instance's clock runs behind", current - 1, -time.Second, auth.RotationRepeat},
		{"but not later", current - 1, 10*time.Second + 1, auth.RotationReused},
		{"nor after 30 s", current - 1, 30 * time.Second, auth.RotationReused},
		{"nor when the clock was set back a day", current - 1, -24 * time.Hour, auth.RotationReused},
		{"an older one has no grace", current - 2, 0, auth.RotationReused},
		{"the first one neither", 0, 0, auth.RotationReused},
		{"the smallest number neither", math.MinInt64, 0, auth.RotationReused},
		{"a generation to come is unknown", current + 1, 0, auth.RotationUnknown},
		{"however far", math.MaxInt64, 0, auth.RotationUnknown},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := auth.Rotate(test.presented, current, noon, noon.Add(test.after)); got != test.want {
				t.Errorf("%v, want %v", got, test.want)
			}
		})
	}
	var zero auth.Rotation
	if zero != auth.RotationUnknown {
		t.Error("the zero value does not refuse")
	}
	if got := auth.Rotate(4, 5, time.Time{}, noon); got != auth.RotationReused {
		t.Errorf("never rotated: %v", got)
	}
}

func TestASessionEndsAfter30IdleDaysAnd180InAll(t *testing.T) {
	const day = 24 * time.Hour
	for _, test := range []struct {
		name string
		used time.Duration // since the start
		over time.Duration // since the start
	}{
		{"never used again", 0, 30 * day},
		{"used on the tenth day", 10 * day, 40 * day},
		{"used on the 150th day", 150 * day, 180 * day},
		{"used on the 179th day", 179 * day, 180 * day},
	} {
		t.Run(test.name, func(t *testing.T) {
			used, end := noon.Add(test.used), noon.Add(test.over)
			if got := auth.SessionEnd(noon, used); !got.Equal(end) {
				t.Errorf("ends at %v, want %v", got, end)
			}
			if auth.SessionOver(noon, used, end.Add(-time.Nanosecond)) {
				t.Error("over before its end")
			}
			if !auth.SessionOver(noon, used, end) || !auth.SessionOver(noon, used, end.Add(1000*day)) {
				t.Error("not over at its end")
			}
		})
	}
}

// FuzzRefreshToken: whatever parses is exactly what Issue writes.
func FuzzRefreshToken(f *testing.F) {
	tokens := auth.NewRefreshTokens(secretOf(f, testKey))
	f.Add(tokens.Issue(sessionID, 1))
	f.Add("dimr_")
	f.Add(tokens.Issue("", -1) + "\n")
	f.Fuzz(func(t *testing.T, token string) {
		id, generation, err := tokens.Parse(token)
		if err == nil && tokens.Issue(id, generation) != token {
			t.Fatalf("%q parses and was never issued", token)
		}
	})
}
