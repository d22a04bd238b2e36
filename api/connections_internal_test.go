package api

import (
	"errors"
	"net"
	"testing"

	"github.com/stretchr/testify/require"
)

// arrivals is a listener to which connections come from the addresses that a test says.
type arrivals struct {
	net.Listener
	next chan net.Conn
}

func (a arrivals) Accept() (net.Conn, error) {
	if conn, more := <-a.next; more {
		return conn, nil
	}
	return nil, errors.New("nobody comes any more")
}

type visitor struct {
	net.Conn
	from   net.Addr
	closed bool
}

func (v *visitor) RemoteAddr() net.Addr { return v.from }
func (v *visitor) Close() error         { v.closed = true; return nil }

// Whoever opens connection after connection takes nobody else's place; this machine and proxies stand for many.
func TestAttack13_ConnectionsOfOneAddress(t *testing.T) {
	come := make(chan net.Conn, 100)
	crowd := bounded(arrivals{next: come}, 3, []string{"10.0.0.0/8", "192.0.2.9", "fd00::1"})
	from := func(ip string) *visitor {
		v := &visitor{from: &net.TCPAddr{IP: net.ParseIP(ip), Port: 4000}}
		come <- v
		return v
	}
	in := func() net.Conn {
		conn, err := crowd.Accept()
		require.NoError(t, err)
		return conn
	}
	for _, ip := range []string{"203.0.113.7", "::ffff:203.0.113.7", "203.0.113.7"} {
		from(ip)
	}
	first := in()
	in()
	in()
	over, other := from("203.0.113.7"), from("203.0.113.8")
	require.Equal(t, other.from, in().RemoteAddr(), "others come in")
	require.True(t, over.closed)
	require.False(t, other.closed)
	require.NoError(t, first.Close())
	require.NoError(t, first.Close(), "twice gives one place back")
	from("203.0.113.7")
	in()
	late := from("203.0.113.7")
	for n := range 3 { // a network of 64 bits is one address
		from([]string{"2001:db8:1:2::1", "2001:db8:1:2:3::1", "2001:db8:1:2::9"}[n])
		in()
	}
	require.True(t, late.closed)
	same, neighbour := from("2001:db8:1:2:ffff::1"), from("2001:db8:1:3::1")
	require.Equal(t, neighbour.from, in().RemoteAddr())
	require.True(t, same.closed)
	for _, ip := range []string{"127.0.0.1", "::1", "10.1.2.3", "192.0.2.9", "fd00::1"} {
		for range 5 {
			v := from(ip)
			require.Equal(t, v.from, in().RemoteAddr(), ip)
		}
	}
	close(come)
	_, err := crowd.Accept()
	require.Error(t, err)
	plain := arrivals{next: come}
	require.Equal(t, net.Listener(plain), bounded(plain, 0, nil), "0: no limit")
}
