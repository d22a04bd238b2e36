package models

import (
	"context"
	"fmt"
	"time"
)

// Repair is a repair that was made to a unit: it counts for its fault. Failed: the item came back with it.
type Repair struct {
	CaseID    string    `gorm:"primaryKey;size:40"`
	N         int       `gorm:"primaryKey;autoIncrement:false"` // round within the case
	UnitID    string    `gorm:"primaryKey;size:80;index:repairs_of_unit,priority:1"`
	Fault     string    `gorm:"size:48;not null;index:repairs_of_unit,priority:2"`
	Covered   bool      `gorm:"not null"`
	Failed    bool      `gorm:"not null"`
	StartedAt time.Time `gorm:"not null"`
	EndedAt   time.Time `gorm:"not null;check:repair_takes_time,ended_at >= started_at"`
}

// Warranty is the end of a unit's warranty as registered: what a repair made of it, or counted from when the line was
// signed for; a replacement's begins anew. nil: nothing is registered.
func Warranty(unit OrderUnit, line OrderLine, order Order) *time.Time {
	if unit.WarrantyUntil != nil {
		return unit.WarrantyUntil
	}
	signed := order.SignedAt
	if line.Replaces != "" {
		signed = line.SignedAt
	}
	if line.WarrantyMonths <= 0 || signed == nil {
		return nil
	}
	until := signed.UTC().AddDate(0, line.WarrantyMonths, 0)
	return &until
}

// ClaimedUnits lists the units that a case claimed, in order.
func (s *Store) ClaimedUnits(ctx context.Context, caseID string) (units []OrderUnit, err error) {
	err = s.db(ctx).Where("id IN (SELECT unit_id FROM unit_claims WHERE case_id = ?)", caseID).Order("id").Find(&units).Error
	return units, err
}

// RepairsBefore is how often other cases repaired one of the units for the same fault: the most of any unit. An empty
// fault stands for the one that it had most often.
func (s *Store) RepairsBefore(ctx context.Context, exceptCase string, units []string, fault string) (most int, err error) {
	query := s.db(ctx).Model(&Repair{}).Select("COUNT(*)").Where("unit_id IN ? AND case_id <> ?", units, exceptCase).Group("unit_id, fault")
	if fault != "" {
		query = query.Where("fault = ?", fault)
	}
	var counts []int
	if err := query.Scan(&counts).Error; err != nil {
		return 0, err
	}
	for _, n := range counts {
		most = max(most, n)
	}
	return most, nil
}

// BookedRepair is a repair of all units of a case.
type BookedRepair struct {
	Repair   // without UnitID
	OrderID  string
	Units    []string
	Serial   string                                                // the new number of a single unit; empty: as before
	Fallback time.Time                                             // end of the warranty where none is registered; zero: unknown
	Extend   func(until time.Time, repair time.Duration) time.Time // the rule by which a repair makes a warranty longer
}

// BookRepair counts a repair and makes the warranty of its units longer by its time, unless that was over when it
// began. until is the earliest end from now on; zero: unknown. The same case and round again changes nothing.
func (s *Store) BookRepair(ctx context.Context, in BookedRepair) (until time.Time, err error) {
	err = s.Tx(ctx, func(tx *Store) error {
		until = time.Time{}
		if _, err := tx.LockOrder(ctx, in.OrderID); err != nil {
			return err
		}
		book, err := tx.Book(ctx, in.OrderID)
		if err != nil {
			return err
		}
		var units []OrderUnit
		if err := tx.db(ctx).Where("id IN ? AND order_id = ?", in.Units, in.OrderID).Order("id").Find(&units).Error; err != nil {
			return err
		}
		if len(units) != len(in.Units) {
			return fmt.Errorf("models: %d of the units %v are of order %s: %w", len(units), in.Units, in.OrderID, ErrReference)
		}
		var booked int64
		if err := tx.db(ctx).Model(&Repair{}).Where("case_id = ? AND n = ?", in.CaseID, in.N).Count(&booked).Error; err != nil {
			return err
		}
		for _, unit := range units {
			end, err := tx.bookUnit(ctx, in, book, unit, booked > 0)
			if err != nil {
				return err
			}
			if !end.IsZero() && (until.IsZero() || end.Before(until)) {
				until = end
			}
		}
		return nil
	})
	return until.UTC(), err
}

// bookUnit books the repair of one unit, unless it is booked, and returns the end of its warranty.
func (s *Store) bookUnit(ctx context.Context, in BookedRepair, book OrderBook, unit OrderUnit, booked bool) (time.Time, error) {
	line, _ := book.Line(unit.LineID)
	end := in.Fallback
	if registered := Warranty(unit, line, book.Order); registered != nil {
		end = *registered
	}
	if booked {
		return end, nil
	}
	row := in.Repair
	row.UnitID, row.StartedAt, row.EndedAt = unit.ID, Moment(row.StartedAt), Moment(row.EndedAt)
	if err := s.db(ctx).Create(&row).Error; err != nil {
		return end, err
	}
	changes := map[string]any{}
	if end.After(row.StartedAt) {
		end = in.Extend(end, row.EndedAt.Sub(row.StartedAt))
		changes["warranty_until"] = Moment(end)
	}
	if in.Serial != "" && len(in.Units) == 1 {
		changes["serial"] = in.Serial
	}
	if len(changes) == 0 {
		return end, nil
	}
	return end, s.db(ctx).Model(&OrderUnit{}).Where("id = ?", unit.ID).Updates(changes).Error
}
