package handlers_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"dimmer/auth"
	"dimmer/handlers"
	"dimmer/models"
)

// links makes the links that the blog's mails hold.
func (b *blog) links() *handlers.Links { return handlers.NewLinks(publicURL, b.secret) }

// within is the path of an address of the blog.
func within(address string) string { return strings.TrimPrefix(address, publicURL) }

// mails lists the outbox, the newest first.
func (b *blog) mails() []models.Delivery {
	b.t.Helper()
	for more := true; more; {
		var err error
		if more, err = b.store.MailEvents(context.Background()); err != nil {
			b.t.Fatal(err)
		}
	}
	found, err := b.store.Deliveries(context.Background(), models.DeliveryQuery{Page: models.Page{Limit: 100}})
	if err != nil {
		b.t.Fatal(err)
	}
	return found.Items
}

// mailTo is the newest mail of a kind to an address.
func (b *blog) mailTo(kind models.MailKind, email string) models.Letter {
	b.t.Helper()
	for _, d := range b.mails() {
		if d.Kind == kind && d.ToEmail != nil && *d.ToEmail == email {
			letter, err := b.store.Letter(context.Background(), d)
			if err != nil {
				b.t.Fatal(err)
			}
			return letter
		}
	}
	b.t.Fatalf("there is no mail of the kind %s to %s", kind, email)
	return models.Letter{}
}

// ownPage is the path of the page of whoever has an address that has been asked for.
func (b *blog) ownPage(email string) string {
	b.t.Helper()
	letter := b.mailTo(models.MailConfirm, email)
	return within(b.links().Reader(*letter.Reader, letter.CreatedAt.Add(models.ReaderLinkLifetime)))
}

// sends sends the form of a page.
func (v visitor) sends(path string, fields ...string) answer {
	v.t.Helper()
	form := url.Values{}
	for _, field := range fields {
		name, text, _ := strings.Cut(field, "=")
		form.Add(name, text)
	}
	return v.do(http.MethodPost, path, form.Encode(), "Content-Type: application/x-www-form-urlencoded")
}

// says checks that a page has some words, and that it is one of those that mails lead to.
func (a answer) says(status int, words ...string) answer {
	a.t.Helper()
	a.wants(status)
	for header, wanted := range map[string]string{"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex", "X-Frame-Options": "DENY"} {
		if got := a.header.Get(header); got != wanted {
			a.t.Errorf("%s: %s is %q, wanted %q", a.request, header, got, wanted)
		}
	}
	policy := a.header.Get("Content-Security-Policy")
	if !strings.HasPrefix(policy, "default-src 'none'; ") || strings.Contains(policy, "script-src") || strings.Contains(policy, "unsafe") {
		a.t.Errorf("%s: the policy is %q", a.request, policy)
	}
	for _, word := range words {
		if !strings.Contains(string(a.body), word) {
			a.t.Errorf("%s lacks %q:\n%s", a.request, word, a.body)
		}
	}
	return a
}

// held makes a held comment and gives it with the link in the owner's mail.
func (b *blog) held(post written, body string) (comment models.CommentID, link string) {
	b.t.Helper()
	comment = models.CommentID(b.reader().comments(post, body).wants(201).text("data.id"))
	letter := b.mailTo(models.MailHeld, b.people[auth.Owner].email)
	return comment, within(b.links().Moderate(*letter.User, comment, letter.CreatedAt.Add(models.ModerationLinkLifetime)))
}

func TestAModeratorDecidesByTheLinkInHerMailOnce(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	post, owner, reader := b.as("owner").publishes("Say something"), b.as("owner"), b.reader()
	for _, tc := range []struct{ do, said, status string }{{"approve", "The comment is approved", "approved"}, {"spam", "The comment is in spam", "spam"}} {
		id, link := b.held(post, "A comment for "+tc.do)
		status := func() string { return owner.get("/admin/comments/" + string(id)).wants(200).text("data.status") }
		for range 3 {
			reader.get(link).says(200, "A comment for "+tc.do, "Approve and answer")
		}
		reader.do(http.MethodHead, link, nil).wants(200)
		if status() != "pending" {
			t.Fatal("to look at it has decided")
		}
		reader.sends(link, "do="+tc.do, "seen=0").says(200, tc.said, "Undo")
		if status() != tc.status {
			t.Errorf("after %s it is %s", tc.do, status())
		}
		reader.get(link).says(410, "works once", "Undo")
		reader.sends(link, "do=spam", "seen=0").says(410, "works once")
		reader.sends(link, "do=approve", "seen=0").says(410, "works once")
		if status() != tc.status {
			t.Errorf("after a second use it is %s", status())
		}
		reader.sends(link, "do=undo").says(200, "Taken back")
		if status() != "pending" {
			t.Errorf("taken back, it is %s", status())
		}
		reader.sends(link, "do=undo").says(409)
		reader.sends(link, "do=approve", "seen=0").says(410)
	}
	events := owner.get("/admin/events?kind=comment.approved").wants(200)
	if events.text("data.0.actor_id") != b.people[auth.Owner].id {
		t.Errorf("the audit log names %v", events.at("data.0.actor_id"))
	}
}

