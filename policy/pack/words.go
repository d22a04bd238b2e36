package pack

import "strings"

// in is the text in "zh-CN" (also "zh") or English for anything else.
func (t Text) in(lang string) string {
	if chinese(lang) {
		return t.ZH
	}
	return t.EN
}

func chinese(lang string) bool { return strings.HasPrefix(strings.ToLower(lang), "zh") }

// In is the text in "zh-CN" (also "zh") or English for anything else.
func (t Text) In(lang string) string { return t.in(lang) }

// Words say what a word of packs means: a part, a wait, a figure. A word that nobody knows is its own meaning.
func Words(word string) Text {
	if known, ok := words[word]; ok {
		return known
	}
	return Text{word, word}
}

var words = map[string]Text{
	// parts
	"general": {"总则", "In general"}, "deadlines": {"期限", "Deadlines"}, "limits": {"限制", "Limits"}, "reasons": {"售后原因", "Reasons"},
	"eligibility": {"受理条件", "Who may ask"}, "freight": {"运费", "Freight"}, "approvals": {"审批", "Approvals"}, "partial": {"部分退款", "Partial refunds"},
	"agree_without_asking": {"免商家确认", "Agreed without asking"}, "advance": {"先行赔付", "Paid in advance"}, "insurance": {"运费险", "Freight insurance"},
	"price_protection": {"价保", "Price protection"}, "warranty": {"保修", "Warranty"}, "standing": {"信用等级", "Standing"}, "judgment": {"判定", "Judgment"},
	"calendar": {"工作时间", "Working time"}, "grace": {"到期宽限", "Grace after a deadline"},
	// waits
	"details": {"补充信息", "Details asked for"}, "merchant_answer": {"商家答复", "Merchant's answer"}, "refused": {"拒绝后修改或升级", "Refused: edit or escalate"},
	"offer": {"商家报价待确认", "Merchant's offer"}, "send_back": {"寄回商品", "Send the goods back"}, "first_scan": {"首次揽收", "First carrier scan"},
	"correct_waybill": {"更正运单", "Correct the waybill"}, "transit_stalled": {"物流停滞", "Parcel stalled"}, "transit_lost": {"包裹丢失", "Parcel lost"},
	"carrier_claim": {"向承运商索赔", "Claim on the carrier"}, "inspection": {"商家验货", "Inspection"}, "difference": {"验货不符", "Difference found"},
	"review": {"客服审核", "Review"}, "review_escalates": {"审核升级", "Review escalates"}, "approval": {"审批", "Approval"}, "refund_help": {"退款受阻处理", "Help with a refund"},
	"intercept": {"拦截包裹", "Stop the parcel"}, "prove_delivery": {"证明已送达", "Prove the delivery"}, "pay": {"支付差额", "Pay"}, "ship": {"发出换货", "Ship the replacement"},
	"confirm": {"确认收货", "Confirm receipt"}, "diagnosis": {"维修检测", "Diagnosis"}, "repair_quote": {"维修报价", "Price of the repair"}, "repair": {"维修", "Repair"},
	"choice": {"选择处理方式", "Choose what to do"}, "settle": {"双方协商", "Settle between themselves"}, "complaint_evidence": {"举证", "Evidence"},
	"supplement": {"补充凭证", "Supplement"}, "execute": {"执行判定", "Carry the judgment out"}, "appeal": {"申诉", "Appeal"}, "appeal_review": {"申诉复核", "Review of the appeal"},
	"suspended": {"协商中止", "Suspended by agreement"}, "suspended_papers": {"因公文中止", "Suspended by court or police"},
	// limits
	"rounds": {"追问轮数", "Rounds of questions"}, "edits": {"修改次数", "Edits"}, "evidence_rejections": {"凭证驳回次数", "Evidence rejected"},
	"merchant_extension": {"商家延期", "Merchant's extension"}, "pickup_extension": {"揽收失败延期", "Extension after a failed pick-up"}, "offers": {"报价次数", "Offers"},
	"waybills": {"运单更正次数", "Corrections of a waybill"}, "supplements": {"补充凭证次数", "Supplements"}, "repairs": {"同一故障维修次数", "Repairs of a fault"},
	"min_weight_percent": {"最低重量比例", "Least weight"},
	// people
	"customer": {"消费者", "Customer"}, "merchant": {"商家", "Merchant"}, "carrier": {"承运商", "Carrier"}, "platform": {"平台", "Platform"}, "unclear": {"责任不明", "Unclear"},
	// single rules
	"automatic": {"自动审批", "Approved automatically"}, "agent_below": {"客服可决金额", "An agent decides alone"}, "second_above": {"双人审批金额", "Two people decide"},
	"levels": {"升级层级", "Levels of escalation"}, "advance_refund": {"先行退款", "Refund in advance"}, "advance_exchange": {"先行换货", "Exchange in advance"},
	"category": {"类目", "Category"}, "paid_repair": {"付费维修", "Paid repair"}, "execute_from_deposit": {"从保证金执行", "Carried out from the deposit"},
	"remedies": {"服务补救方式", "Remedies for service"}, "max_points": {"最多积分", "Most points"}, "max_coupon": {"最高券额", "Largest coupon"},
	"zone": {"时区", "Zone"}, "windows": {"工作时段", "Windows"}, "work_days": {"工作日", "Work days"}, "holidays": {"节假日", "Holidays"}, "extra_days": {"调休上班日", "Extra work days"},
	"empty": {"空包裹", "Empty parcel"}, "wrong": {"不是原商品", "Another item"}, "used": {"有使用痕迹", "Used"}, "short": {"数量不足", "Too few"}, "damaged": {"损坏", "Damaged"},
	// figures
	"for": {"时长", "time"}, "actor": {"处理方", "who acts"}, "default": {"到期处理", "when it runs out"}, "reminders": {"提醒", "reminders"}, "clock": {"计时方式", "clock"},
	"kinds": {"售后类型", "kinds of case"}, "when": {"条件", "condition"}, "unless": {"除外条件", "unless"}, "rule": {"规则", "rule"}, "count": {"次数", "number"},
	"percent": {"百分比", "percent"}, "below": {"金额上限", "up to"}, "above": {"金额超过", "above"}, "cap": {"封顶", "cap"}, "group": {"分组", "heading"}, "parent": {"上级", "under"},
	"phases": {"阶段", "phases"}, "liability": {"责任方", "whose fault"}, "evidence": {"凭证", "evidence"}, "describe": {"需要描述", "description needed"},
	"no_reason": {"七天无理由", "no-reason right"}, "window_days": {"时限（天）", "window in days"}, "ways": {"货物状态", "where the goods are"}, "subject": {"投诉对象", "about"},
	"staff": {"仅商家或平台", "only for merchant and platform"}, "text": {"文字", "text"}, "fault": {"错误码", "refused with"}, "out": {"寄出运费", "way out"}, "back": {"寄回运费", "way back"},
	"free_shipping": {"包邮", "free shipping"}, "deposit_percent": {"押金比例", "deposit in percent"}, "categories": {"类目", "categories"}, "days": {"天数", "days"},
	"months": {"月数", "months"}, "level": {"等级", "level"}, "cases": {"售后数", "cases"}, "differences": {"验货不符数", "differences"}, "lost_complaints": {"败诉数", "complaints lost"},
	"late_answers": {"超时答复数", "late answers"}, "allowed": {"允许", "allowed"}, "windows_daily": {"每天计入", "every day"}, "dates": {"日期", "dates"},
}
