package activities_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"aftersales/fault"
	"aftersales/models"
	"aftersales/partners"
	"aftersales/policy"
	"aftersales/workflows/contract"
)

func two(order string) contract.ChosenLine {
	return contract.ChosenLine{LineID: order + "-l1", Quantity: 2}
}

func (w *world) evidence(id, digest, kind string) {
	w.t.Helper()
	blob := models.Blob{ID: "blob-" + id, KeyRef: "k", Digest: digest, Size: 1, MediaType: "image/png", CreatedAt: noon}
	require.NoError(w.t, w.store.DB.Create(&blob).Error)
	require.NoError(w.t, w.store.CreateEvidence(context.Background(), models.Evidence{
		ID: id, Digest: digest, OwnerKind: "customer", OwnerID: "cus", BlobID: blob.ID, Kind: kind, State: models.EvidenceNew, UploadedAt: noon,
	}))
}

func TestOpeningTwiceIsTheSameOpening(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		w.order("o", []line{{3, 9000}}, tender{partners.RailAlipay, 9000})
		start := w.start("c1", "o", two("o"))
		first, err := w.OpenCase(t.Context(), start)
		require.NoError(t, err)
		require.Nil(t, first.Refused)
		require.Equal(t, []string{"o-l1/1", "o-l1/2"}, first.Units)
		require.Equal(t, policy.OnSale, first.Phase)
		require.Equal(t, 1200, first.ExpectedGrams)
		require.EqualValues(t, 6000, first.Terms.Quote.Total)
		again, err := w.OpenCase(t.Context(), start)
		require.NoError(t, err)
		require.Equal(t, contract.Digest(first), contract.Digest(again))
		rows, err := w.store.Evaluations(t.Context(), "c1")
		require.NoError(t, err)
		require.Len(t, rows, 1)
	})
}

func TestRefusedOpeningLeavesNothing(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		w.order("o", []line{{3, 9000}}, tender{partners.RailAlipay, 9000})
		late := w.start("c1", "o", two("o"))
		late.At = noon.AddDate(0, 0, 30)
		opened, err := w.OpenCase(t.Context(), late)
		require.NoError(t, err)
		require.Equal(t, fault.WindowOver, opened.Refused.Code)
		for _, table := range []string{"unit_claims", "policy_evaluations"} {
			var n int64
			require.NoError(t, w.store.DB.Table(table).Count(&n).Error)
			require.Zero(t, n, table)
		}
		opened, err = w.OpenCase(t.Context(), w.start("c2", "o", two("o")))
		require.NoError(t, err)
		require.Nil(t, opened.Refused, "its units are free")
	})
}

func TestUnitsAndOwnersAreChecked(t *testing.T) {
	w := sqliteWorld(t)
	w.order("o", []line{{2, 9000}}, tender{partners.RailAlipay, 9000})
	stranger := w.start("c1", "o", two("o"))
	stranger.CustomerID = "other"
	for name, c := range map[string]struct {
		start contract.Start
		code  fault.Code
	}{
		"someone else's order": {stranger, fault.OrderUnknown},
		"unknown order":        {w.start("c1", "nope", two("nope")), fault.OrderUnknown},
		"too many":             {w.start("c1", "o", contract.ChosenLine{LineID: "o-l1", Quantity: 3}), fault.QuantityTooLarge},
		"nothing":              {w.start("c1", "o"), fault.NothingChosen},
	} {
		opened, err := w.OpenCase(t.Context(), c.start)
		require.NoError(t, err, name)
		require.Equal(t, c.code, opened.Refused.Code, name)
	}
}

// Two cases on the same two units at once: exactly one gets them; fifty at once: exactly one.
func TestScenario14_TwoCasesSameUnits(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		for _, rivals := range []int{2, 50} {
			order := fmt.Sprint("o", rivals)
			w.order(order, []line{{2, 9000}}, tender{partners.RailAlipay, 9000})
			opened := make([]contract.Opened, rivals)
			var wait sync.WaitGroup
			for i := range opened {
				wait.Go(func() {
					var err error
					opened[i], err = w.OpenCase(context.Background(), w.start(fmt.Sprint(order, "c", i), order, two(order)))
					require.NoError(t, err)
				})
			}
			wait.Wait()
			won := 0
			for _, o := range opened {
				if o.Refused == nil {
					won++
					continue
				}
				require.Equal(t, fault.UnitsInOpenCase, o.Refused.Code)
				require.EqualValues(t, 2, o.Refused.Details["quantity"])
			}
			require.Equal(t, 1, won)
		}
	})
}

