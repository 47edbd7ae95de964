package handlers

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// docsField is a parameter, or a field of a body.
type docsField struct {
	Name, Type string
	Mark       string // "required", or of an answer "not always there"
	Values     []string
	Default    string
	Bounds     string
	Text       string
	Like       string // the field that has the same fields
	Fields     []docsField
}

// direction is who writes a body.
type direction int

const (
	asInput direction = iota
	asAnswer
)

func (w docsWriter) parameter(p *huma.Param) docsField {
	f := w.field(p.Name, p.Schema)
	f.Text = p.Description
	if p.Schema.Type == huma.TypeArray && p.In == "query" {
		f.Type = "list, with commas"
		if p.Explode != nil && *p.Explode {
			f.Type = "string, repeatable"
		}
	}
	f.Type = p.In + " · " + f.Type
	if p.In == "header" {
		f.Type = "header · string"
	}
	if p.Required {
		f.Mark = "required"
	}
	return f
}

// tell tells the fields of a body, down to a depth.
func (w docsWriter) tell(s *huma.Schema, d direction, depth int) []docsField {
	t := shapeTeller{docsWriter: w, direction: d, told: map[string]string{}}
	return t.fields(s, "", depth)
}

// shapeTeller tells each shape of a body once, so that shapes which hold themselves come to an end.
type shapeTeller struct {
	docsWriter
	direction direction
	told      map[string]string // where, by the names of its fields: what may be null has no name of its own
}

// worthNaming is how many fields a shape has that is not repeated.
const worthNaming = 5

func (t shapeTeller) fields(s *huma.Schema, path string, depth int) []docsField {
	s = t.object(s)
	var all []docsField
	for _, name := range names(s) {
		f := t.field(name, s.Properties[name])
		if required := slices.Contains(s.Required, name); required && t.direction == asInput {
			f.Mark = "required"
		} else if !required && t.direction == asAnswer {
			f.Mark = "not always there"
		}
		all = append(all, f)
	}
	if depth--; depth == 0 {
		return all
	}
	for i, f := range all {
		where := strings.TrimPrefix(path+"."+f.Name, ".")
		inner := names(t.object(s.Properties[f.Name]))
		shape := strings.Join(inner, " ")
		if t.told[shape] != "" {
			all[i].Like = t.told[shape]
			continue
		}
		if len(inner) >= worthNaming {
			t.told[shape] = where
		}
		all[i].Fields = t.fields(s.Properties[f.Name], where, depth)
	}
	return all
}

// object is the shape of a value, or of the entries of a list.
func (w docsWriter) object(s *huma.Schema) *huma.Schema {
	for s.Ref != "" || s.Type == huma.TypeArray {
		if s.Ref != "" {
			s = w.schemas.SchemaFromRef(s.Ref)
		} else {
			s = s.Items
		}
	}
	return s
}

// names are the fields of a shape: those that are always there as the type has them, then the others by name.
func names(s *huma.Schema) []string {
	all := inOrder(s.Required)
	for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
		if !slices.Contains(all, name) {
			all = append(all, name)
		}
	}
	return all
}

// inOrder puts the id first, with what follows it. huma names the fields of an embedded type, where the id is, after the type's own.
func inOrder(required []string) []string {
	if len(required) < worthNaming {
		return required
	}
	first := max(0, slices.IndexFunc(required, func(name string) bool { return name == "id" || name == "number" }))
	return slices.Concat(required[first:], required[:first])
}

func (w docsWriter) field(name string, s *huma.Schema) docsField {
	f := docsField{Name: name, Type: w.typeText(s), Text: s.Description, Bounds: bounds(s)}
	values := s.Enum
	if s.Items != nil {
		values = s.Items.Enum
	}
	for _, value := range values {
		f.Values = append(f.Values, fmt.Sprint(value))
	}
	if s.Default != nil {
		text, err := json.Marshal(s.Default)
		if err == nil {
			f.Default = strings.Trim(string(text), `"`)
		}
	}
	return f
}

// typeText names a type: "string", "time or null", "list of objects".
func (w docsWriter) typeText(s *huma.Schema) string {
	nullable := s.Nullable
	if s.Ref != "" {
		s = w.schemas.SchemaFromRef(s.Ref)
		nullable = nullable || s.Nullable
	}
	text := s.Type
	switch {
	case s.Format == "date-time":
		text = "time"
	case s.Format == "uri":
		text = "address"
	case s.Type == huma.TypeArray:
		text = "list of " + w.typeText(s.Items) + "s"
	case s.Type == "":
		text = "anything"
	}
	if values, isMap := s.AdditionalProperties.(*huma.Schema); isMap && len(s.Properties) == 0 {
		text = "object, from name to " + w.typeText(values)
	}
	if nullable {
		text += " or null"
	}
	return text
}

// bounds puts the limits of a value into words.
func bounds(s *huma.Schema) string {
	low, high, of := "", "", ""
	number := func(f *float64) string {
		if f == nil {
			return ""
		}
		return thousands(int(*f))
	}
	count := func(n *int) string {
		if n == nil {
			return ""
		}
		return thousands(*n)
	}
	switch {
	case s.Minimum != nil || s.Maximum != nil:
		low, high = number(s.Minimum), number(s.Maximum)
	case s.MinLength != nil || s.MaxLength != nil:
		low, high, of = count(s.MinLength), count(s.MaxLength), " characters"
	case s.MinItems != nil || s.MaxItems != nil:
		low, high, of = count(s.MinItems), count(s.MaxItems), " entries"
	}
	switch {
	case low != "" && high != "":
		return low + " to " + high + of
	case high != "":
		return "at most " + high + of
	case low != "":
		return "at least " + low + of
	}
	return ""
}

// thousands writes 1000000 as 1,000,000.
func thousands(n int) string {
	text := fmt.Sprint(n)
	for i := len(text) - 3; i > 0 && text[i-1] != '-'; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}
