package safehttp_test

import (
	"context"
	"crypto/x509"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/net/dns/dnsmessage"
	"pgregory.net/rapid"

	"aftersales/partners/safehttp"
)

func TestAttack10_AddressesThatAreNotPublic(t *testing.T) {
	for _, text := range []string{
		"127.0.0.1", "127.255.255.254", "0.0.0.0", "0.1.2.3", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1",
		"169.254.169.254", "169.254.170.2", "100.100.100.200", "100.64.0.1", "192.0.0.192", "198.18.0.1", "192.0.2.1", "198.51.100.7", "203.0.113.9",
		"224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255",
		"::", "::1", "fe80::1", "fe80::1%eth0", "2606:4700::1%eth0", "fc00::1", "fd00:ec2::254", "fd20:ce::254", "fec0::1", "ff02::1", "2001:db8::1", "100::1", "5f00::1", "4000::1",
		"::ffff:127.0.0.1", "::ffff:169.254.169.254", "::ffff:10.0.0.1", "::127.0.0.1", "::169.254.169.254",
		"64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::a9fe:a9fe", "2002:7f00:1::", "2002:a9fe:a9fe::1", "2002:c0a8:101::", "2001:0:a9fe:a9fe::",
	} {
		require.False(t, safehttp.Public(netip.MustParseAddr(text)), text)
	}
	for _, text := range []string{"8.8.8.8", "223.5.5.5", "110.75.139.5", "2606:4700:4700::1111", "2400:3200::1", "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1"} {
		require.True(t, safehttp.Public(netip.MustParseAddr(text)), text)
	}
	require.False(t, safehttp.Public(netip.Addr{}))
}

// However a private IPv4 address is dressed, it stays private.
func TestAttack10_DressedAddresses(t *testing.T) {
	for _, once := range []string{"2002:a00::", "100.64.0.0"} { // were taken for public
		require.False(t, safehttp.Public(netip.MustParseAddr(once)), once)
	}
	rapid.Check(t, func(t *rapid.T) {
		network := rapid.SampledFrom([]string{"10.0.0.0/8", "127.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "100.64.0.0/10", "0.0.0.0/8"}).Draw(t, "network")
		prefix := netip.MustParsePrefix(network)
		raw := prefix.Addr().As4()
		for i := range raw {
			raw[i] |= rapid.Byte().Draw(t, "byte") &^ mask(prefix.Bits(), i)
		}
		plain := netip.AddrFrom4(raw)
		var nat, six [16]byte
		copy(nat[:], []byte{0, 0x64, 0xff, 0x9b})
		copy(nat[12:], raw[:])
		copy(six[:], []byte{0x20, 0x02})
		copy(six[2:], raw[:])
		for _, ip := range []netip.Addr{plain, netip.AddrFrom16(plain.As16()), netip.AddrFrom16(nat), netip.AddrFrom16(six)} {
			if safehttp.Public(ip) {
				t.Fatalf("%s is taken for public", ip)
			}
		}
	})
}

func mask(bits, index int) byte {
	left := min(max(bits-8*index, 0), 8)
	return byte(0xff << (8 - left))
}

// target is a server of this machine that must not be reached.
func target(t *testing.T, handler http.HandlerFunc) (*httptest.Server, *atomic.Int32) {
	t.Helper()
	var hits atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		hits.Add(1)
		if handler != nil {
			handler(w, r)
		}
	}))
	t.Cleanup(server.Close)
	return server, &hits
}

func TestAttack10_NamesAndNotationsOfThisMachine(t *testing.T) {
	server, hits := target(t, nil)
	_, port, err := net.SplitHostPort(server.Listener.Addr().String())
	require.NoError(t, err)
	client := safehttp.New(safehttp.Options{Timeout: time.Second}).Client(2*time.Second, "http", "https")
	for _, host := range []string{
		"127.0.0.1", "localhost", "localhost.", "LOCALHOST", "[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "0.0.0.0", "0", "127.1", "2130706433", "0x7f000001", "0177.0.0.1",
		"[::]", "[0:0:0:0:0:ffff:127.0.0.1]", "[64:ff9b::7f00:1]",
	} {
		answer, err := client.Get("http://" + host + ":" + port + "/")
		if err == nil {
			_ = answer.Body.Close()
		}
		require.Error(t, err, host)
	}
	for _, address := range []string{"http://127.0.0.1:" + port, "http://localhost:" + port, "http://[::ffff:127.0.0.1]:" + port} {
		_, err := client.Get(address)
		require.ErrorIs(t, err, safehttp.ErrRefused, address)
	}
	require.Zero(t, hits.Load())
}

func TestAttack10_SchemesAndNamesInTheURL(t *testing.T) {
	client := safehttp.New(safehttp.Options{}).Client(time.Second)
	for _, address := range []string{"http://example.com", "ftp://example.com", "file:///etc/passwd", "gopher://example.com", "javascript:alert(1)", "https://example.com@127.0.0.1", "https://user:pass@example.com"} {
		_, err := client.Get(address)
		require.ErrorIs(t, err, safehttp.ErrRefused, address)
	}
}

