package handlers_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"
	"io/fs"
	"mime/multipart"
	"net/http"
	"os"
	"runtime"
	"strings"
	"syscall"
	"sync/atomic"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"

	"dimmer/auth"
	"dimmer/handlers"
	"dimmer/media"
)

// drawing is a picture of soft stripes, as a PNG.
func drawing(t testing.TB, width, height int) []byte {
	t.Helper()
	picture := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			picture.Set(x, y, color.RGBA{uint8(x), uint8(y), uint8(x / 7 * 31), 255})
		}
	}
	var out bytes.Buffer
	if err := png.Encode(&out, picture); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// form is the body of an upload as a browser sends it, and its Content-Type. Fields come in pairs, after the file.
func form(t testing.TB, name string, content []byte, fields ...string) (body, contentType string) {
	t.Helper()
	var out bytes.Buffer
	w := multipart.NewWriter(&out)
	part, err := w.CreateFormFile("file", name)
	if err == nil {
		_, err = part.Write(content)
	}
	for i := 0; err == nil && i+1 < len(fields); i += 2 {
		err = w.WriteField(fields[i], fields[i+1])
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return out.String(), w.FormDataContentType()
}

// uploads sends a file as a browser does.
func (v visitor) uploads(path, name string, content []byte, fields ...string) answer {
	v.t.Helper()
	body, contentType := form(v.t, name, content, fields...)
	return v.post(path, body, "Content-Type: "+contentType)
}

// mediaFiles lists the files in the media folder.
func (b *blog) mediaFiles() []string {
	b.t.Helper()
	var found []string
	err := fs.WalkDir(os.DirFS(b.media), ".", func(name string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			found = append(found, name)
		}
		return err
	})
	if err != nil {
		b.t.Fatal(err)
	}
	return found
}

func TestAnUploadedPictureIsServedAndKnown(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	author := b.as("author")
	file := drawing(t, 20, 10)
	made := author.uploads("/admin/media", "..\\..\\a.bat\";x=.txt\u202e", file, "alt", " Stripes ").wants(201)
	made.is("data.name", `a.bat";x=.txt`).is("data.alt", "Stripes").is("data.width", 20).is("data.height", 10).is("data.type", "image/png").is("data.used_in", []any{})
	made.is("data.uploaded_by.name", b.people[auth.Author].name)
	address := strings.TrimPrefix(made.text("data.url"), publicURL)
	shown := b.reader().get(address).wants(200).has("Content-Type", "image/png").has("X-Content-Type-Options", "nosniff").has("Content-Security-Policy", "default-src 'none'; sandbox")
	for name := range shown.header {
		if strings.Contains(strings.Join(shown.header[name], ""), "bat") {
			t.Errorf("the name is in the header %s", name)
		}
	}
	if size, err := png.DecodeConfig(bytes.NewReader(shown.body)); err != nil || size.Width != 20 {
		t.Errorf("what is served is no such picture: %v", err)
	}
	twice := author.uploads("/admin/media", "again.png", file).wants(201)
	if twice.text("data.id") == made.text("data.id") || twice.text("data.url") == made.text("data.url") {
		t.Error("the same file twice is one picture")
	}
	owner := b.as("owner")
	author.get("/admin/media").wants(200).is("page.total", 2)
	b.as("editor").get("/admin/media?q=stri").wants(200).is("page.total", 1).is("data.0.id", made.text("data.id"))
	first := owner.get("/admin/media?limit=1").wants(200).is("data.0.id", twice.text("data.id"))
	owner.get("/admin/media?limit=1&cursor="+first.text("page.next")).wants(200).is("data.0.id", made.text("data.id"))
	owner.get("/admin/media?uploader="+b.people[auth.Owner].id).wants(200).is("page.total", 0)
	owner.get("/admin/media?unused=yes").wants(422, "query.unused")

	// Posts show it by its id, and know its size.
	post := author.publishes("Striped", object{"feature_image": object{"media_id": made.text("data.id"), "caption": "Ours"}})
	read := b.reader().get(post.public()).wants(200).is("data.feature_image", object{
		"url": made.text("data.url"), "alt": "Stripes", "caption": "Ours", "width": 20, "height": 10, "focal_point": object{"x": 0.5, "y": 0.5}, "variants": []any{},
	})
	author.get(post.admin()).wants(200).is("data.feature_image.media_id", made.text("data.id"))
	sentBack := author.changes(post, object{"feature_image": object{"url": read.text("data.feature_image.url"), "alt": "Stripes", "caption": "Ours"}}).wants(200)
	sentBack.is("data.version", 1).is("data.feature_image.media_id", made.text("data.id"))
	at := "/admin/media/" + made.text("data.id")
	author.get(at).wants(200).is("data.used_in", []object{{"id": post.id, "title": "Striped", "type": "post", "status": "published"}}).is("data.use_count", 1)
	author.get("/admin/media?unused=true").wants(200).is("page.total", 1)
	author.delete(at).wants(409).is("code", "media_in_use")
	author.delete(at + "?force=true").wants(204)
	author.get(at).wants(404)
	b.reader().get(post.public()).wants(200).is("data.feature_image", nil)
}

