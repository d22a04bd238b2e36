package factors_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"image/png"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"aftersales/fault"
	"aftersales/identity"
	"aftersales/models"
)

func TestAnAppIsSetUpByShowingItsCode(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		kim := w.person(w.in("kim").Token)
		begun, err := w.second.BeginTOTP(ctx, kim, "  My phone ")
		require.NoError(t, err)
		uri, err := url.Parse(begun.URI)
		require.NoError(t, err)
		require.Equal(t, "otpauth", uri.Scheme)
		require.Equal(t, "/Aftersales:kim", uri.Path)
		require.Equal(t, begun.Secret, uri.Query().Get("secret"))
		drawn, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(begun.QR, "data:image/png;base64,"))
		require.NoError(t, err)
		_, err = png.Decode(bytes.NewReader(drawn))
		require.NoError(t, err)

		_, err = w.second.FinishTOTP(ctx, kim, begun.Ticket, "000000")
		require.Equal(t, fault.FactorRefused, code(err))
		require.NotNil(t, w.in("kim").Token, "nothing is set up by a wrong code")
		require.Nil(t, w.in("kim").Next)

		added, err := w.second.FinishTOTP(ctx, kim, begun.Ticket, w.shows(begun.Secret))
		require.NoError(t, err)
		require.Equal(t, "My phone", added.Factor.Label)
		require.Len(t, added.Codes, 10)
		_, err = w.second.FinishTOTP(ctx, kim, begun.Ticket, w.shows(begun.Secret))
		require.Equal(t, fault.TicketOver, code(err), "once")

		var rows []models.Factor
		require.NoError(t, w.DB.Find(&rows).Error)
		require.Len(t, rows, 1)
		require.True(t, rows[0].Secret.IsSealed())
		require.Equal(t, kim.KeyRef, rows[0].Secret.Ref(), "under the person's own keyset")
		account, err := w.Account(ctx, kim.AccountID)
		require.NoError(t, err)
		require.NotNil(t, account.SecondFactorAt)
		all, err := w.second.List(ctx, kim)
		require.NoError(t, err)
		require.Equal(t, 10, all.CodesLeft)
		require.Len(t, all.Factors, 1)
		_, second := w.app(kim)
		require.Empty(t, second.Codes, "a second factor makes no new codes")
	})
}

func TestSignInInTwoSteps(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		secret, _ := w.app(w.person(w.in("kim").Token))
		first := w.in("kim")
		require.Empty(t, first.Token, "the password alone gives no session")
		require.Empty(t, first.Person.ID)
		require.Equal(t, []string{"totp", "recovery_code"}, first.Next.Methods)
		signed, err := w.ends(first.Next.Ticket, identity.Proof{Code: w.shows(secret)})
		require.NoError(t, err)
		require.Equal(t, identity.AssuredTwoFactor, w.person(signed.Token).Assurance)
		_, err = w.ends(first.Next.Ticket, identity.Proof{Code: w.shows(secret)})
		require.Equal(t, fault.TicketOver, code(err))

		late := w.in("kim")
		w.after(5 * time.Minute)
		_, err = w.ends(late.Next.Ticket, identity.Proof{Code: w.shows(secret)})
		require.Equal(t, fault.TicketOver, code(err))
		_, err = w.ends(first.Next.Ticket[:20], identity.Proof{Code: w.shows(secret)})
		require.Equal(t, fault.TicketOver, code(err))
		_, err = w.ends(w.in("kim").Next.Ticket, identity.Proof{Password: password})
		require.Equal(t, fault.FactorRefused, code(err), "the first factor is not the second")
	})
}

// Staff that was let go between the two steps gets no session.
func TestWhoMayNoLongerSignInGetsNoSecondStep(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		secret, _ := w.app(w.person(w.in("agent").Token))
		first := w.in("agent")
		require.NoError(t, w.DB.Model(&models.Staff{}).Where("id = ?", "agent").Update("status", models.StaffInactive).Error)
		_, err := w.ends(first.Next.Ticket, identity.Proof{Code: w.shows(secret)})
		require.Equal(t, fault.FactorRefused, code(err))
	})
}

