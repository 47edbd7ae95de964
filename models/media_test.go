package models

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dimmer/auth"
)

// keyOf is a key as uploads get it; n tells them apart.
func keyOf(n int) string {
	return "2026-03/" + strings.Repeat("a", 24) + string(rune('a'+n/26)) + string(rune('a'+n%26)) + ".jpg"
}

// picture makes a picture of 1,600 by 900 pixels.
func (s site) picture(t testing.TB, by Actor, n int, tune ...func(*NewMedia)) MediaFile {
	t.Helper()
	file, err := s.CreateMedia(t.Context(), by, newPicture(n, tune...))
	if err != nil {
		t.Fatal(err)
	}
	return file
}

func newPicture(n int, tune ...func(*NewMedia)) NewMedia {
	media := NewMedia{Key: keyOf(n), Type: "image/jpeg", Width: 1600, Height: 900, Bytes: 284_113, Name: "Lamp " + strconv.Itoa(n) + ".jpg"}
	for _, change := range tune {
		change(&media)
	}
	return media
}

// sizes makes the smaller sizes of the picture that is due first.
func (s site) sizes(t testing.TB, widths ...int) MediaFile {
	t.Helper()
	file, err := s.DueVariants(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var variants []MediaVariant
	for _, w := range widths {
		variants = append(variants, MediaVariant{Width: w, Height: w * 9 / 16, Type: "image/jpeg", Key: strings.Replace(file.Key, ".", "-"+strconv.Itoa(w)+".", 1), Bytes: int64(w)})
	}
	if err := s.KeepVariants(t.Context(), file, variants); err != nil {
		t.Fatal(err)
	}
	return file
}

// removals are the keys of files that go by a time.
func (s site) removals(t testing.TB) []string {
	t.Helper()
	keys, err := s.DueMediaRemovals(t.Context(), 100)
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

func TestMediaIsKeptFoundAndChanged(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		ada := s.person(t, "Ada Brink", auth.Author)
		first := s.picture(t, s.owner, 1, func(n *NewMedia) { n.Name, n.Alt = "C:\\Fotos\\Türe\\\x00\u202egnp.exe.jpg"+"\r\n", " A green  door " })
		want(t, "its name", first.Name, "gnp.exe.jpg")
		want(t, "its alt text", first.Alt, "A green door")
		second := s.picture(t, ada, 2)
		got, err := s.MediaFile(t.Context(), s.owner, second.ID)
		if diff := cmp.Diff(second, got); err != nil || diff != "" {
			t.Errorf("read again (%v, -want +got):\n%s", err, diff)
		}
		want(t, "who uploaded it", got.UploaderName, "Ada Brink")
		want(t, "its focal point", got.Focal(), FocalPoint{0.5, 0.5})
		for name, tc := range map[string]struct {
			by    Actor
			query MediaQuery
			want  []MediaID
		}{
			"the owner's":      {s.owner, MediaQuery{}, []MediaID{second.ID, first.ID}},
			"an author's":      {ada, MediaQuery{}, []MediaID{second.ID}},
			"words":            {s.owner, MediaQuery{Words: "DOOR gre"}, []MediaID{first.ID}},
			"words of nothing": {s.owner, MediaQuery{Words: "%"}, nil},
			"of somebody":      {s.owner, MediaQuery{Uploader: ada.User}, []MediaID{second.ID}},
			"of nobody":        {s.owner, MediaQuery{Uploader: "nobody"}, nil},
			"unused":           {s.owner, MediaQuery{Unused: true}, []MediaID{second.ID, first.ID}},
			"the first page":   {s.owner, MediaQuery{Page: Page{Limit: 1}}, []MediaID{second.ID}},
		} {
			list, err := s.MediaFiles(t.Context(), tc.by, tc.query)
			var ids []MediaID
			for _, f := range list.Items {
				ids = append(ids, f.ID)
			}
			if err != nil || !slices.Equal(ids, tc.want) {
				t.Errorf("%s: %v, want %v (%v)", name, ids, tc.want, err)
			}
		}
		changed, err := s.ChangeMedia(t.Context(), ada, second.ID, MediaChange{Name: Some("Lamp"), Alt: Some("A lamp"), FocalX: Some(0.25), FocalY: Some(1.0)})
		if err != nil {
			t.Fatal(err)
		}
		want(t, "the focal point that was set", changed.Focal(), FocalPoint{0.25, 1})
		for field, c := range map[string]MediaChange{
			"name": {Name: Some(" \n")}, "alt": {Alt: Some(strings.Repeat("x", 501))}, "focal_point.x": {FocalX: Some(-0.1)}, "focal_point.y": {FocalY: Some(1.01)},
		} {
			_, err := s.ChangeMedia(t.Context(), ada, second.ID, c)
			var invalid Invalid
			if !errors.As(err, &invalid) || invalid[field] == "" || len(invalid) != 1 {
				t.Errorf("%s: %v", field, err)
			}
		}
		if _, err := s.CreateMedia(t.Context(), s.person(t, "Mo", auth.Moderator), newPicture(3)); !errors.Is(err, ErrForbidden) {
			t.Errorf("a moderator uploads: %v", err)
		}
	})
}

