package handlers

import (
	"context"
	"fmt"
	"hash/maphash"
	"math"
	"net/http"
	"sync"
	"time"

	"dimmer/auth"
)

// limit names a bound on how often one address may use a row.
type limit string

const (
	none      limit = "none"
	login     limit = "login"     // what takes a password: only the wrong ones count, see [Server.restore]
	comment   limit = "comment"   // writing, changing and removing a comment
	react     limit = "react"     // likes, reactions, reports
	subscribe limit = "subscribe" // what sends a mail to an address that somebody typed
)

// rules are the figures of API 2.
var rules = map[limit]Rule{
	login:     {Name: "login", Burst: 20, Every: 10 * time.Minute / 20},
	comment:   {Name: "comment", Burst: 20, Every: time.Minute / 10},
	react:     {Name: "react", Burst: 60, Every: time.Minute / 60},
	subscribe: {Name: "subscribe", Burst: 5, Every: time.Hour / 5},
}

// accountRule slows down guessing one account's password from many addresses. It forgets after an hour without a try, in which
// guessing at the full delay is worth 60 tries, and the four free ones add little to that.
var accountRule = Rule{Name: "account", Delay: auth.LoginDelay, Forget: time.Hour}

// Rule is how often something may be done. Either Burst at once and one more after each Every; or, with Delay, again when Delay
// of the number of tries so far has passed since the last one.
type Rule struct {
	Name   string
	Burst  int
	Every  time.Duration
	Delay  func(tries int) time.Duration
	Forget time.Duration // with Delay: after this long without a try the count begins anew
}

// Limiter counts. The one in memory serves one process; a store that several share can stand in its place. It must count before
// it answers, so that fifty tries at once are fifty. A store that outlives the process must keep keys only hashed.
type Limiter interface {
	// Take counts one try. A wait above zero means that it may not be made, and was not counted.
	Take(ctx context.Context, rule Rule, key string) (wait time.Duration, err error)
	// Restore undoes what was counted: the try turned out to be a good one. With Delay it forgets all tries of the key.
	Restore(ctx context.Context, rule Rule, key string) error
}

// NoLimits lets everything through: DIMMER_RATE_LIMITS=off.
type NoLimits struct{}

// Take never asks to wait.
func (NoLimits) Take(context.Context, Rule, string) (time.Duration, error) { return 0, nil }

// Restore has nothing to undo.
func (NoLimits) Restore(context.Context, Rule, string) error { return nil }

const (
	limiterShards = 64
	shardEntries  = 2048 // 131,072 keys in all, about 8 MB; a flood of addresses cannot take more
	evictionDraws = 8
)

// MemoryLimiter is a [Limiter] for one process, in bounded memory. When it is full, the key that would be forgotten soonest out
// of a few drawn at random goes: whoever has much left to wait stays.
type MemoryLimiter struct {
	now    func() time.Time
	start  time.Time
	seed   maphash.Seed
	shards [limiterShards]limiterShard
}

type limiterShard struct {
	mu   sync.Mutex
	keys map[uint64]tally // by hash: an entry has the same size whatever the key
}

// tally is what is known of a key. Times count from the limiter's start on the monotonic clock, so that a change of the wall clock
// locks nobody out.
type tally struct {
	forgotten time.Duration // when the entry means nothing any more
	tries     int           // with Delay
}

// NewMemoryLimiter makes an empty limiter.
func NewMemoryLimiter(now func() time.Time) *MemoryLimiter {
	l := &MemoryLimiter{now: now, start: now(), seed: maphash.MakeSeed()}
	for i := range l.shards {
		l.shards[i].keys = map[uint64]tally{}
	}
	return l
}

// Take implements [Limiter].
func (l *MemoryLimiter) Take(_ context.Context, rule Rule, key string) (time.Duration, error) {
	shard, hash, now := l.find(rule, key)
	defer shard.mu.Unlock()
	t := shard.keys[hash]
	if t.forgotten <= now {
		t = tally{forgotten: now}
	}
	if rule.Delay != nil {
		if last := t.forgotten - rule.Forget; t.tries > 0 {
			if wait := last + rule.Delay(t.tries) - now; wait > 0 {
				return wait, nil
			}
		}
		shard.put(hash, tally{forgotten: now + rule.Forget, tries: t.tries + 1}, now)
		return 0, nil
	}
	// forgotten is when all of Burst is there again; each try moves it by Every.
	t.forgotten += rule.Every
	if wait := t.forgotten - now - time.Duration(rule.Burst)*rule.Every; wait > 0 {
		return wait, nil
	}
	shard.put(hash, t, now)
	return 0, nil
}

