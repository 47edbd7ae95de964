package moderation

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// plain is an ordinary comment from somebody who is known.
func plain(tune ...func(*Submission)) Submission {
	s := Submission{Level: Newcomers, Name: "Ruth", Text: "The part about the jaw helped.", Form: FormSigned, FormAge: time.Minute, Proof: ProofValid}
	for _, t := range tune {
		t(&s)
	}
	return s
}

func proven(p Proof) func(*Submission) { return func(s *Submission) { s.Proof = p } }

func at(level Level) func(*Submission) { return func(s *Submission) { s.Level = level } }

var known = History{Approved: 3}

func TestWhatTheLevelHolds(t *testing.T) {
	for name, test := range map[string]struct {
		level   Level
		history History
		status  Status
		reason  string
	}{
		"open, a stranger":             {Open, History{}, Approved, ""},
		"open, somebody known":         {Open, known, Approved, ""},
		"newcomers, a stranger":        {Newcomers, History{}, Pending, "the dimmer is at Newcomers"},
		"newcomers, somebody known":    {Newcomers, known, Approved, ""},
		"newcomers, somebody trusted":  {Newcomers, History{Trusted: true}, Approved, ""},
		"all, somebody known":          {All, known, Pending, "the dimmer is at All"},
		"all, somebody trusted":        {All, History{Trusted: true}, Pending, "the dimmer is at All"},
		"a level that nobody knows":    {"typo", known, Pending, "the dimmer is at All"},
		"open, the history not read":   {Open, History{Unknown: true}, Pending, "a check failed"},
		"open, somebody blocked":       {Open, History{Blocked: true, Approved: 9}, Spam, "blocked this reader"},
		"open, trusted but blocked":    {Open, History{Blocked: true, Trusted: true}, Spam, "blocked this reader"},
		"newcomers, rejected and none": {Newcomers, History{Rejected: 1}, Pending, "in spam or trash"},
		"open, already approved":       {Open, History{DecidedByPerson: true}, Approved, ""},
		"newcomers, already approved":  {Newcomers, History{DecidedByPerson: true}, Approved, ""},
		"all, already approved":        {All, History{DecidedByPerson: true, Approved: 1}, Approved, ""},
		"approved, but a check failed": {Open, History{DecidedByPerson: true, Unknown: true}, Pending, "a check failed"},
	} {
		t.Run(name, func(t *testing.T) {
			v := Policy{}.Decide(plain(at(test.level)), test.history)
			if v.Status != test.status {
				t.Errorf("decided %s, want %s: %v", v.Status, test.status, v.Reasons)
			}
			if !mentions(v, test.reason) {
				t.Errorf("the reasons are %v, want one with %q", v.Reasons, test.reason)
			}
		})
	}
}

func TestNobodyPassesForSomebodyOfTheBlog(t *testing.T) {
	staff := History{Approved: 9, Staff: []string{"Mira Holt", "Admin", "Жанна"}}
	for name, held := range map[string]bool{
		"Mira Holt": true, "mira  holt": true, "MiraHolt": true, "Мira Hоlt": true, "Míra Holt": true, "Ｍｉｒａ Ｈｏｌｔ": true, "M\u200bira Holt": true,
		"Αdmin": true, "Аdmin": true, "admin\u200b": true, "жанна": true,
		"Mira": false, "Mira Holter": false, "Administrator": false, "Ruth": false, "": false, "…": false,
	} {
		wrote := func(s *Submission) { s.Name = name }
		if v := (Policy{}).Decide(plain(at(Open), wrote), staff); (v.Status == Pending) != held || held != mentions(v, "somebody of the blog") {
			t.Errorf("%q: %s %v", name, v.Status, v.Reasons)
		}
		trusted := staff
		trusted.Trusted = true
		if v := (Policy{}).Decide(plain(at(Open), wrote), trusted); v.Status != Approved {
			t.Errorf("%q, whom the owner trusts: %s %v", name, v.Status, v.Reasons)
		}
	}
}

func TestANameInAnotherAlphabetCountsMoreThanTheSameName(t *testing.T) {
	staff := History{Staff: []string{"Mira Holt", "Жанна"}}
	for name, points := range map[string]int{
		"Mira Holt": 3, "mira  holt": 3, "Ｍｉｒａ Ｈｏｌｔ": 3, "жанна": 3, "Мira Holt": 7, "Mira\u200b Holt": 5, "Míra Holt": 5, "Ruth": 0,
	} {
		if v := (Policy{}).Decide(plain(at(Open), func(s *Submission) { s.Name = name }), staff); v.Score != points || (v.Status == Approved) != (points == 0) {
			t.Errorf("%q: %d points, %s, want %d: %v", name, v.Score, v.Status, points, v.Reasons)
		}
	}
}

