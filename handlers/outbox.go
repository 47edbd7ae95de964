package handlers

import (
	"context"
	"net/http"
	"time"

	"dimmer/auth"
	"dimmer/models"
)

// Mail is what handlers need of whoever sends mail.
type Mail interface {
	// Sender is the address that mail comes from.
	Sender() string
	// SendTest sends a mail to somebody now. Its error says in plain words what is wrong.
	SendTest(ctx context.Context, to models.User) error
}

// deliveryView is one mail of the outbox: to whom and how far it has come, never what it says.
type deliveryView struct {
	ID        string               `json:"id"`
	Kind      models.MailKind      `json:"kind" example:"comment.held"`
	State     models.DeliveryState `json:"state" enum:"waiting,sending,sent,failed,dropped"`
	ToName    string               `json:"to_name" example:"Mira Holt" doc:"Empty: a reader of whom only the address is known."`
	ToEmail   *string              `json:"to_email" doc:"For owners only; null for everybody else."`
	CommentID *string              `json:"comment_id"`
	Attempts  int                  `json:"attempts"`
	LastError string               `json:"last_error" doc:"In plain words; empty: none."`
	NextAt    *time.Time           `json:"next_at" doc:"Of the next attempt; null: there is none."`
	CreatedAt time.Time            `json:"created_at"`
	SentAt    *time.Time           `json:"sent_at" doc:"When a server took it."`
}

func newDeliveryView(d models.Delivery, by models.Actor) deliveryView {
	v := deliveryView{
		ID: string(d.ID), Kind: d.Kind, State: d.State, ToName: d.ToName, CommentID: (*string)(d.CommentID), Attempts: d.Attempts, LastError: d.LastError,
		CreatedAt: d.CreatedAt.UTC(), SentAt: moment(d.SentAt),
	}
	if d.State == models.DeliveryWaiting {
		v.NextAt = moment(&d.NextAt)
	}
	if by.Role == auth.Owner {
		v.ToEmail = d.ToEmail
	}
	return v
}

type listDeliveriesInput struct {
	Paging
	State string `query:"state" enum:"waiting,sending,sent,failed,dropped" doc:"Without it: every state."`
	Kind  string `query:"kind" enum:"comment.held,moderation.digest,moderation.flood,comment.answer,subscription.confirm,reader.link,password.reset,user.invite" doc:"What it is about."`
	To    string `query:"to" maxLength:"254" example:"ruth@example.org" doc:"The whole address. For owners only."`
}

// listDeliveries shows the outbox, newest first.
func (s *site) listDeliveries(ctx context.Context, in *listDeliveriesInput) (*listed[deliveryView], error) {
	page, err := s.page(in.Paging)
	if err != nil {
		return nil, err
	}
	by := actor(ctx)
	if in.To != "" {
		if by.Role != auth.Owner {
			return nil, invalid(FieldError{"query.to", "is for owners only: they see addresses"})
		}
		if in.To, err = auth.NormalizeEmail(in.To); err != nil {
			return nil, invalid(FieldError{"query.to", err.Error()})
		}
	}
	found, err := s.store.Deliveries(ctx, models.DeliveryQuery{State: models.DeliveryState(in.State), Kind: models.MailKind(in.Kind), To: in.To, Page: page})
	if err != nil {
		return nil, err
	}
	return listing(s, in.Paging, found, func(d models.Delivery) deliveryView { return newDeliveryView(d, by) })
}

type deliveryIDInput struct {
	ID string `path:"id"`
}

// retryDelivery sends a mail on its way again.
func (s *site) retryDelivery(ctx context.Context, in *deliveryIDInput) (*reply[one[deliveryView]], error) {
	if s.mail == nil {
		return nil, errMailOff
	}
	d, err := s.store.RetryDelivery(ctx, actor(ctx), models.DeliveryID(in.ID))
	if err != nil {
		return nil, err
	}
	return data(newDeliveryView(d, actor(ctx))), nil
}

var errMailOff = models.ConflictError{Code: "mail_off", Message: "Mail is off: set DIMMER_SMTP_URL and DIMMER_MAIL_FROM and start the program again."}

type testMailBody struct {
	To string `json:"to" doc:"Where the mail went."`
}

// sendTestMail sends a mail to whoever asks, and says what is wrong if it does not get through.
func (s *site) sendTestMail(ctx context.Context, _ *struct{}) (*reply[testMailBody], error) {
	if s.mail == nil {
		return nil, errMailOff
	}
	user, err := s.store.User(ctx, principal(ctx).UserID)
	if err != nil {
		return nil, err
	}
	if err := s.mail.SendTest(ctx, user); err != nil {
		return nil, refuse(http.StatusBadGateway, "mail_failed", err.Error())
	}
	return &reply[testMailBody]{testMailBody{value(user.Email)}}, nil
}
