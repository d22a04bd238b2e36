package api

import (
	"context"

	"aftersales/workflows/contract"
)

// revealRoutes show what is masked everywhere else. Their answers are not kept under a key: whoever looks again says again
// why.
func revealRoutes() []Route {
	return []Route{
		{post, "/v1/orders/{id}/reveal", "order.reveal", StepUp, "reveal", "See whom an order was sent to, and where"},
		{post, "/v1/customers/{id}/reveal", "customer.reveal", StepUp, "reveal", "See the name and telephone number of a customer"},
		{post, "/v1/cases/{id}/payee/reveal", "case.payee.reveal", StepUp, "reveal", "See the account that a customer named in the place of a closed rail"},
		{get, "/v1/alarms", "alarm.list", 0, "reveal", "Who read very much, and which erasures could not be proved, the newest first"},
		{post, "/v1/alarms/{id}/close", "alarm.close", Keyed | Audited, "reveal", "Say that an alarm was looked into; nobody does of one about themselves"},
	}
}

// Reveals shows what is hidden. Every look is in the audit trail, with its reason, before anything is returned. Faults:
// NotFound for what the reader may not see, RevealReason, RevealWords, TooManyTries for who has seen too much, Erased.
type Reveals interface {
	Order(ctx context.Context, look Look) (Unmasked, error)
	Customer(ctx context.Context, look Look) (Unmasked, error)
	Payee(ctx context.Context, look Look) (Unmasked, error)
	// Alarms lists what operators were called for, the newest first: what waits, or what was looked into.
	Alarms(ctx context.Context, reader Person, closed bool, page PageRequest) (Page[Alarm], error)
	// CloseAlarm ends an alarm; NotFound for what is none, OwnAlarm for one about the closer.
	CloseAlarm(ctx context.Context, by Person, taskID string) error
}

// Look is who wants to see what, and why. Words are plain; the service keeps them sealed.
type Look struct {
	Reader        contract.Actor
	SessionID     string
	Action        string
	ID            string // of the order, the customer or the case
	Reason, Words string
}

// Unmasked is what was hidden. What does not belong to the question is empty.
type Unmasked struct {
	Name, Phone, Province, City, Street string
	Account                             string
}

type revealRequest struct {
	Reason string `json:"reason" enum:"shipping,contact,payment,identity,legal,investigation" doc:"Why it must be seen."`
	Text   string `json:"text,omitempty" maxLength:"500" doc:"In words; needed for identity, legal and investigation. Kept sealed."`
}

type revealInput struct {
	ID   string `path:"id" maxLength:"64"`
	Body revealRequest
}

type unmaskedBody struct {
	Name     string `json:"name,omitempty"`
	Phone    string `json:"phone,omitempty"`
	Province string `json:"province,omitempty"`
	City     string `json:"city,omitempty"`
	Street   string `json:"street,omitempty"`
	Account  string `json:"account,omitempty"`
}

type unmaskedOutput struct {
	Body unmaskedBody
}

func (e *edge) reveals() {
	for action, show := range map[string]func(context.Context, Look) (Unmasked, error){
		"order.reveal":      func(ctx context.Context, look Look) (Unmasked, error) { return e.Reveals.Order(ctx, look) },
		"customer.reveal":   func(ctx context.Context, look Look) (Unmasked, error) { return e.Reveals.Customer(ctx, look) },
		"case.payee.reveal": func(ctx context.Context, look Look) (Unmasked, error) { return e.Reveals.Payee(ctx, look) },
	} {
		register(e, action, func(ctx context.Context, in *revealInput) (*unmaskedOutput, error) {
			caller := callerOf(ctx)
			shown, err := show(ctx, Look{
				Reader: caller.actor(), SessionID: caller.SessionID, Action: action, ID: in.ID, Reason: in.Body.Reason, Words: in.Body.Text,
			})
			if err != nil {
				return nil, err
			}
			return &unmaskedOutput{Body: unmaskedBody(shown)}, nil
		})
	}
	e.alarms()
}
