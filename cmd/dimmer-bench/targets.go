package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
)

const (
	apiRoot = "/api/v1"

	wantedPost   = 8000 // bytes of the answer with the post that is read
	wantedThread = 100  // comments of the thread that is read
	somePosts    = 100  // that comments and mixed reads are spread over
	pagesLooked  = 20   // of 100 posts, to find the thread
)

// targets are the addresses of a site that are asked for.
type targets struct {
	posts  int      // how many there are
	post   string   // a path: of a post of about [wantedPost]
	thread string   // of the thread that is nearest to [wantedThread] comments, with as many as one page has
	slugs  []string // of the newest posts that take comments
	tag    string   // the one with the most posts
	titles []string // of the posts of slugs
}

type listedPost struct {
	Slug     string `json:"slug"`
	Title    string `json:"title"`
	Comments struct {
		Count int  `json:"count"`
		Open  bool `json:"open"`
	} `json:"comments"`
}

type postList struct {
	Data []listedPost `json:"data"`
	Page struct {
		Total int     `json:"total"`
		Next  *string `json:"next"`
	} `json:"page"`
}

func postPath(slug string) string { return apiRoot + "/posts/" + url.PathEscape(slug) }

// findTargets looks a running site over.
func findTargets(ctx context.Context, site string) (targets, error) {
	var t targets
	var newest postList
	if err := readJSON(ctx, site, apiRoot+"/posts?limit="+strconv.Itoa(somePosts), &newest); err != nil {
		return t, err
	}
	if len(newest.Data) == 0 {
		return t, errors.New("there is no post to read; fill the folder first: dimmer-bench fill")
	}
	t.posts = newest.Page.Total
	nearest := -1
	for _, p := range newest.Data {
		if !p.Comments.Open {
			continue
		}
		t.slugs = append(t.slugs, p.Slug)
		t.titles = append(t.titles, p.Title)
		got, err := askOnce(ctx, site, getRequest(postPath(p.Slug)))
		if err != nil {
			return t, err
		}
		if far := distance(len(got.body), wantedPost); nearest < 0 || far < nearest {
			nearest, t.post = far, postPath(p.Slug)
		}
	}
	if len(t.slugs) == 0 {
		return t, errors.New("none of the newest posts takes comments")
	}
	if err := t.findThread(ctx, site); err != nil {
		return t, err
	}
	var tags struct {
		Data []struct {
			Slug  string `json:"slug"`
			Count int    `json:"post_count"`
		} `json:"data"`
	}
	if err := readJSON(ctx, site, apiRoot+"/tags?limit=100", &tags); err != nil {
		return t, err
	}
	most := 0
	for _, tag := range tags.Data {
		if tag.Count > most {
			most, t.tag = tag.Count, tag.Slug
		}
	}
	return t, nil
}

func (t *targets) findThread(ctx context.Context, site string) error {
	nearest := -1
	path := apiRoot + "/posts?sort=-comments&limit=100"
	for range pagesLooked {
		var discussed postList
		if err := readJSON(ctx, site, path, &discussed); err != nil {
			return err
		}
		for _, p := range discussed.Data {
			if far := distance(p.Comments.Count, wantedThread); nearest < 0 || far < nearest {
				nearest, t.thread = far, postPath(p.Slug)+"/comments?limit=100"
			}
		}
		if discussed.Page.Next == nil || slices.ContainsFunc(discussed.Data, func(p listedPost) bool { return p.Comments.Count < wantedThread }) {
			break
		}
		path = apiRoot + "/posts?sort=-comments&limit=100&cursor=" + url.QueryEscape(*discussed.Page.Next)
	}
	return nil
}

func distance(a, b int) int { return max(a-b, b-a) }

// readJSON fetches an answer and reads it.
func readJSON(ctx context.Context, site, path string, into any) error {
	got, err := askOnce(ctx, site, getRequest(path, "Accept-Encoding: identity"))
	if err != nil {
		return err
	}
	if got.status != http.StatusOK {
		return fmt.Errorf("%s answers %d: %s", path, got.status, got.body)
	}
	if err := json.Unmarshal(got.body, into); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}
