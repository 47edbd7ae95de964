package auth

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"runtime"
	"strconv"
	"strings"
	"time"

	"golang.org/x/crypto/argon2"
)

// ErrBusy says that too many passwords are being checked at once. The caller answers 503 with Retry-After.
var ErrBusy = errors.New("too many sign-ins at this moment; try again in a few seconds")

const (
	maxParallelHashes = 4               // 4 × 19 MiB
	maxHashWait       = 2 * time.Second // in the queue, before ErrBusy
)

// Params is the cost of Argon2id.
type Params struct {
	MemoryKiB uint32
	Passes    uint32
	Lanes     uint8
}

// RecommendedParams is the first choice of the OWASP Password Storage Cheat Sheet: 19 MiB, 2 passes, 1 lane. It takes 25 to 50 ms
// of one server core (BenchmarkHash).
func RecommendedParams() Params { return Params{MemoryKiB: 19456, Passes: 2, Lanes: 1} }

// Bounds of a stored hash. Beyond them it is refused instead of computed, so that a row somebody wrote into the database cannot
// take the memory.
const (
	maxMemoryKiB = 64 << 10
	maxPasses    = 8
	maxLanes     = 4
	minSaltBytes = 8
	minKeyBytes  = 16
	maxPHCBytes  = 256

	newSaltBytes = 16
	newKeyBytes  = 32
)

// Hasher hashes and verifies passwords with Argon2id, a few at a time: as many as there are processors, at most 4. The rest
// waits up to 2 s. Safe for concurrent use.
type Hasher struct {
	params Params
	slots  chan struct{}
	nobody passwordHash
}

// NewHasher makes a hasher that writes new hashes at the given cost. It costs nothing itself.
func NewHasher(params Params) (*Hasher, error) {
	if !params.valid() {
		return nil, errors.New("these Argon2id parameters are out of bounds")
	}
	return &Hasher{
		params: params,
		slots:  make(chan struct{}, min(runtime.GOMAXPROCS(0), maxParallelHashes)),
		nobody: passwordHash{params, randomBytes(newSaltBytes), randomBytes(newKeyBytes)}, // the hash of no known password
	}, nil
}

// Hash returns the PHC string to store. It does not judge the password (CheckPassword does) beyond what cannot be hashed.
func (h *Hasher) Hash(ctx context.Context, password string) (phc string, err error) {
	normalized, err := normalizePassword(password)
	if err != nil {
		return "", err
	}
	hash := passwordHash{params: h.params, salt: randomBytes(newSaltBytes)}
	if hash.key, err = h.derive(ctx, normalized, hash, newKeyBytes); err != nil {
		return "", err
	}
	return hash.String(), nil
}

// Verify tells whether the password belongs to a stored hash, and whether it ought to be hashed again because the cost has
// risen since. For an account that does not exist or has no password, give an empty phc: the answer is no, at the same cost, so
// that the time tells nobody who has an account here. An error means that the question could not be answered: ErrBusy, the
// context's end, or a stored hash that is damaged.
func (h *Hasher) Verify(ctx context.Context, phc, password string) (ok, rehash bool, err error) {
	stored := h.nobody
	if phc != "" {
		if stored, err = parsePHC(phc); err != nil {
			return false, false, err
		}
	}
	normalized, err := normalizePassword(password)
	if err != nil {
		return false, false, nil //nolint:nilerr // it was never accepted as a password, so it is simply wrong
	}
	key, err := h.derive(ctx, normalized, stored, len(stored.key))
	if err != nil {
		return false, false, err
	}
	equal := subtle.ConstantTimeCompare(key, stored.key) == 1
	if !equal || phc == "" {
		return false, false, nil
	}
	return true, stored.cheaperThan(h.params), nil
}

// derive waits for a free slot and computes.
func (h *Hasher) derive(ctx context.Context, normalized []byte, hash passwordHash, keyBytes int) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	patience := time.NewTimer(maxHashWait)
	defer patience.Stop()
	select {
	case h.slots <- struct{}{}:
	case <-patience.C:
		return nil, ErrBusy
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { <-h.slots }()
	p := hash.params
	return argon2.IDKey(normalized, hash.salt, p.Passes, p.MemoryKiB, p.Lanes, uint32(keyBytes)), nil // #nosec G115 -- at most maxPHCBytes
}

func (p Params) valid() bool {
	return p.Passes >= 1 && p.Passes <= maxPasses && p.Lanes >= 1 && p.Lanes <= maxLanes &&
		p.MemoryKiB >= 8*uint32(p.Lanes) && p.MemoryKiB <= maxMemoryKiB
}

// passwordHash is a PHC string taken apart: $argon2id$v=19$m=19456,t=2,p=1$SALT$KEY.
type passwordHash struct {
	params    Params
	salt, key []byte
}

func (h passwordHash) String() string {
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, h.params.MemoryKiB, h.params.Passes, h.params.Lanes,
		base64.RawStdEncoding.EncodeToString(h.salt), base64.RawStdEncoding.EncodeToString(h.key))
}

// cheaperThan tells whether a hash costs less to attack than one made now.
func (h passwordHash) cheaperThan(now Params) bool {
	return h.params.MemoryKiB < now.MemoryKiB || h.params.Passes < now.Passes ||
		len(h.salt) < newSaltBytes || len(h.key) < newKeyBytes
}

// parsePHC accepts what String writes and nothing else, within the bounds above.
func parsePHC(phc string) (passwordHash, error) {
	damaged := errors.New("the stored password hash is damaged or of a kind that is not known here; set a new password for the account")
	if len(phc) > maxPHCBytes {
		return passwordHash{}, damaged
	}
	fields := strings.Split(phc, "$")
	if len(fields) != 6 {
		return passwordHash{}, damaged
	}
	costs := strings.Split(fields[3], ",")
	if len(costs) != 3 {
		return passwordHash{}, damaged
	}
	var numbers [3]uint64
	for i, bits := range []int{32, 32, 8} {
		_, digits, _ := strings.Cut(costs[i], "=")
		n, err := strconv.ParseUint(digits, 10, bits)
		if err != nil {
			return passwordHash{}, damaged
		}
		numbers[i] = n
	}
	salt, saltErr := base64.RawStdEncoding.DecodeString(fields[4])
	key, keyErr := base64.RawStdEncoding.DecodeString(fields[5])
	hash := passwordHash{
		params: Params{MemoryKiB: uint32(numbers[0]), Passes: uint32(numbers[1]), Lanes: uint8(numbers[2])}, // #nosec G115 -- parsed as 32, 32 and 8 bits
		salt:   salt, key: key,
	}
	if saltErr != nil || keyErr != nil || len(salt) < minSaltBytes || len(key) < minKeyBytes || !hash.params.valid() || hash.String() != phc {
		return passwordHash{}, damaged
	}
	return hash, nil
}

func randomBytes(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails, see GenerateSecret
	return b
}
