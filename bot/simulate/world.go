package simulate

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"aftersales/bot"
	"aftersales/bot/dialogue"
)

// Answerer answers questions as the knowledge base does.
type Answerer interface {
	Answer(ctx context.Context, question dialogue.Question) (dialogue.Answer, bool, error)
}

// world is one customer's: the order that the script names, beside two others.
type world struct {
	items    []dialogue.Item
	variants []dialogue.Variant
	answers  Answerer
	done     []dialogue.Request
}

// Articles that every customer of a script has bought besides.
var others = map[string][]string{
	"zh": {"保温杯 500ml", "纯棉四件套"},
	"en": {"Steel water bottle", "Cotton bedding set"},
}

var coloursOf = map[string][]string{
	"zh": {"黑色", "白色", "红色", "蓝色", "棕色", "灰色", "绿色", "粉色", "黄色", "紫色", "米色", "卡其色"},
	"en": {"black", "white", "red", "blue", "brown", "grey", "green", "pink", "yellow", "purple", "beige", "khaki"},
}

// newWorld makes the world of a script: the numbers, product and variants that its expectations name exist.
func newWorld(script Script, answers Answerer, at time.Time) *world {
	w := &world{answers: answers}
	want := script.Expect.Slots
	number := want["order_no"]
	var all strings.Builder
	for _, turn := range script.UserTurns {
		all.WriteString(turn.Say + "\n")
	}
	if number == "" {
		for _, slot := range bot.Extract(all.String(), at) {
			if slot.Name == bot.SlotOrderNo {
				number = slot.Value
				break
			}
		}
	}
	if number == "" {
		number = "4410027715590000001"
	}
	title := want["product"]
	if title == "" {
		title = map[string]string{"zh": "商品", "en": "article"}[script.Lang]
	}
	size, colour := want["sku_size"], want["sku_colour"]
	w.variants = variantsFor(script.Lang, size, colour)
	ownSize, ownColour := before(w.variants, size, all.String()), other(script.Lang, colour, all.String())
	quantity := 1
	if n, err := strconv.Atoi(want["quantity"]); err == nil && n > 0 {
		quantity = n + 1
	}
	w.add(number, "main", title, ownColour, ownSize, quantity, script.Expect.Intent != "cancel_order", at.Add(-48*time.Hour))
	for i, name := range others[script.Lang] {
		w.add(fmt.Sprintf("44100277155900009%02d", i), fmt.Sprint("other-", i), name, "", "", 1, true, at.Add(-time.Duration(20+i)*24*time.Hour))
	}
	for i := range w.variants {
		if v := w.variants[i]; v.Colour == ownColour && v.Size == ownSize {
			w.items[0].VariantID = v.ID
		}
	}
	return w
}

func (w *world) add(order, line, title, colour, size string, quantity int, delivered bool, at time.Time) {
	w.items = append(w.items, dialogue.Item{
		OrderID: order, LineID: line, ProductID: line, VariantID: line + "-own", Title: title, Colour: colour, Size: size,
		Quantity: quantity, Available: quantity, Paid: "¥199.00", Shipped: delivered, Delivered: delivered, At: at,
	})
}

// variantsFor are every size and colour around those that are wanted, all in stock.
func variantsFor(lang, size, colour string) []dialogue.Variant {
	sizes := []string{""}
	if size != "" {
		sizes = []string{"S", "M", "L", "XL", "XXL"}
		if n, err := strconv.Atoi(strings.TrimSuffix(size, "码")); err == nil {
			sizes = nil
			for s := n - 4; s <= n+4; s++ {
				sizes = append(sizes, strconv.Itoa(s)+strings.Repeat("码", strings.Count(size, "码")))
			}
		} else if !slices.ContainsFunc(sizes, func(s string) bool { return strings.EqualFold(s, size) }) {
			sizes = append(sizes, size)
		}
	}
	colours := slices.Clone(coloursOf[lang])
	if colour != "" && !slices.Contains(colours, colour) {
		colours = append(colours, colour)
	}
	var all []dialogue.Variant
	for _, c := range colours {
		for _, s := range sizes {
			all = append(all, dialogue.Variant{ID: "v-" + c + "-" + s, Colour: c, Size: s, Price: "¥199.00", Stock: 9})
		}
	}
	return all
}

