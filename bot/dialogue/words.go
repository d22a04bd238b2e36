package dialogue

import (
	"fmt"
	"strings"
)

// texts are all that the bot says, in Chinese and English: short, warm, concrete, never blaming; what happens next, and
// by when.
var texts = map[string][2]string{
	"greeting":  {"您好，我在的。退货、换货、维修、查快递或退款进度，直接告诉我就行。", "Hello! Tell me what you need: a return, an exchange, a repair, or where your parcel or refund is."},
	"welcome":   {"不客气，还有需要随时叫我。", "You're welcome. I'm here if you need anything else."},
	"which":     {"您想办的是下面哪一项？点一下就好，也可以换个说法告诉我。", "Which of these do you need? Tap one, or tell me in other words."},
	"puzzled":   {"我还没明白您的意思，换个说法试试？也可以直接点下面的选项。", "I didn't get that yet. Could you put it another way, or tap one of these?"},
	"handoff":   {"好的，我请同事来接着帮您，前面说的都会一起转过去，不用再重复。", "All right, a colleague will take over. They get everything you told me, so you need not repeat it."},
	"cancelled": {"好的，{do}先不办了，什么都没有提交。", "All right, I dropped the {do}. Nothing was submitted."},
	"switched":  {"好，改为{do}。", "All right, a {do} instead."},
	"back_to":   {"我们接着办{do}。", "Back to the {do}."},

	"no_such_order":      {"在您名下没有找到订单 {order}，请核对一下，或从下面选择。", "I can't find order {order} among yours. Please check it, or choose one below."},
	"ask_item":           {"好的，帮您{do}。是哪一件呢？点下面的订单，或把订单号发给我。", "Sure, let's do the {do}. Which item is it? Tap an order, or send me the order number."},
	"ask_item_again":     {"还没找到是哪一件。请点下面的订单，或从“我的订单”复制订单号发来。", "I still don't know which item. Tap an order below, or paste the number from “My orders”."},
	"ask_reason":         {"明白。{do}的主要原因是什么？点选或直接说都可以。", "Got it. What is the main reason for the {do}? Tap one or just tell me."},
	"ask_reason_again":   {"没能对上原因，请点最接近的一项；都不像就选“其他”。", "I couldn't match that. Tap the closest reason; if none fits, choose “other”."},
	"ask_detail":         {"抱歉给您添麻烦了。具体是哪里有问题、什么现象？一两句话就行。", "Sorry about that. What exactly is wrong with it? A sentence or two is enough."},
	"ask_detail_again":   {"想再具体一点，商家好处理：比如“左边拉链拉不上，刚拆就这样”。", "A little more detail helps the merchant: for example “the left zip is stuck, it was like that out of the box”."},
	"ask_evidence":       {"麻烦拍一张能看清问题的照片或视频发来；手边没有也可以先跳过。", "Please send a photo or video that shows the problem. If you have none at hand, you can skip this."},
	"ask_evidence_again": {"还没收到照片。点“＋”就能发，或者点“先不传”。", "No photo has come in yet. Use “+” to send one, or tap “Not now”."},
	"no_files":           {"先不传", "Not now"},
	"ask_variant":        {"想换成哪一款？下面是有货的。", "Which one would you like instead? These are in stock."},
	"ask_variant_again":  {"没对上款式，请点下面有货的一款。", "I couldn't match that. Please tap one that is in stock."},
	"not_in_stock":       {"{variant} 现在没货。", "{variant} is out of stock right now."},
	"nothing_in_stock":   {"这款现在没有可换的库存。", "There is nothing in stock to exchange it for right now."},
	"ask_address":        {"新的收货地址和电话是什么？", "What are the new address and phone number?"},
	"ask_address_again":  {"请把省市区、街道门牌和手机号发我一遍。", "Please send the full address and a mobile number."},

	"confirm":       {"跟您确认一下：{what}{preview}可以提交吗？", "Let me confirm: {what}{preview}Shall I submit it?"},
	"confirm_again": {"还差您一个确认：{what}{preview}没问题请点“确认提交”，要改哪里直接告诉我。", "I just need your yes: {what}{preview}Tap “Submit”, or tell me what to change."},
	"yes":           {"确认提交", "Submit"},
	"change":        {"要改一下", "Change something"},
	"cancel":        {"先不办了", "Cancel"},
	"what_is_wrong": {"好，哪里要改？比如“换成 43 码”“是另一双”。", "Sure, what should I change? For example “size 43” or “the other pair”."},
	"wished_time":   {"顾客方便的时间：{time}", "Time that suits the customer: {time}"},

	"recap_item":    {"{do} {title} × {n}（订单 {order}）", "{do} for {title} × {n} (order {order})"},
	"recap_variant": {"，换成 {variant}", ", exchanged for {variant}"},
	"recap_same":    {"，换同款", ", exchanged for the same one"},
	"recap_reason":  {"，原因：{reason}", ", because: {reason}"},
	"recap_told":    {"“{told}”", "“{told}”"},
	"recap_files":   {"，{n} 份凭证", ", {n} files"},
	"recap_address": {"，改为：{address}", ", changed to: {address}"},
	"recap_time":    {"，方便时间：{time}", ", time that suits you: {time}"},

	"do:return_refund":    {"退货退款", "return"},
	"do:refund_only":      {"退款", "refund"},
	"do:exchange":         {"换货", "exchange"},
	"do:repair":           {"维修", "repair"},
	"do:complaint":        {"投诉", "complaint"},
	"do:price_protection": {"价保", "price adjustment"},
	"do:cancel_order":     {"取消订单", "cancellation"},
	"do:change_address":   {"改地址", "address change"},
	"do:logistics_status": {"查快递", "where my parcel is"},
	"do:refund_status":    {"查退款进度", "where my refund is"},
	"do:order_status":     {"查订单", "where my order stands"},
	"do:product_question": {"商品咨询", "a question about a product"},
	"do:promotion":        {"优惠活动", "offers and coupons"},
	"do:invoice":          {"发票", "an invoice"},
	"do:account":          {"账号问题", "my account"},
	"do:human_agent":      {"找人工客服", "talk to a person"},
	"do:greeting":         {"打个招呼", "say hello"},
	"do:thanks":           {"道谢", "say thanks"},

	"summary": {"想要：{do}。已知：{known}。还缺：{missing}。原因：{why}。", "Wants: {do}. Known: {known}. Missing: {missing}. Why here: {why}."},
	"nothing": {"无", "nothing"},
}

