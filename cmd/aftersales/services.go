package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"

	"go.temporal.io/api/enums/v1"

	"aftersales/cmd/aftersales/supervise"
	"aftersales/config"
	"aftersales/temporalserver"
	"aftersales/workflows/contract"
)

// Names of the processes, in logs, in run.json and in the log files.
const (
	temporalName = "temporal"
	uiName       = "ui"
	sandboxName  = "sandbox"
	apiName      = "api"
	workerName   = "worker"
)

// caseNamespace is the Temporal namespace that cases live in.
func caseNamespace(cfg *config.Config) temporalserver.Namespace {
	return temporalserver.Namespace{
		Name: cfg.Temporal.Namespace,
		SearchAttributes: map[string]enums.IndexedValueType{
			contract.AttributeKind:     enums.INDEXED_VALUE_TYPE_KEYWORD,
			contract.AttributeMerchant: enums.INDEXED_VALUE_TYPE_KEYWORD,
		},
	}
}

// services says how each process is started and when it is ready.
func (d dev) services() map[string]supervise.Service {
	cfg := d.cfg
	all := []supervise.Service{
		{
			Name: temporalName, Address: cfg.Temporal.DialAddress(),
			Command: func() (*exec.Cmd, error) { return embeddedTemporal(cfg).Command() },
			Ready: func(ctx context.Context, _ time.Time) error {
				return prepareEngine(ctx, cfg)
			},
		},
		{
			Name: uiName, Address: "http://" + cfg.Temporal.UIListen,
			Command: func() (*exec.Cmd, error) {
				return temporalserver.UI{
					Dir: filepath.Join(cfg.DataDir, "temporal"), Listen: cfg.Temporal.UIListen,
					Address: cfg.Temporal.DialAddress(), Namespace: cfg.Temporal.Namespace, Program: cfg.Temporal.UIServer, TLS: uiTLS(cfg),
				}.Command()
			},
			Ready: answers("http://" + cfg.Temporal.UIListen + "/healthz"),
		},
		{
			Name: sandboxName, Address: cfg.Sandbox.URL(),
			Command: func() (*exec.Cmd, error) { return d.self("sandbox") },
			Ready:   answers(cfg.Sandbox.URL() + "/healthz"),
		},
		{
			Name: apiName, Address: cfg.API.URL(),
			Command: func() (*exec.Cmd, error) { return d.self("api", "--demo-world") },
			Ready:   answers(cfg.API.URL() + "/readyz"),
		},
		{
			Name:      workerName,
			Command:   func() (*exec.Cmd, error) { return d.self("worker") },
			Ready:     d.workerPolls,
			StopGrace: cfg.Worker.StopTimeout + 5*time.Second,
		},
	}
	byName := map[string]supervise.Service{}
	for _, service := range all {
		byName[service.Name] = service
	}
	return byName
}

// self is the command that runs a sub-command of this very program with this very configuration.
func (d dev) self(sub ...string) (*exec.Cmd, error) {
	program, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("find our own program: %w", err)
	}
	cfg := *d.cfg
	cfg.Temporal.Address = cfg.Temporal.DialAddress()
	cmd := exec.Command(program, sub...)
	cmd.Env = append(os.Environ(), cfg.Env()...)
	return cmd, nil
}

// uiTLS is how Temporal's web UI reaches an outside server.
func uiTLS(cfg *config.Config) *temporalserver.UITLS {
	t := cfg.Temporal
	if !t.Secure() {
		return nil
	}
	return &temporalserver.UITLS{CA: t.TLSCA, Cert: t.TLSCert, Key: t.TLSKey, ServerName: t.TLSServerName}
}

func embeddedTemporal(cfg *config.Config) temporalserver.Config {
	return temporalserver.Config{
		Dir: filepath.Join(cfg.DataDir, "temporal"), BasePort: cfg.Temporal.BasePort, LogLevel: cfg.Temporal.ServerLevel,
		Program: cfg.Temporal.Server,
	}
}

// workerPolls: a worker has no address; it is ready when Temporal has seen it ask for work since it was started.
func (d dev) workerPolls(ctx context.Context, started time.Time) error {
	if !d.cfg.Temporal.Embedded() {
		started = started.Add(-time.Minute) // the other machine's clock may be behind
	}
	at, err := engineAt(d.cfg)
	if err != nil {
		return err
	}
	polls, err := temporalserver.WorkerPolls(ctx, at, d.cfg.Temporal.Namespace, d.cfg.Temporal.TaskQueue, started)
	if err == nil && !polls {
		err = fmt.Errorf("no worker asks for work on task queue %s yet", d.cfg.Temporal.TaskQueue)
	}
	return err
}

var probeClient = &http.Client{Timeout: 5 * time.Second}

// answers returns a probe that succeeds when a GET of the URL is answered with 200.
func answers(url string) func(context.Context, time.Time) error {
	return func(ctx context.Context, _ time.Time) error { return get(ctx, url) }
}

func get(ctx context.Context, url string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	answer, err := probeClient.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("GET %s: %s", url, answer.Status)
	}
	return nil
}

// portsOf lists the ports that a run needs, each with how to choose another.
func portsOf(cfg *config.Config, ui bool) []supervise.Port {
	ports := []supervise.Port{
		{Address: cfg.API.Listen, Use: "API", Change: "AFTERSALES_API_LISTEN=" + otherPort(cfg.API.Listen)},
		{Address: cfg.Sandbox.Listen, Use: "sandbox partners", Change: "AFTERSALES_SANDBOX_LISTEN=" + otherPort(cfg.Sandbox.Listen)},
	}
	if cfg.Temporal.Embedded() {
		change := fmt.Sprintf("AFTERSALES_TEMPORAL_BASE_PORT=%d", cfg.Temporal.BasePort+100)
		temporalserver.PortsFrom(cfg.Temporal.BasePort).Each(func(port int, use string) {
			ports = append(ports, supervise.Port{Address: temporalserver.Address(port), Use: use, Change: change})
		})
	}
	if ui {
		ports = append(ports, supervise.Port{Address: cfg.Temporal.UIListen, Use: "Temporal's web UI", Change: "AFTERSALES_TEMPORAL_UI_LISTEN=" + otherPort(cfg.Temporal.UIListen)})
	}
	return ports
}

// otherPort suggests an address that differs in the port.
func otherPort(listen string) string {
	host, text, err := net.SplitHostPort(listen)
	port, errPort := strconv.Atoi(text)
	if err != nil || errPort != nil {
		return "<host>:<port>"
	}
	return net.JoinHostPort(host, strconv.Itoa((port+1000)%65536))
}
