package models

import (
	"path"
	"regexp"
	"strings"
	"time"

	"dimmer/auth"
)

const (
	maxFileName = 200  // characters of the name that people see
	maxAlt      = 500  // characters, as in a post
	focalUnit   = 1000 // a focal point is kept in thousandths of a side
	mediaPath   = "/media/"
)

// VariantsState is how far the smaller sizes of a picture are.
type VariantsState string

// The states of the smaller sizes.
const (
	VariantsWaiting VariantsState = "waiting"
	VariantsReady   VariantsState = "ready"  // there may be none: the picture is small, or it moves
	VariantsFailed  VariantsState = "failed" // given up; the picture itself is there
)

// MediaFile is an uploaded picture.
type MediaFile struct {
	ID            MediaID `gorm:"primaryKey"`
	Key           string
	Type          string // image/png, image/jpeg, image/gif
	Width, Height int
	Bytes         int64
	Name          string
	Alt           string
	Words         string
	FocalX        int // thousandths of the width, from the left
	FocalY        int // thousandths of the height, from the top
	UploadedBy    *UserID
	VariantsState VariantsState
	Attempts      int
	NextAt        *time.Time `gorm:"serializer:utc"`
	LastError     string
	CreatedAt     time.Time `gorm:"serializer:utc;autoCreateTime:false"`
	UpdatedAt     time.Time `gorm:"serializer:utc;autoUpdateTime:false"`

	Variants     []MediaVariant `gorm:"-"` // the smallest first
	UploaderName string         `gorm:"-"` // empty where she is gone
	UseCount     int            `gorm:"-"` // posts that show it, drafts and unsaved versions too
}

// TableName is the table's name.
func (MediaFile) TableName() string { return "media" }

// URL is its address on this site.
func (f *MediaFile) URL() string { return mediaPath + f.Key }

// EditableBy reports whether the actor may see and change the picture here: owners and editors all, authors their own.
func (f *MediaFile) EditableBy(by Actor) bool {
	return by.Role == auth.Owner || by.Role == auth.Editor || by.Role == auth.Author && f.UploadedBy != nil && *f.UploadedBy == by.User
}

// MediaVariant is a picture in a smaller size.
type MediaVariant struct {
	MediaID MediaID `gorm:"primaryKey"`
	Width   int     `gorm:"primaryKey;autoIncrement:false"`
	Height  int
	Type    string
	Key     string
	Bytes   int64
}

// TableName is the table's name.
func (MediaVariant) TableName() string { return "media_variants" }

type postMedia struct {
	MediaID MediaID `gorm:"primaryKey"`
	PostID  PostID  `gorm:"primaryKey"`
}

func (postMedia) TableName() string { return "post_media" }

type mediaRemoval struct {
	Key      string    `gorm:"primaryKey"`
	RemoveAt time.Time `gorm:"serializer:utc"`
}

func (mediaRemoval) TableName() string { return "media_removals" }

// NewMedia is a picture whose file is there.
type NewMedia struct {
	Key           string
	Type          string
	Width, Height int
	Bytes         int64
	Name          string // of the file that was sent; whatever it is, it becomes one that can be shown
	Alt           string
}

// MediaChange is what people may change of a picture.
type MediaChange struct {
	Name, Alt      Opt[string]
	FocalX, FocalY Opt[float64] // 0 to 1
}

// apply changes what people say of a picture.
func (f *MediaFile) apply(c MediaChange) error {
	invalid := Invalid{}
	if c.Name.Set {
		f.Name = oneLine(c.Name.Value)
		checkLength(invalid, "name", f.Name, 1, maxFileName)
	}
	if c.Alt.Set {
		f.Alt = oneLine(c.Alt.Value)
		checkLength(invalid, "alt", f.Alt, 0, maxAlt)
	}
	for field, of := range map[string]struct {
		Opt[float64]
		side *int
	}{"focal_point.x": {c.FocalX, &f.FocalX}, "focal_point.y": {c.FocalY, &f.FocalY}} {
		if !of.Set {
			continue
		}
		if !(of.Value >= 0 && of.Value <= 1) { // so said, it holds for no number too
			invalid[field] = "is not between 0 and 1"
			continue
		}
		*of.side = int(of.Value*focalUnit + 0.5)
	}
	f.Words = strings.Join(words(f.Name+" "+f.Alt), " ")
	return invalid.orNil()
}

