package handlers

import (
	"reflect"

	"github.com/danielgtaylor/huma/v2"
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"dimmer/models"
)

// field is a field of a PATCH that may be left out but not be null; [optional] may be null too. Give it the tag
// `json:"name,omitzero"`.
type field[T any] struct {
	models.Opt[T]
	null bool // it was sent as null, which is refused: else a body could be emptied by a client that knows no better
}

// UnmarshalJSONFrom implements json.UnmarshalerFrom. It is called only for a field that was sent.
func (f *field[T]) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	if dec.PeekKind() == 'n' {
		f.null = true
		return dec.SkipValue()
	}
	value, err := dec.ReadValue()
	if err != nil {
		return err
	}
	f.Set = true
	return decode(value, &f.Value)
}

// Resolve implements huma.ResolverWithPath. (huma's own checks take null for absent.)
func (f *field[T]) Resolve(_ huma.Context, at *huma.PathBuffer) []error {
	if !f.null {
		return nil
	}
	return []error{&huma.ErrorDetail{Location: at.String(), Message: "must not be null"}}
}

// MarshalJSONTo implements json.MarshalerTo.
func (f field[T]) MarshalJSONTo(enc *jsontext.Encoder) error { return json.MarshalEncode(enc, f.Value) }

// IsZero leaves out what was not sent.
func (f field[T]) IsZero() bool { return !f.Set }

// Schema describes the field as T.
func (field[T]) Schema(r huma.Registry) *huma.Schema {
	return r.Schema(reflect.TypeFor[T](), false, "")
}

// MarshalJSONTo implements json.MarshalerTo.
func (o optional[T]) MarshalJSONTo(enc *jsontext.Encoder) error {
	if o.Null {
		return enc.WriteToken(jsontext.Null)
	}
	return json.MarshalEncode(enc, o.Value)
}

// IsZero leaves out what was not sent.
func (o optional[T]) IsZero() bool { return !o.Sent }

// orNil is a nullable field as the store takes it.
func (o optional[T]) orNil() models.Opt[*T] {
	switch {
	case !o.Sent:
		return models.Opt[*T]{}
	case o.Null:
		return models.Some[*T](nil)
	}
	return models.Some(&o.Value)
}

// object is a JSON object that is kept and returned exactly as it was written.
type object string

// UnmarshalJSONFrom implements json.UnmarshalerFrom.
func (o *object) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	value, err := dec.ReadValue()
	*o = object(value)
	return err
}

// MarshalJSONTo implements json.MarshalerTo.
func (o object) MarshalJSONTo(enc *jsontext.Encoder) error { return enc.WriteValue(jsontext.Value(o)) }

// Schema describes it as any object.
func (object) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeObject, AdditionalProperties: true}
}

// as gives a sent field in the type of the store.
func as[A, B any](f models.Opt[A], to func(A) B) models.Opt[B] {
	if !f.Set {
		return models.Opt[B]{}
	}
	return models.Some(to(f.Value))
}

func toJSON(o object) models.JSON { return models.JSON(o) }
