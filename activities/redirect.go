package activities

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"aftersales/models"
	"aftersales/partners"
	"aftersales/policy"
	"aftersales/workflows/contract"
)

// KeepAccount keeps the words in which a customer named an account: for payment only. They are no part of the case
// that its parties read.
func (a *Activities) KeepAccount(ctx context.Context, in contract.AccountInput) error {
	return stored(a.Store.UseTexts(ctx, "payout/"+in.CaseID, in.TextID))
}

// Account is what the text of a consent says.
type Account struct {
	Account string `json:"account"` // the Alipay login
	Name    string `json:"name"`    // its holder
}

// payoutRail pays a leg to the account that the customer named in the place of a closed rail.
type payoutRail struct {
	a      *Activities
	textID string
}

func (payoutRail) Limits() partners.RailLimits { return partners.RailLimits{} }

// Refund implements payer. The platform's own account being short is nothing that the merchant could mend: it counts
// as a provider that does not answer, and finance is told.
func (p payoutRail) Refund(ctx context.Context, request partners.RefundRequest) (partners.Refund, error) {
	_, content, err := p.a.Store.Text(ctx, p.textID)
	if err != nil {
		return partners.Refund{}, &partners.Error{Failure: partners.Refused, Partner: models.ViaPayout, Code: "account_unreadable", Err: err}
	}
	var to Account
	if err := json.Unmarshal([]byte(content), &to); err != nil || to.Account == "" {
		return partners.Refund{}, &partners.Error{Failure: partners.Refused, Partner: models.ViaPayout, Code: "account_unreadable", Err: errors.New("the account cannot be read")}
	}
	paid, err := p.a.Payouts.Payout(ctx, partners.PayoutRequest{
		Key: request.Key, Account: to.Account, Name: to.Name, Amount: request.Amount, Currency: request.Currency, Reason: request.Reason,
	})
	var known *partners.Error
	if errors.As(err, &known) && known.Failure == partners.BalanceShort {
		err = &partners.Error{Failure: partners.Down, Partner: known.Partner, Code: known.Code, Err: known.Err}
	}
	return refundOfPayout(paid, request.PaymentRef), err
}

func (p payoutRail) FindRefund(ctx context.Context, key, paymentRef string) (partners.Refund, error) {
	paid, err := p.a.Payouts.FindPayout(ctx, key)
	return refundOfPayout(paid, paymentRef), err
}

func refundOfPayout(paid partners.Payout, paymentRef string) partners.Refund {
	return partners.Refund{
		Key: paid.Key, PaymentRef: paymentRef, ProviderRef: paid.ProviderRef, State: paid.State, Amount: paid.Amount, At: paid.At,
	}
}

// payoutKey is the key of the leg that pays a tender's part to an account; another account is another key.
func payoutKey(in contract.RefundInput, tenderID string, n int) string {
	return contract.EffectKey(in.CaseID, fmt.Sprintf("payout/%s/%d", tenderID, n), in.Round)
}

// redirected finds the consent under which a tender's part goes to an account. One that names no tender is for all
// whose rail cannot take it.
func redirected(in contract.RefundInput, tenderID string) (contract.Redirect, bool) {
	for i := len(in.Redirect) - 1; i >= 0; i-- {
		if r := in.Redirect[i]; r.TenderID == tenderID || r.TenderID == "" {
			return r, true
		}
	}
	return contract.Redirect{}, false
}

// way is how a new leg is paid.
type way struct {
	rail      payer
	key, via  string
	notBefore time.Time
}

func (w way) kind() string {
	if w.via != "" {
		return w.via
	}
	return "refund"
}

// wayOf finds the way of a tender's leg: its own rail; where that is closed, and only with the customer's consent, an
// account.
func (a *Activities) wayOf(in contract.RefundInput, tender models.Tender, book models.OrderBook) (way, error) {
	rail, err := a.rail(tender)
	if err == nil {
		var notBefore time.Time
		if notBefore, err = railAllows(rail.Limits(), tender, book, in.At); err == nil {
			return way{rail: rail, key: legKey(in, tender.ID), notBefore: notBefore}, nil
		}
	}
	consent, agreed := redirected(in, tender.ID)
	if !agreed || a.Payouts == nil {
		return way{}, err
	}
	return way{
		rail: payoutRail{a, consent.TextID}, key: payoutKey(in, tender.ID, consent.N), via: models.ViaPayout, notBefore: models.Moment(in.At),
	}, nil
}

// payoutLegs lists the legs of this refund that were redirected before.
func (a *Activities) payoutLegs(in contract.RefundInput, book models.OrderBook, standing map[string]models.RefundLeg) []dueLeg {
	var legs []dueLeg
	for _, consent := range in.Redirect {
		for _, tender := range book.Tenders {
			if leg, found := standing[payoutKey(in, tender.ID, consent.N)]; found && (consent.TenderID == "" || consent.TenderID == tender.ID) {
				legs = append(legs, dueLeg{RefundLeg: leg, tender: tender, rail: payoutRail{a, consent.TextID}})
			}
		}
	}
	return legs
}

// redirect gives every leg that failed for good and may go elsewhere a leg of its own on the way that the customer
// agreed to. The one that failed stays as it is. Of one tender the last leg counts.
func (a *Activities) redirect(ctx context.Context, tx *models.Store, in contract.RefundInput, book models.OrderBook, legs []dueLeg) ([]dueLeg, error) {
	last := map[string]int{}
	for i, leg := range legs {
		if before, found := last[leg.TenderID]; found {
			legs[before].replaced = true
		}
		last[leg.TenderID] = i
	}
	for _, tender := range book.Tenders {
		i, found := last[tender.ID]
		consent, agreed := redirected(in, tender.ID)
		if !found || !agreed || a.Payouts == nil || legs[i].Status != models.LegFailed || legs[i].Key == payoutKey(in, tender.ID, consent.N) {
			continue
		}
		leg, planned := redirectedLeg(in, book, legs[i], payoutKey(in, tender.ID, consent.N))
		if err := roomFor(book, []policy.Leg{{TenderID: tender.ID, Amount: leg.Amount}}, planned.Parts, leg.Freight); err != nil {
			return nil, err
		}
		if err := tx.PlanLegs(ctx, []models.PlannedLeg{planned}); err != nil {
			return nil, err
		}
		legs[i].replaced = true
		legs = append(legs, dueLeg{RefundLeg: leg, tender: tender, rail: payoutRail{a, consent.TextID}, tries: planned.Effect.Tries, parts: planned.Parts})
	}
	return legs, nil
}

// redirectedLeg is a failed leg anew, with a key of its own.
func redirectedLeg(in contract.RefundInput, book models.OrderBook, failed dueLeg, key string) (models.RefundLeg, models.PlannedLeg) {
	leg := failed.RefundLeg
	leg.Key, leg.Status, leg.ProviderRef, leg.SettledAt, leg.Reconciled = key, models.LegIntended, "", nil, nil
	leg.Via, leg.NotBefore, leg.IntendedAt = models.ViaPayout, models.Moment(in.At), models.Moment(in.At)
	planned := models.PlannedLeg{Leg: leg, Effect: models.Effect{
		Key: key, CaseID: in.CaseID, Kind: models.ViaPayout, RequestHash: requestHash(in, failed.tender, leg.Amount),
		Status: models.LegIntended, Tries: 1, CreatedAt: clock(), UpdatedAt: clock(),
	}}
	for _, part := range book.Parts {
		if part.LegKey == failed.Key {
			part.LegKey = key
			planned.Parts = append(planned.Parts, part)
		}
	}
	return leg, planned
}
