package sandbox

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"time"
)

// Kind names what goes wrong.
type Kind string

const (
	AppliedThenTimeout Kind = "applied_then_timeout" // done, then no answer
	TimeoutBeforeApply Kind = "timeout_before_apply" // not done, no answer
	Doubled            Kind = "doubled_notices"      // every notice twice
	Disordered         Kind = "disordered_notices"   // a notice is held back, so that newer ones overtake it
	ForgedNotice       Kind = "forged_notices"       // beside the true notice, one with altered content under a wrong key
	RateLimit          Kind = "rate_limit"           // "too many calls", in the dialect's words
	CountLimit         Kind = "count_limit"          // "no further refund of this payment"
	BalanceShort       Kind = "balance_short"        // "the merchant's balance is short"
	KeyForgotten       Kind = "key_forgotten"        // a repeated key is not known as a repeat; a query still finds it
	Pending            Kind = "pending"              // accepted, done only after ms
	Down               Kind = "down"                 // 503
	Slow               Kind = "slow"                 // answers after ms
)

var (
	families = []string{"alipay", "wechat", "kuaidi100", "shop", "insurance"}
	kinds    = []Kind{AppliedThenTimeout, TimeoutBeforeApply, Doubled, Disordered, ForgedNotice, RateLimit, CountLimit, BalanceShort, KeyForgotten, Pending, Down, Slow}
)

// Fault is one switch. Next fires it for the next N matching calls, Probability for a share of them (the same
// Seed gives the same course); with neither it fires always.
type Fault struct {
	Family string `json:"family"` // "alipay", "wechat", "kuaidi100", "shop", "insurance"
	// Op is one operation, "" any. Rails: "refund", "query" (of a refund), "bill", "charge", "find_charge", "close", "payout",
	// "find_payout"; of their notices: "refund", "charge", "chargeback". Kuaidi100: "subscribe", "order", "query", "cancel", "intercept".
	// Shop: "query" (of an order), "prices", "draw", "find_draw", "funds". Insurance: "claim", "find_claim".
	Op          string  `json:"op,omitempty"`
	Kind        Kind    `json:"kind"`
	Next        int     `json:"next,omitempty"`
	Probability float64 `json:"probability,omitempty"`
	Seed        uint64  `json:"seed,omitempty"`
	Ms          int     `json:"ms,omitempty"` // slow, pending, disordered: how long; time-outs: how long to hang before the connection breaks
}

func (f Fault) check() error {
	switch {
	case !slices.Contains(families, f.Family):
		return fmt.Errorf("family %q is none of %v", f.Family, families)
	case !slices.Contains(kinds, f.Kind):
		return fmt.Errorf("kind %q is none of %v", f.Kind, kinds)
	case f.Next < 0 || f.Ms < 0 || f.Ms > 600_000:
		return fmt.Errorf("next and ms must not be negative, and ms at most 600000")
	case f.Probability < 0 || f.Probability > 1:
		return fmt.Errorf("probability must be from 0 to 1")
	}
	return nil
}

// switches holds the faults that are on.
type switches struct {
	mu    sync.Mutex
	list  []armed
	dirty bool
}

type armed struct {
	Fault
	random *rand.Rand
}

func (s *switches) set(list []Fault) error {
	next := make([]armed, 0, len(list))
	for i, fault := range list {
		if err := fault.check(); err != nil {
			return fmt.Errorf("fault %d: %w", i+1, err)
		}
		next = append(next, armed{fault, rand.New(rand.NewPCG(fault.Seed, uint64(i)))})
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.list, s.dirty = next, true
	return nil
}

func (s *switches) get() []Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := make([]Fault, 0, len(s.list))
	for _, one := range s.list {
		list = append(list, one.Fault)
	}
	return list
}

// take says whether the fault fires for this call, and counts it.
func (s *switches) take(family, op string, kind Kind) (Fault, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range s.list {
		one := &s.list[i]
		if one.Family != family || one.Kind != kind || (one.Op != "" && one.Op != op) {
			continue
		}
		if one.Probability > 0 && one.random.Float64() >= one.Probability {
			continue
		}
		fired := one.Fault
		if one.Next > 0 {
			s.dirty = true
			if one.Next--; one.Next == 0 {
				s.list = slices.Delete(s.list, i, i+1)
			}
		}
		return fired, true
	}
	return Fault{}, false
}

// changed returns the faults as JSON when they changed since the last call, so that they survive a restart.
func (s *switches) changed() (string, bool) {
	s.mu.Lock()
	dirty := s.dirty
	s.dirty = false
	s.mu.Unlock()
	if !dirty {
		return "", false
	}
	content, err := json.Marshal(s.get())
	return string(content), err == nil
}

// enter plays the faults that come before any work: slow and down. It returns false when the answer was given.
func (s *Server) enter(w http.ResponseWriter, r *http.Request, family, op string) bool {
	if fault, on := s.faults.take(family, op, Slow); on {
		wait(r, fault.Ms)
	}
	if _, on := s.faults.take(family, op, Down); on {
		http.Error(w, "the sandbox plays a partner that is down", http.StatusServiceUnavailable)
		return false
	}
	return true
}

// breakOff plays a time-out: it may hang, then closes the connection without an answer.
func (s *Server) breakOff(r *http.Request, family, op string, kind Kind) {
	if fault, on := s.faults.take(family, op, kind); on {
		wait(r, fault.Ms)
		panic(http.ErrAbortHandler)
	}
}

func wait(r *http.Request, ms int) {
	timer := time.NewTimer(time.Duration(ms) * time.Millisecond)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-r.Context().Done():
	}
}
