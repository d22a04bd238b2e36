package api

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"

	"aftersales/fault"
	"aftersales/identity"
	"aftersales/models"
)

// Outside is how others come in: programs with keys, customers whom a shop hands over, and staff who sign in elsewhere.
type Outside interface {
	CreateAPIKey(ctx context.Context, person Person, in identity.NewAPIKey) (identity.APIKey, string, error)
	RotateAPIKey(ctx context.Context, person Person, id string) (identity.APIKey, string, error)
	RevokeAPIKey(ctx context.Context, person Person, id string) error
	APIKeys(ctx context.Context, person Person) ([]identity.APIKey, error)
	KeyMay(person Person, action string) bool
	HandOver(ctx context.Context, token string, from identity.Origin) (identity.SignedIn, error)

	Elsewheres() []identity.Elsewhere
	Depart(ctx context.Context, provider string, person Person, purpose identity.Purpose) (identity.Departure, error)
	Arrive(ctx context.Context, provider, state, binding, code string, from identity.Origin) (identity.Arrival, error)
	Tied(ctx context.Context, person Person) ([]models.OutsideIdentity, error)
	Untie(ctx context.Context, person Person, provider string) error
}

func outsideRoutes() []Route {
	return []Route{
		{get, "/v1/api-keys", "key.list", 0, "keys", "One's keys for programs, the newest first"},
		{get, "/v1/api-key-scopes", "key.scope.list", 0, "keys", "What one's keys could be for: the actions that a program may do in one's name"},
		{post, "/v1/api-keys", "key.create", Keyed | StepUp | Secret, "keys", "Make a key that speaks in one's name, for some actions"},
		{post, "/v1/api-keys/{id}/rotate", "key.rotate", Keyed | StepUp | Secret, "keys", "A new key with the same rights; the old one ends"},
		{del, "/v1/api-keys/{id}", "key.revoke", Audited, "keys", "End a key at once"},
		{post, "/v1/session/handover", "session.handover", Public, "session", "Come from the shop, by its token"},
		{get, "/v1/handover", "session.handover.link", Public | Plain, "session", "Come from the shop by a link, and be led on"},
		{get, "/v1/elsewhere", "elsewhere.list", Public, "session", "The sign-in services that staff may use"},
		{post, "/v1/elsewhere/{id}/depart", "elsewhere.depart", Public, "session", "Go to another sign-in service, to sign in or to join"},
		{get, "/v1/elsewhere/{id}/arrive", "elsewhere.arrive", Public | Plain, "session", "Come back from there"},
		{get, "/v1/me/elsewhere", "elsewhere.tied.list", 0, "session", "The services that one's account is tied to"},
		{post, "/v1/me/elsewhere/{id}", "elsewhere.tie", StepUp, "session", "Go there to tie one's account"},
		{del, "/v1/me/elsewhere/{id}", "elsewhere.untie", StepUp, "session", "End a tie"},
	}
}

type keyBody struct {
	ID        string     `json:"id"`
	Name      string     `json:"name"`
	Scopes    []string   `json:"scopes" nullable:"false" doc:"Names of actions."`
	CreatedAt time.Time  `json:"created_at"`
	ExpiresAt time.Time  `json:"expires_at"`
	UsedAt    *time.Time `json:"used_at,omitempty" doc:"The last use, to the minute."`
	RevokedAt *time.Time `json:"revoked_at,omitempty"`
}

func keyBodyOf(k identity.APIKey) keyBody {
	return keyBody{k.ID, k.Name, k.Scopes, k.CreatedAt, k.ExpiresAt, k.UsedAt, k.RevokedAt}
}

type keyListBody struct {
	Items []keyBody `json:"items" nullable:"false"`
}

type keyListOutput struct{ Body keyListBody }

// scopeBody is an action that a key could be for.
type scopeBody struct {
	Action  string `json:"action"`
	Summary string `json:"summary"`
}

type scopeListBody struct {
	Items []scopeBody `json:"items" nullable:"false"`
}

type scopeListOutput struct{ Body scopeListBody }

