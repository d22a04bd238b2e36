package contract

import "time"

// AskCarrier lets the desk ask a carrier about one of the case's parcels. What it answers is a fact of the case, and is told where it was asked.
type AskCarrier struct {
	Meta
	InquiryID string    `json:"inquiry_id"`
	Kind      string    `json:"kind"` // models.InquiryTrack …
	Carrier   string    `json:"carrier"`
	Number    string    `json:"number"`
	DueAt     time.Time `json:"due_at"` // until when it is asked; then people are
}

// Name is that of the update.
func (*AskCarrier) Name() string { return "ask_carrier" }

// InquiryIntercept is the one inquiry that changes something: the parcel turns round.
const InquiryIntercept = "intercept"

// InquiryStart begins an inquiry that no case puts. It names nobody.
type InquiryStart struct {
	InquiryID string    `json:"inquiry_id"`
	DueAt     time.Time `json:"due_at"`
}

// InquiryInput names an inquiry to put to its carrier.
type InquiryInput struct {
	InquiryID string `json:"inquiry_id"`
}

// What becomes of an inquiry.
const (
	InquiryAnswered = "answered"
	InquiryRefused  = "refused" // the carrier will not, or cannot
	InquiryByHand   = "by_hand" // somebody wrote the answer down before the carrier's program gave one
	InquirySilent   = "silent"  // nobody answered in time
)

// InquiryResult is what a carrier answered.
type InquiryResult struct {
	State string     `json:"state"`
	Track *TrackFact `json:"track,omitempty"` // what it says of the parcel; nil: nothing
}

// InquiryWorkflowID is that of an inquiry's own workflow.
func InquiryWorkflowID(id string) string { return "inquiry/" + id }
