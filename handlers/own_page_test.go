package handlers_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"dimmer/models"
)

// confirmed is a reader who has written with an address and said yes to the mail: the answer to her comment, and the path of her own page.
func (b *blog) confirmed(post written, body, name, email string) (answer, string) {
	b.t.Helper()
	made := b.reader().comments(post, body, object{"name": name, "email": email, "notify": true}).wants(201)
	letter := b.mailTo(models.MailConfirm, email)
	link := within(b.links().Confirm(*letter.Reader, letter.CreatedAt.Add(models.ConfirmLinkLifetime)))
	b.reader().sends(link, "do=yes", "wish="+string(*letter.SubscriptionID)).says(200, "Thank you")
	return made, b.ownPageOf(*letter.Reader)
}

func (b *blog) ownPageOf(reader models.Commenter) string {
	return within(b.links().Reader(reader, b.clock.now().Add(time.Hour)))
}

func TestAReaderSeesAndChangesWhatIsKeptOfHer(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	owner := b.as("owner")
	post := owner.publishes("Say something")
	made, own := b.confirmed(post, "The part about the *jaw* helped.", "Ruth", "ruth@example.org")
	id := made.text("data.id")
	for range 2 {
		b.reader().get(own).says(200, "ruth@example.org", "<em>jaw</em>", "Held", "Say something", "in the thread that")
	}
	owner.approves(made)
	b.reader().get(own).says(200, "Approved")
	owner.patch("/admin/comments/"+id, object{"status": "spam"}).wants(200)
	page := b.reader().get(own).says(200, "Held")
	if strings.Contains(string(page.body), "pam") {
		t.Error("the page tells of spam")
	}
	owner.patch("/admin/comments/"+id, object{"status": "approved"}).wants(200)
	b.reader().sends(own, "do=edit", "id="+id, "body=").says(422, "is needed")
	b.reader().sends(own, "do=edit", "id="+id, "body=The part about the *knee* helped.").says(200, "Saved", "<em>knee</em>")
	b.clock.move(16 * time.Minute)
	page = b.reader().get(own).says(200)
	if strings.Contains(string(page.body), "Change") {
		t.Error("it can be changed after the time for that")
	}
	b.reader().sends(own, "do=edit", "id="+id, "body=Too late.").says(403, "is over")
	b.reader().sends(own, "do=delete", "id="+id).says(200, "is deleted", "none that you have confirmed")
	b.reader().get(post.public("/comments")).wants(200).is("data", []any{})
}

func TestAReaderReachesOnlyWhatIsHers(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	owner := b.as("owner")
	post := owner.publishes("Say something", object{"comments": "open"})
	_, hers := b.confirmed(post, "Ruth's.", "Ruth", "ruth@example.org")
	tom, his := b.confirmed(post, "Tom's.", "Tom", "tom@example.org")
	toms := b.mailTo(models.MailConfirm, "tom@example.org").CommenterID
	_, subs, err := b.store.Subscriber(t.Context(), *toms)
	if err != nil || len(subs) != 0 {
		t.Fatal(subs, err)
	}
	b.reader().sends(hers, "do=delete", "id="+tom.text("data.id")).says(410)
	b.reader().sends(hers, "do=edit", "id="+tom.text("data.id"), "body=Mine").says(410)
	b.reader().get(his).says(200, "Tom&#39;s.")
	foreign, err := b.store.Commenter(t.Context(), *toms)
	if err != nil {
		t.Fatal(err)
	}
	other := "else@example.org"
	foreign.Email = &other
	b.reader().get(b.ownPageOf(foreign)).says(410) // made for another address
	b.reader().get("/me/nothing").says(410)
	b.clock.move(2 * time.Hour)
	b.reader().get(his).says(410, "time of this link is over")
	b.reader().sends(his, "do=erase").says(410)
	b.reader().get(tom.own(), tom.editToken()).wants(200)
}

