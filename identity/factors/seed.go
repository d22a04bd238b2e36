package factors

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"aftersales/models"
)

// Preset is factors that an account has from the beginning, such as those of a demo world, which everybody knows.
type Preset struct {
	AccountID, KeyRef string
	Label             string
	PasskeyID         []byte
	PasskeyKey        []byte // COSE
	AppSecret         string // base32
}

// Seed gives an account its factors unless it has them, so that it may run at every start.
func Seed(ctx context.Context, repository Repository, preset Preset, at time.Time) error {
	passkey, err := newPasskey(webauthn.Credential{
		ID: preset.PasskeyID, PublicKey: preset.PasskeyKey, AttestationFormat: string(protocol.AttestationFormatNone), AttestationType: "none",
		Flags: webauthn.NewCredentialFlags(protocol.FlagUserPresent | protocol.FlagUserVerified), Authenticator: webauthn.Authenticator{AAGUID: make([]byte, 16)},
	})
	if err != nil {
		return err
	}
	app := models.NewFactor{Kind: models.FactorTOTP, Secret: preset.AppSecret}
	for _, factor := range []models.NewFactor{passkey, app} {
		factor.ID = factor.Kind + "-" + preset.AccountID
		factor.AccountID, factor.KeyRef, factor.Label, factor.CreatedAt = preset.AccountID, preset.KeyRef, preset.Label, at
		if _, err := repository.AddFactor(ctx, factor, nil, maxFactors); err != nil && !errors.Is(err, models.ErrDuplicate) {
			return fmt.Errorf("factors: seed %s: %w", factor.ID, err)
		}
	}
	return nil
}
