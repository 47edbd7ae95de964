package main

import (
	"context"
	"fmt"
	"net/http"
	"sync/atomic"
)

const (
	readsForEach = 19 // reads for each comment: 95 and 5 of a hundred
	mixedWriters = 32 // connections for comments, besides those that read, so that nobody who reads waits for a comment
)

// mixed measures how much of their rate reads keep while comments come in: a third lists, a third posts, a third threads, over a hundred
// posts, gzipped. The comments go to the same posts, or all to one.
func (m *measurement) mixed(ctx context.Context) error {
	kinds := []struct {
		name     string
		level    string // "" no comments
		slugs    []string
		approved bool
	}{
		{name: "reads alone"},
		{"all held", "all", m.slugs, false},
		{"all approved", "open", m.slugs, true},
		{"all approved, on one post", "open", m.slugs[:1], true},
	}
	texts := make([]*commentTexts, len(kinds))
	for i, k := range kinds {
		if k.level != "" {
			texts[i] = newCommentTexts(k.slugs, uint64(10+i)) // #nosec G115 -- small
		}
	}
	reads := m.mixedReads()
	seen, comments := make([][]loaded, len(kinds)), make([][]loaded, len(kinds))
	err := turns(m.Rounds, len(kinds), func(_, i int) error {
		k := kinds[i]
		if k.level != "" {
			if err := m.admin.level(ctx, k.level); err != nil {
				return err
			}
		}
		asked := 0
		if _, err := askTimes(ctx, m.dimmer.url, len(reads), func() *exchange { asked++; return reads[asked-1] }); err != nil { // what the settings have cleared
			return err
		}
		all, err := m.dimmer.under(ctx, load{m.Connections + mixedWriters, m.For, m.Threads}, mix(reads, texts[i], m.Connections))
		if err != nil {
			return fmt.Errorf("%s: %w", k.name, err)
		}
		if n := all[commenting].told["approved"]; !k.approved && n > 0 {
			return fmt.Errorf("%s: %d comments were approved", k.name, n)
		}
		seen[i], comments[i] = append(seen[i], all[reading]), append(comments[i], all[commenting])
		return nil
	})
	if err != nil {
		return err
	}
	t := table{
		name: "mixed", title: "Reads while comments come in, a second",
		header: []string{"", "reads", "of those alone", "comments", "share", "approved", "p50 ms", "p99 ms", "a comment's p99 ms", "wanted"},
		note: fmt.Sprintf("A third lists, a third posts, a third threads of %d posts, gzipped, on %d connections; %d more send a comment for each %d reads, as far as they get through. "+
			"An approved comment makes the thread anew; the rest of the approved share are links that are held.", len(m.slugs), m.Connections, mixedWriters, readsForEach),
	}
	for i, k := range kinds {
		row := []string{k.name, rounded(medianOf(seen[i], loaded.rate)), fmt.Sprintf("%.2f", ratios(seen[i], seen[0], loaded.rate).median())}
		if k.level == "" {
			row = append(row, "", "", "")
		} else {
			sent, approved, read := 0, 0, 0
			for r, c := range comments[i] {
				sent, approved, read = sent+c.count, approved+c.told["approved"], read+seen[i][r].count
			}
			row = append(row, rounded(medianOf(comments[i], loaded.rate)), fmt.Sprintf("%.1f %%", 100*float64(sent)/float64(max(sent+read, 1))),
				fmt.Sprintf("%.0f %%", 100*float64(approved)/float64(max(sent, 1))))
		}
		row = append(row, ms(medianOf(seen[i], loaded.p50)), ms(medianOf(seen[i], loaded.p99)))
		if k.level == "" {
			row = append(row, "", "")
		} else {
			row = append(row, ms(medianOf(comments[i], loaded.p99)), "0.80")
		}
		t.rows = append(t.rows, row)
	}
	m.tables = append(m.tables, t)
	return nil
}

// mixedReads are lists, posts and threads in turns.
func (m *measurement) mixedReads() []*exchange {
	var all []*exchange
	for _, slug := range m.slugs {
		for _, path := range []string{apiRoot + "/posts", postPath(slug), postPath(slug) + "/comments"} {
			all = append(all, &exchange{kind: reading, send: getRequest(path, "Accept-Encoding: gzip"), status: http.StatusOK, length: anyLength})
		}
	}
	return all
}

// mix reads on the first connections, and posts a comment for each so many reads on the others.
func mix(reads []*exchange, texts *commentTexts, readers int) supply {
	var read, written atomic.Uint64
	return func(connection int) *exchange {
		if connection < readers {
			return reads[read.Add(1)*7919%uint64(len(reads))] // a prime: what belongs to one post is not read at once
		}
		for texts != nil {
			n := written.Load()
			if n*readsForEach >= read.Load() {
				return nil
			}
			if written.CompareAndSwap(n, n+1) {
				return texts.next()
			}
		}
		return nil
	}
}
