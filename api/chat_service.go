package api

import (
	"context"
	"time"

	"aftersales/calendar"
	"aftersales/chat"
	"aftersales/models"
)

// DeskService is about how soon somebody is answered, and when a team works.
type DeskService interface {
	Deadlines(ctx context.Context, actor chat.Actor, whose, team string, page models.PageRequest) (models.Page[models.Deadline], error)
	ServiceTargets(ctx context.Context, actor chat.Actor, team string, all bool, page models.PageRequest) (models.Page[models.ServiceTarget], error)
	SetServiceTarget(ctx context.Context, actor chat.Actor, target models.ServiceTarget) error
	DropServiceTarget(ctx context.Context, actor chat.Actor, target models.ServiceTarget) error
	Hours(ctx context.Context, actor chat.Actor, team string) (chat.Hours, error)
	SetHours(ctx context.Context, actor chat.Actor, team string, hours chat.Hours) (chat.Hours, error)
}

func deskServiceRoutes() []Route {
	return []Route{
		{get, "/v1/deadlines", "deadline.list", 0, "desk tools", "What falls next of cases and of service, what falls first comes first"},
		{get, "/v1/service-targets", "service.target.list", 0, "desk tools", "How soon somebody is to be answered, and done with"},
		{post, "/v1/service-targets", "service.target.set", 0, "desk tools", "Say how soon, for a team, a shop, a priority"},
		{post, "/v1/service-targets/remove", "service.target.remove", 0, "desk tools", "Take a target away: what is less particular counts then"},
		{get, "/v1/teams/{id}/hours", "team.hours.read", 0, "desk tools", "When a team works, and who takes over"},
		{post, "/v1/teams/{id}/hours", "team.hours.set", 0, "desk tools", "Say when a team works, and who takes over"},
	}
}

type (
	clockBody struct {
		Kind       string     `json:"kind" enum:"first,next,resolution" doc:"first and next: until somebody answers; resolution: until it ends."`
		StartedAt  time.Time  `json:"started_at"`
		WarnAt     time.Time  `json:"warn_at"`
		DueAt      time.Time  `json:"due_at"`
		BreachedAt *time.Time `json:"breached_at,omitempty"`
	}
	fallingInput struct {
		PageInput
		Whose string `query:"whose" enum:"mine,team" doc:"For agents; absent: team."`
		Team  string `query:"team_id" maxLength:"40" doc:"For operators; others have their own."`
	}
	fallingBody struct {
		Kind  string    `json:"kind" enum:"case,service"`
		DueAt time.Time `json:"due_at"`

		CaseID     string `json:"case_id,omitempty"`
		CaseKind   string `json:"case_kind,omitempty"`
		Stage      string `json:"stage,omitempty"`
		WaitingFor string `json:"waiting_for,omitempty" doc:"Of a case: who must act."`

		ConversationID string     `json:"conversation_id,omitempty"`
		Clock          *clockBody `json:"clock,omitempty"`
		Priority       string     `json:"priority,omitempty"`

		MerchantID string `json:"merchant_id,omitempty"`
		AgentID    string `json:"agent_id,omitempty" doc:"Who has it."`
	}
	fallingListBody struct {
		Items []fallingBody `json:"items" nullable:"false"`
		Next  string        `json:"next,omitempty" doc:"The cursor of the next page; absent on the last."`
	}
	fallingListOutput struct{ Body fallingListBody }
	TargetScope       struct {
		TeamID     string `json:"team_id,omitempty" maxLength:"40" doc:"For operators; absent: every team. Others have their own."`
		MerchantID string `json:"merchant_id,omitempty" maxLength:"40" doc:"Absent: every shop."`
		Priority   string `json:"priority,omitempty" enum:"urgent,high,normal,low" doc:"Absent: every priority."`
	}
	targetBody struct {
		TargetScope
		First      int64 `json:"first_seconds" minimum:"0" maximum:"7776000" doc:"Until the first answer, in working time; 0: no clock."`
		Next       int64 `json:"next_seconds" minimum:"0" maximum:"7776000" doc:"Until each further answer."`
		Resolution int64 `json:"resolution_seconds" minimum:"0" maximum:"7776000" doc:"Until it ends."`
	}
	targetInput      struct{ Body targetBody }
	dropTargetInput  struct{ Body TargetScope }
	targetsListInput struct {
		PageInput
		Team string `query:"team_id" maxLength:"40" doc:"For operators; others have their own."`
		All  bool   `query:"all" doc:"Those that hold for every team."`
	}
	targetListBody struct {
		Items    []targetBody `json:"items" nullable:"false"`
		Next     string       `json:"next,omitempty" doc:"The cursor of the next page; absent on the last."`
		Standard []targetBody `json:"standard" nullable:"false" doc:"What counts where nobody has set any."`
	}
	targetListOutput struct{ Body targetListBody }
	windowBody       struct {
		From int `json:"from" minimum:"0" maximum:"1440" doc:"Minutes after midnight."`
		To   int `json:"to" minimum:"0" maximum:"1440"`
	}
	calendarBody struct {
		Zone         string       `json:"zone" maxLength:"6" doc:"A fixed offset: +08:00, or UTC."`
		Windows      []windowBody `json:"windows,omitempty" maxItems:"10" nullable:"false" doc:"Ascending, without overlap; none: the whole day."`
		WindowsDaily bool         `json:"windows_daily,omitempty" doc:"The windows count on every day, also where nobody works."`
		WorkDays     []int        `json:"work_days,omitempty" maxItems:"7" nullable:"false" doc:"0 (Sunday) to 6; none: every day."`
		Holidays     []string     `json:"holidays,omitempty" maxItems:"400" nullable:"false" doc:"2026-10-01"`
		ExtraDays    []string     `json:"extra_days,omitempty" maxItems:"400" nullable:"false" doc:"Days on which work is done all the same."`
	}
	hoursBody struct {
		Calendar calendarBody `json:"calendar"`
		Overflow string       `json:"overflow_team_id,omitempty" maxLength:"40" doc:"Takes over who waits too long, or while the team does not work; absent: nobody."`
		After    int64        `json:"overflow_seconds,omitempty" minimum:"0" maximum:"86400" doc:"Too long."`
	}
	hoursInput struct {
		ID   string `path:"id" maxLength:"40"`
		Body hoursBody
	}
	hoursOutput struct{ Body hoursBody }
)

