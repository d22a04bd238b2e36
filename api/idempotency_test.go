package api_test

import (
	"context"
	"encoding/json"
	"maps"
	"net/http/httptest"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"aftersales/api"
	"aftersales/fault"
	"aftersales/workflows/contract"
)

func withdraw(r *rig, t *testing.T, role, key string) *httptest.ResponseRecorder {
	return r.do(t, call{method: "POST", path: "/v1/cases/c/withdraw", token: role, header: map[string]string{"Idempotency-Key": key}})
}

func TestTheSameKeyGetsTheFirstAnswerEverAfter(t *testing.T) {
	r := newRig(t)
	first := withdraw(r, t, "customer", "k1")
	require.Equal(t, 200, first.Code)
	require.Empty(t, first.Header().Get("Idempotency-Replayed"))
	r.command = func(context.Context, string, string, contract.Command) (contract.Ack, error) {
		return contract.Ack{}, fault.New(fault.CaseClosed)
	}
	for range 3 {
		again := withdraw(r, t, "customer", "k1")
		require.Equal(t, first.Code, again.Code)
		require.Equal(t, first.Body.String(), again.Body.String())
		require.Equal(t, first.Header().Get("Content-Type"), again.Header().Get("Content-Type"))
		require.Equal(t, "true", again.Header().Get("Idempotency-Replayed"))
	}
	require.Equal(t, 1, r.count())
	problem(t, withdraw(r, t, "customer", "k2"), 409, "case_closed")
	r.command = nil
	problem(t, withdraw(r, t, "customer", "k2"), 409, "case_closed")
}

func TestAKeyIsForOneRequestOfOnePerson(t *testing.T) {
	r := newRig(t)
	require.Equal(t, 200, withdraw(r, t, "customer", "k1").Code)
	header := map[string]string{"Idempotency-Key": "k1"}
	problem(t, r.do(t, call{method: "POST", path: "/v1/cases/c/withdraw", token: "customer", header: header, body: `{"expected_revision":1}`}), 422, "idempotency_key_reused")
	problem(t, r.do(t, call{method: "POST", path: "/v1/cases/other/withdraw", token: "customer", header: header}), 422, "idempotency_key_reused")
	problem(t, r.do(t, call{method: "POST", path: "/v1/cases/c/escalate", token: "customer", header: header}), 422, "idempotency_key_reused")
	require.Equal(t, 200, r.do(t, call{method: "POST", path: "/v1/cases/c/inspect", token: "merchant", header: header}).Code, "another person's key is another key")
}

func TestAKeyIsNeeded(t *testing.T) {
	r := newRig(t)
	long := make([]byte, 129)
	for i := range long {
		long[i] = 'k'
	}
	for _, bad := range []string{"", "with space", "钥匙", "tab\tin", string(long)} {
		problem(t, withdraw(r, t, "customer", bad), 400, "idempotency_key_missing")
	}
	require.Zero(t, r.count())
	require.Equal(t, 200, withdraw(r, t, "customer", string(long[:128])).Code)
}

func TestOnlyDefinitiveAnswersAreKept(t *testing.T) {
	for code, kept := range map[fault.Code]bool{
		fault.Internal: false, fault.Unavailable: false, fault.TooManyTries: false, fault.SignInRequired: false,
		fault.StaleRevision: true, fault.NotFound: true, fault.OwnApproval: true, fault.AmountTooLarge: true,
	} {
		r := newRig(t)
		r.command = func(context.Context, string, string, contract.Command) (contract.Ack, error) {
			return contract.Ack{}, fault.New(code)
		}
		problem(t, withdraw(r, t, "customer", "k"), fault.New(code).Status(), string(code))
		r.command = nil
		if again := withdraw(r, t, "customer", "k"); kept {
			problem(t, again, fault.New(code).Status(), string(code))
		} else {
			require.Equal(t, 200, again.Code, code)
		}
	}
}

func TestRefusalsBeforeTheHandlerUseUpNoKey(t *testing.T) {
	r := newRig(t)
	header := map[string]string{"Idempotency-Key": "k"}
	problem(t, r.do(t, call{method: "POST", path: "/v1/cases/c/withdraw", token: "agent", header: header}), 403, "forbidden")
	problem(t, r.do(t, call{method: "POST", path: "/v1/cases/c/withdraw", token: "customer", header: header, body: `{`}), 400, "bad_request")
	require.Equal(t, 200, withdraw(r, t, "customer", "k").Code)
}

