package cases

import (
	"context"

	"aftersales/models"
	"aftersales/policy"
	"aftersales/workflows/contract"
)

// repairFacts adds what a repair looks at: the earliest end of the warranty of the units that the case claimed, whether
// all their serial numbers are the shop's, and how often they were repaired for the same fault.
func repairFacts(ctx context.Context, tx *models.Store, start contract.Start, book models.OrderBook, lines []policy.LineFacts) error {
	units, err := tx.ClaimedUnits(ctx, start.CaseID)
	if err != nil {
		return err
	}
	byLine := map[string][]models.OrderUnit{}
	for _, unit := range units {
		byLine[unit.LineID] = append(byLine[unit.LineID], unit)
	}
	for i := range lines {
		claimed := byLine[lines[i].ID]
		if len(claimed) == 0 {
			continue
		}
		line, _ := book.Line(lines[i].ID)
		lines[i].SerialKnown = true
		var ids []string
		for _, unit := range claimed {
			ids = append(ids, unit.ID)
			lines[i].SerialKnown = lines[i].SerialKnown && unit.Serial != ""
			if until := models.Warranty(unit, line, book.Order); until != nil &&
				(lines[i].WarrantyUntil == nil || until.Before(*lines[i].WarrantyUntil)) {
				lines[i].WarrantyUntil = until
			}
		}
		if lines[i].Repairs, err = tx.RepairsBefore(ctx, start.CaseID, ids, ""); err != nil {
			return err
		}
	}
	return nil
}
