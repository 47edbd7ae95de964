package site

import _ "embed"

// Widget is the comment widget, one script for any page: what `npm --prefix site/widget run build` makes of site/widget.
//
//go:embed widget.js
var Widget []byte
