package api

import (
	"context"
	"time"
)

type taskBody struct {
	ID          string    `json:"id"`
	Kind        string    `json:"kind" doc:"E.g. merchant_answer, inspect, review, approve, refund_help."`
	For         string    `json:"for" doc:"The role that must do it."`
	SubjectKind string    `json:"subject_kind"`
	SubjectID   string    `json:"subject_id"`
	DueAt       time.Time `json:"due_at"`
	CreatedAt   time.Time `json:"created_at"`
}

type taskListBody struct {
	Items []taskBody `json:"items" nullable:"false"`
	Next  string     `json:"next,omitempty" doc:"The cursor of the next page; absent on the last."`
}

type taskListOutput struct {
	Body taskListBody
}

type approvalListBody struct {
	Items []approvalBody `json:"items" nullable:"false"`
	Next  string         `json:"next,omitempty" doc:"The cursor of the next page; absent on the last."`
}

type approvalListOutput struct {
	Body approvalListBody
}

type notificationBody struct {
	ID          string         `json:"id"`
	Kind        string         `json:"kind"`
	SubjectKind string         `json:"subject_kind"`
	SubjectID   string         `json:"subject_id"`
	Data        map[string]any `json:"data"`
	At          time.Time      `json:"at"`
	ReadAt      *time.Time     `json:"read_at,omitempty"`
}

type notificationListBody struct {
	Items []notificationBody `json:"items" nullable:"false"`
	Next  string             `json:"next,omitempty" doc:"The cursor of the next page; absent on the last."`
}

type notificationListOutput struct {
	Body notificationListBody
}

func (e *edge) desk() {
	register(e, "task.list", func(ctx context.Context, in *PageInput) (*taskListOutput, error) {
		page, err := e.Cases.Tasks(ctx, callerOf(ctx).actor(), in.request())
		if err != nil {
			return nil, err
		}
		return &taskListOutput{Body: taskListBody{Items: each(page.Items, func(t Task) taskBody {
			return taskBody{t.ID, t.Kind, t.RecipientKind, t.SubjectKind, t.SubjectID, t.DueAt, t.CreatedAt}
		}), Next: page.Next}}, nil
	})
	register(e, "approval.list", func(ctx context.Context, in *PageInput) (*approvalListOutput, error) {
		page, err := e.Cases.Approvals(ctx, callerOf(ctx).actor(), in.request())
		if err != nil {
			return nil, err
		}
		return &approvalListOutput{Body: approvalListBody{Items: each(page.Items, func(a Approval) approvalBody {
			return *currencyOf(a.Currency).approval(a.CaseID, a.State)
		}), Next: page.Next}}, nil
	})
	register(e, "notification.list", func(ctx context.Context, in *PageInput) (*notificationListOutput, error) {
		page, err := e.Cases.Notifications(ctx, callerOf(ctx).actor(), in.request())
		if err != nil {
			return nil, err
		}
		return &notificationListOutput{Body: notificationListBody{Items: each(page.Items, func(n Notification) notificationBody {
			body := notificationBody(n)
			if body.Data == nil {
				body.Data = map[string]any{}
			}
			return body
		}), Next: page.Next}}, nil
	})
	register(e, "notification.read", func(ctx context.Context, in *caseInput) (*struct{}, error) {
		return nil, e.Cases.ReadNotification(ctx, callerOf(ctx).actor(), in.ID)
	})
}
