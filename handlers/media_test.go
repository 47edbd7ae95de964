package handlers_test

import (
	"bytes"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"testing"
)

func TestPictures(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	var picture bytes.Buffer
	if err := png.Encode(&picture, image.NewGray(image.Rect(0, 0, 8, 8))); err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string][]byte{"2026/door.png": picture.Bytes(), "2026/page.html": []byte("<script>x()</script>"), "secret.txt": []byte("x")} {
		path := filepath.Join(b.media, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	reader := b.reader()
	shown := reader.get("/media/2026/door.png").wants(200).has("Content-Type", "image/png").has("Cache-Control", "public, max-age=31536000, immutable")
	shown.has("Content-Security-Policy", "default-src 'none'; sandbox").has("X-Content-Type-Options", "nosniff").has("Cross-Origin-Resource-Policy", "cross-origin")
	if !bytes.Equal(shown.body, picture.Bytes()) {
		t.Error("the picture is not what it was")
	}
	if part := reader.get("/media/2026/door.png", "Range: bytes=0-3").wants(206); string(part.body) != "\x89PNG" {
		t.Errorf("its first four bytes are %q", part.body)
	}
	reader.get("/media/2026/door.png", "Range: bytes=9999-").wants(416)
	reader.get("/media/2026/door.png", "If-Modified-Since: "+shown.header.Get("Last-Modified")).wants(304)
	many := "Range: bytes=0-0"
	for range 1000 {
		many += ",0-0"
	}
	reader.get("/media/2026/door.png", many).wants(200)
	reader.do("HEAD", "/media/2026/door.png", nil).wants(200)
	for _, missing := range []string{
		"/media/2026/none.png", "/media/2026/page.html", "/media/secret.txt",
		"/media/2026/", "/media/2026/..%2f..%2fdimmer.db", "/media/../dimmer.db", "/media/2026/%00", "/media/..%2f/dimmer.db", "/media/2026/DOOR.PNG",
	} {
		if got := reader.get(missing); got.status != 404 {
			t.Errorf("%s answered %d", missing, got.status)
		}
	}
}
