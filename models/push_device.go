package models

import (
	"time"
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
