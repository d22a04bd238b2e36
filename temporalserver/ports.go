package temporalserver

import (
	"fmt"
	"net"
	"strconv"
)

// PortCount is how many consecutive ports, from the base port on, one server takes.
const PortCount = 11

// Ports are the ports of one server, all derived from one number and all on loopback.
type Ports struct {
	Frontend, History, Matching, Worker                                         int // gRPC; clients talk to Frontend
	FrontendMembership, HistoryMembership, MatchingMembership, WorkerMembership int
	HTTP, PProf, Metrics                                                        int
}

// PortsFrom derives all ports from base: base itself is the one that clients use.
func PortsFrom(base int) Ports {
	return Ports{
		Frontend: base, History: base + 1, Matching: base + 2, Worker: base + 3,
		FrontendMembership: base + 4, HistoryMembership: base + 5, MatchingMembership: base + 6, WorkerMembership: base + 7,
		HTTP: base + 8, PProf: base + 9, Metrics: base + 10,
	}
}

// Each calls visit for every port with what it is used for, in ascending order.
func (p Ports) Each(visit func(port int, use string)) {
	visit(p.Frontend, "Temporal gRPC")
	visit(p.History, "Temporal history gRPC")
	visit(p.Matching, "Temporal matching gRPC")
	visit(p.Worker, "Temporal system worker gRPC")
	visit(p.FrontendMembership, "Temporal frontend membership")
	visit(p.HistoryMembership, "Temporal history membership")
	visit(p.MatchingMembership, "Temporal matching membership")
	visit(p.WorkerMembership, "Temporal system worker membership")
	visit(p.HTTP, "Temporal HTTP")
	visit(p.PProf, "Temporal profiling")
	visit(p.Metrics, "Temporal metrics")
}

// Address returns the loopback address of a base port, as clients dial it.
func Address(base int) string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(base)) }

func validBase(base int) error {
	if base < 1024 || base+PortCount-1 > 65535 {
		return fmt.Errorf("temporal base port %d: it and the %d ports after it must lie between 1024 and 65535", base, PortCount-1)
	}
	return nil
}
