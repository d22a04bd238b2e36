package partners_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"aftersales/partners"
)

// A partner that answers is well, also when it says no; one that fails, or does not answer, is not; what we gave up ourselves
// does not count.
func TestCallsAreCounted(t *testing.T) {
	now := time.Date(2026, 3, 2, 12, 0, 30, 0, time.UTC)
	hold := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/ill":
			w.WriteHeader(http.StatusBadGateway)
		case "/busy":
			w.WriteHeader(http.StatusTooManyRequests)
		case "/no":
			w.WriteHeader(http.StatusForbidden)
		case "/silent":
			<-hold
		}
	}))
	defer server.Close()
	defer close(hold)
	meter := &partners.Meter{Now: func() time.Time { return now }}
	client := &http.Client{Transport: meter.Watched("alipay", nil)}
	call := func(ctx context.Context, url string) {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
		require.NoError(t, err)
		if answer, err := client.Do(request); err == nil {
			require.NoError(t, answer.Body.Close())
		}
	}
	taken := func() partners.Tally {
		t.Helper()
		all := meter.Take()
		require.Len(t, all, 1)
		return all[0]
	}
	minute := now.Truncate(time.Minute)

	call(t.Context(), server.URL+"/no")
	call(t.Context(), server.URL+"/ill")
	call(t.Context(), server.URL+"/busy")
	tally := taken()
	require.Equal(t, partners.Calls{All: 3, Failed: 2}, tally.Minutes[minute])
	require.Equal(t, "429", tally.FailedWith)
	require.EqualValues(t, 2, tally.FailuresInRow)
	require.NotNil(t, tally.SucceededAt)
	require.Empty(t, meter.Take(), "taken once")

	call(t.Context(), "http://127.0.0.1:1/")
	require.Equal(t, "unreachable", taken().FailedWith)
	late, stop := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer stop()
	call(late, server.URL+"/silent")
	require.Equal(t, "timeout", taken().FailedWith)
	given, giveUp := context.WithCancel(t.Context())
	giveUp()
	call(given, server.URL+"/silent")
	require.Empty(t, meter.Take(), "given up by ourselves")

	call(t.Context(), server.URL+"/ill")
	old := meter.Take()
	now = now.Add(time.Minute)
	call(t.Context(), server.URL+"/")
	meter.GiveBack(old)
	tally = taken()
	require.Len(t, tally.Minutes, 2)
	require.Equal(t, partners.Calls{All: 1, Failed: 1}, tally.Minutes[minute])
	require.Zero(t, tally.FailuresInRow, "the success came after")
	require.Equal(t, "502", tally.FailedWith)
}
