package models

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"dimmer/auth"
)

// keptReplaced is how long the former file of a picture stays: pages that were built elsewhere, feeds and old mails show it until they are
// made again.
const keptReplaced = 30 * 24 * time.Hour

// maxRewritten is how many posts one replacement rewrites: each is rendered anew, in one transaction.
const maxRewritten = 200

// CreateMedia makes a picture of a file that is there. Its smaller sizes are made by and by.
func (s *Store) CreateMedia(ctx context.Context, by Actor, n NewMedia) (MediaFile, error) {
	var file MediaFile
	err := s.writeAlone(ctx, by, "keep the picture", func(t *tx) error {
		if by.Role != auth.Owner && by.Role != auth.Editor && by.Role != auth.Author {
			return ErrForbidden
		}
		file = MediaFile{ID: newID[MediaID](), FocalX: focalUnit / 2, FocalY: focalUnit / 2, CreatedAt: t.now, UpdatedAt: t.now}
		file.fills(n, t.now)
		if err := file.apply(MediaChange{Name: Some(fileName(n.Name)), Alt: Some(n.Alt)}); err != nil {
			return err
		}
		if by.User != "" {
			file.UploadedBy = &by.User
		}
		if err := table[MediaFile](t.DB).Create(t.ctx, &file); err != nil {
			return err
		}
		t.event("media.created", "media", string(file.ID))
		if err := t.scheduleBy(JobMedia, t.now); err != nil {
			return err
		}
		return attachMedia(t.ctx, t.DB, []*MediaFile{&file})
	})
	return file, err
}

// fills makes the picture show another file.
func (f *MediaFile) fills(n NewMedia, now time.Time) {
	f.Key, f.Type, f.Width, f.Height, f.Bytes = n.Key, n.Type, n.Width, n.Height, n.Bytes
	f.VariantsState, f.Attempts, f.NextAt, f.LastError, f.Variants = VariantsWaiting, 0, &now, "", nil
}

// MediaFile reads a picture for who may change it.
func (s *Store) MediaFile(ctx context.Context, by Actor, id MediaID) (MediaFile, error) {
	if !isID(id) {
		return MediaFile{}, ErrNotFound
	}
	db, ctx, cancel := s.read(ctx)
	defer cancel()
	file, err := table[MediaFile](db).Where("id = ?", id).Take(ctx)
	if err == nil && !file.EditableBy(by) {
		err = ErrNotFound // somebody else's: whether it exists is not told
	}
	if err == nil {
		err = attachMedia(ctx, db, []*MediaFile{&file})
	}
	return file, fault("read the picture", err)
}

// MediaQuery selects pictures; zero fields select all.
type MediaQuery struct {
	Words    string // that name or alt text hold, each somewhere
	Uploader UserID
	Unused   bool // that no post shows
	Page     Page
}

// MediaFiles lists pictures, newest first: authors get their own.
func (s *Store) MediaFiles(ctx context.Context, by Actor, q MediaQuery) (List[MediaFile], error) {
	db, ctx, cancel := s.read(ctx)
	defer cancel()
	where := conditions{}
	if by.Role == auth.Author {
		where.add("uploaded_by = ?", by.User)
	}
	if q.Uploader != "" {
		if !isID(q.Uploader) {
			where.add("FALSE")
		} else {
			where.add("uploaded_by = ?", q.Uploader)
		}
	}
	asked := words(clip(q.Words, maxQuery))
	for _, word := range asked[:min(maxTerms, len(asked))] {
		where.add("words LIKE ?", "%"+word+"%") // words hold no % and no _
	}
	if q.Words != "" && len(asked) == 0 {
		where.add("FALSE")
	}
	if q.Unused {
		where.add("NOT EXISTS (SELECT 1 FROM post_media u WHERE u.media_id = media.id)")
	}
	list, err := listRows(ctx, db, listing[MediaFile]{columns: "*", where: where, sort: sortSpec{column: "created_at", kind: timeKey, descending: true}, page: q.Page},
		func(f MediaFile) sortKey { return sortKey{key: f.CreatedAt, id: string(f.ID)} })
	if err != nil {
		return list, fault("list the pictures", err)
	}
	all := make([]*MediaFile, len(list.Items))
	for i := range list.Items {
		all[i] = &list.Items[i]
	}
	if err := attachMedia(ctx, db, all); err != nil {
		return list, fault("list the pictures", err)
	}
	if len(where) == 0 {
		list.Total, err = table[MediaFile](db).Count(ctx)
	} else {
		list.Total, list.Capped, err = countCapped(ctx, db, "media", where)
	}
	return list, fault("count the pictures", err)
}

