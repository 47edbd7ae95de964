package models

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/language"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// settingsAge is how long a program on Postgres may go on with settings that another has changed. On SQLite there is only one.
const settingsAge = time.Second

// Link is one entry of the navigation.
type Link struct {
	Label string `json:"label"`
	URL   string `json:"url"`
}

// ModerationMail is how those who moderate hear of comments that wait.
type ModerationMail string

// The ways of [ModerationMail].
const (
	MailEach   ModerationMail = "each" // one mail for each comment; in a flood one an hour
	MailHourly ModerationMail = "hourly"
	MailDaily  ModerationMail = "daily" // at eight in the morning, by the site's clock
	MailOff    ModerationMail = "off"
)

// Settings is what the owner has set about the site.
type Settings struct {
	Title                  string   `json:"title"`
	Description            string   `json:"description"`
	Language               string   `json:"language"` // BCP 47
	Timezone               string   `json:"timezone"` // IANA name
	LogoURL                *string  `json:"logo_url"`
	Navigation             []Link   `json:"navigation"`
	PrivacyURL             *string  `json:"privacy_url"`
	SiteURL                *string  `json:"site_url"`    // where readers read; nil: the public URL
	PostURL                string   `json:"post_url"`    // path or address with {slug}
	PageURL                string   `json:"page_url"`    // the same
	TagURL                 string   `json:"tag_url"`     // the same
	AuthorURL              string   `json:"author_url"`  // the same
	PreviewURL             *string  `json:"preview_url"` // path or address with {token}, of a frontend that shows unpublished posts; nil: it has none
	CommentLevel           Level    `json:"comment_level"`
	CommentsCloseAfterDays int      `json:"comments_close_after_days"` // 0: never
	CommentEditMinutes     int      `json:"comment_edit_minutes"`      // 0: readers cannot edit
	BlockedWords           []string `json:"blocked_words"`             // in comments and their writers' names: spam; a * at the end stands for any ending
	BlockedDomains         []string `json:"blocked_domains"`           // that comments link to: spam; with their subdomains
	BlockedAddresses       []string `json:"blocked_addresses"`         // e-mail addresses of who comments: spam; @example.org for all of them

	ModerationMail ModerationMail `json:"moderation_mail"`      // how moderators hear of comments that wait
	SlowSeconds    int            `json:"comment_slow_seconds"` // between two comments of one reader on a post; 0: no slow mode

	AkismetKey string `json:"akismet_key"` // empty: Akismet is not asked
	AkismetURL string `json:"akismet_url"` // of Akismet, or of a server of the same protocol

	SpamDays    int `json:"comment_spam_days"`    // how long spam and trash are kept
	AddressDays int `json:"comment_address_days"` // how long the keyed hash of a sender's address is kept

	StarterSite bool `json:"starter_site"` // readers find pages at the public URL

	CacheSeconds int `json:"cache_seconds"` // s-maxage of public answers
	StaleSeconds int `json:"stale_seconds"` // stale-while-revalidate of the same

	Dimmer Dimmer `json:"-"` // no setting: what moves the level besides it
}

// DefaultSettings is what holds until the owner sets something else.
func DefaultSettings() Settings {
	return Settings{
		Title: "My blog", Language: "en", Timezone: "UTC", Navigation: []Link{},
		PostURL: "/posts/{slug}", PageURL: "/pages/{slug}", TagURL: "/tags/{slug}", AuthorURL: "/authors/{slug}",
		CommentLevel: LevelNewcomers, CommentEditMinutes: 15, CacheSeconds: 60, StaleSeconds: 600,
		BlockedWords: []string{}, BlockedDomains: []string{}, BlockedAddresses: []string{}, SpamDays: 30, AddressDays: 30, AkismetURL: "https://rest.akismet.com/1.1/",
		ModerationMail: MailEach, StarterSite: true,
	}
}

// SettingsChange holds the settings that are to change, by name, as JSON.
type SettingsChange map[string]json.RawMessage

type setting struct {
	Key       string `gorm:"primaryKey"`
	Value     JSON
	UpdatedAt time.Time `gorm:"serializer:utc;autoUpdateTime:false"`
}

func (setting) TableName() string { return "settings" }

// loadedSettings is what a store remembers of the settings. Each is another pointer, so that one that was read before a write never takes
// the place of what that write left behind.
type loadedSettings struct {
	Settings
	at    time.Time
	stale bool // a write has changed them since: read them again
}

// Settings reads what the owner has set.
func (s *Store) Settings(ctx context.Context) (Settings, error) {
	known := s.settings.Load()
	if known != nil && !known.stale && (!s.postgres || s.now().Sub(known.at).Abs() < settingsAge) {
		return known.Settings, nil
	}
	db, ctx, cancel := s.read(ctx)
	defer cancel()
	loaded, err := readSettings(ctx, db)
	if err != nil {
		return loaded, fault("read the settings", err)
	}
	s.settings.CompareAndSwap(known, &loadedSettings{Settings: loaded, at: s.now()})
	return loaded, nil
}

