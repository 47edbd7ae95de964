package dimmer_test

import (
	"fmt"
	"go/version"
	"os"
	"regexp"
	"runtime"
	"strings"
	"testing"
)

// atLeast holds the versions below which a dependency has a flaw that matters here.
var atLeast = []struct{ module, version, why string }{
	{"github.com/quic-go/quic-go", "v0.59.1", "GO-2026-5676; gin alone would bring v0.59.0"},
	{"github.com/yuin/goldmark", "v1.8.7", "older ones make javascript: links of encoded ones (CVE-2026-5160)"},
	{"golang.org/x/image", "v0.45.0", "its decoders could be brought down or made to take all memory (GO-2026-4961 to GO-2026-6222)"},
	{"golang.org/x/net", "v0.55.0", "its HTML parser had five holes (GO-2026-5025, GO-2026-5027 to 5030); bluemonday alone would bring v0.26"},
}

func TestDependenciesAreNewEnoughToBeSafe(t *testing.T) {
	for _, want := range atLeast {
		if got := selected(t, want.module, "{{.Version}}"); older(t, got, want.version) {
			t.Errorf("%s is %s, it must be %s or newer: %s", want.module, got, want.version, want.why)
		}
	}
}

// modernc.org/sqlite is C translated to Go, and works only with the very libc that it was translated against.
func TestLibcIsTheOneThatSQLiteWasBuiltWith(t *testing.T) {
	mod, err := os.ReadFile(selected(t, "modernc.org/sqlite", "{{.GoMod}}"))
	if err != nil {
		t.Fatal(err)
	}
	required := regexp.MustCompile(`modernc\.org/libc (v\S+)`).FindSubmatch(mod)
	if required == nil {
		t.Fatal("modernc.org/sqlite does not require modernc.org/libc any more: this test has had its day")
	}
	if got := selected(t, "modernc.org/libc", "{{.Version}}"); got != string(required[1]) {
		t.Errorf("modernc.org/libc is %s, but modernc.org/sqlite needs exactly %s", got, required[1])
	}
}

// Go 1.26.6 bounds the depth of XML and closes a hole in ReadHeaderTimeout (GO-2026-6088, GO-2026-6089).
func TestGoIsNewEnoughToBeSafe(t *testing.T) {
	if version.Compare(runtime.Version(), "go1.26.6") < 0 {
		t.Errorf("this is %s: build with Go 1.26.6 or newer", runtime.Version())
	}
}

// selected asks go which version of a module the program is built with.
func selected(t *testing.T, module, format string) string {
	t.Helper()
	// The test cache does not see what `go list` reads.
	if _, err := os.ReadFile("go.mod"); err != nil {
		t.Fatal(err)
	}
	out, err := goList("-m", "-f", format, module)
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(out))
}

// older compares two versions; a pre-release counts as the release.
func older(t *testing.T, a, b string) bool {
	t.Helper()
	parts := func(v string) (p [3]int) {
		if _, err := fmt.Sscanf(v, "v%d.%d.%d", &p[0], &p[1], &p[2]); err != nil {
			t.Fatalf("version %q: %v", v, err)
		}
		return p
	}
	x, y := parts(a), parts(b)
	for i := range x {
		if x[i] != y[i] {
			return x[i] < y[i]
		}
	}
	return false
}
