// Package activities holds the effects of cases, one file per party. Every activity is idempotent: the same input
// twice has one effect and one answer. IDs and times that matter come in the input; the wall clock only fills
// technical columns.
package activities

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"go.temporal.io/sdk/temporal"

	"aftersales/fault"
	"aftersales/models"
	"aftersales/partners"
	"aftersales/policy"
	"aftersales/policy/pack"
	"aftersales/workflows/contract"
)

// Rules loads what is known of a case and evaluates the rules over it, inside the caller's transaction. described
// says that the customer has just described the matter in words.
type Rules interface {
	Evaluate(ctx context.Context, tx *models.Store, in contract.EvaluateInput, described bool) (policy.Facts, policy.Terms, error)
}

// Packs finds a policy pack by its hash.
type Packs interface {
	Get(ctx context.Context, hash string) (*pack.Pack, error)
}

// Engine is what operations and reconcilers need of the workflow engine.
type Engine interface {
	// Do gives a running case a command and waits for its effect. Errors are faults: case_closed, not_possible_now, unavailable.
	Do(ctx context.Context, workflowID string, command contract.Command) (contract.Ack, error)
	// Snapshot asks a case for its projection as it would be written now. The fault not_found when there is no such
	// workflow, unavailable when nobody could answer.
	Snapshot(ctx context.Context, workflowID string) (contract.Projection, error)
	// Running tells whether the case's workflow runs; found is false when the engine knows it no more.
	Running(ctx context.Context, workflowID string) (running, found bool, err error)
	// Child tells a case something of one that it opened; the fault case_closed when it has ended.
	Child(ctx context.Context, workflowID string, fact contract.ChildFact) error
}

// Activities is what they work with. All fields but Log and Audit are needed, Files by erasures only.
type Activities struct {
	Store   *models.Store
	Rules   Rules
	Packs   Packs
	Bot     Bot
	Rails   map[partners.Rail]partners.Payments
	Charges map[partners.Rail]partners.Charges // rails that money can be asked for over; nil: none
	Carrier partners.Logistics
	Shop    Prices
	Payouts partners.Payouts   // where a rail is closed and the customer agreed
	Insurer partners.Insurance // of freight
	Funds   partners.Funds     // balances and deposits of merchants
	Engine  Engine
	Files   models.BlobStore // what erasures delete from
	Audit   Audit            // nil: nothing is recorded
	Log     *slog.Logger     // nil: slog.Default()
}

// Error types that workflows see. The last two end all retries.
const (
	errPartner  = "partner"         // a partner is away or does not say: try again
	errDatabase = "database"        // our database is away: try again
	errMismatch = "effect_mismatch" // the same key was used with other content
	errBug      = "bug"             // the input contradicts what is stored
)

// again makes an error that the retry policy repeats.
func again(kind string, err error) error {
	if err == nil {
		return nil
	}
	return temporal.NewApplicationErrorWithCause(err.Error(), kind, err)
}

// final makes an error that no retry can help.
func final(kind string, err error) error {
	return temporal.NewNonRetryableApplicationError(err.Error(), kind, err)
}

// stored gives an error of our database its type. What breaks a constraint breaks it the next time too.
func stored(err error) error {
	var known *temporal.ApplicationError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &known):
		return err
	case fault.As(err) != nil:
		return final(errBug, err)
	case errors.Is(err, models.ErrCheck), errors.Is(err, models.ErrReference):
		return final(errBug, err)
	default:
		return again(errDatabase, err)
	}
}

// clock is for technical columns only.
func clock() time.Time { return models.Moment(time.Now()) }

func (a *Activities) log() *slog.Logger {
	if a.Log == nil {
		return slog.Default()
	}
	return a.Log
}