// Restore implements [Limiter].
func (l *MemoryLimiter) Restore(_ context.Context, rule Rule, key string) error {
	shard, hash, now := l.find(rule, key)
	defer shard.mu.Unlock()
	t := shard.keys[hash]
	if t.forgotten -= rule.Every; rule.Delay != nil || t.forgotten <= now {
		delete(shard.keys, hash)
	} else {
		shard.keys[hash] = t
	}
	return nil
}

// find locks the shard of a key.
func (l *MemoryLimiter) find(rule Rule, key string) (*limiterShard, uint64, time.Duration) {
	hash := maphash.String(l.seed, rule.Name+"\x00"+key)
	shard := &l.shards[hash%limiterShards]
	shard.mu.Lock()
	return shard, hash, l.now().Sub(l.start)
}

func (s *limiterShard) put(hash uint64, t tally, now time.Duration) {
	if _, known := s.keys[hash]; !known && len(s.keys) >= shardEntries {
		var victim uint64
		soonest, draws := time.Duration(math.MaxInt64), 0
		for candidate, t := range s.keys { // a map begins at a random place
			if t.forgotten < soonest {
				victim, soonest = candidate, t.forgotten
			}
			if draws++; draws == evictionDraws || soonest <= now {
				break
			}
		}
		delete(s.keys, victim)
	}
	s.keys[hash] = t
}

// spending is what the guard has taken from the limit of a row.
type spending struct {
	rule Rule
	key  string
}

// spend takes one from the limit of a row for the address of the request. If the limiter itself fails, the request is refused:
// limited rows all write or take passwords, reading goes on, and a check that protects something fails closed.
func (s *Server) spend(ctx context.Context, c *call, l limit) error {
	if l == none {
		return nil
	}
	c.spent = spending{rules[l], network(c.address)}
	wait, err := s.limiter.Take(ctx, c.spent.rule, c.spent.key)
	if err != nil {
		return limiterFault(err)
	}
	return tooMany(wait, "your address")
}

// restore gives back what the guard took for this request: a right password costs nothing.
func (s *Server) restore(ctx context.Context) error {
	spent := callFrom(ctx).spent
	if spent.key == "" {
		return nil
	}
	return s.limiter.Restore(ctx, spent.rule, spent.key)
}

// takeLogin counts a try at an account before its password is hashed. Whoever comes from an address that has signed in to the
// account before is let through without counting, so that nobody can lock the owner out by guessing at her account. The account is
// the normalised e-mail, whether it exists or not: both answer alike. Addresses are bounded apart, by the row.
func (s *Server) takeLogin(ctx context.Context, account string, knownAddress bool) error {
	if knownAddress {
		return nil
	}
	wait, err := s.limiter.Take(ctx, accountRule, account)
	if err != nil {
		return limiterFault(err)
	}
	return tooMany(wait, "this account")
}

// loginSucceeded forgets the wrong tries at an account, and gives the address its try back.
func (s *Server) loginSucceeded(ctx context.Context, account string) error {
	if err := s.limiter.Restore(ctx, accountRule, account); err != nil {
		return err
	}
	return s.restore(ctx)
}

func limiterFault(err error) error {
	p := unavailable("This cannot be taken right now. Please try again in a moment.")
	p.cause = fmt.Errorf("ask the limiter: %w", err)
	return p
}

// tooMany is nil if there is nothing to wait for.
func tooMany(wait time.Duration, whose string) error {
	if wait <= 0 {
		return nil
	}
	p := refuse(http.StatusTooManyRequests, "too_many_requests", "").after(wait)
	p.Detail = fmt.Sprintf("Too many tries for %s. Please wait %s seconds.", whose, p.header.Get("Retry-After"))
	return p
}
