package api_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"aftersales/api"
	"aftersales/models"
	"aftersales/workflows/contract"
)

// trail is the audit trail in a slice.
type trail struct {
	mu     sync.Mutex
	events []models.AuditEvent
	broken bool
}

func (f *trail) Record(_ context.Context, event models.AuditEvent) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.broken {
		return errors.New("the trail is away")
	}
	f.events = append(f.events, event)
	return nil
}

func (f *trail) take() []models.AuditEvent {
	f.mu.Lock()
	defer f.mu.Unlock()
	events := f.events
	f.events = nil
	return events
}

func newAuditedRig(t *testing.T) (*rig, *trail) {
	found := &trail{}
	return newRig(t, func(o *api.Options) { o.Audit = found }), found
}

const approval = `{"approval_id":"ap-1","hash":"h","approve":true}`

func TestADecisionOnMoneyIsInTheTrailBeforeItsAnswerOnceAndWithItsContent(t *testing.T) {
	r, found := newAuditedRig(t)
	c := call{method: "POST", path: "/v1/cases/case-1/decide", token: "supervisor", header: key(), body: approval, stepUp: true}
	first := r.do(t, c)
	require.Equal(t, 200, first.Code, first.Body)
	events := found.take()
	require.Len(t, events, 1)
	e := events[0]
	require.Equal(t, []string{"supervisor", "st-3", "case.refund.approve", "case", "case-1", models.AuditDone},
		[]string{e.ActorKind, e.ActorID, e.Action, e.SubjectKind, e.SubjectID, e.Outcome})
	require.Len(t, e.Detail["content"], 64)
	require.Len(t, e.Detail["asked"], 64, "by which a request is found that left no answer")
	require.NotEmpty(t, e.Detail["request"])

	again := r.do(t, c)
	require.Equal(t, first.Body.String(), again.Body.String())
	require.Empty(t, found.take(), "the same request a second time decides nothing")
}

func TestRefusedAndFailedDecisionsAreInTheTrailWithTheirReason(t *testing.T) {
	r, found := newAuditedRig(t)
	for err, want := range map[error]string{
		errors.New("raw"): models.AuditFailed + " internal",
		context.Canceled:  models.AuditFailed + " unavailable",
	} {
		r.command = func(context.Context, string, string, contract.Command) (contract.Ack, error) {
			return contract.Ack{}, err
		}
		r.do(t, call{method: "POST", path: "/v1/cases/case-1/decide", token: "supervisor", header: key(), body: approval, stepUp: true})
		events := found.take()
		require.Len(t, events, 1)
		require.Equal(t, want, events[0].Outcome+" "+events[0].Reason)
	}
	problem(t, r.do(t, call{method: "POST", path: "/v1/cases/case-1/decide", token: "agent", header: key(), body: approval, stepUp: true}), 403, "forbidden")
	events := found.take()
	require.Len(t, events, 1)
	require.Equal(t, models.AuditRefused+" forbidden", events[0].Outcome+" "+events[0].Reason)
	require.Equal(t, "st-2", events[0].ActorID)
}

func TestRefusalsOfEveryRouteAreInTheTrail(t *testing.T) {
	r, found := newAuditedRig(t)
	for n, route := range api.Routes() {
		if route.Flags.Has(api.Public) {
			continue
		}
		for role := range people {
			answer := r.do(t, sound(route, role, n))
			events := found.take()
			if answer.Code == 403 {
				require.Len(t, events, 1, route.Action)
				require.Equal(t, models.AuditRefused, events[0].Outcome)
				require.Equal(t, route.Action, events[0].Action)
			}
		}
		problem(t, r.do(t, sound(route, "forged", n)), 401, "sign_in_required")
		require.Len(t, found.take(), 1, route.Action)
		problem(t, r.do(t, sound(route, "", n)), 401, "sign_in_required")
		require.Empty(t, found.take(), "who claims nothing is not worth an entry")
	}
	problem(t, r.do(t, call{method: "POST", path: "/v1/session", body: `{"login":"agent","password":"wrong"}`}), 401, "sign_in_failed")
	require.Len(t, found.take(), 1)
}

func TestPlainReadsAreNotInTheTrail(t *testing.T) {
	r, found := newAuditedRig(t)
	require.Equal(t, 200, r.do(t, call{method: "GET", path: "/v1/cases/case-1", token: "agent"}).Code)
	require.Empty(t, found.take())
}

