package handlers

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net"
	"net/http"
	"slices"
	"time"

	"dimmer/media"
	"dimmer/models"
)

const (
	contentMultipart = "multipart/form-data"
	// maxUploadRequest is room for a file and for what a form puts around it.
	maxUploadRequest = media.MaxBytes + 64<<10
	maxUploadField   = 4 << 10 // bytes of a field of text beside the file
	// uploadTimeout is how long a file may take to arrive: 20 MB take three minutes from a slow telephone.
	uploadTimeout = 5 * time.Minute
	// makingTimeout is how long an upload waits for others to be decoded, and is decoded.
	makingTimeout = time.Minute

	tooSlow = "The picture took too long to arrive. Try again with a better connection, or send a smaller one."
	noRoom  = "There is no room left for pictures on the server. Nothing was stored. Tell whoever runs it, or delete pictures that you no longer need."
)

type uploaderRef struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// MediaFields is a picture in the list of them. (It is exported because huma passes over embedded types that are not.)
type MediaFields struct {
	ID            string                `json:"id"`
	URL           string                `json:"url" doc:"Of the whole picture. It never shows another."`
	Name          string                `json:"name" doc:"Of the file that was sent."`
	Type          string                `json:"type" enum:"image/jpeg,image/png,image/gif"`
	Width         int                   `json:"width" doc:"Pixels."`
	Height        int                   `json:"height" doc:"Pixels."`
	Bytes         int64                 `json:"bytes" doc:"Of the file as it is served."`
	Alt           string                `json:"alt" doc:"What it shows. A post that uses it may say otherwise."`
	FocalPoint    focalView             `json:"focal_point"`
	Variants      []imageVariant        `json:"variants" doc:"Smaller sizes, the smallest first."`
	VariantsState models.VariantsState  `json:"variants_state" enum:"waiting,ready,failed" doc:"waiting: they are being made."`
	UseCount      int                   `json:"use_count" doc:"How many posts show it, drafts and unsaved versions too."`
	UploadedBy    nullable[uploaderRef] `json:"uploaded_by"`
	CreatedAt     time.Time             `json:"created_at"`
	UpdatedAt     time.Time             `json:"updated_at"`
}

type mediaUse struct {
	ID     string            `json:"id"`
	Title  string            `json:"title"`
	Type   models.PostType   `json:"type" enum:"post,page"`
	Status models.PostStatus `json:"status" enum:"draft,scheduled,published,archived"`
}

// mediaView is one picture as a whole.
type mediaView struct {
	MediaFields
	UsedIn []mediaUse `json:"used_in" doc:"Posts that show it and that you may edit, the last changed first; 100 at most."`
}

func (s *site) mediaFields(f models.MediaFile) MediaFields {
	v := MediaFields{
		ID: string(f.ID), URL: s.absolute(f.URL()), Name: f.Name, Type: f.Type, Width: f.Width, Height: f.Height, Bytes: f.Bytes, Alt: f.Alt,
		FocalPoint: focalView(f.Focal()), Variants: []imageVariant{}, VariantsState: f.VariantsState, UseCount: f.UseCount,
		CreatedAt: f.CreatedAt.UTC(), UpdatedAt: f.UpdatedAt.UTC(),
	}
	for _, variant := range f.Variants {
		v.Variants = append(v.Variants, imageVariant{s.absolute(variant.URL()), variant.Width, variant.Height, variant.Type})
	}
	if f.UploadedBy != nil {
		v.UploadedBy.Value = &uploaderRef{string(*f.UploadedBy), f.UploaderName}
	}
	return v
}

type mediaAnswer struct {
	Location string `header:"Location"`
	Body     one[mediaView]
}

func (s *site) mediaAnswer(ctx context.Context, f models.MediaFile, err error) (*mediaAnswer, error) {
	if err != nil {
		return nil, err
	}
	v := mediaView{MediaFields: s.mediaFields(f), UsedIn: []mediaUse{}}
	posts, err := s.store.MediaUses(ctx, actor(ctx), f.ID)
	for _, p := range posts {
		v.UsedIn = append(v.UsedIn, mediaUse{string(p.ID), p.Title, p.Type, p.Status})
	}
	return &mediaAnswer{Body: one[mediaView]{v}}, err
}

