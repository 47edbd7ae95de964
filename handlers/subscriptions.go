package handlers

import (
	"context"
	"errors"
	"io"
	"net/http"

	"github.com/gin-gonic/gin"

	"dimmer/auth"
	"dimmer/models"
	starter "dimmer/site"
)

type subscribeInput struct {
	Slug string `path:"slug" doc:"Of a post or page. A former slug answers 308 to the present one."`
	Key  string `header:"X-Dimmer-Commenter" doc:"This reader's key. If she has confirmed the address in this browser before, the subscription counts at once."`
	Body struct {
		Email     string           `json:"email" maxLength:"254" example:"ruth@example.org"`
		Scope     string           `json:"scope" enum:"thread,post" doc:"thread: answers in the thread of a comment. post: every new comment."`
		CommentID optional[string] `json:"comment_id,omitzero" doc:"A visible comment of the thread; needed for it, and for it only."`
	}
}

type subscribedOutput struct {
	Status int
	Body   subscribedBody
}

type subscribedBody struct {
	Message string `json:"message" doc:"What to tell her. It is the same whoever's address it is."`
}

// subscribe notes what a reader wants to hear of. Whether the address is known here, and whether a mail goes out, shows nowhere.
func (s *site) subscribe(ctx context.Context, in *subscribeInput) (*subscribedOutput, error) {
	email, err := auth.NormalizeEmail(in.Body.Email)
	if err != nil {
		return nil, models.Invalid{"email": err.Error()}
	}
	sub := models.NewSubscription{Email: email}
	switch comment := in.Body.CommentID.orNil().Value; {
	case in.Body.Scope == "thread" && comment == nil:
		return nil, models.Invalid{"comment_id": "is needed for a thread"}
	case in.Body.Scope == "post" && comment != nil:
		return nil, models.Invalid{"comment_id": "is for threads only"}
	default:
		sub.CommentID = (*models.CommentID)(comment)
	}
	post, err := s.discussed(ctx, in.Slug, "/subscriptions")
	if err != nil {
		return nil, err
	}
	sub.PostID = post.ID
	if in.Key != "" {
		if sub.KeyHash, err = auth.CommenterKey.Hash(in.Key); err != nil {
			sub.KeyHash = "" // one that is none of ours proves nothing
		}
	}
	out := &subscribedOutput{http.StatusAccepted, subscribedBody{"A mail with a link is on its way, unless this address has said yes before, or has got such mails today already. Nothing else is sent without a yes."}}
	if s.mail == nil {
		out.Body.Message = "Mail is off on this site: nothing will be sent, and nothing was kept."
		return out, nil
	}
	return out, s.store.Subscribe(ctx, sub)
}

// maySubscribe takes what a subscription costs from the limit of the address that a comment came from. Whoever has used it up may comment still; no
// mail is sent then.
func (s *site) maySubscribe(ctx context.Context) (bool, error) {
	wait, err := s.limiter.Take(ctx, rules[subscribe], network(address(ctx)))
	if err != nil {
		return false, limiterFault(err)
	}
	return wait <= 0, nil
}

// openConfirmation opens the link to say yes.
func (s *site) openConfirmation(c *gin.Context) (models.Commenter, []models.Subscription, error) {
	link, err := s.links.confirm.Open(c.Param("token"), s.now())
	if err != nil {
		return models.Commenter{}, nil, err
	}
	reader, waiting, err := s.store.Subscriber(c.Request.Context(), models.CommenterID(link.IDs[0]))
	if err == nil && (reader.Email == nil || !link.BoundTo(*reader.Email)) {
		err = models.ErrNotFound
	}
	if err == nil && len(waiting) == 0 {
		err = models.ConflictError{Code: "link_used", Message: "This link has been used, or its time is over. What you confirmed stands; your own page shows it."}
	}
	return reader, waiting, err
}

// showConfirmation asks the owner of an address. It changes nothing.
func (s *site) showConfirmation(c *gin.Context, settings models.Settings) (deskPage, error) {
	reader, waiting, err := s.openConfirmation(c)
	if err != nil {
		return deskPage{}, err
	}
	body := starter.Confirmation{Action: confirmPath + "/" + c.Param("token"), Email: *reader.Email, Name: reader.Name, Wishes: s.wishes(settings, waiting)}
	return deskPage{title: "Say yes or no", write: func(w io.Writer, around starter.Site, h starter.Head) error {
		return s.starter.pages.Confirm(w, around, h, body)
	}}, nil
}