// Who reads the trail is in it, with what they looked for; what could be somebody's number is not.
func TestReadingTheTrailIsInTheTrail(t *testing.T) {
	r, found := newAuditedRig(t)
	require.Equal(t, 200, r.do(t, call{method: "GET", path: "/v1/audit?actor=st-3&action=case.&cursor=abc", token: "operator"}).Code)
	require.Equal(t, 200, r.do(t, call{method: "GET", path: "/v1/audit/verification", token: "operator"}).Code)
	problem(t, r.do(t, call{method: "GET", path: "/v1/audit", token: "supervisor"}), 403, "forbidden")
	events := found.take()
	require.Len(t, events, 3)
	require.Equal(t, []string{"audit.list", "audit.verify", "audit.list"}, []string{events[0].Action, events[1].Action, events[2].Action})
	require.Equal(t, "st-3", events[0].Detail["query.actor"])
	require.Equal(t, "case.", events[0].Detail["query.action"])
	require.NotContains(t, events[0].Detail, "query.cursor")
	require.Equal(t, models.AuditRefused, events[2].Outcome)
	problem(t, r.do(t, call{method: "GET", path: "/v1/audit?from=2026-03-02T00:00:00Z&to=2026-03-01T00:00:00Z", token: "operator"}), 400, "bad_request")
}

func TestADecisionThatTheTrailHasNotYetIsToldInTheLog(t *testing.T) {
	r, found := newAuditedRig(t)
	found.broken = true
	answer := r.do(t, call{method: "POST", path: "/v1/cases/case-1/decide", token: "supervisor", header: key(), body: approval, stepUp: true})
	require.Equal(t, 200, answer.Code, "it is done and cannot be taken back: %s", answer.Body)
	require.Contains(t, r.logged.String(), "the audit trail has it not yet")
}

// fakeReveals shows everything to everybody: what the edge lets through is the subject here.
type fakeReveals struct{}

var unmasked = api.Unmasked{Name: "张小明", Phone: "13812341234", Street: "文三路 1 号"}

func (fakeReveals) Order(context.Context, api.Look) (api.Unmasked, error)    { return unmasked, nil }
func (fakeReveals) Customer(context.Context, api.Look) (api.Unmasked, error) { return unmasked, nil }
func (fakeReveals) Payee(context.Context, api.Look) (api.Unmasked, error)    { return unmasked, nil }
func (fakeReveals) Alarms(context.Context, api.Person, bool, api.PageRequest) (api.Page[api.Alarm], error) {
	at := noon.Add(-time.Hour)
	return api.Page[api.Alarm]{Items: []api.Alarm{
		{ID: "ta-1", Kind: "bulk_reading", SubjectKind: "staff", SubjectID: li.ID, Person: &li, Seen: 23, Since: at, Until: noon, CreatedAt: at},
		{ID: "ta-2", Kind: "erasure_unproven", SubjectKind: "erasure", SubjectID: "er-1", CreatedAt: at, ClosedAt: &noon},
	}, Next: "c"}, nil
}
func (fakeReveals) CloseAlarm(context.Context, api.Person, string) error { return nil }

func TestWhatIsRevealedIsNotKeptAndNotCached(t *testing.T) {
	r, found := newAuditedRig(t)
	c := call{method: "POST", path: "/v1/orders/o-1/reveal", token: "agent", body: `{"reason":"shipping"}`, header: key(), stepUp: true}
	answer := r.do(t, c)
	require.Equal(t, 200, answer.Code, answer.Body)
	require.Contains(t, answer.Body.String(), "13812341234")
	require.Equal(t, "no-store", answer.Header().Get("Cache-Control"))
	require.Empty(t, r.keys.rows, "no answer is stored, whatever key is sent")
	require.Empty(t, found.take(), "the service puts the look into the trail, once, with its reason")
	problem(t, r.do(t, call{method: "POST", path: "/v1/orders/o-1/reveal", token: "agent", body: `{}`, stepUp: true}), 400, "bad_request")
	problem(t, r.do(t, call{method: "POST", path: "/v1/orders/o-1/reveal", token: "agent", body: `{"reason":"curious"}`, stepUp: true}), 400, "bad_request")
	require.NotContains(t, r.logged.String(), "13812341234")
}
