package handlers

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
)

const (
	cursorMAC = 16 // bytes of HMAC-SHA256
	// maxCursorBytes holds a position in a list sorted by title: 255 characters of four bytes, escaped and in base64.
	maxCursorBytes = 4 << 10
)

var errCursor = errors.New("this cursor was not made for this list")

// cursorKey signs cursors: positions in a list, which clients hand back. A cursor is good only for the list it was made for.
type cursorKey []byte

// seal writes a position of the list that scope names.
func (k cursorKey) seal(scope string, position any) (string, error) {
	payload, err := encode(position)
	if err != nil {
		return "", err
	}
	return base64.RawURLEncoding.EncodeToString(append(k.sum(scope, payload), payload...)), nil
}

// open reads a cursor into position, if it is one that seal has made for this scope, to the last bit.
func (k cursorKey) open(scope, cursor string, position any) error {
	if len(cursor) > maxCursorBytes {
		return errCursor
	}
	raw, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil || len(raw) < cursorMAC || base64.RawURLEncoding.EncodeToString(raw) != cursor { // the decoder passes over line breaks and spare bits
		return errCursor
	}
	if !hmac.Equal(raw[:cursorMAC], k.sum(scope, raw[cursorMAC:])) {
		return errCursor
	}
	if decode(raw[cursorMAC:], position) != nil {
		return errCursor // made by another version of Dimmer
	}
	return nil
}

func (k cursorKey) sum(scope string, payload []byte) []byte {
	mac := hmac.New(sha256.New, k)
	mac.Write([]byte(scope))
	mac.Write([]byte{0})
	mac.Write(payload)
	return mac.Sum(nil)[:cursorMAC]
}