func TestTwinsSideBySideBothReachTheServiceAndGetOneAnswer(t *testing.T) {
	var clock atomic.Int64
	clock.Store(noon.Unix())
	r := newRig(t, func(o *api.Options) { o.Now = func() time.Time { return time.Unix(clock.Add(1), 0) } })
	both := make(chan struct{}, 2)
	release := make(chan struct{})
	var n atomic.Int64
	r.command = func(context.Context, string, string, contract.Command) (contract.Ack, error) {
		seq := n.Add(1)
		both <- struct{}{}
		<-release
		return contract.Ack{CaseID: "c", Stage: contract.StageEnded, Seq: seq}, nil // different, to show who wins
	}
	answers := make([]string, 2)
	var all sync.WaitGroup
	for i := range answers {
		all.Go(func() { answers[i] = withdraw(r, t, "customer", "k").Body.String() })
	}
	<-both
	<-both
	close(release)
	all.Wait()
	require.Equal(t, answers[0], answers[1])
	require.Equal(t, answers[0], withdraw(r, t, "customer", "k").Body.String())
	require.Equal(t, r.commands[0].About().ReceivedAt, r.commands[1].About().ReceivedAt, "both arrived when the first did")
}

func TestTheReceivingTimeIsTheFirstOnes(t *testing.T) {
	now := noon
	r := newRig(t, func(o *api.Options) { o.Now = func() time.Time { return now } })
	r.command = func(context.Context, string, string, contract.Command) (contract.Ack, error) {
		return contract.Ack{}, fault.New(fault.Unavailable)
	}
	problem(t, withdraw(r, t, "customer", "k"), 503, "unavailable")
	now = noon.Add(4 * time.Minute)
	problem(t, withdraw(r, t, "customer", "k"), 503, "unavailable")
	require.Equal(t, noon, r.commands[1].About().ReceivedAt, "a client that asks again loses nothing")
	now, r.command = noon.Add(time.Hour), nil
	require.Equal(t, 200, withdraw(r, t, "customer", "k").Code)
	require.Equal(t, now, r.commands[2].About().ReceivedAt, "a key laid in long ago buys no time")
}

func TestTheAnswerIsKeptAlthoughTheClientIsGone(t *testing.T) {
	r := newRig(t)
	request := httptest.NewRequest("POST", "/v1/cases/c/withdraw", nil)
	ctx, leave := context.WithCancel(request.Context())
	request = request.WithContext(ctx)
	request.Header.Set("Authorization", "Bearer customer")
	request.Header.Set("Idempotency-Key", "k")
	r.command = func(context.Context, string, string, contract.Command) (contract.Ack, error) {
		leave()
		return contract.Ack{CaseID: "c", Stage: contract.StageEnded}, nil
	}
	r.server.Handler().ServeHTTP(httptest.NewRecorder(), request)
	require.Equal(t, "true", withdraw(r, t, "customer", "k").Header().Get("Idempotency-Replayed"))
}

// Answers with something that is said once - a key, a link, a receipt - are marked, so that a repeat does not say it for weeks.
func TestAnswersThatHoldASecretAreMarked(t *testing.T) {
	r := newRig(t)
	secret := map[string]bool{"token": true, "receipt": true, "secret": true, "link": true}
	var marked []string
	for _, route := range api.Routes() {
		if !route.Flags.Has(api.Keyed) {
			require.False(t, route.Flags.Has(api.Secret), "%s keeps no answer anyhow", route.Action)
			continue
		}
		answer := r.do(t, sound(route, map[byte]string{'C': "customer", 'M': "merchant", 'A': "agent", 'S': "supervisor", 'E': "editor", 'O': "operator"}[allowed[route.Action][0]], 1))
		require.Less(t, answer.Code, 300, route.Action)
		var body map[string]any
		if answer.Body.Len() > 0 {
			require.NoError(t, json.Unmarshal(answer.Body.Bytes(), &body), route.Action)
		}
		holds := false
		for name := range body {
			holds = holds || secret[name]
		}
		require.Equal(t, holds, route.Flags.Has(api.Secret), "%s answers with %v", route.Action, slices.Sorted(maps.Keys(body)))
		if holds {
			marked = append(marked, route.Action)
		}
	}
	require.ElementsMatch(t, []string{"webhook.create", "webhook.rotate", "key.create", "key.rotate", "staff.invite", "staff.invite.again", "staff.recover", "customer.recover", "erasure.ask"}, marked)
	for _, row := range r.keys.rows {
		require.Equal(t, slices.Contains(marked, row.request.Action), row.request.Secret, row.request.Action)
	}
}
