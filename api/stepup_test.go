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

func TestActionsThatNeedAFreshFactor(t *testing.T) {
	var want []string
	for _, route := range api.Routes() {
		if route.Flags.Has(api.StepUp) {
			want = append(want, route.Action)
		}
	}
	for _, action := range []string{
		"case.refund.approve", "case.refund.redirect", "case.recovery.open",
		"factor.totp.begin", "factor.passkey.begin", "factor.remove", "factor.codes.renew",
	} {
		require.Contains(t, want, action)
	}
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
