package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// trick is a request that tries to get something wrong out of the cache, and the answer that is right.
type trick struct {
	name    string
	path    string
	headers []string
	status  int
	coding  string // Content-Encoding
	sameAs  string // a path whose answer has to have the same ETag
}

// countsLag is for how long counts inside posts and lists may be what they were before the comments that were posted last (API 2: a second).
const countsLag = 1500 * time.Millisecond

const (
	shortTags   = 7000  // `"a",`: what fits into the 32 KiB of a header that Dimmer reads
	tooManyTags = 20000 // what does not
)

// tricks are asked of a running site. etag is that of the gzipped list.
func (t *targets) tricks(etag, cursor string) []trick {
	list := apiRoot + "/posts"
	tags := strings.Repeat(`"a",`, shortTags)
	return []trick{
		{name: "identity refused, gzip allowed", path: list, headers: []string{"Accept-Encoding: identity;q=0, gzip;q=0.1"}, status: 200, coding: "gzip"},
		{name: "identity refused, nothing else named", path: list, headers: []string{"Accept-Encoding: identity;q=0"}, status: 406},
		{name: "everything refused", path: list, headers: []string{"Accept-Encoding: *;q=0"}, status: 406},
		{name: "gzip refused", path: list, headers: []string{"Accept-Encoding: gzip;q=0, br;q=0"}, status: 200},
		{name: "gzip less liked than identity", path: list, headers: []string{"Accept-Encoding: gzip;q=0.2, identity;q=0.9, br;q=0"}, status: 200},
		{name: "gzip in capitals, in a second line", path: list, headers: []string{"Accept-Encoding: br;q=0", "Accept-Encoding: GZIP;q=1.000"}, status: 200, coding: "gzip"},
		{name: "a weight that is none", path: list, headers: []string{"Accept-Encoding: gzip;q=7"}, status: 200},
		{name: "thousands of tags, none of them ours", path: list, headers: []string{"Accept-Encoding: gzip", "If-None-Match: " + tags + `"b"`}, status: 200, coding: "gzip"},
		{name: "thousands of tags, the last is ours", path: list, headers: []string{"Accept-Encoding: gzip", "If-None-Match: " + tags + etag}, status: 304},
		{name: "ours, weak, beside no-cache", path: list, headers: []string{"Accept-Encoding: gzip", "If-None-Match: W/" + etag, "Cache-Control: no-cache"}, status: 304},
		{name: "ours, of another coding", path: list, headers: []string{"Accept-Encoding: identity", "If-None-Match: " + etag}, status: 200},
		{name: "another tag beside a date to come", path: list, headers: []string{`If-None-Match: "b"`, "If-Modified-Since: Fri, 31 Dec 2100 23:59:59 GMT"}, status: 200},
		{name: "more tags than a header may have", path: list, headers: []string{"If-None-Match: " + strings.Repeat(`"a",`, tooManyTags)}, status: 431},
		{name: "parts are not offered", path: list, headers: []string{"Range: bytes=0-9"}, status: 200},
		{name: "two lengths", path: list, headers: []string{"Content-Length: 1", "Content-Length: 2"}, status: 400},
		{name: "another order", path: list + "?sort=title&limit=7", status: 200, sameAs: list + "?limit=7&sort=title"},
		{name: "written in another way", path: list + "?%6cimit=%37", status: 200, sameAs: list + "?limit=7"},
		{name: "what is the default anyway", path: list + "?limit=10", status: 200, sameAs: list},
		{name: "the same twice", path: list + "?limit=7&limit=8", status: 422},
		{name: "a parameter that is none", path: list + "?nonsense=1", status: 422},
		{name: "a number that is none", path: list + "?limit=1e1", status: 422},
		{name: "a slug in capitals is another", path: postPath(strings.ToUpper(t.slugs[0])), status: 404},
		{name: "a cursor of this list", path: list + "?limit=7&cursor=" + cursor, status: 200},
		{name: "a cursor of another list", path: list + "?limit=7&sort=title&cursor=" + cursor, status: 400},
		{name: "a cursor beside a page", path: list + "?limit=7&page=2&cursor=" + cursor, status: 422},
		{name: "a cursor that was changed", path: list + "?limit=7&cursor=" + tampered(cursor), status: 400},
		{name: "a cursor that was cut", path: list + "?limit=7&cursor=" + cursor[:len(cursor)/2], status: 400},
		{name: "no cursor at all", path: list + "?limit=7&cursor=%00%ff", status: 400},
	}
}

// tampered changes one letter in the middle.
func tampered(cursor string) string {
	letters := []byte(cursor)
	if i := len(letters) / 2; letters[i] == 'A' {
		letters[i] = 'B'
	} else {
		letters[i] = 'A'
	}
	return string(letters)
}

