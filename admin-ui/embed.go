// Package adminui holds the owner's pages and the look that every page of the program shares, as files built into it.
//
// It does not belong here: at which address a file is served, under which headers, and what is put into it (handlers).
package adminui

import "embed"

// Setup is the page that makes the owner of a new blog: a template that is given {{.Owned}}, whether there is one already.
//
//go:embed setup.html
var Setup string

// Assets are what pages load: styles, scripts and pictures. tokens.css is the only place with colours and sizes; look.css is what
// every page needs besides; the rest belongs to one page each.
//
//go:embed favicon.svg look.css setup.css setup.js tokens.css
var Assets embed.FS
