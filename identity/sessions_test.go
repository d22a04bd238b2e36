package identity_test

import (
	"encoding/base64"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/crypto/argon2"

	"aftersales/fault"
	"aftersales/identity"
	"aftersales/models"
)

func TestPeopleSeeAndEndTheirSessions(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		signed := make([]identity.SignedIn, 3)
		for i := range signed {
			var err error
			signed[i], err = w.service.SignIn(t.Context(), "agent", right, identity.Origin{Address: fmt.Sprint("203.0.113.", i), Device: "Chrome, Windows"})
			require.NoError(t, err)
			w.after(time.Minute)
		}
		stranger, err := w.in("alice", right)
		require.NoError(t, err)
		me, err := w.authenticate(signed[1].Token)
		require.NoError(t, err)
		list, err := w.service.Sessions(t.Context(), me)
		require.NoError(t, err)
		require.Len(t, list, 3)
		require.Equal(t, identity.Session{
			ID: signed[1].Person.SessionID, Method: "password", Assurance: identity.AssuredPassword, Device: "Chrome, Windows", Address: "203.0.113.1",
			CreatedAt: w.now().Add(-2 * time.Minute), SeenAt: w.now().Add(-2 * time.Minute), ExpiresAt: w.now().Add(58 * time.Minute), Current: true,
		}, list[1])
		require.False(t, list[0].Current)

		require.Equal(t, fault.NotFound, code(w.service.RevokeSession(t.Context(), me, stranger.Person.SessionID)), "another's does not exist")
		require.NoError(t, w.service.RevokeSession(t.Context(), me, signed[0].Person.SessionID))
		require.Equal(t, []string{signed[0].Person.SessionID}, w.ended.take())
		_, err = w.authenticate(signed[0].Token)
		require.Equal(t, fault.SignInRequired, code(err), "at once, in every process")
		require.Equal(t, fault.NotFound, code(w.service.RevokeSession(t.Context(), me, signed[0].Person.SessionID)))

		n, err := w.service.RevokeSessions(t.Context(), me, false)
		require.NoError(t, err)
		require.Equal(t, 1, n)
		_, err = w.authenticate(signed[2].Token)
		require.Equal(t, fault.SignInRequired, code(err))
		_, err = w.authenticate(signed[1].Token)
		require.NoError(t, err, "the one that asked stays")
		n, err = w.service.RevokeSessions(t.Context(), me, true)
		require.NoError(t, err)
		require.Equal(t, 1, n)
		_, err = w.authenticate(signed[1].Token)
		require.Equal(t, fault.SignInRequired, code(err))
		_, err = w.authenticate(stranger.Token)
		require.NoError(t, err)
		require.NoError(t, w.service.SignOut(t.Context(), stranger.Token))
		require.ElementsMatch(t, []string{signed[1].Person.SessionID, signed[2].Person.SessionID, stranger.Person.SessionID}, w.ended.take())
		require.Subset(t, w.trail.actions(), []string{
			"agent session.revoke session done", "agent session.revoke.all account done", "customer session.delete session done",
		})
	})
}

// Where somebody signed in from is theirs: the table shows it to nobody.
func TestAddressesOfSessionsAreSealed(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		signed, err := w.in("alice", right)
		require.NoError(t, err)
		var row models.Session
		require.NoError(t, w.DB.Take(&row, "id = ?", signed.Person.SessionID).Error)
		stored, err := row.Address.Value()
		require.NoError(t, err)
		require.NotContains(t, string(stored.([]byte)), "203.0.113.7")
		require.Error(t, w.DB.Exec("UPDATE sessions SET address = ?", []byte("203.0.113.7")).Error)
		require.NoError(t, w.Keys.Destroy(t.Context(), signed.Person.KeyRef))
		_, err = w.service.Sessions(t.Context(), signed.Person)
		require.Equal(t, fault.Erased, code(err))
	})
}

