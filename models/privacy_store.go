package models

import (
	"context"
	"errors"
	"time"

	"gorm.io/gorm/clause"

	"aftersales/seal"
)

// KeepNotices stores the notices that are not there yet. One that is there keeps its words: ErrCheck when they differ,
// because consents name them.
func (s *Store) KeepNotices(ctx context.Context, notices ...PrivacyNotice) error {
	for _, notice := range notices {
		notice.PublishedAt = Moment(notice.PublishedAt)
		if err := s.db(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&notice).Error; err != nil {
			return err
		}
		kept, err := one[PrivacyNotice](ctx, s, "purpose = ? AND version = ? AND lang = ?", notice.Purpose, notice.Version, notice.Lang)
		if err != nil {
			return err
		}
		if kept.Digest != notice.Digest {
			return errors.Join(ErrCheck, errors.New("models: the notice "+notice.Purpose+" changed under the same version; give it a new one"))
		}
	}
	return nil
}

// Notices lists the newest version of each purpose's notice in a language.
func (s *Store) Notices(ctx context.Context, lang string) ([]PrivacyNotice, error) {
	var notices []PrivacyNotice
	err := s.db(ctx).Where(`lang = ? AND version = (SELECT max(version) FROM privacy_notices n
		WHERE n.purpose = privacy_notices.purpose AND n.lang = privacy_notices.lang)`, lang).Order("purpose").Find(&notices).Error
	return notices, err
}

// AddConsent stores what a customer said about a purpose. ErrReference when there is no such notice or customer.
func (s *Store) AddConsent(ctx context.Context, consent Consent) (Consent, error) {
	consent.ID, consent.At = NewID(), Moment(consent.At)
	return consent, s.db(ctx).Create(&consent).Error
}

// Consents lists everything that a customer ever said, the newest first.
func (s *Store) Consents(ctx context.Context, customerID string) ([]Consent, error) {
	var all []Consent
	err := s.db(ctx).Where("customer_id = ?", customerID).Order("at DESC, id DESC").Find(&all).Error
	return all, err
}

// Consented tells the newest word of a customer on a purpose; said is false when there is none.
func (s *Store) Consented(ctx context.Context, customerID, purpose string) (given, said bool, err error) {
	var newest []Consent
	err = s.db(ctx).Where("customer_id = ? AND purpose = ?", customerID, purpose).Order("at DESC, id DESC").Limit(1).Find(&newest).Error
	return len(newest) > 0 && newest[0].Given, len(newest) > 0, err
}

// PersonalChange is what a customer wants corrected; nil leaves a field as it is.
type PersonalChange struct {
	Name, Phone, Mail, Lang *string
}

// Correct replaces a customer's own data and notes what was replaced, by whom and when. ErrNotFound for an unknown
// customer, the fault Erased for an erased one.
func (s *Store) Correct(ctx context.Context, customerID string, change PersonalChange, byKind, byID string, at time.Time) error {
	customer, err := s.Customer(ctx, customerID)
	if err != nil {
		return err
	}
	updates, fields := map[string]any{}, []string{}
	for _, sealed := range []struct {
		field string
		value *string
	}{{"name", change.Name}, {"phone", change.Phone}, {"mail", change.Mail}} {
		if sealed.value == nil {
			continue
		}
		text := seal.Plain(*sealed.value)
		if err := s.Keys.Seal(ctx, customer.KeyRef, customerAD(customerID, sealed.field), &text); err != nil {
			return err
		}
		updates[sealed.field], fields = text, append(fields, sealed.field)
	}
	if change.Lang != nil {
		updates["lang"], fields = *change.Lang, append(fields, "lang")
	}
	if len(fields) == 0 {
		return nil
	}
	return s.Tx(ctx, func(tx *Store) error {
		if err := tx.db(ctx).Model(&Customer{}).Where("id = ?", customerID).Updates(updates).Error; err != nil {
			return err
		}
		corrected, err := tx.Customer(ctx, customerID)
		if err != nil {
			return err
		}
		if err := tx.reindexCustomer(ctx, corrected); err != nil {
			return err
		}
		for _, field := range fields {
			note := Correction{ID: NewID(), CustomerID: customerID, Field: field, ByKind: byKind, ByID: byID, At: Moment(at)}
			if err := tx.db(ctx).Create(&note).Error; err != nil {
				return err
			}
		}
		return nil
	})
}

// Corrections lists what was corrected, the newest first.
func (s *Store) Corrections(ctx context.Context, customerID string) ([]Correction, error) {
	var all []Correction
	err := s.db(ctx).Where("customer_id = ?", customerID).Order("at DESC, id DESC").Find(&all).Error
	return all, err
}

// PlaceHold keeps a customer's data from being erased. Note is plain here and sealed when stored. ErrReference for an
// unknown customer.
func (s *Store) PlaceHold(ctx context.Context, hold LegalHold, note string) (LegalHold, error) {
	if hold.ID == "" {
		hold.ID = NewID()
	}
	hold.PlacedAt, hold.ReviewAt = Moment(hold.PlacedAt), Moment(hold.ReviewAt)
	if note != "" {
		hold.Note = seal.Plain(note)
		if err := s.Keys.Seal(ctx, seal.Platform, noteAD(hold), &hold.Note); err != nil {
			return hold, err
		}
	}
	return hold, s.db(ctx).Create(&hold).Error
}

// HoldNote opens the words of a hold.
func (s *Store) HoldNote(ctx context.Context, hold LegalHold) (string, error) {
	return s.Keys.Open(ctx, noteAD(hold), hold.Note)
}

func noteAD(hold LegalHold) seal.AD {
	return seal.AD{Table: "legal_holds", Column: "note", Person: seal.Platform, Row: hold.ID}
}

// LiftHold ends a hold; ErrNotFound when there is none in force.
func (s *Store) LiftHold(ctx context.Context, id, by string, at time.Time) (LegalHold, error) {
	hold, err := one[LegalHold](ctx, s, "id = ?", id)
	if err != nil {
		return hold, err
	}
	moment := Moment(at)
	lifted := s.db(ctx).Model(&LegalHold{}).Where("id = ? AND lifted_at IS NULL", id).
		Updates(map[string]any{"lifted_by": by, "lifted_at": moment})
	if lifted.Error == nil && lifted.RowsAffected == 0 {
		return hold, ErrNotFound
	}
	hold.LiftedBy, hold.LiftedAt = by, &moment
	return hold, lifted.Error
}

// LegalHold returns one hold; ErrNotFound when there is none.
func (s *Store) LegalHold(ctx context.Context, id string) (LegalHold, error) {
	return one[LegalHold](ctx, s, "id = ?", id)
}

// HoldsPage lists the holds that stand, the latest first; customerID limits to one customer's unless empty.
func (s *Store) HoldsPage(ctx context.Context, customerID string, request PageRequest) (Page[LegalHold], error) {
	query := s.db(ctx).Where("lifted_at IS NULL")
	if customerID != "" {
		query = query.Where("customer_id = ?", customerID)
	}
	return newestFirst(query, request, "placed_at", func(h LegalHold) place { return place{h.PlacedAt, h.ID} })
}

// HoldsInForce lists the holds that stand, the oldest first; customerID limits to one customer's unless empty.
func (s *Store) HoldsInForce(ctx context.Context, customerID string) ([]LegalHold, error) {
	query := s.db(ctx).Where("lifted_at IS NULL")
	if customerID != "" {
		query = query.Where("customer_id = ?", customerID)
	}
	var holds []LegalHold
	err := query.Order("placed_at, id").Limit(MaxPage).Find(&holds).Error
	return holds, err
}
