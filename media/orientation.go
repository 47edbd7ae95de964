package media

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/draw"
)

// orientationIn reads how a picture stands out of an APP1 segment of a JPEG: 1 to 8 as Exif has it, 1 (upright) where it does not say.
// Nothing else of what cameras write down is read, and nothing of it is kept.
func orientationIn(segment []byte) int {
	const upright, tag, short, entrySize = 1, 0x0112, 3, 12
	tiff, isExif := bytes.CutPrefix(segment, []byte("Exif\x00\x00"))
	if !isExif || len(tiff) < 8 {
		return upright
	}
	var order binary.ByteOrder = binary.LittleEndian
	switch string(tiff[:4]) {
	case "II*\x00":
	case "MM\x00*":
		order = binary.BigEndian
	default:
		return upright
	}
	at := int64(order.Uint32(tiff[4:]))
	if at+2 > int64(len(tiff)) {
		return upright
	}
	entries := tiff[at+2:]
	for n := order.Uint16(tiff[at:]); n > 0 && len(entries) >= entrySize; n-- {
		if order.Uint16(entries) == tag && order.Uint16(entries[2:]) == short && order.Uint32(entries[4:]) == 1 {
			if o := int(order.Uint16(entries[8:])); o >= 1 && o <= 8 {
				return o
			}
			return upright
		}
		entries = entries[entrySize:]
	}
	return upright
}

// turned is a decoded picture as it is to be seen.
func turned(picture image.Image, orientation int) image.Image {
	if orientation <= 1 || orientation > 8 {
		return picture
	}
	switch p := picture.(type) {
	case *image.YCbCr:
		if ratio, same := turnedRatio(p.SubsampleRatio, orientation); same {
			return turnYCbCr(p, ratio, orientation)
		}
	case *image.Gray:
		w, h := p.Rect.Dx(), p.Rect.Dy()
		gray := image.NewGray(turnedRect(w, h, orientation))
		turn(gray.Pix, p.Pix, gray.Stride, p.Stride, w, h, 1, orientation)
		return gray
	}
	flat := flatten(picture)
	w, h := flat.Rect.Dx(), flat.Rect.Dy()
	rgba := image.NewRGBA(turnedRect(w, h, orientation))
	turn(rgba.Pix, flat.Pix, rgba.Stride, flat.Stride, w, h, 4, orientation)
	return rgba
}

// flatten gives a picture as red, green, blue and alpha.
func flatten(picture image.Image) *image.RGBA {
	if flat, is := picture.(*image.RGBA); is {
		return flat
	}
	b := picture.Bounds()
	flat := image.NewRGBA(image.Rect(0, 0, b.Dx(), b.Dy()))
	draw.Draw(flat, flat.Rect, picture, b.Min, draw.Src)
	return flat
}

// lies reports whether width and height change places.
func lies(orientation int) bool { return orientation >= 5 }

func turnedRect(w, h, orientation int) image.Rectangle {
	if lies(orientation) {
		w, h = h, w
	}
	return image.Rect(0, 0, w, h)
}

// turnedRatio is how the colours of a turned picture are sampled; same is false if there is no name for it.
func turnedRatio(ratio image.YCbCrSubsampleRatio, orientation int) (turned image.YCbCrSubsampleRatio, same bool) {
	if !lies(orientation) {
		return ratio, true
	}
	switch ratio {
	case image.YCbCrSubsampleRatio444, image.YCbCrSubsampleRatio420:
		return ratio, true
	case image.YCbCrSubsampleRatio422:
		return image.YCbCrSubsampleRatio440, true
	case image.YCbCrSubsampleRatio440:
		return image.YCbCrSubsampleRatio422, true
	}
	return ratio, false
}

func turnYCbCr(p *image.YCbCr, ratio image.YCbCrSubsampleRatio, orientation int) *image.YCbCr {
	w, h := p.Rect.Dx(), p.Rect.Dy()
	out := image.NewYCbCr(turnedRect(w, h, orientation), ratio)
	turn(out.Y, p.Y, out.YStride, p.YStride, w, h, 1, orientation)
	cw, ch := out.CStride, len(out.Cb)/max(1, out.CStride)
	if lies(orientation) {
		cw, ch = ch, cw
	}
	turn(out.Cb, p.Cb, out.CStride, p.CStride, cw, ch, 1, orientation)
	turn(out.Cr, p.Cr, out.CStride, p.CStride, cw, ch, 1, orientation)
	return out
}

// turn writes the w by h pixels of from, of n bytes each, into to, as the orientation says.
func turn(to, from []byte, toStride, fromStride, w, h, n, orientation int) {
	size := turnedRect(w, h, orientation).Max
	for y := range size.Y {
		for x := range size.X {
			sx, sy := x, y
			switch orientation {
			case 2:
				sx = w - 1 - x
			case 3:
				sx, sy = w-1-x, h-1-y
			case 4:
				sy = h - 1 - y
			case 5:
				sx, sy = y, x
			case 6:
				sx, sy = y, h-1-x
			case 7:
				sx, sy = w-1-y, h-1-x
			case 8:
				sx, sy = w-1-y, x
			}
			copy(to[y*toStride+x*n:][:n], from[sy*fromStride+sx*n:][:n])
		}
	}
}