func TestMediaOfOthersIsNotThereForAnAuthor(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		ada, ben, ed := s.person(t, "Ada", auth.Author), s.person(t, "Ben", auth.Author), s.person(t, "Ed", auth.Editor)
		file := s.picture(t, ada, 1)
		for name, act := range map[string]func(by Actor) error{
			"read": func(by Actor) error { _, err := s.MediaFile(t.Context(), by, file.ID); return err },
			"uses": func(by Actor) error { _, err := s.MediaUses(t.Context(), by, file.ID); return err },
			"change": func(by Actor) error {
				_, err := s.ChangeMedia(t.Context(), by, file.ID, MediaChange{Alt: Some("x")})
				return err
			},
			"replace": func(by Actor) error { _, err := s.ReplaceMedia(t.Context(), by, file.ID, newPicture(2)); return err },
			"delete":  func(by Actor) error { return s.DeleteMedia(t.Context(), by, file.ID, true) },
		} {
			for _, by := range []Actor{ben, s.person(t, "Mo "+name, auth.Moderator)} {
				if err := act(by); !errors.Is(err, ErrNotFound) {
					t.Errorf("%s by a %s: %v", name, by.Role, err)
				}
			}
		}
		if _, err := s.ChangeMedia(t.Context(), ed, file.ID, MediaChange{Alt: Some("Hers")}); err != nil {
			t.Errorf("an editor: %v", err)
		}
		got, err := s.MediaFile(t.Context(), ada, file.ID)
		if err != nil || got.Alt != "Hers" || got.Key != file.Key {
			t.Errorf("after all that: %+v (%v)", got, err)
		}
	})
}

