package api_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"aftersales/policy/pack"
)

// A whole pack fits into a request about packs, and nowhere else; more than a pack may be is refused there too.
func TestAWholePackFits(t *testing.T) {
	r := newRig(t)
	text := strings.Repeat("# a comment of forty characters or nearly\n", 4000) + "extends: default\nname: mine\n"
	content, err := json.Marshal(map[string]string{"content": text})
	require.NoError(t, err)
	require.Greater(t, len(content), 128<<10)
	require.Equal(t, 200, r.do(t, call{method: "POST", path: "/v1/packs/check", token: "operator", body: string(content)}).Code)
	problem(t, r.do(t, call{method: "POST", path: "/v1/deadline-moves/preview", token: "operator", body: string(content)}), 413, "body_too_large")
	problem(t, r.do(t, call{method: "POST", path: "/v1/packs/check", token: "operator", body: `{"content":"` + strings.Repeat("x", 600<<10) + `"}`}), 413, "body_too_large")
}

// What is wrong with a pack is said where it stands, in the language of whoever asks.
func TestWhatIsWrongWithAPackIsSaidInTheReadersLanguage(t *testing.T) {
	r := newRig(t)
	standard, err := pack.Builtin("demo")
	require.NoError(t, err)
	text := strings.Replace(string(standard.Content()), "offers: 3", "offers: 300", 1)
	content, err := json.Marshal(map[string]string{"content": text})
	require.NoError(t, err)
	for lang, want := range map[string]string{"zh-CN": "超出范围", "en": "out of range"} {
		answer := r.do(t, call{method: "POST", path: "/v1/packs/check", token: "operator", body: string(content), header: map[string]string{"Accept-Language": lang}})
		require.Equal(t, 200, answer.Code)
		var checked struct {
			OK       bool
			Problems []struct {
				Line, Column int
				Path, Text   string
			}
		}
		require.NoError(t, json.Unmarshal(answer.Body.Bytes(), &checked))
		require.False(t, checked.OK)
		require.Equal(t, "limits.offers", checked.Problems[0].Path)
		require.Contains(t, checked.Problems[0].Text, want)
		line := strings.Split(text, "\n")[checked.Problems[0].Line-1]
		require.True(t, strings.HasPrefix(line[checked.Problems[0].Column-1:], "300"), "line %q, column %d", line, checked.Problems[0].Column)
	}
}
