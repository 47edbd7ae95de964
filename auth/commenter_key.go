package auth

// CommenterKeys makes the keys that readers' browsers keep, of the kind [CommenterKey]. They are derived instead of drawn, so that a
// request that is sent again gets the key that it got before although only its hash is stored.
type CommenterKeys struct{ key keyBytes }

// NewCommenterKeys derives the key for commenter keys.
func NewCommenterKeys(s Secret) *CommenterKeys {
	return &CommenterKeys{hide(s.Derive(CommenterKeyKey))}
}

// For gives the commenter key that belongs to a seed: show the first result, store the second, as with [TokenKind.New]. The seed is
// something that the server made and gives once, like the id of the comment; if a client chose it, a second client could choose
// the same and be taken for the first. It panics on an empty seed, with which all readers would be one.
func (c *CommenterKeys) For(seed string) (shown, hash string) {
	if seed == "" {
		panic("auth: a commenter key needs a seed")
	}
	return CommenterKey.of([opaqueRandomBytes]byte(c.key.sum([]byte(seed))))
}