func TestBotThatFailsIsNoError(t *testing.T) {
	w := sqliteWorld(t)
	w.order("o", []line{{2, 9000}}, tender{partners.RailAlipay, 9000})
	w.bot.fails = true
	opened, err := w.OpenCase(t.Context(), w.start("c1", "o", two("o")))
	require.NoError(t, err)
	require.True(t, opened.BotFailed)
	require.Nil(t, opened.Refused)
}

// The customer's words give the reason; what it needs is asked for, read, and evaluated again under the same pack.
func TestDetailsAreAskedReadAndEvaluated(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		w.order("o", []line{{2, 9000}}, tender{partners.RailAlipay, 9000})
		text, err := w.store.PutText(t.Context(), "cus", "customer", "cus", "坏了", noon)
		require.NoError(t, err)
		start := w.start("c1", "o", two("o"))
		start.Reason, start.TextID = "", text
		opened, err := w.OpenCase(t.Context(), start)
		require.NoError(t, err)
		require.Equal(t, "quality", opened.Reason)
		require.Equal(t, "evidence", opened.Question.Field)
		require.Equal(t, policy.Merchant, opened.Terms.Liability)

		start.Reason = opened.Reason
		w.evidence("e1", "d1", "picture")
		in := contract.DetailsInput{Start: start, Phase: opened.Phase, N: 2, At: noon, Field: "evidence", Evidence: []string{"e1"}}
		details, err := w.Details(t.Context(), in)
		require.NoError(t, err)
		require.True(t, details.Understood)
		require.Equal(t, []string{"e1"}, details.Evidence)
		require.Nil(t, details.Question)
		require.Empty(t, details.Terms.Asks)
		require.Equal(t, opened.Terms.PackHash, details.Terms.PackHash)
		again, err := w.Details(t.Context(), in)
		require.NoError(t, err)
		require.Equal(t, contract.Digest(details), contract.Digest(again))

		w.evidence("e2", "d1", "picture")
		in.Evidence, in.N = []string{"e2"}, 3
		refused, err := w.Details(t.Context(), in)
		require.NoError(t, err)
		require.Equal(t, 1, refused.Rejections, "the same file again")
		require.False(t, refused.Understood)
		in.Evidence, in.Before = []string{"e1"}, []string{"e1"}
		refused, err = w.Details(t.Context(), in)
		require.NoError(t, err)
		require.Equal(t, 1, refused.Rejections, "what was put forward before")
		require.False(t, refused.Understood)
	})
}

func TestEvaluationUnderOneNumberFollowsTheLastQuestion(t *testing.T) {
	w := sqliteWorld(t)
	w.order("o", []line{{2, 9000}}, tender{partners.RailAlipay, 9000})
	start := w.start("c1", "o", two("o"))
	_, err := w.OpenCase(t.Context(), start)
	require.NoError(t, err)
	in := contract.EvaluateInput{Start: start, Phase: policy.OnSale, N: 2, At: noon}
	first, err := w.Evaluate(t.Context(), in)
	require.NoError(t, err)

	// The world moves on: another case is refunded. The same question still has its answer.
	_, err = w.Refund(t.Context(), refundOf("other", "o", 4500))
	require.NoError(t, err)
	again, err := w.Evaluate(t.Context(), in)
	require.NoError(t, err)
	require.Equal(t, contract.Digest(first), contract.Digest(again))

	in.Start.Reason = "quality"
	other, err := w.Evaluate(t.Context(), in)
	require.NoError(t, err)
	require.NotEqual(t, first.Liability, other.Liability)
	rows, err := w.store.Evaluations(t.Context(), "c1")
	require.NoError(t, err)
	require.Len(t, rows, 2)
}

// A piece that went to another case since the service in front looked is nobody's bug: the command is refused, and nothing of it stays.
func TestEvidenceThatWentElsewhereIsRefused(t *testing.T) {
	w := sqliteWorld(t)
	w.order("o", []line{{2, 9000}}, tender{partners.RailAlipay, 9000})
	w.evidence("e1", "d1", "picture")
	w.evidence("e2", "d2", "picture")
	customer := contract.Actor{Kind: contract.Customer, ID: "cus"}
	first, err := w.AttachEvidence(t.Context(), contract.AttachInput{CaseID: "c1", Actor: customer, Evidence: []string{"e1"}})
	require.NoError(t, err)
	require.Equal(t, contract.Attached{Accepted: []string{"e1"}}, first)
	second, err := w.AttachEvidence(t.Context(), contract.AttachInput{CaseID: "c2", Actor: customer, Evidence: []string{"e2", "e1"}})
	require.NoError(t, err)
	require.Equal(t, contract.Attached{Unknown: []string{"e1"}}, second)
	piece, err := w.Store.Evidence(t.Context(), "e2")
	require.NoError(t, err)
	require.Nil(t, piece.CaseID, "all or nothing")
}
