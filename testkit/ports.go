package testkit

import (
	"math/rand/v2"
	"net"
	"strconv"
	"sync"
	"testing"
)

// Ports are taken from below the range from which Linux serves outgoing connections, so that none of those can slip
// in between our look and the server's bind.
const (
	lowestPort  = 15000
	highestPort = 32000
)

var givenPorts struct {
	sync.Mutex
	taken map[int]bool
}

// FreePort returns a loopback port that nobody listens on and that this process has not been given before.
func FreePort(t testing.TB) int {
	t.Helper()
	return FreePorts(t, 1)
}

// FreePorts returns the first of n consecutive such ports.
func FreePorts(t testing.TB, n int) int {
	t.Helper()
	base, ok := freePorts(n)
	if !ok {
		t.Fatalf("no %d consecutive free ports between %d and %d on 127.0.0.1", n, lowestPort, highestPort)
	}
	return base
}

func freePorts(n int) (base int, ok bool) {
	givenPorts.Lock()
	defer givenPorts.Unlock()
	if givenPorts.taken == nil {
		givenPorts.taken = map[int]bool{}
	}
	for range 1000 {
		base := lowestPort + rand.IntN(highestPort-lowestPort-n)
		if !allFree(base, n) {
			continue
		}
		for port := base; port < base+n; port++ {
			givenPorts.taken[port] = true
		}
		return base, true
	}
	return 0, false
}

func allFree(base, n int) bool {
	for port := base; port < base+n; port++ {
		if givenPorts.taken[port] {
			return false
		}
		l, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
		if err != nil {
			return false
		}
		_ = l.Close()
	}
	return true
}