func TestTheUndoOfAMailEndsAfterTenMinutes(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	_, link := b.held(b.as("owner").publishes("Say something"), "Hello.")
	b.reader().sends(link, "do=approve", "seen=0").says(200, "Undo")
	b.clock.move(10 * time.Minute)
	page := b.reader().get(link).says(410)
	if strings.Contains(string(page.body), "Undo") {
		t.Error("the page still offers it")
	}
	b.reader().sends(link, "do=undo").says(409)
}

func TestAModeratorAnswersFromHerMail(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	post := b.as("owner").publishes("Say something")
	id, link := b.held(post, "Does it help?")
	b.reader().sends(link, "do=answer", "seen=0", "body= ").says(422, "is needed", "Does it help?")
	b.reader().sends(link, "do=answer", "seen=0", "body=It *does*.").says(200, "Approved and answered", "Undo")
	thread := b.reader().get(post.public("/comments")).wants(200)
	thread.is("data.0.id", string(id))
	thread.is("data.0.replies.0.html", "<p>It <em>does</em>.</p>")
	thread.is("data.0.replies.0.author.badge", "owner")
	b.reader().sends(link, "do=undo").says(200, "Taken back")
	b.reader().get(post.public("/comments")).wants(200).is("data", []any{})
	b.as("owner").get("/admin/comments/"+string(id)).wants(200).is("data.status", "pending")
}

func TestWhatChangedSinceThePageWasOpenedIsNotDecidedUnseen(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	post := b.as("owner").publishes("Say something")
	wrote := b.reader().comments(post, "Harmless.").wants(201)
	letter := b.mailTo(models.MailHeld, b.people[auth.Owner].email)
	link := within(b.links().Moderate(*letter.User, models.CommentID(wrote.text("data.id")), letter.CreatedAt.Add(models.ModerationLinkLifetime)))
	b.reader().get(link).says(200, "Harmless.", `name="seen" value="0"`)
	b.reader().patch(wrote.own(), object{"body": "Not so harmless."}, wrote.editToken()).wants(200)
	b.reader().sends(link, "do=approve", "seen=0").says(409, "Not so harmless.", "has been changed")
	b.as("owner").get("/admin/comments/"+wrote.text("data.id")).wants(200).is("data.status", "pending")
	page := string(b.reader().get(link).says(200).body)
	_, seen, _ := strings.Cut(page, `name="seen" value="`)
	seen, _, _ = strings.Cut(seen, `"`)
	b.reader().sends(link, "do=approve", "seen="+seen).says(200, "The comment is approved")
}

func TestAModeratorsLinkIsHersAloneAndOnlyAsLongAsSheDecides(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	owner := b.as("owner")
	post := owner.publishes("Say something")
	id, link := b.held(post, "Hello.")
	user := func(role auth.Role) models.User {
		u, err := b.store.User(t.Context(), models.UserID(b.people[role].id))
		if err != nil {
			t.Fatal(err)
		}
		return u
	}
	until := b.clock.now().Add(time.Hour)
	author := within(b.links().Moderate(user(auth.Author), id, until))
	moderator := within(b.links().Moderate(user(auth.Moderator), id, until))
	another, err := auth.NewSecret([]byte("zW8qL3nX5vB7mT1kR9yP2cJ4hF6gD0sA"))
	if err != nil {
		t.Fatal(err)
	}
	foreign := within(handlers.NewLinks(publicURL, another).Moderate(user(auth.Owner), id, until))
	forReaders := "/moderate/" + strings.TrimPrefix(within(b.links().Unsubscribe(models.SubscriptionID(id), until)), "/unsubscribe/")

	b.reader().get(moderator).says(200, "Hello.") // the positive control
	for name, wrong := range map[string]string{
		"an author's, of another's post": author, "another secret's": foreign, "cut": link[:len(link)-1], "longer": link + "A", "another kind's": forReaders, "none": "/moderate/nothing",
	} {
		for _, a := range []answer{b.reader().get(wrong), b.reader().sends(wrong, "do=approve", "seen=0")} {
			if a.says(410); strings.Contains(string(a.body), "Hello.") {
				t.Errorf("%s shows the comment", name)
			}
		}
	}
	flipped := []byte(moderator)
	for i := len("/moderate/"); i < len(flipped); i++ {
		flipped[i] ^= 1
		b.reader().get(string(flipped)).wants(410)
		flipped[i] ^= 1
	}
	owner.patch("/admin/users/"+b.people[auth.Moderator].id, object{"disabled": true}).wants(200)
	b.reader().sends(moderator, "do=approve", "seen=0").says(410)
	owner.patch("/admin/users/"+b.people[auth.Moderator].id, object{"disabled": false}).wants(200)
	b.reader().get(moderator).says(200)
	owner.patch("/admin/users/"+b.people[auth.Moderator].id, object{"email": "elsewhere@example.org"}).wants(200)
	b.reader().sends(moderator, "do=approve", "seen=0").says(410)
	owner.get("/admin/comments/"+string(id)).wants(200).is("data.status", "pending")

	b.clock.move(7*24*time.Hour + time.Minute)
	b.reader().sends(link, "do=approve", "seen=0").says(410, "time of this link is over")
	owner.get("/admin/comments/"+string(id)).wants(200).is("data.status", "pending")
}