// fileName is the name of a file that somebody has sent, as it can be shown: without folders and invisible characters, not too long.
func fileName(sent string) string {
	name := clip(oneLine(strings.ToValidUTF8(path.Base(strings.ReplaceAll(strings.ReplaceAll(sent, "\x00", ""), `\`, "/")), "")), maxFileName)
	if strings.Trim(name, "./ ") == "" {
		return "picture"
	}
	return name
}

// ImageVariant is a smaller size of a picture, as a post shows it.
type ImageVariant struct {
	URL    string `json:"url"`
	Width  int    `json:"width"`
	Height int    `json:"height"`
	Type   string `json:"type"`
}

// FocalPoint is what matters in a picture: shares of its width and height, from the top left.
type FocalPoint struct {
	X float64 `json:"x"`
	Y float64 `json:"y"`
}

// Focal is the focal point of the picture.
func (f *MediaFile) Focal() FocalPoint {
	return FocalPoint{float64(f.FocalX) / focalUnit, float64(f.FocalY) / focalUnit}
}

// show makes an image of a post one of this picture. Its alt text stays; where it has none, it is the picture's.
func (i *Image) show(f MediaFile) {
	id, width, height, focal := f.ID, f.Width, f.Height, f.Focal()
	i.MediaID, i.URL, i.Width, i.Height, i.Focal, i.Variants = &id, f.URL(), &width, &height, &focal, nil
	for _, v := range f.Variants {
		i.Variants = append(i.Variants, ImageVariant{v.URL(), v.Width, v.Height, v.Type})
	}
	if i.Alt == "" {
		i.Alt = f.Alt
	}
}

// mediaAddress is where a text names a file of the media folder, on whatever host: folder and name, size of a variant, end.
var mediaAddress = regexp.MustCompile(`/media/([a-z0-9][a-z0-9-]*/[a-z0-9][a-z0-9-]*)\.([a-z0-9]+)`)

// variantSize is what the key of a variant has before its end.
var variantSize = regexp.MustCompile(`-[0-9]+$`)

// mediaIDField is where an unsaved version names the picture that the post is to lead with.
var mediaIDField = regexp.MustCompile(`"media_id":"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"`)

// maxNamedFiles is how many files one post is known to show; one of 1 MiB could name 30,000.
const maxNamedFiles = 1000

// namedFiles are the keys that texts name, also of the pictures whose variants they name, each once.
func namedFiles(texts ...string) []string {
	var keys []string
	seen := map[string]bool{}
	note := func(key string) {
		if !seen[key] && len(keys) < maxNamedFiles {
			seen[key] = true
			keys = append(keys, key)
		}
	}
	for _, text := range texts {
		for _, at := range mediaAddress.FindAllStringSubmatch(text, -1) {
			note(at[1] + "." + at[2])
			if whole := variantSize.ReplaceAllString(at[1], ""); whole != at[1] {
				note(whole + "." + at[2])
			}
		}
	}
	return keys
}

// addressesOf matches the addresses of a picture and of its variants.
func addressesOf(key string) *regexp.Regexp {
	end := path.Ext(key)
	return regexp.MustCompile(regexp.QuoteMeta(mediaPath+strings.TrimSuffix(key, end)) + `(-[0-9]+)?` + regexp.QuoteMeta(end) + `\b`)
}

// URL is its address on this site.
func (v *MediaVariant) URL() string { return mediaPath + v.Key }