func TestAPostLeadsWithMediaByItsIDOrAddress(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		file := s.picture(t, s.owner, 1, func(n *NewMedia) { n.Alt = "A lamp" })
		post := s.published(t, "Lit", func(c *PostChange) { c.FeatureImage = Some(&Image{MediaID: &file.ID, Caption: "Ours"}) })
		wanted := &Image{URL: "/media/" + file.Key, Alt: "A lamp", Caption: "Ours", Width: ptr(1600), Height: ptr(900), MediaID: &file.ID, Focal: &FocalPoint{0.5, 0.5}}
		want(t, "the image", post.FeatureImage, wanted)
		byAddress := s.draft(t, "By address", func(c *PostChange) {
			c.FeatureImage = Some(&Image{URL: "https://blog.example/media/" + file.Key, Alt: "Another"})
		})
		want(t, "by its address", *byAddress.FeatureImage.MediaID, file.ID)
		want(t, "its own alt text", byAddress.FeatureImage.Alt, "Another")
		elsewhere := s.draft(t, "Elsewhere", func(c *PostChange) { c.FeatureImage = Some(&Image{URL: "https://blog.example/media/2026/other.jpg"}) })
		want(t, "from elsewhere", elsewhere.FeatureImage, &Image{URL: "https://blog.example/media/2026/other.jpg"})
		for _, none := range []MediaID{"01900000-0000-7000-8000-000000000000", "x", ""} {
			_, err := s.ChangePost(t.Context(), s.owner, post.ID, post.Version, PostChange{FeatureImage: Some(&Image{MediaID: &none})})
			var invalid Invalid
			if !errors.As(err, &invalid) || invalid["feature_image.media_id"] == "" {
				t.Errorf("%q: %v", none, err)
			}
		}

		// Its sizes and its focal point reach the post, without anybody having changed it.
		s.sizes(t, 400, 800)
		wanted.Variants = []ImageVariant{
			{"/media/" + strings.Replace(file.Key, ".", "-400.", 1), 400, 225, "image/jpeg"}, {"/media/" + strings.Replace(file.Key, ".", "-800.", 1), 800, 450, "image/jpeg"},
		}
		now := s.stored(t, post.ID)
		want(t, "with its sizes", now.FeatureImage, wanted)
		want(t, "what is cleared", slices.Contains(*s.cleared, "post:"+string(post.ID)) && slices.Contains(*s.cleared, "posts"), true)
		if _, err := s.ChangeMedia(t.Context(), s.owner, file.ID, MediaChange{FocalX: Some(0.1), Alt: Some("A lamp at dusk")}); err != nil {
			t.Fatal(err)
		}
		wanted.Focal.X = 0.1
		now = s.stored(t, post.ID)
		want(t, "with its focal point", now.FeatureImage, wanted)
		want(t, "the version", now.Version, post.Version)
		again := s.change(t, now, PostChange{FeatureImage: Some(&Image{MediaID: &file.ID, Alt: "A lamp", Caption: "Ours"})})
		want(t, "sent back as it was read", again.Version, post.Version)
	})
}

func TestMediaKnowsWhichPostsShowIt(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		ada := s.person(t, "Ada", auth.Author)
		file := s.picture(t, ada, 1)
		s.sizes(t, 400)
		small := "/media/" + strings.Replace(file.Key, ".", "-400.", 1)
		uses := func(by Actor) []string {
			t.Helper()
			posts, err := s.MediaUses(t.Context(), by, file.ID)
			if err != nil {
				t.Fatal(err)
			}
			var titles []string
			for _, p := range posts {
				titles = append(titles, p.Title)
			}
			slices.Sort(titles)
			return titles
		}
		want(t, "at first", uses(s.owner), nil)
		inText := s.draft(t, "In text", func(c *PostChange) { c.Source = Some("![A lamp](https://blog.example" + small + ")") })
		s.draft(t, "Not at all", func(c *PostChange) { c.Source = Some("/media/2026-03/" + strings.Repeat("b", 26) + ".jpg") })
		s.draft(t, "In front", func(c *PostChange) { c.FeatureImage = Some(&Image{MediaID: &file.ID}) })
		s.draft(t, "Shared", func(c *PostChange) { c.SEO = Some(SEO{ImageURL: ptr("/media/" + file.Key)}) })
		unsaved := s.draft(t, "Unsaved")
		fields := JSON(`{"feature_image":{"media_id":"` + string(file.ID) + `"}}`)
		if _, err := s.SaveWorkingCopy(t.Context(), s.owner, unsaved.ID, 1, fields, PostChange{FeatureImage: Some(&Image{MediaID: &file.ID})}); err != nil {
			t.Fatal(err)
		}
		want(t, "for the owner", uses(s.owner), []string{"In front", "In text", "Shared", "Unsaved"})
		want(t, "for the author, whose posts they are not", uses(ada), nil)
		got, err := s.MediaFile(t.Context(), ada, file.ID)
		want(t, "how many, for the author too", got.UseCount, 4)
		if list, listErr := s.MediaFiles(t.Context(), s.owner, MediaQuery{Unused: true}); err != nil || listErr != nil || len(list.Items) != 0 {
			t.Errorf("unused: %v (%v, %v)", list.Items, err, listErr)
		}
		if err := s.DeleteWorkingCopy(t.Context(), s.owner, unsaved.ID); err != nil {
			t.Fatal(err)
		}
		s.change(t, inText, PostChange{Source: Some("Nothing to be seen.")})
		want(t, "after it was taken out", uses(s.owner), []string{"In front", "Shared"})
	})
}

