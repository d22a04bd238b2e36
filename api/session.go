package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"

	"aftersales/fault"
	"aftersales/identity"
	"aftersales/money"
)

// personBody is who is signed in.
type personBody struct {
	Kind       string     `json:"kind" enum:"customer,staff"`
	ID         string     `json:"id"`
	Role       string     `json:"role" enum:"customer,merchant,agent,supervisor,editor,operator"`
	MerchantID string     `json:"merchant_id,omitempty" doc:"The shop, for a merchant's staff."`
	Owner      bool       `json:"owner,omitempty" doc:"Whether one decides on the shop's staff."`
	TeamID     string     `json:"team_id,omitempty" doc:"The team, for agents and supervisors."`
	Limit      *moneyBody `json:"limit,omitempty" doc:"The largest amount one may decide alone, for platform staff."`
	Language   string     `json:"language,omitempty" doc:"The language a customer chose."`
	TwoFactor  bool       `json:"two_factor,omitempty" doc:"Whether this session began with two factors."`
	MustEnrol  bool       `json:"must_enrol,omitempty" doc:"A second factor must be set up before anything else."`
}

func personOf(p Person) personBody {
	body := personBody{Kind: p.Kind, ID: p.ID, Role: p.Role, MerchantID: p.MerchantID, Owner: p.Owner, TeamID: p.TeamID, Language: p.Lang,
		TwoFactor: p.Assurance >= identity.AssuredTwoFactor, MustEnrol: p.MustEnrol,
	}
	if p.Limit > 0 {
		limit := moneyOf(p.Limit, money.CNY)
		body.Limit = &limit
	}
	return body
}

type signInBody struct {
	Login    string `json:"login" minLength:"1" maxLength:"64"`
	Password string `json:"password" minLength:"1" maxLength:"256"`
	Cookie   bool   `json:"cookie,omitempty" doc:"For browsers: set the session as a cookie that scripts cannot read, instead of answering with a token."`
}

type signInInput struct {
	Body signInBody
}

type signedInBody struct {
	Token     string      `json:"token,omitempty" doc:"Send it as: Authorization: Bearer <token>. Absent when a cookie was asked for, and while a second factor is."`
	ExpiresAt time.Time   `json:"expires_at" doc:"The session ends at the latest then; unused, earlier."`
	Person    *personBody `json:"person,omitempty" doc:"Absent while a second factor is asked for."`
	Next      string      `json:"next,omitempty" enum:"second_factor" doc:"There is no session yet: bring the second factor."`
	Step      *stepBody   `json:"step,omitempty" doc:"What to bring."`
}

type signedInOutput struct {
	SetCookie []http.Cookie `header:"Set-Cookie"`
	Body      signedInBody
}

// farewell is what a browser is told whose session its person ended: to forget the cookie and all that it keeps of ours. The
// zero value tells it nothing. Not "cookies": that would take those of the whole domain, also of the shop beside us.
type farewell struct {
	SetCookie []http.Cookie `header:"Set-Cookie"`
	Clear     string        `header:"Clear-Site-Data"`
}

// clearSite makes a browser forget what it keeps of our pages: drafts, what was read, what it has in its cache.
const clearSite = `"cache", "storage"`

func (e *edge) farewell() farewell {
	return farewell{SetCookie: []http.Cookie{*e.cookie("", time.Unix(1, 0).UTC())}, Clear: clearSite}
}

type personOutput struct {
	Body personBody
}

// hereInput keeps the request for its token: asking who one is needs no sign-in, so nobody has read it yet.
type hereInput struct{ request *http.Request }

// Resolve implements huma.Resolver.
func (in *hereInput) Resolve(ctx huma.Context) []error {
	in.request = humagin.Unwrap(ctx).Request
	return nil
}

func (in *hereInput) token(e *edge) string {
	token, _ := e.token(in.request)
	return token
}

type hereOutput struct {
	Body struct {
		Person *personBody `json:"person,omitempty" doc:"Absent: nobody is."`
	}
}

// signedIn answers with the session, or with what is asked for before there is one.
func (e *edge) signedIn(signed identity.SignedIn, cookie bool) *signedInOutput {
	if signed.Next != nil {
		step := stepOf(*signed.Next)
		return &signedInOutput{Body: signedInBody{ExpiresAt: step.ExpiresAt, Next: "second_factor", Step: &step}}
	}
	person := personOf(signed.Person)
	out := &signedInOutput{Body: signedInBody{ExpiresAt: signed.ExpiresAt, Person: &person}}
	if cookie {
		out.SetCookie = []http.Cookie{*e.cookie(signed.Token, signed.ExpiresAt)}
	} else {
		out.Body.Token = signed.Token
	}
	return out
}

func (e *edge) sessions() {
	register(e, "session.create", func(ctx context.Context, in *signInInput) (*signedInOutput, error) {
		signed, err := e.Identity.SignIn(ctx, in.Body.Login, in.Body.Password, originOf(ctx))
		if err != nil {
			return nil, err
		}
		return e.signedIn(signed, in.Body.Cookie), nil
	}, created)

	register(e, "session.here", func(ctx context.Context, in *hereInput) (*hereOutput, error) {
		out := &hereOutput{}
		if in.token(e) == "" {
			return out, nil
		}
		person, err := e.Identity.Authenticate(ctx, in.token(e))
		if f := fault.As(err); f != nil && f.Code == fault.SignInRequired {
			return out, nil
		}
		if err != nil {
			return nil, notYet(err)
		}
		body := personOf(person)
		out.Body.Person = &body
		return out, nil
	})

	register(e, "session.delete", func(ctx context.Context, _ *struct{}) (*farewell, error) {
		if err := e.Identity.SignOut(ctx, callerOf(ctx).Token); err != nil {
			return nil, err
		}
		out := e.farewell()
		return &out, nil
	})

	register(e, "session.read", func(ctx context.Context, _ *struct{}) (*personOutput, error) {
		return &personOutput{Body: personOf(callerOf(ctx).Person)}, nil
	})
}

// created makes 201 the answer of success.
func created(operation *huma.Operation) { operation.DefaultStatus = http.StatusCreated }
