package config

import (
	"fmt"
	"net"
	"net/url"
	"strings"
)

// Warnings say what is allowed and not right all the same once other machines take part: one line each, naming the setting and
// what would be right. An installation on one machine has none.
func (c *Config) Warnings() []string {
	var all []string
	warn := func(wrong bool, setting, format string, args ...any) {
		if wrong {
			all = append(all, fmt.Sprintf("%s (%s) %s", setting, envName(setting), fmt.Sprintf(format, args...)))
		}
	}
	for _, database := range []struct{ setting, url string }{{"database.url", c.Database.URL}, {"keys.url", c.Keys.URL}} {
		host, mode := farDatabase(database.url)
		warn(host != "" && mode != "verify-full", database.setting,
			"reaches %s with sslmode=%s: whoever sits between can read along or play the database; put sslmode=verify-full into it, with sslrootcert", host, mode)
	}
	if host, _, err := net.SplitHostPort(c.Temporal.Address); err == nil {
		warn(!isLocal(host) && !c.Temporal.Secure(), "temporal.address",
			"reaches %s without TLS: payloads are sealed, but whoever sits between can give orders; set temporal.tls_ca, temporal.tls_cert and temporal.tls_key, or use a mesh with mTLS", host)
		warn(!isLocal(host) && c.Temporal.Secure() && c.Temporal.TLSCert == "", "temporal.tls_cert",
			"is not set: %s cannot tell us from whoever else reaches it, and takes orders from both; give us a certificate that it asks for", host)
	}
	if c.Public() {
		warn(c.SignIn.HandoverKeyFile == "", "sign_in.handover_key_file",
			"is not set, so that the sandbox's shop is believed: whoever reaches %s comes in as any customer; name your shop's key", c.Sandbox.Listen)
		warn(c.Database.URL != "" && c.Keys.URL == "", "keys.url",
			"is not set: the keysets lie in the database of the data, and in its backups, where erased people can be read again; name another database")
		warn(!onlyHere(c.Sandbox.Listen), "sandbox.listen", "is reached from other machines: the sandbox is for trying out and believes everybody")
		warn(!c.API.TLS() && len(c.API.TrustedProxies) == 0, "api.trusted_proxies",
			"is empty and the API speaks no TLS itself: behind a proxy all requests count as the proxy's own; name it, or set api.tls_cert or api.acme_domains")
	}
	return all
}

// Public tells whether other machines reach the API, themselves or through a proxy.
func (c *Config) Public() bool {
	public, err := url.Parse(c.API.PublicURL)
	return !onlyHere(c.API.Listen) || c.API.PublicURL != "" && (err != nil || !isLocal(public.Hostname()))
}

// farDatabase is the host of a database on another machine, and how its URL wants TLS; empty for one on this machine.
func farDatabase(raw string) (host, mode string) {
	at, err := url.Parse(raw)
	if raw == "" || err != nil {
		return "", ""
	}
	host = at.Hostname()
	if also := at.Query().Get("host"); also != "" {
		host = also
	}
	if host == "" || strings.HasPrefix(host, "/") || isLocal(host) {
		return "", "" // by a socket, or on loopback
	}
	if mode = at.Query().Get("sslmode"); mode == "" {
		mode = "prefer"
	}
	return host, mode
}
