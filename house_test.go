// Package aftersales_test keeps the house in order: which room may use which. The table is the one in
// docs/architecture.md, so that what is written there is what holds.
package aftersales_test

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const (
	module   = "aftersales"
	maxLines = 600
)

// leaves may be imported by every room but a leaf.
var leaves = []string{"calendar", "fault", "money", "seal"}

// services know of each other only through interfaces that the one who asks declares.
var services = []string{"audit", "bot", "cases", "chat", "identity", "insight", "knowledge", "outbox", "privacy"}

// room is a package as it stands on disk: without its tests.
type room struct {
	ours    []string // packages of ours
	foreign []string
	doc     bool
	lines   map[string]int // by file
}

// rooms reads every package of the module. Only imports are parsed, so that this takes a moment.
func rooms(t *testing.T) map[string]*room {
	t.Helper()
	found := map[string]*room{}
	err := filepath.WalkDir(".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && name != "." && (strings.HasPrefix(entry.Name(), ".") || entry.Name() == "testdata" || entry.Name() == "node_modules"):
			return filepath.SkipDir
		case entry.IsDir() || filepath.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go"):
			return nil
		}
		content, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, content, parser.ImportsOnly|parser.ParseComments)
		if err != nil {
			return err
		}
		dir := filepath.ToSlash(filepath.Dir(name))
		if found[dir] == nil {
			found[dir] = &room{lines: map[string]int{}}
		}
		found[dir].add(filepath.ToSlash(name), file, content)
		return nil
	})
	require.NoError(t, err)
	require.Contains(t, found, "workflows", "this test must run in the top folder of the project")
	return found
}

func (r *room) add(name string, file *ast.File, content []byte) {
	r.doc = r.doc || file.Doc.Text() != ""
	r.lines[name] = bytes.Count(content, []byte("\n"))
	for _, spec := range file.Imports {
		imported, _ := strconv.Unquote(spec.Path.Value)
		if inside, ours := strings.CutPrefix(imported, module+"/"); ours {
			r.ours = append(r.ours, inside)
		} else {
			r.foreign = append(r.foreign, imported)
		}
	}
}

var quoted = regexp.MustCompile("`([^`]+)`")

// names are the backticked words of a table's cell, without a folder's slash.
func names(cell string) []string {
	var all []string
	for _, match := range quoted.FindAllStringSubmatch(cell, -1) {
		all = append(all, strings.TrimSuffix(match[1], "/"))
	}
	return all
}

// table returns the rows of the first table under a heading of docs/architecture.md.
func table(t *testing.T, heading string) [][]string {
	t.Helper()
	content, err := os.ReadFile("docs/architecture.md")
	require.NoError(t, err)
	_, section, found := strings.Cut(string(content), "\n"+heading+"\n")
	require.True(t, found, "docs/architecture.md has no heading %q", heading)
	var rows [][]string
	for line := range strings.Lines(section) {
		line = strings.TrimSpace(line)
		if !strings.HasPrefix(line, "|") {
			if len(rows) > 0 {
				break
			}
			continue
		}
		cells := strings.Split(strings.Trim(line, "|"), "|")
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		rows = append(rows, cells)
	}
	require.Greater(t, len(rows), 2, "the table under %q is empty", heading)
	return rows[2:] // without head and rule
}

type plan struct {
	everything bool
	leaf       bool
	allowed    []string
}

func planned(t *testing.T) map[string]plan {
	t.Helper()
	plans := map[string]plan{}
	for _, row := range table(t, "## Rooms") {
		require.Len(t, row, 3, "%v", row)
		for _, name := range names(row[0]) {
			plans[name] = plan{everything: row[2] == "everything", leaf: row[2] == "nothing", allowed: names(row[2])}
		}
	}
	return plans
}

// exceptions are the imports that stand against the plan, each with its reason.
func exceptions(t *testing.T) map[[2]string]bool {
	t.Helper()
	all := map[[2]string]bool{}
	for _, row := range table(t, "### Where we deviate from the plan") {
		require.Len(t, row, 3, "%v", row)
		require.NotEmpty(t, row[2], "why does %s import %s?", row[0], row[1])
		all[[2]string{names(row[0])[0], names(row[1])[0]}] = false
	}
	return all
}

