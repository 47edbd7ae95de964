package handlers_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"dimmer/moderation"
)

// learns does what the worker does when its time has come: it makes the text model anew of what was decided, and keeps it.
func (b *blog) learns() {
	b.t.Helper()
	kept, err := b.store.KeptModel(b.t.Context())
	if err != nil {
		b.t.Fatal(err)
	}
	decided, err := b.store.Lessons(b.t.Context(), 0)
	if err != nil {
		b.t.Fatal(err)
	}
	lessons, through := []moderation.Lesson{}, kept.Lessons
	for _, d := range decided {
		features, err := moderation.ParseTextFeatures(d.Features)
		if err != nil {
			b.t.Fatal(err)
		}
		lessons, through = append(lessons, moderation.Lesson{Features: features, Spam: d.Spam}), max(through, d.Number)
	}
	blob, err := moderation.RebuildTextModel(lessons).MarshalBinary()
	if err == nil {
		err = b.store.KeepModel(b.t.Context(), blob, through, kept.Changed)
	}
	if err != nil {
		b.t.Fatal(err)
	}
}

// What somebody sends again and again in other words, and what readers say.
var (
	junkTexts = []string{
		"Earn easy money from home with our forex signals, contact the coach today", "Our forex coach made me easy money, earn from home with his signals", "Contact the coach: easy money from home, forex signals every day",
		"My life changed, the forex coach earns me easy money each day from home", "Easy money, no risk: the coach sends forex signals to your home", "From home I earn easy money thanks to forex signals of this coach",
		"Want easy money? The forex coach and his signals earn it from home", "Signals of the coach earn easy money, forex from home for everybody",
	}
	fineTexts = []string{
		"The part about the jaw helped me sleep through the night", "I tried the warm towel and my shoulders are softer now", "Do you breathe in through the nose when you count to four?", "My physiotherapist says the same of the neck, thank you",
		"The second exercise hurts my knee, is there another one?", "I read this on the train and breathed out for the first time", "What helps when the jaw clicks in the morning?", "Thank you, I slept well after the walk you suggest",
	}
)

// taught lets the owner decide about all the texts, and gives the action of what she called spam.
func (b *blog) taught(owner visitor, post written) any {
	b.t.Helper()
	var junk, fine []string
	for i := range junkTexts {
		b.clock.move(time.Minute)
		junk = append(junk, b.reader().comments(post, junkTexts[i], object{"name": fmt.Sprint("Coach ", i)}).wants(201).text("data.id"))
		fine = append(fine, b.reader().comments(post, fineTexts[i], object{"name": fmt.Sprint("Ruth ", i)}).wants(201).text("data.id"))
	}
	owner.post("/admin/comments/bulk", object{"ids": fine, "status": "approved"}).wants(200)
	return owner.post("/admin/comments/bulk", object{"ids": junk, "status": "spam"}).wants(200).at("action_id")
}

func TestTheBlogLearnsWhatItsOwnerCallsSpam(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, b *blog) {
		owner, reader := b.as("owner"), b.reader()
		post := owner.publishes("Say something", object{"comments": "all"})
		n := 0
		says := func(text string) string {
			t.Helper()
			n++
			b.clock.move(time.Minute)
			return owner.reasons(reader.comments(post, fmt.Sprint(text, " ", n)).wants(201).text("data.id"))
		}
		const junk, fine, like = "Forex signals earn easy money, ask the coach from home", "My jaw and my neck are softer after the night", "what you have marked as spam"
		if reasons := says(junk); strings.Contains(reasons, "reads") {
			t.Errorf("before anybody has decided: %s", reasons)
		}
		action := b.taught(owner, post)
		if reasons := says(junk); !strings.Contains(reasons, like) {
			t.Errorf("spam, at once: %s", reasons)
		}
		if reasons := says(fine); strings.Contains(reasons, like) {
			t.Errorf("what is fine, at once: %s", reasons)
		}
		b.learns()
		if reasons := says(junk); !strings.Contains(reasons, like) {
			t.Errorf("spam, learned: %s", reasons)
		}
		if reasons := says(fine); strings.Contains(reasons, like) {
			t.Errorf("what is fine, learned: %s", reasons)
		}

		// It never makes spam by itself.
		if a := reader.comments(post, junkTexts[0]+" and "+junkTexts[1]).wants(201); owner.get("/admin/comments/"+a.text("data.id")).text("data.status") != "pending" {
			t.Errorf("a text alone is spam: %s", owner.reasons(a.text("data.id")))
		}

		owner.post("/admin/comments/undo", object{"action_id": action}).wants(200)
		b.learns()
		if reasons := says(junk); strings.Contains(reasons, like) {
			t.Errorf("taken back, it is known still: %s", reasons)
		}
	})
}

