package partners_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"aftersales/partners"
)

func TestValidWaybill(t *testing.T) {
	for _, good := range [][2]string{
		{"sf", "SF1234567890123"}, {"sf", "123456789012"}, {"yto", "YT1234567890123"}, {"zto", "78123456789012"}, {"sto", "773123456789012"},
		{"yunda", "4312345678901"}, {"jt", "JT1234567890123"}, {"jd", "JDVA12345678901"}, {"jd", "JDVA12345678901-1-1-"}, {"ems", "EA123456789CN"}, {"ems", "1234567890123"},
	} {
		require.True(t, partners.ValidWaybill(good[0], good[1]), good)
	}
	for _, bad := range [][2]string{
		{"sf", ""}, {"sf", "SF123"}, {"sf", "sf1234567890123"}, {"sf", " SF1234567890123"}, {"sf", "SF1234567890123\n"}, {"sf", "YT1234567890123"},
		{"yto", "YT12"}, {"ems", "EA12345678CN"}, {"pigeon", "123456789012"}, {"", "123456789012"}, {"sf", "SF１２３４５６７８９０１２３"},
	} {
		require.False(t, partners.ValidWaybill(bad[0], bad[1]), bad)
	}
}

// What a failed call means: down when surely nothing was done, unknown when something may have been.
func TestTransportClassifies(t *testing.T) {
	var status atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body) // only then the server notices that the client hangs up
		switch code := int(status.Load()); code {
		case 0:
			panic(http.ErrAbortHandler)
		case 1: // breaks off in the middle of the body
			w.Header().Set("Content-Length", "100")
			io.WriteString(w, "half")
			http.NewResponseController(w).Flush()
			panic(http.ErrAbortHandler)
		case 2:
			io.WriteString(w, strings.Repeat("x", 100))
		case 3:
			<-r.Context().Done()
		default:
			w.WriteHeader(code)
		}
	}))
	defer server.Close()
	call := func(method, address string, ctx context.Context) error {
		client := (&partners.Transport{Partner: "p", Timeout: 200 * time.Millisecond, MaxBody: 50}).Client()
		request, err := http.NewRequestWithContext(ctx, method, address, strings.NewReader("body"))
		require.NoError(t, err)
		answer, err := client.Do(request)
		if err != nil {
			var known *partners.Error
			require.True(t, errors.As(err, &known), "%v", err)
			return err
		}
		return answer.Body.Close()
	}
	for _, one := range []struct {
		status     int32
		post, read partners.Failure
	}{
		{0, partners.Unknown, partners.Down}, {1, partners.Unknown, partners.Down}, {2, partners.Unknown, partners.Down}, {3, partners.Unknown, partners.Down},
		{500, partners.Unknown, partners.Down}, {502, partners.Unknown, partners.Down}, {504, partners.Unknown, partners.Down}, {302, partners.Unknown, partners.Down},
		{503, partners.Down, partners.Down}, {429, partners.Down, partners.Down},
	} {
		status.Store(one.status)
		require.Equal(t, one.post, partners.FailureOf(call(http.MethodPost, server.URL, context.Background())), "post %d", one.status)
		require.Equal(t, one.read, partners.FailureOf(call(http.MethodPost, server.URL, partners.Reading(context.Background()))), "reading %d", one.status)
		require.Equal(t, one.read, partners.FailureOf(call(http.MethodGet, server.URL, context.Background())), "get %d", one.status)
	}
	status.Store(400)
	require.NoError(t, call(http.MethodPost, server.URL, context.Background()), "the adapter reads it")
	server.Close()
	require.Equal(t, partners.Down, partners.FailureOf(call(http.MethodPost, server.URL, context.Background())))
}

func TestTradeNoAndNote(t *testing.T) {
	require.Equal(t, "charge_1", partners.TradeNo("charge_1"))
	seen := map[string]string{}
	for _, key := range []string{"charge_1", "charge-1", "6ba7b810-9dad-51d1-80b4-00c04fd430c8", "6ba7b8109dad51d180b400c04fd430c8", "short", strings.Repeat("k", 64), strings.Repeat("k", 33)} {
		number := partners.TradeNo(key)
		require.Regexp(t, "^[A-Za-z0-9_]{6,32}$", number)
		require.Empty(t, seen[number], "%s and %s", key, seen[number])
		seen[number] = key
		read, merchant, err := partners.ReadNote(partners.ChargeRequest{Key: key, MerchantID: "m:1.a"}.Note(), number)
		require.NoError(t, err)
		require.Equal(t, [2]string{key, "m:1.a"}, [2]string{read, merchant})
		_, _, err = partners.ReadNote(key, number)
		require.Error(t, err)
		_, _, err = partners.ReadNote("other_key|m", number)
		require.Error(t, err)
	}
}
