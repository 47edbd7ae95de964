package media

import (
	"bufio"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"path"
	"strconv"
	"strings"
	"time"

	"golang.org/x/image/draw"
	"golang.org/x/image/webp"
)

const (
	jpegQuality = 85 // of 100
	// incoming is where uploads lie while they arrive.
	incoming = "incoming/"
)

// variantWidths are the widths, in pixels, that a picture is also made in, where it is wider: from a phone to a large screen.
var variantWidths = []int{400, 800, 1200, 1600, 2000}

// Pictures takes uploads and makes their smaller sizes. It decodes one picture at a time: the largest takes a quarter of a gigabyte.
type Pictures struct {
	*Disk
	decoding chan struct{}
}

// NewPictures makes a Pictures that keeps its files on a disk.
func NewPictures(disk *Disk) *Pictures { return &Pictures{disk, make(chan struct{}, 1)} }

// Picture is a file that this program has made.
type Picture struct {
	Key           string
	Type          string // image/png, image/jpeg, image/gif
	Width, Height int    // pixels
	Bytes         int64
}

// ReadError says that an upload did not arrive; it is not the disk's fault.
type ReadError struct{ Err error }

func (e ReadError) Error() string { return "read an upload: " + e.Err.Error() }
func (e ReadError) Unwrap() error { return e.Err }

// ErrTooLarge says that an upload has more than [MaxBytes].
var ErrTooLarge = errors.New("the file is too large")

// Accept takes an upload and stores the picture that it holds under a new random key. The picture is always decoded and made anew, so that
// nothing is left of what else the file held: places, names of cameras, a script behind the last pixel. JPEG and moving GIF stay what they
// are; PNG and GIFs that stand still become PNG; WebP becomes JPEG, or PNG where it has no loss or can be seen through. What is no picture,
// or too much of one, is [Refused].
func (p *Pictures) Accept(ctx context.Context, upload io.Reader, now time.Time) (Picture, error) {
	name := incoming + strings.ToLower(rand.Text()) + unfinished
	file, err := p.create(name)
	if err != nil {
		return Picture{}, err
	}
	defer func() { _ = errors.Join(file.Close(), p.root.Remove(name)) }() // what is left is removed within the day
	if err := receive(file, upload); err != nil {
		return Picture{}, err
	}
	found, err := probe(file)
	if err != nil {
		return Picture{}, err
	}
	if err := p.lock(ctx); err != nil {
		return Picture{}, err
	}
	defer p.unlock()
	made, err := decodeAnew(file, found)
	if err != nil {
		return Picture{}, err
	}
	return p.store(now.UTC().Format("2006-01")+"/"+strings.ToLower(rand.Text())+made.end, made)
}

// receive copies an upload to a file, as far as it may go.
func receive(file io.Writer, upload io.Reader) error {
	source := &readErrors{from: io.LimitReader(upload, MaxBytes+1)}
	size, err := io.Copy(file, source)
	switch {
	case source.err != nil:
		return ReadError{source.err}
	case err != nil:
		return orFull("receive an upload", err)
	case size > MaxBytes:
		return ErrTooLarge
	case size == 0:
		return errNoPicture
	}
	return nil
}

// readErrors tells an error of the source from one of the destination.
type readErrors struct {
	from io.Reader
	err  error
}

func (r *readErrors) Read(p []byte) (int, error) {
	n, err := r.from.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		r.err = err
	}
	return n, err
}

func (p *Pictures) lock(ctx context.Context) error {
	select {
	case p.decoding <- struct{}{}:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("wait to decode a picture: %w", ctx.Err())
	}
}

func (p *Pictures) unlock() { <-p.decoding }

// anew is a decoded picture and how it is to be written.
type anew struct {
	picture image.Image
	moving  *gif.GIF // instead
	kind    string
	end     string
}

