package api

import (
	"context"
	"time"

	"aftersales/identity"
)

// Alarm is a call to operators: somebody saw very much that is hidden, or something of an erased customer was found.
type Alarm struct {
	ID, Kind               string
	SubjectKind, SubjectID string
	Person                 *identity.Colleague // whom it is about; nil where it is about nobody who works
	Seen                   int                 // different orders, customers and cases that the person saw between Since and Until
	Since, Until           time.Time           // zero where nobody saw anything
	CreatedAt              time.Time
	ClosedAt               *time.Time
}

type (
	alarmListInput struct {
		PageInput
		State string `query:"state" enum:"open,closed" doc:"Absent: open."`
	}
	alarmBody struct {
		ID          string         `json:"id"`
		Kind        string         `json:"kind" enum:"bulk_reading,erasure_unproven"`
		Text        string         `json:"text" doc:"What is to be done, in the reader's language."`
		SubjectKind string         `json:"subject_kind" enum:"staff,erasure"`
		SubjectID   string         `json:"subject_id" doc:"Of whom, or of which erasure, it is about."`
		Person      *colleagueBody `json:"person,omitempty" doc:"Who read very much."`
		Seen        int            `json:"seen,omitempty" doc:"How many different orders, customers and cases this person saw unmasked."`
		Since       *time.Time     `json:"since,omitempty" doc:"What was seen is counted from then,"`
		Until       *time.Time     `json:"until,omitempty" doc:"until then: the window of GET /v1/audit?actor=… that shows each."`
		CreatedAt   time.Time      `json:"created_at"`
		ClosedAt    *time.Time     `json:"closed_at,omitempty" doc:"When somebody said that they looked into it; the audit trail knows who."`
	}
	alarmListBody struct {
		Items []alarmBody `json:"items" nullable:"false"`
		Next  string      `json:"next,omitempty" doc:"The cursor of the next page; absent on the last."`
	}
	alarmListOutput struct{ Body alarmListBody }

	alarmInput struct {
		ID  string `path:"id" maxLength:"64"`
		Key string `header:"Idempotency-Key" required:"true" minLength:"1" maxLength:"128" doc:"Chosen by the client, new for each new intention."`
	}
	alarmOutput struct{ Body liveBody }
)

func (e *edge) alarms() {
	register(e, "alarm.list", func(ctx context.Context, in *alarmListInput) (*alarmListOutput, error) {
		caller := callerOf(ctx)
		page, err := e.Reveals.Alarms(ctx, caller.Person, in.State == "closed", in.request())
		if err != nil {
			return nil, err
		}
		return &alarmListOutput{alarmListBody{each(page.Items, func(a Alarm) alarmBody { return alarmOf(a, caller.Language) }), page.Next}}, nil
	})
	register(e, "alarm.close", func(ctx context.Context, in *alarmInput) (*alarmOutput, error) {
		if err := e.Reveals.CloseAlarm(ctx, callerOf(ctx).Person, in.ID); err != nil {
			return nil, err
		}
		return &alarmOutput{Body: liveBody{OK: true}}, nil
	})
}

func alarmOf(a Alarm, lang string) alarmBody {
	body := alarmBody{
		ID: a.ID, Kind: a.Kind, Text: taskText(a.Kind, lang), SubjectKind: a.SubjectKind, SubjectID: a.SubjectID, Seen: a.Seen,
		CreatedAt: a.CreatedAt, ClosedAt: a.ClosedAt,
	}
	if a.Person != nil {
		person := colleagueOf(*a.Person)
		body.Person = &person
	}
	if !a.Since.IsZero() {
		body.Since, body.Until = &a.Since, &a.Until
	}
	return body
}
