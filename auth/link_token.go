package auth

import (
	"crypto/hmac"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strings"
	"time"
)

// LinkTokens seals what a link in a mail is about: the ids of the things that it names, until when it is good, and a digest of what it is bound
// to (an e-mail address), so that it dies with that. Nothing is stored for it. Each purpose has a key of its own: a link to unsubscribe
// opens nothing else.
type LinkTokens struct {
	key keyBytes
	ids int // how many a link names
}

// NewLinkTokens derives the key for one kind of link.
func NewLinkTokens(s Secret, p Purpose) *LinkTokens {
	ids := 1
	if p == ModerationLinkKey {
		ids = 2
	}
	return &LinkTokens{hide(s.Derive(p)), ids}
}

const (
	linkIDBytes    = 16 // a UUID
	linkTimeBytes  = 8  // seconds since 1970
	linkBoundBytes = 8  // of a keyed digest: to guess an address that fits takes the key
	linkSealBytes  = 16 // of the HMAC
)

// Link is what an opened token says.
type Link struct {
	IDs   []string // UUIDs in their text form
	Until time.Time

	bound []byte
	key   keyBytes
}

// Seal makes the token of a link. ids are UUIDs in their text form; it panics on any other, which only a mistake of ours can bring.
func (t *LinkTokens) Seal(until time.Time, bound string, ids ...string) string {
	if len(ids) != t.ids {
		panic("auth: a link of this kind names another number of things")
	}
	var raw []byte
	for _, id := range ids {
		sixteen, err := hex.DecodeString(strings.ReplaceAll(id, "-", ""))
		if err != nil || len(sixteen) != linkIDBytes {
			panic("auth: a link names a UUID")
		}
		raw = append(raw, sixteen...)
	}
	raw = binary.BigEndian.AppendUint64(raw, uint64(until.Unix())) // #nosec G115 -- the bits of the time, read back as they were written
	raw = append(raw, boundTo(t.key, bound)...)
	return base64.RawURLEncoding.EncodeToString(append(raw, t.key.sum(raw)[:linkSealBytes]...))
}

// Open gives what a token says that was made here for this kind of link and is still good. Any other is refused, wrapping ErrUnauthenticated, and
// ErrLinkExpired if it was good once. A token has one spelling. Whoever opens one asks [Link.BoundTo] too.
func (t *LinkTokens) Open(token string, now time.Time) (Link, error) {
	size := t.ids*linkIDBytes + linkTimeBytes + linkBoundBytes
	if len(token) != base64.RawURLEncoding.EncodedLen(size+linkSealBytes) {
		return Link{}, errLink
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(raw) != size+linkSealBytes { // shorter with line breaks, which the decoder skips
		return Link{}, errLink
	}
	if !hmac.Equal(raw[size:], t.key.sum(raw[:size])[:linkSealBytes]) {
		return Link{}, errLink
	}
	link := Link{key: t.key, bound: raw[size-linkBoundBytes : size]}
	for i := range t.ids {
		id := hex.EncodeToString(raw[i*linkIDBytes : (i+1)*linkIDBytes])
		link.IDs = append(link.IDs, id[:8]+"-"+id[8:12]+"-"+id[12:16]+"-"+id[16:20]+"-"+id[20:])
	}
	link.Until = time.Unix(int64(binary.BigEndian.Uint64(raw[t.ids*linkIDBytes:])), 0).UTC() // #nosec G115 -- the bits that Seal wrote
	if !now.Before(link.Until) {
		return link, ErrLinkExpired
	}
	return link, nil
}

// BoundTo tells, in constant time, whether the link was made for this.
func (l Link) BoundTo(bound string) bool {
	return l.key != nil && hmac.Equal(l.bound, boundTo(l.key, bound))
}

// ErrLinkExpired says that a link was made here, and that its time is over.
var ErrLinkExpired = fmt.Errorf("%w: the time of this link is over", ErrUnauthenticated)

var errLink = fmt.Errorf("%w: this link was not made here, or not copied whole", ErrUnauthenticated)

func boundTo(key keyBytes, bound string) []byte {
	return key.sum([]byte("bound to " + bound))[:linkBoundBytes]
}
