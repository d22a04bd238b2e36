package identity_test

import (
	"context"
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

const fresh = "a fresh quilted lantern"

// use uses a link to join with a login, or to recover.
func (w *world) use(token, login string) error {
	_, err := w.service.Accept(context.Background(), identity.Acceptance{Token: token, Login: login, Password: fresh, From: at("198.51.100.9")})
	return err
}

func (w *world) invite(t *testing.T, key string, in identity.Invitee) (identity.Colleague, string) {
	t.Helper()
	colleague, link, err := w.service.Invite(t.Context(), operator, key, in)
	require.NoError(t, err)
	require.Equal(t, models.InviteJoin, link.Purpose)
	return colleague, link.Token
}

func TestWhoIsInvitedJoins(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		colleague, token := w.invite(t, "k", identity.Invitee{Role: "supervisor", TeamID: "team-1", Name: "王芳", Limit: 700})
		require.Equal(t, "invited", colleague.Status)
		require.Empty(t, colleague.Login)
		opened, err := w.service.OpenLink(t.Context(), token, at("x"))
		require.NoError(t, err)
		require.Equal(t, identity.Opened{Purpose: "join", Role: "supervisor", ExpiresAt: w.now().Add(7 * 24 * time.Hour)}, opened)

		for _, login := range []string{"", "ab", "no spaces", "-x-", strings.Repeat("x", 65), "王芳"} {
			require.Equal(t, fault.LoginMalformed, code(w.use(token, login)), login)
		}
		require.Equal(t, fault.LoginTaken, code(w.use(token, "ALICE")), "and the link still works")
		_, err = w.service.Accept(t.Context(), identity.Acceptance{Token: token, Login: "wang.fang", Password: "password1", From: at("x")})
		require.Equal(t, fault.PasswordCommon, code(err))
		require.NoError(t, w.use(token, " Wang.Fang "))

		signed, err := w.in("wang.fang", fresh)
		require.NoError(t, err)
		require.Equal(t, "supervisor", signed.Person.Role)
		require.Equal(t, "team-1", signed.Person.TeamID)
		require.EqualValues(t, 700, signed.Person.Limit)
		colleague, err = w.service.Colleague(t.Context(), operator, colleague.ID)
		require.NoError(t, err)
		require.Equal(t, "active", colleague.Status)
		require.Equal(t, "wang.fang", colleague.Login)
		require.Equal(t, "王芳", colleague.Name)
		require.Equal(t, []string{"operator account.invite staff done", "staff account.join account done", "supervisor sign_in.password account done"}, w.trail.actions())

		var links []models.Invitation
		require.NoError(t, w.DB.Find(&links).Error)
		require.Empty(t, links)
	})
}

// Invite and reset links that live for ever or work twice.
func TestAttack06_LinksEndAndWorkOnce(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		refused := func(token, why string) {
			t.Helper()
			w.after(time.Hour) // the limit of tries of an address is another test's
			_, err := w.service.OpenLink(t.Context(), token, at("x"))
			require.Equal(t, fault.LinkInvalid, code(err), why)
			require.Equal(t, fault.LinkInvalid, code(w.use(token, "somebody")), why)
		}
		in := identity.Invitee{Role: "editor", Name: "Li"}
		colleague, token := w.invite(t, "used", in)
		require.NoError(t, w.use(token, "li.si"))
		refused(token, "used")

		_, token = w.invite(t, "late", in)
		w.after(7*24*time.Hour - time.Microsecond)
		_, err := w.service.OpenLink(t.Context(), token, at("x"))
		require.NoError(t, err)
		w.after(time.Microsecond)
		refused(token, "too late")

		colleague, token = w.invite(t, "again", in)
		_, again, err := w.service.InviteAgain(t.Context(), operator, colleague.ID)
		require.NoError(t, err)
		refused(token, "replaced")
		_, err = w.service.Deactivate(t.Context(), operator, colleague.ID)
		require.NoError(t, err)
		refused(again.Token, "whose holder was let go")

		_, link, err := w.service.Recover(t.Context(), operator, "st-2")
		require.NoError(t, err)
		require.Equal(t, w.now().Add(time.Hour), link.ExpiresAt)
		require.NoError(t, w.use(link.Token, ""))
		refused(link.Token, "a recovery used")
		_, link, err = w.service.Recover(t.Context(), operator, "st-2")
		require.NoError(t, err)
		w.after(time.Hour)
		refused(link.Token, "a recovery too late")
		for _, token := range []string{"", "x", strings.Repeat("A", 43), again.Token + "A"} {
			refused(token, "never made")
		}
		for _, stored := range []string{token, again.Token, link.Token} {
			var rows int64
			require.NoError(t, w.DB.Model(&models.Invitation{}).Where("token_hash = ? OR id = ?", []byte(stored), stored).Count(&rows).Error)
			require.Zero(t, rows, "the token itself must not be stored")
		}
		n, err := w.SweepInvitations(t.Context(), w.now())
		require.NoError(t, err)
		require.EqualValues(t, 2, n)
	})
}

