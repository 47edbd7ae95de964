package handlers

import (
	"net/http"
	"net/netip"
	"strings"
	"testing"
)

func proxyServer(cidrs ...string) *Server {
	s := &Server{}
	for _, cidr := range cidrs {
		s.config.TrustedProxies = append(s.config.TrustedProxies, netip.MustParsePrefix(cidr))
	}
	return s
}

func TestClientAddressIsThePeerUnlessAProxyIsTrusted(t *testing.T) {
	t.Parallel()
	trusting := proxyServer("10.0.0.0/8", "2001:db8:ffff::/48", "::1/128")
	for name, tc := range map[string]struct {
		server    *Server
		peer      string
		forwarded []string
		want      string
	}{
		"peer":                              {proxyServer(), "203.0.113.9:4711", nil, "203.0.113.9"},
		"peer with a header of its own":     {proxyServer(), "203.0.113.9:4711", []string{"198.51.100.1"}, "203.0.113.9"},
		"peer outside of the trusted":       {trusting, "203.0.113.9:4711", []string{"198.51.100.1"}, "203.0.113.9"},
		"proxy":                             {trusting, "10.1.2.3:80", []string{"198.51.100.1"}, "198.51.100.1"},
		"proxy without the header":          {trusting, "10.1.2.3:80", nil, "10.1.2.3"},
		"what a client has written is left": {trusting, "10.1.2.3:80", []string{"127.0.0.1, 198.51.100.1"}, "198.51.100.1"},
		"two proxies":                       {trusting, "10.1.2.3:80", []string{"1.1.1.1, 198.51.100.1, 10.9.9.9"}, "198.51.100.1"},
		"two headers":                       {trusting, "10.1.2.3:80", []string{"1.1.1.1", "198.51.100.1"}, "198.51.100.1"},
		"nothing but proxies":               {trusting, "10.1.2.3:80", []string{"10.8.8.8, 10.9.9.9"}, "10.8.8.8"},
		"rubbish":                           {trusting, "10.1.2.3:80", []string{"198.51.100.1, unknown"}, "10.1.2.3"},
		"rubbish behind a proxy":            {trusting, "10.1.2.3:80", []string{"evil', 10.9.9.9"}, "10.9.9.9"},
		"with a port":                       {trusting, "10.1.2.3:80", []string{"198.51.100.1:1234"}, "198.51.100.1"},
		"IPv6 in brackets":                  {trusting, "10.1.2.3:80", []string{"[2001:db8::7]:443"}, "2001:db8::7"},
		"IPv6 proxy":                        {trusting, "[2001:db8:ffff::1]:80", []string{"2001:db8::7"}, "2001:db8::7"},
		"loopback proxy":                    {trusting, "[::1]:5555", []string{"198.51.100.1"}, "198.51.100.1"},
		"IPv4 mapped into IPv6 as a proxy":  {trusting, "[::ffff:10.1.2.3]:80", []string{"::ffff:198.51.100.1"}, "198.51.100.1"},
		"zone":                              {proxyServer(), "[fe80::1%eth0]:80", nil, "fe80::1"},
		"Unix socket":                       {proxyServer(), "@", nil, "invalid IP"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := &http.Request{RemoteAddr: tc.peer, Header: http.Header{"X-Forwarded-For": tc.forwarded, "X-Real-Ip": {"9.9.9.9"}, "Forwarded": {"for=9.9.9.9"}}}
			if got := tc.server.clientAddress(r).String(); got != tc.want {
				t.Errorf("is %s, want %s", got, tc.want)
			}
		})
	}
}

func TestNetworkIsWhatAHouseholdHas(t *testing.T) {
	t.Parallel()
	for addr, want := range map[string]string{"203.0.113.9": "203.0.113.9", "2001:db8:1:2:3::4": "2001:db8:1:2::/64"} {
		if got := network(netip.MustParseAddr(addr)); got != want {
			t.Errorf("%s is in %s, want %s", addr, got, want)
		}
	}
	if network(netip.Addr{}) == "" {
		t.Error("who has no address shares an empty key")
	}
}

func FuzzClientIP(f *testing.F) {
	f.Add("203.0.113.9:1", "198.51.100.1")
	f.Add("10.0.0.1:1", "1.1.1.1, 10.0.0.2")
	f.Add("[::1]:1", "[2001:db8::1]:80,,")
	f.Add("@", "127.0.0.1")
	s := proxyServer("10.0.0.0/8")
	f.Fuzz(func(t *testing.T, peer, forwarded string) {
		got := s.clientAddress(&http.Request{RemoteAddr: peer, Header: http.Header{"X-Forwarded-For": {forwarded}}})
		direct := parseAddress(peer)
		if !s.isProxy(direct) && got != direct {
			t.Fatalf("peer %q is no proxy, but %q made it %s", peer, forwarded, got)
		}
		if got.IsValid() && got != direct && !strings.Contains(forwarded, ".") && !strings.Contains(forwarded, ":") {
			t.Fatalf("%q became %s", forwarded, got)
		}
		if got.Zone() != "" || got.Is4In6() {
			t.Fatalf("%s has more than one spelling", got)
		}
	})
}