func TestALevelThatRoseByItselfSaysSo(t *testing.T) {
	for cause, want := range map[Cause]string{BySetting: "the dimmer is at All", ByFlood: "by itself", ByQuiet: "you hold everything"} {
		if v := (Policy{}).Decide(plain(at(All), func(s *Submission) { s.Cause = cause }), known); v.Status != Pending || !mentions(v, want) {
			t.Errorf("%s %v, want a reason with %q", v.Status, v.Reasons, want)
		}
	}
}

func TestWhatSpeaksForAndAgainstAComment(t *testing.T) {
	policy := NewPolicy(Rules{
		BlockedWords:     []string{"Casino", "cheap pills", "crypt*", "hot tub*", "カジノ", "ΚΑΖΙΝΟΣ", "казино", "cop", "…", " ", "*"},
		BlockedDomains:   []string{"bad.example", "müll.example", "https://www.worse.example/path", "*.worst.example", "", "*", "."},
		BlockedAddresses: []string{"eve@x.example", "@spam.example", "ann@MÜLL.example", "", "@", "nobody"},
	})
	for name, test := range map[string]struct {
		tune    func(*Submission)
		history History
		points  int
		status  Status
	}{
		"nothing":                       {func(*Submission) {}, known, -4, Approved},
		"the hidden field":              {func(s *Submission) { s.Honeypot = " " }, History{}, 6, Spam},
		"no form":                       {func(s *Submission) { s.Form = FormMissing }, History{}, 1, Approved},
		"a forged form":                 {func(s *Submission) { s.Form = FormInvalid }, History{}, 2, Approved},
		"an old form":                   {func(s *Submission) { s.Form = FormExpired }, History{}, 1, Approved},
		"too fast":                      {func(s *Submission) { s.FormAge = time.Second }, History{}, 3, Pending},
		"just slow enough":              {func(s *Submission) { s.FormAge = 4 * time.Second }, History{}, 0, Approved},
		"in the same second":            {func(s *Submission) { s.FormAge = 0 }, History{}, 3, Pending},
		"before the form was made":      {func(s *Submission) { s.FormAge = -time.Hour }, History{}, 3, Pending},
		"too fast and the hidden field": {func(s *Submission) { s.FormAge, s.Honeypot = 0, "x" }, History{}, 9, Spam},
		"an edit has no form":           {func(s *Submission) { s.Form, s.Edited = FormMissing, true }, History{}, 0, Approved},
		"an edit that adds links":       {edited(links2(3, "https://a.example")), History{}, 4, Pending},
		"an edit that adds casinos":     {edited(text("Casino")), History{Approved: 1}, 5, Pending},
		"an edit of what was approved":  {edited(text("Casino")), History{DecidedByPerson: true}, 6, Spam},
		"the hidden field, a friend":    {func(s *Submission) { s.Honeypot = "x" }, History{Approved: 9, Trusted: true}, 6, Spam},
		"one link":                      {links2(1, "https://a.example"), History{}, 1, Approved},
		"two links":                     {links2(2, "https://a.example"), History{}, 1, Approved},
		"three links":                   {links2(3, "https://a.example"), History{}, 4, Pending},
		"a hundred links alone":         {links2(100, "https://a.example"), History{}, 5, Pending},
		"a shortened link":              {links2(1, "https://BIT.ly/x"), History{}, 3, Pending},
		"two shortened links":           {links2(2, "https://www.tinyurl.com/x"), History{}, 4, Pending},
		"a blocked word":                {text("the best CASINO in town"), History{}, 6, Spam},
		"a blocked word, full width":    {text("ｃａｓｉｎｏ"), History{}, 6, Spam},
		"a blocked word with marks":     {text("cäsíno"), History{}, 6, Spam},
		"a blocked word, invisible":     {text("cas\u200bino"), History{}, 6, Spam},
		"a blocked word, soft hyphens":  {text("cas\u00adi\u00adno"), History{}, 6, Spam},
		"a blocked word, overridden":    {text("\u202ecas\u2066ino\u202c"), History{}, 6, Spam},
		"a blocked word, with fillers":  {text("cas\u3164i\ufe0fno"), History{}, 6, Spam},
		"a blocked word, zalgo":         {text("c̸̛͎a̷s̶̡i̷̢n̸o̶"), History{}, 6, Spam},
		"a blocked word, decomposed":    {text("ca\u0308si\u0301no"), History{}, 6, Spam},
		"a blocked word, in bold":       {text("𝐜𝐚𝐬𝐢𝐧𝐨 or 🄲🄰🅂🄸🄽🄾"), History{}, 6, Spam},
		"a blocked word, homograph":     {text("the best саѕіnо"), History{}, 8, Spam},
		"a blocked word, Greek letters": {text("CΑSΙNΟ"), History{}, 8, Spam},
		"a blocked word, dotless":       {text("casıno"), History{}, 6, Spam},
		"a blocked word in Russian":     {text("Лучшее КАЗИНО!"), History{}, 6, Spam},
		"a word that only looks alike":  {text("сор"), History{}, 0, Approved},
		"a blocked word in Greek":       {text("το καζίνος"), History{}, 6, Spam},
		"a blocked word in Japanese":    {text("最高のオンラインｶｼﾞﾉです"), History{}, 6, Spam},
		"another word in Japanese":      {text("ジャズとカメラ"), History{}, 0, Approved},
		"a blocked word, possessive":    {text("the casino's chips"), History{}, 6, Spam},
		"a blocked word, a friend":      {text("Casino"), known, 2, Pending},
		"a blocked word, trusted":       {text("Casino"), History{Approved: 9, Trusted: true}, -2, Pending},
		"two blocked words":             {text("casino, CASINO and cryptic"), History{}, 6, Spam},
		"a blocked word in the address": {func(s *Submission) { s.URL = "https://best.example/casino" }, History{}, 6, Spam},
		"two words, any ending":         {text("our hot\ttubs"), History{}, 6, Spam},
		"two words, another ending":     {text("a hot tip"), History{}, 0, Approved},
		"a blocked word inside another": {text("occasinoal"), History{}, 0, Approved},
		"two blocked words in a row":    {text("buy cheap, pills"), History{}, 6, Spam},
		"only one of the two":           {text("a cheap chair"), History{}, 0, Approved},
		"the beginning of a word":       {text("cryptocurrency"), History{}, 6, Spam},
		"a blocked word in the name":    {func(s *Submission) { s.Name = "Casino King" }, History{}, 6, Spam},
		"a blocked site":                {links2(1, "https://bad.example/x"), History{}, 7, Spam},
		"below a blocked site":          {links2(1, "https://www.a.BAD.example."), History{}, 7, Spam},
		"a site that only ends alike":   {links2(1, "https://notbad.example"), History{}, 1, Approved},
		"a blocked site as punycode":    {links2(1, "https://xn--mll-hoa.example"), History{}, 7, Spam},
		"a blocked site, other dots":    {links2(1, "https://bad。example"), History{}, 7, Spam},
		"a blocked site in full width":  {links2(1, "https://ＢＡＤ．example"), History{}, 7, Spam},
		"a blocked site, invisible":     {links2(1, "https://b\u00adad.exam\u200bple"), History{}, 7, Spam},
		"a blocked site, escaped":       {links2(1, "https://b%61d.example"), History{}, 7, Spam},
		"a blocked site, with a port":   {links2(1, "http://bad.example:8443/x"), History{}, 7, Spam},
		"a blocked site, a bad port":    {links2(1, "http://bad.example:80:80/%zz"), History{}, 7, Spam},
		"a blocked site, behind an @":   {links2(1, "https://good.example:x@bad.example"), History{}, 7, Spam},
		"a blocked site before an @":    {links2(1, "https://bad.example@good.example"), History{}, 1, Approved},
		"a blocked site, backslashes":   {links2(1, `https:\\bad.example\@good.example`), History{}, 7, Spam},
		"a blocked site, a tab":         {links2(1, "ht\ttps:///bad.exa\nmple"), History{}, 7, Spam},
		"a blocked site in a query":     {links2(1, "https://good.example/?u=https://bad.example"), History{}, 1, Approved},
		"a blocked site as punycode 2":  {links2(1, "HTTPS://MÜLL.EXAMPLE"), History{}, 7, Spam},
		"a rule that is an address":     {links2(1, "https://worse.example"), History{}, 7, Spam},
		"a rule with a star":            {links2(1, "https://a.worst.example"), History{}, 7, Spam},
		"a blocked site, a friend":      {links2(1, "https://bad.example"), known, 3, Pending},
		"an address of letters":         {links2(1, "https://[::1]:80/"), History{}, 1, Approved},
		"an address without a site":     {links2(1, "mailto:a@bad.example"), History{}, 1, Approved},
		"a very long name of a site":    {links2(1, "https://"+strings.Repeat("a.", 5000)+"bad.example"), History{}, 1, Approved},
		"a blocked site as own address": {func(s *Submission) { s.URL = "http://bad.example" }, History{}, 6, Spam},
		"a blocked e-mail address":      {func(s *Submission) { s.Email = "Eve@x.example" }, History{}, 6, Spam},
		"a blocked e-mail domain":       {func(s *Submission) { s.Email = "a@spam.example" }, History{}, 6, Spam},
		"a blocked e-mail, punycode":    {func(s *Submission) { s.Email = "ann@xn--mll-hoa.example" }, History{}, 6, Spam},
		"a blocked e-mail, a friend":    {func(s *Submission) { s.Email = "eve@x.example" }, known, 2, Pending},
		"below a blocked e-mail domain": {func(s *Submission) { s.Email = "a@b.spam.example" }, History{}, 0, Approved},
		"another e-mail domain":         {func(s *Submission) { s.Email = "a@notspam.example" }, History{}, 0, Approved},
		"the same text once":            {func(*Submission) {}, History{SameText: 1}, 2, Approved},
		"the same text again and again": {func(*Submission) {}, History{SameText: 3}, 4, Pending},
		"the same text in spam":         {func(*Submission) {}, History{SameText: 1, SameTextSpam: 1}, 4, Pending},
		"the same thanks":               {text("Thank you!"), History{SameText: 30}, 0, Approved},
		"the same thanks, in spam":      {text("Thank you, so helpful!!!!!!!!!!!!!"), History{SameText: 1, SameTextSpam: 1}, 0, Approved},
		"24 characters":                 {text(strings.Repeat("ab ", 8)), History{SameText: 3}, 0, Approved},
		"25 characters":                 {text("a" + strings.Repeat(" äb", 8)), History{SameText: 3}, 4, Pending},
		"one report":                    {func(*Submission) {}, History{Reports: 1}, 2, Approved},
		"two reports":                   {func(*Submission) {}, History{Reports: 2}, 3, Pending},
		"a report has no form":          {func(s *Submission) { s.Form = FormMissing }, History{Reports: 1}, 2, Approved},
		"reports of what was approved":  {func(*Submission) {}, History{Reports: 40, DecidedByPerson: true}, 0, Approved},
		"reports of an edit since":      {edited(func(*Submission) {}), History{Reports: 2, DecidedByPerson: true}, 3, Pending},
		"many links, approved so":       {links2(9, "https://a.example"), History{Reports: 9, DecidedByPerson: true}, 5, Approved},
		"a word blocked after approval": {text("Casino"), History{Reports: 9, DecidedByPerson: true}, 6, Approved},
		"rejected once":                 {func(*Submission) {}, History{Rejected: 1}, 2, Approved},
		"rejected often":                {func(*Submission) {}, History{Rejected: 7}, 4, Pending},
		"rejected, but trusted":         {func(*Submission) {}, History{Rejected: 7, Trusted: true}, -4, Approved},
		"no proof of work":              {proven(ProofMissing), History{}, 1, Approved},
		"a false proof of work":         {proven(ProofInvalid), History{}, 3, Pending},
		"a proof that came late":        {proven(ProofExpired), History{}, 1, Approved},
		"a proof that came before":      {proven(ProofSpent), History{}, 3, Pending},
		"an edit has no proof":          {edited(proven(ProofMissing)), History{}, 0, Approved},
		"a plain client, many links":    {func(s *Submission) { links2(100, "https://a.example")(s); s.Form, s.Proof = FormMissing, ProofMissing }, History{}, 6, Pending},
		"a plain client, a casino":      {func(s *Submission) { s.Text, s.Form, s.Proof = "Casino", FormMissing, ProofMissing }, History{}, 7, Spam},
		"a word of two alphabets":       {text("the bеst way"), History{}, 2, Approved},
		"two words of two alphabets":    {text("the bеst wаy"), History{}, 3, Pending},
		"a name of two alphabets":       {func(s *Submission) { s.Name = "Rυth" }, History{}, 2, Approved},
		"both of two alphabets":         {func(s *Submission) { s.Name, s.Text = "Rυth", "the bеst way" }, History{}, 4, Pending},
		"a sentence in two alphabets":   {text("the word «мир» means peace, and 5 µm is little"), History{}, 0, Approved},
		"an invisible joint":            {text("мир\u200bpeace"), History{}, 2, Approved},
		"a site known from spam":        {links2(1, "https://a.example"), History{LinksRejected: 1}, 3, Pending},
		"a site known from much spam":   {links2(1, "https://a.example"), History{LinksRejected: 30, LinksApproved: 3}, 5, Pending},
		"a site that others link to":    {links2(1, "https://a.example"), History{LinksApproved: 2}, 0, Approved},
		"a site that one links to":      {links2(1, "https://a.example"), History{LinksApproved: 1}, 1, Approved},
		"a site with a mixed record":    {links2(1, "https://a.example"), History{LinksApproved: 4, LinksRejected: 8}, 1, Approved},
		"Akismet says spam":             {func(s *Submission) { s.Form, s.Proof = FormMissing, ProofMissing }, History{Akismet: Junk}, 4, Pending},
		"Akismet says no":               {func(*Submission) {}, History{Akismet: Ham}, -1, Approved},
		"known people may link":         {links2(3, "https://a.example"), known, 0, Approved},
	} {
		t.Run(name, func(t *testing.T) {
			v := policy.Decide(plain(at(Open), test.tune), test.history)
			if v.Score != test.points || v.Status != test.status {
				t.Errorf("%d points and %s, want %d and %s: %v", v.Score, v.Status, test.points, test.status, v.Reasons)
			}
			sum := 0
			for _, reason := range v.Reasons {
				sum += reason.Points
			}
			if sum != v.Score {
				t.Errorf("the reasons add up to %d, the score is %d", sum, v.Score)
			}
		})
	}
}

