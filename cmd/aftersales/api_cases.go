package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"aftersales/api"
	"aftersales/cases"
	"aftersales/fault"
	"aftersales/models"
	"aftersales/policy"
	"aftersales/workflows/contract"
)

// caseDesk gives the edge what it asks for: commands and cases from the service, the rest from the data.
type caseDesk struct {
	service *cases.Service
	store   *models.Store
	files   models.BlobStore
	// reconcile starts a reconciliation once per ID.
	reconcile func(ctx context.Context, id string) error
}

var _ api.Cases = caseDesk{}

func (d caseDesk) Open(ctx context.Context, in api.Opening) (contract.Ack, error) {
	return d.service.Open(ctx, cases.OpenRequest{
		Actor: in.Meta.Actor, Key: in.Meta.Key, ReceivedAt: in.Meta.ReceivedAt, Kind: in.Kind, OrderID: in.OrderID, Lines: in.Lines,
		Reason: in.Reason, Text: in.Text, Evidence: in.Evidence, Lang: in.Lang, Asked: in.Asked,
	})
}

func (d caseDesk) OpenGoodwill(ctx context.Context, in api.Goodwill) (contract.Ack, error) {
	return d.service.OpenGoodwill(ctx, cases.GoodwillRequest(in))
}

func (d caseDesk) MerchantRules(ctx context.Context, reader contract.Actor, merchantID string) ([]api.MerchantRule, error) {
	rules, err := d.service.MerchantRules(ctx, reader, merchantID)
	return rulesOf(rules), err
}

func (d caseDesk) SetMerchantRules(ctx context.Context, meta contract.Meta, rules []api.MerchantRule) ([]api.MerchantRule, error) {
	wanted := make([]cases.MerchantRule, len(rules))
	for i, rule := range rules {
		wanted[i] = cases.MerchantRule(rule)
	}
	set, err := d.service.SetMerchantRules(ctx, meta.Actor, meta.ReceivedAt, wanted)
	return rulesOf(set), err
}

func rulesOf(rules []cases.MerchantRule) []api.MerchantRule {
	shown := make([]api.MerchantRule, len(rules))
	for i, rule := range rules {
		shown[i] = api.MerchantRule(rule)
	}
	return shown
}

func (d caseDesk) Command(ctx context.Context, caseID, text string, build func(textID string) contract.Command) (contract.Ack, error) {
	textID := ""
	if text != "" {
		var err error
		if textID, err = d.service.PutText(ctx, build("").About().Actor, text); err != nil {
			return contract.Ack{}, err
		}
	}
	return d.service.Command(ctx, caseID, build(textID))
}

func (d caseDesk) Case(ctx context.Context, reader contract.Actor, id string) (api.CaseView, error) {
	detail, err := d.service.Get(ctx, reader, id, 0, 1)
	if err != nil {
		return api.CaseView{}, err
	}
	view := api.CaseView{CaseRow: rowOf(detail.Case), View: detail.View}
	view.View.Question = detail.Question
	view.Texts, err = d.texts(ctx, reader, id)
	return view, err
}

// texts opens what people wrote in a case. The parties read each other's words; what the platform's people write is
// for the platform. An erased author's words are left out.
func (d caseDesk) texts(ctx context.Context, reader contract.Actor, caseID string) (map[string]string, error) {
	query := d.store.DB.WithContext(ctx).Model(&models.Text{}).Where("used_by = ?", "case/"+caseID)
	if reader.Kind == contract.Customer || reader.Kind == contract.Merchant {
		query = query.Where("author_kind IN ?", []contract.Role{contract.Customer, contract.Merchant})
	}
	var ids []string
	if err := query.Order("id").Limit(models.MaxPage).Pluck("id", &ids).Error; err != nil {
		return nil, fmt.Errorf("texts of a case: %w", err)
	}
	texts := make(map[string]string, len(ids))
	for _, id := range ids {
		_, body, err := d.store.Text(ctx, id)
		if f := fault.As(err); f != nil && f.Code == fault.Erased {
			continue
		}
		if err != nil {
			return nil, err
		}
		texts[id] = body
	}
	return texts, nil
}