func TestReplacedMediaIsReplacedEverywhere(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		file := s.picture(t, s.owner, 1)
		s.sizes(t, 400, 800)
		old := "/media/" + file.Key
		small := strings.Replace(old, ".", "-400.", 1)
		other := "/media/" + keyOf(9)
		post := s.published(t, "Shown", func(c *PostChange) {
			c.Source = Some("![a](" + old + ") <img src=\"https://blog.example" + small + "\"> ![b](" + other + ")")
			c.FeatureImage = Some(&Image{MediaID: &file.ID, Alt: "Mine"})
			c.SEO = Some(SEO{ImageURL: &old, Title: ptr("T")})
		})
		begun := s.draft(t, "Begun")
		text := "Begun ![a](" + old + ")"
		if _, err := s.SaveWorkingCopy(t.Context(), s.owner, begun.ID, 1, JSON(`{"source":"`+text+`"}`), PostChange{Source: Some(text)}); err != nil {
			t.Fatal(err)
		}
		if _, err := s.SaveWorkingCopy(t.Context(), s.owner, post.ID, 1, JSON(`{"title":"Shown again"}`), PostChange{Title: Some("Shown again")}); err != nil {
			t.Fatal(err)
		}
		replaced, err := s.ReplaceMedia(t.Context(), s.owner, file.ID, newPicture(2, func(n *NewMedia) { n.Width, n.Height = 300, 200 }))
		if err != nil {
			t.Fatal(err)
		}
		fresh := "/media/" + keyOf(2)
		want(t, "the picture", []any{replaced.ID, replaced.URL(), replaced.Width, replaced.Name, replaced.VariantsState, len(replaced.Variants)}, []any{file.ID, fresh, 300, file.Name, VariantsWaiting, 0})
		now := s.stored(t, post.ID)
		want(t, "its text", now.Source, "![a]("+fresh+") <img src=\"https://blog.example"+fresh+"\"> ![b]("+other+")")
		want(t, "what readers get", strings.Contains(now.HTML, fresh) && !strings.Contains(now.HTML, old), true)
		want(t, "the image", now.FeatureImage, &Image{URL: fresh, Alt: "Mine", Width: ptr(300), Height: ptr(200), MediaID: &file.ID, Focal: &FocalPoint{0.5, 0.5}})
		want(t, "the image of link previews", *now.SEO.ImageURL, fresh)
		revisions, err := s.Revisions(t.Context(), s.owner, post.ID, Page{})
		if err != nil {
			t.Fatal(err)
		}
		want(t, "the revision", revisions.Items[0].Changed, []string{"source", "feature_image", "seo"})
		for id, wanted := range map[PostID]WorkingCopy{
			begun.ID: {Fields: JSON(`{"source":"` + strings.ReplaceAll(text, old, fresh) + `"}`), BaseVersion: 1}, post.ID: {Fields: `{"title":"Shown again"}`, BaseVersion: now.Version},
		} {
			kept, err := s.WorkingCopy(t.Context(), s.owner, id)
			if err != nil || kept.Fields != wanted.Fields || kept.BaseVersion != wanted.BaseVersion {
				t.Errorf("the unsaved version is %s of %d, want %s of %d (%v)", kept.Fields, kept.BaseVersion, wanted.Fields, wanted.BaseVersion, err)
			}
		}

		// The former files stay for a month.
		want(t, "files that go at once", s.removals(t), nil)
		s.clock.move(keptReplaced + time.Hour)
		gone := s.removals(t)
		slices.Sort(gone)
		want(t, "files that go after a month", gone, []string{strings.Replace(file.Key, ".", "-400.", 1), strings.Replace(file.Key, ".", "-800.", 1), file.Key})

		// Sizes that were being made of the former file go.
		late := []MediaVariant{{Width: 1200, Height: 675, Type: "image/jpeg", Key: strings.Replace(file.Key, ".", "-1200.", 1), Bytes: 1}}
		if err := s.KeepVariants(t.Context(), file, late); err != nil {
			t.Fatal(err)
		}
		want(t, "sizes that came late", slices.Contains(s.removals(t), late[0].Key), true)
		again, err := s.MediaFile(t.Context(), s.owner, file.ID)
		if err != nil || len(again.Variants) != 0 || again.VariantsState != VariantsWaiting {
			t.Errorf("the picture has the sizes %v, %s (%v)", again.Variants, again.VariantsState, err)
		}
	})
}

