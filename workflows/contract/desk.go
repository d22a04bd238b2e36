package contract

// BehindTheDesk are the events of a timeline that show how the platform's people come to a decision, and each deadline that ran
// out, theirs too: the parties hear the decision, and what silence led to.
var BehindTheDesk = []string{"proposed", "approval_voted", "approval_rejected", "approval_escalated", "approval_void", "approved", "review_escalated", "deadline_passed", "carrier_asked", "carrier_answered", "carrier_silent"}
