package models

import (
	"context"
	"time"

	"gorm.io/gorm/clause"
)

// CreateTag stores a tag; ErrDuplicate when its team has one of that name.
func (s *Store) CreateTag(ctx context.Context, tag Tag) (Tag, error) {
	tag.ID, tag.CreatedAt = NewID(), Moment(tag.CreatedAt)
	return tag, s.db(ctx).Create(&tag).Error
}

// ChangeTag gives a tag another name and colour, or takes it out of use when retired is set; ErrNotFound when there is none
// in use, ErrDuplicate when the name is taken.
func (s *Store) ChangeTag(ctx context.Context, tag Tag, retired *time.Time) error {
	change := map[string]any{"name": tag.Name, "colour": tag.Colour}
	if retired != nil {
		change = map[string]any{"retired_at": Moment(*retired)}
	}
	done := s.db(ctx).Model(&Tag{}).Where("id = ? AND retired_at IS NULL", tag.ID).Updates(change)
	if done.Error == nil && done.RowsAffected == 0 {
		return ErrNotFound
	}
	return done.Error
}

// Tag returns one; ErrNotFound when there is none.
func (s *Store) Tag(ctx context.Context, id string) (Tag, error) {
	return one[Tag](ctx, s, "id = ?", id)
}

// TagsOf lists the tags in use of teams, by name; the team of everybody's is empty.
func (s *Store) TagsOf(ctx context.Context, teams []string, request PageRequest) (Page[Tag], error) {
	return union(teams, request.limit(), sooner, byName, func(team string) (Page[Tag], error) {
		query := s.db(ctx).Where("team_id = ? AND retired_at IS NULL", team)
		return byWord(query, request, "name", byName)
	})
}

func byName(t Tag) place { return wordPlace(t.Name, t.ID) }

// TagConversation puts tags on a conversation and takes others away.
func (s *Store) TagConversation(ctx context.Context, conversationID string, add, remove []string, by string, at time.Time) error {
	var rows []ConversationTag
	for _, id := range add {
		rows = append(rows, ConversationTag{id, conversationID, by, Moment(at)})
	}
	if len(rows) > 0 {
		if err := s.db(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&rows).Error; err != nil {
			return err
		}
	}
	if len(remove) == 0 {
		return nil
	}
	return s.db(ctx).Where("conversation_id = ? AND tag_id IN ?", conversationID, remove).Delete(&ConversationTag{}).Error
}

// TagOn is a tag with the conversation that it is on.
type TagOn struct {
	Tag
	ConversationID string
}

// TagsOn lists what conversations are tagged with, by name.
func (s *Store) TagsOn(ctx context.Context, conversationIDs ...string) ([]TagOn, error) {
	var tags []TagOn
	err := s.db(ctx).Table("conversation_tags c").Select("t.*, c.conversation_id").Joins("JOIN tags t ON t.id = c.tag_id").
		Where("c.conversation_id IN ?", conversationIDs).Order("t.name, t.id").Scan(&tags).Error
	return tags, err
}
