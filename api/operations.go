package api

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"aftersales/models"
)

type moveBody struct {
	Step       string `json:"step,omitempty" maxLength:"32" doc:"Only cases that wait in this step; absent: any."`
	MerchantID string `json:"merchant_id,omitempty" maxLength:"40" doc:"Only this merchant's cases; absent: all."`
	Seconds    int64  `json:"seconds" minimum:"1" maximum:"5184000" doc:"How much later; at most 60 days."`
	Reason     string `json:"reason" minLength:"1" maxLength:"200" doc:"E.g. spring_festival; no personal data."`
}

type moveInput struct {
	Key  string `header:"Idempotency-Key" required:"true" minLength:"1" maxLength:"128" doc:"Chosen by the client, new for each new intention."`
	Body moveBody
}

type movedBody struct {
	ID         string     `json:"id"`
	Step       string     `json:"step,omitempty"`
	MerchantID string     `json:"merchant_id,omitempty"`
	Seconds    int64      `json:"seconds"`
	Reason     string     `json:"reason"`
	At         time.Time  `json:"at"`
	Moved      int        `json:"moved" doc:"Cases whose deadline was moved so far."`
	Untouched  int        `json:"untouched" doc:"Cases that had no such deadline."`
	DoneAt     *time.Time `json:"done_at,omitempty"`
}

type movedOutput struct {
	Body movedBody
}

type previewMoveBody struct {
	Step       string `json:"step,omitempty" maxLength:"32" doc:"Only cases that wait in this step; absent: any."`
	MerchantID string `json:"merchant_id,omitempty" maxLength:"40" doc:"Only this merchant's cases; absent: all."`
}

type previewMoveInput struct{ Body previewMoveBody }

type movedCaseBody struct {
	ID         string     `json:"id"`
	Kind       string     `json:"kind"`
	Stage      string     `json:"stage"`
	MerchantID string     `json:"merchant_id"`
	WaitingFor string     `json:"waiting_for,omitempty"`
	DueAt      *time.Time `json:"due_at,omitempty" doc:"Absent: the clock stands still, and its time left would grow."`
}

type movePreviewBody struct {
	Cases     int64           `json:"cases" doc:"Whose deadlines would move."`
	Untouched int64           `json:"untouched" doc:"That would be asked and have no such deadline."`
	Kinds     []countBody     `json:"kinds" nullable:"false" doc:"Of those that would move, by kind and stage."`
	Merchants []countBody     `json:"merchants" nullable:"false" doc:"By merchant, those with the most first, at most 20."`
	Samples   []movedCaseBody `json:"samples" nullable:"false" doc:"The soonest due, at most 20."`
}

type movePreviewOutput struct{ Body movePreviewBody }

type discrepancyBody struct {
	ID         string     `json:"id"`
	Kind       string     `json:"kind"`
	Subject    string     `json:"subject"`
	Detail     string     `json:"detail"`
	FoundAt    time.Time  `json:"found_at"`
	ResolvedAt *time.Time `json:"resolved_at,omitempty"`
}

type discrepancyListBody struct {
	Items []discrepancyBody `json:"items" nullable:"false"`
	Next  string            `json:"next,omitempty" doc:"The cursor of the next page; absent on the last."`
}

type discrepancyListOutput struct {
	Body discrepancyListBody
}

// reconcileBody has no particulars.
type reconcileBody struct{}

type reconcileInput struct {
	Key  string `header:"Idempotency-Key" required:"true" minLength:"1" maxLength:"128" doc:"Chosen by the client, new for each new intention."`
	Body reconcileBody
}

type startedBody struct {
	ID string `json:"id"`
}

type startedOutput struct {
	Body startedBody
}

func moveOf(m DeadlineMove) movedBody {
	return movedBody{m.ID, m.Step, m.MerchantID, int64(m.By / time.Second), m.Reason, m.At, m.Moved, m.Untouched, m.DoneAt}
}

func (e *edge) operations() {
	register(e, "deadline.move", func(ctx context.Context, in *moveInput) (*movedOutput, error) {
		move, err := e.Cases.MoveDeadlines(ctx, callerOf(ctx).meta(nil), DeadlineMove{
			Step: in.Body.Step, MerchantID: in.Body.MerchantID, By: time.Duration(in.Body.Seconds) * time.Second, Reason: in.Body.Reason,
		})
		if err != nil {
			return nil, err
		}
		return &movedOutput{Body: moveOf(move)}, nil
	}, accepted)
	register(e, "deadline.move.preview", func(ctx context.Context, in *previewMoveInput) (*movePreviewOutput, error) {
		found, err := e.Cases.PreviewMove(ctx, callerOf(ctx).actor(), in.Body.Step, in.Body.MerchantID)
		if err != nil {
			return nil, err
		}
		count := func(c models.Counted) countBody { return countBody(c) }
		return &movePreviewOutput{movePreviewBody{
			Cases: found.Cases, Untouched: found.Untouched, Kinds: each(found.Kinds, count), Merchants: each(found.Merchants, count),
			Samples: each(found.Samples, func(c models.Case) movedCaseBody {
				return movedCaseBody{c.ID, c.Kind, c.Stage, c.MerchantID, c.WaitingFor, c.DueAt}
			}),
		}}, nil
	})
	register(e, "deadline.move.read", func(ctx context.Context, in *caseInput) (*movedOutput, error) {
		move, err := e.Cases.DeadlineMove(ctx, callerOf(ctx).actor(), in.ID)
		if err != nil {
			return nil, err
		}
		return &movedOutput{Body: moveOf(move)}, nil
	})
	register(e, "discrepancy.list", func(ctx context.Context, in *PageInput) (*discrepancyListOutput, error) {
		page, err := e.Cases.Discrepancies(ctx, callerOf(ctx).actor(), in.request())
		if err != nil {
			return nil, err
		}
		return &discrepancyListOutput{Body: discrepancyListBody{Items: each(page.Items, func(d Discrepancy) discrepancyBody {
			return discrepancyBody(d)
		}), Next: page.Next}}, nil
	})
	register(e, "reconcile.start", func(ctx context.Context, _ *reconcileInput) (*startedOutput, error) {
		id, err := e.Cases.Reconcile(ctx, callerOf(ctx).meta(nil))
		if err != nil {
			return nil, err
		}
		return &startedOutput{Body: startedBody{ID: id}}, nil
	}, accepted)
}

// sortedKeys lists a map's keys in order: answers must not depend on the map.
func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }
