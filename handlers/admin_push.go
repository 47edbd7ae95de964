package handlers

import (
	"context"
	"net/http"
	"time"

	"dimmer/auth"
	"dimmer/models"
)

// Push is what handlers need of whoever tells devices that comments wait.
type Push interface {
	// CheckEndpoint tells whether the address of a push service may be called.
	CheckEndpoint(address string) error
	// SendTest tells one device now that it can be told. Its error says in plain words what is wrong.
	SendTest(ctx context.Context, device models.PushDevice, language string) error
}

// deviceView is a browser that is told when comments wait.
type deviceView struct {
	ID        string     `json:"id"`
	Name      string     `json:"name" example:"Phone"`
	Current   bool       `json:"current" doc:"It belongs to the session of this request."`
	SentAt    *time.Time `json:"sent_at" doc:"When its push service last took something."`
	LastError string     `json:"last_error" doc:"Of the last attempt, in plain words; empty: none."`
	CreatedAt time.Time  `json:"created_at"`
}

func newDeviceView(ctx context.Context, d models.PushDevice) deviceView {
	return deviceView{string(d.ID), d.Name, d.SessionID == principal(ctx).SessionID, moment(d.SentAt), d.LastError, d.CreatedAt.UTC()}
}

type pushView struct {
	PublicKey string       `json:"public_key" example:"BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIg…" doc:"The applicationServerKey to subscribe with, base64url."`
	On        bool         `json:"on" doc:"Whether my devices are told; changed by preferences.push of /auth/me."`
	Devices   []deviceView `json:"devices" doc:"Mine. Each is told for as long as the session lasts from which it was added."`
}

// readPush shows what a browser needs to be told of comments, and which of hers are.
func (s *site) readPush(ctx context.Context, _ *struct{}) (*reply[one[pushView]], error) {
	user, err := s.store.User(ctx, principal(ctx).UserID)
	if err != nil {
		return nil, err
	}
	devices, err := s.store.PushDevices(ctx, user.ID)
	if err != nil {
		return nil, err
	}
	v := pushView{PublicKey: s.pushKey, On: !user.Prefers().PushOff, Devices: []deviceView{}}
	for _, d := range devices {
		v.Devices = append(v.Devices, newDeviceView(ctx, d))
	}
	return data(v), nil
}

type createPushInput struct {
	Body struct {
		Endpoint string `json:"endpoint" maxLength:"2000" example:"https://updates.push.services.mozilla.com/wpush/v2/gAAAA…" doc:"As PushSubscription.toJSON() has it."`
		Keys     struct {
			P256dh string `json:"p256dh" maxLength:"100" example:"BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"`
			Auth   string `json:"auth" maxLength:"30" example:"BTBZMqHH6r4Tts7J_aSIgg"`
		} `json:"keys"`
		Name field[string] `json:"name,omitzero" doc:"By which you know the device; 80 characters at most."`
	}
}

// createPush adds a browser. To send the same subscription again, as after a new sign-in, is right and changes nothing but its session.
func (s *site) createPush(ctx context.Context, in *createPushInput) (*reply[one[deviceView]], error) {
	who := principal(ctx)
	if who.SessionID == "" {
		return nil, refuse(http.StatusForbidden, "people_only", "A browser is told for somebody who is signed in with it, not for a program.")
	}
	if s.push == nil {
		return nil, errPushOff
	}
	if err := s.push.CheckEndpoint(in.Body.Endpoint); err != nil {
		return nil, models.Invalid{"endpoint": "is not the address of a push service that may be called"}
	}
	device, err := s.store.SavePushDevice(ctx, actor(ctx), who.SessionID, models.PushDevice{
		Endpoint: in.Body.Endpoint, P256dh: in.Body.Keys.P256dh, Auth: in.Body.Keys.Auth, Name: in.Body.Name.Value,
	})
	if err != nil {
		return nil, err
	}
	return data(newDeviceView(ctx, device)), nil
}

var errPushOff = models.ConflictError{Code: "push_off", Message: "This program tells no devices."}

type deviceIDInput struct {
	ID string `path:"id"`
}

func (s *site) deletePush(ctx context.Context, in *deviceIDInput) (*struct{}, error) {
	return nil, s.store.DeletePushDevice(ctx, actor(ctx), models.DeviceID(in.ID))
}

// testPush tells one of her devices something now, and says what is wrong if it does not get through.
func (s *site) testPush(ctx context.Context, in *deviceIDInput) (*struct{}, error) {
	user, err := s.store.User(ctx, principal(ctx).UserID)
	if err != nil {
		return nil, err
	}
	device, err := s.store.PushDevice(ctx, user.ID, models.DeviceID(in.ID))
	if err != nil {
		return nil, err
	}
	if s.push == nil {
		return nil, errPushOff
	}
	settings, err := s.store.Settings(ctx)
	if err != nil {
		return nil, err
	}
	language := settings.Language
	if own := user.Prefers().Language; own != nil {
		language = *own
	}
	if err := s.push.SendTest(ctx, device, language); err != nil {
		return nil, refuse(http.StatusBadGateway, "push_failed", err.Error())
	}
	return nil, nil
}

// newPushPublicKey is what browsers subscribe with.
func newPushPublicKey(secret auth.Secret) string { return auth.PushPublicKey(auth.NewPushKey(secret)) }
