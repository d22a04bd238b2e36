package config

import (
	"net"
	"net/netip"
	"net/url"
	"os"
	"strings"
)

// API is the HTTP edge.
type API struct {
	Listen         string   `koanf:"listen" doc:"host:port that the API listens on"`
	PublicURL      string   `koanf:"public_url" doc:"address that browsers use, e.g. https://aftersales.example.com; empty: api.listen over plain HTTP, for one machine only"`
	TrustedProxies []string `koanf:"trusted_proxies" doc:"addresses or networks of reverse proxies whose X-Forwarded-For is believed; empty: nobody's"`

	TLSCert     string   `koanf:"tls_cert" doc:"PEM file with the certificate and its chain; it is read again when it changes"`
	TLSKey      string   `koanf:"tls_key" doc:"PEM file with the certificate's private key"`
	ACMEDomains []string `koanf:"acme_domains" doc:"names to get certificates for by ACME (Let's Encrypt); instead of tls_cert"`
	ACMEEmail   string   `koanf:"acme_email" doc:"where the certificate authority writes about problems"`
	ACMEDir     string   `koanf:"acme_dir" doc:"folder that keeps the account and the certificates; empty: acme in data_dir"`
	ACMEURL     string   `koanf:"acme_url" doc:"directory of the certificate authority; empty: Let's Encrypt"`
	HTTPListen  string   `koanf:"http_listen" doc:"host:port for plain HTTP beside TLS, usually :80: it answers ACME and sends browsers to public_url; empty: none"`

	RatePerson         int `koanf:"rate_person" doc:"requests per second of one person, with bursts of ten times as many; 0: no limit"`
	RateAddress        int `koanf:"rate_address" doc:"requests per second from one address, with bursts of ten times as many; this machine has none; 0: no limit"`
	ConnectionsAddress int `koanf:"connections_address" doc:"connections that one address may have open at a time; trusted proxies and this machine have no limit; 0: no limit"`
	RateMessages       int `koanf:"rate_messages" doc:"messages per second of one person, with bursts of ten times as many; 0: no limit"`
	RateUploads        int `koanf:"rate_uploads" doc:"uploads per second of one person, with bursts of ten times as many; 0: no limit"`
}

// TLS tells whether the API itself speaks TLS.
func (a API) TLS() bool { return a.TLSCert != "" || len(a.ACMEDomains) > 0 }

// URL is where this machine reaches the API.
func (a API) URL() string {
	if a.TLS() {
		return "https://" + reachable(a.Listen)
	}
	return "http://" + reachable(a.Listen)
}

func (c *Config) checkEdge(v *validator) {
	a := c.API
	if a.PublicURL != "" {
		v.url("api.public_url", a.PublicURL, "http", "https")
		u, err := url.Parse(a.PublicURL)
		v.check(err == nil && (u.Path == "" || u.Path == "/") && u.RawQuery == "" && u.Fragment == "" && u.User == nil, "api.public_url",
			"must be scheme and host alone, for example https://aftersales.example.com")
		v.check(err == nil && (u.Scheme == "https" || isLocal(u.Hostname())), "api.public_url",
			"must begin with https://: over http:// sign-ins could be read on their way; only localhost goes without")
		v.check(!a.TLS() || err == nil && u.Scheme == "https", "api.public_url", "must begin with https://, because the API speaks TLS")
	}
	for _, proxy := range a.TrustedProxies {
		_, errNet := netip.ParsePrefix(proxy)
		_, errAddr := netip.ParseAddr(proxy)
		v.check(errNet == nil || errAddr == nil, "api.trusted_proxies", "names %q, must be an address like 10.0.0.7 or a network like 10.0.0.0/24", proxy)
		v.check(proxy != "0.0.0.0/0" && proxy != "::/0", "api.trusted_proxies", "must not trust everybody (%s): then anyone could claim any address", proxy)
	}
	v.check((a.TLSCert == "") == (a.TLSKey == ""), "api.tls_cert", "and api.tls_key (%s) go together: name both files or none", envName("api.tls_key"))
	for setting, file := range map[string]string{"api.tls_cert": a.TLSCert, "api.tls_key": a.TLSKey} {
		if file != "" {
			info, err := os.Stat(file)
			v.check(err == nil && info.Mode().IsRegular(), setting, "names %s, which is no file", file)
			v.check(err != nil || setting != "api.tls_key" || info.Mode().Perm()&0o077 == 0, setting, "names %s, which others can read; chmod 600 it", file)
		}
	}
	v.check(a.TLSCert == "" || len(a.ACMEDomains) == 0, "api.acme_domains", "must be empty when api.tls_cert names a certificate: one or the other")
	for _, domain := range a.ACMEDomains {
		v.check(strings.Contains(domain, ".") && !strings.ContainsAny(domain, "*:/ ") && net.ParseIP(domain) == nil, "api.acme_domains",
			"names %q, must be full host names without wildcard, for example aftersales.example.com", domain)
	}
	if a.ACMEURL != "" {
		v.url("api.acme_url", a.ACMEURL, "https")
	}
	if a.HTTPListen != "" {
		v.listen("api.http_listen", a.HTTPListen)
		v.check(a.TLS() && a.PublicURL != "", "api.http_listen", "is for plain HTTP beside TLS: set api.tls_cert or api.acme_domains, and api.public_url")
	}
	for setting, n := range map[string]int{"api.rate_person": a.RatePerson, "api.rate_address": a.RateAddress, "api.connections_address": a.ConnectionsAddress, "api.rate_messages": a.RateMessages, "api.rate_uploads": a.RateUploads} {
		v.check(n >= 0, setting, "must not be negative; 0 is no limit")
	}
	for _, host := range c.Partners.AllowHosts {
		v.hostPort("partners.allow_hosts", host)
	}
}

func isLocal(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