// attachMedia reads what goes with pictures: sizes, who uploaded them, how many posts show them.
func attachMedia(ctx context.Context, db *gorm.DB, files []*MediaFile) error {
	if len(files) == 0 {
		return nil
	}
	ids := make([]MediaID, len(files))
	byID := map[MediaID]*MediaFile{}
	for i, f := range files {
		ids[i], byID[f.ID] = f.ID, f
	}
	variants, err := table[MediaVariant](db).Where("media_id IN ?", ids).Order("media_id, width").Find(ctx)
	if err != nil {
		return err
	}
	for _, v := range variants {
		byID[v.MediaID].Variants = append(byID[v.MediaID].Variants, v)
	}
	people, err := query[struct {
		ID   MediaID
		Name string
	}](ctx, db, "SELECT m.id, u.name FROM media m JOIN users u ON u.id = m.uploaded_by WHERE m.id IN ?", ids)
	if err != nil {
		return err
	}
	for _, p := range people {
		byID[p.ID].UploaderName = p.Name
	}
	uses, err := query[struct {
		ID MediaID
		N  int
	}](ctx, db, "SELECT media_id AS id, count(*) AS n FROM post_media WHERE media_id IN ? GROUP BY media_id", ids)
	for _, u := range uses {
		byID[u.ID].UseCount = u.N
	}
	return err
}

// editableMedia reads a picture that the actor may change, to be changed in this transaction.
func (t *tx) editableMedia(id MediaID) (MediaFile, error) {
	if !isID(id) {
		return MediaFile{}, ErrNotFound
	}
	file, err := found(table[MediaFile](t.DB, t.forChange()...).Where("id = ?", id).Take(t.ctx))
	if err == nil && !file.EditableBy(t.by) {
		err = ErrNotFound
	}
	if err == nil {
		err = attachMedia(t.ctx, t.DB, []*MediaFile{&file})
	}
	return file, err
}

// ChangeMedia changes what is said of a picture. The alt texts of posts that show it stay theirs; its focal point is the same everywhere.
func (s *Store) ChangeMedia(ctx context.Context, by Actor, id MediaID, c MediaChange) (MediaFile, error) {
	var file MediaFile
	err := s.writeAlone(ctx, by, "change the picture", func(t *tx) error {
		var err error
		if file, err = t.editableMedia(id); err != nil {
			return err
		}
		before := file
		if err := file.apply(c); err != nil || sameJSON(file, before) {
			return err
		}
		file.UpdatedAt = t.now
		if err := one(table[MediaFile](t.DB).Where("id = ?", id).Select("name", "alt", "words", "focal_x", "focal_y", "updated_at").Updates(t.ctx, file)); err != nil {
			return err
		}
		t.event("media.updated", "media", string(id))
		if file.Focal() == before.Focal() {
			return nil
		}
		return t.refreshImages(file)
	})
	return file, err
}

