package fault_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"regexp"
	"slices"
	"strconv"
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"

	"aftersales/fault"
)

var placeholder = regexp.MustCompile(`\{[a-z_]+\}`)

func placeholders(text string) []string {
	names := placeholder.FindAllString(text, -1)
	slices.Sort(names)
	return names
}

func TestEveryFaultSpeaksBothLanguages(t *testing.T) {
	require.NotEmpty(t, fault.Codes())
	require.True(t, slices.IsSorted(fault.Codes()))
	texts := map[string]fault.Code{}
	for _, code := range fault.Codes() {
		f := fault.New(code)
		zh, en := f.Text("zh-CN"), f.Text("en")
		require.NotEmpty(t, zh, code)
		require.NotEmpty(t, en, code)
		require.True(t, hasHan(zh), "%s: the Chinese text is not Chinese: %s", code, zh)
		require.False(t, hasHan(en), "%s: the English text is not English: %s", code, en)
		require.Equal(t, placeholders(zh), placeholders(en), "%s: both texts need the same details", code)
		require.Regexp(t, `^[a-z_]+$`, string(code))
		require.GreaterOrEqual(t, f.Status(), 400, code)
		require.Less(t, f.Status(), 600, code)
		require.Empty(t, texts[en], "%s says the same as another", code)
		texts[en] = code
	}
}

// A code without texts would only be noticed when it is raised.
func TestEveryCodeIsInTheCatalogue(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "catalogue.go", nil, 0)
	require.NoError(t, err)
	found := 0
	ast.Inspect(file, func(node ast.Node) bool {
		if spec, ok := node.(*ast.ValueSpec); ok && len(spec.Values) == 1 {
			if literal, ok := spec.Values[0].(*ast.BasicLit); ok {
				code, err := strconv.Unquote(literal.Value)
				require.NoError(t, err)
				require.True(t, fault.Known(fault.Code(code)), code)
				found++
			}
		}
		return true
	})
	require.Len(t, fault.Codes(), found)
}

func hasHan(text string) bool {
	for _, r := range text {
		if unicode.Is(unicode.Han, r) {
			return true
		}
	}
	return false
}

func TestTextFillsTheDetails(t *testing.T) {
	f := fault.New(fault.QuantityTooLarge, "available", 3)
	require.Equal(t, "The quantity is more than can be chosen; at most 3.", f.Text("en"))
	require.Equal(t, "数量超出了可申请的数量，最多 3 件。", f.Text("zh-CN"))
	require.Equal(t, f.Text("zh-CN"), f.Text("ZH"))
	require.Equal(t, f.Text("en"), f.Text("fr"), "English for every other language")
}

func TestFaultCrossesEdges(t *testing.T) {
	f := fault.New(fault.StaleRevision, "revision", 4).Because(io.ErrUnexpectedEOF)
	wrapped := fmt.Errorf("answer the case: %w", f)
	require.Same(t, f, fault.As(wrapped))
	require.ErrorIs(t, wrapped, fault.New(fault.StaleRevision))
	require.NotErrorIs(t, wrapped, fault.New(fault.CaseClosed))
	require.ErrorIs(t, wrapped, io.ErrUnexpectedEOF)
	require.Nil(t, fault.As(errors.New("other")))
	require.Contains(t, f.Error(), "unexpected EOF")
	require.NotContains(t, f.Text("en"), "EOF", "the cause is never shown")

	text, err := json.Marshal(f)
	require.NoError(t, err)
	require.JSONEq(t, `{"code":"stale_revision","details":{"revision":4}}`, string(text))
	var back fault.Fault
	require.NoError(t, json.Unmarshal(text, &back))
	require.Equal(t, f.Text("zh"), back.Text("zh"))
}

func TestUnknownCodes(t *testing.T) {
	stranger := &fault.Fault{Code: "from_a_newer_build"}
	require.Equal(t, 500, stranger.Status())
	require.Equal(t, fault.New(fault.Internal).Text("en"), stranger.Text("en"))
	require.False(t, fault.Known(stranger.Code))
	require.True(t, fault.Known(fault.CaseClosed))
	require.Panics(t, func() { fault.New("from_a_newer_build") })
	odd := []any{"limit"}
	require.Panics(t, func() { fault.New(fault.TextTooLong, odd...) })
}
