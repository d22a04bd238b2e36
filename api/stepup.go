package api

import (
	"context"
	"encoding/json"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gin-gonic/gin"

	"aftersales/fault"
	"aftersales/identity"
)

// TwoStep asks for second factors: at the sign-in, and afresh for single actions.
type TwoStep interface {
	BeginPasskey(ctx context.Context, from identity.Origin) (identity.StepUp, error)
	SecondStep(ctx context.Context, ticket string, proof identity.Proof, from identity.Origin) (identity.SignedIn, error)
	BeginStepUp(ctx context.Context, person Person, action identity.Action) (identity.StepUp, error)
	ProveStepUp(ctx context.Context, person Person, ticket string, proof identity.Proof) (identity.StepUpToken, error)
	// SpendStepUp lets an action pass once; anything but its own fresh token is the fault StepUpRequired.
	SpendStepUp(ctx context.Context, person Person, token, actionHash, key string) error
	// Assure lifts a session in which the second factor was just set up.
	Assure(ctx context.Context, person Person) error
}

// stepUpHeader carries the token of a step-up.
const stepUpHeader = "Step-Up"

// emptyKey marks a command that was sent without content: its hash is that of nothing.
const emptyKey = "sent_empty"

// stepUp lets a request pass whose route needs a fresh factor when it brings one that was given for this very request.
func (e *edge) stepUp(c *gin.Context, route Route, body []byte, key string) error {
	if !route.Flags.Has(StepUp) {
		return nil
	}
	if c.GetBool(emptyKey) {
		body = nil
	}
	caller := callerOf(c.Request.Context())
	if caller.KeyID != "" {
		return fault.New(fault.Forbidden) // a program has no fresh factor
	}
	hash := identity.ActionHash(c.Request.Method, c.Request.URL.RequestURI(), body)
	if err := e.Identity.SpendStepUp(c.Request.Context(), caller.Person, c.GetHeader(stepUpHeader), hash, key); err != nil {
		return notYet(err)
	}
	return nil
}

// stepUpRoutes are the routes of step-ups.
func stepUpRoutes() []Route {
	return []Route{
		{post, "/v1/session/passkey", "session.passkey.begin", Public, "session", "Begin to sign in by a passkey alone"},
		{post, "/v1/session/second-factor", "session.factor.prove", Public, "session", "End a sign-in with a second factor or a passkey"},
		{post, "/v1/step-up", "stepup.begin", Enrolling, "session", "Ask for a fresh factor for one request"},
		{post, "/v1/step-up/proof", "stepup.prove", Enrolling, "session", "Bring the fresh factor"},
	}
}

// stepBody asks for a proof.
type stepBody struct {
	Ticket    string          `json:"ticket" doc:"Send it back with the proof. It can be tried a few times only."`
	ExpiresAt time.Time       `json:"expires_at" doc:"Until when."`
	Methods   []string        `json:"methods" doc:"What can be brought: passkey, totp, recovery_code, password, sign_in."`
	Passkey   json.RawMessage `json:"passkey,omitempty" doc:"PublicKeyCredentialRequestOptions, as JSON, for navigator.credentials.get."`
}

func stepOf(step identity.StepUp) stepBody {
	return stepBody{Ticket: step.Ticket, ExpiresAt: step.ExpiresAt, Methods: step.Methods, Passkey: step.Passkey}
}

// FactorProofBody is what somebody brings. It is exported because only exported structs can be embedded in a body.
type FactorProofBody struct {
	Ticket       string          `json:"ticket" minLength:"1" maxLength:"128"`
	Code         string          `json:"code,omitempty" maxLength:"16" doc:"Of an authenticator app."`
	RecoveryCode string          `json:"recovery_code,omitempty" maxLength:"64"`
	Passkey      json.RawMessage `json:"passkey,omitempty" doc:"PublicKeyCredential with an assertion, as JSON."`
}

