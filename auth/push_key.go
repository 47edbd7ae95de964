package auth

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"encoding/base64"
)

// NewPushKey is the key pair by which push services know this blog (VAPID, RFC 8292): derived from the secret, so that nothing is stored, and every
// program on the same database has the same. With another secret browsers have to subscribe anew.
func NewPushKey(s Secret) *ecdsa.PrivateKey {
	raw := s.Derive(PushKey)
	for {
		key, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), raw)
		if err == nil {
			return key
		}
		next := sha256.Sum256(raw) // zero, or not below the order of the curve: one in 2^32
		raw = next[:]
	}
}

// PushPublicKey is what browsers want to have of it: the uncompressed point, base64url.
func PushPublicKey(key *ecdsa.PrivateKey) string {
	point, err := key.PublicKey.Bytes()
	if err != nil {
		panic("auth: " + err.Error()) // only for curves that are not of NIST
	}
	return base64.RawURLEncoding.EncodeToString(point)
}
