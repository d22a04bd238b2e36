package models

import (
	"context"
	"time"

	"aftersales/seal"
)

// CaseView is a set of filters for the list of cases to which somebody who works gave a name. The name is theirs, and sealed
// under their keyset; the filter is codes only.
type CaseView struct {
	ID        string    `gorm:"primaryKey;size:40;index:case_views_of_staff,priority:3"`
	StaffID   string    `gorm:"size:40;not null;index:case_views_of_staff,priority:1"`
	Name      seal.Text `gorm:"not null"`
	Filter    string    `gorm:"type:text;not null"` // JSON
	CreatedAt time.Time `gorm:"not null;index:case_views_of_staff,priority:2"`
}

// NamedCaseView is a saved view with its name opened.
type NamedCaseView struct {
	ID, Name, Filter string
	CreatedAt        time.Time
}

// MaxCaseViews bounds how many views one person has: more is nobody's overview, and a list of them needs no pages.
const MaxCaseViews = 20

// CaseViews lists somebody's views, the oldest first.
func (s *Store) CaseViews(ctx context.Context, staffID string) ([]NamedCaseView, error) {
	var rows []CaseView
	if err := s.db(ctx).Where("staff_id = ?", staffID).Order("created_at, id").Limit(MaxCaseViews).Find(&rows).Error; err != nil {
		return nil, err
	}
	views := make([]NamedCaseView, 0, len(rows))
	for _, row := range rows {
		name, err := s.Keys.Open(ctx, caseViewAD(row), row.Name)
		if err != nil {
			return nil, err
		}
		views = append(views, NamedCaseView{ID: row.ID, Name: name, Filter: row.Filter, CreatedAt: row.CreatedAt})
	}
	return views, nil
}

// SaveCaseView keeps a view: in the place of the one that has its name, else as a new one under the ID. ErrTooMuch when there are
// MaxCaseViews already.
func (s *Store) SaveCaseView(ctx context.Context, staffID string, view NamedCaseView) (NamedCaseView, error) {
	err := s.Tx(ctx, func(tx *Store) error {
		var staff Staff
		if err := tx.ForUpdate(tx.db(ctx)).Where("id = ?", staffID).Take(&staff).Error; err != nil {
			return err
		}
		known, err := tx.CaseViews(ctx, staffID)
		if err != nil {
			return err
		}
		for _, one := range known {
			if one.Name == view.Name || one.ID == view.ID {
				view.ID, view.CreatedAt = one.ID, one.CreatedAt
				return tx.db(ctx).Model(&CaseView{}).Where("id = ?", one.ID).Update("filter", view.Filter).Error
			}
		}
		if len(known) >= MaxCaseViews {
			return ErrTooMuch
		}
		view.CreatedAt = Moment(view.CreatedAt)
		row := CaseView{ID: view.ID, StaffID: staffID, Name: seal.Plain(view.Name), Filter: view.Filter, CreatedAt: view.CreatedAt}
		if err := tx.Keys.Seal(ctx, staff.KeyRef, caseViewAD(row), &row.Name); err != nil {
			return err
		}
		return tx.db(ctx).Create(&row).Error
	})
	return view, err
}

// DropCaseView forgets one of somebody's views; ErrNotFound when it is not theirs.
func (s *Store) DropCaseView(ctx context.Context, staffID, id string) error {
	gone := s.db(ctx).Where("id = ? AND staff_id = ?", id, staffID).Delete(&CaseView{})
	if gone.Error == nil && gone.RowsAffected == 0 {
		return ErrNotFound
	}
	return gone.Error
}

func caseViewAD(v CaseView) seal.AD {
	return seal.AD{Table: "case_views", Column: "name", Person: v.StaffID, Row: v.ID}
}