func TestAttack16_OneTimeCodeReplayed(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		secret, _ := w.app(w.person(w.in("kim").Token))
		shown := w.shows(secret)
		signed, err := w.ends(w.in("kim").Next.Ticket, identity.Proof{Code: shown})
		require.NoError(t, err)
		_, err = w.ends(w.in("kim").Next.Ticket, identity.Proof{Code: shown})
		require.Equal(t, fault.FactorRefused, code(err), "not for another sign-in")
		up, err := w.people.BeginStepUp(t.Context(), w.person(signed.Token), action)
		require.NoError(t, err)
		_, err = w.people.ProveStepUp(t.Context(), w.person(signed.Token), up.Ticket, identity.Proof{Code: shown})
		require.Equal(t, fault.FactorRefused, code(err), "nor for a step-up")

		w.after(30 * time.Second)
		before := w.shows(secret)
		w.after(30 * time.Second)
		_, err = w.ends(w.in("kim").Next.Ticket, identity.Proof{Code: w.shows(secret)})
		require.NoError(t, err)
		_, err = w.ends(w.in("kim").Next.Ticket, identity.Proof{Code: before})
		require.Equal(t, fault.FactorRefused, code(err), "an older code than the last is over, too")
	})
}

func TestAttack16_OneTimeCodeUsedManyTimesAtOnce(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		secret, _ := w.app(w.person(w.in("kim").Token))
		shown := w.shows(secret)
		tickets := make([]string, 6)
		for i := range tickets {
			tickets[i] = w.in("kim").Next.Ticket
		}
		var won atomic.Int32
		var all sync.WaitGroup
		for _, ticket := range tickets {
			all.Go(func() {
				if _, err := w.ends(ticket, identity.Proof{Code: shown}); err == nil {
					won.Add(1)
				}
			})
		}
		all.Wait()
		require.EqualValues(t, 1, won.Load())
	})
}

func TestAttack16_LateAndEarlyCodes(t *testing.T) {
	w := onSQLite(t)
	secret, _ := w.app(w.person(w.in("kim").Token))
	w.after(10 * time.Minute)
	for off, accepted := range map[time.Duration]bool{-60 * time.Second: false, 60 * time.Second: false, -30 * time.Second: true} {
		shown := w.shows(secret)
		w.after(-off)
		_, err := w.ends(w.in("kim").Next.Ticket, identity.Proof{Code: shown})
		require.Equal(t, accepted, err == nil, "%s off: %v", off, err)
		w.after(10 * time.Minute)
	}
}

func TestAttack16_OneTimeCodeGuessed(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		secret, _ := w.app(w.person(w.in("kim").Token))
		guess := func(ticket string) fault.Code {
			_, err := w.ends(ticket, identity.Proof{Code: "000000"})
			return code(err)
		}
		ticket := w.in("kim").Next.Ticket
		for range 5 {
			require.Equal(t, fault.FactorRefused, guess(ticket))
		}
		_, err := w.ends(ticket, identity.Proof{Code: w.shows(secret)})
		require.Equal(t, fault.TicketOver, code(err), "a ticket allows five tries")

		// The rest of the ten, side by side and over several tickets.
		tickets := []string{w.in("kim").Next.Ticket, w.in("kim").Next.Ticket}
		var refused, limited atomic.Int32
		var all sync.WaitGroup
		for i := range 10 {
			all.Go(func() {
				switch guess(tickets[i%2]) {
				case fault.FactorRefused:
					refused.Add(1)
				case fault.TooManyTries:
					limited.Add(1)
				}
			})
		}
		all.Wait()
		require.EqualValues(t, 5, refused.Load())
		require.EqualValues(t, 5, limited.Load())
		_, err = w.ends(w.in("kim").Next.Ticket, identity.Proof{Code: w.shows(secret)})
		require.Equal(t, fault.TooManyTries, code(err), "even the right one waits")

		// Slowly, all day long: fifty.
		for tries := 10; tries < 50; tries += 5 {
			w.after(15 * time.Minute)
			ticket := w.in("kim").Next.Ticket
			for range 5 {
				require.Contains(t, []fault.Code{fault.FactorRefused, fault.TooManyTries}, guess(ticket))
			}
		}
		w.after(15 * time.Minute)
		_, err = w.ends(w.in("kim").Next.Ticket, identity.Proof{Code: w.shows(secret)})
		require.Equal(t, fault.TooManyTries, code(err))
		w.after(24 * time.Hour)
		_, err = w.ends(w.in("kim").Next.Ticket, identity.Proof{Code: w.shows(secret)})
		require.NoError(t, err)
	})
}

