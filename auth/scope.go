package auth

import (
	"errors"
	"slices"
	"strings"
)

// A Scope is one thing an API token may be used for. The rights of its user bound it besides.
type Scope string

// The scopes. To write implies to read.
const (
	PostsRead     Scope = "posts:read"
	PostsWrite    Scope = "posts:write"
	CommentsRead  Scope = "comments:read"
	CommentsWrite Scope = "comments:write"
	SiteRead      Scope = "site:read"  // settings, users, tokens, events
	SiteWrite     Scope = "site:write" // the same
)

// Valid tells whether s is one of the scopes, written exactly as they are.
func (s Scope) Valid() bool {
	switch s {
	case PostsRead, PostsWrite, CommentsRead, CommentsWrite, SiteRead, SiteWrite:
		return true
	}
	return false
}

// Scopes is what one API token may be used for.
type Scopes []Scope

// ParseScopes reads the names of scopes, at least one; the result is sorted, each once.
func ParseScopes(names []string) (Scopes, error) {
	scopes := make(Scopes, 0, len(names))
	for _, name := range names {
		scope := Scope(name)
		if !scope.Valid() {
			return nil, errors.New("there is no such scope; choose from posts:read, posts:write, comments:read, comments:write, site:read, site:write")
		}
		scopes = append(scopes, scope)
	}
	if len(scopes) == 0 {
		return nil, errors.New("a token without a scope opens nothing; name at least one")
	}
	slices.Sort(scopes)
	return slices.Compact(scopes), nil
}

// Allow tells whether the scopes cover what is needed.
func (s Scopes) Allow(need Scope) bool {
	if !need.Valid() {
		return false
	}
	area, read := strings.CutSuffix(string(need), ":read")
	return slices.Contains(s, need) || read && slices.Contains(s, Scope(area+":write"))
}