func TestMediaInSomebodyElsesPostIsNotChangedByAnAuthor(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		ada := s.person(t, "Ada", auth.Author)
		file := s.picture(t, ada, 1)
		post := s.published(t, "The owner's", func(c *PostChange) { c.FeatureImage = Some(&Image{MediaID: &file.ID}) })
		for name, err := range map[string]error{
			"replace": func() error { _, err := s.ReplaceMedia(t.Context(), ada, file.ID, newPicture(2)); return err }(),
			"delete":  s.DeleteMedia(t.Context(), ada, file.ID, true),
		} {
			var forbidden ForbiddenError
			if !errors.As(err, &forbidden) || forbidden.Code != "media_in_others_posts" {
				t.Errorf("%s: %v", name, err)
			}
		}
		want(t, "the post", s.stored(t, post.ID).Version, post.Version)
		if _, err := s.ReplaceMedia(t.Context(), s.owner, file.ID, newPicture(2)); err != nil {
			t.Errorf("the owner: %v", err)
		}
	})
}

func TestDeletedMediaGoesWithItsFiles(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		file := s.picture(t, s.owner, 1)
		s.sizes(t, 400)
		post := s.published(t, "Shown", func(c *PostChange) {
			c.Source = Some("![a](/media/" + file.Key + ")")
			c.FeatureImage = Some(&Image{MediaID: &file.ID})
		})
		err := s.DeleteMedia(t.Context(), s.owner, file.ID, false)
		var conflict ConflictError
		if !errors.As(err, &conflict) || conflict.Code != "media_in_use" || !strings.Contains(conflict.Message, "1 post.") {
			t.Errorf("while it is shown: %v", err)
		}
		if err := s.DeleteMedia(t.Context(), s.owner, file.ID, true); err != nil {
			t.Fatal(err)
		}
		now := s.stored(t, post.ID)
		want(t, "the image", now.FeatureImage, (*Image)(nil))
		want(t, "the text", now.Source, post.Source)
		want(t, "the versions", now.Version, post.Version+1)
		want(t, "files that go", s.removals(t), []string{strings.Replace(file.Key, ".", "-400.", 1), file.Key})
		for _, key := range s.removals(t) {
			if err := s.MediaRemoved(t.Context(), key); err != nil {
				t.Error(err)
			}
		}
		want(t, "files that are left", s.removals(t), nil)
		if _, err := s.MediaFile(t.Context(), s.owner, file.ID); !errors.Is(err, ErrNotFound) {
			t.Errorf("it is there: %v", err)
		}
		restored, err := s.RestoreRevision(t.Context(), s.owner, post.ID, 1, now.Version)
		if err != nil {
			t.Fatal(err)
		}
		want(t, "restored without it", restored.FeatureImage, (*Image)(nil))
		unused := s.picture(t, s.owner, 2)
		if err := s.DeleteMedia(t.Context(), s.owner, unused.ID, false); err != nil {
			t.Errorf("what nobody shows: %v", err)
		}
	})
}

