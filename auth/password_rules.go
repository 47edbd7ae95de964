package auth

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Length of a password. NIST SP 800-63B-4 wants 15 characters where the password is the only factor, and no rules about which.
const (
	MinPasswordLength = 15  // characters
	MaxPasswordBytes  = 256 // in UTF-8, after NFC
)

// maxRawPasswordBytes is looked at before anything else. Decomposed letters shrink to a third at most under NFC, so that
// whatever fits into MaxPasswordBytes fits in here in any spelling.
const maxRawPasswordBytes = 4 * MaxPasswordBytes

var (
	errPasswordLong = fmt.Errorf("the password is too long; at most %d bytes are possible, which is 256 plain letters", MaxPasswordBytes)
	errPasswordText = errors.New("the password holds something that is not text; type it again")
)

// normalizePassword brings a password into the form that is hashed: NFC, since keyboards and systems differ in how they write
// an é. Nothing is trimmed or cut.
func normalizePassword(password string) ([]byte, error) {
	if len(password) > maxRawPasswordBytes {
		return nil, errPasswordLong
	}
	if !utf8.ValidString(password) {
		return nil, errPasswordText
	}
	normalized := norm.NFC.Bytes([]byte(password))
	if len(normalized) > MaxPasswordBytes {
		return nil, errPasswordLong
	}
	return normalized, nil
}

// CheckPassword tells in plain words why a new password is not good enough, or returns nil. The context is what an attacker
// knows about this account: e-mail, name, the site's title. No kind of character is demanded.
func CheckPassword(password string, context ...string) error {
	normalized, err := normalizePassword(password)
	if err != nil {
		return err
	}
	if utf8.RuneCount(normalized) < MinPasswordLength {
		return fmt.Errorf("the password is too short; take at least %d characters, four unrelated words for example", MinPasswordLength)
	}
	text := string(normalized)
	if strings.ContainsFunc(text, unicode.IsControl) {
		return errors.New("the password holds a line break or another character that cannot be typed; leave it out")
	}
	if surprises(text, guessableWords(context)) < minSurprises {
		return errors.New("the password is easy to guess: most of it is repeated, a row of keys, a well-known password, or a name that belongs to this site; " +
			"take four unrelated words instead")
	}
	return nil
}

// minSurprises is how many independent pieces a password needs. A random one of 15 characters has 15, four words that are in
// no list below some 20 letters, "passwordpassword" has 2. The length does the work (NIST SP 800-63B-4); this only refuses what
// every list of leaked passwords holds, and must not turn away a passphrase that happens to have a common word in it.
const minSurprises = 5

// surprises counts the pieces somebody who tries the usual things first would have to guess one by one: a guessable word, a
// year, a piece seen before and a row of neighbouring keys or letters count 1, like any other character. Of two readings, with
// and without what stands between the letters (p-a-s-s-w-o-r-d), the lower one counts.
func surprises(password string, guessable [][]rune) int {
	asTyped := []rune(strings.Map(unicode.ToLower, password))
	var letters []rune
	between := make(map[rune]bool)
	for _, r := range asTyped {
		if folded := unLeet(r); unicode.IsLetter(folded) || unicode.IsDigit(folded) {
			letters = append(letters, r)
		} else {
			between[r] = true
		}
	}
	return min(pieces(asTyped, guessable), pieces(letters, guessable)+len(between))
}

func pieces(text []rune, guessable [][]rune) int {
	folded := fold(text)
	count := 0
	for i := 0; i < len(text); {
		length, weight := 1, 1
		if n := rowLength(text[i:]); n >= 4 {
			length, weight = n, 1
		}
		if n := seenBefore(text, i); n >= 4 && n >= length {
			length, weight = n, 1
		}
		if isYear(text[i:]) && length < 4 {
			length = 4
		}
		for _, word := range guessable {
			if len(word) >= length && startsWith(folded[i:], word) {
				length, weight = len(word), 1
			}
		}
		i += length
		count += weight
	}
	return count
}

// rowLength is the number of characters at the start of text of which each is next to the one before: in the alphabet, on the
// keyboard, or the same one again.
func rowLength(text []rune) int {
	n := 1
	for n < len(text) && areNeighbours(text[n-1], text[n]) {
		n++
	}
	return n
}

// seenBefore is the length of the longest piece at i that also begins somewhere before i.
func seenBefore(text []rune, i int) int {
	longest := 0
	for start := range i {
		n := 0
		for i+n < len(text) && text[start+n] == text[i+n] {
			n++
		}
		longest = max(longest, n)
	}
	return longest
}

// isYear recognises 1900 to 2099.
func isYear(text []rune) bool {
	if len(text) < 4 || !isDigit(text[2]) || !isDigit(text[3]) {
		return false
	}
	century := string(text[:2])
	return century == "19" || century == "20"
}

func isDigit(r rune) bool { return r >= '0' && r <= '9' }

func startsWith(text, word []rune) bool {
	return len(text) >= len(word) && slices.Equal(text[:len(word)], word)
}

