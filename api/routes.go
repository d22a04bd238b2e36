package api

import (
	"net/http"
	"slices"
	"time"
)

// Route is one line of the table. Nothing is served that is not in it. Who may is not said here: the policies of the room
// access say it, by the name of the action.
type Route struct {
	Method  string
	Path    string
	Action  string // its name, also the operationId; policies, keys and logs use it
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
	// Large takes more JSON than others: a whole policy pack.
	Large
	// Secret is answered with something that is said once: a key, a link, a receipt. A repeat gets it for SecretFor only.
	Secret
	// Open stays open: the answer has no end, and the content no time of its own.
	Open
)

// Has tells whether all of the flags are set.
func (f Flags) Has(flags Flags) bool { return f&flags == flags }

// Limits of what is read.
const (
	maxJSONBytes   = 64 << 10
	maxLargeBytes  = 512 << 10
	maxNoticeBytes = 1 << 20
	maxFileBytes   = 10 << 20

	jsonReadTime = 10 * time.Second
	fileReadTime = 60 * time.Second
	answerTime   = 30 * time.Second // of the whole request, once it is read
)

const (
	get, post, put, del = http.MethodGet, http.MethodPost, http.MethodPut, http.MethodDelete
	head, patch         = http.MethodHead, http.MethodPatch
)

