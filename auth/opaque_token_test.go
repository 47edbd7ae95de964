package auth_test

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strings"
	"testing"

	"dimmer/auth"
)

var kinds = []auth.TokenKind{auth.APIToken, auth.PreviewToken, auth.CommenterKey}

func TestAnOpaqueTokenIsShownOnceAndStoredHashed(t *testing.T) {
	for _, kind := range kinds {
		t.Run(string(kind), func(t *testing.T) {
			shown, hash := kind.New()
			if !strings.HasPrefix(shown, string(kind)) || len(shown) != len(kind)+48 {
				t.Errorf("shown as %q", shown)
			}
			sum := sha256.Sum256([]byte(shown))
			if hash != hex.EncodeToString(sum[:]) {
				t.Errorf("stored as %q", hash)
			}
			got, err := kind.Hash(shown)
			if err != nil || got != hash {
				t.Errorf("looked up by %q, %v; stored as %q", got, err, hash)
			}
			if again, _ := kind.New(); again == shown {
				t.Error("two tokens are equal")
			}
		})
	}
}

func TestATokenOfOneKindIsNoneOfAnother(t *testing.T) {
	for _, made := range kinds {
		shown, _ := made.New()
		body := strings.TrimPrefix(shown, string(made))
		for _, asked := range kinds {
			if asked == made {
				continue
			}
			if _, err := asked.Hash(shown); !errors.Is(err, auth.ErrUnauthenticated) {
				t.Errorf("a %s token as %s: %v", made, asked, err)
			}
			if _, err := asked.Hash(string(asked) + body); !errors.Is(err, auth.ErrUnauthenticated) {
				t.Errorf("a %s token under the prefix %s: %v", made, asked, err)
			}
		}
	}
}

func TestAMistypedTokenIsRefusedBeforeItIsLookedUp(t *testing.T) {
	shown, _ := auth.APIToken.New()
	for i := range shown {
		for bit := range 8 {
			changed := []byte(shown)
			changed[i] ^= 1 << bit
			if _, err := auth.APIToken.Hash(string(changed)); !errors.Is(err, auth.ErrUnauthenticated) {
				t.Fatalf("bit %d of character %d flipped: %v", bit, i, err)
			}
		}
	}
	for name, variant := range map[string]string{
		"empty":               "",
		"the prefix":          "dim_",
		"cut":                 shown[:len(shown)-1],
		"longer":              shown + "A",
		"a line break":        shown + "\n",
		"a line break within": shown[:10] + "\n" + shown[11:],
		"all line breaks":     "dim_" + strings.Repeat("\n", 48),
		"half line breaks":    shown[:28] + strings.Repeat("\r\n", 12),
		"a space":             " " + shown,
		"with its scheme":     "Bearer " + shown,
		"1 MB":                "dim_" + strings.Repeat("A", 1<<20),
		"zeros":               "dim_" + strings.Repeat("A", 48),
		"an empty list":       "[]",
		"two swapped letters": swapTwo(shown),
	} {
		t.Run(name, func(t *testing.T) {
			_, err := auth.APIToken.Hash(variant)
			if !errors.Is(err, auth.ErrUnauthenticated) {
				t.Fatalf("got %v", err)
			}
			if len(variant) > 20 && strings.Contains(err.Error(), variant[4:20]) {
				t.Errorf("the error repeats the token: %v", err)
			}
		})
	}
	if _, err := auth.APIToken.Hash(shown); err != nil {
		t.Errorf("positive control: %v", err)
	}
}

// swapTwo exchanges the first two neighbours that differ.
func swapTwo(shown string) string {
	b := []byte(shown)
	for i := 10; i+1 < len(b); i++ {
		if b[i] != b[i+1] {
			b[i], b[i+1] = b[i+1], b[i]
			return string(b)
		}
	}
	return ""
}

func FuzzOpaqueToken(f *testing.F) {
	shown, _ := auth.APIToken.New()
	f.Add(shown)
	f.Add("dim_" + strings.Repeat("A", 48))
	f.Fuzz(func(t *testing.T, text string) {
		hash, err := auth.APIToken.Hash(text)
		if err == nil && (len(hash) != 64 || len(text) != 52 || !strings.HasPrefix(text, "dim_")) {
			t.Fatalf("%q was taken for a token", text)
		}
	})
}

func TestScopes(t *testing.T) {
	all := []auth.Scope{auth.PostsRead, auth.PostsWrite, auth.CommentsRead, auth.CommentsWrite, auth.SiteRead, auth.SiteWrite}
	allowed := map[auth.Scope][]auth.Scope{
		auth.PostsRead:     {auth.PostsRead},
		auth.PostsWrite:    {auth.PostsRead, auth.PostsWrite},
		auth.CommentsRead:  {auth.CommentsRead},
		auth.CommentsWrite: {auth.CommentsRead, auth.CommentsWrite},
		auth.SiteRead:      {auth.SiteRead},
		auth.SiteWrite:     {auth.SiteRead, auth.SiteWrite},
	}
	for _, has := range all {
		scopes, err := auth.ParseScopes([]string{string(has)})
		if err != nil {
			t.Fatal(err)
		}
		for _, need := range all {
			want := false
			for _, scope := range allowed[has] {
				want = want || scope == need
			}
			if got := scopes.Allow(need); got != want {
				t.Errorf("%s allows %s: %v, want %v", has, need, got, want)
			}
		}
		for _, nonsense := range []auth.Scope{"", "posts", "posts:", ":read", "posts:delete", "*"} {
			if scopes.Allow(nonsense) {
				t.Errorf("%s allows %q", has, nonsense)
			}
		}
	}
	if auth.Scopes(nil).Allow(auth.PostsRead) || (auth.Scopes{":write"}).Allow(":read") {
		t.Error("no scope allows something")
	}
}

func TestScopesAreReadStrictly(t *testing.T) {
	got, err := auth.ParseScopes([]string{"posts:write", "comments:read", "posts:write"})
	if err != nil || len(got) != 2 || got[0] != auth.CommentsRead || got[1] != auth.PostsWrite {
		t.Errorf("got %v, %v", got, err)
	}
	for _, names := range [][]string{nil, {}, {""}, {"posts"}, {"Posts:read"}, {"posts:read "}, {"posts:read", "*"}, {"admin"}} {
		if scopes, err := auth.ParseScopes(names); err == nil {
			t.Errorf("%q gives %v", names, scopes)
		}
	}
}

func TestRoles(t *testing.T) {
	for _, name := range []string{"owner", "editor", "author", "moderator"} {
		role, err := auth.ParseRole(name)
		if err != nil || string(role) != name || !role.Valid() {
			t.Errorf("%s: %q, %v", name, role, err)
		}
	}
	for _, name := range []string{"", "Owner", "owner ", "admin", "reader", "guest", "owner\x00"} {
		if role, err := auth.ParseRole(name); err == nil || role != "" || auth.Role(name).Valid() {
			t.Errorf("%q is a role", name)
		}
	}
}
