package auth_test

import (
	"bytes"
	"testing"

	"dimmer/auth"
)

func TestWhatIsSealedIsOpenedForTheSameThingOnly(t *testing.T) {
	sealer := auth.NewSealer(secretOf(t, testKey), auth.AkismetKey)
	plain := []byte(`{"UserIP":"203.0.113.7"}`)
	sealed := sealer.Seal("row 1", plain)
	if bytes.Contains(sealed, []byte("203.0.113.7")) || bytes.Equal(sealed, sealer.Seal("row 1", plain)) || len(sealed) != len(plain)+28 {
		t.Errorf("sealed as %q", sealed)
	}
	if got, err := sealer.Open("row 1", sealed); err != nil || !bytes.Equal(got, plain) {
		t.Errorf("opened as %q, %v", got, err)
	}
	changed := bytes.Clone(sealed)
	changed[20] ^= 1
	for name, open := range map[string]func() ([]byte, error){
		"another row": func() ([]byte, error) { return sealer.Open("row 2", sealed) },
		"changed":     func() ([]byte, error) { return sealer.Open("row 1", changed) },
		"cut":         func() ([]byte, error) { return sealer.Open("row 1", sealed[:10]) },
		"nothing":     func() ([]byte, error) { return sealer.Open("row 1", nil) },
		"another secret": func() ([]byte, error) {
			return auth.NewSealer(secretOf(t, otherKey), auth.AkismetKey).Open("row 1", sealed)
		},
		"another purpose": func() ([]byte, error) {
			return auth.NewSealer(secretOf(t, testKey), auth.CursorKey).Open("row 1", sealed)
		},
	} {
		if got, err := open(); err == nil {
			t.Errorf("%s: opened as %q", name, got)
		}
	}
}
