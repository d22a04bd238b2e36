package bot

import "strings"

// wording is a question in both languages, as asked first and as asked again.
type wording struct{ zh, zhAgain, en, enAgain string }

var questionTexts = map[string]wording{
	FieldReason: {
		"请问您这次想{kind}，主要是什么原因呢？点选下面一项，或者直接打字告诉我都可以。",
		"我还没能判断是哪一种原因。请在下面点选最接近的一项；都不像的话，选“其他原因”就好。",
		"What is the main reason for this {kind}? Tap one of the options, or tell me in your own words.",
		"I could not match that to a reason yet. Please tap the option that comes closest; if none does, choose “other”."},
	FieldEvidence: {
		"麻烦您上传能看清问题的照片或视频，商家看到后处理起来会更快。拍下有问题的地方和包装就够了。",
		"我这边还没有收到可用的附件。请点输入框旁的“＋”上传照片或视频，能看清问题所在就可以。",
		"Please attach a photo or video that shows the problem; it helps the merchant act sooner. The affected spot and the packaging are enough.",
		"I have not received a file I can use yet. Please use the “+” next to the text box to attach a photo or video of the problem."},
	FieldDescription: {
		"请简单说说遇到的情况：哪里有问题，什么时候发现的？一两句话就行。",
		"想再多了解一点，才好帮您推进{kind}：具体是哪个部位、什么现象？例如“左边拉链拉不上，昨天刚拆就这样”。",
		"Please tell me briefly what happened: what is wrong, and when did you notice it? A sentence or two will do.",
		"I need a little more to move your {kind} forward: which part is it, and what does it do? For example, “the left zip has been stuck since I opened the box yesterday”."},
	SlotOrderNo: {
		"请选择或输入要{kind}的订单号，在“我的订单”里可以复制。",
		"没有找到订单号。订单号一般是 12 到 20 位数字，请从“我的订单”里复制后发给我。",
		"Which order is this {kind} for? Choose it, or paste the order number from “My orders”.",
		"I could not find an order number. It is usually 12 to 20 digits; please copy it from “My orders”."},
	SlotWaybillNo: {
		"请告诉我寄回包裹的快递单号，在快递面单或寄件记录里可以看到。",
		"没有认出快递单号。它一般是 12 到 15 位数字，或以字母开头，例如 SF 开头。请核对后再发一次。",
		"What is the tracking number of the parcel you sent back? It is on the label or in the carrier's app.",
		"I could not recognise a tracking number. It usually has 12 to 15 digits, sometimes with letters in front, such as SF. Please check it and send it again."},
	SlotPhone: {
		"请留一个方便联系您的手机号，快递员上门前会打给您。",
		"没有认出手机号。请发 11 位的手机号，例如 1 开头的号码。",
		"Which mobile number may the courier call before coming?",
		"I could not recognise a mobile number. Please send all 11 digits."},
	SlotAmount: {
		"您希望退多少钱呢？请告诉我具体金额，例如“120 元”。",
		"没有认出金额。请用数字写，例如“120.50 元”。",
		"How much would you like to have refunded? Please name the amount, such as 120.50.",
		"I could not recognise an amount. Please write it in figures, such as 120.50."},
	SlotQuantity: {
		"这次要{kind}几件呢？",
		"没有认出数量。请用数字写，例如“2 件”。",
		"How many items is this {kind} for?",
		"I could not recognise a quantity. Please write it in figures, such as 2."},
	SlotDate: {
		"是哪一天呢？例如“昨天”或“3月5日”。",
		"没有认出日期。请写成“3月5日”这样，我就能记下来。",
		"Which day was it? For example, “yesterday” or “5 March”.",
		"I could not recognise a date. Please write it like “5 March”."},
	SlotExpectedTime: {
		"您什么时候方便呢？例如“明天下午”或“周六上午10点”。",
		"没有认出时间。请写成“明天下午3点”这样，我就能帮您安排。",
		"When would suit you? For example, “tomorrow afternoon” or “Saturday at 10 am”.",
		"I could not recognise a time. Please write it like “tomorrow at 3 pm”."},
}

// general is asked for a field that has no words of its own; its choices explain it.
var general = wording{
	"还需要您补充一项信息，才能继续办理{kind}。",
	"刚才那项信息我没有读懂，请换个说法，或点选下面的选项。",
	"One more detail is needed to go on with your {kind}.",
	"I could not read that detail. Please put it another way, or tap an option.",
}

var kindNames = map[string][2]string{
	"return": {"退货", "return"}, "refund_only": {"退款", "refund"}, "exchange": {"换货", "exchange"}, "repair": {"维修", "repair"},
	"price_protection": {"价保", "price adjustment"}, "complaint": {"投诉", "complaint"},
}

// QuestionText returns the words of a question for a kind of case, in Chinese for any "zh" language and otherwise in
// English; retry asks again in other words.
func QuestionText(q Question, kind, lang string, retry bool) string {
	w, ok := questionTexts[q.Field]
	if !ok {
		w = general
	}
	name, ok := kindNames[kind]
	if !ok {
		name = [2]string{"售后", "request"}
	}
	if strings.HasPrefix(strings.ToLower(lang), "zh") {
		return strings.ReplaceAll(pick(retry, w.zhAgain, w.zh), "{kind}", name[0])
	}
	return strings.ReplaceAll(pick(retry, w.enAgain, w.en), "{kind}", name[1])
}

func pick(second bool, b, a string) string {
	if second {
		return b
	}
	return a
}
