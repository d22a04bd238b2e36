package identity_test

import (
	"context"
	"log/slog"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"aftersales/fault"
	"aftersales/identity"
	"aftersales/models"
	"aftersales/testkit"
)

func TestMain(m *testing.M) { testkit.Main(m) }

const right = "correct horse battery"

// world is a customer, a shop's clerk and an agent who can sign in, and a clock.
type world struct {
	*models.Store
	service *identity.Service
	hasher  *identity.Hasher
	clock   atomic.Int64
}

// eachDB runs a test on SQLite and on PostgreSQL.
func eachDB(t *testing.T, test func(t *testing.T, w *world)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(t, newWorld(t)) })
	t.Run("postgres", func(t *testing.T) {
		dsn := testkit.PostgresFrom(t, "identity", func(url string) error {
			return models.Migrate(context.Background(), url, models.Options{})
		})
		test(t, worldOn(t, dsn))
	})
}

func newWorld(t *testing.T) *world {
	t.Helper()
	return worldOn(t, filepath.Join(t.TempDir(), "aftersales.db"))
}

func worldOn(t *testing.T, dsn string) *world {
	t.Helper()
	options := models.Options{
		CreateMasterKey: true, MasterKeyFile: filepath.Join(t.TempDir(), "master.key"), Logger: slog.New(slog.DiscardHandler),
	}
	require.NoError(t, models.Migrate(t.Context(), dsn, options))
	store, err := models.Open(t.Context(), dsn, options)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, store.Close()) })

	w := &world{Store: store, hasher: identity.NewHasher(4, time.Minute)}
	w.clock.Store(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC).UnixMicro())
	w.service = identity.New(store, identity.Options{Hasher: w.hasher, Now: w.now, TriesPerLogin: 3, TriesPerAddress: 5})
	_, err = store.CreateCustomer(t.Context(), models.NewCustomer{ID: "cu-1", Name: "Alice", Lang: "en", Level: "good", CreatedAt: w.now()})
	require.NoError(t, err)
	_, err = store.CreateMerchant(t.Context(), models.NewMerchant{ID: "shop-1", Name: "Shop", Level: "normal", CreatedAt: w.now()})
	require.NoError(t, err)
	require.NoError(t, store.CreateTeam(t.Context(), models.Team{ID: "team-1", Name: "East", CreatedAt: w.now()}))
	for _, staff := range []models.NewStaff{
		{ID: "st-1", Role: "merchant", MerchantID: "shop-1", Owner: true, Name: "Clerk"},
		{ID: "st-2", Role: "agent", TeamID: "team-1", ApprovalLimit: 50000, Name: "Agent"},
	} {
		staff.CreatedAt = w.now()
		_, err = store.CreateStaff(t.Context(), staff)
		require.NoError(t, err)
	}
	require.NoError(t, identity.Seed(t.Context(), store, w.hasher, w.now(), []identity.DemoAccount{
		{ID: "ac-1", Login: "Alice", Password: right, PersonKind: "customer", PersonID: "cu-1"},
		{ID: "ac-2", Login: "clerk", Password: right, PersonKind: "staff", PersonID: "st-1"},
		{ID: "ac-3", Login: "agent", Password: right, PersonKind: "staff", PersonID: "st-2"},
	}))
	return w
}

func (w *world) now() time.Time        { return time.UnixMicro(w.clock.Load()).UTC() }
func (w *world) after(d time.Duration) { w.clock.Add(d.Microseconds()) }

func (w *world) in(login, password string) (identity.SignedIn, error) {
	return w.service.SignIn(context.Background(), login, password, at("203.0.113.7"))
}

// at is a request from an address.
func at(address string) identity.Origin {
	return identity.Origin{Address: address, Device: "Firefox, Linux"}
}

// anySubject tells whether a counter's name shows what it counts.
func (w *world) anySubject(t *testing.T, containing string) bool {
	t.Helper()
	var subjects []string
	require.NoError(t, w.DB.Model(&models.SignInTry{}).Pluck("subject", &subjects).Error)
	return strings.Contains(strings.Join(subjects, "\n"), containing)
}

func code(err error) fault.Code {
	if f := fault.As(err); f != nil {
		return f.Code
	}
	return ""
}
