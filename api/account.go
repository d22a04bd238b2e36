package api

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"aftersales/identity"
	"aftersales/models"
)

// Accounts is what people do with their own account.
type Accounts interface {
	Own(ctx context.Context, person Person) (identity.Own, error)
	Sessions(ctx context.Context, person Person) ([]identity.Session, error)
	RevokeSession(ctx context.Context, person Person, id string) error
	RevokeSessions(ctx context.Context, person Person, alsoThis bool) (int, error)
	ChangePassword(ctx context.Context, person Person, present, next string) error
	OpenLink(ctx context.Context, token string, from identity.Origin) (identity.Opened, error)
	Accept(ctx context.Context, in identity.Acceptance) (accountID string, err error)
}

func accountRoutes() []Route {
	return []Route{
		{get, "/v1/me/account", "account.read", 0, "session", "What is kept about oneself as somebody who works, why, and for how long"},
		{get, "/v1/me/sessions", "session.list", Enrolling, "session", "One's sessions, the latest used first"},
		{del, "/v1/me/sessions", "session.revoke.all", Enrolling, "session", "End all of one's other sessions"},
		{del, "/v1/me/sessions/{id}", "session.revoke", Enrolling, "session", "End one of one's sessions"},
		{put, "/v1/me/password", "account.password.change", Enrolling, "session", "Choose another password; all other sessions end"},
		{post, "/v1/links/open", "link.open", Public, "session", "What a link to join or to recover is for"},
		{post, "/v1/links/use", "link.use", Public, "session", "Join, or choose a new password, with a link"},
	}
}

// ownBody is somebody who works, as they see themselves.
type ownBody struct {
	Person   colleagueBody `json:"person"`
	Team     string        `json:"team,omitempty" doc:"Its name."`
	Sessions int           `json:"sessions"`
	Keys     int           `json:"api_keys" doc:"Those that ended among them."`
	Ties     int           `json:"ties" doc:"Accounts elsewhere that this one is tied to."`
	Kept     []keptBody    `json:"kept" nullable:"false"`
}

type ownOutput struct{ Body ownBody }

// keptOfStaff are the rows of the schedule that hold something of those who work, by their first table.
var keptOfStaff = []string{"merchants", "accounts", "sessions", "sign_in_tries", "invitations", "tickets", "api_keys", "notifications", "audit_chains"}

func ownOf(own identity.Own, lang string) ownBody {
	body := ownBody{Person: colleagueOf(own.Colleague), Team: own.Team, Sessions: own.Sessions, Keys: own.Keys, Ties: own.Ties, Kept: []keptBody{}}
	for _, row := range models.Retention {
		if slices.Contains(keptOfStaff, row.Tables[0]) {
			kept := keptOf(row, lang)
			kept.Yours = true
			body.Kept = append(body.Kept, kept)
		}
	}
	return body
}

type sessionBody struct {
	ID         string    `json:"id"`
	Method     string    `json:"method" doc:"How it began: password, passkey, handover, oidc:<provider>."`
	TwoFactors bool      `json:"two_factors"`
	Device     string    `json:"device" doc:"Program and system, as far as they are known."`
	Address    string    `json:"address,omitempty" doc:"Where it began."`
	CreatedAt  time.Time `json:"created_at"`
	SeenAt     time.Time `json:"seen_at"`
	ExpiresAt  time.Time `json:"expires_at" doc:"It ends then, unless it is used before; a limit in all holds besides."`
	Current    bool      `json:"current" doc:"The one that asks."`
}

type sessionListBody struct {
	Items []sessionBody `json:"items" nullable:"false"`
}

type sessionListOutput struct{ Body sessionListBody }

type revokeAllInput struct {
	This string `query:"this" enum:"true,false" doc:"Whether the session that asks ends too."`
}

type endedBody struct {
	Ended int `json:"ended" doc:"How many sessions ended."`
}

type endedOutput struct{ Body endedBody }

type endedOwnOutput struct {
	SetCookie []http.Cookie `header:"Set-Cookie"`
	Clear     string        `header:"Clear-Site-Data"`
	Body      endedBody
}

