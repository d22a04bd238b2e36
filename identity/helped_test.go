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

// Every helper of the last days counts, not only the last: who made and used a link takes no factor away because somebody else made
// another link since.
func TestAttack16_ALaterHelperHidesNobody(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		withFactors(t, w)
		_, link, err := w.service.Recover(t.Context(), operator, "st-2")
		require.NoError(t, err)
		require.NoError(t, w.use(link.Token, ""))
		_, _, err = w.service.Recover(t.Context(), second, "st-2")
		require.NoError(t, err)
		_, err = w.service.ResetFactors(t.Context(), operator, "st-2")
		require.Equal(t, fault.SecondHelper, code(err))
		left, _ := w.factors(t, "ac-3")
		require.Equal(t, 2, left)
	})
}

// Whom one operator made an operator is no second person beside them for a week, nor are two whom the same one made beside each other.
func TestAttack16_OneOperatorMakesNoSecondPerson(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		withFactors(t, w)
		require.NoError(t, w.DB.Delete(&models.Staff{}, "id = 'st-4'").Error)
		made, err := w.service.Change(t.Context(), operator, "st-2", identity.Rights{Role: ptr("operator"), TeamID: ptr("")})
		require.NoError(t, err, "the first operator makes the second one")
		require.Equal(t, "operator", made.Role)
		puppet := identity.Person{Kind: "staff", ID: "st-2", Role: "operator"}
		_, err = w.service.RecoverCustomer(t.Context(), operator, "cu-1")
		require.NoError(t, err)
		require.Equal(t, fault.SecondHelper, code(w.service.ResetCustomerFactors(t.Context(), puppet, "cu-1")))

		_, _, err = w.service.Invite(t.Context(), operator, "k", identity.Invitee{Role: "agent", Name: "Third"})
		require.NoError(t, err)
		invited, _, err := w.service.Invite(t.Context(), operator, "k", identity.Invitee{Role: "agent", Name: "Third"})
		require.NoError(t, err)
		since := w.now().Add(-identity.DefaultHands)
		for id, want := range map[string][]string{"st-2": {"st-3", invited.ID}, "st-3": {"st-2", invited.ID}, invited.ID: {"st-2", "st-3"}, "st-1": nil} {
			same, err := w.NotOther(t.Context(), id, since)
			require.NoError(t, err)
			require.ElementsMatch(t, want, same, id)
		}

		w.after(6 * 24 * time.Hour)
		_, err = w.service.RecoverCustomer(t.Context(), operator, "cu-1")
		require.NoError(t, err)
		w.after(24*time.Hour + time.Second)
		require.NoError(t, w.service.ResetCustomerFactors(t.Context(), puppet, "cu-1"), "a week after they were made they are somebody else")
	})
}

// It takes two operators who are two people to make another one; alone only the first one may.
func TestAttack16_OperatorsAreMadeByTwo(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		withFactors(t, w)
		raise := func(by identity.Person) error {
			_, err := w.service.Change(t.Context(), by, "st-2", identity.Rights{Role: ptr("operator"), TeamID: ptr("")})
			return err
		}
		role := func() string {
			row, err := w.Staff(t.Context(), "st-2")
			require.NoError(t, err)
			return row.Role
		}
		_, _, err := w.service.Invite(t.Context(), operator, "k", identity.Invitee{Role: "operator", Name: "Sock"})
		require.Equal(t, fault.OperatorByTwo, code(err))
		w.trail.actions()
		for range 2 {
			require.Equal(t, fault.OperatorByTwo, code(raise(operator)), "one alone, however often")
			require.Equal(t, "agent", role())
		}
		require.Equal(t, []string{"operator account.operator.wish staff done", "operator account.operator.wish staff done"}, w.trail.actions())

		require.NoError(t, w.PutHand(t.Context(), models.Hand{PersonKind: "staff", PersonID: "st-4", ByID: "st-3", Kind: models.HandMade, At: w.now()}))
		require.Equal(t, fault.OperatorByTwo, code(raise(second)), "whom the first one made is no second one")
		w.after(7*24*time.Hour + time.Second)
		require.Equal(t, fault.OperatorByTwo, code(raise(second)), "an old wish is none")
		require.NoError(t, raise(operator))
		require.Equal(t, "operator", role())
	})
}
