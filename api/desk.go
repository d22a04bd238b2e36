package api

import (
	"context"
	"time"
)

type taskBody struct {
	ID          string    `json:"id"`
	Kind        string    `json:"kind" doc:"E.g. merchant_answer, inspection, review, approve, refund_help."`
	For         string    `json:"for" doc:"The role that must do it."`
	SubjectKind string    `json:"subject_kind"`
	SubjectID   string    `json:"subject_id"`
	DueAt       time.Time `json:"due_at"`
	CreatedAt   time.Time `json:"created_at"`
	Text        string    `json:"text" doc:"What is to be done, in the reader's language."`
	Case        *CaseHead `json:"case,omitempty" doc:"The case that it is about, as lists show it."`
}

type taskListInput struct {
	PageInput
	Kind      string    `query:"kind" maxLength:"32"`
	DueBefore time.Time `query:"due_before"`
}

type taskCountBody struct {
	Items  []countedTasks `json:"items" nullable:"false"`
	Tasks  int            `json:"tasks" doc:"All of them."`
	Soon   int            `json:"soon" doc:"Due within the hour, those overdue among them."`
	Passed int            `json:"passed" doc:"Overdue."`
}

type countedTasks struct {
	Kind   string `json:"kind"`
	Text   string `json:"text" doc:"What is to be done, in the reader's language."`
	Tasks  int    `json:"tasks"`
	Soon   int    `json:"soon"`
	Passed int    `json:"passed"`
}

type taskCountOutput struct {
	Body taskCountBody
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

func approvalOf(a Approval, reader *caller) approvalBody {
	shown := voice{a.Currency, reader.Language}.approval(a.CaseID, a.State)
	shown.Case = reader.head(a.Case)
	return *shown
}

// head is a case as lists show it to the caller; nil for none.
func (c *caller) head(row *CaseRow) *CaseHead {
	if row == nil {
		return nil
	}
	head := headOf(*row, c.Language).ownBusiness(*row, c.Role)
	return &head
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
	Text        string         `json:"text" doc:"In the reader's language."`
}

type notificationListBody struct {
	Items  []notificationBody `json:"items" nullable:"false"`
	Next   string             `json:"next,omitempty" doc:"The cursor of the next page; absent on the last."`
	Unread int                `json:"unread" doc:"Of all of one's news; 100 stands for more."`
}

type notificationListOutput struct {
	Body notificationListBody
}

func (e *edge) desk() {
	register(e, "task.list", func(ctx context.Context, in *taskListInput) (*taskListOutput, error) {
		caller := callerOf(ctx)
		page, err := e.Cases.Tasks(ctx, caller.actor(), TaskFilter{in.Kind, in.DueBefore}, in.request())
		if err != nil {
			return nil, err
		}
		return &taskListOutput{Body: taskListBody{Items: each(page.Items, func(t Task) taskBody {
			return taskBody{t.ID, t.Kind, t.RecipientKind, t.SubjectKind, t.SubjectID, t.DueAt, t.CreatedAt, taskText(t.Kind, caller.Language), caller.head(t.Case)}
		}), Next: page.Next}}, nil
	})
	register(e, "task.count", func(ctx context.Context, _ *struct{}) (*taskCountOutput, error) {
		caller := callerOf(ctx)
		counts, err := e.Cases.TaskCounts(ctx, caller.actor())
		if err != nil {
			return nil, err
		}
		body := taskCountBody{Items: each(counts, func(c TaskCount) countedTasks {
			return countedTasks{c.Kind, taskText(c.Kind, caller.Language), c.Tasks, c.Soon, c.Passed}
		})}
		for _, c := range counts {
			body.Tasks, body.Soon, body.Passed = body.Tasks+c.Tasks, body.Soon+c.Soon, body.Passed+c.Passed
		}
		return &taskCountOutput{Body: body}, nil
	})
	register(e, "approval.list", func(ctx context.Context, in *PageInput) (*approvalListOutput, error) {
		page, err := e.Cases.Approvals(ctx, callerOf(ctx).actor(), in.request())
		if err != nil {
			return nil, err
		}
		return &approvalListOutput{Body: approvalListBody{Items: each(page.Items, func(a Approval) approvalBody {
			return approvalOf(a, callerOf(ctx))
		}), Next: page.Next}}, nil
	})
	register(e, "notification.list", func(ctx context.Context, in *PageInput) (*notificationListOutput, error) {
		lang := callerOf(ctx).Language
		page, err := e.Cases.Notifications(ctx, callerOf(ctx).actor(), in.request())
		if err != nil {
			return nil, err
		}
		unread, err := e.Cases.Unread(ctx, callerOf(ctx).actor())
		if err != nil {
			return nil, err
		}
		return &notificationListOutput{Body: notificationListBody{Unread: unread, Items: each(page.Items, func(n Notification) notificationBody {
			body := notificationBody{n.ID, n.Kind, n.SubjectKind, n.SubjectID, n.Data, n.At, n.ReadAt, newsText(n.Kind, n.Data, lang)}
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
