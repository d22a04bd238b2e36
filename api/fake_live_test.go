package api_test

import (
	"context"
	"io"
	"net/http"
	"sync/atomic"
	"time"

	"aftersales/identity"
)

// fakeLive answers what a connection would.
type fakeLive struct {
	draining atomic.Bool
	session  atomic.Value // of the last connection
}

func (*fakeLive) Ticket(_ context.Context, person identity.Person) (string, time.Time, error) {
	return "ticket of " + person.ID, noon, nil
}

func (f *fakeLive) Socket(w http.ResponseWriter, _ *http.Request, session string) {
	f.session.Store(session)
	w.WriteHeader(http.StatusSwitchingProtocols)
}

func (f *fakeLive) Stream(w http.ResponseWriter, _ *http.Request, session string) {
	f.session.Store(session)
	_, _ = io.WriteString(w, "hello\n")
}

func (*fakeLive) Send(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }
func (f *fakeLive) Draining() bool                            { return f.draining.Load() }
func (f *fakeLive) Drain(context.Context) error               { f.draining.Store(true); return nil }
