package handlers_test

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dimmer/auth"
)

func TestSetupMakesTheOwnerOnce(t *testing.T) {
	t.Parallel()
	b := newBlog(t, vacant)
	reader := b.reader()
	for name, tc := range map[string]struct {
		change object
		status int
		at     string
	}{
		"a wrong token":                 {object{"token": "lantern"}, 401, ""},
		"no token":                      {object{"token": ""}, 401, ""},
		"no e-mail":                     {object{"email": ""}, 422, "body.email"},
		"an e-mail that is none":        {object{"email": "mira"}, 422, "body.email"},
		"no name":                       {object{"name": ""}, 422, "body.name"},
		"a short password":              {object{"password": "short"}, 422, "body.password"},
		"a password that is her own":    {object{"password": "mira@example.org"}, 422, "body.password"},
		"a password that is the title":  {object{"password": "The Quiet Shoulder"}, 422, "body.password"},
		"a site without a title":        {object{"site_title": " "}, 422, "body.site_title"},
		"a language that is none":       {object{"language": "english please"}, 422, "body.language"},
		"a time zone that is none":      {object{"timezone": "Mars/Base"}, 422, "body.timezone"},
		"an unknown field":              {object{"role": "owner"}, 422, "body.role"},
		"the title as settings call it": {object{"title": "x"}, 422, "body.title"},
	} {
		body := b.setup()
		for field, value := range tc.change {
			body[field] = value
		}
		answer := reader.post("/auth/setup", body).wants(tc.status)
		if tc.status == 422 {
			answer.wants(422, tc.at)
		} else {
			answer.is("code", "invalid_token")
		}
		if strings.Contains(string(answer.body), "lantern orbit") {
			t.Errorf("%s: the answer repeats the password", name)
		}
	}
	reader.get("/authors").lists("slug")
	for field := range b.setup() {
		body := b.setup()
		delete(body, field)
		if field != "language" && field != "timezone" {
			reader.post("/auth/setup", body).wants(422, "body."+field)
		}
	}

	made := reader.post("/auth/setup", b.setup()).wants(201).has("Cache-Control", "no-store").has("Set-Cookie", "")
	made.is("user.role", "owner").is("user.email", "mira@example.org").is("user.slug", "mira-holt").is("token_type", "Bearer").is("expires_in", 900)
	reader.get("/site").wants(200).is("data.title", "The Quiet Shoulder").is("data.language", "en").is("data.timezone", "Europe/Berlin")
	b.with(made.text("access_token")).get("/admin/settings").wants(200)

	again := b.setup()
	again["email"] = "eve@example.org"
	reader.post("/auth/setup", again).wants(409).is("code", "already_set_up")
	again["token"] = "lantern"
	reader.post("/auth/setup", again).wants(409)
	reader.post("/auth/login", object{"email": "eve@example.org", "password": "lantern orbit mellow quay"}).wants(401)
}

func TestOfFiftySetupsAtOnceOneMakesTheOwner(t *testing.T) {
	t.Parallel()
	b := newBlog(t, vacant)
	statuses := make([]int, 50)
	var work sync.WaitGroup
	for i := range statuses {
		work.Go(func() {
			body := b.setup()
			body["email"] = fmt.Sprintf("owner%d@example.org", i)
			statuses[i] = b.reader().post("/auth/setup", body).status
		})
	}
	work.Wait()
	counts := map[int]int{}
	for _, status := range statuses {
		counts[status]++
	}
	if counts[201] != 1 || counts[409] != 49 {
		t.Errorf("of 50 setups: %v", counts)
	}
	for i, status := range statuses {
		if status == 201 {
			owner := b.reader().post("/auth/login", object{"email": fmt.Sprintf("owner%d@example.org", i), "password": "lantern orbit mellow quay"}).wants(200)
			b.with(owner.text("access_token")).get("/admin/users").wants(200).is("page.total", 1)
		}
	}
}

