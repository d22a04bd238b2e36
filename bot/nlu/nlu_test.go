package nlu_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"aftersales/bot/nlu"
)

// mind is the shipped models, trained once for all tests.
var mind = sync.OnceValues(func() (*nlu.Mind, error) {
	var models []*nlu.Model
	for _, lang := range []string{nlu.Chinese, nlu.English} {
		examples, err := nlu.TrainingText(lang)
		if err != nil {
			return nil, err
		}
		model, err := nlu.Train(context.Background(), examples)
		if err != nil {
			return nil, err
		}
		models = append(models, model)
	}
	return nlu.NewMind(models[0], models[1]), nil
})

func shipped(t *testing.T) *nlu.Mind {
	t.Helper()
	m, err := mind()
	require.NoError(t, err)
	return m
}

// What nobody trained on is understood at least so well; the figures themselves are in docs/performance.md.
func TestFrozenTextIsUnderstood(t *testing.T) {
	for lang, floor := range map[string]float64{nlu.Chinese: 0.76, nlu.English: 0.72} {
		frozen, err := nlu.FrozenText(lang)
		require.NoError(t, err)
		require.Greater(t, len(frozen), 200)
		model := shipped(t).Model(lang)
		score := nlu.Measure(func(e nlu.Example) nlu.Prediction { return model.Predict(e.Text) }, frozen)
		t.Logf("%s: n %d, accuracy %.3f, lenient %.3f, macro F1 %.3f, out of scope %.3f", lang, score.N, score.Accuracy, score.Lenient, score.MacroF1, score.OOS)
		require.GreaterOrEqual(t, score.Lenient, floor, lang)
		require.GreaterOrEqual(t, score.OOS, 0.85, lang)
	}
}

// Of what the model says it is sure of, most must be right, and more than of what it doubts.
func TestConfidenceMeansWhatItSays(t *testing.T) {
	for _, lang := range []string{nlu.Chinese, nlu.English} {
		frozen, err := nlu.FrozenText(lang)
		require.NoError(t, err)
		var sure, sureRight, unsure, unsureRight float64
		for _, e := range frozen {
			p := shipped(t).Model(lang).Predict(e.Text)
			right := 0.0
			if e.Accepts(p.Intent()) {
				right = 1
			}
			if p.Confidence >= nlu.Sure {
				sure, sureRight = sure+1, sureRight+right
			} else {
				unsure, unsureRight = unsure+1, unsureRight+right
			}
		}
		require.Greater(t, sure, 0.5*float64(len(frozen)))
		require.Greater(t, sureRight/sure, 0.85, lang)
		require.Less(t, unsureRight/unsure, 0.75, lang)
	}
}

// Nothing of the frozen text is in the training text, not even with other punctuation.
func TestFrozenTextWasNeverTrainedOn(t *testing.T) {
	bare := func(text string) string {
		return strings.Map(func(c rune) rune {
			if strings.ContainsRune(" ，。！？!?,.~、", c) {
				return -1
			}
			return nlu.Fold(c)
		}, text)
	}
	for _, lang := range []string{nlu.Chinese, nlu.English} {
		trained := map[string]bool{}
		examples, err := nlu.TrainingText(lang)
		require.NoError(t, err)
		for _, e := range examples {
			trained[bare(e.Text)] = true
		}
		frozen, err := nlu.FrozenText(lang)
		require.NoError(t, err)
		for _, e := range frozen {
			require.False(t, bare(e.Text) != "" && trained[bare(e.Text)], "%s", e.Text)
		}
	}
}

func TestEveryIntentIsTrained(t *testing.T) {
	for _, lang := range []string{nlu.Chinese, nlu.English} {
		require.Equal(t, nlu.Intents, shipped(t).Model(lang).Labels())
	}
}