func TestRecoveryCodesWorkOnceEach(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		kim, _, codes := w.withApp()
		for i, shown := range []string{codes[0], strings.ToLower(codes[1]), " " + strings.ReplaceAll(codes[2], "-", " ")} {
			signed, err := w.ends(w.in("kim").Next.Ticket, identity.Proof{RecoveryCode: shown})
			require.NoError(t, err, shown)
			require.Equal(t, identity.AssuredTwoFactor, w.person(signed.Token).Assurance)
			_, err = w.ends(w.in("kim").Next.Ticket, identity.Proof{RecoveryCode: codes[i]})
			require.Equal(t, fault.FactorRefused, code(err))
		}
		all, err := w.second.List(t.Context(), kim)
		require.NoError(t, err)
		require.Equal(t, 7, all.CodesLeft)

		var won atomic.Int32
		var clicks sync.WaitGroup
		tickets := []string{w.in("kim").Next.Ticket, w.in("kim").Next.Ticket, w.in("kim").Next.Ticket, w.in("kim").Next.Ticket}
		for _, ticket := range tickets {
			clicks.Go(func() {
				if _, err := w.ends(ticket, identity.Proof{RecoveryCode: codes[3]}); err == nil {
					won.Add(1)
				}
			})
		}
		clicks.Wait()
		require.EqualValues(t, 1, won.Load(), "also side by side")

		fresh, err := w.second.NewRecoveryCodes(t.Context(), kim)
		require.NoError(t, err)
		_, err = w.ends(w.in("kim").Next.Ticket, identity.Proof{RecoveryCode: codes[4]})
		require.Equal(t, fault.FactorRefused, code(err), "new ones void the old")
		_, err = w.ends(w.in("kim").Next.Ticket, identity.Proof{RecoveryCode: fresh[0]})
		require.NoError(t, err)
		var stored []models.RecoveryCode
		require.NoError(t, w.DB.Find(&stored).Error)
		for _, row := range stored {
			require.Len(t, row.Hash, 32, "only hashes")
		}
		_, err = w.second.NewRecoveryCodes(t.Context(), w.person(w.in("lee").Token))
		require.Equal(t, fault.FactorMissing, code(err))
	})
}

func TestPlatformStaffMustEnrol(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		require.False(t, w.person(w.in("kim").Token).MustEnrol, "customers may")
		signed := w.in("agent")
		require.True(t, signed.Person.MustEnrol)
		agent := w.person(signed.Token)
		require.True(t, agent.MustEnrol)
		elsewhere := w.in("agent")
		_, added := w.app(agent)
		require.NoError(t, w.people.Assure(ctx, agent))
		agent = w.person(signed.Token)
		require.False(t, agent.MustEnrol)
		require.Equal(t, identity.AssuredTwoFactor, agent.Assurance)
		require.True(t, w.person(elsewhere.Token).MustEnrol, "a session that saw no factor stays as it is")

		require.Equal(t, fault.FactorLast, code(w.second.Remove(ctx, agent, added.Factor.ID)))
		_, other := w.app(agent)
		require.NoError(t, w.second.Remove(ctx, agent, added.Factor.ID))
		require.Equal(t, fault.FactorLast, code(w.second.Remove(ctx, agent, other.Factor.ID)))

		require.NoError(t, w.second.Reset(ctx, identity.Person{}, agent.AccountID))
		require.True(t, w.in("agent").Person.MustEnrol, "after a reset they set up a new one")
	})
}

func TestWhoeverMayDoWithoutRemovesTheLast(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		kim, _, _ := w.withApp()
		lee := w.person(w.in("lee").Token)
		all, err := w.second.List(ctx, kim)
		require.NoError(t, err)
		id := all.Factors[0].ID
		require.Equal(t, fault.NotFound, code(w.second.Remove(ctx, lee, id)), "another's factor is not found")
		require.NoError(t, w.second.Remove(ctx, kim, id))
		require.Equal(t, fault.NotFound, code(w.second.Remove(ctx, kim, id)))
		require.NotEmpty(t, w.in("kim").Token, "one step again")
		all, err = w.second.List(ctx, kim)
		require.NoError(t, err)
		require.Empty(t, all.Factors)
		require.Zero(t, all.CodesLeft, "codes without a factor would be a way in of their own")
		account, err := w.Account(ctx, kim.AccountID)
		require.NoError(t, err)
		require.Nil(t, account.SecondFactorAt)
	})
}