func (e *edge) deskService() {
	register(e, "deadline.list", func(ctx context.Context, in *fallingInput) (*fallingListOutput, error) {
		page, err := e.Chat.Deadlines(ctx, callerOf(ctx).actor(), in.Whose, in.Team, models.PageRequest(in.request()))
		return &fallingListOutput{fallingListBody{each(page.Items, fallingOf), page.Next}}, err
	})
	register(e, "service.target.list", func(ctx context.Context, in *targetsListInput) (*targetListOutput, error) {
		page, err := e.Chat.ServiceTargets(ctx, callerOf(ctx).actor(), in.Team, in.All, models.PageRequest(in.request()))
		body := targetListBody{Items: each(page.Items, targetBodyOf), Next: page.Next}
		for _, priority := range models.Priorities {
			standard := chat.Targets[priority]
			standard.Priority = priority
			body.Standard = append(body.Standard, targetBodyOf(standard))
		}
		return &targetListOutput{body}, err
	})
	register(e, "service.target.set", func(ctx context.Context, in *targetInput) (*struct{}, error) {
		target := in.Body.target()
		target.FirstSeconds, target.NextSeconds, target.ResolutionSeconds = in.Body.First, in.Body.Next, in.Body.Resolution
		return nil, e.Chat.SetServiceTarget(ctx, callerOf(ctx).actor(), target)
	})
	register(e, "service.target.remove", func(ctx context.Context, in *dropTargetInput) (*struct{}, error) {
		return nil, e.Chat.DropServiceTarget(ctx, callerOf(ctx).actor(), in.Body.target())
	})
	register(e, "team.hours.read", func(ctx context.Context, in *caseInput) (*hoursOutput, error) {
		hours, err := e.Chat.Hours(ctx, callerOf(ctx).actor(), in.ID)
		return &hoursOutput{hoursOf(hours)}, err
	})
	register(e, "team.hours.set", func(ctx context.Context, in *hoursInput) (*hoursOutput, error) {
		b := in.Body
		hours, err := e.Chat.SetHours(ctx, callerOf(ctx).actor(), in.ID, chat.Hours{
			Calendar: b.Calendar.calendar(), Overflow: b.Overflow, After: time.Duration(b.After) * time.Second,
		})
		return &hoursOutput{hoursOf(hours)}, err
	})
}

func clockOf(c models.ServiceClock) clockBody {
	return clockBody{c.Kind, c.StartedAt, c.WarnAt, c.DueAt, c.BreachedAt}
}

func fallingOf(d models.Deadline) fallingBody {
	if c := d.Case; c != nil {
		return fallingBody{
			Kind: "case", DueAt: d.At, CaseID: c.ID, CaseKind: c.Kind, Stage: c.Stage, WaitingFor: c.WaitingFor, MerchantID: c.MerchantID, AgentID: orEmpty(c.AssigneeID),
		}
	}
	clock := clockOf(*d.Clock)
	return fallingBody{
		Kind: "service", DueAt: d.At, ConversationID: d.Clock.ConversationID, Clock: &clock, Priority: d.Clock.Priority, MerchantID: d.Clock.MerchantID, AgentID: d.Clock.AgentID,
	}
}

func (b TargetScope) target() models.ServiceTarget {
	return models.ServiceTarget{TeamID: b.TeamID, MerchantID: b.MerchantID, Priority: b.Priority}
}

func targetBodyOf(t models.ServiceTarget) targetBody {
	return targetBody{TargetScope{t.TeamID, t.MerchantID, t.Priority}, t.FirstSeconds, t.NextSeconds, t.ResolutionSeconds}
}

func (b calendarBody) calendar() calendar.Calendar {
	return calendar.Calendar{
		Zone: b.Zone, Windows: each(b.Windows, func(w windowBody) calendar.Window { return calendar.Window(w) }), WindowsDaily: b.WindowsDaily,
		WorkDays: b.WorkDays, Holidays: b.Holidays, ExtraDays: b.ExtraDays,
	}
}

func hoursOf(h chat.Hours) hoursBody {
	c := h.Calendar
	return hoursBody{calendarBody{
		c.Zone, each(c.Windows, func(w calendar.Window) windowBody { return windowBody(w) }), c.WindowsDaily, solid(c.WorkDays), solid(c.Holidays), solid(c.ExtraDays),
	}, h.Overflow, int64(h.After / time.Second)}
}
