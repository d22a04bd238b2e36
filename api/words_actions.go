package api

import "aftersales/fault"

// actionWords are what a button says, by the name of the action in a case's actions.
var actionWords = map[string]phrase{
	"answer": {"回答", "Answer"}, "answer_offer": {"回应还价", "Answer the offer"}, "edit": {"修改申请", "Change the request"},
	"escalate": {"申请平台介入", "Ask the platform to step in"}, "send_back": {"填写运单号", "Enter the waybill"},
	"request_pickup": {"预约上门取件", "Book a pick-up"}, "withdraw": {"撤回申请", "Withdraw"},
	"answer_extension": {"回应延期请求", "Answer the request for more time"}, "accept_refusal": {"接受拒绝", "Accept the refusal"},
	"consent_rail": {"同意退到其他账户", "Agree to another account"}, "add_evidence": {"补充证据", "Add evidence"},
	"merchant_answer": {"答复", "Answer"}, "inspect": {"收货验货", "Receive and inspect"}, "ask_extension": {"请求延期", "Ask for more time"},
	"start_payment": {"去付款", "Pay"}, "take_advance": {"先换新，付押金", "Take the new one first, for a deposit"},
	"confirm_receipt": {"确认收货", "Confirm receipt"}, "report_problem": {"收到的有问题", "Report a problem"},
	"ship_replacement": {"发货", "Ship"}, "cannot_ship": {"无法发货", "Cannot ship"}, "answer_quote": {"回应维修报价", "Answer the repair price"},
	"reject_repair": {"没有修好", "Still broken"}, "choose": {"选择处理方式", "Choose"}, "diagnose": {"填写检测结果", "Enter the diagnosis"},
	"finish_repair": {"维修完成", "Repair finished"}, "cannot_repair": {"无法维修", "Cannot repair"},
	"prove_delivery": {"证明已送达", "Prove the delivery"}, "report_intercept": {"填写拦截结果", "Report the interception"},
	"propose": {"提出处理方案", "Propose a judgment"}, "decide": {"审批", "Decide"}, "resolve_details": {"处理信息不足", "Resolve the details"},
	"reject_evidence": {"标记证据无关", "Reject evidence"}, "retry_refund": {"重试退款", "Retry the refund"},
	"redirect_refund": {"退到顾客指定账户", "Pay to the other account"}, "propose_settlement": {"提出和解", "Offer a settlement"},
	"answer_settlement": {"回应和解", "Answer the settlement"}, "rest": {"没有更多要补充", "Nothing more to add"},
	"ask_supplement": {"要求补充证据", "Ask for more evidence"}, "carry_out": {"执行处理结果", "Carry the judgment out"},
	"appeal": {"申诉", "Appeal"}, "suspend": {"申请中止", "Ask to suspend"}, "agree_suspend": {"回应中止请求", "Answer the suspension"},
	"resume": {"恢复处理", "Resume"}, "join": {"补充投诉", "Add a complaint"}, "move_deadline": {"调整时限", "Move the deadline"},
	"recovery": {"追回款项", "Claim money back"}, "ask_carrier": {"询问快递公司", "Ask the carrier"}, "rate": {"评价", "Rate"}, "take": {"领取", "Take it"}, "assign": {"分派", "Assign"},
	"reveal_customer": {"查看顾客联系方式", "Show how to reach the customer"}, "reveal_payee": {"查看收款账户", "Show the account"},
}

// consequences are what follows from an action that cannot be undone.
var consequences = map[string]phrase{
	"withdraw":        {"撤回后本次售后立即结束，商品不再被占用；在期限内可以重新申请，时限重新计算。", "Withdrawing ends this case at once and frees the goods. You can ask again while the window is open; all time limits begin anew."},
	"accept_refusal":  {"接受后本次售后结束，不会退款。", "Accepting ends this case without a refund."},
	"escalate":        {"平台介入后，双方先协商、再举证，由平台客服裁定；本单的计时暂停。", "Both sides may settle or put forward evidence, then an agent decides. The clock of this case stands still meanwhile."},
	"confirm_receipt": {"确认后本次售后完成，之后的新问题需要重新申请。", "Confirming ends this case. Later problems need a new one."},
	"rest":            {"表示没有更多要补充；双方都表示后立即进入下一步，且不能撤销。", "You say that this is all. When both sides have said so the next step begins at once. It cannot be taken back."},
	"appeal":          {"申诉须提交新证据，由另一位审理人复核；每一方只有一次机会，复核结果为最终结果。", "An appeal needs new evidence. Another reviewer looks at it, each side has one, and its result is final."},
	"take_advance":    {"先付押金，商家即先发出新商品；寄回原商品后押金退回，未寄回则押金抵扣。", "You pay a deposit and the shop ships at once. The deposit comes back when the goods are back, and is kept if they are not."},
	"choose":          {"选择后按所选方式处理，不能更改。", "The case goes on as you choose, and cannot be changed back."},
	"cannot_ship":     {"无法发货时，本次售后转为退款，运费由商家承担。", "The case becomes a refund, and the shop bears the freight."},
	"cannot_repair":   {"无法维修时，由顾客选择换货或退货。", "The customer chooses an exchange or a return."},
	"carry_out":       {"确认后按处理结果立即退款。", "What was judged is paid at once."},
}

// textOf is the sentence of a fault's code without its details; empty for none.
func textOf(code, lang string) string {
	if code == "" || !fault.Known(fault.Code(code)) {
		return ""
	}
	return fault.New(fault.Code(code)).Text(lang)
}