func TestTheListOfWhatWaitsLeadsToEach(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	post := b.as("owner").publishes("Say something")
	b.reader().comments(post, "First.").wants(201)
	b.reader().comments(post, "Second.", object{"name": "Tom"}).wants(201)
	user, err := b.store.User(t.Context(), models.UserID(b.people[auth.Owner].id))
	if err != nil {
		t.Fatal(err)
	}
	all := within(b.links().ModerateAll(user, b.clock.now().Add(time.Hour)))
	page := b.reader().get(all).says(200, "2 comments wait", "First.", "Second.", "Decide")
	_, link, _ := strings.Cut(string(page.body), `<a class="btn" href="`)
	link, _, _ = strings.Cut(link, `"`)
	b.reader().sends(link, "do=approve", "seen=0").says(200, "The comment is approved")
	b.reader().get(all).says(200, "1 comment waits", "Second.")
	b.reader().sends(all, "do=approve", "seen=0").wants(400)
}

func TestASubscriptionIsAskedForAndConfirmedByItsAddress(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	post := b.as("owner").publishes("Say something", object{"comments": "open"})
	asks := func(body object, headers ...string) answer {
		return b.reader().post(post.public("/subscriptions"), body, headers...)
	}
	first := asks(object{"email": "Ada@Example.org", "scope": "post"}).wants(202)
	again := asks(object{"email": "ada@example.org", "scope": "post"}).wants(202)
	if string(first.body) != string(again.body) {
		t.Errorf("the second answer is %s, the first was %s", again.body, first.body)
	}
	letter := b.mailTo(models.MailConfirm, "ada@example.org")
	link := within(b.links().Confirm(*letter.Reader, letter.CreatedAt.Add(models.ConfirmLinkLifetime)))
	b.reader().get(link).says(200, "ada@example.org", "Say something")
	b.reader().comments(post, "Before her yes.").wants(201)
	for _, d := range b.mails() {
		if d.Kind == models.MailAnswer {
			t.Error("she is mailed without a yes")
		}
	}
	b.reader().sends(link, "do=yes", "wish="+string(*letter.SubscriptionID)).says(200, "Thank you")
	b.reader().sends(link, "do=yes", "wish="+string(*letter.SubscriptionID)).says(410)
	b.reader().get(link).says(410)
	b.reader().comments(post, "After it.", object{"name": "Tom"}).wants(201)
	mail := b.mailTo(models.MailAnswer, "ada@example.org")
	if len(mail.Comments) != 1 || mail.Comments[0].Words != "After it." {
		t.Errorf("the mail tells of %v", mail.Comments)
	}

	// One click of a mail program, without a page before it.
	end := within(b.links().Unsubscribe(*mail.SubscriptionID, mail.CreatedAt.Add(models.UnsubscribeLinkLifetime)))
	b.reader().get(end).says(200, "Hear no more of it?")
	b.reader().get(end).says(200, "Hear no more of it?")
	b.reader().sends(end, "List-Unsubscribe=One-Click").says(200, "Nothing more will come")
	b.reader().sends(end, "List-Unsubscribe=One-Click").says(200, "Nothing more will come")
	b.reader().comments(post, "After the end.", object{"name": "Cleo"}).wants(201)
	for _, d := range b.mails() {
		if d.Kind == models.MailAnswer && d.ID != mail.ID {
			t.Error("she is mailed after the end")
		}
	}
}

