package factors_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
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

// action is a decision on money, as somebody is about to send it.
var (
	content = []byte(`{"approval_id":"ap-1","hash":"h","approve":true}`)
	action  = identity.Action{Method: "POST", Path: "/v1/cases/c-1/decide", BodyHash: sum(content)}
)

func sum(content []byte) string {
	of := sha256.Sum256(content)
	return hex.EncodeToString(of[:])
}

// stepUp proves a fresh factor for an action and returns the token.
func (w *world) stepUp(person identity.Person, action identity.Action, secret string) string {
	w.t.Helper()
	up, err := w.people.BeginStepUp(context.Background(), person, action)
	require.NoError(w.t, err)
	fresh, err := w.people.ProveStepUp(context.Background(), person, up.Ticket, identity.Proof{Code: w.shows(secret)})
	require.NoError(w.t, err)
	w.after(30 * time.Second)
	return fresh.Token
}

func TestActionHash(t *testing.T) {
	require.Equal(t, action.Hash(), identity.ActionHash("POST", "/v1/cases/c-1/decide", content))
	seen := map[string]bool{}
	for _, request := range [][3]string{
		{"POST", "/v1/a", "{}"}, {"PUT", "/v1/a", "{}"}, {"POST", "/v1/b", "{}"}, {"POST", "/v1/a?x=1", "{}"}, {"POST", "/v1/a", "{ }"}, {"POST", "/v1/a", ""},
		{"POST", "/v1/a\n", "{}"},
	} {
		seen[identity.ActionHash(request[0], request[1], []byte(request[2]))] = true
	}
	require.Len(t, seen, 7)
}

func TestAttack16_StepUpReusedForAnotherAction(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		kim, secret, codes := w.withApp()
		signed, err := w.ends(w.in("kim").Next.Ticket, identity.Proof{RecoveryCode: codes[0]})
		require.NoError(t, err)
		elsewhere := w.person(signed.Token)
		lee := w.person(w.in("lee").Token)
		spend := func(person identity.Person, token string, action identity.Action, key string) fault.Code {
			return code(w.people.SpendStepUp(ctx, person, token, action.Hash(), key))
		}

		token := w.stepUp(kim, action, secret)
		for name, other := range map[string]identity.Action{
			"another amount": {Method: action.Method, Path: action.Path, BodyHash: sum([]byte(`{"approve":true,"amount":9}`))},
			"another case":   {Method: action.Method, Path: "/v1/cases/c-2/decide", BodyHash: action.BodyHash},
			"another method": {Method: "PUT", Path: action.Path, BodyHash: action.BodyHash},
		} {
			require.Equal(t, fault.StepUpRequired, spend(kim, token, other, "k"), name)
		}
		require.Equal(t, fault.StepUpRequired, spend(elsewhere, token, action, "k"), "another session")
		require.Equal(t, fault.StepUpRequired, spend(lee, token, action, "k"), "another person")
		require.Equal(t, fault.StepUpRequired, spend(kim, "", action, "k"))
		require.Equal(t, fault.StepUpRequired, spend(kim, strings.Repeat("A", 43), action, "k"))

		require.Empty(t, spend(kim, token, action, "k"))
		require.Empty(t, spend(kim, token, action, "k"), "the same request under the same key")
		require.Empty(t, spend(kim, "", action, "k"))
		require.Equal(t, fault.StepUpRequired, spend(kim, token, action, "k2"), "once")
		require.Equal(t, fault.StepUpRequired, spend(kim, token, action, ""), "without a key, too")
		require.Equal(t, fault.StepUpRequired, spend(lee, token, action, "k"), "keys are their owner's")

		once := w.stepUp(kim, action, secret)
		require.Empty(t, spend(kim, once, action, ""))
		require.Equal(t, fault.StepUpRequired, spend(kim, once, action, ""), "a request without a key passes once")

		late := w.stepUp(kim, action, secret)
		w.after(5 * time.Minute)
		require.Equal(t, fault.StepUpRequired, spend(kim, late, action, "k3"), "fresh means five minutes")
		w.after(time.Hour)
		require.Empty(t, spend(kim, "", action, "k"), "what was spent in time stays that request's")
	})
}

func TestAttack16_StepUpSpentByTwoAtOnce(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		kim, secret, _ := w.withApp()
		token := w.stepUp(kim, action, secret)
		var passed atomic.Int32
		var all sync.WaitGroup
		for i := range 8 {
			all.Go(func() {
				if w.people.SpendStepUp(context.Background(), kim, token, action.Hash(), string(rune('a'+i))) == nil {
					passed.Add(1)
				}
			})
		}
		all.Wait()
		require.EqualValues(t, 1, passed.Load())
	})
}

func TestStepUpTicketsBelongToTheirSession(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		kim, secret, codes := w.withApp()
		signed, err := w.ends(w.in("kim").Next.Ticket, identity.Proof{RecoveryCode: codes[0]})
		require.NoError(t, err)
		up, err := w.people.BeginStepUp(ctx, kim, action)
		require.NoError(t, err)
		_, err = w.people.ProveStepUp(ctx, w.person(signed.Token), up.Ticket, identity.Proof{Code: w.shows(secret)})
		require.Equal(t, fault.TicketOver, code(err))
		_, err = w.ends(up.Ticket, identity.Proof{Code: w.shows(secret)})
		require.Equal(t, fault.TicketOver, code(err), "a step-up's ticket signs nobody in")
		_, err = w.people.ProveStepUp(ctx, kim, w.in("kim").Next.Ticket, identity.Proof{Code: w.shows(secret)})
		require.Equal(t, fault.TicketOver, code(err), "nor is a sign-in's ticket a step-up's")
		w.after(5 * time.Minute)
		_, err = w.people.ProveStepUp(ctx, kim, up.Ticket, identity.Proof{Code: w.shows(secret)})
		require.Equal(t, fault.TicketOver, code(err))
	})
}

