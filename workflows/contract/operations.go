package contract

import "time"

// MoveInput names a bulk move of deadlines and where it stands.
type MoveInput struct {
	MoveID string    `json:"move_id"`
	After  string    `json:"after"` // last case handled
	At     time.Time `json:"at"`
}

// MovedPage is one page of it. Next is the cursor, Done tells that this was the last.
type MovedPage struct {
	Next      string `json:"next"`
	Moved     int    `json:"moved"`
	Untouched int    `json:"untouched"` // closed meanwhile, or waiting in another step
	Done      bool   `json:"done"`
}

// ReconcileInput says what a reconciler looks at. It carries no personal data.
type ReconcileInput struct {
	At    time.Time     `json:"at"`              // set by the workflow
	Cases bool          `json:"cases,omitempty"` // compare the cases with the engine
	Money bool          `json:"money,omitempty"` // ask for every refund whose end is not known
	Bills bool          `json:"bills,omitempty"` // compare yesterday's bills of every rail too
	Day   *time.Time    `json:"day,omitempty"`   // the bills' day; set by the workflow
	Quiet time.Duration `json:"quiet,omitempty"` // leave alone what was touched within this time
}

// Reconciled counts what a reconciler did.
type Reconciled struct {
	Looked   int `json:"looked"`
	Repaired int `json:"repaired"`
	Found    int `json:"found"` // discrepancies that a person must look at
}
