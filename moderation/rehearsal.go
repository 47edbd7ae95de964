package moderation

import "maps"

// Past is a comment that was judged, as far as it is still known.
type Past struct {
	Signals map[string]float64 // of its verdict
	Known   bool               // its text and its writer are still there; else the rules say of it what they said then
	Name    string
	Email   string
	URL     string
	Text    string
	Links   []string
}

// byRules are the signals that depend on the owner's rules, and are asked again.
var byRules = []signal{{"blocked_words", blockedWords}, {"blocked_domains", blockedDomains}, {"blocked_addresses", blockedAddresses}}

// Rehearse says what would have become of a comment of the past under this policy and a level. Everything but the rules and the level counts as it did then:
// the reader's history, the links, the form. That a person has decided about it since counts for nothing.
func (p Policy) Rehearse(past Past, level Level) Status { return p.rehearse(past, level).Status }

// WithAkismet is a verdict of the past with what Akismet has said since, at the level that holds now. Its reasons are what is new.
func (p Policy) WithAkismet(signals map[string]float64, opinion Opinion, level Level) Verdict {
	past := Past{Signals: maps.Clone(signals)}
	if past.Signals == nil {
		past.Signals = map[string]float64{}
	}
	reason, speaks := akismet(nil, Submission{}, History{Akismet: opinion})
	if speaks {
		past.Signals["akismet"] = float64(reason.Points)
	}
	v := p.rehearse(past, level)
	if speaks {
		v.Reasons = append([]Reason{reason}, v.Reasons...)
	}
	return v
}

func (p Policy) rehearse(past Past, level Level) Verdict {
	rules := p.rules
	if rules == nil {
		rules = &foldedRules{}
	}
	v := Verdict{Signals: maps.Clone(past.Signals)}
	if v.Signals == nil {
		v.Signals = map[string]float64{}
	}
	absent := int(v.Signals[absentPoints])
	delete(v.Signals, absentPoints)
	if past.Known {
		for _, signal := range byRules {
			delete(v.Signals, signal.name)
		}
	}
	for _, points := range v.Signals {
		v.Score += int(points)
	}
	failed := false
	if past.Known {
		sub := Submission{Name: past.Name, Email: past.Email, URL: past.URL, Text: past.Text, Links: past.Links}
		for _, signal := range byRules {
			failed = !v.ask(signal, rules, sub, History{}) || failed
		}
	}
	v.settle(circumstances{level: level, absent: absent, failed: failed, trusted: v.Signals["trusted_writer"] != 0, known: v.Signals["approved_before"] < 0})
	return v
}