// decodeAnew decodes a file. A decoder that panics has met a damaged file like any other.
func decodeAnew(file io.ReadSeeker, found probed) (made anew, err error) {
	defer func() {
		if recover() != nil {
			err = errDamaged
		}
	}()
	err = rewound(file, func(r io.Reader) error {
		var err error
		switch found.kind {
		case "image/jpeg":
			made = anew{kind: "image/jpeg", end: ".jpg"}
			if made.picture, err = jpeg.Decode(r); err == nil {
				made.picture = plainColours(turned(made.picture, found.orientation))
			}
		case "image/png":
			made = anew{kind: "image/png", end: ".png"}
			made.picture, err = png.Decode(r)
		case "image/gif":
			if found.frames > 1 {
				made = anew{kind: "image/gif", end: ".gif"}
				made.moving, err = gif.DecodeAll(r)
				break
			}
			made = anew{kind: "image/png", end: ".png"}
			made.picture, err = gif.Decode(r)
		case "image/webp":
			if made.picture, err = webp.Decode(r); err == nil {
				made.kind, made.end = "image/png", ".png"
				if isPhoto(made.picture) {
					made.kind, made.end = "image/jpeg", ".jpg"
				}
			}
		default:
			return errNoPicture
		}
		return err
	})
	return made, err
}

// plainColours turns print colours into those of screens. JPEGs of other colours are kept as they are: they are written the faster.
func plainColours(picture image.Image) image.Image {
	switch picture.(type) {
	case *image.YCbCr, *image.Gray:
		return picture
	}
	return flatten(picture)
}

// isPhoto reports whether a WebP lost detail already, so that a JPEG shows what it shows.
func isPhoto(picture image.Image) bool {
	switch p := picture.(type) {
	case *image.YCbCr:
		return true
	case *image.NYCbCrA:
		return p.Opaque()
	}
	return false
}

// store writes a picture under a key.
func (p *Pictures) store(key string, made anew) (Picture, error) {
	out := Picture{Key: key, Type: made.kind}
	if made.moving != nil {
		out.Width, out.Height = made.moving.Config.Width, made.moving.Config.Height
	} else {
		out.Width, out.Height = made.picture.Bounds().Dx(), made.picture.Bounds().Dy()
	}
	var err error
	out.Bytes, err = p.write(key, func(to io.Writer) error {
		buffered := bufio.NewWriterSize(to, 64<<10)
		var err error
		switch made.kind {
		case "image/jpeg":
			err = jpeg.Encode(buffered, made.picture, &jpeg.Options{Quality: jpegQuality})
		case "image/gif":
			err = gif.EncodeAll(buffered, made.moving)
		default:
			err = png.Encode(buffered, made.picture)
		}
		return errors.Join(err, buffered.Flush())
	})
	return out, err
}

// Variants makes the smaller sizes of a picture that [Pictures.Accept] has stored, the smallest first. A size that takes no less room is left
// out, and a GIF has none: it would stand still. It may be called again.
func (p *Pictures) Variants(ctx context.Context, key string) ([]Picture, error) {
	if path.Ext(key) == ".gif" {
		return nil, nil
	}
	file, err := p.Open(key)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	if err := p.lock(ctx); err != nil {
		return nil, err
	}
	defer p.unlock()
	found, err := probe(file)
	if err != nil {
		return nil, err
	}
	if found.width <= variantWidths[0] {
		return nil, nil
	}
	whole, err := decodeAnew(file, found)
	if err != nil {
		return nil, err
	}
	var made []Picture
	for _, width := range variantWidths {
		if width >= found.width || ctx.Err() != nil {
			break
		}
		small := anew{picture: shrunk(whole.picture, width), kind: whole.kind, end: whole.end}
		stored, err := p.store(strings.TrimSuffix(key, path.Ext(key))+"-"+strconv.Itoa(width)+path.Ext(key), small)
		if err != nil {
			return nil, err
		}
		if stored.Bytes >= file.Size {
			if err := p.Remove(stored.Key); err != nil {
				return nil, err
			}
			continue
		}
		made = append(made, stored)
	}
	return made, ctx.Err()
}

// shrunk is a picture in a smaller width: roughly to twice that, which takes a tenth of the time, and then well.
func shrunk(picture image.Image, width int) image.Image {
	bounds := picture.Bounds()
	heightFor := func(w int) int { return max(1, (bounds.Dy()*w+bounds.Dx()/2)/bounds.Dx()) }
	if bounds.Dx() > 2*width {
		rough := image.NewRGBA(image.Rect(0, 0, 2*width, heightFor(2*width)))
		draw.ApproxBiLinear.Scale(rough, rough.Rect, picture, bounds, draw.Src, nil)
		picture = rough
	}
	small := image.NewRGBA(image.Rect(0, 0, width, heightFor(width)))
	draw.CatmullRom.Scale(small, small.Rect, picture, picture.Bounds(), draw.Src, nil)
	return small
}
