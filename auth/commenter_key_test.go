package auth_test

import (
	"errors"
	"testing"

	"dimmer/auth"
)

func TestACommenterKeyIsTheSameForTheSameSeed(t *testing.T) {
	keys := auth.NewCommenterKeys(secretOf(t, testKey))
	const comment, other = "0198f2a4-9000-7000-8000-000000000001", "0198f2a4-9000-7000-8000-000000000002"
	shown, hash := keys.For(comment)
	if again, _ := auth.NewCommenterKeys(secretOf(t, testKey)).For(comment); again != shown {
		t.Errorf("first %q, then %q", shown, again)
	}
	if got, err := auth.CommenterKey.Hash(shown); err != nil || got != hash {
		t.Errorf("looked up by %q, %v; stored as %q", got, err, hash)
	}
	if drawn, _ := auth.CommenterKey.New(); len(drawn) != len(shown) {
		t.Errorf("%d characters; a key that was drawn has %d", len(shown), len(drawn))
	}
	for name, wrong := range map[string]struct {
		keys *auth.CommenterKeys
		seed string
	}{
		"another seed":      {keys, other},
		"a longer seed":     {keys, comment + "0"},
		"another secret":    {auth.NewCommenterKeys(secretOf(t, otherKey)), comment},
		"the key as a seed": {keys, shown},
	} {
		if got, gotHash := wrong.keys.For(wrong.seed); got == shown || gotHash == hash {
			t.Errorf("%s gives the same key", name)
		}
	}
	for _, kind := range []auth.TokenKind{auth.APIToken, auth.PreviewToken} {
		if _, err := kind.Hash(shown); !errors.Is(err, auth.ErrUnauthenticated) {
			t.Errorf("a commenter key as %s: %v", kind, err)
		}
	}
}

func TestACommenterKeyNeedsASeed(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("nobody in particular got a key")
		}
	}()
	auth.NewCommenterKeys(secretOf(t, testKey)).For("")
}