func rowOf(c models.Case) api.CaseRow {
	return api.CaseRow{
		ID: c.ID, Kind: c.Kind, Phase: c.Phase, Stage: c.Stage, Outcome: c.Outcome, Open: c.Open, OrderID: c.OrderID,
		CustomerID: c.CustomerID, MerchantID: c.MerchantID, Reason: c.Reason, Currency: c.Currency, Amount: c.Amount,
		Refunded: c.Refunded, WaitingFor: c.WaitingFor, Default: c.Default, DueAt: c.DueAt, Revision: c.Revision, Seq: c.Seq,
		OpenedAt: c.OpenedAt, UpdatedAt: c.UpdatedAt, ClosedAt: c.ClosedAt,
	}
}

func (d caseDesk) List(ctx context.Context, reader contract.Actor, filter api.CaseFilter, page api.PageRequest) (api.Page[api.CaseRow], error) {
	found, err := d.service.List(ctx, reader, models.CaseFilter{Open: filter.Open, Stage: filter.Stage, Kind: filter.Kind}, models.PageRequest(page))
	return pageOf(found, rowOf), err
}

func pageOf[A, B any](page models.Page[A], convert func(A) B) api.Page[B] {
	out := api.Page[B]{Items: make([]B, len(page.Items)), Next: page.Next}
	for i, item := range page.Items {
		out.Items[i] = convert(item)
	}
	return out
}

func (d caseDesk) Timeline(ctx context.Context, reader contract.Actor, id string, afterSeq int64, limit int) ([]contract.Entry, error) {
	detail, err := d.service.Get(ctx, reader, id, afterSeq, limit)
	if err != nil {
		return nil, err
	}
	entries := make([]contract.Entry, len(detail.Timeline))
	for i, row := range detail.Timeline {
		entries[i] = contract.Entry{Seq: row.Seq, At: row.At, By: contract.Actor{Kind: contract.Role(row.ActorKind), ID: row.ActorID}, Event: row.Event}
		if err := readJSON(row.Data, &entries[i].Data); err != nil {
			return nil, fmt.Errorf("timeline of %s at %d: %w", id, row.Seq, err)
		}
	}
	return entries, nil
}

// readJSON reads a column; an empty one leaves the target as it is.
func readJSON(column string, into any) error {
	if column == "" {
		return nil
	}
	return json.Unmarshal([]byte(column), into)
}

func (d caseDesk) Evaluations(ctx context.Context, reader contract.Actor, id string) ([]api.Evaluation, error) {
	if _, err := d.service.Get(ctx, reader, id, 0, 1); err != nil {
		return nil, err
	}
	rows, err := d.store.Evaluations(ctx, id)
	if err != nil {
		return nil, err
	}
	evaluations := make([]api.Evaluation, len(rows))
	for i, row := range rows {
		evaluations[i] = api.Evaluation{N: row.N, PackHash: row.PackHash, At: row.At}
		if err := readJSON(row.Terms, &evaluations[i].Terms); err != nil {
			return nil, fmt.Errorf("terms of evaluation %s/%d: %w", id, row.N, err)
		}
		text, err := d.store.EvaluationFacts(ctx, row)
		if f := fault.As(err); f != nil && f.Code == fault.Erased {
			continue
		}
		if err != nil {
			return nil, err
		}
		evaluations[i].Facts = new(policy.Facts)
		if err := readJSON(text, evaluations[i].Facts); err != nil {
			return nil, fmt.Errorf("facts of evaluation %s/%d: %w", id, row.N, err)
		}
	}
	return evaluations, nil
}

func (d caseDesk) OpenRecovery(ctx context.Context, meta contract.Meta, in api.NewRecovery) (api.Recovery, error) {
	opened, err := d.service.OpenRecovery(ctx, in.CaseID, cases.RecoveryRequest{
		Actor: meta.Actor, Key: meta.Key, ReceivedAt: meta.ReceivedAt, From: contract.Role(in.From), Amount: in.Amount, Cause: in.Cause,
	})
	return api.Recovery{
		ID: opened.ID, CaseID: opened.CaseID, From: opened.FromKind, Amount: opened.Amount, Currency: opened.Currency,
		Cause: opened.Cause, State: opened.State,
	}, err
}

