package models

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"dimmer/markdown"
)

// library is what the questions below look through: name, title, text, tags.
var library = [][4]string{
	{"dimmer", "The Dimmer Switch", "A calm house turns the noise down, and you’ve kept the light.", "Stress,Pain,#series"},
	{"naive", "Naïve Crème Brûlée", "Façade, cœur, Ångström and jalapeño.", "Café"},
	{"bridge", "Über die Brücke", "Straße und Fußgänger: größer, schöner.", "Größe"},
	{"tokyo", "東京の夜", "夜の東京タワーはきれいです。コーヒーを飲みます。", "日本"},
	{"cancer", "がん", "がんの話。", "健康"},
	{"beijing", "北京天安门", "我爱北京天安门。", "中文"},
	{"moscow", "Привет, мир", "Ёлка и йод в Москве.", "Привет"},
	{"athens", "Ἀθῆναι", "Η Αθήνα είναι η πρωτεύουσα.", ""},
	{"hindi", "हिन्दी में", "कुल और कल", ""},
	{"thai", "สวัสดีชาวโลก", "มี มา", ""},
	{"hebrew", "שָׁלוֹם עולם", "מילים", ""},
	{"arabic", "مَرْحَبًا بالعالم", "كلمات", ""},
	{"korean", "한국어", "안녕하세요 세계", ""},
	{"code", "C++ and C# in 2026", "Use a-b, x.y@z.org, 3.14, 12ab, 1e5, v1.2.3 and snake_case; AND OR NOT NEAR.", "Go 1.26"},
	{"markup", "Ampersand & <b>", "<script>alert(1)</script> title:secret \"quoted\" it's", ""},
	{"old", "Numbers 𐄇 and 𞤀𞤁", "Aegean numbers and Adlam letters: 𐄈 𞤂𞤃.", ""},
}

var questions = []struct{ q, found string }{
	{"dimmer", "dimmer"}, {"DIMMER switch", "dimmer"}, {"switch dimmer", "dimmer"}, {"dim", "dimmer"}, {"immer", ""}, {"dim calm", ""}, {"calm dim", "dimmer"},
	{"dimmer nowhere", ""}, {"youve", "dimmer"}, {"you've", "dimmer"}, {"YOU’VE kept", "dimmer"}, {"pain", "dimmer"}, {"stress pain light", "dimmer"}, {"series", ""}, {"#series", ""},
	{"naive creme brulee", "naive"}, {"NAÏVE", "naive"}, {"cafe", "naive"}, {"café", "naive"}, {"jalapeno", "naive"}, {"angstr", "naive"},
	{"brucke", "bridge"}, {"Brücke", "bridge"}, {"bru\u0308cke", "bridge"}, {"straße", "bridge"}, {"strasse", ""}, {"große", "bridge"}, {"ＧＲÖẞＥ", "bridge"},
	{"東京", "tokyo"}, {"京東", "tokyo"}, {"コーヒー", "tokyo"}, {"夜", "tokyo"}, {"がん", "cancer"}, {"かん", ""}, {"北京", "beijing"}, {"爱", "beijing"}, {"日本 東京", "tokyo"},
	{"привет", "moscow"}, {"ПРИВЕТ мир", "moscow"}, {"елка", "moscow"}, {"моск", "moscow"}, {"αθηναι", "athens"}, {"ΑΘΗΝΑ", "athens"},
	{"हिन्दी", "hindi"}, {"कुल", "hindi"}, {"मुल", ""}, {"มี", "thai"}, {"สวัสดี", "thai"}, {"שלום", "hebrew"}, {"مرحبا", "arabic"}, {"한국", "korean"}, {"세계", "korean"},
	{"C++", "code dimmer naive"}, {"c++ 2026", "code"}, {"C# code", ""}, {"2026", "code"}, {"202", "code"}, {"3.14", "code"}, {"12ab", "code"}, {"12a", "code"}, {"1e5", "code"}, {"a-b", "code"}, {"x.y@z.org", "code"},
	{"snake_case", "code"}, {"go 1.26", "code"}, {"AND", "code dimmer naive old"}, {"OR NOT NEAR", "code"}, {"NEAR(code", ""}, {"near(", "code"},
	{"title:secret", "markup"}, {"{title}:dimmer", ""}, {"\"quoted\"", "markup"}, {"\"", ""}, {"it's", "markup"}, {"its", "markup"}, {"<b>", "bridge code markup naive"}, {"script", "markup"},
	{"𐄇", "old"}, {"𞤀𞤁", "old"}, {"𞤢", "old"}, {"", ""}, {"   ", ""}, {"?!", ""}, {"*", ""}, {"^", ""}, {"-", ""}, {"%", ""}, {"_", ""}, {"'; DROP TABLE posts; --", ""},
	{"dim\x00mer", ""}, {"dimmer\x00", "dimmer"}, {"\xff\xfe", ""}, {"$1 $tag$", ""}, {"dimmer & !calm | (x)", ""}, {"dimmer:*", "dimmer"}, {"!dimmer", "dimmer"},
}

