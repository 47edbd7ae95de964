package handlers_test

import (
	"bytes"
	"compress/gzip"
	"testing"
)

// widgetLimit is in bytes, compressed: what a page pays for its comments.
const widgetLimit = 10_240

func TestTheWidgetIsSmallAndForPagesOfEveryOrigin(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	plain := b.look("GET", "/widget.js?v=1", "Origin: https://frontend.example").wants(200).
		has("Content-Type", "text/javascript; charset=utf-8").has("Access-Control-Allow-Origin", "*").
		has("Cross-Origin-Resource-Policy", "cross-origin").has("X-Content-Type-Options", "nosniff").has("Set-Cookie", "")
	b.look("GET", "/widget.js", "If-None-Match: "+plain.header.Get("ETag")).wants(304)
	b.look("HEAD", "/widget.js").wants(200)

	sent := b.look("GET", "/widget.js", "Accept-Encoding: gzip").wants(200).has("Content-Encoding", "gzip")
	var best bytes.Buffer
	w, err := gzip.NewWriterLevel(&best, gzip.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(plain.body); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if best.Len() > widgetLimit || len(sent.body) > widgetLimit || len(plain.body) < widgetLimit {
		t.Errorf("the widget of %d bytes takes %d as sent, %d at best; %d are the limit", len(plain.body), len(sent.body), best.Len(), widgetLimit)
	}
}

func TestOnlyListedOriginsMayReadTheWidgetWhereThereIsAList(t *testing.T) {
	t.Parallel()
	b := newBlog(t, listedOrigins)
	b.look("GET", "/widget.js", "Origin: https://frontend.example").wants(200).has("Access-Control-Allow-Origin", "https://frontend.example")
	b.look("GET", "/widget.js", "Origin: https://other.example").wants(200).has("Access-Control-Allow-Origin", "")
}

func TestAThreadNamesWhoReadsCommentsAndWhatTheSiteKeeps(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	post := b.as("author").publishes("A post")
	thread := func() answer { return b.reader().get("/posts/" + post.slug + "/comments").wants(200) }
	thread().is("meta.privacy_url", nil).is("meta.moderator", b.people["author"].name)
	b.as("owner").patch("/admin/settings", object{"privacy_url": "/privacy"}).wants(200)
	thread().is("meta.privacy_url", publicURL+"/privacy")
}
