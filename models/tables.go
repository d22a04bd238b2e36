package models

// Tables lists every table of the data, each after those that it refers to.
func Tables() []any {
	return []any{
		&Customer{}, &Merchant{}, &ReturnAddress{}, &Staff{}, &Account{}, &Session{}, &SignInTry{},
		&Product{}, &Variant{}, &Order{}, &OrderLine{}, &OrderUnit{}, &Payment{}, &Tender{},
		&PolicyPack{}, &Case{}, &UnitClaim{}, &CaseQuestion{}, &TimelineEntry{}, &PolicyEvaluation{},
		&Text{}, &Blob{}, &Evidence{}, &Approval{}, &ApprovalVote{}, &Waybill{}, &DeadlineMove{},
		&Effect{}, &RefundLeg{}, &RefundLegLine{}, &Recovery{}, &Discrepancy{},
		&Task{}, &Notification{}, &OutboxEvent{}, &OutboxPosition{}, &PartnerNotice{}, &IdempotencyRow{},
	}
}
