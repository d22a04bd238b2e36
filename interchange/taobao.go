package interchange

import (
	"fmt"
	"slices"

	"aftersales/fault"
	"aftersales/policy"
	"aftersales/workflows/contract"
)

// TaobaoRefund is a refund as taobao.refund.get tells it, or an exchange as tmall.exchange.get does: then Status is
// empty and Exchange is set.
type TaobaoRefund struct {
	Status        string // refund.status
	Exchange      int    // exchange.status
	CS            int    // cs_status: whether customer service has stepped in, 1 to 11; 0: not told
	GoodStatus    string // good_status
	HasGoodReturn bool   // has_good_return: the goods are to come back
	Phase         string // refund_phase
	Version       int64  // refund_version
}

// CaseState is where a case of ours stands, as far as Taobao can be told or can tell.
type CaseState struct {
	Kind       policy.Kind
	Root       policy.Kind // of a complaint: the kind of the case it is about
	Phase      policy.Phase
	Stage      contract.Stage
	Outcome    contract.Outcome
	WaitingFor contract.Role
	Revision   int64
	Received   bool // the customer has the goods, or had them
	Returned   bool // the goods are on their way back or have arrived
	Reviewed   bool // the platform has stepped in at some time
}

// Taobao's own words.
const (
	WaitSellerAgree        = "WAIT_SELLER_AGREE"
	WaitBuyerReturnGoods   = "WAIT_BUYER_RETURN_GOODS"
	WaitSellerConfirmGoods = "WAIT_SELLER_CONFIRM_GOODS"
	SellerRefuseBuyer      = "SELLER_REFUSE_BUYER"
	TaobaoClosed           = "CLOSED"
	TaobaoSuccess          = "SUCCESS"

	BuyerNotReceived   = "BUYER_NOT_RECEIVED"
	BuyerReceived      = "BUYER_RECEIVED"
	BuyerReturnedGoods = "BUYER_RETURNED_GOODS"
)

// UnmappedError says that a value has no counterpart. Nothing is guessed.
type UnmappedError struct{ What, Value string }

func (e *UnmappedError) Error() string {
	return fmt.Sprintf("interchange: %s %q has no counterpart; see docs/interchange.md", e.What, e.Value)
}

// goods tells which kinds have goods that come back.
var goods = map[policy.Kind]bool{
	policy.Return: true, policy.Exchange: true, policy.Repair: true, policy.RefundOnly: false, policy.PriceProtection: false,
}

// ToTaobao says what Taobao would show of a case. An *UnmappedError names what has no counterpart.
func ToTaobao(c CaseState) (TaobaoRefund, error) {
	root := c.Kind
	if c.Kind == policy.Complaint {
		root = c.Root
	}
	back, known := goods[root]
	if !known {
		return TaobaoRefund{}, &UnmappedError{"kind", string(root)}
	}
	if c.Phase != policy.OnSale && c.Phase != policy.AfterSale {
		return TaobaoRefund{}, &UnmappedError{"phase", string(c.Phase)}
	}
	if c.Revision < 0 {
		return TaobaoRefund{}, &UnmappedError{"revision", fmt.Sprint(c.Revision)}
	}
	row, found := rowOf(c)
	if !found || row.Status == "" {
		return TaobaoRefund{}, &UnmappedError{"stage", fmt.Sprintf("%s %s/%s waiting for %q", c.Kind, c.Stage, c.Outcome, c.WaitingFor)}
	}
	refund := TaobaoRefund{
		Status: row.Status, CS: row.CS, HasGoodReturn: back, Phase: string(c.Phase), Version: c.Revision, GoodStatus: BuyerNotReceived,
	}
	if !back && row.WithoutGoods != "" {
		refund.Status = row.WithoutGoods
	}
	if c.Reviewed && row.Reviewed != 0 {
		refund.CS = row.Reviewed
	}
	if root == policy.Exchange {
		if c.Stage == contract.StageEnded && refund.CS != 1 {
			refund.CS = 6 // whom it was decided for is told of refunds only
		}
		if row.Exchange == 0 {
			return TaobaoRefund{}, &UnmappedError{"stage of an exchange", string(c.Stage)}
		}
		refund.Status, refund.Exchange = "", row.Exchange
	}
	switch {
	case c.Returned:
		refund.GoodStatus = BuyerReturnedGoods
	case c.Received || c.Phase == policy.AfterSale:
		refund.GoodStatus = BuyerReceived
	}
	return refund, nil
}

