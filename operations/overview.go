package operations

import (
	"context"
	"time"

	"aftersales/models"
)

// Overview is how things stand on the platform, for the first page of whoever keeps it going.
type Overview struct {
	At time.Time
	models.Standing
	Jobs []models.JobRun
}

// Overview counts how things stand. What it gives is at most two seconds old.
func (s *Service) Overview(ctx context.Context) (Overview, error) {
	now := s.now()
	result, err := s.overview.get(now, func() (Overview, error) {
		standing, err := s.Store.Standing(ctx, now, now.Add(time.Hour))
		if err != nil {
			return Overview{}, err
		}
		jobs, err := s.Store.JobRuns(ctx)
		return Overview{now, standing, jobs}, err
	})
	return result, away(err)
}
