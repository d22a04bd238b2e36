package identity

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"aftersales/fault"
	"aftersales/identity/oidc"
	"aftersales/models"
)

// Options of New. The zero value is right for production.
type Options struct {
	CustomerIdle, CustomerAbsolute time.Duration    // a customer's session; 0: 7 days, 30 days
	StaffIdle, StaffAbsolute       time.Duration    // a staff member's session; 0: 1 hour, 12 hours
	TryWindow                      time.Duration    // how long failed tries count; 0: 15 minutes
	TriesPerLogin                  int              // 0: 10
	TriesPerAddress                int              // 0: 100
	InvitationLife                 time.Duration    // how long a link to join works; 0: 7 days
	RecoveryLife                   time.Duration    // how long a link to a new password works; 0: 1 hour
	Handovers                      Handovers        // nil: no shop hands customers over
	Elsewhere                      []*oidc.Provider // where staff may sign in, too
	Hands                          time.Duration    // how long who had a hand in somebody is no other person; 0: DefaultHands
	Hasher                         *Hasher
	Audit                          Recorder // nil: nothing is recorded
	Revoked                        Revoker  // nil: nobody wants to hear
	Now                            func() time.Time
	Factors                        Factors // second factors; nil: there are none, and none is asked for, for tests only
}

// Service signs people in and out and tells who a token belongs to. It is safe for concurrent use.
type Service struct {
	store   *models.Store
	hasher  *Hasher
	options Options
	tickets Tickets
}

// New makes the service over its database.
func New(store *models.Store, options Options) *Service {
	orDuration(&options.CustomerIdle, 7*24*time.Hour)
	orDuration(&options.CustomerAbsolute, 30*24*time.Hour)
	orDuration(&options.StaffIdle, time.Hour)
	orDuration(&options.StaffAbsolute, 12*time.Hour)
	orDuration(&options.TryWindow, 15*time.Minute)
	orDuration(&options.InvitationLife, 7*24*time.Hour)
	orDuration(&options.RecoveryLife, time.Hour)
	orDuration(&options.Hands, DefaultHands)
	if options.TriesPerLogin <= 0 {
		options.TriesPerLogin = 10
	}
	if options.TriesPerAddress <= 0 {
		options.TriesPerAddress = 100
	}
	if options.Hasher == nil {
		options.Hasher = NewHasher(0, 0)
	}
	if options.Now == nil {
		options.Now = time.Now
	}
	s := &Service{store: store, hasher: options.Hasher, options: options}
	s.tickets = Tickets{Store: store, Now: s.now}
	return s
}

func orDuration(d *time.Duration, otherwise time.Duration) {
	if *d <= 0 {
		*d = otherwise
	}
}

// SignedIn is a new session.
type SignedIn struct {
	Token     string    // shown once; only its hash is stored
	ExpiresAt time.Time // at the latest; unused, it ends earlier
	Person    Person
	Next      *StepUp // a second factor is asked for first: there is no session yet, and nothing but this
}

// Origin is where a request comes from. Address is for limits and for the list of sessions, Device is DeviceOf its program.
type Origin struct {
	Address string
	Device  string
}

// How a session began.
type How struct {
	Method    string // password, passkey, oidc:<provider>, handover, ...: at most 32 bytes
	Assurance Assurance
	From      Origin
}

// SignIn checks login and password and begins a session. An unknown login, a wrong password and an account whose person is
// gone or may not sign in all give the fault SignInFailed after the same work; too many failed tries give TooManyTries
// with the seconds to wait.
func (s *Service) SignIn(ctx context.Context, login, password string, from Origin) (SignedIn, error) {
	now := s.now()
	login = strings.ToLower(strings.TrimSpace(login))
	byLogin, err := s.hidden(ctx, "login", login)
	if err != nil {
		return SignedIn{}, err
	}
	byAddress, err := s.fromAddress(ctx, "addr", from.Address)
	if err != nil {
		return SignedIn{}, err
	}
	if err := s.admit(ctx, byLogin, byAddress, now); err != nil {
		return SignedIn{}, err
	}

	account, err := s.store.AccountByLogin(ctx, login)
	if err != nil && !errors.Is(err, models.ErrNotFound) {
		return SignedIn{}, fmt.Errorf("identity: find account: %w", err)
	}
	right, err := s.hasher.Verify(ctx, account.PasswordHash, password)
	if err != nil {
		return SignedIn{}, err
	}
	person := Person{}
	if right {
		person, err = s.Person(ctx, account.ID)
		if f := fault.As(err); f != nil && f.Code == fault.SignInRequired {
			right = false
		} else if err != nil {
			return SignedIn{}, err
		}
	}
	if !right {
		if _, err := s.store.CountSignInTry(ctx, byAddress, now, s.options.TryWindow); err != nil {
			return SignedIn{}, fmt.Errorf("identity: count try: %w", err)
		}
		if err := s.note(ctx, Person{}, "sign_in.password", "account", account.ID, models.AuditRefused, nil, string(fault.SignInFailed)); err != nil {
			return SignedIn{}, err
		}
		return SignedIn{}, fault.New(fault.SignInFailed)
	}
	if err := s.rehash(ctx, account, password); err != nil {
		return SignedIn{}, err
	}
	if err := s.store.ClearSignInTries(ctx, byLogin); err != nil {
		return SignedIn{}, fmt.Errorf("identity: forget tries: %w", err)
	}
	return s.next(ctx, person, How{Method: MethodPassword, Assurance: AssuredPassword, From: from}, now)
}

