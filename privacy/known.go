package privacy

import (
	"context"
	"time"

	"aftersales/models"
)

// Words of the store that callers need by name.
type (
	Erasure     = models.Erasure
	Hold        = models.LegalHold
	PageRequest = models.PageRequest
	ErasurePage = models.Page[models.Erasure]
	HoldPage    = models.Page[models.LegalHold]
	Change      = models.PersonalChange
	Retained    = models.Retained
)

// Known says what is known about a customer without showing all of it. Name and Phone are plain: whoever shows them masks
// them.
type Known struct {
	Name, Phone, Language, Level string
	Since                        time.Time
	Counts                       map[string]int64 // by what is counted
	Kept                         []Retained       // why each kind of data is needed, and how long it is kept
}

// Known tells a customer what is known about them.
func (s *Service) Known(ctx context.Context, customerID string) (Known, error) {
	customer, err := s.Store.Customer(ctx, customerID)
	if err != nil {
		return Known{}, away(err)
	}
	name, err := s.Store.CustomerName(ctx, customer)
	if err != nil {
		return Known{}, away(err)
	}
	phone, err := s.Store.CustomerPhone(ctx, customer)
	if err != nil {
		return Known{}, away(err)
	}
	counts, err := s.Store.CountOf(ctx, customerID)
	return Known{name, phone, customer.Lang, customer.Level, customer.CreatedAt, counts, models.Retention}, away(err)
}

// Notices lists the newest notice of each purpose in a language.
func (s *Service) Notices(ctx context.Context, lang string) ([]models.PrivacyNotice, error) {
	notices, err := s.Store.Notices(ctx, language(lang))
	return notices, away(err)
}
