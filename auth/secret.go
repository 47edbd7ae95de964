package auth

import (
	"bytes"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
)

// MinSecretBytes is the least length of the instance's secret: as long as the output of SHA-256, below which HMAC-SHA256 loses
// strength (RFC 2104, section 3).
const MinSecretBytes = 32

// A Purpose is the HKDF label of one derived key. Two purposes never share a key, so that what is signed for one is noise to
// the other. A label is for ever: to change it is to make void everything that was signed under it.
type Purpose string

// The keys that exist.
const (
	AccessTokenKey  Purpose = "access-token"
	RefreshTokenKey Purpose = "refresh-token"
	EditTokenKey    Purpose = "edit-token"
	AddressHashKey  Purpose = "address-hash"
	CursorKey       Purpose = "cursor"
	SetupTokenKey   Purpose = "setup-token"
	FormTokenKey    Purpose = "form-token"
	CommenterKeyKey Purpose = "commenter-key"
	ProofKey        Purpose = "proof-of-work"
	AkismetKey      Purpose = "akismet"
	PushKey         Purpose = "push"

	ModerationLinkKey  Purpose = "moderation-link"
	ReaderLinkKey      Purpose = "reader-link"
	ConfirmLinkKey     Purpose = "confirm-link"
	UnsubscribeLinkKey Purpose = "unsubscribe-link"
	ResetLinkKey       Purpose = "reset-link"
	InviteLinkKey      Purpose = "invite-link"

	accessTokenKeyID Purpose = "access-token-kid"
	fingerprint      Purpose = "fingerprint"
)

// Secret is the one secret of an instance. Everything else that is secret is derived from it. It never prints itself.
type Secret struct{ root keyBytes }

// keyBytes holds a key where no printer and no encoder gets at it: fmt walks into private fields of other structs without
// asking their methods, and follows pointers too when the verb does not fit ("%s" of a pointer to an array).
type keyBytes func() []byte

func hide(key []byte) keyBytes { return func() []byte { return key } }

// NewSecret takes the secret exactly as given: whoever reads it from a file removes the line break at its end. It refuses less
// than MinSecretBytes and whatever looks like a placeholder from an example file.
func NewSecret(raw []byte) (Secret, error) {
	if len(raw) < MinSecretBytes {
		return Secret{}, fmt.Errorf("the secret is too short: it needs at least %d bytes; make one with: openssl rand -hex 32", MinSecretBytes)
	}
	if isPlaceholder(raw) {
		return Secret{}, errors.New("the secret looks like a placeholder that others could guess; make a random one with: openssl rand -hex 32")
	}
	root, err := hkdf.Extract(sha256.New, raw, nil)
	if err != nil {
		return Secret{}, fmt.Errorf("prepare the secret: %w", err)
	}
	return Secret{hide(root)}, nil
}

// GenerateSecret makes a new secret of 256 random bits, as 64 hexadecimal digits, ready to be stored as text.
func GenerateSecret() string {
	var raw [32]byte
	_, _ = rand.Read(raw[:]) // never fails: it ends the program instead (since Go 1.24)
	return hex.EncodeToString(raw[:])
}

// Derive returns the key of 32 bytes for one purpose: HKDF-SHA256 (RFC 5869) without salt, with the label as info. It panics on
// the zero Secret, because signing with an empty key would look as if it worked.
func (s Secret) Derive(p Purpose) []byte {
	if s.root == nil {
		panic("auth: Derive on an empty Secret; make it with NewSecret")
	}
	key, err := hkdf.Expand(sha256.New, s.root(), "dimmer/"+string(p), sha256.Size)
	if err != nil {
		panic("auth: " + err.Error()) // only for keys longer than 255 hashes
	}
	return key
}

// Fingerprint tells two secrets apart without telling either. It is stored in the database, so that an instance with another
// secret notices before it signs anything. 32 hexadecimal digits.
func (s Secret) Fingerprint() string { return hex.EncodeToString(s.Derive(fingerprint)[:16]) }

const redacted = "[secret]"

// Format prints [secret] for every verb.
func (Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, redacted) }

// String is [secret].
func (Secret) String() string { return redacted }

// LogValue is [secret].
func (Secret) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalText is [secret], in JSON too.
func (Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// sum is the HMAC-SHA256 of message under the key.
func (key keyBytes) sum(message []byte) []byte {
	mac := hmac.New(sha256.New, key())
	mac.Write(message)
	return mac.Sum(nil)
}

// placeholderWords are what example files, tutorials and container templates put where a secret belongs, without spaces and
// punctuation. A random text of 43 base64 characters holds one of them less than once in 10 million.
var placeholderWords = []string{
	"changeme", "changethis", "changeit", "pleasechange", "replaceme", "replacethis", "placeholder", "insertyour", "yoursecret",
	"bitsecret", "mysecret", "supersecret", "secretkey", "secrethere", "notsecret", "topsecret", "verysecret", "insecure",
	"default", "example", "password", "dimmersecret",
}

// isPlaceholder recognises a secret that nobody drew at random: few different bytes, a short piece repeated, an ascending or
// descending row, or a word that stands in example files.
func isPlaceholder(raw []byte) bool {
	var seen [256]bool
	distinct, steps := 0, 0
	for i, b := range raw {
		if !seen[b] {
			seen[b] = true
			distinct++
		}
		if i > 0 && (b == raw[i-1]+1 || b == raw[i-1]-1) {
			steps++
		}
	}
	if distinct < 8 || steps > len(raw)/2 || repeatsWithin(raw, MinSecretBytes) {
		return true
	}
	text := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, strings.ToLower(string(raw)))
	for _, word := range placeholderWords {
		if strings.Contains(text, word) {
			return true
		}
	}
	return false
}

// repeatsWithin tells whether raw is one piece shorter than limit, written at least twice (the last time perhaps cut).
func repeatsWithin(raw []byte, limit int) bool {
	for period := 1; period < limit && period <= len(raw)/2; period++ {
		if bytes.Equal(raw[period:], raw[:len(raw)-period]) {
			return true
		}
	}
	return false
}