// Reasons lists what the pack of new cases offers; without a phase, of both, each reason once.
func (d caseDesk) Reasons(ctx context.Context, kind policy.Kind, phase policy.Phase) ([]api.Reason, error) {
	rules, err := d.service.Packs.Get(ctx, d.service.PackHash)
	if err != nil {
		return nil, err
	}
	phases := []policy.Phase{phase}
	if phase == "" {
		phases = []policy.Phase{policy.OnSale, policy.AfterSale}
	}
	var reasons []api.Reason
	seen := map[string]bool{}
	for _, phase := range phases {
		for _, reason := range rules.Reasons(kind, phase) {
			if seen[reason.Code] {
				continue
			}
			seen[reason.Code] = true
			found := api.Reason{Code: reason.Code, Zh: reason.Text.ZH, En: reason.Text.EN, Evidence: len(reason.Evidence) > 0}
			for _, p := range reason.Phases {
				found.Phases = append(found.Phases, string(p))
			}
			reasons = append(reasons, found)
		}
	}
	return reasons, nil
}

func (d caseDesk) MoveDeadlines(ctx context.Context, meta contract.Meta, move api.DeadlineMove) (api.DeadlineMove, error) {
	started, err := d.service.StartMove(ctx, cases.MoveRequest{
		Actor: meta.Actor, Key: meta.Key, ReceivedAt: meta.ReceivedAt, Step: policy.Step(move.Step), Merchant: move.MerchantID,
		By: move.By, Reason: move.Reason,
	})
	return moveOf(started), err
}

func (d caseDesk) DeadlineMove(ctx context.Context, reader contract.Actor, id string) (api.DeadlineMove, error) {
	move, err := d.service.Move(ctx, reader, id)
	return moveOf(move), err
}

func moveOf(m models.DeadlineMove) api.DeadlineMove {
	return api.DeadlineMove{
		ID: m.ID, Step: m.Step, MerchantID: m.Merchant, By: time.Duration(m.Seconds) * time.Second, Reason: m.Reason, At: m.At,
		Moved: m.Moved, Untouched: m.Untouched, DoneAt: m.DoneAt,
	}
}

func (d caseDesk) Reconcile(ctx context.Context, meta contract.Meta) (string, error) {
	id := contract.EffectKey("operations", "reconcile/"+contract.UpdateID(meta.Actor, meta.Key), 1)
	return id, d.reconcile(ctx, id)
}

func (d caseDesk) Tasks(ctx context.Context, reader contract.Actor, page api.PageRequest) (api.Page[api.Task], error) {
	found, err := d.service.Tasks(ctx, reader, models.PageRequest(page))
	return pageOf(found, func(t models.Task) api.Task {
		return api.Task{
			ID: t.ID, Kind: t.Kind, RecipientKind: t.RecipientKind, SubjectKind: t.SubjectKind, SubjectID: t.SubjectID,
			DueAt: t.DueAt, CreatedAt: t.CreatedAt,
		}
	}), err
}

// Approvals adds to each waiting proposal what only its case knows of it.
func (d caseDesk) Approvals(ctx context.Context, reader contract.Actor, page api.PageRequest) (api.Page[api.Approval], error) {
	found, err := d.service.Approvals(ctx, reader, models.PageRequest(page))
	if err != nil {
		return api.Page[api.Approval]{}, err
	}
	out := api.Page[api.Approval]{Next: found.Next}
	for _, row := range found.Items {
		detail, err := d.service.Get(ctx, reader, row.CaseID, 0, 1)
		if err != nil {
			return out, err
		}
		approval := api.Approval{CaseID: row.CaseID, Currency: detail.Case.Currency, State: contract.ApprovalState{
			ID: row.ID, Hash: row.Hash, Outcome: row.Outcome, Amount: row.Amount, Liability: policy.Party(row.Liability),
			ProposedBy: contract.Actor{ID: row.ProposedBy}, Needed: row.Needed, Rule: row.Rule, Level: row.Level, State: row.State,
			At: row.ProposedAt, DueAt: row.DueAt,
		}}
		if shown := detail.View.Approval; shown != nil && shown.ID == row.ID && strings.EqualFold(shown.Hash, row.Hash) {
			approval.State = *shown
		}
		out.Items = append(out.Items, approval)
	}
	return out, nil
}
