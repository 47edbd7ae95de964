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

// staffName finds a name that is that of somebody of the blog. Two people may be called the same; whoever writes it with letters that look like its
// own wants to be taken for her.
func staffName(_ *foldedRules, s Submission, h History) (Reason, bool) {
	name := skeleton(s.Name)
	if name == "" {
		return Reason{}, false
	}
	imitated, same := false, false
	for _, staff := range h.Staff {
		if skeleton(staff) == name {
			imitated, same = true, same || fold(staff) == foldKept(s.Name)
		}
	}
	if imitated && !same && !h.Trusted {
		return Reason{SpamFrom - 1, "The name imitates that of somebody of the blog: it differs only in letters or marks that are hard to tell apart"}, true
	}
	return Reason{HoldFrom, "The name is that of somebody of the blog, or looks like it"}, imitated
}

// mixedLetters finds words of letters that no language mixes: Latin and Cyrillic look alike, so that a word passes a filter.
func mixedLetters(_ *foldedRules, s Submission, _ History) (Reason, bool) {
	switch words := mixedWords(s.Text); {
	case mixedWords(s.Name) > 0 && words > 0:
		return Reason{4, "The name and the text mix letters of two alphabets in one word"}, true
	case mixedWords(s.Name) > 0:
		return Reason{2, "The name mixes letters of two alphabets in one word"}, true
	case words == 1:
		return Reason{2, "A word mixes letters of two alphabets"}, true
	default:
		return Reason{3, fmt.Sprintf("%d words mix letters of two alphabets", words)}, words > 0
	}
}

func proof(_ *foldedRules, s Submission, h History) (Reason, bool) {
	switch {
	case s.Edited, h.Reports > 0, h.Akismet != Unasked:
		return Reason{}, false // judged again, without a form
	case s.Proof == ProofMissing && s.Form != FormSigned:
		return Reason{}, false // the form would have brought it, and has spoken already
	case s.Proof == ProofMissing:
		return Reason{1, "Sent without the proof of work that a browser makes"}, true
	case s.Proof == ProofExpired:
		return Reason{1, "The proof of work came too late"}, true
	case s.Proof == ProofInvalid:
		return Reason{3, "The proof of work is false"}, true
	case s.Proof == ProofSpent:
		return Reason{3, "The proof of work came with another comment before"}, true
	}
	return Reason{}, false
}

// linkRecord is what became of earlier comments that link to the same sites, on this blog.
func linkRecord(_ *foldedRules, s Submission, h History) (Reason, bool) {
	switch rejected := h.LinksRejected; {
	case len(s.Links) == 0 && s.URL == "", rejected == 0 && h.LinksApproved < 2:
		return Reason{}, false
	case rejected > 2*h.LinksApproved && rejected == 1:
		return Reason{2, "A comment that links to the same site is in spam or trash"}, true
	case rejected > 2*h.LinksApproved:
		return Reason{min(4, rejected+1), fmt.Sprintf("%d comments that link to the same site are in spam or trash", rejected)}, true
	case rejected == 0:
		return Reason{-1, fmt.Sprintf("%d approved comments link to the same site", h.LinksApproved)}, true
	}
	return Reason{}, false
}

func akismet(_ *foldedRules, _ Submission, h History) (Reason, bool) {
	switch h.Akismet {
	case Junk:
		return Reason{4, "Akismet takes it for spam"}, true
	case Ham:
		return Reason{-1, "Akismet sees nothing wrong with it"}, true
	}
	return Reason{}, false
}

func formAge(_ *foldedRules, s Submission, h History) (Reason, bool) {
	switch {
	case s.Edited, h.Reports > 0, h.Akismet != Unasked:
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
		return Reason{1, "Two links"}, true
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
