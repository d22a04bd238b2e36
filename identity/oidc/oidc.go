// Package oidc lets staff sign in with the company's own sign-in service: OpenID Connect's code flow with PKCE, state and
// nonce. Who somebody is there is their subject under the issuer; mail addresses and names say nothing.
package oidc

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// Config is one provider.
type Config struct {
	Name         string   // in addresses and in the list of sessions: a-z, 0-9, -
	Title        string   // what the button says
	Issuer       string   // where discovery begins
	ClientID     string   // ours there
	ClientSecret string   // empty for public clients
	Scopes       []string // besides openid
	// SecondFactor are the values of the claims amr and acr that count as a second factor; empty: none does.
	SecondFactor []string
}

var nameForm = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,23}$`)

// Check tells what is wrong with a configuration.
func (c Config) Check() error {
	switch {
	case !nameForm.MatchString(c.Name):
		return fmt.Errorf("oidc: name %q: give 1 to 24 of a-z, 0-9 and -", c.Name)
	case c.Issuer == "" || c.ClientID == "":
		return fmt.Errorf("oidc: provider %s: issuer and client_id are needed", c.Name)
	}
	return nil
}

// Who is somebody as the provider knows them.
type Who struct {
	Issuer, Subject string
	SecondFactor    bool // the provider says that it saw one, and is believed
}

// ErrRefused is returned when the provider, or what it sent, does not tell who somebody is.
var ErrRefused = errors.New("oidc: the sign-in elsewhere did not succeed")

// Provider is one sign-in service. It is discovered on first use, so that one that is away keeps nobody from starting.
type Provider struct {
	Config
	redirect string
	client   *http.Client

	mu       sync.Mutex
	found    *oidc.Provider
	verifier *oidc.IDTokenVerifier
}

// New makes a provider whose answers come back to redirect. client makes the requests; it bounds where they go.
func New(config Config, redirect string, client *http.Client) (*Provider, error) {
	if err := config.Check(); err != nil {
		return nil, err
	}
	return &Provider{Config: config, redirect: redirect, client: client}, nil
}

// timeout of everything that is asked of a provider.
const timeout = 10 * time.Second

func (p *Provider) discover(ctx context.Context) (*oauth2.Config, *oidc.IDTokenVerifier, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.found == nil {
		// The keys are fetched again later, under this very context: it must outlive the request.
		found, err := oidc.NewProvider(oidc.ClientContext(context.WithoutCancel(ctx), p.client), p.Issuer)
		if err != nil {
			return nil, nil, fmt.Errorf("oidc: %s is not found at %s: %w", p.Name, p.Issuer, err)
		}
		p.found, p.verifier = found, found.Verifier(&oidc.Config{ClientID: p.ClientID})
	}
	return &oauth2.Config{
		ClientID: p.ClientID, ClientSecret: p.ClientSecret, Endpoint: p.found.Endpoint(), RedirectURL: p.redirect,
		Scopes: append([]string{oidc.ScopeOpenID}, p.Scopes...),
	}, p.verifier, nil
}

// Start returns where to send the browser. state comes back with the answer; nonce and verifier must be kept for Finish.
func (p *Provider) Start(ctx context.Context, state, nonce, verifier string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	config, _, err := p.discover(ctx)
	if err != nil {
		return "", err
	}
	return config.AuthCodeURL(state, oidc.Nonce(nonce), oauth2.S256ChallengeOption(verifier)), nil
}

// NewVerifier makes the secret of a flow (PKCE).
func NewVerifier() string { return oauth2.GenerateVerifier() }

// Finish exchanges the code and tells who came. What does not hold is ErrRefused.
func (p *Provider) Finish(ctx context.Context, code, nonce, verifier string) (Who, error) {
	ctx, cancel := context.WithTimeout(oidc.ClientContext(ctx, p.client), timeout)
	defer cancel()
	config, tokens, err := p.discover(ctx)
	if err != nil {
		return Who{}, err
	}
	token, err := config.Exchange(ctx, code, oauth2.VerifierOption(verifier))
	if err != nil {
		return Who{}, fmt.Errorf("%w: %w", ErrRefused, err)
	}
	raw, _ := token.Extra("id_token").(string)
	id, err := tokens.Verify(ctx, raw)
	if err != nil {
		return Who{}, fmt.Errorf("%w: %w", ErrRefused, err)
	}
	if nonce == "" || id.Nonce != nonce || id.Subject == "" {
		return Who{}, fmt.Errorf("%w: the answer belongs to another sign-in", ErrRefused)
	}
	var claims struct {
		AMR []string `json:"amr"`
		ACR string   `json:"acr"`
	}
	if err := id.Claims(&claims); err != nil {
		return Who{}, fmt.Errorf("%w: %w", ErrRefused, err)
	}
	second := slices.ContainsFunc(append(claims.AMR, claims.ACR), func(value string) bool { return value != "" && slices.Contains(p.SecondFactor, value) })
	return Who{Issuer: id.Issuer, Subject: id.Subject, SecondFactor: second}, nil
}
