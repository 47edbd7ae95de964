package handlers

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const goodComment = `{"name":"Ada","body":"Well said."}`

func TestBodyIsReadByTheStrictestRules(t *testing.T) {
	t.Parallel()
	f := newFrame(t, func(c *Config) { c.Limiter = NoLimits{} })
	deep := func(levels int) string {
		return `{"name":"Ada","body":` + strings.Repeat("[", levels-1) + strings.Repeat("]", levels-1) + `}`
	}
	for name, tc := range map[string]struct {
		body   string
		status int
		where  string
	}{
		"positive control":                 {goodComment, 201, ""},
		"white space around":               {"\n\t " + goodComment + " \n", 201, ""},
		"backslash u0000 that is no NUL":   {`{"name":"Ada","body":"\\u0000"}`, 201, ""},
		"line break and tab in a text":     {`{"name":"Ada","body":"a\n\tb"}`, 201, ""},
		"emoji as a surrogate pair":        {`{"name":"Ada","body":"\ud83d\ude00"}`, 201, ""},
		"offset of a time":                 {`{"name":"Ada","body":"x","at":"2026-03-01T09:30:00+05:30"}`, 201, ""},
		"cut off":                          {`{`, 400, "body"},
		"null":                             {`null`, 400, "body"},
		"a list":                           {`[]`, 400, "body"},
		"a text":                           {`"x"`, 400, "body"},
		"a number":                         {`7`, 400, "body"},
		"white space only":                 {"  \n", 400, "body"},
		"comma at the end":                 {`{"name":"Ada","body":"x",}`, 400, "body"},
		"single quotes":                    {`{'name':'Ada','body':'x'}`, 400, "body"},
		"a comment":                        {`{"name":"Ada",/* hi */"body":"x"}`, 400, "body"},
		"byte order mark":                  {"\ufeff" + goodComment, 400, "body"},
		"text behind the end":              {goodComment + `garbage`, 400, "body"},
		"two documents":                    {goodComment + goodComment, 400, "body"},
		"a name twice":                     {`{"name":"Ada","body":"x","body":"y"}`, 400, "body"},
		"a name twice, once escaped":       {`{"name":"Ada","body":"x","b\u006fdy":"y"}`, 400, "body"},
		"a name twice deep inside":         {`{"name":"Ada","body":{"a":1,"a":2}}`, 400, "body"},
		"wrong UTF-8":                      {"{\"name\":\"Ada\",\"body\":\"\xff\"}", 400, "body"},
		"overlong UTF-8":                   {"{\"name\":\"Ada\",\"body\":\"\xc0\xaf\"}", 400, "body"},
		"half a surrogate pair":            {`{"name":"Ada","body":"\ud800 my password"}`, 400, "body"},
		"32 levels":                        {deep(maxDepth), 422, "body.body"},
		"33 levels":                        {deep(maxDepth + 1), 400, "body"},
		"100,000 levels":                   {strings.Repeat("[", 10_000), 400, "body"},
		"brackets in a text are no levels": {`{"name":"Ada","body":"` + strings.Repeat("[", 100) + `"}`, 201, ""},
		"NUL in a text":                    {`{"name":"Ada","body":"a\u0000b"}`, 422, "body.body"},
		"NUL in a name":                    {`{"name":"Ada","body":"x","a\u0000":1}`, 422, "body"},
		"unknown field":                    {`{"name":"Ada","body":"x","status":"approved"}`, 422, "body.status"},
		"two unknown fields":               {`{"name":"Ada","body":"x","is_admin":true,"id":"1"}`, 422, "body.id body.is_admin"},
		"upper case":                       {`{"name":"Ada","BODY":"x"}`, 422, "body.BODY body.body"},
		"long s folds to s":                {`{"name":"Ada","body":"x","tagſ":[]}`, 422, "body.tagſ"},
		"Kelvin sign folds to k":           {`{"name":"Ada","body":"x","` + "\u212a" + `":1}`, 422, "body.\u212a"},
		"field is missing":                 {`{"body":"x"}`, 422, "body.name"},
		"all is missing":                   {`{}`, 422, "body.body body.name"},
		"a number for a text":              {`{"name":"Ada","body":5}`, 422, "body.body"},
		"an object for a text":             {`{"name":"Ada","body":{}}`, 422, "body.body"},
		"null for a required text":         {`{"name":"Ada","body":null}`, 422, "body.body"},
		"a text for a boolean":             {`{"name":"Ada","body":"x","notify":"yes"}`, 422, "body.notify"},
		"a fraction for a whole number":    {`{"name":"Ada","body":"x","stars":1.5}`, 422, "body.stars"},
		"a number out of range":            {`{"name":"Ada","body":"x","stars":9223372036854775808}`, 422, "body.stars"},
		"a number that overflows":          {`{"name":"Ada","body":"x","stars":1e999}`, 422, "body.stars"},
		"a time without an offset":         {`{"name":"Ada","body":"x","at":"2026-03-01T09:30:00"}`, 422, "body.at"},
		"a time that is none":              {`{"name":"Ada","body":"x","at":"2026-02-30T09:30:00Z"}`, 422, "body.at"},
		"objects in a list of texts":       {`{"name":"Ada","body":"x","tags":[{},[]]}`, 422, "body.tags[0] body.tags[1]"},
		"one character over":               {`{"name":"Ada","body":"` + strings.Repeat("é", 10_001) + `"}`, 413, ""},
		"name of 80 characters":            {`{"name":"` + strings.Repeat("é", 80) + `","body":"x"}`, 201, ""},
		"name of 81 characters":            {`{"name":"` + strings.Repeat("é", 81) + `","body":"x"}`, 422, "body.name"},
	} {
		t.Run(name, func(t *testing.T) {
			res := f.send("POST", "/api/v1/things/hello/comments", tc.body)
			if res.status != tc.status {
				t.Fatalf("answered %d, want %d: %s", res.status, tc.status, res.body)
			}
			if tc.where != "" {
				if diff := cmp.Diff(tc.where, sorted(res.where(t))); diff != "" {
					t.Errorf("locations (-want +got):\n%s", diff)
				}
			}
		})
	}
}

