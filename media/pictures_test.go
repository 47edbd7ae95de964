package media

import (
	"bytes"
	"compress/zlib"
	"context"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/draw"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"
)

var march = time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)

// library is a media folder of its own.
func library(t testing.TB) (*Pictures, string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "media")
	disk, err := OpenDisk(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = disk.Close() })
	return NewPictures(disk), dir
}

// files lists what is in a folder.
func files(t testing.TB, dir string) []string {
	t.Helper()
	var found []string
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			found = append(found, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// corner is a picture whose upper left quarter is red, all else blue.
func corner(width, height int) *image.RGBA {
	picture := image.NewRGBA(image.Rect(0, 0, width, height))
	draw.Draw(picture, picture.Rect, image.NewUniform(color.RGBA{0, 0, 255, 255}), image.Point{}, draw.Src)
	draw.Draw(picture, image.Rect(0, 0, width/2, height/2), image.NewUniform(color.RGBA{255, 0, 0, 255}), image.Point{}, draw.Src)
	return picture
}

func asJPEG(t testing.TB, picture image.Image) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := jpeg.Encode(&out, picture, nil); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func asPNG(t testing.TB, picture image.Image) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := png.Encode(&out, picture); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// moving is a GIF of frames of four by four pixels.
func moving(t testing.TB, frames int) []byte {
	t.Helper()
	g := &gif.GIF{LoopCount: 3}
	for i := range frames {
		frame := image.NewPaletted(image.Rect(0, 0, 4, 4), color.Palette{color.Black, color.White})
		frame.SetColorIndex(i%4, 0, 1)
		g.Image, g.Delay = append(g.Image, frame), append(g.Delay, 7)
	}
	var out bytes.Buffer
	if err := gif.EncodeAll(&out, g); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// exif is the APP1 segment that a camera writes: how the picture stands, and where it was taken.
func exif(order binary.AppendByteOrder, orientation uint16) []byte {
	head := "II*\x00"
	if order == binary.AppendByteOrder(binary.BigEndian) {
		head = "MM\x00*"
	}
	tiff := order.AppendUint32([]byte(head), 8)
	tiff = order.AppendUint16(tiff, 2)
	entry := func(tag, kind uint16, count uint32) {
		tiff = order.AppendUint32(order.AppendUint16(order.AppendUint16(tiff, tag), kind), count)
	}
	entry(0x0112, 3, 1)
	tiff = order.AppendUint16(order.AppendUint16(tiff, orientation), 0)
	entry(0x8825, 4, 1) // where the place stands
	tiff = order.AppendUint32(tiff, 38)
	tiff = order.AppendUint32(tiff, 0)
	tiff = append(tiff, "GPS 48.2082N 16.3738E Camera of Edda"...)
	segment := append([]byte("Exif\x00\x00"), tiff...)
	return append(binary.BigEndian.AppendUint16([]byte{0xFF, 0xE1}, uint16(len(segment)+2)), segment...)
}

// with puts a segment behind the beginning of a JPEG.
func with(file, segment []byte) []byte {
	return append(append(bytes.Clone(file[:2]), segment...), file[2:]...)
}

// chunk is a chunk of a PNG.
func chunk(kind string, data []byte) []byte {
	out := binary.BigEndian.AppendUint32(nil, uint32(len(data)))
	out = append(append(out, kind...), data...)
	return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(out[4:]))
}

// claiming is a small PNG that says it is of that size; its pixels are packed zeros of which there are enough, or a few.
func claiming(width, height uint32, enough bool) []byte {
	header := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, width), height)
	var packed bytes.Buffer
	z := zlib.NewWriter(&packed)
	rows := 1
	if enough {
		rows = int(height)
	}
	for range rows {
		_, _ = z.Write(make([]byte, 1+(width+7)/8))
	}
	_ = z.Close()
	out := append([]byte("\x89PNG\r\n\x1a\n"), chunk("IHDR", append(header, 1, 0, 0, 0, 0))...)
	return append(append(out, chunk("IDAT", packed.Bytes())...), chunk("IEND", nil)...)
}