func (b FactorProofBody) proof() identity.Proof {
	return identity.Proof{Code: b.Code, RecoveryCode: b.RecoveryCode, Passkey: b.Passkey}
}

type secondFactorBody struct {
	FactorProofBody
	Cookie bool `json:"cookie,omitempty" doc:"For browsers: set the session as a cookie that scripts cannot read, instead of answering with a token."`
}

type secondFactorInput struct {
	Body secondFactorBody
}

type stepOutput struct {
	Body stepBody
}

// stepUpBody names the request that one is about to make.
type stepUpBody struct {
	Method string `json:"method" enum:"GET,POST,PUT,PATCH,DELETE"`
	Path   string `json:"path" minLength:"1" maxLength:"2000" doc:"As it will be sent, with the query."`
	Body   string `json:"body_sha256" pattern:"^[0-9a-f]{64}$" doc:"SHA-256 of the exact bytes that will be sent, in hexadecimal; of no bytes, when there is no content."`
}

type stepUpInput struct {
	Body stepUpBody
}

type stepUpProofBody struct {
	FactorProofBody
	Password string `json:"password,omitempty" maxLength:"256" doc:"Only of those who have no second factor."`
	SignIn   bool   `json:"sign_in,omitempty" doc:"Only of those who have no password of ours either: that they came from the shop, or from another sign-in service, within the last five minutes. Each such sign-in is good for one action."`
}

type stepUpProofInput struct {
	Body stepUpProofBody
}

type stepUpTokenBody struct {
	Token     string    `json:"token" doc:"Send it with the request that it was asked for, as: Step-Up: <token>. It is good for that one request, once."`
	ExpiresAt time.Time `json:"expires_at"`
}

type stepUpTokenOutput struct {
	Body stepUpTokenBody
}

func (e *edge) stepUps() {
	register(e, "session.passkey.begin", func(ctx context.Context, _ *struct{}) (*stepOutput, error) {
		step, err := e.Identity.BeginPasskey(ctx, originOf(ctx))
		if err != nil {
			return nil, err
		}
		return &stepOutput{stepOf(step)}, nil
	}, created)

	register(e, "session.factor.prove", func(ctx context.Context, in *secondFactorInput) (*signedInOutput, error) {
		signed, err := e.Identity.SecondStep(ctx, in.Body.Ticket, in.Body.proof(), originOf(ctx))
		if err != nil {
			return nil, err
		}
		return e.signedIn(signed, in.Body.Cookie), nil
	}, created)

	register(e, "stepup.begin", func(ctx context.Context, in *stepUpInput) (*stepOutput, error) {
		action := identity.Action{Method: in.Body.Method, Path: in.Body.Path, BodyHash: in.Body.Body}
		step, err := e.Identity.BeginStepUp(ctx, callerOf(ctx).Person, action)
		if err != nil {
			return nil, err
		}
		return &stepOutput{stepOf(step)}, nil
	}, created)

	register(e, "stepup.prove", func(ctx context.Context, in *stepUpProofInput) (*stepUpTokenOutput, error) {
		proof := in.Body.proof()
		proof.Password, proof.SignIn = in.Body.Password, in.Body.SignIn
		fresh, err := e.Identity.ProveStepUp(ctx, callerOf(ctx).Person, in.Body.Ticket, proof)
		if err != nil {
			return nil, err
		}
		return &stepUpTokenOutput{stepUpTokenBody{Token: fresh.Token, ExpiresAt: fresh.ExpiresAt}}, nil
	}, created)
}

// describeStepUp says in the description what a route with a step-up wants.
func describeStepUp(operation *huma.Operation) {
	operation.Parameters = append(operation.Parameters, &huma.Param{
		Name: stepUpHeader, In: "header", Schema: &huma.Schema{Type: huma.TypeString},
		Description: "The token of a step-up for this very request; without one the answer is step_up_required.",
	})
}
