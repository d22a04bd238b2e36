package cases

import (
	"context"
	"encoding/json"

	"aftersales/fault"
	"aftersales/models"
	"aftersales/workflows/contract"
)

// Contact is a customer's name and telephone number, plain. Whoever shows it must have said why.
type Contact struct{ Name, Phone string }

// Payee is the account that a customer named for money whose rail is closed, plain.
type Payee struct {
	Account    string `json:"account"`
	Name       string `json:"name"`
	CustomerID string `json:"-"`
}

// lastCases is how many of a customer's cases are looked through for one that the actor may see.
const lastCases = 50

// Contact reads a customer's contact; not_found for a customer of whom the actor may see none of the last 50 cases: no
// case, no reason to call.
func (s *Service) Contact(ctx context.Context, actor contract.Actor, customerID string) (Contact, error) {
	if err := gate(actor, "customer.reveal"); err != nil {
		return Contact{}, err
	}
	found, err := s.Store.CasesOfCustomer(ctx, customerID, models.CaseFilter{}, models.PageRequest{Limit: lastCases})
	if err != nil {
		return Contact{}, away(err)
	}
	for _, row := range found.Items {
		if err := may(actor, "customer.reveal", caseThing(row)); isFault(err, fault.NotFound) {
			continue
		} else if err != nil {
			return Contact{}, err
		}
		return s.contact(ctx, customerID)
	}
	return Contact{}, fault.New(fault.NotFound)
}

func (s *Service) contact(ctx context.Context, customerID string) (c Contact, err error) {
	customer, err := s.Store.Customer(ctx, customerID)
	if err != nil {
		return c, away(err)
	}
	if c.Name, err = s.Store.CustomerName(ctx, customer); err != nil {
		return Contact{}, away(err)
	}
	if c.Phone, err = s.Store.CustomerPhone(ctx, customer); err != nil {
		return Contact{}, away(err)
	}
	return c, nil
}

// Payee reads the account that the customer of a case named last; not_found when there is none or the actor may not see
// the case.
func (s *Service) Payee(ctx context.Context, actor contract.Actor, caseID string) (to Payee, err error) {
	row, err := s.visible(ctx, actor, "case.payee.reveal", caseID)
	if err != nil {
		return to, err
	}
	ids, err := s.Store.TextsOf(ctx, "payout/"+caseID)
	if err != nil {
		return to, away(err)
	}
	if len(ids) == 0 {
		return to, fault.New(fault.NotFound)
	}
	_, content, err := s.Store.Text(ctx, ids[len(ids)-1])
	if err != nil {
		return to, away(err)
	}
	to.CustomerID = row.CustomerID
	return to, broken("account", caseID, json.Unmarshal([]byte(content), &to))
}
