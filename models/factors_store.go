package models

import (
	"context"
	"encoding/hex"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"aftersales/seal"
)

// NewFactor is a factor to be stored. Label and Secret are plain here and sealed under KeyRef when stored.
type NewFactor struct {
	ID, AccountID, KeyRef string
	Kind, Label, Secret   string
	Credential            []byte
	Counter               int64
	CreatedAt             time.Time
}

// AddFactor stores a factor, and recovery codes if there are any, which then replace all older ones. At most limit factors
// per account: added is false when there are that many already. ErrDuplicate when the credential is somebody's already.
func (s *Store) AddFactor(ctx context.Context, in NewFactor, codes [][]byte, limit int) (added bool, err error) {
	factor := Factor{
		ID: in.ID, AccountID: in.AccountID, Kind: in.Kind, Label: seal.Plain(in.Label), Secret: seal.Plain(in.Secret),
		Credential: in.Credential, Counter: in.Counter, CreatedAt: Moment(in.CreatedAt),
	}
	if err := s.Keys.Seal(ctx, in.KeyRef, factorAD(factor, "label"), &factor.Label); err != nil {
		return false, err
	}
	if err := s.Keys.Seal(ctx, in.KeyRef, factorAD(factor, "secret"), &factor.Secret); err != nil {
		return false, err
	}
	err = s.Tx(ctx, func(tx *Store) error {
		added = false
		// The account's row orders those who add at the same time.
		if err := tx.ForUpdate(tx.db(ctx)).Select("id").Take(&Account{}, "id = ?", in.AccountID).Error; err != nil {
			return err
		}
		var have int64
		if err := tx.db(ctx).Model(&Factor{}).Where("account_id = ?", in.AccountID).Count(&have).Error; err != nil || have >= int64(limit) {
			return err
		}
		if err := tx.db(ctx).Create(&factor).Error; err != nil {
			return err
		}
		added = true
		if have == 0 {
			if err := tx.db(ctx).Model(&Account{}).Where("id = ?", in.AccountID).Update("second_factor_at", factor.CreatedAt).Error; err != nil {
				return err
			}
		}
		if len(codes) == 0 {
			return nil
		}
		return tx.SetRecoveryCodes(ctx, in.AccountID, codes, in.CreatedAt)
	})
	return added && err == nil, err
}

func factorAD(f Factor, column string) seal.AD {
	return seal.AD{Table: "factors", Column: column, Person: f.AccountID, Row: f.ID}
}

// FactorSecret opens what proves a factor; the fault Erased after erasure.
func (s *Store) FactorSecret(ctx context.Context, f Factor) (string, error) {
	return s.Keys.Open(ctx, factorAD(f, "secret"), f.Secret)
}

// FactorLabel opens what its owner calls a factor; the fault Erased after erasure.
func (s *Store) FactorLabel(ctx context.Context, f Factor) (string, error) {
	return s.Keys.Open(ctx, factorAD(f, "label"), f.Label)
}

// Factors lists an account's factors, the oldest first.
func (s *Store) Factors(ctx context.Context, accountID string) ([]Factor, error) {
	var factors []Factor
	err := s.db(ctx).Where("account_id = ?", accountID).Order("created_at, id").Find(&factors).Error
	return factors, err
}

// FactorByCredential finds a passkey by the SHA-256 of its ID; ErrNotFound when it is nobody's.
func (s *Store) FactorByCredential(ctx context.Context, credential []byte) (Factor, error) {
	return one[Factor](ctx, s, "credential = ?", credential)
}

// AdvanceFactor notes that a factor was used and moves its counter on. It is false when the counter does not grow by that,
// unless stays allows a passkey that does not count (0 and 0).
func (s *Store) AdvanceFactor(ctx context.Context, id string, counter int64, stays bool, at time.Time) (bool, error) {
	query := s.db(ctx).Model(&Factor{}).Where("id = ?", id)
	if stays {
		query = query.Where("counter = ?", counter)
	} else {
		query = query.Where("counter < ?", counter)
	}
	result := query.Updates(map[string]any{"counter": counter, "used_at": Moment(at)})
	return result.RowsAffected == 1, result.Error
}

// DeleteFactor removes a factor of an account. With keep, the last one stays and deleted is false. When the last one goes, so do the recovery codes. ErrNotFound when the account has no such factor.
func (s *Store) DeleteFactor(ctx context.Context, accountID, id string, keep bool) (deleted bool, err error) {
	err = s.Tx(ctx, func(tx *Store) error {
		deleted = false
		if err := tx.ForUpdate(tx.db(ctx)).Select("id").Take(&Account{}, "id = ?", accountID).Error; err != nil {
			return err
		}
		if _, err := one[Factor](ctx, tx, "id = ? AND account_id = ?", id, accountID); err != nil {
			return err
		}
		var have int64
		if err := tx.db(ctx).Model(&Factor{}).Where("account_id = ?", accountID).Count(&have).Error; err != nil || keep && have == 1 {
			return err
		}
		if err := tx.db(ctx).Where("id = ? AND account_id = ?", id, accountID).Delete(&Factor{}).Error; err != nil {
			return err
		}
		deleted = true
		if have > 1 {
			return nil
		}
		return tx.noFactors(ctx, accountID)
	})
	return deleted && err == nil, err
}

// DeleteFactorsOf removes everything by which an account proves itself besides its password, and what it had begun.
func (s *Store) DeleteFactorsOf(ctx context.Context, accountID string) error {
	return s.Tx(ctx, func(tx *Store) error {
		for _, row := range []any{&Factor{}, &Ticket{}} {
			if err := tx.db(ctx).Where("account_id = ?", accountID).Delete(row).Error; err != nil {
				return err
			}
		}
		return tx.noFactors(ctx, accountID)
	})
}

