package policy

import (
	"slices"
	"time"
)

// Step names a wait with a deadline.
type Step string

const (
	StepDetails        Step = "details"
	StepMerchantAnswer Step = "merchant_answer"
	StepRefused        Step = "refused"
	StepOffer          Step = "offer" // the merchant's counter-offer waits for the customer
	StepSendBack       Step = "send_back"
	StepFirstScan      Step = "first_scan"
	StepCorrectWaybill Step = "correct_waybill"
	StepStalled        Step = "transit_stalled"
	StepLost           Step = "transit_lost"
	StepCarrierClaim   Step = "carrier_claim"
	StepInspection     Step = "inspection"
	StepDifference     Step = "difference"
	StepReview         Step = "review"
	StepReviewWarn     Step = "review_escalates"
	StepApproval       Step = "approval"
	StepRefundHelp     Step = "refund_help" // retries are used up: finance must act

	StepIntercept Step = "intercept"      // refund only: the parcel on its way out is stopped
	StepProof     Step = "prove_delivery" // refund only: the merchant proves that the goods came

	StepPay     Step = "pay"     // the customer pays a price difference, a deposit or a repair
	StepShip    Step = "ship"    // the replacement or the repaired item is sent
	StepConfirm Step = "confirm" // the customer confirms that it came

	StepDiagnosis Step = "diagnosis"    // repair: what is wrong, and is it covered
	StepQuote     Step = "repair_quote" // repair: the price waits for the customer
	StepRepair    Step = "repair"
	StepChoice    Step = "choice" // repair failed: the customer chooses exchange or return

	StepSettle       Step = "settle"             // complaint: between themselves
	StepEvidence     Step = "complaint_evidence" // complaint: both sides put forward what they have
	StepSupplement   Step = "supplement"         // complaint: one more piece that the reviewer asked for
	StepExecute      Step = "execute"            // the losing side carries the judgment out
	StepAppeal       Step = "appeal"
	StepAppealReview Step = "appeal_review" // by another reviewer

	StepSuspended       Step = "suspended"        // both sides agreed to wait
	StepSuspendedPapers Step = "suspended_papers" // court or police have the matter
)

// Steps that several kinds of case share.
var (
	talkSteps = []Step{StepDetails, StepMerchantAnswer, StepRefused, StepOffer, StepReview, StepReviewWarn, StepApproval, StepRefundHelp}
	backSteps = []Step{StepSendBack, StepFirstScan, StepCorrectWaybill, StepStalled, StepLost, StepCarrierClaim, StepInspection, StepDifference}
	outSteps  = []Step{StepPay, StepShip, StepConfirm}
)

// stepsOf says which steps a kind of case can come to; its terms hold the deadlines of these and no others.
var stepsOf = map[Kind][]Step{
	Return:          slices.Concat(talkSteps, backSteps),
	RefundOnly:      slices.Concat(talkSteps, backSteps, []Step{StepIntercept, StepProof}),
	Exchange:        slices.Concat(talkSteps, backSteps, outSteps),
	Repair:          slices.Concat(talkSteps, backSteps, outSteps, []Step{StepDiagnosis, StepQuote, StepRepair, StepChoice}),
	PriceProtection: talkSteps,
	Complaint: slices.Concat(talkSteps, backSteps, []Step{
		StepSettle, StepEvidence, StepSupplement, StepExecute, StepAppeal, StepAppealReview, StepSuspended, StepSuspendedPapers,
	}),
}

// StepsOf returns the steps that a kind of case can come to; none for a kind that nobody knows.
func StepsOf(kind Kind) []Step { return stepsOf[kind] }

// KnownStep tells whether any kind of case can come to a step.
func KnownStep(step Step) bool {
	for _, steps := range stepsOf {
		if slices.Contains(steps, step) {
			return true
		}
	}
	return false
}

// Action is what happens when a deadline runs out.
type Action string

const (
	ActGoOnOrClose    Action = "go_on_or_close"
	ActAgree          Action = "agree"
	ActEscalate       Action = "escalate" // to the platform: opens the dispute, no money moves
	ActClose          Action = "close"
	ActSuspectWaybill Action = "suspect_waybill"
	ActCarrierClaim   Action = "carrier_claim"
	ActRefund         Action = "refund"
	ActNextLevel      Action = "next_level"
	ActRetry          Action = "retry"
	ActDecline        Action = "decline"       // a counter-offer nobody answered: the merchant's clock goes on
	ActGoOn           Action = "go_on"         // to the next stage
	ActDone           Action = "done"          // the case ends well
	ActChoose         Action = "choose"        // the customer chooses exchange or return
	ActExecute        Action = "execute"       // the platform carries the judgment out, from the merchant's deposit
	ActFinal          Action = "final"         // the judgment can no longer be appealed
	ActJudgeOnFile    Action = "judge_on_file" // what is there is judged
	ActResume         Action = "resume"        // the suspended case goes on
)

// Clock says how a deadline's time is counted.
type Clock string

const (
	WallClock   Clock = "wall"         // every second counts
	WorkingTime Clock = "working_time" // only the calendar's windows count
	WorkingDays Clock = "working_days" // whole working days, due at the end of the last one
)

// Deadline is one wait of the pack.
type Deadline struct {
	Actor     Party           `json:"actor"`
	For       time.Duration   `json:"for"`
	Clock     Clock           `json:"clock"`
	Default   Action          `json:"default"`
	Reminders []time.Duration `json:"reminders,omitempty"` // counted from the start of the wait
	Rule      string          `json:"rule"`
}

// Deadline returns the pack's wait for a step; ok is false when the pack has none.
func (t Terms) Deadline(step Step) (d Deadline, ok bool) {
	d, ok = t.Deadlines[step]
	return d, ok
}

// DueAt returns when a wait that starts at from runs out, by the step's clock and the terms' calendar.
func (t Terms) DueAt(step Step, from time.Time) time.Time {
	d := t.Deadlines[step]
	switch d.Clock {
	case WorkingTime:
		return t.Calendar.AddWorking(from, d.For)
	case WorkingDays:
		return t.Calendar.AddWorkingDays(from, int(d.For/(24*time.Hour)))
	default:
		return from.Add(d.For)
	}
}
