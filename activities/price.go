package activities

import (
	"context"

	"aftersales/fault"
	"aftersales/models"
	"aftersales/money"
	"aftersales/policy"
	"aftersales/workflows/contract"
)

// Prices tells what variants cost at the shop now; one that is not sold now is left out. At most 100 at once.
type Prices interface {
	Prices(ctx context.Context, variantIDs []string) (map[string]money.Amount, error)
}

// mostPrices is how many the shop is asked for at once.
const mostPrices = 100

// CheckPrices asks the shop what the variants of a case cost, once: the first answer is kept, and every evaluation of
// the case sees it.
func (a *Activities) CheckPrices(ctx context.Context, in contract.PricesInput) error {
	kept, err := a.Store.Prices(ctx, in.CaseID)
	if err != nil || len(kept) > 0 {
		return stored(err)
	}
	order, err := a.Store.Order(ctx, in.OrderID)
	if err != nil {
		return stored(err)
	}
	var variants []string
	for _, chosen := range in.Lines {
		for _, line := range order.Lines {
			if line.ID == chosen.LineID && line.VariantID != "" {
				if _, again := kept[line.VariantID]; !again {
					kept[line.VariantID] = 0
					variants = append(variants, line.VariantID)
				}
			}
		}
	}
	var rows []models.PriceCheck
	for len(variants) > 0 {
		page := variants[:min(mostPrices, len(variants))]
		variants = variants[len(page):]
		prices, err := a.Shop.Prices(ctx, page)
		if err != nil {
			return again(errPartner, err)
		}
		for _, variant := range page {
			rows = append(rows, models.PriceCheck{CaseID: in.CaseID, VariantID: variant, Price: prices[variant], At: models.Moment(in.At)})
		}
	}
	return stored(a.Store.KeepPrices(ctx, rows))
}

// protect claims the lines and prices that a case makes up for, so that no other does it again.
func protect(ctx context.Context, tx *models.Store, start contract.Start, facts policy.Facts, terms policy.Terms) (*fault.Fault, error) {
	compared := map[string]policy.LineFacts{}
	for _, line := range facts.Lines {
		compared[line.ID] = line
	}
	var rows []models.PriceProtection
	for _, due := range terms.Quote.Lines {
		line := compared[due.LineID]
		rows = append(rows, models.PriceProtection{
			LineID: due.LineID, Price: line.PriceNow, CaseID: start.CaseID, Quantity: line.Chosen, Amount: due.Amount, At: models.Moment(start.At),
		})
	}
	free, err := tx.ClaimProtection(ctx, rows)
	if err == nil && !free {
		return fault.New(fault.ProtectedAlready), nil
	}
	return nil, err
}
