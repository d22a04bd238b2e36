package identity_test

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"aftersales/fault"
	"aftersales/identity"
	"aftersales/models"
)

var second = identity.Person{Kind: "staff", ID: "st-4", Role: "operator"}

// withFactors gives two accounts a second factor, and the world a second operator.
func withFactors(t *testing.T, w *world) {
	t.Helper()
	_, err := w.CreateStaff(t.Context(), models.NewStaff{ID: "st-4", Role: "operator", Name: "Second", CreatedAt: w.now()})
	require.NoError(t, err)
	agent, err := w.Staff(t.Context(), "st-2")
	require.NoError(t, err)
	for _, account := range []string{"ac-1", "ac-3"} {
		added, err := w.AddFactor(t.Context(), models.NewFactor{
			ID: "fa-" + account, AccountID: account, KeyRef: agent.KeyRef, Kind: models.FactorTOTP, Label: "phone", Secret: "s", CreatedAt: w.now(),
		}, [][]byte{[]byte("12345678901234567890123456789012")}, 10)
		require.NoError(t, err)
		require.True(t, added)
	}
}

func (w *world) factors(t *testing.T, account string) (int, *time.Time) {
	t.Helper()
	rows, err := w.Factors(t.Context(), account)
	require.NoError(t, err)
	left, err := w.RecoveryCodesLeft(t.Context(), account)
	require.NoError(t, err)
	row, err := w.Account(t.Context(), account)
	require.NoError(t, err)
	return len(rows) + left, row.SecondFactorAt
}

// Who lost the second factor is helped by an operator: factors, codes and sessions go, and the trail has it; nobody else may,
// and nobody for themselves.
func TestOperatorsTakeALostFactorAway(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		signed, err := w.in("agent", right)
		require.NoError(t, err)
		withFactors(t, w)
		w.trail.actions()
		boss := identity.Person{Kind: "staff", ID: "su-1", Role: "supervisor", TeamID: "team-1"}
		for _, who := range []identity.Person{owner, boss, {Kind: "staff", ID: "st-2", Role: "agent", TeamID: "team-1"}} {
			_, err := w.service.ResetFactors(t.Context(), who, "st-2")
			require.Contains(t, []fault.Code{fault.NotFound, fault.Forbidden}, code(err), who.Role)
		}
		_, err = w.service.ResetFactors(t.Context(), operator, "st-3")
		require.Equal(t, fault.OwnRights, code(err))
		_, err = w.service.ResetFactors(t.Context(), operator, "st-4")
		require.Equal(t, fault.StaffState, code(err), "who has no account has no factor")
		_, err = w.service.ResetFactors(t.Context(), operator, "nobody")
		require.Equal(t, fault.NotFound, code(err))
		left, _ := w.factors(t, "ac-3")
		require.Equal(t, 2, left)
		require.Empty(t, w.trail.actions())

		colleague, err := w.service.ResetFactors(t.Context(), operator, "st-2")
		require.NoError(t, err)
		require.False(t, colleague.SecondFactor)
		left, since := w.factors(t, "ac-3")
		require.Zero(t, left)
		require.Nil(t, since)
		require.Equal(t, []string{signed.Person.SessionID}, w.ended.take())
		_, err = w.authenticate(signed.Token)
		require.Equal(t, fault.SignInRequired, code(err))
		require.Equal(t, []string{"operator factor.reset account done"}, w.trail.actions())
		again, err := w.in("agent", right)
		require.NoError(t, err)
		require.Equal(t, identity.AssuredPassword, again.Person.Assurance, "the password alone again, as on the first day")

		require.NoError(t, w.service.ResetCustomerFactors(t.Context(), operator, "cu-1"))
		left, _ = w.factors(t, "ac-1")
		require.Zero(t, left)
		require.Equal(t, fault.NotFound, code(w.service.ResetCustomerFactors(t.Context(), operator, "cu-9")))
	})
}

// One operator who makes a link to a new password and takes the second factor away would be somebody else.
func TestAttack16_OneHelperAloneIsNobodyElse(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		withFactors(t, w)
		_, link, err := w.service.Recover(t.Context(), operator, "st-2")
		require.NoError(t, err)
		require.NoError(t, w.use(link.Token, ""))
		_, err = w.service.ResetFactors(t.Context(), operator, "st-2")
		require.Equal(t, fault.SecondHelper, code(err), "also once the link was used")
		left, _ := w.factors(t, "ac-3")
		require.Equal(t, 2, left)
		_, err = w.service.ResetFactors(t.Context(), second, "st-2")
		require.NoError(t, err)
		_, _, err = w.service.Recover(t.Context(), second, "st-2")
		require.Equal(t, fault.SecondHelper, code(err), "nor the other way round")
		_, _, err = w.service.Recover(t.Context(), operator, "st-2")
		require.NoError(t, err)

		_, err = w.service.RecoverCustomer(t.Context(), operator, "cu-1")
		require.NoError(t, err)
		require.Equal(t, fault.SecondHelper, code(w.service.ResetCustomerFactors(t.Context(), operator, "cu-1")))
		require.NoError(t, w.service.ResetCustomerFactors(t.Context(), second, "cu-1"))
		_, err = w.service.RecoverCustomer(t.Context(), second, "cu-1")
		require.Equal(t, fault.SecondHelper, code(err))

		w.after(7 * 24 * time.Hour)
		_, err = w.service.ResetFactors(t.Context(), operator, "st-2")
		require.NoError(t, err, "a week later it is another matter")
		_, err = w.service.ResetFactors(t.Context(), identity.Console, "st-2")
		require.NoError(t, err)
	})
}

// Both at once, of one operator: one of them comes too late.
func TestAttack16_OneHelperTwiceAtOnce(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		withFactors(t, w)
		var done atomic.Int64
		var group sync.WaitGroup
		for range 4 {
			group.Go(func() {
				if _, _, err := w.process().Recover(t.Context(), operator, "st-2"); err == nil {
					done.Or(1)
				}
			})
			group.Go(func() {
				if _, err := w.process().ResetFactors(t.Context(), operator, "st-2"); err == nil {
					done.Or(2)
				}
			})
		}
		group.Wait()
		require.Contains(t, []int64{1, 2}, done.Load())
	})
}