// Routes returns the table: what can be asked, by the name of the action.
func Routes() []Route {
	return slices.Concat([]Route{
		{get, "/livez", "meta.live", Public | Plain, "meta", "Whether the process runs"},
		{get, "/readyz", "meta.ready", Public | Plain, "meta", "Whether requests can be served now"},
		{get, "/healthz", "meta.health", Public | Plain, "meta", "Whether requests can be served, part by part"},
		{get, "/openapi.json", "meta.openapi", Public | Plain, "meta", "This description, OpenAPI 3.1"},
		{get, "/v1/demo", "meta.demo", Public, "meta", "Whom one can sign in as in a demo; nobody in earnest"},

		{post, "/v1/session", "session.create", Public, "session", "Sign in"},
		{get, "/v1/session", "session.here", Public, "session", "Who is signed in with this browser, if anybody"},
		{del, "/v1/session", "session.delete", Enrolling, "session", "Sign out"},
		{get, "/v1/me", "session.read", Enrolling, "session", "Who is signed in"},

		{get, "/v1/orders", "order.list", 0, "orders", "Own orders, newest first"},
		{get, "/v1/orders/{id}", "order.read", 0, "orders", "One order, with what can still be asked for"},
		{get, "/v1/orders/{id}/variants", "product.variant.list", 0, "orders", "What units of an order line could be exchanged for"},
		{get, "/v1/reasons", "reason.list", 0, "cases", "Reasons that can be given for a kind of case"},
		{get, "/v1/carriers", "carrier.list", 0, "cases", "Carriers whose waybills are known"},

		{post, "/v1/cases", "case.open", Keyed, "cases", "Open a case"},
		{post, "/v1/case-previews", "case.preview", 0, "cases", "What would come of opening a case; nothing is opened"},
		{post, "/v1/goodwill", "case.goodwill.open", Keyed | StepUp | Audited, "cases", "Give a customer money that nobody asked for"},
		{get, "/v1/cases", "case.list", 0, "cases", "Cases one may see, newest first"},
		{get, "/v1/cases/{id}", "case.read", 0, "cases", "One case as it stands"},
		{get, "/v1/cases/{id}/timeline", "case.timeline.read", 0, "cases", "What happened in a case, in order"},
		{get, "/v1/cases/{id}/evaluations", "case.evaluation.read", 0, "cases", "How the rules decided, each time they were asked"},
		{get, "/v1/cases/{id}/evidence", "case.evidence.read", 0, "evidence", "Evidence put forward in a case"},

		{post, "/v1/cases/{id}/answer", "case.question.answer", Keyed, "customer", "Answer the open question"},
		{post, "/v1/cases/{id}/answer-offer", "case.offer.answer", Keyed | Audited, "customer", "Accept or decline an offer"},
		{post, "/v1/cases/{id}/edit", "case.request.edit", Keyed, "customer", "Change a refused request and put it forward again"},
		{post, "/v1/cases/{id}/escalate", "case.request.escalate", Keyed, "customer", "Ask the platform to step in"},
		{post, "/v1/cases/{id}/send-back", "case.parcel.send", Keyed, "customer", "Tell, or correct, the waybill of the goods on their way back"},
		{post, "/v1/cases/{id}/pickup", "case.pickup.request", Keyed, "customer", "Order a courier"},
		{post, "/v1/cases/{id}/withdraw", "case.request.withdraw", Keyed, "customer", "Take the request back"},
		{post, "/v1/cases/{id}/answer-extension", "case.extension.answer", Keyed, "customer", "Allow or deny the merchant more time"},
		{post, "/v1/cases/{id}/accept-refusal", "case.refusal.accept", Keyed, "customer", "Let a refusal, or the proof of a delivery, stand"},
		{post, "/v1/cases/{id}/consent-rail", "case.refund.consent", Keyed | StepUp | Audited, "customer", "Agree to be paid on an account, where the way the money came is closed"},
		{post, "/v1/cases/{id}/rating", "case.rate", Keyed, "customer", "Say how a case went; for 30 days after its end, changed for 7"},
		{post, "/v1/cases/{id}/evidence", "case.evidence.add", Keyed, "evidence", "Put evidence forward"},

		{post, "/v1/cases/{id}/merchant-answer", "case.merchant.answer", Keyed | Audited, "merchant", "Agree, refuse, offer an amount, or ask for more"},
		{post, "/v1/cases/{id}/inspect", "case.parcel.inspect", Keyed, "merchant", "Say what was found in the parcel"},
		{post, "/v1/cases/{id}/ask-extension", "case.extension.ask", Keyed, "merchant", "Ask the customer for more time"},

		{post, "/v1/cases/{id}/start-payment", "case.payment.start", Keyed, "customer", "Choose where to pay what the case asks for"},
		{post, "/v1/cases/{id}/take-advance", "case.advance.take", Keyed, "customer", "Take the replacement before the goods are back, against a deposit"},
		{post, "/v1/cases/{id}/confirm-receipt", "case.delivery.confirm", Keyed, "customer", "Say that the goods arrived and are right"},
		{post, "/v1/cases/{id}/report-problem", "case.delivery.report", Keyed, "customer", "Say that what arrived is not right"},
		{post, "/v1/cases/{id}/ship-replacement", "case.delivery.send", Keyed, "merchant", "Tell, or correct, the waybill of goods to the customer"},
		{post, "/v1/cases/{id}/cannot-ship", "case.delivery.decline", Keyed, "merchant", "Say that the goods to the customer cannot be sent"},
		{post, "/v1/cases/{id}/answer-quote", "case.repair.quote", Keyed | Audited, "customer", "Accept or decline what a repair costs"},
		{post, "/v1/cases/{id}/reject-repair", "case.repair.reject", Keyed, "customer", "Say that the item came back with the same fault"},
		{post, "/v1/cases/{id}/choose", "case.repair.choose", Keyed, "customer", "Choose another item, the money, or one more repair"},
		{post, "/v1/cases/{id}/diagnose", "case.repair.diagnose", Keyed, "merchant", "Say what is wrong with an item, and whether the warranty pays"},
		{post, "/v1/cases/{id}/finish-repair", "case.repair.finish", Keyed, "merchant", "Say that the item is repaired"},
		{post, "/v1/cases/{id}/cannot-repair", "case.repair.decline", Keyed, "merchant", "Say that the item cannot be repaired"},
		{post, "/v1/cases/{id}/prove-delivery", "case.delivery.prove", Keyed, "merchant", "Prove that the goods came, or refund them"},
		{post, "/v1/cases/{id}/report-intercept", "case.intercept.report", Keyed | Audited, "merchant", "Say what became of stopping the parcel"},
		{get, "/v1/merchant-rules", "merchant.rules.list", 0, "merchant", "What a shop agrees to without being asked"},
		{post, "/v1/merchant-rules", "merchant.rules.set", Keyed | StepUp | Audited, "merchant", "Set what one's shop agrees to without being asked"},

		{post, "/v1/cases/{id}/propose", "case.refund.propose", Keyed | StepUp | Audited, "judgment", "Propose how a complaint under review ends"},
		{post, "/v1/cases/{id}/decide", "case.refund.approve", Keyed | StepUp | Audited, "judgment", "Approve or reject a proposal"},
		{post, "/v1/cases/{id}/resolve-details", "case.details.resolve", Keyed | Audited, "judgment", "Go on or close where the bot could not get the details"},
		{post, "/v1/cases/{id}/reject-evidence", "case.evidence.reject", Keyed | Audited, "judgment", "Mark a piece of evidence as irrelevant"},
		{post, "/v1/cases/{id}/retry-refund", "case.refund.retry", Keyed | Audited, "judgment", "Try a blocked refund again now"},
		{post, "/v1/cases/{id}/redirect-refund", "case.refund.redirect", Keyed | StepUp | Audited, "judgment", "Pay to the account that the customer agreed to"},
		{post, "/v1/cases/{id}/recovery", "case.recovery.open", Keyed | StepUp | Audited, "judgment", "Claim money back that should not have been paid"},

		{get, "/v1/tasks", "task.list", 0, "desk", "What one has to do, the most urgent first"},
		{get, "/v1/task-counts", "task.count", 0, "desk", "How much one has to do, by kind, and how much of it within the hour"},
		{get, "/v1/approvals", "approval.list", 0, "desk", "Proposals that wait for an approval"},
		{get, "/v1/notifications", "notification.list", 0, "desk", "One's news, newest first"},
		{post, "/v1/notifications/{id}/read", "notification.read", 0, "desk", "Mark news as read; the ID all stands for all of it"},

		{post, "/v1/deadline-moves", "deadline.move", Keyed | Audited, "operations", "Move open deadlines in bulk"},
		{post, "/v1/deadline-moves/preview", "deadline.move.preview", 0, "operations", "Whom a bulk move of deadlines would reach now"},
		{get, "/v1/deadline-moves/{id}", "deadline.move.read", 0, "operations", "How far a bulk move is"},
		{get, "/v1/discrepancies", "discrepancy.list", 0, "operations", "What the reconciler could not repair by itself"},
		{post, "/v1/reconcile", "reconcile.start", Keyed | Audited, "operations", "Compare the ledger with the providers, and the cases with the engine, now"},

		{post, "/v1/notices/{partner}", "notice.receive", Public | Signed | Plain, "notices", "Notices from partners"},
	},
		complaintRoutes(),
		shopkeepingRoutes(),
		fundsRoutes(),
		caseViewRoutes(),
		articleRoutes(),
		accountRoutes(),
		peopleRoutes(),
		outsideRoutes(), webhookRoutes(),
		revealRoutes(),
		privacyRoutes(),
		uploadRoutes(),
		assignRoutes(),
		stepUpRoutes(),
		factorRoutes(),
		codecRoutes(),
		packRoutes(),
		trailRoutes(),
		standingRoutes(),
		liveRoutes(),
		chatRoutes(), deskToolRoutes(), deskServiceRoutes(), deskFollowingRoutes(),
	)
}