// scopesOf lists what keys of a person could be for, by name. What needs a fresh factor is not among it: programs have none.
func (e *edge) scopesOf(person Person) []scopeBody {
	scopes := []scopeBody{}
	for _, route := range Routes() {
		if route.Flags&(Public|Plain|StepUp|Enrolling) == 0 && e.Outside.KeyMay(person, route.Action) {
			scopes = append(scopes, scopeBody{route.Action, route.Summary})
		}
	}
	slices.SortFunc(scopes, func(a, b scopeBody) int { return strings.Compare(a.Action, b.Action) })
	return scopes
}

// offered refuses scopes that scopesOf does not offer, and says which are.
func (e *edge) offered(person Person, scopes []string) error {
	var names []string
	for _, scope := range e.scopesOf(person) {
		names = append(names, scope.Action)
	}
	for _, scope := range scopes {
		if !slices.Contains(names, scope) {
			return fault.New(fault.ScopeUnknown, "scope", scope, "offered", names)
		}
	}
	return nil
}

type newKeyBody struct {
	Name   string   `json:"name" minLength:"1" maxLength:"100"`
	Scopes []string `json:"scopes" minItems:"1" maxItems:"100" nullable:"false" doc:"Names of actions, of those that GET /v1/api-key-scopes offers."`
	Days   int      `json:"days,omitempty" minimum:"1" maximum:"366" doc:"How long it works; 90 when left out."`
}

type newKeyInput struct {
	Key  string `header:"Idempotency-Key" required:"true" minLength:"1" maxLength:"128" doc:"Chosen by the client, new for each new intention."`
	Body newKeyBody
}

type rotateInput struct {
	Key string `header:"Idempotency-Key" required:"true" minLength:"1" maxLength:"128" doc:"Chosen by the client, new for each new intention."`
	ID  string `path:"id" maxLength:"40"`
}

type madeKeyBody struct {
	Token string  `json:"token" doc:"Send it as: Authorization: Bearer <token>. It is shown this once."`
	Key   keyBody `json:"key"`
}

type newKeyOutput struct{ Body madeKeyBody }

type handoverBody struct {
	Token  string `json:"token" minLength:"1" maxLength:"2048"`
	Cookie bool   `json:"cookie,omitempty" doc:"For browsers: set the session as a cookie that scripts cannot read."`
}

type handoverInput struct{ Body handoverBody }

type handoverLinkInput struct {
	Token string `query:"token" required:"true" maxLength:"2048"`
	To    string `query:"to" maxLength:"512" doc:"A path of this very site to go on to."`
}

type ledOnOutput struct {
	Location  string        `header:"Location"`
	SetCookie []http.Cookie `header:"Set-Cookie"`
}

