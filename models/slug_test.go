package models

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

func TestASlugIsWhatIsLeftOfATitle(t *testing.T) {
	for title, wanted := range map[string]string{
		"The Dimmer Switch":                  "the-dimmer-switch",
		"  What's new?  It’s here!  ":        "whats-new-its-here",
		"C++ & C#":                           "c-c",
		"100 % sure, 3.5 times":              "100-sure-3-5-times",
		"Über die Brücke":                    "über-die-brücke",
		"u\u0308ber":                         "über",
		"ΟΔΥΣΣΕΥΣ":                           "οδυσσευσ",
		"Ἀθῆναι":                             "ἀθῆναι",
		"Привет, мир":                        "привет-мир",
		"東京の夜":                               "東京の夜",
		"हिन्दी में":                         "हिन्दी-में",
		"สวัสดี ชาวโลก":                      "สวัสดี-ชาวโลก",
		"שלום עולם":                          "שלום-עולם",
		"مرحبا بالعالم":                      "مرحبا-بالعالم",
		"٣ أشياء":                            "٣-أشياء",
		"snake_case and kebab-case":          "snake-case-and-kebab-case",
		"a/b\\c..%2e%2e/../etc":              "a-b-c-2e-2e-etc",
		"<script>alert(1)</script>":          "script-alert-1-script",
		"🎉 party 🎉":                          "party",
		"🎉":                                  "",
		"":                                   "",
		"---":                                "",
		"\u0301\u200b\u2060":                 "",
		"e’\u0301":                           "é",
		"İstanbul":                           "istanbul",
		"null\x00byte\nline":                 "null-byte-line",
		strings.Repeat("x", 101):             strings.Repeat("x", 100),
		strings.Repeat("x", 99) + " yes":     strings.Repeat("x", 99),
		strings.Repeat("x", 98) + " yes":     strings.Repeat("x", 98) + "-y",
		strings.Repeat("夜", 100) + "tail":    strings.Repeat("夜", 100),
		strings.Repeat("a ", 60) + "the end": strings.Repeat("a-", 49) + "a",
	} {
		want(t, strconv.Quote(title), Slug(title), wanted)
	}
}

func checkSlug(t *testing.T, text string) {
	t.Helper()
	slug := Slug(text)
	switch {
	case slug != Slug(slug):
		t.Errorf("%q: the slug %q has the slug %q", text, slug, Slug(slug))
	case !norm.NFC.IsNormalString(slug):
		t.Errorf("%q: %q is not NFC", text, slug)
	case utf8.RuneCountInString(slug) > 100:
		t.Errorf("%q: %q is longer than 100 characters", text, slug)
	case strings.HasPrefix(slug, "-"), strings.HasSuffix(slug, "-"), strings.Contains(slug, "--"):
		t.Errorf("%q: %q has a - without a word beside it", text, slug)
	case strings.ContainsFunc(slug, func(r rune) bool {
		return r != '-' && !unicode.In(r, unicode.L, unicode.Nd, unicode.M) || unicode.IsUpper(r) && unicode.ToLower(r) != r
	}):
		t.Errorf("%q: %q holds what is no small letter, digit or mark", text, slug)
	}
	tag := tagSlug("#" + text)
	if slug != "" && (!strings.HasPrefix(tag, "hash-") || tag != Slug(tag)) {
		t.Errorf("%q: the internal tag has the slug %q", text, tag)
	}
}

func FuzzSlug(f *testing.F) {
	for _, seed := range []string{"The Dimmer Switch", "e'\u0301", "İ", "ǅ", "ẞ", "a\u0300'\u0316b", "\u1100\u1161'\u11a8", "K", "夜", "x-\u0301y", "\xff\xfe", strings.Repeat("é ", 80)} {
		f.Add(seed)
	}
	f.Fuzz(checkSlug)
}

func TestATakenSlugGetsTheNextNumber(t *testing.T) {
	long := strings.Repeat("x", 100)
	for _, c := range []struct {
		slug  string
		taken []string
		want  string
	}{
		{"calm", nil, "calm"},
		{"calm", []string{"calm"}, "calm-2"},
		{"calm", []string{"calm", "calm-2", "calm-4"}, "calm-3"},
		{"calm", []string{"calm-2"}, "calm"},
		{long, []string{long}, long[:98] + "-2"},
		{strings.Repeat("x", 97) + "-yy", []string{strings.Repeat("x", 97) + "-yy"}, strings.Repeat("x", 97) + "-2"},
	} {
		got := freeSlug(c.slug, c.taken)
		want(t, c.slug, got, c.want)
		from, to := slugRange(c.slug)
		if got != c.slug && (got < from || got >= to) {
			t.Errorf("%s is not among what is looked at: %s to %s", got, from, to)
		}
	}
}