func readSettings(ctx context.Context, db *gorm.DB) (Settings, error) {
	settings := DefaultSettings()
	rows, err := table[setting](db).Find(ctx)
	if err != nil {
		return settings, err
	}
	names := asMap(settings)
	change := SettingsChange{}
	for _, row := range rows {
		if names[row.Key] != nil { // else: a setting of another version of Dimmer
			change[row.Key] = json.RawMessage(row.Value)
		}
	}
	settings, err = settings.with(change)
	if err != nil {
		return settings, fmt.Errorf("a stored setting cannot be read: %w", err)
	}
	settings.Dimmer, err = readDimmer(ctx, db)
	return settings, err
}

// with puts the named settings in the place of what is there: each as a whole, lists too. Names and types are those of [Settings]; every
// one that does not fit is named.
func (c *Settings) with(change SettingsChange) (Settings, error) {
	invalid := Invalid{}
	all := asMap(*c)
	for _, name := range sortedKeys(change) {
		value := change[name]
		known := all[name] != nil
		all[name] = value
		alone, err := parseSettings(map[string]json.RawMessage{name: value})
		switch {
		case !known:
			invalid[name] = "is no setting"
		case err != nil:
			invalid[name] = "is not of the right type"
		case string(bytes.TrimSpace(value)) == "null" && string(asMap(alone)[name]) != "null":
			invalid[name] = "cannot be null"
		}
	}
	if err := invalid.orNil(); err != nil {
		return *c, err
	}
	return parseSettings(all)
}

