package media

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"

	"github.com/gabriel-vasile/mimetype"
	"golang.org/x/image/webp"
)

// Limits of what is decoded. A file says how large its picture is long before it has been decoded, and may lie in no other way than by
// breaking off.
const (
	MaxBytes       = 20 << 20 // of a file
	maxPixels      = 50_000_000
	maxSide        = 20_000    // pixels
	maxMemory      = 256 << 20 // bytes that decoding and turning takes, as estimated
	maxFrames      = 500       // of a picture that moves
	maxFramePixels = 100_000_000
)

// Refused is why a file does not become a picture here, in words for the person who sent it.
type Refused struct {
	Code    string // stable, for programs
	Message string
}

func (r Refused) Error() string { return r.Message }

var (
	errNoPicture = Refused{"not_a_picture", "That file is no picture that can be shown here. Send a JPEG, PNG, GIF or WebP."}
	errDamaged   = Refused{"damaged_picture", "That picture is damaged or incomplete. Open it on your computer, export it again and send that."}
	errTooWide   = Refused{"too_many_pixels", "That picture has too many pixels. Up to 50 million fit, and 20,000 to a side; a smaller export will do."}
	errTooHeavy  = Refused{"too_many_pixels", "That picture takes too much memory to open. Export it with fewer pixels, and as a plain JPEG rather than a progressive one."}
	errTooLong   = Refused{"too_many_frames", "That picture moves for too long. Up to 500 frames fit; a shorter or smaller one will do."}
)

// refusedTypes are formats that people send and that are not taken, with what to do.
var refusedTypes = map[string]Refused{
	"image/svg+xml":   {"not_a_picture", "SVG is not taken, because it can carry scripts. Export the drawing as a PNG."},
	"image/avif":      {"not_a_picture", "AVIF is not taken. Export the picture as a JPEG."},
	"image/heic":      {"not_a_picture", "HEIC is not taken. Export the picture as a JPEG; a phone does that by itself when it is set to \"most compatible\"."},
	"image/heif":      {"not_a_picture", "HEIF is not taken. Export the picture as a JPEG."},
	"image/tiff":      {"not_a_picture", "TIFF is not taken. Export the picture as a JPEG."},
	"application/pdf": {"not_a_picture", "PDF is not taken here. Export the page as a PNG."},
}

// probed is what a file says of its picture, before it is decoded.
type probed struct {
	kind          string // image/jpeg, …
	width, height int    // as stored, before it is turned
	orientation   int    // 1 to 8, as Exif has it
	frames        int
	memory        int64 // bytes that decoding and turning takes, estimated
}

// probe finds out what kind of picture a file is, by its content, and refuses what must not be decoded.
func probe(file io.ReadSeeker) (probed, error) {
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return probed{}, fmt.Errorf("read an upload: %w", err)
	}
	head := make([]byte, 3072)
	n, err := io.ReadFull(file, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return probed{}, fmt.Errorf("read an upload: %w", err)
	}
	sniffed := mimetype.Detect(head[:n])
	p := probed{kind: sniffed.String(), orientation: 1, frames: 1}
	if sniffed.Is("image/vnd.mozilla.apng") {
		p.kind = "image/png" // its first frame
	}
	var config image.Config
	configOf := map[string]func(io.Reader) (image.Config, error){"image/jpeg": jpeg.DecodeConfig, "image/png": png.DecodeConfig, "image/gif": gif.DecodeConfig, "image/webp": webp.DecodeConfig}
	decode, taken := configOf[p.kind]
	if !taken {
		if refused, known := refusedTypes[p.kind]; known {
			return p, refused
		}
		return p, errNoPicture
	}
	if err := rewound(file, func(r io.Reader) (err error) { config, err = decode(r); return err }); err != nil {
		return p, err
	}
	p.width, p.height = config.Width, config.Height
	if p.width < 1 || p.height < 1 {
		return p, errDamaged
	}
	if p.width > maxSide || p.height > maxSide || int64(p.width)*int64(p.height) > maxPixels {
		return p, errTooWide
	}
	pixels := int64(p.width) * int64(p.height)
	switch p.kind {
	case "image/jpeg":
		var layout jpegLayout
		if err := rewound(file, func(r io.Reader) (err error) { layout, err = scanJPEG(r); return err }); err != nil {
			return p, err
		}
		p.orientation = layout.orientation
		p.memory = pixels * layout.bytesPer16Pixels() / 16
	case "image/gif":
		var covered int64
		if err := rewound(file, func(r io.Reader) (err error) { p.frames, covered, err = scanGIF(r); return err }); err != nil {
			return p, err
		}
		if p.frames > maxFrames || covered > maxFramePixels {
			return p, errTooLong
		}
		p.memory = covered
	case "image/png":
		p.memory = pixels * bytesPerPixel(config.ColorModel)
	case "image/webp":
		p.memory = pixels * 8 // 4 for the picture, as much for decoding one without loss
	}
	if p.memory > maxMemory {
		return p, errTooHeavy
	}
	return p, nil
}

// rewound reads a file from its beginning. What cannot be read is damaged, unless the disk is at fault.
func rewound(file io.ReadSeeker, read func(io.Reader) error) error {
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return fmt.Errorf("read an upload: %w", err)
	}
	if err := read(bufio.NewReader(file)); err != nil {
		if refused := (Refused{}); errors.As(err, &refused) {
			return err
		}
		return errDamaged
	}
	return nil
}

