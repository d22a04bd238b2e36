package api

import (
	"net/http"
	"slices"
	"time"

	"aftersales/workflows/contract"
)

// Route is one line of the table: everything that decides who may ask what. Nothing is served that is not in it.
type Route struct {
	Method  string
	Path    string
	Action  string          // its name, also the operationId; policies and logs use it
	Roles   []contract.Role // who may; others get 403
	Flags   Flags
	Tag     string
	Summary string
}

// Flags are what else holds for a route.
type Flags uint16

const (
	// Public needs no sign-in.
	Public Flags = 1 << iota
	// Keyed needs the header Idempotency-Key; the first answer is stored and given again ever after.
	Keyed
	// Signed is for partners: the content proves who sent it.
	Signed
	// Raw takes raw bytes instead of JSON.
	Raw
	// Plain is outside of the API proper: no cookies, no accounts, not versioned.
	Plain
	// StepUp needs a fresh factor, bound to this very request.
	StepUp
	// Enrolling is open to staff who must set up their second factor before anything else.
	Enrolling
	// Audited decides on money or changes who may what: the trail has it before the answer leaves. So it is for StepUp.
	Audited
)

// Has tells whether all of the flags are set.
func (f Flags) Has(flags Flags) bool { return f&flags == flags }

// Sets of roles.
var (
	signedIn   = append(slices.Clone(everyone), contract.Editor)
	everyone   = []contract.Role{contract.Customer, contract.Merchant, contract.Agent, contract.Supervisor, contract.Operator}
	staff      = []contract.Role{contract.Merchant, contract.Agent, contract.Supervisor, contract.Operator}
	platform   = []contract.Role{contract.Agent, contract.Supervisor, contract.Operator}
	customer   = []contract.Role{contract.Customer}
	merchant   = []contract.Role{contract.Merchant}
	parties    = []contract.Role{contract.Customer, contract.Merchant}
	givers     = []contract.Role{contract.Merchant, contract.Agent, contract.Supervisor}
	judges     = []contract.Role{contract.Agent, contract.Supervisor}
	approvers  = []contract.Role{contract.Supervisor, contract.Operator}
	operations = []contract.Role{contract.Operator}
)

// Limits of what is read.
const (
	maxJSONBytes   = 64 << 10
	maxNoticeBytes = 1 << 20
	maxFileBytes   = 10 << 20

	jsonReadTime = 10 * time.Second
	fileReadTime = 60 * time.Second
	answerTime   = 30 * time.Second // of the whole request, once it is read
)

const (
	get, post, del = http.MethodGet, http.MethodPost, http.MethodDelete
)

