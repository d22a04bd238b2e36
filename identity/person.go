// Package identity says who somebody is: sign-in by login and password, opaque session tokens, and what a signed-in
// person may decide. It knows nothing of HTTP; the edge carries its tokens.
package identity

import (
	"errors"
	"fmt"

	"aftersales/access"
	"aftersales/fault"
	"aftersales/models"
	"aftersales/money"
)

// Kinds of people that an account can belong to.
const (
	KindCustomer = "customer"
	KindStaff    = "staff"
)

// Roles of people. They are the values of contract.Role.
const (
	RoleCustomer   = "customer"
	RoleMerchant   = "merchant"
	RoleAgent      = "agent"
	RoleSupervisor = "supervisor"
	RoleEditor     = "editor"
	RoleOperator   = "operator"
)

// Assurance is how surely somebody was recognised when the session began.
type Assurance int

// Password alone, or with a second factor. A passkey with user verification is two factors at once.
const (
	AssuredPassword  Assurance = 1
	AssuredTwoFactor Assurance = 2
)

// Person is somebody who is signed in.
type Person struct {
	AccountID  string
	Kind       string       // customer or staff
	ID         string       // of the customer or of the staff member
	Role       string       // customer, merchant, agent, supervisor, editor, operator
	MerchantID string       // the shop a merchant's staff works for; else empty
	Owner      bool         // of the shop: may decide on its staff and its rules
	TeamID     string       // the team of platform staff; empty: none
	KeyRef     string       // keyset that what this person writes is sealed under
	Limit      money.Amount // the largest amount this person may decide alone
	Lang       string       // a customer's language; empty for staff

	SessionID string    // public name of the session; not its token
	Assurance Assurance // how surely this is the person
	MustEnrol bool      // a second factor is compulsory and there is none yet: nothing else is possible
	KeyID     string    // the API key that speaks in the person's name; empty: the person
	Scopes    []string  // what the API key is for: names of actions
}

// Subject names the person for keys of other tables: "<role>/<id>".
func (p Person) Subject() string { return p.Role + "/" + p.ID }

// Principal is the person as the policies know them.
func (p Person) Principal() access.Principal {
	return access.Principal{
		Role: p.Role, ID: p.ID, Shop: p.MerchantID, Owner: p.Owner, Team: p.TeamID, Limit: p.Limit,
		MustEnrol: p.MustEnrol, Key: p.KeyID != "", Scopes: p.Scopes,
	}
}

// personOf tells who an account's holder is. A holder who may not sign in - staff who was let go, or has not joined - is as good as none.
func personOf(holder models.Holder) (Person, error) {
	p := Person{AccountID: holder.AccountID, Kind: holder.PersonKind, ID: holder.PersonID, KeyRef: holder.KeyRef}
	switch holder.PersonKind {
	case KindCustomer:
		p.Role, p.Lang = RoleCustomer, holder.Lang
	case KindStaff:
		if holder.Status != models.StaffActive {
			return Person{}, fault.New(fault.SignInRequired).Because(fmt.Errorf("identity: staff member %s is %s", holder.PersonID, holder.Status))
		}
		p.Role, p.MerchantID, p.Owner = holder.Role, holder.MerchantID, holder.Owner
		p.TeamID, p.Limit = holder.TeamID, holder.ApprovalLimit
		if p.Role == RoleMerchant && p.MerchantID == "" {
			return Person{}, fmt.Errorf("identity: staff member %s has the role merchant but no merchant; set it", holder.PersonID)
		}
	default:
		return Person{}, fmt.Errorf("identity: account %s belongs to an unknown kind of person %q", holder.AccountID, holder.PersonKind)
	}
	return p, nil
}

func orGone(err error) error {
	if errors.Is(err, models.ErrNotFound) {
		return fault.New(fault.SignInRequired).Because(err)
	}
	return err
}
