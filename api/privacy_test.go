package api_test

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// That somebody is investigated is told to operators, never to them.
func TestHeldErasureLooksLikeWaitingToItsCustomer(t *testing.T) {
	r := newRig(t)
	mine := r.do(t, call{method: "GET", path: "/v1/privacy/erasure", token: "customer"})
	require.Equal(t, 200, mine.Code)
	require.Contains(t, mine.Body.String(), `"state":"ending"`)
	require.NotContains(t, mine.Body.String(), "hold")
	theirs := r.do(t, call{method: "GET", path: "/v1/erasures/er-1", token: "operator"})
	require.Contains(t, theirs.Body.String(), `"state":"held"`)
	require.Contains(t, theirs.Body.String(), `"holds":1`)
}

// What is known is shown masked; a wrong receipt is not found, and nothing of it is repeated.
func TestAttack20_PrivacyAnswersAreMaskedAndReceiptsSecret(t *testing.T) {
	r := newRig(t)
	known := r.do(t, call{method: "GET", path: "/v1/privacy", token: "customer"})
	require.Contains(t, known.Body.String(), "138****1234")
	require.NotContains(t, known.Body.String(), "13812341234")
	require.NotContains(t, known.Body.String(), "张小明")
	wrong := r.do(t, call{method: "GET", path: "/v1/erasure-receipt", header: map[string]string{"Receipt": "wrong"}})
	problem(t, wrong, 404, "not_found")
	require.NotContains(t, r.logged.String(), "wrong")
	right := r.do(t, call{method: "GET", path: "/v1/erasure-receipt", header: map[string]string{"Receipt": "erasure_x"}})
	require.Contains(t, right.Body.String(), "certificate")
	require.NotContains(t, r.logged.String(), "erasure_x")
}