func TestTheSameExamplesGiveTheSameModel(t *testing.T) {
	examples, err := nlu.TrainingText(nlu.Chinese)
	require.NoError(t, err)
	examples = examples[:1500]
	first, err := nlu.Train(t.Context(), examples)
	require.NoError(t, err)
	second, err := nlu.Train(t.Context(), examples)
	require.NoError(t, err)
	for _, e := range examples[:50] {
		require.Equal(t, first.Predict(e.Text), second.Predict(e.Text))
	}
}

func TestAStoredModelSaysTheSame(t *testing.T) {
	model := shipped(t).Model(nlu.Chinese)
	path := filepath.Join(t.TempDir(), "model")
	require.NoError(t, model.WriteFile(path))
	back, err := nlu.ReadFile(path)
	require.NoError(t, err)
	for _, text := range []string{"鞋子小了想换大一码", "退款什么时候到", "", "🙂", "hello 你好"} {
		require.Equal(t, model.Predict(text), back.Predict(text))
	}
	content, err := os.ReadFile(path)
	require.NoError(t, err)
	for _, bad := range [][]byte{nil, content[:len(content)/2], append([]byte("x"), content...), append(content[:len(content)-1:len(content)-1], content[len(content)-1]^1)} {
		require.NoError(t, os.WriteFile(path, bad, 0o600))
		_, err := nlu.ReadFile(path)
		require.ErrorIs(t, err, nlu.ErrBadFile)
	}
}

func TestTooLittleToLearnFrom(t *testing.T) {
	_, err := nlu.Train(t.Context(), []nlu.Example{{Text: "退货", Intent: "return_refund"}})
	require.ErrorIs(t, err, nlu.ErrTooLittle)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = nlu.Train(ctx, []nlu.Example{{Text: "退货", Intent: "return_refund"}, {Text: "你好", Intent: "greeting"}})
	require.ErrorIs(t, err, context.Canceled)
}

func TestLanguages(t *testing.T) {
	for text, want := range map[string]string{
		"我要退货": "zh", "I want my money back": "en", "我的iPhone坏了": "zh", "refund 退款": "zh", "where is order for 王 please tell me now": "en",
	} {
		require.Equal(t, want, nlu.LanguageOf(text, "zh-CN"), text)
	}
	require.Equal(t, "en", nlu.LanguageOf("123 !", "en"))
	require.Equal(t, "zh", nlu.LanguageOf("123 !", ""))
}

func TestSeveralWishesInOneMessage(t *testing.T) {
	for text, want := range map[string][]string{
		"鞋子小了我要换大一码。另外发票怎么开":                                                            {"exchange", "invoice"},
		"I want to exchange these shoes for a bigger size. Also, can I get an invoice?": {"exchange", "invoice"},
		"衣服有破洞，想退货":                                                                     {"return_refund"},
		"你好，我要退货":                                                                       {"return_refund"},
		"退款怎么还没到账，都五天了！！":                                                               {"refund_status"},
		"退款怎么还没到账？退款到底什么时候到":                                                            {"refund_status"},
	} {
		var got []string
		for _, wish := range shipped(t).Read(text, "zh-CN").Wishes {
			got = append(got, wish.Intent)
			require.True(t, 0 <= wish.From && wish.From < wish.To && wish.To <= len(text))
		}
		require.Equal(t, want, got, text)
	}
}

func TestClausesAreWhatTheMessageSays(t *testing.T) {
	message := "鞋子小了 想换大一码，黑色。另外，发票怎么开？"
	var texts []string
	var anew []bool
	for _, clause := range nlu.Clauses(message) {
		require.Contains(t, message[clause.From:clause.To], clause.Text)
		texts, anew = append(texts, clause.Text), append(anew, clause.Anew)
	}
	require.Equal(t, []string{"鞋子小了", "想换大一码", "黑色", "另外", "发票怎么开"}, texts)
	require.Equal(t, []bool{true, false, false, true, false}, anew)
}

