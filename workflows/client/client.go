// Package client is the only holder of the engine's client besides the worker: typed methods per kind of workflow,
// and every error mapped once to a fault.
package client

import (
	"context"
	"crypto/tls"
	"fmt"
	"log/slog"

	sdk "go.temporal.io/sdk/client"
	"go.temporal.io/sdk/log"

	"aftersales/workflows/contract"
)

// Options say where the engine is. Address and Namespace are needed.
type Options struct {
	Address   string
	TLS       *tls.Config // nil: without TLS
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
	address   string
	turns     turns
}

// Dial makes a connection that is made when it is first used, so that a process starts and can say that the engine
// is away. It fails only on options that cannot work.
func Dial(o Options) (*Engine, error) {
	if o.Log == nil {
		o.Log = slog.Default()
	}
	if o.TaskQueue == "" {
		o.TaskQueue = contract.TaskQueue
	}
	options := sdk.Options{
		HostPort: o.Address, Namespace: o.Namespace, Identity: o.Identity, Logger: log.NewStructuredLogger(o.Log),
	}
	options.ConnectionOptions.TLS = o.TLS
	// Payloads are sealed, so they do not shrink; compressing them only costs both ends.
	options.ConnectionOptions.GrpcCompression = &sdk.GrpcCompressionNone{}
	if o.Seal != nil {
		o.Seal(&options)
	}
	connection, err := sdk.NewLazyClient(options)
	if err != nil {
		return nil, fmt.Errorf("client: Temporal at %q: %w", o.Address, err)
	}
	return &Engine{Client: connection, taskQueue: o.TaskQueue, address: o.Address}, nil
}

// With uses a connection that somebody else made and closes.
func With(connection sdk.Client, taskQueue string) *Engine {
	return &Engine{Client: connection, taskQueue: taskQueue}
}

// Close gives the connection back.
func (e *Engine) Close() { e.Client.Close() }

// Ready tells whether the engine answers; the error says at which address it does not.
func (e *Engine) Ready(ctx context.Context) error {
	if _, err := e.Client.CheckHealth(ctx, &sdk.CheckHealthRequest{}); err != nil {
		return fmt.Errorf("client: Temporal at %s does not answer; is it running, and is that its address? %w", e.address, err)
	}
	return nil
}
