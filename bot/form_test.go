package bot_test

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"aftersales/bot"
)

func returnForm(missing ...string) bot.Form {
	return bot.Form{Kind: "return", Lang: "zh-CN", Missing: missing, Reasons: reasons, Needs: []string{"picture", "video"}, Now: wednesday}
}

func read(t require.TestingT, form bot.Form, answer bot.Answer) bot.Reading {
	r, err := bot.NewFormFiller().Read(context.Background(), form, answer)
	require.NoError(t, err)
	return r
}

func TestNextAsksForTheFirstMissingField(t *testing.T) {
	filler := bot.NewFormFiller()
	q, err := filler.Next(context.Background(), returnForm("reason", "evidence"))
	require.NoError(t, err)
	require.Equal(t, &bot.Question{Field: "reason", Choices: reasons}, q)

	q, err = filler.Next(context.Background(), returnForm("evidence", "description"))
	require.NoError(t, err)
	require.Equal(t, &bot.Question{Field: "evidence"}, q)

	q, err = filler.Next(context.Background(), returnForm())
	require.NoError(t, err)
	require.Nil(t, q)
}

func TestACancelledContextIsTheOnlyError(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := bot.NewFormFiller().Next(ctx, returnForm("reason"))
	require.ErrorIs(t, err, context.Canceled)
	_, err = bot.NewFormFiller().Read(ctx, returnForm("reason"), bot.Answer{Text: "质量问题"})
	require.ErrorIs(t, err, context.Canceled)
}

func TestReasonFromButtonNumberOrWords(t *testing.T) {
	for _, c := range []struct {
		answer bot.Answer
		want   string
	}{
		{bot.Answer{Choice: "damaged"}, "damaged"},
		{bot.Answer{Choice: "damaged", Text: "质量问题"}, "damaged"}, // the button is the clearer word
		{bot.Answer{Choice: "approved"}, ""},                     // not a choice of the form
		{bot.Answer{Text: "2"}, "wrong_size"},
		{bot.Answer{Text: "第三个"}, "ordered_wrong"},
		{bot.Answer{Text: "选B"}, "wrong_size"},
		{bot.Answer{Text: "the second one"}, "wrong_size"},
		{bot.Answer{Text: "99"}, ""},
		{bot.Answer{Text: "与描述不符"}, "not_as_described"},
		{bot.Answer{Text: "It is not as described"}, "not_as_described"},
		{bot.Answer{Text: "质量問题"}, "quality"},
		{bot.Answer{Text: "质量问提"}, "quality"},
		{bot.Answer{Text: "收到时以破损"}, "damaged"},
		{bot.Answer{Text: "都不是"}, "other"},
		{bot.Answer{Text: "什么时候能退款"}, ""},
		{bot.Answer{Text: "？？？"}, ""},
		{bot.Answer{}, ""},
	} {
		r := read(t, returnForm("reason"), c.answer)
		require.Equal(t, c.want, r.Value, "%+v", c.answer)
		require.Equal(t, c.want != "", r.Understood, "%+v", c.answer)
	}
}

func TestADeniedReasonIsNotTheReason(t *testing.T) {
	for text, want := range map[string]string{
		"不是质量问题，就是不想要了": "no_reason",
		"就是不想要了，不是质量问题": "no_reason",
		"没有破损":                                      "",
		"不是质量问题":                                    "",
		"不是质量问题是发错货":                                "wrong_item",
		"不是质量问题或者破损，是少件":                            "missing_parts",
		"质量没问题，就是尺码不合适":                             "wrong_size",
		"不是不想要，是坏了":                                 "quality",
		"不是假货，颜色发错了":                                "wrong_item",
		"没坏，拍错了":                                    "ordered_wrong",
		"哦不对，不是拍错，是少发了一件":                           "missing_parts",
		"not damaged, just too small":               "wrong_size",
		"it isn't a quality problem, wrong item":    "wrong_item",
		"nothing is broken, I changed my mind":      "no_reason",
		"It's not fake but it arrived broken":       "damaged",
		"no quality problem":                        "",
		"actually it's not too big, it's defective": "quality",
	} {
		require.Equal(t, want, read(t, returnForm("reason"), bot.Answer{Text: text}).Value, text)
	}
}

