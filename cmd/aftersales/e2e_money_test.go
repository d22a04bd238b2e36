package main

import (
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"aftersales/demo"
	"aftersales/models"
	"aftersales/money"
	"aftersales/partners"
	"aftersales/partners/sandbox"
)

// The whole order goes back for no reason: what was paid less the freight out, once, to the cent, in all three books.
func TestScenario01_FullReturnToTheCent(t *testing.T) {
	for name, with := range map[string]setup{"sqlite": {}, "postgres": {postgres: true}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStack(t, with)
			order := s.order(199_00, func(o *partners.ShopOrder) {
				o.FreightPaid = 10_00
				o.Payments[0].Captured += 10_00
			})
			id := s.open(order, 0, 2, map[string]any{"lines": []map[string]any{
				{"line_id": order.Lines[0].ID, "quantity": 2}, {"line_id": order.Lines[1].ID, "quantity": 1}}})
			s.do(clerk, id, "merchant-answer", map[string]any{"decision": "agree"})
			s.sendBack(id, "SF1000000000001", 1400)
			s.untilStage(id, "inspection")
			s.do(clerk, id, "inspect", nil)
			ended := s.untilEnd(id, "refunded")
			require.Equal(t, money.Amount(457_00), ended.Refunded.Minor)
			sum, refunds := s.paid(order)
			require.Equal(t, money.Amount(457_00), sum)
			require.Equal(t, 1, refunds)
		})
	}
}

// A double click, and a second agent with the same judgment: one provider refund of 50.00, and nobody is refused.
func TestScenario06_DoubleClickAndTwoAgents(t *testing.T) {
	t.Parallel()
	s := newStack(t, setup{})
	order := s.order(199_00, nil)
	id := s.open(order, 0, 1, nil)
	s.do(clerk, id, "merchant-answer", map[string]any{"decision": "refuse", "reason_code": "worn"})
	s.do(kim, id, "escalate", nil)
	complaint := s.review(id)
	// The provider takes its time, so that every click finds the case open.
	require.NoError(t, s.sandbox.SetFaults(t.Context(), sandbox.Fault{Family: "alipay", Op: "refund", Kind: sandbox.Slow, Next: 1, Ms: 2000}))
	judgment := map[string]any{"outcome": "partial", "amount": demo.Yuan(50_00), "liability": "merchant"}
	who := []string{agent, "agent02"}
	for _, login := range who {
		s.person(login)
	}
	answers := make([]answer, 8)
	var clicks sync.WaitGroup
	for i := range answers {
		clicks.Go(func() { answers[i] = s.try(who[i%2], complaint, "propose", fmt.Sprint("click-", i%2), judgment) })
	}
	clicks.Wait()
	for i, got := range answers {
		require.Equal(t, http.StatusOK, got.status, "click %d: %s", i, got.body)
		require.JSONEq(t, string(answers[i%2].body), string(got.body), "the same key gets the same answer")
	}
	require.NotEqual(t, answers[0].ack.Changed, answers[1].ack.Changed, "one of the two agents decided, the other found it decided")
	s.closes(complaint)
	s.untilEnd(id, "partly_refunded")
	sum, refunds := s.paid(order)
	require.Equal(t, money.Amount(50_00), sum)
	require.Equal(t, 1, refunds)
}

// The provider has paid and its answer is lost, or is lost before it pays, or it pays later: one refund each time.
func TestScenario07_ProviderAnswersLost(t *testing.T) {
	t.Parallel()
	s := newStack(t, setup{})
	for _, kind := range []sandbox.Kind{sandbox.AppliedThenTimeout, sandbox.TimeoutBeforeApply, sandbox.Pending, sandbox.RateLimit, sandbox.Down} {
		order := s.order(50_00, nil)
		id := s.open(order, 0, 1, nil)
		require.NoError(t, s.sandbox.SetFaults(t.Context(), sandbox.Fault{Family: "alipay", Op: "refund", Kind: kind, Next: 2, Ms: 300}))
		s.do(clerk, id, "merchant-answer", map[string]any{"decision": "agree", "keep_goods": true})
		s.untilEnd(id, "refunded")
		sum, refunds := s.paid(order)
		require.Equal(t, money.Amount(50_00), sum, kind)
		require.Equal(t, 1, refunds, kind)
		require.NoError(t, s.sandbox.SetFaults(t.Context()))
	}
}

// Two lines of one order side by side on the rail that wants a minute between refunds: one is paid now, the other has
// the next slot, and both together fit the payment.
func TestScenario15_TwoLinesSideBySide(t *testing.T) {
	t.Parallel()
	s := newStack(t, setup{})
	order := s.order(80_00, func(o *partners.ShopOrder) { o.Payments[0].Rail = partners.RailWeChat })
	cases := []string{s.open(order, 0, 2, nil), s.open(order, 1, 1, nil)}
	var both sync.WaitGroup
	for _, id := range cases {
		both.Go(func() {
			got := s.try(clerk, id, "merchant-answer", models.NewID(), map[string]any{"decision": "agree", "keep_goods": true})
			require.Equal(t, http.StatusOK, got.status, "%s", got.body)
		})
	}
	both.Wait()
	var legs []models.RefundLeg
	require.Eventually(t, func() bool {
		legs = nil
		require.NoError(t, s.store.DB.Where("order_id = ?", order.ID).Order("not_before").Find(&legs).Error)
		return len(legs) == 2 && legs[0].Status == models.LegSucceeded
	}, patience, 50*time.Millisecond)
	require.Equal(t, models.LegIntended, legs[1].Status)
	require.GreaterOrEqual(t, legs[1].NotBefore.Sub(legs[0].NotBefore), time.Minute)
	require.LessOrEqual(t, legs[0].Amount+legs[1].Amount, order.Payments[0].Captured)
	_, refunds := s.paid(order)
	require.Equal(t, 1, refunds, "the second is not even asked for before its slot")
}

// Two requests for the same units within milliseconds, again and again: one wins, the other is told why not.
func TestScenario14_TwoCasesForTheSameUnits(t *testing.T) {
	for name, with := range map[string]setup{"sqlite": {}, "postgres": {postgres: true}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStack(t, with)
			for range 5 {
				order := s.order(199_00, nil)
				answers := make([]answer, 4)
				var race sync.WaitGroup
				for i := range answers {
					race.Go(func() {
						answers[i] = s.send(kim, http.MethodPost, "/v1/cases", models.NewID(), request(order, 0, 2, nil))
					})
				}
				race.Wait()
				opened := 0
				for _, got := range answers {
					if got.status == http.StatusCreated {
						opened++
						continue
					}
					require.Equal(t, http.StatusConflict, got.status, "%s", got.body)
					require.Equal(t, "units_in_open_case", got.code)
				}
				require.Equal(t, 1, opened)
			}
		})
	}
}
