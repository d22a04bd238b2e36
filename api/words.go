package api

import (
	"strings"

	"aftersales/policy"
	"aftersales/workflows/contract"
)

// What codes mean, in words for people: clients show them and invent none. A code that this build has no words for is
// shown as it is.

// phrase is one thing in both languages.
type phrase struct{ zh, en string }

func (p phrase) in(lang string) string {
	if lang == langZH {
		return p.zh
	}
	return p.en
}

// say is the phrase of a code; empty for an empty code.
func say[K ~string](table map[K]phrase, code K, lang string) string {
	if found, ok := table[code]; ok {
		return found.in(lang)
	}
	return string(code)
}

var kindWords = map[policy.Kind]phrase{
	policy.Return: {"退货退款", "Return"}, policy.RefundOnly: {"仅退款", "Refund only"}, policy.Exchange: {"换货", "Exchange"},
	policy.Repair: {"维修", "Repair"}, policy.PriceProtection: {"价保", "Price protection"}, policy.Complaint: {"投诉", "Complaint"},
}

var roleWords = map[contract.Role]phrase{
	contract.Customer: {"顾客", "customer"}, contract.Merchant: {"商家", "shop"}, contract.Agent: {"平台客服", "platform"},
	contract.Supervisor: {"平台主管", "platform's supervisor"}, contract.Operator: {"平台运营", "platform's operations"},
	contract.Carrier: {"快递公司", "carrier"}, contract.Platform: {"平台", "platform"}, contract.Bot: {"智能助手", "assistant"},
	contract.Both: {"双方", "both sides"},
}

var stageWords = map[contract.Stage]phrase{
	contract.StageChecking: {"正在核对", "Being checked"}, contract.StageDetails: {"待补充信息", "Details needed"},
	contract.StageMerchant: {"待商家答复", "Shop to answer"}, contract.StageOffer: {"待顾客回应还价", "Offer to answer"},
	contract.StageRefused: {"商家已拒绝", "Refused by the shop"}, contract.StageSendBack: {"待寄回商品", "Goods to send back"},
	contract.StageTransit: {"商品寄回途中", "On the way back"}, contract.StageInspection: {"待商家验货", "Shop to inspect"},
	contract.StageDifference: {"验货有出入", "Inspection differs"}, contract.StageReview: {"平台审理中", "Under review"},
	contract.StageApproval: {"待审批", "Waiting for approval"}, contract.StageRefund: {"退款处理中", "Refund under way"},
	contract.StageEnded: {"已结束", "Ended"}, contract.StageHelp: {"客服核实信息中", "Details with a person"},
	contract.StageDispute: {"投诉处理中", "Complaint decides"}, contract.StageIntercept: {"拦截快递中", "Stopping the parcel"},
	contract.StageProof: {"待商家证明送达", "Shop to prove delivery"}, contract.StagePay: {"待付款", "To be paid"},
	contract.StageShip: {"待商家发货", "Shop to ship"}, contract.StageConfirm: {"待确认收货", "Receipt to confirm"},
	contract.StageDiagnosis: {"检测中", "Diagnosis"}, contract.StageQuote: {"待确认维修报价", "Repair price to accept"},
	contract.StageRepair: {"维修中", "Under repair"}, contract.StageChoice: {"待选择处理方式", "To be chosen"},
	contract.StageSettle: {"双方协商中", "Talks between both sides"}, contract.StageEvidence: {"举证中", "Evidence"},
	contract.StageSupplement: {"补充举证中", "More evidence asked for"}, contract.StageExecute: {"执行处理结果", "Judgment to carry out"},
	contract.StageAppeal: {"可申诉", "Appeal possible"}, contract.StageAppealReview: {"申诉复核中", "Appeal under review"},
	contract.StageSuspended: {"已中止", "Suspended"},
}

