package models

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm/clause"
)

// PlannedLeg is a leg with its shares of the order lines and the effect that will carry it out.
type PlannedLeg struct {
	Leg    RefundLeg
	Parts  []RefundLegLine
	Effect Effect
}

// PlanLegs writes legs and their effects, before anybody is called. Inside the transaction that holds the tenders.
func (s *Store) PlanLegs(ctx context.Context, planned []PlannedLeg) error {
	var legs []RefundLeg
	var parts []RefundLegLine
	var effects []Effect
	for _, p := range planned {
		legs, parts, effects = append(legs, p.Leg), append(parts, p.Parts...), append(effects, p.Effect)
	}
	if err := s.db(ctx).Create(&effects).Error; err != nil {
		return err
	}
	if err := s.db(ctx).Create(&legs).Error; err != nil {
		return err
	}
	if len(parts) == 0 {
		return nil
	}
	return s.db(ctx).Create(&parts).Error
}

// ReviveLegs sets failed legs to intended again, so that they can be tried anew under the same keys: a refund that
// a provider refused was never made. Inside the transaction that holds the tenders and has checked the limits.
func (s *Store) ReviveLegs(ctx context.Context, keys []string, at time.Time) error {
	for _, table := range []any{&RefundLeg{}, &Effect{}} {
		change := map[string]any{"status": LegIntended}
		if _, isEffect := table.(*Effect); isEffect {
			change["updated_at"] = at
		}
		if err := s.db(ctx).Model(table).Where("key IN ? AND status = ?", keys, LegFailed).Updates(change).Error; err != nil {
			return err
		}
	}
	return nil
}

// Effects reads effects by their keys.
func (s *Store) Effects(ctx context.Context, keys []string) (map[string]Effect, error) {
	var rows []Effect
	if err := s.db(ctx).Where("key IN ?", keys).Find(&rows).Error; err != nil {
		return nil, err
	}
	effects := make(map[string]Effect, len(rows))
	for _, row := range rows {
		effects[row.Key] = row
	}
	return effects, nil
}

// EffectReused says that a key stands for another request than the one it is used for now.
type EffectReused struct{ Key string }

func (e *EffectReused) Error() string {
	return fmt.Sprintf("models: the effect %s was made for another request; a new request needs a new round", e.Key)
}

// IntendEffect writes an effect before its call. When it stands already it is returned as it is, provided that it
// was made for the same request; otherwise the error is *EffectReused.
func (s *Store) IntendEffect(ctx context.Context, effect Effect) (Effect, error) {
	if err := s.db(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&effect).Error; err != nil {
		return Effect{}, err
	}
	var kept Effect
	if err := s.db(ctx).Where("key = ?", effect.Key).Take(&kept).Error; err != nil {
		return Effect{}, err
	}
	if kept.RequestHash != effect.RequestHash || kept.Kind != effect.Kind {
		return Effect{}, &EffectReused{Key: effect.Key}
	}
	return kept, nil
}

// BeginTry notes, before a call, that the call may happen: whoever finds the effect later asks before repeating.
func (s *Store) BeginTry(ctx context.Context, key string, at time.Time) error {
	return s.db(ctx).Exec("UPDATE effects SET tries = tries + 1, updated_at = ? WHERE key = ?", at, key).Error
}

// EndEffect stores how a call ended. A success is never taken back.
func (s *Store) EndEffect(ctx context.Context, key, status, result string, at time.Time) error {
	return s.db(ctx).Model(&Effect{}).Where("key = ? AND status <> ?", key, LegSucceeded).
		Updates(map[string]any{"status": status, "result": result, "updated_at": at}).Error
}

// EndLeg stores how a refund's call ended, leg and effect together. A success is never taken back. settled is when
// the money moved, for a success.
func (s *Store) EndLeg(ctx context.Context, key, status, providerRef, result string, settled *time.Time, at time.Time) error {
	return s.Tx(ctx, func(tx *Store) error {
		if err := tx.EndEffect(ctx, key, status, result, at); err != nil {
			return err
		}
		change := map[string]any{"status": status}
		if status == LegSucceeded {
			change["settled_at"], change["provider_ref"] = settled, providerRef
		}
		return tx.db(ctx).Model(&RefundLeg{}).Where("key = ? AND status <> ?", key, LegSucceeded).Updates(change).Error
	})
}

