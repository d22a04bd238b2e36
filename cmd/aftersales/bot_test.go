package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestBotExplainsItself(t *testing.T) {
	t.Setenv("AFTERSALES_DATA_DIR", t.TempDir())
	out, err := execute(t, "bot", "explain", "订单4410027715590023318的鞋子小了想换大一码")
	require.NoError(t, err)
	require.Regexp(t, `(?m)^exchange +\+`, out)
	require.Regexp(t, `(?m)^换`, out)
	require.Regexp(t, `order_no +4410027715590023318`, out)
	out, err = execute(t, "bot", "explain", " ")
	require.NoError(t, err)
	require.Contains(t, out, "nothing to go by")
}

func TestBotIsMeasured(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("AFTERSALES_DATA_DIR", dir)
	write := func(name, content string) string {
		path := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
		return path
	}
	data := write("data.jsonl", `{"text":"order 4410027715590023318 please","lang":"en","intent":"a","entities":[{"slot":"order_no","value":"4410027715590023318"}]}
{"text":"banana split","lang":"en","intent":"b","alt":["c"]}
{"text":"weather today","lang":"en","intent":"oos"}
`)
	train := write("train.jsonl", `{"text":"my order please","lang":"en","intent":"a"}
{"text":"banana bread","lang":"en","intent":"c"}
{"text":"an order","lang":"en","intent":"a"}
`)
	out, err := execute(t, "bot", "eval", "--data", data, "--train", train, "--json")
	require.NoError(t, err)
	var found map[string]any
	require.NoError(t, json.Unmarshal([]byte(out), &found))
	require.EqualValues(t, 3, found["n"])
	require.InDelta(t, 1.0/3, found["accuracy"], 1e-9)
	require.InDelta(t, 2.0/3, found["accuracy_lenient"], 1e-9)
	require.EqualValues(t, 1, found["slot_f1"])
	require.Positive(t, found["train_seconds"])
	require.Positive(t, found["p99_us"])
	require.NotNil(t, found["oos_auroc"])

	for flags, part := range map[string][]string{
		"not both":   {"--train", train, "--add", train},
		"line 1":     {"--data", write("bad.jsonl", "{")},
		"no example": {"--data", write("empty.jsonl", "")},
	} {
		_, err := execute(t, append([]string{"bot", "eval"}, part...)...)
		require.ErrorContains(t, err, flags)
	}
}