func TestLogin(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	owner := b.as("owner")
	owner.patch("/admin/users/"+b.people[auth.Author].id, object{"disabled": true}).wants(200)
	owner.post("/admin/users", object{"name": "Uma Guest"}).wants(201)
	const right = "lantern orbit mellow quay"
	logIn := func(email, password any) answer {
		t.Helper()
		return b.reader().post("/auth/login", object{"email": email, "password": password})
	}
	for _, email := range []string{"mira@example.org", "Mira@Example.ORG"} {
		in := logIn(email, right).wants(200).has("Cache-Control", "no-store").has("Set-Cookie", "")
		in.is("token_type", "Bearer").is("expires_in", 900).is("user.email", "mira@example.org").is("user.role", "owner")
		b.with(in.text("access_token")).get("/auth/me").wants(200).is("", in.at("user"))
		b.with(in.text("refresh_token")).get("/auth/me").wants(401)
	}

	// Whatever is wrong, the answer is the same.
	wrong := ""
	for name, tc := range map[string]struct{ email, password string }{
		"a wrong password":          {"mira@example.org", "lantern orbit mellow quai"},
		"the right one, cut":        {"mira@example.org", right[:len(right)-1]},
		"the right one in capitals": {"mira@example.org", strings.ToUpper(right)},
		"an empty password":         {"mira@example.org", ""},
		"an unknown account":        {"nobody@example.org", right},
		"what is no e-mail":         {"mira", right},
		"no e-mail":                 {"", right},
		"a closed account":          {b.people[auth.Author].email, b.people[auth.Author].password},
		"a password of 10,000":      {"mira@example.org", strings.Repeat("x", 5_000)},
		"a letter that looks alike": {"mirа@example.org", right},
	} {
		a := logIn(tc.email, tc.password).wants(401).is("code", "wrong_credentials").has("WWW-Authenticate", "Bearer")
		text := strings.Replace(string(a.body), a.text("request_id"), "", 1)
		if wrong != "" && text != wrong {
			t.Errorf("%s is told apart: %s", name, text)
		}
		wrong = text
	}
	logIn("mira@example.org", nil).wants(422, "body.password")
	b.reader().post("/auth/login", object{"email": "mira@example.org"}).wants(422, "body.password")
	b.reader().post("/auth/login", object{"email": "mira@example.org", "password": right, "remember": true}).wants(422, "body.remember")
	b.reader().post("/auth/login", `{"email":"mira@example.org","password":"a","password":"`+right+`"}`).wants(400)
	b.reader().post("/auth/login?email=mira@example.org", object{"password": right}).wants(422)
	b.reader().get("/auth/login").wants(405).has("Allow", "OPTIONS, POST")

	failed := owner.get("/admin/events?kind=session.refused&limit=100").wants(200)
	if len(strings.Fields(failed.each("data", "seq"))) < 3 {
		t.Error("wrong passwords are not in the log")
	}
}

func TestAccessTokens(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	token := b.people[auth.Owner].answer.text("access_token")
	parts := strings.Split(token, ".")
	b.with(token).get("/auth/me").wants(200)
	flip := func(part string, at int) string {
		changed := []byte(part)
		if changed[at]++; changed[at] == '{' || changed[at] == '[' || changed[at] == '.' || changed[at] == ':' {
			changed[at] = 'A'
		}
		return string(changed)
	}
	for name, bad := range map[string]string{
		"another header":    flip(parts[0], 5) + "." + parts[1] + "." + parts[2],
		"another claim":     parts[0] + "." + flip(parts[1], 20) + "." + parts[2],
		"another signature": parts[0] + "." + parts[1] + "." + flip(parts[2], 3),
		"no signature":      parts[0] + "." + parts[1] + ".",
		"two parts":         parts[0] + "." + parts[1],
		"padding":           token + "=",
		"a second token":    token + "," + token,
		"8 KiB":             strings.Repeat("a", 8<<10),
	} {
		if got := b.with(bad).get("/auth/me"); got.status != 401 {
			t.Errorf("a token with %s answered %d", name, got.status)
		}
	}
	for name, headers := range map[string][]string{
		"lower case": {"Authorization: bearer " + token}, "twice": {"Authorization: Bearer " + token, "Authorization: Bearer " + token}, "as a cookie": {"Cookie: access_token=" + token},
		"two spaces": {"Authorization: Bearer  " + token}, "another header": {"X-Access-Token: " + token},
	} {
		if got := b.reader().get("/auth/me", headers...); got.status != 401 {
			t.Errorf("a token given in %s answered %d", name, got.status)
		}
	}
	for _, name := range []string{"token", "access_token"} {
		if got := b.reader().get("/auth/me?" + name + "=" + token); got.status != 401 {
			t.Errorf("a token in the query answered %d", got.status)
		}
	}
	b.clock.move(15*time.Minute - time.Second)
	b.with(token).get("/auth/me").wants(200)
	b.clock.move(2 * time.Second)
	b.with(token).get("/auth/me").wants(401)
}

