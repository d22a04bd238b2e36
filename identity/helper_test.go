package identity_test

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
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
	trail   trail
	ended   ended
}

// auditable is what the audit trail takes for the name of an action.
var auditable = regexp.MustCompile(`^[a-z_]+(\.[a-z_-]+){0,3}$`)

// trail keeps what was recorded.
type trail struct {
	mu     sync.Mutex
	events []models.AuditEvent
}

func (r *trail) Record(_ context.Context, event models.AuditEvent) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !auditable.MatchString(event.Action) {
		return fmt.Errorf("the trail takes no action %q", event.Action)
	}
	r.events = append(r.events, event)
	return nil
}

// actions lists what was recorded, "<actor> <action> <subject kind> <outcome>", and forgets it.
func (r *trail) actions() (list []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, e := range r.events {
		list = append(list, strings.Join([]string{e.ActorKind, e.Action, e.SubjectKind, e.Outcome}, " "))
	}
	r.events = nil
	return list
}

// ended keeps which sessions were said to be over.
type ended struct {
	mu  sync.Mutex
	ids []string
}

func (r *ended) Revoked(ids []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.ids = append(r.ids, ids...)
}

func (r *ended) take() (ids []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	ids, r.ids = r.ids, nil
	return ids
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
	return worldOn(t, schema(t))
}

func benchWorld(b *testing.B) *world { return worldOn(b, schema(b)) }

func worldOn(t testing.TB, dsn string) *world {
	t.Helper()
	options := models.Options{
		CreateMasterKey: true, MasterKeyFile: filepath.Join(t.TempDir(), "master.key"), Logger: slog.New(slog.DiscardHandler),
	}
	require.NoError(t, models.Migrate(t.Context(), dsn, options))
	store, err := models.Open(t.Context(), dsn, options)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, store.Close()) })

	w := &world{Store: store, hasher: identity.NewHasherAt(identity.CheapCost, 4, time.Minute)}
	w.clock.Store(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC).UnixMicro())
	w.service = w.process()
	_, err = store.CreateCustomer(t.Context(), models.NewCustomer{ID: "cu-1", Name: "Alice", Lang: "en", Level: "good", CreatedAt: w.now()})
	require.NoError(t, err)
	_, err = store.CreateMerchant(t.Context(), models.NewMerchant{ID: "shop-1", Name: "Shop", Level: "normal", CreatedAt: w.now()})
	require.NoError(t, err)
	require.NoError(t, store.CreateTeam(t.Context(), models.Team{ID: "team-1", Name: "East", CreatedAt: w.now()}))
	for _, staff := range []models.NewStaff{
		{ID: "st-1", Role: "merchant", MerchantID: "shop-1", Owner: true, Name: "Clerk"},
		{ID: "st-2", Role: "agent", TeamID: "team-1", ApprovalLimit: 50000, Name: "Agent"},
		{ID: "st-3", Role: "operator", Name: "Operator"},
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

// process is one more process on the same database.
func (w *world) process() *identity.Service {
	return identity.New(w.Store, identity.Options{
		Hasher: w.hasher, Now: w.now, TriesPerLogin: 3, TriesPerAddress: 5, Audit: &w.trail, Revoked: &w.ended,
	})
}

// Who acts in tests.
var (
	operator = identity.Person{Kind: "staff", ID: "st-3", Role: "operator"}
	owner    = identity.Person{Kind: "staff", ID: "st-1", Role: "merchant", MerchantID: "shop-1", Owner: true}
)

// authenticate asks another process who a token belongs to.
func (w *world) authenticate(token string) (identity.Person, error) {
	return w.process().Authenticate(context.Background(), token)
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

// schema is the path of a new SQLite database of this build's schema.
func schema(t testing.TB) string {
	t.Helper()
	return testkit.SQLiteFrom(t, "schema", func(file string) error { return models.Migrate(context.Background(), file, models.Options{}) })
}
