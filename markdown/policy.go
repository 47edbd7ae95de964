package markdown

import (
	"regexp"
	"strings"

	"github.com/alecthomas/chroma/v2"
	"github.com/microcosm-cc/bluemonday"
)

// What may stay in rendered HTML. Whatever is not named here goes: an element loses its tags, or its content too where that is no
// text (script, style), an attribute goes without trace.

// Addresses. Control characters are refused because browsers drop tabs and line ends inside an address (java\nscript:), backslashes
// because browsers read them as slashes, //host because nobody writes it any more and it hides a foreign host in what looks like a
// path.
var (
	// linkAddress is for href: absolute, relative, a fragment, mail or telephone.
	linkAddress = regexp.MustCompile(`^\s*(?:(?i:https?)://[^\x00-\x20\x7f\\/?#]` + addressRest +
		`|(?i:mailto|tel):[^\x00-\x20\x7f\\]` + addressRest +
		`|[?#]` + addressRest +
		`|` + relativeAddress + `)\s*$`)
	// mediaAddress is for src: absolute or relative.
	mediaAddress = regexp.MustCompile(`^\s*(?:(?i:https?)://[^\x00-\x20\x7f\\/?#]` + addressRest + `|` + relativeAddress + `)\s*$`)
	// frameAddress is for iframes; finish decides between a frame and a link. //host is how embeds were written for years.
	frameAddress = regexp.MustCompile(`^\s*(?:(?i:https?):)?//[^\x00-\x20\x7f\\/?#]` + addressRest + `\s*$`)
	// guestAddress is for href in comments: an absolute address without user and password, or mail.
	guestAddress = regexp.MustCompile(`^(?:(?i:https?)://[^\x00-\x20\x7f\\/?#@"<>]+(?:[/?#][^\x00-\x20\x7f\\"<>]*)?` +
		`|(?i:mailto):[^\x00-\x20\x7f\\"<>/?#@]+@[^\x00-\x20\x7f\\"<>/?#@]+)$`)
)

const (
	addressRest     = `[^\x00-\x1f\x7f\\]*`
	relativeAddress = `(?:/(?:[^\x00-\x1f\x7f\\/]` + addressRest + `)?|[^\x00-\x20\x7f\\/?#:]+(?:[/?#]` + addressRest + `)?)`
)

// Addresses in running text that become links, for posts and comments. Hosts in any script, with at least one dot; what ends them is
// white space, brackets and quotes of any language, which stand round an address more often than in it.
const (
	bareHost = `(?:[\pL\pN\pM_-]+\.)+[\pL\pN\pM-]+(?::[0-9]{1,5})?`
	barePath = "(?:[/?#][^\\s<>\"`“”„«»‹›、。，；：！？（）「」『』【】《》]*)?"
)

var (
	bareURL = regexp.MustCompile(`^https?://` + bareHost + barePath)
	bareWWW = regexp.MustCompile(`^www\.` + bareHost + barePath)
)

// Values of other attributes.
var (
	idValue        = regexp.MustCompile(`^(?:` + idPrefix + `)?[\pL\pM\pN:_.-]{1,200}$`)
	classValue     = regexp.MustCompile(`^[\w\s+#.:-]{1,500}$`) // finish looks at each name
	languageValue  = regexp.MustCompile(`^[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*$`)
	directionValue = regexp.MustCompile(`^(?:ltr|rtl|auto)$`)
	roleValue      = regexp.MustCompile(`^doc-(?:noteref|backlink|endnotes|footnote)$`)
	relValue       = regexp.MustCompile(`^[\sa-z-]{1,100}$`) // finish looks at each word
	countValue     = regexp.MustCompile(`^[0-9]{1,4}$`)
	numberValue    = regexp.MustCompile(`^-?[0-9]{1,9}$`)
	sizeValue      = regexp.MustCompile(`^[0-9]{1,5}%?$`)
	dateValue      = regexp.MustCompile(`^[0-9A-Z:.+ -]{1,40}$`)
	mediaTypeValue = regexp.MustCompile(`^[a-z]+/[\w.+-]+$`)
	presentValue   = regexp.MustCompile(`^\w{0,20}$`) // attributes that mean something by being there
)

// oneOf matches exactly one of the words.
func oneOf(words ...string) *regexp.Regexp {
	return regexp.MustCompile(`^(?:` + strings.Join(words, "|") + `)$`)
}