func TestAnAddressThatWasOnlyTypedGainsNothing(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	owner := b.as("owner")
	post := owner.publishes("Say something")
	known, own := b.confirmed(post, "Known here.", "Ruth", "ruth@example.org")
	owner.approves(known)
	b.reader().comments(post, "Again.", object{"commenter": known.text("commenter")}).wants(201).is("data.status", "approved") // her key
	// Somebody types her address, and a name and site of her own choice.
	stranger := b.reader().comments(post, "I am Ruth.", object{"name": "Eve", "email": "ruth@example.org", "url": "https://eve.example"}).wants(201).is("data.status", "pending")
	view := owner.get("/admin/comments/" + known.text("data.id")).wants(200)
	view.is("data.author.name", "Ruth").is("data.author.url", nil).is("data.commenter.email_confirmed", true)
	owner.get("/admin/comments/"+stranger.text("data.id")).wants(200).is("data.commenter.email_confirmed", false).is("data.commenter.approved", float64(0))
	page := b.reader().get(own).says(200, "Known here.", "Written with your address", "I am Ruth.")
	if strings.Contains(string(page.body), `name="id" value="`+stranger.text("data.id")) {
		t.Error("what a stranger wrote can be changed from her page")
	}
	b.reader().sends(own, "do=edit", "id="+stranger.text("data.id"), "body=x").says(410)

	// She may take her address off it, and then it is nobody's.
	page = b.reader().sends(own, "do=disown").says(200, "is taken off", "Known here.")
	if strings.Contains(string(page.body), "I am Ruth.") {
		t.Error("it is still shown")
	}
	owner.get("/admin/comments/"+stranger.text("data.id")).wants(200).is("data.author.email", nil)

	// Or say that it was she, in another browser: then both are one.
	phone := b.reader().comments(post, "From my phone.", object{"name": "Ruth", "email": "ruth@example.org"}).wants(201).is("data.status", "pending")
	b.reader().sends(own, "do=adopt").says(200, "From my phone.")
	b.reader().comments(post, "From my phone again.", object{"commenter": phone.text("commenter")}).wants(201).is("data.status", "approved")
}

func TestAReaderEndsWhatIsMailedToHer(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	owner := b.as("owner")
	one, two := owner.publishes("One"), owner.publishes("Two")
	made, own := b.confirmed(one, "Hello.", "Ruth", "ruth@example.org")
	key := "X-Dimmer-Commenter: " + made.text("commenter")
	b.reader().post(two.public("/subscriptions"), object{"email": "ruth@example.org", "scope": "post"}, key).wants(202)
	page := string(b.reader().get(own).says(200, "One", "Two", "End all of it").body)
	if strings.Contains(page, "waits for your yes") {
		t.Error("she is asked again in a browser that has said yes")
	}
	_, id, _ := strings.Cut(page[strings.Index(page, "What is mailed"):], `name="id" value="`)
	id, _, _ = strings.Cut(id, `"`)
	b.reader().sends(own, "do=unsubscribe", "id="+id).says(200, "No more mail comes of it")
	b.reader().sends(own, "do=unsubscribe", "id="+id).says(410)
	b.reader().sends(own, "do=unsubscribe-all").says(200, "No more mail comes", "Nothing.")
}

