package main

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"maps"
	"net"
	"net/mail"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"dimmer/auth"
	"dimmer/notify"
	"dimmer/outbound"
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
	OutboundAllow     outbound.Allowed // what may be called although it is private
	OwnerEmail        string
	OwnerPassword     string
	SMTP              *notify.SMTP // nil: mail is off
	MailFrom          *mail.Address
	LogFormat         string
	LogLevel          slog.Level
	NoRateLimits      bool
	CacheBytes        int // of answers that are kept ready; 0: as many as the server likes

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

// maxCacheMiB is more than any site's answers take.
const maxCacheMiB = 1 << 14

// early are settings whose work comes with later versions. They are accepted, so that one environment serves both, and said aloud.
var early = []string{"DIMMER_MEDIA_URL", "DIMMER_METRICS_ADDR"}

// flags are what the command line says; what is empty is left to the environment.
type flags struct {
	Addr string
	Data string
	Demo bool // keep the default data folder apart
}

// mistakes are what is wrong with the settings, one line each.
type mistakes []string

func (m mistakes) Error() string { return strings.Join(m, "\n") }

// add notes a mistake. It says no value of a setting that is secret.
func (m *mistakes) add(format string, args ...any) { *m = append(*m, fmt.Sprintf(format, args...)) }

// readSettings reads flags and environment. All [mistakes] are told at once.
func readSettings(env []string, f flags) (settings, error) {
	var wrong mistakes
	values := readEnvironment(env, &wrong)
	data := "data"
	if f.Demo {
		data = filepath.Join("data", "demo-site")
	}
	s := settings{
		Addr: first(f.Addr, values["DIMMER_ADDR"], ":8080"), Data: first(f.Data, values["DIMMER_DATA"], data),
		DatabaseURL: values["DIMMER_DATABASE_URL"], Secret: values["DIMMER_SECRET"],
		OwnerEmail: values["DIMMER_OWNER_EMAIL"], OwnerPassword: values["DIMMER_OWNER_PASSWORD"],
	}
	if !isListenAddress(s.Addr) {
		wrong.add("DIMMER_ADDR %s", notAnAddress)
	}
	for _, name := range early {
		if values[name] != "" {
			s.early = append(s.early, name)
		}
	}
	if u := s.DatabaseURL; u != "" && !strings.HasPrefix(u, "postgres://") && !strings.HasPrefix(u, "postgresql://") {
		wrong.add("DIMMER_DATABASE_URL does not begin with postgres://; leave it out for SQLite in the data folder")
	}
	if s.Secret != "" {
		if _, err := auth.NewSecret([]byte(s.Secret)); err != nil {
			wrong.add("DIMMER_SECRET: %v", err)
		}
	}
	if raw := values["DIMMER_PUBLIC_URL"]; raw != "" {
		origin, err := parseOrigin(strings.TrimRight(raw, "/"))
		if err != nil {
			wrong.add("DIMMER_PUBLIC_URL is not an address such as https://blog.example.org, without a path")
		}
		s.PublicURL = origin
	}
	readMail(&s, values, &wrong)
	s.SynchronousNormal = choice(&wrong, "DIMMER_SYNCHRONOUS", values, "full", "normal") == "normal"
	s.LogFormat = choice(&wrong, "DIMMER_LOG_FORMAT", values, "text", "json")
	s.NoRateLimits = choice(&wrong, "DIMMER_RATE_LIMITS", values, "on", "off") == "off"
	if level := values["DIMMER_LOG_LEVEL"]; level != "" {
		if err := s.LogLevel.UnmarshalText([]byte(level)); err != nil {
			wrong.add("DIMMER_LOG_LEVEL is none of debug, info, warn, error")
		}
	}
	if mib := values["DIMMER_CACHE_MIB"]; mib != "" {
		n, err := strconv.Atoi(mib)
		if err != nil || n < 1 || n > maxCacheMiB {
			wrong.add("DIMMER_CACHE_MIB is no number from 1 to %d: how many MiB the answers may take that are kept ready", maxCacheMiB)
		}
		s.CacheBytes = n << 20
	}
	for _, cidr := range list(values["DIMMER_TRUSTED_PROXIES"]) {
		prefix, err := netip.ParsePrefix(cidr)
		if err != nil {
			wrong.add("DIMMER_TRUSTED_PROXIES: %q is not a network such as 10.0.0.0/8", cidr)
			continue
		}
		s.TrustedProxies = append(s.TrustedProxies, prefix.Masked())
	}
	for _, site := range list(values["DIMMER_CORS_ORIGINS"]) {
		origin, err := parseOrigin(site)
		if site == "*" {
			origin, err = site, nil
		}
		if err != nil {
			wrong.add("DIMMER_CORS_ORIGINS: %q is neither * nor an origin such as https://blog.example.org, without a slash at its end", site)
			continue
		}
		s.CORSOrigins = append(s.CORSOrigins, origin)
	}
	allowed, err := outbound.ParseAllowed(values["DIMMER_OUTBOUND_ALLOW"])
	if err != nil {
		wrong.add("DIMMER_OUTBOUND_ALLOW: %v", err)
	}
	s.OutboundAllow = allowed
	if (s.OwnerEmail == "") != (s.OwnerPassword == "") {
		wrong.add("DIMMER_OWNER_EMAIL and DIMMER_OWNER_PASSWORD go together; set both or none")
	}
	if s.OwnerEmail != "" && s.OwnerPassword != "" {
		if _, err := auth.NormalizeEmail(s.OwnerEmail); err != nil {
			wrong.add("DIMMER_OWNER_EMAIL: %v", err)
		}
		if err := auth.CheckPassword(s.OwnerPassword, s.OwnerEmail); err != nil {
			wrong.add("DIMMER_OWNER_PASSWORD: %v", err)
		}
	}
	if wrong != nil {
		return settings{}, wrong
	}
	return s, nil
}

