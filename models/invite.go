package models

import (
	"context"
	"errors"
	"time"

	"gorm.io/gorm"

	"dimmer/auth"
)

const (
	// InviteLifetime is how long an invite can be accepted (THREATS 3.32).
	InviteLifetime = 72 * time.Hour
	// keptInvite is how long it is shown what became of an invite, from when its link is over.
	keptInvite = 30 * 24 * time.Hour
	// maxInvites is how many can be open at once.
	maxInvites = 100
)

// Invite is the offer to work on this blog, for whoever has the link to it. It counts as long as whoever made it is an owner.
type Invite struct {
	ID         InviteID `gorm:"primaryKey"`
	Email      string
	Name       string // empty: she says it herself
	Role       auth.Role
	InvitedBy  UserID
	CreatedAt  time.Time  `gorm:"serializer:utc;autoCreateTime:false"`
	ExpiresAt  time.Time  `gorm:"serializer:utc"`
	AcceptedAt *time.Time `gorm:"serializer:utc"`

	Inviter   *User          `gorm:"-"`
	MailState *DeliveryState `gorm:"-"` // nil: it was not mailed
}

// TableName is the table's name.
func (Invite) TableName() string { return "invites" }

// InviteState says what became of an invite.
type InviteState string

// The states of an invite.
const (
	InviteOpen     InviteState = "open"
	InviteAccepted InviteState = "accepted"
	InviteExpired  InviteState = "expired"
	InviteVoid     InviteState = "void" // whoever made it is no owner any more
)

// State says what has become of an invite, of which the inviter is known.
func (i *Invite) State(now time.Time) InviteState {
	switch {
	case i.AcceptedAt != nil:
		return InviteAccepted
	case !now.Before(i.ExpiresAt):
		return InviteExpired
	case i.Inviter == nil || !i.Inviter.ownsAlone():
		return InviteVoid
	}
	return InviteOpen
}

// CreateInvite offers somebody to work on this blog. An open invite for the same address ends. mailed says that a mail goes out too.
func (s *Store) CreateInvite(ctx context.Context, by Actor, email, name string, role auth.Role, mailed bool) (Invite, error) {
	invite := Invite{Name: oneLine(name), Role: role}
	invalid := Invalid{}
	var err error
	if invite.Email, err = auth.NormalizeEmail(email); err != nil {
		invalid["email"] = err.Error()
	}
	checkLength(invalid, "name", invite.Name, 0, maxName)
	if !role.Valid() {
		invalid["role"] = "is none of owner, editor, author, moderator"
	}
	if err := invalid.orNil(); err != nil {
		return invite, err
	}
	err = s.writeAlone(ctx, by, "invite somebody", func(t *tx) error {
		if err := t.emailFree(&User{Email: &invite.Email}); err != nil {
			return err
		}
		if err := done(table[Invite](t.DB).Where("email = ? AND accepted_at IS NULL", invite.Email).Delete(t.ctx)); err != nil {
			return err
		}
		n, err := table[Invite](t.DB).Where("accepted_at IS NULL AND expires_at > ?", t.now).Count(t.ctx)
		if err != nil {
			return err
		}
		if n >= maxInvites {
			return ConflictError{"too_many_invites", "There are 100 open invites already. Take some back first."}
		}
		invite.ID, invite.InvitedBy, invite.CreatedAt, invite.ExpiresAt = newID[InviteID](), by.User, t.now, t.now.Add(InviteLifetime)
		if err := table[Invite](t.DB).Create(t.ctx, &invite); err != nil {
			return err
		}
		t.event("invite.created", "invite", string(invite.ID))
		if mailed {
			_, err = t.enqueue(Delivery{Kind: MailInvite, InviteID: &invite.ID, GiveUpAt: invite.ExpiresAt})
		}
		return err
	})
	if err != nil {
		return invite, err
	}
	return s.Invite(ctx, invite.ID)
}

// Invite reads one invite.
func (s *Store) Invite(ctx context.Context, id InviteID) (Invite, error) {
	if !isID(id) {
		return Invite{}, ErrNotFound
	}
	db, ctx, cancel := s.read(ctx)
	defer cancel()
	invite, err := table[Invite](db).Where("id = ?", id).Take(ctx)
	if err != nil {
		return invite, fault("read the invite", err)
	}
	one := []Invite{invite}
	err = attachInviters(ctx, db, one)
	return one[0], fault("read who has invited", err)
}

