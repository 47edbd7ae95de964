package auth

import (
	"crypto/hmac"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"time"
)

// FormTokens seals the time at which a comment form was handed out, so that the time that passed until it came back can be
// believed without anything being stored. How old a form may be is the business of whoever reads the time.
type FormTokens struct{ key keyBytes }

// NewFormTokens derives the key for form tokens.
func NewFormTokens(s Secret) *FormTokens { return &FormTokens{hide(s.Derive(FormTokenKey))} }

const (
	formTimeBytes = 8  // seconds since 1970
	formSealBytes = 16 // of the HMAC; with the time a multiple of 3: base64 without spare bits
)

// Seal makes the token of a form for one post: the time to the second and its HMAC, 32 characters that are safe in a URL.
func (t *FormTokens) Seal(postID string, at time.Time) string {
	return base64.RawURLEncoding.EncodeToString(t.sealed(postID, uint64(at.Unix()))) // #nosec G115 -- the bits of the time, read back as they were written
}

// Open gives the time of a token that was made for the post. Any other is refused, wrapping ErrUnauthenticated; seals are
// compared in constant time. A token has one spelling.
func (t *FormTokens) Open(postID, token string) (at time.Time, err error) {
	if len(token) != base64.RawURLEncoding.EncodedLen(formTimeBytes+formSealBytes) || postID == "" {
		return time.Time{}, errFormToken
	}
	raw, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil || len(raw) != formTimeBytes+formSealBytes { // shorter with line breaks, which the decoder skips
		return time.Time{}, errFormToken
	}
	seconds := binary.BigEndian.Uint64(raw)
	if !hmac.Equal(raw, t.sealed(postID, seconds)) {
		return time.Time{}, errFormToken
	}
	return time.Unix(int64(seconds), 0).UTC(), nil // #nosec G115 -- the bits that Seal wrote
}

var errFormToken = fmt.Errorf("%w: the form was not made here for this post; load the page again", ErrUnauthenticated)

// sealed is the time, followed by the seal over it and the post.
func (t *FormTokens) sealed(postID string, seconds uint64) []byte {
	raw := binary.BigEndian.AppendUint64(nil, seconds)
	return append(raw, t.key.sum(append(raw[:formTimeBytes:formTimeBytes], postID...))[:formSealBytes]...)
}