func fillLibrary(t testing.TB, s site) {
	t.Helper()
	for _, c := range library {
		s.published(t, c[1], func(change *PostChange) {
			change.Slug, change.Source, change.Format = Some(c[0]), Some(c[2]), Some(markdown.FormatHTML)
			if c[0] == "markup" {
				change.Source = Some("&lt;script&gt;alert(1)&lt;/script&gt; title:secret \"quoted\" it's")
			}
			if c[3] != "" {
				change.Tags = Some(strings.Split(c[3], ","))
			}
			if c[0] == "athens" {
				change.Type = Some(TypePage)
			}
		})
	}
	future := s.clock.now().Add(time.Hour)
	for status := range map[PostStatus]bool{Draft: true, Scheduled: true, Archived: true} {
		s.draft(t, "Dimmer switch that is "+string(status), func(c *PostChange) {
			c.Status, c.Source = Some(status), Some("A calm house, 東京, привет, unpublished.")
			if status == Scheduled {
				c.PublishedAt = Some(&future)
			}
		})
	}
}

func TestSearchFindsTheSameOnBothDatabases(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		fillLibrary(t, s)
		for _, c := range questions {
			found, total, capped, err := s.Search(t.Context(), c.q, 0, 100)
			if err != nil {
				t.Errorf("%q: %v", c.q, err)
				continue
			}
			slugs := []string{}
			for _, f := range found {
				slugs = append(slugs, f.Post.Slug)
				if utf8.RuneCountInString(f.Snippet) > 600 || strings.ContainsAny(strings.NewReplacer("<mark>", "", "</mark>", "").Replace(f.Snippet), `<>"'`) {
					t.Errorf("%q: snippet %q", c.q, f.Snippet)
				}
				if f.Post.HTML != "" || f.Post.Text != "" || len(f.Post.Authors) != 1 {
					t.Errorf("%q: found %+v", c.q, f.Post)
				}
			}
			if int(total) != len(found) || capped {
				t.Errorf("%q: total %d, capped %v", c.q, total, capped)
			}
			slices.Sort(slugs)
			want(t, strconv.Quote(c.q), strings.Join(slugs, " "), c.found)
		}
		for _, q := range []string{"unpublished", "that is", "archived"} {
			if found, total, _, err := s.Search(t.Context(), q, 0, 100); err != nil || len(found) > 0 || total > 0 {
				t.Errorf("%q finds what is not published: %d (%v)", q, total, err)
			}
		}
		for _, q := range []string{strings.Repeat("x", 10<<10), "a b c d e f g h i j k"} {
			_, _, _, err := s.Search(t.Context(), q, 0, 10)
			wantInvalid(t, q[:10], err, "q")
		}
	})
}

