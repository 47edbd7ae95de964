package dimmer_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// arrows says which rooms a room may import; every other import of ours is wrong. A room is a folder with all that is below it,
// unless something below has a line of its own. To draw a new arrow, change this table and the one in the README.
var arrows = map[string]string{
	"cmd":            everything,
	"handlers":       "models auth moderation markdown cache media site admin-ui",
	"handlers/ghost": "models markdown cache",
	"notify":         "models moderation outbound",
	"transfer":       "models markdown media outbound",
	"models":         "auth markdown",
	"media":          "outbound",
	"admin-ui":       "",
	"auth":           "",
	"cache":          "",
	"data":           "",
	"markdown":       "",
	"moderation":     "",
	"outbound":       "",
	"site":           "",
}

const everything = "*"

// confined names the libraries that only some rooms may know, tests included.
var confined = map[string]string{
	"github.com/gin-gonic":          "cmd handlers",
	"github.com/danielgtaylor/huma": "cmd handlers",
	"gorm.io":                       "models cmd/dimmer-bench", // where it is a rival
}

// reserved names what only some rooms may use of a package. Tests may use all of it.
var reserved = []struct{ pkg, names, rooms, why string }{
	{
		"os", "Getenv LookupEnv Environ ExpandEnv Setenv Unsetenv Clearenv", "cmd",
		"settings are read in one place and handed down as values",
	},
	{"syscall", "Getenv Environ Setenv Unsetenv Clearenv", "cmd", "settings are read in one place and handed down as values"},
	{
		"net/http", "Client Transport DefaultClient DefaultTransport Get Head Post PostForm", "outbound cmd/dimmer-bench",
		"whoever calls out must not reach private addresses",
	},
	{"html/template", "HTML HTMLAttr CSS JS JSStr Srcset URL", "site", "text marked as safe is not escaped any more"},
}

func TestPackagesImportOnlyAlongTheArrows(t *testing.T) {
	for _, p := range packages(t) {
		here := p.room()
		for file, imports := range p.imports(t) {
			for _, imported := range imports {
				path, ours := strings.CutPrefix(imported, modulePath+"/")
				if !ours {
					continue
				}
				there := roomOf(path)
				if there == "" {
					t.Errorf("%s imports %s, a room without a line in the table of arrows", file, path)
				} else if here != "" && there != here && arrows[here] != everything && !among(there, arrows[here]) {
					t.Errorf("%s imports %s: there is no arrow from %s to %s", file, path, here, there)
				}
			}
		}
	}
}

func TestEveryPackageIsInARoom(t *testing.T) {
	for _, p := range packages(t) {
		if p.dir != "." && p.room() == "" {
			t.Errorf("%s is in no room of the table of arrows: add a line that says what it may import", p.dir)
		}
	}
}

func TestLibrariesStayInTheirRooms(t *testing.T) {
	for _, p := range packages(t) {
		for file, imports := range p.imports(t) {
			for _, imported := range imports {
				for library, rooms := range confined {
					if within(imported, library) && !inOneOf(p.dir, rooms) {
						t.Errorf("%s imports %s, which belongs to %s only", file, imported, rooms)
					}
				}
			}
		}
	}
}

func TestReservedFunctionsStayInTheirRooms(t *testing.T) {
	for _, p := range packages(t) {
		for _, r := range reserved {
			if inOneOf(p.dir, r.rooms) {
				continue
			}
			for _, file := range p.GoFiles {
				syntax := p.parse(t, file)
				name := importedAs(syntax, r.pkg)
				ast.Inspect(syntax, func(n ast.Node) bool {
					if used, ok := n.(*ast.SelectorExpr); ok && name != "" && isIdent(used.X, name) && among(used.Sel.Name, r.names) {
						t.Errorf("%s: %s.%s is for %s only: %s", position(used), r.pkg, used.Sel.Name, r.rooms, r.why)
					}
					return true
				})
				if name == "." {
					t.Errorf("%s imports %s as ., which hides what it uses of it", p.file(file), r.pkg)
				}
			}
		}
	}
}

// modulePath is the first line of go.mod.
const modulePath = "dimmer"