func (e *edge) outside() {
	register(e, "key.list", func(ctx context.Context, _ *struct{}) (*keyListOutput, error) {
		keys, err := e.Outside.APIKeys(ctx, callerOf(ctx).Person)
		if err != nil {
			return nil, err
		}
		out := &keyListOutput{}
		out.Body.Items = each(keys, keyBodyOf)
		return out, nil
	})
	register(e, "key.scope.list", func(ctx context.Context, _ *struct{}) (*scopeListOutput, error) {
		return &scopeListOutput{scopeListBody{e.scopesOf(callerOf(ctx).Person)}}, nil
	})
	shown := func(key identity.APIKey, token string, err error) (*newKeyOutput, error) {
		if err != nil {
			return nil, err
		}
		out := &newKeyOutput{}
		out.Body.Token, out.Body.Key = token, keyBodyOf(key)
		return out, nil
	}
	register(e, "key.create", func(ctx context.Context, in *newKeyInput) (*newKeyOutput, error) {
		if err := e.offered(callerOf(ctx).Person, in.Body.Scopes); err != nil {
			return nil, err
		}
		return shown(e.Outside.CreateAPIKey(ctx, callerOf(ctx).Person, identity.NewAPIKey{
			Name: in.Body.Name, Scopes: in.Body.Scopes, Life: time.Duration(in.Body.Days) * 24 * time.Hour,
		}))
	}, created)
	register(e, "key.rotate", func(ctx context.Context, in *rotateInput) (*newKeyOutput, error) {
		return shown(e.Outside.RotateAPIKey(ctx, callerOf(ctx).Person, in.ID))
	}, created)
	register(e, "key.revoke", func(ctx context.Context, in *caseInput) (*struct{}, error) {
		return nil, e.Outside.RevokeAPIKey(ctx, callerOf(ctx).Person, in.ID)
	})

	register(e, "session.handover", func(ctx context.Context, in *handoverInput) (*signedInOutput, error) {
		signed, err := e.Outside.HandOver(ctx, in.Body.Token, originOf(ctx))
		if err != nil {
			return nil, err
		}
		return e.signedIn(signed, in.Body.Cookie), nil
	}, created, withCodes(401, 429))
	// A link's token is in an address, but works once and for a minute; no page is shown under it, and none is told it.
	register(e, "session.handover.link", func(ctx context.Context, in *handoverLinkInput) (*ledOnOutput, error) {
		signed, err := e.Outside.HandOver(ctx, in.Token, originOf(ctx))
		if err != nil {
			f := fault.As(err)
			if f == nil || f.Status() >= 500 {
				return nil, err
			}
			return &ledOnOutput{Location: "/?handover=" + url.QueryEscape(string(f.Code))}, nil // the page says it in words
		}
		out := &ledOnOutput{Location: ownPath(in.To)}
		if signed.Next != nil {
			out.Location = "/?second_factor=1#ticket=" + url.QueryEscape(signed.Next.Ticket)
		} else {
			out.SetCookie = []http.Cookie{*e.cookie(signed.Token, signed.ExpiresAt)}
		}
		return out, nil
	}, ledOn, withCodes(401, 429))
}

// ledOn makes 303 the answer of success: the browser goes on with GET.
func ledOn(operation *huma.Operation) { operation.DefaultStatus = http.StatusSeeOther }

type elsewhereListBody struct {
	Items []elsewhereBody `json:"items" nullable:"false"`
}

type elsewhereListOutput struct{ Body elsewhereListBody }

type elsewhereBody struct {
	Name  string `json:"name"`
	Title string `json:"title" doc:"What the button says."`
}

type departBody struct {
	Invitation string `json:"invitation,omitempty" maxLength:"64" doc:"The token of an invitation, to join."`
	Login      string `json:"login,omitempty" maxLength:"64" doc:"Chosen when one joins."`
	To         string `json:"to,omitempty" maxLength:"512" doc:"A path of this very site to go on to."`
}

type departInput struct {
	ID   string `path:"id" maxLength:"32"`
	Body departBody
}

type tieBody struct {
	To string `json:"to,omitempty" maxLength:"512" doc:"A path of this very site to go on to."`
}

type tieInput struct {
	ID   string `path:"id" maxLength:"32"`
	Body tieBody
}

type departedBody struct {
	URL string `json:"url" doc:"Send the browser there."`
}

type departedOutput struct {
	SetCookie []http.Cookie `header:"Set-Cookie"`
	Body      departedBody
}

type arriveInput struct {
	ID    string `path:"id" maxLength:"32"`
	State string `query:"state" maxLength:"64"`
	Code  string `query:"code" maxLength:"4096"`

	binding string
}

// Resolve keeps the cookie that was set at the departure. A provider may add parameters of its own.
func (in *arriveInput) Resolve(ctx huma.Context) []error {
	if cookie, err := humagin.Unwrap(ctx).Request.Cookie(awayCookie); err == nil {
		in.binding = cookie.Value
	}
	return nil
}

type tiedListBody struct {
	Items []tiedBody `json:"items" nullable:"false"`
}

type tiedListOutput struct{ Body tiedListBody }

type tiedBody struct {
	Name   string     `json:"name"`
	TiedAt time.Time  `json:"tied_at"`
	UsedAt *time.Time `json:"used_at,omitempty"`
}

// staffDoor is the page where those who work sign in; customers never come from such a service.
const staffDoor = "/staff/sign-in"