// words fills a text of the customer's language; values are name and value in turn.
func (t *turn) words(key string, values ...any) string {
	both, found := texts[key]
	if !found {
		return key
	}
	text := both[0]
	if t.s.Lang == "en" {
		text = both[1]
	}
	for i := 0; i+1 < len(values); i += 2 {
		text = strings.ReplaceAll(text, "{"+fmt.Sprint(values[i])+"}", fmt.Sprint(values[i+1]))
	}
	return text
}

// recap is a form in a sentence.
func (t *turn) recap(form *Form) string {
	var out strings.Builder
	if form.Item != nil {
		out.WriteString(t.words("recap_item", "do", t.words("do:"+form.Intent), "title", form.Item.Title, "n", form.quantity(), "order", form.Item.OrderID))
	}
	if form.Intent == "exchange" {
		if form.Want != nil {
			out.WriteString(t.words("recap_variant", "variant", form.Want.name()))
		} else {
			out.WriteString(t.words("recap_same"))
		}
	}
	if form.Told != "" {
		out.WriteString(t.words("recap_reason", "reason", t.words("recap_told", "told", shorten(form.Told))))
	}
	if n := len(form.Evidence); n > 0 {
		out.WriteString(t.words("recap_files", "n", n))
	}
	if a := form.newAddress(); a != "" && form.Intent == "change_address" {
		out.WriteString(t.words("recap_address", "address", a))
	}
	if when := form.Slots[SlotTime].Raw; when != "" {
		out.WriteString(t.words("recap_time", "time", when))
	}
	if t.s.Lang == "en" {
		return out.String() + ". "
	}
	return out.String() + "。"
}

// shortened is how much of the customer's words is repeated to them.
const shortened = 60

func shorten(text string) string {
	runes := []rune(strings.ReplaceAll(text, "\n", " "))
	if len(runes) > shortened {
		return string(runes[:shortened]) + "…"
	}
	return string(runes)
}

// summary is what a person reads who takes over.
func (t *turn) summary(s Summary) string {
	var known []string
	for _, name := range []string{SlotOrder, SlotProduct, SlotReason, SlotColour, SlotSize, SlotQuantity, SlotAmount, SlotTime} {
		if value := s.Slots[name]; value != "" {
			known = append(known, name+" "+value)
		}
	}
	list := func(items []string) string {
		if len(items) == 0 {
			return t.words("nothing")
		}
		return strings.Join(items, ", ")
	}
	return t.words("summary", "do", t.words("do:"+s.Intent), "known", list(known), "missing", list(s.Missing), "why", s.Why)
}