func TestEnrolmentsBelongToTheirSession(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		kim, lee, again := w.person(w.in("kim").Token), w.person(w.in("lee").Token), w.person(w.in("kim").Token)
		begun, err := w.second.BeginTOTP(ctx, kim, "")
		require.NoError(t, err)
		for _, other := range []identity.Person{lee, again} {
			_, err = w.second.FinishTOTP(ctx, other, begun.Ticket, w.shows(begun.Secret))
			require.Equal(t, fault.TicketOver, code(err))
		}
		w.after(10 * time.Minute)
		_, err = w.second.FinishTOTP(ctx, kim, begun.Ticket, w.shows(begun.Secret))
		require.Equal(t, fault.TicketOver, code(err))
	})
}

func TestFactorsAreLimited(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		kim := w.person(w.in("kim").Token)
		pending, err := w.second.BeginTOTP(t.Context(), kim, "")
		require.NoError(t, err)
		for range 10 {
			w.app(kim)
		}
		_, err = w.second.BeginTOTP(t.Context(), kim, "")
		require.Equal(t, fault.FactorLimit, code(err))
		_, err = w.second.FinishTOTP(t.Context(), kim, pending.Ticket, w.shows(pending.Secret))
		require.Equal(t, fault.FactorLimit, code(err), "nor one that was begun before")
	})
}

func TestEveryUseAndChangeIsRecorded(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		kim, secret, codes := w.withApp()
		_, err := w.ends(w.in("kim").Next.Ticket, identity.Proof{Code: "000000"})
		require.Error(t, err)
		_, err = w.ends(w.in("kim").Next.Ticket, identity.Proof{RecoveryCode: codes[0]})
		require.NoError(t, err)
		up, err := w.people.BeginStepUp(ctx, kim, action)
		require.NoError(t, err)
		_, err = w.people.ProveStepUp(ctx, kim, up.Ticket, identity.Proof{Code: w.shows(secret)})
		require.NoError(t, err)
		_, err = w.second.NewRecoveryCodes(ctx, kim)
		require.NoError(t, err)
		all, err := w.second.List(ctx, kim)
		require.NoError(t, err)
		require.NoError(t, w.second.Remove(ctx, kim, all.Factors[0].ID))
		require.NoError(t, w.second.Reset(ctx, identity.Person{Role: "operator", ID: "op"}, kim.AccountID))
		require.Equal(t, []string{
			"factor.added done", "factor.use done", "factor.use refused factor_refused", "factor.use done", "factor.use done",
			"factor.codes.renewed done", "factor.removed done", "factor.reset done",
		}, w.told())
		w.trail = slices.DeleteFunc(w.trail, func(e models.AuditEvent) bool { return strings.HasPrefix(e.Action, "sign_in.") })
		for _, event := range w.trail[:6] {
			require.Equal(t, "customer", event.ActorKind)
			require.Equal(t, "kim", event.ActorID)
			for _, value := range event.Detail {
				require.NotContains(t, value, secret)
			}
		}
		require.Equal(t, map[string]string{"method": "totp", "for": "step_up"}, w.trail[4].Detail)
	})
}

// Whatever is wrong with a proof, whoever brought it learns nothing more.
func TestRefusedProofsLookAlike(t *testing.T) {
	w := onSQLite(t)
	kim, _, codes := w.withApp()
	_, err := w.ends(w.in("kim").Next.Ticket, identity.Proof{RecoveryCode: codes[0]})
	require.NoError(t, err)
	for _, proof := range []identity.Proof{
		{}, {Code: "000000"}, {Code: "x"}, {RecoveryCode: codes[0]}, {RecoveryCode: "nonsense"}, {Passkey: []byte(`{}`)}, {Passkey: []byte("{")},
		{Code: "000000", RecoveryCode: codes[1]},
	} {
		_, err := w.second.Prove(context.Background(), kim.AccountID, proof, "")
		require.Equal(t, fault.FactorRefused, code(err), "%+v", proof)
		require.Empty(t, fault.As(err).Details)
	}
}
