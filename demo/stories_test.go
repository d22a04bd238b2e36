package demo

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"aftersales/policy"
	"aftersales/workflows/contract"
)

// The stories bring about every way in which a case can end that people, rules or time bring about.
func TestStoriesReachEveryEnding(t *testing.T) {
	reached := map[string]bool{
		string(contract.RefusedOpening): true, // that is no case
		string(contract.Cancelled):      true, // by who runs the engine
	}
	names := map[string]bool{}
	for _, story := range stories {
		require.False(t, names[story.name], "%s is there twice", story.name)
		names[story.name] = true
		require.NotEmpty(t, story.words, story.name)
		require.Positive(t, story.price, story.name)
		for _, ending := range story.ends {
			kind, outcome, found := strings.Cut(ending, "/")
			require.True(t, found, "%s ends as %s", story.name, ending)
			_, known := contract.WorkflowOf(policy.Kind(kind))
			require.True(t, known, "%s ends as %s", story.name, ending)
			reached[outcome] = true
		}
	}
	file, err := parser.ParseFile(token.NewFileSet(), filepath.Join("..", "workflows", "contract", "messages.go"), nil, 0)
	require.NoError(t, err)
	ast.Inspect(file, func(node ast.Node) bool {
		spec, ok := node.(*ast.ValueSpec)
		if !ok {
			return true
		}
		if of, ok := spec.Type.(*ast.Ident); ok && of.Name == "Outcome" {
			outcome, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
			require.NoError(t, err)
			require.True(t, reached[outcome], "no story ends as %q", outcome)
		}
		return true
	})
	require.Equal(t, len(stories), Stories(""))
	require.Equal(t, len(exchanges), Stories("exchange/"))
	require.Zero(t, Stories("nothing"))
}
