package main

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"dimmer/media"
	"dimmer/models"
	"dimmer/notify"
)

// photo is a JPEG of 900 by 600 pixels.
func photo(t *testing.T) []byte {
	t.Helper()
	picture := image.NewRGBA(image.Rect(0, 0, 900, 600))
	for y := range 600 {
		for x := range 900 {
			picture.Set(x, y, color.RGBA{uint8(x * y >> 5), uint8(y), uint8(x), 255})
		}
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, picture, nil); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// upload sends a picture and gives its id.
func (p *program) upload(token string, file []byte) string {
	p.t.Helper()
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	part, err := w.CreateFormFile("file", "Lamp.jpg")
	if err == nil {
		_, err = part.Write(file)
	}
	if err = errors.Join(err, w.Close()); err != nil {
		p.t.Fatal(err)
	}
	request, err := http.NewRequestWithContext(p.t.Context(), "POST", p.url+"/api/v1/admin/media", &form)
	if err != nil {
		p.t.Fatal(err)
	}
	request.Header.Set("Content-Type", w.FormDataContentType())
	request.Header.Set("Authorization", "Bearer "+token)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		p.t.Fatal(err)
	}
	var text bytes.Buffer
	_, err = text.ReadFrom(response.Body)
	if err = errors.Join(err, response.Body.Close()); err != nil {
		p.t.Fatal(err)
	}
	var made struct{ Data struct{ ID string } }
	answer{response.StatusCode, response.Header, text.Bytes()}.into(p.t, http.StatusCreated, &made)
	return made.Data.ID
}

func TestAPictureGetsItsSizesAndGoesWithThem(t *testing.T) {
	t.Parallel()
	p := serveOn(t, folder(t), nil, withOwner)
	token := p.signIn(ownerEmail, ownerPassword)
	id := p.upload(token, photo(t))
	p.ask("POST", "/api/v1/admin/posts", token, map[string]any{
		"title": "Lit", "markdown": "Some words.", "status": "published", "feature_image": map[string]any{"media_id": id},
	}).into(t, http.StatusCreated, nil)
	var post struct {
		Data struct {
			FeatureImage struct {
				URL      string
				Variants []struct {
					URL           string
					Width, Height int
				}
			} `json:"feature_image"`
		}
	}
	eventually(t, "the post has its picture in smaller sizes", func() bool {
		p.ask("GET", "/api/v1/posts/lit", "", nil).into(t, http.StatusOK, &post)
		return len(post.Data.FeatureImage.Variants) == 2
	})
	addresses := []string{post.Data.FeatureImage.URL}
	for i, variant := range post.Data.FeatureImage.Variants {
		if variant.Width != []int{400, 800}[i] || variant.Height != []int{267, 533}[i] {
			t.Errorf("a size is %d by %d", variant.Width, variant.Height)
		}
		addresses = append(addresses, variant.URL)
	}
	status := func(address string) int {
		u, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		return p.ask("GET", u.Path, "", nil).status
	}
	for _, address := range addresses {
		if got := status(address); got != http.StatusOK {
			t.Errorf("%s answered %d", address, got)
		}
	}
	p.ask("DELETE", "/api/v1/admin/media/"+id, token, nil).into(t, http.StatusConflict, nil)
	p.ask("DELETE", "/api/v1/admin/media/"+id+"?force=true", token, nil).into(t, http.StatusNoContent, nil)
	for _, address := range addresses {
		eventually(t, "the file has gone", func() bool { return status(address) == http.StatusNotFound })
	}
}

// lockedBuffer takes a log that others read while it grows.
type lockedBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

// What a kill between a file and its row leaves, and what somebody took out of the folder.
func TestTheDailySweepPutsFilesAndRowsTogether(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	store, err := models.Open(t.Context(), models.Config{Dir: dir, Now: func() time.Time { return time.Now().Add(2 * time.Hour) }})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = store.Close() }()
	disk, err := media.OpenDisk(filepath.Join(dir, "media"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = disk.Close() }()
	pictures := media.NewPictures(disk)
	accept := func() models.NewMedia {
		made, err := pictures.Accept(t.Context(), bytes.NewReader(photo(t)), time.Now())
		if err != nil {
			t.Fatal(err)
		}
		return models.NewMedia{Key: made.Key, Type: made.Type, Width: made.Width, Height: made.Height, Bytes: made.Bytes, Name: "a.jpg"}
	}
	stray, kept, lost := accept(), accept(), accept()
	for _, n := range []models.NewMedia{kept, lost} {
		if _, err := store.CreateMedia(t.Context(), models.System, n); err != nil {
			t.Fatal(err)
		}
	}
	if err := disk.Put("demo/lamp.png", []byte("not uploaded")); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "media", "half.jpg.new"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(filepath.Join(dir, "media", "half.jpg.new"), time.Now(), time.Now().Add(-3*time.Hour)); err != nil {
		t.Fatal(err)
	}

	log := &lockedBuffer{}
	worker := notify.NewWorker(store, slog.New(slog.NewTextHandler(log, nil)))
	worker.KeepPictures(pictureFiles{pictures})
	working, stop := context.WithCancel(t.Context())
	var work sync.WaitGroup
	work.Go(func() { worker.Run(working) })
	defer work.Wait()
	defer stop()
	has := func(key string) bool {
		there, err := disk.Has(key)
		if err != nil {
			t.Fatal(err)
		}
		return there
	}
	small := strings.Replace(kept.Key, ".", "-400.", 1)
	eventually(t, "the sizes are made", func() bool { return has(small) && has(strings.Replace(lost.Key, ".", "-800.", 1)) })
	eventually(t, "they are known", func() bool {
		next, err := store.NextMediaWork(t.Context())
		return err == nil && next.IsZero()
	})
	for _, key := range []string{small, lost.Key} {
		if err := disk.Remove(key); err != nil {
			t.Fatal(err)
		}
	}
	if err := store.ScheduleDaily(t.Context(), models.JobMediaSweep); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the file of no picture has gone", func() bool { return !has(stray.Key) })
	eventually(t, "the size that was gone is made again", func() bool { return has(small) })
	eventually(t, "the lost file is named", func() bool { return strings.Contains(log.String(), lost.Key) })
	if !has(kept.Key) || !has("demo/lamp.png") {
		t.Error("a file that is wanted has gone")
	}
	if _, err := os.Stat(filepath.Join(dir, "media", "half.jpg.new")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("what nobody finished writing is left (%v)", err)
	}
}
