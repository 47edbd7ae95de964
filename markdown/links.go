package markdown

import (
	"strings"

	"golang.org/x/net/html"
)

// Links are the addresses that a rendered comment or post links to, in their order.
func Links(rendered string) []string {
	var found []string
	for tokens := html.NewTokenizer(strings.NewReader(rendered)); ; {
		switch tokens.Next() {
		case html.ErrorToken:
			return found
		case html.StartTagToken:
			if token := tokens.Token(); token.Data == "a" {
				for _, attribute := range token.Attr {
					if attribute.Key == "href" {
						found = append(found, attribute.Val)
					}
				}
			}
		}
	}
}
