package markdown

import (
	"os"
	"strings"
	"testing"
)

const benchCode = "\n\n```go\n// Greet says hello to everybody.\nfunc Greet(names ...string) error {\n\tfor i, name := range names {\n\t\tif _, err := fmt.Printf(\"%d: hello, %s\\n\", i, name); err != nil {\n\t\t\treturn fmt.Errorf(\"greet %q: %w\", name, err)\n\t\t}\n\t}\n\treturn nil\n}\n```\n\n"

// BenchmarkPost renders an article of 6 KB with code.
func BenchmarkPost(b *testing.B) {
	article, err := os.ReadFile("testdata/article.md")
	if err != nil {
		b.Fatal(err)
	}
	source := (string(article) + benchCode + string(article) + benchCode + string(article))[:6<<10]
	r := New()
	b.ReportAllocs()
	b.SetBytes(int64(len(source)))
	for b.Loop() {
		if _, err := r.Post(source, FormatMarkdown); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkPostOfOneMebibyte renders the longest post, without code.
func BenchmarkPostOfOneMebibyte(b *testing.B) {
	article, err := os.ReadFile("testdata/article.md")
	if err != nil {
		b.Fatal(err)
	}
	source := strings.Repeat(string(article)+"\n\n", 1<<20/(len(article)+2))
	r := New()
	b.SetBytes(int64(len(source)))
	for b.Loop() {
		if _, err := r.Post(source, FormatMarkdown); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkComment renders a comment of 300 characters with some of everything.
func BenchmarkComment(b *testing.B) {
	source := "Thank you for this! I've walked *every* morning since March and it's **quieter** in my head.\n\n" +
		"> Come home before you want to.\n\nThat one I still have to learn. Two things that helped me:\n\n" +
		"- leaving the phone in `the drawer`\n- this map: https://maps.example.org/town?walks=1"
	r := New()
	b.ReportAllocs()
	b.SetBytes(int64(len(source)))
	for b.Loop() {
		r.Comment(source)
	}
}

// BenchmarkCommentBombs renders each bomb of 10,000 characters; none may take 50 ms.
func BenchmarkCommentBombs(b *testing.B) {
	r := New()
	for name, source := range bombs(10_000) {
		b.Run(strings.ReplaceAll(name, " ", "_"), func(b *testing.B) {
			for b.Loop() {
				r.Comment(source)
			}
		})
	}
}