func TestRefresh(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	refresh := func(token any) answer {
		t.Helper()
		return b.reader().post("/auth/refresh", object{"refresh_token": token})
	}
	first := b.people[auth.Editor]
	b.accessToken(first)
	other := b.reader().post("/auth/login", object{"email": first.email, "password": first.password}).wants(200)
	one := first.answer.text("refresh_token")

	// Each is good once, and again for ten seconds with the same successor.
	b.clock.move(20 * time.Minute)
	b.signedIn(b.people[auth.Moderator]).get("/auth/me").wants(200)
	answer := refresh(one).wants(200).has("Set-Cookie", "").has("Cache-Control", "no-store").is("user.email", first.email).is("expires_in", 900)
	two := answer.text("refresh_token")
	b.with(answer.text("access_token")).get("/auth/me").wants(200)
	b.clock.move(9 * time.Second)
	refresh(one).wants(200).is("refresh_token", two)
	three := refresh(two).wants(200).text("refresh_token")
	if one == two || two == three {
		t.Fatal("a refresh token did not change")
	}
	refresh(three).wants(200)

	// One that is used later has been copied: the session ends, that of the same person elsewhere goes on.
	b.clock.move(11 * time.Second)
	refresh(two).wants(401)
	refresh(three).wants(401)
	b.with(answer.text("access_token")).get("/auth/me").wants(401)
	b.with(refresh(other.text("refresh_token")).wants(200).text("access_token")).get("/auth/me").wants(200)
	b.as("owner").get("/admin/events?kind=session.reused").lists("subject_id", first.id)

	for name, bad := range map[string]any{"an access token": other.text("access_token"), "a word": "lantern", "cut": three[:len(three)-1], "with a line break": three + "\n"} {
		if got := refresh(bad); got.status != 401 {
			t.Errorf("%s answered %d", name, got.status)
		}
	}
	refresh(5).wants(422, "body.refresh_token")
	b.reader().post("/auth/refresh", nil).wants(401)
	b.reader().post("/auth/refresh", object{}).wants(401)
	b.reader().post("/auth/refresh", object{"token": three}).wants(422, "body.token")
}

func TestSessionsRunOut(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	for name, tc := range map[string]struct {
		every time.Duration // between two refreshes
		times int
		last  int // the status of the last
	}{
		"used each 29 days":      {29 * 24 * time.Hour, 3, 200},
		"not used for 30 days":   {30*24*time.Hour + time.Minute, 1, 401},
		"used for 180 days":      {20 * 24 * time.Hour, 9, 401},
		"used for 160 of them":   {20 * 24 * time.Hour, 8, 200},
		"used once in a quarter": {90 * 24 * time.Hour, 1, 401},
	} {
		t.Run(name, func(t *testing.T) {
			in := b.reader().on(t).post("/auth/login", object{"email": "mira@example.org", "password": "lantern orbit mellow quay"}).wants(200)
			for i := range tc.times {
				b.clock.move(tc.every)
				in = b.reader().on(t).post("/auth/refresh", object{"refresh_token": in.text("refresh_token")})
				if i < tc.times-1 {
					in.wants(200)
				}
			}
			in.wants(tc.last)
		})
	}
}

