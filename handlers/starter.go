package handlers

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/gin-gonic/gin"

	adminui "dimmer/admin-ui"
	"dimmer/models"
	starter "dimmer/site"
)

// The starter site: what readers see without a frontend. This file is what all its pages share; what stands on each is in starter_posts.go and
// starter_lists.go, how it is written in package site.

// starterPolicy lets pages load their own style sheet and the widget, pictures from anywhere, since posts may hold them, and the frames that posts
// may hold. A form may lead to the public URL too: its answer sends the reader there, and she may have come by another name of this server.
const starterPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' https: data:; media-src 'self' https:; connect-src 'self'; " +
	"frame-src https://www.youtube-nocookie.com https://player.vimeo.com https://open.spotify.com https://w.soundcloud.com; " +
	"base-uri 'none'; object-src 'none'; frame-ancestors 'none'; form-action 'self' "

const (
	// formKept is how long a copy of a page that holds a form may be handed out, fresh and stale together: its form is good for [formLifetime].
	formKept = formLifetime / 2
	// formShared is how long the browser of a reader may go on with the form that it got, if nothing else on the page has changed.
	formShared = time.Hour
)

// starterSite is what the pages of the starter site are made with.
type starterSite struct {
	pages      *starter.Pages
	stylesheet string // their addresses
	postSheet  string
	policy     string
	zone       atomic.Pointer[time.Location] // of the settings that were last shown: to read one takes a file
}

// newStarterSite makes the pages and their style sheets: the look that all pages share and what is theirs, as one file, and what posts need besides.
// Their names change with what is in them, so that a browser asks for each only once.
func (s *Server) newStarterSite(p *pages) (*starterSite, error) {
	pages, err := starter.New()
	if err != nil {
		return nil, err
	}
	var style bytes.Buffer
	for _, name := range []string{"tokens.css", "look.css"} {
		part, err := adminui.Assets.ReadFile(name)
		if err != nil {
			return nil, err
		}
		style.Write(part)
	}
	style.WriteString(starter.Style)
	return &starterSite{
		pages: pages, stylesheet: p.addStyle("site", style.Bytes(), s.now()), postSheet: p.addStyle("post", []byte(starter.PostStyle), s.now()), policy: starterPolicy + s.origin,
	}, nil
}

// addStyle adds a style sheet to the assets, and gives its address.
func (p *pages) addStyle(name string, css []byte, now time.Time) string {
	css = smaller(css)
	sum := sha256.Sum256(css)
	name += "-" + hex.EncodeToString(sum[:4]) + ".css"
	asset := readyBytes(assetTypes[".css"], css, now)
	asset.keep = []string{"public, max-age=31536000, immutable"}
	p.assets[name] = asset
	return "/assets/" + name
}

// smaller takes comments, and space that means nothing, out of a style sheet of ours, which has neither inside of a string.
func smaller(css []byte) []byte {
	var out []byte
	for len(css) > 0 {
		before, rest, found := bytes.Cut(css, []byte("/*"))
		out = append(out, bytes.TrimRight(before, " ")...)
		if !found {
			break
		}
		_, css, _ = bytes.Cut(rest, []byte("*/"))
	}
	lines := bytes.Split(out, []byte("\n"))
	out = out[:0]
	for _, line := range lines {
		if line = bytes.TrimSpace(line); len(line) > 0 {
			out = append(append(out, line...), ' ')
		}
	}
	for _, mark := range []string{"{", "}", ":", ";", ","} {
		out = bytes.ReplaceAll(out, []byte(mark+" "), []byte(mark))
	}
	out = bytes.ReplaceAll(out, []byte(" {"), []byte("{"))
	out = bytes.ReplaceAll(out, []byte(" }"), []byte("}"))
	return bytes.ReplaceAll(out, []byte(";}"), []byte("}"))
}

// visit is what a reader asks of the starter site.
type visit struct {
	path     string // not escaped
	slug     string
	token    string
	query    url.Values
	settings models.Settings
	site     starter.Site
}

