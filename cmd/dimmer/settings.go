package main

import (
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/netip"
	"net/url"
	"os"
	"slices"
	"strings"

	"dimmer/auth"
)

// settings is what the environment and the flags say, checked.
type settings struct {
	Addr              string
	Data              string
	DatabaseURL       string
	PublicURL         string // empty: http://localhost:PORT
	Secret            string // empty: DATA/secret
	SynchronousNormal bool
	TrustedProxies    []netip.Prefix
	CORSOrigins       []string
	OwnerEmail        string
	OwnerPassword     string
	LogFormat         string
	LogLevel          slog.Level
	NoRateLimits      bool

	early []string // names that are known, but that this version has no use for yet
}

// known are the names of the environment. Secrets can also be read from a file, named by NAME_FILE.
var known = map[string]struct{ secret bool }{
	"DIMMER_ADDR": {}, "DIMMER_DATA": {}, "DIMMER_DATABASE_URL": {true}, "DIMMER_PUBLIC_URL": {}, "DIMMER_SECRET": {true},
	"DIMMER_SYNCHRONOUS": {}, "DIMMER_TRUSTED_PROXIES": {}, "DIMMER_CORS_ORIGINS": {}, "DIMMER_OWNER_EMAIL": {},
	"DIMMER_OWNER_PASSWORD": {true}, "DIMMER_LOG_FORMAT": {}, "DIMMER_LOG_LEVEL": {}, "DIMMER_RATE_LIMITS": {},
	"DIMMER_SMTP_URL": {true}, "DIMMER_MAIL_FROM": {}, "DIMMER_MEDIA_URL": {true}, "DIMMER_OUTBOUND_ALLOW": {},
	"DIMMER_METRICS_ADDR": {}, "DIMMER_CACHE_MIB": {},
}

// early are settings whose work comes with later versions. They are accepted, so that one environment serves both, and said aloud.
var early = []string{"DIMMER_SMTP_URL", "DIMMER_MAIL_FROM", "DIMMER_MEDIA_URL", "DIMMER_OUTBOUND_ALLOW", "DIMMER_METRICS_ADDR", "DIMMER_CACHE_MIB"}

