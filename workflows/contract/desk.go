package contract

// BehindTheDesk are the events of a timeline that show how the platform's people come to a decision: the parties hear the
// decision.
var BehindTheDesk = []string{"proposed", "approval_voted", "approval_rejected", "approval_escalated", "approval_void", "approved", "review_escalated"}