// ReplaceMedia gives a picture another file. Every post that shows it is rewritten, with a revision, and so are unsaved versions. The former
// file stays for [keptReplaced].
func (s *Store) ReplaceMedia(ctx context.Context, by Actor, id MediaID, n NewMedia) (MediaFile, error) {
	var file MediaFile
	err := s.writeAlone(ctx, by, "replace the picture", func(t *tx) error {
		var err error
		if file, err = t.editableMedia(id); err != nil {
			return err
		}
		if err := t.refuseElsewhere(file); err != nil {
			return err
		}
		posts, err := t.postsShowing(file)
		if err != nil {
			return err
		}
		former := file
		file.fills(n, t.now)
		file.UpdatedAt = t.now
		if err := one(table[MediaFile](t.DB).Where("id = ?", id).
			Select("key", "type", "width", "height", "bytes", "variants_state", "attempts", "next_at", "last_error", "updated_at").Updates(t.ctx, file)); err != nil {
			return err
		}
		if err := done(table[MediaVariant](t.DB).Where("media_id = ?", id).Delete(t.ctx)); err != nil {
			return err
		}
		for _, post := range posts {
			if err := t.showInstead(post, former, file); err != nil {
				return err
			}
		}
		t.event("media.replaced", "media", string(id))
		if err := t.scheduleBy(JobMedia, t.now); err != nil {
			return err
		}
		return t.removeFiles(former, t.now.Add(keptReplaced))
	})
	return file, err
}

// postsShowing are the posts that show a picture, if the actor may change all of them.
func (t *tx) postsShowing(file MediaFile) ([]Post, error) {
	ids, err := query[PostID](t.ctx, t.DB, "SELECT post_id FROM post_media WHERE media_id = ? ORDER BY post_id LIMIT ?", file.ID, maxRewritten+1)
	if err != nil {
		return nil, err
	}
	if len(ids) > maxRewritten {
		return nil, ConflictError{"media_in_many_posts", "More than 200 posts show this picture. Upload the new one beside it and change the posts that should have it."}
	}
	posts := make([]Post, 0, len(ids))
	for _, id := range ids {
		post, err := t.post(id)
		if err != nil {
			return nil, err
		}
		if !post.EditableBy(t.by) {
			return nil, ForbiddenError{"media_in_others_posts", "Somebody else's post shows this picture too. Ask an editor to do this, or upload a new picture for your own posts."}
		}
		posts = append(posts, post)
	}
	return posts, nil
}

// refuseElsewhere refuses what would leave a gap outside posts: in the logo, or in somebody's portrait.
func (t *tx) refuseElsewhere(file MediaFile) error {
	address := "%" + file.URL() + "%" // a key holds no wildcard
	people, err := table[User](t.DB).Where("avatar_url LIKE ?", address).Count(t.ctx)
	if err != nil {
		return err
	}
	logos, err := table[setting](t.DB).Where("key = 'logo_url' AND value LIKE ?", address).Count(t.ctx)
	if err == nil && people+logos > 0 {
		err = ConflictError{"media_is_portrait", "This picture is the logo or somebody's portrait. Choose another one there first."}
	}
	return err
}

// showInstead makes a post, and its unsaved version, show another file.
func (t *tx) showInstead(post Post, former, now MediaFile) error {
	address := addressesOf(former.Key)
	instead := func(text string) string { return address.ReplaceAllLiteralString(text, now.URL()) }
	copied, hasCopy, err := t.keepWorkingCopy(post.ID)
	if err != nil {
		return err
	}
	change, was := PostChange{}, post.Version
	if source := instead(post.Source); source != post.Source {
		change.Source = Some(source)
	}
	if image := post.FeatureImage; image != nil && image.MediaID != nil && *image.MediaID == now.ID {
		change.FeatureImage = Some(&Image{MediaID: &now.ID, Alt: image.Alt, Caption: image.Caption})
	}
	if seo := post.SEO; seo.ImageURL != nil {
		address := instead(*seo.ImageURL)
		seo.ImageURL = &address
		change.SEO = Some(seo)
	}
	if err := t.changePost(&post, change); err != nil || !hasCopy {
		return err
	}
	// What the writer has begun is rewritten like the post, so that she has no conflict; one that she had stays.
	if copied.BaseVersion == was {
		copied.BaseVersion = post.Version
	}
	copied.Fields = JSON(instead(string(copied.Fields)))
	return t.putWorkingCopyBack(copied)
}