func TestEveryLabelIsItsOwnReason(t *testing.T) {
	for _, c := range reasons {
		for _, label := range []string{c.Zh, c.En, "亲 " + c.Zh + " 哈", strings.ToUpper(c.En)} {
			require.Equal(t, c.Value, read(t, returnForm("reason"), bot.Answer{Text: label}).Value, label)
		}
	}
}

func TestReasonsOfAnotherPack(t *testing.T) {
	form := returnForm("reason")
	form.Reasons = []bot.Choice{
		{Value: "R-17", Zh: "七天无理由退货", En: "Seven-day return"},
		{Value: "goods.quality", Zh: "商品质量", En: "Product quality"},
		{Value: "allergic", Zh: "对面料过敏", En: "Allergic to the fabric"},
	}
	for text, want := range map[string]string{
		"不想要了":                    "R-17", // its label is one of the lexicon's wordings of no_reason
		"掉色":                      "goods.quality",
		"收到就碎了":                   "goods.quality", // this pack is coarser: quality stands in for damaged
		"我对面料过敏":                  "allergic",
		"allergic to the fabric!": "allergic",
		"发错货":                     "", // not offered
	} {
		require.Equal(t, want, read(t, form, bot.Answer{Text: text}).Value, text)
	}
	form.Reasons = nil
	require.False(t, read(t, form, bot.Answer{Text: "质量问题"}).Understood)
}

func TestEvidenceIsWhatIsAttached(t *testing.T) {
	form := returnForm("evidence")
	require.Equal(t, "picture", read(t, form, bot.Answer{Evidence: []string{"picture"}}).Value)
	require.Equal(t, "picture,video", read(t, form, bot.Answer{Evidence: []string{"video", "picture", "picture", "document"}}).Value)
	require.False(t, read(t, form, bot.Answer{Evidence: []string{"document"}}).Understood)
	require.False(t, read(t, form, bot.Answer{Text: "照片已经发过了"}).Understood)
	form.Needs = nil
	require.Equal(t, "document", read(t, form, bot.Answer{Evidence: []string{"document"}}).Value)
}

func TestDescriptionMustSaySomething(t *testing.T) {
	form := returnForm("description")
	for _, text := range []string{"左边拉链拉不上", "灯不亮", "zip is stuck", "收到时盒子破了，杯子碎了两个"} {
		r := read(t, form, bot.Answer{Text: "  " + text + "\n"})
		require.True(t, r.Understood, text)
		require.Equal(t, text, r.Value)
	}
	for _, text := range []string{"", "好的", "嗯嗯", "OK", "？？", "哈哈哈哈", "123", "😡😡", "不知道", "亲", "I don't know", "转人工"} {
		require.False(t, read(t, form, bot.Answer{Text: text}).Understood, text)
	}
	require.Len(t, []rune(read(t, form, bot.Answer{Text: strings.Repeat("坏的", 3000)}).Value), 2000)
}

func TestWhatElseATextTellsComesAlong(t *testing.T) {
	r := read(t, returnForm("description", "reason"), bot.Answer{Field: "description", Text: "昨天收到就碎了，退我88元"})
	require.True(t, r.Understood)
	got := map[string]string{}
	for _, s := range r.Slots {
		got[s.Name] = s.Value
	}
	require.Equal(t, map[string]string{"date": "2026-03-10", "reason": "damaged", "amount": "8800"}, got)
	require.Len(t, read(t, returnForm("reason"), bot.Answer{Text: "订单4410027715590023318"}).Slots, 1)
}

