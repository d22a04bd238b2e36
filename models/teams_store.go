package models

import "context"

// CreateTeam stores a team; ErrDuplicate when its name is taken.
func (s *Store) CreateTeam(ctx context.Context, team Team) error {
	team.CreatedAt = Moment(team.CreatedAt)
	return s.db(ctx).Create(&team).Error
}

// Teams lists every team by name.
func (s *Store) Teams(ctx context.Context) ([]Team, error) {
	var teams []Team
	err := s.db(ctx).Order("name, id").Find(&teams).Error
	return teams, err
}

// Team returns one team; ErrNotFound when there is none.
func (s *Store) Team(ctx context.Context, id string) (Team, error) {
	return one[Team](ctx, s, "id = ?", id)
}

// RenameTeam gives a team another name; ErrNotFound when there is no such team, ErrDuplicate when the name is taken.
func (s *Store) RenameTeam(ctx context.Context, id, name string) error {
	result := s.db(ctx).Model(&Team{}).Where("id = ?", id).Update("name", name)
	if result.Error == nil && result.RowsAffected == 0 {
		return ErrNotFound
	}
	return result.Error
}
