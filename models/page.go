package models

import (
	"encoding/base64"
	"encoding/binary"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"

	"aftersales/fault"
)

// MaxPage is the most rows that a list gives at once; a request for none gets DefaultPage.
const (
	MaxPage     = 100
	DefaultPage = 30
)

// PageRequest asks for the rows after Cursor, which is the Next of an earlier page or empty for the first.
type PageRequest struct {
	Cursor string
	Limit  int // 0: DefaultPage; more than MaxPage: MaxPage
}

// Page is a part of a list. Next is empty on the last one.
type Page[T any] struct {
	Items []T
	Next  string
}

// NewID makes the ID of a row: a UUID version 7, so that rows made later sort later.
func NewID() string { return uuid.Must(uuid.NewV7()).String() }

// place is where a row stands in a list that is ordered by a time, then by ID. A row without the time comes last.
type place struct {
	at time.Time // zero: no time
	id string
}

// cursor writes a place in an opaque form.
func (p place) cursor() string {
	raw := make([]byte, 9, 9+len(p.id))
	if !p.at.IsZero() {
		raw[0] = 1
		binary.BigEndian.PutUint64(raw[1:], uint64(p.at.UnixMicro()))
	}
	return base64.RawURLEncoding.EncodeToString(append(raw, p.id...))
}

// readCursor is the reverse of cursor; anything else gives the fault BadCursor.
func readCursor(cursor string) (place, error) {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(cursor)
	if err != nil || len(raw) < 10 || len(raw) > 9+128 || raw[0] > 1 {
		return place{}, fault.New(fault.BadCursor)
	}
	p := place{id: string(raw[9:])}
	if raw[0] == 1 {
		p.at = time.UnixMicro(int64(binary.BigEndian.Uint64(raw[1:]))).UTC()
	}
	if p.cursor() != cursor { // also refuses the zero time and bytes that mean nothing
		return place{}, fault.New(fault.BadCursor)
	}
	return p, nil
}

func (r PageRequest) limit() int {
	switch {
	case r.Limit <= 0:
		return DefaultPage
	case r.Limit > MaxPage:
		return MaxPage
	}
	return r.Limit
}

// newestFirst reads a page of query ordered by column and ID, both descending.
func newestFirst[T any](query *gorm.DB, request PageRequest, column string, where func(T) place) (Page[T], error) {
	if request.Cursor != "" {
		after, err := readCursor(request.Cursor)
		if err != nil {
			return Page[T]{}, err
		}
		query = query.Where("("+column+", id) < (?, ?)", after.at, after.id)
	}
	var rows []T
	err := query.Order(column + " DESC, id DESC").Limit(request.limit() + 1).Find(&rows).Error
	return cut(rows, request.limit(), where), err
}

// soonestDue reads a page of query ordered by due_at and ID, both ascending, where every row has a due time.
func soonestDue[T any](query *gorm.DB, request PageRequest, where func(T) place) (Page[T], error) {
	if request.Cursor != "" {
		after, err := readCursor(request.Cursor)
		if err != nil {
			return Page[T]{}, err
		}
		query = query.Where("(due_at, id) > (?, ?)", after.at, after.id)
	}
	var rows []T
	err := query.Order("due_at, id").Limit(request.limit() + 1).Find(&rows).Error
	return cut(rows, request.limit(), where), err
}

// soonestFirst reads a page ordered by column and ID, both ascending; rows where the column is NULL come last.
// query is called for each part, because a gorm query cannot be used twice.
func soonestFirst[T any](query func() *gorm.DB, request PageRequest, column string, where func(T) place) (Page[T], error) {
	var after *place
	if request.Cursor != "" {
		p, err := readCursor(request.Cursor)
		if err != nil {
			return Page[T]{}, err
		}
		after = &p
	}
	limit := request.limit()
	var rows []T
	if after == nil || !after.at.IsZero() {
		timed := query().Where(column + " IS NOT NULL")
		if after != nil {
			timed = timed.Where("("+column+", id) > (?, ?)", after.at, after.id)
		}
		if err := timed.Order(column + ", id").Limit(limit + 1).Find(&rows).Error; err != nil {
			return Page[T]{}, err
		}
	}
	if len(rows) <= limit {
		untimed := query().Where(column + " IS NULL")
		if after != nil && after.at.IsZero() {
			untimed = untimed.Where("id > ?", after.id)
		}
		var rest []T
		if err := untimed.Order("id").Limit(limit + 1 - len(rows)).Find(&rest).Error; err != nil {
			return Page[T]{}, err
		}
		rows = append(rows, rest...)
	}
	return cut(rows, limit, where), nil
}

// cut keeps limit rows; that there was one more tells that there is a next page.
func cut[T any](rows []T, limit int, where func(T) place) Page[T] {
	if len(rows) <= limit {
		return Page[T]{Items: rows}
	}
	rows = rows[:limit]
	return Page[T]{Items: rows, Next: where(rows[limit-1]).cursor()}
}

// moment is the time a pointer holds, or zero.
func moment(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return *t
}
