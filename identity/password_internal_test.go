package identity

import (
	"context"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"aftersales/fault"
	"aftersales/models"
	"aftersales/testkit"
)

// Whether an account exists is not told by the work that a sign-in takes: the same hash is made for one that does not.
func TestUnknownAccountsCostTheSameWork(t *testing.T) {
	hasher := NewHasher(1, time.Millisecond)
	hash, err := hasher.Hash(t.Context(), "correct horse battery")
	require.NoError(t, err)
	require.Contains(t, hash, "$m=19456,t=2,p=1$", "whatever tests do: the program's own cost")
	known, err := parsePHC(hash)
	require.NoError(t, err)
	unknown, err := parsePHC(hasher.dummy)
	require.NoError(t, err)
	require.Len(t, unknown.salt, len(known.salt))
	require.Len(t, unknown.sum, len(known.sum))
	known.salt, known.sum, unknown.salt, unknown.sum = nil, nil, nil, nil
	require.Equal(t, known, unknown)

	hasher.slots <- struct{}{} // somebody else is at it: whoever does the work has to wait
	for _, stored := range []string{hash, ""} {
		_, err := hasher.Verify(context.Background(), stored, "some other password")
		require.Equal(t, fault.Unavailable, fault.As(err).Code)
	}
	<-hasher.slots
	right, err := hasher.Verify(t.Context(), "", "some other password")
	require.NoError(t, err)
	require.False(t, right)
}

// A sign-in does that work whether there is such an account or not: while the only place to hash in is taken, all wait.
func TestAttack17_WhoeverIsUnknownIsHashedToo(t *testing.T) {
	dsn := testkit.SQLiteFrom(t, "schema", func(file string) error { return models.Migrate(context.Background(), file, models.Options{}) })
	options := models.Options{CreateMasterKey: true, MasterKeyFile: filepath.Join(t.TempDir(), "master.key"), Logger: slog.New(slog.DiscardHandler)}
	require.NoError(t, models.Migrate(t.Context(), dsn, options))
	store, err := models.Open(t.Context(), dsn, options)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, store.Close()) })
	_, err = store.CreateCustomer(t.Context(), models.NewCustomer{ID: "cu-1", Name: "Alice", Lang: "en", Level: "good", CreatedAt: time.Now()})
	require.NoError(t, err)
	hasher := NewHasherAt(CheapCost, 1, time.Millisecond)
	require.NoError(t, Seed(t.Context(), store, hasher, time.Now(), []DemoAccount{{ID: "ac-1", Login: "alice", Password: "correct horse battery", PersonKind: KindCustomer, PersonID: "cu-1"}}))
	service := New(store, Options{Hasher: hasher})
	hasher.slots <- struct{}{}
	for _, login := range []string{"alice", "nobody", "shop:cu-1"} {
		_, err := service.SignIn(t.Context(), login, "some other password", Origin{Address: "203.0.113.7"})
		require.Equal(t, fault.Unavailable, fault.As(err).Code, login)
	}
}
