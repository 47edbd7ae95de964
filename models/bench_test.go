package models

import (
	"fmt"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// benchSite is a blog of 1,000 posts of 6 KB with three tags and two authors each, and one post with a hundred comments.
func benchSite(b *testing.B) (s site, discussed Post) {
	b.Helper()
	s = newSite(b, "", func(c *Config) { c.SynchronousNormal = true })
	if _, err := s.CreateUser(b.Context(), s.owner, UserChange{Name: Some("Second Author")}); err != nil {
		b.Fatal(err)
	}
	source := "## A heading\n\n" + strings.Repeat("Some *words* of a [text](https://example.org) that goes on for a while.\n\n", 80)
	for i := range 1000 {
		at := start.Add(-time.Duration(i) * time.Hour)
		s.published(b, fmt.Sprint("Post ", i), func(c *PostChange) {
			c.Source, c.PublishedAt = Some(source), Some(&at)
			c.Tags, c.Authors = Some([]string{"Tag " + fmt.Sprint(i%10), "Tag " + fmt.Sprint(i%7), "Every"}), Some([]string{"mira-holt", "second-author"})
		})
	}
	discussed, err := s.PostBySlug(b.Context(), TypePost, "post-500")
	if err != nil {
		b.Fatal(err)
	}
	var roots []Comment
	for i := range 100 {
		tune := named(strings.Repeat("What a reader says. ", 15))
		if i%2 == 0 {
			roots = append(roots, s.comment(b, discussed, Approved, tune))
		} else {
			s.comment(b, discussed, Approved, tune, answer(roots[len(roots)-1]))
		}
	}
	return s, discussed
}

// processorTime is how long this program has been computing.
func processorTime(b *testing.B) time.Duration {
	b.Helper()
	var used unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_SELF, &used); err != nil {
		b.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// Goals on two cores of a small server: a post by its slug in 100 us, ten posts with tags and authors in 400 us.
func BenchmarkStore(b *testing.B) {
	s, discussed := benchSite(b)
	yes := true
	for _, c := range []struct {
		name string
		do   func() error
	}{
		{"post by slug", func() error { _, err := s.PostBySlug(b.Context(), TypePost, discussed.Slug); return err }},
		{"ten posts", func() error {
			_, err := s.Posts(b.Context(), System, PostQuery{Type: TypePost, Status: Published})
			return err
		}},
		{"ten posts of a tag", func() error {
			_, err := s.Posts(b.Context(), System, PostQuery{Type: TypePost, Status: Published, Tags: []string{"tag-3"}})
			return err
		}},
		{"ten posts of an author", func() error {
			_, err := s.Posts(b.Context(), System, PostQuery{Type: TypePost, Status: Published, Author: "mira-holt"})
			return err
		}},
		{"ten featured posts, of which there are none", func() error {
			_, err := s.Posts(b.Context(), System, PostQuery{Type: TypePost, Status: Published, Featured: &yes})
			return err
		}},
		{"the fiftieth page", func() error {
			_, err := s.Posts(b.Context(), System, PostQuery{Type: TypePost, Status: Published, Page: Page{Number: 50}})
			return err
		}},
		{"neighbours", func() error { _, _, err := s.Neighbours(b.Context(), discussed); return err }},
		{"related", func() error { _, err := s.Related(b.Context(), discussed, 5); return err }},
		{"search for a word of every post", func() error { _, _, _, err := s.Search(b.Context(), "words", 0, 10); return err }},
		{"search for a word of one post", func() error { _, _, _, err := s.Search(b.Context(), "post 777", 0, 10); return err }},
		{"thread of a hundred", func() error {
			list, err := s.Thread(b.Context(), discussed.ID, OldestFirst, Page{Limit: 100})
			if len(list.Items) != 50 {
				b.Fatal(len(list.Items))
			}
			return err
		}},
		{"session", func() error { return nil }},
		{"a post that is discussed", func() error { _, err := s.DiscussedPost(b.Context(), discussed.Slug); return err }},
		{"what is known before a comment is judged", func() error {
			_, err := s.History(b.Context(), "key", "text", []string{"example.org"}, nil)
			return err
		}},
		{"comment insert", func() error {
			_, err := s.CreateComment(b.Context(), Actor{Kind: ByReader}, NewComment{PostID: discussed.ID, Name: "x", Source: "x", HTML: "x", Judged: Judged{Status: Pending}, KeyHash: "key"})
			return err
		}},
	} {
		if c.name == "session" {
			session := s.signIn(b, "Browser")
			c.do = func() error { _, _, err := s.SessionUser(b.Context(), session.ID); return err }
		}
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			began := processorTime(b)
			for b.Loop() {
				if err := c.do(); err != nil {
					b.Fatal(err)
				}
			}
			// On a machine that others use too, the clock tells more of them than of us.
			b.ReportMetric(float64((processorTime(b)-began).Microseconds())/float64(b.N), "cpu-us/op")
		})
	}
}

// Readers who comment at once, with each comment on the disk before its answer: committed in groups, and each in a transaction of its own.
func BenchmarkCommentsAtOnce(b *testing.B) {
	for _, readers := range []int{1, 8, 32} {
		for _, most := range []int{maxGroup, 1} {
			b.Run(fmt.Sprintf("%d readers, %d together", readers, most), func(b *testing.B) {
				s := newSite(b, "")
				s.group.most = most
				post := s.published(b, "Discussed")
				var n atomic.Int64
				b.SetParallelism(max(1, readers/runtime.GOMAXPROCS(0)))
				b.ReportAllocs()
				b.ResetTimer()
				began := processorTime(b)
				b.RunParallel(func(p *testing.PB) {
					for p.Next() {
						i := n.Add(1)
						_, err := s.CreateComment(b.Context(), Actor{Kind: ByReader}, NewComment{
							PostID: post.ID, Name: "Ruth", Source: "So true.", HTML: "<p>So true.</p>", Judged: Judged{Status: Approved}, KeyHash: fmt.Sprint("key ", i%1000),
							TextHash: fmt.Sprint("text ", i), AddressHash: fmt.Sprint("address ", i),
						})
						if err != nil {
							b.Error(err)
							return
						}
					}
				})
				b.ReportMetric(float64((processorTime(b)-began).Microseconds())/float64(b.N), "cpu-us/op")
				b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "comments/s")
			})
		}
	}
}