func TestPostsAndPagesShareTheirSlugs(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		want(t, "first", s.published(t, "About us").Slug, "about-us")
		want(t, "second", s.draft(t, "About us").Slug, "about-us-2")
		page := s.draft(t, "About us!", func(c *PostChange) { c.Type = Some(TypePage) })
		want(t, "a page", page.Slug, "about-us-3")
		want(t, "asked for", s.draft(t, "x", func(c *PostChange) { c.Slug = Some("About Us") }).Slug, "about-us-4")
		want(t, "without a letter", s.draft(t, "🎉").Slug, "post")
		want(t, "a page without a letter", s.draft(t, "🎉", func(c *PostChange) { c.Type = Some(TypePage) }).Slug, "page")

		long := strings.Repeat("é", 100)
		want(t, "long", s.draft(t, long).Slug, long)
		for n := 2; n <= 12; n++ {
			suffix := "-" + strconv.Itoa(n)
			want(t, "long again", s.draft(t, long).Slug, strings.Repeat("é", 100-len(suffix))+suffix)
		}

		page = s.change(t, page, PostChange{Slug: Some("about-us")})
		want(t, "a taken one asked for", page.Slug, "about-us-3") // its own, which is the next free
		_, err := s.ChangePost(t.Context(), s.owner, page.ID, page.Version, PostChange{Slug: Some("?!")})
		wantInvalid(t, "nothing asked for", err, "slug")
	})
}

func TestAFormerSlugLeadsToThePostIfItWasEverPublic(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		leadsTo := func(slug, to string) {
			t.Helper()
			post, err := s.PostBySlug(t.Context(), TypePost, slug)
			if to == "" {
				if !errors.Is(err, ErrNotFound) {
					t.Errorf("%s leads to %s (%v)", slug, post.Slug, err)
				}
			} else if err != nil || post.Slug != to {
				t.Errorf("%s leads to %q, want %q (%v)", slug, post.Slug, to, err)
			}
		}
		post := s.draft(t, "Alpha")
		post = s.change(t, post, PostChange{Slug: Some("beta")})
		want(t, "former slugs of a draft", post.FormerSlugs, []string(nil))
		want(t, "alpha is free", s.draft(t, "Alpha").Slug, "alpha")

		post = s.change(t, post, PostChange{Slug: Some("gamma"), Status: Some(Published)})
		want(t, "former slugs when it goes out under a new name", post.FormerSlugs, []string(nil))
		leadsTo("beta", "")
		leadsTo("gamma", "gamma")

		post = s.change(t, post, PostChange{Slug: Some("delta")})
		post = s.change(t, post, PostChange{Slug: Some("epsilon")})
		want(t, "former slugs", post.FormerSlugs, []string{"gamma", "delta"})
		leadsTo("gamma", "epsilon")
		leadsTo("delta", "epsilon")
		want(t, "a former slug is taken", s.published(t, "Gamma").Slug, "gamma-2")

		post = s.change(t, post, PostChange{Slug: Some("Gamma")})
		want(t, "renamed back", post.Slug, "gamma")
		want(t, "former slugs", post.FormerSlugs, []string{"delta", "epsilon"})
		want(t, "as stored", s.stored(t, post.ID).FormerSlugs, post.FormerSlugs)
		leadsTo("epsilon", "gamma")
		post = s.change(t, post, PostChange{Slug: Some("delta")})
		want(t, "former slugs", post.FormerSlugs, []string{"epsilon", "gamma"})
		want(t, "as stored", s.stored(t, post.ID).FormerSlugs, post.FormerSlugs)

		post = s.change(t, post, PostChange{Status: Some(Draft)})
		leadsTo("gamma", "")
		leadsTo("delta", "")
		post = s.change(t, post, PostChange{Status: Some(Archived)})
		leadsTo("gamma", "delta")
		if _, err := s.PostBySlug(t.Context(), TypePage, "delta"); !errors.Is(err, ErrNotFound) {
			t.Errorf("as a page: %v", err)
		}

		if err := s.DeletePost(t.Context(), s.owner, post.ID, post.Version); err != nil {
			t.Fatal(err)
		}
		leadsTo("delta", "")
		for _, slug := range []string{"delta", "epsilon"} {
			want(t, "free again", s.draft(t, slug).Slug, slug)
		}
	})
}

func TestPostsOfOneNameWrittenAtOnceGetASlugEach(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		slugs := make([]string, 30)
		together(len(slugs), func(i int) {
			post, err := s.CreatePost(t.Context(), s.owner, PostChange{Title: Some("Same name"), Tags: Some([]string{"Same tag"})})
			if err != nil {
				t.Error(err)
			}
			slugs[i] = post.Slug
		})
		slices.Sort(slugs)
		if len(slices.Compact(slugs)) != 30 {
			t.Errorf("slugs %v", slugs)
		}
		want(t, "tags", s.number(t, "SELECT count(*) FROM tags"), 1)
	})
}