func TestRefusedBodyIsNeverRepeated(t *testing.T) {
	t.Parallel()
	f := newFrame(t, func(c *Config) { c.Limiter = NoLimits{} })
	const secret = "hunter2hunter2"
	for name, body := range map[string]string{
		"wrong type":              `{"email":"a@b.example","password":["` + secret + `"]}`,
		"wrong e-mail":            `{"email":"` + secret + `","password":"x"}`,
		"an address and more":     `{"email":"a@b.example ` + secret + `","password":"x"}`,
		"an address with a name":  `{"email":"` + secret + ` <a b>","password":"x"}`,
		"cut off":                 `{"email":"a@b.example","password":"` + secret,
		"behind a lone surrogate": `{"email":"a@b.example","password":"\ud800` + secret + `"}`,
		"unknown field's value":   `{"email":"a@b.example","password":"x","pin":"` + secret + `"}`,
		"given twice":             `{"email":"a@b.example","password":"` + secret + `","password":"` + secret + `"}`,
		"too long":                `{"email":"a@b.example","password":"` + strings.Repeat(secret, 30) + `"}`,
	} {
		t.Run(name, func(t *testing.T) {
			res := f.send("POST", "/api/v1/auth/login", body)
			if res.status != 400 && res.status != 422 {
				t.Fatalf("answered %d, want 400 or 422: %s", res.status, res.body)
			}
			if strings.Contains(res.body, secret) || strings.Contains(f.log.String(), secret) {
				t.Errorf("repeats the input: %s", res.body)
			}
		})
	}
}

// A megabyte can be made to cost much more than a megabyte: what would take long to read is refused by counting.
func TestBodiesOfVeryManyValuesAreRefused(t *testing.T) {
	t.Parallel()
	f := newFrame(t)
	names := func(n int) string {
		var keys strings.Builder
		for i := range n {
			fmt.Fprintf(&keys, `"k%d":1,`, i)
		}
		return `{` + keys.String() + `"title":"x"}`
	}
	for name, tc := range map[string]struct {
		body string
		want int
	}{
		"10,000 names":     {names(10_000), 422},
		"60,000 names":     {names(60_000), 413},
		"one name of 1 MB": {`{"` + strings.Repeat("k", 1_000_000) + `":1}`, 422},
		"500,000 items":    {`{"title":[` + strings.Repeat("1,", 500_000) + `1]}`, 413},
		"500,000 brackets": {`{"title":[` + strings.Repeat("[],", 300_000) + `[]]}`, 413},
		"backslashes":      {`{"title":"` + strings.Repeat(`\\`, 500_000) + `"}`, 422},
		"1 MB of title":    {`{"title":"` + strings.Repeat(",", 1_000_000) + `"}`, 422},
	} {
		res := f.send("PATCH", "/api/v1/admin/posts/1", tc.body, "Authorization: Bearer author")
		if res.status != tc.want || len(res.body) > 4000 {
			t.Errorf("%s answered %d with %d bytes", name, res.status, len(res.body))
		}
	}
}

