package handlers

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"testing"

	starter "dimmer/site"
)

// widgetLimit is in bytes, compressed: what a page pays for its comments.
const widgetLimit = 10_240

func TestTheWidgetIsSmall(t *testing.T) {
	var compressed bytes.Buffer
	w, err := gzip.NewWriterLevel(&compressed, gzip.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(starter.Widget); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if compressed.Len() > widgetLimit {
		t.Errorf("the widget has %d bytes compressed, %d are the limit", compressed.Len(), widgetLimit)
	}
}
