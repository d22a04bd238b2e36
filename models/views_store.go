package models

import (
	"context"
	"time"

	"aftersales/seal"
)

// SavedView is a set of filters for the list of cases to which somebody who works gave a name. The name is theirs, and sealed
// under their keyset; the filter is codes only.
type SavedView struct {
	ID        string    `gorm:"primaryKey;size:40;index:saved_views_of_staff,priority:3"`
	StaffID   string    `gorm:"size:40;not null;index:saved_views_of_staff,priority:1"`
	Name      seal.Text `gorm:"not null"`
	Filter    string    `gorm:"type:text;not null"` // JSON
	CreatedAt time.Time `gorm:"not null;index:saved_views_of_staff,priority:2"`
}

// NamedView is a saved view with its name opened.
type NamedView struct {
	ID, Name, Filter string
	CreatedAt        time.Time
}

// MaxViews bounds how many views one person has: more is nobody's overview, and a list of them needs no pages.
const MaxViews = 20

// SavedViews lists somebody's views, the oldest first.
func (s *Store) SavedViews(ctx context.Context, staffID string) ([]NamedView, error) {
	var rows []SavedView
	if err := s.db(ctx).Where("staff_id = ?", staffID).Order("created_at, id").Limit(MaxViews).Find(&rows).Error; err != nil {
		return nil, err
	}
	views := make([]NamedView, 0, len(rows))
	for _, row := range rows {
		name, err := s.Keys.Open(ctx, viewAD(row), row.Name)
		if err != nil {
			return nil, err
		}
		views = append(views, NamedView{ID: row.ID, Name: name, Filter: row.Filter, CreatedAt: row.CreatedAt})
	}
	return views, nil
}

// SaveView keeps a view: in the place of the one that has its name, else as a new one under the ID. ErrTooMuch when there are
// MaxViews already.
func (s *Store) SaveView(ctx context.Context, staffID string, view NamedView) (NamedView, error) {
	err := s.Tx(ctx, func(tx *Store) error {
		var staff Staff
		if err := tx.ForUpdate(tx.db(ctx)).Where("id = ?", staffID).Take(&staff).Error; err != nil {
			return err
		}
		known, err := tx.SavedViews(ctx, staffID)
		if err != nil {
			return err
		}
		for _, one := range known {
			if one.Name == view.Name || one.ID == view.ID {
				view.ID, view.CreatedAt = one.ID, one.CreatedAt
				return tx.db(ctx).Model(&SavedView{}).Where("id = ?", one.ID).Update("filter", view.Filter).Error
			}
		}
		if len(known) >= MaxViews {
			return ErrTooMuch
		}
		view.CreatedAt = Moment(view.CreatedAt)
		row := SavedView{ID: view.ID, StaffID: staffID, Name: seal.Plain(view.Name), Filter: view.Filter, CreatedAt: view.CreatedAt}
		if err := tx.Keys.Seal(ctx, staff.KeyRef, viewAD(row), &row.Name); err != nil {
			return err
		}
		return tx.db(ctx).Create(&row).Error
	})
	return view, err
}

// DropView forgets one of somebody's views; ErrNotFound when it is not theirs.
func (s *Store) DropView(ctx context.Context, staffID, id string) error {
	gone := s.db(ctx).Where("id = ? AND staff_id = ?", id, staffID).Delete(&SavedView{})
	if gone.Error == nil && gone.RowsAffected == 0 {
		return ErrNotFound
	}
	return gone.Error
}

func viewAD(v SavedView) seal.AD {
	return seal.AD{Table: "saved_views", Column: "name", Person: v.StaffID, Row: v.ID}
}
