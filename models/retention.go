package models

import "time"

// Retained says how long a kind of data is kept. Every table belongs to exactly one kind; docs/privacy.md shows this list.
type Retained struct {
	Kind   string
	Tables []string
	Keep   time.Duration // 0: as long as what it belongs to, or as Then says
	From   string        // what the time counts from
	Then   string        // what happens after it
	Why    string
}

const day = 24 * time.Hour

// How long what nothing refers to, or nobody asks for any more, is kept.
const (
	KeepTexts         = day      // a draft that was never sent
	KeepEvidence      = 7 * day  // evidence that no case came to use
	KeepBlobs         = 8 * day  // longer than the evidence that may still refer to them
	KeepTries         = day      // of signing in
	KeepEvents        = 30 * day // of the outbox; what they told of stays where it is
	KeepNotices       = 90 * day // handled ones of partners; a dispute about what one said comes sooner
	KeepRequests      = 30 * day // as long as the engine knows a case that has ended, and its updates
	KeepDeliveries    = 30 * day // to other programs, once they have ended
	KeepTickets       = day      // a repeat of the request that spent one needs no second proof
	KeepUploadDays    = 3 * day  // how much a person sent in a day
	KeepNotifications = 180 * day
	KeepVotes         = 180 * day
	KeepMisses        = 180 * day
	KeepExports       = day                 // a copy that a customer asked for, from when it is made
	KeepTransactions  = (3*365 + 1) * day   // E-Commerce Law art. 31: at least three years
	KeepConversations = KeepTransactions    // what was agreed there belongs to the transaction
	KeepProofs        = KeepTransactions    // consents, corrections, erasures: as long as somebody may ask
	KeepHistories     = 30 * 24 * time.Hour // of the workflow engine, after a case has ended
)

