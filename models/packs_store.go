package models

import (
	"context"
	"strconv"

	"gorm.io/gorm/clause"

	"aftersales/seal"
)

// PutPack keeps a policy pack for ever under its hash. Putting it again changes nothing.
func (s *Store) PutPack(ctx context.Context, pack PolicyPack) error {
	pack.CreatedAt = Moment(pack.CreatedAt)
	return s.db(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&pack).Error
}

// Pack returns the pack of a hash; ErrNotFound when it was never put.
func (s *Store) Pack(ctx context.Context, hash string) (PolicyPack, error) {
	return one[PolicyPack](ctx, s, "hash = ?", hash)
}

// Packs lists every version of a pack, the newest first.
func (s *Store) Packs(ctx context.Context, name string) ([]PolicyPack, error) {
	var packs []PolicyPack
	err := s.db(ctx).Where("name = ?", name).Order("created_at DESC, hash").Find(&packs).Error
	return packs, err
}

// SealFacts puts the facts of an evaluation, sealed under the customer's keyset, into its row, whose case and number
// are set already.
func (s *Store) SealFacts(ctx context.Context, keyRef string, row *PolicyEvaluation, facts string) error {
	text := seal.Plain(facts)
	if err := s.Keys.Seal(ctx, keyRef, factsAD(*row), &text); err != nil {
		return err
	}
	row.Facts = text
	return nil
}

// EvaluationFacts opens the facts of an evaluation; the fault Erased after erasure.
func (s *Store) EvaluationFacts(ctx context.Context, row PolicyEvaluation) (string, error) {
	return s.Keys.Open(ctx, factsAD(row), row.Facts)
}

// Evaluations lists a case's evaluations in their order.
func (s *Store) Evaluations(ctx context.Context, caseID string) ([]PolicyEvaluation, error) {
	var rows []PolicyEvaluation
	err := s.db(ctx).Where("case_id = ?", caseID).Order("n").Find(&rows).Error
	return rows, err
}

func factsAD(row PolicyEvaluation) seal.AD {
	return seal.AD{Table: "policy_evaluations", Column: "facts", Row: row.CaseID + "/" + strconv.Itoa(row.N)}
}