type listMediaInput struct {
	Paging
	Q        string `query:"q" maxLength:"200" doc:"Words of its name or alt text."`
	Uploader string `query:"uploader" maxLength:"36" doc:"Id of a person."`
	Unused   string `query:"unused" enum:"true" doc:"Only those that no post shows."`
}

func (s *site) listMedia(ctx context.Context, in *listMediaInput) (*listed[MediaFields], error) {
	page, err := s.page(in.Paging)
	if err != nil {
		return nil, err
	}
	found, err := s.store.MediaFiles(ctx, actor(ctx), models.MediaQuery{Words: in.Q, Uploader: models.UserID(in.Uploader), Unused: in.Unused != "", Page: page})
	if err != nil {
		return nil, err
	}
	return listing(s, in.Paging, found, s.mediaFields)
}

type mediaIDInput struct {
	ID string `path:"id"`
}

func (s *site) readMediaFile(ctx context.Context, in *mediaIDInput) (*mediaAnswer, error) {
	file, err := s.store.MediaFile(ctx, actor(ctx), models.MediaID(in.ID))
	return s.mediaAnswer(ctx, file, err)
}

type changeMediaInput struct {
	ID   string `path:"id"`
	Body struct {
		Name       field[string]    `json:"name,omitzero" doc:"1 to 200 characters."`
		Alt        field[string]    `json:"alt,omitzero" doc:"At most 500 characters. Posts that show it keep theirs."`
		FocalPoint field[focalView] `json:"focal_point,omitzero" doc:"The same in every post."`
	}
}

func (s *site) changeMedia(ctx context.Context, in *changeMediaInput) (*mediaAnswer, error) {
	change := models.MediaChange{Name: in.Body.Name.Opt, Alt: in.Body.Alt.Opt}
	if at := in.Body.FocalPoint; at.Set {
		change.FocalX, change.FocalY = models.Some(at.Value.X), models.Some(at.Value.Y)
	}
	file, err := s.store.ChangeMedia(ctx, actor(ctx), models.MediaID(in.ID), change)
	return s.mediaAnswer(ctx, file, err)
}

type deleteMediaInput struct {
	ID    string `path:"id"`
	Force string `query:"force" enum:"true" doc:"Also where posts show it."`
}

func (s *site) deleteMedia(ctx context.Context, in *deleteMediaInput) (*struct{}, error) {
	return nil, s.store.DeleteMedia(ctx, actor(ctx), models.MediaID(in.ID), in.Force != "")
}

func (s *site) uploadMedia(ctx context.Context, _ *struct{}) (*mediaAnswer, error) {
	sent, err := s.receivePicture(ctx, "alt")
	if err != nil {
		return nil, err
	}
	file, err := s.store.CreateMedia(ctx, actor(ctx), sent)
	out, err := s.mediaAnswer(ctx, file, s.orDiscard(sent, err))
	if err == nil {
		out.Location = s.config.PublicURL + adminPath + "/media/" + string(file.ID)
	}
	return out, err
}

// replaceMedia asks first whether there is something that may be replaced, so that no picture is decoded in vain.
func (s *site) replaceMedia(ctx context.Context, in *mediaIDInput) (*mediaAnswer, error) {
	id := models.MediaID(in.ID)
	if _, err := s.store.MediaFile(ctx, actor(ctx), id); err != nil {
		return nil, unread(ctx, err)
	}
	sent, err := s.receivePicture(ctx)
	if err != nil {
		return nil, err
	}
	file, err := s.store.ReplaceMedia(ctx, actor(ctx), id, sent)
	return s.mediaAnswer(ctx, file, s.orDiscard(sent, err))
}

// orDiscard removes the file of a picture that could not be kept.
func (s *site) orDiscard(sent models.NewMedia, err error) error {
	if err == nil {
		return nil
	}
	if removeErr := s.media.Remove(sent.Key); removeErr != nil {
		s.logger.Warn("a file of no picture is left; it is removed within a day", "key", sent.Key, "error", removeErr)
	}
	return err
}

// unread is an answer before the body has been read: the connection closes, or the answer would wait for the rest of it.
func unread(ctx context.Context, err error) error {
	c := callFrom(ctx).gin
	c.Header("Connection", "close")
	_ = http.NewResponseController(c.Writer).SetReadDeadline(time.Now()) //nolint:forbidigo // a deadline is of the system's clock
	return err
}