// readSettings reads the environment; flags that are not empty win. All mistakes are told at once.
func readSettings(env []string, addr, data string) (settings, error) {
	var mistakes []error
	mistake := func(format string, args ...any) { mistakes = append(mistakes, fmt.Errorf(format, args...)) }
	values := map[string]string{}
	for _, pair := range slices.Sorted(slices.Values(env)) {
		name, value, _ := strings.Cut(pair, "=")
		if !strings.HasPrefix(name, "DIMMER_") || strings.HasPrefix(name, "DIMMER_TEST_") {
			continue
		}
		if _, isKnown := known[name]; isKnown {
			values[name] = value
			continue
		}
		plain, isFile := strings.CutSuffix(name, "_FILE")
		if !isFile || !known[plain].secret {
			mistake("%s is not a setting; %s", name, nearest(name))
			continue
		}
		content, err := os.ReadFile(value)
		if err != nil {
			mistake("%s: %w", name, err)
			continue
		}
		if _, twice := values[plain]; twice {
			mistake("%s and %s are both set; keep one", plain, name)
			continue
		}
		values[plain] = strings.TrimRight(string(content), "\r\n")
	}
	s := settings{
		Addr: first(addr, values["DIMMER_ADDR"], ":8080"), Data: first(data, values["DIMMER_DATA"], "data"),
		DatabaseURL: values["DIMMER_DATABASE_URL"], Secret: values["DIMMER_SECRET"],
		OwnerEmail: values["DIMMER_OWNER_EMAIL"], OwnerPassword: values["DIMMER_OWNER_PASSWORD"],
	}
	for _, name := range early {
		if values[name] != "" {
			s.early = append(s.early, name)
		}
	}
	if u := s.DatabaseURL; u != "" && !strings.HasPrefix(u, "postgres://") && !strings.HasPrefix(u, "postgresql://") {
		mistake("DIMMER_DATABASE_URL does not begin with postgres://; leave it out for SQLite in the data folder")
	}
	if s.Secret != "" {
		if _, err := auth.NewSecret([]byte(s.Secret)); err != nil {
			mistake("DIMMER_SECRET: %w", err)
		}
	}
	if raw := values["DIMMER_PUBLIC_URL"]; raw != "" {
		s.PublicURL = strings.TrimRight(raw, "/")
		u, err := url.Parse(s.PublicURL)
		if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.Path != "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil {
			mistake("DIMMER_PUBLIC_URL is not an address such as https://blog.example.org, without a path")
		}
	}
	s.SynchronousNormal = choice(mistake, "DIMMER_SYNCHRONOUS", values, "full", "normal") == "normal"
	s.LogFormat = choice(mistake, "DIMMER_LOG_FORMAT", values, "text", "json")
	s.NoRateLimits = choice(mistake, "DIMMER_RATE_LIMITS", values, "on", "off") == "off"
	if level := values["DIMMER_LOG_LEVEL"]; level != "" {
		if err := s.LogLevel.UnmarshalText([]byte(level)); err != nil {
			mistake("DIMMER_LOG_LEVEL is none of debug, info, warn, error")
		}
	}
	for _, cidr := range list(values["DIMMER_TRUSTED_PROXIES"]) {
		prefix, err := netip.ParsePrefix(cidr)
		if err != nil {
			mistake("DIMMER_TRUSTED_PROXIES: %q is not a network such as 10.0.0.0/8", cidr)
			continue
		}
		s.TrustedProxies = append(s.TrustedProxies, prefix.Masked())
	}
	for _, origin := range list(values["DIMMER_CORS_ORIGINS"]) {
		u, err := url.Parse(origin)
		if origin != "*" && (err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.Path != "" || strings.Contains(origin, "*")) {
			mistake("DIMMER_CORS_ORIGINS: %q is neither * nor an origin such as https://blog.example.org", origin)
		}
		s.CORSOrigins = append(s.CORSOrigins, origin)
	}
	if (s.OwnerEmail == "") != (s.OwnerPassword == "") {
		mistake("DIMMER_OWNER_EMAIL and DIMMER_OWNER_PASSWORD go together; set both or none")
	}
	if s.OwnerEmail != "" && s.OwnerPassword != "" {
		if _, err := auth.NormalizeEmail(s.OwnerEmail); err != nil {
			mistake("DIMMER_OWNER_EMAIL: %w", err)
		}
		if err := auth.CheckPassword(s.OwnerPassword, s.OwnerEmail); err != nil {
			mistake("DIMMER_OWNER_PASSWORD: %w", err)
		}
	}
	return s, errors.Join(mistakes...)
}

// choice is one of the allowed values; the first is the default.
func choice(mistake func(string, ...any), name string, values map[string]string, allowed ...string) string {
	value := first(values[name], allowed[0])
	if !slices.Contains(allowed, value) {
		mistake("%s is none of %s", name, strings.Join(allowed, ", "))
	}
	return value
}

func first(values ...string) string {
	for _, value := range values {
		if value != "" {
			return value
		}
	}
	return ""
}

func list(value string) []string {
	return strings.FieldsFunc(value, func(r rune) bool { return r == ',' || r == ' ' })
}

// nearest helps with a typo: the known name that shares the most letters at its beginning.
func nearest(name string) string {
	best, length := "", 0
	for _, candidate := range slices.Sorted(maps.Keys(known)) {
		n := 0
		for n < min(len(name), len(candidate)) && name[n] == candidate[n] {
			n++
		}
		if n > length {
			best, length = candidate, n
		}
	}
	if length <= len("DIMMER_") {
		return "the README lists them"
	}
	return "did you mean " + best + "?"
}
