package handlers

import (
	"context"
	"fmt"
	"time"

	"dimmer/markdown"
	"dimmer/models"
	"dimmer/moderation"
)

// dimmerView is the dimmer level of the site and what has moved it.
type dimmerView struct {
	Level       models.Level        `json:"level" enum:"open,newcomers,all,closed" doc:"As the owner has set it."`
	ActingLevel models.Level        `json:"acting_level" enum:"open,newcomers,all,closed" doc:"What it is now. Tags and posts with a level of their own are moved in the same way."`
	Flood       nullable[floodView] `json:"flood" doc:"null: the level has not risen by itself."`
	Quiet       nullable[quietView] `json:"quiet" doc:"null: the switch for the day of a flood is off."`
	Held        int64               `json:"held" doc:"Comments that wait."`
	Traffic     trafficView         `json:"traffic"`
}

type floodView struct {
	Steps int       `json:"steps" doc:"open to newcomers to all; never to closed."`
	Since time.Time `json:"since" doc:"When the last step was taken."`
	Until time.Time `json:"until" doc:"When it falls, if nothing more comes: after an hour of quiet."`
}

type quietView struct {
	Mode  models.Quiet `json:"mode" enum:"hold,close" doc:"hold: every comment waits. close: no post takes comments."`
	Until time.Time    `json:"until"`
}

type trafficView struct {
	NormalPerHour  float64 `json:"normal_per_hour" doc:"Comments of readers, over two weeks."`
	LastTenMinutes int     `json:"last_ten_minutes" doc:"Counted up to what is a flood."`
	Flood          int     `json:"flood" doc:"So many in ten minutes raise the level: ten times the normal rate, and 30 at least."`
}

// readDimmer shows the dimmer level and what has moved it.
func (s *site) readDimmer(ctx context.Context, _ *struct{}) (*reply[one[dimmerView]], error) {
	settings, err := s.store.Settings(ctx)
	if err != nil {
		return nil, err
	}
	return s.dimmerAnswer(ctx, settings.Dimmer, nil)
}

func (s *site) dimmerAnswer(ctx context.Context, d models.Dimmer, err error) (*reply[one[dimmerView]], error) {
	if err != nil {
		return nil, err
	}
	settings, err := s.store.Settings(ctx)
	if err != nil {
		return nil, err
	}
	traffic, err := s.store.Traffic(ctx)
	if err != nil {
		return nil, err
	}
	held, err := s.store.HeldComments(ctx)
	if err != nil {
		return nil, err
	}
	return data(s.dimmerView(settings, d, traffic, held)), nil
}

func (s *site) dimmerView(settings models.Settings, d models.Dimmer, traffic models.Traffic, held int64) dimmerView {
	now := s.now()
	v := dimmerView{Level: settings.CommentLevel, Held: held, Traffic: trafficView{traffic.NormalPerHour, traffic.LastTen, traffic.Flood}}
	v.ActingLevel, _ = settings.ActingLevel(now)
	if steps := d.Steps(now); steps > 0 {
		v.Flood.Value = &floodView{steps, d.RaisedAt.UTC(), d.CalmAt().UTC()}
	}
	if mode := d.QuietNow(now); mode != "" {
		v.Quiet.Value = &quietView{mode, d.QuietTill.UTC()}
	}
	return v
}

// maxQuietHours is how long the switch can be on: a week, lest a blog stay shut because somebody forgot.
const maxQuietHours = 7 * 24

type quietInput struct {
	Body struct {
		Mode  models.Quiet `json:"mode" enum:"hold,close" doc:"hold: every comment waits. close: no post takes comments."`
		Hours field[int]   `json:"hours,omitzero" minimum:"1" maximum:"168" doc:"24 without it."`
	}
}

// turnQuietOn turns the switch for the day of a flood on.
func (s *site) turnQuietOn(ctx context.Context, in *quietInput) (*reply[one[dimmerView]], error) {
	last := models.QuietTime
	if in.Body.Hours.Set {
		if in.Body.Hours.Value < 1 || in.Body.Hours.Value > maxQuietHours {
			return nil, models.Invalid{"hours": fmt.Sprintf("is not between 1 and %d", maxQuietHours)}
		}
		last = time.Duration(in.Body.Hours.Value) * time.Hour
	}
	if in.Body.Mode == "" {
		return nil, models.Invalid{"mode": "is neither hold nor close"}
	}
	d, err := s.store.SetQuiet(ctx, actor(ctx), in.Body.Mode, last)
	return s.dimmerAnswer(ctx, d, err)
}

func (s *site) turnQuietOff(ctx context.Context, _ *struct{}) (*reply[one[dimmerView]], error) {
	d, err := s.store.SetQuiet(ctx, actor(ctx), "", 0)
	return s.dimmerAnswer(ctx, d, err)
}

func (s *site) putLevelBack(ctx context.Context, _ *struct{}) (*reply[one[dimmerView]], error) {
	d, err := s.store.PutBack(ctx, actor(ctx))
	return s.dimmerAnswer(ctx, d, err)
}

const (
	// rehearsed is over how many comments rules are tried.
	rehearsed = 500
	// rehearsalExamples is how many comments stand in the answer.
	rehearsalExamples = 20
)

type rehearsalInput struct {
	Body struct {
		Rules rehearsalRules `json:"rules" doc:"Those that change; the others stay as they are set."`
	}
}

type rehearsalRules struct {
	CommentLevel     field[models.Level] `json:"comment_level,omitzero" enum:"open,newcomers,all,closed"`
	BlockedWords     field[[]string]     `json:"blocked_words,omitzero"`
	BlockedDomains   field[[]string]     `json:"blocked_domains,omitzero"`
	BlockedAddresses field[[]string]     `json:"blocked_addresses,omitzero"`
}

