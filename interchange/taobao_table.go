package interchange

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"aftersales/policy"
	"aftersales/workflows/contract"
)

// TaobaoRow is one line of the table from our states to Taobao's. The first line that fits a case holds.
type TaobaoRow struct {
	Kinds        []policy.Kind // none: every kind
	Stage        contract.Stage
	Outcome      contract.Outcome
	WaitingFor   contract.Role // empty: whoever
	Status       string        // empty: Taobao has no such refund
	WithoutGoods string        // instead of Status, where no goods come back
	Exchange     int           // for exchanges, instead of both
	CS           int           // cs_status
	Reviewed     int           // instead of CS, once the platform has stepped in
	Sure         bool          // the meaning follows from Taobao's own words; else it is our reading, to be confirmed with a shop
	Note         string
}

// asked, agreed, back and refused are lines for the four open states; without goods nothing comes back, so that the
// merchant's word is what is waited for.
func asked(stage contract.Stage, sure bool, note string) TaobaoRow {
	return TaobaoRow{Stage: stage, Status: WaitSellerAgree, Exchange: 1, CS: 1, Reviewed: 6, Sure: sure, Note: note}
}

func agreed(stage contract.Stage, sure bool, note string) TaobaoRow {
	return TaobaoRow{Stage: stage, Status: WaitBuyerReturnGoods, WithoutGoods: WaitSellerAgree, Exchange: 2, CS: 1, Reviewed: 6, Sure: sure, Note: note}
}

func back(stage contract.Stage, sure bool, note string) TaobaoRow {
	return TaobaoRow{Stage: stage, Status: WaitSellerConfirmGoods, WithoutGoods: WaitSellerAgree, Exchange: 3, CS: 1, Reviewed: 6, Sure: sure, Note: note}
}

func refused(stage contract.Stage, cs int, sure bool, note string) TaobaoRow {
	row := TaobaoRow{Stage: stage, Status: SellerRefuseBuyer, Exchange: 6, CS: cs, Sure: sure, Note: note}
	if cs == 1 {
		row.Reviewed = 6
	}
	return row
}

func closed(outcome contract.Outcome, reviewed int, sure bool, note string) TaobaoRow {
	return TaobaoRow{Stage: contract.StageEnded, Outcome: outcome, Status: TaobaoClosed, Exchange: 4, CS: 1, Reviewed: reviewed, Sure: sure, Note: note}
}

func with(row TaobaoRow, change func(*TaobaoRow)) TaobaoRow { change(&row); return row }