func TestChangingAPassword(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		here, err := w.in("clerk", right)
		require.NoError(t, err)
		there, err := w.in("clerk", right)
		require.NoError(t, err)
		change := func(present, next string) error {
			return w.service.ChangePassword(t.Context(), here.Person, present, next)
		}
		require.Equal(t, fault.PasswordWrong, code(change("wrong password", fresh)))
		require.Equal(t, fault.PasswordCommon, code(change(right, "password123")))
		require.Equal(t, fault.PasswordPersonal, code(change(right, "myclerkpassphrase")))
		_, err = w.authenticate(there.Token)
		require.NoError(t, err, "a refusal changes nothing")

		require.NoError(t, change(right, fresh))
		_, err = w.authenticate(here.Token)
		require.NoError(t, err)
		_, err = w.authenticate(there.Token)
		require.Equal(t, fault.SignInRequired, code(err), "whoever knew the old password is out")
		_, err = w.in("clerk", right)
		require.Equal(t, fault.SignInFailed, code(err))
		_, err = w.in("clerk", fresh)
		require.NoError(t, err)

		for range 3 {
			require.Equal(t, fault.PasswordWrong, code(change("wrong password", right)))
		}
		require.Equal(t, fault.TooManyTries, code(change(fresh, right)), "an open screen is no way to guess")
		w.after(15 * time.Minute)
		require.NoError(t, change(fresh, right))
	})
}

// When the cost of a hash is raised, passwords get the new one as their owners sign in.
func TestOldHashesAreMadeAnewOnSignIn(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		salt := []byte("0123456789abcdef")
		sum := argon2.IDKey([]byte(right), salt, 1, 8*1024, 1, 32)
		weak := fmt.Sprintf("$argon2id$v=19$m=8192,t=1,p=1$%s$%s", base64.RawStdEncoding.EncodeToString(salt), base64.RawStdEncoding.EncodeToString(sum))
		require.True(t, w.hasher.Stale(weak))
		require.NoError(t, w.SetPassword(t.Context(), "ac-3", weak, w.now()))
		hash := func() string {
			account, err := w.Account(t.Context(), "ac-3")
			require.NoError(t, err)
			return account.PasswordHash
		}
		_, err := w.in("agent", "wrong password")
		require.Equal(t, fault.SignInFailed, code(err))
		require.Equal(t, weak, hash(), "only the right password is hashed anew")
		_, err = w.in("agent", right)
		require.NoError(t, err)
		made := hash()
		require.False(t, w.hasher.Stale(made))
		require.Contains(t, made, fmt.Sprintf("m=%d,t=%d,p=1", identity.CheapCost.Memory, identity.CheapCost.Passes))
		_, err = w.in("agent", right)
		require.NoError(t, err)
		require.Equal(t, made, hash(), "and then stays")
		require.NoError(t, w.Rehash(t.Context(), "ac-3", weak, "lost the race"))
		require.Equal(t, made, hash(), "a password that was changed meanwhile stays changed")
	})
}

func TestDevicesAreNamedInOurWords(t *testing.T) {
	for agent, want := range map[string]string{
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36 Edg/126.0": "Edge, Windows",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36":           "Chrome, Windows",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile/15E148 Safari/604.1":   "Safari, iOS",
		"Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/116.0 Mobile Safari/537.36 MicroMessenger/8.0.49":            "WeChat, Android",
		"Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0":                                                "Firefox, Linux",
		"curl/8.5.0":                       "curl, unknown",
		"<script>alert(1)</script>":        "unknown, unknown",
		"":                                 "unknown, unknown",
		string(make([]byte, 64<<10)) + "x": "unknown, unknown",
	} {
		require.Equal(t, want, identity.DeviceOf(agent))
	}
}

// A signed-in request costs one read: this is what it takes.
func BenchmarkAuthenticate(b *testing.B) {
	w := benchWorld(b)
	signed, err := w.in("agent", right)
	require.NoError(b, err)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := w.service.Authenticate(b.Context(), signed.Token); err != nil {
			b.Fatal(err)
		}
	}
}
