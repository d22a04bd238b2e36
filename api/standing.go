package api

import (
	"context"
	"time"

	"aftersales/models"
	"aftersales/money"
	"aftersales/operations"
)

func standingRoutes() []Route {
	return []Route{
		{get, "/v1/overview", "operation.overview", 0, "operations", "How things stand on the platform"},
		{get, "/v1/partner-health", "partner.health.list", 0, "operations", "How each partner does"},
		{get, "/v1/sandbox/ledger", "sandbox.ledger", 0, "operations", "The ledger of the partners that the sandbox plays, beside ours"},
		{get, "/v1/keys", "keys.status", 0, "operations", "How the keys stand that personal data is sealed with; no key is shown"},
		{post, "/v1/keys/rotate", "keys.rotate", Keyed | StepUp | Audited, "operations", "Give everybody a new key to seal with; a worker does it"},
	}
}

type (
	countBody struct {
		Kind  string `json:"kind"`
		State string `json:"state,omitempty"`
		N     int64  `json:"n"`
	}
	backlogBody struct {
		Consumer string     `json:"consumer"`
		Waiting  int64      `json:"waiting" doc:"Counted up to 1000."`
		OldestAt *time.Time `json:"oldest_at,omitempty"`
	}
	jobRunBody struct {
		Name        string     `json:"name"`
		RanAt       time.Time  `json:"ran_at"`
		SucceededAt *time.Time `json:"succeeded_at,omitempty"`
		FailedAt    *time.Time `json:"failed_at,omitempty"`
		Failures    int64      `json:"failures_in_row"`
	}
	overviewBody struct {
		At            time.Time     `json:"at" doc:"Counted then; at most two seconds ago."`
		OpenCases     int64         `json:"open_cases"`
		Open          []countBody   `json:"open" nullable:"false" doc:"Open cases by kind and stage."`
		DueSoon       int64         `json:"due_within_hour" doc:"Deadlines that run out within the next hour."`
		Overdue       int64         `json:"overdue" doc:"Deadlines that ran out and whose default was not carried out yet."`
		Approvals     int64         `json:"approvals_waiting"`
		Blocked       int64         `json:"refunds_blocked" doc:"Refunds that need a person."`
		Discrepancies int64         `json:"discrepancies_open"`
		OldestDiff    *time.Time    `json:"oldest_discrepancy_at,omitempty"`
		Alarms        int64         `json:"alarms_open" doc:"Somebody read very much, or an erasure could not be proved."`
		Outbox        []backlogBody `json:"outbox" nullable:"false" doc:"How far each reader of the events is behind."`
		Jobs          []jobRunBody  `json:"jobs" nullable:"false" doc:"When the loops beside the engine last ran."`
	}
	overviewOutput struct{ Body overviewBody }

	partnerHealthBody struct {
		Partner     string     `json:"partner"`
		State       string     `json:"state" enum:"up,failing,down,unknown"`
		SucceededAt *time.Time `json:"succeeded_at,omitempty"`
		FailedAt    *time.Time `json:"failed_at,omitempty"`
		FailedWith  string     `json:"failed_with,omitempty" doc:"A code."`
		InRow       int64      `json:"failures_in_row"`
		Calls       int64      `json:"calls" doc:"Of the last ten minutes."`
		Failures    int64      `json:"failures" doc:"Of the last ten minutes."`
		Notices     int64      `json:"notices_waiting" doc:"That came and wait for their case."`
		UnknownLegs int64      `json:"unknown_legs" doc:"Refunds of which nobody knows yet whether they were paid."`
		Retrying    int64      `json:"retrying" doc:"Calls that are tried again with growing pauses."`
	}
	partnerHealthListBody struct {
		Items []partnerHealthBody `json:"items" nullable:"false"`
	}
	partnerHealthOutput struct{ Body partnerHealthListBody }

	ledgerSideBody struct {
		Captured    moneyBody `json:"captured"`
		Refunded    moneyBody `json:"refunded"`
		ChargedBack moneyBody `json:"charged_back"`
	}
	ledgerLineBody struct {
		Rail       string         `json:"rail"`
		Ref        string         `json:"ref,omitempty" doc:"The provider's number of the payment."`
		OrderID    string         `json:"order_id,omitempty"`
		At         *time.Time     `json:"at,omitempty"`
		Theirs     ledgerSideBody `json:"theirs"`
		Ours       ledgerSideBody `json:"ours"`
		Difference moneyBody      `json:"difference" doc:"Of the three amounts together; 0: both say the same."`
		Missing    bool           `json:"missing,omitempty" doc:"We do not know this payment."`
	}
	ledgerBody struct {
		Totals []ledgerLineBody `json:"totals" nullable:"false" doc:"Of each rail."`
		Items  []ledgerLineBody `json:"items" nullable:"false" doc:"Payments, the newest first."`
		Next   string           `json:"next,omitempty" doc:"The cursor of the next page; absent on the last."`
	}
	ledgerOutput struct{ Body ledgerBody }

	rootKeyBody struct {
		Name  string    `json:"name"`
		Kind  string    `json:"kind" enum:"file,vault,aws,google"`
		InUse bool      `json:"in_use" doc:"By this process. Others still open the master keys too."`
		Since time.Time `json:"since" doc:"Since when the master keys lie under it as they are."`
	}
	masterKeyBody struct {
		ID      int64 `json:"id" doc:"0: the key file of before there were master keys."`
		Newest  bool  `json:"newest"`
		Keysets int64 `json:"keysets" doc:"That lie under it."`
	}
	keyJobBody struct {
		Name      string     `json:"name" enum:"rotate,rewrap,reseal"`
		Done      int64      `json:"done"`
		Total     int64      `json:"total"`
		UpdatedAt time.Time  `json:"updated_at" doc:"Last sign of life."`
		EndedAt   *time.Time `json:"ended_at,omitempty" doc:"Absent: under way, or broken off."`
	}
	keysBody struct {
		Roots     []rootKeyBody   `json:"roots" nullable:"false"`
		Masters   []masterKeyBody `json:"masters" nullable:"false"`
		Keysets   int64           `json:"keysets"`
		Destroyed int64           `json:"destroyed" doc:"Tombstones: keysets of people who were erased."`
		OldestKey *time.Time      `json:"oldest_key_at,omitempty" doc:"Since when the oldest key that still seals does so."`
		Jobs      []keyJobBody    `json:"jobs" nullable:"false"`
	}
	keysOutput     struct{ Body keysBody }
	keysRotateBody struct {
		OlderThanDays int `json:"older_than_days,omitempty" minimum:"0" maximum:"3650" doc:"Only whose newest key is older; absent: everybody."`
	}
	keysRotateInput struct {
		Key  string `header:"Idempotency-Key" required:"true" minLength:"1" maxLength:"128" doc:"Chosen by the client, new for each new intention."`
		Body keysRotateBody
	}
)

