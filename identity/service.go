package identity

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"

	"aftersales/fault"
	"aftersales/models"
)

// Repository is what identity needs of the database. A missing row is models.ErrNotFound.
type Repository interface {
	AccountByLogin(ctx context.Context, login string) (models.Account, error)
	Customer(ctx context.Context, id string) (models.Customer, error)
	Staff(ctx context.Context, id string) (models.Staff, error)

	CreateSession(ctx context.Context, session models.Session) error
	// Session returns a session that has not expired at now, and its account.
	Session(ctx context.Context, tokenHash []byte, now time.Time) (models.Session, models.Account, error)
	TouchSession(ctx context.Context, tokenHash []byte, seenAt, expiresAt time.Time) error
	DeleteSession(ctx context.Context, tokenHash []byte) error // deleting twice is harmless

	// SignInTries reads the counter of a subject in its window; zero when there is none.
	SignInTries(ctx context.Context, subject string, now time.Time, window time.Duration) (models.SignInTry, error)
	// CountSignInTry adds one try and returns the counter. A window that is over starts anew.
	CountSignInTry(ctx context.Context, subject string, now time.Time, window time.Duration) (models.SignInTry, error)
	// ClearSignInTries removes counters.
	ClearSignInTries(ctx context.Context, subjects ...string) error
}

// Options of New. The zero value is right for production.
type Options struct {
	CustomerIdle, CustomerAbsolute time.Duration // a customer's session; 0: 7 days, 30 days
	StaffIdle, StaffAbsolute       time.Duration // a staff member's session; 0: 1 hour, 12 hours
	TryWindow                      time.Duration // how long failed tries count; 0: 15 minutes
	TriesPerLogin                  int           // 0: 10
	TriesPerAddress                int           // 0: 100
	Hasher                         *Hasher
	Now                            func() time.Time
}

// Service signs people in and out and tells who a token belongs to. It is safe for concurrent use.
type Service struct {
	repository Repository
	hasher     *Hasher
	options    Options
	cache      *cache
}

// New makes the service over its database.
func New(repository Repository, options Options) *Service {
	orDuration(&options.CustomerIdle, 7*24*time.Hour)
	orDuration(&options.CustomerAbsolute, 30*24*time.Hour)
	orDuration(&options.StaffIdle, time.Hour)
	orDuration(&options.StaffAbsolute, 12*time.Hour)
	orDuration(&options.TryWindow, 15*time.Minute)
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
	return &Service{repository: repository, hasher: options.Hasher, options: options, cache: newCache(cacheSize, cacheTTL)}
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
}

// SignIn checks login and password and begins a session. address is where the request came from, for the rate
// limit. An unknown login, a wrong password and an account without a person all give the fault SignInFailed after the
// same work; too many failed tries give TooManyTries with the seconds to wait.
func (s *Service) SignIn(ctx context.Context, login, password, address string) (SignedIn, error) {
	now := s.now()
	login = strings.ToLower(strings.TrimSpace(login))
	byLogin, byAddress := subject("login", login), subject("addr", address)
	if err := s.admit(ctx, byLogin, byAddress, now); err != nil {
		return SignedIn{}, err
	}

	account, err := s.repository.AccountByLogin(ctx, login)
	if err != nil && !errors.Is(err, models.ErrNotFound) {
		return SignedIn{}, fmt.Errorf("identity: find account: %w", err)
	}
	right, err := s.hasher.Verify(ctx, account.PasswordHash, password)
	if err != nil {
		return SignedIn{}, err
	}
	person := Person{}
	if right {
		person, err = s.person(ctx, account)
		if f := fault.As(err); f != nil && f.Code == fault.SignInRequired {
			right = false
		} else if err != nil {
			return SignedIn{}, err
		}
	}
	if !right {
		if _, err := s.repository.CountSignInTry(ctx, byAddress, now, s.options.TryWindow); err != nil {
			return SignedIn{}, fmt.Errorf("identity: count try: %w", err)
		}
		return SignedIn{}, fault.New(fault.SignInFailed)
	}
	if err := s.repository.ClearSignInTries(ctx, byLogin); err != nil {
		return SignedIn{}, fmt.Errorf("identity: forget tries: %w", err)
	}
	return s.begin(ctx, person, now)
}