// badInput asks what is meant to get something wrong, by itself and then beside hot reads, at a rate at which nobody could answer it all.
func (m *measurement) badInput(ctx context.Context) error {
	if err := rest(ctx, countsLag); err != nil {
		return err
	}
	checked, cursor, err := m.tryTricks(ctx)
	if err != nil {
		return err
	}
	flood, err := m.flood(ctx, cursor)
	if err != nil {
		return err
	}
	again, _, err := m.tryTricks(ctx) // what was asked meanwhile has left nothing behind
	if err != nil {
		return fmt.Errorf("after the flood: %w", err)
	}
	flood.note = fmt.Sprintf("%d single requests with conflicting headers, weights, thousands of tags, other spellings and cursors that were changed got the right answer, before and after (%d in all). ",
		checked, checked+again) + flood.note
	m.tables = append(m.tables, flood)
	return nil
}

// tryTricks asks each trick once.
func (m *measurement) tryTricks(ctx context.Context) (checked int, cursor string, err error) {
	list := apiRoot + "/posts"
	plain, err := askOnce(ctx, m.dimmer.url, getRequest(list, "Accept-Encoding: gzip"))
	if err != nil {
		return 0, "", err
	}
	var sevens postList
	if err := readJSON(ctx, m.dimmer.url, list+"?limit=7", &sevens); err != nil {
		return 0, "", err
	}
	if sevens.Page.Next == nil {
		return 0, "", errors.New("the site has too few posts to be paged through; fill it with more than seven")
	}
	cursor = url.QueryEscape(*sevens.Page.Next)
	var wrong []error
	tricks := m.tricks(plain.full.Get("Etag"), cursor)
	for _, t := range tricks {
		got, err := askOnce(ctx, m.dimmer.url, getRequest(t.path, t.headers...))
		if err != nil {
			return 0, "", fmt.Errorf("%s: %w", t.name, err)
		}
		if err := m.judge(ctx, t, got); err != nil {
			wrong = append(wrong, fmt.Errorf("%s: %w", t.name, err))
		}
	}
	return len(tricks), cursor, errors.Join(wrong...)
}

func (m *measurement) judge(ctx context.Context, t trick, got answer) error {
	if got.status != t.status {
		return fmt.Errorf("answered %d, not %d: %s", got.status, t.status, got.body[:min(len(got.body), 200)])
	}
	if got.status >= 400 && got.full.Get("Etag")+got.full.Get("Last-Modified") != "" {
		return errors.New("a refusal can be kept by its ETag")
	}
	if coding := got.full.Get("Content-Encoding"); got.status == 200 && coding != t.coding {
		return fmt.Errorf("answered in %q, not %q", coding, t.coding)
	}
	if t.sameAs != "" {
		other, err := askOnce(ctx, m.dimmer.url, getRequest(t.sameAs, t.headers...))
		if err != nil {
			return err
		}
		if got.full.Get("Etag") != other.full.Get("Etag") || !bytes.Equal(got.body, other.body) {
			return fmt.Errorf("answered otherwise than %s", t.sameAs)
		}
	}
	return nil
}

// flood reads what is hot, alone and beside thousands of queries of which no two are alike.
func (m *measurement) flood(ctx context.Context, cursor string) (table, error) {
	t := table{
		name: "bad", title: "Hot reads beside distinct queries, a second",
		header: []string{"", "hot reads", "of those alone", "p99 ms", "distinct queries", "of these turned away", "MiB before", "MiB after"},
		note: fmt.Sprintf("%s distinct valid queries are offered in a second on %d connections of their own, with changed cursors and long lists of tags among them; "+
			"each is answered rightly or turned away with 503 and Retry-After. Bare gin turns away all that is not hot, which is the least that can be done with it.", grouped(m.Offer), m.Connections),
	}
	cells, err := m.record(ctx)
	if err != nil {
		return t, err
	}
	hot := slices.DeleteFunc(cells, func(c cell) bool { return len(c.headers) != 1 }) // those in gzip
	answers := []recorded{{
		Status: http.StatusServiceUnavailable, Header: http.Header{"Content-Type": {"application/problem+json"}, "Retry-After": {"1"}}, Body: []byte(`{"title":"Service Unavailable","status":503}`),
	}}
	for _, c := range hot {
		answers = append(answers, c.want)
	}
	bare, err := m.bare(ctx, "all", answers)
	if err != nil {
		return t, err
	}
	defer func() { _ = bare.stop() }()

	queries := &distinctQueries{targets: &m.targets, cursor: cursor}
	for _, rival := range []struct {
		name   string
		server *server
		bare   bool
	}{{"Dimmer", m.dimmer, false}, {"bare gin", bare, true}} {
		askers := make([]supply, len(hot))
		for i, c := range hot {
			askers[i] = c.asker(rival.bare, i+1)
		}
		hotReads := func(connection int) *exchange { return askers[connection%len(askers)](connection) }
		var seen [2][]loaded
		var distinct []loaded
		before, _ := memoryMiB(rival.server.pid(), "VmRSS")
		err := turns(m.Rounds, 2, func(_, i int) error {
			next, connections := hotReads, m.Connections
			if i == 1 {
				next, connections = beside(hotReads, m.Connections, m.Offer, queries.asker(rival.bare)), 2*m.Connections
			}
			all, err := rival.server.under(ctx, load{connections, m.For, m.Threads}, next)
			seen[i] = append(seen[i], all[reading])
			if i == 1 {
				distinct = append(distinct, all[flooding])
			}
			return err
		})
		if err != nil {
			return t, fmt.Errorf("%s: %w", rival.name, err)
		}
		after, _ := memoryMiB(rival.server.pid(), "VmRSS")
		offered, shed := 0, 0
		for _, d := range distinct {
			offered, shed = offered+d.count, shed+d.shed
		}
		all := func(l loaded) float64 { return float64(l.count) / l.took.Seconds() }
		t.rows = append(
			t.rows,
			[]string{rival.name + ", hot reads alone", rounded(medianOf(seen[0], loaded.rate)), "1.00", ms(medianOf(seen[0], loaded.p99)), "", "", fmt.Sprintf("%.0f", before), ""},
			[]string{
				rival.name + ", beside the others", rounded(medianOf(seen[1], loaded.rate)), fmt.Sprintf("%.2f", ratios(seen[1], seen[0], loaded.rate).median()), ms(medianOf(seen[1], loaded.p99)),
				rounded(medianOf(distinct, all)), fmt.Sprintf("%.0f %%", 100*float64(shed)/float64(max(offered, 1))), "", fmt.Sprintf("%.0f", after),
			})
	}
	return t, nil
}

