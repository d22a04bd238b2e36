package identity

import (
	"context"
	"errors"
	"fmt"

	"aftersales/fault"
	"aftersales/models"
)

func (s *Service) colleague(ctx context.Context, staff models.Staff) (Colleague, error) {
	all, err := s.colleagues(ctx, []models.Staff{staff})
	if err != nil {
		return Colleague{}, err
	}
	return all[0], nil
}

// colleagues opens the names of staff and finds their accounts. A name that was erased is empty.
func (s *Service) colleagues(ctx context.Context, rows []models.Staff) ([]Colleague, error) {
	ids := make([]string, len(rows))
	for i, row := range rows {
		ids[i] = row.ID
	}
	accounts, err := s.store.AccountsOf(ctx, KindStaff, ids)
	if err != nil {
		return nil, fmt.Errorf("identity: find accounts: %w", err)
	}
	colleagues := make([]Colleague, len(rows))
	for i, row := range rows {
		name, err := s.store.StaffName(ctx, row)
		if f := fault.As(err); err != nil && (f == nil || f.Code != fault.Erased) {
			return nil, fmt.Errorf("identity: open a name: %w", err)
		}
		account := accounts[row.ID]
		colleagues[i] = Colleague{
			ID: row.ID, Role: row.Role, MerchantID: orEmpty(row.MerchantID), TeamID: orEmpty(row.TeamID), Owner: row.Owner,
			Name: name, Login: account.Login, Limit: row.ApprovalLimit, Status: row.Status, SecondFactor: account.SecondFactorAt != nil,
			CreatedAt: row.CreatedAt,
		}
	}
	return colleagues, nil
}

// Own is what is kept about somebody who works, for themselves: their rights, and how much there is besides.
type Own struct {
	Colleague
	Team                 string // its name
	Sessions, Keys, Ties int
}

// Own tells somebody who works what is kept about them. Fault: NotFound for whom there is no such person.
func (s *Service) Own(ctx context.Context, person Person) (Own, error) {
	if person.Kind != KindStaff {
		return Own{}, fault.New(fault.NotFound)
	}
	staff, err := s.store.Staff(ctx, person.ID)
	if err != nil {
		return Own{}, orNotFound(err)
	}
	var own Own
	if own.Colleague, err = s.colleague(ctx, staff); err != nil {
		return Own{}, err
	}
	if own.TeamID != "" {
		team, err := s.store.Team(ctx, own.TeamID)
		if err != nil {
			return Own{}, fmt.Errorf("identity: find team: %w", err)
		}
		own.Team = team.Name
	}
	sessions, err := s.store.SessionsOf(ctx, person.AccountID, s.now())
	if err != nil {
		return Own{}, fmt.Errorf("identity: list sessions: %w", err)
	}
	keys, err := s.store.APIKeysOf(ctx, person.AccountID)
	if err != nil {
		return Own{}, fmt.Errorf("identity: list keys: %w", err)
	}
	ties, err := s.store.IdentitiesOf(ctx, person.AccountID)
	if err != nil {
		return Own{}, fmt.Errorf("identity: list ties: %w", err)
	}
	own.Sessions, own.Keys, own.Ties = len(sessions), len(keys), len(ties)
	return own, nil
}

// facts is what the audit trail keeps of somebody's rights: how they stand after a change.
func facts(staff models.Staff) map[string]string {
	return map[string]string{
		"role": staff.Role, "owner": fmt.Sprint(staff.Owner), "team": orEmpty(staff.TeamID), "merchant": orEmpty(staff.MerchantID),
		"limit": staff.ApprovalLimit.String(), "status": staff.Status,
	}
}

func orNil(id string) *string {
	if id == "" {
		return nil
	}
	return &id
}

func orEmpty(id *string) string {
	if id == nil {
		return ""
	}
	return *id
}

// orNotFound makes a missing row the fault NotFound.
func orNotFound(err error) error {
	if errors.Is(err, models.ErrNotFound) {
		return fault.New(fault.NotFound)
	}
	return fmt.Errorf("identity: %w", err)
}