func TestImportsAreAsPlanned(t *testing.T) {
	plans, deviations := planned(t), exceptions(t)
	for name, room := range rooms(t) {
		plan, known := plans[name]
		if !known {
			t.Errorf("%s has no line in the table of rooms in docs/architecture.md: say what lives there and what it may import", name)
			continue
		}
		for _, imported := range room.ours {
			deviation := [2]string{name, imported}
			switch _, deviates := deviations[deviation]; {
			case deviates:
				deviations[deviation] = true
			case plan.everything, slices.Contains(plan.allowed, imported), !plan.leaf && slices.Contains(leaves, imported):
			default:
				t.Errorf("%s imports %s; docs/architecture.md does not allow it", name, imported)
			}
		}
	}
	for deviation, used := range deviations {
		if !used {
			t.Errorf("%s no longer imports %s: take the deviation out of docs/architecture.md", deviation[0], deviation[1])
		}
	}
	for name := range plans {
		if _, err := os.Stat(name); err != nil {
			t.Errorf("docs/architecture.md has a room %s that does not stand: %v", name, err)
		}
	}
}

func TestServicesDoNotKnowEachOther(t *testing.T) {
	for name, room := range rooms(t) {
		own, _, _ := strings.Cut(name, "/")
		if !slices.Contains(services, own) {
			continue
		}
		for _, imported := range room.ours {
			other, _, _ := strings.Cut(imported, "/")
			if other != own && slices.Contains(services, other) {
				t.Errorf("the service %s imports the service %s: declare the interface that it needs, and connect them in cmd/aftersales", name, imported)
			}
		}
	}
}

// notInRules are what neither a story nor a rule may reach, be it through other rooms: they must come to the same
// result at every replay, and for ever.
var notInRules = []string{
	"cel.dev/", "github.com/google/cel-go", "github.com/goccy/", "gopkg.in/yaml", "go.yaml.in/", "gorm.io/", "database/sql",
	"github.com/jackc/", "modernc.org/", "net/http", "os", "math/rand",
}

func TestStoriesAndRulesReachNoWorld(t *testing.T) {
	all := rooms(t)
	for _, start := range []string{"workflows", "policy"} {
		seen := map[string]bool{}
		var visit func(name, way string)
		visit = func(name, way string) {
			if seen[name] || all[name] == nil {
				return
			}
			seen[name] = true
			for _, imported := range all[name].foreign {
				for _, forbidden := range notInRules {
					if imported == forbidden || strings.HasPrefix(imported, strings.TrimSuffix(forbidden, "/")+"/") {
						t.Errorf("%s reaches %s by way of %s", start, imported, way)
					}
				}
			}
			for _, next := range all[name].ours {
				visit(next, way+" → "+next)
			}
		}
		visit(start, start)
		require.NotContains(t, seen, "policy/pack", "packs are for activities")
	}
}

func TestOnlyFewHoldTheEnginesClient(t *testing.T) {
	const sdk = "go.temporal.io/sdk/client"
	holders := []string{"workflows/client", "worker", "workflows/codec", "cmd/aftersales", "bench"}
	for name, room := range rooms(t) {
		if slices.Contains(room.foreign, sdk) && !slices.Contains(holders, name) {
			t.Errorf("%s imports %s; ask workflows/client through an interface", name, sdk)
		}
	}
}

func TestEveryRoomSaysWhatItIsFor(t *testing.T) {
	for name, room := range rooms(t) {
		if !room.doc {
			t.Errorf("package %s has no doc comment", name)
		}
	}
}

func TestFilesHaveOneSubject(t *testing.T) {
	for _, room := range rooms(t) {
		for name, lines := range room.lines {
			if lines > maxLines {
				t.Errorf("%s has %d lines; past about 500, look for its second subject", name, lines)
			}
		}
	}
}
