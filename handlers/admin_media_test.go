package handlers_test

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"mime/multipart"
	"testing"
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
