package handlers

import (
	"bytes"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"path"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gin-gonic/gin"

	adminui "dimmer/admin-ui"
	starter "dimmer/site"
)

const contentHTML = "text/html; charset=utf-8"

// What pages may load and do. Neither lets a script or style stand in the page itself, or come from elsewhere.
const (
	readingPolicy = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
	adminPolicy   = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; " +
		"media-src 'self'; frame-src 'self'; worker-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; object-src 'none'; " +
		"frame-ancestors 'none'; require-trusted-types-for 'script'"
)

// assetTypes are the kinds of file that pages load. The system's own table may say otherwise, so it is not asked.
var assetTypes = map[string]string{
	".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml",
	".png": "image/png", ".webmanifest": "application/manifest+json",
}

// pages are the HTML pages of the program and what they load, as bytes that are made once.
type pages struct {
	docs   func() (*ready, error)
	setup  map[bool][]byte // by whether the blog has an owner
	assets map[string]*ready
	widget *ready
}

// newPages makes the pages. The list of routes gives the API's page its order.
func (s *Server) newPages(rows []route) (*pages, error) {
	p := &pages{setup: map[bool][]byte{}, assets: map[string]*ready{}, widget: readyBytes(assetTypes[".js"], starter.Widget, s.now())}
	if err := p.widget.pack(); err != nil {
		return nil, err
	}
	for _, folder := range []fs.FS{adminui.Assets, docsAssets} {
		if err := s.addAssets(p.assets, folder); err != nil {
			return nil, err
		}
	}
	page, err := template.New("setup").Parse(adminui.Setup)
	if err != nil {
		return nil, fmt.Errorf("read the setup page: %w", err)
	}
	for _, owned := range []bool{false, true} {
		var out bytes.Buffer
		if err := page.Execute(&out, struct{ Owned bool }{owned}); err != nil {
			return nil, fmt.Errorf("write the setup page: %w", err)
		}
		p.setup[owned] = out.Bytes()
	}
	p.docs, err = s.newDocs(rows)
	return p, err
}

// addAssets puts the files of a folder, and of those in it, under their names.
func (s *Server) addAssets(assets map[string]*ready, folder fs.FS) error {
	return fs.WalkDir(folder, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		body, err := fs.ReadFile(folder, name)
		if err != nil {
			return err
		}
		assets[path.Base(name)] = readyBytes(assetTypes[path.Ext(name)], body, s.now())
		return nil
	})
}

// setPageHeaders are what an HTML page has besides the standing headers, or instead of them (THREATS 5). referrer is the policy of
// that name: no-referrer where the address holds a token.
func (s *Server) setPageHeaders(c *gin.Context, policy, referrer string) {
	h := c.Writer.Header()
	for _, name := range crossOriginHeaders {
		h.Del(name) // scripts of other sites have no business with pages
	}
	h.Set("Content-Security-Policy", policy)
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Permissions-Policy", "geolocation=(), camera=(), microphone=()")
	h.Set("Referrer-Policy", referrer)
	h.Set("X-Frame-Options", "DENY")
	h.Set("X-Xss-Protection", "0")
	if strings.HasPrefix(s.config.PublicURL, "https://") {
		h.Set("Strict-Transport-Security", "max-age=63072000; includeSubDomains")
	}
}

// producesAssets says in the document which types assets have.
func producesAssets() tune {
	return func(r *route) {
		content := map[string]*huma.MediaType{}
		for _, contentType := range assetTypes {
			contentType, _, _ = strings.Cut(contentType, ";")
			content[contentType] = &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString}}
		}
		r.op.Responses["200"] = &huma.Response{Description: "OK", Content: content}
	}
}

// kept notes in the document what [Server.write] can answer besides the thing itself.
func kept() tune {
	return func(r *route) {
		r.op.Responses["304"] = &huma.Response{Description: "The client has it already."}
		r.op.Errors = append(r.op.Errors, http.StatusNotAcceptable)
	}
}

// readAsset serves what pages load.
func (s *site) readAsset(c *gin.Context) error {
	asset := s.pages.assets[c.Param("file")]
	if asset == nil {
		return notFound()
	}
	s.write(c, asset)
	return nil
}

// readWidget serves the comment widget to pages of any origin: its standing headers are those of the public API.
func (s *site) readWidget(c *gin.Context) error {
	s.write(c, s.pages.widget)
	return nil
}

// readSetupPage serves the page that the link of the first start opens. The token of the link stands behind a #, so it never gets
// here: the page's script sends it to [site.setUp].
func (s *site) readSetupPage(c *gin.Context) error {
	owned, err := s.store.HasOwner(c.Request.Context())
	if err != nil {
		return err
	}
	page := s.pages.setup[owned]
	s.setPageHeaders(c, adminPolicy, "no-referrer")
	h := c.Writer.Header()
	h.Set("X-Robots-Tag", "noindex")
	h.Set("Content-Length", strconv.Itoa(len(page)))
	c.Data(http.StatusOK, contentHTML, page)
	return nil
}
