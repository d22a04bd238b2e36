package main

import (
	"context"

	"aftersales/config"
	"aftersales/operations"
	"aftersales/partners/sandbox"
)

// playedLedger is the ledger of the partners that the sandbox plays; nil where real ones are configured for money.
func playedLedger(cfg *config.Config) operations.Sandbox {
	if !cfg.Alipay.Sandboxed() {
		return nil
	}
	return sandboxLedger{sandbox.Client{Base: cfg.Sandbox.URL()}}
}

type sandboxLedger struct{ client sandbox.Client }

func (s sandboxLedger) Payments(ctx context.Context, before int64, limit int) (totals, payments []operations.Side, err error) {
	latest, err := s.client.LatestPayments(ctx, before, limit)
	if err != nil {
		return nil, nil, err
	}
	totals = all(latest.Totals, func(t sandbox.RailTotal) operations.Side {
		return operations.Side{Rail: string(t.Rail), Captured: t.Captured, Refunded: t.Refunded, ChargedBack: t.ChargedBack}
	})
	payments = all(latest.Payments, func(p sandbox.LedgerPayment) operations.Side {
		return operations.Side{
			ID: p.ID, Rail: string(p.Rail), Ref: p.Ref, OrderID: p.OrderID, Captured: p.Captured, Refunded: p.Refunded, ChargedBack: p.ChargedBack, At: p.CapturedAt,
		}
	})
	return totals, payments, nil
}
