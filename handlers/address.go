package handlers

import (
	"net/http"
	"net/netip"
	"strings"
)

// clientAddress is where a request comes from: the peer of the connection. Only if that is one of the trusted proxies, the
// X-Forwarded-For header counts, from the right: the first address there that is no trusted proxy itself. Whatever a client has
// written stands to the left of that. It is invalid when the peer has no address (a Unix socket).
func (s *Server) clientAddress(r *http.Request) netip.Addr {
	client := parseAddress(r.RemoteAddr)
	if !s.isProxy(client) {
		return client
	}
	hops := strings.Split(strings.Join(r.Header["X-Forwarded-For"], ","), ",")
	for i := len(hops) - 1; i >= 0; i-- {
		hop := parseAddress(strings.TrimSpace(hops[i]))
		if !hop.IsValid() {
			break
		}
		client = hop
		if !s.isProxy(hop) {
			break
		}
	}
	return client
}

func (s *Server) isProxy(addr netip.Addr) bool {
	for _, trusted := range s.config.TrustedProxies {
		if trusted.Contains(addr) {
			return true
		}
	}
	return false
}

// parseAddress reads an address with or without a port. An IPv4 address that is mapped into IPv6 is that IPv4 address.
func parseAddress(text string) netip.Addr {
	if withPort, err := netip.ParseAddrPort(text); err == nil {
		return withPort.Addr().Unmap().WithZone("")
	}
	addr, _ := netip.ParseAddr(strings.TrimSuffix(strings.TrimPrefix(text, "["), "]"))
	return addr.Unmap().WithZone("")
}

// network is what one household or server has at least: an IPv4 address, or the /64 around an IPv6 one. Limits count these.
func network(addr netip.Addr) string {
	if addr.Is6() {
		if prefix, err := addr.Prefix(64); err == nil {
			return prefix.String()
		}
	}
	return addr.String()
}
