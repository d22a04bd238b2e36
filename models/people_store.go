package models

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"aftersales/money"
	"aftersales/seal"
)

// Kinds of people and parties who own a keyset.
const (
	KindCustomer = "customer"
	KindMerchant = "merchant"
	KindStaff    = "staff"
)

// NewCustomer is what a customer begins with. Name, Phone and Mail are plain here and sealed when stored.
type NewCustomer struct {
	ID, Name, Phone, Mail, Lang, Level string
	CreatedAt                          time.Time
}

// sealedCustomer is the row of a new customer under a keyset.
func (s *Store) sealedCustomer(ctx context.Context, ref string, in NewCustomer) (Customer, error) {
	customer := Customer{
		ID: in.ID, KeyRef: ref, Name: seal.Plain(in.Name), Lang: in.Lang, Level: in.Level, CreatedAt: Moment(in.CreatedAt),
	}
	if in.Phone != "" {
		customer.Phone = seal.Plain(in.Phone)
	}
	if in.Mail != "" {
		customer.Mail = seal.Plain(in.Mail)
	}
	return customer, errors.Join(
		s.Keys.Seal(ctx, ref, customerAD(in.ID, "name"), &customer.Name),
		s.Keys.Seal(ctx, ref, customerAD(in.ID, "phone"), &customer.Phone),
		s.Keys.Seal(ctx, ref, customerAD(in.ID, "mail"), &customer.Mail),
	)
}

// CreateCustomer makes the customer's keyset and row. ErrDuplicate when the ID is taken.
func (s *Store) CreateCustomer(ctx context.Context, in NewCustomer) (Customer, error) {
	var customer Customer
	err := s.withNewKeyset(ctx, func(ref string) (err error) {
		if customer, err = s.sealedCustomer(ctx, ref, in); err != nil {
			return err
		}
		return s.Tx(ctx, func(tx *Store) error {
			if err := tx.db(ctx).Create(&customer).Error; err != nil {
				return err
			}
			return tx.indexCustomer(ctx, in.ID, in.Phone, in.Mail)
		})
	})
	return customer, err
}

// NewMerchant is what a merchant begins with.
type NewMerchant struct {
	ID, Name, Level string
	TeamID          string // that looks after it; may be empty
	AutoAgree       bool
	CreatedAt       time.Time
}

// CreateMerchant makes the merchant's keyset and row. ErrDuplicate when the ID is taken.
func (s *Store) CreateMerchant(ctx context.Context, in NewMerchant) (Merchant, error) {
	merchant := Merchant{ID: in.ID, Name: in.Name, Level: in.Level, AutoAgree: in.AutoAgree, CreatedAt: Moment(in.CreatedAt)}
	if in.TeamID != "" {
		merchant.TeamID = &in.TeamID
	}
	err := s.withNewKeyset(ctx, func(ref string) error {
		merchant.KeyRef = ref
		return s.db(ctx).Create(&merchant).Error
	})
	return merchant, err
}

// NewStaff is what a person who works begins with. MerchantID is set for the role merchant and only for it.
type NewStaff struct {
	ID, Role, MerchantID, Name string
	Owner                      bool   // of the shop
	TeamID                     string // of agents and supervisors; may be empty
	Status                     string // empty: active
	ApprovalLimit              money.Amount
	CreatedAt                  time.Time
}

// CreateStaff makes the person's keyset and row. ErrDuplicate when the ID is taken.
func (s *Store) CreateStaff(ctx context.Context, in NewStaff) (Staff, error) {
	staff := Staff{
		ID: in.ID, Role: in.Role, Name: seal.Plain(in.Name), ApprovalLimit: in.ApprovalLimit, CreatedAt: Moment(in.CreatedAt),
		Owner: in.Owner, Status: cmp.Or(in.Status, StaffActive),
	}
	if in.MerchantID != "" {
		staff.MerchantID = &in.MerchantID
	}
	if in.TeamID != "" {
		staff.TeamID = &in.TeamID
	}
	err := s.withNewKeyset(ctx, func(ref string) error {
		staff.KeyRef = ref
		if err := s.Keys.Seal(ctx, ref, staffAD(in.ID), &staff.Name); err != nil {
			return err
		}
		return s.db(ctx).Create(&staff).Error
	})
	return staff, err
}

// withNewKeyset destroys the new keyset when create fails, so that no unused one stays behind.
func (s *Store) withNewKeyset(ctx context.Context, create func(ref string) error) error {
	ref, err := s.Keys.NewPerson(ctx)
	if err != nil {
		return err
	}
	if err := create(ref); err != nil {
		return errors.Join(err, s.Keys.Destroy(context.WithoutCancel(ctx), ref))
	}
	return nil
}

// Customer returns one customer; ErrNotFound when there is none.
func (s *Store) Customer(ctx context.Context, id string) (Customer, error) {
	return one[Customer](ctx, s, "id = ?", id)
}

// Merchant returns one merchant; ErrNotFound when there is none.
func (s *Store) Merchant(ctx context.Context, id string) (Merchant, error) {
	return one[Merchant](ctx, s, "id = ?", id)
}