// Begin begins a session of an account whose holder was recognised by other means than a password. The fault
// SignInFailed says that nobody who may sign in holds the account.
func (s *Service) Begin(ctx context.Context, accountID string, how How) (SignedIn, error) {
	person, err := s.Person(ctx, accountID)
	if f := fault.As(err); f != nil && f.Code == fault.SignInRequired {
		return SignedIn{}, fault.New(fault.SignInFailed).Because(err)
	}
	if err != nil {
		return SignedIn{}, err
	}
	return s.next(ctx, person, how, s.now())
}

// Person tells who holds an account; the fault SignInRequired when nobody does who may sign in.
func (s *Service) Person(ctx context.Context, accountID string) (Person, error) {
	holder, err := s.store.Holder(ctx, accountID)
	if err != nil {
		return Person{}, orGone(err)
	}
	return personOf(holder)
}

// admit refuses when too many tries failed. A try for a login is counted before the password is looked at, so that
// tries side by side cannot pass the limit together; an address shared by many people is only looked at.
func (s *Service) admit(ctx context.Context, byLogin, byAddress string, now time.Time) error {
	window := s.options.TryWindow
	if err := s.admitAddress(ctx, byAddress, now); err != nil {
		return err
	}
	tries, err := s.store.CountSignInTry(ctx, byLogin, now, window)
	if err != nil {
		return fmt.Errorf("identity: count try: %w", err)
	}
	if tries.Count > s.options.TriesPerLogin {
		return tooMany(tries.StartedAt.Add(window).Sub(now))
	}
	return nil
}

func (s *Service) admitAddress(ctx context.Context, byAddress string, now time.Time) error {
	window := s.options.TryWindow
	seen, err := s.store.SignInTries(ctx, byAddress, now, window)
	if err != nil {
		return fmt.Errorf("identity: read tries: %w", err)
	}
	if seen.Count >= s.options.TriesPerAddress {
		return tooMany(seen.StartedAt.Add(window).Sub(now))
	}
	return nil
}

func tooMany(wait time.Duration) error {
	return fault.New(fault.TooManyTries, "seconds", max(1, int64((wait+time.Second-1)/time.Second)))
}

func (s *Service) begin(ctx context.Context, person Person, how How, now time.Time) (SignedIn, error) {
	token, hash := newToken()
	idle, absolute := s.lifetimes(person.Kind)
	person.SessionID, person.Assurance = uuid.Must(uuid.NewV7()).String(), how.Assurance
	person.MustEnrol = s.mustEnrol(person)
	err := s.store.CreateSession(ctx, models.NewSession{
		TokenHash: hash, ID: person.SessionID, AccountID: person.AccountID, PersonID: person.ID, KeyRef: person.KeyRef,
		Method: how.Method, Assurance: int(how.Assurance), Device: how.From.Device, Address: how.From.Address,
		CreatedAt: now, SeenAt: now, ExpiresAt: now.Add(min(idle, absolute)),
	})
	if err != nil {
		return SignedIn{}, fmt.Errorf("identity: begin session: %w", err)
	}
	if err := s.note(ctx, person, "sign_in."+kindOf(how.Method), "account", person.AccountID, models.AuditDone, map[string]string{"method": how.Method}, ""); err != nil {
		return SignedIn{}, err
	}
	return SignedIn{Token: token, ExpiresAt: now.Add(absolute), Person: person}, nil
}

// kindOf is a method without its particulars and its second step: "oidc" of "oidc:corp/totp".
func kindOf(method string) string {
	if end := strings.IndexAny(method, ":/"); end >= 0 {
		return method[:end]
	}
	return method
}

func (s *Service) lifetimes(kind string) (idle, absolute time.Duration) {
	if kind == KindCustomer {
		return s.options.CustomerIdle, s.options.CustomerAbsolute
	}
	return s.options.StaffIdle, s.options.StaffAbsolute
}

// Authenticate tells who a token belongs to. Unknown, expired and idle sessions all give the fault SignInRequired;
// the repository's sweeper deletes those that are over. Nothing is remembered between requests, so that a session that was
// revoked, or rights that were taken away, are so at once in every process.
func (s *Service) Authenticate(ctx context.Context, token string) (Person, error) {
	if isAPIKey(token) {
		return s.authenticateKey(ctx, token)
	}
	hash, ok := tokenHash(token)
	if !ok {
		return Person{}, fault.New(fault.SignInRequired)
	}
	now := s.now()
	session, err := s.store.Session(ctx, hash[:], now)
	if err != nil {
		return Person{}, orGone(err)
	}
	person, err := s.personIn(session)
	if err != nil {
		return Person{}, err
	}
	// Written once in a twentieth of the idle time: being seen must not cost a write per request.
	if idle, absolute := s.lifetimes(person.Kind); now.Sub(session.SeenAt) >= idle/20 {
		ends := earlier(now.Add(idle), session.CreatedAt.Add(absolute))
		if err := s.store.TouchSession(ctx, hash[:], now, ends); err != nil {
			return Person{}, fmt.Errorf("identity: note session: %w", err)
		}
	}
	return person, nil
}

// InSession tells who a session belongs to by its public name, for connections that stay open for it; the fault
// SignInRequired when it is over. It does not count as use.
func (s *Service) InSession(ctx context.Context, sessionID string) (Person, error) {
	session, err := s.store.SessionByID(ctx, sessionID, s.now())
	if err != nil {
		return Person{}, orGone(err)
	}
	return s.personIn(session)
}

func (s *Service) personIn(session models.HeldSession) (Person, error) {
	person, err := personOf(session.Holder)
	if err != nil {
		return Person{}, err
	}
	person.SessionID, person.Assurance = session.SessionID, Assurance(session.Assurance)
	person.MustEnrol = s.mustEnrol(person)
	return person, nil
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

func (s *Service) now() time.Time { return s.options.Now().UTC().Truncate(time.Microsecond) }
