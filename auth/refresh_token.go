package auth

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// How long a session lives, and how long a refresh token that was just exchanged still gets the answer again.
const (
	SessionIdle     = 30 * 24 * time.Hour  // without a refresh
	SessionLifetime = 180 * 24 * time.Hour // in any case
	RefreshGrace    = 10 * time.Second     // two tabs, or an answer that was lost on the way
)

// SessionEnd is the moment at which a session that is not used again is over. A refresh token's cookie lives until then.
func SessionEnd(startedAt, usedAt time.Time) time.Time {
	idle, last := usedAt.Add(SessionIdle), startedAt.Add(SessionLifetime)
	if idle.Before(last) {
		return idle
	}
	return last
}

// SessionOver tells whether a session has ended by itself.
func SessionOver(startedAt, usedAt, now time.Time) bool {
	return !now.Before(SessionEnd(startedAt, usedAt))
}

const (
	refreshPrefix = "dimr_"
	// maxRefreshTokenBytes bounds the work on what a stranger sends. Ours have about 110 when the session's id is a UUID.
	maxRefreshTokenBytes = 256
)

var errRefreshToken = fmt.Errorf("%w: the refresh token is not valid; sign in again", ErrUnauthenticated)

// RefreshTokens writes and reads refresh tokens. A token is a session's id and its generation, signed. It is the same each time
// it is written, so that the successor can be given twice within RefreshGrace although nothing readable is stored: a session
// keeps only its id, its present generation and the time of the last rotation. Safe for concurrent use.
type RefreshTokens struct{ keys []keyBytes }

// NewRefreshTokens signs under the current secret and also reads tokens signed under the previous ones, so that a changed
// secret signs nobody out. A secret that has leaked must not be among them.
func NewRefreshTokens(current Secret, previous ...Secret) *RefreshTokens {
	t := &RefreshTokens{}
	for _, secret := range append([]Secret{current}, previous...) {
		t.keys = append(t.keys, hide(secret.Derive(RefreshTokenKey)))
	}
	return t
}

// Issue writes the token of one generation of a session. Ids longer than 100 bytes give a token that Parse refuses.
func (t *RefreshTokens) Issue(sessionID string, generation int64) string {
	body := []byte(strconv.FormatInt(generation, 10) + ":" + sessionID)
	return refreshPrefix + base64.RawURLEncoding.EncodeToString(append(body, t.keys[0].sum(body)...))
}

// Parse tells which session and generation a token is for, or wraps ErrUnauthenticated. That the session lives and what the
// generation means is for Rotate to say.
func (t *RefreshTokens) Parse(token string) (sessionID string, generation int64, err error) {
	text, ours := strings.CutPrefix(token, refreshPrefix)
	if !ours || len(token) > maxRefreshTokenBytes || strings.ContainsAny(text, "\r\n") { // base64 skips line breaks
		return "", 0, errRefreshToken
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil || len(raw) < sha256.Size {
		return "", 0, errRefreshToken
	}
	body, mac := raw[:len(raw)-sha256.Size], raw[len(raw)-sha256.Size:]
	if !slices.ContainsFunc(t.keys, func(key keyBytes) bool { return hmac.Equal(mac, key.sum(body)) }) {
		return "", 0, errRefreshToken
	}
	number, sessionID, _ := strings.Cut(string(body), ":")
	generation, err = strconv.ParseInt(number, 10, 64)
	if err != nil || sessionID == "" {
		return "", 0, errRefreshToken
	}
	return sessionID, generation, nil
}

// Rotation is the answer to a refresh token of a living session.
type Rotation int

// The answers. The zero value refuses.
const (
	// RotationUnknown: the session has not reached this generation. Refuse, change nothing (an older database was restored).
	RotationUnknown Rotation = iota
	// RotationAdvance: store the next generation and the time, on condition that the present one is still what was read (else
	// read and ask again), and answer with it.
	RotationAdvance
	// RotationRepeat: answer with the present generation again, store nothing.
	RotationRepeat
	// RotationReused: somebody holds a token that was exchanged before. Refuse and end the session.
	RotationReused
)

func (r Rotation) String() string {
	switch r {
	case RotationAdvance:
		return "advance"
	case RotationRepeat:
		return "repeat"
	case RotationReused:
		return "reused"
	}
	return "unknown"
}

// Rotate decides what the presented generation gets when the session stands at current since rotatedAt. Only the generation
// just before has a grace, of RefreshGrace either way, because clocks of two instances differ; a clock set back by more than
// that does not lengthen it.
func Rotate(presented, current int64, rotatedAt, now time.Time) Rotation {
	switch since := now.Sub(rotatedAt); {
	case presented > current:
		return RotationUnknown
	case presented == current:
		return RotationAdvance
	case presented == current-1 && since.Abs() <= RefreshGrace:
		return RotationRepeat
	}
	return RotationReused
}
