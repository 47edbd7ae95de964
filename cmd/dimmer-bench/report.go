package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"
	"time"
)

// table is what was measured, for a terminal and for a report.
type table struct {
	name   string
	title  string
	header []string
	rows   [][]string
	note   string
}

func (t table) print(out io.Writer) error {
	_, _ = fmt.Fprintf(out, "\n%s\n", t.title)
	columns := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	for _, row := range append([][]string{t.header}, t.rows...) {
		_, _ = fmt.Fprintf(columns, "%s\t\n", strings.Join(row, "\t"))
	}
	return columns.Flush()
}

// markdown writes the table down, the columns of figures to the right.
func (t table) markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "### %s\n\n", t.title)
	for i, row := range append([][]string{t.header}, t.rows...) {
		fmt.Fprintf(&b, "| %s |\n", strings.Join(row, " | "))
		if i == 0 {
			fmt.Fprintf(&b, "|---%s|\n", strings.Repeat("|--:", len(t.header)-1))
		}
	}
	if t.note != "" {
		fmt.Fprintf(&b, "\n%s\n", t.note)
	}
	return b.String()
}

const generatedBy = "by `make bench`; do not edit it by hand"

// writeReport puts what was measured between the marks of its name in a Markdown file, and leaves the rest of the file as it is. Without a file there
// is nothing to do.
func writeReport(ctx context.Context, file, name, about string, tables []table) error {
	if file == "" {
		return nil
	}
	text, err := os.ReadFile(file) // #nosec G304 -- the file that was asked for
	if err != nil {
		return fmt.Errorf("the report: %w", err)
	}
	begin, end := []byte("<!-- begin "+name+": "), []byte("<!-- end "+name+" -->")
	from, to := bytes.Index(text, begin), bytes.Index(text, end)
	if from < 0 || to < from {
		return fmt.Errorf("%s has no marks for it: a line %s… and a line %s", file, begin, end)
	}
	var b bytes.Buffer
	b.Write(text[:from])
	fmt.Fprintf(&b, "%swritten %s -->\n", begin, generatedBy)
	fmt.Fprintf(&b, "%s\n\nMeasured on %s, on %s (%s).\n", about, time.Now().UTC().Format("2 January 2006"), machine(), system(ctx))
	for _, t := range tables {
		fmt.Fprintf(&b, "\n%s", t.markdown())
	}
	b.Write(text[to:])
	return os.WriteFile(file, b.Bytes(), 0o600)
}