func TestManyRefreshesAtOnceGiveOneSuccessor(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	token := b.people[auth.Owner].answer.text("refresh_token")
	successors := make([]string, 50)
	var work sync.WaitGroup
	for i := range successors {
		work.Go(func() {
			successors[i] = b.reader().post("/auth/refresh", object{"refresh_token": token}).wants(200).text("refresh_token")
		})
	}
	work.Wait()
	for _, successor := range successors {
		if successor != successors[0] {
			t.Fatal("two successors of one refresh token")
		}
	}
}

// A browser keeps the refresh token where no script can read it.
func TestTheRefreshCookie(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		tunes  []func(*settings)
		cookie string
		secure bool
	}{
		"over https": {nil, "__Host-dimmer_refresh", true},
		"over http":  {[]func(*settings){plainHTTP}, "dimmer_refresh", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBlog(t, tc.tunes...)
			read := func(a answer) *http.Cookie {
				t.Helper()
				cookies := (&http.Response{Header: a.header}).Cookies()
				if len(cookies) != 1 {
					t.Fatalf("%s set %v", a.request, a.header.Values("Set-Cookie"))
				}
				c := cookies[0]
				if c.Name != tc.cookie || !c.HttpOnly || c.SameSite != http.SameSiteStrictMode || c.Secure != tc.secure || c.Path != "/" || c.Domain != "" {
					t.Errorf("%s set %s", a.request, c)
				}
				return c
			}
			send := func(c *http.Cookie) string { return "Cookie: " + c.Name + "=" + c.Value }
			in := b.reader().post("/auth/login", object{"email": "mira@example.org", "password": "lantern orbit mellow quay", "cookie": true}).wants(200).is("refresh_token", nil)
			cookie := read(in)
			if cookie.MaxAge < 30*24*3600-60 || cookie.MaxAge > 30*24*3600 {
				t.Errorf("the cookie lives %d s", cookie.MaxAge)
			}
			refreshed := b.reader().post("/auth/refresh", nil, send(cookie)).wants(200).is("refresh_token", nil)
			next := read(refreshed)
			if next.Value == cookie.Value {
				t.Error("the cookie did not change")
			}
			b.with(refreshed.text("access_token")).get("/auth/me").wants(200)
			b.reader().post("/auth/refresh", object{}, send(next)).wants(200)

			// Nobody else's site uses it, and none that was planted beside it counts.
			for site, headers := range map[string][]string{
				"another site": {"Sec-Fetch-Site: cross-site"}, "a sister of it": {"Sec-Fetch-Site: same-site"}, "another origin": {"Origin: https://evil.example"}, "no origin": {"Origin: null"},
				"a subdomain": {"Origin: " + strings.Replace(publicURL, "blog", "x.blog", 1)},
			} {
				for _, path := range []string{"/auth/refresh", "/auth/logout", "/auth/login"} {
					if got := b.reader().post(path, nil, append(headers, send(next))...); got.status != 403 || got.text("code") != "cross_site" {
						t.Errorf("%s from %s answered %d", path, site, got.status)
					}
				}
			}
			own := "https://blog.example"
			if !tc.secure {
				own = "http://blog.example"
			}
			latest := read(b.reader().post("/auth/refresh", nil, send(next), "Sec-Fetch-Site: same-origin", "Origin: "+own).wants(200))
			b.reader().post("/auth/refresh", nil, send(latest)+"; "+tc.cookie+"=planted").wants(401)
			b.reader().post("/auth/refresh", nil, "Cookie: refresh="+latest.Value).wants(401)

			out := b.reader().post("/auth/logout", nil, send(latest)).wants(204)
			if gone := read(out); gone.Value != "" || gone.MaxAge >= 0 {
				t.Errorf("signing out left the cookie %v", gone)
			}
			b.reader().post("/auth/refresh", nil, send(latest)).wants(401)
			b.with(refreshed.text("access_token")).get("/auth/me").wants(401)

			changed := b.reader().post("/auth/login", object{"email": "mira@example.org", "password": "lantern orbit mellow quay"}).wants(200)
			read(b.with(changed.text("access_token")).post("/auth/password", object{
				"current_password": "lantern orbit mellow quay", "new_password": "gravel poppy window song", "cookie": true,
			}).wants(200).is("refresh_token", nil))
		})
	}
}

