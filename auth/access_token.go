package auth

import (
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// AccessTokenLifetime is how long an access token is good for. Session and role are read from the database besides, so that
// this is no delay of a revocation.
const AccessTokenLifetime = 15 * time.Minute

const (
	// clockSkew is how far the clock of another instance may run ahead before its fresh tokens count as issued in the future.
	// It never lengthens a token's life.
	clockSkew = 30 * time.Second

	// maxAccessTokenBytes bounds the work on what a stranger sends. Ours have about 350 bytes.
	maxAccessTokenBytes = 4 << 10

	accessTokenIssuer = "dimmer"
	accessTokenType   = "at+jwt" // RFC 9068, section 2.1
)

var (
	errAccessToken        = fmt.Errorf("%w: the access token is not valid here; sign in again", ErrUnauthenticated)
	errAccessTokenExpired = fmt.Errorf("%w: the access token has expired; refresh it or sign in again", ErrUnauthenticated)
)

// Claims is what a verified access token says.
type Claims struct {
	UserID    string
	SessionID string
	IssuedAt  time.Time
	ExpiresAt time.Time
}

// Tokens issues and verifies access tokens: JWT, HS256, 15 minutes. Safe for concurrent use.
type Tokens struct {
	audience string
	now      func() time.Time
	current  string // the kid that signs
	keys     map[string]keyBytes
	parser   *jwt.Parser
}

// NewTokens makes the issuer for one instance. The audience is its public URL: a token of another site that shares the secret
// is refused. Tokens signed under the previous secrets still verify until they expire; a secret that has leaked must not be
// among them.
func NewTokens(audience string, now func() time.Time, current Secret, previous ...Secret) *Tokens {
	t := &Tokens{audience: audience, now: now, current: keyID(current), keys: make(map[string]keyBytes)}
	for _, secret := range append([]Secret{current}, previous...) {
		t.keys[keyID(secret)] = hide(secret.Derive(AccessTokenKey))
	}
	t.parser = jwt.NewParser(
		jwt.WithValidMethods([]string{jwt.SigningMethodHS256.Alg()}),
		jwt.WithStrictDecoding(), // without it 1 flipped signature in 1,000 passes
		jwt.WithIssuer(accessTokenIssuer),
		jwt.WithAudience(audience),
		jwt.WithExpirationRequired(),
		jwt.WithIssuedAt(),
		jwt.WithLeeway(clockSkew),
		jwt.WithTimeFunc(now),
	)
	return t
}

// keyID names a signing key in a token's header without telling anything about it.
func keyID(s Secret) string { return hex.EncodeToString(s.Derive(accessTokenKeyID)[:8]) }

// Issue signs a token for a session of a user. Times in tokens have no fraction of a second, so expiresAt may lie up to 1 s
// short of 15 minutes from now.
func (t *Tokens) Issue(userID, sessionID string) (token string, expiresAt time.Time, err error) {
	if userID == "" || sessionID == "" {
		return "", time.Time{}, errors.New("issue access token: user and session are needed")
	}
	issuedAt := t.now().UTC().Truncate(time.Second)
	expiresAt = issuedAt.Add(AccessTokenLifetime)
	token, err = unsignedToken(t.current, &accessClaims{
		Issuer: accessTokenIssuer, Audience: t.audience, Subject: userID, SessionID: sessionID,
		IssuedAt: issuedAt.Unix(), ExpiresAt: expiresAt.Unix(),
	}).SignedString(t.keys[t.current]())
	if err != nil {
		return "", time.Time{}, fmt.Errorf("issue access token: %w", err)
	}
	return token, expiresAt, nil
}

// Verify tells what a token says, or wraps ErrUnauthenticated. It accepts only what Issue writes, byte for byte: one algorithm,
// one type, exactly our claims, in our spelling.
func (t *Tokens) Verify(token string) (Claims, error) {
	if len(token) > maxAccessTokenBytes {
		return Claims{}, errAccessToken
	}
	var claims accessClaims
	parsed, err := t.parser.ParseWithClaims(token, &claims, t.lookUpKey)
	if errors.Is(err, jwt.ErrTokenExpired) {
		return Claims{}, errAccessTokenExpired
	}
	if err != nil {
		return Claims{}, errAccessToken
	}
	// The signature proves that the holder of the key wrote it. That it is also exactly what Issue writes leaves no room for
	// crit, jku, jwk, another typ, repeated or folded claim names, and line breaks, which base64 skips even when strict.
	kid, _ := parsed.Header["kid"].(string)
	ours, err := unsignedToken(kid, &claims).SigningString()
	if err != nil || token != ours+"."+parsed.EncodeSegment(parsed.Signature) {
		return Claims{}, errAccessToken
	}
	expiresAt := time.Unix(claims.ExpiresAt, 0).UTC()
	if !t.now().Before(expiresAt) { // the parser's leeway is for iat only
		return Claims{}, errAccessTokenExpired
	}
	return Claims{
		UserID: claims.Subject, SessionID: claims.SessionID,
		IssuedAt: time.Unix(claims.IssuedAt, 0).UTC(), ExpiresAt: expiresAt,
	}, nil
}

// lookUpKey finds the key by the header's kid in memory and nowhere else.
func (t *Tokens) lookUpKey(token *jwt.Token) (any, error) {
	kid, _ := token.Header["kid"].(string)
	key, known := t.keys[kid]
	if !known {
		return nil, jwt.ErrTokenUnverifiable
	}
	return key(), nil
}

func unsignedToken(kid string, claims *accessClaims) *jwt.Token {
	return &jwt.Token{
		Method: jwt.SigningMethodHS256,
		Header: map[string]any{"alg": jwt.SigningMethodHS256.Alg(), "kid": kid, "typ": accessTokenType},
		Claims: claims,
	}
}

// accessClaims is the token's body. Its types are narrower than the library's RegisteredClaims, which takes an array for aud,
// and text, fractions and 1e308 for a time.
type accessClaims struct {
	Issuer    string `json:"iss"`
	Audience  string `json:"aud"`
	Subject   string `json:"sub"`
	SessionID string `json:"sid"`
	IssuedAt  int64  `json:"iat"` // Unix seconds
	ExpiresAt int64  `json:"exp"` // Unix seconds
}

// Validate is called by the parser after the signature and its own checks.
func (c *accessClaims) Validate() error {
	if c.Subject == "" || c.SessionID == "" {
		return jwt.ErrTokenRequiredClaimMissing
	}
	if c.IssuedAt <= 0 || c.ExpiresAt <= c.IssuedAt || c.ExpiresAt-c.IssuedAt > int64(AccessTokenLifetime/time.Second) {
		return jwt.ErrTokenInvalidClaims
	}
	return nil
}

func (c *accessClaims) GetExpirationTime() (*jwt.NumericDate, error) { return numericDate(c.ExpiresAt) }
func (c *accessClaims) GetIssuedAt() (*jwt.NumericDate, error)       { return numericDate(c.IssuedAt) }
func (c *accessClaims) GetNotBefore() (*jwt.NumericDate, error)      { return nil, nil }
func (c *accessClaims) GetIssuer() (string, error)                   { return c.Issuer, nil }
func (c *accessClaims) GetSubject() (string, error)                  { return c.Subject, nil }
func (c *accessClaims) GetAudience() (jwt.ClaimStrings, error) {
	return jwt.ClaimStrings{c.Audience}, nil
}

// numericDate reads 0 as absent, which the parser refuses for exp.
func numericDate(seconds int64) (*jwt.NumericDate, error) {
	if seconds == 0 {
		return nil, nil
	}
	return jwt.NewNumericDate(time.Unix(seconds, 0)), nil
}
