package handlers

import (
	"context"
	"log/slog"
	"slices"
	"sync/atomic"

	"dimmer/markdown"
	"dimmer/models"
	"dimmer/moderation"
)

// judging keeps the policy of the settings that it was last asked under: to fold the rules costs more than to judge a comment.
type judging struct {
	last atomic.Pointer[policyOf]
}

type policyOf struct {
	rules  moderation.Rules
	policy moderation.Policy
}

// rulesOf are the rules that the owner has set.
func rulesOf(settings models.Settings) moderation.Rules {
	return moderation.Rules{BlockedWords: settings.BlockedWords, BlockedDomains: settings.BlockedDomains, BlockedAddresses: settings.BlockedAddresses}
}

func (j *judging) policy(settings models.Settings) moderation.Policy {
	rules := rulesOf(settings)
	known := j.last.Load()
	if known == nil || !slices.Equal(known.rules.BlockedWords, rules.BlockedWords) || !slices.Equal(known.rules.BlockedDomains, rules.BlockedDomains) ||
		!slices.Equal(known.rules.BlockedAddresses, rules.BlockedAddresses) {
		known = &policyOf{rules, moderation.NewPolicy(rules)}
		j.last.Store(known)
	}
	return known.policy
}

// submission is what the policy is asked about: what was sent, with the level of the post and the links of the rendered text.
func (s *site) submission(post models.Post, settings models.Settings, html string, sent moderation.Submission) moderation.Submission {
	level, cause := post.Level(settings, s.now())
	switch {
	case level == models.LevelClosed && cause == models.ByQuiet: // an edit of what was said before: it waits, as all would that is new
		level = models.LevelAll
	case level == models.LevelClosed: // what was said before it closed is judged as it was
		level = models.LevelNewcomers
	}
	sent.Level, sent.Cause, sent.Links = moderation.Level(level), moderation.Cause(cause), markdown.Links(html)
	return sent
}

// judge asks the policy about a comment, with what is known of its writer and its text. about is the comment as it is, if it is judged again.
// If the history cannot be read, the comment is held: nothing gets through because a part has failed.
func (s *site) judge(ctx context.Context, settings models.Settings, sub moderation.Submission, keyHash string, about *models.Comment) models.Judged {
	known, err := s.store.History(ctx, keyHash, moderation.Fingerprint(sub.Text), s.otherSites(settings, sub), about)
	history := moderation.History{
		Approved: known.Approved, Rejected: known.Rejected, Trusted: known.Trusted, Blocked: known.Blocked,
		SameText: known.SameText, SameTextSpam: known.SameTextSpam, Reports: known.Reports, Staff: known.Staff, DecidedByPerson: known.DecidedByPerson,
		LinksApproved: known.LinksApproved, LinksRejected: known.LinksRejected,
	}
	if err != nil {
		s.logger.LogAttrs(ctx, slog.LevelError, "a comment is held: its writer's history cannot be read", slog.Any("error", err))
		history = moderation.History{Unknown: true}
	}
	features := moderation.ExtractTextFeatures(sub)
	if err == nil {
		if history.Text, err = s.learning.opinion(ctx, s.store, features, known.Model); err != nil {
			s.logger.LogAttrs(ctx, slog.LevelError, "a comment is held: the text model cannot be read", slog.Any("error", err))
			history.Unknown = true
		}
	}
	verdict := s.judging.policy(settings).Decide(sub, history)
	judged := models.Judged{Status: models.CommentStatus(verdict.Status), Score: verdict.Score, Signals: verdict.Signals, Features: features.Bytes(), Reasons: make([]models.JudgementReason, len(verdict.Reasons))}
	for i, reason := range verdict.Reasons {
		judged.Reasons[i] = models.JudgementReason(reason)
	}
	return judged
}

// otherSites are the sites that a comment leads to, without the blog's own: whatever spam links there says nothing about whoever does so too.
func (s *site) otherSites(settings models.Settings, sub moderation.Submission) []string {
	own := moderation.Hosts([]string{s.config.PublicURL, value(settings.SiteURL)}, "")
	return slices.DeleteFunc(moderation.Hosts(sub.Links, sub.URL), func(host string) bool { return slices.Contains(own, host) })
}
