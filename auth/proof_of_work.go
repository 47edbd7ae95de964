package auth

import (
	"bytes"
	"crypto/hmac"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// What a challenge asks for. One derivation of this cost takes about 0.8 ms here and 1 ms in a browser; one in 256 begins with the prefix, so
// that a reader's browser looks for 177 at the median: a fifth of a second that nobody notices while she types, and two days of one
// core for a million comments.
const (
	proofAlgorithm = "PBKDF2/SHA-256"
	proofCost      = 5000 // iterations
	proofPrefix    = "00" // hexadecimal digits that the derived key begins with
	proofKeyBytes  = 32
	proofNonce     = 16 // bytes, as has the salt

	// maxProof is how long an answer may be, in bytes: those of version 2 have about 800.
	maxProof = 4096
)

// ErrProof is what a wrong answer wraps; ErrProofExpired says that it came too late.
var (
	ErrProof        = errors.New("the proof of work is not valid")
	ErrProofExpired = fmt.Errorf("%w: it came too late", ErrProof)
)

// ProofChallenge is a challenge of ALTCHA's version 2, as its own widget and ours read it.
type ProofChallenge struct {
	Parameters ProofParameters `json:"parameters"`
	Signature  string          `json:"signature" doc:"Send it back with the parameters as they are."`
}

// ProofParameters are what is signed: as JSON with sorted keys, absent ones left out. The fields stand in that order.
type ProofParameters struct {
	Algorithm string `json:"algorithm" doc:"PBKDF2/SHA-256."`
	Cost      int    `json:"cost" doc:"Iterations."`
	ExpiresAt int64  `json:"expiresAt" doc:"Seconds since 1970."`
	KeyLength int    `json:"keyLength" doc:"Bytes."`
	KeyPrefix string `json:"keyPrefix" doc:"Hexadecimal digits that the derived key has to begin with."`
	Nonce     string `json:"nonce" doc:"Hexadecimal. The password is these bytes and the counter as four bytes, the highest first."`
	Salt      string `json:"salt" doc:"Hexadecimal."`
}

// ProofOfWork hands out challenges and checks the answers (ALTCHA, versions 2 and 1). Nothing is stored: a challenge is signed. That an answer
// counts only once is for whoever stores things: [ProofOfWork.Check] names what to remember, and until when.
type ProofOfWork struct {
	key       keyBytes
	leastCost int // below which an answer proves nothing
}

// NewProofOfWork derives the key for challenges.
func NewProofOfWork(s Secret) *ProofOfWork { return &ProofOfWork{hide(s.Derive(ProofKey)), proofCost} }

// Challenge makes a new challenge that can be answered until expires.
func (p *ProofOfWork) Challenge(expires time.Time) ProofChallenge {
	var random [2 * proofNonce]byte
	_, _ = rand.Read(random[:]) // never fails: it ends the program instead (since Go 1.24)
	c := ProofChallenge{Parameters: ProofParameters{
		Algorithm: proofAlgorithm, Cost: proofCost, ExpiresAt: expires.Unix(), KeyLength: proofKeyBytes, KeyPrefix: proofPrefix,
		Nonce: hex.EncodeToString(random[:proofNonce]), Salt: hex.EncodeToString(random[proofNonce:]),
	}}
	c.Signature = hex.EncodeToString(p.key.sum(c.Parameters.signed()))
	return c
}

// signed is the text that is signed.
func (p ProofParameters) signed() []byte {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false) // as JavaScript writes it
	if err := encoder.Encode(p); err != nil {
		panic("auth: " + err.Error()) // plain texts and numbers can always be written
	}
	return bytes.TrimSuffix(text.Bytes(), []byte("\n"))
}

// A SpentProof is what to remember of an answer, so that it counts only once.
type SpentProof struct {
	ID        string    // 64 hexadecimal digits, the same for every answer to one challenge
	ExpiresAt time.Time // from then on the answer is refused anyway
}

// Check verifies an answer: base64 of JSON, as ALTCHA's widget sends it. A wrong one costs no derivation unless its challenge was signed here and the
// key that it claims begins as it must.
func (p *ProofOfWork) Check(answer string, now time.Time) (SpentProof, error) {
	if len(answer) > maxProof {
		return SpentProof{}, ErrProof
	}
	text, err := base64.StdEncoding.DecodeString(answer)
	if err != nil {
		return SpentProof{}, ErrProof
	}
	var version struct {
		Challenge json.RawMessage `json:"challenge"`
	}
	if err := json.Unmarshal(text, &version); err != nil || len(version.Challenge) == 0 {
		return SpentProof{}, ErrProof
	}
	if version.Challenge[0] == '"' {
		return p.checkV1(text, now)
	}
	return p.checkV2(text, now)
}