func TestAttack06_ALinkWorksOnceAlsoForManyAtOnce(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		_, token := w.invite(t, "k", identity.Invitee{Role: "agent", Name: "Li"})
		var taken, refused atomic.Int64
		var all sync.WaitGroup
		for i := range 6 {
			all.Go(func() {
				switch err := w.use(token, string(rune('a'+i))+"-racer"); code(err) {
				case "":
					taken.Add(1)
				case fault.LinkInvalid:
					refused.Add(1)
				}
			})
		}
		all.Wait()
		require.EqualValues(t, 1, taken.Load())
		require.EqualValues(t, 5, refused.Load())
	})
}

// Predictable tokens.
func TestAttack05_TokensCannotBePredicted(t *testing.T) {
	w := newWorld(t)
	first, err := w.in("agent", right)
	require.NoError(t, err)
	second, err := w.in("agent", right)
	require.NoError(t, err)
	_, link := w.invite(t, "k", identity.Invitee{Role: "agent", Name: "Li"})
	_, next := w.invite(t, "k2", identity.Invitee{Role: "agent", Name: "Li"})
	same := func(a, b string) (n int) {
		for i := range a {
			if a[i] == b[i] {
				n++
			}
		}
		return n
	}
	for _, pair := range [][2]string{{first.Token, second.Token}, {link, next}, {first.Token, link}} {
		require.Len(t, pair[0], 43)
		require.Less(t, same(pair[0], pair[1]), 12, "256 bits by chance are equal in one place of 64")
	}
	for _, token := range []string{first.Person.SessionID, link, "st-2", "ac-3"} {
		_, err := w.service.Authenticate(t.Context(), token)
		require.Equal(t, fault.SignInRequired, code(err), "what is shown, or is for something else, is no token")
	}
	_, err = w.service.OpenLink(t.Context(), first.Token, at("x"))
	require.Equal(t, fault.LinkInvalid, code(err))
}

// A reset that drops the second factor.
func TestAttack16_ARecoveryKeepsTheSecondFactor(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		stolen, err := w.in("agent", right)
		require.NoError(t, err)
		since := w.now()
		require.NoError(t, w.DB.Model(&models.Account{}).Where("id = ?", "ac-3").Update("second_factor_at", since).Error)
		_, link, err := w.service.Recover(t.Context(), operator, "st-2")
		require.NoError(t, err)
		_, err = w.authenticate(stolen.Token)
		require.NoError(t, err, "a link that was only made changes nothing")

		sessions := func() (n int64) {
			require.NoError(t, w.DB.Model(&models.Session{}).Count(&n).Error)
			return n
		}
		require.NoError(t, w.use(link.Token, ""))
		require.Zero(t, sessions(), "all sessions end, and a recovery begins none: the second factor is asked for as ever")
		require.Equal(t, []string{stolen.Person.SessionID}, w.ended.take())
		account, err := w.Account(t.Context(), "ac-3")
		require.NoError(t, err)
		require.Equal(t, &since, account.SecondFactorAt)
		_, err = w.in("agent", right)
		require.Equal(t, fault.SignInFailed, code(err))
	})
}

func TestCustomersAreLetBackInByOperators(t *testing.T) {
	w := newWorld(t)
	link, err := w.service.RecoverCustomer(t.Context(), operator, "cu-1")
	require.NoError(t, err)
	opened, err := w.service.OpenLink(t.Context(), link.Token, at("x"))
	require.NoError(t, err)
	require.Equal(t, "customer", opened.Role)
	require.NoError(t, w.use(link.Token, "ignored"))
	_, err = w.in("alice", fresh)
	require.NoError(t, err)
	_, err = w.service.RecoverCustomer(t.Context(), operator, "cu-9")
	require.Equal(t, fault.NotFound, code(err))
}

func TestWrongLinksAreLimitedPerAddress(t *testing.T) {
	w := newWorld(t)
	for range 5 {
		_, err := w.service.OpenLink(t.Context(), "wrong", at("203.0.113.66"))
		require.Equal(t, fault.LinkInvalid, code(err))
	}
	_, token := w.invite(t, "k", identity.Invitee{Role: "agent", Name: "Li"})
	_, err := w.service.OpenLink(t.Context(), token, at("203.0.113.66"))
	require.Equal(t, fault.TooManyTries, code(err))
	_, err = w.service.OpenLink(t.Context(), token, at("203.0.113.67"))
	require.NoError(t, err)
}

// Somebody may join by another proof than a password; then no password leads in.
func TestJoiningWithoutAPassword(t *testing.T) {
	w := newWorld(t)
	_, token := w.invite(t, "k", identity.Invitee{Role: "agent", Name: "Li"})
	var proven string
	account, err := w.service.Accept(t.Context(), identity.Acceptance{Token: token, Login: "li.si", From: at("x"),
		Prove: func(_ context.Context, _ *models.Store, accountID string) error { proven = accountID; return nil }})
	require.NoError(t, err)
	require.Equal(t, account, proven)
	for _, password := range []string{"", right} {
		_, err = w.in("li.si", password)
		require.Equal(t, fault.SignInFailed, code(err))
	}
	signed, err := w.service.Begin(t.Context(), account, identity.How{Method: "oidc:corp/totp", Assurance: identity.AssuredTwoFactor, From: at("x")})
	require.NoError(t, err)
	person, err := w.authenticate(signed.Token)
	require.NoError(t, err)
	require.Equal(t, identity.AssuredTwoFactor, person.Assurance)
}
