package outbound

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"
	"golang.org/x/net/dns/dnsmessage"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// listener is a web server that counts the connections it gets.
type listener struct {
	*httptest.Server
	connections atomic.Int32
}

func listen(t *testing.T, answer http.HandlerFunc) *listener {
	t.Helper()
	l := &listener{Server: httptest.NewUnstartedServer(answer)}
	l.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			l.connections.Add(1)
		}
	}
	l.Start()
	t.Cleanup(l.Close)
	return l
}

func (l *listener) port() string { return l.URL[strings.LastIndexByte(l.URL, ':')+1:] }

func hello(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "hello") }

func allow(t *testing.T, text string) Allowed {
	t.Helper()
	allowed, err := ParseAllowed(text)
	if err != nil {
		t.Fatal(err)
	}
	return allowed
}

func client(t *testing.T, config Config) *Client {
	t.Helper()
	c := New(config)
	t.Cleanup(c.CloseIdle)
	return c
}

// get fetches an address, and reads all that it gets.
func get(t *testing.T, c *Client, address string) (string, error) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := c.Do(request)
	if err != nil {
		return "", err
	}
	body, err := io.ReadAll(response.Body)
	if closeErr := response.Body.Close(); closeErr != nil {
		t.Error(closeErr)
	}
	return string(body), err
}

func TestNothingPrivateIsCalled(t *testing.T) {
	l := listen(t, hello)
	c := client(t, Config{})
	for _, host := range []string{"127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0", "[::]", "localhost.", "LOCALHOST", "127.1", "2130706433", "0x7f.1", "0177.1", "①②⑦.0.0.1"} {
		request := &http.Request{Method: http.MethodGet, URL: &url.URL{Scheme: "http", Host: host + ":" + l.port(), Path: "/"}}
		response, err := c.Do(request.WithContext(t.Context()))
		if err == nil {
			_ = response.Body.Close()
		}
		if !errors.Is(err, ErrBlocked) {
			t.Errorf("%s: %v", host, err)
		}
	}
	// The dial alone refuses too, whatever was checked before.
	dial := c.dialer(nil, time.Second)
	for _, address := range []string{"127.0.0.1:", "localhost:", "[::ffff:127.0.0.1]:"} {
		conn, err := dial(t.Context(), "tcp", address+l.port())
		if err == nil {
			_ = conn.Close()
		}
		if !errors.Is(err, ErrBlocked) {
			t.Errorf("dialling %s: %v", address, err)
		}
	}
	if n := l.connections.Load(); n != 0 {
		t.Errorf("%d connections came", n)
	}
	if body, err := get(t, client(t, Config{Allowed: allow(t, "127.0.0.1:"+l.port())}), l.URL); body != "hello" || err != nil || l.connections.Load() != 1 {
		t.Errorf("what is allowed: %q, %v, %d connections", body, err, l.connections.Load())
	}
	if body, err := get(t, client(t, Config{Allowed: allow(t, "127.0.0.0/8")}), l.URL); body != "hello" || err != nil {
		t.Errorf("a network that is allowed: %q, %v", body, err)
	}
}

