package main

import (
	"crypto/ed25519"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml"

	"aftersales/config"
	"aftersales/identity"
	"aftersales/identity/handover"
	"aftersales/identity/oidc"
	"aftersales/partners/safehttp"
	"aftersales/partners/sandbox"
	"aftersales/seal"
)

// newSignIn reads how people come in besides with a password of ours.
func newSignIn(cfg *config.Config) (identity.Options, error) {
	keys := map[string]ed25519.PublicKey{}
	if cfg.SignIn.HandoverKeyFile != "" {
		key, err := handover.ReadPublicKey(cfg.SignIn.HandoverKeyFile)
		if err != nil {
			return identity.Options{}, err
		}
		keys[cfg.SignIn.HandoverIssuer] = key
	} else {
		played, err := sandbox.EnsureKeys(cfg.Partners.KeysDir)
		if err != nil {
			return identity.Options{}, err
		}
		keys[sandbox.HandoverIssuer] = played.Handover().Public().(ed25519.PublicKey)
	}
	shop, err := handover.New(sandbox.HandoverAudience, keys, nil)
	if err != nil {
		return identity.Options{}, err
	}
	elsewhere, err := newProviders(cfg)
	return identity.Options{Handovers: shop, Elsewhere: elsewhere, Hands: cfg.SignIn.Hands}, err
}

// providersFile is the YAML of sign_in.providers_file.
type providersFile struct {
	Providers []struct {
		Name             string   `yaml:"name"`
		Title            string   `yaml:"title"`
		Issuer           string   `yaml:"issuer"`
		ClientID         string   `yaml:"client_id"`
		ClientSecretFile string   `yaml:"client_secret_file"`
		Scopes           []string `yaml:"scopes"`
		SecondFactor     []string `yaml:"second_factor"`
	} `yaml:"providers"`
}

func newProviders(cfg *config.Config) ([]*oidc.Provider, error) {
	if cfg.SignIn.ProvidersFile == "" {
		return nil, nil
	}
	content, err := os.ReadFile(cfg.SignIn.ProvidersFile)
	if err != nil {
		return nil, fmt.Errorf("sign_in.providers_file: %w", err)
	}
	var file providersFile
	if err := yaml.UnmarshalWithOptions(content, &file, yaml.Strict()); err != nil {
		return nil, fmt.Errorf("sign_in.providers_file: %w", err)
	}
	base := siteOf(cfg)
	client := safehttp.New(safehttp.Options{Allow: cfg.Partners.AllowHosts}).Client(10*time.Second, "https", "http")
	var providers []*oidc.Provider
	for _, p := range file.Providers {
		// Over plain HTTP whoever sits between hands out the keys that everybody's identity is checked with.
		if at, err := safehttp.HostPort(p.Issuer); err != nil || !strings.HasPrefix(p.Issuer, "https://") && !slices.Contains(cfg.Partners.AllowHosts, at) {
			return nil, fmt.Errorf("sign_in.providers_file, provider %s: the issuer %q must begin with https://; only one that partners.allow_hosts names goes without", p.Name, p.Issuer)
		}
		secret := ""
		if p.ClientSecretFile != "" {
			text, err := seal.ReadSecret(p.ClientSecretFile)
			if err != nil {
				return nil, fmt.Errorf("sign_in.providers_file, provider %s, client_secret_file: %w", p.Name, err)
			}
			secret = string(trimmed(text))
		}
		provider, err := oidc.New(oidc.Config{
			Name: p.Name, Title: p.Title, Issuer: p.Issuer, ClientID: p.ClientID, ClientSecret: secret, Scopes: p.Scopes, SecondFactor: p.SecondFactor,
		}, base+"/v1/elsewhere/"+p.Name+"/arrive", client)
		if err != nil {
			return nil, fmt.Errorf("sign_in.providers_file: %w", err)
		}
		providers = append(providers, provider)
	}
	return providers, nil
}

func trimmed(text []byte) []byte {
	for len(text) > 0 && (text[len(text)-1] == '\n' || text[len(text)-1] == '\r' || text[len(text)-1] == ' ') {
		text = text[:len(text)-1]
	}
	return text
}