// beside adds what is offered at a rate, on connections after the first ones. What cannot be sent in its time is sent as soon as it can.
func beside(hot supply, connections, perSecond int, others supply) supply {
	began := time.Now()
	var sent atomic.Int64
	return func(connection int) *exchange {
		if connection < connections {
			return hot(connection)
		}
		for {
			n := sent.Load()
			if n >= int64(time.Since(began).Seconds()*float64(perSecond)) {
				return nil
			}
			if sent.CompareAndSwap(n, n+1) {
				return others(connection)
			}
		}
	}
}

// distinctQueries never asks the same twice.
type distinctQueries struct {
	*targets
	cursor string
	count  atomic.Int64
}

func (q *distinctQueries) asker(bare bool) supply {
	refused := &exchange{kind: flooding, send: getRequest("/0"), status: http.StatusServiceUnavailable, sheds: true, length: anyLength}
	return func(int) *exchange {
		if bare {
			return refused
		}
		return q.next()
	}
}

// The times before which, or since which, posts are asked for: each query names another second.
var beginning = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

func (q *distinctQueries) next() *exchange {
	n := q.count.Add(1)
	e := &exchange{kind: flooding, status: http.StatusOK, length: anyLength, sheds: true, check: isList}
	at := beginning.Add(time.Duration(n) * time.Second).Format(time.RFC3339)
	path := apiRoot
	switch n % 8 {
	case 0:
		path += "/posts?limit=3&since=" + at
	case 1:
		path += "/posts?tag=" + url.QueryEscape(q.tag) + "&since=" + at
	case 2:
		path += fmt.Sprintf("/posts?page=%d&limit=%d", 1+n/8%1000, 1+n/8000%100)
	case 3:
		path += "/posts?sort=title&fields=slug,title&until=" + beginning.Add(200000*time.Hour+time.Duration(n)*time.Second).Format(time.RFC3339)
	case 4:
		path += fmt.Sprintf("/search?q=%s+%d", topics[n/8%int64(len(topics))], n)
	case 5:
		path, e.check = path+fmt.Sprintf("/comments/counts?slug=%s&slug=none-%d", url.QueryEscape(q.slugs[n/8%int64(len(q.slugs))]), n), isCounts
	case 6:
		changed := []byte(q.cursor)
		for i, digit := range []byte(strconv.FormatInt(n, 10)) {
			changed[len(changed)/3+i] = digit
		}
		path, e.status, e.check = path+"/posts?limit=7&cursor="+string(changed), http.StatusBadRequest, nil
	case 7:
		path += "/posts?limit=5&since=" + at
		e.send = getRequest(path, "Accept-Encoding: identity;q=0.1, br;q=0, gzip;q=0", "If-None-Match: "+strings.Repeat(`"a",`, 500)+`"b"`)
	}
	if e.send == nil {
		e.send = getRequest(path)
	}
	return e
}

// isList looks at every part of a list now and then, at its shape always.
func isList(a answer) error {
	if !bytes.HasPrefix(a.body, []byte(`{"data":[`)) {
		return fmt.Errorf("no list: %s", a.body[:min(len(a.body), 100)])
	}
	if len(a.body)%16 != 0 { // a full look costs more than the answer
		return nil
	}
	var list struct {
		Data []json.RawMessage `json:"data"`
		Page struct {
			Limit int `json:"limit"`
		} `json:"page"`
	}
	if err := json.Unmarshal(a.body, &list); err != nil {
		return err
	}
	if len(list.Data) > list.Page.Limit {
		return fmt.Errorf("%d in a list of %d at most", len(list.Data), list.Page.Limit)
	}
	return nil
}

func isCounts(a answer) error {
	var counts struct {
		Data map[string]int `json:"data"`
	}
	if err := json.Unmarshal(a.body, &counts); err != nil {
		return err
	}
	if len(counts.Data) != 2 {
		return fmt.Errorf("counted %d posts, not 2", len(counts.Data))
	}
	return nil
}