func TestWhatIsPublic(t *testing.T) {
	for address, public := range map[string]bool{
		"10.1.2.3": false, "172.16.0.1": false, "172.31.255.255": false, "192.168.1.1": false, "169.254.169.254": false, "100.64.0.1": false, "100.127.255.255": false,
		"198.18.0.1": false, "198.19.255.255": false, "240.0.0.1": false, "255.255.255.255": false, "224.0.0.1": false, "0.0.0.0": false, "127.255.255.255": false, "192.0.0.8": false,
		"192.88.99.1": false, "192.0.2.1": false, "198.51.100.1": false, "203.0.113.1": false,
		"fc00::1": false, "fdff::1": false, "fe80::1": false, "fe80::1%eth0": false, "::": false, "::1": false, "::ffff:127.0.0.1": false, "::ffff:a9fe:a9fe": false, "64:ff9b::7f00:1": false,
		"64:ff9b:1::1": false, "2002:7f00:1::": false, "::127.0.0.1": false, "ff02::1": false, "2001::1": false, "2001:db8::1": false, "3fff::1": false, "100::1": false,
		"8.8.8.8": true, "172.15.255.255": true, "172.32.0.1": true, "100.63.255.255": true, "100.128.0.1": true, "198.17.255.255": true, "198.20.0.1": true, "223.255.255.255": true,
		"2606:4700::1": true, "2a00:1450::1": true, "::ffff:8.8.8.8": true,
	} {
		if got := isPublic(netip.MustParseAddr(address)); got != public {
			t.Errorf("%s: public %t", address, got)
		}
	}
	c := New(Config{})
	none := func() ([]net.Addr, error) { return nil, nil }
	mine := func() ([]net.Addr, error) { return []net.Addr{&net.IPNet{IP: net.ParseIP("8.8.4.4")}}, nil }
	broken := func() ([]net.Addr, error) { return nil, errors.New("no list") }
	for name, test := range map[string]struct {
		address string
		own     func() ([]net.Addr, error)
		allowed bool
	}{
		"a public one":           {"8.8.8.8:443", none, true},
		"a public one, mapped":   {"[::ffff:8.8.8.8]:80", none, true},
		"another port":           {"8.8.8.8:22", none, false},
		"our own":                {"8.8.4.4:443", mine, false},
		"not our own":            {"8.8.8.8:443", mine, true},
		"our own cannot be read": {"8.8.8.8:443", broken, false},
		"no address":             {"example.org:443", none, false},
		"a private one":          {"10.0.0.1:443", none, false},
	} {
		if err := c.checkDial(test.address, test.own); (err == nil) != test.allowed || err != nil && !errors.Is(err, ErrBlocked) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAddressesAreCheckedBeforeTheyAreSaved(t *testing.T) {
	c := New(Config{})
	for address, want := range map[string]string{
		"https://example.org/hook?a=b#c":                   "https://example.org/hook?a=b#c",
		"http://EXAMPLE.org":                               "http://example.org",
		"https://example.org:443/":                         "https://example.org:443/",
		"http://example.org:443/":                          "http://example.org:443/",
		"https://müll.example/":                            "https://xn--mll-hoa.example/",
		"https://r3---sn.example.org./":                    "https://r3---sn.example.org/",
		"https://8.8.8.8/":                                 "https://8.8.8.8/",
		"https://[2606:4700::1]:443/":                      "https://[2606:4700::1]:443/",
		"https://example.org:22/":                          "",
		"https://example.org:0/":                           "",
		"https://example.org:99999/":                       "",
		"https://user@example.org/":                        "",
		"https://user:pass@example.org/":                   "",
		"https://@example.org/":                            "",
		"ftp://example.org/":                               "",
		"gopher://example.org/":                            "",
		"file:///etc/passwd":                               "",
		"javascript:alert(1)":                              "",
		"//example.org/":                                   "",
		"example.org":                                      "",
		"https:///x":                                       "",
		"https:example.org":                                "",
		"https://example.org\\@a.example/":                 "",
		"https://exa mple.org/":                            "",
		"https://example.org/\r\nHost: x":                  "",
		"https://a..example/":                              "",
		"https://intranet/":                                "",
		"https://printer.local/":                           "",
		"https://db.internal/":                             "",
		"https://router.home.arpa/":                        "",
		"https://app.localhost/":                           "",
		"https://127.0.0.1/":                               "",
		"https://127.1/":                                   "",
		"https://2130706433/":                              "",
		"https://0x7f.1/":                                  "",
		"https://0x7f000001/":                              "",
		"https://0177.0.0.1/":                              "",
		"https://①②⑦.0.0.1/":                               "",
		"https://127。0。0。1/":                               "",
		"https://1.2.3/":                                   "",
		"https://example.0x1/":                             "",
		"https://[::ffff:127.0.0.1]/":                      "",
		"https://[fe80::1%25eth0]/":                        "",
		"https://[64:ff9b::7f00:1]/":                       "",
		"https://169.254.169.254/latest":                   "",
		"https://%31%32%37.0.0.1/":                         "",
		"https://" + strings.Repeat("a", 64) + ".example/": "",
		"https://a.example/" + strings.Repeat("a", 2000):   "",
		"": "",
	} {
		u, err := c.CheckURL(address)
		switch {
		case want == "" && !errors.Is(err, ErrBlocked):
			t.Errorf("%q: %v, %v", address, u, err)
		case want != "" && (err != nil || u.String() != want):
			t.Errorf("%q: %v, %v", address, u, err)
		case err != nil && address != "" && strings.Contains(err.Error(), address):
			t.Errorf("%q comes back in %q", address, err)
		}
	}
}

func TestWhatIsAllowedIsCalledAlthoughPrivate(t *testing.T) {
	c := New(Config{Allowed: allow(t, " hooks.local:8080, 10.0.0.0/8\n[::1]:99 127.0.0.1:7,")})
	for address, ok := range map[string]bool{
		"http://hooks.local:8080/a": true, "http://HOOKS.local:8080": true, "http://hooks.local:8081": false, "http://hooks.local": false, "http://10.1.2.3:9000": true,
		"http://[::1]:99": true, "http://[::1]:98": false, "http://127.0.0.1:7": true, "http://[::ffff:127.0.0.1]:7": true, "http://127.0.0.1:8": false, "http://11.0.0.1:9000": false,
		"http://192.168.0.1": false, "ftp://hooks.local:8080": false, "http://user@hooks.local:8080": false,
	} {
		if _, err := c.CheckURL(address); (err == nil) != ok {
			t.Errorf("%s: %v", address, err)
		}
	}
	for _, text := range []string{"10.0.0.0", "example.org", "example.org:0", "example.org:99999", ":80", "10.0.0.0/33", "::ffff:10.0.0.0/104", "a:b:c"} {
		if _, err := ParseAllowed(text); err == nil {
			t.Errorf("%q: %v", text, err)
		}
	}
	if _, err := ParseAllowed(""); err != nil {
		t.Error(err)
	}
}

func TestRedirectsAreCheckedAtEachHop(t *testing.T) {
	target := listen(t, hello)
	hops := 0
	var from *listener
	from = listen(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/private":
			http.Redirect(w, r, target.URL, http.StatusFound)
		case "/metadata":
			http.Redirect(w, r, "http://169.254.169.254/latest", http.StatusTemporaryRedirect)
		case "/file":
			http.Redirect(w, r, "file:///etc/passwd", http.StatusFound)
		case "/password":
			http.Redirect(w, r, "http://a:b@"+strings.TrimPrefix(from.URL, "http://"), http.StatusFound)
		default:
			left, _ := strconv.Atoi(r.URL.Path[1:])
			if hops++; left > 0 {
				http.Redirect(w, r, "/"+strconv.Itoa(left-1), http.StatusFound)
			} else {
				hello(w, r)
			}
		}
	})
	c := client(t, Config{Allowed: allow(t, strings.TrimPrefix(from.URL, "http://"))})
	for _, path := range []string{"/private", "/metadata", "/file", "/password", "/4"} {
		if _, err := get(t, c, from.URL+path); !errors.Is(err, ErrBlocked) {
			t.Errorf("%s: %v", path, err)
		}
	}
	if n := target.connections.Load(); n != 0 || hops != 4 {
		t.Errorf("%d connections came where none may, and %d hops were made", n, hops)
	}
	if body, err := get(t, c, from.URL+"/3"); body != "hello" || err != nil {
		t.Errorf("three hops: %q, %v", body, err)
	}
	hops = 0
	stays := client(t, Config{Allowed: c.allowed, NoRedirects: true})
	if body, err := get(t, stays, from.URL+"/3"); body == "hello" || err != nil || hops != 1 {
		t.Errorf("without redirects: %q, %v, %d hops", body, err, hops)
	}
}

