// Package privacy keeps what the law gives people: notices and consents, what is known about them, a copy of it, its
// correction, and being forgotten. It decides nothing about cases.
package privacy

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"aftersales/fault"
	"aftersales/models"
)

// Engine runs erasures. Its errors are faults.
type Engine interface {
	StartErasure(ctx context.Context, id string, eraseAt time.Time) error
	CancelErasure(ctx context.Context, id string) error
	LookAtErasure(ctx context.Context, id string) error
}

// Audit is where what must be provable later is recorded.
type Audit interface {
	Record(ctx context.Context, event models.AuditEvent) error
}

// Service is privacy for customers and for those who answer for it. Store and Engine are needed, Files by exports and
// erasures.
type Service struct {
	Store   *models.Store
	Files   models.BlobStore
	Engine  Engine
	Audit   Audit            // nil: nothing is recorded
	CoolOff time.Duration    // how long an erasure can be called off
	Now     func() time.Time // nil: time.Now
}

func (s *Service) now() time.Time {
	if s.Now != nil {
		return models.Moment(s.Now())
	}
	return models.Moment(time.Now())
}

// Person is who asks: a role and an ID.
type Person struct{ Kind, ID string }

func (s *Service) record(ctx context.Context, by Person, action, subjectKind, subjectID, reason string) error {
	if s.Audit == nil {
		return nil
	}
	return s.Audit.Record(ctx, models.AuditEvent{
		At: s.now(), ActorKind: by.Kind, ActorID: by.ID, Action: action, SubjectKind: subjectKind, SubjectID: subjectID,
		Outcome: models.AuditDone, Reason: reason,
	})
}

// away is what a person is told when our database fails.
var away = models.Told

// Stand is a purpose with the notice that holds now and what the customer said last.
type Stand struct {
	Notice models.PrivacyNotice
	Needed bool // the service cannot do without: it holds until it is withdrawn
	Given  bool
	Said   *models.Consent // nil: nothing yet
}

// Consents lists every purpose with its newest notice in a language and what the customer said about it.
func (s *Service) Consents(ctx context.Context, customerID, lang string) ([]Stand, error) {
	notices, err := s.Store.Notices(ctx, language(lang))
	if err != nil {
		return nil, away(err)
	}
	said, err := s.Store.Consents(ctx, customerID)
	if err != nil {
		return nil, away(err)
	}
	stands := make([]Stand, 0, len(notices))
	for _, purpose := range Purposes {
		for _, notice := range notices {
			if notice.Purpose != purpose {
				continue
			}
			stand := Stand{Notice: notice, Needed: purpose == ForService, Given: purpose == ForService}
			if i := slices.IndexFunc(said, func(c models.Consent) bool { return c.Purpose == purpose }); i >= 0 {
				stand.Said, stand.Given = &said[i], said[i].Given
			}
			stands = append(stands, stand)
		}
	}
	return stands, nil
}

// Word is what a customer says about a purpose.
type Word struct {
	Purpose string
	Given   bool
	Version int // of the notice that was read; 0 for a withdrawal
	Lang    string
	Channel string // web, app, api
}

// Say stores what a customer says. Giving needs the newest notice: notice_out_of_date otherwise; withdrawing needs nothing but
// the word, and a repeat of what holds is no new word.
func (s *Service) Say(ctx context.Context, customerID string, word Word) ([]Stand, error) {
	stands, err := s.Consents(ctx, customerID, word.Lang)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(stands, func(stand Stand) bool { return stand.Notice.Purpose == word.Purpose })
	if i < 0 {
		return nil, fault.New(fault.BadRequest, "problem", "purpose: one of "+strings.Join(Purposes, ", "))
	}
	stand := stands[i]
	if word.Given && word.Version != stand.Notice.Version {
		return nil, fault.New(fault.NoticeOutOfDate, "version", stand.Notice.Version)
	}
	if stand.Said != nil && stand.Said.Given == word.Given && (!word.Given || stand.Said.Version == word.Version) || stand.Said == nil && !word.Given && !stand.Given {
		return stands, nil
	}
	said, err := s.Store.AddConsent(ctx, models.Consent{
		CustomerID: customerID, Purpose: word.Purpose, Given: word.Given, Version: stand.Notice.Version, Lang: stand.Notice.Lang,
		Channel: word.Channel, At: s.now(),
	})
	if err != nil {
		return nil, away(err)
	}
	stands[i].Said, stands[i].Given = &said, said.Given
	return stands, nil
}

// Allows tells whether a customer's data may be used for a purpose now. The service may until its consent is withdrawn; every
// other purpose only with one.
func (s *Service) Allows(ctx context.Context, customerID, purpose string) (bool, error) {
	given, said, err := s.Store.Consented(ctx, customerID, purpose)
	return given || !said && purpose == ForService, away(err)
}

// MayBegin refuses to begin something new for a customer who withdrew the consent to the service or is being erased.
func (s *Service) MayBegin(ctx context.Context, customerID string) error {
	leaving, err := s.Store.Leaving(ctx, customerID)
	switch {
	case err != nil:
		return away(err)
	case leaving:
		return fault.New(fault.Leaving)
	}
	allowed, err := s.Allows(ctx, customerID, ForService)
	if err == nil && !allowed {
		return fault.New(fault.ConsentNeeded)
	}
	return err
}

var phoneForm = regexp.MustCompile(`^\+?[0-9]{7,15}$`)

// Correct replaces a customer's own name, number or language. Faults: name_invalid, phone_invalid, bad_request for a language
// that is not spoken here.
func (s *Service) Correct(ctx context.Context, by Person, customerID string, change models.PersonalChange) error {
	if name := change.Name; name != nil {
		*name = strings.TrimSpace(*name)
		if n := utf8.RuneCountInString(*name); n < 1 || n > 60 || strings.ContainsFunc(*name, func(r rune) bool { return r < ' ' }) {
			return fault.New(fault.NameInvalid)
		}
	}
	if phone := change.Phone; phone != nil {
		*phone = strings.NewReplacer(" ", "", "-", "").Replace(*phone)
		if !phoneForm.MatchString(*phone) {
			return fault.New(fault.PhoneInvalid)
		}
	}
	if mail := change.Mail; mail != nil {
		if *mail = strings.TrimSpace(*mail); *mail != "" && models.NormalMail(*mail) == "" {
			return fault.New(fault.BadRequest, "problem", "mail: name@host")
		}
	}
	if lang := change.Lang; lang != nil && !slices.Contains(Languages, *lang) {
		return fault.New(fault.BadRequest, "problem", "language: one of "+strings.Join(Languages, ", "))
	}
	if err := s.Store.Correct(ctx, customerID, change, by.Kind, by.ID, s.now()); err != nil {
		return away(err)
	}
	return away(s.record(ctx, by, "privacy.correct", "customer", customerID, ""))
}

// language is one that notices stand in.
func language(lang string) string {
	if slices.Contains(Languages, lang) {
		return lang
	}
	return Languages[0]
}
