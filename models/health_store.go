package models

import (
	"context"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// PartnerTally is what one process noted of the calls to a partner in one minute.
type PartnerTally struct {
	Partner         string
	Minute          time.Time
	Calls, Failures int64
}

// NotePartner adds what a process noted of a partner: the counts of minutes, and how the last calls went. The failures in a
// row are those since the last success, as far as this process knows; with a success among them they count anew.
func (s *Store) NotePartner(ctx context.Context, tallies []PartnerTally, state PartnerState) error {
	return s.Tx(ctx, func(tx *Store) error {
		for _, t := range tallies {
			minute := Moment(t.Minute.Truncate(time.Minute))
			row := PartnerMinute{
				Partner: t.Partner, Slot: int(minute.Unix() / 60 % PartnerSlots), Minute: minute, Calls: t.Calls, Failures: t.Failures,
			}
			// A slot of an older minute begins anew; a late word about an older minute is dropped.
			err := tx.db(ctx).Clauses(clause.OnConflict{
				Columns: []clause.Column{{Name: "partner"}, {Name: "slot"}},
				DoUpdates: clause.Assignments(map[string]any{
					"calls":    gorm.Expr("CASE WHEN partner_minutes.minute = excluded.minute THEN partner_minutes.calls ELSE 0 END + excluded.calls"),
					"failures": gorm.Expr("CASE WHEN partner_minutes.minute = excluded.minute THEN partner_minutes.failures ELSE 0 END + excluded.failures"),
					"minute":   gorm.Expr("excluded.minute"),
				}),
				Where: where("partner_minutes.minute <= excluded.minute"),
			}).Create(&row).Error
			if err != nil {
				return err
			}
		}
		row := state
		row.SucceededAt, row.FailedAt = momentOf(state.SucceededAt), momentOf(state.FailedAt)
		inRow := gorm.Expr("partner_states.failures_in_row + excluded.failures_in_row")
		if state.SucceededAt != nil {
			inRow = gorm.Expr("excluded.failures_in_row")
		}
		with := gorm.Expr("CASE WHEN excluded.failed_at IS NULL THEN partner_states.failed_with ELSE excluded.failed_with END")
		return tx.db(ctx).Clauses(clause.OnConflict{
			Columns: []clause.Column{{Name: "partner"}},
			DoUpdates: clause.Assignments(map[string]any{
				"succeeded_at":    gorm.Expr("COALESCE(excluded.succeeded_at, partner_states.succeeded_at)"),
				"failed_at":       gorm.Expr("COALESCE(excluded.failed_at, partner_states.failed_at)"),
				"failed_with":     with,
				"failures_in_row": inRow,
			}),
		}).Create(&row).Error
	})
}

func momentOf(t *time.Time) *time.Time {
	if t == nil {
		return nil
	}
	at := Moment(*t)
	return &at
}

// PartnerStates lists how the last calls to each partner went.
func (s *Store) PartnerStates(ctx context.Context) ([]PartnerState, error) {
	var rows []PartnerState
	return rows, s.db(ctx).Order("partner").Find(&rows).Error
}

// PartnerMinutes lists the minutes of all partners from a time on.
func (s *Store) PartnerMinutes(ctx context.Context, since time.Time) ([]PartnerMinute, error) {
	var rows []PartnerMinute
	return rows, s.db(ctx).Where("minute >= ?", Moment(since)).Order("partner, minute").Find(&rows).Error
}

// Counted is how many there are of something by one or two words, and the oldest of them.
type Counted struct {
	Kind, State string
	N           int64
}

// WaitingNotices counts partners' notices that no case has taken yet.
func (s *Store) WaitingNotices(ctx context.Context) ([]Counted, error) {
	return s.counted(ctx, "SELECT partner AS kind, '' AS state, count(*) AS n FROM partner_notices WHERE state = 'new' GROUP BY partner")
}

// UnknownLegs counts the legs of which nobody knows whether the provider paid, by rail.
func (s *Store) UnknownLegs(ctx context.Context) ([]Counted, error) {
	return s.counted(ctx, `SELECT t.rail AS kind, COALESCE(l.via, '') AS state, count(*) AS n FROM refund_legs l JOIN tenders t ON t.id = l.tender_id
		WHERE l.status = 'unknown' GROUP BY t.rail, COALESCE(l.via, '')`)
}

// UnsettledEffects counts the calls that are not settled, by kind: those under way, and those that are tried again.
func (s *Store) UnsettledEffects(ctx context.Context) ([]Counted, error) {
	return s.counted(ctx, `SELECT kind, status AS state, count(*) AS n FROM effects WHERE status IN ('intended', 'unknown') GROUP BY kind, status`)
}

func (s *Store) counted(ctx context.Context, sql string, args ...any) ([]Counted, error) {
	var rows []Counted
	return rows, s.db(ctx).Raw(sql, args...).Scan(&rows).Error
}

// NoteJob notes that a loop ran, and how it went.
func (s *Store) NoteJob(ctx context.Context, name string, at time.Time, failed bool) error {
	at = Moment(at)
	row, inRow := JobRun{Name: name, RanAt: at}, gorm.Expr("0")
	column := "succeeded_at"
	if failed {
		row.FailedAt, row.FailuresInRow = &at, 1
		column, inRow = "failed_at", gorm.Expr("job_runs.failures_in_row + 1")
	} else {
		row.SucceededAt = &at
	}
	return s.db(ctx).Clauses(clause.OnConflict{
		Columns: []clause.Column{{Name: "name"}},
		DoUpdates: clause.Assignments(map[string]any{
			"ran_at": gorm.Expr("excluded.ran_at"), column: gorm.Expr("excluded." + column), "failures_in_row": inRow,
		}),
	}).Create(&row).Error
}

// JobRuns lists when the loops last ran.
func (s *Store) JobRuns(ctx context.Context) ([]JobRun, error) {
	var rows []JobRun
	return rows, s.db(ctx).Order("name").Find(&rows).Error
}