// Legs reads legs by their keys, in order of key.
func (s *Store) Legs(ctx context.Context, keys []string) ([]RefundLeg, error) {
	var legs []RefundLeg
	err := s.db(ctx).Where("key IN ?", keys).Order("key").Find(&legs).Error
	return legs, err
}

// OpenLeg is a leg whose end is not known, with what is needed to ask for it.
type OpenLeg struct {
	RefundLeg
	Rail  string
	Ref   string // the rail's number of the payment
	Tries int
}

// UnsettledLegs lists legs whose call may have been made and whose end is not known, untouched since a moment, in
// order of key after a cursor.
func (s *Store) UnsettledLegs(ctx context.Context, untouchedSince time.Time, after string, limit int) ([]OpenLeg, error) {
	var legs []OpenLeg
	err := s.db(ctx).Raw(`SELECT l.*, t.rail, t.ref, e.tries FROM refund_legs l
		JOIN effects e ON e.key = l.key JOIN tenders t ON t.id = l.tender_id
		WHERE l.status IN ('intended', 'unknown') AND e.tries > 0 AND e.updated_at <= ? AND l.key > ?
		ORDER BY l.key LIMIT ?`, untouchedSince, after, limit).Scan(&legs).Error
	return legs, err
}

// SettledLegs lists the succeeded legs of a rail that settled in [from, to), in order of key after a cursor.
func (s *Store) SettledLegs(ctx context.Context, rail string, from, to time.Time, after string, limit int) ([]OpenLeg, error) {
	var legs []OpenLeg
	err := s.db(ctx).Raw(`SELECT l.*, t.rail, t.ref, 0 AS tries FROM refund_legs l JOIN tenders t ON t.id = l.tender_id
		WHERE l.status = 'succeeded' AND t.rail = ? AND (l.via IS NULL OR l.via = '') AND l.settled_at >= ? AND l.settled_at < ? AND l.key > ?
		ORDER BY l.key LIMIT ?`, rail, from, to, after, limit).Scan(&legs).Error
	return legs, err
}

// Reconciled notes that ledger and provider agree about legs.
func (s *Store) Reconciled(ctx context.Context, keys []string, at time.Time) error {
	if len(keys) == 0 {
		return nil
	}
	return s.db(ctx).Model(&RefundLeg{}).Where("key IN ?", keys).Update("reconciled", at).Error
}

// Find notes a discrepancy once per ID, and a task for operations with it. Found again after it was resolved, it
// opens anew.
func (s *Store) Find(ctx context.Context, found Discrepancy, task Task) error {
	return s.Tx(ctx, func(tx *Store) error {
		again := clause.OnConflict{
			Columns:   []clause.Column{{Name: "id"}},
			DoUpdates: clause.Assignments(map[string]any{"resolved_at": nil}),
		}
		if err := tx.db(ctx).Clauses(again).Create(&found).Error; err != nil {
			return err
		}
		return tx.db(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&task).Error
	})
}

// Resolve closes a discrepancy that is none any more, with its task.
func (s *Store) Resolve(ctx context.Context, id, taskKey string, at time.Time) error {
	closed := s.db(ctx).Model(&Discrepancy{}).Where("id = ? AND resolved_at IS NULL", id).Update("resolved_at", at)
	if closed.Error != nil || closed.RowsAffected == 0 {
		return closed.Error
	}
	return s.db(ctx).Model(&Task{}).Where("dedupe_key = ? AND state = ?", taskKey, TaskOpen).
		Updates(map[string]any{"state": TaskDone, "ended_at": at}).Error
}

// MoveLeg gives a leg another time slot.
func (s *Store) MoveLeg(ctx context.Context, key string, notBefore time.Time) error {
	return s.db(ctx).Model(&RefundLeg{}).Where("key = ?", key).Update("not_before", notBefore).Error
}
