package models

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"
)

func (s site) set(t testing.TB, change map[string]string) (Settings, error) {
	t.Helper()
	raw := SettingsChange{}
	for name, value := range change {
		raw[name] = json.RawMessage(value)
	}
	return s.ChangeSettings(t.Context(), s.owner, raw)
}

func TestEveryBadSettingIsNamed(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		before, err := s.Settings(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		text := func(n int) string { return `"` + strings.Repeat("é", n) + `"` }
		links := func(n int) string {
			return "[" + strings.TrimSuffix(strings.Repeat(`{"label":"x","url":"/"},`, n), ",") + "]"
		}
		for _, c := range []struct {
			name, value string
			bad         []string // the setting itself if nil
		}{
			{"title", `""`, nil}, {"title", `"\u200b"`, nil}, {"title", text(301), nil}, {"title", "1", nil}, {"title", "null", nil}, {"title", "{}", nil},
			{"description", text(1001), nil}, {"description", `"\u0000"`, nil}, {"language", `"xx-yy-zz"`, nil}, {"language", `""`, nil},
			{"timezone", `"Local"`, nil}, {"timezone", `""`, nil}, {"timezone", `"../../etc/passwd"`, nil}, {"timezone", `"Mars/Olympus"`, nil},
			{"logo_url", `"javascript:x"`, nil}, {"privacy_url", `"//x"`, nil}, {"site_url", `"/path"`, nil}, {"site_url", `"https://x.example?a=b"`, nil}, {"site_url", `"https://u:p@x.example"`, nil},
			{"post_url", `"/posts/"`, nil}, {"page_url", `"/{slug}/{slug}"`, nil}, {"tag_url", `"javascript:{slug}"`, nil}, {"author_url", `"{slug}"`, nil},
			{"preview_url", `""`, nil}, {"preview_url", `"/preview"`, nil}, {"preview_url", `"/{slug}"`, nil}, {"preview_url", `"/{token}/{token}"`, nil}, {"preview_url", `"javascript:{token}"`, nil},
			{"preview_url", `"//evil.example/{token}"`, nil}, {"preview_url", `"{token}"`, nil}, {"preview_url", `"https://u:p@x.example/{token}"`, nil}, {"preview_url", `1`, nil},
			{"navigation", `{}`, nil}, {"navigation", `"x"`, nil}, {"navigation", links(51), nil}, {"navigation", `[{"label":"x","url":"/","target":"_blank"}]`, nil},
			{"navigation", `[{"label":"ok","url":"/"},{"label":"","url":"x"}]`, []string{"navigation[1].label", "navigation[1].url"}}, {"navigation", `[{}]`, []string{"navigation[0].label", "navigation[0].url"}},
			{"comment_level", `"some"`, nil}, {"comment_level", `null`, nil},
			{"comments_close_after_days", `-1`, nil}, {"comments_close_after_days", `1.5`, nil}, {"comments_close_after_days", `36501`, nil}, {"comment_edit_minutes", `1441`, nil}, {"comment_edit_minutes", `"15"`, nil},
			{"cache_seconds", `86401`, nil}, {"cache_seconds", `1e99`, nil}, {"stale_seconds", `604801`, nil}, {"stale_seconds", `true`, nil}, {"starter_site", `1`, nil}, {"starter_site", `null`, nil},
			{"Title", `"x"`, nil}, {"colour", `"red"`, nil}, {"", `1`, nil},
		} {
			if c.bad == nil {
				c.bad = []string{c.name}
			}
			_, err := s.set(t, map[string]string{c.name: c.value})
			wantInvalid(t, c.name+" = "+c.value[:min(len(c.value), 30)], err, c.bad...)
		}
		_, err = s.set(t, map[string]string{"title": `1`, "timezone": `2`, "colour": `"red"`, "description": `"fine"`})
		wantInvalid(t, "several at once", err, "title", "timezone", "colour")
		_, err = s.set(t, map[string]string{"title": `""`, "timezone": `"Mars/Olympus"`, "cache_seconds": `-1`})
		wantInvalid(t, "several at once", err, "title", "timezone", "cache_seconds")
		after, err := s.Settings(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		want(t, "nothing of it was taken", after, before)
	})
}