// taobaoRows is the table. Stages that only some stories have are named here as they are called there.
var taobaoRows = []TaobaoRow{
	asked(contract.StageChecking, true, ""),
	asked(contract.StageDetails, false, "Taobao asks for everything when the request is made"),
	asked(contract.StageHelp, false, "a person helps with the details; no stepping in"),
	asked(contract.StageMerchant, true, ""),
	asked(contract.StageOffer, false, "the request stands until the customer takes the offer"),
	refused(contract.StageRefused, 1, true, ""),
	agreed(contract.StageSendBack, true, ""),
	agreed(contract.StagePay, false, "the customer pays a difference or a quote before anything is sent"),
	back(contract.StageTransit, true, ""),
	back(contract.StageInspection, true, ""),
	refused(contract.StageDifference, 1, false, "the merchant refuses what came back"),
	with(back(contract.StageApproval, false, "decided, waits for an approver; 4 once the platform has stepped in"), func(r *TaobaoRow) { r.Reviewed = 4 }),
	with(back(contract.StageRefund, false, "Taobao pays at once and has no such state; an exchange that becomes a refund is 请退款"), func(r *TaobaoRow) { r.Exchange = 14 }),

	asked(contract.StageIntercept, false, "the parcel is called back before anything is decided"),
	asked(contract.StageProof, false, "the merchant proves delivery"),
	with(back(contract.StageShip, true, "for exchanges; for repairs our reading"), func(r *TaobaoRow) { r.Exchange = 12 }),
	with(back(contract.StageConfirm, true, "for exchanges; for repairs our reading"), func(r *TaobaoRow) { r.Exchange = 13 }),
	back(contract.StageDiagnosis, false, "taobao.refund.get has no repairs"),
	back(contract.StageQuote, false, "taobao.refund.get has no repairs"),
	back(contract.StageRepair, false, "taobao.refund.get has no repairs"),
	back(contract.StageChoice, false, "taobao.refund.get has no repairs"),

	refused(contract.StageDispute, 2, false, "a complaint is open; this case waits for it"),
	refused(contract.StageSettle, 2, false, "the parties settle between themselves"),
	refused(contract.StageEvidence, 10, true, ""),
	refused(contract.StageSupplement, 10, false, "further evidence, in working hours"),
	refused(contract.StageReview, 3, true, ""),
	with(back(contract.StageExecute, false, "the losing side carries it out"), func(r *TaobaoRow) { r.CS, r.Reviewed = 6, 0 }),
	refused(contract.StageAppeal, 11, true, ""),
	refused(contract.StageAppealReview, 3, false, "another reviewer is on it"),
	refused(contract.StageSuspended, 3, false, "stands still while it is with the platform"),

	{Stage: contract.StageEnded, Outcome: contract.Refunded, Status: TaobaoSuccess, Exchange: 4, CS: 1, Reviewed: 8, Sure: true, Note: "an exchange that became a refund is closed as an exchange"},
	{Stage: contract.StageEnded, Outcome: contract.PartlyRefunded, Status: TaobaoSuccess, Exchange: 4, CS: 1, Reviewed: 6, Sure: true, Note: "refund_fee tells how much"},
	{Stage: contract.StageEnded, Outcome: contract.Exchanged, Status: TaobaoSuccess, Exchange: 5, CS: 1, Reviewed: 6, Sure: true},
	{Stage: contract.StageEnded, Outcome: contract.Repaired, Status: TaobaoSuccess, Exchange: 5, CS: 1, Reviewed: 6, Note: "taobao.refund.get has no repairs"},
	{Stage: contract.StageEnded, Outcome: contract.PriceProtected, Status: TaobaoSuccess, Exchange: 4, CS: 1, Reviewed: 6, Note: "a refund of the difference"},
	{Stage: contract.StageEnded, Outcome: contract.Settled, Status: TaobaoSuccess, Exchange: 4, CS: 6, Note: "refund_fee tells how much"},
	{Stage: contract.StageEnded, Outcome: contract.Upheld, Status: TaobaoSuccess, Exchange: 4, CS: 8, Sure: true},
	{Stage: contract.StageEnded, Outcome: contract.PartlyUpheld, Status: TaobaoSuccess, Exchange: 4, CS: 6, Note: "refund_fee tells how much"},
	with(closed(contract.Dismissed, 0, true, ""), func(r *TaobaoRow) { r.CS = 9 }),
	with(closed(contract.ResolvedItself, 0, false, "what it was about is over; the request goes on"), func(r *TaobaoRow) { r.CS = 6 }),
	closed(contract.Rejected, 9, true, ""),
	closed(contract.ClosedNotPaid, 6, false, "the customer did not pay the difference"),
	closed(contract.NotRepaired, 6, false, "the item went back as it was"),
	closed(contract.Replaced, 6, false, "another request took over"),
	closed(contract.Delivered, 6, false, "the merchant proved the delivery"),
	closed(contract.Withdrawn, 6, true, ""),
	closed(contract.ClosedNoDetails, 6, false, "Taobao has no such ending"),
	closed(contract.ClosedNotAnswered, 6, true, ""),
	closed(contract.ClosedNotSent, 6, true, ""),
	closed(contract.ClosedNoConsent, 6, false, "Taobao has no such ending"),
	closed(contract.Cancelled, 6, false, "an operator of the engine ended it"),
	{Stage: contract.StageEnded, Outcome: contract.RefusedOpening, Sure: true, Note: "never became a case"},
}

// TaobaoRows is the table, for the documentation.
func TaobaoRows() []TaobaoRow { return taobaoRows }

// taobaoWay is one line of the way back: what a status of Taobao's is with us, and the command that moves a case there.
type taobaoWay struct {
	status   string
	goods    *bool // has_good_return; nil: either
	returned bool  // only with good_status BUYER_RETURNED_GOODS
	stage    contract.Stage
	outcome  contract.Outcome
	waiting  contract.Role
	command  string
}

var (
	yes, no = true, false

	opened    = contract.NameOpen
	answered  = (*contract.MerchantAnswer).Name(nil)
	sentBack  = (*contract.SendBack).Name(nil)
	inspected = (*contract.Inspect).Name(nil)
	withdrawn = (*contract.Withdraw).Name(nil)
	escalated = (*contract.Escalate).Name(nil)
	proposed  = (*contract.Propose).Name(nil)
	decided   = (*contract.Decide).Name(nil)
)

var refundWays = []taobaoWay{
	{status: WaitSellerAgree, stage: contract.StageMerchant, waiting: contract.Merchant, command: opened},
	{status: WaitBuyerReturnGoods, goods: &yes, stage: contract.StageSendBack, waiting: contract.Customer, command: answered},
	{status: WaitSellerConfirmGoods, goods: &yes, stage: contract.StageTransit, waiting: contract.Carrier, command: sentBack},
	{status: SellerRefuseBuyer, goods: &yes, returned: true, stage: contract.StageDifference, waiting: contract.Customer, command: inspected},
	{status: SellerRefuseBuyer, stage: contract.StageRefused, waiting: contract.Customer, command: answered},
	{status: TaobaoClosed, stage: contract.StageEnded, outcome: contract.Withdrawn, command: withdrawn},
	{status: TaobaoSuccess, goods: &yes, stage: contract.StageEnded, outcome: contract.Refunded, command: inspected},
	{status: TaobaoSuccess, goods: &no, stage: contract.StageEnded, outcome: contract.Refunded, command: answered},
}