func TestWhoMayDoWhatToAPicture(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	file := drawing(t, 8, 8)
	made := b.as("owner").uploads("/admin/media", "a.png", file).wants(201)
	at := "/admin/media/" + made.text("data.id")
	before := b.mediaFiles()
	for _, role := range []auth.Role{auth.Author, auth.Moderator} {
		want := map[auth.Role]int{auth.Author: 404, auth.Moderator: 403}[role]
		other := b.as(role)
		other.get(at).wants(want)
		other.patch(at, object{"alt": "x"}).wants(want)
		other.delete(at + "?force=true").wants(want)
		other.uploads(at+"/replace", "a.png", file).wants(want)
	}
	b.as("moderator").uploads("/admin/media", "a.png", file).wants(403)
	b.reader().uploads("/admin/media", "a.png", file).wants(401)
	b.token("comments:write", "site:write").uploads("/admin/media", "a.png", file).wants(403)
	if diff := cmp.Diff(before, b.mediaFiles()); diff != "" {
		t.Errorf("files came or went (-before +after):\n%s", diff)
	}
	b.as("editor").patch(at, object{"alt": "An editor's"}).wants(200).is("data.alt", "An editor's")
	b.token("posts:write").uploads("/admin/media", "a.png", file).wants(201)
	for name, fields := range map[string]object{
		"body.alt": {"alt": strings.Repeat("x", 501)}, "body.name": {"name": ""}, "body.focal_point.x": {"focal_point": object{"x": 1.5, "y": 0}}, "body.key": {"key": "2026-03/x.png"},
	} {
		b.as("editor").patch(at, fields).wants(422, name)
	}
}

func TestUploadsThatAreRefused(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	owner := b.as("owner")
	picture := drawing(t, 8, 8)
	const path = "/admin/media"
	whole, kind := form(t, "a.png", picture)
	two, twoKind := form(t, "a.png", picture, "file", "b")
	unknown, unknownKind := form(t, "a.png", picture, "id", "x")
	long, longKind := form(t, "a.png", picture, "alt", strings.Repeat("x", 5000))
	for name, tc := range map[string]struct {
		body, kind string
		status     int
		at         string
	}{
		"no form":               {`{"file":"x"}`, "application/json", 415, ""},
		"no boundary":           {whole, "multipart/form-data", 400, ""},
		"another boundary":      {whole, "multipart/form-data; boundary=x", 422, "body.file"},
		"no file":               {"--x\r\nContent-Disposition: form-data; name=\"alt\"\r\n\r\nA\r\n--x--\r\n", "multipart/form-data; boundary=x", 422, "body.file"},
		"nothing in the form":   {"--x--\r\n", "multipart/form-data; boundary=x", 422, "body.file"},
		"two files":             {two, twoKind, 422, "body.file"},
		"an unknown field":      {unknown, unknownKind, 422, "body.id"},
		"a long alt text":       {long, longKind, 422, "body.alt"},
		"a form without an end": {whole[:len(whole)-8], kind, 400, ""},
	} {
		t.Run(name, func(t *testing.T) {
			got := owner.on(t).post(path, tc.body, "Content-Type: "+tc.kind)
			if tc.at == "" {
				got.wants(tc.status)
			} else {
				got.wants(tc.status, tc.at)
			}
		})
	}
	tooLongAlt, tooLongKind := form(t, "a.png", picture, "alt", strings.Repeat("x", 501)) // found when the picture is there already
	owner.post(path, tooLongAlt, "Content-Type: "+tooLongKind).wants(422, "body.alt")
	for name, content := range map[string][]byte{"page.png": []byte("<html><script>x()</script>"), "a.php.jpg": []byte("<?php x();"), ".htaccess": []byte("AddType x .png"), "half.png": picture[:40], "none.png": nil} {
		got := owner.uploads(path, name, content).wants(422, "body.file")
		if strings.Contains(string(got.body), "php") || got.text("detail") == "" {
			t.Errorf("%s: %s", name, got.body)
		}
	}
	if left := b.mediaFiles(); left != nil {
		t.Errorf("left in the folder: %v", left)
	}
	owner.post(path, whole, "Content-Type: "+kind).wants(201)
}

