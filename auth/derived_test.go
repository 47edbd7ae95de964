package auth_test

import (
	"net/netip"
	"strings"
	"testing"
	"time"

	"dimmer/auth"
)

func TestAnEditTokenBelongsToOneComment(t *testing.T) {
	tokens := auth.NewEditTokens(secretOf(t, testKey))
	const comment, other = "0198f2a4-9000-7000-8000-000000000001", "0198f2a4-9000-7000-8000-000000000002"
	token := tokens.Token(comment)
	if len(token) != 43 {
		t.Errorf("%d characters", len(token))
	}
	if !tokens.Check(comment, token) || token != tokens.Token(comment) {
		t.Fatal("positive control: the token does not open its comment")
	}
	for i := range token {
		for bit := range 8 {
			changed := []byte(token)
			changed[i] ^= 1 << bit
			if tokens.Check(comment, string(changed)) {
				t.Fatalf("bit %d of character %d flipped: accepted", bit, i)
			}
		}
	}
	for name, wrong := range map[string]string{
		"none":              "",
		"another comment's": tokens.Token(other),
		"another secret's":  auth.NewEditTokens(secretOf(t, otherKey)).Token(comment),
		"cut":               token[:42],
		"half":              token[:22],
		"padded":            token + "=",
		"a line break":      token + "\n",
		"1 MB":              token + strings.Repeat("A", 1<<20),
		"for a refresh":     auth.NewRefreshTokens(secretOf(t, testKey)).Issue(comment, 1),
		"upper case":        strings.ToUpper(token),
	} {
		if tokens.Check(comment, wrong) {
			t.Errorf("%s: accepted", name)
		}
	}
	if tokens.Check("", tokens.Token("")) {
		t.Error("a comment without an id can be edited")
	}
}

func TestAnAddressHashTellsNetworksApartAndNothingElse(t *testing.T) {
	hasher := auth.NewAddressHasher(secretOf(t, testKey))
	hash := func(s string) string { return hasher.Hash(netip.MustParseAddr(s)) }
	for _, same := range [][2]string{
		{"203.0.113.7", "203.0.113.7"},
		{"203.0.113.7", "::ffff:203.0.113.7"},
		{"2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff"},
		{"fe80::1", "fe80::2%eth0"},
	} {
		if hash(same[0]) != hash(same[1]) {
			t.Errorf("%s and %s are told apart", same[0], same[1])
		}
	}
	seen := map[string]string{hasher.Hash(netip.Addr{}): "no address"}
	for _, s := range []string{
		"203.0.113.7", "203.0.113.8", "203.0.112.7", "0.0.0.0", "2001:db8:1:2::1", "2001:db8:1:3::1", "2001:db8:2:2::1", "::1",
		"cb00:7107::", // begins with the bytes of 203.0.113.7
	} {
		h := hash(s)
		if other, twice := seen[h]; twice {
			t.Errorf("%s and %s have one hash", s, other)
		}
		seen[h] = s
		if len(h) != 32 {
			t.Errorf("%s: hash %q", s, h)
		}
	}
	if hash("203.0.113.7") == auth.NewAddressHasher(secretOf(t, otherKey)).Hash(netip.MustParseAddr("203.0.113.7")) {
		t.Error("the hash does not depend on the secret")
	}
}

func TestLoginDelay(t *testing.T) {
	want := map[int]time.Duration{-1: 0, 0: 0, 1: 0, 2: 0, 3: 0, 4: 0, 5: 1, 6: 2, 7: 4, 8: 8, 9: 16, 10: 32, 11: 60, 12: 60, 100: 60, 1 << 40: 60}
	for failures, seconds := range want {
		if got := auth.LoginDelay(failures); got != seconds*time.Second {
			t.Errorf("after %d wrong passwords %v, want %d s", failures, got, seconds)
		}
	}
}
