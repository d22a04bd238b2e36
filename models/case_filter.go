package models

import (
	"strings"
	"time"

	"gorm.io/gorm"
)

// CaseFilter narrows a list of cases. A zero field means any.
type CaseFilter struct {
	Open       *bool
	Stage      string
	Kind       string
	Reason     string
	OrderID    string
	WaitingFor []string  // roles
	DueBefore  time.Time // cases that wait for nothing are left out then
	Begins     string    // how the number of the case or of its order begins
	Agent      string    // to whom they were given
	Free       bool      // nobody has them
	Sort       string    // SortNewest, SortDue; empty: as whoever makes the list likes
}

// In which order a list of cases comes; by what falls due only open ones.
const (
	SortNewest = "newest"
	SortDue    = "due"
)

func (f CaseFilter) apply(query *gorm.DB) *gorm.DB {
	for _, equal := range []struct{ condition, value string }{
		{"stage = ?", f.Stage}, {"kind = ?", f.Kind}, {"reason = ?", f.Reason}, {"order_id = ?", f.OrderID},
		{"assignee_id = ?", f.Agent},
	} {
		if equal.value != "" {
			query = query.Where(equal.condition, equal.value)
		}
	}
	if f.Open != nil {
		query = query.Where("open = ?", *f.Open)
	}
	if f.Free {
		query = query.Where("assignee_id IS NULL")
	}
	if len(f.WaitingFor) > 0 {
		query = query.Where("waiting_for IN ?", f.WaitingFor)
	}
	if !f.DueBefore.IsZero() {
		query = query.Where("due_at < ?", Moment(f.DueBefore))
	}
	if f.Begins != "" {
		query = begins(query, f.Begins)
	}
	return query.Omit("view") // what only a detail page shows
}

// begins finds cases by how their number, or their order's, begins: one range of an index each. PostgreSQL's index is made
// for LIKE; SQLite compares bytes anyhow.
func begins(query *gorm.DB, with string) *gorm.DB {
	id := strings.ToLower(with) // case numbers are in small letters
	if query.Name() == "postgres" {
		return query.Where("(order_id LIKE ? ESCAPE '!' OR id LIKE ? ESCAPE '!')", escapeLike(with)+"%", escapeLike(id)+"%")
	}
	const last = "\U0010FFFF"
	return query.Where("(order_id >= ? AND order_id < ? OR id >= ? AND id < ?)", with, with+last, id, id+last)
}
