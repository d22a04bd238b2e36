// Package contract holds what workflows, activities, services and clients say to each other: names, IDs,
// messages and results. It imports only leaves and plain policy values, and no engine.
package contract

import (
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"aftersales/policy"
)

// TaskQueue is where cases are worked on.
const TaskQueue = "aftersales"

// Names of workflow types. They are part of every history and never change.
const (
	WorkflowReturn          = "Return"
	WorkflowRefundOnly      = "RefundOnly"
	WorkflowExchange        = "Exchange"
	WorkflowRepair          = "Repair"
	WorkflowPriceProtection = "PriceProtection"
	WorkflowComplaint       = "Complaint"
	WorkflowMoveDeadline    = "MoveDeadlines"
	WorkflowReconcile       = "Reconcile"
	WorkflowErasure         = "Erasure"
	WorkflowInquiry         = "CarrierInquiry"
)

// Names of activities.
const (
	ActivityOpen            = "OpenCase"
	ActivityDetails         = "Details"
	ActivityEvaluate        = "Evaluate"
	ActivityAttach          = "AttachEvidence"
	ActivityProject         = "Project"
	ActivityClaimWaybill    = "ClaimWaybill"
	ActivityRegisterWaybill = "RegisterWaybill"
	ActivityBookPickup      = "BookPickup"
	ActivityCancelPickup    = "CancelPickup"
	ActivityRefund          = "Refund"
	ActivityOutbound        = "Outbound"
	ActivityWatchOutbound   = "WatchOutbound"
	ActivityInsurance       = "ClaimInsurance"
	ActivityKeepAccount     = "KeepAccount"
	ActivityMovePage        = "MoveDeadlinesPage"
	ActivityReconcileMoney  = "ReconcileMoney"
	ActivityReconcileCases  = "ReconcileCases"

	ActivityOpenCharge    = "OpenCharge"
	ActivitySettleCharge  = "SettleCharge"
	ActivityPaidLate      = "PaidLate"
	ActivityReserveStock  = "ReserveStock"
	ActivityReleaseStock  = "ReleaseStock"
	ActivityReplace       = "ShipReplacement"
	ActivityReceipt       = "ReplacementReceived"
	ActivityOpenRecovery  = "OpenRecovery"
	ActivityDrawDeposit   = "DrawDeposit"
	ActivityPutBack       = "PutBackIntoDeposit"
	ActivityClaimBack     = "ClaimBack"
	ActivityGrantRemedies = "GrantRemedies"
	ActivityCloseBroken   = "CloseBroken"

	ActivityCheckPrices = "CheckPrices"
	ActivityRepairs     = "RepairsBefore"
	ActivityBookRepair  = "BookRepair"

	ActivityNoteErasure   = "NoteErasure"
	ActivityErasureLook   = "LookBeforeErasure"
	ActivityErasureGather = "GatherWords"
	ActivityErase         = "Erase"
	ActivityProveErasure  = "ProveErasure"

	ActivityAskCarrier = "AskCarrier"
)

// Names of signals: facts from partners, and what a case and the case that it opened tell each other.
const (
	SignalTrack      = "track"      // TrackFact
	SignalRefund     = "refund"     // RefundFact
	SignalCharge     = "charge"     // ChargeFact
	SignalOrder      = "order"      // OrderFact
	SignalChargeback = "chargeback" // ChargebackFact
	SignalChild      = "child"      // ChildFact: from the child to the case that opened it
	SignalParent     = "parent"     // ParentFact: from that case to the child
)

// QuerySnapshot returns the case's Projection as it would be written now; the reconciler repairs from it.
const QuerySnapshot = "snapshot"

// Search attributes carry opaque values only.
const (
	AttributeKind     = "CaseKind"
	AttributeMerchant = "CaseMerchant"
)

var namespace = uuid.MustParse("6f1f5e2a-7c55-5b0e-9d53-1f5a30b7c2d1")

// encoding is unpadded lower-case base32: safe in IDs, URLs and file names.
var encoding = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// CaseID derives the case's ID from what makes it the same request: the customer, order, units, kind and the
// client's Idempotency-Key. The same request always names the same case.
func CaseID(customerID, orderID, kind string, lines []ChosenLine, key string) string {
	h := sha256.New()
	for _, part := range []string{customerID, orderID, kind, key} {
		fmt.Fprintf(h, "%d:%s", len(part), part)
	}
	for _, line := range lines {
		fmt.Fprintf(h, "%d:%s=%d", len(line.LineID), line.LineID, line.Quantity)
		if line.VariantID != "" {
			fmt.Fprintf(h, ">%d:%s", len(line.VariantID), line.VariantID)
		}
	}
	return "c" + encoding.EncodeToString(h.Sum(nil)[:15])
}

// ChildCaseID names a case that a case opens: root, step and round stand in the place of the client's key.
func ChildCaseID(rootID, step string, round int) string {
	var said strings.Builder
	for _, part := range []string{"child", rootID, step, strconv.Itoa(round)} {
		said.WriteString(strconv.Itoa(len(part)) + ":" + part)
	}
	sum := sha256.Sum256([]byte(said.String()))
	return "c" + encoding.EncodeToString(sum[:15])
}

// SiblingWorkflowID is the workflow ID of another case of the same customer.
func SiblingWorkflowID(workflowID, caseID string) string {
	return workflowID[:strings.LastIndexByte(workflowID, '/')+1] + caseID
}

// WorkflowOf names the workflow type that tells a kind of case; false for a kind without one.
func WorkflowOf(kind policy.Kind) (name string, ok bool) {
	name, ok = map[policy.Kind]string{
		policy.Return: WorkflowReturn, policy.RefundOnly: WorkflowRefundOnly, policy.Exchange: WorkflowExchange,
		policy.Repair: WorkflowRepair, policy.PriceProtection: WorkflowPriceProtection, policy.Complaint: WorkflowComplaint,
	}[kind]
	return name, ok
}

// WorkflowID is case/<key-ref>/<case>: the codec finds the customer's keyset by it. Nothing in it says who or what.
func WorkflowID(keyRef, caseID string) string { return "case/" + keyRef + "/" + caseID }

// EffectKey is the deterministic key of one outside effect: UUIDv5 of case, step and business round. Attempts
// and run IDs are no part of it, so a repeat is the same effect. 36 characters.
func EffectKey(caseID, step string, round int) string {
	return uuid.NewSHA1(namespace, []byte(fmt.Sprintf("%s|%s|%d", caseID, step, round))).String()
}

// UpdateID is what makes a repeated command the same update: the hash of who sent it and the Idempotency-Key.
func UpdateID(actor Actor, key string) string {
	sum := sha256.Sum256([]byte(string(actor.Kind) + "/" + actor.ID + "|" + key))
	return encoding.EncodeToString(sum[:20])
}

// Digest is the hex SHA-256 of a value's JSON: for request hashes and repeats.
func Digest(value any) string {
	content, err := json.Marshal(value)
	if err != nil {
		panic("contract: value without JSON: " + err.Error())
	}
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}
