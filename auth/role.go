package auth

import "errors"

// Role says what a person with a login may do. It is read from the database with every request, never from a token, so that a
// change counts at once.
type Role string

// The four roles. They are no ladder: a moderator handles every comment and no post, an author handles both, but only her own.
const (
	Owner     Role = "owner"     // everything
	Editor    Role = "editor"    // all posts, tags, media and comments
	Author    Role = "author"    // her own posts and media, and the comments on them
	Moderator Role = "moderator" // comments only
)

// Valid tells whether r is one of the four roles, written exactly as they are.
func (r Role) Valid() bool {
	switch r {
	case Owner, Editor, Author, Moderator:
		return true
	}
	return false
}

// ParseRole reads a role as it is written in the API and on the command line.
func ParseRole(s string) (Role, error) {
	if r := Role(s); r.Valid() {
		return r, nil
	}
	return "", errors.New("there is no such role; choose owner, editor, author or moderator")
}
