package identity

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"aftersales/access"
	"aftersales/fault"
	"aftersales/models"
)

// An API key is "ask_<id>_<secret>". The ID is public and finds the row; of the secret only an HMAC is kept, under a key
// that lives apart from the data (seal.Keyring.Term). A fast hash is enough: 256 random bits cannot be guessed.
const (
	keyPrefix   = "ask_"
	keyIDBytes  = 10
	keySecret   = 32
	keyField    = "api_key"
	keyUsedStep = time.Minute // how exactly the last use is noted
)

// How long an API key lives.
const (
	DefaultKeyLife = 90 * 24 * time.Hour
	MaxKeyLife     = 366 * 24 * time.Hour
)

// maxScopes and maxKeys bound what one account may have.
const (
	maxScopes = 100
	maxKeys   = 20
)

// APIKey is a key as its owner sees it.
type APIKey struct {
	ID, Name  string
	Scopes    []string // actions of the table of routes, sorted
	CreatedAt time.Time
	ExpiresAt time.Time
	UsedAt    *time.Time // to the minute
	RevokedAt *time.Time
}

// NewAPIKey asks for a key.
type NewAPIKey struct {
	Name   string
	Scopes []string
	Life   time.Duration // 0: DefaultKeyLife
}

// CreateAPIKey makes a key that speaks in the name of the person, for the actions of its scopes and no others, and never
// for more than the person may do at that time. The token is shown once. Faults: ScopeUnknown for what is no action or
// may not be done by a key of this person, BadRequest, TooManyKeys.
func (s *Service) CreateAPIKey(ctx context.Context, person Person, in NewAPIKey) (APIKey, string, error) {
	in.Name = strings.TrimSpace(in.Name)
	if in.Life == 0 {
		in.Life = DefaultKeyLife
	}
	if in.Name == "" || len(in.Name) > 100 || in.Life < time.Hour || in.Life > MaxKeyLife || len(in.Scopes) == 0 || len(in.Scopes) > maxScopes {
		return APIKey{}, "", fault.New(fault.BadRequest, "problem", "name, 1 to 100 scopes, and a life of an hour to 366 days")
	}
	scopes := slices.Compact(slices.Sorted(slices.Values(in.Scopes)))
	for _, scope := range scopes {
		if !keyMay(person, scope, scopes) {
			return APIKey{}, "", fault.New(fault.ScopeUnknown, "scope", scope)
		}
	}
	keys, err := s.store.APIKeysOf(ctx, person.AccountID)
	if err != nil {
		return APIKey{}, "", fmt.Errorf("identity: list keys: %w", err)
	}
	now := s.now()
	working := slices.DeleteFunc(keys, func(k models.APIKey) bool { return k.RevokedAt != nil || !now.Before(k.ExpiresAt) })
	if len(working) >= maxKeys {
		return APIKey{}, "", fault.New(fault.TooManyKeys, "limit", maxKeys)
	}
	var row models.APIKey
	var token string
	err = s.whileSignedIn(ctx, person, func(tx *models.Store) (err error) {
		row, token, err = s.newKey(ctx, tx, person.AccountID, in.Name, scopes, now, in.Life)
		return err
	})
	if err != nil {
		return APIKey{}, "", err
	}
	key, err := keyOf(row)
	if err != nil {
		return APIKey{}, "", err
	}
	return key, token, s.done(ctx, person, "key.create", "api_key", row.ID, map[string]string{"scopes": strings.Join(scopes, " ")})
}

// KeyMay tells whether a key of this person could be for an action, possibly together with others.
func (s *Service) KeyMay(person Person, action string) bool {
	return keyMay(person, action, access.Standard().Actions())
}

// keyMay tells whether a key that is for some actions may do one of them.
func keyMay(person Person, action string, scopes []string) bool {
	principal := person.Principal()
	principal.Key, principal.Scopes = true, scopes
	return access.Standard().Gate(access.Question{Who: principal, Action: action}) == nil
}

// whileSignedIn makes a key in a Tx, unless the session that asks has ended meanwhile: what ends sessions because somebody is let
// go or recovers ends keys too, and must not miss one that was about to be made. The fault SignInRequired says that it had ended.
func (s *Service) whileSignedIn(ctx context.Context, person Person, make func(tx *models.Store) error) error {
	return s.store.Tx(ctx, func(tx *models.Store) error {
		if err := tx.HoldAccount(ctx, person.AccountID); err != nil {
			return orGone(err)
		}
		if _, err := tx.SessionByID(ctx, person.SessionID, s.now()); err != nil {
			return orGone(err)
		}
		return make(tx)
	})
}

// endKeys ends all keys of an account for good, in the Tx of what they end with, and returns their IDs.
func (s *Service) endKeys(ctx context.Context, tx *models.Store, accountID string) ([]string, error) {
	if err := tx.HoldAccount(ctx, accountID); err != nil {
		return nil, err
	}
	return tx.RevokeAPIKeys(ctx, accountID, s.now())
}

