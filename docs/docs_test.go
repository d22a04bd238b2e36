// Package docs_test keeps the documentation true: tables are made from the program itself, and what is named must
// exist. `go test ./docs -update` writes the tables anew.
package docs_test

import (
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write the generated tables into the documents")

// generated are the blocks that the program itself fills, by document and name.
var generated = map[string]map[string]func(*testing.T) []string{
	"domain.md": {
		"deadlines": deadlines, "limits": limits, "eligibility": eligibility, "reasons": reasons, "pack parts": packParts, "pack rules": packRules, "freight": freight,
		"approvals": approvals, "partial": partial, "commands": commands, "faults": faults,
	},
	"operations.md": {"settings": settings},
	"interchange.md": {
		"order columns": orderColumns, "case columns": caseColumns, "taobao states": taobaoStates,
		"taobao refunds": taobaoRefunds, "taobao exchanges": taobaoExchanges, "taobao stepping in": taobaoStepped,
	},
	"api.md":      {"routes": routes},
	"security.md": {"attacks": attackTable},
	"privacy.md":  {"retention": retention},
}

const blockEnd = "<!-- end -->"

func TestTablesAreWhatTheProgramSays(t *testing.T) {
	for name, blocks := range generated {
		content := read(t, name)
		for block, make := range blocks {
			begin := "<!-- generated: " + block + " -->"
			before, rest, found := strings.Cut(content, begin+"\n")
			require.True(t, found, "%s has no line %q", name, begin)
			old, after, found := strings.Cut(rest, blockEnd)
			require.True(t, found, "%s: the block %s has no end", name, block)
			lines := make(t)
			fresh := strings.Join(lines, "\n") + "\n"
			if !*update && fresh != old {
				t.Errorf("docs/%s: the table %q is out of date; run: go test ./docs -update\nwanted and not there: %q\nthere and not wanted: %q",
					name, block, without(lines, old), without(strings.Split(strings.TrimSpace(old), "\n"), fresh))
			}
			content = before + begin + "\n" + fresh + blockEnd + after
		}
		if *update {
			require.NoError(t, os.WriteFile(name, []byte(content), 0o644))
		}
	}
}

// without lists the lines that a text does not have.
func without(lines []string, text string) []string {
	return slices.DeleteFunc(slices.Clone(lines), func(line string) bool { return strings.Contains(text, line+"\n") })
}

// documents are all documents of the project, by their path from here.
func documents(t *testing.T) []string {
	t.Helper()
	all, err := filepath.Glob("*.md")
	require.NoError(t, err)
	return append(all, "../README.md")
}

func read(t *testing.T, name string) string {
	t.Helper()
	content, err := os.ReadFile(name)
	require.NoError(t, err)
	return string(content)
}

// A document may name a test as its proof; then there must be one.
func TestNamedTestsExist(t *testing.T) {
	tests := map[string]bool{}
	definition := regexp.MustCompile(`(?m)^func ((?:Test|Fuzz|Benchmark)\w+)\(`)
	err := filepath.WalkDir("..", func(name string, entry os.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (entry.Name() == "node_modules" || len(entry.Name()) > 2 && strings.HasPrefix(entry.Name(), ".")):
			return filepath.SkipDir
		case !strings.HasSuffix(name, "_test.go"):
			return nil
		}
		for _, match := range definition.FindAllStringSubmatch(read(t, name), -1) {
			tests[match[1]] = true
		}
		return nil
	})
	require.NoError(t, err)
	require.Greater(t, len(tests), 100)
	mention := regexp.MustCompile("`((?:Test|Fuzz|Benchmark)[A-Z]\\w+)`")
	for _, document := range documents(t) {
		for _, match := range mention.FindAllStringSubmatch(read(t, document), -1) {
			require.True(t, tests[match[1]], "%s names %s, and there is no such test", document, match[1])
		}
	}
}

func TestLinksLeadSomewhere(t *testing.T) {
	link := regexp.MustCompile(`\]\(([^)\s]+)\)`)
	heading := regexp.MustCompile(`(?m)^#+ (.+)$`)
	for _, document := range documents(t) {
		for _, match := range link.FindAllStringSubmatch(read(t, document), -1) {
			target, anchor, _ := strings.Cut(match[1], "#")
			if strings.Contains(target, "://") {
				continue
			}
			file := filepath.Join(filepath.Dir(document), target)
			if target == "" {
				file = document
			}
			require.FileExists(t, file, "%s links to %s", document, match[1])
			if anchor == "" {
				continue
			}
			var anchors []string
			for _, title := range heading.FindAllStringSubmatch(read(t, file), -1) {
				anchors = append(anchors, slug(title[1]))
			}
			require.Contains(t, anchors, anchor, "%s links to %s", document, match[1])
		}
	}
}

// slug is how hosting platforms name a heading.
func slug(title string) string {
	kept := regexp.MustCompile(`[^\p{L}\p{N} _-]`).ReplaceAllString(strings.ToLower(title), "")
	return strings.ReplaceAll(kept, " ", "-")
}

// The README lists every sub-command, and no other.
func TestReadmeListsTheSubCommands(t *testing.T) {
	_, list, found := strings.Cut(read(t, "../cmd/aftersales/main.go"), "var constructors = ")
	require.True(t, found)
	list, _, _ = strings.Cut(list, "\n}\n")
	var wanted []string
	for _, match := range regexp.MustCompile(`(?m)^\tnew(\w+)Command,$`).FindAllStringSubmatch(list, -1) {
		wanted = append(wanted, strings.ToLower(match[1]))
	}
	require.NotEmpty(t, wanted)
	_, section, found := strings.Cut(read(t, "../README.md"), "\n## Sub-commands\n")
	require.True(t, found)
	section, _, _ = strings.Cut(section, "\n## ")
	var listed []string
	for _, match := range regexp.MustCompile("(?m)^\\| `(\\w+)`").FindAllStringSubmatch(section, -1) {
		listed = append(listed, match[1])
	}
	slices.Sort(wanted)
	slices.Sort(listed)
	require.Equal(t, wanted, listed)
}

// The README's layout names folders that stand.
func TestReadmeLayoutStands(t *testing.T) {
	_, section, found := strings.Cut(read(t, "../README.md"), "\n## Layout\n")
	require.True(t, found)
	section, _, _ = strings.Cut(section, "\n## ")
	folders := regexp.MustCompile(`(?m)^\| (.+?) \|`).FindAllStringSubmatch(section, -1)
	require.NotEmpty(t, folders)
	for _, row := range folders {
		for _, folder := range regexp.MustCompile("`([^`]+)/`").FindAllStringSubmatch(row[1], -1) {
			require.DirExists(t, filepath.Join("..", folder[1]))
		}
	}
}
