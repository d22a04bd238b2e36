package api_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"aftersales/api"
	"aftersales/identity"
)

const decision = `{"approval_id":"ap-1","hash":"h","approve":true}`

// fresh is the header of a step-up for a request.
func fresh(method, path, body string) string {
	return "for " + identity.ActionHash(method, path, []byte(body))
}

// withoutFactor says of every command that is not everyday words in one's own case why a session is enough for it. A new command
// stands here with its reason, or asks for a fresh factor.
var withoutFactor = map[string]string{
	// They only take away, and must work at once, also for whoever has lost the factor.
	"session.delete": "ends one's own session", "session.revoke": "ends one's own session", "session.revoke.all": "ends one's own sessions",
	"webhook.remove": "tells a program nothing any more", "key.revoke": "ends one's own key", "staff.signout": "ends sessions, and whoever has an account comes in again",
	// They bring a proof of their own.
	"account.password.change": "the present password is in the request, and counted",
	"factor.add":              "ends what a fresh factor began, by a ticket of that very beginning",
	"stepup.begin":            "is the way to a fresh factor", "stepup.prove": "is the fresh factor",
	// Money of the sender's own, bounded by what was paid, as everyday work or everyday wishes; what is above a limit waits for an
	// approval, which asks for a fresh factor.
	"case.merchant.answer": "a shop's daily answer about its own money, within what was paid", "case.intercept.report": "a fact about a parcel",
	"case.offer.answer": "the customer's own wish; paid to where the money came from", "case.repair.quote": "the customer's own wish; paid in the payment's own window",
	"case.settlement.propose": "binds nobody before the other side agrees", "case.settlement.answer": "both sides' own money, within what was paid",
	"case.judgment.execute": "does what was judged already", "case.judgment.appeal": "asks for another judgment",
	"case.refund.retry":    "the same refund under the same key, to the same account",
	"case.details.resolve": "lets a case go on or ends it; pays nothing", "case.evidence.reject": "pays nothing; the customer may bring more",
	"reconcile.start": "compares; what it repairs it repairs by rule", "deadline.move": "moves the clock; pays nothing, and both sides are told",
	// Who works on what, within rights that stand.
	"case.assign": "who of a team works on a case that the whole team sees", "team.create": "a name; nobody is on it yet", "team.rename": "a name",
	"alarm.close": "says that somebody looked; reading and alarm stay in the trail", "customer.lookup": "answers IDs and masked names",
	"desk.set":         "how one works at the desk oneself: gives nobody a right",
	"case.view.remove": "one's own set of filters",
	// Addresses where goods go: cases that were told of one keep it, and the shop's owner alone may.
	"merchant.address.add": "the owner's; goods, not money", "merchant.address.change": "the owner's; cases keep what they were told",
	"merchant.address.remove": "the owner's; cases keep what they were told",
	// A consent is withdrawn as easily as given, and an erasure is called off by whoever changes their mind.
	"consent.say": "one's own; must be as easy to withdraw as to give", "erasure.cancel": "keeps what is there",
	"audit.list": "IDs and codes, no names; that somebody read is in the trail", "audit.verify": "tells whether the trail is whole",
	"payload.decode": "Temporal's tools cannot bring one; every decoding is in the trail",
}

func TestActionsThatNeedAFreshFactor(t *testing.T) {
	var want []string
	for _, route := range api.Routes() {
		switch {
		case route.Flags.Has(api.StepUp):
			want = append(want, route.Action)
			require.NotContains(t, withoutFactor, route.Action)
		case route.Flags.Has(api.Public):
		case route.Flags.Has(api.Audited), route.Method == "PUT", route.Method == "DELETE" && route.Tag != "evidence",
			route.Tag == "people" && route.Method == "POST", route.Tag == "keys" && route.Method == "POST", route.Tag == "factors" && route.Method == "POST":
			require.NotEmpty(t, withoutFactor[route.Action], "%s changes factors, roles, rights or money, takes out or shows: let it ask for a fresh factor", route.Action)
		}
	}
	// Told a second time: the table must not change unseen.
	require.ElementsMatch(t, []string{
		"case.refund.propose", "case.refund.approve", "case.refund.redirect", "case.refund.consent", "case.recovery.open", "case.goodwill.open", "merchant.rules.set",
		"factor.totp.begin", "factor.passkey.begin", "factor.remove", "factor.codes.renew", "elsewhere.tie", "elsewhere.untie",
		"staff.invite", "staff.invite.again", "staff.change", "staff.deactivate", "staff.reactivate", "staff.recover", "customer.recover", "staff.factors.reset", "customer.factors.reset", "merchant.team.set",
		"webhook.create", "webhook.change", "webhook.rotate", "key.create", "key.rotate", "keys.rotate", "pack.activate",
		"order.reveal", "customer.reveal", "case.payee.reveal", "privacy.export.ask", "privacy.export.fetch", "privacy.correct",
		"erasure.ask", "hold.place", "hold.lift",
	}, want)
	r := newRig(t)
	for n, route := range api.Routes() {
		if !slices.Contains(want, route.Action) {
			continue
		}
		who := allowed[route.Action]
		asked := sound(route, map[byte]string{'C': "customer", 'M': "merchant", 'A': "agent", 'S': "supervisor", 'E': "editor", 'O': "operator"}[who[len(who)-1]], n)
		asked.stepUp = false
		problem(t, r.do(t, asked), 403, "step_up_required")
		require.Zero(t, r.count(), route.Action)
		asked.header["Step-Up"] = fresh(asked.method, asked.path+"?x=1", asked.body)
		problem(t, r.do(t, asked), 403, "step_up_required")
	}
}

