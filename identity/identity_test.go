package identity_test

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"aftersales/fault"
	"aftersales/identity"
	"aftersales/models"
)

func TestSignInTellsWhoSomebodyIs(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		for login, want := range map[string]identity.Person{
			" aLiCe ": {AccountID: "ac-1", Kind: "customer", ID: "cu-1", Role: "customer", Lang: "en"},
			"clerk":   {AccountID: "ac-2", Kind: "staff", ID: "st-1", Role: "merchant", MerchantID: "shop-1", Owner: true},
			"agent":   {AccountID: "ac-3", Kind: "staff", ID: "st-2", Role: "agent", TeamID: "team-1", Limit: 50000},
		} {
			signed, err := w.in(login, right)
			require.NoError(t, err)
			require.Len(t, signed.Token, 43)
			require.Len(t, signed.Person.KeyRef, 26)
			require.NotEmpty(t, signed.Person.SessionID)
			want.KeyRef, want.SessionID, want.Assurance = signed.Person.KeyRef, signed.Person.SessionID, identity.AssuredPassword
			require.Equal(t, want, signed.Person)
			got, err := w.service.Authenticate(context.Background(), signed.Token)
			require.NoError(t, err)
			require.Equal(t, want, got)
			var rows []models.Session
			require.NoError(t, w.DB.Find(&rows).Error)
			for _, row := range rows {
				require.NotContains(t, string(row.TokenHash), signed.Token, "the token itself must not be stored")
				require.NotEqual(t, row.ID, signed.Token)
			}
		}
	})
}

func TestEveryRefusedSignInLooksAlike(t *testing.T) {
	w := newWorld(t)
	alice, err := w.AccountByLogin(t.Context(), "alice")
	require.NoError(t, err)
	require.NoError(t, w.CreateAccount(t.Context(), models.Account{
		ID: "ac-9", Login: "orphan", PersonKind: "customer", PersonID: "gone", PasswordHash: alice.PasswordHash, CreatedAt: w.now(),
	}))
	_, wrong := w.in("alice", "wrong password")
	_, unknown := w.in("nobody", right)
	_, orphan := w.in("orphan", right)
	require.Equal(t, fault.SignInFailed, code(wrong))
	require.Equal(t, wrong.Error(), unknown.Error())
	require.Equal(t, wrong.Error(), orphan.Error())
}

func TestTriesPerLoginAreLimitedEvenSideBySide(t *testing.T) {
	w := newWorld(t)
	var failed, limited atomic.Int64
	var all sync.WaitGroup
	for i := range 12 {
		all.Add(1)
		go func() {
			defer all.Done()
			_, err := w.service.SignIn(context.Background(), "alice", "wrong password", at(fmt.Sprint("addr", i)))
			switch code(err) {
			case fault.SignInFailed:
				failed.Add(1)
			case fault.TooManyTries:
				limited.Add(1)
			}
		}()
	}
	all.Wait()
	require.EqualValues(t, 3, failed.Load())
	require.EqualValues(t, 9, limited.Load())

	_, err := w.in("alice", right)
	require.Equal(t, fault.TooManyTries, code(err), "even the right password waits")
	require.EqualValues(t, 900, fault.As(err).Details["seconds"])
	w.after(15 * time.Minute)
	_, err = w.in("alice", right)
	require.NoError(t, err)
	require.False(t, w.anySubject(t, "alice"))
}

func TestSuccessForgetsTheTriesOfALogin(t *testing.T) {
	w := newWorld(t)
	for range 4 {
		_, err := w.in("clerk", "wrong password")
		require.Equal(t, fault.SignInFailed, code(err))
		_, err = w.in("clerk", right)
		require.NoError(t, err)
	}
}

func TestTriesPerAddressAreLimited(t *testing.T) {
	w := newWorld(t)
	for i := range 5 {
		_, err := w.in(fmt.Sprint("guess", i), right)
		require.Equal(t, fault.SignInFailed, code(err))
	}
	_, err := w.in("alice", right)
	require.Equal(t, fault.TooManyTries, code(err))
	_, err = w.service.SignIn(context.Background(), "alice", right, at("198.51.100.1"))
	require.NoError(t, err, "another address is not concerned")
}

