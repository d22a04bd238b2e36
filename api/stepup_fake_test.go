package api_test

import (
	"context"
	"strings"
	"time"

	"aftersales/fault"
	"aftersales/identity"
	"aftersales/identity/factors"
)

func (f *fakeIdentity) BeginPasskey(context.Context, identity.Origin) (identity.StepUp, error) {
	return identity.StepUp{Ticket: "t", ExpiresAt: noon, Methods: []string{"passkey"}, Passkey: []byte(`{"challenge":"AA"}`)}, nil
}

func (f *fakeIdentity) SecondStep(_ context.Context, ticket string, proof identity.Proof, _ identity.Origin) (identity.SignedIn, error) {
	if proof.Code != "123456" {
		return identity.SignedIn{}, fault.New(fault.FactorRefused)
	}
	return identity.SignedIn{Token: ticket, ExpiresAt: noon.Add(time.Hour), Person: people[ticket]}, nil
}

func (f *fakeIdentity) BeginStepUp(_ context.Context, _ identity.Person, action identity.Action) (identity.StepUp, error) {
	return identity.StepUp{Ticket: action.Hash(), ExpiresAt: noon, Methods: []string{"totp"}}, nil
}

func (f *fakeIdentity) ProveStepUp(_ context.Context, _ identity.Person, ticket string, _ identity.Proof) (identity.StepUpToken, error) {
	return identity.StepUpToken{Token: "for " + ticket, ExpiresAt: noon}, nil
}

// SpendStepUp takes the token that says what it is for, once, and again under the same key.
func (f *fakeIdentity) SpendStepUp(_ context.Context, person identity.Person, token, actionHash, key string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	request := person.ID + " " + actionHash + " " + key
	switch {
	case strings.HasPrefix(token, "for "+actionHash) && !f.spent[person.ID+token]:
		if f.spent == nil {
			f.spent = map[string]bool{}
		}
		f.spent[person.ID+token], f.spent[request] = true, true
		return nil
	case key != "" && f.spent[request]:
		return nil
	}
	return fault.New(fault.StepUpRequired)
}

func (f *fakeIdentity) Assure(context.Context, identity.Person) error { return nil }

// fakeFactors has one of everything.
type fakeFactors struct{}

func (fakeFactors) ServeAt(string) error { return nil }

func (fakeFactors) List(context.Context, identity.Person) (factors.Overview, error) {
	return factors.Overview{Factors: []factors.Factor{{ID: "f-1", Kind: "totp", Label: "App", CreatedAt: noon}}, CodesLeft: 10}, nil
}

func (fakeFactors) BeginTOTP(context.Context, identity.Person, string) (factors.AppEnrolment, error) {
	return factors.AppEnrolment{Ticket: "t", ExpiresAt: noon, Secret: "AA", URI: "otpauth://totp/x", QR: "data:image/png;base64,"}, nil
}

func (fakeFactors) FinishTOTP(context.Context, identity.Person, string, string) (factors.Added, error) {
	return factors.Added{Factor: factors.Factor{ID: "f-1", Kind: "totp", CreatedAt: noon}, Codes: []string{"A"}}, nil
}

func (fakeFactors) BeginPasskey(context.Context, identity.Person, string) (factors.PasskeyEnrolment, error) {
	return factors.PasskeyEnrolment{Ticket: "t", ExpiresAt: noon, Options: []byte(`{"challenge":"AA"}`)}, nil
}

func (fakeFactors) FinishPasskey(context.Context, identity.Person, string, []byte) (factors.Added, error) {
	return factors.Added{Factor: factors.Factor{ID: "f-1", Kind: "passkey", CreatedAt: noon}}, nil
}

func (fakeFactors) Remove(context.Context, identity.Person, string) error { return nil }

func (fakeFactors) NewRecoveryCodes(context.Context, identity.Person) ([]string, error) {
	return []string{"A"}, nil
}