func TestManyErrorsAreCutShort(t *testing.T) {
	t.Parallel()
	f := newFrame(t)
	fields := `,"` + strings.Repeat("k", 5000) + `":1`
	for i := range 1000 {
		fields += fmt.Sprintf(`,"k%d":1`, i)
	}
	res := f.send("POST", "/api/v1/things/hello/comments", `{"name":"Ada"`+fields+`}`)
	if p := res.problem(t); res.status != 422 || len(p.Errors) != maxFieldErrors || len(res.body) > 3000 {
		t.Errorf("answered %d with %d errors in %d bytes", res.status, len(p.Errors), len(res.body))
	}
}

func TestPatchTellsAbsentFromNullFromValue(t *testing.T) {
	t.Parallel()
	f := newFrame(t)
	for body, want := range map[string]string{
		`{}`:              "absent",
		`{"title":null}`:  "null",
		`{"title":"New"}`: "value New",
	} {
		res := f.send("PATCH", "/api/v1/admin/posts/1", body, "Authorization: Bearer author")
		if res.status != 200 || !strings.Contains(res.body, `"saw":"`+want+`"`) {
			t.Errorf("%s answered %d %s, want to see %q", body, res.status, res.body, want)
		}
	}
	for body, where := range map[string]string{
		`{"title":"` + strings.Repeat("x", 21) + `"}`: "body.title",
		`{"title":5}`:           "body.title",
		`{"image":{"src":"x"}}`: "body.image.src body.image.url",
		`{"image":{"url":[]}}`:  "body.image.url",
	} {
		res := f.send("PATCH", "/api/v1/admin/posts/1", body, "Authorization: Bearer author")
		if res.status != 422 || sorted(res.where(t)) != where {
			t.Errorf("%s answered %d %s, want 422 at %s", body, res.status, res.body, where)
		}
	}
}

// FuzzDecode checks the reader that every body goes through: it never panics, whatever it accepts means the same after being
// written and read again, and no unknown, repeated or folded name gets in.
func FuzzDecode(f *testing.F) {
	for _, seed := range []string{
		goodComment, `{"name":"Ada","body":"x","body":"y"}`, `{"BODY":"x"}`, `{"tagſ":[]}`, `null`, `[]`, "\ufeff{}",
		`{"body":"\ud800"}`, `{"body":"a\u0000"}`, strings.Repeat("[", 40), `{"stars":1e999}`, `{"a":{"b":[{"c":"\\\""}]}}`, "{\"a\":\"\xff\"}",
	} {
		f.Add([]byte(seed))
	}
	names := map[string]bool{"name": true, "body": true, "parent_id": true, "notify": true, "stars": true, "at": true, "tags": true}
	f.Fuzz(func(t *testing.T, data []byte) {
		object, err := parseObject(data)
		if err != nil {
			return
		}
		var in frameCommentInput
		if decode(data, &in.Body) != nil {
			return
		}
		for name := range object {
			if !names[name] {
				t.Fatalf("the unknown name %q got in", name)
			}
		}
		again, err := encode(in.Body)
		if err != nil {
			t.Fatalf("what was accepted cannot be written: %v", err)
		}
		var second frameCommentInput
		if err := decode(again, &second.Body); err != nil {
			t.Fatalf("what was written cannot be read: %v", err)
		}
		third, err := encode(second.Body)
		if err != nil || string(third) != string(again) {
			t.Fatalf("%s reads back as %s (%v)", again, third, err)
		}
	})
}

// sorted puts a list of words into order.
func sorted(words string) string {
	fields := strings.Fields(words)
	slices.Sort(fields)
	return strings.Join(fields, " ")
}