// keysEnded puts into the trail that keys ended with something else.
func (s *Service) keysEnded(ctx context.Context, actor Person, ids []string) error {
	for _, id := range ids {
		if err := s.done(ctx, actor, "key.revoke", "api_key", id, nil); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) newKey(ctx context.Context, store *models.Store, accountID, name string, scopes []string, now time.Time, life time.Duration) (models.APIKey, string, error) {
	raw := make([]byte, keyIDBytes+keySecret)
	_, _ = rand.Read(raw) // never fails
	id, secret := tokenID(raw[:keyIDBytes]), base64.RawURLEncoding.EncodeToString(raw[keyIDBytes:])
	term, err := s.store.Keys.Term(ctx, keyField, id+secret)
	if err != nil {
		return models.APIKey{}, "", err
	}
	list, err := json.Marshal(scopes)
	if err != nil {
		return models.APIKey{}, "", err
	}
	row := models.APIKey{ID: id, AccountID: accountID, Name: name, Term: term, Scopes: string(list), CreatedAt: now, ExpiresAt: now.Add(life)}
	if err := store.CreateAPIKey(ctx, row); err != nil {
		return models.APIKey{}, "", fmt.Errorf("identity: store a key: %w", err)
	}
	return row, keyPrefix + id + "_" + secret, nil
}

// RotateAPIKey makes a new key with the scopes and the life of an old one, which ends. Fault: NotFound.
func (s *Service) RotateAPIKey(ctx context.Context, person Person, id string) (APIKey, string, error) {
	old, err := s.store.APIKey(ctx, id)
	if errors.Is(err, models.ErrNotFound) || err == nil && (old.AccountID != person.AccountID || old.RevokedAt != nil) {
		return APIKey{}, "", fault.New(fault.NotFound)
	}
	if err != nil {
		return APIKey{}, "", fmt.Errorf("identity: find a key: %w", err)
	}
	before, err := keyOf(old)
	if err != nil {
		return APIKey{}, "", err
	}
	var row models.APIKey
	var token string
	err = s.whileSignedIn(ctx, person, func(tx *models.Store) (err error) {
		// The old one first: of two who rotate it at the same moment one finds it gone, and makes none.
		if err = tx.RevokeAPIKey(ctx, person.AccountID, id, s.now()); err == nil {
			row, token, err = s.newKey(ctx, tx, person.AccountID, before.Name, before.Scopes, s.now(), old.ExpiresAt.Sub(old.CreatedAt))
		}
		return err
	})
	if fault.As(err) != nil {
		return APIKey{}, "", err
	}
	if errors.Is(err, models.ErrNotFound) {
		return APIKey{}, "", fault.New(fault.NotFound)
	}
	if err != nil {
		return APIKey{}, "", fmt.Errorf("identity: rotate a key: %w", err)
	}
	key, err := keyOf(row)
	if err != nil {
		return APIKey{}, "", err
	}
	return key, token, s.done(ctx, person, "key.rotate", "api_key", row.ID, map[string]string{"before": id})
}

// RevokeAPIKey ends one of the person's keys at once. Fault: NotFound.
func (s *Service) RevokeAPIKey(ctx context.Context, person Person, id string) error {
	err := s.store.RevokeAPIKey(ctx, person.AccountID, id, s.now())
	if errors.Is(err, models.ErrNotFound) {
		return fault.New(fault.NotFound)
	}
	if err != nil {
		return fmt.Errorf("identity: end a key: %w", err)
	}
	return s.done(ctx, person, "key.revoke", "api_key", id, nil)
}

// APIKeys lists the person's keys, the newest first, those that ended among them.
func (s *Service) APIKeys(ctx context.Context, person Person) ([]APIKey, error) {
	rows, err := s.store.APIKeysOf(ctx, person.AccountID)
	if err != nil {
		return nil, fmt.Errorf("identity: list keys: %w", err)
	}
	keys := make([]APIKey, len(rows))
	for i, row := range rows {
		if keys[i], err = keyOf(row); err != nil {
			return nil, err
		}
	}
	return keys, nil
}

func keyOf(row models.APIKey) (APIKey, error) {
	key := APIKey{ID: row.ID, Name: row.Name, CreatedAt: row.CreatedAt, ExpiresAt: row.ExpiresAt, UsedAt: row.UsedAt, RevokedAt: row.RevokedAt}
	if err := json.Unmarshal([]byte(row.Scopes), &key.Scopes); err != nil {
		return key, fmt.Errorf("identity: scopes of key %s: %w", row.ID, err)
	}
	return key, nil
}

// isAPIKey tells keys from sessions' tokens, which have no underscores in that place.
func isAPIKey(token string) bool { return strings.HasPrefix(token, keyPrefix) }

// authenticateKey tells in whose name a key speaks. Whatever is wrong with it, and with its owner, gives the fault
// SignInRequired.
func (s *Service) authenticateKey(ctx context.Context, token string) (Person, error) {
	refused := fault.New(fault.SignInRequired)
	id, secret, found := strings.Cut(strings.TrimPrefix(token, keyPrefix), "_")
	if !found || len(id) != tokenIDLength || len(secret) != base64.RawURLEncoding.EncodedLen(keySecret) {
		return Person{}, refused
	}
	row, err := s.store.APIKey(ctx, id)
	if errors.Is(err, models.ErrNotFound) {
		return Person{}, refused
	}
	if err != nil {
		return Person{}, fmt.Errorf("identity: find a key: %w", err)
	}
	terms, err := s.store.Keys.Terms(ctx, keyField, id+secret, false)
	if err != nil {
		return Person{}, err
	}
	now := s.now()
	if !slices.ContainsFunc(terms, func(term []byte) bool { return hmac.Equal(term, row.Term) }) || row.RevokedAt != nil || !now.Before(row.ExpiresAt) {
		return Person{}, refused
	}
	person, err := s.Person(ctx, row.AccountID)
	if err != nil {
		return Person{}, err
	}
	key, err := keyOf(row)
	if err != nil {
		return Person{}, err
	}
	// With no second factor ever set up, who set the key up could do nothing either; the key itself is one.
	person.KeyID, person.Scopes, person.Assurance = row.ID, key.Scopes, AssuredTwoFactor
	if row.UsedAt == nil || now.Sub(*row.UsedAt) >= keyUsedStep {
		if err := s.store.UseAPIKey(ctx, row.ID, now); err != nil {
			return Person{}, fmt.Errorf("identity: note a key: %w", err)
		}
	}
	return person, nil
}
