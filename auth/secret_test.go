package auth_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"dimmer/auth"
)

// testKey is the text of the secret in these tests, otherKey that of another instance.
const (
	testKey  = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
	otherKey = "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752"
)

func secretOf(t testing.TB, text string) auth.Secret {
	t.Helper()
	secret, err := auth.NewSecret([]byte(text))
	if err != nil {
		t.Fatalf("a good secret was refused: %v", err)
	}
	return secret
}

func TestASecretIsLongAndDrawnAtRandom(t *testing.T) {
	refused := map[string]string{
		"empty":                      "",
		"31 bytes of a good one":     testKey[:31],
		"one byte only":              strings.Repeat("x", 32),
		"32 zero bytes":              strings.Repeat("\x00", 32),
		"base64 of zeros":            strings.Repeat("A", 43) + "=",
		"few different bytes":        strings.Repeat("ab", 7) + strings.Repeat("cabd", 6),
		"a short piece twice":        testKey[:16] + testKey[:16],
		"a short piece and a half":   testKey[:13] + testKey[:13] + testKey[:8],
		"the alphabet":               "abcdefghijklmnopqrstuvwxyz012345",
		"the digits, downwards":      "zyxwvutsrqponmlkjihgfedcba987654",
		"changeme":                   "changeme-8s7df6g87sdf6g87sdf6g87sd",
		"CHANGE_ME":                  "CHANGE_ME_8s7df6g87sdf6g87sdf6g87sd",
		"your-256-bit-secret":        "your-256-bit-secret-goes-in-here!",
		"replace this":               "please replace this with something",
		"super secret key":           "super-secret-key-for-development-1",
		"a placeholder in brackets ": "<insert your random string of 32 bytes>",
	}
	for name, text := range refused {
		t.Run(name, func(t *testing.T) {
			_, err := auth.NewSecret([]byte(text))
			if err == nil {
				t.Fatal("accepted")
			}
			if len(text) > 3 && strings.Contains(err.Error(), text) {
				t.Errorf("the error repeats the secret: %v", err)
			}
		})
	}
	accepted := map[string]string{
		"64 hexadecimal digits":     testKey,
		"32 bytes":                  "\x8a\x01\xfe\x10\x99\x3c\x7d\x00\x42\xd1\x6f\xb0\x05\xe8\x2b\xc4\x77\x13\xaa\x5e\xf2\x81\x0c\xd9\x36\x64\xbb\x28\x90\xe3\x4f\x1a",
		"exactly 32 characters":     testKey[:32],
		"base64":                    "q2Vb0x/7yQk1rTzHn8LwUeJd5mGfS3oPaC9iXNt6EsA=",
		"a long passphrase":         "seven quiet herons walk along the frozen canal",
		"what GenerateSecret makes": auth.GenerateSecret(),
	}
	for name, text := range accepted {
		t.Run(name, func(t *testing.T) { secretOf(t, text) })
	}
}

func TestGeneratedSecretsDiffer(t *testing.T) {
	if auth.GenerateSecret() == auth.GenerateSecret() {
		t.Error("two generated secrets are equal")
	}
}