// newPostPolicy is for staff. It lets through what a document consists of; no forms, no styles, no data of other programs.
func newPostPolicy() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	elements := []string{
		"p", "br", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "div", "section", "aside", "address",
		"ul", "ol", "li", "dl", "dt", "dd", "figure", "figcaption", "details", "summary",
		"table", "caption", "colgroup", "col", "thead", "tbody", "tfoot", "tr", "th", "td",
		"a", "abbr", "b", "bdi", "bdo", "cite", "code", "del", "dfn", "em", "i", "ins", "kbd", "mark", "q", "rp", "rt", "ruby", "s",
		"samp", "small", "span", "strong", "sub", "sup", "time", "u", "var", "wbr",
		"img", "audio", "video", "source", "iframe", "input",
	}
	p.AllowElements(elements...)
	// Without this, an element that lost its attributes would lose its tags, an iframe then showing its content as text.
	p.AllowNoAttrs().OnElements(elements...)
	// bluemonday would drop what stands in these, and with one left open the rest of the post.
	p.AllowElementsContent("object", "frame", "frameset")

	p.AllowAttrs("id").Matching(idValue).Globally()
	p.AllowAttrs("class").Matching(classValue).Globally()
	p.AllowAttrs("lang").Matching(languageValue).Globally()
	p.AllowAttrs("dir").Matching(directionValue).Globally()
	p.AllowAttrs("role").Matching(roleValue).Globally()
	p.AllowAttrs("title").Globally()

	p.AllowAttrs("href").Matching(linkAddress).OnElements("a")
	p.AllowAttrs("hreflang").Matching(languageValue).OnElements("a")
	p.AllowAttrs("rel").Matching(relValue).OnElements("a")
	p.AllowAttrs("target").Matching(oneOf("_blank")).OnElements("a")
	p.AllowAttrs("cite").Matching(linkAddress).OnElements("blockquote", "q", "del", "ins")
	p.AllowAttrs("datetime").Matching(dateValue).OnElements("time", "del", "ins")

	p.AllowAttrs("start", "value").Matching(numberValue).OnElements("ol", "li")
	p.AllowAttrs("type").Matching(oneOf("1", "a", "A", "i", "I")).OnElements("ol", "li")
	p.AllowAttrs("reversed").Matching(presentValue).OnElements("ol")
	p.AllowAttrs("open").Matching(presentValue).OnElements("details")

	p.AllowAttrs("align").Matching(oneOf("left", "center", "right")).OnElements("td", "th", "tr")
	p.AllowAttrs("colspan", "rowspan").Matching(countValue).OnElements("td", "th")
	p.AllowAttrs("span").Matching(countValue).OnElements("col", "colgroup")
	p.AllowAttrs("scope").Matching(oneOf("row", "col", "rowgroup", "colgroup")).OnElements("th")

	p.AllowAttrs("src").Matching(mediaAddress).OnElements("img", "audio", "video", "source")
	p.AllowAttrs("alt").OnElements("img")
	p.AllowAttrs("width", "height").Matching(sizeValue).OnElements("img", "video", "iframe")
	p.AllowAttrs("loading").Matching(oneOf("lazy", "eager")).OnElements("img")
	p.AllowAttrs("decoding").Matching(oneOf("async", "sync", "auto")).OnElements("img")
	p.AllowAttrs("controls", "loop", "muted", "playsinline").Matching(presentValue).OnElements("audio", "video")
	p.AllowAttrs("preload").Matching(oneOf("none", "metadata")).OnElements("audio", "video")
	p.AllowAttrs("poster").Matching(mediaAddress).OnElements("video")
	p.AllowAttrs("type").Matching(mediaTypeValue).OnElements("source")

	// finish gives iframes and checkboxes all their other attributes.
	p.AllowAttrs("src").Matching(frameAddress).OnElements("iframe")
	p.AllowAttrs("type").Matching(oneOf("checkbox")).OnElements("input")
	p.AllowAttrs("checked").Matching(presentValue).OnElements("input")
	return p
}

// newCommentPolicy is for guests: twelve elements, and links that say whose they are. No ids and no names, which could shadow a
// variable of the page; no images, which would tell a third party who reads.
func newCommentPolicy() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements("p", "br", "a", "strong", "em", "del", "code", "pre", "blockquote", "ul", "ol", "li")
	p.AllowAttrs("href").Matching(guestAddress).OnElements("a")
	p.AllowAttrs("rel").Matching(oneOf(guestRel)).OnElements("a")
	return p
}

// guestRel tells search engines that a link is not the site's own opinion, and browsers to give the opened page no handle on it.
const guestRel = "nofollow ugc noopener"

// classPrefixes are kept beside the classes of highlighted code and of footnotes: languages of code, and what imported posts and the
// frontends written for them use to place images and cards.
var classPrefixes = []string{"language-", "align", "wp-", "kg-"}

// allowedClass reports whether a class may stay. Free classes would let a writer use a frontend's own, to cover the page for example.
func allowedClass(name string) bool {
	switch name {
	case "chroma", "footnotes", "footnote-ref", "footnote-backref", "task-list", "task-list-item":
		return true
	}
	for _, prefix := range classPrefixes {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return codeClasses[name]
}

// codeClasses are the names of chroma for the parts of code: k, nf, s1 …
var codeClasses = func() map[string]bool {
	names := make(map[string]bool, len(chroma.StandardTypes))
	for _, name := range chroma.StandardTypes {
		names[name] = name != ""
	}
	return names
}()

// allowedRel are the words of a rel that staff may use.
var allowedRel = oneOf("author", "bookmark", "external", "license", "me", "next", "nofollow", "noopener", "noreferrer", "prev",
	"sponsored", "tag", "ugc")
