package api

import (
	"context"
	"time"

	"aftersales/identity"
	"aftersales/money"
)

// People is what owners and operators decide about those who work.
type People interface {
	Colleagues(ctx context.Context, actor Person, filter identity.StaffFilter, page identity.PageRequest) (identity.ColleaguePage, error)
	Colleague(ctx context.Context, actor Person, staffID string) (identity.Colleague, error)
	Invite(ctx context.Context, actor Person, key string, in identity.Invitee) (identity.Colleague, identity.Link, error)
	InviteAgain(ctx context.Context, actor Person, staffID string) (identity.Colleague, identity.Link, error)
	Recover(ctx context.Context, actor Person, staffID string) (identity.Colleague, identity.Link, error)
	RecoverCustomer(ctx context.Context, actor Person, customerID string) (identity.Link, error)
	ResetFactors(ctx context.Context, actor Person, staffID string) (identity.Colleague, error)
	ResetCustomerFactors(ctx context.Context, actor Person, customerID string) error
	Change(ctx context.Context, actor Person, staffID string, rights identity.Rights) (identity.Colleague, error)
	Deactivate(ctx context.Context, actor Person, staffID string) (identity.Colleague, error)
	Reactivate(ctx context.Context, actor Person, staffID string) (identity.Colleague, error)
	SignOutColleague(ctx context.Context, actor Person, staffID string) (int, error)
	Teams(ctx context.Context) ([]identity.Team, error)
	CreateTeam(ctx context.Context, actor Person, name string) (identity.Team, error)
	RenameTeam(ctx context.Context, actor Person, id, name string) (identity.Team, error)
}

func peopleRoutes() []Route {
	return []Route{
		{get, "/v1/staff", "staff.list", 0, "people", "Those who work: a shop's for its owner, a team's for its supervisor, all for operators"},
		{post, "/v1/staff", "staff.invite", Keyed | StepUp | Secret, "people", "Invite somebody; the answer holds the link to hand over"},
		{get, "/v1/staff/{id}", "staff.read", 0, "people", "One person who works"},
		{post, "/v1/staff/{id}/invite-again", "staff.invite.again", Keyed | StepUp | Secret, "people", "A new link for somebody who has not joined; the one before is void"},
		{post, "/v1/staff/{id}/change", "staff.change", Keyed | StepUp, "people", "Change somebody's role, team, limit or ownership"},
		{post, "/v1/staff/{id}/deactivate", "staff.deactivate", Keyed | StepUp, "people", "Keep somebody from signing in, from now on"},
		{post, "/v1/staff/{id}/reactivate", "staff.reactivate", Keyed | StepUp, "people", "Let somebody sign in again"},
		{post, "/v1/staff/{id}/recover", "staff.recover", Keyed | StepUp | Secret, "people", "A link with which somebody chooses a new password; the second factor stays"},
		{post, "/v1/staff/{id}/reset-factors", "staff.factors.reset", Keyed | StepUp, "people", "Take somebody's second factor away, who lost it; all their sessions end"},
		{post, "/v1/staff/{id}/sign-out", "staff.signout", Keyed | Audited, "people", "End all of somebody's sessions"},
		{post, "/v1/customers/{id}/recover", "customer.recover", Keyed | StepUp | Secret, "people", "A link with which a customer chooses a new password"},
		{post, "/v1/customers/{id}/reset-factors", "customer.factors.reset", Keyed | StepUp, "people", "Take a customer's second factor away, who lost it; all their sessions end"},
		{get, "/v1/teams", "team.list", 0, "people", "The teams, by name"},
		{post, "/v1/teams", "team.create", Keyed | Audited, "people", "Make a team"},
		{post, "/v1/teams/{id}/rename", "team.rename", Keyed | Audited, "people", "Give a team another name"},
	}
}

type colleagueBody struct {
	ID           string     `json:"id"`
	Role         string     `json:"role" enum:"merchant,agent,supervisor,editor,operator"`
	MerchantID   string     `json:"merchant_id,omitempty"`
	Owner        bool       `json:"owner" doc:"Of the shop: decides on its staff."`
	TeamID       string     `json:"team_id,omitempty"`
	Limit        *moneyBody `json:"limit,omitempty" doc:"The largest amount this person may decide alone."`
	Name         string     `json:"name,omitempty"`
	Login        string     `json:"login,omitempty" doc:"Absent until this person joined."`
	Status       string     `json:"status" enum:"invited,active,inactive"`
	SecondFactor bool       `json:"second_factor" doc:"Whether one is set up."`
	CreatedAt    time.Time  `json:"created_at"`
}

func colleagueOf(c identity.Colleague) colleagueBody {
	body := colleagueBody{
		ID: c.ID, Role: c.Role, MerchantID: c.MerchantID, Owner: c.Owner, TeamID: c.TeamID, Name: c.Name, Login: c.Login,
		Status: c.Status, SecondFactor: c.SecondFactor, CreatedAt: c.CreatedAt,
	}
	if c.Limit > 0 {
		limit := moneyOf(c.Limit, money.CNY)
		body.Limit = &limit
	}
	return body
}

