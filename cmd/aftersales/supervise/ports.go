package supervise

import (
	"context"
	"errors"
	"fmt"
	"net"
	"syscall"
	"time"
)

// Port is one that will be listened on.
type Port struct {
	Address string // host:port
	Use     string // what for: "API"
	Change  string // how to choose another: "AFTERSALES_API_LISTEN=127.0.0.1:8081"
}

// portPatience covers the moment in which processes of a supervisor that was killed are still dying.
const portPatience = 3 * time.Second

// CheckPorts finds out, before anything is started, whether all ports can be had. The error has one line for each
// that can't: who has it, if that can be seen, and which setting changes it.
func CheckPorts(ctx context.Context, ports []Port) error {
	deadline := time.Now().Add(portPatience)
	for {
		err := LookAtPorts(ports)
		if err == nil || time.Now().After(deadline) {
			return err
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// LookAtPorts is CheckPorts without patience.
func LookAtPorts(ports []Port) error {
	var errs []error
	for _, p := range ports {
		l, err := net.Listen("tcp", p.Address)
		switch {
		case err == nil:
			_ = l.Close()
		case errors.Is(err, syscall.EADDRINUSE):
			errs = append(errs, fmt.Errorf("port %s (%s) is taken%s: stop that program, or choose another port with %s", p.Address, p.Use, holder(p.Address), p.Change))
		default:
			errs = append(errs, fmt.Errorf("port %s (%s) can't be used: %w; choose another with %s", p.Address, p.Use, err, p.Change))
		}
	}
	return errors.Join(errs...)
}

func holder(address string) string {
	tcp, err := net.ResolveTCPAddr("tcp", address)
	if err != nil {
		return ""
	}
	if name := whoListens(tcp.Port); name != "" {
		return " by " + name
	}
	return " by a program of another user"
}
