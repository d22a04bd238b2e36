package testkit

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// MutualTLS is a listener that lets only those with its authority's certificate through to a server without TLS.
type MutualTLS struct {
	Address    string    // host:port on loopback
	ServerName string    // in its certificate, which names no address
	CA         string    // PEM file with the authority of both sides
	Cert, Key  string    // PEM files with a certificate that is let through
	Strange    [2]string // certificate and key of another authority
}

// NewMutualTLS puts such a listener before a server.
func NewMutualTLS(t testing.TB, server string) MutualTLS {
	t.Helper()
	dir := t.TempDir()
	file := func(name, kind string, der []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	pair := func(name string, authority authority, usage x509.ExtKeyUsage) (tls.Certificate, [2]string) {
		der, key := authority.issue(t, name, usage)
		encoded, err := x509.MarshalPKCS8PrivateKey(key)
		if err != nil {
			t.Fatal(err)
		}
		return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key},
			[2]string{file(name+".pem", "CERTIFICATE", der), file(name+".key", "PRIVATE KEY", encoded)}
	}
	ours, others := newAuthority(t), newAuthority(t)
	const name = "temporal.internal.example"
	own, _ := pair(name, ours, x509.ExtKeyUsageServerAuth)
	_, client := pair("aftersales", ours, x509.ExtKeyUsageClientAuth)
	_, strange := pair("stranger", others, x509.ExtKeyUsageClientAuth)

	pool := x509.NewCertPool()
	pool.AddCert(ours.certificate)
	listener, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{
		MinVersion: tls.VersionTLS13, Certificates: []tls.Certificate{own}, ClientCAs: pool, ClientAuth: tls.RequireAndVerifyClientCert,
		NextProtos: []string{"h2"},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go pass(listener, server)
	return MutualTLS{
		Address: listener.Addr().String(), ServerName: name, CA: file("ca.pem", "CERTIFICATE", ours.certificate.Raw),
		Cert: client[0], Key: client[1], Strange: strange,
	}
}

// pass carries what comes to the server and back, until the listener is closed.
func pass(listener net.Listener, server string) {
	for {
		outer, err := listener.Accept()
		if err != nil {
			return
		}
		go func() {
			defer outer.Close()
			if outer.(*tls.Conn).Handshake() != nil {
				return
			}
			inner, err := net.Dial("tcp", server)
			if err != nil {
				return
			}
			defer inner.Close()
			go func() {
				_, _ = io.Copy(inner, outer)
				_ = inner.Close()
			}()
			_, _ = io.Copy(outer, inner)
		}()
	}
}

// authority signs certificates.
type authority struct {
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
}

func newAuthority(t testing.TB) authority {
	key := newKey(t)
	template := certificateFor("authority")
	template.IsCA, template.BasicConstraintsValid, template.KeyUsage = true, true, x509.KeyUsageCertSign
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return authority{certificate, key}
}

func (a authority) issue(t testing.TB, name string, usage x509.ExtKeyUsage) ([]byte, *ecdsa.PrivateKey) {
	key := newKey(t)
	template := certificateFor(name)
	template.DNSNames, template.ExtKeyUsage, template.KeyUsage = []string{name}, []x509.ExtKeyUsage{usage}, x509.KeyUsageDigitalSignature
	der, err := x509.CreateCertificate(rand.Reader, template, a.certificate, key.Public(), a.key)
	if err != nil {
		t.Fatal(err)
	}
	return der, key
}

func newKey(t testing.TB) *ecdsa.PrivateKey {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func certificateFor(name string) *x509.Certificate {
	number, _ := rand.Int(rand.Reader, big.NewInt(1<<62)) // never fails
	return &x509.Certificate{
		SerialNumber: number, Subject: pkix.Name{CommonName: name}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
	}
}