// aboutInput names whom a command without particulars is about.
type aboutInput struct {
	ID  string `path:"id" maxLength:"40"`
	Key string `header:"Idempotency-Key" required:"true" minLength:"1" maxLength:"128" doc:"Chosen by the client, new for each new intention."`
}

type colleagueOutput struct{ Body colleagueBody }

type colleagueListBody struct {
	Items []colleagueBody `json:"items" nullable:"false"`
	Next  string          `json:"next,omitempty" doc:"The cursor of the next page; absent on the last."`
}

type colleagueListOutput struct{ Body colleagueListBody }

type staffListInput struct {
	PageInput
	MerchantID string `query:"merchant_id" maxLength:"40"`
	TeamID     string `query:"team_id" maxLength:"40"`
	Role       string `query:"role" enum:"merchant,agent,supervisor,editor,operator"`
	Status     string `query:"status" enum:"invited,active,inactive"`
	Login      string `query:"login" maxLength:"64" doc:"How the name of the account begins. People's own names are sealed: nothing finds them."`
}

// madeLinkBody is a link that was just made.
type madeLinkBody struct {
	Token     string         `json:"token" doc:"Hand it over to this person alone. It works once, until it ends, and is shown only here."`
	Purpose   string         `json:"purpose" enum:"join,recover"`
	ExpiresAt time.Time      `json:"expires_at"`
	Person    *colleagueBody `json:"person,omitempty"`
}

type madeLinkOutput struct{ Body madeLinkBody }

func madeLink(c identity.Colleague, link identity.Link, err error) (*madeLinkOutput, error) {
	if err != nil {
		return nil, err
	}
	person := colleagueOf(c)
	return &madeLinkOutput{Body: madeLinkBody{link.Token, link.Purpose, link.ExpiresAt, &person}}, nil
}

// limitBody is an amount that somebody may decide alone; 0: nothing.
type limitBody struct {
	Minor    int64  `json:"minor" minimum:"0" maximum:"9007199254740991" doc:"Minor units, e.g. fen."`
	Currency string `json:"currency" enum:"CNY"`
}

type inviteeBody struct {
	Role       string     `json:"role" enum:"merchant,agent,supervisor,editor,operator"`
	MerchantID string     `json:"merchant_id,omitempty" maxLength:"40" doc:"The shop, for the role merchant; owners leave it out."`
	Owner      bool       `json:"owner,omitempty"`
	TeamID     string     `json:"team_id,omitempty" maxLength:"40" doc:"For agents and supervisors."`
	Name       string     `json:"name" minLength:"1" maxLength:"60"`
	Limit      *limitBody `json:"limit,omitempty" doc:"For agents, supervisors and operators."`
}

type inviteInput struct {
	Key  string `header:"Idempotency-Key" required:"true" minLength:"1" maxLength:"128" doc:"Chosen by the client, new for each new intention."`
	Body inviteeBody
}

type rightsBody struct {
	Role   *string    `json:"role,omitempty" enum:"merchant,agent,supervisor,editor,operator"`
	Owner  *bool      `json:"owner,omitempty"`
	TeamID *string    `json:"team_id,omitempty" maxLength:"40" doc:"Empty: no team."`
	Limit  *limitBody `json:"limit,omitempty"`
}

type changeStaffInput struct {
	Key  string `header:"Idempotency-Key" required:"true" minLength:"1" maxLength:"128" doc:"Chosen by the client, new for each new intention."`
	ID   string `path:"id" maxLength:"40"`
	Body rightsBody
}

type teamBody struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

type teamOutput struct{ Body teamBody }

type teamListBody struct {
	Items []teamBody `json:"items" nullable:"false"`
}

type teamListOutput struct{ Body teamListBody }

type teamNameBody struct {
	Name string `json:"name" minLength:"1" maxLength:"60"`
}

type createTeamInput struct {
	Key  string `header:"Idempotency-Key" required:"true" minLength:"1" maxLength:"128" doc:"Chosen by the client, new for each new intention."`
	Body teamNameBody
}

type renameTeamInput struct {
	Key  string `header:"Idempotency-Key" required:"true" minLength:"1" maxLength:"128" doc:"Chosen by the client, new for each new intention."`
	ID   string `path:"id" maxLength:"40"`
	Body teamNameBody
}

