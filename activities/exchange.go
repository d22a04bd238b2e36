package activities

import (
	"context"
	"errors"

	"aftersales/fault"
	"aftersales/models"
	"aftersales/workflows/contract"
)

// ReserveStock sets a replacement aside. Refused: variant_not_sold, variant_out_of_stock; then nothing is set aside.
func (a *Activities) ReserveStock(ctx context.Context, in contract.StockInput) (contract.Reserved, error) {
	wanted := map[string]int{}
	for _, line := range in.Lines {
		wanted[line.VariantID] += line.Quantity
	}
	err := a.Store.ReserveStock(ctx, in.CaseID, in.MerchantID, in.Round, wanted, in.At)
	var out *models.OutOfStock
	var unsold *models.NotSold
	switch {
	case errors.As(err, &out):
		return contract.Reserved{Refused: fault.New(fault.VariantOutOfStock, "available", out.Available)}, nil
	case errors.As(err, &unsold):
		return contract.Reserved{Refused: fault.New(fault.VariantNotSold)}, nil
	}
	return contract.Reserved{}, stored(err)
}

// ReleaseStock gives back what is set aside for a case and was not shipped.
func (a *Activities) ReleaseStock(ctx context.Context, in contract.StockInput) error {
	return stored(a.Store.ReleaseStock(ctx, in.CaseID, in.At))
}

// ShipReplacement books a replacement that is on its way in the place of what it replaces.
func (a *Activities) ShipReplacement(ctx context.Context, in contract.ReplaceInput) (contract.Booked, error) {
	r := models.Replacement{
		CaseID: in.CaseID, OrderID: in.OrderID, Units: in.Units, Tenders: in.Tenders, Serials: in.Serials, At: in.At,
	}
	for _, line := range in.Lines {
		r.Lines = append(r.Lines, models.ReplacementLine{
			LineID: line.LineID, VariantID: line.VariantID, Quantity: line.Quantity, UnitPrice: line.UnitPrice, Gives: line.Gives, Paid: line.Paid,
		})
	}
	lines, units, err := a.Store.Replace(ctx, r)
	if errors.Is(err, models.ErrTooMuch) {
		return contract.Booked{}, final(errBug, err)
	}
	booked := contract.Booked{Units: units}
	for _, line := range lines {
		booked.Lines, booked.Paid = append(booked.Lines, line.ID), append(booked.Paid, line.Paid)
	}
	return booked, stored(err)
}

// ReplacementReceived notes that the customer has the replacement.
func (a *Activities) ReplacementReceived(ctx context.Context, in contract.ReceiptInput) error {
	return stored(a.Store.ReceiveReplacement(ctx, in.CaseID, in.OrderID, in.SignedAt, in.ConfirmedAt))
}