// readMail reads which server takes our mail, and from whom it comes. Without a server mail is off.
func readMail(s *settings, values map[string]string, wrong *mistakes) {
	if from := values["DIMMER_MAIL_FROM"]; from != "" {
		address, err := notify.ParseSender(from)
		if err != nil {
			wrong.add("DIMMER_MAIL_FROM %v", err)
		}
		s.MailFrom = address
	}
	url := values["DIMMER_SMTP_URL"]
	if url == "" {
		return
	}
	server, err := notify.ParseSMTP(url)
	if err != nil {
		wrong.add("DIMMER_SMTP_URL %v", err)
	}
	s.SMTP = &server
	if values["DIMMER_MAIL_FROM"] == "" {
		wrong.add("DIMMER_SMTP_URL is set and DIMMER_MAIL_FROM is not; say from which address mail comes, such as blog@example.org")
	}
}

// readEnvironment picks our names out of the environment and reads the files that hold secrets. A name that is set to nothing is not set.
func readEnvironment(env []string, wrong *mistakes) map[string]string {
	values := map[string]string{}
	for _, pair := range slices.Sorted(slices.Values(env)) { // so that NAME comes before NAME_FILE
		name, value, _ := strings.Cut(pair, "=")
		if !strings.HasPrefix(name, "DIMMER_") || strings.HasPrefix(name, "DIMMER_TEST_") {
			continue
		}
		plain, isFile := strings.CutSuffix(name, "_FILE")
		_, isKnown := known[name]
		_, isPlain := known[plain]
		switch {
		case isFile && isPlain && !known[plain].secret:
			wrong.add("%s is not a setting; only secrets can be read from a file, so set %s itself", name, plain)
		case !isKnown && !(isFile && known[plain].secret):
			wrong.add("%s is not a setting; %s", name, nearest(name))
		case value == "":
		case isKnown:
			values[name] = value
		case values[plain] != "":
			wrong.add("%s and %s are both set; keep one", plain, name)
		default:
			content, err := os.ReadFile(value) // #nosec G304 -- the operator names it
			values[plain] = strings.TrimRight(string(content), "\r\n")
			var path *fs.PathError
			if errors.As(err, &path) {
				err = path.Err // without the path: people put the secret itself there
			}
			if err == nil && values[plain] == "" {
				err = errors.New("it is empty")
			}
			if err != nil {
				wrong.add("%s names a file that cannot be used: %v", name, err)
			}
		}
	}
	return values
}

const notAnAddress = "is no address to listen on; write HOST:PORT, such as 127.0.0.1:8080, or :8080 for every address of this machine"

// isListenAddress tells whether addr is HOST:PORT, with or without the host.
func isListenAddress(addr string) bool {
	_, port, err := net.SplitHostPort(addr)
	if err != nil {
		return false
	}
	_, err = strconv.ParseUint(port, 10, 16)
	return err == nil
}

// parseOrigin reads scheme, host and port, and writes them as browsers do: in lower case, without the port that goes without saying.
func parseOrigin(text string) (string, error) {
	u, err := url.Parse(text)
	if err != nil {
		return "", err
	}
	host, port := strings.ToLower(u.Hostname()), u.Port()
	if u.Scheme != "http" && u.Scheme != "https" || host == "" || strings.Contains(host, "*") || u.User != nil || u.Path != "" || strings.ContainsAny(text, "?#") {
		return "", errors.New("is no origin")
	}
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	if port != "" && !(u.Scheme == "http" && port == "80") && !(u.Scheme == "https" && port == "443") {
		host += ":" + port
	}
	return u.Scheme + "://" + host, nil
}

// choice is one of the allowed values; the first is the default.
func choice(wrong *mistakes, name string, values map[string]string, allowed ...string) string {
	value := first(values[name], allowed[0])
	if !slices.Contains(allowed, value) {
		wrong.add("%s is none of %s", name, strings.Join(allowed, ", "))
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

// nearest helps with a typo: the known name that takes the fewest changes, if these are few, else one that begins like it.
func nearest(name string) string {
	names := slices.Sorted(maps.Keys(known))
	best := slices.MinFunc(names, func(a, b string) int { return editDistance(name, a) - editDistance(name, b) })
	if editDistance(name, best) > 3 {
		longer := func(candidate string) bool { return strings.HasPrefix(candidate, name) }
		if i := slices.IndexFunc(names, longer); i >= 0 && name != "DIMMER_" {
			best = names[i]
		} else {
			return "the README lists them"
		}
	}
	return "did you mean " + best + "?"
}

// editDistance is how many letters have to be put in, taken out or replaced to make b of a (Levenshtein).
func editDistance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			changes := diagonal
			if a[i] != b[j] {
				changes = 1 + min(diagonal, row[j], row[j+1])
			}
			diagonal, row[j+1] = row[j+1], changes
		}
	}
	return row[len(b)]
}
