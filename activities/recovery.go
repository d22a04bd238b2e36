package activities

import (
	"context"

	"aftersales/models"
	"aftersales/workflows/contract"
)

// OpenRecovery claims back what was given and is not owed, once per case and number. Money is never rolled back.
func (a *Activities) OpenRecovery(ctx context.Context, in contract.RecoveryInput) error {
	return stored(a.Store.ClaimValue(ctx, models.Recovery{
		ID: contract.EffectKey(in.CaseID, "recovery", in.N), CaseID: in.CaseID, FromKind: string(in.From), FromID: in.FromID,
		Amount: in.Amount, Currency: in.Currency, Cause: in.Cause, State: "open", OpenedBy: string(contract.Platform), OpenedAt: models.Moment(in.At),
	}))
}