// pkg is a package of ours, as `go list -json` describes it.
type pkg struct {
	Dir, ImportPath, Name              string
	GoFiles, TestGoFiles, XTestGoFiles []string

	dir string // relative to the module, with slashes
}

// packages lists the packages of the module.
func packages(t *testing.T) []pkg {
	t.Helper()
	all, err := listPackages()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

var listPackages = sync.OnceValues(func() ([]pkg, error) {
	// The folders are read here too, only so that the test cache notices a new file: it does not see what `go list` reads.
	err := filepath.WalkDir(".", func(_ string, entry fs.DirEntry, err error) error {
		if entry != nil && (entry.Name() == ".git" || entry.Name() == "node_modules") {
			return fs.SkipDir
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	list, err := goList("-json", "./...")
	if err != nil {
		return nil, err
	}
	root, err := filepath.Abs(".")
	if err != nil {
		return nil, err
	}
	var all []pkg
	for decoder := json.NewDecoder(bytes.NewReader(list)); decoder.More(); {
		var p pkg
		if err := decoder.Decode(&p); err != nil {
			return nil, err
		}
		dir, err := filepath.Rel(root, p.Dir)
		if err != nil {
			return nil, err
		}
		p.dir = filepath.ToSlash(dir)
		all = append(all, p)
	}
	return all, nil
})

// goList is what `go list` answers.
func goList(arguments ...string) ([]byte, error) {
	list := exec.CommandContext(context.Background(), "go", append([]string{"list"}, arguments...)...)
	list.Env = append(os.Environ(), "CGO_ENABLED=0") // as the program is built, also when the race detector asks for cgo
	out, err := list.Output()
	var failed *exec.ExitError
	if errors.As(err, &failed) {
		return nil, fmt.Errorf("%s: %w\n%s", list, err, failed.Stderr)
	}
	return out, err
}

func (p pkg) room() string { return roomOf(p.dir) }

func (p pkg) file(name string) string { return filepath.ToSlash(filepath.Join(p.dir, name)) }

// parse reads a file of the package.
func (p pkg) parse(t *testing.T, name string) *ast.File {
	t.Helper()
	syntax, err := parser.ParseFile(sources, p.file(name), nil, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	return syntax
}

// imports gives what each file of the package imports, tests included.
func (p pkg) imports(t *testing.T) map[string][]string {
	t.Helper()
	all := map[string][]string{}
	for _, name := range slices.Concat(p.GoFiles, p.TestGoFiles, p.XTestGoFiles) {
		for _, spec := range p.parse(t, name).Imports {
			path, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			all[p.file(name)] = append(all[p.file(name)], path)
		}
	}
	return all
}

// sources knows the lines of every file that was parsed.
var sources = token.NewFileSet()

func position(n ast.Node) token.Position { return sources.Position(n.Pos()) }

// roomOf finds the room of a folder, the nearest one above it that has a line in the table, or "".
func roomOf(dir string) string {
	rooms := slices.Collect(maps.Keys(arrows))
	slices.SortFunc(rooms, func(a, b string) int { return len(b) - len(a) })
	for _, room := range rooms {
		if within(dir, room) {
			return room
		}
	}
	return ""
}

// within reports whether a path is the folder or below it.
func within(path, folder string) bool { return path == folder || strings.HasPrefix(path, folder+"/") }

// among reports whether word is one of words, which stand between spaces.
func among(word, words string) bool { return slices.Contains(strings.Fields(words), word) }

func inOneOf(dir, rooms string) bool {
	return slices.ContainsFunc(strings.Fields(rooms), func(room string) bool { return within(dir, room) })
}

// importedAs is the name by which a file calls a package that it imports, or "".
func importedAs(file *ast.File, path string) string {
	for _, spec := range file.Imports {
		if spec.Path.Value != strconv.Quote(path) {
			continue
		}
		if spec.Name != nil {
			return spec.Name.Name
		}
		return path[strings.LastIndex(path, "/")+1:]
	}
	return ""
}

func isIdent(x ast.Expr, name string) bool {
	ident, ok := x.(*ast.Ident)
	return ok && ident.Name == name
}