var outcomeWords = map[contract.Outcome]phrase{
	contract.Refunded: {"已退款", "Refunded"}, contract.PartlyRefunded: {"已部分退款", "Partly refunded"}, contract.Rejected: {"不予退款", "No refund"},
	contract.Withdrawn: {"顾客已撤回", "Withdrawn"}, contract.ClosedNoDetails: {"未补充信息，已关闭", "Closed: details missing"},
	contract.ClosedNotAnswered: {"已接受拒绝", "Refusal accepted"}, contract.ClosedNotSent: {"未寄回，已关闭", "Closed: not sent back"},
	contract.ClosedNoConsent: {"商家未同意，已关闭", "Closed: the shop did not consent"}, contract.RefusedOpening: {"未受理", "Not accepted"},
	contract.Cancelled: {"已取消", "Cancelled"}, contract.Exchanged: {"已换货", "Exchanged"}, contract.ClosedNotPaid: {"未付款，已关闭", "Closed: not paid"},
	contract.Repaired: {"已修好", "Repaired"}, contract.NotRepaired: {"未维修，已寄回", "Not repaired, sent back"},
	contract.Replaced: {"已转为其他售后", "Another case took over"}, contract.PriceProtected: {"已补差价", "Difference paid"},
	contract.Delivered: {"已证明送达", "Delivery proven"}, contract.Settled: {"双方已和解", "Settled"}, contract.Upheld: {"支持顾客", "Decided for the customer"},
	contract.PartlyUpheld: {"部分支持顾客", "Decided partly for the customer"}, contract.Dismissed: {"不支持顾客", "Decided against the customer"},
	contract.ResolvedItself: {"问题已自行解决", "Resolved by itself"},
}

// stepWords are what is to be done in a step, to be put after "please" or after who must do it.
var stepWords = map[policy.Step]phrase{
	policy.StepDetails: {"补充所需信息", "add the details asked for"}, policy.StepMerchantAnswer: {"答复申请", "answer the request"},
	policy.StepRefused:        {"决定是否修改申请或申请平台介入", "change the request, or ask the platform to step in"},
	policy.StepOffer:          {"回应商家的还价", "accept or decline the offer"},
	policy.StepSendBack:       {"寄回商品并填写运单号", "send the goods back and enter the waybill"},
	policy.StepFirstScan:      {"揽收包裹", "scan the parcel for the first time"},
	policy.StepCorrectWaybill: {"核对并更正运单号", "check and correct the waybill"},
	policy.StepStalled:        {"继续运送包裹", "move the parcel on"}, policy.StepLost: {"找到包裹", "find the parcel"},
	policy.StepCarrierClaim: {"处理快递理赔", "settle the claim on the carrier"},
	policy.StepInspection:   {"收货并验货", "receive and inspect the goods"},
	policy.StepDifference:   {"回应验货出入的处理方案", "accept or decline the part that is offered"},
	policy.StepReview:       {"审理", "review the case"}, policy.StepReviewWarn: {"尽快审理", "review the case soon"},
	policy.StepApproval:   {"审批处理方案", "approve or reject the proposal"},
	policy.StepRefundHelp: {"处理未成功的退款", "help a refund that did not go through"},
	policy.StepIntercept:  {"拦截快递", "stop the parcel"}, policy.StepProof: {"证明商品已送达", "prove that the goods were delivered"},
	policy.StepPay: {"付款", "pay"}, policy.StepShip: {"发货并填写运单号", "ship and enter the waybill"},
	policy.StepConfirm:   {"收到后确认收货", "confirm the receipt"},
	policy.StepDiagnosis: {"检测并给出结果", "examine the item and say what is wrong"},
	policy.StepQuote:     {"确认维修报价", "accept or decline the price of the repair"}, policy.StepRepair: {"完成维修", "finish the repair"},
	policy.StepChoice: {"选择换货或退货", "choose an exchange or a return"}, policy.StepSettle: {"协商解决", "settle between themselves"},
	policy.StepEvidence: {"提交证据", "put forward evidence"}, policy.StepSupplement: {"补充证据", "add the evidence asked for"},
	policy.StepExecute: {"执行处理结果", "carry the judgment out"}, policy.StepAppeal: {"决定是否申诉", "appeal, or let the judgment stand"},
	policy.StepAppealReview: {"复核申诉", "review the appeal"}, policy.StepSuspended: {"等待中止结束", "wait until the suspension ends"},
	policy.StepSuspendedPapers: {"等待司法程序", "wait for court or police"},
}

// mayWords are said to who may act in a step, but need not.
var mayWords = map[policy.Step]phrase{
	policy.StepAppeal: {"可以申诉；接受处理结果则无需操作", "You may appeal. To accept the judgment, there is nothing to do"},
}