func TestAFreshFactorIsForOneRequestAlone(t *testing.T) {
	r := newRig(t)
	const path = "/v1/cases/case-1/decide"
	ask := func(path, body, token, key string) call {
		return call{method: "POST", path: path, token: "supervisor", body: body, header: map[string]string{"Idempotency-Key": key, "Step-Up": token}}
	}
	other := `{"approval_id":"ap-1","hash":"h","approve":false}`
	token := fresh("POST", path, decision)
	problem(t, r.do(t, ask("/v1/cases/case-2/decide", decision, token, "k1")), 403, "step_up_required")
	problem(t, r.do(t, ask(path, other, token, "k2")), 403, "step_up_required")
	problem(t, r.do(t, ask(path, decision+" ", token, "k3")), 403, "step_up_required")
	problem(t, r.do(t, ask(path, decision, fresh("PUT", path, decision), "k4")), 403, "step_up_required")
	problem(t, r.do(t, ask(path, decision, fresh("POST", path, "{}"), "k4")), 403, "step_up_required")
	require.Zero(t, r.count())

	require.Equal(t, 200, r.do(t, ask(path, decision, token, "k5")).Code, "a refusal for want of a factor is not kept under the key")
	again := r.do(t, ask(path, decision, "", "k5"))
	require.Equal(t, 200, again.Code, "the same request under the same key is the same action")
	require.Equal(t, "true", again.Header().Get("Idempotency-Replayed"))
	problem(t, r.do(t, ask(path, decision, token, "k6")), 403, "step_up_required")
	require.Equal(t, 1, r.count())
	problem(t, r.do(t, ask(path, decision, "", "k1")), 422, "idempotency_key_reused")
}

// A refused request may be sent again under its own key, with the factor this time.
func TestTheKeyOfARequestThatWantedAFactorStaysGood(t *testing.T) {
	r := newRig(t)
	c := call{method: "POST", path: "/v1/cases/case-1/decide", token: "supervisor", body: decision, header: map[string]string{"Idempotency-Key": "k"}}
	problem(t, r.do(t, c), 403, "step_up_required")
	c.stepUp = true
	require.Equal(t, 200, r.do(t, c).Code)
}

func TestACommandWithoutContentIsHashedAsNothing(t *testing.T) {
	r := newRig(t)
	c := call{method: "POST", path: "/v1/factors/totp", token: "agent", header: map[string]string{"Step-Up": fresh("POST", "/v1/factors/totp", "")}}
	require.Equal(t, 201, r.do(t, c).Code)
}

func TestWhoMustEnrolCanDoNothingElse(t *testing.T) {
	r := newRig(t)
	person := people["agent"]
	person.MustEnrol = true
	people["newcomer"] = person
	defer delete(people, "newcomer")
	enrolling := []string{}
	for n, route := range api.Routes() {
		if route.Flags.Has(api.Public) {
			continue
		}
		answer := r.do(t, sound(route, "newcomer", n))
		if route.Flags.Has(api.Enrolling) {
			require.Less(t, answer.Code, 300, "%s: %s", route.Action, answer.Body)
			enrolling = append(enrolling, route.Action)
		} else {
			require.Equal(t, 403, answer.Code, route.Action)
		}
	}
	problem(t, r.do(t, call{method: "GET", path: "/v1/cases", token: "newcomer"}), 403, "enrol_required")
	require.ElementsMatch(t, []string{
		"session.delete", "session.read", "session.list", "session.revoke", "session.revoke.all", "account.password.change", "stepup.begin", "stepup.prove",
		"factor.list", "factor.totp.begin", "factor.passkey.begin", "factor.add", "factor.remove", "factor.codes.renew",
	}, enrolling)
}

func TestAProgramHasNoFreshFactor(t *testing.T) {
	r := newRig(t)
	person := people["supervisor"]
	person.KeyID = "key-1"
	people["program"] = person
	defer delete(people, "program")
	c := call{method: "POST", path: "/v1/cases/case-1/decide", token: "program", body: decision, header: key(), stepUp: true}
	problem(t, r.do(t, c), 403, "forbidden")
	require.Zero(t, r.count())
}
