package identity

import (
	"context"
	"errors"
	"fmt"

	"aftersales/fault"
	"aftersales/models"
)

// Team is a group of agents and the supervisors who answer for it: staff with its TeamID.
type Team struct{ ID, Name string }

// Teams lists every team by name.
func (s *Service) Teams(ctx context.Context) ([]Team, error) {
	rows, err := s.store.Teams(ctx)
	if err != nil {
		return nil, fmt.Errorf("identity: list teams: %w", err)
	}
	teams := make([]Team, len(rows))
	for i, row := range rows {
		teams[i] = Team{row.ID, row.Name}
	}
	return teams, nil
}

// CreateTeam makes a team; the fault TeamExists when there is one of this name.
func (s *Service) CreateTeam(ctx context.Context, actor Person, name string) (Team, error) {
	team := Team{models.NewID(), name}
	err := s.store.CreateTeam(ctx, models.Team{ID: team.ID, Name: name, CreatedAt: s.now()})
	if errors.Is(err, models.ErrDuplicate) {
		return Team{}, fault.New(fault.TeamExists)
	}
	if err != nil {
		return Team{}, fmt.Errorf("identity: make team: %w", err)
	}
	return team, s.done(ctx, actor, "team.create", "team", team.ID, nil)
}

// RenameTeam gives a team another name. Faults: NotFound, TeamExists.
func (s *Service) RenameTeam(ctx context.Context, actor Person, id, name string) (Team, error) {
	err := s.store.RenameTeam(ctx, id, name)
	if errors.Is(err, models.ErrDuplicate) {
		return Team{}, fault.New(fault.TeamExists)
	}
	if err != nil {
		return Team{}, orNotFound(err)
	}
	return Team{id, name}, s.done(ctx, actor, "team.rename", "team", id, nil)
}

// knownTeam gives the fault TeamUnknown when a team is named that does not exist.
func (s *Service) knownTeam(ctx context.Context, id string) error {
	if id == "" {
		return nil
	}
	_, err := s.store.Team(ctx, id)
	if errors.Is(err, models.ErrNotFound) {
		return fault.New(fault.TeamUnknown)
	}
	if err != nil {
		return fmt.Errorf("identity: find team: %w", err)
	}
	return nil
}
