package api

import (
	"context"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"aftersales/access"
	"aftersales/fault"
	"aftersales/identity"
	"aftersales/workflows/contract"
)

// Person is who is signed in.
type Person = identity.Person

// Identity signs people in and out.
type Identity interface {
	SignIn(ctx context.Context, login, password string, from identity.Origin) (identity.SignedIn, error)
	SignOut(ctx context.Context, token string) error
	Authenticate(ctx context.Context, token string) (Person, error)
	TwoStep
}

// Names of the session's cookie. The prefix __Host- makes browsers insist on Secure, on the path / and on no
// domain; on plain HTTP of this machine they would refuse it.
const (
	secureCookie = "__Host-aftersales"
	plainCookie  = "aftersales"
)

// secure tells whether browsers reach the API over TLS. Only plain HTTP on this machine does without.
func (e *edge) secure() bool {
	host, found := strings.CutPrefix(e.PublicURL, "http://")
	if !found {
		return true
	}
	host, _, _ = strings.Cut(host, "/")
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	ip := net.ParseIP(strings.Trim(host, "[]"))
	return host != "localhost" && (ip == nil || !ip.IsLoopback())
}

// origin is that of pages of our own.
func (e *edge) origin() string {
	public, err := url.Parse(e.PublicURL)
	if err != nil || public.Host == "" {
		return "none"
	}
	return public.Scheme + "://" + public.Host
}

func (e *edge) cookie(value string, expires time.Time) *http.Cookie {
	cookie := &http.Cookie{
		Name: plainCookie, Value: value, Path: "/", Expires: expires, HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: e.secure(),
	}
	if e.secure() {
		cookie.Name = secureCookie
	}
	if value == "" {
		cookie.MaxAge = -1
	}
	return cookie
}

// token finds the session's token: the header Authorization wins over the cookie.
func (e *edge) token(r *http.Request) (token string, byCookie bool) {
	if header := r.Header.Get("Authorization"); header != "" {
		scheme, token, _ := strings.Cut(header, " ")
		if !strings.EqualFold(scheme, "Bearer") {
			return "", false
		}
		return strings.TrimSpace(token), false
	}
	name := plainCookie
	if e.secure() {
		name = secureCookie
	}
	cookie, err := r.Cookie(name)
	if err != nil {
		return "", false
	}
	return cookie.Value, true
}

// identify finds out who asks and whether they may at all.
func (e *edge) identify(c *gin.Context, route Route) error {
	token, byCookie := e.token(c.Request)
	if token == "" {
		return fault.New(fault.SignInRequired)
	}
	person, err := e.Identity.Authenticate(c.Request.Context(), token)
	if err != nil {
		return notYet(err)
	}
	c.Set(personKey, person)
	if err := e.limitPerson(person, route); err != nil {
		return err
	}
	// The cross-origin check passes what names neither an origin nor a site, and compares an origin with the host that
	// the request itself names, whatever its scheme. Every browser of today tells the site; one that does not must come
	// from our own address, and with a cookie what tells neither is no browser's request.
	if byCookie && c.Request.Method != get && c.GetHeader("Sec-Fetch-Site") == "" && c.GetHeader("Origin") != e.origin() {
		return fault.New(fault.Forbidden)
	}
	// What the request is about is not known here: the services ask again with what is.
	err = access.Standard().Gate(access.Question{Who: person.Principal(), Action: route.Action, Enrolling: route.Flags.Has(Enrolling)})
	if err != nil {
		return err
	}
	c.Request = c.Request.WithContext(context.WithValue(c.Request.Context(), callerKey{}, &caller{
		Person: person, Token: token, Language: languageOf(c.Request),
	}))
	return nil
}

type callerKey struct{}

// caller is who makes a request, for its handler.
type caller struct {
	Person
	Token      string
	Language   string
	Key        string    // Idempotency-Key, on keyed routes
	ReceivedAt time.Time // when the first request with this key arrived
}

// callerOf returns who makes the request. Only handlers of routes that need a sign-in may ask.
func callerOf(ctx context.Context) *caller { return ctx.Value(callerKey{}).(*caller) }

// actor is the caller in the words of the workflows.
func (c *caller) actor() contract.Actor {
	return contract.Actor{Kind: contract.Role(c.Role), ID: c.ID, Merchant: c.MerchantID, Limit: c.Limit, Team: c.TeamID, Owner: c.Owner}
}

// meta is what comes with every command.
func (c *caller) meta(revision *int64) contract.Meta {
	return contract.Meta{Actor: c.actor(), Key: c.Key, ReceivedAt: c.ReceivedAt, Revision: revision}
}