// upload sends bytes of an upload by hand, to break it off or to go on and on.
func (v visitor) upload(length int64, body io.Reader) (*http.Response, error) {
	v.t.Helper()
	req, err := http.NewRequestWithContext(v.t.Context(), "POST", v.url+"/api/v1/admin/media", body)
	if err != nil {
		v.t.Fatal(err)
	}
	req.ContentLength = length
	req.Header.Set("Content-Type", "multipart/form-data; boundary=x")
	req.Header.Set("Authorization", "Bearer "+v.accessToken(v.who))
	return (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(req)
}

// endless may still be sent while its answer is read.
type endless struct{ sent atomic.Int64 }

func (e *endless) Read(p []byte) (int, error) {
	clear(p)
	e.sent.Add(int64(len(p)))
	return len(p), nil
}

const fileHead = "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\n\r\n"

func TestAPictureThatIsTooLargeIsRefusedBeforeItHasArrived(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	owner := b.as("owner")
	for range 20 { // each of 500 MB
		rest := &endless{}
		res, err := owner.upload(500<<20, io.LimitReader(rest, 500<<20))
		if err == nil { // else it closed the connection while more was sent
			text, _ := io.ReadAll(res.Body)
			_ = res.Body.Close()
			if res.StatusCode != 413 || !strings.Contains(string(text), "That picture is 500 MB. The limit is 20 MB; a smaller export will do.") {
				t.Fatalf("answered %d: %s", res.StatusCode, text)
			}
		}
		if sent := rest.sent.Load(); sent > 16<<20 {
			t.Fatalf("%d bytes were taken", sent)
		}
	}
	rest := &endless{} // without saying how long it is
	res, err := owner.upload(-1, io.MultiReader(strings.NewReader(fileHead), rest))
	if err == nil {
		_ = res.Body.Close()
		if res.StatusCode != 413 {
			t.Errorf("answered %d", res.StatusCode)
		}
	}
	if sent := rest.sent.Load(); sent > 64<<20 {
		t.Errorf("%d bytes were taken", sent)
	}
	if left := b.mediaFiles(); left != nil {
		t.Errorf("left in the folder: %v", left)
	}
}

func TestAnUploadThatIsCutLeavesNothing(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	owner := b.as("owner")
	whole := fileHead + string(drawing(t, 300, 300)) + "\r\n--x--\r\n"
	for _, share := range []int{1, 50, 99} {
		cut := whole[:len(whole)*share/100]
		res, err := owner.upload(int64(len(whole)), io.MultiReader(strings.NewReader(cut), iotest.ErrReader(errors.New("the cable was pulled"))))
		if err == nil {
			_ = res.Body.Close()
			t.Errorf("at %d %%: answered %d", share, res.StatusCode)
		}
	}
	for b.mediaFiles() != nil { // until the server has seen that nothing more comes
		if t.Context().Err() != nil {
			t.Fatal("something is left in the folder")
		}
		runtime.Gosched()
	}
	owner.get("/admin/media").wants(200).is("page.total", 0)
	owner.post("/admin/media", whole, "Content-Type: multipart/form-data; boundary=x").wants(201)
}

// full is a media folder on a disk without room.
type full struct{ handlers.MediaFiles }

func (full) Accept(context.Context, io.Reader, time.Time) (media.Picture, error) {
	return media.Picture{}, fmt.Errorf("receive an upload: %w: %w", media.ErrFull, syscall.ENOSPC)
}

func TestWithoutRoomAnUploadSaysSo(t *testing.T) {
	t.Parallel()
	b := newBlog(t, func(s *settings) {
		s.files = func(files handlers.MediaFiles) handlers.MediaFiles { return full{files} }
	})
	b.as("owner").uploads("/admin/media", "a.png", drawing(t, 8, 8)).wants(507).is("code", "storage_full")
	b.as("owner").get("/admin/media").wants(200).is("page.total", 0)
}

func TestReplacingAPictureRewritesPosts(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	owner := b.as("owner")
	made := owner.uploads("/admin/media", "a.png", drawing(t, 20, 10)).wants(201)
	old := made.text("data.url")
	post := owner.publishes("Shown", object{"markdown": "![Stripes](" + old + ")"})
	owner.uploads("/admin/media/"+made.text("data.id")+"/replace", "page.png", []byte("<html>")).wants(422)
	b.reader().get(post.public()).wants(200).is("data.markdown", "![Stripes]("+old+")")
	replaced := owner.uploads("/admin/media/"+made.text("data.id")+"/replace", "b.png", drawing(t, 30, 10)).wants(200)
	replaced.is("data.id", made.text("data.id")).is("data.name", "a.png").is("data.width", 30)
	now := strings.TrimPrefix(replaced.text("data.url"), publicURL)
	if b.reader().get(post.public()).wants(200).is("data.markdown", "![Stripes]("+publicURL+now+")"); now == strings.TrimPrefix(old, publicURL) {
		t.Error("the address is what it was, although what is under it may be kept for ever")
	}
	b.reader().get(now).wants(200)
	b.reader().get(strings.TrimPrefix(old, publicURL)).wants(200) // for a month
	owner.patch(post.admin(), object{"title": "Late"}, `If-Match: "v1"`).wants(412)
}