// decoded reads what was stored.
func decoded(t testing.TB, p *Pictures, key string) (image.Image, []byte) {
	t.Helper()
	file, err := p.Open(key)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	content, err := io.ReadAll(file)
	if err != nil {
		t.Fatal(err)
	}
	picture, _, err := image.Decode(bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	return picture, content
}

// A WebP of one pixel each: with loss, and without loss and half transparent.
const (
	lossyWebP    = "RIFF\x22\x00\x00\x00WEBPVP8 \x16\x00\x00\x000\x01\x00\x9d\x01*\x01\x00\x01\x00\x0e\xc0\xfe%\xa4\x00\x03p\x00\x00\x00\x00"
	losslessWebP = "RIFF\x1a\x00\x00\x00WEBPVP8L\r\x00\x00\x00/\x00\x00\x00\x10\x07\x10\x11\x11\x88\x88\xfe\x07\x00"
)

func TestAPictureIsMadeAnew(t *testing.T) {
	t.Parallel()
	cmyk := image.NewCMYK(image.Rect(0, 0, 6, 4))
	see := image.NewNRGBA(image.Rect(0, 0, 6, 4))
	for name, tc := range map[string]struct {
		file          []byte
		kind, end     string
		width, height int
	}{
		"a JPEG":                  {asJPEG(t, corner(6, 4)), "image/jpeg", ".jpg", 6, 4},
		"a grey JPEG":             {asJPEG(t, image.NewGray(image.Rect(0, 0, 6, 4))), "image/jpeg", ".jpg", 6, 4},
		"a JPEG of print colours": {asJPEG(t, cmyk), "image/jpeg", ".jpg", 6, 4},
		"a PNG":                   {asPNG(t, corner(6, 4)), "image/png", ".png", 6, 4},
		"a PNG to see through":    {asPNG(t, see), "image/png", ".png", 6, 4},
		"a PNG of 16 bits":        {asPNG(t, image.NewNRGBA64(image.Rect(0, 0, 6, 4))), "image/png", ".png", 6, 4},
		"a GIF that moves":        {moving(t, 3), "image/gif", ".gif", 4, 4},
		"a GIF that stands still": {moving(t, 1), "image/png", ".png", 4, 4},
		"a WebP":                  {[]byte(lossyWebP), "image/jpeg", ".jpg", 1, 1},
		"a WebP without loss":     {[]byte(losslessWebP), "image/png", ".png", 1, 1},
		"one pixel":               {asPNG(t, corner(1, 1)), "image/png", ".png", 1, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, dir := library(t)
			got, err := p.Accept(t.Context(), bytes.NewReader(tc.file), march)
			if err != nil {
				t.Fatal(err)
			}
			want := Picture{Key: got.Key, Type: tc.kind, Width: tc.width, Height: tc.height, Bytes: got.Bytes}
			if diff := cmp.Diff(want, got); diff != "" || !uploadForm.MatchString(got.Key) || !strings.HasPrefix(got.Key, "2026-03/") || !strings.HasSuffix(got.Key, tc.end) {
				t.Errorf("%s (-want +got):\n%s", got.Key, diff)
			}
			picture, content := decoded(t, p, got.Key)
			if picture.Bounds().Dx() != tc.width || picture.Bounds().Dy() != tc.height || int64(len(content)) != got.Bytes {
				t.Errorf("stored is %v of %d bytes", picture.Bounds(), len(content))
			}
			if diff := cmp.Diff([]string{got.Key}, files(t, dir)); diff != "" {
				t.Errorf("the folder holds other things (-want +got):\n%s", diff)
			}
		})
	}
}

func TestAMovingGIFGoesOnMoving(t *testing.T) {
	t.Parallel()
	p, _ := library(t)
	got, err := p.Accept(t.Context(), bytes.NewReader(moving(t, 5)), march)
	if err != nil {
		t.Fatal(err)
	}
	_, content := decoded(t, p, got.Key)
	again, err := gif.DecodeAll(bytes.NewReader(content))
	if err != nil || len(again.Image) != 5 || again.Delay[2] != 7 || again.LoopCount != 3 {
		t.Errorf("%d frames, delays %v, %d times (%v)", len(again.Image), again.Delay, again.LoopCount, err)
	}
	if variants, err := p.Variants(t.Context(), got.Key); err != nil || variants != nil {
		t.Errorf("it has the sizes %v (%v)", variants, err)
	}
}

