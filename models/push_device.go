package models

import (
	"context"
	"crypto/ecdh"
	"encoding/base64"
	"errors"
	"slices"
	"strings"
	"time"
)

const (
	// maxPushDevices is how many browsers one person can have told.
	maxPushDevices = 10
	// pushedWithin is how old an event may be that a device still hears of: who looks later sees it anyway.
	pushedWithin = time.Hour
	// pushWait is how long a message waits for what comes in the same breath.
	pushWait = 2 * time.Second
	// pushPause is the least time between two messages to one device.
	pushPause = time.Minute
	// pushLease is how long a claimed device belongs to the program that claimed it.
	pushLease = time.Minute
	// maxPushAttempts is how many times in a row a message is tried; then the next comment is the next try.
	maxPushAttempts = 8
)

// PushDevice is a browser that is told when comments wait (Web Push), for as long as the session lasts from which it asked for that. What it is told
// is made when it is sent, as with mail; what waits to be told is one moment, so that a flood is one message.
type PushDevice struct {
	ID        DeviceID `gorm:"primaryKey"`
	UserID    UserID
	SessionID SessionID
	Endpoint  string // address of its push service
	P256dh    string // its public key, an uncompressed point of P-256, base64url
	Auth      string // 16 bytes that only it and we know, base64url
	Name      string
	NextAt    *time.Time `gorm:"serializer:utc"` // when it is told something; nil: there is nothing to tell
	Attempts  int        // in a row that failed
	SentAt    *time.Time `gorm:"serializer:utc"`
	LastError string
	CreatedAt time.Time `gorm:"serializer:utc;autoCreateTime:false"`
}

// TableName is the table's name.
func (PushDevice) TableName() string { return "push_devices" }

// check names what of a subscription cannot be, and puts the rest into its one form. Whether the address may be called is for whoever calls.
func (d *PushDevice) check() error {
	invalid := Invalid{}
	d.Name = clip(oneLine(d.Name), maxName)
	if len(d.Endpoint) > 2000 || d.Endpoint == "" {
		invalid["endpoint"] = "is not the address of a push service"
	}
	point, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(d.P256dh, "="))
	if err == nil {
		_, err = ecdh.P256().NewPublicKey(point)
	}
	if err != nil {
		invalid["keys.p256dh"] = "is not the public key of a subscription"
	}
	secret, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(d.Auth, "="))
	if err != nil || len(secret) != 16 {
		invalid["keys.auth"] = "is not the secret of a subscription"
	}
	d.P256dh, d.Auth = base64.RawURLEncoding.EncodeToString(point), base64.RawURLEncoding.EncodeToString(secret)
	return invalid.orNil()
}

// liveDevice selects devices whose session goes on.
const liveDevice = "session_id IN (SELECT s.id FROM sessions s WHERE s.user_id = push_devices.user_id AND s.ended_at IS NULL)"

// PushDevices lists the browsers of a person that are told of comments.
func (s *Store) PushDevices(ctx context.Context, user UserID) ([]PushDevice, error) {
	db, ctx, cancel := s.read(ctx)
	defer cancel()
	devices, err := table[PushDevice](db).Where("user_id = ? AND "+liveDevice, user).Order("created_at, id").Find(ctx)
	return devices, fault("list the devices", err)
}

// PushDevice reads one browser of a person.
func (s *Store) PushDevice(ctx context.Context, user UserID, id DeviceID) (PushDevice, error) {
	if !isID(id) {
		return PushDevice{}, ErrNotFound
	}
	db, ctx, cancel := s.read(ctx)
	defer cancel()
	device, err := table[PushDevice](db).Where("id = ? AND user_id = ? AND "+liveDevice, id, user).Take(ctx)
	return device, fault("read the device", err)
}

