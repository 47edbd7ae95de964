// Package adminui holds the owner's pages and the look that every page of the program shares, as files built into it.
//
// It does not belong here: at which address a file is served, under which headers, and what is put into it (handlers).
package adminui

import (
	"embed"
	"io/fs"
)

// Setup is the page that makes the owner of a new blog: a template that is given {{.Owned}}, whether there is one already.
//
//go:embed setup.html
var Setup string

// Assets are what pages load: styles, scripts and pictures. tokens.css is the only place with colours and sizes; look.css is what
// every page needs besides; the rest belongs to one page each.
//
//go:embed favicon.svg look.css setup.css setup.js tokens.css
var Assets embed.FS

// Nonce stands in the page of the admin area where the nonce of the answer goes.
const Nonce = "__NONCE__"

//go:embed all:dist
var dist embed.FS

// Built is the admin area as it was built: index.html and what it loads. It is made by npm run build and committed, so that the program needs no Node.
func Built() fs.FS {
	built, err := fs.Sub(dist, "dist")
	if err != nil { // the name above is a valid one
		panic(err)
	}
	return built
}
