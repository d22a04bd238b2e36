package simulate_test

import (
	"context"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"aftersales/bot/dialogue"
	"aftersales/bot/learning"
	"aftersales/bot/simulate"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

var engine = sync.OnceValues(func() (*dialogue.Engine, error) {
	mind, err := learning.Shipped(context.Background(), "")
	return dialogue.New(mind), err
})

func TestWrittenDialoguesComeToTheirEnd(t *testing.T) {
	bot, err := engine()
	require.NoError(t, err)
	file, err := os.Open("testdata/dialogues.jsonl")
	require.NoError(t, err)
	defer file.Close()
	scripts, err := simulate.Read(file)
	require.NoError(t, err)
	require.NotEmpty(t, scripts)
	for _, script := range scripts {
		t.Run(script.ID, func(t *testing.T) {
			result, err := simulate.Run(t.Context(), bot, nil, script, noon)
			require.NoError(t, err)
			require.Empty(t, result.Why, "%v", result.Lines)
		})
	}
}

// A script whose expectations are wrong must fail: the judge is no yes-man.
func TestTheJudgeFindsWhatIsWrong(t *testing.T) {
	bot, err := engine()
	require.NoError(t, err)
	const dialogue = `"lang":"zh","user_turns":[{"say":"鞋子小了想换大一码","when":null},{"say":"好的","when":"confirm"}]`
	const known = `"slots":{"product":"鞋子","sku_size":"43"},`
	for expect, part := range map[string]string{
		`{` + known + `"intent":"repair"}`:                          "intent",
		`{"slots":{"product":"鞋子","sku_size":"43","amount":"100"}}`: "slot amount",
		`{` + known + `"confirmed":false}`:                          "confirmed is true",
		`{` + known + `"handoff":true}`:                             "handoff is false",
		`{` + known + `"cancelled":true}`:                           "cancelled is false",
		`{` + known + `"max_bot_turns":1}`:                          "more than 1",
		`{` + known + `"intents":["exchange","complaint"]}`:         "complaint was not done",
		`{` + known + `"must_answer_digression":"运费"}`:              "not answered",
	} {
		scripts, err := simulate.Read(strings.NewReader(`{"id":"x",` + dialogue + `,"expect":` + expect + `}`))
		require.NoError(t, err)
		result, err := simulate.Run(t.Context(), bot, nil, scripts[0], noon)
		require.NoError(t, err)
		require.False(t, result.Passed, expect)
		require.Contains(t, strings.Join(result.Why, "; "), part)
	}
}

func TestBadScriptsAreNamedByTheirLine(t *testing.T) {
	for _, content := range []string{"{", `{"lang":"zh"}`, `{"lang":"fr","user_turns":[{"say":"x"}]}`} {
		_, err := simulate.Read(strings.NewReader("\n" + content))
		require.ErrorContains(t, err, "line 2")
	}
}

func FuzzDialogue(f *testing.F) {
	for _, seed := range []string{"我要退货\n1\n不是\n算了", "exchange\x00\nsecond one\nyes\nyes", "？\n？\n？\n？", "换货\n转人工\n好", "退货\n跳过\n跳过\n跳过\n好\n好"} {
		f.Add(seed)
	}
	bot, err := engine()
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var script simulate.Script
		script.Lang = "zh"
		for line := range strings.Lines(text) {
			script.UserTurns = append(script.UserTurns, simulate.Said{Say: line})
		}
		result, err := simulate.Run(t.Context(), bot, nil, script, noon)
		require.NoError(t, err)
		for _, line := range result.Lines {
			require.NotContains(t, line.Text, "{", "a text was not filled in: %s", line.Text)
		}
	})
}