func TestSearchFollowsEveryChange(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		finds := func(q string, wanted ...string) {
			t.Helper()
			found, _, _, err := s.Search(t.Context(), q, 0, 10)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, f := range found {
				got = append(got, f.Post.Title)
			}
			want(t, q, got, wanted)
		}
		post := s.published(t, "Lantern", func(c *PostChange) { c.Source, c.Tags = Some("A quiet harbour."), Some([]string{"Ships", "#crew"}) })
		finds("lantern", "Lantern")
		finds("harbour", "Lantern")
		finds("ships", "Lantern")
		finds("crew")
		post = s.change(t, post, PostChange{Title: Some("Beacon"), Source: Some("A loud port.")})
		finds("lantern")
		finds("harbour")
		finds("beacon", "Beacon")
		finds("port ships", "Beacon")
		post = s.change(t, post, PostChange{Excerpt: Some(ptr("All about foghorns"))})
		finds("foghorn", "Beacon")

		ships := post.Tags[0]
		if _, err := s.ChangeTag(t.Context(), s.owner, ships.ID, TagChange{Name: Some("Boats")}); err != nil {
			t.Fatal(err)
		}
		finds("ships")
		finds("boats", "Beacon")
		vessels, err := s.CreateTag(t.Context(), s.owner, TagChange{Name: Some("Vessels")})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.MergeTag(t.Context(), s.owner, ships.ID, vessels.ID); err != nil {
			t.Fatal(err)
		}
		finds("boats")
		finds("vessels", "Beacon")
		if err := s.DeleteTag(t.Context(), s.owner, vessels.ID); err != nil {
			t.Fatal(err)
		}
		finds("vessels")
		post = s.stored(t, post.ID)
		post = s.change(t, post, PostChange{Status: Some(Draft)})
		finds("beacon")
		post = s.change(t, post, PostChange{Status: Some(Published)})
		finds("beacon", "Beacon")
		if err := s.DeletePost(t.Context(), s.owner, post.ID, post.Version); err != nil {
			t.Fatal(err)
		}
		finds("beacon")
		if !s.postgres {
			want(t, "rows of the index", s.number(t, "SELECT count(*) FROM post_search WHERE post_search MATCH '\"beacon\"*'"), 0)
		}
	})
}

func TestSearchPutsTheBestFirst(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		s.published(t, "About other things", func(c *PostChange) {
			c.Source = Some("One lantern. " + strings.Repeat("Nothing of the kind here. ", 50))
		})
		s.published(t, "Things with a tag", func(c *PostChange) { c.Tags = Some([]string{"Lantern"}) })
		s.published(t, "The lantern")
		found, total, _, err := s.Search(t.Context(), "lantern", 0, 2)
		if err != nil {
			t.Fatal(err)
		}
		want(t, "total", total, 3)
		want(t, "first", found[0].Post.Title, "The lantern")
		want(t, "second", found[1].Post.Title, "Things with a tag")
		found, _, _, err = s.Search(t.Context(), "lantern", 2, 2)
		if err != nil || len(found) != 1 || found[0].Snippet[:len("One <mark>lantern.</mark>")] != "One <mark>lantern.</mark>" {
			t.Errorf("%+v %v", found, err)
		}
	})
}

func FuzzSearchQuery(f *testing.F) {
	for _, c := range questions {
		f.Add(c.q)
	}
	s := newSite(f, "")
	fillLibrary(f, s)
	f.Fuzz(func(t *testing.T, q string) {
		var invalid Invalid
		if _, _, _, err := s.Search(t.Context(), q, 0, 10); err != nil && !errors.As(err, &invalid) {
			t.Errorf("%q: %v", q, err)
		}
		terms, err := questionTerms(q)
		if err != nil {
			return
		}
		for _, term := range terms {
			if strings.ContainsAny(term, `"'\:&|!()*<> `) {
				t.Errorf("%q asks for %q", q, term)
			}
		}
	})
}
