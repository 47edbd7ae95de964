package handlers

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestListHasAPageAndLinks(t *testing.T) {
	t.Parallel()
	f := newFrame(t)
	type list struct {
		Data []struct{ Name string }
		Page map[string]any
	}
	read := func(path string) (got, list) {
		t.Helper()
		res := f.get(path)
		var l list
		if err := json.Unmarshal([]byte(res.body), &l); res.status != 200 || err != nil {
			t.Fatalf("%s answered %d %s (%v)", path, res.status, res.body, err)
		}
		return res, l
	}
	res, first := read("/api/v1/things?limit=2&tag=a%26b&sort=-name")
	if len(first.Data) != 2 || first.Page["limit"] != 2.0 || first.Page["total"] != 12.0 || first.Page["prev"] != nil || first.Page["next"] == nil {
		t.Fatalf("first page: %s", res.body)
	}
	if _, given := first.Page["total_capped"]; given {
		t.Errorf("an exact total is called capped: %s", res.body)
	}
	if _, given := first.Page["prev"]; !given {
		t.Errorf("prev is missing instead of null: %s", res.body)
	}
	link := res.header.Get("Link")
	if !strings.HasPrefix(link, "<https://blog.example/api/v1/things?cursor=") || !strings.Contains(link, "limit=2") || !strings.Contains(link, "tag=a%26b") || !strings.HasSuffix(link, `>; rel="next"`) {
		t.Errorf("Link is %s", link)
	}

	next := strings.TrimPrefix(strings.TrimSuffix(link, `>; rel="next"`), "<https://blog.example")
	res, second := read(next)
	if second.Data[0].Name != "b" || second.Page["next"] != nil || second.Page["prev"] == nil || second.Page["total"] != 1000.0 || second.Page["total_capped"] != true {
		t.Errorf("second page: %s", res.body)
	}
	if link := res.header.Get("Link"); !strings.HasSuffix(link, `>; rel="prev"`) {
		t.Errorf("Link is %s", link)
	}

	cursor := first.Page["next"].(string)
	for path, want := range map[string]int{
		"/api/v1/things?sort=-name&tag=a%26b&cursor=" + cursor:                      200,
		"/api/v1/things?sort=-name&tag=a%26b&limit=50&fields=name&cursor=" + cursor: 200,
		"/api/v1/things?tag=a%26b&cursor=" + cursor:                                 400,
		"/api/v1/things?sort=-name&tag=c&cursor=" + cursor:                          400,
		"/api/v1/things?cursor=" + cursor:                                           400,
		"/api/v1/things?cursor=" + strings.Repeat("A", 20_000):                      400,
	} {
		if res := f.get(path); res.status != want || want == 400 && res.problem(t).Code != "invalid_cursor" {
			t.Errorf("%.90s answered %d, want %d: %s", path, res.status, want, res.body)
		}
	}

	res, numbered := read("/api/v1/things?page=3")
	if numbered.Page["next"] == nil || strings.Contains(res.header.Get("Link"), "page=") {
		t.Errorf("a numbered page goes on by %s", res.header.Get("Link"))
	}
	if res, _ := read("/api/v1/things"); !strings.Contains(res.body, `"limit":10`) {
		t.Errorf("without limit: %s", res.body)
	}
}
