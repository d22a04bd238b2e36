package partners

import (
	"context"
	"errors"
	"maps"
	"net"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"
)

// Meter counts how calls to partners go, minute by minute, in memory. Whoever keeps it takes what was counted now and then:
// it grows with partners and minutes, not with calls.
type Meter struct {
	Now func() time.Time // nil: time.Now

	mu   sync.Mutex
	seen map[string]*Tally
}

// Tally is what was counted of one partner since it was taken last.
type Tally struct {
	Partner       string
	Minutes       map[time.Time]Calls // by their beginning
	SucceededAt   *time.Time
	FailedAt      *time.Time
	FailedWith    string // a code: timeout, refused, 502, ...
	FailuresInRow int64  // since the last success, or since it was taken last
}

// Calls are how many there were, and how many of them failed: no answer, or one that says that the partner cannot.
type Calls struct{ All, Failed int64 }

// Watched lets a meter see the calls to a partner.
func (m *Meter) Watched(partner string, base http.RoundTripper) http.RoundTripper {
	if base == nil {
		base = http.DefaultTransport
	}
	return watched{m, partner, base}
}

type watched struct {
	meter   *Meter
	partner string
	base    http.RoundTripper
}

func (w watched) RoundTrip(request *http.Request) (*http.Response, error) {
	answer, err := w.base.RoundTrip(request)
	switch {
	case err != nil && errors.Is(context.Cause(request.Context()), context.Canceled):
		// we gave it up ourselves: that says nothing about the partner
	case err != nil:
		w.meter.note(w.partner, codeOf(err))
	case answer.StatusCode >= http.StatusInternalServerError || answer.StatusCode == http.StatusTooManyRequests:
		w.meter.note(w.partner, strconv.Itoa(answer.StatusCode))
	default:
		w.meter.note(w.partner, "")
	}
	return answer, err
}

// codeOf names a failure without the words of an error, which may hold an address.
func codeOf(err error) string {
	var waited interface{ Timeout() bool }
	var dial *net.OpError
	switch {
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &waited) && waited.Timeout():
		return "timeout"
	case errors.As(err, &dial) && dial.Op == "dial":
		return "unreachable"
	}
	return "broken_off"
}

// note counts a call; an empty code is a success.
func (m *Meter) note(partner, code string) {
	now := time.Now()
	if m.Now != nil {
		now = m.Now()
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.seen == nil {
		m.seen = map[string]*Tally{}
	}
	t := m.seen[partner]
	if t == nil {
		t = &Tally{Partner: partner, Minutes: map[time.Time]Calls{}}
		m.seen[partner] = t
	}
	minute := now.UTC().Truncate(time.Minute)
	calls := t.Minutes[minute]
	calls.All++
	if code == "" {
		t.SucceededAt, t.FailuresInRow = &now, 0
	} else {
		calls.Failed++
		t.FailedAt, t.FailedWith = &now, code
		t.FailuresInRow++
	}
	t.Minutes[minute] = calls
}

// Take returns what was counted since the last time, by partner, and begins anew.
func (m *Meter) Take() []Tally {
	m.mu.Lock()
	defer m.mu.Unlock()
	taken := make([]Tally, 0, len(m.seen))
	for _, partner := range slices.Sorted(maps.Keys(m.seen)) {
		taken = append(taken, *m.seen[partner])
	}
	m.seen = nil
	return taken
}

// GiveBack counts in what was taken and could not be kept. Only the newest minutes stay, so that nothing piles up.
func (m *Meter) GiveBack(taken []Tally) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.seen == nil {
		m.seen = map[string]*Tally{}
	}
	for _, old := range taken {
		t := m.seen[old.Partner]
		if t == nil {
			m.seen[old.Partner] = &old
			keepNewest(old.Minutes)
			continue
		}
		for minute, calls := range old.Minutes {
			sum := t.Minutes[minute]
			t.Minutes[minute] = Calls{sum.All + calls.All, sum.Failed + calls.Failed}
		}
		keepNewest(t.Minutes)
		if t.SucceededAt == nil {
			t.SucceededAt, t.FailuresInRow = old.SucceededAt, t.FailuresInRow+old.FailuresInRow
		}
		if t.FailedAt == nil {
			t.FailedAt, t.FailedWith = old.FailedAt, old.FailedWith
		}
	}
}

const mostMinutes = 15

func keepNewest(minutes map[time.Time]Calls) {
	for len(minutes) > mostMinutes {
		oldest := slices.MinFunc(slices.Collect(maps.Keys(minutes)), time.Time.Compare)
		delete(minutes, oldest)
	}
}
