package auth

import (
	"crypto/hmac"
	"encoding/base64"
)

// EditTokens makes the token with which a guest edits her own comment: the HMAC of the comment's id. The same on every replay,
// with nothing to store. How long it may be used is the comment's business.
type EditTokens struct{ key keyBytes }

// NewEditTokens derives the key for edit tokens.
func NewEditTokens(s Secret) *EditTokens { return &EditTokens{hide(s.Derive(EditTokenKey))} }

// Token is the edit token of a comment: 43 characters, 256 bits.
func (t *EditTokens) Token(commentID string) string {
	return base64.RawURLEncoding.EncodeToString(t.key.sum([]byte(commentID)))
}

// Check tells, in constant time, whether the token belongs to the comment. It compares the text, so that there is one spelling.
func (t *EditTokens) Check(commentID, token string) bool {
	return commentID != "" && hmac.Equal([]byte(t.Token(commentID)), []byte(token))
}
