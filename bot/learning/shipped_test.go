package learning_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"aftersales/bot/learning"
	"aftersales/bot/nlu"
)

func TestAModelIsTrainedOnceAndADamagedOneAnew(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "models")
	examples := []nlu.Example{
		{Text: "我要退货", Intent: "return_refund"}, {Text: "退货退款", Intent: "return_refund"}, {Text: "换大一码", Intent: "exchange"}, {Text: "想换货", Intent: "exchange"},
		{Text: "能退货吗", Intent: "return_refund"}, {Text: "换个颜色", Intent: "exchange"},
	}
	first, err := learning.Trained(t.Context(), dir, nlu.Chinese, examples)
	require.NoError(t, err)
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	require.NoError(t, err)
	require.Len(t, files, 1)
	before, err := os.Stat(files[0])
	require.NoError(t, err)

	again, err := learning.Trained(t.Context(), dir, nlu.Chinese, examples)
	require.NoError(t, err)
	require.Equal(t, first.Predict("换一双"), again.Predict("换一双"))
	after, err := os.Stat(files[0])
	require.NoError(t, err)
	require.Equal(t, before.ModTime(), after.ModTime(), "it was loaded, not trained")

	require.NoError(t, os.WriteFile(files[0], []byte("damaged"), 0o600))
	again, err = learning.Trained(t.Context(), dir, nlu.Chinese, examples)
	require.NoError(t, err)
	require.Equal(t, first.Predict("换一双"), again.Predict("换一双"))

	more := append(examples, nlu.Example{Text: "补换一双", Intent: "exchange"})
	require.NotEqual(t, learning.Digest(examples), learning.Digest(more))
	_, err = learning.Trained(t.Context(), dir, nlu.Chinese, more)
	require.NoError(t, err)
	files, err = filepath.Glob(filepath.Join(dir, "*"))
	require.NoError(t, err)
	require.Len(t, files, 2)
}