func TestASlotCanBeTheField(t *testing.T) {
	for _, c := range [][3]string{
		{bot.SlotPhone, "不是13800000000，是13900000000", "13900000000"},
		{bot.SlotPhone, "13900000000，不是13800000000", "13900000000"},
		{bot.SlotOrderNo, "4410027715590023318", "4410027715590023318"},
		{bot.SlotAmount, "120", "12000"},
		{bot.SlotAmount, "三百二", "32000"},
		{bot.SlotQuantity, "2", "2"},
		{bot.SlotQuantity, "两个吧", "2"},
		{bot.SlotExpectedTime, "明天", "2026-03-12"},
		{bot.SlotDate, "随便", ""},
	} {
		r := read(t, returnForm(c[0]), bot.Answer{Text: c[1]})
		require.Equal(t, c[2], r.Value, c)
		require.Equal(t, c[2] != "", r.Understood, c)
	}
}

func TestReadingIsAFunctionOfFormAndAnswer(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		form := returnForm(rapid.SampledFrom([]string{"reason", "evidence", "description", "phone", "colour"}).Draw(t, "field"))
		answer := bot.Answer{Text: rapid.String().Draw(t, "text"), Choice: rapid.String().Draw(t, "choice")}
		require.Equal(t, read(t, form, answer), read(t, form, answer))
	})
}

func TestQuestionsInBothLanguages(t *testing.T) {
	blame := []string{"您没有", "你没", "错误", "必须", "you failed", "you did not", "your mistake", "invalid", "must"}
	for _, field := range []string{"reason", "evidence", "description", "order_no", "waybill_no", "phone", "amount", "quantity", "date", "expected_time", "colour"} {
		for _, kind := range []string{"return", "refund_only", "exchange", "repair", "price_protection", "complaint", "unheard_of"} {
			seen := map[string]bool{}
			for _, lang := range []string{"zh-CN", "en"} {
				for _, retry := range []bool{false, true} {
					text := bot.QuestionText(bot.Question{Field: field}, kind, lang, retry)
					require.NotEmpty(t, text)
					require.NotContains(t, text, "{")
					require.Less(t, len([]rune(text)), 180, text)
					require.Equal(t, lang == "zh-CN", strings.ContainsAny(text, "。？"), text)
					for _, word := range blame {
						require.NotContains(t, strings.ToLower(text), word)
					}
					seen[text] = true
				}
			}
			require.Len(t, seen, 4, "%s %s: asked again in other words, in both languages", field, kind)
		}
	}
	require.Contains(t, bot.QuestionText(bot.Question{Field: "reason"}, "exchange", "zh-CN", false), "换货")
	require.Contains(t, bot.QuestionText(bot.Question{Field: "reason"}, "exchange", "en", false), "exchange")
}

func FuzzRead(f *testing.F) {
	for _, u := range readUtterances(f, "testdata/utterances.jsonl") {
		f.Add("reason", "", u.Text)
	}
	f.Add("evidence", "picture", "\xff")
	f.Add("quantity", "", "九千九百九十九万")
	f.Fuzz(func(t *testing.T, field, choice, text string) {
		form := returnForm(field)
		r := read(t, form, bot.Answer{Field: field, Choice: choice, Text: text})
		require.Equal(t, r.Value != "", r.Understood)
		well(t, text, r.Slots)
		if field == bot.FieldReason && r.Understood {
			require.Contains(t, values(), r.Value) // a text never makes a reason that the form does not offer
		}
	})
}

func values() []string {
	var all []string
	for _, c := range reasons {
		all = append(all, c.Value)
	}
	return all
}

func BenchmarkRead(b *testing.B) {
	form := returnForm("reason")
	for name, text := range map[string]string{"short": "不是质量问题，就是不想要了", "full": strings.Repeat("昨天收到的杯子碎了两个，不是质量问题。", 100)} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := bot.NewFormFiller().Read(context.Background(), form, bot.Answer{Text: text}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
