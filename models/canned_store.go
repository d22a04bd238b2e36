package models

import (
	"context"
	"strings"

	"gorm.io/gorm"
)

// SaveCanned stores a canned reply, or changes the one with its ID; ErrDuplicate when its holder has another under that
// shortcut.
func (s *Store) SaveCanned(ctx context.Context, reply CannedReply) (CannedReply, error) {
	reply.CreatedAt, reply.UpdatedAt = Moment(reply.CreatedAt), Moment(reply.UpdatedAt)
	if reply.ID == "" {
		reply.ID = NewID()
		return reply, s.db(ctx).Create(&reply).Error
	}
	return reply, s.db(ctx).Save(&reply).Error
}

// Canned returns a canned reply; ErrNotFound when there is none.
func (s *Store) Canned(ctx context.Context, id string) (CannedReply, error) {
	return one[CannedReply](ctx, s, "id = ?", id)
}

// DropCanned deletes a canned reply.
func (s *Store) DropCanned(ctx context.Context, id string) error {
	return s.db(ctx).Where("id = ?", id).Delete(&CannedReply{}).Error
}

// CountCanned counts the canned replies of a holder.
func (s *Store) CountCanned(ctx context.Context, scope, holder string) (n int64, err error) {
	return n, s.db(ctx).Model(&CannedReply{}).Where("scope = ? AND holder_id = ?", scope, holder).Count(&n).Error
}

// CannedHolder is whose canned replies are looked at.
type CannedHolder struct{ Scope, ID string }

// CannedOf lists the canned replies of holders by their shortcuts; begins limits them to shortcuts that begin so.
func (s *Store) CannedOf(ctx context.Context, holders []CannedHolder, begins string, request PageRequest) (Page[CannedReply], error) {
	return union(holders, request.limit(), sooner, byShortcut, func(holder CannedHolder) (Page[CannedReply], error) {
		query := s.db(ctx).Where("scope = ? AND holder_id = ?", holder.Scope, holder.ID)
		if begins != "" {
			query = query.Where("substr(shortcut, 1, ?) = ?", len([]rune(begins)), begins)
		}
		return byWord(query, request, "shortcut", byShortcut)
	})
}

func byShortcut(r CannedReply) place { return wordPlace(r.Shortcut, r.ID) }

// wordEnd parts a word from an ID in a place; it sorts before whatever goes on with the word.
const wordEnd = "\x00"

func wordPlace(word, id string) place { return place{id: word + wordEnd + id} }

func (p place) words() (word, id string) {
	word, id, _ = strings.Cut(p.id, wordEnd)
	return word, id
}

// byWord reads a page of query ordered by a column of words and ID, both ascending. The words are of 22 characters at most, and
// the column sorts by bytes.
func byWord[T any](query *gorm.DB, request PageRequest, column string, where func(T) place) (Page[T], error) {
	if request.Cursor != "" {
		after, err := readCursor(request.Cursor)
		if err != nil {
			return Page[T]{}, err
		}
		word, id := after.words()
		query = query.Where("("+column+", id) > (?, ?)", word, id)
	}
	var rows []T
	err := query.Order(column + ", id").Limit(request.limit() + 1).Find(&rows).Error
	return cut(rows, request.limit(), where), err
}