func TestAReaderErasesHerself(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	owner := b.as("owner")
	post := owner.publishes("Say something")
	first, own := b.confirmed(post, "Answered.", "Ruth", "ruth@example.org")
	owner.approves(first)
	key := first.text("commenter")
	last := b.reader().comments(post, "Not answered.", object{"commenter": key}).wants(201)
	owner.post("/admin/comments/"+first.text("data.id")+"/reply", object{"body": "Yes."}).wants(201)
	other := b.reader().comments(post, "Of another.", object{"name": "Tom"}).wants(201)
	owner.approves(other)
	b.reader().post(other.own("/like"), nil, "X-Dimmer-Commenter: "+key).wants(200).is("data.likes", float64(1))
	b.reader().post(post.public("/reaction"), nil, "X-Dimmer-Commenter: "+key).wants(200)
	owner.delete("/admin/comments/" + last.text("data.id")).wants(200) // it can be taken back for ten minutes

	data := b.reader().get(own + "/data.json").wants(200)
	if got := data.header.Get("Content-Disposition"); got != `attachment; filename="my-comments.json"` || data.header.Get("Cache-Control") != "no-store" {
		t.Errorf("the download is %q", got)
	}
	data.is("email", "ruth@example.org").is("comments.0.body", "Answered.").is("likes.0", other.text("data.id")).is("subscriptions.0.thread", first.text("data.id"))
	for range 2 {
		b.reader().get(own+"/erase").says(200, "Erase everything", "Download")
	}
	b.reader().get(own).says(200, "Answered.")
	action := owner.patch("/admin/comments/"+first.text("data.id"), object{"body": "Answered?"}).wants(200).text("action_id")
	b.reader().sends(own, "do=erase").says(200, "It is erased")

	b.reader().get(own).says(410)
	b.reader().get(first.own(), first.editToken()).wants(404)
	thread := b.reader().get(post.public("/comments")).wants(200)
	thread.is("data.0.removed", true).is("data.0.author", nil).is("data.0.html", "").is("data.0.replies.0.html", "<p>Yes.</p>").is("data.1.likes", float64(0))
	b.reader().get("/posts/"+post.slug).wants(200).is("data.reactions", float64(0))
	for _, where := range []string{"/admin/commenters?q=ruth@example.org", "/admin/comments?q=Ruth", "/admin/outbox", "/admin/comments"} {
		if a := owner.get(where).wants(200); strings.Contains(strings.ToLower(string(a.body)), "ruth") {
			t.Errorf("%s has something of her: %s", where, a.body)
		}
	}
	owner.post("/admin/comments/undo", object{"action_id": action}).wants(404) // it would bring her words back
	b.reader().comments(post, "Back again.", object{"commenter": key}).wants(201).is("data.status", "pending")
}

func TestTheLinkToOnesOwnPageIsMailedToWhoHasTheAddress(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	post := b.as("owner").publishes("Say something")
	b.reader().get("/me").says(200, "Send me the link")
	b.reader().comments(post, "Hello.", object{"email": "ruth@example.org"}).wants(201)
	known := b.reader().sends("/me", "email=Ruth@example.org").says(200, "Look into your mailbox")
	unknown := b.reader().sends("/me", "email=nobody@example.org").says(200)
	if string(known.body) != string(unknown.body) {
		t.Error("the answer tells who is known")
	}
	b.reader().sends("/me", "email=ruth@example.org").says(200)
	sent := 0
	for _, d := range b.mails() {
		if d.Kind == models.MailReader {
			sent++
		}
	}
	if sent != 1 {
		t.Errorf("%d mails", sent)
	}
	letter := b.mailTo(models.MailReader, "ruth@example.org")
	b.reader().get(b.ownPageOf(*letter.Reader)).says(200, "Written with your address", "Hello.")
	for _, wrong := range []string{"", "ruth", "ruth@example.org\r\nBcc: x@example.org", "a@b", strings.Repeat("(", 2000)} {
		b.reader().sends("/me", "email="+wrong).says(422)
	}
	b.reader().do("POST", "/me", "email=a%ff%00b", "Content-Type: application/x-www-form-urlencoded").wants(400)
}

// What others wrote stands on these pages as text, whatever it is.
func TestNothingOnThesePagesRuns(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	post := b.as("owner").publishes(`<img src=x onerror=alert(1)>`)
	name, body := `"><script>alert(1)</script>`, "<script>alert(2)</script> [x](javascript:alert(3)) ![p](https://evil.example/p.png) <img src=x onerror=alert(4)>"
	made, own := b.confirmed(post, body, name, "ruth@example.org")
	letter := b.mailTo(models.MailHeld, "mira@example.org")
	moderate := within(b.links().Moderate(*letter.User, models.CommentID(made.text("data.id")), b.clock.now().Add(time.Hour)))
	all := within(b.links().ModerateAll(*letter.User, b.clock.now().Add(time.Hour)))
	for _, page := range []string{own, own + "/erase", moderate, all} {
		text := string(b.reader().get(page).says(200).body)
		for _, wrong := range []string{"<script", "<img", `="javascript:`, `src="https://evil`} {
			if strings.Contains(strings.ToLower(text), wrong) {
				t.Errorf("%s holds %s", page, wrong)
			}
		}
	}
	var data struct{ Comments []struct{ Body string } }
	if err := json.Unmarshal(b.reader().get(own+"/data.json").wants(200).body, &data); err != nil || data.Comments[0].Body != body {
		t.Errorf("the download has %v (%v)", data, err)
	}
}
