package handlers

import (
	"fmt"
	"strings"
	"testing"
)

func TestEachRowAdmitsExactlyItsRoles(t *testing.T) {
	t.Parallel()
	f := newFrame(t)
	for _, row := range []struct {
		method, path string
		admits       string
	}{
		{"GET", "/api/v1/things/hello", "nobody guest moderator author editor owner"},
		{"GET", "/api/v1/auth/me", "moderator author editor owner"},
		{"GET", "/api/v1/admin/comments", "moderator author editor owner"},
		{"GET", "/api/v1/admin/posts", "author editor owner"},
		{"GET", "/api/v1/admin/tags", "editor owner"},
		{"DELETE", "/api/v1/admin/settings", "owner"},
	} {
		for _, who := range []string{"nobody", "guest", "moderator", "author", "editor", "owner"} {
			t.Run(row.method+" "+row.path+" as "+who, func(t *testing.T) {
				var headers []string
				want, code := 403, "forbidden"
				if who != "nobody" {
					headers = append(headers, "Authorization: Bearer "+who)
				} else {
					want, code = 401, "unauthenticated"
				}
				res := f.ask(row.method, row.path, "", headers...)
				if strings.Contains(row.admits, who) {
					if res.status/100 != 2 {
						t.Fatalf("answered %d: %s", res.status, res.body)
					}
					return
				}
				if res.status != want || res.problem(t).Code != code {
					t.Errorf("answered %d, want %d %s: %s", res.status, want, code, res.body)
				}
				if challenge := res.header.Get("WWW-Authenticate"); (challenge == "Bearer") != (want == 401) {
					t.Errorf("WWW-Authenticate is %q with %d", challenge, want)
				}
			})
		}
	}
}

func TestOtherSpellingsOfAProtectedPathOpenNothing(t *testing.T) {
	t.Parallel()
	f := newFrame(t)
	if res := f.get("/api/v1/admin/tags", "Authorization: Bearer editor"); res.status != 200 {
		t.Fatalf("positive control answered %d", res.status)
	}
	for _, path := range []string{
		"/api/v1/admin/tags/", "/api/v1/admin//tags", "/api/v1//admin/tags", "/api/v1/admin/./tags", "/api/v1/x/../admin/tags", "/API/v1/admin/tags",
		"/api/v1/admin%2ftags", "/api/v1/admin/tags;a", "/api/v1/admin/tags%00", "/api/v1/%61dmin/tags", "//api/v1/admin/tags", "/api/v1/admin/tags%0a.js",
	} {
		if res := f.get(path, "Authorization: Bearer moderator"); res.status != 403 && res.status != 404 {
			t.Errorf("%s answered %d to a moderator: %s", path, res.status, res.body)
		}
	}
}

func TestTokenIsReadFromOneBearerHeaderOnly(t *testing.T) {
	t.Parallel()
	f := newFrame(t)
	const path = "/api/v1/auth/me"
	if res := f.get(path, "Authorization: Bearer owner"); res.status != 200 {
		t.Fatalf("positive control answered %d: %s", res.status, res.body)
	}
	for name, headers := range map[string][]string{
		"no header":                    nil,
		"empty":                        {"Authorization: "},
		"no scheme":                    {"Authorization: owner"},
		"no token":                     {"Authorization: Bearer "},
		"two headers":                  {"Authorization: Bearer owner", "Authorization: Bearer owner"},
		"two tokens":                   {"Authorization: Bearer owner, Bearer owner"},
		"token and more":               {"Authorization: Bearer owner x"},
		"two spaces":                   {"Authorization: Bearer  owner"},
		"lower case":                   {"Authorization: bearer owner"},
		"other scheme":                 {"Authorization: Basic b3duZXI6"},
		"9 kB":                         {"Authorization: Bearer " + strings.Repeat("a", 9<<10)},
		"not ASCII":                    {"Authorization: Bearer ownerä"},
		"unknown":                      {"Authorization: Bearer somebody"},
		"in a cookie":                  {"Cookie: access_token=owner; token=owner"},
		"X-Forwarded-Authorization":    {"X-Forwarded-Authorization: Bearer owner"},
		"Proxy-Authorization":          {"Proxy-Authorization: Bearer owner"},
		"dots without end":             {"Authorization: Bearer " + strings.Repeat(".", 4<<10)},
		"an API token on a login path": {"Authorization: Bearer dim_site_read"},
	} {
		t.Run(name, func(t *testing.T) {
			if res := f.get(path, headers...); res.status != 401 || res.header.Get("WWW-Authenticate") != "Bearer" {
				t.Errorf("answered %d: %s", res.status, res.body)
			}
		})
	}
	for _, query := range []string{"?token=owner", "?access_token=owner"} {
		if res := f.get(path + query); res.status != 401 {
			t.Errorf("%s answered %d", query, res.status)
		}
	}
}