func TestTheOwnerReadsWhy(t *testing.T) {
	policy := NewPolicy(Rules{BlockedWords: []string{"casino", "poker*"}})
	for name, test := range map[string]struct {
		tune    func(*Submission)
		history History
		reason  string
	}{
		"a report":                    {nil, History{Reports: 1}, "A reader reported it"},
		"reports":                     {nil, History{Reports: 3}, "3 readers reported it"},
		"a report of what she knows":  {nil, History{Reports: 1, DecidedByPerson: true}, "A reader reported it; you have approved it"},
		"reports of what she knows":   {nil, History{Reports: 3, DecidedByPerson: true}, "3 readers reported it; you have approved it"},
		"points of what she knows":    {links2(5, "https://a.example"), History{DecidedByPerson: true}, "Shown because you have approved this very comment"},
		"a blocked word of a friend":  {text("casino"), History{Trusted: true, Approved: 9}, "Held because you have blocked what is in it, although the reader is known"},
		"one blocked word, twice":     {text("casino Casino"), History{}, "It has a word that you have blocked"},
		"two blocked words":           {text("casino pokern pokers"), History{}, "It has 2 words that you have blocked"},
		"at once":                     {func(s *Submission) { s.FormAge = time.Millisecond }, History{}, "Written in a second"},
		"quickly":                     {func(s *Submission) { s.FormAge = 3900 * time.Millisecond }, History{}, "Written in 3 seconds"},
		"the same text":               {nil, History{SameText: 1}, "The same text came once before in the last day"},
		"the same text several times": {nil, History{SameText: 2}, "The same text came 2 times in the last day"},
	} {
		t.Run(name, func(t *testing.T) {
			s := plain(at(Open))
			if test.tune != nil {
				test.tune(&s)
			}
			v := policy.Decide(s, test.history)
			if !slices.ContainsFunc(v.Reasons, func(r Reason) bool { return r.Text == test.reason }) {
				t.Errorf("the reasons are %v, want %q", v.Reasons, test.reason)
			}
		})
	}
}

