package site

import "strings"

// Words are the site's own words in one language. What writers and readers have written is not among them.
type Words struct {
	language                                      string
	SkipLink, MainMenu, Search, Privacy, MadeWith string
}

var catalogue = map[string]*Words{
	"en": {language: "en", SkipLink: "Skip to the text", MainMenu: "Main", Search: "Search", Privacy: "Privacy", MadeWith: "Comments kept calm with Dimmer"},
}

// WordsFor are the words for a language, by its BCP 47 tag; English where there are none.
func WordsFor(tag string) *Words {
	primary, _, _ := strings.Cut(strings.ToLower(tag), "-")
	if words := catalogue[primary]; words != nil {
		return words
	}
	return catalogue["en"]
}

// Direction is how a language is written: rtl or ltr.
func Direction(tag string) string {
	parts := strings.Split(strings.ToLower(tag), "-")
	for _, part := range parts[1:] {
		switch part {
		case "arab", "hebr", "thaa", "nkoo", "syrc", "adlm", "rohg":
			return "rtl"
		case "latn", "cyrl":
			return "ltr"
		}
	}
	switch parts[0] {
	case "ar", "arc", "ckb", "dv", "fa", "he", "iw", "ji", "nqo", "ps", "sd", "syr", "ug", "ur", "yi":
		return "rtl"
	}
	return "ltr"
}
