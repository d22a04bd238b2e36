package pack_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"

	"aftersales/policy"
	"aftersales/policy/pack"
)

func han(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool { return unicode.Is(unicode.Han, r) })
}

func variant(t *testing.T, old, new string) *pack.Pack {
	t.Helper()
	text := source(t, "default")
	require.Contains(t, text, old)
	changed, err := pack.Load("mine.yaml", []byte(strings.Replace(text, old, new, 1)))
	require.NoError(t, err)
	return changed
}

// Whatever packs mean, their differences are said by meaning.
func TestPacksAreComparedByWhatTheyMean(t *testing.T) {
	standard, err := pack.Builtin("default")
	require.NoError(t, err)
	require.Empty(t, pack.Diff(standard, standard))
	for _, c := range []struct {
		name, old, new string
		want           []string // each: table, kind, cell, before, after
	}{
		{"a comment", "grace: 5s", "# the same\ngrace: 5s", nil},
		{"the pack's own version", `version: "2026-11"`, `version: "2026-12"`, nil},
		{"a deadline", "{actor: carrier, for: 72h, default: suspect_waybill", "{actor: carrier, for: 48h, default: suspect_waybill", []string{"deadlines changed for 72h 48h"}},
		{"its default", "for: 72h, default: suspect_waybill", "for: 72h, default: close", []string{"deadlines changed default suspect_waybill close"}},
		{"a reminder", "reminders: [24h, 44h]", "reminders: [24h]", []string{"deadlines changed reminders 24h, 44h 24h"}},
		{"a limit", "edits: 5", "edits: 4", []string{"limits changed count 5 4"}},
		{"a window", "    window_days: 7\n", "    window_days: 10\n", []string{"reasons changed window_days 7 10"}},
		{"an amount", `agent_below: "500.00"`, `agent_below: "600.00"`, []string{"approvals changed below 500.00 600.00"}},
		{"grace", "grace: 5s", "grace: 1m", []string{"general changed for 5s 1m"}},
		{"a flag", "paid_repair: true", "paid_repair: false", []string{"warranty changed allowed yes "}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			for _, d := range pack.Diff(standard, variant(t, c.old, c.new)) {
				got = append(got, strings.Join([]string{d.Table, d.Kind, d.Cell, d.Before, d.After}, " "))
				require.True(t, han(d.Sentence("zh-CN")), d.Sentence("zh-CN"))
				require.False(t, han(d.Sentence("en")) && d.Table != "reasons", d.Sentence("en"))
			}
			require.Equal(t, c.want, got)
		})
	}
}

func TestRulesThatComeGoAndChangePlaces(t *testing.T) {
	standard, err := pack.Builtin("default")
	require.NoError(t, err)
	rule := "  - {kinds: [repair], when: '!signed"
	text := source(t, "default")
	at := strings.Index(text, rule)
	require.Positive(t, at)
	end := at + strings.Index(text[at:], "\n") + 1
	without, err := pack.Load("mine.yaml", []byte(text[:at]+text[end:]))
	require.NoError(t, err)
	gone := pack.Diff(standard, without)
	require.Len(t, gone, 1)
	require.Equal(t, pack.RuleRemoved, gone[0].Kind)
	back := pack.Diff(without, standard)
	require.Len(t, back, 1)
	require.Equal(t, pack.RuleAdded, back[0].Kind)
	require.Equal(t, gone[0].Key, back[0].Key)

	first := "    - {level: watch, differences: 3, rule: house_other_goods_came_back}\n"
	second := "    - {level: watch, cases: 30, rule: house_very_many_cases}\n"
	moved := pack.Diff(standard, variant(t, first+second, second+first))
	require.Len(t, moved, 1)
	require.Equal(t, pack.RulesMoved, moved[0].Kind)
	require.Equal(t, "standing", moved[0].Table)
}

