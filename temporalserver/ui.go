package temporalserver

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// UI describes Temporal's web UI.
type UI struct {
	Dir       string // its generated configuration goes here
	Listen    string // host:port it serves at
	Address   string // of the Temporal server
	Namespace string // shown first
	Program   string // path of the program; empty: where UIProgram is found
	TLS       *UITLS // how it reaches the server; nil: without TLS
}

// UITLS are the files with which the web UI speaks TLS to a Temporal server; each may be empty but ServerName, which the host of
// the server's address stands in for.
type UITLS struct{ CA, Cert, Key, ServerName string }

// Command returns the command that serves the web UI. It writes the configuration first.
func (u UI) Command() (*exec.Cmd, error) {
	program := u.Program
	if program == "" {
		found, err := UIProgram.Find()
		if err != nil {
			return nil, err
		}
		program = found
	}
	host, port, err := net.SplitHostPort(u.Listen)
	if err != nil {
		return nil, fmt.Errorf("address of Temporal's web UI %q: %w", u.Listen, err)
	}
	dir, err := filepath.Abs(u.Dir)
	if err != nil {
		return nil, fmt.Errorf("folder of Temporal's web UI: %w", err)
	}
	folder := filepath.Join(dir, "ui-config")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, fmt.Errorf("make the folder of Temporal's web UI: %w", err)
	}
	if u.TLS != nil && u.TLS.ServerName == "" {
		named := *u.TLS
		if named.ServerName, _, err = net.SplitHostPort(u.Address); err != nil {
			return nil, fmt.Errorf("address of Temporal %q: %w", u.Address, err)
		}
		u.TLS = &named
	}
	var out strings.Builder
	if err := uiConfig.Execute(&out, map[string]any{
		"Temporal": u.Address, "Host": host, "Port": port, "Namespace": u.Namespace, "Origin": "http://" + u.Listen, "TLS": u.TLS,
	}); err != nil {
		return nil, fmt.Errorf("render the configuration of Temporal's web UI: %w", err)
	}
	// The program knows its configuration by folder and environment name.
	if err := os.WriteFile(filepath.Join(folder, "aftersales.yaml"), []byte(out.String()), 0o600); err != nil {
		return nil, fmt.Errorf("write the configuration of Temporal's web UI: %w", err)
	}
	cmd := exec.Command(program, "--root", dir, "--config", "ui-config", "--env", "aftersales", "start")
	cmd.Dir = dir
	return cmd, nil
}
