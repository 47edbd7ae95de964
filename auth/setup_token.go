package auth

import (
	"crypto/hmac"
	"encoding/base64"
)

// SetupToken is the token in the link that makes the first owner of an instance. It is derived, so that every start, and every
// program on the same database, shows the same link and nothing is stored; it is used up because there is an owner then.
func SetupToken(s Secret, instanceID string) string {
	return base64.RawURLEncoding.EncodeToString(hide(s.Derive(SetupTokenKey)).sum([]byte(instanceID)))
}

// CheckSetupToken tells, in constant time, whether a token belongs to the instance.
func CheckSetupToken(s Secret, instanceID, token string) bool {
	return hmac.Equal([]byte(token), []byte(SetupToken(s, instanceID)))
}