func TestNobodyIsLetInWhenItCannotBeCheckedWhoTheyAre(t *testing.T) {
	t.Parallel()
	f := newFrame(t)
	res := f.get("/api/v1/auth/me", "Authorization: Bearer outage")
	if res.status != 503 || res.header.Get("Retry-After") == "" || strings.Contains(res.body, "10.0.0.5") {
		t.Errorf("answered %d: %s", res.status, res.body)
	}
	if !strings.Contains(f.log.String(), "connection refused") {
		t.Errorf("the log does not say why: %s", f.log)
	}
}

func TestAPITokensAreBoundByTheirScopes(t *testing.T) {
	t.Parallel()
	f := newFrame(t)
	for _, tc := range []struct {
		token, method, path string
		want                int
	}{
		{"dim_posts_read", "GET", "/api/v1/admin/posts", 200},
		{"dim_posts_write", "GET", "/api/v1/admin/posts", 200},
		{"dim_posts_write", "GET", "/api/v1/admin/tags", 200},
		{"dim_posts_write", "PATCH", "/api/v1/admin/posts/1", 200},
		{"dim_posts_read", "PATCH", "/api/v1/admin/posts/1", 403},
		{"dim_posts_write", "GET", "/api/v1/admin/comments", 403},
		{"dim_comments_write", "GET", "/api/v1/admin/comments", 200},
		{"dim_comments_write", "GET", "/api/v1/admin/posts", 403},
		{"dim_site_read", "DELETE", "/api/v1/admin/settings", 403},
		{"dim_posts_write", "DELETE", "/api/v1/admin/settings", 403},
	} {
		t.Run(tc.token+" "+tc.method+" "+tc.path, func(t *testing.T) {
			body := ""
			if tc.method == "PATCH" {
				body = `{}`
			}
			res := f.send(tc.method, tc.path, body, "Authorization: Bearer "+tc.token)
			if res.status != tc.want {
				t.Fatalf("answered %d, want %d: %s", res.status, tc.want, res.body)
			}
			if tc.want == 403 && res.problem(t).Code != "missing_scope" {
				t.Errorf("code is %s", res.problem(t).Code)
			}
		})
	}
}

func TestAnotherSiteCannotUseTheCookie(t *testing.T) {
	t.Parallel()
	f := newFrame(t)
	const cookie = "Cookie: dimmer_refresh=dimr_x"
	for name, tc := range map[string]struct {
		headers []string
		want    int
	}{
		"our own page":                   {[]string{cookie, "Sec-Fetch-Site: same-origin", "Origin: https://blog.example"}, 200},
		"typed by hand":                  {[]string{cookie, "Sec-Fetch-Site: none"}, 200},
		"a program":                      {[]string{cookie}, 200},
		"another site":                   {[]string{cookie, "Sec-Fetch-Site: cross-site"}, 403},
		"a sister site":                  {[]string{cookie, "Sec-Fetch-Site: same-site"}, 403},
		"an old browser on another site": {[]string{cookie, "Origin: https://evil.example"}, 403},
		"a sandboxed frame":              {[]string{cookie, "Origin: null"}, 403},
		"our name without TLS":           {[]string{cookie, "Origin: http://blog.example"}, 403},
		"a form":                         {[]string{cookie, "Content-Type: application/x-www-form-urlencoded"}, 415},
		"a form as text":                 {[]string{cookie, "Content-Type: text/plain"}, 415},
		"a form with files":              {[]string{cookie, "Content-Type: multipart/form-data; boundary=x"}, 415},
	} {
		t.Run(name, func(t *testing.T) {
			res := f.ask("POST", "/api/v1/auth/refresh", "", tc.headers...)
			if res.status != tc.want {
				t.Fatalf("answered %d, want %d: %s", res.status, tc.want, res.body)
			}
			if tc.want == 200 && !strings.Contains(res.body, "dimr_x") {
				t.Errorf("the cookie did not arrive: %s", res.body)
			}
		})
	}
	login := `{"email":"a@b.example","password":"correct horse"}`
	if res := f.send("POST", "/api/v1/auth/login", login, "Origin: https://evil.example"); res.status != 403 {
		t.Errorf("a login sent from another site answered %d", res.status)
	}
	if res := f.send("PATCH", "/api/v1/admin/posts/1", `{}`, "Authorization: Bearer owner", "Origin: app://desktop"); res.status != 200 {
		t.Errorf("a desktop program with its own token answered %d: %s", res.status, res.body)
	}
	if res := f.send("POST", "/api/v1/things/hello/comments", goodComment, "Origin: https://frontend.example", "Sec-Fetch-Site: cross-site"); res.status != 201 {
		t.Errorf("a comment from a frontend elsewhere answered %d: %s", res.status, res.body)
	}
}