func TestAPolicyIsUsableAsItIs(t *testing.T) {
	hostile := plain(at(Open), text("casino"), links2(1, "https://bad.example"), func(s *Submission) { s.Email = "eve@x.example" })
	for name, policy := range map[string]Policy{"the zero value": {}, "without rules": NewPolicy(Rules{}), "with empty rules": NewPolicy(Rules{[]string{""}, []string{""}, []string{""}})} {
		if v := policy.Decide(hostile, History{}); v.Status != Approved || v.Score != 1 {
			t.Errorf("%s: %s with %v", name, v.Status, v.Reasons)
		}
	}
	rules := Rules{BlockedWords: []string{"casino"}}
	policy := NewPolicy(rules)
	rules.BlockedWords[0] = "tulip"
	if v := policy.Decide(hostile, History{}); v.Status != Spam {
		t.Errorf("a policy changed with the rules that it was made of: %v", v.Reasons)
	}
}

func TestAFingerprintKnowsATextAgain(t *testing.T) {
	const first = "The part about the jaw helped, thank you!"
	known := Fingerprint(first)
	if len(known) != 32 || strings.Trim(known, "0123456789abcdef") != "" {
		t.Errorf("the fingerprint is %q", known)
	}
	for name, again := range map[string]string{
		"itself":       first,
		"loud":         "THE PART ABOUT THE JAW HELPED — THANK YOU!!!",
		"spread out":   "  The part\n\nabout\tthe jaw\u00a0helped …  thank   you \r\n",
		"full width":   "Ｔｈｅ part about the jaw helped, thank you",
		"with marks":   "Thé part about the jäw helped, thank you!",
		"invisible":    "The part ab\u200bout the j\u00adaw helped, thank you!\u2060",
		"with emoji":   "The part about the jaw helped, thank you! 🙏🏽",
		"homographs":   "Thе раrt about the jaw helped, thank you!",
		"a broken one": "The part about the jaw helped, thank you!\xff",
	} {
		if Fingerprint(again) != known {
			t.Errorf("%s: not known again", name)
		}
	}
	for name, other := range map[string]string{
		"another word": "The part about the jaw hurt, thank you!",
		"cut":          "The part about the jaw helped",
		"joined":       "Thepartaboutthejawhelpedthankyou",
		"Russian":      "Thе сор",
	} {
		if Fingerprint(other) == known {
			t.Errorf("%s: taken for the same", name)
		}
	}
	for _, nothing := range []string{"", "   ", "!?…", "👍🏽", "\u200b\u3164", "\xff\xfe"} {
		if got := Fingerprint(nothing); got != "" {
			t.Errorf("%q has the fingerprint %q", nothing, got)
		}
	}
}

