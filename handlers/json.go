package handlers

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// What a body may be made of; json v2 has no options for it and stops only at 10,000 levels. The largest that is of use is a bulk
// of 1,000 ids. A megabyte of single digits would take 0.2 s to read.
const (
	maxDepth  = 32
	maxValues = 20_000
)

// parseObject reads a body that nobody vouches for and tells a client exactly what cannot be accepted: 400 for what is no JSON
// object by the strictest reading (a name given twice, text behind the end, a byte order mark, wrong UTF-8, half a surrogate pair:
// wherever a proxy and we could understand different things), 422 for a number or a text that no field can hold. The texts of
// json v2's errors quote the input, so they are never shown.
func parseObject(data []byte) (map[string]any, error) {
	switch depth, values := measure(data); {
	case depth > maxDepth:
		return nil, malformed(fmt.Sprintf("The body is nested deeper than %d levels.", maxDepth), FieldError{"body", "is nested too deep"})
	case values > maxValues:
		return nil, refuse(http.StatusRequestEntityTooLarge, "too_large", fmt.Sprintf("The body has more than %d values.", maxValues))
	}
	var tree any
	if err := json.Unmarshal(data, &tree); err != nil {
		return nil, unreadable(err)
	}
	object, ok := tree.(map[string]any)
	if !ok {
		return nil, malformed("The body must be one JSON object.", FieldError{"body", "must be an object"})
	}
	if bytes.Contains(data, []byte(`\u0000`)) {
		if where, found := findNUL("body", object); found {
			return nil, invalid(fieldError(where, "must not contain the character NUL"))
		}
	}
	return object, nil
}

// measure counts how deep a body nests and about how many values it has, by the brackets and commas outside of texts. It needs
// no valid JSON: what it misjudges is refused by the decoder.
func measure(data []byte) (deepest, values int) {
	depth, inText := 0, false
	for i := 0; i < len(data); i++ {
		switch b := data[i]; {
		case inText && b == '\\':
			i++
		case b == '"':
			inText = !inText
		case inText:
		case b == '{' || b == '[':
			depth++
			deepest = max(deepest, depth)
		case b == '}' || b == ']':
			depth--
		case b == ',':
			values++
		}
	}
	return deepest, values + 1
}

// unreadable says what is wrong with a body without repeating any of it but field names.
func unreadable(err error) *Problem {
	var value *json.SemanticError
	if errors.As(err, &value) {
		return invalid(fieldError("body"+dotted(value.JSONPointer), "is not a value that can be stored"))
	}
	message := "is not valid JSON"
	var syntax *jsontext.SyntacticError
	switch {
	case errors.Is(err, jsontext.ErrDuplicateName):
		message = "has a field that is given more than once"
	case errors.As(err, &syntax):
		message = fmt.Sprintf("is not valid JSON after byte %d", syntax.ByteOffset)
	}
	return malformed("The body cannot be read as JSON.", FieldError{"body", message})
}

// dotted writes a JSON pointer as clients know it from locations: /tags/2 is .tags[2].
func dotted(pointer jsontext.Pointer) string {
	var b strings.Builder
	for token := range pointer.Tokens() {
		if strings.Trim(token, "0123456789") == "" {
			b.WriteString("[" + token + "]")
		} else {
			b.WriteString("." + token)
		}
	}
	return b.String()
}

// findNUL looks for U+0000, which Postgres cannot store and SQLite can.
func findNUL(where string, value any) (string, bool) {
	switch v := value.(type) {
	case string:
		return where, strings.Contains(v, "\x00")
	case []any:
		for i, item := range v {
			if at, found := findNUL(fmt.Sprintf("%s[%d]", where, i), item); found {
				return at, true
			}
		}
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(v)) {
			if strings.Contains(name, "\x00") {
				return where, true
			}
			if at, found := findNUL(where+"."+name, v[name]); found {
				return at, true
			}
		}
	}
	return "", false
}

// decode reads a body that parseObject has accepted into an input type. Names are compared as written, unknown ones refused.
func decode(data []byte, into any) error {
	return json.Unmarshal(data, into, json.RejectUnknownMembers(true))
}

// encode writes a value as clients get it: lists are never null, maps are in order (so that ETags are stable), nothing is escaped
// for HTML.
func encode(value any) ([]byte, error) {
	return json.Marshal(value, json.Deterministic(true))
}

// writeJSON writes a value as the body of an answer. A client that has gone is no error.
func writeJSON(w io.Writer, value any) {
	data, err := encode(value)
	if err != nil {
		panic(fmt.Errorf("encode an answer: %w", err)) // a type of ours that has no JSON form
	}
	_, _ = w.Write(data)
}

// writeProblem writes a refusal as what its content type says.
func writeProblem(w io.Writer, p *Problem) {
	if p.page != nil {
		p.page(w, p)
		return
	}
	writeJSON(w, p)
}

// jsonAPI is huma with our JSON in place of its formats: nothing is negotiated, every answer is JSON in UTF-8.
type jsonAPI struct{ huma.API }

func (jsonAPI) Negotiate(string) (string, error) { return contentJSON, nil }

func (jsonAPI) Marshal(w io.Writer, _ string, value any) error {
	if problem, refused := value.(*Problem); refused {
		writeProblem(w, problem)
		return nil
	}
	data, err := encode(value)
	if err == nil {
		_, _ = w.Write(data) // else huma would panic because a client has left
	}
	return err
}

// Unmarshal is called twice for a body: into any for the checks of values, then into the input type.
func (jsonAPI) Unmarshal(_ string, data []byte, into any) error {
	err := decode(data, into)
	var value *json.SemanticError
	if errors.As(err, &value) {
		return errors.New(within(strings.TrimPrefix(dotted(value.JSONPointer), "."), "does not have the right form"))
	}
	if err != nil {
		return errors.New("is not valid JSON") // parseObject has said so before
	}
	return nil
}

// optional is a field of a PATCH: it tells "not sent" from null and from a value. Give it the tag `json:"name,omitzero"`.
type optional[T any] struct {
	Value T
	Sent  bool // the client has named the field
	Null  bool // with null
}

// UnmarshalJSONFrom implements json.UnmarshalerFrom.
func (o *optional[T]) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	o.Sent = true
	if dec.PeekKind() == 'n' {
		o.Null = true
		return dec.SkipValue()
	}
	return json.UnmarshalDecode(dec, &o.Value)
}

// Schema describes the field as T or null.
func (optional[T]) Schema(r huma.Registry) *huma.Schema { return orNull[T](r) }

// nullable is a field of an answer that is an object or null. (huma documents a pointer to a struct as never null.)
type nullable[T any] struct{ Value *T }

// MarshalJSONTo implements json.MarshalerTo.
func (n nullable[T]) MarshalJSONTo(enc *jsontext.Encoder) error {
	return json.MarshalEncode(enc, n.Value)
}

// Schema describes the field as T or null.
func (nullable[T]) Schema(r huma.Registry) *huma.Schema { return orNull[T](r) }

func orNull[T any](r huma.Registry) *huma.Schema {
	schema := *r.Schema(reflect.TypeFor[T](), false, "")
	schema.Nullable = true
	return &schema
}

// isSafe tells whether a method only reads.
func isSafe(method string) bool {
	return method == http.MethodGet || method == http.MethodHead || method == http.MethodOptions
}