// SavePushDevice notes that a browser wants to be told of comments, for as long as the session lasts. One that was known before, by its address, is this one.
func (s *Store) SavePushDevice(ctx context.Context, by Actor, session SessionID, device PushDevice) (PushDevice, error) {
	if err := device.check(); err != nil {
		return device, err
	}
	err := s.writeAlone(ctx, by, "note the device", func(t *tx) error {
		device.UserID, device.SessionID, device.CreatedAt, device.ID = by.User, session, t.now, newID[DeviceID]()
		all, err := table[PushDevice](t.DB).Where("1 = 1").Count(t.ctx)
		if err != nil {
			return err
		}
		if all == 0 { // what happened while nobody listened is no news
			if err := one(exec(t.ctx, t.DB, "UPDATE event_cursors SET seq = (SELECT coalesce(max(seq), 0) FROM events) WHERE name = 'push'")); err != nil {
				return err
			}
		}
		known, err := table[PushDevice](t.DB).Where("endpoint = ?", device.Endpoint).Find(t.ctx)
		if err != nil {
			return err
		}
		if len(known) > 0 {
			device.ID, device.CreatedAt = known[0].ID, known[0].CreatedAt
			if device.Name == "" && known[0].UserID == by.User {
				device.Name = known[0].Name
			}
			return one(table[PushDevice](t.DB).Where("id = ?", device.ID).
				Select("user_id", "session_id", "p256dh", "auth", "name", "next_at", "attempts", "sent_at", "last_error").Updates(t.ctx, device))
		}
		hers, err := table[PushDevice](t.DB).Where("user_id = ? AND "+liveDevice, by.User).Count(t.ctx)
		if err != nil {
			return err
		}
		if hers >= maxPushDevices {
			return ConflictError{"too_many_devices", "Ten devices are told of comments already. Take one off the list first."}
		}
		t.event("device.created", "user", string(by.User))
		return table[PushDevice](t.DB).Create(t.ctx, &device)
	})
	return device, err
}

// DeletePushDevice takes a browser of a person off the list.
func (s *Store) DeletePushDevice(ctx context.Context, by Actor, id DeviceID) error {
	if !isID(id) {
		return ErrNotFound
	}
	return s.write(ctx, by, "forget the device", func(t *tx) error {
		t.event("device.deleted", "user", string(by.User))
		return one(table[PushDevice](t.DB).Where("id = ? AND user_id = ?", id, by.User).Delete(t.ctx))
	})
}

// PushEvents notes which devices are to be told something after what has happened since it was last asked. It reports whether there may be more to do.
func (s *Store) PushEvents(ctx context.Context) (more bool, err error) {
	db, bounded, cancel := s.read(ctx)
	defer cancel()
	// Asking costs no write lock: nearly always there is nothing new, or nobody who wants to hear of it.
	news, err := query[int64](bounded, db, `SELECT seq FROM events WHERE seq > (SELECT seq FROM event_cursors WHERE name = 'push')
		AND EXISTS (SELECT 1 FROM push_devices) ORDER BY seq LIMIT 1`)
	if err != nil || len(news) == 0 {
		return false, fault("look for news", err)
	}
	err = s.write(ctx, System, "note who is to be told", func(t *tx) error {
		more = false
		cursor, err := table[eventCursor](t.DB, t.skipLocked()...).Where("name = 'push'").Find(t.ctx)
		if err != nil || len(cursor) == 0 { // another program is at it
			return err
		}
		events, err := table[Event](t.DB).Where("seq > ?", cursor[0].Seq).Order("seq").Limit(eventBatch).Find(t.ctx)
		if err != nil || len(events) == 0 {
			return err
		}
		last := events[len(events)-1].Seq
		events = slices.DeleteFunc(events, func(e Event) bool { return e.At.Before(t.now.Add(-pushedWithin)) })
		m := mailing{tx: t}
		var told []UserID
		for _, id := range m.comments(events) {
			comment, err := found(table[Comment](t.DB).Where("id = ? AND status = 'pending' AND user_id IS NULL AND erased_at IS NULL", id).Take(t.ctx))
			if errors.Is(err, ErrNotFound) || err == nil && t.now.Sub(comment.CreatedAt) > newWithin {
				continue
			}
			if err != nil {
				return err
			}
			people, err := m.moderatorsOf(comment.PostID)
			if err != nil {
				return err
			}
			for _, person := range people {
				if !slices.Contains(told, person.ID) && !person.Prefers().PushOff {
					told = append(told, person.ID)
				}
			}
		}
		if err := t.tellDevices(told); err != nil {
			return err
		}
		more = true
		return one(table[eventCursor](t.DB).Where("name = 'push'").Update(t.ctx, "seq", last))
	})
	return more, err
}

// tellDevices sets when the devices of people are told that comments wait.
func (t *tx) tellDevices(people []UserID) error {
	if len(people) == 0 {
		return nil
	}
	devices, err := table[PushDevice](t.DB, t.forUpdate()...).Where("user_id IN ?", people).Order("id").Find(t.ctx)
	for _, d := range devices {
		if err != nil {
			return err
		}
		at := t.now.Add(pushWait)
		switch {
		case d.NextAt != nil && d.Attempts > 0: // it may be told at this moment, without this comment: then it is told again
			at = d.NextAt.Add(time.Second)
		case d.NextAt != nil:
			continue
		case d.SentAt != nil && d.SentAt.Add(pushPause).After(at):
			at = d.SentAt.Add(pushPause)
		}
		err = one(table[PushDevice](t.DB).Where("id = ?", d.ID).Update(t.ctx, "next_at", at))
	}
	return err
}

