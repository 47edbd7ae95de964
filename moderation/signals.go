package moderation

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// humanPause is the shortest time in which somebody reads a form and writes a sentence into it.
const humanPause = 4 * time.Second

// manyLinks is how many links a comment may have before it counts against it.
const manyLinks = 2

func honeypot(_ *foldedRules, s Submission, _ History) (Reason, bool) {
	return Reason{SpamFrom, "A field was filled in that people do not see"}, s.Honeypot != ""
}

func blockedWriter(_ *foldedRules, _ Submission, h History) (Reason, bool) {
	return Reason{SpamFrom, "You have blocked this reader"}, h.Blocked
}

func trustedWriter(_ *foldedRules, s Submission, h History) (Reason, bool) {
	return Reason{-4, "You trust this reader"}, h.Trusted && !disgraced(s, h)
}

// disgraced tells whether what was good about a writer before counts no longer: she is blocked, or this was sent by a program.
func disgraced(s Submission, h History) bool { return h.Blocked || s.Honeypot != "" }

func blockedWords(rules *foldedRules, s Submission, _ History) (Reason, bool) {
	if len(rules.phrases) == 0 {
		return Reason{}, false
	}
	n := rules.countWords(fold(s.Name + "\n" + s.Text + "\n" + s.URL))
	if n == 1 {
		return Reason{SpamFrom, "It has a word that you have blocked"}, true
	}
	return Reason{SpamFrom, fmt.Sprintf("It has %d words that you have blocked", n)}, n > 0
}

func blockedDomains(rules *foldedRules, s Submission, _ History) (Reason, bool) {
	blocked := rules.blocksSite(hostOf(s.URL)) || slices.ContainsFunc(s.Links, func(link string) bool { return rules.blocksSite(hostOf(link)) })
	return Reason{SpamFrom, "It links to a site that you have blocked"}, blocked
}

func blockedAddresses(rules *foldedRules, s Submission, _ History) (Reason, bool) {
	return Reason{SpamFrom, "You have blocked this e-mail address"}, rules.blocksAddress(s.Email)
}

func staffName(_ *foldedRules, s Submission, h History) (Reason, bool) {
	name := skeleton(s.Name)
	return Reason{HoldFrom, "The name is that of somebody of the blog, or looks like it"}, name != "" && slices.ContainsFunc(h.Staff, func(staff string) bool {
		return skeleton(staff) == name
	})
}

func formAge(_ *foldedRules, s Submission, h History) (Reason, bool) {
	switch {
	case s.Edited, h.Reports > 0:
		return Reason{}, false // judged again, without a form
	case s.Form == FormMissing:
		return Reason{1, "It did not come through the form"}, true
	case s.Form == FormInvalid:
		return Reason{2, "The form that it came with was not made by this site"}, true
	case s.Form == FormExpired:
		return Reason{1, "The form was open for more than a day"}, true
	case s.FormAge < 2*time.Second:
		return Reason{3, "Written in a second"}, true
	case s.FormAge < humanPause:
		return Reason{3, fmt.Sprintf("Written in %d seconds", int(s.FormAge.Seconds()))}, true
	}
	return Reason{}, false
}

func links(_ *foldedRules, s Submission, _ History) (Reason, bool) {
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

func shortenedLinks(_ *foldedRules, s Submission, _ History) (Reason, bool) {
	n := 0
	for _, link := range s.Links {
		if slices.Contains(shorteners, hostOf(link)) {
			n++
		}
	}
	if n == 1 {
		return Reason{2, "A link that hides where it leads"}, true
	}
	return Reason{3, fmt.Sprintf("%d links that hide where they lead", n)}, n > 0
}

// tellingText is how many folded characters a text has at least for its coming again to mean something: many people write "Thank you!".
const tellingText = 25

func sameText(_ *foldedRules, s Submission, h History) (Reason, bool) {
	switch {
	case h.SameText == 0 && h.SameTextSpam == 0, utf8.RuneCountInString(strings.TrimSpace(fold(s.Text))) < tellingText:
		return Reason{}, false
	case h.SameTextSpam > 0:
		return Reason{4, "The same text is in spam"}, true
	case h.SameText == 1:
		return Reason{2, "The same text came once before in the last day"}, true
	default:
		return Reason{4, fmt.Sprintf("The same text came %d times in the last day", h.SameText)}, true
	}
}

func reports(_ *foldedRules, s Submission, h History) (Reason, bool) {
	r := Reason{min(5, h.Reports+1), fmt.Sprintf("%d readers reported it", h.Reports)}
	if h.Reports == 1 {
		r.Text = "A reader reported it"
	}
	if h.DecidedByPerson && !s.Edited {
		r = Reason{0, r.Text + "; you have approved it"}
	}
	return r, h.Reports > 0
}

func approvedBefore(_ *foldedRules, s Submission, h History) (Reason, bool) {
	switch n := h.Approved; {
	case n == 0, disgraced(s, h):
		return Reason{}, false
	case n == 1:
		return Reason{-1, "One comment approved before"}, true
	default:
		return Reason{-min(4, n+1), fmt.Sprintf("%d comments approved before", n)}, true
	}
}

func rejectedBefore(_ *foldedRules, _ Submission, h History) (Reason, bool) {
	switch n := h.Rejected; {
	case h.Trusted || n == 0:
		return Reason{}, false
	case n == 1:
		return Reason{2, "One comment in spam or trash before"}, true
	default:
		return Reason{min(4, n+1), fmt.Sprintf("%d comments in spam or trash before", n)}, true
	}
}