func TestRulesArePreparedForManyAndJudgeQuickly(t *testing.T) {
	policy := NewPolicy(manyRules(500))
	if v := policy.Decide(plain(at(Open), text("blocked498 is in it")), History{}); v.Status != Spam {
		t.Errorf("the last of many rules is not found: %v", v.Reasons)
	}
	if v := policy.Decide(longComment(), History{}); v.Status != Approved {
		t.Errorf("a long comment that breaks no rule: %v", v.Reasons)
	}
}

func TestAPlainClientIsAtWorstHeld(t *testing.T) {
	for links := range 20 {
		v := Policy{}.Decide(plain(func(s *Submission) { s.Form = FormMissing }, at(All)), History{})
		if v.Status == Spam {
			t.Fatalf("%d links without a form are spam: %v", links, v.Reasons)
		}
	}
}

func TestASignalThatBreaksHoldsTheComment(t *testing.T) {
	was := signals
	t.Cleanup(func() { signals = was })
	if v := (Policy{}).Decide(plain(at(Open)), known); v.Status != Approved {
		t.Fatalf("without a broken signal: %s", v.Status)
	}
	signals = append([]signal{{"broken", func(*foldedRules, Submission, History) (Reason, bool) { panic("broken") }}}, was...)
	v := Policy{}.Decide(plain(at(Open)), known)
	if v.Status != Pending || !mentions(v, "a check failed") {
		t.Errorf("decided %s: %v", v.Status, v.Reasons)
	}
}

