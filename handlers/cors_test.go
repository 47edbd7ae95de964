package handlers

import "testing"

func TestPublicRoutesMayBeReadFromTheOriginsThatAreAllowed(t *testing.T) {
	t.Parallel()
	everybody := newFrame(t)
	listed := newFrame(t, func(c *Config) { c.CORSOrigins = []string{"https://site.example", "http://localhost:3000"} })
	for name, tc := range map[string]struct {
		f            *frame
		origin, want string
		vary         string
	}{
		"everybody, no origin":    {everybody, "", "*", "Accept-Encoding"},
		"everybody":               {everybody, "https://any.example", "*", "Accept-Encoding"},
		"everybody, null":         {everybody, "null", "*", "Accept-Encoding"},
		"listed":                  {listed, "https://site.example", "https://site.example", "Accept-Encoding, Origin"},
		"listed, the second":      {listed, "http://localhost:3000", "http://localhost:3000", "Accept-Encoding, Origin"},
		"not listed":              {listed, "https://evil.example", "", "Accept-Encoding, Origin"},
		"no origin":               {listed, "", "", "Accept-Encoding, Origin"},
		"null":                    {listed, "null", "", "Accept-Encoding, Origin"},
		"listed and more":         {listed, "https://site.example.evil", "", "Accept-Encoding, Origin"},
		"more and listed":         {listed, "https://evilsite.example", "", "Accept-Encoding, Origin"},
		"another scheme":          {listed, "http://site.example", "", "Accept-Encoding, Origin"},
		"another port":            {listed, "https://site.example:8443", "", "Accept-Encoding, Origin"},
		"listed, in capitals":     {listed, "https://SITE.example", "", "Accept-Encoding, Origin"},
		"listed, with a path":     {listed, "https://site.example/", "", "Accept-Encoding, Origin"},
		"two origins in a header": {listed, "https://site.example, https://evil.example", "", "Accept-Encoding, Origin"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var headers []string
			if tc.origin != "" {
				headers = append(headers, "Origin: "+tc.origin)
			}
			for path, status := range map[string]int{"/api/v1/things/hello": 200, "/api/v1/things/missing": 404, "/api/v1/things/old": 308, "/api/v1/nowhere": 404, "/openapi.json": 200} {
				res := tc.f.get(path, headers...)
				if res.status != status || res.header.Get("Access-Control-Allow-Origin") != tc.want {
					t.Errorf("%s answered %d to %q", path, res.status, res.header.Get("Access-Control-Allow-Origin"))
				}
				if status == 200 && res.header.Get("Vary") != tc.vary {
					t.Errorf("%s varies by %q, want %q", path, res.header.Get("Vary"), tc.vary)
				}
				if tc.f == listed && status != 200 && res.header.Get("Vary") != "Origin" {
					t.Errorf("%s varies by %q", path, res.header.Get("Vary"))
				}
				if res.header.Get("Access-Control-Expose-Headers") != "ETag, Link, Location, Retry-After, X-Request-Id" || res.header.Get("Access-Control-Allow-Credentials") != "" {
					t.Errorf("%s: %v", path, res.header)
				}
			}
			write := tc.f.send("POST", "/api/v1/things/hello/comments", goodComment, headers...)
			if write.status != 201 || write.header.Get("Access-Control-Allow-Origin") != tc.want || write.header.Get("Cache-Control") != "no-store" {
				t.Errorf("a comment answered %d %v", write.status, write.header)
			}
		})
	}
}

func TestPreflight(t *testing.T) {
	t.Parallel()
	everybody := newFrame(t)
	listed := newFrame(t, func(c *Config) { c.CORSOrigins = []string{"https://site.example"} })
	ask := []string{"Access-Control-Request-Method: POST", "Access-Control-Request-Headers: content-type"}
	res := everybody.ask("OPTIONS", "/api/v1/things/hello/comments", "", append(ask, "Origin: https://site.example")...)
	if res.status != 204 || res.body != "" {
		t.Errorf("answered %d %q", res.status, res.body)
	}
	for key, want := range map[string]string{
		"Access-Control-Allow-Origin":      "*",
		"Access-Control-Allow-Methods":     "GET, POST, PATCH, DELETE",
		"Access-Control-Allow-Headers":     "Content-Type, If-None-Match, Idempotency-Key, X-Edit-Token, X-Dimmer-Commenter",
		"Access-Control-Max-Age":           "86400",
		"Access-Control-Allow-Credentials": "",
	} {
		if res.header.Get(key) != want {
			t.Errorf("%s is %q, want %q", key, res.header.Get(key), want)
		}
	}
	if res := listed.ask("OPTIONS", "/api/v1/things/hello/comments", "", append(ask, "Origin: https://evil.example")...); res.header.Get("Access-Control-Allow-Methods") != "" || res.header.Get("Vary") != "Origin" {
		t.Errorf("a stranger got %d %v", res.status, res.header)
	}
	for _, path := range []string{"/api/v1/admin/posts/1", "/api/v1/auth/login", "/api/v1/auth/nowhere", "/api/v1/admin"} {
		res := everybody.ask("OPTIONS", path, "", append(ask, "Origin: https://site.example")...)
		for _, key := range []string{"Access-Control-Allow-Origin", "Access-Control-Allow-Methods", "Access-Control-Expose-Headers"} {
			if res.header.Get(key) != "" {
				t.Errorf("%s: %s is %q", path, key, res.header.Get(key))
			}
		}
	}
}

func TestPrivateRoutesAreKeptFromCachesSitesAndSearchEngines(t *testing.T) {
	t.Parallel()
	f := newFrame(t)
	for _, res := range []got{
		f.get("/api/v1/admin/tags", "Authorization: Bearer editor", "Origin: https://site.example"),
		f.get("/api/v1/admin/tags", "Origin: https://site.example"),
		f.get("/api/v1/auth/me", "Authorization: Bearer editor", "Origin: https://site.example"),
		f.get("/api/v1/admin/nowhere", "Origin: https://site.example"),
		f.ask("DELETE", "/api/v1/admin/settings", "", "Authorization: Bearer owner"),
		f.send("POST", "/api/v1/auth/login", `{}`),
	} {
		for key, want := range map[string]string{
			"Cache-Control":                "no-store",
			"X-Robots-Tag":                 "noindex",
			"Cross-Origin-Resource-Policy": "same-origin",
			"X-Content-Type-Options":       "nosniff",
			"Content-Security-Policy":      "default-src 'none'; frame-ancestors 'none'",
			"Access-Control-Allow-Origin":  "",
			"ETag":                         "",
		} {
			if res.header.Get(key) != want {
				t.Errorf("%d: %s is %q, want %q", res.status, key, res.header.Get(key), want)
			}
		}
		if res.status < 300 && res.status != 204 && res.header.Get("Content-Type") != contentJSON {
			t.Errorf("%d: Content-Type is %q", res.status, res.header.Get("Content-Type"))
		}
	}
}