// sheet is a page of the starter site before it is written.
type sheet struct {
	head       starter.Head
	write      func(io.Writer, starter.Site, starter.Head) error
	modifiedAt time.Time
	tags       []string
	form       string // the signed time that stands in it; empty: there is no form
	formAt     time.Time
	personal   bool // it says something to this reader only: no cache may keep it
}

// sitePage is what the rows of the starter site have in common.
func sitePage() tune {
	return func(r *route) {
		r.site = true
		produces("text/html")(r)
		kept()(r)
		fails(http.StatusNotFound)(r)
	}
}

// shows is the handler of a page of the starter site. Query parameters that it does not know mean nothing. Where the site is switched off, there is
// nothing, in the words that are said of any other address.
func (s *site) shows(page func(context.Context, visit) (sheet, error)) func(*gin.Context) error {
	return s.showsWith("strict-origin-when-cross-origin", page)
}

// showsUnreferred is [site.shows] for a page whose address is a secret: where its links lead, nobody learns it.
func (s *site) showsUnreferred(page func(context.Context, visit) (sheet, error)) func(*gin.Context) error {
	return s.showsWith("no-referrer", page)
}

func (s *site) showsWith(referrer string, page func(context.Context, visit) (sheet, error)) func(*gin.Context) error {
	return func(c *gin.Context) error {
		settings, err := s.store.Settings(c.Request.Context())
		if err != nil {
			return err
		}
		if !settings.StarterSite {
			return notFound()
		}
		s.setPageHeaders(c, s.starter.policy, referrer)
		v := visit{path: c.Request.URL.Path, slug: c.Param("slug"), token: c.Param("token"), query: c.Request.URL.Query(), settings: settings}
		v.site = s.frame(settings, v.path)
		var found *ready
		err = s.work.do(c.Request.Context(), nil, func() error {
			p, err := page(c.Request.Context(), v)
			if err == nil {
				found, err = s.readyPage(c.Request, v, p)
			}
			return err
		})
		if err != nil {
			s.failPage(c, s.frame(settings, ""), err) // the same for every address
			return nil
		}
		s.write(c, found)
		return nil
	}
}

// readyPage writes a page down.
//
// A page with a comment form holds the time at which it was handed out, signed, and that is another one each second. Its ETag names both: what else
// is on the page, and the time. So the copy that a browser has is told to be good as long as nothing else has changed and its form is not old, and
// the same ETag always means the same bytes. Whoever asks with a date alone gets the page anew.
func (s *site) readyPage(r *http.Request, v visit, p sheet) (*ready, error) {
	var out bytes.Buffer
	if err := p.write(&out, v.site, p.head); err != nil {
		return nil, err
	}
	body := out.Bytes()
	if p.form != "" {
		p.modifiedAt = p.formAt
	}
	found := readyBytes(contentHTML, body, p.modifiedAt)
	found.describe(p.tags, "", p.head.NoIndex)
	if p.form != "" {
		before, after, _ := bytes.Cut(body, []byte(p.form))
		sum := sha256.New()
		sum.Write(before)
		sum.Write(after)
		rest := base64.RawURLEncoding.EncodeToString(sum.Sum(nil)[:16]) + "."
		at := p.formAt.Unix()
		if known, ok := formTime(r.Header["If-None-Match"], rest); ok && known <= at && at-known < int64(formShared/time.Second) {
			at = known
		}
		found.name(rest + strconv.FormatInt(at, 36))
		found.keep = []string{keptWithForm(v.settings)}
	}
	if p.personal {
		found.keep = []string{"private, no-store"}
	}
	return found, nil
}

// formTime finds the time in the ETag of a page whose other content is known.
func formTime(tags []string, rest string) (at int64, found bool) {
	for _, header := range tags {
		if _, text, found := strings.Cut(header, `"`+rest); found {
			text, _, _ = strings.Cut(text, `"`)
			text, _, _ = strings.Cut(text, "-")
			at, err := strconv.ParseInt(text, 36, 64)
			return at, err == nil
		}
	}
	return 0, false
}

