package outbound

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"

	"golang.org/x/net/idna"
)

// ErrBlocked is the answer to an address that is not called: one that is private, or not that of a web server. It wraps the reason.
var ErrBlocked = errors.New("this address is not called")

func blocked(why string) error { return fmt.Errorf("%w: %s", ErrBlocked, why) }

// blockedPrefixes are the networks that are not the public one (IANA's registries of special-purpose addresses, and multicast). Addresses are
// unmapped and without zone when they are compared: no prefix of IPv4 contains ::ffff:127.0.0.1.
var blockedPrefixes = prefixes(
	"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24",
	"192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
	"2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20",
)

// publicIPv6 is all that is given out of IPv6. What embeds an address of IPv4 (64:ff9b::/96, ::/96) is outside.
var publicIPv6 = netip.MustParsePrefix("2000::/3")

func prefixes(texts ...string) (all []netip.Prefix) {
	for _, text := range texts {
		all = append(all, netip.MustParsePrefix(text))
	}
	return all
}

// isPublic tells whether an address is one of the public network.
func isPublic(ip netip.Addr) bool {
	ip = ip.Unmap().WithZone("")
	if !ip.IsValid() || ip.Is6() && !publicIPv6.Contains(ip) {
		return false
	}
	for _, prefix := range blockedPrefixes {
		if prefix.Contains(ip) {
			return false
		}
	}
	return true
}

// Allowed are the private addresses that may be called all the same. The zero value is none.
type Allowed struct {
	networks []netip.Prefix
	hosts    map[string]bool // host:port
}

// ParseAllowed reads CIDRs and host:port, with commas or spaces between. A network is allowed with all its ports, a host with that one.
func ParseAllowed(text string) (Allowed, error) {
	a := Allowed{hosts: map[string]bool{}}
	for i, part := range strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' || r == '\t' || r == '\n' }) {
		if network, err := netip.ParsePrefix(part); err == nil {
			if network.Addr().Is4In6() {
				return Allowed{}, fmt.Errorf("entry %d: write networks of IPv4 as such, like 10.0.0.0/8", i+1)
			}
			a.networks = append(a.networks, network.Masked())
			continue
		}
		host, port, err := net.SplitHostPort(part)
		if n, portErr := strconv.ParseUint(port, 10, 16); err != nil || portErr != nil || n == 0 || host == "" {
			return Allowed{}, fmt.Errorf("entry %d is neither a network like 10.0.0.0/8 nor a host with its port like hooks.local:8080", i+1)
		}
		a.hosts[hostPort(host, port)] = true
	}
	return a, nil
}

func hostPort(host, port string) string {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	if ip, err := netip.ParseAddr(host); err == nil {
		host = ip.Unmap().String()
	}
	return net.JoinHostPort(host, port)
}

func (a Allowed) host(host, port string) bool { return a.hosts[hostPort(host, port)] }

func (a Allowed) network(ip netip.Addr) bool {
	ip = ip.Unmap().WithZone("")
	for _, network := range a.networks {
		if network.Contains(ip) {
			return true
		}
	}
	return false
}

// Names tells whether an address is one that is allowed although it is private: by its host and port, or by its number.
func (a Allowed) Names(u *url.URL) bool {
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	ip, err := netip.ParseAddr(u.Hostname())
	return a.host(u.Hostname(), port) || err == nil && a.network(ip)
}

// maxURL is how long an address may be.
const maxURL = 2000

// CheckURL reads an address that somebody wants to have called later, and refuses what never will be: so that she learns it when she saves it. It
// asks no name server; where a name leads is checked at each call.
func (a Allowed) CheckURL(address string) (*url.URL, error) {
	if len(address) > maxURL {
		return nil, blocked(fmt.Sprintf("it has more than %d characters", maxURL))
	}
	if strings.ContainsFunc(address, func(r rune) bool { return r <= ' ' || r == '\\' || r == 0x7f || r == 0xfffd }) {
		return nil, blocked("it has spaces, backslashes or control characters in it")
	}
	u, err := url.Parse(address)
	if err != nil {
		return nil, blocked("it is not a web address like https://example.org/hook")
	}
	if err := a.check(u); err != nil {
		return nil, err
	}
	return u, nil
}

// check refuses what is no address of a public web server by its looks. It writes the host in ASCII.
func (a Allowed) check(u *url.URL) error {
	switch {
	case u.Scheme != "http" && u.Scheme != "https":
		return blocked("it has to begin with https:// or http://")
	case u.User != nil:
		return blocked("it has a name or password before the @; leave that out")
	case u.Opaque != "" || u.Hostname() == "":
		return blocked("it names no site")
	}
	host := strings.ToLower(u.Hostname())
	port := u.Port()
	if port == "" {
		port = "80"
		if u.Scheme == "https" {
			port = "443"
		}
	}
	if ip, err := netip.ParseAddr(host); err == nil {
		switch {
		case ip.Zone() != "":
			return blocked("it has a zone in it")
		case a.host(host, port), a.network(ip):
			return nil
		case !isPublic(ip):
			return blocked("it is a private one")
		}
		return checkPort(port)
	}
	if a.host(host, port) {
		return nil
	}
	ascii := asciiHost(strings.TrimSuffix(host, "."))
	if ascii == "" {
		return blocked("the name of its site is none")
	}
	if given := u.Port(); given != "" {
		u.Host = net.JoinHostPort(ascii, given)
	} else {
		u.Host = ascii
	}
	last := ascii[strings.LastIndexByte(ascii, '.')+1:]
	switch {
	case strings.Trim(last, "0123456789") == "" || strings.HasPrefix(last, "0x"): // as browsers and inet_aton read numbers
		return blocked("it is a number that is not written like 192.0.2.1")
	case !strings.Contains(ascii, "."), last == "localhost", last == "local", last == "internal", strings.HasSuffix(ascii, ".home.arpa"):
		return blocked("it is a name of a private network")
	}
	if len(a.networks) > 0 {
		return nil // the port is checked when it is known where the name leads
	}
	return checkPort(port)
}

// asciiHost is the name of a site as name servers know it, "" for what is none.
func asciiHost(host string) string {
	for _, r := range host {
		if r >= 0x80 {
			ascii, err := idna.Lookup.ToASCII(host)
			if err != nil {
				return ""
			}
			host = ascii
			break
		}
	}
	for label := range strings.SplitSeq(host, ".") {
		if label == "" || len(label) > 63 || strings.ContainsFunc(label, func(r rune) bool { return !isHostLetter(r) }) {
			return ""
		}
	}
	if len(host) > 253 {
		return ""
	}
	return host
}

func isHostLetter(r rune) bool {
	return 'a' <= r && r <= 'z' || '0' <= r && r <= '9' || r == '-' || r == '_'
}

func checkPort(port string) error {
	if port != "80" && port != "443" {
		return blocked("only the ports 80 and 443 are called")
	}
	return nil
}