func TestQueryIsReadStrictly(t *testing.T) {
	t.Parallel()
	f := newFrame(t)
	for query, want := range map[string]string{
		"":                                  "200",
		"limit=1":                           "200",
		"limit=100":                         "200",
		"tag=a&tag=b":                       "200",
		"fields=a,b":                        "200",
		"since=2026-03-01T00:00:00%2B01:00": "200",
		"page=2":                            "200",
		"lmit=5":                            "422 query.lmit",
		"x=1&y=2":                           "422 query.x query.y",
		"filter[a]=1":                       "422 query.filter[a]",
		"limit=":                            "422 query.limit",
		"limit":                             "422 query.limit",
		"limit=5&limit=5":                   "422 query.limit",
		"sort=name&sort=-name":              "422 query.sort",
		"limit=0":                           "422 query.limit",
		"limit=-1":                          "422 query.limit",
		"limit=101":                         "422 query.limit",
		"limit=1e9":                         "422 query.limit",
		"limit=abc":                         "422 query.limit",
		"limit=5%20":                        "422 query.limit",
		"limit=99999999999999999999":        "422 query.limit",
		"page=0":                            "422 query.page",
		"page=-1":                           "422 query.page",
		"page=9223372036854775808":          "422 query.page",
		"page=1&cursor=x":                   "422 query.page",
		"sort=password_hash":                "422 query.sort",
		"sort=name'--":                      "422 query.sort",
		"since=yesterday":                   "422 query.since",
		"Limit=5":                           "422 query.Limit",
		"cursor=x":                          "400 query.cursor",
		"limit=%zz":                         "400",
		"limit=5;tag=x":                     "400",
		"tag=%00":                           "400",
		"tag=%ff":                           "400",
		"tag=a%0d%0ab":                      "400",
		"%00=1":                             "400",
		"tag=%1b[2J":                        "400",
	} {
		t.Run(query, func(t *testing.T) {
			res := f.get("/api/v1/things?" + query)
			have := fmt.Sprint(res.status)
			if res.status != 200 {
				have = strings.TrimSpace(have + " " + res.where(t))
			}
			if have != want {
				t.Errorf("answered %s, want %s: %s", have, want, res.body)
			}
		})
	}
	if res := f.get("/api/v1/things?" + strings.Repeat("a", 20_000) + "=1"); res.status != 422 || len(res.body) > 1000 {
		t.Errorf("a name of 20 kB answered %d with %d bytes", res.status, len(res.body))
	}
	if res := f.get("/media/x?utm_source=%zz&v=1"); res.status != 200 {
		t.Errorf("a plain row refused a query: %d", res.status)
	}
}

func TestUnreadablePathsLeadNowhere(t *testing.T) {
	t.Parallel()
	f := newFrame(t)
	for path, want := range map[string]int{
		"/api/v1/things/hello":                         200,
		"/api/v1/things/caf%C3%A9":                     200,
		"/api/v1/things/caf%c3%a9":                     200,
		"/api/v1/things/%F0%9F%98%80":                  200,
		"/api/v1/things/a%00":                          404,
		"/api/v1/things/a%0d%0aX-Evil:1":               404,
		"/api/v1/things/%ff":                           404,
		"/api/v1/things/%1b[2J":                        404,
		"/api/v1/things/..%2fadmin":                    200, // one name with a slash in it: no way out, and no such thing in a real list
		"/api/v1/things/" + strings.Repeat("a", 10000): 404,
		"/api/v1/nothing":                              404,
		"/%0a[ERR]%20x":                                404,
		"/..%2f..%2fetc%2fpasswd":                      404,
	} {
		if res := f.get(path); res.status != want {
			t.Errorf("%.60s answered %d, want %d: %s", path, res.status, want, res.body)
		} else if res.header.Get("X-Evil") != "" {
			t.Errorf("%s wrote a header", path)
		}
	}
}