// wishes are subscriptions as pages show them.
func (s *site) wishes(settings models.Settings, subs []models.Subscription) []starter.Wish {
	var wishes []starter.Wish
	for _, sub := range subs {
		w := starter.Wish{ID: string(sub.ID), When: s.dayAndTime(settings, sub.CreatedAt), Waits: sub.ConfirmedAt == nil}
		if sub.Post != nil {
			w.Post, w.URL = sub.Post.Title, s.addressOf(settings, sub.Post)
		}
		if sub.CommentID != nil {
			w.Thread = "somebody"
			if sub.Comment != nil && sub.Comment.Status == models.Approved {
				w.Thread = sub.Comment.AuthorName
			}
		}
		wishes = append(wishes, w)
	}
	return wishes
}

// confirm notes what the owner of an address has chosen.
func (s *site) confirm(c *gin.Context, _ models.Settings) (deskPage, error) {
	reader, waiting, err := s.openConfirmation(c)
	if err != nil {
		return deskPage{}, err
	}
	form, err := deskForm(c)
	if err != nil {
		return deskPage{}, err
	}
	ctx := c.Request.Context()
	var chosen []models.SubscriptionID
	for _, id := range form["wish"] {
		chosen = append(chosen, models.SubscriptionID(id))
	}
	own := s.links.Reader(reader, s.now().Add(models.ReaderLinkLifetime))[len(s.config.PublicURL):]
	switch {
	case form.Get("do") == "no", len(chosen) == 0:
		for _, sub := range waiting {
			if err := s.store.EndSubscription(ctx, sub.ID); err != nil && !errors.Is(err, models.ErrNotFound) {
				return deskPage{}, err
			}
		}
		return s.says(http.StatusOK, "Nothing will come", starter.Notice{Paragraphs: []string{"It is forgotten. No more mail comes of it."}}), nil
	case form.Get("do") != "yes":
		return deskPage{}, errDeskForm
	}
	if err := s.store.ConfirmReader(ctx, reader.ID, *reader.Email, chosen); err != nil {
		return deskPage{}, err
	}
	return s.says(http.StatusOK, "Thank you", starter.Notice{
		Paragraphs: []string{"New comments will come to " + *reader.Email + ". Each of these mails has a link that ends it."},
		Links:      []starter.Link{{Label: "Your own page", URL: own}},
	}), nil
}

// openUnsubscription opens the link that ends a subscription; nil is one that has ended already.
func (s *site) openUnsubscription(c *gin.Context) (*models.Subscription, error) {
	link, err := s.links.unsubscribe.Open(c.Param("token"), s.now())
	if err != nil {
		return nil, err
	}
	sub, err := s.store.Subscription(c.Request.Context(), models.SubscriptionID(link.IDs[0]))
	if errors.Is(err, models.ErrNotFound) {
		return nil, nil
	}
	return &sub, err
}

// showUnsubscription asks whether a subscription shall end. It changes nothing.
func (s *site) showUnsubscription(c *gin.Context, _ models.Settings) (deskPage, error) {
	sub, err := s.openUnsubscription(c)
	if err != nil {
		return deskPage{}, err
	}
	if sub == nil {
		return s.ended(), nil
	}
	about := "these comments"
	if sub.Post != nil {
		about = "new comments under “" + sub.Post.Title + "”"
	}
	return s.says(http.StatusOK, "Hear no more of it?", starter.Notice{
		Paragraphs: []string{"Mails about " + about + " will stop."},
		Form:       &starter.Form{Action: unsubscribePath + "/" + c.Param("token"), Button: "End it"},
	}), nil
}

// ended says the same the first time and later: to ask twice is no mistake, and mail programs do.
func (s *site) ended() deskPage {
	return s.says(http.StatusOK, "Nothing more will come", starter.Notice{Paragraphs: []string{"The subscription has ended."}})
}

// unsubscribe ends a subscription: from the page, or by the one click of a mail program, which sends List-Unsubscribe=One-Click (RFC 8058).
func (s *site) unsubscribe(c *gin.Context, _ models.Settings) (deskPage, error) {
	sub, err := s.openUnsubscription(c)
	if err != nil {
		return deskPage{}, err
	}
	if sub != nil {
		if err := s.store.EndSubscription(c.Request.Context(), sub.ID); err != nil && !errors.Is(err, models.ErrNotFound) {
			return deskPage{}, err
		}
	}
	return s.ended(), nil
}
