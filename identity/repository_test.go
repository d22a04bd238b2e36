package identity_test

import (
	"context"
	"strings"
	"sync"
	"time"

	"aftersales/models"
)

// memory is a Repository in maps, for what identity does of itself; the queries have their tests where they live.
type memory struct {
	mu        sync.Mutex
	accounts  map[string]models.Account
	customers map[string]models.Customer
	staff     map[string]models.Staff
	sessions  map[string]models.Session
	tries     map[string]models.SignInTry
	reads     int // of sessions
}

func newMemory() *memory {
	return &memory{
		accounts: map[string]models.Account{}, customers: map[string]models.Customer{}, staff: map[string]models.Staff{},
		sessions: map[string]models.Session{}, tries: map[string]models.SignInTry{},
	}
}

func found[T any](m *memory, rows map[string]T, key string) (T, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	row, ok := rows[key]
	if !ok {
		return row, models.ErrNotFound
	}
	return row, nil
}

func (m *memory) AccountByLogin(_ context.Context, login string) (models.Account, error) {
	return found(m, m.accounts, login)
}

func (m *memory) CreateAccount(_ context.Context, account models.Account) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, taken := m.accounts[account.Login]; taken {
		return models.ErrDuplicate
	}
	m.accounts[account.Login] = account
	return nil
}

func (m *memory) Customer(_ context.Context, id string) (models.Customer, error) {
	return found(m, m.customers, id)
}

func (m *memory) Staff(_ context.Context, id string) (models.Staff, error) {
	return found(m, m.staff, id)
}

func (m *memory) CreateSession(_ context.Context, session models.Session) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.sessions[string(session.TokenHash)] = session
	return nil
}

func (m *memory) Session(_ context.Context, hash []byte, now time.Time) (models.Session, models.Account, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.reads++
	session, ok := m.sessions[string(hash)]
	if !ok || !session.ExpiresAt.After(now) {
		return models.Session{}, models.Account{}, models.ErrNotFound
	}
	for _, account := range m.accounts {
		if account.ID == session.AccountID {
			return session, account, nil
		}
	}
	return models.Session{}, models.Account{}, models.ErrNotFound
}

func (m *memory) TouchSession(_ context.Context, hash []byte, seenAt, expiresAt time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	session := m.sessions[string(hash)]
	session.SeenAt, session.ExpiresAt = seenAt, expiresAt
	m.sessions[string(hash)] = session
	return nil
}

func (m *memory) DeleteSession(_ context.Context, hash []byte) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.sessions, string(hash))
	return nil
}

func (m *memory) SignInTries(_ context.Context, subject string, now time.Time, window time.Duration) (models.SignInTry, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if try := m.tries[subject]; try.StartedAt.After(now.Add(-window)) {
		return try, nil
	}
	return models.SignInTry{}, nil
}

func (m *memory) CountSignInTry(_ context.Context, subject string, now time.Time, window time.Duration) (models.SignInTry, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	try := m.tries[subject]
	if !try.StartedAt.After(now.Add(-window)) {
		try = models.SignInTry{Subject: subject, StartedAt: now}
	}
	try.Count++
	m.tries[subject] = try
	return try, nil
}

func (m *memory) ClearSignInTries(_ context.Context, subjects ...string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, subject := range subjects {
		delete(m.tries, subject)
	}
	return nil
}

// anySubject tells whether a counter's name shows what it counts.
func (m *memory) anySubject(containing string) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	for subject := range m.tries {
		if strings.Contains(subject, containing) {
			return true
		}
	}
	return false
}