// awayCookie ties a sign-in elsewhere to the browser that began it.
const awayCookie = "aftersales-away"

func (e *edge) away(value string, ends time.Time) http.Cookie {
	cookie := *e.cookie(value, ends)
	cookie.Name, cookie.Path = awayCookie, "/v1/elsewhere"
	return cookie
}

func (e *edge) elsewhere() {
	register(e, "elsewhere.list", func(context.Context, *struct{}) (*elsewhereListOutput, error) {
		out := &elsewhereListOutput{}
		out.Body.Items = each(e.Outside.Elsewheres(), func(x identity.Elsewhere) elsewhereBody { return elsewhereBody(x) })
		return out, nil
	})
	depart := func(ctx context.Context, provider string, person Person, purpose identity.Purpose) (*departedOutput, error) {
		purpose.To = ownPath(purpose.To)
		departure, err := e.Outside.Depart(ctx, provider, person, purpose)
		if err != nil {
			return nil, err
		}
		out := &departedOutput{SetCookie: []http.Cookie{e.away(departure.Binding, departure.ExpiresAt)}}
		out.Body.URL = departure.URL
		return out, nil
	}
	register(e, "elsewhere.depart", func(ctx context.Context, in *departInput) (*departedOutput, error) {
		return depart(ctx, in.ID, Person{}, identity.Purpose{Invitation: in.Body.Invitation, Login: in.Body.Login, To: in.Body.To})
	}, withCodes(404))
	register(e, "elsewhere.tie", func(ctx context.Context, in *tieInput) (*departedOutput, error) {
		return depart(ctx, in.ID, callerOf(ctx).Person, identity.Purpose{Link: true, To: in.Body.To})
	})
	register(e, "elsewhere.arrive", func(ctx context.Context, in *arriveInput) (*ledOnOutput, error) {
		arrival, err := e.Outside.Arrive(ctx, in.ID, in.State, in.binding, in.Code, originOf(ctx))
		out := &ledOnOutput{SetCookie: []http.Cookie{e.away("", time.Unix(1, 0).UTC())}}
		if err != nil {
			f := fault.As(err)
			if f == nil || f.Status() >= 500 {
				return nil, err
			}
			out.Location = staffDoor + "?elsewhere=" + url.QueryEscape(string(f.Code)) // the page says it in words
			return out, nil
		}
		out.Location = ownPath(arrival.Purpose.To)
		switch signed := arrival.SignedIn; {
		case signed.Next != nil:
			out.Location = staffDoor + "?second_factor=1#ticket=" + url.QueryEscape(signed.Next.Ticket)
		case signed.Token != "":
			out.SetCookie = append(out.SetCookie, *e.cookie(signed.Token, signed.ExpiresAt))
		}
		return out, nil
	}, ledOn, withCodes(404), func(operation *huma.Operation) { operation.RejectUnknownQueryParameters = false })
	register(e, "elsewhere.tied.list", func(ctx context.Context, _ *struct{}) (*tiedListOutput, error) {
		tied, err := e.Outside.Tied(ctx, callerOf(ctx).Person)
		if err != nil {
			return nil, err
		}
		out := &tiedListOutput{}
		out.Body.Items = each(tied, func(t models.OutsideIdentity) tiedBody { return tiedBody{t.Provider, t.LinkedAt, t.UsedAt} })
		return out, nil
	})
	register(e, "elsewhere.untie", func(ctx context.Context, in *caseInput) (*struct{}, error) {
		return nil, e.Outside.Untie(ctx, callerOf(ctx).Person, in.ID)
	})
}

// ownPath is a place of this very site to send a browser to: the path that was asked for, or the beginning. What a
// browser could read as another host's address is not.
func ownPath(to string) string {
	if !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") || strings.ContainsAny(to, "\\\r\n\t\x00") {
		return "/"
	}
	parsed, err := url.Parse(to)
	if err != nil || parsed.Host != "" || parsed.Scheme != "" || parsed.User != nil {
		return "/"
	}
	return parsed.String()
}