func (e *edge) people() {
	register(e, "staff.list", func(ctx context.Context, in *staffListInput) (*colleagueListOutput, error) {
		filter := identity.StaffFilter{MerchantID: in.MerchantID, TeamID: in.TeamID, Role: in.Role, Status: in.Status, Login: in.Login}
		page, err := e.People.Colleagues(ctx, callerOf(ctx).Person, filter, identity.PageRequest(in.PageInput))
		if err != nil {
			return nil, err
		}
		return &colleagueListOutput{Body: colleagueListBody{Items: each(page.Items, colleagueOf), Next: page.Next}}, nil
	})
	register(e, "staff.invite", func(ctx context.Context, in *inviteInput) (*madeLinkOutput, error) {
		invitee := identity.Invitee{
			Role: in.Body.Role, MerchantID: in.Body.MerchantID, Owner: in.Body.Owner, TeamID: in.Body.TeamID, Name: in.Body.Name,
		}
		if in.Body.Limit != nil {
			invitee.Limit = money.Amount(in.Body.Limit.Minor)
		}
		caller := callerOf(ctx)
		return madeLink(e.People.Invite(ctx, caller.Person, caller.Key, invitee))
	}, created)
	register(e, "staff.invite.again", func(ctx context.Context, in *aboutInput) (*madeLinkOutput, error) {
		return madeLink(e.People.InviteAgain(ctx, callerOf(ctx).Person, in.ID))
	}, created)
	register(e, "staff.recover", func(ctx context.Context, in *aboutInput) (*madeLinkOutput, error) {
		return madeLink(e.People.Recover(ctx, callerOf(ctx).Person, in.ID))
	}, created)
	register(e, "customer.recover", func(ctx context.Context, in *aboutInput) (*madeLinkOutput, error) {
		link, err := e.People.RecoverCustomer(ctx, callerOf(ctx).Person, in.ID)
		if err != nil {
			return nil, err
		}
		return &madeLinkOutput{Body: madeLinkBody{Token: link.Token, Purpose: link.Purpose, ExpiresAt: link.ExpiresAt}}, nil
	}, created)
	register(e, "staff.factors.reset", func(ctx context.Context, in *aboutInput) (*colleagueOutput, error) {
		return shownColleague(e.People.ResetFactors(ctx, callerOf(ctx).Person, in.ID))
	})
	register(e, "customer.factors.reset", func(ctx context.Context, in *aboutInput) (*struct{}, error) {
		return nil, e.People.ResetCustomerFactors(ctx, callerOf(ctx).Person, in.ID)
	})
	register(e, "staff.read", func(ctx context.Context, in *caseInput) (*colleagueOutput, error) {
		return shownColleague(e.People.Colleague(ctx, callerOf(ctx).Person, in.ID))
	})
	register(e, "staff.change", func(ctx context.Context, in *changeStaffInput) (*colleagueOutput, error) {
		rights := identity.Rights{Role: in.Body.Role, Owner: in.Body.Owner, TeamID: in.Body.TeamID}
		if in.Body.Limit != nil {
			limit := money.Amount(in.Body.Limit.Minor)
			rights.Limit = &limit
		}
		return shownColleague(e.People.Change(ctx, callerOf(ctx).Person, in.ID, rights))
	})
	register(e, "staff.deactivate", func(ctx context.Context, in *aboutInput) (*colleagueOutput, error) {
		return shownColleague(e.People.Deactivate(ctx, callerOf(ctx).Person, in.ID))
	})
	register(e, "staff.reactivate", func(ctx context.Context, in *aboutInput) (*colleagueOutput, error) {
		return shownColleague(e.People.Reactivate(ctx, callerOf(ctx).Person, in.ID))
	})
	register(e, "staff.signout", func(ctx context.Context, in *aboutInput) (*endedOutput, error) {
		ended, err := e.People.SignOutColleague(ctx, callerOf(ctx).Person, in.ID)
		if err != nil {
			return nil, err
		}
		return &endedOutput{Body: endedBody{ended}}, nil
	})
	e.teams()
}

func (e *edge) teams() {
	register(e, "team.list", func(ctx context.Context, _ *struct{}) (*teamListOutput, error) {
		teams, err := e.People.Teams(ctx)
		if err != nil {
			return nil, err
		}
		return &teamListOutput{Body: teamListBody{Items: each(teams, func(t identity.Team) teamBody { return teamBody(t) })}}, nil
	})
	register(e, "team.create", func(ctx context.Context, in *createTeamInput) (*teamOutput, error) {
		return shownTeam(e.People.CreateTeam(ctx, callerOf(ctx).Person, in.Body.Name))
	}, created)
	register(e, "team.rename", func(ctx context.Context, in *renameTeamInput) (*teamOutput, error) {
		return shownTeam(e.People.RenameTeam(ctx, callerOf(ctx).Person, in.ID, in.Body.Name))
	})
}

func shownColleague(c identity.Colleague, err error) (*colleagueOutput, error) {
	if err != nil {
		return nil, err
	}
	return &colleagueOutput{Body: colleagueOf(c)}, nil
}

func shownTeam(team identity.Team, err error) (*teamOutput, error) {
	if err != nil {
		return nil, err
	}
	return &teamOutput{Body: teamBody(team)}, nil
}
