package models

import (
	"context"
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// AccountOf returns the account of a person; ErrNotFound when there is none.
func (s *Store) AccountOf(ctx context.Context, personKind, personID string) (Account, error) {
	return one[Account](ctx, s, "person_kind = ? AND person_id = ?", personKind, personID)
}

// HoldAccount keeps an account as it is until the Tx ends: whoever wants to hold it too waits. ErrNotFound.
func (s *Store) HoldAccount(ctx context.Context, id string) error {
	var account Account
	return s.ForUpdate(s.db(ctx)).Where("id = ?", id).Take(&account).Error
}

// HoldAccountOf is AccountOf and HoldAccount in one: whoever wants to hold the account too waits until the Tx ends.
func (s *Store) HoldAccountOf(ctx context.Context, personKind, personID string) (Account, error) {
	var account Account
	found := s.ForUpdate(s.db(ctx)).Where("person_kind = ? AND person_id = ?", personKind, personID).Limit(1).Find(&account)
	if found.Error == nil && found.RowsAffected == 0 {
		return account, ErrNotFound
	}
	return account, found.Error
}

// AccountsOf returns the accounts of people of a kind, by the IDs of the people; who has none is missing.
func (s *Store) AccountsOf(ctx context.Context, personKind string, personIDs []string) (map[string]Account, error) {
	var rows []Account
	err := s.db(ctx).Where("person_kind = ? AND person_id IN ?", personKind, personIDs).Find(&rows).Error
	accounts := make(map[string]Account, len(rows))
	for _, account := range rows {
		accounts[account.PersonID] = account
	}
	return accounts, err
}

// SetPassword gives an account another password; ErrNotFound when there is no such account.
func (s *Store) SetPassword(ctx context.Context, accountID, hash string, at time.Time) error {
	result := s.db(ctx).Model(&Account{}).Where("id = ?", accountID).Updates(map[string]any{"password_hash": hash, "password_at": Moment(at)})
	if result.Error == nil && result.RowsAffected == 0 {
		return ErrNotFound
	}
	return result.Error
}

// Rehash replaces the hash of the same password by one that was made with other parameters, unless it has changed since.
func (s *Store) Rehash(ctx context.Context, accountID, old, hash string) error {
	return s.db(ctx).Model(&Account{}).Where("id = ? AND password_hash = ?", accountID, old).Update("password_hash", hash).Error
}

// StaffFilter limits a list of staff; an empty field is no limit. Login is how the name of the account begins: other names are
// sealed, and nothing finds them.
type StaffFilter struct{ MerchantID, TeamID, Role, Status, Login string }

// StaffPage lists staff, the latest first.
func (s *Store) StaffPage(ctx context.Context, filter StaffFilter, page PageRequest) (Page[Staff], error) {
	query := s.db(ctx)
	for column, value := range map[string]string{
		"merchant_id": filter.MerchantID, "team_id": filter.TeamID, "role": filter.Role, "status": filter.Status,
	} {
		if value != "" {
			query = query.Where(clause.Eq{Column: clause.Column{Name: column}, Value: value})
		}
	}
	if filter.Login != "" {
		query = query.Where("id IN (?)", s.loginsBeginning(ctx, strings.ToLower(filter.Login)))
	}
	return newestFirst(query, page, "created_at", func(p Staff) place { return place{p.CreatedAt, p.ID} })
}

// loginsBeginning are the people who work and whose account's name begins so: one range of an index.
func (s *Store) loginsBeginning(ctx context.Context, with string) *gorm.DB {
	found := s.db(ctx).Model(&Account{}).Select("person_id").Where("person_kind = ?", KindStaff)
	if found.Name() == "postgres" {
		return found.Where("login LIKE ? ESCAPE '!'", escapeLike(with)+"%")
	}
	return found.Where("login >= ? AND login < ?", with, with+"\U0010FFFF")
}

// ChangeStaff reads a person who works, lets change decide, and stores what it changed: role, owner, team, limit and state.
// ErrNotFound when there is no such person; ErrReference when the team does not exist.
//
// The outbox is told: connections that are open for them go by other rights from now on.
func (s *Store) ChangeStaff(ctx context.Context, id string, change func(tx *Store, staff *Staff) error) (Staff, error) {
	return s.ChangeStaffBy(ctx, "", id, func(tx *Store, _, staff *Staff) error { return change(tx, staff) })
}

// ChangeStaffBy is ChangeStaff on the word of somebody who works too, and who stays as they are until it is done: of two who
// take each other's rights at the same moment one comes too late. actor is nil when there is no such person.
func (s *Store) ChangeStaffBy(ctx context.Context, actorID, id string, change func(tx *Store, actor, staff *Staff) error) (Staff, error) {
	var changed Staff
	err := s.Tx(ctx, func(tx *Store) error {
		var rows []Staff
		// In one order, so that nobody waits for somebody who waits for them.
		if err := tx.ForUpdate(tx.db(ctx)).Where("id IN ?", []string{actorID, id}).Order("id").Find(&rows).Error; err != nil {
			return err
		}
		var actor, staff *Staff
		for i := range rows {
			if rows[i].ID == actorID {
				actor = &rows[i]
			}
			if rows[i].ID == id {
				staff = &rows[i]
			}
		}
		if staff == nil {
			return ErrNotFound
		}
		if err := change(tx, actor, staff); err != nil {
			return err
		}
		changed = *staff
		err := tx.db(ctx).Model(&Staff{}).Where("id = ?", id).Updates(map[string]any{
			"role": staff.Role, "owner": staff.Owner, "team_id": staff.TeamID, "approval_limit": staff.ApprovalLimit, "status": staff.Status,
		}).Error
		if err != nil {
			return err
		}
		return tx.AppendOutbox(ctx, OutboxEvent{Topic: TopicStaffChanged, Subject: "staff/" + id, Audience: "[]", Data: "{}", At: Moment(time.Now())})
	})
	return changed, err
}

// PutInvitation stores a link; the one that stood for the same person is void.
func (s *Store) PutInvitation(ctx context.Context, in Invitation) error {
	in.CreatedAt, in.ExpiresAt = Moment(in.CreatedAt), Moment(in.ExpiresAt)
	return s.db(ctx).Clauses(clause.OnConflict{
		Columns:   []clause.Column{{Name: "person_kind"}, {Name: "person_id"}},
		DoUpdates: clause.AssignmentColumns([]string{"id", "token_hash", "purpose", "made_by", "created_at", "expires_at"}),
	}).Create(&in).Error
}

// Invitation returns the link with a token, unless it is over at now: then ErrNotFound.
func (s *Store) Invitation(ctx context.Context, tokenHash []byte, now time.Time) (Invitation, error) {
	return one[Invitation](ctx, s, "token_hash = ? AND expires_at > ?", tokenHash, Moment(now))
}

// TakeInvitation returns the link with a token and deletes it, so that of many who come at once one gets it; the others,
// and those who come at or after its end, get ErrNotFound. Called inside the Tx of what it is used for.
func (s *Store) TakeInvitation(ctx context.Context, tokenHash []byte, now time.Time) (Invitation, error) {
	var taken []Invitation
	err := s.db(ctx).Clauses(clause.Returning{}).Where("token_hash = ? AND expires_at > ?", tokenHash, Moment(now)).Delete(&taken).Error
	if err == nil && len(taken) == 0 {
		return Invitation{}, ErrNotFound
	}
	if err != nil {
		return Invitation{}, err
	}
	return taken[0], nil
}

// DropInvitation deletes the link that stands for a person, if there is one.
func (s *Store) DropInvitation(ctx context.Context, personKind, personID string) error {
	return s.db(ctx).Where("person_kind = ? AND person_id = ?", personKind, personID).Delete(&Invitation{}).Error
}

// SweepInvitations deletes links that are over at now and returns how many.
func (s *Store) SweepInvitations(ctx context.Context, now time.Time) (int64, error) {
	result := s.db(ctx).Session(&gorm.Session{}).Where("expires_at <= ?", Moment(now)).Delete(&Invitation{})
	return result.RowsAffected, result.Error
}
