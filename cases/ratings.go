package cases

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"aftersales/fault"
	"aftersales/models"
	"aftersales/workflows/contract"
)

// Ratable is how long after its end a case can be rated; Changeable is how long after that the rating can be changed.
const (
	Ratable    = 30 * 24 * time.Hour
	Changeable = 7 * 24 * time.Hour
)

// RatingCodes are what a rating can name, the good ones first.
var RatingCodes = []string{"quick", "fair", "kind", "clear", "slow", "unfair", "rude", "unclear", "troublesome"}

// Rating is what a customer thought of how a case went.
type Rating struct {
	CaseID string
	Score  int // 1 to 5
	Codes  []string
	Text   string
	At     time.Time // when it was first given
	Until  time.Time // it can be changed before this
}

// Rate keeps a customer's rating of a case that has ended, or changes it. Faults: forbidden, not_found, bad_request,
// text_too_long, rating_too_early, rating_too_late.
func (s *Service) Rate(ctx context.Context, meta contract.Meta, in Rating) (Rating, error) {
	row, err := s.visible(ctx, meta.Actor, "case.rate", in.CaseID)
	if err != nil {
		return Rating{}, err
	}
	codes, err := checkRating(in)
	if err != nil {
		return Rating{}, err
	}
	given, err := s.rating(ctx, row)
	if err != nil {
		return Rating{}, err
	}
	if f := mayRate(row, given, meta.ReceivedAt); f != nil {
		return Rating{}, f
	}
	kept := models.CaseRating{
		CaseID: row.ID, CustomerID: row.CustomerID, MerchantID: row.MerchantID, Score: in.Score, Codes: codes,
		CreatedAt: meta.ReceivedAt, UpdatedAt: meta.ReceivedAt,
	}
	if in.Text != "" {
		if kept.TextID, err = s.PutText(ctx, meta.Actor, row.CustomerID, in.Text); err != nil {
			return Rating{}, err
		}
	}
	if kept, err = s.Store.Rate(ctx, kept, Changeable); errors.Is(err, models.ErrRatedLongAgo) {
		return Rating{}, fault.New(fault.RatingTooLate)
	}
	if err != nil {
		return Rating{}, away(err)
	}
	in.At, in.Until = kept.CreatedAt, kept.CreatedAt.Add(Changeable)
	return in, nil
}

// checkRating brings the codes into one form: JSON, each once, in order.
func checkRating(in Rating) (string, error) {
	if in.Score < 1 || in.Score > 5 {
		return "", fault.New(fault.BadRequest, "problem", "score: 1 to 5")
	}
	codes := slices.Compact(slices.Sorted(slices.Values(in.Codes)))
	for _, code := range codes {
		if !slices.Contains(RatingCodes, code) {
			return "", fault.New(fault.BadRequest, "problem", "codes: one that is not in the case's rating_choices")
		}
	}
	out, err := json.Marshal(append([]string{}, codes...))
	if err != nil {
		return "", fault.New(fault.Internal).Because(err)
	}
	return string(out), nil
}

// mayRate says why a case cannot be rated, or rated anew, at a time; nil when it can.
func mayRate(row models.Case, given *Rating, at time.Time) *fault.Fault {
	switch {
	case row.Open || row.ClosedAt == nil:
		return fault.New(fault.RatingTooEarly)
	case given != nil && at.After(given.Until), given == nil && at.After(row.ClosedAt.Add(Ratable)):
		return fault.New(fault.RatingTooLate)
	}
	return nil
}

// rating reads a case's rating with its words; nil when there is none. An erased customer's words are left out.
func (s *Service) rating(ctx context.Context, row models.Case) (*Rating, error) {
	kept, err := s.Store.Rating(ctx, row.ID)
	if errors.Is(err, models.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, away(err)
	}
	given := &Rating{CaseID: row.ID, Score: kept.Score, At: kept.CreatedAt, Until: kept.CreatedAt.Add(Changeable)}
	if err := readJSON(kept.Codes, &given.Codes); err != nil {
		return nil, broken("rating", row.ID, err)
	}
	if kept.TextID != "" {
		if _, given.Text, err = s.Store.Text(ctx, kept.TextID); err != nil && !isFault(err, fault.Erased) {
			return nil, away(err)
		}
	}
	return given, nil
}
