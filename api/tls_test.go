package api_test

import (
	"context"
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
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"aftersales/api"
)

// certificate makes a self-signed pair for a name; the serial number tells it from others.
func certificate(t *testing.T, name string, serial int64) (cert, key []byte) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: name}, DNSNames: []string{name}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(90 * 24 * time.Hour), KeyUsage: x509.KeyUsageDigitalSignature,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &private.PublicKey, private)
	require.NoError(t, err)
	encoded, err := x509.MarshalECPrivateKey(private)
	require.NoError(t, err)
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: encoded})
}

// overTLS starts the edge on a port of its own and returns its address.
func overTLS(t *testing.T, change func(*api.Options)) string {
	t.Helper()
	r := newRig(t, change)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- r.server.Serve(ctx, listener) }()
	t.Cleanup(func() { stop(); require.NoError(t, <-done) })
	return listener.Addr().String()
}

func browser(config *tls.Config) *http.Client {
	config.InsecureSkipVerify = true
	return &http.Client{
		Transport:     &http.Transport{TLSClientConfig: config, ForceAttemptHTTP2: true, DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

func TestTLSByFiles(t *testing.T) {
	dir := t.TempDir()
	certFile, keyFile := filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	write := func(serial int64) {
		cert, key := certificate(t, "shop.example", serial)
		require.NoError(t, os.WriteFile(keyFile, key, 0o600))
		require.NoError(t, os.WriteFile(certFile, cert, 0o600))
		at := time.Now().Add(time.Duration(serial) * time.Minute) // file systems keep coarse times
		require.NoError(t, os.Chtimes(certFile, at, at))
	}
	write(1)
	address := overTLS(t, func(o *api.Options) { o.TLS = api.TLS{CertFile: certFile, KeyFile: keyFile} })
	ask := func() *http.Response {
		answer, err := browser(&tls.Config{}).Get("https://" + address + "/livez")
		require.NoError(t, err)
		_ = answer.Body.Close()
		return answer
	}
	first := ask()
	require.Equal(t, 200, first.StatusCode)
	require.Equal(t, 2, first.ProtoMajor)
	require.EqualValues(t, tls.VersionTLS13, first.TLS.Version)
	require.EqualValues(t, 1, first.TLS.PeerCertificates[0].SerialNumber.Int64())
	require.Contains(t, first.Header.Get("Strict-Transport-Security"), "max-age=31536000")

	write(2)
	require.EqualValues(t, 2, ask().TLS.PeerCertificates[0].SerialNumber.Int64(), "a renewed certificate holds without a restart")
	require.NoError(t, os.WriteFile(certFile, []byte("half a file"), 0o600))
	require.EqualValues(t, 2, ask().TLS.PeerCertificates[0].SerialNumber.Int64(), "a broken one does not")

	_, err := browser(&tls.Config{MaxVersion: tls.VersionTLS12}).Get("https://" + address + "/livez")
	require.ErrorContains(t, err, "protocol version")
}

func TestABrokenCertificateDoesNotStart(t *testing.T) {
	file := filepath.Join(t.TempDir(), "x.pem")
	require.NoError(t, os.WriteFile(file, []byte("x"), 0o600))
	r := newRig(t, func(o *api.Options) { o.TLS = api.TLS{CertFile: file, KeyFile: file} })
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.ErrorContains(t, r.server.Serve(t.Context(), listener), "give PEM files")
}

// A certificate got by ACME is served from the cache, over connections of its own name only; for no other name is the
// authority asked. Plain HTTP beside it leads to the public address and to no other, whatever the request names.
func TestTLSByACME(t *testing.T) {
	dir := t.TempDir()
	cert, key := certificate(t, "shop.example", 7)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "shop.example"), append(key, cert...), 0o600))
	door, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	beside := door.Addr().String()
	require.NoError(t, door.Close())
	asked := make(chan struct{}, 10)
	authority, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = authority.Close() })
	go func() {
		for {
			conn, err := authority.Accept()
			if err != nil {
				return
			}
			asked <- struct{}{}
			_ = conn.Close()
		}
	}()
	address := overTLS(t, func(o *api.Options) {
		o.TLS = api.TLS{Domains: []string{"shop.example"}, CacheDir: dir, DirectoryURL: "https://" + authority.Addr().String() + "/dir", PlainListen: beside}
	})
	answer, err := browser(&tls.Config{ServerName: "shop.example"}).Get("https://" + address + "/livez")
	require.NoError(t, err)
	require.NoError(t, answer.Body.Close())
	require.EqualValues(t, 7, answer.TLS.PeerCertificates[0].SerialNumber.Int64())
	_, err = browser(&tls.Config{ServerName: "evil.example"}).Get("https://" + address + "/livez")
	require.Error(t, err)
	require.Empty(t, asked, "nobody is asked for a certificate of a name that is not ours")

	plain := func(method, path, host string) *http.Response {
		request, err := http.NewRequest(method, "http://"+beside+path, nil)
		require.NoError(t, err)
		request.Host = host
		answer, err := browser(&tls.Config{}).Do(request)
		require.NoError(t, err)
		content, err := io.ReadAll(answer.Body)
		require.NoError(t, err)
		require.NotContains(t, string(content), "evil")
		require.NoError(t, answer.Body.Close())
		return answer
	}
	moved := plain("GET", "/v1/me?a=b", "shop.example")
	require.Equal(t, 308, moved.StatusCode)
	require.Equal(t, "https://shop.example/v1/me?a=b", moved.Header.Get("Location"))
	require.Equal(t, "https://shop.example/x", plain("GET", "/x", "evil.example").Header.Get("Location"), "not to the host that the request names")
	require.Equal(t, 403, plain("POST", "/v1/session", "shop.example").StatusCode, "what it carried has been read already")
}