func TestBodyMustBeOfTheTypeTheRowTakes(t *testing.T) {
	t.Parallel()
	f := newFrame(t, func(c *Config) { c.Limiter = NoLimits{} })
	for name, tc := range map[string]struct {
		headers []string
		want    int
	}{
		"JSON":                    {[]string{"Content-Type: application/json"}, 201},
		"JSON in UTF-8":           {[]string{"Content-Type: application/json; charset=UTF-8"}, 201},
		"JSON in capitals":        {[]string{"Content-Type: Application/JSON"}, 201},
		"none":                    {nil, 415},
		"empty":                   {[]string{"Content-Type: "}, 415},
		"text":                    {[]string{"Content-Type: text/plain"}, 415},
		"form":                    {[]string{"Content-Type: application/x-www-form-urlencoded"}, 415},
		"multipart":               {[]string{"Content-Type: multipart/form-data; boundary=x"}, 415},
		"JSON in UTF-16":          {[]string{"Content-Type: application/json; charset=utf-16"}, 415},
		"almost JSON":             {[]string{"Content-Type: application/problem+json"}, 415},
		"JSON by another name":    {[]string{"Content-Type: text/json"}, 415},
		"two types":               {[]string{"Content-Type: application/json", "Content-Type: text/plain"}, 415},
		"two in one":              {[]string{"Content-Type: application/json, text/plain"}, 415},
		"broken":                  {[]string{"Content-Type: application/json; charset"}, 415},
		"compressed":              {[]string{isJSON, "Content-Encoding: gzip"}, 415},
		"compressed in two steps": {[]string{isJSON, "Content-Encoding: br, gzip"}, 415},
	} {
		t.Run(name, func(t *testing.T) {
			if res := f.ask("POST", "/api/v1/things/hello/comments", goodComment, tc.headers...); res.status != tc.want {
				t.Errorf("answered %d, want %d: %s", res.status, tc.want, res.body)
			}
		})
	}
}

func TestRowWithoutInputTakesNoBodyOrAnEmptyObject(t *testing.T) {
	t.Parallel()
	f := newFrame(t)
	for _, tc := range []struct {
		body    string
		headers []string
		want    int
	}{
		{"", nil, 200},
		{"", []string{isJSON}, 200},
		{"{}", []string{isJSON}, 200},
		{" { } ", []string{isJSON}, 200},
		{"{}", nil, 415},
		{`{"status":"approved"}`, []string{isJSON}, 422},
		{"[]", []string{isJSON}, 400},
		{"null", []string{isJSON}, 400},
		{"{", []string{isJSON}, 400},
	} {
		if res := f.ask("POST", "/api/v1/things/hello/ping", tc.body, tc.headers...); res.status != tc.want {
			t.Errorf("%q with %v answered %d, want %d: %s", tc.body, tc.headers, res.status, tc.want, res.body)
		}
	}
	if res := f.send("POST", "/api/v1/things/hello/ping", `{"status":"approved"}`); res.where(t) != "body.status" {
		t.Errorf("the field is not named: %s", res.body)
	}
	if res := f.send("POST", "/api/v1/things/hello/comments", ""); res.status != 400 || res.where(t) != "body" {
		t.Errorf("a row that needs a body answered %d without one: %s", res.status, res.body)
	}
	if res := f.send("POST", "/api/v1/auth/refresh", `{"refresh_token":"dimr_y"}`); res.status != 200 || !strings.Contains(res.body, "dimr_y") {
		t.Errorf("a row whose body is optional answered %d with one: %s", res.status, res.body)
	}
}

func TestHeadersThatWouldChangeTheRequestHaveNoEffect(t *testing.T) {
	t.Parallel()
	f := newFrame(t)
	plain := f.get("/api/v1/things?limit=2")
	for _, header := range []string{
		"X-HTTP-Method-Override: DELETE", "X-HTTP-Method: DELETE", "X-Method-Override: DELETE", "X-Original-URL: /api/v1/admin/settings",
		"X-Rewrite-URL: /api/v1/admin/settings", "X-Forwarded-Host: evil.example", "X-Forwarded-Proto: gopher", "X-Forwarded-Prefix: /evil",
		"Forwarded: host=evil.example", "X-Forwarded-For: 127.0.0.1", "X-Real-IP: 127.0.0.1", "X-Request-Id: mine", "Accept-Language: de",
		"User-Agent: evil", "Accept: application/xml", "Accept: text/html;q=1, */*;q=0",
	} {
		res := f.get("/api/v1/things?limit=2", header)
		if res.status != plain.status || res.body != plain.body || res.header.Get("Link") != plain.header.Get("Link") {
			t.Errorf("%s changed the answer to %d %s", header, res.status, res.body)
		}
		if res.header.Get("X-Request-Id") == "mine" {
			t.Error("the client chose the request id")
		}
	}
	if res := f.ask("GET", "/api/v1/things?_method=DELETE", ""); res.status != 422 {
		t.Errorf("_method in the query answered %d", res.status)
	}
	req := f.ask("GET", "/api/v1/things", "", "Host: evil.example")
	if strings.Contains(req.body+fmt.Sprint(req.header), "evil") {
		t.Errorf("the Host header shows in the answer: %v %s", req.header, req.body)
	}
}
