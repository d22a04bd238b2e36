package identity

import (
	"context"
	"fmt"

	"aftersales/models"
)

// Recorder keeps what must be provable later.
type Recorder interface {
	Record(ctx context.Context, event models.AuditEvent) error
}

// Revoker hears of sessions that ended before their time in this process, so that connections which are open for them can be
// closed at once. Other processes hear of it by the event models.TopicSessionRevoked.
type Revoker interface {
	Revoked(sessionIDs []string)
}

// Console is whoever works at the program's own command line, who may do whatever an operator may.
var Console = Person{Kind: "system", Role: "system", ID: "console"}

// note records what somebody did. What cannot be recorded is told as a failure, although it was done: whoever asked tries
// again, and every step here may be repeated.
func (s *Service) note(ctx context.Context, actor Person, action, subjectKind, subjectID, outcome string, detail map[string]string, reason string) error {
	if s.options.Audit == nil {
		return nil
	}
	err := s.options.Audit.Record(ctx, models.AuditEvent{
		At: s.now(), ActorKind: actor.Role, ActorID: actor.ID, SessionID: actor.SessionID, Action: action,
		SubjectKind: subjectKind, SubjectID: subjectID, Outcome: outcome, Reason: reason, Detail: detail,
	})
	if err != nil {
		return fmt.Errorf("identity: record %s: %w", action, err)
	}
	return nil
}

// done records what somebody did to something.
func (s *Service) done(ctx context.Context, actor Person, action, subjectKind, subjectID string, detail map[string]string) error {
	return s.note(ctx, actor, action, subjectKind, subjectID, models.AuditDone, detail, "")
}

func (s *Service) tellRevoked(ids ...string) {
	if s.options.Revoked != nil && len(ids) > 0 {
		s.options.Revoked.Revoked(ids)
	}
}