func TestEncryptionIsNotGivenUp(t *testing.T) {
	secure, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://a.example", nil)
	open, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://a.example", nil)
	c := New(Config{})
	if err := c.checkRedirect(open, []*http.Request{secure}); !errors.Is(err, ErrBlocked) {
		t.Errorf("from https to http: %v", err)
	}
	for _, via := range []*http.Request{secure, open} {
		if err := c.checkRedirect(secure, []*http.Request{via}); err != nil {
			t.Error(err)
		}
	}
}

// nameServer answers each question about a name with the next of the addresses, the last one again and again.
func nameServer(t *testing.T, answers ...string) *net.Resolver {
	t.Helper()
	conn, err := new(net.ListenConfig).ListenPacket(t.Context(), "udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		asked := 0
		for buffer := make([]byte, 1500); ; {
			n, from, err := conn.ReadFrom(buffer)
			if err != nil {
				return
			}
			var question dnsmessage.Message
			if question.Unpack(buffer[:n]) != nil || len(question.Questions) != 1 {
				continue
			}
			q := question.Questions[0]
			answer := dnsmessage.Message{Header: dnsmessage.Header{ID: question.ID, Response: true, RecursionAvailable: true}, Questions: question.Questions}
			if q.Type == dnsmessage.TypeA {
				address := netip.MustParseAddr(answers[min(asked, len(answers)-1)])
				asked++
				answer.Answers = []dnsmessage.Resource{{
					Header: dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class}, Body: &dnsmessage.AResource{A: address.As4()},
				}}
			}
			if packed, err := answer.Pack(); err == nil {
				_, _ = conn.WriteTo(packed, from)
			}
		}
	}()
	t.Cleanup(func() { _ = conn.Close(); <-done })
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "udp", conn.LocalAddr().String())
	}}
}