// Those who have no second factor say their password again; those who have one cannot do with the password.
func TestStepUpByPassword(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		kim := w.person(w.in("kim").Token)
		up, err := w.people.BeginStepUp(ctx, kim, action)
		require.NoError(t, err)
		require.Equal(t, []string{"password"}, up.Methods)
		_, err = w.people.ProveStepUp(ctx, kim, up.Ticket, identity.Proof{Password: "wrong password"})
		require.Equal(t, fault.FactorRefused, code(err))
		_, err = w.people.ProveStepUp(ctx, kim, up.Ticket, identity.Proof{Code: "000000"})
		require.Equal(t, fault.FactorRefused, code(err))
		fresh, err := w.people.ProveStepUp(ctx, kim, up.Ticket, identity.Proof{Password: password})
		require.NoError(t, err)
		require.NoError(t, w.people.SpendStepUp(ctx, kim, fresh.Token, action.Hash(), ""))

		w.app(kim)
		up, err = w.people.BeginStepUp(ctx, kim, action)
		require.NoError(t, err)
		require.NotContains(t, up.Methods, "password")
		_, err = w.people.ProveStepUp(ctx, kim, up.Ticket, identity.Proof{Password: password})
		require.Equal(t, fault.FactorRefused, code(err))
		_, err = w.people.BeginStepUp(ctx, kim, identity.Action{Method: "POST", Path: "/", BodyHash: "short"})
		require.Equal(t, fault.BadRequest, code(err))
	})
}

// Whoever took over a session that was left open has a few guesses at the password, too.
func TestPasswordsAreNotGuessedInStepUps(t *testing.T) {
	w := onSQLite(t)
	kim := w.person(w.in("kim").Token)
	limited := false
	for range 3 {
		up, err := w.people.BeginStepUp(t.Context(), kim, action)
		require.NoError(t, err)
		for range 5 {
			_, err := w.people.ProveStepUp(t.Context(), kim, up.Ticket, identity.Proof{Password: "wrong password"})
			limited = limited || code(err) == fault.TooManyTries
		}
	}
	require.True(t, limited)
}

// Customers whom the shop hands over, and staff whom the company's own service lets in, have neither a password here nor, at
// first, a second factor. Coming in anew is their fresh proof: else they could not be erased, nor set a factor up.
func TestStepUpOfThoseWhomOthersBring(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		_, err := w.CreateCustomer(ctx, models.NewCustomer{ID: "mia", Name: "mia", Lang: "en", Level: "good", CreatedAt: w.now()})
		require.NoError(t, err)
		require.NoError(t, w.CreateAccount(ctx, models.Account{ID: "ac-mia", Login: "shop:mia", PersonKind: "customer", PersonID: "mia", CreatedAt: w.now()}))
		come := func() identity.Person {
			signed, err := w.people.Begin(ctx, "ac-mia", identity.How{Method: "handover", Assurance: identity.AssuredPassword, From: here})
			require.NoError(t, err)
			return w.person(signed.Token)
		}
		prove := func(person identity.Person, proof identity.Proof) (identity.StepUpToken, error) {
			up, err := w.people.BeginStepUp(ctx, person, action)
			require.NoError(t, err)
			require.Equal(t, []string{"sign_in"}, up.Methods)
			return w.people.ProveStepUp(ctx, person, up.Ticket, proof)
		}
		mia := come()
		for _, wrong := range []identity.Proof{{Password: password}, {Code: "000000"}, {SignIn: true, Password: "x"}, {SignIn: true, Code: "000000"}} {
			_, err = prove(mia, wrong)
			require.Equal(t, fault.FactorRefused, code(err))
		}
		fresh, err := prove(mia, identity.Proof{SignIn: true})
		require.NoError(t, err)
		require.NoError(t, w.people.SpendStepUp(ctx, mia, fresh.Token, action.Hash(), ""))
		_, err = prove(mia, identity.Proof{SignIn: true})
		require.Equal(t, fault.FactorRefused, code(err), "once: who needs another comes in anew")

		late := come()
		w.after(5 * time.Minute)
		_, err = prove(late, identity.Proof{SignIn: true})
		require.Equal(t, fault.FactorRefused, code(err), "fresh means five minutes")

		// Whoever has something better uses that.
		kim := w.person(w.in("kim").Token)
		up, err := w.people.BeginStepUp(ctx, kim, action)
		require.NoError(t, err)
		_, err = w.people.ProveStepUp(ctx, kim, up.Ticket, identity.Proof{SignIn: true})
		require.Equal(t, fault.FactorRefused, code(err))
		again := come()
		up, err = w.people.BeginStepUp(ctx, again, action)
		require.NoError(t, err)
		w.app(again)
		_, err = w.people.ProveStepUp(ctx, again, up.Ticket, identity.Proof{SignIn: true})
		require.Equal(t, fault.FactorRefused, code(err))
	})
}

// A password that is changed takes along what was begun with the old one.
func TestASignInThatWasBegunEndsWithThePassword(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		kim, secret, _ := w.withApp()
		begun := w.in("kim").Next.Ticket
		require.NoError(t, w.people.ChangePassword(t.Context(), kim, password, "a quiet harbour at night"))
		_, err := w.ends(begun, identity.Proof{Code: w.shows(secret)})
		require.Equal(t, fault.TicketOver, code(err))
	})
}