func (e *edge) standing() {
	register(e, "operation.overview", func(ctx context.Context, _ *struct{}) (*overviewOutput, error) {
		found, err := e.Operations.Overview(ctx)
		if err != nil {
			return nil, err
		}
		return &overviewOutput{overviewOf(found)}, nil
	})
	register(e, "partner.health.list", func(ctx context.Context, _ *struct{}) (*partnerHealthOutput, error) {
		found, err := e.Operations.PartnersHealth(ctx)
		if err != nil {
			return nil, err
		}
		return &partnerHealthOutput{partnerHealthListBody{each(found, func(h operations.PartnerHealth) partnerHealthBody { return healthOf(h) })}}, nil
	})
	register(e, "sandbox.ledger", func(ctx context.Context, in *PageInput) (*ledgerOutput, error) {
		page, err := e.Operations.Ledger(ctx, models.PageRequest(in.request()))
		if err != nil {
			return nil, err
		}
		return &ledgerOutput{ledgerBody{each(page.Totals, ledgerLineOf), each(page.Items, ledgerLineOf), page.Next}}, nil
	})
	register(e, "keys.status", func(ctx context.Context, _ *struct{}) (*keysOutput, error) {
		return keysShown(e.Operations.KeysStatus(ctx))
	})
	register(e, "keys.rotate", func(ctx context.Context, in *keysRotateInput) (*keysOutput, error) {
		return keysShown(e.Operations.RotateKeys(ctx, time.Duration(in.Body.OlderThanDays)*24*time.Hour))
	}, accepted)
}

func overviewOf(o operations.Overview) overviewBody {
	count := func(c models.Counted) countBody { return countBody(c) }
	body := overviewBody{
		At: o.At, Open: each(o.Open, count), DueSoon: o.DueSoon, Overdue: o.Overdue, Approvals: o.Approvals, Blocked: o.Blocked,
		Discrepancies: o.Discrepant, OldestDiff: o.OldestDiff, Alarms: o.Alarms,
		Outbox: each(o.OldestUnread, func(b models.Backlog) backlogBody { return backlogBody(b) }),
		Jobs: each(o.Jobs, func(j models.JobRun) jobRunBody {
			return jobRunBody{j.Name, j.RanAt, j.SucceededAt, j.FailedAt, j.FailuresInRow}
		}),
	}
	for _, open := range o.Open {
		body.OpenCases += open.N
	}
	return body
}

func healthOf(h operations.PartnerHealth) partnerHealthBody {
	return partnerHealthBody{
		Partner: h.Partner, State: h.State, SucceededAt: h.SucceededAt, FailedAt: h.FailedAt, FailedWith: h.FailedWith, InRow: h.FailuresInRow,
		Calls: h.Calls, Failures: h.Failures, Notices: h.Notices, UnknownLegs: h.UnknownLegs, Retrying: h.Retrying,
	}
}

func ledgerLineOf(l operations.LedgerLine) ledgerLineBody {
	side := func(s operations.Side) ledgerSideBody {
		return ledgerSideBody{moneyOf(s.Captured, money.CNY), moneyOf(s.Refunded, money.CNY), moneyOf(s.ChargedBack, money.CNY)}
	}
	body := ledgerLineBody{
		Rail: l.Rail, Ref: l.Ref, OrderID: l.OrderID, Theirs: side(l.Theirs), Ours: side(l.Ours), Difference: moneyOf(l.Difference, money.CNY),
		Missing: l.Missing != "",
	}
	if !l.At.IsZero() {
		body.At = &l.At
	}
	return body
}

func keysShown(k operations.Keys, err error) (*keysOutput, error) {
	if err != nil {
		return nil, err
	}
	return &keysOutput{keysBody{
		Roots:   each(k.Roots, func(r operations.RootKey) rootKeyBody { return rootKeyBody{r.Name, r.Kind, r.InUse, r.WrappedAt} }),
		Masters: each(k.Masters, func(m operations.MasterKey) masterKeyBody { return masterKeyBody{int64(m.ID), m.Newest, m.Keysets} }),
		Keysets: k.Keysets, Destroyed: k.Destroyed, OldestKey: k.OldestKey,
		Jobs: each(k.Jobs, func(j models.KeyJob) keyJobBody { return keyJobBody{j.Name, j.Done, j.Total, j.UpdatedAt, j.EndedAt} }),
	}}, nil
}
