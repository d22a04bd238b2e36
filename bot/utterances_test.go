package bot_test

import (
	"bufio"
	"context"
	"encoding/json"
	"maps"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"aftersales/bot"
)

// wednesday is the moment at which the utterances of testdata were said: 2026-03-11 10:00 in China.
var wednesday = time.Date(2026, 3, 11, 2, 0, 0, 0, time.UTC)

// reasons are the choices of the default policy pack for a return.
var reasons = []bot.Choice{
	{Value: "no_reason", Zh: "不想要了（七天无理由）", En: "No longer wanted (7-day no-reason return)"},
	{Value: "wrong_size", Zh: "尺码或规格不合适", En: "The size or variant does not fit"},
	{Value: "ordered_wrong", Zh: "拍错或多拍", En: "Ordered by mistake"},
	{Value: "quality", Zh: "质量问题", En: "It is faulty"},
	{Value: "not_as_described", Zh: "与描述不符", En: "It is not as described"},
	{Value: "wrong_item", Zh: "发错货", En: "The wrong item came"},
	{Value: "damaged", Zh: "收到时已破损", En: "It arrived damaged"},
	{Value: "missing_parts", Zh: "少件或缺配件", En: "Parts are missing"},
	{Value: "counterfeit", Zh: "假冒品牌", En: "It is counterfeit"},
	{Value: "late_delivery", Zh: "未按约定时间发货", En: "It was sent too late"},
	{Value: "agreed", Zh: "与商家协商一致", En: "Agreed with the merchant"},
	{Value: "other", Zh: "其他原因", En: "Another reason"},
}

// utterance is a line of testdata. start and end are byte offsets; reasons have none, their words are free.
type utterance struct {
	Text     string `json:"text"`
	Lang     string `json:"lang"`
	Entities []struct {
		Slot  string `json:"slot"`
		Value string `json:"value"`
		Start int    `json:"start"`
		End   int    `json:"end"`
	} `json:"entities"`
}

func readUtterances(t testing.TB, file string) []utterance {
	f, err := os.Open(file)
	require.NoError(t, err)
	defer f.Close()
	var all []utterance
	for lines := bufio.NewScanner(f); lines.Scan(); {
		var u utterance
		require.NoError(t, json.Unmarshal(lines.Bytes(), &u))
		all = append(all, u)
	}
	return all
}

// counts of one slot: right, found without being there, missed.
type tally struct{ right, extra, missed int }

func (c tally) f1() float64 { return 2 * float64(c.right) / float64(2*c.right+c.extra+c.missed) }

func TestUtterancesYieldTheirSlots(t *testing.T) {
	all := readUtterances(t, "testdata/utterances.jsonl")
	require.GreaterOrEqual(t, len(all), 150)

	form := bot.Form{Kind: "return", Lang: "zh-CN", Missing: []string{bot.FieldReason}, Reasons: reasons, Now: wednesday}
	scores := map[string]tally{}
	for _, u := range all {
		reading, err := bot.NewFormFiller().Read(context.Background(), form, bot.Answer{Text: u.Text})
		require.NoError(t, err)
		found := reading.Slots
		if reading.Understood {
			found = append(found, bot.Slot{Name: bot.SlotReason, Value: reading.Value})
		}
		for _, want := range u.Entities {
			s := scores[want.Slot]
			at := slices.IndexFunc(found, func(s bot.Slot) bool {
				return s.Name == want.Slot && s.Value == want.Value && s.Start == want.Start && s.End == want.End
			})
			if at < 0 {
				s.missed++
				t.Logf("missed %+v in %q; found %+v", want, u.Text, found)
			} else {
				s.right++
				found = slices.Delete(slices.Clone(found), at, at+1)
			}
			scores[want.Slot] = s
		}
		for _, extra := range found {
			s := scores[extra.Name]
			s.extra++
			scores[extra.Name] = s
			t.Logf("extra %+v in %q", extra, u.Text)
		}
	}
	for _, slot := range slices.Sorted(maps.Keys(scores)) {
		s := scores[slot]
		t.Logf("F1 %-14s %.3f  (%d right, %d extra, %d missed)", slot, s.f1(), s.right, s.extra, s.missed)
		require.GreaterOrEqual(t, s.f1(), 0.97, slot)
	}
}
