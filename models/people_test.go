package models_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"aftersales/models"
)

func TestPeople(t *testing.T) {
	eachDB(t, func(t *testing.T, w world) {
		ctx := t.Context()
		people(t, w)
		_, err := w.Customer(ctx, "nobody")
		require.ErrorIs(t, err, models.ErrNotFound)
		_, err = w.CreateStaff(ctx, models.NewStaff{ID: "s2", Role: "agent", MerchantID: "m1", Name: "x", CreatedAt: noon})
		require.ErrorIs(t, err, models.ErrCheck, "an agent belongs to no merchant")

		_, err = w.AddReturnAddress(ctx, models.NewReturnAddress{ID: "a2", MerchantID: "m1", City: "上海", Place: "new", IsDefault: true, CreatedAt: noon})
		require.NoError(t, err)
		addresses, err := w.ReturnAddresses(ctx, "m1")
		require.NoError(t, err)
		require.Len(t, addresses, 2)
		require.Equal(t, []string{"a2", "a1"}, []string{addresses[0].ID, addresses[1].ID})
		require.False(t, addresses[1].IsDefault, "there is one default")
		place, err := w.ReturnPlace(ctx, addresses[0])
		require.NoError(t, err)
		require.Equal(t, "new", place)

		staff, err := w.StaffIn(ctx, "merchant", "m1")
		require.NoError(t, err)
		require.Len(t, staff, 1)
		for kind, id := range map[string]string{"customer": "c1", "merchant": "m1", "staff": "s1"} {
			ref, err := w.KeyRef(ctx, kind, id)
			require.NoError(t, err)
			require.Len(t, ref, 26)
			_, err = w.KeyRef(ctx, kind, "nobody")
			require.ErrorIs(t, err, models.ErrNotFound)
		}
		ref, err := w.KeyRef(ctx, "bot", "")
		require.NoError(t, err)
		require.Equal(t, "platform", ref)
	})
}

func TestAccountsAndSessions(t *testing.T) {
	eachDB(t, func(t *testing.T, w world) {
		ctx := t.Context()
		require.NoError(t, w.CreateAccount(ctx, models.Account{ID: "u1", Login: "Alice", PersonKind: "customer", PersonID: "c1", CreatedAt: noon}))
		require.ErrorIs(t, w.CreateAccount(ctx, models.Account{ID: "u2", Login: "aLICE", CreatedAt: noon}), models.ErrDuplicate)
		account, err := w.AccountByLogin(ctx, "ALICE")
		require.NoError(t, err)
		require.Equal(t, "u1", account.ID)
		_, err = w.AccountByLogin(ctx, "bob")
		require.ErrorIs(t, err, models.ErrNotFound)

		customer, err := w.CreateCustomer(ctx, models.NewCustomer{ID: "c1", Name: "x", Lang: "en", Level: "good", CreatedAt: noon})
		require.NoError(t, err)
		add := func(token string, expires time.Time) {
			require.NoError(t, w.CreateSession(ctx, models.NewSession{
				TokenHash: []byte(token), ID: "id-" + token, AccountID: "u1", Method: "password", Assurance: 1, Device: "Firefox, Linux",
				Address: "203.0.113.7", PersonID: "c1", KeyRef: customer.KeyRef, CreatedAt: noon, SeenAt: noon, ExpiresAt: expires,
			}))
		}
		add("one", noon.Add(time.Hour))
		add("two", noon.Add(time.Hour))
		add("old", noon)
		session, err := w.Session(ctx, []byte("one"), noon)
		require.NoError(t, err)
		require.Equal(t, models.HeldSession{
			Holder: models.Holder{
				AccountID: "u1", PersonKind: "customer", PersonID: "c1", KeyRef: customer.KeyRef, Lang: "en",
			},
			SessionID: "id-one", Method: "password", Assurance: 1, CreatedAt: noon, SeenAt: noon, ExpiresAt: noon.Add(time.Hour),
		}, session)
		_, err = w.Session(ctx, []byte("old"), noon)
		require.ErrorIs(t, err, models.ErrNotFound, "it ends at its expiry, not after it")
		require.NoError(t, w.TouchSession(ctx, []byte("one"), noon.Add(time.Minute), noon.Add(2*time.Hour)))
		_, err = w.Session(ctx, []byte("one"), noon.Add(90*time.Minute))
		require.NoError(t, err)

		n, err := w.SweepSessions(ctx, noon)
		require.NoError(t, err)
		require.EqualValues(t, 1, n)
		listed, err := w.SessionsOf(ctx, "u1", noon)
		require.NoError(t, err)
		require.Len(t, listed, 2)
		require.Equal(t, "id-one", listed[0].ID, "the latest used first")
		address, err := w.SessionAddress(ctx, "c1", listed[0])
		require.NoError(t, err)
		require.Equal(t, "203.0.113.7", address)
		id, accountID, err := w.EndSession(ctx, []byte("two"), noon)
		require.NoError(t, err)
		require.Equal(t, []string{"id-two", "u1"}, []string{id, accountID})
		id, _, err = w.EndSession(ctx, []byte("two"), noon)
		require.NoError(t, err)
		require.Empty(t, id, "twice is harmless")
		_, err = w.Session(ctx, []byte("two"), noon)
		require.ErrorIs(t, err, models.ErrNotFound)

		add("three", noon.Add(time.Hour))
		add("four", noon.Add(time.Hour))
		require.ErrorIs(t, w.RevokeSession(ctx, "u2", "id-three", noon), models.ErrNotFound, "another account's")
		require.NoError(t, w.RevokeSession(ctx, "u1", "id-three", noon))
		gone, err := w.RevokeSessions(ctx, "u1", "id-four", noon)
		require.NoError(t, err)
		require.Equal(t, []string{"id-one"}, gone)
		gone, err = w.RevokeSessions(ctx, "u1", "", noon)
		require.NoError(t, err)
		require.Equal(t, []string{"id-four"}, gone)
		_, err = w.Session(ctx, []byte("four"), noon)
		require.ErrorIs(t, err, models.ErrNotFound)
		var told []string
		require.NoError(t, w.DB.Model(&models.OutboxEvent{}).Where("topic = ?", models.TopicSessionRevoked).Order("id").Pluck("subject", &told).Error)
		require.Equal(t, []string{"session/id-two", "session/id-three", "session/id-one", "session/id-four"}, told)
	})
}

func TestSignInTriesCountPerWindow(t *testing.T) {
	eachDB(t, func(t *testing.T, w world) {
		ctx, window := t.Context(), 10*time.Minute
		count := func(at time.Time) int {
			row, err := w.CountSignInTry(ctx, "login:x", at, window)
			require.NoError(t, err)
			return row.Count
		}
		require.Equal(t, 1, count(noon))
		require.Equal(t, 2, count(noon.Add(time.Minute)))
		require.Equal(t, 3, count(noon.Add(window-time.Second)))
		row, err := w.SignInTries(ctx, "login:x", noon.Add(window-time.Second), window)
		require.NoError(t, err)
		require.Equal(t, 3, row.Count)
		require.Equal(t, noon, row.StartedAt)
		row, err = w.SignInTries(ctx, "login:x", noon.Add(window), window)
		require.NoError(t, err)
		require.Zero(t, row.Count)
		require.Equal(t, 1, count(noon.Add(window)), "a new window")
		require.NoError(t, w.ClearSignInTries(ctx, "login:x", "addr:y"))
		require.Equal(t, 1, count(noon.Add(window)))
		n, err := w.SweepSignInTries(ctx, noon.Add(time.Hour))
		require.NoError(t, err)
		require.EqualValues(t, 1, n)
	})
}
