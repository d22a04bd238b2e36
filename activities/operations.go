package activities

import (
	"context"
	"errors"
	"time"

	"aftersales/fault"
	"aftersales/models"
	"aftersales/policy"
	"aftersales/workflows/contract"
)

// movePage is how many cases one page of a bulk move reaches: a few seconds' work.
const movePage = 50

// MoveDeadlinesPage moves the open deadlines of one page of cases. Each case moves once per move, however often
// this is called; what it counted is written to the move's row.
func (a *Activities) MoveDeadlinesPage(ctx context.Context, in contract.MoveInput) (contract.MovedPage, error) {
	move, err := a.Store.DeadlineMove(ctx, in.MoveID)
	if err != nil {
		return contract.MovedPage{}, stored(err)
	}
	cases, err := a.Store.CasesToMove(ctx, move, in.After, movePage)
	if err != nil {
		return contract.MovedPage{}, stored(err)
	}
	page := contract.MovedPage{Next: in.After, Done: len(cases) < movePage}
	for _, row := range cases {
		_, err := a.Engine.Do(ctx, row.WorkflowID, &contract.MoveDeadline{
			Meta: contract.Meta{
				Actor: contract.Actor{Kind: contract.Operator, ID: move.By},
				Key:   "move/" + move.ID, ReceivedAt: move.At,
			},
			MoveID: move.ID, Step: policy.Step(move.Step), By: time.Duration(move.Seconds) * time.Second,
		})
		switch f := fault.As(err); {
		case err == nil:
			page.Moved++
		case f != nil && f.Code != fault.Unavailable && f.Code != fault.Internal:
			page.Untouched++
		default:
			return contract.MovedPage{}, again(errPartner, errors.Join(errors.New("activities: a case could not be reached"), err))
		}
		page.Next = row.ID
	}
	return page, stored(a.Store.NoteMove(ctx, move.ID, in.After, page.Next, page.Moved, page.Untouched, page.Done, models.Moment(in.At)))
}
