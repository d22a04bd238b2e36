package models

import (
	"context"
	"errors"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// CreateSession stores a new sign-in. TokenHash is the SHA-256 of the token; the token itself is never stored.
func (s *Store) CreateSession(ctx context.Context, session Session) error {
	return s.db(ctx).Create(&session).Error
}

// Session returns the session of a token, and its account, unless it has expired at now: then ErrNotFound.
func (s *Store) Session(ctx context.Context, tokenHash []byte, now time.Time) (Session, Account, error) {
	session, err := one[Session](ctx, s, "token_hash = ? AND expires_at > ?", tokenHash, now)
	if err != nil {
		return Session{}, Account{}, err
	}
	account, err := s.Account(ctx, session.AccountID)
	return session, account, err
}

// TouchSession notes that a session was used and until when it lives now.
func (s *Store) TouchSession(ctx context.Context, tokenHash []byte, seenAt, expiresAt time.Time) error {
	return s.db(ctx).Model(&Session{}).Where("token_hash = ?", tokenHash).
		Updates(map[string]any{"seen_at": Moment(seenAt), "expires_at": Moment(expiresAt)}).Error
}

// DeleteSession signs one session out. That it is gone already is no error.
func (s *Store) DeleteSession(ctx context.Context, tokenHash []byte) error {
	return s.db(ctx).Where("token_hash = ?", tokenHash).Delete(&Session{}).Error
}

// DeleteSessionsOf signs an account out everywhere.
func (s *Store) DeleteSessionsOf(ctx context.Context, accountID string) error {
	return s.db(ctx).Where("account_id = ?", accountID).Delete(&Session{}).Error
}

// SweepSessions deletes what has expired at now and returns how many.
func (s *Store) SweepSessions(ctx context.Context, now time.Time) (int64, error) {
	result := s.db(ctx).Where("expires_at <= ?", now).Delete(&Session{})
	return result.RowsAffected, result.Error
}

// CountSignInTry adds one failed try of a subject and returns how many there were in its window, this one
// included, and when that window began. A window that began longer ago than its length starts anew.
func (s *Store) CountSignInTry(ctx context.Context, subject string, now time.Time, window time.Duration) (SignInTry, error) {
	now = Moment(now)
	fresh := gorm.Expr("sign_in_tries.started_at <= ?", now.Add(-window))
	row := SignInTry{Subject: subject, StartedAt: now, Count: 1}
	err := s.db(ctx).Clauses(
		clause.OnConflict{
			Columns: []clause.Column{{Name: "subject"}},
			DoUpdates: clause.Assignments(map[string]any{
				"count":      gorm.Expr("CASE WHEN ? THEN 1 ELSE sign_in_tries.count + 1 END", fresh),
				"started_at": gorm.Expr("CASE WHEN ? THEN excluded.started_at ELSE sign_in_tries.started_at END", fresh),
			}),
		},
		clause.Returning{},
	).Create(&row).Error
	return row, err
}

// SignInTries returns the count of a subject whose window is not over at now; zero otherwise.
func (s *Store) SignInTries(ctx context.Context, subject string, now time.Time, window time.Duration) (SignInTry, error) {
	row, err := one[SignInTry](ctx, s, "subject = ? AND started_at > ?", subject, now.Add(-window))
	if errors.Is(err, ErrNotFound) {
		return SignInTry{Subject: subject}, nil
	}
	return row, err
}

// ClearSignInTries forgets the tries of subjects, after a sign-in that succeeded.
func (s *Store) ClearSignInTries(ctx context.Context, subjects ...string) error {
	return s.db(ctx).Where("subject IN ?", subjects).Delete(&SignInTry{}).Error
}

// SweepSignInTries deletes windows that began before a time and returns how many.
func (s *Store) SweepSignInTries(ctx context.Context, before time.Time) (int64, error) {
	result := s.db(ctx).Where("started_at < ?", before).Delete(&SignInTry{})
	return result.RowsAffected, result.Error
}
