package handlers

import (
	"encoding/base64"
	"strings"
	"testing"

	"dimmer/models"
)

var (
	testCursors  = cursorKey("a key of 32 bytes for the cursor")
	testPosition = models.Position{Key: "2026-03-01T09:30:00Z", ID: "0195-x", Before: true}
)

func TestCursorReadsBackOnlyWhereItWasMade(t *testing.T) {
	t.Parallel()
	const scope = "/api/v1/posts?sort=title&tag=x"
	cursor, err := testCursors.seal(scope, testPosition)
	if err != nil {
		t.Fatal(err)
	}
	var position models.Position
	if err := testCursors.open(scope, cursor, &position); err != nil || position != testPosition {
		t.Fatalf("reads back as %+v, %v", position, err)
	}
	for name, other := range map[string]string{"path": "/api/v1/tags?sort=title&tag=x", "sort": "/api/v1/posts?tag=x", "filter": "/api/v1/posts?sort=title&tag=y"} {
		if testCursors.open(other, cursor, &position) == nil {
			t.Errorf("is taken with another %s", name)
		}
	}
	if cursorKey("another key, of another instance").open(scope, cursor, &position) == nil {
		t.Error("is taken by another instance")
	}
}

func TestEditedCursorIsRefused(t *testing.T) {
	t.Parallel()
	cursor, err := testCursors.seal("/x", testPosition)
	if err != nil {
		t.Fatal(err)
	}
	raw, _ := base64.RawURLEncoding.DecodeString(cursor)
	for i := range raw {
		for bit := range 8 {
			edited := append([]byte(nil), raw...)
			edited[i] ^= 1 << bit
			if testCursors.open("/x", base64.RawURLEncoding.EncodeToString(edited), new(models.Position)) == nil {
				t.Fatalf("bit %d of byte %d does not matter", bit, i)
			}
		}
	}
	for name, text := range map[string]string{
		"empty": "", "cut": cursor[:len(cursor)-1], "longer": cursor + "A", "padded": cursor + "=", "with a line break": cursor + "\n",
		"random": "b3V0IG9mIHRoZSBibHVlLCBhbmQgbG9uZyBlbm91Z2g", "SQL": base64.RawURLEncoding.EncodeToString([]byte("' OR 1=1 --------------------")),
		"JSON": base64.RawURLEncoding.EncodeToString([]byte(`{"Key":"a","ID":"b","Before":false}`)), "1 MB": strings.Repeat("A", 1<<20),
		"last character changed": cursor[:len(cursor)-1] + string(cursor[len(cursor)-1]^1),
	} {
		if testCursors.open("/x", text, new(models.Position)) == nil {
			t.Errorf("%s is taken", name)
		}
	}
}

func FuzzCursor(f *testing.F) {
	cursor, _ := testCursors.seal("/x", testPosition)
	f.Add(cursor)
	f.Add("")
	f.Add(cursor[1:])
	f.Fuzz(func(t *testing.T, text string) {
		var position models.Position
		if testCursors.open("/x", text, &position) == nil && text != cursor {
			t.Fatalf("%q was not made here, but reads as %+v", text, position)
		}
	})
}