// keptWithForm is how long shared caches may keep a page with a form: as the owner has set it, but never so long that its form would be too old to
// be sent. A minute of age makes no difference to it, and what a cache hands out stale for ten minutes more does not either.
func keptWithForm(c models.Settings) string {
	const most = int(formKept / time.Second)
	fresh := min(c.CacheSeconds, most)
	return "public, max-age=0, s-maxage=" + strconv.Itoa(fresh) + ", stale-while-revalidate=" + strconv.Itoa(min(c.StaleSeconds, most-fresh))
}

// frame is what stands around every page for readers; path is where the page is.
func (s *site) frame(settings models.Settings, path string) starter.Site {
	f := starter.Site{
		Title: settings.Title, Description: settings.Description, Language: settings.Language, Logo: value(settings.LogoURL), Privacy: value(settings.PrivacyURL),
		Stylesheet: s.starter.stylesheet, PostSheet: s.starter.postSheet, Home: "/", Search: "/search", Now: s.now(),
	}
	if !settings.StarterSite { // these pages stand by themselves
		f.Home, f.Search = s.siteURL(settings)+"/", ""
	}
	for _, link := range settings.Navigation {
		f.Navigation = append(f.Navigation, starter.Link{Label: link.Label, URL: link.URL, Here: link.URL == path || link.URL == s.config.PublicURL+path})
	}
	return f
}

// local is a moment where the blog is.
func (s *site) local(settings models.Settings, at time.Time) time.Time {
	zone := s.starter.zone.Load()
	if zone == nil || zone.String() != settings.Timezone {
		var err error
		if zone, err = time.LoadLocation(settings.Timezone); err != nil {
			zone = time.UTC // the settings are checked, but another machine may know fewer zones
		}
		s.starter.zone.Store(zone)
	}
	return at.In(zone)
}

// showNothing is for a reader who follows an old link to an address that never was one here. Programs, which ask for no page, get JSON.
func (s *site) showNothing(c *gin.Context) bool {
	r := c.Request
	settings, err := s.store.Settings(r.Context())
	if err != nil || !settings.StarterSite || !isSafe(r.Method) || !strings.Contains(r.Header.Get("Accept"), "text/html") || !isPlainText(r.URL.Path) ||
		slices.ContainsFunc([]string{"/api/", "/ghost/", "/assets/", "/media/", "/avatars/", "/admin"}, func(prefix string) bool { return strings.HasPrefix(r.URL.Path, prefix) }) {
		return false
	}
	s.setPageHeaders(c, s.starter.policy, "strict-origin-when-cross-origin")
	s.failPage(c, s.frame(settings, r.URL.Path), notFound())
	return true
}

// failPage answers a reader with a page that says what is wrong. What is hidden and what is missing get the same one.
func (s *site) failPage(c *gin.Context, around starter.Site, err error) {
	p := problemFor(c, err)
	h := c.Writer.Header()
	maps.Copy(h, p.header)
	h.Set("Content-Type", contentHTML)
	h.Set("Cache-Control", "no-store")
	h.Set("X-Robots-Tag", "noindex")
	words := starter.WordsFor(around.Language)
	notice := starter.Notice{Heading: words.NotFound, Paragraphs: []string{words.NotFoundText}, Links: []starter.Link{{Label: words.ToFront, URL: "/"}, {Label: words.Search, URL: "/search"}}}
	if p.Status != http.StatusNotFound {
		notice = starter.Notice{Heading: words.Failed, Paragraphs: []string{words.FailedText}, Links: notice.Links[:1]}
		if p.Status == http.StatusInternalServerError {
			notice.Paragraphs = append(notice.Paragraphs, p.RequestID)
		}
	}
	c.Status(p.Status)
	_ = s.starter.pages.Notice(c.Writer, around, starter.Head{Title: notice.Heading, NoIndex: true}, notice) // fails only if the client has gone
}
