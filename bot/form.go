package bot

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// FormFiller asks for one missing field after the other and reads answers by rules. It keeps no state: safe for
// concurrent use, and the same form and answer give the same reading for ever.
type FormFiller struct{}

var _ Filler = (*FormFiller)(nil)

// NewFormFiller returns a form filler.
func NewFormFiller() *FormFiller { return &FormFiller{} }

// Next asks for the first missing field; for the reason it offers the form's choices.
func (f *FormFiller) Next(ctx context.Context, form Form) (*Question, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if len(form.Missing) == 0 {
		return nil, nil
	}
	q := &Question{Field: form.Missing[0]}
	if q.Field == FieldReason {
		q.Choices = slices.Clone(form.Reasons)
	}
	return q, nil
}

// Read reads an answer to the field that it names, or to the first missing one when it names none. Whatever
// else the text tells comes back as slots, also when the answer itself was not understood.
func (f *FormFiller) Read(ctx context.Context, form Form, answer Answer) (Reading, error) {
	if err := ctx.Err(); err != nil {
		return Reading{}, err
	}
	field := answer.Field
	if field == "" && len(form.Missing) > 0 {
		field = form.Missing[0]
	}
	t := newText(answer.Text)
	r := Reading{Slots: t.slots(form.Now)}
	switch field {
	case FieldReason:
		r.Value = readReason(t, form, answer)
	case FieldEvidence:
		r.Value = readEvidence(form, answer)
	case FieldDescription:
		r.Value = readDescription(answer)
	default:
		r.Value, r.Slots = readSlot(t, field, r.Slots)
	}
	r.Understood = r.Value != ""
	if field != FieldReason {
		if m, ok := t.reason(form.Reasons); ok && t.free(m.start, m.end) {
			s, _ := t.slot(SlotReason, m.choice, m.start, m.end)
			r.Slots = append(r.Slots, s)
			slices.SortFunc(r.Slots, func(a, b Slot) int { return a.Start - b.Start })
		}
	}
	return r, nil
}

// readReason takes a button, then a number or letter that points at a choice, then the customer's words.
func readReason(t *text, form Form, answer Answer) string {
	for _, c := range form.Reasons {
		if answer.Choice != "" && strings.EqualFold(c.Value, answer.Choice) {
			return c.Value
		}
	}
	if value, ok := ordinalChoice(answer.Text, form.Reasons); ok {
		return value
	}
	if m, ok := t.reason(form.Reasons); ok {
		return m.choice
	}
	value, ok := closest(t, form.Reasons)
	if !ok || len(t.mentions(codesOf(form.Reasons), labelsOf(form.Reasons))) > 0 { // named, but denied
		return ""
	}
	return value
}

// readEvidence lists the attached kinds that are wanted, sorted, joined by commas. Words are no evidence.
func readEvidence(form Form, answer Answer) string {
	var kinds []string
	for _, kind := range answer.Evidence {
		if kind != "" && (len(form.Needs) == 0 || slices.Contains(form.Needs, kind)) {
			kinds = append(kinds, kind)
		}
	}
	slices.Sort(kinds)
	return strings.Join(slices.Compact(kinds), ",")
}

// nothingSaid are answers that describe nothing.
var nothingSaid = map[string]bool{"好的": true, "好": true, "嗯嗯": true, "嗯": true, "可以": true, "不知道": true, "没有": true, "没了": true, "哈哈": true, "你好": true, "在吗": true,
	"谢谢": true, "行": true, "是的": true, "对": true, "不是": true, "收到": true, "知道了": true, "人工": true, "转人工": true, "什么意思": true,
	"ok": true, "okay": true, "yes": true, "no": true, "hi": true, "hello": true, "thanks": true, "thank you": true, "sure": true, "idk": true, "i don't know": true, "none": true, "nothing": true, "what": true}

// readDescription takes any text that says something: at least two Chinese characters or two words.
func readDescription(answer Answer) string {
	said := strings.TrimSpace(answer.Text)
	bare := strings.TrimFunc(string(newText(said).r), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	for _, polite := range []string{"亲", "亲亲", "哈", "哦", "呢", "啊", "呀", "嘛", "的呢"} {
		bare = strings.TrimSuffix(bare, polite)
	}
	if nothingSaid[strings.TrimSpace(bare)] {
		return ""
	}
	han, words, inWord, distinct := 0, 0, false, map[rune]bool{}
	for _, c := range bare {
		latin := unicode.IsLetter(c) && !unicode.Is(unicode.Han, c)
		if unicode.Is(unicode.Han, c) {
			han++
			distinct[c] = true
		}
		if latin && !inWord {
			words++
		}
		inWord = latin || inWord && (c == '\'' || c == '-')
	}
	if (han < 2 || len(distinct) < 2) && words < 2 {
		return ""
	}
	return capRunes(said)
}

// capRunes cuts a text after maxRunes characters.
func capRunes(s string) string {
	n := 0
	for i := range s {
		if n == maxRunes {
			return s[:i]
		}
		n++
	}
	return s
}

// readSlot reads an answer to a field that is a slot: the last mention that is not denied ("不是138…，是139…"), or
// a bare number for an amount or a quantity. The slots come back without the one that was taken.
func readSlot(t *text, field string, slots []Slot) (string, []Slot) {
	for i := len(slots) - 1; i >= 0; i-- {
		s := slots[i]
		same := s.Name == field || field == SlotDate && s.Name == SlotExpectedTime || field == SlotExpectedTime && s.Name == SlotDate
		if same && !t.denied(s) {
			return s.Value, slices.Delete(slices.Clone(slots), i, i+1)
		}
	}
	if field == SlotAmount || field == SlotQuantity {
		return t.bareNumber(field), slots
	}
	return "", slots
}

// denied tells a slot that the words before it take back.
func (t *text) denied(s Slot) bool {
	i, _ := slices.BinarySearch(t.from, s.Start)
	if t.before2(i, "不是", "不是 ", "并非", "不要") {
		return true
	}
	words := t.wordsBefore(i, 1)
	return len(words) == 1 && words[0] == "not"
}

// bareNumber reads an answer that is nothing but a number.
func (t *text) bareNumber(field string) string {
	i := 0
	for t.at(i) == ' ' {
		i++
	}
	n, ok := t.number(i)
	if !ok || n.rough {
		return ""
	}
	for j := n.end; j < len(t.r); j++ {
		if !unicode.IsSpace(t.r[j]) && !unicode.IsPunct(t.r[j]) && !strings.ContainsRune("吧哈呢亲个件", t.r[j]) {
			return ""
		}
	}
	if field == SlotAmount {
		if n.value%(one/100) != 0 {
			return ""
		}
		return strconv.FormatInt(n.value/(one/100), 10)
	}
	if whole, exact := n.whole(); exact && whole > 0 {
		return strconv.FormatInt(whole, 10)
	}
	return ""
}
