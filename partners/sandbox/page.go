package sandbox

import (
	"bytes"
	_ "embed"
	"html/template"
	"net/http"
	"slices"
	"strings"
)

//go:embed page.html
var pageText string

var pageTemplate = template.Must(template.New("page").Parse(pageText))

// words are the page's texts in both languages.
var words = map[string]map[string]string{
	"zh": {"title": "沙箱合作方账本", "note": "全部为演示数据，没有真实资金。", "totals": "合计", "rail": "渠道", "payments": "付款笔数", "captured": "实付", "refunds": "退款", "refunded": "已退",
		"twice": "重复退款", "key": "编号", "amount": "金额", "at": "时间", "applications": "执行次数", "calls": "请求次数", "parcels": "包裹", "number": "运单号", "state": "状态", "city": "城市",
		"grams": "重量（克）", "faults": "故障开关", "next": "次数（空为一直）", "on": "已开启", "toggle": "切换", "pushes": "通知", "subject": "对象", "attempts": "尝试", "answer": "应答", "other": "English", "empty": "暂无",
		"books": "资金平衡", "in": "流入", "out": "流出", "held": "商家持有", "balanced": "平衡", "unbalanced": "不平衡", "merchants": "商家资金", "merchant": "商家", "balance": "余额", "deposit": "保证金",
		"entries": "资金流水", "kind": "类型", "ref": "单号", "charges": "收款", "subject_of": "标题", "paid": "付款次数", "draws": "保证金划转", "payouts": "转账付款", "account": "账户", "claims": "运费险理赔", "order": "订单", "why": "原因",
		"s_waiting": "等待中", "s_paid": "已支付", "s_closed": "已关闭", "s_accepted": "已受理", "s_refused": "已拒绝", "s_acknowledged": "已确认", "s_given_up": "已放弃",
		"k_captured": "订单付款", "k_charged": "收款到账", "k_refunded": "退款", "k_charged_back": "拒付", "k_drawn": "保证金划转", "k_put_back": "退回保证金", "put_back_of": "退回自", "k_paid_out": "转账付款", "k_put_in": "充值", "k_taken_out": "提现"},
	"en": {"title": "Sandbox partners' ledger", "note": "Everything here is made up; no real money moves.", "totals": "Totals", "rail": "Rail", "payments": "Payments", "captured": "Captured", "refunds": "Refunds",
		"refunded": "Refunded", "twice": "Paid twice", "key": "Key", "amount": "Amount", "at": "Time", "applications": "Applied", "calls": "Asked", "parcels": "Parcels", "number": "Waybill", "state": "State",
		"city": "City", "grams": "Weight (g)", "faults": "Fault switches", "next": "Times (empty: always)", "on": "on", "toggle": "Switch", "pushes": "Notices", "subject": "About", "attempts": "Tries",
		"answer": "Answer", "other": "中文", "empty": "nothing yet",
		"books": "The books", "in": "In", "out": "Out", "held": "Held by merchants", "balanced": "balanced", "unbalanced": "do not balance", "merchants": "Merchants' funds", "merchant": "Merchant", "balance": "Balance", "deposit": "Deposit",
		"entries": "Movements", "kind": "Kind", "ref": "Number", "charges": "Charges", "subject_of": "Subject", "paid": "Paid", "draws": "Draws on deposits", "payouts": "Payouts", "account": "Account", "claims": "Freight insurance claims", "order": "Order", "why": "Why",
		"s_waiting": "waiting", "s_paid": "paid", "s_closed": "closed", "s_accepted": "accepted", "s_refused": "refused", "s_acknowledged": "acknowledged", "s_given_up": "given up",
		"k_captured": "order paid", "k_charged": "charge paid", "k_refunded": "refund", "k_charged_back": "chargeback", "k_drawn": "draw on deposit", "k_put_back": "put back into the deposit", "put_back_of": "Put back of", "k_paid_out": "payout", "k_put_in": "put in", "k_taken_out": "taken out"},
}

// language is "zh" or "en": by ?lang=, else by what the browser prefers.
func language(r *http.Request) string {
	switch lang := r.FormValue("lang"); {
	case lang == "zh" || lang == "en":
		return lang
	case strings.HasPrefix(r.Header.Get("Accept-Language"), "en"):
		return "en"
	}
	return "zh"
}

const pageRows = 30

func (s *Server) page(w http.ResponseWriter, r *http.Request) {
	ledger, err := s.ledgerPage(r.Context(), "", 0, pageRows)
	if err != nil {
		http.Error(w, "the ledger cannot be read", http.StatusInternalServerError)
		return
	}
	slices.Reverse(ledger.Refunds)
	slices.Reverse(ledger.Parcels)
	slices.Reverse(ledger.Pushes)
	slices.Reverse(ledger.Charges)
	slices.Reverse(ledger.Entries)
	slices.Reverse(ledger.Draws)
	slices.Reverse(ledger.Payouts)
	slices.Reverse(ledger.Claims)
	lang := language(r)
	other := map[string]string{"zh": "en", "en": "zh"}[lang]
	var content bytes.Buffer
	if err := pageTemplate.Execute(&content, map[string]any{
		"Lang": lang, "Other": other, "T": words[lang], "Ledger": ledger, "Faults": s.faults.get(), "Families": families, "Kinds": kinds,
	}); err != nil {
		http.Error(w, "the page cannot be made", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'")
	w.Header().Set("Refresh", "5")
	w.Write(content.Bytes())
}
