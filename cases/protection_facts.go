package cases

import (
	"context"

	"aftersales/models"
	"aftersales/policy"
	"aftersales/workflows/contract"
)

// priceFacts adds what price protection compares: what each line costs now, as the shop said when the case asked, and
// down to which price it was made up for before.
func priceFacts(ctx context.Context, tx *models.Store, start contract.Start, lines []policy.LineFacts) error {
	prices, err := tx.Prices(ctx, start.CaseID)
	if err != nil {
		return err
	}
	protected, err := tx.ProtectedAt(ctx, start.CaseID, start.LineIDs())
	for i := range lines {
		lines[i].PriceNow, lines[i].ProtectedAt = prices[lines[i].VariantID], protected[lines[i].ID]
	}
	return err
}
