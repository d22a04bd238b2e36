package api

import (
	"context"
	"encoding/json"
	"time"

	"aftersales/audit"
	"aftersales/fault"
	"aftersales/models"
)

// Trail shows the audit trail. Who reads it is in it.
type Trail interface {
	List(ctx context.Context, filter models.AuditFilter, page models.PageRequest) (models.Page[models.AuditEntry], error)
	// Verify verifies it from a place on, "" for the beginning, as far as one request can.
	Verify(ctx context.Context, from string) (audit.Part, error)
}

func trailRoutes() []Route {
	return []Route{
		{get, "/v1/audit", "audit.list", Audited, "audit", "Who did what, the newest first; reading it is noted"},
		{get, "/v1/audit/verification", "audit.verify", Audited, "audit", "Whether the trail is whole, part by part, and how far it is noted beside the keys"},
	}
}

type (
	auditListInput struct {
		PageInput
		Actor   string    `query:"actor" maxLength:"80" doc:"ID of whoever did it."`
		Action  string    `query:"action" maxLength:"64" doc:"Its name, or with a dot at the end all below it, e.g. sign_in."`
		Kind    string    `query:"kind" maxLength:"32" doc:"Of what it was done to, e.g. case."`
		Thing   string    `query:"thing" maxLength:"80" doc:"ID of what it was done to."`
		Outcome string    `query:"outcome" enum:"done,refused,failed"`
		From    time.Time `query:"from" doc:"Not before."`
		To      time.Time `query:"to" doc:"Before."`
	}
	auditDetailBody struct {
		Name  string `json:"name"`
		Value string `json:"value"`
	}
	auditEntryBody struct {
		Chain     string            `json:"chain" doc:"There is one per start of a process."`
		Seq       int64             `json:"seq" doc:"Its place in the chain."`
		At        time.Time         `json:"at"`
		ActorKind string            `json:"actor_kind,omitempty" doc:"A role, or system; absent: nobody was recognised."`
		ActorID   string            `json:"actor_id,omitempty"`
		Action    string            `json:"action"`
		Kind      string            `json:"kind,omitempty"`
		Thing     string            `json:"thing,omitempty"`
		Outcome   string            `json:"outcome" enum:"done,refused,failed"`
		Reason    string            `json:"reason,omitempty" doc:"A code: why it was refused, or why somebody says that they need it."`
		Detail    []auditDetailBody `json:"detail" nullable:"false"`
	}
	auditListBody struct {
		Items []auditEntryBody `json:"items" nullable:"false"`
		Next  string           `json:"next,omitempty" doc:"The cursor of the next page; absent on the last."`
	}
	auditListOutput struct{ Body auditListBody }

	auditVerifyInput struct {
		Cursor string `query:"cursor" maxLength:"200" doc:"The next of the part before; absent: from the first entry."`
	}
	auditFindingBody struct {
		Chain   string `json:"chain"`
		Seq     int64  `json:"seq" doc:"The first entry that it concerns."`
		Problem string `json:"problem" enum:"altered,gap,cut,replaced,missing,key"`
	}
	auditHeadBody struct {
		Chain      string     `json:"chain"`
		StartedAt  time.Time  `json:"started_at"`
		Seq        int64      `json:"seq" doc:"Its last entry."`
		At         *time.Time `json:"at,omitempty" doc:"When that was made."`
		NotedSeq   int64      `json:"noted_seq" doc:"Up to which entry it is noted beside the keys; 0: not yet."`
		NotedAt    *time.Time `json:"noted_at,omitempty"`
		NotedAgo   *int64     `json:"noted_ago_seconds,omitempty"`
		Unanchored int64      `json:"unanchored" doc:"Entries since then; whoever writes to the database could take these away unseen."`
	}
	auditPartBody struct {
		Whole    bool               `json:"whole" doc:"Nothing was found in this part. The trail is whole when that is so for every part."`
		Done     bool               `json:"done" doc:"This was the last part."`
		Checked  int64              `json:"checked" doc:"Entries of this part."`
		Before   int64              `json:"before" doc:"Entries of the parts before."`
		Total    int64              `json:"total" doc:"Entries of the trail now."`
		Chains   int                `json:"chains"`
		Findings []auditFindingBody `json:"findings" nullable:"false"`
		Next     string             `json:"next,omitempty" doc:"The cursor of the next part."`
		Heads    []auditHeadBody    `json:"heads" nullable:"false" doc:"On the first part: how far the chains with the newest entries have come, at most 50."`
	}
	auditPartOutput struct{ Body auditPartBody }
)

func (e *edge) trail() {
	register(e, "audit.list", func(ctx context.Context, in *auditListInput) (*auditListOutput, error) {
		if !in.From.IsZero() && !in.To.IsZero() && !in.From.Before(in.To) {
			return nil, fault.New(fault.BadRequest, "problem", "from: before to")
		}
		page, err := e.Trail.List(ctx, models.AuditFilter{
			ActorID: in.Actor, Action: in.Action, SubjectKind: in.Kind, SubjectID: in.Thing, Outcome: in.Outcome, Since: in.From, Until: in.To,
		}, models.PageRequest(in.request()))
		if err != nil {
			return nil, err
		}
		return &auditListOutput{auditListBody{each(page.Items, entryOf), page.Next}}, nil
	})
	register(e, "audit.verify", func(ctx context.Context, in *auditVerifyInput) (*auditPartOutput, error) {
		part, err := e.Trail.Verify(ctx, in.Cursor)
		if err != nil {
			return nil, err
		}
		return &auditPartOutput{auditPartBody{
			Whole: len(part.Findings) == 0, Done: part.Next == "", Checked: part.Checked, Before: part.Before, Total: part.Total, Chains: part.Chains,
			Findings: each(part.Findings, func(f audit.Finding) auditFindingBody { return auditFindingBody{f.ChainID, f.Seq, f.Problem} }),
			Next:     part.Next, Heads: each(part.Heads, e.headOf),
		}}, nil
	})
}

func entryOf(entry models.AuditEntry) auditEntryBody {
	detail := map[string]string{}
	_ = json.Unmarshal([]byte(entry.Detail), &detail) // an entry that was tampered with is shown without
	return auditEntryBody{
		Chain: entry.ChainID, Seq: entry.Seq, At: entry.At, ActorKind: entry.ActorKind, ActorID: entry.ActorID, Action: entry.Action,
		Kind: entry.SubjectKind, Thing: entry.SubjectID, Outcome: entry.Outcome, Reason: entry.Reason,
		Detail: each(sortedKeys(detail), func(name string) auditDetailBody { return auditDetailBody{name, detail[name]} }),
	}
}

func (e *edge) headOf(h audit.Head) auditHeadBody {
	body := auditHeadBody{Chain: h.ChainID, StartedAt: h.StartedAt, Seq: h.Seq, NotedSeq: h.NotedSeq, NotedAt: h.NotedAt, Unanchored: h.Unanchored}
	if !h.At.IsZero() {
		body.At = &h.At
	}
	if h.NotedAt != nil {
		ago := int64(e.now().Sub(*h.NotedAt) / time.Second)
		body.NotedAgo = &ago
	}
	return body
}