func TestSettingsAreReplacedEachAsAWhole(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		wanted := DefaultSettings()
		wanted.Title = "Quiet Hands"
		check := func(what string, got Settings, err error) {
			t.Helper()
			if err != nil {
				t.Fatalf("%s: %v", what, err)
			}
			want(t, what, got, wanted)
			again := open(t, s.config) // nothing remembered
			got, err = again.Settings(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			want(t, what+", as stored", got, wanted)
			if err := again.Close(); err != nil {
				t.Fatal(err)
			}
		}
		got, err := s.set(t, map[string]string{})
		check("nothing", got, err)
		wanted.Navigation = []Link{{"Home", "/"}, {"About", "/about"}}
		got, err = s.set(t, map[string]string{"navigation": `[{"label":" Home ","url":"/"},{"label":"About","url":"/about"}]`})
		check("a navigation", got, err)
		wanted.Navigation = []Link{{"Shop", "https://shop.example"}}
		got, err = s.set(t, map[string]string{"navigation": `[{"label":"Shop","url":"https://shop.example"}]`})
		check("a shorter one", got, err)
		wanted.Description = "Text"
		got, err = s.set(t, map[string]string{"description": `" Text "`})
		check("left alone", got, err)
		wanted.Navigation = []Link{}
		got, err = s.set(t, map[string]string{"navigation": `[]`})
		check("none", got, err)
		for _, logo := range []string{"/a.png", "/b.png", "https://example.org/c.png"} {
			wanted.LogoURL = &logo
			got, err = s.set(t, map[string]string{"logo_url": `"` + logo + `"`})
			check("a logo", got, err)
		}
		wanted.LogoURL = nil
		got, err = s.set(t, map[string]string{"logo_url": `null`})
		check("no logo", got, err)
		wanted.SiteURL, wanted.Language, wanted.Timezone = ptr("https://quiet.example/blog"), "de-AT", "Europe/Vienna"
		wanted.PostURL, wanted.CommentLevel, wanted.CommentsCloseAfterDays, wanted.CacheSeconds = "/{slug}/", LevelClosed, 30, 0
		got, err = s.set(t, map[string]string{
			"site_url": `"https://quiet.example/blog//"`, "language": `"de-at"`, "timezone": `"Europe/Vienna"`, "post_url": `"/{slug}/"`, "comment_level": `"closed"`,
			"comments_close_after_days": `30`, "cache_seconds": `0`,
		})
		check("many", got, err)

		events, err := s.Events(t.Context(), EventQuery{Kind: "settings.updated"})
		if err != nil {
			t.Fatal(err)
		}
		want(t, "the event names", events.Items[0].Fields, []string{"cache_seconds", "comment_level", "comments_close_after_days", "language", "post_url", "site_url", "timezone"})
		want(t, "the event is about", events.Items[0].SubjectID, s.InstanceID())
		total := events.Total
		if _, err := s.set(t, map[string]string{"title": `"Quiet Hands"`, "cache_seconds": "0"}); err != nil {
			t.Fatal(err)
		}
		if events, err = s.Events(t.Context(), EventQuery{Kind: "settings.updated"}); err != nil || events.Total != total {
			t.Errorf("what changes nothing is told: %d events, were %d (%v)", events.Total, total, err)
		}
	})
}

func TestASettingOfAnotherVersionIsLeftAlone(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		row := setting{Key: "of_the_future", Value: `{"x":1}`, UpdatedAt: start}
		if err := s.writer.Create(&row).Error; err != nil {
			t.Fatal(err)
		}
		if _, err := s.set(t, map[string]string{"title": `"After"`}); err != nil {
			t.Fatal(err)
		}
		want(t, "it is kept", s.number(t, "SELECT count(*) FROM settings WHERE key = 'of_the_future'"), 1)
	})
}

func TestSettingsAreNeverOlderThanAnAnsweredChange(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		together(8, func(i int) {
			name := []string{"cache_seconds", "stale_seconds", "comment_edit_minutes", "comments_close_after_days"}[i%4]
			if i >= 4 { // who only reads makes others remember what is old
				for range 300 {
					if _, err := s.Settings(t.Context()); err != nil {
						t.Error(err)
					}
				}
				return
			}
			for n := range 25 {
				if _, err := s.set(t, map[string]string{name: fmt.Sprint(n)}); err != nil {
					t.Error(err)
					return
				}
				got, err := s.Settings(t.Context())
				if err != nil {
					t.Error(err)
					return
				}
				if value := map[string]int{"cache_seconds": got.CacheSeconds, "stale_seconds": got.StaleSeconds, "comment_edit_minutes": got.CommentEditMinutes, "comments_close_after_days": got.CommentsCloseAfterDays}[name]; value != n {
					t.Errorf("%s was set to %d and is %d", name, n, value)
				}
			}
		})
	})
}

func TestOnPostgresTheSettingsOfAnotherProgramCountAfterASecond(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		if !s.postgres {
			return
		}
		config := s.config
		config.Dir = t.TempDir()
		second := open(t, config)
		if _, err := second.Settings(t.Context()); err != nil {
			t.Fatal(err)
		}
		if _, err := s.set(t, map[string]string{"title": `"Changed"`}); err != nil {
			t.Fatal(err)
		}
		s.clock.move(settingsAge)
		got, err := second.Settings(t.Context())
		if err != nil || got.Title != "Changed" {
			t.Errorf("%q %v", got.Title, err)
		}
		s.clock.move(-24 * time.Hour) // a clock that was set back does not make them last
		if _, err := s.set(t, map[string]string{"title": `"Changed again"`}); err != nil {
			t.Fatal(err)
		}
		if got, err = second.Settings(t.Context()); err != nil || got.Title != "Changed again" {
			t.Errorf("%q %v", got.Title, err)
		}
	})
}

