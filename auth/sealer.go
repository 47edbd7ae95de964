package auth

import (
	"crypto/aes"
	"crypto/cipher"
	"errors"
)

// Sealer encrypts what is stored and must not be read from a copy of the database: AES-256-GCM under a key derived from the secret.
type Sealer struct{ aead cipher.AEAD }

// NewSealer derives the key for one purpose.
func NewSealer(s Secret, p Purpose) *Sealer {
	block, err := aes.NewCipher(s.Derive(p))
	if err == nil {
		var aead cipher.AEAD
		if aead, err = cipher.NewGCMWithRandomNonce(block); err == nil {
			return &Sealer{aead}
		}
	}
	panic("auth: " + err.Error()) // only for keys of another length
}

// errSealed is all that is said of what cannot be opened.
var errSealed = errors.New("what was sealed cannot be opened: it was changed, or sealed under another secret")

// Seal encrypts a text for one thing, such as the row with this id: nowhere else can it be opened. It is 28 bytes longer.
func (s *Sealer) Seal(of string, plain []byte) []byte {
	return s.aead.Seal(nil, nil, plain, []byte(of)) // #nosec G407 -- it draws the nonce itself
}

// Open is the way back.
func (s *Sealer) Open(of string, sealed []byte) ([]byte, error) {
	plain, err := s.aead.Open(nil, nil, sealed, []byte(of))
	if err != nil {
		return nil, errSealed
	}
	return plain, nil
}