func TestMediaThatIsALogoOrAPortraitStays(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		logo, portrait := s.picture(t, s.owner, 1), s.picture(t, s.owner, 2)
		if _, err := s.ChangeSettings(t.Context(), s.owner, SettingsChange{"logo_url": []byte(`"https://blog.example` + logo.URL() + `"`)}); err != nil {
			t.Fatal(err)
		}
		if _, err := s.ChangeUser(t.Context(), s.owner, s.owner.User, UserChange{AvatarURL: Some(ptr(portrait.URL()))}, ""); err != nil {
			t.Fatal(err)
		}
		for _, file := range []MediaFile{logo, portrait} {
			_, replaced := s.ReplaceMedia(t.Context(), s.owner, file.ID, newPicture(3))
			for _, err := range []error{replaced, s.DeleteMedia(t.Context(), s.owner, file.ID, false), s.DeleteMedia(t.Context(), s.owner, file.ID, true)} {
				var conflict ConflictError
				if !errors.As(err, &conflict) || conflict.Code != "media_is_portrait" {
					t.Errorf("got %v", err)
				}
			}
		}
		if _, err := s.ChangeSettings(t.Context(), s.owner, SettingsChange{"logo_url": []byte(`null`)}); err != nil {
			t.Fatal(err)
		}
		if err := s.DeleteMedia(t.Context(), s.owner, logo.ID, false); err != nil {
			t.Errorf("when it is the logo no longer: %v", err)
		}
	})
}

func TestMediaWhoseSizesFailIsTriedFiveTimes(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		file := s.picture(t, s.owner, 1)
		for attempt := 1; attempt <= maxVariantAttempts; attempt++ {
			due, err := s.DueVariants(t.Context())
			if err != nil || due.ID != file.ID {
				t.Fatalf("attempt %d: %v (%v)", attempt, due.ID, err)
			}
			if _, err := s.DueVariants(t.Context()); !errors.Is(err, ErrNotFound) {
				t.Errorf("attempt %d: two programs make the same sizes (%v)", attempt, err)
			}
			if err := s.VariantsFailed(t.Context(), due, context.DeadlineExceeded); err != nil {
				t.Fatal(err)
			}
			next, err := s.NextMediaWork(t.Context())
			if err != nil || next.IsZero() != (attempt == maxVariantAttempts) {
				t.Errorf("attempt %d: next is %v (%v)", attempt, next, err)
			}
			s.clock.move(time.Hour)
		}
		got, err := s.MediaFile(t.Context(), s.owner, file.ID)
		if err != nil || got.VariantsState != VariantsFailed || got.LastError == "" {
			t.Errorf("in the end: %s, %q (%v)", got.VariantsState, got.LastError, err)
		}
		if _, err := s.DueVariants(t.Context()); !errors.Is(err, ErrNotFound) {
			t.Errorf("it is tried again: %v", err)
		}
		if err := s.MakeVariantsAgain(t.Context(), file.ID); err != nil {
			t.Fatal(err)
		}
		s.sizes(t, 400)
		got, err = s.MediaFile(t.Context(), s.owner, file.ID)
		if err != nil || got.VariantsState != VariantsReady || len(got.Variants) != 1 || got.LastError != "" {
			t.Errorf("when it is wanted again: %s, %v (%v)", got.VariantsState, got.Variants, err)
		}
	})
}

func TestStrayMediaIsWhatNothingKnows(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		kept, gone := s.picture(t, s.owner, 1), s.picture(t, s.owner, 2)
		s.sizes(t, 400)
		if err := s.DeleteMedia(t.Context(), s.owner, gone.ID, false); err != nil {
			t.Fatal(err)
		}
		stray, err := s.StrayMedia(t.Context(), []string{kept.Key, strings.Replace(kept.Key, ".", "-400.", 1), gone.Key, keyOf(3)})
		if err != nil {
			t.Fatal(err)
		}
		want(t, "stray", stray, []string{keyOf(3)})
		all, err := s.MediaFilesAfter(t.Context(), "", 10)
		if err != nil || len(all) != 1 || len(all[0].Variants) != 1 {
			t.Errorf("all: %+v (%v)", all, err)
		}
		if all, err = s.MediaFilesAfter(t.Context(), kept.ID, 10); err != nil || len(all) != 0 {
			t.Errorf("after the last: %+v (%v)", all, err)
		}
	})
}
