package handlers_test

import (
	"bytes"
	"io/fs"
	"regexp"
	"strings"
	"testing"

	adminui "dimmer/admin-ui"
)

func TestEveryAddressOfTheAdminAreaShowsItsPageWithANonceOfItsOwn(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	nonceForm := regexp.MustCompile(`<meta name="dimmer-nonce" content="([A-Z2-7]{26})">`)
	seen := map[string]bool{}
	for _, path := range []string{"/admin", "/admin/", "/admin/posts/new", "/admin/comments?status=spam", "/admin/setup/"} {
		page := b.look("GET", path).wants(200).has("Content-Type", "text/html; charset=utf-8").has("Cache-Control", "no-store").has("X-Robots-Tag", "noindex").has("X-Frame-Options", "DENY")
		found := nonceForm.FindSubmatch(page.body)
		if found == nil {
			t.Fatalf("%s holds no nonce: %s", path, page.shown())
		}
		policy := page.header.Get("Content-Security-Policy")
		if !strings.Contains(policy, "'nonce-"+string(found[1])+"'") || strings.Contains(policy, "unsafe") || !strings.Contains(policy, "require-trusted-types-for 'script'") {
			t.Errorf("%s has the policy %s", path, policy)
		}
		if seen[string(found[1])] {
			t.Errorf("%s has the nonce of another answer", path)
		}
		seen[string(found[1])] = true
		if bytes.Contains(page.body, []byte(adminui.Nonce)) || bytes.Contains(page.body, []byte("<style")) || bytes.Contains(page.body, []byte(" style=")) {
			t.Errorf("%s has something inline: %s", path, page.shown())
		}
		if page.header.Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("scripts of other sites may read %s", path)
		}
	}
	b.look("HEAD", "/admin/posts").wants(200)
	b.look("POST", "/admin/posts").wants(404)
	b.look("GET", "/administrator").wants(404)
}

func TestWhatTheAdminAreaLoadsIsKeptForEverAndPacked(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	names, err := fs.Glob(adminui.Built(), "assets/index-*.js")
	if err != nil || len(names) == 0 {
		t.Fatalf("the admin area has no scripts (%v)", err)
	}
	file := b.look("GET", "/admin/"+names[0], "Accept-Encoding: gzip").wants(200).has("Content-Type", "text/javascript; charset=utf-8").
		has("Cache-Control", "public, max-age=31536000, immutable").has("Content-Encoding", "gzip").has("X-Content-Type-Options", "nosniff").has("Cross-Origin-Resource-Policy", "same-origin")
	b.look("GET", "/admin/"+names[0], "Accept-Encoding: gzip", "If-None-Match: "+file.header.Get("ETag")).wants(304)
	for _, path := range []string{"/admin/assets/gone-12345678.js", "/admin/assets/", "/admin/assets/..%2Findex.html", "/admin/assets/../index.html"} {
		b.look("GET", path).wants(404).has("Content-Type", "application/problem+json")
	}
}
