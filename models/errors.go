package models

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"time"
)

// The kinds of error that cross the border of this package. Handlers turn them into answers; everything else is a fault.
var (
	// ErrNotFound says that the thing is not there, or not there for this reader.
	ErrNotFound = errors.New("not found")
	// ErrConflict says that the thing is in a state that does not allow this. See [ConflictError] for the words.
	ErrConflict = errors.New("conflict")
	// ErrForbidden says that this person may not do this. See [ForbiddenError] for the words.
	ErrForbidden = errors.New("forbidden")
	// ErrStale says that somebody else has changed the thing since it was read.
	ErrStale = errors.New("changed since it was read")
	// ErrKeyReused says that an idempotency key was used before, for a request with another body.
	ErrKeyReused = errors.New("the idempotency key was used for another request")
	// ErrBusy says that the storage cannot take this now: the disk is full, the lock was not to be had, the server is away.
	ErrBusy = errors.New("the storage is busy")
)

// Invalid names each input field that cannot be accepted and says why, in words for the person who sent it. Keys are field names
// as clients write them (`title`, `tags[2]`); the values never repeat what was sent.
type Invalid map[string]string

func (i Invalid) Error() string {
	parts := make([]string, 0, len(i))
	for _, field := range slices.Sorted(maps.Keys(i)) {
		parts = append(parts, field+": "+i[field])
	}
	return strings.Join(parts, "; ")
}

// orNil is how a check ends: no entry, no error.
func (i Invalid) orNil() error {
	if len(i) == 0 {
		return nil
	}
	return i
}

// ConflictError is an [ErrConflict] with a stable code for programs and a sentence for people.
type ConflictError struct{ Code, Message string }

func (e ConflictError) Error() string { return e.Message }
func (e ConflictError) Unwrap() error { return ErrConflict }

// ForbiddenError is an [ErrForbidden] with a stable code for programs and a sentence for people.
type ForbiddenError struct{ Code, Message string }

// TooSoonError says how long somebody has to wait who may do it then.
type TooSoonError struct{ Wait time.Duration }

func (e TooSoonError) Error() string {
	return "Slow mode is on here. What you wrote is welcome in a moment; please send it again then."
}

func (e ForbiddenError) Error() string { return e.Message }
func (e ForbiddenError) Unwrap() error { return ErrForbidden }