// Retention is the schedule.
var Retention = []Retained{
	{"customers: name, number, language", []string{"customers"}, 0, "", "until the customer asks to be erased; the pseudonym goes with its last transaction", "needed for every request"},
	{"people who work, shops and teams", []string{"merchants", "merchant_rules", "return_addresses", "staff", "case_views", "teams"}, 0, "", "no end: who was let go stays, unable to sign in, because decisions name them", "who decided what"},
	{"accounts and what they sign in with", []string{"accounts", "factors", "recovery_codes", "outside_identities", "hands"}, 0, "", "erased with the customer; of staff they stay with the person", "needed to sign in"},
	{"sessions", []string{"sessions"}, 0, "their end", "deleted", "nobody needs one that is over"},
	{"tickets of signing in and of fresh factors", []string{"tickets"}, KeepTickets, "their end", "deleted", "a repeat needs no second proof"},
	{"tickets of live delivery that were used", []string{"live_tickets"}, 0, "their end, a minute after they were made", "deleted", "each works once"},
	{"keys of integrations", []string{"api_keys"}, 0, "", "revoked ones stay as a record; nothing personal but who made them", "who let whom in"},
	{"hand-overs from the shop", []string{"handovers"}, 0, "their end, a minute after they were made", "deleted", "each works once"},
	{"links to join and to recover", []string{"invitations"}, 0, "their end, an hour or seven days after they were made", "deleted; used ones at once; who let whom in stands in the audit trail", "each works once"},
	{"tries of signing in", []string{"sign_in_tries"}, KeepTries, "the first of a window", "deleted; HMAC under a key that is kept with the keysets", "defence against guessing"},
	{"goods and prices", []string{"products", "variants"}, 0, "", "as long as they are sold; nothing personal", "catalogue"},
	{"transactions: orders, cases, evidence, texts, money", []string{
		"orders", "order_lines", "order_units", "order_shipments", "payments", "tenders", "stock_reservations", "price_checks", "price_protections", "repairs",
		"cases", "case_assignments", "case_ratings", "unit_claims", "case_questions", "timeline", "policy_evaluations", "approvals", "approval_votes", "waybills",
		"effects", "fund_moves", "refund_legs", "refund_leg_lines", "insurance_claims", "recoveries", "remedies", "tasks",
	}, KeepTransactions, "the last thing that happened to the order or one of its cases", "the order is deleted with all that hangs on it; a hold, an open case or open money keeps it", "E-Commerce Law art. 31"},
	{"conversations", []string{
		"conversations", "messages", "message_versions", "message_reactions", "conversation_members", "conversation_cases", "dialogues", "queue_entries", "transfers",
		"conversation_tags", "message_drafts", "conversation_ratings", "service_clocks",
		"party_questions", "follow_ups", "carrier_inquiries",
	}, KeepConversations, "the last message, once it has ended", "deleted with all that was said in it; a hold keeps it", "E-Commerce Law art. 31"},
	{"terms to find messages by", []string{"message_terms"}, 0, "", "deleted with the message, when it is recalled, and at erasure; HMAC under a key that is kept with the keysets", "people look for what was said"},
	{"how the desk works", []string{"tags", "canned_replies", "service_targets", "team_hours", "saved_views"}, 0, "", "no end; nothing of customers", "words to sort and answer with, hours, and how soon is soon"},
	{"who takes conversations", []string{"agent_desks"}, 0, "", "written over: one row per agent", "routing"},
	{"words people wrote", []string{"texts"}, KeepTexts, "when it was written, if it was never sent", "deleted; sent ones go with their transaction", "drafts are nobody's record"},
	{"evidence", []string{"evidence"}, KeepEvidence, "the upload, if no case used it", "deleted; used ones go with their transaction", "uploads are nobody's record"},
	{"uploads under way", []string{"uploads", "upload_pieces"}, 0, "their own end, hours after the beginning", "deleted with their pieces", "unfinished files are nobody's record"},
	{"how much somebody sent in a day", []string{"upload_days"}, KeepUploadDays, "the day", "deleted", "quota"},
	{"terms to find a customer by", []string{"index_terms"}, 0, "", "deleted with what they are made of; HMAC under a key that is kept with the keysets", "agents look customers up by number"},
	{"files", []string{"blobs"}, KeepBlobs, "when nothing refers to it any more", "deleted from the store", "follows what refers to it"},
	{"rules that decided", []string{"policy_packs", "pack_activations", "deadline_moves", "discrepancies"}, 0, "", "for ever; nothing personal", "why a case was decided so"},
	{"news for people", []string{"notifications"}, KeepNotifications, "when it was due", "deleted", "what it tells of stands in the case"},
	{"events for other parts of the program", []string{"outbox", "outbox_positions"}, KeepEvents, "when it happened", "deleted; IDs only", "live updates"},
	{"where other programs are told", []string{"webhook_endpoints"}, 0, "", "removed ones stay as a record; nothing personal but who made them", "who was told what happened"},
	{"what other programs were told", []string{"webhook_deliveries"}, KeepDeliveries, "when it was delivered or given up", "deleted; codes and IDs only", "whoever missed something asks again"},
	{"partners' notices", []string{"partner_notices"}, KeepNotices, "when it came, once handled", "deleted", "disputes with a partner"},
	{"answers to keyed requests", []string{"idempotency"}, KeepRequests, "the request", "deleted; answers that hold a secret after ten minutes", "a repeat gets the first answer"},
	{"copies that customers asked for", []string{"data_exports", "data_export_parts"}, KeepExports, "when it was made", "the files are deleted; that there was one stays with the customer", "short-lived on purpose"},
	{"notices that were shown", []string{"privacy_notices"}, 0, "", "for ever; nothing personal", "consents name them"},
	{"consents, corrections, erasures, holds", []string{"consents", "corrections", "erasures", "legal_holds"}, KeepProofs, "the last of the customer's transactions", "deleted with the pseudonym", "proof that the law was kept"},
	{"how partners and background jobs do", []string{"partner_minutes", "partner_states", "job_runs"}, 0, "", "written over: a quarter of an hour per partner, one row per job", "operations; nothing personal"},
	{"articles and what they said", []string{"article_categories", "articles", "article_versions", "article_proposals"}, 0, "", "no end: what customers were told can be shown; questions in proposals are masked", "what was said when"},
	{"what became of answers", []string{"article_scores", "article_uses"}, 0, "", "sums only; nothing personal", "better answers"},
	{"votes on answers", []string{"article_votes"}, KeepVotes, "the vote", "deleted; the sum of all votes stays. Who voted is a hash of their own for every answer", "one vote each"},
	{"searches that found nothing", []string{"search_misses"}, KeepMisses, "when it was last looked for", "deleted; masked, without who it was", "editors write what is missing"},
	{"audit trail", []string{"audit_chains", "audit_entries"}, 0, "", "kept for ever, also after an erasure: it cannot be changed or shortened. IDs and codes, the customer's own ID among them; words that say why somebody looked at unmasked data are texts, and go with the customer", "proof of who did what"},
}
