package moderation

import (
	"slices"
	"strings"
)

// Rules is what the owner has set. All are compared folded: without case, marks and disguises of width or alphabet.
type Rules struct {
	BlockedWords     []string // a word or several in a row; a * at the end stands for any ending
	BlockedDomains   []string // example.org means its subdomains too
	BlockedAddresses []string // of e-mail; @example.org means all of them
}

// foldedRules are rules in the form in which they are looked up. How long that takes depends on the comment, hardly on how many rules there
// are. It never changes once made; the zero value blocks nothing.
type foldedRules struct {
	phrases   map[string]bool  // with a space at both ends; "crypt*" and the like have none behind
	lengths   map[string][]int // of the phrases, in bytes, ascending, by their first word
	endings   []int            // of the phrases with one word and any ending
	domains   map[string]bool
	addresses map[string]bool
}

func foldRules(rules Rules) *foldedRules {
	f := &foldedRules{phrases: map[string]bool{}, lengths: map[string][]int{}, domains: map[string]bool{}, addresses: map[string]bool{}}
	for _, rule := range rules.BlockedWords {
		f.addWords(fold(rule), strings.HasSuffix(strings.TrimSpace(rule), "*"))
	}
	for _, rule := range rules.BlockedDomains {
		if !strings.Contains(rule, "://") {
			rule = "https://" + strings.TrimPrefix(strings.TrimSpace(rule), "*")
		}
		if domain := hostOf(rule); domain != "" {
			f.domains[domain] = true
		}
	}
	for _, rule := range rules.BlockedAddresses {
		if address := foldAddress(rule); address != "@" && address != "" {
			f.addresses[address] = true
		}
	}
	return f
}

// addWords adds a folded rule about words. One without a letter or digit blocks nothing.
func (f *foldedRules) addWords(rule string, anyEnding bool) {
	if strings.TrimSpace(rule) == "" {
		return
	}
	first, rest, _ := strings.Cut(rule[1:], " ")
	if anyEnding {
		rule = strings.TrimSuffix(rule, " ")
	}
	f.phrases[rule] = true
	if anyEnding && rest == "" {
		f.endings = addLength(f.endings, len(rule))
	} else {
		f.lengths[first] = addLength(f.lengths[first], len(rule))
	}
}

func addLength(lengths []int, n int) []int {
	at, known := slices.BinarySearch(lengths, n)
	if known {
		return lengths
	}
	return slices.Insert(lengths, at, n)
}

// countWords tells how many rules about words a folded text breaks, each once.
func (f *foldedRules) countWords(text string) int {
	broken := map[string]bool{}
	for {
		word, rest, more := strings.Cut(text[1:], " ")
		if !more {
			return len(broken)
		}
		f.addBroken(broken, text, f.lengths[word])
		f.addBroken(broken, text[:1+len(word)], f.endings)
		text = text[len(text)-len(rest)-1:]
	}
}

// addBroken adds the phrases of these lengths with which the text begins.
func (f *foldedRules) addBroken(broken map[string]bool, text string, lengths []int) {
	for _, n := range lengths {
		if n > len(text) {
			return
		}
		if f.phrases[text[:n]] {
			broken[text[:n]] = true
		}
	}
}

// blocksSite tells whether a folded host, or one that it belongs to, is blocked.
func (f *foldedRules) blocksSite(host string) bool {
	for more := host != ""; more; _, host, more = strings.Cut(host, ".") {
		if f.domains[host] {
			return true
		}
	}
	return false
}

// blocksAddress tells whether an e-mail address, or all of its domain, is blocked.
func (f *foldedRules) blocksAddress(address string) bool {
	address = foldAddress(address)
	_, domain, ok := strings.Cut(address, "@")
	return ok && (f.addresses[address] || f.addresses["@"+domain])
}
