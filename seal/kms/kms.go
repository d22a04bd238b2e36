// Package kms reaches root keys that a key management service keeps: HashiCorp Vault's transit engine, AWS KMS or Google
// Cloud KMS. The service wraps the master keys and nothing else: it is asked when a process starts and when master keys
// are changed, so that its being away stops neither.
package kms

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/hashicorp/vault/api"
	"github.com/tink-crypto/tink-go-awskms/v3/integration/awskms"
	"github.com/tink-crypto/tink-go-gcpkms/v2/integration/gcpkms"
	"github.com/tink-crypto/tink-go-hcvault/v2/integration/hcvault"
	"github.com/tink-crypto/tink-go/v2/core/registry"
	"google.golang.org/api/option"

	"aftersales/seal"
)

// Schemes are how the URI of a key may begin.
var Schemes = []string{"hcvault://", "aws-kms://", "gcp-kms://"}

// Options of Open.
type Options struct {
	TokenFile string // Vault: file with the token, as Vault's agent keeps it; empty: VAULT_TOKEN
}

// timeout bounds one call of Vault; three are made at most.
const timeout = 5 * time.Second

// Open returns the root key that a URI names:
//
//	hcvault://host:8200/transit/keys/<name>    a key of Vault's transit engine; VAULT_CACERT, VAULT_NAMESPACE and the
//	                                           other variables of Vault's client hold
//	aws-kms://arn:aws:kms:<region>:<account>:key/<id>    with the credentials that AWS's SDK finds
//	gcp-kms://projects/<p>/locations/<l>/keyRings/<r>/cryptoKeys/<k>    with Google's default credentials
//
// It asks nothing of the service yet.
func Open(ctx context.Context, uri string, opts Options) (seal.Root, error) {
	var client registry.KMSClient
	var err error
	switch {
	case strings.HasPrefix(uri, "hcvault://"):
		client, err = vault(uri, opts)
	case strings.HasPrefix(uri, "aws-kms://"):
		client, err = awskms.NewClientWithOptions(ctx, uri)
	case strings.HasPrefix(uri, "gcp-kms://"):
		client, err = google(ctx, uri)
	default:
		err = fmt.Errorf("it must begin with %s", strings.Join(Schemes, " or "))
	}
	if err != nil {
		return seal.Root{}, fmt.Errorf("kms: %s: %w", uri, err)
	}
	key, err := client.GetAEAD(uri)
	if err != nil {
		return seal.Root{}, fmt.Errorf("kms: %s: %w", uri, err)
	}
	return seal.Root{Name: uri, AEAD: key}, nil
}

func google(ctx context.Context, uri string, more ...option.ClientOption) (registry.KMSClient, error) {
	return gcpkms.NewClientWithOptions(ctx, uri, more...)
}

func vault(uri string, opts Options) (registry.KMSClient, error) {
	at, err := url.Parse(uri)
	if err != nil || at.Host == "" {
		return nil, fmt.Errorf("it must read hcvault://host:8200/transit/keys/<name>")
	}
	settings := api.DefaultConfig() // with what VAULT_… say
	if settings.Error != nil {
		return nil, settings.Error
	}
	settings.Address, settings.Timeout, settings.MaxRetries = "https://"+at.Host, timeout, 2
	client, err := api.NewClient(settings)
	if err != nil {
		return nil, err
	}
	if opts.TokenFile != "" {
		token, err := seal.ReadSecret(opts.TokenFile)
		if err != nil {
			return nil, fmt.Errorf("token of Vault: %w", err)
		}
		client.SetToken(strings.TrimSpace(string(token)))
	}
	if client.Token() == "" {
		return nil, fmt.Errorf("there is no token for Vault; set VAULT_TOKEN, or name its file in keys.vault_token_file")
	}
	return hcvault.NewClientWithAEADOptions(uri, client.Logical())
}
