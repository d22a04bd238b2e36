// Package models holds the tables and their queries, one file per aggregate, for PostgreSQL and SQLite alike. Personal columns
// are seal.Text; what must hold in any case is a constraint of the migrations.
package models

// Tables lists every table of the data, each after those that it refers to.
func Tables() []any {
	return []any{
		&Customer{}, &Team{}, &Merchant{}, &MerchantRule{}, &ReturnAddress{}, &Staff{}, &CaseView{}, &Account{}, &Hand{}, &Session{}, &Invitation{}, &SignInTry{}, &APIKey{}, &Handover{}, &OutsideIdentity{},
		&Factor{}, &RecoveryCode{}, &Ticket{}, &LiveTicket{},
		&Product{}, &Variant{}, &StockReservation{}, &Order{}, &OrderLine{}, &OrderUnit{}, &OrderShipment{}, &PriceCheck{}, &PriceProtection{}, &Repair{}, &Payment{}, &Tender{},
		&PolicyPack{}, &PackActivation{}, &Case{}, &CaseAssignment{}, &CaseRating{}, &UnitClaim{}, &CaseQuestion{}, &TimelineEntry{}, &PolicyEvaluation{},
		&Text{}, &Blob{}, &Evidence{}, &Upload{}, &UploadPiece{}, &UploadDay{}, &Approval{}, &ApprovalVote{}, &Waybill{}, &DeadlineMove{},
		&Effect{}, &RefundLeg{}, &RefundLegLine{}, &InsuranceClaim{}, &Recovery{}, &Remedy{}, &FundMove{}, &Discrepancy{},
		&Conversation{}, &Message{}, &MessageVersion{}, &MessageReaction{}, &ConversationMember{}, &ConversationCase{}, &MessageTerm{}, &Dialogue{}, &QueueEntry{}, &AgentDesk{}, &Transfer{},
		&WebhookEndpoint{}, &WebhookDelivery{},
		&Tag{}, &ConversationTag{}, &CannedReply{}, &MessageDraft{}, &ConversationRating{},
		&ServiceTarget{}, &TeamHours{}, &ServiceClock{}, &PartyQuestion{}, &FollowUp{}, &SavedView{}, &CarrierInquiry{},
		&Task{}, &Notification{}, &OutboxEvent{}, &OutboxPosition{}, &PartnerNotice{}, &IdempotencyRow{},
		&PrivacyNotice{}, &Consent{}, &Correction{}, &DataExport{}, &DataExportPart{}, &Erasure{}, &LegalHold{},
		&AuditChain{}, &AuditEntry{},
		&PartnerMinute{}, &PartnerState{}, &JobRun{},
		&IndexTerm{},
		&ArticleCategory{}, &Article{}, &ArticleVersion{}, &ArticleProposal{}, &ArticleVote{}, &ArticleScore{}, &ArticleUse{}, &SearchMiss{},
	}
}