// Whatever a camera, or somebody with a grudge, put beside the picture is gone.
func TestNothingIsLeftOfWhatWasBesideThePicture(t *testing.T) {
	t.Parallel()
	const secret, script = "GPS 48.2082N", "<script>alert(1)</script>"
	photo := with(asJPEG(t, corner(16, 16)), exif(binary.LittleEndian, 1))
	comment := append([]byte{0xFF, 0xFE, 0, byte(len(script) + 2)}, script...)
	picture := asPNG(t, corner(16, 16))
	inText := append(append(bytes.Clone(picture[:33]), chunk("tEXt", []byte("Comment\x00"+script+secret))...), picture[33:]...)
	gifComment := moving(t, 2)
	gifComment = append(append(bytes.Clone(gifComment[:len(gifComment)-1]), append([]byte{0x21, 0xFE, byte(len(script))}, script...)...), 0, 0x3B)
	profile := make([]byte, 60_000)
	copy(profile, "ICC_PROFILE\x00\x01\x01"+secret)
	profiled := asJPEG(t, corner(16, 16))
	for range 160 { // ten megabytes of it
		profiled = with(profiled, append(binary.BigEndian.AppendUint16([]byte{0xFF, 0xE2}, uint16(len(profile)+2)), profile...))
	}
	for name, file := range map[string][]byte{
		"Exif of a JPEG":               photo,
		"a comment in a JPEG":          with(photo, comment),
		"a page behind a JPEG":         append(bytes.Clone(photo), "<html>"+script...),
		"text in a PNG":                inText,
		"a page behind a PNG":          append(bytes.Clone(picture), "<html>"+script...),
		"an archive behind a PNG":      append(bytes.Clone(picture), "PK\x03\x04"+secret...),
		"a comment in a GIF":           gifComment,
		"a script behind a GIF":        append(moving(t, 2), "*/"+script...),
		"ten megabytes of a profile":   profiled,
		"Exif in the other byte order": with(asJPEG(t, corner(16, 16)), exif(binary.BigEndian, 1)),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if !bytes.Contains(file, []byte(secret)) && !bytes.Contains(file, []byte(script)) {
				t.Fatal("the file holds nothing to be found")
			}
			p, _ := library(t)
			got, err := p.Accept(t.Context(), bytes.NewReader(file), march)
			if err != nil {
				t.Fatal(err)
			}
			_, content := decoded(t, p, got.Key)
			for _, left := range []string{secret, "Exif", "script", "Edda", "PK\x03\x04", "ICC"} {
				if bytes.Contains(content, []byte(left)) {
					t.Errorf("%q is still in the file", left)
				}
			}
		})
	}
}

func TestAPictureStandsAsTheCameraSays(t *testing.T) {
	t.Parallel()
	// Where the red quarter of a picture lies after each of the eight turns: right, down.
	red := map[uint16][2]bool{1: {false, false}, 2: {true, false}, 3: {true, true}, 4: {false, true}, 5: {false, false}, 6: {true, false}, 7: {true, true}, 8: {false, true}}
	gray := image.NewGray(image.Rect(0, 0, 64, 32))
	draw.Draw(gray, image.Rect(0, 0, 32, 16), image.White, image.Point{}, draw.Src)
	for name, file := range map[string][]byte{"in colours": asJPEG(t, corner(64, 32)), "in grey": asJPEG(t, gray)} {
		for orientation, at := range red {
			for _, order := range []binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian} {
				p, _ := library(t)
				got, err := p.Accept(t.Context(), bytes.NewReader(with(file, exif(order, orientation))), march)
				if err != nil {
					t.Fatal(err)
				}
				width, height := 64, 32
				if orientation >= 5 {
					width, height = height, width
				}
				picture, _ := decoded(t, p, got.Key)
				if got.Width != width || got.Height != height || picture.Bounds().Dx() != width || picture.Bounds().Dy() != height {
					t.Errorf("%s, orientation %d: it is %d by %d", name, orientation, got.Width, got.Height)
					continue
				}
				for _, right := range []bool{false, true} {
					for _, down := range []bool{false, true} {
						x, y := width/4, height/4
						if right {
							x = width * 3 / 4
						}
						if down {
							y = height * 3 / 4
						}
						if r, _, _, _ := picture.At(x, y).RGBA(); (r > 0x8000) != (at == [2]bool{right, down}) {
							t.Errorf("%s, orientation %d: red is %v at the right %v, down %v", name, orientation, r > 0x8000, right, down)
						}
					}
				}
			}
		}
	}
	for _, strange := range []uint16{0, 9, 65535} {
		if got := orientationIn(exif(binary.LittleEndian, strange)[4:]); got != 1 {
			t.Errorf("orientation %d is taken for %d", strange, got)
		}
	}
}

