package handlers

import (
	"context"
	"time"
)

// statsView is what somebody of the blog wants to know first. An author's is about her own posts.
type statsView struct {
	Counts   statsCounts               `json:"counts"`
	Comments nullable[statsComments]   `json:"comments" doc:"null for authors."`
	Mail     nullable[mailTroubleView] `json:"mail" doc:"null for authors and moderators."`
	Dimmer   nullable[dimmerView]      `json:"dimmer" doc:"As /moderation/dimmer has it; null for authors."`
	Timezone string                    `json:"timezone" doc:"In which the days are counted: the site's."`
	Days     []statsDay                `json:"days" doc:"Comments of the last 30 days, today included, by the status that they have now; the oldest day first."`
}

type statsCounts struct {
	Held      int64 `json:"held" doc:"Comments that wait."`
	Drafts    int64 `json:"drafts" doc:"Posts and pages. 0 for moderators, who have nothing to do with them; so the next two."`
	Scheduled int64 `json:"scheduled"`
	Published int64 `json:"published"`
}

type statsComments struct {
	LastHour      int64   `json:"last_hour" doc:"Comments of readers, counted to 1,000."`
	NormalPerHour float64 `json:"normal_per_hour" doc:"Over two weeks."`
}

type mailTroubleView struct {
	Configured   bool       `json:"configured" doc:"false: mail is off."`
	Failed       int64      `json:"failed" doc:"Mails that were given up within a week, counted to 1,000."`
	Waiting      int64      `json:"waiting" doc:"Mails that were tried in vain, or are due for more than five minutes; counted to 1,000."`
	WaitingSince *time.Time `json:"waiting_since" doc:"When the oldest of these was written."`
}

type statsDay struct {
	Date      string `json:"date" example:"2026-03-01"`
	Published int64  `json:"published" doc:"Those that readers see, answers of the blog included."`
	Spam      int64  `json:"spam"`
	Held      int64  `json:"held"`
}

// readStats shows what the first screen needs, in one answer.
func (s *site) readStats(ctx context.Context, _ *struct{}) (*reply[one[statsView]], error) {
	settings, err := s.store.Settings(ctx)
	if err != nil {
		return nil, err
	}
	by := actor(ctx)
	stats, err := s.store.Stats(ctx, by)
	if err != nil {
		return nil, err
	}
	v := statsView{
		Counts: statsCounts{stats.Held, stats.Drafts, stats.Scheduled, stats.Published}, Timezone: settings.Timezone, Days: make([]statsDay, 0, len(stats.Days)),
	}
	for _, d := range stats.Days {
		v.Days = append(v.Days, statsDay{d.Date.Format(time.DateOnly), d.Published, d.Spam, d.Held})
	}
	if stats.Traffic != nil {
		v.Comments.Value = &statsComments{stats.LastHour, stats.Traffic.NormalPerHour}
		dimmer := s.dimmerView(settings, settings.Dimmer, *stats.Traffic, stats.Held)
		v.Dimmer.Value = &dimmer
	}
	if stats.Mail != nil {
		v.Mail.Value = &mailTroubleView{s.mail != nil, stats.Mail.Failed, stats.Mail.Waiting, moment(stats.Mail.Since)}
	}
	return data(v), nil
}

type pulseView struct {
	Held     int64   `json:"held" doc:"Comments that wait."`
	NewestID *string `json:"newest_id" doc:"Of the newest comment; null: there is none. Another id, or another number: look again."`
}

// readPulse tells whether something new has come.
func (s *site) readPulse(ctx context.Context, _ *struct{}) (*reply[one[pulseView]], error) {
	pulse, err := s.store.Pulse(ctx, actor(ctx))
	if err != nil {
		return nil, err
	}
	return data(pulseView{pulse.Held, (*string)(pulse.Newest)}), nil
}
