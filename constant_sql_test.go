package dimmer_test

import (
	"fmt"
	"go/ast"
	"go/importer"
	"go/token"
	"go/types"
	"io"
	"os"
	"slices"
	"strings"
	"testing"
)

// gorm runs whatever text it is given, so text that becomes SQL is put together from constants only; what somebody asked for is an
// argument, a ?. This follows such text through package models: every call of gorm, and every parameter, field and variable of ours
// whose name says that it is SQL, must get constants, or something else that already had to.
var (
	gormText = "query sql expr name column association"         // parameters of gorm's functions
	ourText  = "sql column columns where order table first tie" // parameters and fields of models
	// refused are gorm's doors past our rules: the migrations are ours, and these write what nobody asked for.
	refused = "AutoMigrate Migrator Save FirstOrCreate FirstOrInit"
)

func TestSQLIsPutTogetherFromConstants(t *testing.T) {
	for _, p := range packages(t) {
		if within(p.dir, "models") {
			checkSQL(t, p)
		}
	}
}

func checkSQL(t *testing.T, p pkg) {
	c := &sqlChecker{
		t: t,
		info: &types.Info{
			Types: map[ast.Expr]types.TypeAndValue{}, Uses: map[*ast.Ident]types.Object{}, Defs: map[*ast.Ident]types.Object{},
		},
		given: map[types.Object][]ast.Expr{},
	}
	var files []*ast.File
	for _, name := range p.GoFiles {
		files = append(files, p.parse(t, name))
	}
	config := types.Config{Importer: importer.ForCompiler(sources, "gc", exportData(t, p))}
	checked, err := config.Check(p.ImportPath, sources, files, c.info)
	if err != nil {
		t.Fatal(err)
	}
	c.ours = checked
	for _, file := range files {
		ast.Inspect(file, c.collect)
	}
	for _, file := range files {
		ast.Inspect(file, c.check)
	}
}

// exportData finds the compiled form of what a package imports.
func exportData(t *testing.T, p pkg) importer.Lookup {
	t.Helper()
	list, err := goList("-export", "-deps", "-f", "{{.ImportPath}} {{.Export}}", p.ImportPath)
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for line := range strings.Lines(string(list)) {
		path, file, _ := strings.Cut(strings.TrimSpace(line), " ")
		files[path] = file
	}
	return func(path string) (io.ReadCloser, error) {
		if files[path] == "" {
			return nil, fmt.Errorf("no export data for %s", path)
		}
		return os.Open(files[path])
	}
}

type sqlChecker struct {
	t     *testing.T
	info  *types.Info
	ours  *types.Package
	given map[types.Object][]ast.Expr // what each variable was ever set to, what each function ever returns; nil where it is not seen
}

// collect notes what variables are set to and functions return.
func (c *sqlChecker) collect(n ast.Node) bool {
	note := func(name, value ast.Expr) {
		if ident, ok := name.(*ast.Ident); ok {
			c.given[c.info.ObjectOf(ident)] = append(c.given[c.info.ObjectOf(ident)], value)
		}
	}
	switch n := n.(type) {
	case *ast.AssignStmt:
		for i, name := range n.Lhs {
			if len(n.Lhs) == len(n.Rhs) {
				note(name, n.Rhs[i])
			} else {
				note(name, nil)
			}
		}
	case *ast.ValueSpec:
		for i, name := range n.Names {
			if i < len(n.Values) {
				note(name, n.Values[i])
			}
		}
	case *ast.RangeStmt:
		note(n.Key, nil)
		note(n.Value, n.X)
	case *ast.FuncDecl:
		if n.Body != nil && n.Type.Results.NumFields() == 1 {
			ast.Inspect(n.Body, func(inner ast.Node) bool {
				if result, ok := inner.(*ast.ReturnStmt); ok {
					note(n.Name, result.Results[0])
				}
				_, nested := inner.(*ast.FuncLit)
				return !nested
			})
		}
	}
	return true
}

// check looks at each place where text becomes SQL.
func (c *sqlChecker) check(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.CallExpr:
		c.checkCall(n)
	case *ast.CompositeLit:
		c.checkLiteral(n)
	case *ast.AssignStmt:
		for i, left := range n.Lhs {
			if field, ok := left.(*ast.SelectorExpr); ok && len(n.Lhs) == len(n.Rhs) && c.isText(c.info.ObjectOf(field.Sel)) {
				c.demandConstant(n.Rhs[i], field.Sel.Name)
			}
		}
	}
	return true
}

func (c *sqlChecker) checkCall(call *ast.CallExpr) {
	called := c.function(call)
	if called == nil {
		return
	}
	if isGorm(called) && among(called.Name(), refused) {
		c.t.Errorf("%s: gorm's %s is not for us: see the rules in the comment of package models", position(call), called.Name())
	}
	parameters := called.Signature().Params()
	if last := parameters.Len() - 1; isGorm(called) && last >= 0 && parameters.At(last).Name() == "conds" && len(call.Args) > last {
		c.t.Errorf("%s: conditions belong in Where: %s runs a text as SQL and drops a struct without values", position(call), called.Name())
	}
	for i, argument := range call.Args {
		at := min(i, parameters.Len()-1) // the last parameter may take many
		orders := isGorm(called) && called.Name() == "Order"
		if at >= 0 && call.Ellipsis == token.NoPos && (orders || c.isText(parameters.At(at))) {
			c.demandConstant(argument, called.Name())
		}
	}
}