// Routes returns the table: who may do what, by the name of the action.
func Routes() []Route {
	return slices.Concat([]Route{
		{get, "/livez", "meta.live", nil, Public | Plain, "meta", "Whether the process runs"},
		{get, "/readyz", "meta.ready", nil, Public | Plain, "meta", "Whether requests can be served now"},
		{get, "/healthz", "meta.health", nil, Public | Plain, "meta", "Whether requests can be served, part by part"},
		{get, "/openapi.json", "meta.openapi", nil, Public | Plain, "meta", "This description, OpenAPI 3.1"},

		{post, "/v1/session", "session.create", nil, Public, "session", "Sign in"},
		{del, "/v1/session", "session.delete", signedIn, Enrolling, "session", "Sign out"},
		{get, "/v1/me", "session.read", signedIn, Enrolling, "session", "Who is signed in"},

		{get, "/v1/orders", "order.list", customer, 0, "orders", "Own orders, newest first"},
		{get, "/v1/orders/{id}", "order.read", everyone, 0, "orders", "One order, with what can still be asked for"},
		{get, "/v1/reasons", "reason.list", everyone, 0, "cases", "Reasons that can be given for a kind of case"},

		{post, "/v1/uploads", "evidence.upload", everyone, Keyed | Raw, "evidence", "Upload a picture, video or document"},
		{get, "/v1/evidence/{id}/content", "evidence.read", everyone, 0, "evidence", "The file itself"},

		{post, "/v1/cases", "case.open", customer, Keyed, "cases", "Open a case"},
		{post, "/v1/goodwill", "case.goodwill.open", givers, Keyed | Audited, "cases", "Give a customer money that nobody asked for"},
		{get, "/v1/cases", "case.list", everyone, 0, "cases", "Cases one may see, newest first"},
		{get, "/v1/cases/{id}", "case.read", everyone, 0, "cases", "One case as it stands"},
		{get, "/v1/cases/{id}/timeline", "case.timeline.read", everyone, 0, "cases", "What happened in a case, in order"},
		{get, "/v1/cases/{id}/evaluations", "case.evaluation.read", platform, 0, "cases", "How the rules decided, each time they were asked"},
		{get, "/v1/cases/{id}/evidence", "case.evidence.read", everyone, 0, "evidence", "Evidence put forward in a case"},

		{post, "/v1/cases/{id}/answer", "case.question.answer", customer, Keyed, "customer", "Answer the open question"},
		{post, "/v1/cases/{id}/answer-offer", "case.offer.answer", customer, Keyed | Audited, "customer", "Accept or decline an offer"},
		{post, "/v1/cases/{id}/edit", "case.request.edit", customer, Keyed, "customer", "Change a refused request and put it forward again"},
		{post, "/v1/cases/{id}/escalate", "case.request.escalate", customer, Keyed, "customer", "Ask the platform to step in"},
		{post, "/v1/cases/{id}/send-back", "case.parcel.send", customer, Keyed, "customer", "Tell, or correct, the waybill of the goods on their way back"},
		{post, "/v1/cases/{id}/pickup", "case.pickup.request", customer, Keyed, "customer", "Order a courier"},
		{post, "/v1/cases/{id}/withdraw", "case.request.withdraw", customer, Keyed, "customer", "Take the request back"},
		{post, "/v1/cases/{id}/answer-extension", "case.extension.answer", customer, Keyed, "customer", "Allow or deny the merchant more time"},
		{post, "/v1/cases/{id}/accept-refusal", "case.refusal.accept", customer, Keyed, "customer", "Let a refusal, or the proof of a delivery, stand"},
		{post, "/v1/cases/{id}/consent-rail", "case.refund.consent", customer, Keyed | Audited, "customer", "Agree to be paid on an account, where the way the money came is closed"},
		{post, "/v1/cases/{id}/evidence", "case.evidence.add", parties, Keyed, "evidence", "Put evidence forward"},

		{post, "/v1/cases/{id}/merchant-answer", "case.merchant.answer", merchant, Keyed | Audited, "merchant", "Agree, refuse, offer an amount, or ask for more"},
		{post, "/v1/cases/{id}/inspect", "case.parcel.inspect", merchant, Keyed, "merchant", "Say what was found in the parcel"},
		{post, "/v1/cases/{id}/ask-extension", "case.extension.ask", merchant, Keyed, "merchant", "Ask the customer for more time"},

		{post, "/v1/cases/{id}/start-payment", "case.payment.start", customer, Keyed, "customer", "Choose where to pay what the case asks for"},
		{post, "/v1/cases/{id}/take-advance", "case.advance.take", customer, Keyed, "customer", "Take the replacement before the goods are back, against a deposit"},
		{post, "/v1/cases/{id}/confirm-receipt", "case.delivery.confirm", customer, Keyed, "customer", "Say that the goods arrived and are right"},
		{post, "/v1/cases/{id}/report-problem", "case.delivery.report", customer, Keyed, "customer", "Say that what arrived is not right"},
		{post, "/v1/cases/{id}/ship-replacement", "case.delivery.send", merchant, Keyed, "merchant", "Tell, or correct, the waybill of goods to the customer"},
		{post, "/v1/cases/{id}/cannot-ship", "case.delivery.decline", merchant, Keyed, "merchant", "Say that the goods to the customer cannot be sent"},
		{post, "/v1/cases/{id}/answer-quote", "case.repair.quote", customer, Keyed | Audited, "customer", "Accept or decline what a repair costs"},
		{post, "/v1/cases/{id}/reject-repair", "case.repair.reject", customer, Keyed, "customer", "Say that the item came back with the same fault"},
		{post, "/v1/cases/{id}/choose", "case.repair.choose", customer, Keyed, "customer", "Choose another item, the money, or one more repair"},
		{post, "/v1/cases/{id}/diagnose", "case.repair.diagnose", merchant, Keyed, "merchant", "Say what is wrong with an item, and whether the warranty pays"},
		{post, "/v1/cases/{id}/finish-repair", "case.repair.finish", merchant, Keyed, "merchant", "Say that the item is repaired"},
		{post, "/v1/cases/{id}/cannot-repair", "case.repair.decline", merchant, Keyed, "merchant", "Say that the item cannot be repaired"},
		{post, "/v1/cases/{id}/prove-delivery", "case.delivery.prove", merchant, Keyed, "merchant", "Prove that the goods came, or refund them"},
		{post, "/v1/cases/{id}/report-intercept", "case.intercept.report", staff, Keyed | Audited, "merchant", "Say what became of stopping the parcel"},
		{get, "/v1/merchant-rules", "merchant.rules.list", staff, 0, "merchant", "What a shop agrees to without being asked"},
		{post, "/v1/merchant-rules", "merchant.rules.set", merchant, Keyed | Audited, "merchant", "Set what one's shop agrees to without being asked"},

		{post, "/v1/cases/{id}/propose", "case.refund.propose", judges, Keyed | Audited, "judgment", "Propose how a complaint under review ends"},
		{post, "/v1/cases/{id}/decide", "case.refund.approve", approvers, Keyed | StepUp | Audited, "judgment", "Approve or reject a proposal"},
		{post, "/v1/cases/{id}/resolve-details", "case.details.resolve", judges, Keyed | Audited, "judgment", "Go on or close where the bot could not get the details"},
		{post, "/v1/cases/{id}/reject-evidence", "case.evidence.reject", judges, Keyed | Audited, "judgment", "Mark a piece of evidence as irrelevant"},
		{post, "/v1/cases/{id}/retry-refund", "case.refund.retry", approvers, Keyed | Audited, "judgment", "Try a blocked refund again now"},
		{post, "/v1/cases/{id}/redirect-refund", "case.refund.redirect", approvers, Keyed | StepUp | Audited, "judgment", "Pay to the account that the customer agreed to"},
		{post, "/v1/cases/{id}/recovery", "case.recovery.open", approvers, Keyed | StepUp | Audited, "judgment", "Claim money back that should not have been paid"},

		{get, "/v1/tasks", "task.list", everyone, 0, "desk", "What one has to do, the most urgent first"},
		{get, "/v1/approvals", "approval.list", approvers, 0, "desk", "Proposals that wait for an approval"},
		{get, "/v1/notifications", "notification.list", everyone, 0, "desk", "One's news, newest first"},
		{post, "/v1/notifications/{id}/read", "notification.read", everyone, 0, "desk", "Mark news as read"},

		{post, "/v1/deadline-moves", "deadline.move", operations, Keyed | Audited, "operations", "Move open deadlines in bulk"},
		{get, "/v1/deadline-moves/{id}", "deadline.move.read", operations, 0, "operations", "How far a bulk move is"},
		{get, "/v1/discrepancies", "discrepancy.list", operations, 0, "operations", "What the reconciler could not repair by itself"},
		{post, "/v1/reconcile", "reconcile.start", operations, Keyed | Audited, "operations", "Compare the ledger with the providers, and the cases with the engine, now"},

		{post, "/v1/notices/{partner}", "notice.receive", nil, Public | Signed | Plain, "notices", "Notices from partners"},
	}, complaintRoutes(), stepUpRoutes(), factorRoutes())
}
