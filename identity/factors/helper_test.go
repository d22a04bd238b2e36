package factors_test

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"aftersales/fault"
	"aftersales/identity"
	"aftersales/identity/factors"
	"aftersales/identity/softkey"
	"aftersales/models"
	"aftersales/testkit"
)

func TestMain(m *testing.M) { testkit.Main(m) }

const (
	password = "correct horse battery"
	site     = "https://shop.example"
)

// world is a customer, another, and an agent who can sign in, a clock, and what was recorded.
type world struct {
	*models.Store
	t      testing.TB
	people *identity.Service
	second *factors.Service
	clock  atomic.Int64

	mu    sync.Mutex
	trail []models.AuditEvent
}

// eachDB runs a test on SQLite and on PostgreSQL.
func eachDB(t *testing.T, test func(t *testing.T, w *world)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(t, onSQLite(t)) })
	t.Run("postgres", func(t *testing.T) {
		test(t, worldOn(t, testkit.PostgresFrom(t, "factors", func(url string) error {
			return models.Migrate(context.Background(), url, models.Options{})
		})))
	})
}

func onSQLite(t testing.TB) *world { return worldOn(t, schema(t)) }

// hash is of the password, made once: it takes a while.
var hash = sync.OnceValues(func() (string, error) {
	return identity.NewHasherAt(identity.CheapCost, 2, time.Minute).Hash(context.Background(), password)
})

func worldOn(t testing.TB, dsn string) *world {
	t.Helper()
	options := models.Options{CreateMasterKey: true, MasterKeyFile: filepath.Join(t.TempDir(), "master.key"), Logger: slog.New(slog.DiscardHandler)}
	require.NoError(t, models.Migrate(t.Context(), dsn, options))
	store, err := models.Open(t.Context(), dsn, options)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, store.Close()) })
	w := &world{Store: store, t: t}
	w.clock.Store(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC).UnixMicro())
	w.second = factors.New(store, factors.Options{Recorder: w, Now: w.now})
	require.NoError(t, w.second.ServeAt(site))
	w.people = identity.New(store, identity.Options{Hasher: identity.NewHasherAt(identity.CheapCost, 4, time.Minute), Now: w.now, Factors: w.second, Audit: w})

	stored, err := hash()
	require.NoError(t, err)
	for _, customer := range []string{"kim", "lee"} {
		_, err := store.CreateCustomer(t.Context(), models.NewCustomer{ID: customer, Name: customer, Lang: "en", Level: "good", CreatedAt: w.now()})
		require.NoError(t, err)
		require.NoError(t, store.CreateAccount(t.Context(), models.Account{ID: "ac-" + customer, Login: customer, PersonKind: "customer", PersonID: customer, PasswordHash: stored, CreatedAt: w.now()}))
	}
	_, err = store.CreateStaff(t.Context(), models.NewStaff{ID: "agent", Role: "agent", Name: "Agent", CreatedAt: w.now()})
	require.NoError(t, err)
	require.NoError(t, store.CreateAccount(t.Context(), models.Account{ID: "ac-agent", Login: "agent", PersonKind: "staff", PersonID: "agent", PasswordHash: stored, CreatedAt: w.now()}))
	return w
}

// Record keeps the trail.
func (w *world) Record(_ context.Context, event models.AuditEvent) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.trail = append(w.trail, event)
	// What the audit trail takes: names and codes.
	for _, code := range append(slices.Collect(maps.Values(event.Detail)), event.Reason, event.SubjectKind, event.SubjectID) {
		if !codeForm.MatchString(code) {
			return fmt.Errorf("%q is no code", code)
		}
	}
	if !actionForm.MatchString(event.Action) {
		return fmt.Errorf("%q is no name of an action", event.Action)
	}
	return nil
}

var (
	actionForm = regexp.MustCompile(`^[a-z_]+(\.[a-z_-]+){0,3}$`)
	codeForm   = regexp.MustCompile(`^[A-Za-z0-9_.:/-]{0,64}$`)
)

// told lists what was recorded, as "action outcome reason".
func (w *world) told() (lines []string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, event := range w.trail {
		if strings.HasPrefix(event.Action, "sign_in.") {
			continue // identity's own
		}
		line := event.Action + " " + event.Outcome
		if event.Reason != "" {
			line += " " + event.Reason
		}
		lines = append(lines, line)
	}
	return lines
}

func (w *world) now() time.Time        { return time.UnixMicro(w.clock.Load()).UTC() }
func (w *world) after(d time.Duration) { w.clock.Add(d.Microseconds()) }

var here = identity.Origin{Address: "203.0.113.7", Device: "Firefox, Linux"}

func code(err error) fault.Code {
	if f := fault.As(err); f != nil {
		return f.Code
	}
	return ""
}

// in signs somebody in by password and returns what comes of it.
func (w *world) in(login string) identity.SignedIn {
	w.t.Helper()
	signed, err := w.people.SignIn(context.Background(), login, password, here)
	require.NoError(w.t, err)
	return signed
}

// person is who a session's token belongs to now.
func (w *world) person(token string) identity.Person {
	w.t.Helper()
	person, err := w.people.Authenticate(context.Background(), token)
	require.NoError(w.t, err)
	return person
}

// app sets an authenticator app up and returns its secret and the recovery codes, if there are any.
func (w *world) app(person identity.Person) (secret string, added factors.Added) {
	w.t.Helper()
	begun, err := w.second.BeginTOTP(context.Background(), person, "phone")
	require.NoError(w.t, err)
	added, err = w.second.FinishTOTP(context.Background(), person, begun.Ticket, w.shows(begun.Secret))
	require.NoError(w.t, err)
	w.after(30 * time.Second) // its code is used up
	return begun.Secret, added
}

// passkey sets a passkey up.
func (w *world) passkey(person identity.Person, key *softkey.Key) factors.Added {
	w.t.Helper()
	begun, err := w.second.BeginPasskey(context.Background(), person, "")
	require.NoError(w.t, err)
	answer, err := key.Attest(begun.Options, site)
	require.NoError(w.t, err)
	added, err := w.second.FinishPasskey(context.Background(), person, begun.Ticket, answer)
	require.NoError(w.t, err)
	return added
}

// shows is the code that an app shows now.
func (w *world) shows(secret string) string {
	w.t.Helper()
	code, err := factors.Code(secret, w.now())
	require.NoError(w.t, err)
	return code
}

// ends a sign-in by a proof.
func (w *world) ends(ticket string, proof identity.Proof) (identity.SignedIn, error) {
	return w.people.SecondStep(context.Background(), ticket, proof, here)
}

// withApp is a customer with an app, signed in by both factors.
func (w *world) withApp() (person identity.Person, secret string, codes []string) {
	w.t.Helper()
	secret, added := w.app(w.person(w.in("kim").Token))
	signed, err := w.ends(w.in("kim").Next.Ticket, identity.Proof{Code: w.shows(secret)})
	require.NoError(w.t, err)
	w.after(30 * time.Second)
	return w.person(signed.Token), secret, added.Codes
}

// schema is the path of a new SQLite database of this build's schema.
func schema(t testing.TB) string {
	t.Helper()
	return testkit.SQLiteFrom(t, "schema", func(file string) error { return models.Migrate(context.Background(), file, models.Options{}) })
}