// rowOf finds the line of the table: the first that fits.
func rowOf(c CaseState) (TaobaoRow, bool) {
	for _, row := range taobaoRows {
		if row.Stage == c.Stage && row.Outcome == c.Outcome && (len(row.Kinds) == 0 || slices.Contains(row.Kinds, c.Kind)) &&
			(row.WaitingFor == "" || row.WaitingFor == c.WaitingFor) {
			return row, true
		}
	}
	return TaobaoRow{}, false
}

// FromTaobao says where a case of ours stands that shows like this, and which command moves a case there: the name of an
// update of the contract; empty when only time or the program does. An *UnmappedError names a value that is not known or
// does not fit the others.
func FromTaobao(in TaobaoRefund) (state CaseState, command string, err error) {
	state = CaseState{Revision: in.Version}
	switch in.Phase {
	case string(policy.OnSale), string(policy.AfterSale):
		state.Phase = policy.Phase(in.Phase)
	default:
		return CaseState{}, "", &UnmappedError{"refund_phase", in.Phase}
	}
	if in.Version < 0 {
		return CaseState{}, "", &UnmappedError{"refund_version", fmt.Sprint(in.Version)}
	}
	switch in.GoodStatus {
	case BuyerNotReceived:
	case BuyerReceived:
		state.Received = true
	case BuyerReturnedGoods:
		state.Received, state.Returned = true, true
	default:
		return CaseState{}, "", &UnmappedError{"good_status", in.GoodStatus}
	}
	root := policy.RefundOnly
	if in.HasGoodReturn {
		root = policy.Return
	}
	var way taobaoWay
	var found bool
	switch {
	case in.Exchange != 0 && in.Status != "":
		return CaseState{}, "", &UnmappedError{"status beside an exchange's", in.Status}
	case in.Exchange != 0 && !in.HasGoodReturn:
		return CaseState{}, "", &UnmappedError{"has_good_return of an exchange", "false"}
	case in.Exchange != 0:
		root = policy.Exchange
		way, found = exchangeWays[in.Exchange]
		if !found {
			return CaseState{}, "", &UnmappedError{"exchange status", fmt.Sprint(in.Exchange)}
		}
	default:
		way, found = refundWay(in)
		if !found {
			return CaseState{}, "", &UnmappedError{"status", fmt.Sprintf("%s, has_good_return %t", in.Status, in.HasGoodReturn)}
		}
	}
	state.Kind, state.Stage, state.Outcome, state.WaitingFor, command = root, way.stage, way.outcome, way.waiting, way.command

	cs, known := csMeanings[in.CS]
	switch {
	case !known:
		return CaseState{}, "", &UnmappedError{"cs_status", fmt.Sprint(in.CS)}
	case in.CS <= 1: // nobody has stepped in
		return state, command, nil
	case state.Stage == contract.StageEnded:
		state.Reviewed = true
		outcome, fits := cs.ended[state.Outcome]
		if !fits {
			return CaseState{}, "", &UnmappedError{"cs_status of an ended refund", fmt.Sprint(in.CS)}
		}
		state.Outcome = outcome
		return state, cs.command, nil
	case cs.finished(): // the platform is done: the case goes on where the status says
		state.Reviewed = true
		return state, command, nil
	}
	state.Reviewed = true
	if state.Stage = cs.stage; cs.complaint {
		state.Kind, state.Root = policy.Complaint, root
	}
	state.WaitingFor = cs.waiting
	return state, cs.command, nil
}

func refundWay(in TaobaoRefund) (taobaoWay, bool) {
	for _, way := range refundWays {
		if way.status == in.Status && (way.goods == nil || *way.goods == in.HasGoodReturn) && (!way.returned || in.GoodStatus == BuyerReturnedGoods) {
			return way, true
		}
	}
	return taobaoWay{}, false
}

// CheckTaobaoVersion is the optimistic lock: a command names the refund_version that its sender saw, which is our revision.
// Any other than the present one is the fault stale_revision; nil means that the sender does not care.
func CheckTaobaoVersion(named *int64, revision int64) error {
	if named != nil && *named != revision {
		return fault.New(fault.StaleRevision, "current", revision)
	}
	return nil
}
