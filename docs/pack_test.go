package docs_test

import (
	"fmt"
	"go/ast"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/stretchr/testify/require"
)

// parts says what each part of a pack decides; those that have a table of their own name it.
var parts = map[string]string{
	"kinds": "which kinds of case there are", "grace": "how long after its due time a default acts", "calendar": "working time, holidays",
	"limits": "[counts and sizes](#deadlines-and-what-happens-when-they-run-out)", "reasons": "[reasons](#reasons)",
	"eligibility": "[who may return what](#who-may-return-what)", "deadlines": "[deadlines](#deadlines-and-what-happens-when-they-run-out)",
	"freight": "[freight](#freight)", "approvals": "[approvals](#approvals)", "partial": "[the part for other goods](#amounts)",
	"agree_without_asking": "when nobody needs to be asked, and how far a merchant's own rules may go", "advance": "what is given before the goods are back",
	"insurance": "what freight insurance pays", "price_protection": "how long a lower price is made up for", "warranty": "how long the warranty is",
	"standing": "the standing of customers and merchants", "judgment": "what a judgment may do",
}

// defaultPack is the whole default pack in its order, but for its name and version.
func defaultPack(t *testing.T) yaml.MapSlice {
	t.Helper()
	var whole yaml.MapSlice
	require.NoError(t, yaml.UnmarshalWithOptions(packFile(t, "default"), &whole, yaml.UseOrderedMap()))
	return slices.DeleteFunc(whole, func(part yaml.MapItem) bool {
		return slices.Contains([]string{"name", "version", "description"}, fmt.Sprint(part.Key))
	})
}

// overlaid are the parts that a pack which extends another may set, as the program reads it.
func overlaid(t *testing.T) (names []string) {
	t.Helper()
	for _, file := range parse(t, "../policy/pack/source.go") {
		ast.Inspect(file, func(node ast.Node) bool {
			spec, ok := node.(*ast.TypeSpec)
			if ok && spec.Name.Name == "overlay" {
				for _, field := range spec.Type.(*ast.StructType).Fields.List {
					names = append(names, reflect.StructTag(strings.Trim(field.Tag.Value, "`")).Get("yaml"))
				}
			}
			return true
		})
	}
	require.NotEmpty(t, names)
	return names
}

// packParts is what can be changed where.
func packParts(t *testing.T) []string {
	over := overlaid(t)
	lines := head("part of a pack", "what it decides", "a pack that extends another may set it")
	for _, part := range defaultPack(t) {
		name := fmt.Sprint(part.Key)
		require.NotEmpty(t, parts[name], "say what the part %q of a pack decides", name)
		may := "no: copy the whole pack"
		switch {
		case slices.Contains(over, name):
			may = "yes"
		case name == "deadlines" && slices.Contains(over, "times"):
			may = "their lengths and reminders, under `times`"
		}
		lines = append(lines, row(code(name), parts[name], may))
	}
	return lines
}

// packRules are the rows of the parts that have no table of their own.
func packRules(t *testing.T) []string {
	lines := head("part", "what the default pack says", "rule")
	for _, part := range defaultPack(t) {
		if name := fmt.Sprint(part.Key); !strings.HasPrefix(parts[name], "[") && !slices.Contains([]string{"kinds", "grace", "calendar"}, name) {
			lines = append(lines, rowsOf(name, part.Value)...)
		}
	}
	return lines
}

// rowsOf makes a line for every row under a part: what holds for the part itself, then its lists and sub-parts.
func rowsOf(path string, value any) (lines []string) {
	switch value := value.(type) {
	case []any:
		for _, entry := range value {
			lines = append(lines, rowsOf(path, entry)...)
		}
	case yaml.MapSlice:
		var said []string
		rule := ""
		for _, entry := range value {
			name := fmt.Sprint(entry.Key)
			switch inner := entry.Value.(type) {
			case yaml.MapSlice:
				lines = append(lines, rowsOf(path+"."+name, inner)...)
			case []any:
				if len(inner) > 0 && reflect.TypeOf(inner[0]) == reflect.TypeFor[yaml.MapSlice]() {
					lines = append(lines, rowsOf(path+"."+name, inner)...)
					continue
				}
				said = append(said, name+": "+strings.Trim(strings.ReplaceAll(fmt.Sprint(inner), " ", ", "), "[]"))
			default:
				if name == "rule" {
					rule = code(fmt.Sprint(inner))
					continue
				}
				if name == "when" || name == "unless" {
					inner = code(fmt.Sprint(inner))
				}
				said = append(said, fmt.Sprintf("%s: %v", name, inner))
			}
		}
		if len(said) > 0 {
			lines = append([]string{row(code(path), strings.Join(said, "; "), rule)}, lines...)
		}
	}
	return lines
}
