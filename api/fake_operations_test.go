package api_test

import (
	"context"
	"time"

	"aftersales/api"
	"aftersales/audit"
	"aftersales/models"
	"aftersales/operations"
	"aftersales/policy/pack"
	"aftersales/workflows/contract"
)

// fakeOperations answers everything with something; what it does is tested where it is done.
type fakeOperations struct{}

var packHead = operations.PackHead{Hash: "h", Name: "default", Version: "1", Description: pack.Text{ZH: "默认", EN: "The default"}, StoredAt: noon, Active: true, ActiveSince: &noon}

func (fakeOperations) PackList(context.Context, models.PageRequest) (operations.PackPage, error) {
	return operations.PackPage{Active: packHead, Items: []operations.PackHead{packHead}, Next: "more"}, nil
}

func (fakeOperations) Pack(context.Context, string) (operations.PackDetail, error) {
	return operations.PackDetail{PackHead: packHead, Content: "name: default", Tables: []pack.Table{
		{Name: "deadlines", Title: pack.Words("deadlines"), Ordered: true, Rows: []pack.Row{{Key: "review r", Title: pack.Words("review"), Cells: []pack.Cell{{Name: "for", Value: "48h"}}}}},
	}}, nil
}

func (fakeOperations) CheckPack(content string) operations.Checked {
	_, err := pack.Load("pack.yaml", []byte(content))
	return operations.Checked{Problems: pack.Problems(err)}
}

func (fakeOperations) DiffPacks(context.Context, operations.PackRef, operations.PackRef) ([]pack.Difference, error) {
	return []pack.Difference{{Table: "deadlines", Title: pack.Words("deadlines"), Kind: pack.RuleChanged, Key: "review r", About: pack.Words("review"), Cell: "for", Before: "48h", After: "24h"}}, nil
}

func (fakeOperations) TryPack(context.Context, operations.PackRef, string, int) (operations.WhatIf, error) {
	return operations.WhatIf{Looked: 2, Otherwise: 1, By: map[string]int{"amount": 1}, Since: noon, Samples: []operations.Sample{
		{CaseID: "case-1", N: 1, Kind: "return", At: noon, Changes: []operations.Change{{What: "amount", Before: "9.00", After: "8.00"}}},
	}}, nil
}

func (fakeOperations) Activate(context.Context, operations.PackRef, string, string) (operations.PackHead, error) {
	return packHead, nil
}

func (fakeOperations) PartnersHealth(context.Context) ([]operations.PartnerHealth, error) {
	return []operations.PartnerHealth{{Partner: "alipay", State: "up", SucceededAt: &noon}}, nil
}

func (fakeOperations) Ledger(context.Context, models.PageRequest) (operations.LedgerPage, error) {
	line := operations.LedgerLine{Rail: "alipay", Ref: "r", OrderID: "o-1", At: noon, Theirs: operations.Side{Captured: 9900}, Ours: operations.Side{Captured: 9900}}
	return operations.LedgerPage{Totals: []operations.LedgerLine{{Rail: "alipay"}}, Items: []operations.LedgerLine{line}}, nil
}

func (fakeOperations) KeysStatus(context.Context) (operations.Keys, error) {
	return operations.Keys{Roots: []operations.RootKey{{Name: "file:1", Kind: "file", InUse: true, WrappedAt: noon}}, Masters: []operations.MasterKey{{ID: 1, Newest: true, Keysets: 3}}, Keysets: 3}, nil
}

func (f fakeOperations) RotateKeys(ctx context.Context, _ time.Duration) (operations.Keys, error) {
	return f.KeysStatus(ctx)
}

func (fakeOperations) Overview(context.Context) (operations.Overview, error) {
	return operations.Overview{At: noon, Standing: models.Standing{Open: []models.Counted{{Kind: "return", State: "review", N: 2}}}, Jobs: []models.JobRun{{Name: "sweep", RanAt: noon}}}, nil
}

type fakeTrail struct{}

func (fakeTrail) List(context.Context, models.AuditFilter, models.PageRequest) (models.Page[models.AuditEntry], error) {
	return models.Page[models.AuditEntry]{Items: []models.AuditEntry{{ChainID: "c", Seq: 1, At: noon, Action: "session.create", Outcome: "done", Detail: `{"request":"r"}`}}}, nil
}

func (fakeTrail) Verify(context.Context, string) (audit.Part, error) {
	return audit.Part{Checked: 1, Total: 1, Chains: 1, Heads: []audit.Head{{ChainID: "c", StartedAt: noon, Seq: 1, At: noon}}}, nil
}

func (f *fakeCases) PreviewMove(context.Context, contract.Actor, string, string) (models.MovePreview, error) {
	return models.MovePreview{Cases: 1, Kinds: []models.Counted{{Kind: "return", State: "review", N: 1}}, Samples: []models.Case{{ID: "case-1", Kind: "return", Stage: "review", MerchantID: "shop-1"}}}, nil
}

var (
	_ api.Operations = fakeOperations{}
	_ api.Trail      = fakeTrail{}
)
