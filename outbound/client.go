// Package outbound is the one way in which Dimmer calls others: an HTTP client for addresses that people typed. It reaches no private address,
// whatever a name server or a redirect says, and takes no more than it wants to have.
//
// It does not belong here: what is asked and what the answer means (notify, transfer, media).
package outbound

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"syscall"
	"time"
)

// ErrTooLarge says that an answer is larger than [Config.MaxBytes].
var ErrTooLarge = errors.New("the answer is larger than it may be")

// maxRedirects is how many times an answer may send us on.
const maxRedirects = 3

// Config is what a client may do. The zero value is for the public network.
type Config struct {
	Allowed  Allowed
	MaxBytes int64         // of an answer, decompressed; default 10 MB
	Timeout  time.Duration // of a call, redirects and answer included; default 10 s
	Resolver *net.Resolver // default: that of the system

	NoRedirects bool // an answer that sends us on is the answer: what is sent is for this site only
}

// Client calls others. Many may use it at once. It keeps no cookies and uses no proxy.
type Client struct {
	allowed  Allowed
	maxBytes int64
	http     *http.Client
}

// New makes a client.
func New(config Config) *Client {
	if config.MaxBytes <= 0 {
		config.MaxBytes = 10_000_000
	}
	if config.Timeout <= 0 {
		config.Timeout = 10 * time.Second
	}
	c := &Client{allowed: config.Allowed, maxBytes: config.MaxBytes}
	transport := &http.Transport{
		DialContext:            c.dialer(config.Resolver, config.Timeout),
		ForceAttemptHTTP2:      true,
		TLSHandshakeTimeout:    config.Timeout,
		ResponseHeaderTimeout:  config.Timeout,
		MaxResponseHeaderBytes: 64 << 10,
		MaxIdleConnsPerHost:    1,
		MaxIdleConns:           16,
		IdleConnTimeout:        30 * time.Second,
	}
	c.http = &http.Client{Transport: transport, Timeout: config.Timeout, CheckRedirect: c.checkRedirect}
	if config.NoRedirects {
		c.http.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	}
	return c
}

// CheckURL is that of what the client is allowed.
func (c *Client) CheckURL(address string) (*url.URL, error) { return c.allowed.CheckURL(address) }

// Do sends a request. The caller closes the body of the answer, which ends with [ErrTooLarge] where it would be too large. An address that may
// not be called is [ErrBlocked]. No error names the address: it may have a secret in it.
func (c *Client) Do(request *http.Request) (*http.Response, error) {
	if _, err := c.allowed.CheckURL(request.URL.String()); err != nil {
		return nil, err
	}
	response, err := c.http.Do(request)
	if err != nil {
		return nil, withoutAddress(err)
	}
	if response.ContentLength > c.maxBytes {
		_ = response.Body.Close()
		return nil, ErrTooLarge
	}
	response.Body = &capped{response.Body, c.maxBytes}
	return response, nil
}

// CloseIdle closes connections that wait for another request.
func (c *Client) CloseIdle() { c.http.CloseIdleConnections() }

// withoutAddress takes off what repeats the address.
func withoutAddress(err error) error {
	var whole *url.Error
	if errors.As(err, &whole) {
		err = whole.Err
	}
	var dialing *net.OpError
	if errors.As(err, &dialing) && errors.Is(err, ErrBlocked) {
		err = dialing.Err
	}
	var unknown *net.DNSError
	if errors.As(err, &unknown) {
		return errors.New("the name of the site is not known")
	}
	return fmt.Errorf("call: %w", err)
}

// checkRedirect looks at each hop as at the first address. A site that we came to safely must not send us on in the open.
func (c *Client) checkRedirect(next *http.Request, via []*http.Request) error {
	if len(via) > maxRedirects {
		return blocked(fmt.Sprintf("it sends us on more than %d times", maxRedirects))
	}
	if next.URL.Scheme == "http" && via[len(via)-1].URL.Scheme == "https" {
		return blocked("it sends us on without encryption")
	}
	next.Header.Del("Referer")
	_, err := c.allowed.CheckURL(next.URL.String())
	return err
}

// dialer checks each address at the moment at which it is dialled: what a name server said before is not asked about.
func (c *Client) dialer(resolver *net.Resolver, timeout time.Duration) func(context.Context, string, string) (net.Conn, error) {
	open := net.Dialer{Timeout: timeout, Resolver: resolver}
	guarded := open
	guarded.Control = func(_, address string, _ syscall.RawConn) error { return c.checkDial(address, net.InterfaceAddrs) }
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		if host, port, err := net.SplitHostPort(address); err == nil && c.allowed.host(host, port) {
			return open.DialContext(ctx, network, address)
		}
		return guarded.DialContext(ctx, network, address)
	}
}

// checkDial refuses an address that is private, or one of this machine, or has another port.
func (c *Client) checkDial(address string, own func() ([]net.Addr, error)) error {
	to, err := netip.ParseAddrPort(address)
	if err != nil {
		return blocked("it cannot be read")
	}
	ip := to.Addr().Unmap().WithZone("")
	if c.allowed.network(ip) {
		return nil
	}
	if !isPublic(ip) {
		return blocked("it is a private one")
	}
	addresses, err := own()
	if err != nil {
		return fmt.Errorf("%w: %w", blocked("it may be one of our own"), err)
	}
	for _, address := range addresses {
		if network, ok := address.(*net.IPNet); ok {
			if mine, ok := netip.AddrFromSlice(network.IP); ok && mine.Unmap() == ip {
				return blocked("it is one of our own")
			}
		}
	}
	return checkPort(fmt.Sprint(to.Port()))
}

// capped is a body that ends with an error where it would be too large.
type capped struct {
	body io.ReadCloser
	left int64
}

func (c *capped) Read(p []byte) (int, error) {
	if int64(len(p)) > c.left+1 {
		p = p[:c.left+1] // one more, to know whether there is more
	}
	n, err := c.body.Read(p)
	if int64(n) > c.left {
		n = int(c.left)
		c.left = 0
		return n, ErrTooLarge
	}
	c.left -= int64(n)
	return n, err
}

func (c *capped) Close() error { return c.body.Close() }
