package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/http"
	"strconv"
)

// cell is one kind of read that is measured.
type cell struct {
	name    string
	path    string
	headers []string
	want    recorded // what Dimmer answers
}

// reads measures what Dimmer has ready beside bare gin that sends the very same bytes: once with all the headers that Dimmer sends, once with
// the type alone.
func (m *measurement) reads(ctx context.Context) (err error) {
	cells, err := m.record(ctx)
	if err != nil {
		return err
	}
	answers := make([]recorded, len(cells))
	for i, c := range cells {
		answers[i] = c.want
	}
	same, err := m.bare(ctx, "all", answers)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, same.stop()) }()
	plain, err := m.bare(ctx, "type", answers)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, plain.stop()) }()

	rivals := []*server{m.dimmer, same, plain}
	seen := make([][3][]loaded, len(cells))
	for i, c := range cells { // warm
		for r, s := range rivals {
			if _, err := s.under(ctx, load{m.Connections, m.For / 4, m.Threads}, c.asker(r > 0, i)); err != nil {
				return fmt.Errorf("%s: %w", c.name, err)
			}
		}
	}
	for i, c := range cells {
		err := turns(m.Rounds, len(rivals), func(_, r int) error {
			all, err := rivals[r].under(ctx, m.load(), c.asker(r > 0, i))
			seen[i][r] = append(seen[i][r], all[reading])
			return err
		})
		if err != nil {
			return fmt.Errorf("%s: %w", c.name, err)
		}
	}
	m.tables = append(m.tables, readsTables(cells, seen)...)
	return nil
}

func readsTables(cells []cell, seen [][3][]loaded) []table {
	rates := table{
		name: "reads", title: "Reads, in requests a second",
		header: []string{"answer", "bytes", "Dimmer", "bare gin, same headers", "ratio", "bare gin, type alone", "ratio"},
	}
	costs := table{
		name: "latency", title: "What a read takes",
		header: []string{"answer", "p50 ms", "bare gin's", "p99 ms", "bare gin's", "ratio", "CPU µs", "bare gin's", "client's"},
		note:   "The rival is bare gin with the same headers. client's is the processor time of this program for one answer of bare gin.",
	}
	var same, alone, late figures
	for i, c := range cells {
		d, s, p := seen[i][0], seen[i][1], seen[i][2]
		toSame, toAlone, later := ratios(d, s, loaded.rate).median(), ratios(d, p, loaded.rate).median(), ratios(d, s, loaded.p99).median()
		same, alone, late = append(same, toSame), append(alone, toAlone), append(late, later)
		rates.rows = append(rates.rows, []string{
			c.name, grouped(len(c.want.Body)), rounded(medianOf(d, loaded.rate)), rounded(medianOf(s, loaded.rate)), fmt.Sprintf("%.2f", toSame),
			rounded(medianOf(p, loaded.rate)), fmt.Sprintf("%.2f", toAlone),
		})
		costs.rows = append(costs.rows, []string{
			c.name, ms(medianOf(d, loaded.p50)), ms(medianOf(s, loaded.p50)), ms(medianOf(d, loaded.p99)), ms(medianOf(s, loaded.p99)), fmt.Sprintf("%.2f", later),
			fmt.Sprintf("%.1f", medianOf(d, loaded.perAnswer)), fmt.Sprintf("%.1f", medianOf(s, loaded.perAnswer)), fmt.Sprintf("%.1f", medianOf(s, loaded.clientPerAnswer)),
		})
	}
	rates.rows = append(
		rates.rows,
		[]string{"mean", "", "", "", fmt.Sprintf("%.2f", same.mean()), "", fmt.Sprintf("%.2f", alone.mean())},
		[]string{"wanted", "", "", "", "0.95, each 0.90", "", ""},
	)
	costs.rows = append(
		costs.rows,
		[]string{"the worst", "", "", "", "", fmt.Sprintf("%.2f", late.quantile(1)), "", "", ""},
		[]string{"wanted", "", "", "", "", "1.50", "", "", ""},
	)
	return []table{rates, costs}
}

// record asks for each of what is measured twice: the second time it is ready.
func (m *measurement) record(ctx context.Context) ([]cell, error) {
	const gzip = "Accept-Encoding: gzip"
	list := apiRoot + "/posts"
	cells := []cell{
		{name: "list of 10", path: list}, {name: "list of 10, gzip", path: list, headers: []string{gzip}},
		{name: "post", path: m.post}, {name: "post, gzip", path: m.post, headers: []string{gzip}},
		{name: "thread", path: m.thread}, {name: "thread, gzip", path: m.thread, headers: []string{gzip}},
		{name: "post, 304", path: m.post, headers: []string{gzip}},
	}
	for i := range cells {
		c := &cells[i]
		for range 2 {
			got, err := askOnce(ctx, m.dimmer.url, getRequest(c.path, c.headers...))
			if err != nil {
				return nil, err
			}
			if got.status != http.StatusOK {
				return nil, fmt.Errorf("%s answers %d", c.path, got.status)
			}
			c.want = recorded{got.status, got.full, got.body}
		}
		if i == len(cells)-1 {
			c.headers = append(c.headers, "If-None-Match: "+c.want.Header.Get("Etag"))
			got, err := askOnce(ctx, m.dimmer.url, getRequest(c.path, c.headers...))
			if err != nil {
				return nil, err
			}
			if got.status != http.StatusNotModified {
				return nil, fmt.Errorf("%s with its own ETag answers %d", c.path, got.status)
			}
			c.want = recorded{got.status, got.full, nil}
		}
	}
	return cells, nil
}

// asker asks for the same again and again. Bare gin has its answers under numbers.
func (c cell) asker(bare bool, number int) supply {
	path := c.path
	if bare {
		path = "/" + strconv.Itoa(number)
	}
	e := &exchange{kind: reading, send: getRequest(path, c.headers...), status: c.want.Status, length: len(c.want.Body)}
	if len(c.want.Body) > 0 {
		sum := sha256.Sum256(c.want.Body)
		e.sum = &sum
	}
	return func(int) *exchange { return e }
}