func (s *Store) noFactors(ctx context.Context, accountID string) error {
	if err := s.db(ctx).Model(&Account{}).Where("id = ?", accountID).Update("second_factor_at", nil).Error; err != nil {
		return err
	}
	return s.db(ctx).Where("account_id = ?", accountID).Delete(&RecoveryCode{}).Error
}

// SetRecoveryCodes replaces an account's recovery codes by new ones, given as hashes.
func (s *Store) SetRecoveryCodes(ctx context.Context, accountID string, hashes [][]byte, at time.Time) error {
	rows := make([]RecoveryCode, len(hashes))
	for i, hash := range hashes {
		rows[i] = RecoveryCode{AccountID: accountID, Hash: hash, CreatedAt: Moment(at)}
	}
	return s.Tx(ctx, func(tx *Store) error {
		if err := tx.db(ctx).Where("account_id = ?", accountID).Delete(&RecoveryCode{}).Error; err != nil || len(rows) == 0 {
			return err
		}
		return tx.db(ctx).Create(&rows).Error
	})
}

// RecoveryCodesLeft counts the codes that were not used yet.
func (s *Store) RecoveryCodesLeft(ctx context.Context, accountID string) (int, error) {
	var left int64
	err := s.db(ctx).Model(&RecoveryCode{}).Where("account_id = ? AND used_at IS NULL", accountID).Count(&left).Error
	return int(left), err
}

// UseRecoveryCode uses a code up; false when there is none or it was used before.
func (s *Store) UseRecoveryCode(ctx context.Context, accountID string, hash []byte, at time.Time) (bool, error) {
	result := s.db(ctx).Model(&RecoveryCode{}).Where("account_id = ? AND hash = ? AND used_at IS NULL", accountID, hash).Update("used_at", Moment(at))
	return result.RowsAffected == 1, result.Error
}

// CreateTicket stores a ticket; data is plain here and sealed under the platform's keyset.
func (s *Store) CreateTicket(ctx context.Context, ticket Ticket, data string) error {
	ticket.CreatedAt, ticket.ExpiresAt = Moment(ticket.CreatedAt), Moment(ticket.ExpiresAt)
	if data != "" {
		ticket.Data = seal.Plain(data)
		if err := s.Keys.Seal(ctx, seal.Platform, ticketAD(ticket), &ticket.Data); err != nil {
			return err
		}
	}
	return s.db(ctx).Create(&ticket).Error
}

// TicketData opens what a ticket remembers.
func (s *Store) TicketData(ctx context.Context, ticket Ticket) (string, error) {
	return s.Keys.Open(ctx, ticketAD(ticket), ticket.Data)
}

func ticketAD(t Ticket) seal.AD {
	return seal.AD{Table: "tickets", Column: "data", Person: t.Purpose, Row: hex.EncodeToString(t.Hash)}
}

// TryTicket counts one try of a ticket that is neither spent nor over, and returns it. ErrNotFound when there is none, or when
// it was tried as often as it may be.
func (s *Store) TryTicket(ctx context.Context, hash []byte, purpose string, now time.Time, tries int) (Ticket, error) {
	var ticket Ticket
	result := s.db(ctx).Model(&ticket).Clauses(clause.Returning{}).
		Where("hash = ? AND purpose = ? AND spent_at IS NULL AND expires_at > ? AND tries < ?", hash, purpose, Moment(now), tries).
		Update("tries", gorm.Expr("tries + 1"))
	if result.Error == nil && result.RowsAffected == 0 {
		return Ticket{}, ErrNotFound
	}
	return ticket, result.Error
}

// DropTicket ends a ticket; false when somebody else did before.
func (s *Store) DropTicket(ctx context.Context, hash []byte) (bool, error) {
	result := s.db(ctx).Where("hash = ?", hash).Delete(&Ticket{})
	return result.RowsAffected == 1, result.Error
}

// DropTicketsOf ends what an account has begun of one purpose.
func (s *Store) DropTicketsOf(ctx context.Context, accountID, purpose string) error {
	return s.db(ctx).Where("account_id = ? AND purpose = ?", accountID, purpose).Delete(&Ticket{}).Error
}

// SpendTicket spends a ticket for an action, once; false when it is not for this account, session and action, is over, or was spent.
func (s *Store) SpendTicket(ctx context.Context, ticket Ticket, now time.Time) (bool, error) {
	result := s.db(ctx).Model(&Ticket{}).
		Where("hash = ? AND purpose = ? AND account_id = ? AND session_id = ? AND action_hash = ?", ticket.Hash, ticket.Purpose, ticket.AccountID, ticket.SessionID, ticket.ActionHash).
		Where("spent_at IS NULL AND expires_at > ?", Moment(now)).
		Updates(map[string]any{"spent_at": Moment(now), "spent_for": ticket.SpentFor})
	return result.RowsAffected == 1, result.Error
}

// SpentTicket tells whether a ticket was spent for this very action of this account under this key.
func (s *Store) SpentTicket(ctx context.Context, ticket Ticket) (bool, error) {
	var n int64
	err := s.db(ctx).Model(&Ticket{}).
		Where("account_id = ? AND purpose = ? AND action_hash = ? AND spent_for = ? AND spent_at IS NOT NULL", ticket.AccountID, ticket.Purpose, ticket.ActionHash, ticket.SpentFor).
		Count(&n).Error
	return n > 0, err
}

// SweepTickets deletes tickets that ended before a time and returns how many.
func (s *Store) SweepTickets(ctx context.Context, before time.Time) (int64, error) {
	result := s.db(ctx).Where("expires_at < ?", before).Delete(&Ticket{})
	return result.RowsAffected, result.Error
}