func TestWhatIsNoPictureOrTooMuchOfOneIsRefused(t *testing.T) {
	t.Parallel()
	photo := asJPEG(t, corner(64, 64))
	damagedGIF := moving(t, 3)
	for name, tc := range map[string]struct {
		file []byte
		code string
	}{
		"nothing":                           {nil, "not_a_picture"},
		"text":                              {[]byte("Hello."), "not_a_picture"},
		"a page":                            {[]byte("<!doctype html><script>alert(1)</script>"), "not_a_picture"},
		"a drawing with a script":           {[]byte(`<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`), "not_a_picture"},
		"an SVG behind an XML line":         {[]byte(`<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>`), "not_a_picture"},
		"a PDF":                             {[]byte("%PDF-1.7\n1 0 obj"), "not_a_picture"},
		"an archive":                        {[]byte("PK\x03\x04aaaa"), "not_a_picture"},
		"an AVIF":                           {[]byte("\x00\x00\x00\x1cftypavif\x00\x00\x00\x00avifmif1miaf"), "not_a_picture"},
		"settings of a web server":          {[]byte("AddType application/x-httpd-php .png"), "not_a_picture"},
		"the beginning of a PNG and a page": {[]byte("\x89PNG\r\n\x1a\n<script>alert(1)</script>"), "damaged_picture"},
		"the beginning of a GIF and code":   {[]byte("GIF89a/*\x00\x00\x00\x00\x00*/=1;alert(1)"), "damaged_picture"},
		"half a JPEG":                       {photo[:len(photo)/2], "damaged_picture"},
		"the head of a JPEG":                {photo[:4], "damaged_picture"},
		"half a PNG":                        {asPNG(t, corner(64, 64))[:60], "damaged_picture"},
		"half a GIF":                        {damagedGIF[:len(damagedGIF)/2], "damaged_picture"},
		"a WebP without its end":            {[]byte(lossyWebP[:30]), "damaged_picture"},
		"a PNG that says 12,000 by 12,000":  {claiming(12_000, 12_000, false), "too_many_pixels"},
		"a PNG of one pixel by a million":   {claiming(1, 1_000_000, true), "too_many_pixels"},
		"a PNG of a million by one":         {claiming(1_000_000, 1, true), "too_many_pixels"},
		"a PNG that says it is endless":     {claiming(1<<31-1, 1<<31-1, false), "damaged_picture"},
		"a PNG with fewer pixels than said": {claiming(4000, 4000, false), "damaged_picture"},
		"a GIF of 10,000 frames":            {moving(t, 10_000), "too_many_frames"},
		"a GIF that covers too much":        {hugeFrames(), "too_many_frames"},
		"a progressive JPEG of 40 MP":       {progressive(8000, 5000), "too_many_pixels"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, dir := library(t)
			_, err := p.Accept(t.Context(), bytes.NewReader(tc.file), march)
			var refused Refused
			if !errors.As(err, &refused) || refused.Code != tc.code {
				t.Errorf("got %v, want %s", err, tc.code)
			}
			if left := files(t, dir); left != nil {
				t.Errorf("left in the folder: %v", left)
			}
		})
	}
}

// hugeFrames is a GIF of two hundred frames of 1,000 by 1,000 pixels in 5 KB.
func hugeFrames() []byte {
	out := []byte("GIF89a\xe8\x03\xe8\x03\x80\x00\x00\x00\x00\x00\xff\xff\xff")
	for range 200 {
		out = append(out, "\x2c\x00\x00\x00\x00\xe8\x03\xe8\x03\x00\x02\x02\x4c\x01\x00"...)
	}
	return append(out, 0x3B)
}

// progressive is the head of a progressive JPEG.
func progressive(width, height uint16) []byte {
	frame := binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint16([]byte{0xFF, 0xC2, 0, 17, 8}, height), width)
	frame = append(frame, 3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1)
	return append(append([]byte{0xFF, 0xD8}, frame...), 0xFF, 0xDA, 0, 2)
}