// DeleteMedia removes a picture and its files. One that posts show stays, unless force says otherwise: then they lead with no picture, and
// where their text shows it there is a gap.
func (s *Store) DeleteMedia(ctx context.Context, by Actor, id MediaID, force bool) error {
	return s.writeAlone(ctx, by, "delete the picture", func(t *tx) error {
		file, err := t.editableMedia(id)
		if err != nil {
			return err
		}
		if file.UseCount > 0 && !force {
			return ConflictError{"media_in_use", "This picture is still shown, in " + plural(file.UseCount, "post") + ". Take it out there first, or delete it all the same: then a gap stays."}
		}
		if err := t.refuseElsewhere(file); err != nil {
			return err
		}
		posts, err := t.postsShowing(file)
		if err != nil {
			return err
		}
		for _, post := range posts {
			if post.FeatureImage == nil || post.FeatureImage.MediaID == nil || *post.FeatureImage.MediaID != id {
				continue
			}
			copied, hasCopy, err := t.keepWorkingCopy(post.ID)
			if err != nil {
				return err
			}
			was := post.Version
			if err := t.changePost(&post, PostChange{FeatureImage: Some[*Image](nil)}); err != nil {
				return err
			}
			if !hasCopy {
				continue
			}
			if copied.BaseVersion == was {
				copied.BaseVersion = post.Version
			}
			if err := t.putWorkingCopyBack(copied); err != nil {
				return err
			}
		}
		if err := one(table[MediaFile](t.DB).Where("id = ?", id).Delete(t.ctx)); err != nil {
			return err
		}
		t.event("media.deleted", "media", string(id))
		if err := t.removeFiles(file, t.now); err != nil {
			return err
		}
		return t.scheduleBy(JobMedia, t.now)
	})
}

// removeFiles notes that the files of a picture, as it was, go at a time.
func (t *tx) removeFiles(file MediaFile, at time.Time) error {
	rows := []mediaRemoval{{file.Key, at}}
	for _, v := range file.Variants {
		rows = append(rows, mediaRemoval{v.Key, at})
	}
	return table[mediaRemoval](t.DB).CreateAll(t.ctx, rows)
}

// MediaUses are posts that show a picture and that the actor may change, the last changed first, a hundred at most. (How many there are in all says
// UseCount.)
func (s *Store) MediaUses(ctx context.Context, by Actor, id MediaID) ([]Post, error) {
	if _, err := s.MediaFile(ctx, by, id); err != nil {
		return nil, err
	}
	db, ctx, cancel := s.read(ctx)
	defer cancel()
	uses := table[Post](db).Select("id", "type", "status", "slug", "title", "updated_at").Where("id IN (SELECT post_id FROM post_media WHERE media_id = ?)", id)
	if by.Role == auth.Author {
		uses = uses.Where("id IN (SELECT post_id FROM post_authors WHERE user_id = ?)", by.User)
	}
	posts, err := uses.Order("updated_at DESC, id").Limit(maxPage).Find(ctx)
	return posts, fault("look where the picture is used", err)
}

// namesMedia are the texts of a post that may name pictures.
func (p *Post) namesMedia() []string {
	texts := []string{p.Source}
	if p.FeatureImage != nil {
		texts = append(texts, p.FeatureImage.URL)
	}
	if p.SEO.ImageURL != nil {
		texts = append(texts, *p.SEO.ImageURL)
	}
	return texts
}

// noteMedia keeps which pictures a post shows: those that its text and its pictures name.
func (t *tx) noteMedia(post *Post) error {
	shown, err := t.mediaNamed(post.namesMedia()...)
	if err != nil {
		return err
	}
	known, err := query[MediaID](t.ctx, t.DB, "SELECT media_id FROM post_media WHERE post_id = ? ORDER BY media_id", post.ID)
	if err != nil || slices.Equal(known, shown) {
		return err
	}
	if err := done(table[postMedia](t.DB).Where("post_id = ?", post.ID).Delete(t.ctx)); err != nil {
		return err
	}
	rows := make([]postMedia, len(shown))
	for i, id := range shown {
		rows[i] = postMedia{id, post.ID}
	}
	return table[postMedia](t.DB).CreateAll(t.ctx, rows)
}