func TestANameThatLeadsToAPrivateAddressIsNotCalled(t *testing.T) {
	l := listen(t, hello)
	address := "http://rebinding.example:" + l.port()
	// 8.8.8.8 at the first question, 127.0.0.1 at the second: whoever checked the first would dial the second.
	resolver := nameServer(t, "8.8.8.8", "127.0.0.1")
	if found, err := resolver.LookupHost(t.Context(), "rebinding.example"); err != nil || len(found) != 1 || found[0] != "8.8.8.8" {
		t.Fatalf("the name server answers %v, %v", found, err)
	}
	c := client(t, Config{Resolver: resolver, Allowed: allow(t, "10.0.0.0/8")}) // so that the port is left to the dial
	if _, err := get(t, c, address); !errors.Is(err, ErrBlocked) {
		t.Errorf("rebinding: %v", err)
	}
	if n := l.connections.Load(); n != 0 {
		t.Errorf("%d connections came", n)
	}
	allowed := client(t, Config{Resolver: nameServer(t, "127.0.0.1"), Allowed: allow(t, "rebinding.example:"+l.port())})
	if body, err := get(t, allowed, address); body != "hello" || err != nil {
		t.Errorf("a name that is allowed: %q, %v", body, err)
	}
}

func TestAnswersAreBounded(t *testing.T) {
	ended := make(chan struct{})
	l := listen(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/exact":
			_, _ = w.Write(make([]byte, 1000))
		case "/said": // with its length in front
			w.Header().Set("Content-Length", "1001")
			_, _ = w.Write(make([]byte, 1001))
		case "/streamed":
			for range 100 {
				_, _ = w.Write(make([]byte, 100))
				_ = http.NewResponseController(w).Flush()
			}
		case "/slow":
			_, _ = w.Write([]byte("a"))
			_ = http.NewResponseController(w).Flush()
			select {
			case <-r.Context().Done():
			case <-ended:
			}
		case "/silent":
			select {
			case <-r.Context().Done():
			case <-ended:
			}
		}
	})
	t.Cleanup(func() { close(ended) })
	c := client(t, Config{MaxBytes: 1000, Timeout: 300 * time.Millisecond, Allowed: allow(t, "127.0.0.0/8")})
	if body, err := get(t, c, l.URL+"/exact"); len(body) != 1000 || err != nil {
		t.Errorf("as much as it may be: %d bytes, %v", len(body), err)
	}
	for _, path := range []string{"/said", "/streamed"} {
		if body, err := get(t, c, l.URL+path); len(body) > 1000 || !errors.Is(err, ErrTooLarge) {
			t.Errorf("%s: %d bytes, %v", path, len(body), err)
		}
	}
	for _, path := range []string{"/slow", "/silent"} {
		if _, err := get(t, c, l.URL+path); err == nil {
			t.Errorf("%s: it waited until the end", path)
		}
	}
}

