package factors_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"aftersales/fault"
	"aftersales/identity"
	"aftersales/identity/softkey"
	"aftersales/models"
)

// asserts answers what a step asks of a passkey.
func asserts(t *testing.T, key *softkey.Key, options []byte, origin string) identity.Proof {
	t.Helper()
	answer, err := key.Assert(options, origin)
	require.NoError(t, err)
	return identity.Proof{Passkey: answer}
}

func TestPasskeys(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		kim := w.person(w.in("kim").Token)
		phone, laptop := softkey.New(), softkey.New()
		require.Len(t, w.passkey(kim, phone).Codes, 10)
		require.Empty(t, w.passkey(kim, laptop).Codes)

		for _, key := range []*softkey.Key{phone, laptop, phone} {
			first := w.in("kim")
			require.Equal(t, []string{"passkey", "recovery_code"}, first.Next.Methods)
			signed, err := w.ends(first.Next.Ticket, asserts(t, key, first.Next.Passkey, site))
			require.NoError(t, err)
			require.Equal(t, identity.AssuredTwoFactor, w.person(signed.Token).Assurance)
		}
		alone, err := w.people.BeginPasskey(ctx, here)
		require.NoError(t, err)
		require.NotContains(t, string(alone.Passkey), "allowCredentials", "nobody learns whose passkeys there are")
		signed, err := w.ends(alone.Ticket, asserts(t, laptop, alone.Passkey, site))
		require.NoError(t, err)
		require.Equal(t, "kim", w.person(signed.Token).ID)
		require.Equal(t, identity.AssuredTwoFactor, w.person(signed.Token).Assurance)

		up, err := w.people.BeginStepUp(ctx, kim, action)
		require.NoError(t, err)
		_, err = w.people.ProveStepUp(ctx, kim, up.Ticket, asserts(t, phone, up.Passkey, site))
		require.NoError(t, err)

		var rows []models.Factor
		require.NoError(t, w.DB.Order("created_at").Find(&rows).Error)
		for _, row := range rows {
			require.True(t, row.Secret.IsSealed())
			require.Len(t, row.Credential, 32)
			require.Positive(t, row.Counter)
			require.NotNil(t, row.UsedAt)
		}
	})
}

func TestPasskeysThatAreNotAccepted(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		kim := w.person(w.in("kim").Token)
		key := softkey.New()
		w.passkey(kim, key)
		refused := func(name string, proof func(options []byte) identity.Proof) {
			t.Helper()
			w.after(time.Hour) // guesses are limited
			first := w.in("kim")
			_, err := w.ends(first.Next.Ticket, proof(first.Next.Passkey))
			require.Equal(t, fault.FactorRefused, code(err), name)
		}
		refused("a page of another site", func(options []byte) identity.Proof { return asserts(t, key, options, "https://shop.example.evil.test") })
		refused("without TLS", func(options []byte) identity.Proof { return asserts(t, key, options, "http://shop.example") })
		refused("another site's key", func(options []byte) identity.Proof {
			return asserts(t, key, []byte(strings.ReplaceAll(string(options), "shop.example", "evil.test")), site)
		})
		refused("somebody else's key", func(options []byte) identity.Proof { return asserts(t, softkey.New(), options, site) })
		refused("another sign-in's challenge", func([]byte) identity.Proof { return asserts(t, key, w.in("kim").Next.Passkey, site) })
		refused("nobody was verified", func(options []byte) identity.Proof {
			key.Careless = true
			defer func() { key.Careless = false }()
			return asserts(t, key, options, site)
		})
		refused("the signature is another's", func(options []byte) identity.Proof {
			proof := asserts(t, key, options, site)
			text := string(proof.Passkey)
			at := strings.Index(text, `"signature":"`) + 30
			flipped := "A"
			if text[at] == 'A' {
				flipped = "B"
			}
			return identity.Proof{Passkey: []byte(text[:at] + flipped + text[at+1:])}
		})
		copied := *key // somebody took the key out of it
		first := w.in("kim")
		_, err := w.ends(first.Next.Ticket, asserts(t, key, first.Next.Passkey, site))
		require.NoError(t, err)
		refused("a copy, whose count was seen before", func(options []byte) identity.Proof { return asserts(t, &copied, options, site) })

		// A passkey alone, too.
		w.after(time.Hour)
		careless := *key
		careless.Careless = true
		for name, key := range map[string]*softkey.Key{"unknown": softkey.New(), "nobody was verified": &careless} {
			key.User = careless.User
			alone, err := w.people.BeginPasskey(t.Context(), here)
			require.NoError(t, err)
			_, err = w.ends(alone.Ticket, asserts(t, key, alone.Passkey, site))
			require.Equal(t, fault.FactorRefused, code(err), name)
		}
		alone, err := w.people.BeginPasskey(t.Context(), here)
		require.NoError(t, err)
		_, err = w.ends(alone.Ticket, identity.Proof{Code: "000000"})
		require.Equal(t, fault.FactorRefused, code(err), "a code alone says not whose it is")
	})
}

