package audit

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"aftersales/models"
)

// ReasonUnanswered is why an entry says that something failed of which nobody knows: it was asked for, and the process or the
// database died before there was an answer. Timelines and the ledger tell whether it was done.
const ReasonUnanswered = "unanswered"

// How old a request must be before it counts as unanswered, and how far back is looked.
const (
	gapAfter = 10 * time.Minute // longer than any request takes and any entry waits for its database
	gapSince = 48 * time.Hour
	gapBatch = 200
)

// Gaps puts into the trail what was asked for and left no entry, because whoever was to write it died first.
type Gaps struct {
	Store    *models.Store
	Recorder *Recorder
	Actions  []string // whose every outcome the trail must have
	Log      *slog.Logger
}

// Close looks for such requests once and returns how many it has put into the trail. It may run in several
// processes: each request is claimed by one of them, and by another after ten minutes if that one died.
func (g Gaps) Close(ctx context.Context, now time.Time) (closed int, err error) {
	for after := (models.IdempotencyRow{ReceivedAt: now.Add(-gapSince)}); ; {
		rows, err := g.Store.UnansweredRequests(ctx, g.Actions, after, now.Add(-gapAfter), gapBatch)
		if err != nil {
			return closed, fmt.Errorf("audit: find what was not answered: %w", err)
		}
		for _, row := range rows {
			after = row
			ours, err := g.Store.ClaimUnanswered(ctx, row, now, now.Add(-gapAfter))
			if err != nil {
				return closed, fmt.Errorf("audit: claim what was not answered: %w", err)
			}
			if !ours {
				continue // answered meanwhile, or another process is at it
			}
			told, err := g.told(ctx, row)
			if err != nil {
				return closed, err
			}
			if told {
				continue
			}
			kind, id, _ := strings.Cut(row.Actor, "/")
			err = g.Recorder.Record(ctx, models.AuditEvent{
				At: now, ActorKind: kind, ActorID: id, Action: row.Action, Outcome: models.AuditFailed, Reason: ReasonUnanswered,
				Detail: map[string]string{"asked": models.Asked(row.Key, row.RequestHash), "received": row.ReceivedAt.UTC().Format(time.RFC3339)},
			})
			if err != nil {
				return closed, fmt.Errorf("audit: note what was not answered: %w", err)
			}
			closed++
			g.Log.WarnContext(ctx, "a request was never answered, and nothing tells whether it was done", "action", row.Action, "actor", row.Actor)
		}
		if len(rows) < gapBatch {
			return closed, nil
		}
	}
}

// told tells whether the trail knows what came of this very request: another one of the same content tells nothing of it, nor does
// a refusal of another.
func (g Gaps) told(ctx context.Context, row models.IdempotencyRow) (bool, error) {
	const near = 2 * time.Minute // clocks of machines differ
	_, id, _ := strings.Cut(row.Actor, "/")
	page, asked := models.PageRequest{Limit: models.MaxPage}, models.Asked(row.Key, row.RequestHash)
	for {
		found, err := g.Store.AuditPage(ctx, models.AuditFilter{ActorID: id, Action: row.Action, Since: row.ReceivedAt.Add(-near)}, page)
		if err != nil {
			return false, fmt.Errorf("audit: look for an entry: %w", err)
		}
		for _, entry := range found.Items {
			var detail struct{ Asked string }
			_ = json.Unmarshal([]byte(entry.Detail), &detail)
			if detail.Asked == asked {
				return true, nil
			}
		}
		if page.Cursor = found.Next; found.Next == "" {
			return false, nil
		}
	}
}
