package notify

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"time"
)

const (
	// pushRecord is the size of the one record of a message, as RFC 8291 has it in its example.
	pushRecord = 4096
	// pushPadded is the size to which messages are filled up, so that their length tells the push service nothing.
	pushPadded = 1024
	// maxPush is the longest message: with all around it, it stays below the 4,096 bytes that every push service takes.
	maxPush = 3000
	// vapidLifetime is how long the proof of who sends is good: RFC 8292 allows 24 hours.
	vapidLifetime = 12 * time.Hour
)

// encryptPush encrypts a message for one browser (RFC 8291, aes128gcm), with a key pair and a salt that are used this once.
func encryptPush(plain []byte, p256dh, secret string, once *ecdh.PrivateKey, salt []byte, padTo int) ([]byte, error) {
	if len(plain) > maxPush {
		return nil, errors.New("the message is too long")
	}
	point, err := base64.RawURLEncoding.DecodeString(p256dh)
	if err != nil {
		return nil, fmt.Errorf("read the browser's key: %w", err)
	}
	browser, err := ecdh.P256().NewPublicKey(point)
	if err != nil {
		return nil, fmt.Errorf("read the browser's key: %w", err)
	}
	known, err := base64.RawURLEncoding.DecodeString(secret)
	if err != nil {
		return nil, fmt.Errorf("read the browser's secret: %w", err)
	}
	shared, err := once.ECDH(browser)
	if err != nil {
		return nil, err
	}
	ours := once.PublicKey().Bytes()
	material, err := hkdf.Key(sha256.New, shared, known, "WebPush: info\x00"+string(point)+string(ours), 32)
	if err != nil {
		return nil, err
	}
	key, err := hkdf.Key(sha256.New, material, salt, "Content-Encoding: aes128gcm\x00", 16)
	if err != nil {
		return nil, err
	}
	nonce, err := hkdf.Key(sha256.New, material, salt, "Content-Encoding: nonce\x00", 12)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return nil, err
	}
	out := append([]byte{}, salt...)
	out = binary.BigEndian.AppendUint32(out, pushRecord)
	out = append(out, byte(len(ours))) // #nosec G115 -- 65
	out = append(out, ours...)
	padded := append(append([]byte{}, plain...), 2) // the end of the last record
	if missing := padTo - len(padded); missing > 0 {
		padded = append(padded, make([]byte, missing)...)
	}
	return aead.Seal(out, nonce, padded, nil), nil // #nosec G407 -- derived from a salt that is used once
}

// newPushBody encrypts a message with a fresh key pair and salt.
func newPushBody(plain []byte, p256dh, secret string) ([]byte, error) {
	once, err := ecdh.P256().GenerateKey(rand.Reader)
	if err != nil {
		return nil, err
	}
	var salt [16]byte
	_, _ = rand.Read(salt[:]) // never fails (since Go 1.24)
	return encryptPush(plain, p256dh, secret, once, salt[:], pushPadded)
}

// vapid is the Authorization header that tells a push service who sends (RFC 8292): a JWT, signed with ES256, and the public key.
func vapid(key *ecdsa.PrivateKey, endpoint *url.URL, contact string, now time.Time) (string, error) {
	claims, err := json.Marshal(map[string]any{"aud": endpoint.Scheme + "://" + endpoint.Host, "exp": now.Add(vapidLifetime).Unix(), "sub": contact})
	if err != nil {
		return "", err
	}
	encode := base64.RawURLEncoding.EncodeToString
	signed := encode([]byte(`{"typ":"JWT","alg":"ES256"}`)) + "." + encode(claims)
	digest := sha256.Sum256([]byte(signed))
	r, s, err := ecdsa.Sign(rand.Reader, key, digest[:])
	if err != nil {
		return "", err
	}
	point, err := key.PublicKey.Bytes()
	if err != nil {
		return "", err
	}
	signature := append(r.FillBytes(make([]byte, 32)), s.FillBytes(make([]byte, 32))...)
	return "vapid t=" + signed + "." + encode(signature) + ", k=" + encode(point), nil
}