type passwordBody struct {
	Present string `json:"present" minLength:"1" maxLength:"256"`
	Next    string `json:"next" minLength:"1" maxLength:"256" doc:"At least 8 bytes, not a common password, not holding the login."`
}

type passwordInput struct{ Body passwordBody }

type linkBody struct {
	Token string `json:"token" minLength:"1" maxLength:"64"`
}

type linkInput struct{ Body linkBody }

type openedBody struct {
	Purpose   string    `json:"purpose" enum:"join,recover"`
	Role      string    `json:"role"`
	ExpiresAt time.Time `json:"expires_at"`
}

type openedOutput struct{ Body openedBody }

type useLinkBody struct {
	Token    string `json:"token" minLength:"1" maxLength:"64"`
	Login    string `json:"login,omitempty" maxLength:"64" doc:"Chosen when one joins; not needed to recover."`
	Password string `json:"password" minLength:"1" maxLength:"256"`
}

type useLinkInput struct{ Body useLinkBody }

func (e *edge) account() {
	register(e, "account.read", func(ctx context.Context, _ *struct{}) (*ownOutput, error) {
		own, err := e.Accounts.Own(ctx, callerOf(ctx).Person)
		if err != nil {
			return nil, err
		}
		return &ownOutput{ownOf(own, callerOf(ctx).Language)}, nil
	})
	register(e, "session.list", func(ctx context.Context, _ *struct{}) (*sessionListOutput, error) {
		sessions, err := e.Accounts.Sessions(ctx, callerOf(ctx).Person)
		if err != nil {
			return nil, err
		}
		return &sessionListOutput{Body: sessionListBody{Items: each(sessions, func(s identity.Session) sessionBody {
			return sessionBody{s.ID, s.Method, s.Assurance == identity.AssuredTwoFactor, s.Device, s.Address, s.CreatedAt, s.SeenAt, s.ExpiresAt, s.Current}
		})}}, nil
	})
	register(e, "session.revoke.all", func(ctx context.Context, in *revokeAllInput) (*endedOwnOutput, error) {
		ended, err := e.Accounts.RevokeSessions(ctx, callerOf(ctx).Person, in.This == "true")
		if err != nil {
			return nil, err
		}
		out := &endedOwnOutput{Body: endedBody{ended}}
		if in.This == "true" {
			bye := e.farewell()
			out.SetCookie, out.Clear = bye.SetCookie, bye.Clear
		}
		return out, nil
	})
	register(e, "session.revoke", func(ctx context.Context, in *caseInput) (*farewell, error) {
		out, person := farewell{}, callerOf(ctx).Person
		if in.ID == person.SessionID {
			out = e.farewell()
		}
		return &out, e.Accounts.RevokeSession(ctx, person, in.ID)
	})
	register(e, "account.password.change", func(ctx context.Context, in *passwordInput) (*struct{}, error) {
		return nil, e.Accounts.ChangePassword(ctx, callerOf(ctx).Person, in.Body.Present, in.Body.Next)
	}, withCodes(403, 422, 429))
	register(e, "link.open", func(ctx context.Context, in *linkInput) (*openedOutput, error) {
		opened, err := e.Accounts.OpenLink(ctx, in.Body.Token, originOf(ctx))
		if err != nil {
			return nil, err
		}
		return &openedOutput{Body: openedBody{opened.Purpose, opened.Role, opened.ExpiresAt}}, nil
	}, withCodes(410, 429))
	register(e, "link.use", func(ctx context.Context, in *useLinkInput) (*struct{}, error) {
		_, err := e.Accounts.Accept(ctx, identity.Acceptance{
			Token: in.Body.Token, Login: in.Body.Login, Password: in.Body.Password, From: originOf(ctx),
		})
		return nil, err
	}, withCodes(409, 410, 422, 429))
}

// withCodes adds statuses that an operation may answer.
func withCodes(codes ...int) func(*huma.Operation) {
	return func(operation *huma.Operation) { operation.Errors = append(operation.Errors, codes...) }
}