func TestAnAddressIsMadeOfItsPattern(t *testing.T) {
	site := DefaultSettings()
	want(t, "by default", site.Address("https://dimmer.example", site.PostURL, "über-uns"), "https://dimmer.example/posts/%C3%BCber-uns")
	site.SiteURL = ptr("https://quiet.example/blog")
	want(t, "on the site", site.Address("https://dimmer.example", site.TagURL, "a"), "https://quiet.example/blog/tags/a")
	site.PostURL = "https://other.example/{slug}.html"
	want(t, "elsewhere", site.Address("https://dimmer.example", site.PostURL, "a"), "https://other.example/a.html")
}

func TestAPreviewIsWhereTheFrontendShowsIt(t *testing.T) {
	site := DefaultSettings()
	address := func() string { return site.PreviewAddress("https://dimmer.example", "dimp_a-b") }
	want(t, "by default", address(), "")
	site.PreviewURL = ptr("/draft?token={token}")
	want(t, "as a path", address(), "https://dimmer.example/draft?token=dimp_a-b")
	site.SiteURL = ptr("https://quiet.example/blog")
	want(t, "on the site", address(), "https://quiet.example/blog/draft?token=dimp_a-b")
	site.PreviewURL = ptr("https://other.example/draft#{token}")
	want(t, "elsewhere", address(), "https://other.example/draft#dimp_a-b")
	want(t, "what it is checked for", site.Check(), nil)
}

// Who checks a copy of the settings changes nothing of what others read.
func TestACheckChangesNoOthersSettings(t *testing.T) {
	settings := DefaultSettings()
	settings.Title, settings.Navigation, settings.BlockedWords = "Blog", []Link{{" About ", "/about"}}, []string{" casino "}
	tried := settings
	if err := tried.Check(); err != nil {
		t.Fatal(err)
	}
	want(t, "the copy", []any{tried.Navigation[0].Label, tried.BlockedWords[0]}, []any{"About", "casino"})
	want(t, "what it was made of", []any{settings.Navigation[0].Label, settings.BlockedWords[0]}, []any{" About ", " casino "})
}

func TestListsOfWhatIsBlockedAreKeptInOneForm(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		list := func(entries ...string) string {
			text, err := json.Marshal(entries)
			if err != nil {
				t.Fatal(err)
			}
			return string(text)
		}
		numbered := func(n int) (entries []string) {
			for i := range n {
				entries = append(entries, fmt.Sprint("word ", i))
			}
			return entries
		}
		for _, name := range []string{"blocked_words", "blocked_domains", "blocked_addresses"} {
			read := func(settings Settings) []string {
				return map[string][]string{"blocked_words": settings.BlockedWords, "blocked_domains": settings.BlockedDomains, "blocked_addresses": settings.BlockedAddresses}[name]
			}
			for _, c := range []struct {
				value string
				kept  []string // nil: refused
				bad   []string // the setting itself if nil
			}{
				{value: list("casino", "casino*", "@example.org", " two \n words ", "casino"), kept: []string{"casino", "casino*", "@example.org", "two words"}},
				{value: list(numbered(500)...), kept: numbered(500)}, {value: list(numbered(501)...)},
				{value: list(strings.Repeat("é", 200)), kept: []string{strings.Repeat("é", 200)}}, {value: list("fine", strings.Repeat("é", 201)), bad: []string{name + "[1]"}},
				{value: list("", "fine", " \u200b"), bad: []string{name + "[0]", name + "[2]"}},
				{value: list("*", "fine", "@", "*.*", ". .", "**"), bad: []string{name + "[0]", name + "[2]", name + "[3]", name + "[4]", name + "[5]"}},
				{value: "null", kept: []string{}}, {value: `"casino"`}, {value: "[1]"}, {value: "{}"}, {value: "[null]", bad: []string{name + "[0]"}},
				{value: "[]", kept: []string{}},
			} {
				what := name + " = " + c.value[:min(len(c.value), 30)]
				settings, err := s.set(t, map[string]string{name: c.value})
				if c.kept != nil {
					if err != nil {
						t.Fatalf("%s: %v", what, err)
					}
					want(t, what, read(settings), c.kept)
					continue
				}
				if c.bad == nil {
					c.bad = []string{name}
				}
				wantInvalid(t, what, err, c.bad...)
			}
		}
		for name, most := range map[string]int{"comment_spam_days": 3650, "comment_address_days": 365} {
			for n, ok := range map[int]bool{-1: false, 0: false, 1: true, most: true, most + 1: false} {
				_, err := s.set(t, map[string]string{name: fmt.Sprint(n)})
				if ok {
					wantInvalid(t, fmt.Sprint(name, " = ", n), err)
				} else {
					wantInvalid(t, fmt.Sprint(name, " = ", n), err, name)
				}
			}
		}
	})
}
