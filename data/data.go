// Package data is the folder that the server writes into by default: database, secret, uploads. Git keeps one thing in it, the
// demo blog of an invented massage practice, embedded here for `serve --demo`. Reading and storing it belongs to cmd, nothing
// else belongs in this package.
//
// To change the demo blog, edit the files under demo and run `go test ./data/...`:
//
//   - demo/posts/NN-slug.md: one post or page each, NN in order of appearance. Between two lines `---` stand fields, one a line,
//     `key: value`, cut at the first colon; what follows is Markdown. Always: title, slug, type (post|page), status, authors
//     (slugs, comma-separated, the first is the author), excerpt. Where it applies: tags (names, comma-separated, in order),
//     featured (true), language (default: the site's), comments (level; default: the site's), seo_description, and
//     feature_image (a file in demo/media) with feature_alt and feature_caption. When: age is the time from publication to
//     the start of the server (a draft's age is that of its creation), due the time from the start to a scheduled
//     publication; both read 12d3h17m.
//   - demo/site.json: settings, authors, tags. A tag whose name begins with # is internal.
//   - demo/comments.json: an array, oldest first, so that a parent comes before its answers. Either name (and url) or by_author
//     (a slug: a signed-in reply); the same name is the same reader. What was held or is spam carries the reasons, in the words
//     of package moderation. Where it applies, and only to what readers see: pinned (true; a comment that answers no other),
//     likes and reports (so many readers each). A comment in the trash that readers saw, and could answer, until a moderator
//     removed it carries removed, the age of that moment, and no reasons; without removed it was never shown.
//   - demo/drawings/NAME.svg: the sources of demo/media/NAME.png, not embedded. They are 1200 by 675 pixels; redraw one with
//     `chromium --headless --hide-scrollbars --window-size=1200,675 --screenshot=NAME.png NAME.svg`.
package data

import "embed"

// Demo holds the demo blog, its paths beginning with demo/.
//
//go:embed demo/posts demo/media demo/site.json demo/comments.json
var Demo embed.FS