// rehearsalView says what changed rules would have made of the past.
type rehearsalView struct {
	Comments int                `json:"comments" doc:"Over how many it was tried, the newest."`
	Since    *time.Time         `json:"since" doc:"When the oldest of them came."`
	Held     rehearsalCount     `json:"held" doc:"Would have been held, and appeared at once under the rules as they are."`
	Spam     rehearsalCount     `json:"spam" doc:"Would have been spam, and are not under the rules as they are."`
	Shown    rehearsalCount     `json:"shown" doc:"Would have appeared at once, and do not under the rules as they are."`
	Sentence string             `json:"sentence" doc:"All of it in words." example:"Would have held 41 more, of which you later approved 38."`
	Examples []rehearsalExample `json:"examples" doc:"The newest, 20 at most."`
}

type rehearsalCount struct {
	Count    int `json:"count"`
	Approved int `json:"approved" doc:"Of these, approved by a person later."`
	Rejected int `json:"rejected" doc:"Of these, put into spam or trash by a person later."`
}

type rehearsalExample struct {
	CommentID string  `json:"comment_id"`
	Name      string  `json:"name" doc:"Empty if the comment is gone."`
	Now       string  `json:"now" enum:"approved,pending,spam" doc:"Under the rules as they are."`
	Then      string  `json:"then" enum:"approved,pending,spam" doc:"Under the rules that are tried."`
	Decision  *string `json:"decision" enum:"pending,approved,spam,trash" doc:"What a person decided later; null: nothing."`
}

func (c *rehearsalCount) add(decision *models.CommentStatus) {
	c.Count++
	switch {
	case decision == nil:
	case *decision == models.Approved:
		c.Approved++
	case *decision == models.Spam, *decision == models.Trash:
		c.Rejected++
	}
}

// rehearseRules tries changed rules on the newest comments.
func (s *site) rehearseRules(ctx context.Context, in *rehearsalInput) (*reply[one[rehearsalView]], error) {
	settings, err := s.store.Settings(ctx)
	if err != nil {
		return nil, err
	}
	tried := settings
	r := in.Body.Rules
	setIf(&tried.CommentLevel, r.CommentLevel)
	setIf(&tried.BlockedWords, r.BlockedWords)
	setIf(&tried.BlockedDomains, r.BlockedDomains)
	setIf(&tried.BlockedAddresses, r.BlockedAddresses)
	if err := tried.Check(); err != nil {
		return nil, inside("rules", err)
	}
	past, err := s.store.PastJudgements(ctx, rehearsed)
	if err != nil {
		return nil, err
	}
	now, then := moderation.NewPolicy(rulesOf(settings)), moderation.NewPolicy(rulesOf(tried))
	v := rehearsalView{Comments: len(past), Examples: []rehearsalExample{}}
	for _, p := range past {
		v.Since = moment(&p.CreatedAt)
		about := moderation.Past{Signals: p.Signals, Known: p.Present, Name: p.AuthorName, Email: value(p.Email), URL: value(p.AuthorURL), Text: p.Source, Links: markdown.Links(p.HTML)}
		was, is := now.Rehearse(about, rehearsedLevel(p, settings)), then.Rehearse(about, rehearsedLevel(p, tried))
		if was == is {
			continue
		}
		switch is {
		case moderation.Pending:
			if was == moderation.Approved {
				v.Held.add(p.Decision)
			}
		case moderation.Spam:
			v.Spam.add(p.Decision)
		default:
			v.Shown.add(p.Decision)
		}
		if len(v.Examples) < rehearsalExamples {
			v.Examples = append(v.Examples, rehearsalExample{string(p.CommentID), p.AuthorName, string(was), string(is), (*string)(p.Decision)})
		}
	}
	v.Sentence = v.sentence()
	return data(v), nil
}

// rehearsedLevel is the level of a comment of the past under some settings. What the level is of a post that takes none says nothing about what came.
func rehearsedLevel(p models.PastJudgement, settings models.Settings) moderation.Level {
	level := settings.CommentLevel
	if p.Level != nil {
		level = *p.Level
	}
	if level == models.LevelClosed {
		level = models.LevelNewcomers
	}
	return moderation.Level(level)
}

// sentence tells an owner what the numbers mean.
func (v rehearsalView) sentence() string {
	if v.Comments == 0 {
		return "There are no comments yet to try this on."
	}
	sentence := ""
	for _, part := range []struct {
		count rehearsalCount
		did   string
	}{
		{v.Held, "Would have held %d more"}, {v.Spam, "Would have put %d more into spam"}, {v.Shown, "Would have shown %d more at once"},
	} {
		if part.count.Count == 0 {
			continue
		}
		if sentence != "" {
			sentence += " "
		}
		sentence += fmt.Sprintf(part.did, part.count.Count)
		switch approved, rejected := part.count.Approved, part.count.Rejected; {
		case approved > 0 && rejected > 0:
			sentence += fmt.Sprintf(", of which you later approved %d and rejected %d", approved, rejected)
		case approved > 0:
			sentence += fmt.Sprintf(", of which you later approved %d", approved)
		case rejected > 0:
			sentence += fmt.Sprintf(", of which you later rejected %d", rejected)
		}
		sentence += "."
	}
	if sentence == "" {
		return fmt.Sprintf("Nothing would have been different: the last %d comments would have gone the same way.", v.Comments)
	}
	return sentence
}

func setIf[T any](to *T, from field[T]) {
	if from.Set {
		*to = from.Value
	}
}
