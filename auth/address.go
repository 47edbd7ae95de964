package auth

import (
	"encoding/hex"
	"net/netip"
)

// AddressHasher turns network addresses into what may be stored of them. Without the key the few billion IPv4 addresses could
// simply be tried.
type AddressHasher struct{ key keyBytes }

// NewAddressHasher derives the key for address hashes.
func NewAddressHasher(s Secret) *AddressHasher { return &AddressHasher{hide(s.Derive(AddressHashKey))} }

// Hash is 32 hexadecimal digits: of a whole IPv4 address (also when it comes mapped into IPv6), of the /64 of an IPv6 one, since
// a household has at least that much. All invalid addresses share one hash, so that an unknown sender is still counted.
func (h *AddressHasher) Hash(addr netip.Addr) string {
	addr = addr.Unmap()
	network := addr.AsSlice()
	if addr.Is6() {
		network = network[:8]
	}
	return hex.EncodeToString(h.key.sum(network)[:16])
}
