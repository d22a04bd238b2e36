package api

import (
	"go/ast"
	"regexp"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
)

// Whatever a service says is wrong with a request, a Chinese answer has no English sentence in it: a known reason in Chinese, or the
// field that it is about.
func TestReasonsAreToldInOneLanguage(t *testing.T) {
	english := regexp.MustCompile(`[A-Za-z]{2,} [A-Za-z]{2,}`)
	found := 0
	for _, folder := range []string{".", "../cases", "../chat", "../identity", "../knowledge", "../operations", "../privacy", "../webhooks", "../activities"} {
		for _, file := range sources(t, folder) {
			ast.Inspect(file, func(node ast.Node) bool {
				call, ok := node.(*ast.CallExpr)
				if !ok {
					return true
				}
				for i, arg := range call.Args {
					key, ok := arg.(*ast.BasicLit)
					if !ok || key.Value != `"problem"` || i+1 == len(call.Args) {
						continue
					}
					if literal, ok := call.Args[i+1].(*ast.BasicLit); ok {
						reason, err := strconv.Unquote(literal.Value)
						require.NoError(t, err)
						require.NotRegexp(t, english, reasonText(reason, langZH), reason)
						found++
					}
				}
				return true
			})
		}
	}
	require.Greater(t, found, 50)
	require.Equal(t, "字段 amount 不符合要求。", reasonText("amount: only for a refund without a return", langZH))
	require.Equal(t, "有内容不符合要求。", reasonText("give either phone or mail", langZH))
	require.Equal(t, "give either phone or mail", reasonText("give either phone or mail", langEN))
}
