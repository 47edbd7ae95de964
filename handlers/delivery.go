package handlers

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/gin-gonic/gin"
	"github.com/klauspost/compress/gzip"

	"dimmer/cache"
)

// DefaultCacheControl is what public answers say unless the settings say otherwise: browsers ask each time (and get a 304), a CDN
// keeps them for a minute and may answer from what it has for ten more while it asks.
const DefaultCacheControl = "public, max-age=0, s-maxage=60, stale-while-revalidate=600"

const (
	compressFrom = 1 << 10 // bytes; below, headers and time outweigh what is saved
	brotliLevel  = 5       // 636 bytes of 6.3 kB in 0.5 ms; 11 would save a tenth more in 20 ms (LIBRARIES 7)
	gzipLevel    = 6
)

// answer is what the handler of a public row returns.
type answer[B any] struct {
	Body       B
	ModifiedAt time.Time // the latest change of anything in Body; zero when that is not known
	Tags       []string  // cache tags: what clears this answer from a cache
	Link       string    // of a list, see [listOf]
	NoIndex    bool      // search engines shall leave it out
}

// ready is a public answer as bytes, the same for everybody, ready to copy. It never changes once made, so that a cache can hand
// it to many at once. Header values are kept as the header map wants them: to make them anew is what a hit would mostly cost.
type ready struct {
	contentType []string
	modifiedAt  time.Time
	headers     []header // Last-Modified, Cache-Tag, Link, X-Robots-Tag
	tag         string   // see name
	keep        []string // Cache-Control, if it is not that of all public answers
	identity    variant
	gzip        compressed
	brotli      compressed
}

// variant is a ready answer in one coding.
type variant struct {
	encoding []string // none for identity
	etag     []string
	length   []string
	body     []byte
}

// header is a line of an answer's header; the key is in the canonical spelling of net/http ("Etag").
type header struct {
	key    string
	values []string
}

// newReady writes an answer down.
func newReady[B any](a answer[B]) (*ready, error) {
	body, err := encode(a.Body)
	if err != nil {
		return nil, err
	}
	r := readyBytes(contentJSON, body, a.ModifiedAt)
	r.describe(a.Tags, a.Link, a.NoIndex)
	return r, nil
}

// describe adds what an answer says of itself besides.
func (r *ready) describe(tags []string, link string, noIndex bool) {
	if len(tags) > 0 {
		r.headers = append(r.headers, header{"Cache-Tag", []string{strings.Join(tags, ",")}})
	}
	if link != "" {
		r.headers = append(r.headers, header{"Link", []string{link}})
	}
	if noIndex {
		r.headers = append(r.headers, header{"X-Robots-Tag", []string{"noindex"}})
	}
}

// readyBytes makes an answer of bytes that are there already.
func readyBytes(contentType string, body []byte, modifiedAt time.Time) *ready {
	sum := sha256.Sum256(body)
	r := &ready{contentType: []string{contentType}, identity: variant{body: body}}
	if !modifiedAt.IsZero() {
		r.modifiedAt = modifiedAt.Truncate(time.Second)
		r.headers = []header{{"Last-Modified", []string{modifiedAt.UTC().Format(http.TimeFormat)}}}
	}
	r.name(base64.RawURLEncoding.EncodeToString(sum[:16]))
	return r
}

// name gives an answer its ETag, without quotes and coding.
func (r *ready) name(tag string) {
	r.tag = tag
	r.identity = r.variant(identityCoding, r.identity.body)
	r.gzip.described, r.brotli.described = r.variant(gzipCoding, nil), r.variant(brotliCoding, nil)
}

// compressed is an answer in one coding. The body is made when somebody asks for it first, and kept then.
type compressed struct {
	described variant // without its body
	made      atomic.Pointer[variant]
}

// variant describes the answer in one coding; body may come later.
func (r *ready) variant(c coding, body []byte) variant {
	v := variant{etag: []string{`"` + r.tag + c.suffix + `"`}, length: []string{strconv.Itoa(len(body))}, body: body}
	if c.name != "" {
		v.encoding = []string{c.name}
	}
	return v
}

// pack compresses an answer as far as it goes: it takes a while, and is for what is made once and sent for ever.
func (r *ready) pack() error {
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		return err
	}
	_, writeErr := w.Write(r.identity.body)
	if err := errors.Join(writeErr, w.Close()); err != nil {
		return err
	}
	packed := r.variant(gzipCoding, out.Bytes())
	r.gzip.made.Store(&packed)
	return nil
}

// size is how many bytes the answer takes in memory. What its codings will take is counted beforehand: text is less than half as long in either.
func (r *ready) size() int { return 2 * len(r.identity.body) }