func bytesPerPixel(model color.Model) int64 {
	switch model {
	case color.GrayModel:
		return 1
	case color.Gray16Model:
		return 2
	case color.RGBAModel, color.NRGBAModel:
		return 4
	case color.RGBA64Model, color.NRGBA64Model:
		return 8
	}
	return 1 // a palette
}

// jpegLayout is what decides how much memory a JPEG takes, and how its picture stands.
type jpegLayout struct {
	orientation int
	progressive bool
	parts       int   // grey 1, colour 3, print colour 4
	samples     int64 // of each 16 pixels
}

// bytesPer16Pixels is the memory for the samples; four bytes more for each of a progressive one, which the decoder keeps until the end; a
// second picture where it is turned; and where it has print colours, two pictures of four bytes.
func (l jpegLayout) bytesPer16Pixels() int64 {
	n := l.samples
	if l.progressive {
		n += 4 * l.samples
	}
	if l.orientation > 1 {
		n += l.samples
	}
	if l.parts == 4 {
		n += 8 * 16
	}
	return n
}

// scanJPEG reads the segments of a JPEG up to its picture.
func scanJPEG(r io.Reader) (jpegLayout, error) {
	l := jpegLayout{orientation: 1}
	in := bufio.NewReader(r)
	var two [2]byte
	if _, err := io.ReadFull(in, two[:]); err != nil || two != [2]byte{0xFF, 0xD8} {
		return l, errDamaged
	}
	for {
		marker, err := nextMarker(in)
		if err != nil {
			return l, err
		}
		if marker == 0x01 || marker >= 0xD0 && marker <= 0xD7 {
			continue // they stand alone
		}
		if marker == 0xD9 || marker == 0xDA {
			if l.samples == 0 {
				return l, errDamaged // a picture that nothing describes
			}
			return l, nil
		}
		if _, err := io.ReadFull(in, two[:]); err != nil {
			return l, err
		}
		size := int(binary.BigEndian.Uint16(two[:])) - 2
		if size < 0 {
			return l, errDamaged
		}
		segment := make([]byte, size)
		if _, err := io.ReadFull(in, segment); err != nil {
			return l, err
		}
		switch {
		case marker == 0xE1 && l.orientation == 1:
			l.orientation = orientationIn(segment)
		case marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC:
			l.progressive = marker == 0xC2
			if err := l.readFrame(segment); err != nil {
				return l, err
			}
		}
	}
}

// nextMarker passes over what is no marker, as decoders do.
func nextMarker(in *bufio.Reader) (byte, error) {
	b, err := in.ReadByte()
	for err == nil {
		for err == nil && b != 0xFF {
			b, err = in.ReadByte()
		}
		for err == nil && b == 0xFF {
			b, err = in.ReadByte()
		}
		if err == nil && b != 0 {
			return b, nil
		}
	}
	return 0, err
}

// readFrame reads the description of the picture: its parts, and how finely each is sampled.
func (l *jpegLayout) readFrame(segment []byte) error {
	if len(segment) < 6 || len(segment) < 6+3*int(segment[5]) {
		return errDamaged
	}
	l.parts = int(segment[5])
	var all, widest, highest int64 = 0, 1, 1
	for i := range l.parts {
		across, down := int64(segment[7+3*i]>>4), int64(segment[7+3*i]&15)
		all, widest, highest = all+across*down, max(widest, across), max(highest, down)
	}
	l.samples = max(1, (all*16+widest*highest-1)/(widest*highest))
	return nil
}

// scanGIF counts the frames of a GIF and the pixels that they cover together, without unpacking one.
func scanGIF(r io.Reader) (frames int, covered int64, err error) {
	in := bufio.NewReader(r)
	head := make([]byte, 13)
	if _, err := io.ReadFull(in, head); err != nil {
		return 0, 0, err
	}
	skipColours := func(flags byte) error {
		if flags&0x80 == 0 {
			return nil
		}
		_, err := in.Discard(3 << (flags&7 + 1))
		return err
	}
	skipBlocks := func() error {
		for {
			size, err := in.ReadByte()
			if err != nil || size == 0 {
				return err
			}
			if _, err := in.Discard(int(size)); err != nil {
				return err
			}
		}
	}
	if err := skipColours(head[10]); err != nil {
		return 0, 0, err
	}
	for {
		kind, err := in.ReadByte()
		if err != nil {
			return frames, covered, err
		}
		switch kind {
		case 0x21: // an extension
			if _, err := in.Discard(1); err != nil {
				return frames, covered, err
			}
			if err := skipBlocks(); err != nil {
				return frames, covered, err
			}
		case 0x2C: // a frame
			place := make([]byte, 9)
			if _, err := io.ReadFull(in, place); err != nil {
				return frames, covered, err
			}
			if err := skipColours(place[8]); err != nil {
				return frames, covered, err
			}
			if _, err := in.Discard(1); err != nil {
				return frames, covered, err
			}
			if err := skipBlocks(); err != nil {
				return frames, covered, err
			}
			frames++
			covered += int64(binary.LittleEndian.Uint16(place[4:])) * int64(binary.LittleEndian.Uint16(place[6:]))
			if frames > maxFrames || covered > maxFramePixels {
				return frames, covered, nil // more than is taken
			}
		case 0x3B:
			if frames == 0 {
				return 0, 0, errDamaged
			}
			return frames, covered, nil
		default:
			return frames, covered, errDamaged
		}
	}
}
