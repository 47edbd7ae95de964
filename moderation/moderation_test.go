package moderation

import "testing"

func TestACommentIsHeldWithAReasonUnlessTheLevelIsOpen(t *testing.T) {
	for name, test := range map[string]struct {
		submission Submission
		status     Status
		score      int
		reason     string
	}{
		"open":                  {Submission{Level: Open}, Approved, 0, ""},
		"newcomers":             {Submission{Level: Newcomers}, Pending, 0, "Held because the dimmer is at Newcomers"},
		"all":                   {Submission{Level: All}, Pending, 0, "Held because the dimmer is at All"},
		"an unknown level":      {Submission{Level: "typo"}, Pending, 0, "Held because the dimmer is at Newcomers"},
		"honeypot under open":   {Submission{Level: Open, Honeypot: "x"}, Spam, 6, "A field was filled in that people do not see"},
		"honeypot under all":    {Submission{Level: All, Honeypot: "https://x"}, Spam, 6, "A field was filled in that people do not see"},
		"honeypot of one space": {Submission{Level: Open, Honeypot: " "}, Spam, 6, "A field was filled in that people do not see"},
	} {
		t.Run(name, func(t *testing.T) {
			v := Policy{}.Decide(test.submission)
			if v.Status != test.status || v.Score != test.score {
				t.Errorf("decided %s with %d points, want %s with %d", v.Status, v.Score, test.status, test.score)
			}
			if test.reason == "" && len(v.Reasons) > 0 || test.reason != "" && (len(v.Reasons) == 0 || v.Reasons[0].Text != test.reason) {
				t.Errorf("the reasons are %v, want %q", v.Reasons, test.reason)
			}
		})
	}
}
