package api

import (
	"context"
	"encoding/json"
	"time"

	"aftersales/fault"
	"aftersales/identity/factors"
)

// Factors keeps the second factors of whoever is signed in.
type Factors interface {
	// ServeAt says how browsers reach us: passkeys belong to a host.
	ServeAt(publicURL string) error
	List(ctx context.Context, person Person) (factors.Overview, error)
	BeginTOTP(ctx context.Context, person Person, label string) (factors.AppEnrolment, error)
	FinishTOTP(ctx context.Context, person Person, ticket, code string) (factors.Added, error)
	BeginPasskey(ctx context.Context, person Person, label string) (factors.PasskeyEnrolment, error)
	FinishPasskey(ctx context.Context, person Person, ticket string, answer []byte) (factors.Added, error)
	Remove(ctx context.Context, person Person, id string) error
	NewRecoveryCodes(ctx context.Context, person Person) ([]string, error)
}

// factorRoutes are the routes of one's own second factors. What changes them begins with a fresh factor or, for those who have
// none yet, with the password again: a session that was left open is not enough.
func factorRoutes() []Route {
	return []Route{
		{get, "/v1/factors", "factor.list", Enrolling, "factors", "One's own second factors"},
		{post, "/v1/factors/totp", "factor.totp.begin", Enrolling | StepUp, "factors", "Begin to set up an authenticator app"},
		{post, "/v1/factors/passkeys", "factor.passkey.begin", Enrolling | StepUp, "factors", "Begin to set up a passkey"},
		{post, "/v1/factors", "factor.add", Enrolling, "factors", "Show that the new factor works, and have it"},
		{del, "/v1/factors/{id}", "factor.remove", Enrolling | StepUp, "factors", "Remove a factor"},
		{post, "/v1/factors/recovery-codes", "factor.codes.renew", Enrolling | StepUp, "factors", "Replace one's recovery codes"},
	}
}

// factorBody is one factor.
type factorBody struct {
	ID        string     `json:"id"`
	Kind      string     `json:"kind" enum:"totp,passkey"`
	Label     string     `json:"label" doc:"What its owner calls it."`
	CreatedAt time.Time  `json:"created_at"`
	UsedAt    *time.Time `json:"used_at,omitempty"`
}

func factorOf(f factors.Factor) factorBody {
	return factorBody{ID: f.ID, Kind: f.Kind, Label: f.Label, CreatedAt: f.CreatedAt, UsedAt: f.UsedAt}
}

type factorListBody struct {
	Items         []factorBody `json:"items"`
	RecoveryCodes int          `json:"recovery_codes" doc:"How many are left."`
	Compulsory    bool         `json:"compulsory" doc:"Whether one's role may do nothing without a factor."`
}

type factorListOutput struct {
	Body factorListBody
}

type newFactorBody struct {
	Label string `json:"label,omitempty" maxLength:"60" doc:"What to call it."`
}

type newFactorInput struct {
	Body newFactorBody
}

type appEnrolmentBody struct {
	Ticket    string    `json:"ticket"`
	ExpiresAt time.Time `json:"expires_at"`
	Secret    string    `json:"secret" doc:"To be typed into the app; base 32."`
	URI       string    `json:"uri" doc:"otpauth://…"`
	QR        string    `json:"qr" doc:"The same as a picture: a data: URL."`
}

type appEnrolmentOutput struct {
	Body appEnrolmentBody
}

type passkeyEnrolmentBody struct {
	Ticket    string          `json:"ticket"`
	ExpiresAt time.Time       `json:"expires_at"`
	Options   json.RawMessage `json:"options" doc:"PublicKeyCredentialCreationOptions, as JSON, for navigator.credentials.create."`
}

type passkeyEnrolmentOutput struct {
	Body passkeyEnrolmentBody
}

type addFactorBody struct {
	Ticket  string          `json:"ticket" minLength:"1" maxLength:"128"`
	Code    string          `json:"code,omitempty" maxLength:"16" doc:"The app's present code."`
	Passkey json.RawMessage `json:"passkey,omitempty" doc:"PublicKeyCredential with an attestation, as JSON."`
}

type addFactorInput struct {
	Body addFactorBody
}

type addedFactorBody struct {
	Factor        factorBody `json:"factor"`
	RecoveryCodes []string   `json:"recovery_codes,omitempty" doc:"With the first factor: each lets one in once without it. They are shown only now."`
}

type addedFactorOutput struct {
	Body addedFactorBody
}

type recoveryCodesBody struct {
	RecoveryCodes []string `json:"recovery_codes" doc:"Each of use once; the older ones are void. They are shown only now."`
}

type recoveryCodesOutput struct {
	Body recoveryCodesBody
}

type factorInput struct {
	ID string `path:"id" minLength:"1" maxLength:"64"`
}

func (e *edge) secondFactors() {
	register(e, "factor.list", func(ctx context.Context, _ *struct{}) (*factorListOutput, error) {
		all, err := e.Factors.List(ctx, callerOf(ctx).Person)
		if err != nil {
			return nil, err
		}
		out := &factorListOutput{factorListBody{Items: []factorBody{}, RecoveryCodes: all.CodesLeft, Compulsory: all.Compulsory}}
		for _, one := range all.Factors {
			out.Body.Items = append(out.Body.Items, factorOf(one))
		}
		return out, nil
	})

	register(e, "factor.totp.begin", func(ctx context.Context, in *newFactorInput) (*appEnrolmentOutput, error) {
		begun, err := e.Factors.BeginTOTP(ctx, callerOf(ctx).Person, in.Body.Label)
		if err != nil {
			return nil, err
		}
		return &appEnrolmentOutput{appEnrolmentBody(begun)}, nil
	}, created)

	register(e, "factor.passkey.begin", func(ctx context.Context, in *newFactorInput) (*passkeyEnrolmentOutput, error) {
		begun, err := e.Factors.BeginPasskey(ctx, callerOf(ctx).Person, in.Body.Label)
		if err != nil {
			return nil, err
		}
		return &passkeyEnrolmentOutput{passkeyEnrolmentBody(begun)}, nil
	}, created)

	register(e, "factor.add", func(ctx context.Context, in *addFactorInput) (*addedFactorOutput, error) {
		caller := callerOf(ctx)
		var added factors.Added
		var err error
		switch {
		case (in.Body.Code == "") == (len(in.Body.Passkey) == 0):
			return nil, fault.New(fault.FactorRefused)
		case in.Body.Code != "":
			added, err = e.Factors.FinishTOTP(ctx, caller.Person, in.Body.Ticket, in.Body.Code)
		default:
			added, err = e.Factors.FinishPasskey(ctx, caller.Person, in.Body.Ticket, in.Body.Passkey)
		}
		if err != nil {
			return nil, err
		}
		if err := e.Identity.Assure(ctx, caller.Person); err != nil {
			return nil, err
		}
		return &addedFactorOutput{addedFactorBody{Factor: factorOf(added.Factor), RecoveryCodes: added.Codes}}, nil
	}, created)

	register(e, "factor.remove", func(ctx context.Context, in *factorInput) (*struct{}, error) {
		return nil, e.Factors.Remove(ctx, callerOf(ctx).Person, in.ID)
	})

	register(e, "factor.codes.renew", func(ctx context.Context, _ *struct{}) (*recoveryCodesOutput, error) {
		codes, err := e.Factors.NewRecoveryCodes(ctx, callerOf(ctx).Person)
		if err != nil {
			return nil, err
		}
		return &recoveryCodesOutput{recoveryCodesBody{codes}}, nil
	}, created)
}
