package handlers

import (
	"context"
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"dimmer/media"
)

// MediaFiles is where pictures are kept.
type MediaFiles interface {
	Open(key string) (media.File, error)
	// Accept makes a picture of an upload and stores it under a new key.
	Accept(ctx context.Context, upload io.Reader, now time.Time) (media.Picture, error)
	Remove(key string) error
}

// readMedia serves a picture. Whatever it is, no browser may run it.
func (s *site) readMedia(c *gin.Context) error {
	file, err := s.media.Open(c.Param("folder") + "/" + c.Param("file"))
	if errors.Is(err, media.ErrNotFound) {
		return notFound()
	}
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	h := c.Writer.Header()
	h.Set("Content-Type", file.Type)
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	if len(c.Request.Header["Range"]) > 1 || len(c.Request.Header.Get("Range")) > maxRangeHeader {
		c.Request.Header.Del("Range")
	}
	http.ServeContent(c.Writer, c.Request, "", file.ModifiedAt, file)
	return nil
}

// maxRangeHeader is room for some ten ranges; whoever asks for more gets the whole file.
const maxRangeHeader = 200