// ClaimPushDevices takes up to n devices that are to be told something now, for [pushLease].
func (s *Store) ClaimPushDevices(ctx context.Context, n int) ([]PushDevice, error) {
	db, bounded, cancel := s.read(ctx)
	defer cancel()
	due, err := table[PushDevice](db).Select("id").Where("next_at <= ?", s.now()).Limit(1).Find(bounded)
	if err != nil || len(due) == 0 {
		return nil, fault("look for devices", err)
	}
	var claimed []PushDevice
	err = s.write(ctx, System, "claim devices", func(t *tx) error {
		if claimed, err = table[PushDevice](t.DB, t.skipLocked()...).Where("next_at <= ?", t.now).Order("next_at, id").Limit(n).Find(t.ctx); err != nil {
			return err
		}
		until := t.now.Add(pushLease)
		for i := range claimed {
			claimed[i].NextAt, claimed[i].Attempts = &until, claimed[i].Attempts+1
			if err := one(table[PushDevice](t.DB).Where("id = ?", claimed[i].ID).Select("next_at", "attempts").Updates(t.ctx, claimed[i])); err != nil {
				return err
			}
		}
		return nil
	})
	return claimed, err
}

// PushMessage is what a device is told: how much waits, and of the newest who wrote it and where. Never what it says.
type PushMessage struct {
	Language string // of the person, or the site
	Waiting  int64
	Name     string
	Post     string // its title
}

// PushMessage reads what a device is told now. Without anything that waits, or with a session that has ended, it is not found.
func (s *Store) PushMessage(ctx context.Context, d PushDevice) (PushMessage, error) {
	session, user, err := s.SessionUser(ctx, d.SessionID)
	if err != nil {
		return PushMessage{}, err
	}
	if session.UserID != d.UserID || user.Prefers().PushOff {
		return PushMessage{}, ErrNotFound
	}
	settings, err := s.Settings(ctx)
	if err != nil {
		return PushMessage{}, err
	}
	waiting, err := s.Comments(ctx, user.Actor(), CommentQuery{Status: Pending, Page: Page{Limit: 1}})
	if err != nil {
		return PushMessage{}, err
	}
	if len(waiting.Items) == 0 {
		return PushMessage{}, ErrNotFound
	}
	m := PushMessage{Language: settings.Language, Waiting: waiting.Total, Name: waiting.Items[0].AuthorName}
	if waiting.Items[0].Post != nil {
		m.Post = waiting.Items[0].Post.Title
	}
	if language := user.Prefers().Language; language != nil {
		m.Language = *language
	}
	return m, nil
}

// MarkPushed notes that a push service has taken a message. said is false where there was nothing left to say.
func (s *Store) MarkPushed(ctx context.Context, d PushDevice, said bool) error {
	return s.write(ctx, System, "note that the device is told", func(t *tx) error {
		if said {
			d.SentAt = &t.now
		}
		d.Attempts, d.LastError = 0, ""
		if err := done(table[PushDevice](t.DB).Where("id = ?", d.ID).Select("sent_at", "attempts", "last_error").Updates(t.ctx, d)); err != nil {
			return err
		}
		return done(table[PushDevice](t.DB).Where("id = ? AND next_at = ?", d.ID, d.NextAt.UTC()).Select("next_at").Updates(t.ctx, PushDevice{}))
	})
}

// PutOffPush notes that a device could not be told, and why. until is the zero time where it is not tried again.
func (s *Store) PutOffPush(ctx context.Context, d PushDevice, until time.Time, why string) error {
	return s.write(ctx, System, "put the message off", func(t *tx) error {
		later := PushDevice{LastError: shortReason(why), Attempts: d.Attempts}
		if until.IsZero() || d.Attempts >= maxPushAttempts {
			later.Attempts = 0
		} else {
			later.NextAt = &until
		}
		return done(table[PushDevice](t.DB).Where("id = ?", d.ID).Select("next_at", "attempts", "last_error").Updates(t.ctx, later))
	})
}

// ForgetPushDevice removes a device that its push service does not know any more.
func (s *Store) ForgetPushDevice(ctx context.Context, d PushDevice) error {
	return s.write(ctx, System, "forget the device", func(t *tx) error {
		t.event("device.gone", "user", string(d.UserID))
		return done(table[PushDevice](t.DB).Where("id = ? AND endpoint = ?", d.ID, d.Endpoint).Delete(t.ctx))
	})
}