func (p *ProofOfWork) checkV2(text []byte, now time.Time) (SpentProof, error) {
	var sent struct {
		Challenge ProofChallenge `json:"challenge"`
		Solution  struct {
			Counter    json.Number `json:"counter"`
			DerivedKey string      `json:"derivedKey"`
			Time       json.Number `json:"time"` // how long it took: of no interest here
		} `json:"solution"`
	}
	if err := strictly(text, &sent); err != nil {
		return SpentProof{}, ErrProof
	}
	c := sent.Challenge.Parameters
	signature, err := lowerHex(sent.Challenge.Signature)
	if err != nil || !hmac.Equal(signature, p.key.sum(c.signed())) {
		return SpentProof{}, ErrProof
	}
	expires := time.Unix(c.ExpiresAt, 0)
	if !now.Before(expires) {
		return SpentProof{}, ErrProofExpired
	}
	// What is signed was made here. It is checked all the same: a challenge of another version of this program may have asked for less, or for more than
	// is good for this server.
	if c.Algorithm != proofAlgorithm || c.Cost < p.leastCost || c.Cost > 10*proofCost || c.KeyLength != proofKeyBytes || len(c.KeyPrefix) < len(proofPrefix) {
		return SpentProof{}, ErrProof
	}
	counter, err := strconv.ParseUint(sent.Solution.Counter.String(), 10, 32)
	claimed, hexErr := lowerHex(sent.Solution.DerivedKey)
	nonce, nonceErr := lowerHex(c.Nonce)
	salt, saltErr := lowerHex(c.Salt)
	if errors.Join(err, hexErr, nonceErr, saltErr) != nil || !strings.HasPrefix(sent.Solution.DerivedKey, c.KeyPrefix) {
		return SpentProof{}, ErrProof
	}
	derived, err := deriveProof(nonce, uint32(counter), salt, c.Cost, c.KeyLength) // #nosec G115 -- ParseUint has bounded it to 32 bits
	if err != nil || !hmac.Equal(derived, claimed) {
		return SpentProof{}, ErrProof
	}
	return SpentProof{sent.Challenge.Signature, expires.UTC()}, nil
}

// deriveProof is the work itself.
func deriveProof(nonce []byte, counter uint32, salt []byte, cost, length int) ([]byte, error) {
	password := binary.BigEndian.AppendUint32(append([]byte(nil), nonce...), counter)
	return pbkdf2.Key(sha256.New, string(password), salt, cost, length)
}

// checkV1 verifies an answer in the older form, to a challenge that was signed with this key.
func (p *ProofOfWork) checkV1(text []byte, now time.Time) (SpentProof, error) {
	var sent struct {
		Algorithm string      `json:"algorithm"`
		Challenge string      `json:"challenge"`
		Number    json.Number `json:"number"`
		Salt      string      `json:"salt"`
		Signature string      `json:"signature"`
		Took      json.Number `json:"took"` // of no interest here
	}
	if err := strictly(text, &sent); err != nil || sent.Algorithm != "SHA-256" {
		return SpentProof{}, ErrProof
	}
	number, err := strconv.ParseUint(sent.Number.String(), 10, 32)
	signature, hexErr := lowerHex(sent.Signature)
	// The & at the end of the salt keeps digits from moving from the number into it.
	_, query, cut := strings.Cut(sent.Salt, "?")
	if errors.Join(err, hexErr) != nil || !cut || !strings.HasSuffix(sent.Salt, "&") || sent.Number.String() != strconv.FormatUint(number, 10) {
		return SpentProof{}, ErrProof
	}
	if !hmac.Equal(signature, p.key.sum([]byte(sent.Challenge))) {
		return SpentProof{}, ErrProof
	}
	sum := sha256.Sum256([]byte(sent.Salt + sent.Number.String()))
	if !hmac.Equal([]byte(hex.EncodeToString(sum[:])), []byte(sent.Challenge)) {
		return SpentProof{}, ErrProof
	}
	expires, err := v1Expiry(query)
	switch {
	case err != nil:
		return SpentProof{}, ErrProof
	case !now.Before(expires):
		return SpentProof{}, ErrProofExpired
	}
	return SpentProof{sent.Signature, expires}, nil
}

// v1Expiry reads the end of a challenge from its salt. One without would be good for ever, and cannot be remembered for as long.
func v1Expiry(query string) (time.Time, error) {
	for part := range strings.SplitSeq(query, "&") {
		if seconds, is := strings.CutPrefix(part, "expires="); is {
			at, err := strconv.ParseInt(seconds, 10, 64)
			if err != nil || at < 0 || at > math.MaxInt32*4 {
				return time.Time{}, ErrProof
			}
			return time.Unix(at, 0).UTC(), nil
		}
	}
	return time.Time{}, ErrProof
}

// strictly decodes one JSON value that has no fields but those of the target.
func strictly(text []byte, target any) error {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(target); err != nil {
		return err
	}
	if decoder.More() {
		return ErrProof
	}
	return nil
}

// lowerHex decodes hexadecimal digits in their one spelling.
func lowerHex(text string) ([]byte, error) {
	raw, err := hex.DecodeString(text)
	if err != nil || len(raw) == 0 || text != strings.ToLower(text) {
		return nil, ErrProof
	}
	return raw, nil
}