func TestAnotherWayToUnsubscribeByOneClick(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	post := b.as("owner").publishes("Say something")
	b.reader().post(post.public("/subscriptions"), object{"email": "ada@example.org", "scope": "post"}).wants(202)
	letter := b.mailTo(models.MailConfirm, "ada@example.org")
	end := within(b.links().Unsubscribe(*letter.SubscriptionID, b.clock.now().Add(time.Hour)))
	body := "--x\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--x--\r\n"
	b.reader().do(http.MethodPost, end, body, "Content-Type: multipart/form-data; boundary=x").says(200, "Nothing more will come")
	if _, err := b.store.Subscription(t.Context(), *letter.SubscriptionID); err == nil {
		t.Error("it is there still")
	}
}

func TestWhatIsNoSubscriptionIsNamed(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	owner := b.as("owner")
	post, other := owner.publishes("Say something", object{"comments": "open"}), owner.publishes("Elsewhere", object{"comments": "open"})
	here := b.reader().comments(post, "Here.").wants(201).text("data.id")
	there := b.reader().comments(other, "There.", object{"name": "Tom"}).wants(201).text("data.id")
	held := b.reader().comments(post, "Held.", object{"website": "x"}).wants(201).text("data.id")
	b.reader().post(post.public("/subscriptions"), object{"email": "a@example.org", "scope": "thread", "comment_id": here}).wants(202)
	for name, tc := range map[string]struct {
		body  object
		where string
	}{
		"wildcards":                    {object{"email": "%@%", "scope": "post"}, "body.email"},
		"a line break":                 {object{"email": "a@example.org\r\nBcc: b@example.org", "scope": "post"}, "body.email"},
		"two addresses":                {object{"email": "a@example.org,b@example.org", "scope": "post"}, "body.email"},
		"a name":                       {object{"email": "Evil <a@example.org>", "scope": "post"}, "body.email"},
		"an IP address":                {object{"email": "a@[127.0.0.1]", "scope": "post"}, "body.email"},
		"no dot":                       {object{"email": "a@b", "scope": "post"}, "body.email"},
		"quotes":                       {object{"email": `"a b"@example.org`, "scope": "post"}, "body.email"},
		"an encoded word":              {object{"email": "=?utf-8?q?a?=@example.org", "scope": "post"}, "body.email"},
		"10 KB":                        {object{"email": strings.Repeat("(", 10_000), "scope": "post"}, "body.email"},
		"no scope":                     {object{"email": "a@example.org"}, "body.scope"},
		"another scope":                {object{"email": "a@example.org", "scope": "site"}, "body.scope"},
		"a thread without a comment":   {object{"email": "a@example.org", "scope": "thread"}, "body.comment_id"},
		"a post with one":              {object{"email": "a@example.org", "scope": "post", "comment_id": here}, "body.comment_id"},
		"a comment on another post":    {object{"email": "a@example.org", "scope": "thread", "comment_id": there}, "body.comment_id"},
		"a comment that nobody sees":   {object{"email": "a@example.org", "scope": "thread", "comment_id": held}, "body.comment_id"},
		"a comment that is none":       {object{"email": "a@example.org", "scope": "thread", "comment_id": unknownID}, "body.comment_id"},
		"an id that is none":           {object{"email": "a@example.org", "scope": "thread", "comment_id": "1 OR 1=1"}, "body.comment_id"},
		"something that nobody wanted": {object{"email": "a@example.org", "scope": "post", "confirmed": true}, "body.confirmed"},
	} {
		if a := b.reader().post(post.public("/subscriptions"), tc.body).wants(422); a.locations() != tc.where {
			t.Errorf("%s: %s", name, a.shown())
		}
	}
	b.reader().post("/posts/nothing/subscriptions", object{"email": "a@example.org", "scope": "post"}).wants(404)
}

func TestNobodyIsFloodedByPeopleWhoTypeHerAddress(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	owner := b.as("owner")
	var posts []written
	for _, title := range []string{"One", "Two", "Three"} {
		posts = append(posts, owner.publishes(title, object{"comments": "open"}))
	}
	confirmations := func() int {
		n := 0
		for _, d := range b.mails() {
			if d.Kind == models.MailConfirm {
				n++
			}
		}
		return n
	}
	key := ""
	day := func() {
		for i, post := range posts {
			b.reader().post(post.public("/subscriptions"), object{"email": "victim@example.org", "scope": "post"}).wants(202)
			made := b.reader().comments(post, "By somebody "+b.clock.in(0)+strings.Repeat("!", i), object{"email": "victim@example.org", "notify": true, "name": "Somebody"}).wants(201)
			key = made.text("commenter")
		}
	}
	day()
	if n := confirmations(); n != 1 {
		t.Errorf("%d mails on the first day", n)
	}
	for range 6 {
		b.clock.move(24*time.Hour + time.Minute)
		day()
	}
	if n := confirmations(); n != 3 {
		t.Errorf("%d mails in a week", n)
	}
	if key == "" {
		t.Error("a comment with a known address brings no key")
	}
}

