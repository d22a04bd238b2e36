package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"

	"github.com/spf13/cobra"

	"aftersales/api"
	"aftersales/config"
)

// apiOptions is what `aftersales api` runs with.
type apiOptions struct {
	Listen string // host:port
	Edge   api.Options
	Close  func() error // gives back what the edge stands on, once it serves no more; may be nil
}

func newAPICommand(cfg *config.Config) *cobra.Command {
	command := apiCommand(func(ctx context.Context) (apiOptions, error) {
		warnOfExposure(ctx, cfg)
		return newEdge(ctx, cfg)
	})
	command.PreRunE = func(command *cobra.Command, _ []string) error {
		if listen, _ := command.Flags().GetString("listen"); listen != "" {
			cfg.API.Listen = listen // what holds for the setting holds for the flag
		}
		if public, _ := command.Flags().GetString("public-url"); public != "" {
			cfg.API.PublicURL = public
		}
		return cfg.Validate()
	}
	return command
}

// apiCommand serves the HTTP API. load yields the options when the command runs; the flags that were given win over
// them.
func apiCommand(load func(context.Context) (apiOptions, error)) *cobra.Command {
	var listen, public string
	var docs, demoWorld bool
	command := &cobra.Command{
		Use:   "api",
		Short: "Serve the HTTP API",
		Long: `Serves the API that customers, merchants, platform staff and partners talk to. Its description, OpenAPI 3.1, is at
/openapi.json; --docs adds a page with the table of routes at /docs.

Any number of these may run side by side. /livez tells whether the process runs, /readyz whether it can serve now,
/healthz which of its parts is missing. On SIGTERM it refuses readiness and finishes the requests under way.`,
		Example: `  aftersales api
  aftersales api --listen 0.0.0.0:8080 --public-url https://aftersales.example.com
  curl localhost:8080/v1/session -H 'Content-Type: application/json' -d '{"login":"…","password":"…"}'`,
		Args: cobra.NoArgs,
		RunE: func(command *cobra.Command, _ []string) (err error) {
			options, err := load(command.Context())
			if err != nil {
				return err
			}
			if options.Close != nil {
				defer func() { err = errors.Join(err, options.Close()) }()
			}
			if command.Flags().Changed("listen") {
				options.Listen = listen
			}
			if command.Flags().Changed("public-url") {
				options.Edge.PublicURL = public
			}
			if command.Flags().Changed("docs") {
				options.Edge.Docs = docs
			}
			if demoWorld {
				for _, person := range demoSignIns() {
					options.Edge.Demo = append(options.Edge.Demo, api.DemoPerson(person))
				}
			}
			return serveAPI(command.Context(), options)
		},
	}
	command.Flags().StringVar(&listen, "listen", "", "host:port to listen on (default: api.listen of the configuration)")
	command.Flags().StringVar(&public, "public-url", "", "address that browsers use; cookies go without Secure only for http:// on this machine")
	command.Flags().BoolVar(&demoWorld, "demo-world", false, "tell everybody the sign-ins of the demo world, for its page to offer them")
	command.Flags().BoolVar(&docs, "docs", false, "serve a page with the table of routes at /docs")
	return command
}

// warnOfExposure says in the log what is allowed but not safe where other machines take part.
func warnOfExposure(ctx context.Context, cfg *config.Config) {
	for _, warning := range cfg.Warnings() {
		slog.WarnContext(ctx, "not safe where other machines take part", "setting", warning)
	}
}

func serveAPI(ctx context.Context, options apiOptions) error {
	listener, err := net.Listen("tcp", options.Listen)
	if err != nil {
		return fmt.Errorf("listen on %s; is another process using it? Choose another with --listen: %w", options.Listen, err)
	}
	if options.Edge.PublicURL == "" {
		options.Edge.PublicURL = "http://" + listener.Addr().String()
		if options.Edge.TLS.Enabled() {
			options.Edge.PublicURL = "https://" + listener.Addr().String()
		}
	}
	slog.InfoContext(ctx, "the API listens", "address", listener.Addr().String(), "public_url", options.Edge.PublicURL)
	return api.New(options.Edge).Serve(ctx, listener)
}
