// Package markdown turns what people write, Markdown or HTML, into HTML that is safe to show, and into what is stored beside it:
// plain text, excerpt, outline, word count.
//
// Not in here: who may write what, where the result is kept, and how it is delivered. The package knows no database and no HTTP.
//
// There are two kinds of writers. [Renderer.Post] is for staff: a wide set of elements, but nothing that runs, styles or frames
// foreign pages. [Renderer.Comment] is for guests: twelve elements and one kind of link. Both let bluemonday decide what stays (see
// policy.go) after the Markdown has been rendered, never before, because a renderer can make dangerous what looked harmless.
package markdown
