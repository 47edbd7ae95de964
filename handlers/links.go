package handlers

import (
	"crypto/sha256"
	"encoding/hex"
	"time"

	"dimmer/auth"
	"dimmer/models"
)

// The paths of the pages that mails lead to.
const (
	moderatePath    = "/moderate"
	confirmPath     = "/confirm"
	unsubscribePath = "/unsubscribe"
	ownPath         = "/me"
	resetPath       = "/admin/reset"
	invitePath      = "/admin/invite"
)

// everyWaiting stands in a link to all comments that wait, where else the id of one is.
const everyWaiting = "00000000-0000-0000-0000-000000000000"

// Links makes the addresses that mails lead to, and opens them. Each kind is signed with a key of its own.
type Links struct {
	publicURL                                               string
	moderate, confirm, unsubscribe, reader, resets, invites *auth.LinkTokens
}

// NewLinks makes the links of a site.
func NewLinks(publicURL string, secret auth.Secret) *Links {
	return &Links{
		publicURL: publicURL, moderate: auth.NewLinkTokens(secret, auth.ModerationLinkKey), confirm: auth.NewLinkTokens(secret, auth.ConfirmLinkKey),
		unsubscribe: auth.NewLinkTokens(secret, auth.UnsubscribeLinkKey), reader: auth.NewLinkTokens(secret, auth.ReaderLinkKey), resets: auth.NewLinkTokens(secret, auth.ResetLinkKey),
		invites: auth.NewLinkTokens(secret, auth.InviteLinkKey),
	}
}

// Moderate leads a person to a comment that she decides about. It dies with her address.
func (l *Links) Moderate(user models.User, comment models.CommentID, until time.Time) string {
	return l.publicURL + moderatePath + "/" + l.moderate.Seal(until, value(user.Email), string(comment), string(user.ID))
}

// ModerateAll leads a person to every comment that waits for her.
func (l *Links) ModerateAll(user models.User, until time.Time) string {
	return l.Moderate(user, everyWaiting, until)
}

// Confirm leads the owner of an address to what somebody has asked for with it.
func (l *Links) Confirm(reader models.Commenter, until time.Time) string {
	return l.publicURL + confirmPath + "/" + l.confirm.Seal(until, value(reader.Email), string(reader.ID))
}

// Unsubscribe ends one subscription, by one click of the mail program too (RFC 8058).
func (l *Links) Unsubscribe(id models.SubscriptionID, until time.Time) string {
	return l.publicURL + unsubscribePath + "/" + l.unsubscribe.Seal(until, "", string(id))
}

// Reader leads the owner of an address to what is kept of her.
func (l *Links) Reader(reader models.Commenter, until time.Time) string {
	return l.publicURL + ownPath + "/" + l.reader.Seal(until, value(reader.Email), string(reader.ID))
}

// Reset leads a person to a new password. The token stands behind a #, so no server on the way writes it into a log.
func (l *Links) Reset(user models.User, delivery models.DeliveryID, until time.Time) string {
	return l.publicURL + resetPath + "#token=" + l.resets.Seal(until, resetBound(user), string(delivery))
}

// resetBound is what a link to a new password dies with: the address and the password as they were.
func resetBound(user models.User) string { return value(user.Email) + " " + value(user.PasswordHash) }

// Invite leads whoever has it to an account of her own. The token stands behind a #, too.
func (l *Links) Invite(invite models.Invite) string {
	return l.publicURL + invitePath + "#token=" + l.invites.Seal(invite.ExpiresAt, invite.Email, string(invite.ID))
}

// linkHash is what is stored of a link that has been used.
func linkHash(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}