func TestASenderAsksForFiveMailsAnHour(t *testing.T) {
	t.Parallel()
	b := newBlog(t, limited)
	post := b.as("owner").publishes("Say something", object{"comments": "open"})
	for i := range 5 {
		b.reader().comments(post, "Hello "+string(rune('a'+i)), object{"email": string(rune('a'+i)) + "@example.org", "notify": true}).wants(201)
	}
	b.reader().comments(post, "Hello again", object{"email": "f@example.org", "notify": true}).wants(201)
	for _, d := range b.mails() {
		if d.ToEmail != nil && *d.ToEmail == "f@example.org" {
			t.Error("the sixth is mailed")
		}
	}
	b.reader().post(post.public("/subscriptions"), object{"email": "g@example.org", "scope": "post"}).wants(429)
	b.reader().sends("/me", "email=a@example.org").wants(429)
}

// What is said of a spammer's wish is what is said of anybody's.
func TestASpammerLearnsNothingFromTheMailThatSheAskedFor(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	post := b.as("owner").publishes("Say something", object{"comments": "open"})
	b.reader().comments(post, "Buy.", object{"email": "spam@example.org", "notify": true, "website": "x"}).wants(201)
	b.reader().comments(post, "Hello.", object{"email": "ham@example.org", "notify": true, "name": "Ham"}).wants(201)
	b.mailTo(models.MailConfirm, "spam@example.org")
	b.mailTo(models.MailConfirm, "ham@example.org")
}

func TestWithoutMailNothingIsQueuedAndTheAPISaysSo(t *testing.T) {
	t.Parallel()
	b := newBlog(t, mailOff)
	owner := b.as("owner")
	post := owner.publishes("Say something")
	owner.get("/admin/settings").wants(200).is("data.mail", object{"configured": false, "from": nil})
	b.reader().get(post.public("/comments/form")).wants(200).is("data.notify", false)
	a := b.reader().post(post.public("/subscriptions"), object{"email": "a@example.org", "scope": "post"}).wants(202)
	if !strings.Contains(a.text("message"), "Mail is off") {
		t.Errorf("it says %s", a.body)
	}
	b.reader().comments(post, "Hello.", object{"email": "a@example.org", "notify": true}).wants(201)
	b.reader().sends("/me", "email=a@example.org").says(200, "Mail is off")
	if asking := b.look("GET", "/me").says(200, "Mail is off"); strings.Contains(string(asking.body), "<form") {
		t.Error("a reader can type her address for nothing")
	}
	newBlog(t).look("GET", "/me").says(200, "<form", `name="email"`)
	if form := b.look("GET", "/posts/"+post.slug).wants(200); strings.Contains(string(form.body), `name="notify"`) {
		t.Error("the form of the site offers mails")
	}
	owner.post("/admin/mail/test", nil).wants(409).is("code", "mail_off")
	found, err := b.store.Deliveries(t.Context(), models.DeliveryQuery{})
	if err != nil || len(found.Items) != 0 {
		t.Errorf("%d mails wait (%v)", len(found.Items), err)
	}
}

func TestATestMailThatFailsSaysWhy(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	owner := b.as("owner")
	owner.post("/admin/mail/test", nil).wants(200).is("to", "mira@example.org")
	owner.patch("/auth/me", object{"name": "Out of reach"}).wants(200)
	owner.post("/admin/mail/test", nil).wants(502).is("detail", "The mail server mail.example.org:587 does not answer.")
}

func TestTheOutboxShowsAddressesToOwnersOnly(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	post := b.as("owner").publishes("Say something")
	b.reader().comments(post, "Hello.").wants(201)
	b.reader().post(post.public("/subscriptions"), object{"email": "ada@example.org", "scope": "post"}).wants(202)
	b.mails()
	owned, edited := b.as("owner").get("/admin/outbox").wants(200), b.as("editor").get("/admin/outbox").wants(200)
	if !strings.Contains(string(owned.body), "ada@example.org") {
		t.Errorf("the owner sees %s", owned.body)
	}
	if strings.Contains(string(edited.body), "@") {
		t.Errorf("an editor sees %s", edited.body)
	}
	b.as("owner").get("/admin/outbox?state=sent").wants(200).is("data", []any{})
}
