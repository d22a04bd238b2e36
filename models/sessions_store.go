package models

import (
	"context"
	"errors"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"aftersales/money"
	"aftersales/seal"
)

// NewSession is what a session begins with. Address is plain here and sealed under the keyset of its owner when stored.
type NewSession struct {
	TokenHash                     []byte
	ID, AccountID, Method, Device string
	Assurance                     int
	Address                       string
	PersonID, KeyRef              string // whose account it is
	CreatedAt, SeenAt, ExpiresAt  time.Time
}

// CreateSession stores a new sign-in. TokenHash is the SHA-256 of the token; the token itself is never stored.
func (s *Store) CreateSession(ctx context.Context, in NewSession) error {
	session := Session{
		TokenHash: in.TokenHash, ID: in.ID, AccountID: in.AccountID, Method: in.Method, Assurance: in.Assurance, Device: in.Device,
		CreatedAt: Moment(in.CreatedAt), SeenAt: Moment(in.SeenAt), ExpiresAt: Moment(in.ExpiresAt),
	}
	if in.Address != "" {
		session.Address = seal.Plain(in.Address)
		if err := s.Keys.Seal(ctx, in.KeyRef, sessionAD(in.PersonID, in.ID), &session.Address); err != nil {
			return err
		}
	}
	return s.db(ctx).Create(&session).Error
}

// SessionAddress opens where a session of a person began; empty when that is not known.
func (s *Store) SessionAddress(ctx context.Context, personID string, session Session) (string, error) {
	return s.Keys.Open(ctx, sessionAD(personID, session.ID), session.Address)
}

func sessionAD(personID, id string) seal.AD {
	return seal.AD{Table: "sessions", Column: "address", Person: personID, Row: id}
}

// Holder is whom an account belongs to, as a sign-in needs it: one row over accounts, customers and staff.
type Holder struct {
	AccountID, PersonKind, PersonID string
	SecondFactorAt                  *time.Time
	KeyRef                          string // empty: the person is gone
	Lang                            string // of customers
	Role, MerchantID, TeamID        string // of staff
	Owner                           bool
	ApprovalLimit                   money.Amount
	Status                          string
}

// HeldSession is a session and whom its account belongs to.
type HeldSession struct {
	Holder
	SessionID, Method            string
	Assurance                    int
	CreatedAt, SeenAt, ExpiresAt time.Time
}

const (
	holderColumns = `a.id AS account_id, a.person_kind, a.person_id, a.second_factor_at,
		COALESCE(c.key_ref, st.key_ref, '') AS key_ref, COALESCE(c.lang, '') AS lang, COALESCE(st.role, '') AS role,
		COALESCE(st.merchant_id, '') AS merchant_id, COALESCE(st.team_id, '') AS team_id, COALESCE(st.owner, FALSE) AS owner,
		COALESCE(st.approval_limit, 0) AS approval_limit, COALESCE(st.status, '') AS status`
	holderJoins = ` LEFT JOIN customers c ON a.person_kind = 'customer' AND c.id = a.person_id
		LEFT JOIN staff st ON a.person_kind = 'staff' AND st.id = a.person_id`
)

// Holder returns whom an account belongs to; ErrNotFound when there is no such account, or nobody whose it is.
func (s *Store) Holder(ctx context.Context, accountID string) (Holder, error) {
	var row Holder
	err := s.db(ctx).Raw("SELECT "+holderColumns+" FROM accounts a"+holderJoins+" WHERE a.id = ?", accountID).Scan(&row).Error
	if err == nil && row.KeyRef == "" {
		return Holder{}, ErrNotFound
	}
	return row, err
}

// Session returns the session of a token and whom it belongs to, unless it has expired at now or its owner is gone:
// then ErrNotFound. It is one read, cheap enough to be made for every request, so that nothing is ever honoured from memory.
func (s *Store) Session(ctx context.Context, tokenHash []byte, now time.Time) (HeldSession, error) {
	return s.heldSession(ctx, "s.token_hash = ?", tokenHash, now)
}