func links2(n int, address string) func(*Submission) {
	return func(s *Submission) {
		for range n {
			s.Links = append(s.Links, address)
		}
	}
}

func text(words string) func(*Submission) { return func(s *Submission) { s.Text = words } }

func mentions(v Verdict, words string) bool {
	if words == "" {
		return true
	}
	for _, reason := range v.Reasons {
		if strings.Contains(reason.Text, words) {
			return true
		}
	}
	return false
}

func edited(tune func(*Submission)) func(*Submission) {
	return func(s *Submission) {
		s.Form, s.FormAge, s.Edited = FormMissing, 0, true
		tune(s)
	}
}

// manyRules are n rules of each kind, words of all three shapes.
func manyRules(n int) (rules Rules) {
	for i := range n {
		rules.BlockedWords = append(rules.BlockedWords, []string{"blocked%d", "blocked phrase of several words %d", "begins%d*"}[i%3])
		rules.BlockedWords[i] = fmt.Sprintf(rules.BlockedWords[i], i)
		rules.BlockedDomains = append(rules.BlockedDomains, fmt.Sprintf("bad%d.example", i))
		rules.BlockedAddresses = append(rules.BlockedAddresses, fmt.Sprintf("@bad%d.example", i))
	}
	return rules
}

// longComment is of 1,000 characters with two links.
func longComment() Submission {
	words := strings.Repeat("It helped me to hear that a shoulder may rest; the phrase “begins with a breath” stays. ", 12)
	return plain(at(Open), text(string([]rune(words)[:1000])), links2(2, "https://www.somewhere.example/a/page?x=1"), func(s *Submission) { s.Email = "ruth@somewhere.example" })
}

