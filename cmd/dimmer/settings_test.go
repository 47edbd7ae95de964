package main

import (
	"log/slog"
	"net/mail"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"dimmer/notify"
	"dimmer/outbound"
)

const goodSecret = "a7Qx2mZ9rLw4Kc8vTy6Bn1Hs5Dj3Gf0P"

func TestEachSettingIsReadFromTheEnvironment(t *testing.T) {
	defaults := settings{Addr: ":8080", Data: "data", LogFormat: "text"}
	tests := []struct {
		name string
		env  []string
		want func(*settings)
	}{
		{"nothing", nil, func(*settings) {}},
		{"address", []string{"DIMMER_ADDR=127.0.0.1:9000"}, func(s *settings) { s.Addr = "127.0.0.1:9000" }},
		{"address in IPv6", []string{"DIMMER_ADDR=[::1]:9000"}, func(s *settings) { s.Addr = "[::1]:9000" }},
		{"any port", []string{"DIMMER_ADDR=localhost:0"}, func(s *settings) { s.Addr = "localhost:0" }},
		{"folder", []string{"DIMMER_DATA=/srv/blog"}, func(s *settings) { s.Data = "/srv/blog" }},
		{"Postgres", []string{"DIMMER_DATABASE_URL=postgres://u:p@db/blog"}, func(s *settings) { s.DatabaseURL = "postgres://u:p@db/blog" }},
		{"Postgres, the longer name", []string{"DIMMER_DATABASE_URL=postgresql://db/blog"}, func(s *settings) { s.DatabaseURL = "postgresql://db/blog" }},
		{"public address", []string{"DIMMER_PUBLIC_URL=https://blog.example"}, func(s *settings) { s.PublicURL = "https://blog.example" }},
		{"public address with a slash", []string{"DIMMER_PUBLIC_URL=https://blog.example/"}, func(s *settings) { s.PublicURL = "https://blog.example" }},
		{"public address with a port", []string{"DIMMER_PUBLIC_URL=http://localhost:3000"}, func(s *settings) { s.PublicURL = "http://localhost:3000" }},
		{"public address as browsers write it", []string{"DIMMER_PUBLIC_URL=HTTPS://Blog.Example:443"}, func(s *settings) { s.PublicURL = "https://blog.example" }},
		{"public address in IPv6", []string{"DIMMER_PUBLIC_URL=http://[::1]:8080"}, func(s *settings) { s.PublicURL = "http://[::1]:8080" }},
		{"secret", []string{"DIMMER_SECRET=" + goodSecret}, func(s *settings) { s.Secret = goodSecret }},
		{"synchronous", []string{"DIMMER_SYNCHRONOUS=normal"}, func(s *settings) { s.SynchronousNormal = true }},
		{"synchronous, as it is", []string{"DIMMER_SYNCHRONOUS=full"}, func(*settings) {}},
		{"proxies", []string{"DIMMER_TRUSTED_PROXIES=10.1.2.3/8, fd00::/8"}, func(s *settings) {
			s.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00::/8")}
		}},
		{"origins", []string{"DIMMER_CORS_ORIGINS=https://a.example,http://B.example:80"}, func(s *settings) {
			s.CORSOrigins = []string{"https://a.example", "http://b.example"}
		}},
		{"every origin", []string{"DIMMER_CORS_ORIGINS=*"}, func(s *settings) { s.CORSOrigins = []string{"*"} }},
		{"owner", []string{"DIMMER_OWNER_EMAIL=" + ownerEmail, "DIMMER_OWNER_PASSWORD=" + ownerPassword}, func(s *settings) {
			s.OwnerEmail, s.OwnerPassword = ownerEmail, ownerPassword
		}},
		{"log format", []string{"DIMMER_LOG_FORMAT=json"}, func(s *settings) { s.LogFormat = "json" }},
		{"log level", []string{"DIMMER_LOG_LEVEL=debug"}, func(s *settings) { s.LogLevel = slog.LevelDebug }},
		{"no limits", []string{"DIMMER_RATE_LIMITS=off"}, func(s *settings) { s.NoRateLimits = true }},
		{"mail", []string{"DIMMER_SMTP_URL=smtp://u:p@mail.example:2525", "DIMMER_MAIL_FROM=My blog <blog@blog.example>"}, func(s *settings) {
			s.SMTP, s.MailFrom = &notify.SMTP{Host: "mail.example", Port: 2525, User: "u", Password: "p"}, &mail.Address{Name: "My blog", Address: "blog@blog.example"}
		}},
		{"a sender of mail that is off", []string{"DIMMER_MAIL_FROM=blog@blog.example"}, func(s *settings) { s.MailFrom = &mail.Address{Address: "blog@blog.example"} }},
		{"what comes later", []string{
			"DIMMER_MEDIA_URL=s3://bucket", "DIMMER_METRICS_ADDR=127.0.0.1:9100", "DIMMER_CACHE_MIB=16",
		}, func(s *settings) { s.early, s.CacheBytes = early, 16<<20 }},
		{"what may be called", []string{"DIMMER_OUTBOUND_ALLOW=10.0.0.0/8, hooks.local:8080"}, func(s *settings) {
			s.OutboundAllow, _ = outbound.ParseAllowed("hooks.local:8080 10.0.0.0/8")
		}},
		{"set to nothing", []string{"DIMMER_ADDR=", "DIMMER_SECRET=", "DIMMER_SECRET_FILE=", "DIMMER_LOG_LEVEL=", "DIMMER_CORS_ORIGINS="}, func(*settings) {}},
		{"settings of tests", []string{"DIMMER_TEST_ANYTHING=x"}, func(*settings) {}},
		{"settings of others", []string{"PATH=/bin", "DIMMERS=1", "dimmer_addr=x"}, func(*settings) {}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			want := defaults
			test.want(&want)
			got, err := readSettings(test.env, flags{})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got, cmp.AllowUnexported(settings{}), cmp.Comparer(func(a, b netip.Prefix) bool { return a == b }), cmp.AllowUnexported(outbound.Allowed{}), cmpopts.EquateEmpty()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAMistakeInASettingNamesIt(t *testing.T) {
	tests := []struct{ env, says string }{
		{"DIMMER_SMTP_URL=smtp://mail.example.org", "DIMMER_SMTP_URL is set and DIMMER_MAIL_FROM is not"},
		{"DIMMER_MAIL_FROM=a@example.org, b@example.org", "DIMMER_MAIL_FROM is not an address that mail can come from"},
		{"DIMMER_ADDR=8080", "DIMMER_ADDR is no address"},
		{"DIMMER_ADDR=:http", "DIMMER_ADDR is no address"},
		{"DIMMER_ADDR=:65536", "DIMMER_ADDR is no address"},
		{"DIMMER_ADDR=:-1", "DIMMER_ADDR is no address"},
		{"DIMMER_ADDR=http://localhost:8080", "DIMMER_ADDR is no address"},
		{"DIMMER_DATABASE_URL=mysql://db/blog", "DIMMER_DATABASE_URL does not begin with postgres://"},
		{"DIMMER_DATABASE_URL=host=db user=u", "DIMMER_DATABASE_URL does not begin with postgres://"},
		{"DIMMER_PUBLIC_URL=blog.example", "DIMMER_PUBLIC_URL is not an address"},
		{"DIMMER_PUBLIC_URL=ftp://blog.example", "DIMMER_PUBLIC_URL is not an address"},
		{"DIMMER_PUBLIC_URL=https://blog.example/path", "DIMMER_PUBLIC_URL is not an address"},
		{"DIMMER_PUBLIC_URL=https://blog.example?", "DIMMER_PUBLIC_URL is not an address"},
		{"DIMMER_PUBLIC_URL=https://u:p@blog.example", "DIMMER_PUBLIC_URL is not an address"},
		{"DIMMER_PUBLIC_URL=https://:8080", "DIMMER_PUBLIC_URL is not an address"},
		{"DIMMER_SECRET=too short", "DIMMER_SECRET: the secret is too short: it needs at least 32 bytes"},
		{"DIMMER_SECRET=changeme-changeme-changeme-changeme-changeme", "DIMMER_SECRET: the secret looks like a placeholder"},
		{"DIMMER_SECRET=0123456789abcdef0123456789abcdef", "DIMMER_SECRET: the secret looks like a placeholder"},
		{"DIMMER_SYNCHRONOUS=off", "DIMMER_SYNCHRONOUS is none of full, normal"},
		{"DIMMER_OUTBOUND_ALLOW=everything", "DIMMER_OUTBOUND_ALLOW: entry 1 is neither a network"},
		{"DIMMER_TRUSTED_PROXIES=10.0.0.1", `DIMMER_TRUSTED_PROXIES: "10.0.0.1" is not a network`},
		{"DIMMER_TRUSTED_PROXIES=10.0.0.0/8,all", `DIMMER_TRUSTED_PROXIES: "all" is not a network`},
		{"DIMMER_CORS_ORIGINS=blog.example", `DIMMER_CORS_ORIGINS: "blog.example" is neither`},
		{"DIMMER_CORS_ORIGINS=https://*.example", `DIMMER_CORS_ORIGINS: "https://*.example" is neither`},
		{"DIMMER_CORS_ORIGINS=https://blog.example/", `DIMMER_CORS_ORIGINS: "https://blog.example/" is neither`},
		{"DIMMER_OWNER_EMAIL=ruth@blog.example", "DIMMER_OWNER_EMAIL and DIMMER_OWNER_PASSWORD go together"},
		{"DIMMER_OWNER_PASSWORD=seven quiet kettles sing", "DIMMER_OWNER_EMAIL and DIMMER_OWNER_PASSWORD go together"},
		{"DIMMER_OWNER_EMAIL=ruth DIMMER_OWNER_PASSWORD=seven-quiet-kettles-sing", "DIMMER_OWNER_EMAIL: this is not an e-mail address"},
		{"DIMMER_OWNER_EMAIL=ruth@blog.example DIMMER_OWNER_PASSWORD=kettles", "DIMMER_OWNER_PASSWORD: the password is too short"},
		{"DIMMER_LOG_FORMAT=xml", "DIMMER_LOG_FORMAT is none of text, json"},
		{"DIMMER_LOG_LEVEL=loud", "DIMMER_LOG_LEVEL is none of debug, info, warn, error"},
		{"DIMMER_RATE_LIMITS=no", "DIMMER_RATE_LIMITS is none of on, off"},
		{"DIMMER_CACHE_MIB=0", "DIMMER_CACHE_MIB is no number from 1 to 16384"},
		{"DIMMER_CACHE_MIB=64MB", "DIMMER_CACHE_MIB is no number"},
		{"DIMMER_LOGLEVEL=debug", "DIMMER_LOGLEVEL is not a setting; did you mean DIMMER_LOG_LEVEL?"},
		{"DIMMER_PUBLIC_ULR=https://blog.example", "did you mean DIMMER_PUBLIC_URL?"},
		{"DIMMER_SYNC=full", "did you mean DIMMER_SYNCHRONOUS?"},
		{"DIMMER_PLUGINS=x", "DIMMER_PLUGINS is not a setting; the README lists them"},
		{"DIMMER_=x", "DIMMER_ is not a setting"},
		{"DIMMER_ADDR_FILE=/run/addr", "only secrets can be read from a file, so set DIMMER_ADDR itself"},
		{"DIMMER_TESTS=x", "DIMMER_TESTS is not a setting"},
	}
	for _, test := range tests {
		t.Run(test.env, func(t *testing.T) {
			env := []string{test.env}
			if name, more, two := strings.Cut(test.env, " DIMMER_"); two {
				env = []string{name, "DIMMER_" + more}
			}
			_, err := readSettings(env, flags{})
			if err == nil {
				t.Fatal("it was accepted")
			}
			if text := err.Error(); !strings.Contains(text, test.says) || strings.Contains(text, "\n") {
				t.Errorf("it says %q, want one line with %q", text, test.says)
			}
		})
	}
}

func TestAllMistakesAreToldAtOnce(t *testing.T) {
	_, err := readSettings([]string{"DIMMER_ADDR=x", "DIMMER_LOG_LEVEL=loud", "DIMMER_COLOUR=red", "DIMMER_SECRET=short", "DIMMER_SECRET_FILE=/none"}, flags{})
	if err == nil {
		t.Fatal("they were accepted")
	}
	for _, name := range []string{"DIMMER_ADDR", "DIMMER_LOG_LEVEL", "DIMMER_COLOUR", "DIMMER_SECRET and DIMMER_SECRET_FILE are both set", "the secret is too short"} {
		if !strings.Contains(err.Error(), name) {
			t.Errorf("it does not say %q: %v", name, err)
		}
	}
}

func TestFlagsWinOverTheEnvironment(t *testing.T) {
	env := []string{"DIMMER_ADDR=:1", "DIMMER_DATA=/env"}
	for _, test := range []struct {
		name       string
		env        []string
		flags      flags
		addr, data string
	}{
		{"flags", env, flags{Addr: ":2", Data: "/flag"}, ":2", "/flag"},
		{"no flags", env, flags{}, ":1", "/env"},
		{"neither", nil, flags{}, ":8080", "data"},
		{"the demo is kept apart", nil, flags{Demo: true}, ":8080", filepath.Join("data", "demo-site")},
		{"the demo in a folder of the environment", env, flags{Demo: true}, ":1", "/env"},
		{"the demo in the usual folder, if that was asked for", []string{"DIMMER_DATA=data"}, flags{Demo: true}, ":8080", "data"},
		{"the demo in a folder of a flag", env, flags{Demo: true, Data: "/flag"}, ":1", "/flag"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s, err := readSettings(test.env, test.flags)
			if err != nil || s.Addr != test.addr || s.Data != test.data {
				t.Errorf("address %q, data %q, %v; want %q, %q", s.Addr, s.Data, err, test.addr, test.data)
			}
		})
	}
}

func TestSecretsAreReadFromFiles(t *testing.T) {
	dir := t.TempDir()
	write := func(name, content string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	for name, content := range map[string]string{"plain": goodSecret, "line": goodSecret + "\n", "Windows line": goodSecret + "\r\n"} {
		t.Run(name, func(t *testing.T) {
			s, err := readSettings([]string{"DIMMER_SECRET_FILE=" + write(name, content)}, flags{})
			if err != nil || s.Secret != goodSecret {
				t.Errorf("secret of %d bytes, %v", len(s.Secret), err)
			}
		})
	}
	t.Run("every secret has a twin", func(t *testing.T) {
		s, err := readSettings([]string{
			"DIMMER_DATABASE_URL_FILE=" + write("url", "postgres://db/blog\n"), "DIMMER_OWNER_EMAIL=" + ownerEmail,
			"DIMMER_OWNER_PASSWORD_FILE=" + write("password", ownerPassword+"\n"), "DIMMER_SMTP_URL_FILE=" + write("smtp", "smtp://u:p@mail.example"),
			"DIMMER_MEDIA_URL_FILE=" + write("media", "s3://bucket"), "DIMMER_MAIL_FROM=blog@blog.example",
		}, flags{})
		if err != nil || s.DatabaseURL != "postgres://db/blog" || s.OwnerPassword != ownerPassword || s.SMTP == nil || s.SMTP.Password != "p" || len(s.early) != 1 {
			t.Errorf("%+v, %v", s, err)
		}
	})
	refusals := []struct {
		name string
		env  []string
		says string
	}{
		{"missing", []string{"DIMMER_SECRET_FILE=" + filepath.Join(dir, "none")}, "DIMMER_SECRET_FILE names a file that cannot be used: no such file"},
		{"a folder", []string{"DIMMER_SECRET_FILE=" + dir}, "DIMMER_SECRET_FILE names a file that cannot be used: is a directory"},
		{"empty", []string{"DIMMER_SECRET_FILE=" + write("empty", "\n")}, "DIMMER_SECRET_FILE names a file that cannot be used: it is empty"},
		{"both", []string{"DIMMER_SECRET=" + goodSecret, "DIMMER_SECRET_FILE=" + write("twice", goodSecret)}, "DIMMER_SECRET and DIMMER_SECRET_FILE are both set; keep one"},
		{"the secret itself", []string{"DIMMER_SECRET_FILE=" + goodSecret}, "DIMMER_SECRET_FILE names a file that cannot be used"},
		{"too short", []string{"DIMMER_SECRET_FILE=" + write("short", "kettle")}, "the secret is too short"},
	}
	for _, test := range refusals {
		t.Run(test.name, func(t *testing.T) {
			_, err := readSettings(test.env, flags{})
			if err == nil || !strings.Contains(err.Error(), test.says) {
				t.Fatalf("it says %v, want %q", err, test.says)
			}
			if strings.Contains(err.Error(), goodSecret) {
				t.Errorf("it tells the secret: %v", err)
			}
		})
	}
}
