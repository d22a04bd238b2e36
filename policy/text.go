package policy

import "strings"

// formulaTexts are the sentences of a formula in both languages; {line} is the order line or bundle meant.
var formulaTexts = map[string]struct{ zh, en string }{
	"paid_for_units":        {"所选商品实际支付（{line}）", "Really paid for the chosen units ({line})"},
	"refunded_before":       {"扣除此前已退金额（{line}）", "Less what was refunded before ({line})"},
	"bundle_paid":           {"套装实际支付（{line}）", "Really paid for the bundle ({line})"},
	"bundle_kept":           {"套装拆开，保留的商品按购买时单价计（{line}）", "Bundle broken: kept items at their price at purchase ({line})"},
	"bundle_settled_before": {"扣除该套装此前已结算部分（{line}）", "Less what was settled for this bundle before ({line})"},
	"gift_kept":             {"赠品未退回，按公示价扣除（{line}）", "Gift kept: its announced price ({line})"},
	"free_shipping_lost":    {"退货后不再满足包邮条件，扣除运费", "Free shipping no longer earned: freight deducted"},
	"freight_out":           {"退还发货运费", "Outbound freight given back"},
	"never_negative":        {"退款不低于零", "A refund is never below zero"},
	"order_left":            {"不超过订单剩余可退金额", "At most what is left of the payment"},
	"goods_kept":            {"商品留用，退还部分金额（{line}）", "Goods kept: part of what was paid ({line})"},
	"paid_so_far":           {"目前实际支付（{line}）", "Really paid so far ({line})"},
	"price_now":             {"现在的价格（{line}）", "The price now ({line})"},
	"exchange_dearer":       {"换成更贵的商品，补差价（{line}）", "The new item is dearer ({line})"},
	"exchange_cheaper":      {"换成更便宜的商品，退差价（{line}）", "The new item is cheaper ({line})"},
	"replacement_inherits":  {"换货商品继承原可退金额", "The replacement inherits what was left to refund"},
	"agreed_amount":         {"按协商或判定金额调整", "Adjusted to the amount agreed or judged"},
	"other_lines":           {"其余商品另行处理", "The other goods are settled apart"},
	"difference_empty":      {"退回的是空包裹", "The parcel came back empty"},
	"difference_wrong":      {"退回的不是原商品", "Another item came back"},
	"difference_used":       {"退回的商品有使用痕迹", "The item came back used"},
	"difference_short":      {"退回的数量不足", "Fewer units came back"},
	"difference_damaged":    {"退回的商品有损坏", "The item came back damaged"},
}

// FormulaText is one step of a formula as a sentence without its amount, in "zh-CN" (also "zh") or English
// for anything else. A label that this build does not know is shown as it is.
func FormulaText(line FormulaLine, lang string) string {
	entry, ok := formulaTexts[line.Label]
	if !ok {
		return line.Label
	}
	text := entry.en
	if strings.HasPrefix(strings.ToLower(lang), "zh") {
		text = entry.zh
	}
	if line.Line == "" {
		text = strings.ReplaceAll(strings.ReplaceAll(text, "（{line}）", ""), " ({line})", "")
	}
	return strings.ReplaceAll(text, "{line}", line.Line)
}

// Explain is the whole formula for people, one line per step with sign and rule, the total last.
func Explain(q Quote, lang string) []string {
	lines := make([]string, 0, len(q.Formula)+1)
	for _, step := range q.Formula {
		sign := "+"
		if step.Amount < 0 {
			sign = ""
		}
		lines = append(lines, FormulaText(step, lang)+": "+sign+step.Amount.String()+" ["+step.Rule+"]")
	}
	name := "Total"
	if strings.HasPrefix(strings.ToLower(lang), "zh") {
		name = "合计"
	}
	return append(lines, name+": "+q.Total.String()+" "+string(q.Currency))
}