func (c *sqlChecker) checkLiteral(literal *ast.CompositeLit) {
	structure, ok := c.info.TypeOf(literal).Underlying().(*types.Struct)
	if !ok {
		return
	}
	for i, element := range literal.Elts {
		if pair, ok := element.(*ast.KeyValueExpr); ok {
			if key, ok := pair.Key.(*ast.Ident); ok && c.isText(c.info.ObjectOf(key)) {
				c.demandConstant(pair.Value, key.Name)
			}
		} else if c.isText(structure.Field(i)) {
			c.demandConstant(element, structure.Field(i).Name())
		}
	}
}

func (c *sqlChecker) demandConstant(text ast.Expr, into string) {
	if !c.constant(text, map[types.Object]bool{}) {
		c.t.Errorf("%s: %s must get SQL made of constants; what was asked for is an argument", position(text), into)
	}
}

// constant reports whether a text is made of constants of the program only. seen holds what is being looked at further up.
func (c *sqlChecker) constant(text ast.Expr, seen map[types.Object]bool) bool {
	if text == nil {
		return false
	}
	if c.info.Types[text].Value != nil {
		return true
	}
	switch e := ast.Unparen(text).(type) {
	case *ast.BinaryExpr:
		return e.Op == token.ADD && c.constant(e.X, seen) && c.constant(e.Y, seen)
	case *ast.IndexExpr:
		return c.constant(e.X, seen)
	case *ast.CompositeLit:
		// A table of texts. A struct or a map as a condition is refused: gorm leaves out what is zero, and so perhaps the whole WHERE.
		return c.isTable(e) && !slices.ContainsFunc(e.Elts, func(element ast.Expr) bool {
			if pair, ok := element.(*ast.KeyValueExpr); ok {
				element = pair.Value
			}
			return !c.constant(element, seen)
		})
	case *ast.SelectorExpr:
		return c.isText(c.info.ObjectOf(e.Sel))
	case *ast.Ident:
		return c.alwaysConstant(c.info.ObjectOf(e), seen)
	case *ast.CallExpr:
		called := c.function(e)
		switch {
		case called == nil || called.Pkg() == nil:
			return false
		case called.Pkg() == c.ours:
			return c.alwaysConstant(called, seen)
		case called.Pkg().Path() == "strings" && called.Signature().Recv() == nil:
			return !slices.ContainsFunc(e.Args, func(argument ast.Expr) bool { return !c.constant(argument, seen) })
		}
		return isGorm(called) || called.FullName() == "strconv.Itoa" // gorm's own expressions were checked where they were made
	}
	return false
}

// alwaysConstant reports whether a variable was only ever set to, or a function only ever returns, text made of constants. What
// passes a parameter that is named as SQL was checked by whoever passed it.
func (c *sqlChecker) alwaysConstant(object types.Object, seen map[types.Object]bool) bool {
	if seen[object] {
		return true
	}
	seen[object] = true
	return (len(c.given[object]) > 0 || c.isText(object)) && !slices.ContainsFunc(c.given[object], func(value ast.Expr) bool {
		return !c.constant(value, seen)
	})
}

// isTable reports whether a literal is a map or list of texts.
func (c *sqlChecker) isTable(literal *ast.CompositeLit) bool {
	table, ok := c.info.TypeOf(literal).Underlying().(interface{ Elem() types.Type })
	return ok && types.Identical(table.Elem().Underlying(), types.Typ[types.String])
}

// isText reports whether a parameter or field is one whose name says that it becomes SQL.
func (c *sqlChecker) isText(object types.Object) bool {
	variable, ok := object.(*types.Var)
	if !ok || variable.Pkg() == nil {
		return false
	}
	switch t := variable.Type().Underlying().(type) {
	case *types.Basic:
		ok = t.Kind() == types.String
	case *types.Slice:
		ok = types.Identical(t.Elem(), types.Typ[types.String])
	case *types.Map:
		ok = types.Identical(t.Elem(), types.Typ[types.String])
	case *types.Interface:
		ok = t.Empty()
	default:
		ok = false
	}
	if variable.Pkg() == c.ours {
		return ok && among(variable.Name(), ourText)
	}
	return ok && variable.Pkg().Path() == "gorm.io/gorm" && among(variable.Name(), gormText)
}

func isGorm(f *types.Func) bool { return f.Pkg() != nil && f.Pkg().Path() == "gorm.io/gorm" }

// function is the function or method that is called, or nil.
func (c *sqlChecker) function(call *ast.CallExpr) *types.Func {
	name := ast.Unparen(call.Fun)
	if index, ok := name.(*ast.IndexExpr); ok {
		name = index.X
	}
	if selector, ok := name.(*ast.SelectorExpr); ok {
		name = selector.Sel
	}
	ident, ok := name.(*ast.Ident)
	if !ok {
		return nil
	}
	called, _ := c.info.ObjectOf(ident).(*types.Func)
	return called
}
