// Package client is the only holder of the engine's client besides the worker: typed methods per kind of workflow,
// and every error mapped once to a fault.
package client

import (
	"context"
	"fmt"
	"log/slog"

	sdk "go.temporal.io/sdk/client"
	"go.temporal.io/sdk/log"

	"aftersales/workflows/contract"
)

// Options say where the engine is. Address and Namespace are needed.
type Options struct {
	Address   string
	Namespace string
	TaskQueue string             // empty: contract.TaskQueue
	Identity  string             // shown in histories; empty: the SDK's
	Seal      func(*sdk.Options) // installs the payload codec and the failure converter
	Log       *slog.Logger       // nil: slog.Default()
}

// Engine is a connection to the workflow engine.
type Engine struct {
	Client    sdk.Client
	taskQueue string
}

// Dial connects. The error says which address did not answer.
func Dial(ctx context.Context, o Options) (*Engine, error) {
	if o.Log == nil {
		o.Log = slog.Default()
	}
	if o.TaskQueue == "" {
		o.TaskQueue = contract.TaskQueue
	}
	options := sdk.Options{
		HostPort: o.Address, Namespace: o.Namespace, Identity: o.Identity, Logger: log.NewStructuredLogger(o.Log),
	}
	if o.Seal != nil {
		o.Seal(&options)
	}
	connection, err := sdk.DialContext(ctx, options)
	if err != nil {
		return nil, fmt.Errorf("client: Temporal at %s does not answer; is it running, and is that its address? %w", o.Address, err)
	}
	return &Engine{Client: connection, taskQueue: o.TaskQueue}, nil
}

// With uses a connection that somebody else made and closes.
func With(connection sdk.Client, taskQueue string) *Engine {
	return &Engine{Client: connection, taskQueue: taskQueue}
}

// Close gives the connection back.
func (e *Engine) Close() { e.Client.Close() }

// Ready tells whether the engine answers.
func (e *Engine) Ready(ctx context.Context) error {
	_, err := e.Client.CheckHealth(ctx, &sdk.CheckHealthRequest{})
	return err
}