func parseSettings(fields map[string]json.RawMessage) (Settings, error) {
	var settings Settings
	text, err := json.Marshal(fields)
	if err != nil {
		return settings, err
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	err = decoder.Decode(&settings)
	return settings, err
}

// ChangeSettings changes settings and returns all of them. Names have been checked by whoever decoded them.
func (s *Store) ChangeSettings(ctx context.Context, by Actor, change SettingsChange) (Settings, error) {
	err := s.writeAlone(ctx, by, "change the settings", func(t *tx) error { return t.changeSettings(change) })
	if err != nil {
		return Settings{}, err
	}
	return s.Settings(ctx)
}

func (t *tx) changeSettings(change SettingsChange) error {
	before, err := readSettings(t.ctx, t.DB)
	if err != nil {
		return err
	}
	after, err := before.with(change)
	if err != nil {
		return err
	}
	if err := after.Check(); err != nil {
		return err
	}
	var changed []string
	was, is := asMap(before), asMap(after)
	for _, key := range sortedKeys(is) {
		if string(was[key]) == string(is[key]) {
			continue
		}
		changed = append(changed, key)
		row := setting{Key: key, Value: JSON(is[key]), UpdatedAt: t.now}
		onConflict := clause.OnConflict{Columns: []clause.Column{{Name: "key"}}, UpdateAll: true}
		if err := table[setting](t.DB, onConflict).Create(t.ctx, &row); err != nil {
			return err
		}
	}
	if len(changed) > 0 {
		t.after = append(t.after, func() { t.s.settings.Store(&loadedSettings{stale: true}) })
		t.event("settings.updated", "site", t.s.instanceID, changed...)
		if anyOf(changed, seenBySite) {
			t.touch(SiteChanged, siteID)
		}
		t.clears("site", "posts")
	}
	return nil
}

// Check names every setting that cannot be as it is, and puts the others into their one form.
func (c *Settings) Check() error {
	invalid := Invalid{}
	c.Title, c.Description = oneLine(c.Title), strings.TrimSpace(c.Description)
	checkLength(invalid, "title", c.Title, 1, maxTitle)
	checkLength(invalid, "description", c.Description, 0, maxExcerpt)
	tag, err := language.Parse(c.Language)
	if err != nil || c.Language == "" {
		invalid["language"] = "is not a language tag such as en or de-AT"
	}
	c.Language = tag.String()
	if _, err := time.LoadLocation(c.Timezone); err != nil || c.Timezone == "" || c.Timezone == "Local" {
		invalid["timezone"] = "is not a time zone such as Europe/Berlin"
	}
	for field, address := range map[string]*string{"logo_url": c.LogoURL, "privacy_url": c.PrivacyURL} {
		if address != nil && !isAddress(*address) {
			invalid[field] = "is neither an http(s) address nor a path of this site"
		}
	}
	if c.SiteURL != nil {
		trimmed := strings.TrimRight(*c.SiteURL, "/")
		c.SiteURL = &trimmed
		if u, err := url.Parse(trimmed); err != nil || !isAddress(trimmed) || u.Host == "" || u.RawQuery != "" || u.Fragment != "" {
			invalid["site_url"] = "is not an http(s) address such as https://example.org"
		}
	}
	for field, pattern := range map[string]string{"post_url": c.PostURL, "page_url": c.PageURL, "tag_url": c.TagURL, "author_url": c.AuthorURL} {
		if strings.Count(pattern, "{slug}") != 1 || !isAddress(strings.Replace(pattern, "{slug}", "x", 1)) {
			invalid[field] = "is not a path or address with {slug} in it, once"
		}
	}
	if p := c.PreviewURL; p != nil && (strings.Count(*p, "{token}") != 1 || !isAddress(strings.Replace(*p, "{token}", "x", 1))) {
		invalid["preview_url"] = "is not a path or address with {token} in it, once"
	}
	if c.Navigation == nil {
		c.Navigation = []Link{}
	}
	c.Navigation = slices.Clone(c.Navigation) // others may be reading the list that this is a copy of
	if len(c.Navigation) > 50 {
		invalid["navigation"] = "has more than 50 entries"
	}
	for i, link := range c.Navigation {
		at := "navigation[" + strconv.Itoa(i) + "]."
		c.Navigation[i].Label = oneLine(link.Label)
		checkLength(invalid, at+"label", c.Navigation[i].Label, 1, maxName)
		if !isAddress(link.URL) {
			invalid[at+"url"] = "is neither an http(s) address nor a path of this site"
		}
	}
	if !c.CommentLevel.Valid() {
		invalid["comment_level"] = "is none of open, newcomers, all, closed"
	}
	if !slices.Contains([]ModerationMail{MailEach, MailHourly, MailDaily, MailOff}, c.ModerationMail) {
		invalid["moderation_mail"] = "is none of each, hourly, daily, off"
	}
	for field, list := range map[string]*[]string{"blocked_words": &c.BlockedWords, "blocked_domains": &c.BlockedDomains, "blocked_addresses": &c.BlockedAddresses} {
		checkRules(invalid, field, list)
	}
	c.AkismetKey = strings.TrimSpace(c.AkismetKey)
	if len(c.AkismetKey) > 100 || strings.ContainsFunc(c.AkismetKey, func(r rune) bool { return r <= ' ' || r > unicode.MaxASCII }) {
		invalid["akismet_key"] = "is no key: it has up to 100 letters and digits"
	}
	if u, err := url.Parse(c.AkismetURL); err != nil || !isAddress(c.AkismetURL) || u.Host == "" || u.RawQuery != "" || u.Fragment != "" {
		invalid["akismet_url"] = "is not an http(s) address such as https://rest.akismet.com/1.1/"
	}
	for field, limit := range map[string]struct{ value, least, most int }{
		"comment_spam_days": {c.SpamDays, 1, 3650}, "comment_address_days": {c.AddressDays, 1, 365},
		"comment_slow_seconds": {c.SlowSeconds, 0, 86400}, "comments_close_after_days": {c.CommentsCloseAfterDays, 0, 36500}, "comment_edit_minutes": {c.CommentEditMinutes, 0, 1440},
		"cache_seconds": {c.CacheSeconds, 0, 86400}, "stale_seconds": {c.StaleSeconds, 0, 604800},
	} {
		if limit.value < limit.least || limit.value > limit.most {
			invalid[field] = "is not between " + strconv.Itoa(limit.least) + " and " + strconv.Itoa(limit.most)
		}
	}
	return invalid.orNil()
}

// maxRules is how many entries a list of what is blocked may have.
const maxRules = 500

// checkRules puts a list of what is blocked into its one form: no entry twice, none that is empty.
func checkRules(invalid Invalid, field string, list *[]string) {
	if len(*list) > maxRules {
		invalid[field] = "has more than " + strconv.Itoa(maxRules) + " entries"
		return
	}
	clean := []string{}
	for i, entry := range *list {
		entry = oneLine(entry)
		checkLength(invalid, field+"["+strconv.Itoa(i)+"]", entry, 1, 200)
		if strings.Trim(entry, "*@. ") == "" {
			invalid[field+"["+strconv.Itoa(i)+"]"] = "would block everything"
		}
		if !slices.Contains(clean, entry) {
			clean = append(clean, entry)
		}
	}
	*list = clean
}

// Address is where readers find a thing: a pattern of the settings with its slug, below the site's address.
func (c Settings) Address(publicURL, pattern, slug string) string {
	return c.onSite(publicURL, strings.Replace(pattern, "{slug}", url.PathEscape(slug), 1))
}

// PreviewAddress is where a frontend shows the post that a preview's token stands for; empty: no frontend does.
func (c Settings) PreviewAddress(publicURL, token string) string {
	if c.PreviewURL == nil {
		return ""
	}
	return c.onSite(publicURL, strings.Replace(*c.PreviewURL, "{token}", url.PathEscape(token), 1))
}

// onSite puts a path below the site's address, and leaves an address as it is.
func (c Settings) onSite(publicURL, path string) string {
	if !strings.HasPrefix(path, "/") {
		return path
	}
	if c.SiteURL != nil {
		return *c.SiteURL + path
	}
	return publicURL + path
}

// asMap is the settings by name, each as JSON.
func asMap(settings Settings) map[string]json.RawMessage {
	text, err := json.Marshal(settings)
	fields := map[string]json.RawMessage{}
	if err == nil {
		err = json.Unmarshal(text, &fields)
	}
	if err != nil {
		panic("settings are plain values and can always be written: " + err.Error())
	}
	return fields
}