// The demo pack lies over the default one: what it says itself is what differs.
func TestWhatTheDemoPackShortens(t *testing.T) {
	standard, err := pack.Builtin("default")
	require.NoError(t, err)
	demo, err := pack.Builtin("demo")
	require.NoError(t, err)
	differences := pack.Diff(standard, demo)
	for _, d := range differences {
		require.Contains(t, []string{"deadlines", "limits", "general", "calendar"}, d.Table)
	}
	sentences := make([]string, len(differences))
	for i, d := range differences {
		sentences[i] = d.Sentence("en")
	}
	require.Contains(t, strings.Join(sentences, "\n"), "Deadlines · First carrier scan: time 72h → 8s")
}

// Every step, limit and reason of a pack stands in its tables, named in both languages, each rule once.
func TestTablesShowTheWholePack(t *testing.T) {
	for _, name := range pack.BuiltinNames() {
		loaded, err := pack.Builtin(name)
		require.NoError(t, err)
		tables := map[string]pack.Table{}
		for _, table := range loaded.Tables() {
			tables[table.Name] = table
			require.True(t, han(table.Title.In("zh-CN")), table.Name)
			seen := map[string]bool{}
			for _, row := range table.Rows {
				require.False(t, seen[row.Key], "%s %s", table.Name, row.Key)
				seen[row.Key] = true
				require.NotEmpty(t, row.Title.In("en"), row.Key)
				require.True(t, han(row.Title.In("zh")), "%s: %s", table.Name, row.Key)
				for _, cell := range row.Cells {
					require.True(t, han(pack.Words(cell.Name).In("zh-CN")), "the figure %s has no name", cell.Name)
				}
			}
		}
		waits := map[string]bool{}
		for _, row := range tables["deadlines"].Rows {
			step, _, _ := strings.Cut(row.Key, " ")
			waits[step] = true
		}
		for _, kind := range loaded.Kinds() {
			for _, step := range policy.StepsOf(kind) {
				require.True(t, waits[string(step)], step)
			}
		}
		require.Len(t, tables["limits"].Rows, 10)
		require.Contains(t, strings.Join(reasonKeys(tables["reasons"]), " "), "no_reason")
	}
}

func reasonKeys(table pack.Table) (keys []string) {
	for _, row := range table.Rows {
		keys = append(keys, row.Key)
	}
	return keys
}

var verbs = regexp.MustCompile(`%[qdsvw]`)

// What is wrong with a pack can be said in Chinese, whatever it is: every sentence of the checks has its twin.
func TestEveryProblemIsSaidInChinese(t *testing.T) {
	files, err := os.ReadDir(".")
	require.NoError(t, err)
	forms := 0
	for _, entry := range files {
		if !strings.HasSuffix(entry.Name(), ".go") || strings.HasSuffix(entry.Name(), "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), entry.Name(), nil, 0)
		require.NoError(t, err)
		ast.Inspect(file, func(node ast.Node) bool {
			call, is := node.(*ast.CallExpr)
			if !is {
				return true
			}
			callee, is := call.Fun.(*ast.SelectorExpr)
			if !is || callee.Sel.Name != "refuse" || len(call.Args) < 2 {
				return true
			}
			literal, is := call.Args[1].(*ast.BasicLit)
			require.True(t, is, "%s: the sentence is not written out", entry.Name())
			form, err := strconv.Unquote(literal.Value)
			require.NoError(t, err)
			if slices.Contains([]string{"%s", "%v"}, form) { // another's sentence, checked where it is made
				return true
			}
			said := verbs.ReplaceAllStringFunc(form, func(verb string) string {
				return map[string]string{"%q": `"x"`, "%d": "7"}[verb] + map[string]string{"%s": "one, two", "%v": "one", "%w": "one"}[verb]
			})
			text := (&pack.Problem{Reason: said}).Text("zh-CN")
			require.True(t, han(text) && !strings.HasPrefix(text, "写法有误"), "%s: %s", entry.Name(), said)
			require.Equal(t, said, (&pack.Problem{Reason: said}).Text("en"))
			forms++
			return true
		})
	}
	require.Greater(t, forms, 35)
}