// keyPlace is a place on a keyboard, in quarters of a key's width, since each row is shifted against the one above.
type keyPlace struct{ x, row int }

var keyboard = layOutKeyboard()

func layOutKeyboard() map[rune]keyPlace {
	keys := make(map[rune]keyPlace)
	for row, line := range []struct {
		shift          int
		plain, shifted string // letters are compared in lower case
	}{
		{0, "`1234567890-=", "~!@#$%^&*()_+"},
		{6, "qwertyuiop[]\\", "qwertyuiop{}|"},
		{7, "asdfghjkl;'", "asdfghjkl:\""},
		{9, "zxcvbnm,./", "zxcvbnm<>?"},
	} {
		for i := range line.plain {
			place := keyPlace{x: line.shift + 4*i, row: row}
			keys[rune(line.plain[i])] = place
			keys[rune(line.shifted[i])] = place
		}
	}
	return keys
}

func areNeighbours(a, b rune) bool {
	if a == b {
		return true
	}
	bothLetters := unicode.IsLetter(a) && unicode.IsLetter(b)
	if difference := a - b; (difference == 1 || difference == -1) && (bothLetters || isDigit(a) && isDigit(b)) {
		return true
	}
	from, known := keyboard[a]
	to, alsoKnown := keyboard[b]
	if !known || !alsoKnown {
		return false
	}
	across, rows := max(from.x-to.x, to.x-from.x), max(from.row-to.row, to.row-from.row)
	return rows == 0 && across <= 4 || rows == 1 && across < 4
}

// unLeet undoes the usual disguises of letters. l, 1 and ! all become i, in the words of the list too.
func unLeet(r rune) rune {
	switch r {
	case '0':
		return 'o'
	case '1', '!', '|', 'l':
		return 'i'
	case '3':
		return 'e'
	case '4', '@':
		return 'a'
	case '5', '$':
		return 's'
	case '7', '+':
		return 't'
	}
	return r
}

func fold(text []rune) []rune {
	folded := make([]rune, len(text))
	for i, r := range text {
		folded[i] = unLeet(r)
	}
	return folded
}

// guessableWords is the list below and what the context consists of: each part of at least 3 letters, and
// the whole, as it is written and without what stands between.
func guessableWords(context []string) [][]rune {
	words := make([][]rune, 0, len(triedFirst)+4*len(context))
	add := func(word string) {
		if utf8.RuneCountInString(word) >= 3 {
			words = append(words, fold([]rune(word)))
		}
	}
	for _, word := range triedFirst {
		add(word)
	}
	for _, text := range context {
		parts := strings.FieldsFunc(strings.Map(unicode.ToLower, norm.NFC.String(text)), func(r rune) bool {
			return !unicode.IsLetter(r) && !unicode.IsDigit(r)
		})
		for _, part := range parts {
			add(part)
		}
		add(strings.Join(parts, ""))
		add(text)
	}
	return words
}

// triedFirst is what passwords of 15 and more characters are made of when they are made in a hurry: the eternal words of every
// list of leaked passwords, and famous long ones. Written by hand; a longer list would mostly hold what is too short anyway.
var triedFirst = []string{
	"password", "passwort", "passw", "motdepasse", "contraseña", "contrasena", "senha", "wachtwoord", "parola", "secret", "geheim",
	"admin", "administrator", "root", "user", "username", "owner", "guest", "login", "logon", "signin", "access", "system", "server",
	"welcome", "willkommen", "bienvenue", "hello", "hallo", "letmein", "openup", "opensesame", "changeme", "changethis", "default",
	"example", "sample", "test", "testing", "tester", "temp", "temporary", "qwerty", "qwertz", "azerty", "asdf", "iloveyou", "loveyou",
	"forever", "sunshine", "princess", "dragon", "monkey", "football", "baseball", "basketball", "superman", "batman", "pokemon",
	"master", "shadow", "freedom", "whatever", "trustno", "starwars", "computer", "internet", "google", "facebook", "website",
	"wordpress", "blog", "blogger", "dimmer", "please", "mypass", "thisismy", "mypasswordis", "easy", "simple", "strong", "secure",
	"verysecure", "summer", "winter", "spring", "autumn", "sommer", "january", "february", "march", "april", "august", "september",
	"october", "november", "december", "monday", "friday", "sunday", "michael", "jessica", "jennifer", "charlie", "thomas", "daniel",
	"thequickbrownfox", "jumpsoverthelazydog", "loremipsum",
	"dolorsitamet", "supercalifragilisticexpialidocious", "tobeornottobe", "thatisthequestion", "maytheforcebewithyou",
	"iamyourfather", "openthepodbaydoors", "onceuponatime", "nevergonnagiveyouup", "hakunamatata", "winteriscoming",
	"itwasthebestoftimes", "callmeishmael", "ithinkthereforeiam", "inthebeginning", "youshallnotpass", "speakfriendandenter",
	"nopassword", "idontknow", "iforgot", "ihatepasswords", "incorrect",
}