// alsoShows adds the pictures that an unsaved version names. What it no longer names goes when the post is saved, or the version dropped.
func (t *tx) alsoShows(id PostID, fields JSON) error {
	shown, err := t.mediaNamed(string(fields))
	if err != nil {
		return err
	}
	for _, at := range mediaIDField.FindAllStringSubmatch(string(fields), maxNamedFiles) {
		if file, err := found(table[MediaFile](t.DB).Select("id").Where("id = ?", at[1]).Take(t.ctx)); err == nil {
			shown = append(shown, file.ID)
		} else if !errors.Is(err, ErrNotFound) {
			return err
		}
	}
	for _, media := range shown {
		if err := done(exec(t.ctx, t.DB, "INSERT INTO post_media (media_id, post_id) VALUES (?, ?) ON CONFLICT DO NOTHING", media, id)); err != nil {
			return err
		}
	}
	return nil
}

// mediaNamed are the pictures whose addresses texts name, in the order of their ids.
func (t *tx) mediaNamed(texts ...string) ([]MediaID, error) {
	var ids []MediaID
	for some := range slices.Chunk(namedFiles(texts...), 500) {
		found, err := query[MediaID](t.ctx, t.DB, "SELECT id FROM media WHERE key IN ?", some)
		if err != nil {
			return nil, err
		}
		ids = append(ids, found...)
	}
	slices.Sort(ids)
	return slices.Compact(ids), nil
}

// fillImage completes the picture that a post is to lead with, if it is one of ours, named by its id or by its address.
func fillImage(ctx context.Context, db *gorm.DB, c *PostChange) error {
	if !c.FeatureImage.Set || c.FeatureImage.Value == nil {
		return nil
	}
	image := *c.FeatureImage.Value
	image.Variants, image.Focal = nil, nil
	var file MediaFile
	var err error
	if image.MediaID != nil {
		if !isID(*image.MediaID) {
			return errNoPicture
		}
		if file, err = found(table[MediaFile](db).Where("id = ?", *image.MediaID).Take(ctx)); errors.Is(err, ErrNotFound) {
			return errNoPicture
		}
	} else {
		address, parseErr := url.Parse(image.URL) // absolute, as clients read it, or of this site; a key of ours is none of another site
		if parseErr != nil {
			return nil //nolint:nilerr // it is checked with the other fields
		}
		key, ours := strings.CutPrefix(address.Path, mediaPath)
		if !ours {
			return nil
		}
		if file, err = found(table[MediaFile](db).Where("key = ?", key).Take(ctx)); errors.Is(err, ErrNotFound) {
			return nil
		}
	}
	if err == nil {
		err = attachMedia(ctx, db, []*MediaFile{&file})
	}
	if err != nil {
		return err
	}
	image.show(file)
	c.FeatureImage = Some(&image)
	return nil
}

var errNoPicture = Invalid{"feature_image.media_id": "is no picture that is here; it may have been deleted"}

// refreshImages brings what posts say of the picture that they lead with up to date, without a new version: nobody wrote anything.
func (t *tx) refreshImages(file MediaFile) error {
	ids, err := query[PostID](t.ctx, t.DB, "SELECT post_id FROM post_media WHERE media_id = ? ORDER BY post_id", file.ID)
	if err != nil {
		return err
	}
	for some := range slices.Chunk(ids, 500) {
		posts, err := table[Post](t.DB, t.forUpdate()...).Select("id", "status", "feature_image").Where("id IN ?", some).Order("id").Find(t.ctx)
		if err != nil {
			return err
		}
		for _, post := range posts {
			image := post.FeatureImage
			if image == nil || image.MediaID == nil || *image.MediaID != file.ID {
				continue
			}
			image.show(file)
			if err := one(table[Post](t.DB).Where("id = ?", post.ID).Select("feature_image").Updates(t.ctx, post)); err != nil {
				return err
			}
			t.clears("post:" + string(post.ID))
			if post.Readable() {
				t.touch(PostChanged, string(post.ID))
				t.clears("posts")
			}
		}
	}
	return nil
}