// Invites lists the invites, the newest first: open ones, and for a month what became of the others.
func (s *Store) Invites(ctx context.Context, page Page) (List[Invite], error) {
	db, ctx, cancel := s.read(ctx)
	defer cancel()
	list, err := listRows(ctx, db, listing[Invite]{columns: "*", sort: sortSpec{column: "created_at", kind: timeKey, descending: true}, page: page},
		func(i Invite) sortKey { return sortKey{key: i.CreatedAt, id: string(i.ID)} })
	if err == nil {
		err = attachInviters(ctx, db, list.Items)
	}
	if err != nil {
		return list, fault("list the invites", err)
	}
	list.Total, err = table[Invite](db).Count(ctx)
	return list, fault("count the invites", err)
}

// attachInviters fills in who has invited, and what became of the mail.
func attachInviters(ctx context.Context, db *gorm.DB, invites []Invite) error {
	if len(invites) == 0 {
		return nil
	}
	var users []UserID
	var ids []InviteID
	for _, i := range invites {
		users, ids = append(users, i.InvitedBy), append(ids, i.ID)
	}
	people, err := table[User](db).Select(userFields).Where("id IN ?", users).Find(ctx)
	if err != nil {
		return err
	}
	mails, err := table[Delivery](db).Select("invite_id, state").Where("invite_id IN ?", ids).Find(ctx)
	inviters, states := map[UserID]*User{}, map[InviteID]*DeliveryState{}
	for _, person := range people {
		inviters[person.ID] = &person
	}
	for _, mail := range mails {
		states[*mail.InviteID] = &mail.State
	}
	for i, invite := range invites {
		invites[i].Inviter, invites[i].MailState = inviters[invite.InvitedBy], states[invite.ID]
	}
	return err
}

// DeleteInvite takes an invite back, or off the list.
func (s *Store) DeleteInvite(ctx context.Context, by Actor, id InviteID) error {
	if !isID(id) {
		return ErrNotFound
	}
	return s.writeAlone(ctx, by, "take the invite back", func(t *tx) error {
		t.event("invite.deleted", "invite", string(id))
		return one(table[Invite](t.DB).Where("id = ?", id).Delete(t.ctx))
	})
}

// OpenInvite reads an invite that can be accepted; any other is not found.
func (s *Store) OpenInvite(ctx context.Context, id InviteID) (Invite, error) {
	invite, err := s.Invite(ctx, id)
	if err == nil && invite.State(s.now()) != InviteOpen {
		err = ErrNotFound
	}
	return invite, err
}

// AcceptInvite makes the account that an invite offers, once. An invite that is not open any more is not found.
func (s *Store) AcceptInvite(ctx context.Context, id InviteID, name, passwordHash string) (User, error) {
	var user User
	if !isID(id) {
		return user, ErrNotFound
	}
	err := s.writeAlone(ctx, Actor{Kind: ByReader}, "accept the invite", func(t *tx) error {
		invite, err := found(table[Invite](t.DB).Where("id = ?", id).Take(t.ctx))
		if err != nil {
			return err
		}
		inviter, err := t.user(invite.InvitedBy)
		if err != nil {
			return err
		}
		invite.Inviter = &inviter
		if invite.State(t.now) != InviteOpen {
			return ErrNotFound
		}
		user, err = t.insertUser(UserChange{Email: Some(&invite.Email), Name: Some(name), Role: Some(invite.Role), PasswordHash: Some(&passwordHash)})
		var invalid Invalid
		if errors.As(err, &invalid) && invalid["email"] != "" {
			return ConflictError{"email_taken", "There is an account with this address already. Sign in with it instead."}
		} else if err != nil {
			return err
		}
		t.by = user.Actor()
		t.event("invite.accepted", "invite", string(id))
		return one(table[Invite](t.DB).Where("id = ?", id).Update(t.ctx, "accepted_at", t.now))
	})
	return user, err
}
