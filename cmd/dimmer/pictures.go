package main

import (
	"context"

	"dimmer/media"
	"dimmer/models"
)

// pictureFiles are the files of pictures as the timed work knows them.
type pictureFiles struct{ *media.Pictures }

// Variants makes the smaller sizes of a picture.
func (f pictureFiles) Variants(ctx context.Context, key string) ([]models.MediaVariant, error) {
	made, err := f.Pictures.Variants(ctx, key)
	variants := make([]models.MediaVariant, len(made))
	for i, p := range made {
		variants[i] = models.MediaVariant{Width: p.Width, Height: p.Height, Type: p.Type, Key: p.Key, Bytes: p.Bytes}
	}
	return variants, err
}
