package auth

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"
)

// A TokenKind is a kind of random token that is shown once and stored as a hash. Its text is what every token of the kind begins
// with, for people and for programs that look for leaked keys. Prefix and all go into the hash, so that a token of one kind
// never stands for another, whichever table it is looked up in.
type TokenKind string

// The kinds that exist. (Refresh tokens begin with dimr_ and are signed instead of stored.)
const (
	APIToken     TokenKind = "dim_"  // a program's key, bound to a user and scopes
	PreviewToken TokenKind = "dimp_" // in a link to an unpublished post
	CommenterKey TokenKind = "dimc_" // kept by a reader's browser: proof of having written before
)

const (
	opaqueRandomBytes   = 32
	opaqueChecksumBytes = 4 // with the random bytes a multiple of 3: base64 without spare bits
)

// New makes a token of 256 random bits. Show the first result, store the second (64 hexadecimal digits, SHA-256; a random
// token needs no slow hash).
func (k TokenKind) New() (shown, hash string) {
	var random [opaqueRandomBytes]byte
	_, _ = rand.Read(random[:]) // never fails, see GenerateSecret
	return k.of(random)
}

// of writes a token down, and what is stored of it.
func (k TokenKind) of(random [opaqueRandomBytes]byte) (shown, hash string) {
	shown = string(k) + base64.RawURLEncoding.EncodeToString(append(random[:], k.checksum(random[:])...))
	return shown, hashOpaque(shown)
}

// Hash returns what to look a token up by. A token that is cut, mistyped or of another kind is refused at once by the checksum
// in its last characters, wrapping ErrUnauthenticated. The checksum is no protection: who passes it knows nothing yet.
func (k TokenKind) Hash(shown string) (string, error) {
	text, ours := strings.CutPrefix(shown, string(k))
	if !ours || len(text) != base64.RawURLEncoding.EncodedLen(opaqueRandomBytes+opaqueChecksumBytes) {
		return "", fmt.Errorf("%w: this is not a complete token of the kind asked for; copy it again", ErrUnauthenticated)
	}
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || len(raw) != opaqueRandomBytes+opaqueChecksumBytes ||
		subtle.ConstantTimeCompare(raw[opaqueRandomBytes:], k.checksum(raw[:opaqueRandomBytes])) != 1 {
		return "", fmt.Errorf("%w: the token has a typing mistake in it; copy it again", ErrUnauthenticated)
	}
	return hashOpaque(shown), nil
}

func (k TokenKind) checksum(random []byte) []byte {
	sum := sha256.Sum256(append([]byte(k), random...))
	return sum[:opaqueChecksumBytes]
}

func hashOpaque(shown string) string {
	sum := sha256.Sum256([]byte(shown))
	return hex.EncodeToString(sum[:])
}