func TestSessionsEnd(t *testing.T) {
	authenticate := func(w *world, token string) error {
		_, err := w.service.Authenticate(context.Background(), token)
		return err
	}
	t.Run("when nobody uses them", func(t *testing.T) {
		w := newWorld(t)
		signed, err := w.in("agent", right)
		require.NoError(t, err)
		w.after(59 * time.Minute)
		require.NoError(t, authenticate(w, signed.Token))
		w.after(59 * time.Minute)
		require.NoError(t, authenticate(w, signed.Token), "use keeps it alive")
		w.after(time.Hour)
		require.Equal(t, fault.SignInRequired, code(authenticate(w, signed.Token)))
	})
	t.Run("in the end although they are used", func(t *testing.T) {
		w := newWorld(t)
		signed, err := w.in("agent", right)
		require.NoError(t, err)
		for range 23 {
			w.after(30 * time.Minute)
			require.NoError(t, authenticate(w, signed.Token))
		}
		w.after(30 * time.Minute)
		require.Equal(t, fault.SignInRequired, code(authenticate(w, signed.Token)))
	})
	t.Run("at once on sign-out", func(t *testing.T) {
		w := newWorld(t)
		signed, err := w.in("agent", right)
		require.NoError(t, err)
		require.NoError(t, authenticate(w, signed.Token))
		require.NoError(t, w.service.SignOut(context.Background(), signed.Token))
		require.Equal(t, fault.SignInRequired, code(authenticate(w, signed.Token)))
		require.NoError(t, w.service.SignOut(context.Background(), signed.Token), "twice is harmless")
	})
	t.Run("with their account", func(t *testing.T) {
		w := newWorld(t)
		signed, err := w.in("agent", right)
		require.NoError(t, err)
		require.NoError(t, authenticate(w, signed.Token))
		require.NoError(t, w.DB.Delete(&models.Staff{}, "id = ?", "st-2").Error)
		require.Equal(t, fault.SignInRequired, code(authenticate(w, signed.Token)))
	})
}

func TestNoTokenButAnIssuedOneIsHonoured(t *testing.T) {
	w := newWorld(t)
	signed, err := w.in("alice", right)
	require.NoError(t, err)
	for _, token := range []string{"", "x", signed.Token + "A", signed.Token[:42] + "_", signed.Token[:42], string(make([]byte, 43))} {
		if token == signed.Token {
			continue
		}
		_, err := w.service.Authenticate(context.Background(), token)
		require.Equal(t, fault.SignInRequired, code(err), "%q", token)
	}
}

func TestPasswordsHaveALength(t *testing.T) {
	hasher := identity.NewHasher(1, time.Minute)
	long := make([]byte, identity.MaxPassword+1)
	for i := range long {
		long[i] = 'a'
	}
	for _, password := range []string{"", "short", string(long)} {
		_, err := hasher.Hash(context.Background(), password)
		require.ErrorIs(t, err, identity.ErrPasswordLength)
	}
	hash, err := hasher.Hash(context.Background(), string(long[1:]))
	require.NoError(t, err)
	ok, err := hasher.Verify(context.Background(), hash, string(long))
	require.NoError(t, err)
	require.False(t, ok, "a longer password with the same beginning is another")
}

func TestWaitingForASlotEnds(t *testing.T) {
	hasher := identity.NewHasher(1, time.Minute)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	// Both ways of select may be taken with a free slot; with many tries the refusal shows.
	var refused bool
	for range 50 {
		if _, err := hasher.Hash(ctx, right); err != nil {
			require.Equal(t, fault.Unavailable, code(err))
			refused = true
			break
		}
	}
	require.True(t, refused)
}

func FuzzVerify(f *testing.F) {
	f.Add("$argon2id$v=19$m=64,t=1,p=1$c2FsdHNhbHQ$AAAAAAAAAAAAAAAAAAAAAA")
	f.Add("$argon2id$v=19$m=4294967295,t=1,p=1$c2FsdHNhbHQ$AAAAAAAAAAAAAAAAAAAAAA")
	f.Add("$2a$10$abcdefghijklmnopqrstuv")
	hasher := identity.NewHasher(1, time.Minute)
	f.Fuzz(func(t *testing.T, hash string) {
		if hash == "" {
			return
		}
		ok, err := hasher.Verify(context.Background(), hash, "password")
		if err != nil {
			require.ErrorIs(t, err, identity.ErrHashMalformed)
		}
		require.False(t, ok && err != nil)
	})
}
