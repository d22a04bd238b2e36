package cases_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"aftersales/cases"
	"aftersales/fault"
	"aftersales/workflows/contract"
)

// A contact is for those who have a case with the customer; for all others the customer is not there.
func TestAContactNeedsACase(t *testing.T) {
	w := newWorld(t)
	_, err := w.Contact(t.Context(), agent, "kim")
	requireFault(t, fault.NotFound, err, "no case, no reason to call")
	w.put("c")
	contact, err := w.Contact(t.Context(), agent, "kim")
	require.NoError(t, err)
	require.Equal(t, cases.Contact{Name: "kim"}, contact)
	for _, actor := range []contract.Actor{faraway, farBoss} {
		_, err := w.Contact(t.Context(), actor, "kim")
		requireFault(t, fault.NotFound, err, actor)
	}
	for _, actor := range []contract.Actor{kim, lee, clerk, rival, homeless, carrier, {}} {
		_, err := w.Contact(t.Context(), actor, "kim")
		requireFault(t, fault.Forbidden, err, actor)
	}
	_, err = w.Contact(t.Context(), agent, "nobody")
	requireFault(t, fault.NotFound, err)
}

func TestThePayeeIsTheLastAccountThatWasNamed(t *testing.T) {
	w := newWorld(t)
	w.put("c")
	_, err := w.Payee(t.Context(), operator, "c")
	requireFault(t, fault.NotFound, err, "no account was named")
	for _, account := range []string{"old@example.com", "new@example.com"} {
		id, err := w.PutText(t.Context(), kim, kim.ID, `{"account":"`+account+`","name":"张小明"}`)
		require.NoError(t, err)
		require.NoError(t, w.Store.UseTexts(t.Context(), "payout/c", id))
	}
	payee, err := w.Payee(t.Context(), operator, "c")
	require.NoError(t, err)
	require.Equal(t, cases.Payee{Account: "new@example.com", Name: "张小明", CustomerID: kim.ID}, payee)
	_, err = w.Payee(t.Context(), farBoss, "c")
	requireFault(t, fault.NotFound, err)
	_, err = w.Payee(t.Context(), rival, "c")
	requireFault(t, fault.Forbidden, err)
}
