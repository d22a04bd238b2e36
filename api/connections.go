package api

import (
	"net"
	"net/netip"
	"sync"
)

// crowd accepts connections, of each address only so many at a time: whoever opens more, and says nothing over them, must not
// take the places of others. More are closed before anything is read. This machine and trusted proxies are not counted: those
// stand for many.
type crowd struct {
	net.Listener
	most    int
	proxies []netip.Prefix

	mu   sync.Mutex
	open map[string]int // connections, by bucketOf
}

// bounded lets at most so many connections of one address in; 0: any number. proxies are addresses and networks.
func bounded(listener net.Listener, most int, proxies []string) net.Listener {
	if most <= 0 {
		return listener
	}
	c := &crowd{Listener: listener, most: most, open: map[string]int{}}
	for _, text := range proxies {
		if prefix, err := netip.ParsePrefix(text); err == nil {
			c.proxies = append(c.proxies, prefix)
		} else if ip, err := netip.ParseAddr(text); err == nil {
			c.proxies = append(c.proxies, netip.PrefixFrom(ip, ip.BitLen()))
		}
	}
	return c
}

// Accept waits for the next connection that may come in.
func (c *crowd) Accept() (net.Conn, error) {
	for {
		conn, err := c.Listener.Accept()
		if err != nil {
			return nil, err
		}
		who := c.counted(conn.RemoteAddr())
		if who == "" {
			return conn, nil
		}
		if c.enter(who) {
			return &guest{Conn: conn, leave: sync.OnceFunc(func() { c.leave(who) })}, nil
		}
		_ = conn.Close()
	}
}

// counted names whom a connection counts for; empty: nobody.
func (c *crowd) counted(remote net.Addr) string {
	at, err := netip.ParseAddrPort(remote.String())
	if err != nil {
		return ""
	}
	ip := at.Addr().Unmap().WithZone("")
	for _, proxy := range c.proxies {
		if proxy.Contains(ip) {
			return ""
		}
	}
	return bucketOf(ip.String())
}

func (c *crowd) enter(who string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.open[who] >= c.most {
		return false
	}
	c.open[who]++
	return true
}

func (c *crowd) leave(who string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.open[who]--; c.open[who] == 0 {
		delete(c.open, who)
	}
}

// guest gives its place back when it goes, however often it is closed.
type guest struct {
	net.Conn
	leave func()
}

// Close ends the connection.
func (g *guest) Close() error {
	defer g.leave()
	return g.Conn.Close()
}
