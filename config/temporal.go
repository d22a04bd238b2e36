package config

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"os"
	"strconv"
	"time"

	"aftersales/seal"
)

// Temporal is the workflow engine: an outside one, or the embedded one of `aftersales dev`.
type Temporal struct {
	Address       string `koanf:"address" doc:"host:port of a Temporal server; empty: the embedded one at base_port"`
	TLS           bool   `koanf:"tls" doc:"speak TLS with the Temporal server, whose certificate the system's authorities vouch for; the settings below turn it on too"`
	TLSCA         string `koanf:"tls_ca" doc:"PEM file with the authorities that vouch for the Temporal server; empty: the system's"`
	TLSCert       string `koanf:"tls_cert" doc:"PEM file with our certificate for the Temporal server (mutual TLS); it is read again for every connection"`
	TLSKey        string `koanf:"tls_key" doc:"PEM file with that certificate's private key, mode 0600"`
	TLSServerName string `koanf:"tls_server_name" doc:"name in the Temporal server's certificate; empty: the host of temporal.address"`
	BasePort      int    `koanf:"base_port" doc:"first of the 11 loopback ports of the embedded Temporal"`
	Namespace     string `koanf:"namespace" doc:"Temporal namespace"`
	TaskQueue     string `koanf:"task_queue" doc:"task queue that workers serve"`
	Server        string `koanf:"server" doc:"path of the Temporal server program; empty: the one that make installed"`
	UIListen      string `koanf:"ui_listen" doc:"host:port of Temporal's web UI when asked for with --ui"`
	UIServer      string `koanf:"ui_server" doc:"path of Temporal's web UI program; empty: the one that make installed"`
	SQLTool       string `koanf:"sql_tool" doc:"path of Temporal's schema tool; empty: the one that make installed"`
	ServerLevel   string `koanf:"server_log_level" doc:"log level of the embedded Temporal: debug, info, warn, error"`
}

// Embedded tells whether `aftersales dev` runs Temporal itself.
func (t Temporal) Embedded() bool { return t.Address == "" }

// DialAddress is where clients find Temporal, embedded or not.
func (t Temporal) DialAddress() string {
	if t.Embedded() {
		return net.JoinHostPort("127.0.0.1", strconv.Itoa(t.BasePort))
	}
	return t.Address
}

// Secure tells whether connections to Temporal are to be TLS.
func (t Temporal) Secure() bool {
	return t.TLS || t.TLSCA != "" || t.TLSCert != "" || t.TLSKey != "" || t.TLSServerName != ""
}

// TLSConfig is how connections to Temporal are secured: TLS 1.3, the server's certificate checked by name, ours shown when there
// is one. nil: without TLS. The error names the file that is wrong.
func (t Temporal) TLSConfig() (*tls.Config, error) {
	if !t.Secure() {
		return nil, nil
	}
	secure := &tls.Config{MinVersion: tls.VersionTLS13, ServerName: t.TLSServerName}
	if secure.ServerName == "" {
		host, _, err := net.SplitHostPort(t.Address)
		if err != nil {
			return nil, fmt.Errorf("temporal.address: %w", err)
		}
		secure.ServerName = host
	}
	if t.TLSCA != "" {
		content, err := os.ReadFile(t.TLSCA)
		if err != nil {
			return nil, fmt.Errorf("temporal.tls_ca: %w", err)
		}
		secure.RootCAs = x509.NewCertPool()
		if !secure.RootCAs.AppendCertsFromPEM(content) {
			return nil, fmt.Errorf("temporal.tls_ca: %s holds no certificate in PEM", t.TLSCA)
		}
	}
	if t.TLSCert != "" || t.TLSKey != "" {
		if _, err := t.Certificate(); err != nil {
			return nil, err
		}
		// Read anew, so that a certificate that lives for hours is renewed without a restart.
		secure.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return t.Certificate() }
	}
	return secure, nil
}

// Certificate reads our certificate for Temporal and its key, which others must not be able to read.
func (t Temporal) Certificate() (*tls.Certificate, error) {
	key, err := seal.ReadSecret(t.TLSKey)
	if err != nil {
		return nil, fmt.Errorf("temporal.tls_key: %w", err)
	}
	content, err := os.ReadFile(t.TLSCert)
	if err != nil {
		return nil, fmt.Errorf("temporal.tls_cert: %w", err)
	}
	pair, err := tls.X509KeyPair(content, key)
	if err != nil {
		return nil, fmt.Errorf("temporal.tls_cert: %s and %s do not go together: %w", t.TLSCert, t.TLSKey, err)
	}
	return &pair, nil
}

func (c *Config) checkTemporal(v *validator) {
	t := c.Temporal
	if t.Address != "" {
		v.hostPort("temporal.address", t.Address)
	}
	v.check(t.BasePort >= 1024 && t.BasePort+temporalPorts-1 <= 65535, "temporal.base_port",
		"must be from 1024 to %d, because it is the first of %d ports", 65536-temporalPorts, temporalPorts)
	v.name("temporal.namespace", t.Namespace)
	v.name("temporal.task_queue", t.TaskQueue)
	v.oneOf("temporal.server_log_level", t.ServerLevel, "debug", "info", "warn", "error")
	if !t.Secure() {
		return
	}
	v.check(!t.Embedded(), "temporal.tls", "is for an outside Temporal server: name it in temporal.address (%s); the embedded one is on loopback", envName("temporal.address"))
	v.check((t.TLSCert == "") == (t.TLSKey == ""), "temporal.tls_cert", "and temporal.tls_key (%s) go together: name both files or none", envName("temporal.tls_key"))
	if t.Embedded() || (t.TLSCert == "") != (t.TLSKey == "") {
		return
	}
	secure, err := t.TLSConfig()
	v.check(err == nil, "temporal.tls", "cannot work: %v", err)
	if err == nil && secure.GetClientCertificate != nil {
		ours, err := t.Certificate()
		v.check(err == nil && time.Now().Before(ours.Leaf.NotAfter), "temporal.tls_cert", "names %s, which has expired; renew it", t.TLSCert)
	}
}