func TestNoCookiesAndNoAddressInErrors(t *testing.T) {
	sent := make(chan string, 9)
	l := listen(t, func(w http.ResponseWriter, r *http.Request) {
		sent <- r.Header.Get("Cookie") + r.Header.Get("Referer")
		http.SetCookie(w, &http.Cookie{Name: "a", Value: "b"})
		if r.URL.Path == "/" {
			http.Redirect(w, r, "/next", http.StatusFound)
		}
	})
	c := client(t, Config{Allowed: allow(t, "127.0.0.0/8")})
	if _, err := get(t, c, l.URL); err != nil {
		t.Fatal(err)
	}
	if first, second := <-sent, <-sent; first+second != "" {
		t.Errorf("sent along: %q", first+second)
	}
	l.Close()
	if _, err := get(t, c, l.URL+"/secret-path"); err == nil || strings.Contains(err.Error(), "secret-path") {
		t.Errorf("it says %v", err)
	}
}

func FuzzURLPolicy(f *testing.F) {
	for _, address := range []string{"https://example.org/", "http://127.1", "http://[::ffff:7f00:1]", "http://0x7f.1/", "http://①②⑦.0.0.1", "http://a@b", "http://010.8.8.8", "https://8.8.8.8:443"} {
		f.Add(address)
	}
	c := New(Config{})
	f.Fuzz(func(t *testing.T, address string) {
		u, err := c.CheckURL(address)
		if err != nil {
			if !errors.Is(err, ErrBlocked) {
				t.Fatalf("%q: %v", address, err)
			}
			return
		}
		if again, err := c.CheckURL(u.String()); err != nil || again.Host != u.Host {
			t.Fatalf("%q became %q, which is another: %v", address, u, err)
		}
		host, port := u.Hostname(), u.Port()
		if port != "" && port != "80" && port != "443" || u.User != nil || u.Scheme != "http" && u.Scheme != "https" {
			t.Fatalf("%q is called: %s", address, u)
		}
		if ip, ok := readAsNumber(host); ok && !isPublic(ip) {
			t.Fatalf("%q is called and leads to %s", address, ip)
		}
	})
}

// readAsNumber reads an address in all the ways in which C libraries do: up to four parts, octal and hexadecimal too.
func readAsNumber(host string) (netip.Addr, bool) {
	if ip, err := netip.ParseAddr(host); err == nil {
		return ip, true
	}
	parts := strings.Split(strings.TrimSuffix(host, "."), ".")
	if len(parts) > 4 {
		return netip.Addr{}, false
	}
	var value uint64
	for i, part := range parts {
		n, err := strconv.ParseUint(part, 0, 32)
		if err != nil || strings.ContainsAny(part, "_bo") {
			return netip.Addr{}, false
		}
		if i == len(parts)-1 {
			value |= n
		} else {
			value |= n << (24 - 8*i)
		}
	}
	return netip.AddrFrom4([4]byte{byte(value >> 24), byte(value >> 16), byte(value >> 8), byte(value)}), true
}

func ExampleAllowed_CheckURL() {
	_, err := Allowed{}.CheckURL("http://127.0.0.1/hook")
	fmt.Println(err)
	// Output: this address is not called: it is a private one
}
