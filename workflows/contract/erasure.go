package contract

import "time"

// ErasureStart begins an erasure. It names nobody: the request's row does.
type ErasureStart struct {
	ErasureID string        `json:"erasure_id"`
	EraseAt   time.Time     `json:"erase_at"`         // the end of the cool-off
	Settle    time.Duration `json:"settle,omitempty"` // from the destruction to the proof; 0: longer than any process remembers a keyset
	Begun     bool          `json:"begun,omitempty"`  // carried on: the cool-off is over
	Looks     int           `json:"looks,omitempty"`  // carried on: how often it looked for what stands in its way
}

// Names of an erasure's messages.
const (
	NameCancelErasure = "cancel" // update, without content: calls the erasure off within the cool-off
	SignalErasureLook = "look"   // something that stood in its way may be gone: look now
)

// ErasureOutcome is how an erasure ended.
type ErasureOutcome string

const (
	ErasureProved    ErasureOutcome = "proved"
	ErasureCancelled ErasureOutcome = "cancelled"
)

// ErasureInput is what each step of an erasure gets.
type ErasureInput struct {
	ErasureID string    `json:"erasure_id"`
	State     string    `json:"state,omitempty"` // of models: what is noted
	At        time.Time `json:"at"`
	Try       int       `json:"try,omitempty"`
}

// ErasureBlockers is what stands in an erasure's way. All zero: nothing.
type ErasureBlockers struct {
	Holds int `json:"holds"`
	Cases int `json:"cases"`
	Legs  int `json:"legs"` // money whose end is not known
}

// Clear tells that nothing stands in the way.
func (b ErasureBlockers) Clear() bool { return b == ErasureBlockers{} }

// ErasureProof is what the search afterwards found.
type ErasureProof struct {
	Found int64 `json:"found"` // 0: proved, and the certificate is written
}

// ErasureWorkflowID names the workflow of an erasure. The platform's keyset seals it, because the customer's does not outlive it.
func ErasureWorkflowID(erasureID string) string { return "erasure/" + erasureID }