func BenchmarkDecide(b *testing.B) {
	policy, s := NewPolicy(manyRules(500)), longComment()
	b.ReportAllocs()
	for b.Loop() {
		policy.Decide(s, known)
	}
}

func BenchmarkDecideWorst(b *testing.B) {
	rules := Rules{}
	for i := range 500 {
		rules.BlockedWords = append(rules.BlockedWords, fmt.Sprintf("a a a a %d", i))
	}
	policy, s := NewPolicy(rules), plain(text(strings.Repeat("a ", 5000)))
	for b.Loop() {
		policy.Decide(s, known)
	}
}

func BenchmarkNewPolicy(b *testing.B) {
	rules := manyRules(500)
	for b.Loop() {
		NewPolicy(rules)
	}
}

func FuzzDecide(f *testing.F) {
	policy := NewPolicy(manyRules(20))
	f.Add("Ruth", "blocked0 and begins20", "https://a@bad3.example:80/", "a@bad1.example")
	f.Add("\u202e", "саѕіnо \xff カジノ", `https:\\[::1`, "@")
	f.Fuzz(func(t *testing.T, name, words, address, email string) {
		s := plain(at(Open), text(words), links2(1, address), func(s *Submission) { s.Name, s.URL, s.Email = name, address, email })
		v := policy.Decide(s, History{})
		if mentions(v, "a check failed") {
			t.Fatalf("a signal broke on %+v", s)
		}
		if folded := fold(words); !strings.HasPrefix(folded, " ") || !strings.HasSuffix(folded, " ") || strings.Contains(folded, "  ") {
			t.Fatalf("%q folds to %q", words, folded)
		}
		if host := hostOf(address); len(host) > maxHost || strings.ContainsAny(host, "/?#\\@\t\n") && !strings.Contains(address, "%") {
			t.Fatalf("%q leads to %q", address, host)
		}
	})
}

func TestHostsAreNamedInOneSpellingAndOnce(t *testing.T) {
	for address, want := range map[string]string{
		"https://shop.example/x": "shop.example", "HTTP://WWW.Shop.Example.:80?x": "shop.example", "https:\\\\shop.example": "shop.example", "https://a@b@shop.example": "shop.example",
		"https://bücher.example": "xn--bcher-kva.example", "https://b%C3%BCcher.example": "xn--bcher-kva.example", "https://ｓｈｏｐ.example": "shop.example", "https://s\thop.example": "shop.example",
		"https://[2001:db8::1]:80/": "[2001:db8::1]", "mailto:a@shop.example": "", "/shop.example": "", "https://": "", "": "",
		"https://a%ff.example": "", "https://a%00.example": "", "https://a%c3%28.example": "", "https://a\xff.example": "",
	} {
		if got := strings.Join(Hosts([]string{address, address}, address), " "); got != want {
			t.Errorf("%q leads to %q, want %q", address, got, want)
		}
	}
	if got := Hosts([]string{"https://two.example", "https://one.example/x"}, "https://one.example"); !slices.Equal(got, []string{"one.example", "two.example"}) {
		t.Errorf("the writer's own and her link: %q", got)
	}
}
