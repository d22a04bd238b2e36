package models

import (
	"context"
	"errors"
	"time"
)

// ErrStale says that something was changed since it was read.
var ErrStale = errors.New("models: it was changed meanwhile")

// ActivePack is the choice that holds for new cases; ErrNotFound before the first.
func (s *Store) ActivePack(ctx context.Context) (PackActivation, error) {
	var rows []PackActivation
	err := s.db(ctx).Order("n DESC").Limit(1).Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return PackActivation{}, orNotFound(err)
	}
	return rows[0], nil
}

// ActivatePack lets new cases get a pack, if the choice that held until now is number after (0: none yet). ErrStale when
// another one holds; ErrReference for a pack that is not stored.
func (s *Store) ActivatePack(ctx context.Context, after int64, choice PackActivation) (PackActivation, error) {
	choice.N, choice.At = after+1, Moment(choice.At)
	err := s.Tx(ctx, func(tx *Store) error {
		switch now, err := tx.ActivePack(ctx); {
		case err != nil && !errors.Is(err, ErrNotFound):
			return err
		case now.N != after:
			return ErrStale
		}
		return tx.db(ctx).Create(&choice).Error
	})
	if errors.Is(err, ErrDuplicate) { // two at the same moment
		err = ErrStale
	}
	return choice, err
}

// PackActivations lists when packs were chosen, in order; of the given ones only, unless there are none.
func (s *Store) PackActivations(ctx context.Context, hashes ...string) ([]PackActivation, error) {
	query := s.db(ctx)
	if len(hashes) > 0 {
		query = query.Where("pack_hash IN ?", hashes)
	}
	var rows []PackActivation
	return rows, query.Order("n").Find(&rows).Error
}

// ChosenByHand tells whether somebody, and not the settings, ever chose a pack.
func (s *Store) ChosenByHand(ctx context.Context) (bool, error) {
	var n int64
	err := s.db(ctx).Model(&PackActivation{}).Where("by_kind <> ?", BySettings).Limit(1).Count(&n).Error
	return n > 0, err
}

// PacksByTime lists the stored packs, the newest first.
func (s *Store) PacksByTime(ctx context.Context, request PageRequest) (Page[PolicyPack], error) {
	query := s.db(ctx)
	if request.Cursor != "" {
		after, err := readCursor(request.Cursor)
		if err != nil {
			return Page[PolicyPack]{}, err
		}
		query = query.Where("(created_at, hash) < (?, ?)", after.at, after.id)
	}
	var rows []PolicyPack
	err := query.Order("created_at DESC, hash DESC").Limit(request.limit() + 1).Find(&rows).Error
	return cut(rows, request.limit(), func(p PolicyPack) place { return place{p.CreatedAt, p.Hash} }), err
}

// OpenCasesByPack counts the open cases of each pack.
func (s *Store) OpenCasesByPack(ctx context.Context) (map[string]int64, error) {
	var rows []struct {
		PackHash string
		N        int64
	}
	if err := s.db(ctx).Model(&Case{}).Select("pack_hash, count(*) AS n").Where("open").Group("pack_hash").Scan(&rows).Error; err != nil {
		return nil, err
	}
	counts := map[string]int64{}
	for _, row := range rows {
		counts[row.PackHash] = row.N
	}
	return counts, nil
}

// LatestEvaluations lists the newest evaluations of all cases, the newest first.
func (s *Store) LatestEvaluations(ctx context.Context, before time.Time, limit int) ([]PolicyEvaluation, error) {
	var rows []PolicyEvaluation
	err := s.db(ctx).Where("at <= ?", Moment(before)).Order("at DESC, case_id DESC, n DESC").Limit(limit).Find(&rows).Error
	return rows, err
}