// receivePicture reads the form of an upload: one file, and the fields that are named. The file is read as it arrives, never held in memory.
func (s *site) receivePicture(ctx context.Context, fields ...string) (models.NewMedia, error) {
	c := callFrom(ctx).gin
	conn, now := http.NewResponseController(c.Writer), time.Now() //nolint:forbidigo // a deadline is of the system's clock
	_ = conn.SetReadDeadline(now.Add(uploadTimeout))
	_ = conn.SetWriteDeadline(now.Add(uploadTimeout + 2*makingTimeout))
	form, err := c.Request.MultipartReader()
	if err != nil {
		return models.NewMedia{}, unread(ctx, malformed("The form cannot be read: its Content-Type has to name the boundary of its parts."))
	}
	var sent models.NewMedia
	given := map[string]string{}
	for {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err == nil {
			err = s.receivePart(ctx, part, &sent, given, fields)
		} else {
			err = media.ReadError{Err: err}
		}
		if err != nil {
			if sent.Key != "" {
				err = s.orDiscard(sent, err)
			}
			return models.NewMedia{}, unread(ctx, uploadProblem(c.Request, err))
		}
	}
	_ = conn.SetReadDeadline(time.Time{}) // else it would end the request's context while the picture is kept
	if sent.Key == "" {
		return sent, invalid(fieldError("body.file", "is required"))
	}
	sent.Alt = given["alt"]
	return sent, nil
}

// receivePart reads one part of the form.
func (s *site) receivePart(ctx context.Context, part *multipart.Part, sent *models.NewMedia, given map[string]string, fields []string) error {
	name := part.FormName()
	_, twice := given[name]
	switch {
	case twice:
		return invalid(fieldError("body."+name, "must be given only once"))
	case name == "file":
		given[name] = ""
		making, cancel := context.WithTimeout(ctx, uploadTimeout+makingTimeout)
		defer cancel()
		made, err := s.media.Accept(making, part, s.now())
		if err != nil {
			return err
		}
		*sent = models.NewMedia{Key: made.Key, Type: made.Type, Width: made.Width, Height: made.Height, Bytes: made.Bytes, Name: part.FileName()}
	case slices.Contains(fields, name):
		text, err := io.ReadAll(io.LimitReader(part, maxUploadField+1))
		if err != nil {
			return media.ReadError{Err: err}
		}
		if len(text) > maxUploadField {
			return invalid(fieldError("body."+name, "is too long"))
		}
		given[name] = string(text)
	default:
		return invalid(fieldError("body."+name, "is not a field of this request"))
	}
	return nil
}

// uploadProblem says what became of an upload.
func uploadProblem(r *http.Request, err error) error {
	var (
		refused   media.Refused
		overrun   *http.MaxBytesError
		timeout   net.Error
		unsettled media.ReadError
	)
	switch {
	case errors.As(err, &refused):
		return refuse(http.StatusUnprocessableEntity, refused.Code, refused.Message, FieldError{"body.file", refused.Message})
	case errors.Is(err, media.ErrTooLarge), errors.As(err, &overrun):
		return pictureTooLarge(r.ContentLength)
	case errors.As(err, &timeout) && timeout.Timeout() && errors.As(err, &unsettled):
		return refuse(http.StatusRequestTimeout, "timeout", tooSlow)
	case errors.As(err, &unsettled):
		return malformed("The upload broke off. Please send the picture again.")
	case errors.Is(err, media.ErrFull):
		p := refuse(http.StatusInsufficientStorage, "storage_full", noRoom)
		p.cause = err
		return p
	case errors.Is(err, context.DeadlineExceeded):
		p := unavailable("Too many pictures are being made at once. Please send this one again in a minute.")
		p.cause = err
		return p
	}
	return err
}

// pictureTooLarge says how large an upload is, if it is known; -1 where it is not.
func pictureTooLarge(size int64) *Problem {
	const limit = "The limit is 20 MB; a smaller export will do."
	detail := "That picture is too large. " + limit
	if size > media.MaxBytes {
		detail = fmt.Sprintf("That picture is %d MB. %s", (size+1<<20-1)>>20, limit)
	}
	return refuse(http.StatusRequestEntityTooLarge, "too_large", detail).with("Connection", "close")
}
