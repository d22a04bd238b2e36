package models

import (
	"context"
	"time"

	"gorm.io/gorm/clause"
)

// Hand is what a colleague did to who somebody is or what they may: with it they could have come in as them. Each colleague's last
// one of each kind is kept.
type Hand struct {
	PersonKind string    `gorm:"primaryKey;size:16"` // customer or staff
	PersonID   string    `gorm:"primaryKey;size:40"`
	ByID       string    `gorm:"primaryKey;size:40;index:hands_of,priority:1"`
	Kind       string    `gorm:"primaryKey;size:16"`
	At         time.Time `gorm:"not null;index:hands_of,priority:2"`
}

// What a hand did.
const (
	HandMade   = "made"   // made the account, or a link to join
	HandRaised = "raised" // gave other rights, or let somebody back in who was let go
	HandLink   = "link"   // made a link to a new password
	HandReset  = "reset"  // took the second factor away
	HandWish   = "wish"   // wants somebody to be an operator
)

// PutHand notes what somebody did now.
func (s *Store) PutHand(ctx context.Context, hand Hand) error {
	hand.At = Moment(hand.At)
	return s.db(ctx).Clauses(clause.OnConflict{
		Columns:   []clause.Column{{Name: "person_kind"}, {Name: "person_id"}, {Name: "by_id"}, {Name: "kind"}},
		DoUpdates: clause.AssignmentColumns([]string{"at"}),
	}).Create(&hand).Error
}

// HandsOn lists who did something of a kind to somebody after a time.
func (s *Store) HandsOn(ctx context.Context, personKind, personID, kind string, since time.Time) ([]string, error) {
	var ids []string
	err := s.db(ctx).Model(&Hand{}).Where("person_kind = ? AND person_id = ? AND kind = ? AND at > ?", personKind, personID, kind, Moment(since)).
		Order("by_id").Pluck("by_id", &ids).Error
	return ids, err
}

// NotOther lists the colleagues who together with somebody who works are not two people: one of the two had a hand in the other
// after a time, or somebody had one in both. Wishes do not count.
func (s *Store) NotOther(ctx context.Context, staffID string, since time.Time) ([]string, error) {
	const real = "h.person_kind = 'staff' AND h.kind <> 'wish' AND h.at > @since"
	var ids []string
	err := s.db(ctx).Raw(`SELECT h.by_id AS id FROM hands h WHERE h.person_id = @id AND `+real+`
		UNION SELECT h.person_id FROM hands h WHERE h.by_id = @id AND `+real+`
		UNION SELECT h.person_id FROM hands h WHERE `+real+` AND h.person_id <> @id
			AND h.by_id IN (SELECT h.by_id FROM hands h WHERE h.person_id = @id AND `+real+`)
		ORDER BY 1`, map[string]any{"id": staffID, "since": Moment(since)}).Scan(&ids).Error
	return ids, err
}

// OtherOperators counts the operators besides some people who joined at some time, also those who were let go.
func (s *Store) OtherOperators(ctx context.Context, but ...string) (int64, error) {
	var n int64
	err := s.db(ctx).Model(&Staff{}).Where("role = 'operator' AND status <> ? AND id NOT IN ?", StaffInvited, but).Count(&n).Error
	return n, err
}