// in describes the answer in a coding, without its body if that is compressed.
func (r *ready) in(c coding) *variant {
	switch c.name {
	case gzipCoding.name:
		return &r.gzip.described
	case brotliCoding.name:
		return &r.brotli.described
	}
	return &r.identity
}

// whole is the answer in a coding, with its body. What compresses badly is not kept: nothing has been counted for it.
func (r *ready) whole(c coding) *variant {
	kept := &r.gzip
	switch c.name {
	case identityCoding.name:
		return &r.identity
	case brotliCoding.name:
		kept = &r.brotli
	}
	if made := kept.made.Load(); made != nil {
		return made
	}
	made := r.variant(c, c.encode(r.identity.body))
	if len(made.body) <= len(r.identity.body)/2 {
		kept.made.Store(&made)
	}
	return &made
}

// maxCacheKey is how long an address can be that answers are kept under: room for the counts of 100 posts.
const maxCacheKey = 8 << 10 // bytes

// cacheKey is under what the answer to a request is kept: the path, and the query in one order and one encoding, so that what is asked is asked once
// however it is written. It reports false for what is not kept: an encoded slash is part of a name, and no name of ours has one.
func cacheKey(u *url.URL) (key string, kept bool) {
	if len(u.Path)+len(u.RawQuery) > maxCacheKey || strings.Contains(strings.ToLower(u.RawPath), "%2f") {
		return "", false
	}
	key = (&url.URL{Path: u.Path}).EscapedPath()
	if u.RawQuery == "" {
		return key, true
	}
	query, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return "", false
	}
	for _, values := range query {
		slices.Sort(values)
	}
	return key + "?" + query.Encode(), true
}

// deliverKept answers from the cache, if the answer is there. What stands under a key has been asked for in a request that was found good, so nothing
// of this one has to be looked at but its address. Most clients write an address as the key does: then it is not even taken apart.
func (s *Server) deliverKept(c *gin.Context) bool {
	r := c.Request
	if r.ContentLength != 0 {
		return false
	}
	found, there := s.answers.Get(r.RequestURI)
	if !there && (r.URL.RawQuery != "" || strings.Contains(r.RequestURI, "%")) {
		if key, kept := cacheKey(r.URL); kept {
			found, there = s.answers.Get(key)
		}
	}
	if there {
		s.readySent.count()
		s.write(c, found)
	}
	return there
}

// deliver makes an answer within the bound of work that is under way at once, and writes it outside of it: a slow reader holds up
// nobody. It is kept for whoever asks next.
func (s *Server) deliver(c *gin.Context, read func(context.Context) (*ready, []string, error)) {
	key, kept := cacheKey(c.Request.URL)
	build := func(ctx context.Context) (cache.Made[*ready], error) {
		var made cache.Made[*ready]
		turn := s.madeAnew
		if kept && s.answers.Known(key) {
			turn = nil // what was ready until something was cleared is waited for by those to whom the rest gives way
		}
		err := s.work.do(ctx, turn, func() (err error) {
			// She may leave now: what has been begun is of use to the next.
			if made.Value, made.Tags, err = read(context.WithoutCancel(ctx)); err == nil {
				made.Value.keep = []string{s.cacheControl()}
				made.Size = made.Value.size()
			}
			return err
		})
		return made, err
	}
	ctx := c.Request.Context()
	var found *ready
	var err error
	if kept {
		found, err = s.answers.Fill(ctx, key, build)
	} else {
		var made cache.Made[*ready]
		made, err = build(ctx)
		found = made.Value
	}
	if err != nil {
		s.fail(c, err)
		return
	}
	s.write(c, found)
}

// write answers with ready bytes: 304 if the client has them, else in the coding it likes best.
func (s *Server) write(c *gin.Context, r *ready) {
	coding, ok := chooseCoding(c.Request.Header["Accept-Encoding"], len(r.identity.body) >= compressFrom)
	if !ok {
		s.fail(c, refuse(http.StatusNotAcceptable, "not_acceptable", "There is this in br, gzip and identity. Name one of them in Accept-Encoding."))
		return
	}
	h := c.Writer.Header()
	for _, line := range r.headers {
		h[line.key] = line.values
	}
	if h["Cache-Control"] = r.keep; r.keep == nil {
		h["Cache-Control"] = []string{s.cacheControl()}
	}
	h["Vary"] = s.varyPublic
	v := r.in(coding)
	h["Etag"] = v.etag
	if notModified(c.Request, v.etag[0], r.modifiedAt) {
		c.Status(http.StatusNotModified)
		return
	}
	v = r.whole(coding)
	if v.encoding != nil {
		h["Content-Encoding"] = v.encoding
	}
	h["Content-Type"] = r.contentType
	h["Content-Length"] = v.length
	c.Status(http.StatusOK)
	_, _ = c.Writer.Write(v.body) // fails only if the client has gone
}