func TestMood(t *testing.T) {
	calm, cross := nlu.MoodOf("请问这个可以换吗"), nlu.MoodOf("什么垃圾店，骗子！！！再不处理我就投诉到12315")
	require.Less(t, calm.Anger, 0.2)
	require.Greater(t, cross.Anger, 0.8)
	require.Greater(t, nlu.MoodOf("急！！今天必须寄出，马上要用").Urgency, 0.7)
	require.Greater(t, nlu.MoodOf("THIS IS RIDICULOUS").Anger, nlu.MoodOf("this is ridiculous").Anger)
	require.Zero(t, nlu.MoodOf(""))
}

func TestTraditionalAndWideCharactersReadAlike(t *testing.T) {
	model := shipped(t).Model(nlu.Chinese)
	require.Equal(t, model.Predict("退货退款怎么还没到账").Guesses, model.Predict("退貨退款怎麼還沒到賬").Guesses)
	require.Equal(t, model.Predict("ABC退货").Guesses, model.Predict("ＡＢＣ退货").Guesses)
}

func TestBadLinesAreNamed(t *testing.T) {
	for content, part := range map[string]string{
		"exchange\t换\nexchange 换": "line 2", "nonsense\t换": `no intent "nonsense"`, "exchange\t \n": "line 1", "exchange\t\xff": "line 1",
	} {
		_, err := nlu.ParseText(content, nlu.Chinese)
		require.ErrorContains(t, err, part)
	}
}

func FuzzRead(f *testing.F) {
	for _, seed := range []string{"", "🙂🙂", "鞋子小了\x00\xff", strings.Repeat("退", 3000), "a b c. also 退货?", "，，，。。"} {
		f.Add(seed)
	}
	m, err := mind()
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text string) {
		r := m.Read(text, "zh-CN")
		for _, wish := range append(r.Wishes, r.Choices...) {
			require.True(t, wish.Confidence >= 0 && wish.Confidence <= 1)
			require.True(t, 0 <= wish.From && wish.From <= wish.To && wish.To <= len(text))
		}
		require.True(t, r.Mood.Anger >= 0 && r.Mood.Anger <= 1 && r.Mood.Urgency >= 0 && r.Mood.Urgency <= 1)
		last := 0
		for _, clause := range nlu.Clauses(text) {
			require.True(t, last <= clause.From && clause.From < clause.To && clause.To <= len(text))
			last = clause.To
		}
	})
}

func FuzzModelFile(f *testing.F) {
	f.Add([]byte("aftersales-nlu-1\n"))
	f.Fuzz(func(t *testing.T, content []byte) {
		path := filepath.Join(t.TempDir(), "m")
		require.NoError(t, os.WriteFile(path, content, 0o600))
		_, err := nlu.ReadFile(path)
		require.ErrorIs(t, err, nlu.ErrBadFile)
	})
}

func BenchmarkPredict(b *testing.B) {
	m, err := mind()
	if err != nil {
		b.Fatal(err)
	}
	model := m.Model(nlu.Chinese)
	for b.Loop() {
		model.Predict("鞋子小了想换大一码，运费谁出")
	}
}

func BenchmarkLoad(b *testing.B) {
	m, err := mind()
	if err != nil {
		b.Fatal(err)
	}
	path := filepath.Join(b.TempDir(), "m")
	if err := m.Model(nlu.English).WriteFile(path); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := nlu.ReadFile(path); err != nil {
			b.Fatal(err)
		}
	}
}

// What the pieces say and the bias make up the margin.
func TestAnExplanationAddsUp(t *testing.T) {
	for text, lang := range map[string]string{"鞋子小了想换大一码，换": nlu.Chinese, "I'd like to exchange these shoes": nlu.English} {
		model := shipped(t).Model(lang)
		p := model.Predict(text)
		require.Equal(t, "exchange", p.Intent())
		pieces, sum := model.Explain(text, "exchange", 1000)
		for _, piece := range pieces {
			sum += piece.Weight
		}
		require.InDelta(t, p.Guesses[0].Margin, sum, 1e-4)
		require.Positive(t, pieces[0].Weight)
	}
	pieces, _ := shipped(t).Model(nlu.Chinese).Explain("换货", "no such intent", 3)
	require.Empty(t, pieces)
}