var exchangeWays = map[int]taobaoWay{
	1:  {status: "换货待处理", stage: contract.StageMerchant, waiting: contract.Merchant, command: opened},
	2:  {status: "待买家退货", stage: contract.StageSendBack, waiting: contract.Customer, command: answered},
	3:  {status: "买家已退货，待收货", stage: contract.StageTransit, waiting: contract.Carrier, command: sentBack},
	4:  {status: "换货关闭", stage: contract.StageEnded, outcome: contract.Withdrawn, command: withdrawn},
	5:  {status: "换货成功", stage: contract.StageEnded, outcome: contract.Exchanged},
	6:  {status: "待买家修改", stage: contract.StageRefused, waiting: contract.Customer, command: answered},
	12: {status: "待发出换货商品", stage: contract.StageShip, waiting: contract.Merchant, command: inspected},
	13: {status: "待买家收货", stage: contract.StageConfirm, waiting: contract.Customer},
	14: {status: "请退款", stage: contract.StageRefund},
}

// csMeaning is what a cs_status says beyond the status: the stage of a complaint, or how an ended one was decided.
type csMeaning struct {
	text      string
	stage     contract.Stage // empty: the status tells it
	complaint bool           // the stage is the complaint's
	waiting   contract.Role
	command   string
	ended     map[contract.Outcome]contract.Outcome // by the outcome that the status tells
}

// csMeanings has all values of Taobao's documentation.
var csMeanings = func() map[int]csMeaning {
	all := map[int]csMeaning{
		0:  {text: "（未返回）"},
		1:  {text: "不需客服介入"},
		2:  {text: "需要客服介入", stage: contract.StageDispute, command: escalated},
		3:  {text: "客服已经介入", stage: contract.StageReview, complaint: true, waiting: contract.Agent, command: escalated},
		4:  {text: "客服初审完成", stage: contract.StageApproval, complaint: true, waiting: contract.Supervisor, command: proposed},
		5:  {text: "客服主管复审失败", stage: contract.StageReview, complaint: true, waiting: contract.Agent, command: decided},
		6:  {text: "客服处理完成", command: decided},
		7:  {text: "系统撤销（B2B 使用），维权撤销（集市使用）", command: withdrawn},
		8:  {text: "支持买家", command: decided},
		9:  {text: "支持卖家", command: decided},
		10: {text: "举证中", stage: contract.StageEvidence, complaint: true},
		11: {text: "开放申诉", stage: contract.StageAppeal, complaint: true, command: decided},
	}
	for cs, ended := range map[int]map[contract.Outcome]contract.Outcome{
		6: {contract.Refunded: contract.PartlyRefunded, contract.Withdrawn: contract.Withdrawn, contract.Exchanged: contract.Exchanged},
		7: {contract.Withdrawn: contract.Withdrawn},
		8: {contract.Refunded: contract.Refunded},
		9: {contract.Withdrawn: contract.Rejected},
	} {
		meaning := all[cs]
		meaning.ended = ended
		all[cs] = meaning
	}
	return all
}()

// finished are the values with which the platform has stepped in and is done: the status alone tells the stage.
func (m csMeaning) finished() bool { return m.ended != nil }

// TaobaoBack is one line of the way back, for the documentation.
type TaobaoBack struct{ Taobao, Goods, Stage, Outcome, WaitingFor, Command string }

// TaobaoWays lists the way back: refunds, then exchanges, then what cs_status says beyond the status.
func TaobaoWays() (refunds, exchanges, stepped []TaobaoBack) {
	line := func(name, goods string, w taobaoWay) TaobaoBack {
		return TaobaoBack{name, goods, string(w.stage), string(w.outcome), string(w.waiting), w.command}
	}
	for _, way := range refundWays {
		back := "either"
		if way.goods != nil {
			back = fmt.Sprint(*way.goods)
		}
		if way.returned {
			back += ", " + BuyerReturnedGoods
		}
		refunds = append(refunds, line(way.status, back, way))
	}
	for _, code := range slices.Sorted(maps.Keys(exchangeWays)) {
		way := exchangeWays[code]
		exchanges = append(exchanges, line(fmt.Sprintf("%d %s", code, way.status), "true", way))
	}
	for _, code := range slices.Sorted(maps.Keys(csMeanings)) {
		m := csMeanings[code]
		var ended []string
		for _, from := range slices.Sorted(maps.Keys(m.ended)) {
			ended = append(ended, string(m.ended[from]))
		}
		stepped = append(stepped, TaobaoBack{
			fmt.Sprintf("%d %s", code, m.text), "", string(m.stage), strings.Join(ended, ", "), string(m.waiting), m.command,
		})
	}
	return refunds, exchanges, stepped
}
