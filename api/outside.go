package api

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	"aftersales/identity"
)

// Outside is how others come in: programs with keys, and customers whom a shop hands over.
type Outside interface {
	CreateAPIKey(ctx context.Context, person Person, in identity.NewAPIKey) (identity.APIKey, string, error)
	RotateAPIKey(ctx context.Context, person Person, id string) (identity.APIKey, string, error)
	RevokeAPIKey(ctx context.Context, person Person, id string) error
	APIKeys(ctx context.Context, person Person) ([]identity.APIKey, error)
	HandOver(ctx context.Context, token string, from identity.Origin) (identity.SignedIn, error)
}

func outsideRoutes() []Route {
	return []Route{
		{get, "/v1/api-keys", "key.list", 0, "keys", "One's keys for programs, the newest first"},
		{post, "/v1/api-keys", "key.create", StepUp, "keys", "Make a key that speaks in one's name, for some actions"},
		{post, "/v1/api-keys/{id}/rotate", "key.rotate", StepUp, "keys", "A new key with the same rights; the old one ends"},
		{del, "/v1/api-keys/{id}", "key.revoke", Audited, "keys", "End a key at once"},
		{post, "/v1/session/handover", "session.handover", Public, "session", "Come from the shop, by its token"},
		{get, "/v1/handover", "session.handover.link", Public | Plain, "session", "Come from the shop by a link, and be led on"},
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

type keyListOutput struct {
	Body struct {
		Items []keyBody `json:"items" nullable:"false"`
	}
}

type newKeyInput struct {
	Body struct {
		Name   string   `json:"name" minLength:"1" maxLength:"100"`
		Scopes []string `json:"scopes" minItems:"1" maxItems:"100" nullable:"false" doc:"Names of actions, from the table of routes."`
		Days   int      `json:"days,omitempty" minimum:"1" maximum:"366" doc:"How long it works; 90 when left out."`
	}
}

type newKeyOutput struct {
	Body struct {
		Token string  `json:"token" doc:"Send it as: Authorization: Bearer <token>. It is shown this once."`
		Key   keyBody `json:"key"`
	}
}

type handoverInput struct {
	Body struct {
		Token  string `json:"token" minLength:"1" maxLength:"2048"`
		Cookie bool   `json:"cookie,omitempty" doc:"For browsers: set the session as a cookie that scripts cannot read."`
	}
}

type handoverLinkInput struct {
	Token string `query:"token" required:"true" maxLength:"2048"`
	To    string `query:"to" maxLength:"512" doc:"A path of this very site to go on to."`
}

type ledOnOutput struct {
	Status    int
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
	shown := func(key identity.APIKey, token string, err error) (*newKeyOutput, error) {
		if err != nil {
			return nil, err
		}
		out := &newKeyOutput{}
		out.Body.Token, out.Body.Key = token, keyBodyOf(key)
		return out, nil
	}
	register(e, "key.create", func(ctx context.Context, in *newKeyInput) (*newKeyOutput, error) {
		return shown(e.Outside.CreateAPIKey(ctx, callerOf(ctx).Person, identity.NewAPIKey{
			Name: in.Body.Name, Scopes: in.Body.Scopes, Life: time.Duration(in.Body.Days) * 24 * time.Hour,
		}))
	}, created)
	register(e, "key.rotate", func(ctx context.Context, in *caseInput) (*newKeyOutput, error) {
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
			return nil, err
		}
		out := &ledOnOutput{Status: http.StatusSeeOther, Location: ownPath(in.To)}
		if signed.Next != nil {
			out.Location = "/?second_factor=1#ticket=" + url.QueryEscape(signed.Next.Ticket)
		} else {
			out.SetCookie = []http.Cookie{*e.cookie(signed.Token, signed.ExpiresAt)}
		}
		return out, nil
	}, withCodes(401, 429))
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
