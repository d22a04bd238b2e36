package main

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"time"
	"unicode/utf8"
)

// report prints what was measured and writes it into the document.
type report struct {
	doc, machine, command string
}

// table is what a section found; the first row is its head.
type table [][]string

func (t *table) row(cells ...string) { *t = append(*t, cells) }

// String is a Markdown table whose columns stand under each other.
func (t table) String() string {
	widths := make([]int, len(t[0]))
	for _, row := range t {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	var out strings.Builder
	line := func(row []string) {
		for i, cell := range row {
			fmt.Fprintf(&out, "| %s%s ", cell, strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell)))
		}
		out.WriteString("|\n")
	}
	for i, row := range t {
		line(row)
		if i == 0 {
			for _, width := range widths {
				out.WriteString("|" + strings.Repeat("-", width+2))
			}
			out.WriteString("|\n")
		}
	}
	return out.String()
}

// verdict says whether a target was met.
func verdict(met bool) string {
	if met {
		return "met"
	}
	return "**missed**"
}

// section prints a section's figures and puts them between its markers in the document.
func (r *report) section(marker, title string, body ...string) error {
	text := strings.TrimSpace(strings.Join(body, "\n"))
	fmt.Printf("\n%s\n\n%s\n\n", title, text)
	if r.doc == "" {
		return nil
	}
	content, err := os.ReadFile(r.doc)
	if err != nil {
		return fmt.Errorf("the document for the figures: %w", err)
	}
	begin, end := "<!-- bench:"+marker+" -->", "<!-- /bench:"+marker+" -->"
	before, rest, found := strings.Cut(string(content), begin)
	_, after, closed := strings.Cut(rest, end)
	if !found || !closed {
		return errors.New(r.doc + " has no place for these figures: put the lines " + begin + " and " + end + " where they belong")
	}
	source := fmt.Sprintf("%s, `%s`. %s.", time.Now().UTC().Format("2006-01-02 15:04 MST"), r.command, r.machine)
	written := before + begin + "\n" + text + "\n\n" + source + "\n" + end + after
	return os.WriteFile(r.doc, []byte(written), 0o644)
}