// notModified tells whether the client has the answer already. Without If-None-Match the time counts; with it, the time does not
// (RFC 9110, 13.2.2). Cache-Control of the request means nothing here: Node's fetch adds no-cache to every conditional request.
func notModified(r *http.Request, etag string, modifiedAt time.Time) bool {
	if tags := r.Header["If-None-Match"]; len(tags) > 0 {
		return holdsTag(tags, etag, false)
	}
	since := r.Header.Get("If-Modified-Since")
	if since == "" || modifiedAt.IsZero() {
		return false
	}
	at, err := http.ParseTime(since)
	return err == nil && !modifiedAt.After(at)
}

// holdsTag looks for an ETag in a list of them, reading each byte once. "*" is any. Strong comparison (If-Match) lets no weak tag
// count; weak comparison (If-None-Match) does not care. From the first thing that is no tag on, a header is ignored.
func holdsTag(headers []string, etag string, strong bool) bool {
	for _, rest := range headers {
		for {
			rest = strings.TrimLeft(rest, " \t,")
			if rest == "*" {
				return true
			}
			tag, weak := strings.CutPrefix(rest, "W/")
			if !strings.HasPrefix(tag, `"`) {
				break
			}
			end := strings.IndexByte(tag[1:], '"')
			if end < 0 {
				break
			}
			if tag[:end+2] == etag && !(weak && strong) {
				return true
			}
			rest = tag[end+2:]
		}
	}
	return false
}

// coding is one way to send a body.
type coding struct {
	name   string // for Content-Encoding; empty means as it is
	suffix string // of the ETag
	pool   *sync.Pool
}

// resettable is what both compressors are.
type resettable interface {
	io.WriteCloser
	Reset(io.Writer)
}

var (
	identityCoding = coding{}
	gzipCoding     = coding{"gzip", "-gzip", &sync.Pool{New: func() any {
		w, _ := gzip.NewWriterLevel(nil, gzipLevel) // fails only for a level that is none
		return w
	}}}
	brotliCoding = coding{"br", "-br", &sync.Pool{New: func() any { return brotli.NewWriterLevel(nil, brotliLevel) }}}
)

func (c coding) encode(body []byte) []byte {
	if c.pool == nil {
		return body
	}
	var out bytes.Buffer
	w := c.pool.Get().(resettable)
	defer c.pool.Put(w)
	w.Reset(&out)
	_, _ = w.Write(body) // into memory: neither fails
	_ = w.Close()
	return out.Bytes()
}

// chooseCoding reads Accept-Encoding (RFC 9110, 12.5.3): the coding with the highest weight; of equals brotli, then gzip, then none
// if compressing is worth it, and the other way round if not. It reports false when the client refuses all there is.
func chooseCoding(headers []string, worthIt bool) (coding, bool) {
	const unnamed = -1
	br, gz, plain, others := unnamed, unnamed, unnamed, unnamed
	for _, header := range headers {
		for element := range strings.SplitSeq(header, ",") {
			name, params, _ := strings.Cut(element, ";")
			switch strings.ToLower(strings.Trim(name, " \t")) {
			case "br":
				br = weight(params)
			case "gzip", "x-gzip":
				gz = weight(params)
			case "identity":
				plain = weight(params)
			case "*":
				others = weight(params)
			}
		}
	}
	for _, q := range []*int{&br, &gz} {
		if *q == unnamed {
			*q = max(others, 0)
		}
	}
	if plain == unnamed {
		plain = others
		if others != 0 {
			plain = 1 // acceptable without being named, but the least liked
		}
	}
	if !worthIt && plain > 0 {
		return identityCoding, true
	}
	switch best := max(br, gz, plain); {
	case best <= 0:
		return coding{}, false
	case br == best:
		return brotliCoding, true
	case gz == best:
		return gzipCoding, true
	}
	return identityCoding, true
}

// weight reads ";q=0.5" in thousandths; what is no weight counts as refused.
func weight(params string) int {
	params = strings.Trim(params, " \t")
	if params == "" {
		return 1000
	}
	text, ok := strings.CutPrefix(strings.ToLower(params), "q=")
	q, err := strconv.ParseFloat(text, 64)
	if !ok || err != nil || !(q >= 0 && q <= 1) {
		return 0
	}
	return int(q * 1000)
}