// SessionByID is Session by its public name.
func (s *Store) SessionByID(ctx context.Context, id string, now time.Time) (HeldSession, error) {
	return s.heldSession(ctx, "s.id = ?", id, now)
}

func (s *Store) heldSession(ctx context.Context, which string, arg any, now time.Time) (HeldSession, error) {
	var row HeldSession
	err := s.db(ctx).Raw("SELECT s.id AS session_id, s.method, s.assurance, s.created_at, s.seen_at, s.expires_at, "+holderColumns+
		" FROM sessions s JOIN accounts a ON a.id = s.account_id"+holderJoins+
		" WHERE "+which+" AND s.expires_at > ?", arg, Moment(now)).Scan(&row).Error
	if err == nil && row.KeyRef == "" {
		return HeldSession{}, ErrNotFound
	}
	return row, err
}

// TouchSession notes that a session was used and until when it lives now.
func (s *Store) TouchSession(ctx context.Context, tokenHash []byte, seenAt, expiresAt time.Time) error {
	return s.db(ctx).Model(&Session{}).Where("token_hash = ?", tokenHash).
		Updates(map[string]any{"seen_at": Moment(seenAt), "expires_at": Moment(expiresAt)}).Error
}

// AssureSession notes how surely a session's person is known by now.
func (s *Store) AssureSession(ctx context.Context, id string, assurance int) error {
	return s.db(ctx).Model(&Session{}).Where("id = ?", id).Update("assurance", assurance).Error
}

// SessionsOf lists the sessions of an account that are not over at now, the latest used first.
func (s *Store) SessionsOf(ctx context.Context, accountID string, now time.Time) ([]Session, error) {
	var sessions []Session
	err := s.db(ctx).Where("account_id = ? AND expires_at > ?", accountID, Moment(now)).Order("seen_at DESC, id DESC").Find(&sessions).Error
	return sessions, err
}

// TopicSessionRevoked is the event that a session ended before its time; its subject is "session/<id>". Whoever holds a
// connection open for the session closes it.
const TopicSessionRevoked = "session.revoked"

// EndSession ends the session of a token and returns its ID and its account; both are empty when there is none.
func (s *Store) EndSession(ctx context.Context, tokenHash []byte, now time.Time) (id, accountID string, err error) {
	gone, err := s.revoke(ctx, now, "token_hash = ?", tokenHash)
	if len(gone) == 0 {
		return "", "", err
	}
	return gone[0].ID, gone[0].AccountID, err
}

// RevokeSession ends one session of an account; ErrNotFound when the account has no such session.
func (s *Store) RevokeSession(ctx context.Context, accountID, id string, now time.Time) error {
	gone, err := s.revoke(ctx, now, "account_id = ? AND id = ?", accountID, id)
	if err == nil && len(gone) == 0 {
		return ErrNotFound
	}
	return err
}

// RevokeSessions ends every session of an account but one and returns the IDs of those that it ended; keep is empty to
// end all.
func (s *Store) RevokeSessions(ctx context.Context, accountID, keep string, now time.Time) ([]string, error) {
	gone, err := s.revoke(ctx, now, "account_id = ? AND id <> ?", accountID, keep)
	ids := make([]string, len(gone))
	for i, session := range gone {
		ids[i] = session.ID
	}
	return ids, err
}

func (s *Store) revoke(ctx context.Context, now time.Time, condition string, args ...any) (gone []Session, err error) {
	err = s.Tx(ctx, func(tx *Store) error {
		gone = nil
		returning := clause.Returning{Columns: []clause.Column{{Name: "id"}, {Name: "account_id"}}}
		if err := tx.db(ctx).Clauses(returning).Where(condition, args...).Delete(&gone).Error; err != nil {
			return err
		}
		events := make([]OutboxEvent, len(gone))
		for i, session := range gone {
			events[i] = OutboxEvent{Topic: TopicSessionRevoked, Subject: "session/" + session.ID, Audience: "[]", Data: "{}", At: Moment(now)}
		}
		return tx.AppendOutbox(ctx, events...)
	})
	return gone, err
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