// Staff returns one person who works; ErrNotFound when there is none.
func (s *Store) Staff(ctx context.Context, id string) (Staff, error) {
	return one[Staff](ctx, s, "id = ?", id)
}

// StaffIn lists the people of a role in the order of their IDs; merchantID limits to one merchant's unless empty.
func (s *Store) StaffIn(ctx context.Context, role, merchantID string) ([]Staff, error) {
	query := s.db(ctx).Where("role = ?", role)
	if merchantID != "" {
		query = query.Where("merchant_id = ?", merchantID)
	}
	var staff []Staff
	err := query.Order("id").Find(&staff).Error
	return staff, err
}

// StaffOfTeam lists the agents and supervisors of a team who work, in the order of their IDs.
func (s *Store) StaffOfTeam(ctx context.Context, team string, request PageRequest) (Page[Staff], error) {
	query := s.db(ctx).Where("team_id = ? AND status = ? AND role IN ?", team, StaffActive, []string{"agent", "supervisor"})
	if request.Cursor != "" {
		after, err := readCursor(request.Cursor)
		if err != nil {
			return Page[Staff]{}, err
		}
		query = query.Where("id > ?", after.id)
	}
	var rows []Staff
	err := query.Order("id").Limit(request.limit() + 1).Find(&rows).Error
	return cut(rows, request.limit(), func(p Staff) place { return place{id: p.ID} }), err
}

// StaffByID finds people who work, by their IDs; those whom nobody knows are left out.
func (s *Store) StaffByID(ctx context.Context, ids []string) (map[string]Staff, error) {
	var rows []Staff
	err := s.db(ctx).Where("id IN ?", ids).Find(&rows).Error
	people := map[string]Staff{}
	for _, row := range rows {
		people[row.ID] = row
	}
	return people, err
}

// CustomerName opens a customer's name; the fault Erased after erasure.
func (s *Store) CustomerName(ctx context.Context, c Customer) (string, error) {
	return s.Keys.Open(ctx, customerAD(c.ID, "name"), c.Name)
}

// CustomerPhone opens a customer's phone number, empty when none is known; the fault Erased after erasure.
func (s *Store) CustomerPhone(ctx context.Context, c Customer) (string, error) {
	return s.Keys.Open(ctx, customerAD(c.ID, "phone"), c.Phone)
}

// CustomerMail opens a customer's mail address, empty when none is known; the fault Erased after erasure.
func (s *Store) CustomerMail(ctx context.Context, c Customer) (string, error) {
	return s.Keys.Open(ctx, customerAD(c.ID, "mail"), c.Mail)
}

// StaffName opens the name of a person who works; the fault Erased after erasure.
func (s *Store) StaffName(ctx context.Context, p Staff) (string, error) {
	return s.Keys.Open(ctx, staffAD(p.ID), p.Name)
}

// KeyRef is the keyset reference of a party: a customer, a merchant, or staff of any role. Every other kind, such as
// the bot or the platform, uses the platform's.
func (s *Store) KeyRef(ctx context.Context, kind, id string) (string, error) {
	table := ""
	switch kind {
	case KindCustomer:
		table = "customers"
	case KindMerchant:
		table = "merchants"
	case KindStaff, "agent", "supervisor", "editor", "operator":
		table = "staff"
	default:
		return seal.Platform, nil
	}
	var ref string
	result := s.db(ctx).Table(table).Where("id = ?", id).Limit(1).Pluck("key_ref", &ref)
	if result.Error == nil && result.RowsAffected == 0 && kind == KindMerchant {
		// Staff of a merchant act as "merchant" too, under a keyset of their own.
		result = s.db(ctx).Table("staff").Where("id = ?", id).Limit(1).Pluck("key_ref", &ref)
	}
	if result.Error == nil && result.RowsAffected == 0 {
		return "", fmt.Errorf("models: no %s %q: %w", kind, id, ErrNotFound)
	}
	return ref, result.Error
}

// one reads the single row that a condition on a key names.
func one[T any](ctx context.Context, s *Store, condition string, args ...any) (T, error) {
	var row T
	result := s.db(ctx).Where(condition, args...).Limit(1).Find(&row)
	if result.Error == nil && result.RowsAffected == 0 {
		return row, ErrNotFound
	}
	return row, result.Error
}

// CreateAccount lets a person sign in. The login is kept in lower case; ErrDuplicate when it is taken.
func (s *Store) CreateAccount(ctx context.Context, account Account) error {
	account.Login = strings.ToLower(account.Login)
	account.CreatedAt = Moment(account.CreatedAt)
	return s.db(ctx).Create(&account).Error
}

// AccountByLogin finds an account without regard to case; ErrNotFound when there is none.
func (s *Store) AccountByLogin(ctx context.Context, login string) (Account, error) {
	return one[Account](ctx, s, "login = ?", strings.ToLower(login))
}

// Account returns one account; ErrNotFound when there is none.
func (s *Store) Account(ctx context.Context, id string) (Account, error) {
	return one[Account](ctx, s, "id = ?", id)
}