// An allowed server redirects to where nobody may call: to another port of this machine, to itself, to the metadata.
func TestAttack10_Redirects(t *testing.T) {
	secret, hits := target(t, nil)
	var to string
	door := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/again" {
			hits.Add(1)
		}
		if r.URL.Path != "/open" {
			http.Redirect(w, r, to, http.StatusFound)
		}
	}))
	defer door.Close()
	allowed, err := safehttp.HostPort(door.URL)
	require.NoError(t, err)
	plain, _ := target(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, to, http.StatusFound) })
	plainAllowed, err := safehttp.HostPort(plain.URL)
	require.NoError(t, err)
	roots := x509.NewCertPool()
	roots.AddCert(door.Certificate())
	client := safehttp.New(safehttp.Options{Allow: []string{plainAllowed, allowed}, Timeout: time.Second, Roots: roots}).Client(5*time.Second, "http", "https")
	answer, err := client.Get(door.URL + "/open")
	require.NoError(t, err, "by its own name it may be called, and its connection is kept")
	require.NoError(t, answer.Body.Close())
	for _, to = range []string{
		secret.URL, strings.Replace(secret.URL, "http:", "https:", 1), "http://169.254.169.254/latest/meta-data/", "https://169.254.169.254/latest/meta-data/", "https://[fd00:ec2::254]/",
		door.URL + "/again", "file:///etc/passwd", "https://localhost:" + strings.Split(secret.URL, ":")[2],
	} {
		_, err := client.Get(plain.URL)
		require.ErrorIs(t, err, safehttp.ErrRefused, to)
	}
	require.Zero(t, hits.Load())
}

// A name that was public when somebody looked, and leads to this machine when it is called.
func TestAttack10_Rebinding(t *testing.T) {
	server, hits := target(t, nil)
	_, port, err := net.SplitHostPort(server.Listener.Addr().String())
	require.NoError(t, err)
	var asked atomic.Int32
	resolver := nameServer(t, func() [4]byte {
		if asked.Add(1) == 1 {
			return [4]byte{8, 8, 8, 8}
		}
		return [4]byte{127, 0, 0, 1}
	})
	seen, err := resolver.LookupNetIP(t.Context(), "ip4", "rebind.example")
	require.NoError(t, err)
	require.True(t, safehttp.Public(seen[0]), "at the first look it is public")
	client := safehttp.New(safehttp.Options{Resolver: resolver, Timeout: 2 * time.Second}).Client(5*time.Second, "http")
	_, err = client.Get("http://rebind.example:" + port + "/")
	require.ErrorIs(t, err, safehttp.ErrRefused)
	require.Zero(t, hits.Load())
	require.GreaterOrEqual(t, asked.Load(), int32(2))
}

// nameServer answers every question for an IPv4 address on a socket of this machine.
func nameServer(t *testing.T, answer func() [4]byte) *net.Resolver {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	go func() {
		buffer := make([]byte, 1500)
		for {
			n, from, err := conn.ReadFrom(buffer)
			if err != nil {
				return
			}
			var message dnsmessage.Message
			if message.Unpack(buffer[:n]) != nil || len(message.Questions) == 0 {
				continue
			}
			question := message.Questions[0]
			message.Response, message.Additionals = true, nil
			if question.Type == dnsmessage.TypeA {
				message.Answers = []dnsmessage.Resource{{
					Header: dnsmessage.ResourceHeader{Name: question.Name, Type: dnsmessage.TypeA, Class: dnsmessage.ClassINET}, Body: &dnsmessage.AResource{A: answer()},
				}}
			}
			if packed, err := message.Pack(); err == nil {
				_, _ = conn.WriteTo(packed, from)
			}
		}
	}()
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, "udp", conn.LocalAddr().String())
	}}
}

// A proxy of the environment would connect in our place, to anything.
func TestAttack10_NoProxyOfTheEnvironment(t *testing.T) {
	proxy, hits := target(t, nil)
	t.Setenv("HTTP_PROXY", proxy.URL)
	t.Setenv("HTTPS_PROXY", proxy.URL)
	require.Nil(t, safehttp.New(safehttp.Options{}).Transport().Proxy)
	_, err := safehttp.New(safehttp.Options{Timeout: time.Second}).Client(time.Second, "http").Get("http://169.254.169.254/latest/meta-data/")
	require.ErrorIs(t, err, safehttp.ErrRefused)
	require.Zero(t, hits.Load())
}

func TestAllowedServersAreReached(t *testing.T) {
	server, hits := target(t, nil)
	allowed, err := safehttp.HostPort(server.URL + "/some/path")
	require.NoError(t, err)
	client := safehttp.New(safehttp.Options{Allow: []string{allowed}}).Client(5*time.Second, "http")
	answer, err := client.Get(server.URL)
	require.NoError(t, err)
	require.NoError(t, answer.Body.Close())
	require.EqualValues(t, 1, hits.Load())
	for address, want := range map[string]string{"https://pay.example": "pay.example:443", "http://pay.example/x": "pay.example:80", "https://pay.example:8443": "pay.example:8443"} {
		got, err := safehttp.HostPort(address)
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
	_, err = safehttp.HostPort("pay.example")
	require.Error(t, err)
}
