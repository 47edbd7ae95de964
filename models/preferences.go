package models

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
)

// Preferences are what a person likes in the admin area. Nobody else sees them.
type Preferences struct {
	Language    *string  `json:"language,omitempty"`     // of its texts: en, de; nil: the site's, if there are texts in it
	Appearance  *string  `json:"appearance,omitempty"`   // light, dark; nil: as her device has it
	Editor      *string  `json:"editor,omitempty"`       // how posts open: rich, markdown; nil: as suits the post
	PushOff     bool     `json:"push_off,omitempty"`     // her devices are told nothing
	ClosedHints []string `json:"closed_hints,omitempty"` // names of hints that she has read and closed
}

// maxClosedHints is how many closed hints are remembered: with names of 40 characters less than 2 KiB.
const maxClosedHints = 40

var hintName = regexp.MustCompile(`^[a-z0-9-]{1,40}$`)

// PreferencesChange is what a person changes of what she likes.
type PreferencesChange struct {
	Language    Opt[*string]
	Appearance  Opt[*string]
	Editor      Opt[*string]
	Push        Opt[bool]
	ClosedHints Opt[[]string]
}

// Prefers reads what the person likes. What another version of Dimmer has stored, and this one does not understand, counts as nothing.
func (u *User) Prefers() Preferences {
	var p Preferences
	if err := json.Unmarshal([]byte(u.Preferences), &p); err != nil {
		return Preferences{}
	}
	return p
}

// prefer changes what the person likes; what cannot be is named in invalid.
func (u *User) prefer(c PreferencesChange, invalid Invalid) {
	p := u.Prefers()
	choose := func(name string, change Opt[*string], to **string, values ...string) {
		if !change.Set {
			return
		}
		*to = change.Value
		if change.Value != nil && !slices.Contains(values, *change.Value) {
			invalid["preferences."+name] = fmt.Sprintf("is neither %s nor %s", values[0], values[1])
		}
	}
	choose("language", c.Language, &p.Language, "en", "de")
	choose("appearance", c.Appearance, &p.Appearance, "light", "dark")
	choose("editor", c.Editor, &p.Editor, "rich", "markdown")
	if c.Push.Set {
		p.PushOff = !c.Push.Value
	}
	if c.ClosedHints.Set {
		hints := slices.Clone(c.ClosedHints.Value)
		slices.Sort(hints)
		p.ClosedHints = slices.Compact(hints)
		switch {
		case len(p.ClosedHints) > maxClosedHints:
			invalid["preferences.closed_hints"] = fmt.Sprintf("has more than %d names", maxClosedHints)
		case slices.ContainsFunc(p.ClosedHints, func(name string) bool { return !hintName.MatchString(name) }):
			invalid["preferences.closed_hints"] = "has a name that is not made of 1 to 40 small letters, digits and hyphens"
		}
	}
	text, err := json.Marshal(p)
	if err != nil {
		panic("preferences are plain values and can always be written: " + err.Error())
	}
	u.Preferences = JSON(text)
}