// An answer that was overheard is of no use again: its challenge is over.
func TestAttack16_PasskeyAnswerReplayed(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		kim := w.person(w.in("kim").Token)
		key := softkey.New()
		key.Counts = false
		w.passkey(kim, key)
		first := w.in("kim")
		proof := asserts(t, key, first.Next.Passkey, site)
		_, err := w.ends(first.Next.Ticket, proof)
		require.NoError(t, err)
		_, err = w.ends(first.Next.Ticket, proof)
		require.Equal(t, fault.TicketOver, code(err))
		_, err = w.ends(w.in("kim").Next.Ticket, proof)
		require.Equal(t, fault.FactorRefused, code(err))
	})
}

func TestAPasskeyIsOnePersons(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		kim, lee := w.person(w.in("kim").Token), w.person(w.in("lee").Token)
		key := softkey.New()
		w.passkey(kim, key)
		begun, err := w.second.BeginPasskey(ctx, lee, "")
		require.NoError(t, err)
		answer, err := key.Attest(begun.Options, site)
		require.NoError(t, err)
		_, err = w.second.FinishPasskey(ctx, lee, begun.Ticket, answer)
		require.Equal(t, fault.FactorRefused, code(err))

		careless := softkey.New()
		careless.Careless = true
		begun, err = w.second.BeginPasskey(ctx, lee, "")
		require.NoError(t, err)
		answer, err = careless.Attest(begun.Options, site)
		require.NoError(t, err)
		_, err = w.second.FinishPasskey(ctx, lee, begun.Ticket, answer)
		require.Equal(t, fault.FactorRefused, code(err), "a passkey must verify its user from the beginning")
		answer, err = softkey.New().Attest(begun.Options, "https://evil.test")
		require.NoError(t, err)
		_, err = w.second.FinishPasskey(ctx, lee, begun.Ticket, answer)
		require.Equal(t, fault.FactorRefused, code(err))
	})
}

func TestWherePasskeysBelong(t *testing.T) {
	w := onSQLite(t)
	kim := w.person(w.in("kim").Token)
	for _, at := range []string{"http://127.0.0.1:8080", "http://localhost:8080", "http://[::1]:8080"} {
		require.NoError(t, w.second.ServeAt(at))
		begun, err := w.second.BeginPasskey(t.Context(), kim, "")
		require.NoError(t, err)
		require.Contains(t, string(begun.Options), `"id":"localhost"`)
		answer, err := softkey.New().Attest(begun.Options, "http://localhost:8080")
		require.NoError(t, err)
		_, err = w.second.FinishPasskey(t.Context(), kim, begun.Ticket, answer)
		require.NoError(t, err)
	}
	for _, at := range []string{"http://192.0.2.1", ""} {
		require.NoError(t, w.second.ServeAt(at))
		_, err := w.second.BeginPasskey(t.Context(), kim, "")
		require.Equal(t, fault.PasskeysNotHere, code(err), at)
		_, err = w.people.BeginPasskey(t.Context(), here)
		require.Equal(t, fault.PasskeysNotHere, code(err), at)
	}
	require.Error(t, w.second.ServeAt("shop.example"))
}

// Guesses without a name are counted by address.
func TestPasskeysAreTriedAFewTimesFromOneAddress(t *testing.T) {
	w := onSQLite(t)
	w.people = identity.New(w.Store, identity.Options{Now: w.now, Factors: w.second, Audit: w, TriesPerAddress: 3})
	for range 3 {
		alone, err := w.people.BeginPasskey(t.Context(), here)
		require.NoError(t, err)
		_, err = w.ends(alone.Ticket, asserts(t, softkey.New(), alone.Passkey, site))
		require.Equal(t, fault.FactorRefused, code(err))
	}
	_, err := w.people.BeginPasskey(t.Context(), here)
	require.Equal(t, fault.TooManyTries, code(err))
}

func FuzzProofs(f *testing.F) {
	f.Add("123456", "", `{}`)
	f.Add("", "AAAA-BBBB-CCCC-DDDD", "")
	f.Add("", "", `{"id":"AA","rawId":"AA","type":"public-key","response":{"clientDataJSON":"e30","authenticatorData":"","signature":""}}`)
	w := onSQLite(f)
	kim := w.person(w.in("kim").Token)
	w.passkey(kim, softkey.New())
	_, remembered, err := w.second.Challenge(context.Background(), kim.AccountID)
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, shown, recovery, passkey string) {
		for _, account := range []string{kim.AccountID, ""} {
			_, err := w.second.Prove(context.Background(), account, identity.Proof{Code: shown, RecoveryCode: recovery, Passkey: []byte(passkey)}, remembered)
			require.Equal(t, fault.FactorRefused, code(err))
		}
	})
}