func TestAFileOfMoreThan20MBIsRefused(t *testing.T) {
	t.Parallel()
	p, dir := library(t)
	picture := asPNG(t, corner(8, 8))
	if _, err := p.Accept(t.Context(), io.MultiReader(bytes.NewReader(picture), io.LimitReader(zeros{}, MaxBytes-int64(len(picture)))), march); err != nil {
		t.Errorf("with 20 MB: %v", err)
	}
	before := files(t, dir)
	counted := &counter{from: zeros{}}
	if _, err := p.Accept(t.Context(), io.MultiReader(bytes.NewReader(picture), counted), march); !errors.Is(err, ErrTooLarge) {
		t.Errorf("without an end: %v", err)
	}
	if counted.n > MaxBytes+1<<20 {
		t.Errorf("%d bytes were read", counted.n)
	}
	if diff := cmp.Diff(before, files(t, dir)); diff != "" {
		t.Errorf("the folder changed (-before +after):\n%s", diff)
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

type counter struct {
	from io.Reader
	n    int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.from.Read(p)
	c.n += int64(n)
	return n, err
}

func TestAnUploadThatBreaksOffLeavesNothing(t *testing.T) {
	t.Parallel()
	p, dir := library(t)
	whole := asJPEG(t, corner(200, 200))
	for _, share := range []int{1, 50, 99} {
		cut := io.MultiReader(bytes.NewReader(whole[:len(whole)*share/100]), iotest.ErrReader(io.ErrUnexpectedEOF))
		_, err := p.Accept(t.Context(), cut, march)
		var broken ReadError
		if !errors.As(err, &broken) || !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("at %d %%: %v", share, err)
		}
		if left := files(t, dir); left != nil {
			t.Errorf("at %d %% there is left: %v", share, left)
		}
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	p.decoding <- struct{}{} // somebody else's picture
	if _, err := p.Accept(gone, bytes.NewReader(whole), march); !errors.Is(err, context.Canceled) {
		t.Errorf("who left while she waited: %v", err)
	}
	if left := files(t, dir); left != nil {
		t.Errorf("there is left: %v", left)
	}
}

func TestADiskWithoutRoomSaysSo(t *testing.T) {
	t.Parallel()
	full := &fs.PathError{Op: "write", Path: "x", Err: syscall.ENOSPC}
	if err := orFull("write a media file", full); !errors.Is(err, ErrFull) {
		t.Errorf("got %v", err)
	}
	if err := orFull("write a media file", fs.ErrPermission); errors.Is(err, ErrFull) {
		t.Errorf("a folder that may not be written is taken for a full disk: %v", err)
	}
	p, dir := library(t)
	_, err := p.write("2026-03/half.png", func(to io.Writer) error {
		if _, err := to.Write([]byte("half")); err != nil {
			return err
		}
		return full
	})
	if !errors.Is(err, ErrFull) {
		t.Errorf("got %v", err)
	}
	if left := files(t, dir); left != nil {
		t.Errorf("half a file is left: %v", left)
	}
}

func TestAPictureGetsSmallerSizes(t *testing.T) {
	t.Parallel()
	p, dir := library(t)
	photo := image.NewRGBA(image.Rect(0, 0, 1300, 650))
	for i := range photo.Pix {
		photo.Pix[i] = uint8(i*i>>7) | 3
	}
	got, err := p.Accept(t.Context(), bytes.NewReader(asJPEG(t, photo)), march)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // the program may be killed before it could say that it is done
		variants, err := p.Variants(t.Context(), got.Key)
		if err != nil {
			t.Fatal(err)
		}
		stem := strings.TrimSuffix(got.Key, ".jpg")
		want := []Picture{{stem + "-400.jpg", "image/jpeg", 400, 200, 0}, {stem + "-800.jpg", "image/jpeg", 800, 400, 0}, {stem + "-1200.jpg", "image/jpeg", 1200, 600, 0}}
		for i := range variants {
			picture, content := decoded(t, p, variants[i].Key)
			if picture.Bounds().Dx() != variants[i].Width || picture.Bounds().Dy() != variants[i].Height || int64(len(content)) != variants[i].Bytes || variants[i].Bytes >= got.Bytes {
				t.Errorf("%s is %v of %d bytes", variants[i].Key, picture.Bounds(), len(content))
			}
			variants[i].Bytes = 0
		}
		if diff := cmp.Diff(want, variants); diff != "" {
			t.Errorf("sizes (-want +got):\n%s", diff)
		}
	}
	if n := len(files(t, dir)); n != 4 {
		t.Errorf("there are %d files", n)
	}
	small, err := p.Accept(t.Context(), bytes.NewReader(asPNG(t, corner(400, 3))), march)
	if err != nil {
		t.Fatal(err)
	}
	if variants, err := p.Variants(t.Context(), small.Key); err != nil || variants != nil {
		t.Errorf("a small picture has the sizes %v (%v)", variants, err)
	}
	thin, err := p.Accept(t.Context(), bytes.NewReader(asPNG(t, corner(3000, 1))), march)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Variants(t.Context(), thin.Key); err != nil {
		t.Errorf("of a line: %v", err)
	}
	if _, err := p.Variants(t.Context(), "2026-03/none.jpg"); !errors.Is(err, ErrNotFound) {
		t.Errorf("of no picture: %v", err)
	}
}

func TestTheFolderTellsWhatIsOldAndUnfinished(t *testing.T) {
	t.Parallel()
	p, dir := library(t)
	if err := p.Put("demo/lamp.png", []byte("x")); err != nil {
		t.Fatal(err)
	}
	old, err := p.Accept(t.Context(), bytes.NewReader(asPNG(t, corner(8, 8))), march)
	if err != nil {
		t.Fatal(err)
	}
	fresh, err := p.Accept(t.Context(), bytes.NewReader(asPNG(t, corner(8, 8))), march)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{incoming + "old.new", incoming + "fresh.new", old.Key + ".new"} {
		file, err := p.create(name)
		if err == nil {
			err = file.Close()
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	now := time.Now()
	for _, name := range []string{"demo/lamp.png", old.Key, old.Key + ".new", incoming + "old.new"} {
		if err := os.Chtimes(filepath.Join(dir, filepath.FromSlash(name)), now, now.Add(-2*time.Hour)); err != nil {
			t.Fatal(err)
		}
	}
	keys, unfinished, err := p.Old(now.Add(-time.Hour))
	if diff := cmp.Diff([]string{old.Key}, keys); err != nil || diff != "" || unfinished != 2 {
		t.Errorf("%d unfinished (%v), old (-want +got):\n%s", unfinished, err, diff)
	}
	for _, name := range []string{incoming + "fresh.new", incoming + "old.new", "secret.txt", "../x.png"} {
		if _, err := p.Open(name); !errors.Is(err, ErrNotFound) {
			t.Errorf("%s can be read (%v)", name, err)
		}
	}
	for range 2 {
		if err := p.Remove(old.Key); err != nil {
			t.Error(err)
		}
	}
	for key, want := range map[string]bool{old.Key: false, fresh.Key: true, "demo/lamp.png": true} {
		if has, err := p.Has(key); err != nil || has != want {
			t.Errorf("%s is there: %v (%v)", key, has, err)
		}
	}
	if err := p.Remove("../dimmer.db"); err == nil {
		t.Error("a file outside the folder can be removed")
	}
}

// FuzzImageProbe looks for files that bring the probe down, or get past it although what they hold is larger than they said.
func FuzzImageProbe(f *testing.F) {
	for _, seed := range [][]byte{
		with(asJPEG(f, corner(8, 8)), exif(binary.LittleEndian, 6)), with(asJPEG(f, image.NewGray(image.Rect(0, 0, 3, 5))), exif(binary.BigEndian, 8)),
		asPNG(f, corner(8, 8)), moving(f, 3), []byte(lossyWebP), []byte(losslessWebP), claiming(1, 1_000_000, false), progressive(8000, 5000), hugeFrames()[:200],
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		found, err := probe(bytes.NewReader(file))
		if err != nil {
			return
		}
		if found.width < 1 || found.height < 1 || found.width > maxSide || found.height > maxSide || found.width*found.height > maxPixels ||
			found.orientation < 1 || found.orientation > 8 || found.frames > maxFrames || found.memory > maxMemory {
			t.Fatalf("got past: %+v", found)
		}
		if found.width*found.height > 100_000 || found.frames > 20 {
			return // it takes too long here
		}
		made, err := decodeAnew(bytes.NewReader(file), found)
		if err != nil || made.moving != nil {
			return
		}
		size := turnedRect(found.width, found.height, found.orientation).Max
		if got := made.picture.Bounds().Size(); got != size {
			t.Errorf("said %v, holds %v", size, got)
		}
	})
}
