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
		"grams": "重量（克）", "faults": "故障开关", "next": "次数（空为一直）", "on": "已开启", "toggle": "切换", "pushes": "通知", "subject": "对象", "attempts": "尝试", "answer": "应答", "other": "English", "empty": "暂无"},
	"en": {"title": "Sandbox partners' ledger", "note": "Everything here is made up; no real money moves.", "totals": "Totals", "rail": "Rail", "payments": "Payments", "captured": "Captured", "refunds": "Refunds",
		"refunded": "Refunded", "twice": "Paid twice", "key": "Key", "amount": "Amount", "at": "Time", "applications": "Applied", "calls": "Asked", "parcels": "Parcels", "number": "Waybill", "state": "State",
		"city": "City", "grams": "Weight (g)", "faults": "Fault switches", "next": "Times (empty: always)", "on": "on", "toggle": "Switch", "pushes": "Notices", "subject": "About", "attempts": "Tries",
		"answer": "Answer", "other": "中文", "empty": "nothing yet"},
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