// A model that this version cannot read, or that is damaged, is learned anew: comments are not held for it day after day.
func TestADamagedModelIsLearnedAnew(t *testing.T) {
	t.Parallel()
	for name, blob := range map[string]string{"of another version": "dimmer text model 7\n and what it knows", "cut": "dimmer text model 1\n", "nothing": ""} {
		t.Run(name, func(t *testing.T) {
			b := newBlog(t)
			owner := b.as("owner")
			b.taught(owner, owner.publishes("Say something", object{"comments": "all"}))
			post := owner.publishes("Say anything", object{"comments": "open"})
			kept, err := b.store.KeptModel(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if err := b.store.KeepModel(t.Context(), []byte(blob), kept.Lessons, kept.Changed); err != nil {
				t.Fatal(err)
			}
			owner = b.restarted().as("owner")
			honest := owner.reader().comments(post, "The towel was too hot for me, but the rest is fine.").wants(201)
			if reasons := owner.reasons(honest.text("data.id")); strings.Contains(reasons, "check failed") || honest.text("data.status") != "approved" {
				t.Errorf("an honest comment is %s: %s", honest.text("data.status"), reasons)
			}
			junk := owner.reader().comments(post, "Forex signals earn easy money, ask the coach from home").wants(201)
			if reasons := owner.reasons(junk.text("data.id")); !strings.Contains(reasons, "what you have marked as spam") {
				t.Errorf("what it had learned is forgotten: %s", reasons)
			}
		})
	}
}

// Many comments are judged while the owner decides, and the model is kept meanwhile.
func TestTheBlogLearnsWhileOthersWrite(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	owner := b.as("owner")
	post := owner.publishes("Say something", object{"comments": "open"})
	var ids []string
	for i := range 20 {
		ids = append(ids, b.reader().comments(post, fmt.Sprint(junkTexts[i%8], " ", i)).wants(201).text("data.id"))
	}
	var all sync.WaitGroup
	for i := range 4 {
		all.Go(func() {
			for n := range 10 {
				a := b.reader().comments(post, fmt.Sprint(fineTexts[n%8], " ", i, n)).wants(201)
				if reasons := owner.reasons(a.text("data.id")); strings.Contains(reasons, "check failed") {
					t.Errorf("it is held: %s", reasons)
				}
			}
		})
	}
	all.Go(func() {
		for i, id := range ids {
			owner.moves(id, []string{"spam", "trash"}[i%2])
		}
		for _, id := range ids {
			owner.moves(id, "approved")
		}
	})
	all.Go(func() {
		for range 5 {
			b.learns()
		}
	})
	all.Wait()
}

// What links to a site that spam has linked to is suspect. The blog itself is not: else spammers could have its readers' own links held.
func TestSpamThatLinksToTheBlogMakesNoLinkToItSuspect(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	owner, reader := b.as("owner"), b.reader()
	owner.patch("/admin/settings", object{"site_url": "https://www.front.example"}).wants(200)
	post := owner.publishes("Say something", object{"comments": "open"})
	for i, site := range []string{publicURL, "https://front.example", "https://shop.example"} {
		for n := range 3 {
			reader.comments(post, fmt.Sprint("Look [here](", site, "/x), ", i, n), object{"website": "x"}).wants(201)
		}
		honest := reader.comments(post, fmt.Sprint("As you say in [the other post](", site, "/posts/jaw).")).wants(201)
		if reasons := owner.reasons(honest.text("data.id")); strings.Contains(reasons, "the same site") != (i == 2) {
			t.Errorf("a link to %s: %s", site, reasons)
		}
	}
}
