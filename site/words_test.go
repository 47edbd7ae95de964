package site

import (
	"reflect"
	"strings"
	"testing"
	"time"
)

// everyLanguage is whatever somebody can set, with what the words are then.
var everyLanguage = map[string]*Words{"en": &english, "en-GB": &english, "en-US": &american, "de-AT": &german, "fr": &french, "es-MX": &spanish, "pl": &english, "": &english}

func TestWordsAreThereInEveryLanguage(t *testing.T) {
	t.Parallel()
	for tag, want := range everyLanguage {
		if got := WordsFor(tag); got != want {
			t.Errorf("%q has the words of %s", tag, got.Language)
		}
	}
	for _, w := range []*Words{&english, &american, &german, &french, &spanish} {
		value := reflect.ValueOf(*w)
		for i := range value.NumField() {
			name, field, model := value.Type().Field(i).Name, value.Field(i), reflect.ValueOf(english).Field(i)
			if field.Kind() != reflect.String || name == "first" {
				continue
			}
			if field.String() == "" || strings.Count(field.String(), "%s") != strings.Count(model.String(), "%s") {
				t.Errorf("%s: %s is %q, in English %q", w.Language, name, field, model)
			}
		}
		for i, month := range w.months {
			if month == "" {
				t.Errorf("%s has no month %d", w.Language, i+1)
			}
		}
	}
}

func TestDatesAndNumbersAreWrittenAsTheLanguageWritesThem(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 1, 9, 5, 0, 0, time.UTC)
	same, later := time.Date(2026, 12, 31, 0, 0, 0, 0, time.UTC), time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
	for tag, want := range map[string][4]string{
		"en": {"1 March", "1 March 2026", "1 March 2026, 09:05", "1,234,567 comments"}, "en-US": {"March 1", "March 1, 2026", "March 1, 2026, 9:05 AM", "1,234,567 comments"},
		"de": {"1. März", "1. März 2026", "1. März 2026, 09:05", "1.234.567 Kommentare"}, "fr": {"1er mars", "1er mars 2026", "1er mars 2026, 09:05", "1\u202f234\u202f567 commentaires"},
		"es": {"1 de marzo", "1 de marzo de 2026", "1 de marzo de 2026, 09:05", "1.234.567 comentarios"},
	} {
		w := WordsFor(tag)
		if got := [4]string{w.Day(at, same), w.Day(at, later), w.Moment(at, later), w.CountComments(1_234_567)}; got != want {
			t.Errorf("%s: %q, want %q", tag, got, want)
		}
	}
	if got := english.CountComments(1) + english.CountComments(0); got != "1 comment0 comments" {
		t.Errorf("one and none are %q", got)
	}
}

// What is put into a sentence stays what it is, whatever it holds.
func TestANameIsNoSentence(t *testing.T) {
	t.Parallel()
	if got := english.HeldBy("%s and %s"); got != "Only you can see this for now. %s and %s reads it before it appears." {
		t.Errorf("it says %q", got)
	}
	if got := english.PageOf(2, 1234); got != "Page 2 of 1,234" {
		t.Errorf("it says %q", got)
	}
	if got := english.Hint("newcomers", ""); !strings.Contains(got, "here, somebody reads") {
		t.Errorf("it says %q", got)
	}
}

func TestTheDirectionIsThatOfTheScript(t *testing.T) {
	t.Parallel()
	for tag, want := range map[string]string{"en": "ltr", "ar": "rtl", "he-IL": "rtl", "fa": "rtl", "az-Arab": "rtl", "ar-Latn": "ltr", "ur-PK": "rtl", "": "ltr", "zh-Hant": "ltr", "HE": "rtl"} {
		if got := Direction(tag); got != want {
			t.Errorf("%q is written %s", tag, got)
		}
	}
	for tag, want := range map[string]string{"de-AT": "de_AT", "en": "en", "zh-Hant-TW": "zh_TW", "sr-Latn": "sr"} {
		if got := Locale(tag); got != want {
			t.Errorf("%q is the locale %s", tag, got)
		}
	}
}

func TestADescriptionIsSaidInTwoTones(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][2]string{
		"Notes on stress, pain and rest, written between two appointments.": {"Notes on stress, pain and rest,", "written between two appointments."},
		"A blog about trains. Written on one, mostly.":                      {"A blog about trains.", "Written on one, mostly."},
		"A blog about trains": {"A blog about trains", ""}, "Hi, you": {"Hi, you", ""}, "": {"", ""},
	} {
		if first, rest := twoTones(text); [2]string{first, rest} != want {
			t.Errorf("%q is said as %q and %q", text, first, rest)
		}
	}
}

// Answers are indented three steps; deeper ones stand beside what they answer, in their order, and none is lost.
func TestDeepAnswersStandBesideWhatTheyAnswer(t *testing.T) {
	t.Parallel()
	var deepest *Comment
	root := &Comment{ID: "0"}
	at := root
	for _, id := range []string{"1", "2", "3", "4", "5"} {
		next := &Comment{ID: id}
		at.Replies = append(at.Replies, next)
		at, deepest = next, next
	}
	deepest.Replies = []*Comment{{ID: "6"}}
	thread := Thread{Comments: []*Comment{root}}
	thread.prepare(&english, time.Time{})
	var shown []string
	var walk func([]*Comment, string)
	walk = func(comments []*Comment, indent string) {
		for _, c := range comments {
			mark := ""
			if c.Beside {
				mark = "*"
			}
			shown = append(shown, indent+c.ID+mark)
			walk(c.Replies, indent+" ")
		}
	}
	walk(thread.Comments, "")
	if got, want := strings.Join(shown, "\n"), "0\n 1\n  2\n   3\n   4*\n   5*\n   6*"; got != want {
		t.Errorf("the thread is\n%s\nwant\n%s", got, want)
	}
}
