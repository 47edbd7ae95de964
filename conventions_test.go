package dimmer_test

import (
	"go/ast"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
)

// emptyWords say nothing about the thing they name. meant are names of the API that hold one of them and do say something.
var (
	emptyWords = []string{"service", "manager", "helper", "util", "common", "base", "info", "impl"}
	meant      = []string{"BaseVersion"}
)

func TestEveryPackageSaysWhatItIsAndWhatDoesNotBelongInIt(t *testing.T) {
	sentence := regexp.MustCompile(`[.!?](\s|$)`)
	for _, p := range packages(t) {
		var docs []string
		for _, file := range p.GoFiles {
			if doc := p.parse(t, file).Doc.Text(); doc != "" {
				docs = append(docs, doc)
			}
		}
		switch {
		case len(p.GoFiles) == 0: // a folder of tests
		case len(docs) != 1:
			t.Errorf("%s has %d package comments, it needs one, at the head of doc.go or of its main file", p.dir, len(docs))
		case p.Name != "main" && !strings.HasPrefix(docs[0], "Package "+p.Name+" "):
			t.Errorf("%s: the package comment must begin with %q", p.dir, "Package "+p.Name)
		case len(sentence.FindAllString(docs[0], -1)) < 2:
			t.Errorf("%s: the package comment needs two sentences: what the package is, and what does not belong in it", p.dir)
		}
	}
}

func TestNamesMeanSomething(t *testing.T) {
	for _, p := range packages(t) {
		for _, file := range slices.Concat(p.GoFiles, p.TestGoFiles, p.XTestGoFiles) {
			if word := emptyWordIn(strings.TrimSuffix(file, ".go")); word != "" {
				t.Errorf("%s: %q in a name says nothing; name what is in the file", p.file(file), word)
			}
		}
		for _, file := range p.GoFiles {
			for _, name := range declaredNames(p.parse(t, file)) {
				if word := emptyWordIn(name.Name); word != "" {
					t.Errorf("%s: %q in %s says nothing; name what it is or does", position(name), word, name.Name)
				}
			}
		}
	}
}

func TestFileNamesAreLowerCase(t *testing.T) {
	lower := regexp.MustCompile(`^[a-z0-9_.-]+$`)
	err := filepath.WalkDir(".", func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && slices.Contains([]string{".git", "node_modules", "testdata"}, entry.Name()):
			return fs.SkipDir
		case slices.Contains([]string{".go", ".sql", ".sh"}, filepath.Ext(path)) && !lower.MatchString(entry.Name()):
			t.Errorf("%s: file names are lower case, with _ between words", path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// A checker is told to be quiet by rule, with a reason, on one line; never wholesale. What golangci-lint's own comments
// (nolint) have to say is checked by golangci-lint itself.
func TestSilencedSecurityRulesAreNamedWithAReason(t *testing.T) {
	silences := regexp.MustCompile(`^//\s*#nosec`)
	named := regexp.MustCompile(`^// #nosec (G\d{3} )+-- \S+`)
	for _, p := range packages(t) {
		for _, file := range slices.Concat(p.GoFiles, p.TestGoFiles, p.XTestGoFiles) {
			for _, group := range p.parse(t, file).Comments {
				for _, comment := range group.List {
					if silences.MatchString(comment.Text) && !named.MatchString(comment.Text) {
						t.Errorf("%s: write // #nosec G123 -- reason", position(comment))
					}
				}
			}
		}
	}
}

// declaredNames are the names that a file declares for others to read: at the top level, of methods and of fields.
func declaredNames(file *ast.File) []*ast.Ident {
	names := []*ast.Ident{file.Name}
	for _, declaration := range file.Decls {
		switch d := declaration.(type) {
		case *ast.FuncDecl:
			names = append(names, d.Name)
		case *ast.GenDecl:
			ast.Inspect(d, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.TypeSpec:
					names = append(names, n.Name)
				case *ast.ValueSpec:
					names = append(names, n.Names...)
				case *ast.Field:
					names = append(names, n.Names...)
				case *ast.FuncLit:
					return false
				}
				return true
			})
		}
	}
	return names
}

// emptyWordIn finds one of [emptyWords], or its plural, among the words of a name, or "".
func emptyWordIn(name string) string {
	if slices.Contains(meant, name) {
		return ""
	}
	for _, word := range wordsOf(name) {
		word = strings.ToLower(word)
		if slices.Contains(emptyWords, word) || slices.Contains(emptyWords, strings.TrimSuffix(word, "s")) {
			return word
		}
	}
	return ""
}

// wordsOf takes a name apart: "HTTPInfo_of2" is HTTP, Info, of2.
func wordsOf(name string) []string {
	var words []string
	runes := []rune(name)
	start := 0
	for i := range runes {
		var next rune
		if i+1 < len(runes) {
			next = runes[i+1]
		}
		switch {
		case runes[i] == '_' || runes[i] == '-' || runes[i] == '.':
			words = append(words, string(runes[start:i]))
			start = i + 1
		case i > start && unicode.IsUpper(runes[i]) && (!unicode.IsUpper(runes[i-1]) || unicode.IsLower(next)):
			words = append(words, string(runes[start:i]))
			start = i
		}
	}
	return append(words, string(runes[start:]))
}