// before is the size that somebody has who wants the size: one less, or one more when they ask for a smaller one.
func before(variants []dialogue.Variant, size, said string) string {
	var sizes []string
	for _, v := range variants {
		if !slices.Contains(sizes, v.Size) {
			sizes = append(sizes, v.Size)
		}
	}
	at := slices.IndexFunc(sizes, func(s string) bool { return strings.EqualFold(s, size) })
	step := -1
	if strings.Contains(said, "小一码") || strings.Contains(said, "小码") || strings.Contains(said, "smaller") || strings.Contains(said, "size down") {
		step = 1
	}
	if at < 0 || at+step < 0 || at+step >= len(sizes) {
		return sizes[0]
	}
	return sizes[at+step]
}

// other is the colour that somebody has who wants the colour: one that they name besides, or the first other one.
func other(lang, colour, said string) string {
	for _, c := range coloursOf[lang] {
		if c != colour && strings.Contains(said, c) {
			return c
		}
	}
	for _, c := range coloursOf[lang] {
		if c != colour {
			return c
		}
	}
	return ""
}

func (w *world) Items(_ context.Context, n int) ([]dialogue.Item, error) {
	return slices.Clone(w.items[:min(n, len(w.items))]), nil
}

func (w *world) Order(_ context.Context, number string) ([]dialogue.Item, error) {
	var found []dialogue.Item
	for _, item := range w.items {
		if strings.EqualFold(item.OrderID, number) {
			found = append(found, item)
		}
	}
	return found, nil
}

func (w *world) Variants(context.Context, dialogue.Item) ([]dialogue.Variant, error) {
	return slices.Clone(w.variants), nil
}

// Reasons are those of the default pack, as far as a dialogue cares.
func (w *world) Reasons(_ context.Context, intent string, _ dialogue.Item) ([]dialogue.Reason, error) {
	all := []dialogue.Reason{
		{Value: "no_reason", Zh: "不喜欢/不想要", En: "Changed my mind"}, {Value: "wrong_size", Zh: "尺码不合适", En: "Wrong size"},
		{Value: "quality", Zh: "质量问题", En: "Faulty", Evidence: true}, {Value: "not_as_described", Zh: "与描述不符", En: "Not as described", Evidence: true},
		{Value: "wrong_item", Zh: "发错货", En: "Wrong item", Evidence: true}, {Value: "damaged", Zh: "收到时已破损", En: "Arrived damaged", Evidence: true},
		{Value: "missing_parts", Zh: "少件/缺件", En: "Parts missing", Evidence: true}, {Value: "not_received", Zh: "没收到货", En: "Not received"},
		{Value: "late_delivery", Zh: "发货太慢", En: "Late delivery"}, {Value: "other", Zh: "其他", En: "Other"},
	}
	for i := range all {
		all[i].Evidence = false // a script without pictures must come to its end
	}
	return all, nil
}

func (w *world) Preview(context.Context, dialogue.Request) (dialogue.Preview, error) {
	return dialogue.Preview{}, nil
}

func (w *world) Do(_ context.Context, request dialogue.Request) (dialogue.Opened, error) {
	w.done = append(w.done, request)
	if request.Intent == "change_address" {
		return dialogue.Opened{Person: true}, nil // as in the real world: only a person can
	}
	return dialogue.Opened{CaseID: fmt.Sprint("case-", len(w.done)), Text: "ok"}, nil
}

func (w *world) Answer(ctx context.Context, question dialogue.Question) (dialogue.Answer, bool, error) {
	if w.answers == nil {
		return dialogue.Answer{}, false, nil
	}
	return w.answers.Answer(ctx, question)
}
