package identity

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"aftersales/models"
)

// Accounts is where accounts are kept. An account whose login is taken is models.ErrDuplicate.
type Accounts interface {
	AccountByLogin(ctx context.Context, login string) (models.Account, error)
	CreateAccount(ctx context.Context, account models.Account) error
}

// DemoAccount is one account of a demo world. The person must exist.
type DemoAccount struct {
	ID         string // of the account
	Login      string
	Password   string
	PersonKind string // customer or staff
	PersonID   string
}

// Seed makes the accounts that are not there yet and leaves the others as they are, so that it may run at every
// start. Accounts with the same password share one hash: making hundreds of demo people would otherwise take
// seconds of argon2. For real people use one Hash each.
func Seed(ctx context.Context, accounts Accounts, hasher *Hasher, at time.Time, people []DemoAccount) error {
	hashes := map[string]string{}
	for _, demo := range people {
		login := strings.ToLower(strings.TrimSpace(demo.Login))
		_, err := accounts.AccountByLogin(ctx, login)
		if err == nil {
			continue
		}
		if !errors.Is(err, models.ErrNotFound) {
			return fmt.Errorf("identity: seed %s: %w", login, err)
		}
		hash, ok := hashes[demo.Password]
		if !ok {
			if hash, err = hasher.Hash(ctx, demo.Password); err != nil {
				return fmt.Errorf("identity: seed %s: %w", login, err)
			}
			hashes[demo.Password] = hash
		}
		account := models.Account{ID: demo.ID, Login: login, PersonKind: demo.PersonKind, PersonID: demo.PersonID, PasswordHash: hash, CreatedAt: at.UTC()}
		if err := accounts.CreateAccount(ctx, account); err != nil && !errors.Is(err, models.ErrDuplicate) {
			return fmt.Errorf("identity: seed %s: %w", login, err)
		}
	}
	return nil
}
