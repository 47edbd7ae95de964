package markdown

import (
	"strconv"
	"strings"
)

// bombs are texts that make Markdown renderers slow or large, each for about n characters.
func bombs(n int) map[string]string {
	ladder := func(n int) string {
		var b strings.Builder
		for i := 1; b.Len() < n; i++ {
			b.WriteString(strings.Repeat("`", i) + "a ")
		}
		return b.String()[:n]
	}
	square := 1 // as many columns as rows fit into n characters
	for square*6 < n {
		square++
	}
	half := n / 2
	columns := n / 8
	return map[string]string{
		"open brackets":               strings.Repeat("[", n),
		"open brackets with text":     strings.Repeat("[a", n/2),
		"brackets, opened and closed": strings.Repeat("[", half) + strings.Repeat("]", half),
		"half links":                  strings.Repeat("[a](", n/4),
		"half links in angles":        strings.Repeat("[a](<b", n/6),
		"links in links":              strings.Repeat("[", half) + strings.Repeat("](b)", half/4),
		"links behind emphasis":       strings.Repeat("x [*b](c) ", n/10),
		"images in images":            strings.Repeat("![", n/2),
		"images opened and closed":    strings.Repeat("![[", n/5) + strings.Repeat("]()", n/8),
		"emphasis of two kinds":       strings.Repeat("*a_ ", n/4),
		"emphasis never closed":       strings.Repeat("*a **a ", n/7),
		"emphasis never opened":       strings.Repeat("a* ", n/3),
		"underscores within words":    strings.Repeat("a_", n/4) + strings.Repeat("a* ", n/6),
		"emphasis in emphasis":        strings.Repeat("*a **b ", n/14) + strings.Repeat("c** d* ", n/14),
		"stars":                       strings.Repeat("*", n),
		"stars and letters":           strings.Repeat("a**b", n/4) + strings.Repeat("c*", n/8),
		"strikethrough":               strings.Repeat("~~a ~b ", n/7),
		"quotes":                      strings.Repeat(">", n),
		"quotes, again and again":     strings.Repeat(">>>>>>>>>>>a\n\n", n/14),
		"quotes on many lines":        strings.Repeat(strings.Repeat(">", 50)+"a\n", n/52),
		"lists in lists":              strings.Repeat("- ", n/2),
		"lists, again and again":      strings.Repeat("- - - - - - - - - - a\n", n/22),
		"list and blank lines":        strings.Repeat("- ", min(48, n/4)) + "a" + strings.Repeat("\n", n-100),
		"ordered lists in lists":      strings.Repeat("1. ", n/3),
		"one item a line":             strings.Repeat("- a\n", n/4),
		"backtick ladder":             ladder(n),
		"backticks":                   strings.Repeat("`a``b", n/5),
		"fences":                      strings.Repeat("```\n", n/4),
		"comments never closed":       strings.Repeat("<!--", n/4),
		"comments on lines":           strings.Repeat("a <!--\n", n/7),
		"declarations":                strings.Repeat("<!A ", n/4),
		"processing instructions":     strings.Repeat("<?", n/2),
		"CDATA":                       strings.Repeat("<![CDATA[", n/9),
		"open tags":                   strings.Repeat("<a ", n/3),
		"tags in tags":                strings.Repeat("<div>", n/5),
		"inline tags in tags":         strings.Repeat("<b>", n/3),
		"attributes":                  "<a" + strings.Repeat(" a=b", n/4) + ">x</a>",
		"formatting left open":        strings.Repeat("<p><b><i><u></p>", n/16),
		"text in a table":             "<table>" + strings.Repeat("a<tr>", n/5),
		"autolinks":                   strings.Repeat("<http://a", n/9),
		"autolinks, half":             strings.Repeat("<a:", n/3),
		"addresses":                   strings.Repeat("http://a.b ", n/11),
		"addresses in brackets":       strings.Repeat("(http://a.b", n/11),
		"addresses without end":       strings.Repeat("_www.a", n/6),
		"addresses of dots":           "http://" + strings.Repeat("a.", half),
		"addresses with tildes":       strings.Repeat("~www.a.b/", n/9),
		"mail addresses":              strings.Repeat("_a@b.c", n/6),
		"short links":                 strings.Repeat("<http://a>", n/10),
		"entities":                    strings.Repeat("&copy;", n/6),
		"half entities":               strings.Repeat("&#", n/2),
		"ampersands":                  strings.Repeat("&", n),
		"quotation marks":             strings.Repeat(`"`, n),
		"apostrophes":                 strings.Repeat(`'a `, n/3),
		"backslashes":                 strings.Repeat(`\*`, n/2),
		"new lines":                   strings.Repeat("a\n", n/2),
		"paragraphs":                  strings.Repeat("a\n\n", n/3),
		"spaces":                      "a" + strings.Repeat(" ", n-2) + "b",
		"tabs":                        strings.Repeat("\t", n-1) + "b",
		"one word":                    strings.Repeat("a", n),
		"headings":                    strings.Repeat("# a\n", n/4),
		"headings of one kind":        strings.Repeat("#\n", n/2),
		"heading attributes":          "# a {" + strings.Repeat("#a ", n/3) + "}",
		"underlined headings":         strings.Repeat("a\n-\n", n/4),
		"rules":                       strings.Repeat("***\n", n/4),
		"table of dashes":             strings.Repeat("|", columns) + "\n" + strings.Repeat("|-", columns) + "\n" + strings.Repeat("|\n", columns),
		"table of many cells":         strings.Repeat("a|", square) + "\n" + strings.Repeat("-|", square) + "\n" + strings.Repeat("|\n", square),
		"tables":                      strings.Repeat("|a|b|\n|-|-|\n\n", n/13),
		"table with piped code":       "|a|\n|-|\n" + strings.Repeat("|`\\|`|\n", n/7),
		"link definition":             "[a]: /" + strings.Repeat("u", half) + "\n\n" + strings.Repeat("[a]", n/6),
		"link title":                  "[a]: /u '" + strings.Repeat("t", half) + "'\n\n" + strings.Repeat("[a]", n/6),
		"link definitions":            strings.Repeat("[a]: b\n", n/7),
		"half link definitions":       strings.Repeat("[a]:\n", n/5),
		"footnotes":                   footnotes(n),
		"footnote, often":             strings.Repeat("[^1]", n/5) + "\n\n[^1]: a",
		"footnotes in footnotes":      strings.Repeat("[^a]: ", n/6),
		"definitions":                 strings.Repeat("a\n: b\n", n/6),
		"definitions in definitions":  "a\n" + strings.Repeat(": ", n/2),
		"code":                        "```go\n" + strings.Repeat("+", n-20) + "\n```",
		"code of no known kind":       strings.Repeat("```x\n```\n", n/9),
		"code of many kinds":          strings.Repeat("```html\n<a>{{%\n```\n", n/19),
	}
}

func footnotes(n int) string {
	var refs, notes strings.Builder
	for i := 0; refs.Len()+notes.Len() < n; i++ {
		refs.WriteString("[^" + strconv.Itoa(i) + "]")
		notes.WriteString("\n[^" + strconv.Itoa(i) + "]: a\n")
	}
	return refs.String() + "\n" + notes.String()
}