// admit refuses when too many tries failed. A try for a login is counted before the password is looked at, so that
// tries side by side cannot pass the limit together; an address shared by many people is only looked at.
func (s *Service) admit(ctx context.Context, byLogin, byAddress string, now time.Time) error {
	window := s.options.TryWindow
	seen, err := s.repository.SignInTries(ctx, byAddress, now, window)
	if err != nil {
		return fmt.Errorf("identity: read tries: %w", err)
	}
	if seen.Count >= s.options.TriesPerAddress {
		return tooMany(seen.StartedAt.Add(window).Sub(now))
	}
	tries, err := s.repository.CountSignInTry(ctx, byLogin, now, window)
	if err != nil {
		return fmt.Errorf("identity: count try: %w", err)
	}
	if tries.Count > s.options.TriesPerLogin {
		return tooMany(tries.StartedAt.Add(window).Sub(now))
	}
	return nil
}

func tooMany(wait time.Duration) error {
	return fault.New(fault.TooManyTries, "seconds", max(1, int64((wait+time.Second-1)/time.Second)))
}

// subject hides what is counted: neither logins nor addresses stand in the table.
func subject(kind, value string) string {
	sum := sha256.Sum256([]byte(value))
	return kind + ":" + hex.EncodeToString(sum[:])
}

func (s *Service) begin(ctx context.Context, person Person, now time.Time) (SignedIn, error) {
	token, hash := newToken()
	session := models.Session{TokenHash: hash, AccountID: person.AccountID, CreatedAt: now, SeenAt: now}
	session.ExpiresAt = s.expiry(session, person.Kind, now)
	if err := s.repository.CreateSession(ctx, session); err != nil {
		return SignedIn{}, fmt.Errorf("identity: begin session: %w", err)
	}
	_, absolute := s.lifetimes(person.Kind)
	return SignedIn{Token: token, ExpiresAt: now.Add(absolute), Person: person}, nil
}

func (s *Service) lifetimes(kind string) (idle, absolute time.Duration) {
	if kind == KindCustomer {
		return s.options.CustomerIdle, s.options.CustomerAbsolute
	}
	return s.options.StaffIdle, s.options.StaffAbsolute
}

// expiry is when a session that is used now ends: after its idle time, in any case after its absolute one.
func (s *Service) expiry(session models.Session, kind string, now time.Time) time.Time {
	idle, absolute := s.lifetimes(kind)
	return earlier(now.Add(idle), session.CreatedAt.Add(absolute))
}

// SignOut ends the session of a token. A token that is no session's is no error. Other processes may honour it for
// up to a second more.
func (s *Service) SignOut(ctx context.Context, token string) error {
	hash, ok := tokenHash(token)
	if !ok {
		return nil
	}
	defer s.cache.forget(hash)
	if err := s.repository.DeleteSession(ctx, hash[:]); err != nil {
		return fmt.Errorf("identity: end session: %w", err)
	}
	return nil
}

// Authenticate tells who a token belongs to. Unknown, expired and idle sessions all give the fault SignInRequired;
// the repository's sweeper deletes those that are over.
func (s *Service) Authenticate(ctx context.Context, token string) (Person, error) {
	hash, ok := tokenHash(token)
	if !ok {
		return Person{}, fault.New(fault.SignInRequired)
	}
	now := s.now()
	if person, ok := s.cache.get(hash, now); ok {
		return person, nil
	}
	generation := s.cache.generation()
	session, account, err := s.repository.Session(ctx, hash[:], now)
	if err != nil {
		return Person{}, orGone(err)
	}
	person, err := s.person(ctx, account)
	if err != nil {
		return Person{}, err
	}
	// Written once in a twentieth of the idle time: being seen must not cost a write per request.
	if idle, _ := s.lifetimes(account.PersonKind); now.Sub(session.SeenAt) >= idle/20 {
		session.ExpiresAt = s.expiry(session, account.PersonKind, now)
		if err := s.repository.TouchSession(ctx, hash[:], now, session.ExpiresAt); err != nil {
			return Person{}, fmt.Errorf("identity: note session: %w", err)
		}
	}
	s.cache.put(hash, person, now, session.ExpiresAt, generation)
	return person, nil
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

func (s *Service) now() time.Time { return s.options.Now().UTC().Truncate(time.Microsecond) }