func TestLogout(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	logIn := func() answer {
		t.Helper()
		return b.reader().post("/auth/login", object{"email": "mira@example.org", "password": "lantern orbit mellow quay"}).wants(200)
	}
	stays, byToken, byRefresh := logIn(), logIn(), logIn()
	b.with(byToken.text("access_token")).post("/auth/logout", nil).wants(204)
	b.reader().post("/auth/logout", object{"refresh_token": byRefresh.text("refresh_token")}).wants(204)
	for _, ended := range []answer{byToken, byRefresh} {
		b.with(ended.text("access_token")).get("/auth/me").wants(401)
		b.reader().post("/auth/refresh", object{"refresh_token": ended.text("refresh_token")}).wants(401)
	}
	b.with(stays.text("access_token")).get("/auth/me").wants(200)

	// To be signed out already is no error, and a stranger ends nothing.
	b.with(byToken.text("access_token")).post("/auth/logout", nil).wants(204)
	b.reader().post("/auth/logout", nil).wants(204)
	b.reader().post("/auth/logout", object{"refresh_token": "lantern"}).wants(204)
	b.reader().post("/auth/logout", object{"session": "all"}).wants(422, "body.session")
	b.with(stays.text("access_token")).get("/auth/me").wants(200)
}

func TestSessions(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	logIn := func(browser string) visitor {
		t.Helper()
		return b.with(b.reader().post("/auth/login", object{"email": "mira@example.org", "password": "lantern orbit mellow quay"}, "User-Agent: "+browser).wants(200).text("access_token"))
	}
	phone, desk := logIn("Phone"), logIn("Desk")
	list := phone.get("/auth/sessions").lists("user_agent", "Desk", "Phone", "Go-http-client/1.1")
	list.is("data.0.current", false).is("data.1.current", true).is("data.2.current", false)
	for _, secret := range []string{"token", "hash", "generation", "address"} {
		if strings.Contains(string(list.body), secret) {
			t.Errorf("the list of sessions holds %q", secret)
		}
	}
	phone.delete("/auth/sessions/" + list.text("data.0.id")).wants(204)
	desk.get("/auth/me").wants(401)
	phone.delete("/auth/sessions/" + list.text("data.0.id")).wants(404)
	phone.delete("/auth/sessions/" + unknownID).wants(404)
	phone.get("/auth/sessions").lists("user_agent", "Phone", "Go-http-client/1.1")

	elsewhere := logIn("Elsewhere")
	elsewhere.delete("/auth/sessions").wants(204)
	elsewhere.get("/auth/sessions").lists("user_agent", "Elsewhere")
	phone.get("/auth/me").wants(401)
}

func TestChangingOnesPassword(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	const old, fresh = "lantern orbit mellow quay", "gravel poppy window song"
	logIn := func(password string) answer {
		t.Helper()
		return b.reader().post("/auth/login", object{"email": "mira@example.org", "password": password})
	}
	here, elsewhere := b.with(logIn(old).wants(200).text("access_token")), b.with(logIn(old).wants(200).text("access_token"))
	change := func(current, next any) answer {
		t.Helper()
		return here.post("/auth/password", object{"current_password": current, "new_password": next})
	}
	change("wrong wrong wrong wrong", fresh).wants(422, "body.current_password")
	change("", fresh).wants(422, "body.current_password")
	change(old, "short").wants(422, "body.new_password")
	change(old, "mira@example.org").wants(422, "body.new_password")
	change(old, "passwordpassword").wants(422, "body.new_password")
	change(old, strings.Repeat("long enough ", 30)).wants(422, "body.new_password")
	change(old, nil).wants(422, "body.new_password")
	here.get("/auth/me").wants(200)
	logIn(old).wants(200)

	done := change(old, fresh).wants(200).is("user.email", "mira@example.org")
	here.get("/auth/me").wants(401)
	elsewhere.get("/auth/me").wants(401)
	b.with(done.text("access_token")).get("/auth/sessions").wants(200).is("data.0.current", true).lists("current", "true")
	b.reader().post("/auth/refresh", object{"refresh_token": done.text("refresh_token")}).wants(200)
	logIn(old).wants(401)
	logIn(fresh).wants(200)
}

