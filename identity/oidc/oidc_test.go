package oidc_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"aftersales/identity/oidc"
	"aftersales/identity/oidc/oidctest"
)

const redirect = "http://us.example/back"

func provider(t *testing.T, server *oidctest.Server, second ...string) *oidc.Provider {
	t.Helper()
	p, err := oidc.New(oidc.Config{Name: "company", Issuer: server.URL, ClientID: server.ClientID, SecondFactor: second}, redirect, server.Client())
	require.NoError(t, err)
	return p
}

// visit goes where the browser is sent and returns what comes back.
func visit(t *testing.T, server *oidctest.Server, to string) url.Values {
	t.Helper()
	browser := *server.Client()
	browser.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	response, err := browser.Get(to)
	require.NoError(t, err)
	defer response.Body.Close()
	require.Equal(t, http.StatusFound, response.StatusCode)
	back, err := response.Location()
	require.NoError(t, err)
	return back.Query()
}

func TestTheProviderSaysWhoCame(t *testing.T) {
	server := oidctest.New(t)
	p := provider(t, server, "mfa")
	for _, amr := range [][]string{nil, {"pwd", "mfa"}, {"pwd"}} {
		server.Set(func(s *oidctest.Server) { s.AMR = amr })
		verifier := oidc.NewVerifier()
		to, err := p.Start(t.Context(), "state-1", "nonce-1", verifier)
		require.NoError(t, err)
		back := visit(t, server, to)
		require.Equal(t, "state-1", back.Get("state"))
		who, err := p.Finish(t.Context(), back.Get("code"), "nonce-1", verifier)
		require.NoError(t, err)
		require.Equal(t, oidc.Who{Issuer: server.URL, Subject: "worker-1", SecondFactor: len(amr) == 2}, who)
	}
}

func TestASecondFactorElsewhereCountsOnlyWhenItIsToldToCount(t *testing.T) {
	server := oidctest.New(t)
	server.Set(func(s *oidctest.Server) { s.AMR = []string{"mfa"} })
	p, verifier := provider(t, server), oidc.NewVerifier()
	to, err := p.Start(t.Context(), "s", "n", verifier)
	require.NoError(t, err)
	who, err := p.Finish(t.Context(), visit(t, server, to).Get("code"), "n", verifier)
	require.NoError(t, err)
	require.False(t, who.SecondFactor)
}

func TestAttack04_ForgedIdentity(t *testing.T) {
	server := oidctest.New(t)
	p := provider(t, server)
	for name, bend := range map[string]func(*oidctest.Server){
		"another's key":    func(s *oidctest.Server) { s.Unknown = true },
		"another nonce":    func(s *oidctest.Server) { s.Bend = func(c map[string]any) { c["nonce"] = "other" } },
		"no nonce":         func(s *oidctest.Server) { s.Bend = func(c map[string]any) { delete(c, "nonce") } },
		"another audience": func(s *oidctest.Server) { s.Bend = func(c map[string]any) { c["aud"] = "somebody" } },
		"another issuer":   func(s *oidctest.Server) { s.Bend = func(c map[string]any) { c["iss"] = "https://evil.example" } },
		"too old": func(s *oidctest.Server) {
			s.Bend = func(c map[string]any) { c["exp"] = time.Now().Add(-time.Hour).Unix() }
		},
		"nobody": func(s *oidctest.Server) { s.Bend = func(c map[string]any) { c["sub"] = "" } },
	} {
		server.Set(func(s *oidctest.Server) { s.Unknown, s.Bend = false, nil; bend(s) })
		verifier := oidc.NewVerifier()
		to, err := p.Start(t.Context(), "s", "nonce-1", verifier)
		require.NoError(t, err)
		_, err = p.Finish(t.Context(), visit(t, server, to).Get("code"), "nonce-1", verifier)
		require.ErrorIs(t, err, oidc.ErrRefused, name)
	}
	server.Set(func(s *oidctest.Server) { s.Unknown, s.Bend = false, nil })
	verifier := oidc.NewVerifier()
	to, err := p.Start(t.Context(), "s", "n", verifier)
	require.NoError(t, err)
	code := visit(t, server, to).Get("code")
	_, err = p.Finish(t.Context(), code, "n", oidc.NewVerifier())
	require.ErrorIs(t, err, oidc.ErrRefused, "a stolen code without its verifier")
	_, err = p.Finish(t.Context(), code, "n", verifier)
	require.ErrorIs(t, err, oidc.ErrRefused, "a code that was used")
	_, err = p.Finish(t.Context(), "", "", "")
	require.ErrorIs(t, err, oidc.ErrRefused)
}

func TestAProviderThatIsAwayIsFoundLater(t *testing.T) {
	server := oidctest.New(t)
	away, err := oidc.New(oidc.Config{Name: "company", Issuer: server.URL + "/nowhere", ClientID: "x"}, redirect, server.Client())
	require.NoError(t, err)
	_, err = away.Start(t.Context(), "s", "n", oidc.NewVerifier())
	require.ErrorContains(t, err, "is not found at")
	for _, wrong := range []oidc.Config{{}, {Name: "A B", Issuer: "x", ClientID: "x"}, {Name: "ok"}} {
		_, err := oidc.New(wrong, redirect, nil)
		require.Error(t, err)
	}
}