// defaultWords are what happens when the time of a step runs out.
var defaultWords = map[policy.Action]phrase{
	policy.ActGoOnOrClose:    {"到时信息仍不足，售后将关闭（可重新申请）；足够则继续处理。", "If too little is known by then the case closes, and can be asked for again; if enough is known it goes on."},
	policy.ActAgree:          {"到时未答复，视为同意。", "Without an answer by then it counts as agreed."},
	policy.ActEscalate:       {"到时未处理，将自动转由平台介入，期间不会动用资金。", "By then the platform steps in. No money moves before it decides."},
	policy.ActClose:          {"到时未处理，售后将关闭。", "If nothing happens by then the case closes."},
	policy.ActSuspectWaybill: {"到时仍无揽收记录，运单将被视为可疑，需要更正。", "Without a scan by then the waybill counts as suspect and has to be corrected."},
	policy.ActCarrierClaim:   {"到时仍无更新，将向快递公司索赔。", "Without news by then the carrier is asked to find the parcel or pay."},
	policy.ActRefund:         {"到时未处理，将自动退款。", "If nothing happens by then the refund is paid."},
	policy.ActNextLevel:      {"到时未处理，将升级给上一级。", "If nothing happens by then the next level takes over."},
	policy.ActRetry:          {"到时将再次尝试。", "It is tried again then."},
	policy.ActDecline:        {"到时未回应，视为不接受。", "Without an answer by then it counts as declined."},
	policy.ActGoOn:           {"到时自动进入下一步。", "The next step begins then."},
	policy.ActDone:           {"到时自动确认，售后完成。", "By then it counts as confirmed and the case is done."},
	policy.ActChoose:         {"到时未完成，由顾客选择换货或退货。", "If it is not done by then the customer chooses an exchange or a return."},
	policy.ActExecute:        {"到时未执行，平台将从商家保证金中执行。", "If it is not done by then the platform does it from the shop's deposit."},
	policy.ActFinal:          {"到时未申诉，处理结果生效且不可再申诉。", "Without an appeal by then the judgment is final."},
	policy.ActJudgeOnFile:    {"到时将按已有材料处理。", "What is on file by then is judged."},
	policy.ActResume:         {"到时恢复处理。", "The case goes on then."},
}

// ratingWords are what a rating can name; the good ones are in goodCodes.
var ratingWords = map[string]phrase{
	"quick": {"处理快", "Quick"}, "fair": {"结果公平", "Fair"}, "kind": {"态度好", "Kind"}, "clear": {"说明清楚", "Clear"},
	"slow": {"处理慢", "Slow"}, "unfair": {"结果不公平", "Unfair"}, "rude": {"态度差", "Rude"}, "unclear": {"说明不清", "Unclear"},
	"troublesome": {"步骤麻烦", "Troublesome"},
}

var goodCodes = []string{"quick", "fair", "kind", "clear"}

// nextBody is the next step: who must act, until when, and what happens then.
type nextBody struct {
	Text   string `json:"text" doc:"What is to be done, addressed to the reader where it is theirs to do."`
	Yours  bool   `json:"yours" doc:"The reader must act; false where they may, but need not."`
	Paused bool   `json:"paused" doc:"The clock stands still."`
	AtZero string `json:"at_zero,omitempty" doc:"What happens when the time runs out."`
}

// nextStep says the next step to a reader; nil for a case that has ended.
func nextStep(r CaseRow, wait *contract.WaitView, reader contract.Role, lang string) *nextBody {
	if !r.Open {
		return nil
	}
	if wait == nil || contract.Stage(r.Stage) == contract.StageDispute { // another case decides; this one's step stands still
		return &nextBody{Text: say(stageWords, contract.Stage(r.Stage), lang), Paused: wait != nil && wait.Paused}
	}
	actor := contract.Role(r.WaitingFor)
	if actor == "" {
		actor = wait.Actor
	}
	next := &nextBody{
		Yours: actor == reader || actor == contract.Both && (reader == contract.Customer || reader == contract.Merchant), Paused: wait.Paused,
		AtZero: say(defaultWords, wait.Default, lang),
	}
	task := say(stepWords, wait.Step, lang)
	if may, ok := mayWords[wait.Step]; ok && next.Yours {
		next.Yours, next.Text = false, may.in(lang)
	}
	switch {
	case next.Text != "":
	case lang == langZH && next.Yours:
		next.Text = "请" + task
	case lang == langZH:
		next.Text = "等待" + say(roleWords, actor, lang) + task
	case next.Yours:
		next.Text = "Please " + task
	case actor == contract.Both:
		next.Text = "Waiting for both sides to " + task
	default:
		next.Text = "Waiting for the " + strings.TrimPrefix(say(roleWords, actor, lang), "the ") + " to " + task
	}
	if next.Paused {
		next.AtZero = ""
	}
	return next
}
