package moderation

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"
)

// humanPause is the shortest time in which somebody reads a form and writes a sentence into it.
const humanPause = 4 * time.Second

// manyLinks is how many links a comment may have before it counts against it.
const manyLinks = 2

func honeypot(_ Rules, s Submission, _ History) (Reason, bool) {
	return Reason{SpamFrom, "A field was filled in that people do not see"}, s.Honeypot != ""
}

func blockedWriter(_ Rules, _ Submission, h History) (Reason, bool) {
	return Reason{SpamFrom, "You have blocked this reader"}, h.Blocked
}

func trustedWriter(_ Rules, _ Submission, h History) (Reason, bool) {
	return Reason{-4, "You trust this reader"}, h.Trusted && !h.Blocked
}

func blockedWords(rules Rules, s Submission, _ History) (Reason, bool) {
	text := fold(s.Name + "\n" + s.Text + "\n" + s.URL)
	n := 0
	for _, rule := range rules.BlockedWords {
		if holdsWords(text, fold(rule), strings.HasSuffix(strings.TrimSpace(rule), "*")) {
			n++
		}
	}
	if n == 1 {
		return Reason{SpamFrom, "It has a word that you have blocked"}, true
	}
	return Reason{SpamFrom, fmt.Sprintf("It has %d words that you have blocked", n)}, n > 0
}

func blockedDomains(rules Rules, s Submission, _ History) (Reason, bool) {
	for _, host := range hosts(append(slices.Clone(s.Links), s.URL)) {
		for _, rule := range rules.BlockedDomains {
			domain := strings.TrimPrefix(foldHost(rule), "www.")
			if domain != "" && (host == domain || strings.HasSuffix(host, "."+domain)) {
				return Reason{SpamFrom, "It links to a site that you have blocked"}, true
			}
		}
	}
	return Reason{}, false
}

func blockedAddresses(rules Rules, s Submission, _ History) (Reason, bool) {
	address := strings.ToLower(strings.TrimSpace(s.Email))
	for _, rule := range rules.BlockedAddresses {
		rule = strings.ToLower(strings.TrimSpace(rule))
		if address != "" && rule != "" && (address == rule || strings.HasPrefix(rule, "@") && strings.HasSuffix(address, rule)) {
			return Reason{SpamFrom, "You have blocked this e-mail address"}, true
		}
	}
	return Reason{}, false
}

func formAge(_ Rules, s Submission, _ History) (Reason, bool) {
	switch {
	case s.Edited:
		return Reason{}, false // an edit has no form
	case s.Form == FormMissing:
		return Reason{1, "It did not come through the form"}, true
	case s.Form == FormInvalid:
		return Reason{2, "The form's seal was not ours"}, true
	case s.Form == FormExpired:
		return Reason{1, "The form was open for more than a day"}, true
	case s.FormAge < humanPause:
		return Reason{3, fmt.Sprintf("Written in %d seconds", max(1, int(s.FormAge.Seconds())))}, true
	}
	return Reason{}, false
}

func links(_ Rules, s Submission, _ History) (Reason, bool) {
	switch n := len(s.Links); {
	case n == 0:
		return Reason{}, false
	case n == 1:
		return Reason{1, "One link"}, true
	case n <= manyLinks:
		return Reason{2, "Two links"}, true
	default:
		return Reason{min(SpamFrom-1, 1+n), fmt.Sprintf("%d links", n)}, true
	}
}

// shorteners hide where a link leads. The well-known ones; the owner can block others as domains.
var shorteners = []string{
	"bit.ly", "buff.ly", "cutt.ly", "goo.gl", "is.gd", "ow.ly", "rb.gy", "rebrand.ly", "shorturl.at", "t.co", "t.ly", "tiny.cc", "tinyurl.com", "v.gd",
}

func shortenedLinks(_ Rules, s Submission, _ History) (Reason, bool) {
	n := 0
	for _, host := range hosts(s.Links) {
		if slices.Contains(shorteners, host) {
			n++
		}
	}
	if n == 1 {
		return Reason{2, "A link that hides where it leads"}, true
	}
	return Reason{3, fmt.Sprintf("%d links that hide where they lead", n)}, n > 0
}

func sameText(_ Rules, _ Submission, h History) (Reason, bool) {
	switch {
	case h.SameTextSpam > 0:
		return Reason{4, "The same text is in spam"}, true
	case h.SameText == 1:
		return Reason{2, "The same text came before today"}, true
	case h.SameText > 1:
		return Reason{4, fmt.Sprintf("The same text came %d times before today", h.SameText)}, true
	}
	return Reason{}, false
}

func reports(_ Rules, _ Submission, h History) (Reason, bool) {
	if h.Reports == 1 {
		return Reason{2, "A reader reported it"}, true
	}
	return Reason{min(5, h.Reports+1), fmt.Sprintf("%d readers reported it", h.Reports)}, h.Reports > 0
}

func approvedBefore(_ Rules, _ Submission, h History) (Reason, bool) {
	switch n := h.Approved; {
	case h.Blocked || n == 0:
		return Reason{}, false
	case n == 1:
		return Reason{-1, "One comment approved before"}, true
	default:
		return Reason{-min(4, n+1), fmt.Sprintf("%d comments approved before", n)}, true
	}
}

func rejectedBefore(_ Rules, _ Submission, h History) (Reason, bool) {
	switch n := h.Rejected; {
	case h.Trusted || n == 0:
		return Reason{}, false
	case n == 1:
		return Reason{2, "One comment in spam or trash before"}, true
	default:
		return Reason{min(4, n+1), fmt.Sprintf("%d comments in spam or trash before", n)}, true
	}
}

// hosts are the names of the sites that addresses lead to, folded, without www.
func hosts(addresses []string) []string {
	var found []string
	for _, address := range addresses {
		u, err := url.Parse(strings.TrimSpace(address))
		if err == nil && u.Hostname() != "" {
			found = append(found, strings.TrimPrefix(foldHost(u.Hostname()), "www."))
		}
	}
	return found
}