// The labels and the derivation are for ever. The expected values are computed here by RFC 5869 itself.
func TestKeysAreDerivedByHKDFWithOneLabelEach(t *testing.T) {
	mac := func(key, message []byte) []byte {
		h := hmac.New(sha256.New, key)
		h.Write(message)
		return h.Sum(nil)
	}
	root := mac(make([]byte, sha256.Size), []byte(testKey))
	secret := secretOf(t, testKey)
	seen := make(map[string]auth.Purpose)
	for purpose, label := range map[auth.Purpose]string{
		auth.AccessTokenKey:  "dimmer/access-token",
		auth.RefreshTokenKey: "dimmer/refresh-token",
		auth.EditTokenKey:    "dimmer/edit-token",
		auth.AddressHashKey:  "dimmer/address-hash",
		auth.CursorKey:       "dimmer/cursor",
		auth.SetupTokenKey:   "dimmer/setup-token",
		auth.FormTokenKey:    "dimmer/form-token",
		auth.CommenterKeyKey: "dimmer/commenter-key",
		auth.ProofKey:        "dimmer/proof-of-work",
		auth.AkismetKey:      "dimmer/akismet",
	} {
		key := secret.Derive(purpose)
		if want := mac(root, []byte(label+"\x01")); !bytes.Equal(key, want) {
			t.Errorf("%s: the key is not HKDF-SHA256 of %q", purpose, label)
		}
		if bytes.Equal(key, secretOf(t, otherKey).Derive(purpose)) {
			t.Errorf("%s: two secrets give one key", purpose)
		}
		if other, twice := seen[string(key)]; twice {
			t.Errorf("%s and %s share a key", purpose, other)
		}
		seen[string(key)] = purpose
	}
	if want := hex.EncodeToString(mac(root, []byte("dimmer/fingerprint\x01"))[:16]); secret.Fingerprint() != want {
		t.Errorf("the fingerprint is %s, want %s", secret.Fingerprint(), want)
	}
}

func TestTheFingerprintTellsSecretsApart(t *testing.T) {
	if secretOf(t, testKey).Fingerprint() != secretOf(t, testKey).Fingerprint() {
		t.Error("one secret has two fingerprints")
	}
	if secretOf(t, testKey).Fingerprint() == secretOf(t, otherKey).Fingerprint() {
		t.Error("two secrets have one fingerprint")
	}
}

func TestAnEmptySecretSignsNothing(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("the zero Secret gave a key")
		}
	}()
	auth.Secret{}.Derive(auth.CursorKey)
}

func TestASecretNeverPrintsItself(t *testing.T) {
	const raw = "0123-this-one-is-looked-for-in-every-output-4567"
	secret := secretOf(t, raw)
	hidden := struct{ private auth.Secret }{secret}
	public := struct{ Secret auth.Secret }{secret}
	tokens := auth.NewTokens("https://blog.example", time.Now, secret)
	refresh := auth.NewRefreshTokens(secret)

	var out bytes.Buffer
	for _, value := range []any{secret, &secret, hidden, &hidden, public, tokens, *tokens, refresh, *refresh, *auth.NewEditTokens(secret), *auth.NewFormTokens(secret), *auth.NewCommenterKeys(secret)} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
			fmt.Fprintf(&out, verb+"\n", value)
		}
	}
	slog.New(slog.NewTextHandler(&out, nil)).Info("text", "secret", secret, "hidden", hidden, "public", public)
	slog.New(slog.NewJSONHandler(&out, nil)).Info("json", "secret", secret, "hidden", hidden, "public", public)
	if err := json.NewEncoder(&out).Encode(public); err != nil {
		t.Fatal(err)
	}
	keys := [][]byte{[]byte(raw)}
	for _, purpose := range []auth.Purpose{auth.AccessTokenKey, auth.RefreshTokenKey, auth.EditTokenKey, auth.FormTokenKey, auth.CommenterKeyKey, auth.ProofKey} {
		keys = append(keys, secret.Derive(purpose))
	}
	root := hmac.New(sha256.New, make([]byte, sha256.Size))
	root.Write([]byte(raw))
	keys = append(keys, root.Sum(nil))
	for _, key := range keys {
		key = key[:8] // a part is too much already
		decimal := strings.Trim(fmt.Sprint(key), "[]")
		for _, form := range []string{string(key), hex.EncodeToString(key), strings.ToUpper(hex.EncodeToString(key)), decimal, fmt.Sprintf("%q", key)} {
			if strings.Contains(out.String(), form) {
				t.Errorf("the output holds a key as %q", form)
			}
		}
	}
	if !strings.Contains(out.String(), `"Secret":"[secret]"`) {
		t.Error("the JSON does not say [secret]; the test may look at nothing")
	}
}