func TestOnesOwnProfile(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	me := b.as("author")
	me.get("/auth/me").wants(200).is("role", "author").is("email", b.people[auth.Author].email).is("post_count", 0).is("bio", "")
	me.patch("/auth/me", object{"name": "Ben O.", "slug": "ben", "bio": " Writes. ", "url": "https://ben.example", "avatar_url": "/media/2026/ben.png", "extra": object{"a": 1}}).wants(200)
	read := me.get("/auth/me").wants(200)
	read.is("name", "Ben O.").is("slug", "ben").is("bio", "Writes.").is("url", "https://ben.example").is("avatar_url", "/media/2026/ben.png").is("extra", object{"a": 1})
	me.patch("/auth/me", object{"url": nil, "avatar_url": nil}).wants(200).is("url", nil).is("avatar_url", nil).is("name", "Ben O.")
	for field, value := range map[string]any{
		"role": "owner", "email": "x@example.org", "password": "gravel poppy window song", "disabled": false, "id": unknownID, "post_count": 9,
		"name": "", "slug": "?", "bio": strings.Repeat("x", 2001), "url": "javascript:x()", "avatar_url": "//evil.example/x", "extra": []int{}, "unknown": 1,
	} {
		me.patch("/auth/me", object{field: value}).wants(422, "body."+field)
	}
	me.patch("/auth/me", object{"slug": "mira holt"}).wants(200).is("slug", "mira-holt-2")
	if diff := cmp.Diff(read.at("id"), me.get("/auth/me").at("id")); diff != "" {
		t.Error(diff)
	}
	me.get("/admin/posts").wants(200) // still signed in
}

// With the limits on, guessing is slow and the owner gets in all the same.
func TestGuessingIsSlow(t *testing.T) {
	t.Parallel()
	b := newBlog(t, limited)
	try := func(email, password string) answer {
		t.Helper()
		return b.reader().post("/auth/login", object{"email": email, "password": password})
	}
	for i := range 5 {
		if got := try("ben-oduya@example.org", "wrong"); got.status != 401 {
			t.Fatalf("try %d answered %d", i+1, got.status)
		}
	}
	slow := try("ben-oduya@example.org", "wrong").wants(429).is("code", "too_many_requests")
	if wait := slow.header.Get("Retry-After"); wait != "1" {
		t.Errorf("after five wrong passwords it asks to wait %s s", wait)
	}
	try("ben-oduya@example.org", b.people[auth.Author].password).wants(429)
	b.clock.move(time.Second)
	try("ben-oduya@example.org", b.people[auth.Author].password).wants(200)

	// Mira has signed in from here before: nobody locks her out by guessing at her account.
	for range 10 {
		try("mira@example.org", "wrong").wants(401)
	}
	try("mira@example.org", "lantern orbit mellow quay").wants(200)

	// Twenty wrong ones from one address, and it waits, whatever the account.
	statuses := map[int]int{}
	for i := range 30 {
		statuses[try(fmt.Sprintf("nobody%d@example.org", i), "wrong").status]++
	}
	if statuses[429] < 20 {
		t.Errorf("an address tried 30 accounts more: %v", statuses)
	}
	b.reader().get("/posts").wants(200)
	b.clock.move(10 * time.Minute)
	try("mira@example.org", "lantern orbit mellow quay").wants(200)
}

func TestTokensLookLikeWhatTheyAre(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	in := b.people[auth.Owner].answer
	for name, form := range map[string]string{"access_token": `^eyJ[\w-]+\.eyJ[\w-]+\.[\w-]{43}$`, "refresh_token": `^dimr_[\w-]+$`} {
		if !regexp.MustCompile(form).MatchString(in.text(name)) {
			t.Errorf("%s is %s", name, in.text(name))
		}
	}
}
