package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"sync/atomic"
)

// commentTexts makes comments, each of them another, a fifth with a link, each from another address.
type commentTexts struct {
	texts []string
	slugs []string
	sent  atomic.Uint64
}

const (
	differentTexts = 2000
	linkedEvery    = 5
)

func newCommentTexts(slugs []string, seed uint64) *commentTexts {
	random := rand.New(rand.NewPCG(seed, 1)) // #nosec G404 -- texts, not secrets
	words, spoken := writer{random}, languages()
	t := &commentTexts{slugs: slugs}
	for i := range differentTexts {
		text := words.paragraph(spoken[0], 1+random.IntN(4))
		if i%linkedEvery == 0 {
			text += " See https://" + words.one(topics) + ".example/" + words.one(topics)
		}
		quoted, _ := json.Marshal(text) // text is never refused
		t.texts = append(t.texts, string(quoted[1:len(quoted)-1]))
	}
	t.sent.Store(random.Uint64N(1 << 40)) // what was said in a run before would be refused as a second click
	return t
}

// next is a comment as it is sent.
func (t *commentTexts) next() *exchange {
	n := t.sent.Add(1)
	text := t.texts[n%differentTexts]
	body := make([]byte, 0, 1024)
	body = append(body, `{"name":"`...)
	body = append(body, firstNames[n%uint64(len(firstNames))]...)
	body = append(body, `","body":"The `...)
	for rest := n; rest > 0; rest /= 26 { // a word that no other has
		body = append(body, byte('a'+rest%26))
	}
	body = append(body, ' ')
	body = append(body, text...)
	body = append(body, `"}`...)

	var send bytes.Buffer
	send.Grow(len(body) + 256)
	send.WriteString("POST " + postPath(t.slugs[n%uint64(len(t.slugs))]) + "/comments HTTP/1.1\r\nHost: bench.example\r\nContent-Type: application/json\r\nX-Forwarded-For: 10.")
	send.WriteString(strconv.Itoa(int(n>>16&0xff)) + "." + strconv.Itoa(int(n>>8&0xff)) + "." + strconv.Itoa(int(n&0xff))) // #nosec G115 -- a byte each
	send.WriteString("\r\nContent-Length: " + strconv.Itoa(len(body)) + "\r\n\r\n")
	send.Write(body)
	return &exchange{kind: commenting, send: send.Bytes(), status: http.StatusCreated, length: anyLength, told: statusTold}
}

var (
	saysApproved = []byte(`"status":"approved"`)
	saysPending  = []byte(`"status":"pending"`)
)

// statusTold is what a reader is told about her comment.
func statusTold(a answer) string {
	switch {
	case bytes.Contains(a.body, saysApproved):
		return "approved"
	case bytes.Contains(a.body, saysPending):
		return "pending"
	}
	return "neither"
}

// comments measures comments that are posted: judged and durable, beside bare gin with gorm that writes the same rows into a copy of the same
// database, durable too, and beside one INSERT that is not.
func (m *measurement) comments(ctx context.Context) (err error) {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	copied := filepath.Join(m.folder, "gorm")
	if err := copyFolder(m.Data, copied); err != nil {
		return err
	}
	orm, err := starting{program: self, args: []string{"bare-comments", "--file", filepath.Join(copied, "dimmer.db")}}.start(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, orm.stop(), os.RemoveAll(copied)) }()
	insert, err := starting{program: self, args: []string{"bare-comments", "--rows", "one", "--file", filepath.Join(m.folder, "insert.db")}}.start(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, insert.stop()) }()

	t := table{
		name: "comments", title: "Comments that are posted, in comments a second",
		header: []string{"connections", "Dimmer", "gin + gorm, same rows, FULL", "ratio", "gin + one INSERT, NORMAL", "ratio", "p50 ms", "gorm's", "p99 ms", "gorm's", "CPU µs", "gorm's"},
		note: "Dimmer judges each comment (none is a repeat, a fifth has a link), keeps limits by address, and has it on the disk before it answers. " +
			"What judging and limits cost, the rivals save: they only store.",
	}
	texts := newCommentTexts(m.slugs, 1)
	rivals := []*server{m.dimmer, orm, insert}
	for _, connections := range m.Writers {
		var seen [3][]loaded
		load := load{connections, m.For, m.Threads}
		err := turns(m.Rounds+1, len(rivals), func(round, r int) error {
			all, err := rivals[r].under(ctx, load, func(int) *exchange { return texts.next() })
			if round > 0 { // the first one warms up
				seen[r] = append(seen[r], all[commenting])
			}
			return err
		})
		if err != nil {
			return err
		}
		d, g, i := seen[0], seen[1], seen[2]
		t.rows = append(t.rows, []string{
			strconv.Itoa(connections), rounded(medianOf(d, loaded.rate)), rounded(medianOf(g, loaded.rate)), fmt.Sprintf("%.2f", ratios(d, g, loaded.rate).median()),
			rounded(medianOf(i, loaded.rate)), fmt.Sprintf("%.2f", ratios(d, i, loaded.rate).median()),
			ms(medianOf(d, loaded.p50)), ms(medianOf(g, loaded.p50)), ms(medianOf(d, loaded.p99)), ms(medianOf(g, loaded.p99)),
			fmt.Sprintf("%.0f", medianOf(d, loaded.perAnswer)), fmt.Sprintf("%.0f", medianOf(g, loaded.perAnswer)),
		})
	}
	t.rows = append(t.rows, []string{"wanted", "", "", "0.50", "", "0.30", "", "", "", "", "", ""})
	m.tables = append(m.tables, t)
	return nil
}
