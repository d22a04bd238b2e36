package activities_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"aftersales/fault"
	"aftersales/models"
	"aftersales/money"
	"aftersales/partners"
	"aftersales/policy"
	"aftersales/workflows/contract"
)

const day = 24 * time.Hour

// warranted makes an order of two units with serial numbers and a year of warranty, signed for two days before noon.
func (w *world) warranted(t *testing.T, id string) (until time.Time) {
	t.Helper()
	signed := noon.Add(-48 * time.Hour)
	_, err := w.store.UpsertOrder(t.Context(), models.OrderInput{
		ID: id, Version: 1, CustomerID: "cus", MerchantID: "mer", Currency: money.CNY, PaidAt: signed, ShippedAt: &signed, SignedAt: &signed, Recipient: "{}",
		Lines: []models.OrderLineInput{{
			ID: id + "-l1", ProductID: "p", VariantID: "v", Title: "手机", Category: "phones", Quantity: 2, UnitPrice: 5000, Paid: 10000,
			Serials: []string{"SN1", "SN2"}, WarrantyMonths: 12,
		}},
		Tenders: []models.TenderInput{{ID: id + "-t1", Rail: string(partners.RailAlipay), Ref: "ref-" + id, Captured: 10000, CapturedAt: signed}},
	})
	require.NoError(t, err)
	return signed.AddDate(0, 12, 0)
}

// asksForRepair opens a repair of one unit; the customer says what is wrong.
func (w *world) asksForRepair(t *testing.T, caseID, order string, at time.Time) contract.Opened {
	t.Helper()
	start := w.start(caseID, order, contract.ChosenLine{LineID: order + "-l1", Quantity: 1})
	start.Kind, start.Reason, start.At = policy.Repair, "faulty", at
	opened, err := w.OpenCase(t.Context(), start)
	require.NoError(t, err)
	return opened
}

func repairOf(caseID, order string, n int, from time.Time, units ...string) contract.RepairInput {
	return contract.RepairInput{
		CaseID: caseID, OrderID: order, N: n, Units: units, Fault: "screen", Covered: true, From: from, To: from.Add(10 * day),
	}
}

func TestRepairMakesTheWarrantyLongerByItsTime(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		until := w.warranted(t, "o")
		opened := w.asksForRepair(t, "c1", "o", noon)
		require.Nil(t, opened.Refused)
		require.Equal(t, []string{"o-l1/1"}, opened.Units)
		warranty := opened.Terms.Warranty
		require.True(t, warranty.Covered)
		require.Equal(t, until, warranty.Until)
		require.Equal(t, "warranty_by_serial", warranty.Rule)

		booked, err := w.BookRepair(t.Context(), repairOf("c1", "o", 1, noon, "o-l1/1"))
		require.NoError(t, err)
		require.Equal(t, until.Add(10*day), booked.Until)
		again, err := w.BookRepair(t.Context(), repairOf("c1", "o", 1, noon, "o-l1/1"))
		require.NoError(t, err)
		require.Equal(t, booked, again, "twice is once")
		require.EqualValues(t, 1, count(t, w, "repairs", "unit_id = 'o-l1/1'"))
		w.ends(t, policy.Repair, "c1", "o", contract.Repaired, 0)

		// After the end of a year, within the ten days more.
		late := w.asksForRepair(t, "c2", "o", until.Add(5*day))
		require.True(t, late.Terms.Warranty.Covered)
		require.Equal(t, until.Add(10*day), late.Terms.Warranty.Until)
		require.Equal(t, 1, late.Terms.Warranty.Repairs)
		require.False(t, late.Terms.Warranty.Choice)
		other := w.asksForRepair(t, "c3", "o", until.Add(5*day)) // the unit that was never repaired
		require.False(t, other.Terms.Warranty.Covered)
	})
}

func TestRepairOutsideTheWarrantyAddsNothing(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		until := w.warranted(t, "o")
		in := repairOf("c1", "o", 1, until.Add(day), "o-l1/1")
		in.Serial = "SN9"
		booked, err := w.BookRepair(t.Context(), in)
		require.NoError(t, err)
		require.Equal(t, until, booked.Until)
		require.EqualValues(t, 1, count(t, w, "order_units", "id = 'o-l1/1' AND serial = 'SN9' AND warranty_until IS NULL"))
		_, err = w.BookRepair(t.Context(), repairOf("c2", "o", 1, noon, "other/1"))
		require.Error(t, err, "a unit of another order")
	})
}

// Where nothing is registered the rules' own length counts, and a repair registers what comes of it.
func TestRepairRegistersTheWarrantyOfTheRules(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		w.order("o", []line{{1, 9000}}, tender{partners.RailAlipay, 9000})
		opened := w.asksForRepair(t, "c1", "o", noon)
		require.Nil(t, opened.Refused)
		require.NotZero(t, opened.Terms.Warranty.Until)
		in := repairOf("c1", "o", 1, noon, "o-l1/1")
		in.Until = opened.Terms.Warranty.Until
		booked, err := w.BookRepair(t.Context(), in)
		require.NoError(t, err)
		require.Equal(t, opened.Terms.Warranty.Until.Add(10*day), booked.Until)
	})
}

func TestScenario31_SecondRepairOfTheSameFault(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		w.warranted(t, "o")
		for n, caseID := range []string{"c1", "c2"} {
			opened := w.asksForRepair(t, caseID, "o", noon)
			require.Equal(t, n, opened.Terms.Warranty.Repairs)
			require.False(t, opened.Terms.Warranty.Choice)
			_, err := w.BookRepair(t.Context(), repairOf(caseID, "o", 1, noon, opened.Units...))
			require.NoError(t, err)
			w.ends(t, policy.Repair, caseID, "o", contract.Repaired, 0)
		}
		before, err := w.RepairsBefore(t.Context(), contract.RepairsInput{CaseID: "c3", Units: []string{"o-l1/1"}, Fault: "screen"})
		require.NoError(t, err)
		require.Equal(t, 2, before)
		before, err = w.RepairsBefore(t.Context(), contract.RepairsInput{CaseID: "c3", Units: []string{"o-l1/1"}, Fault: "battery"})
		require.NoError(t, err)
		require.Zero(t, before, "another fault")
		opened := w.asksForRepair(t, "c3", "o", noon)
		require.Equal(t, 2, opened.Terms.Warranty.Repairs)
		require.True(t, opened.Terms.Warranty.Choice, "repaired twice: the customer chooses")
	})
}

// The case that takes over claims nothing: the repair holds the units until it has ended.
func TestScenario30_ChildWorksUnderTheRepairsClaims(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		until := w.warranted(t, "o")
		opened := w.asksForRepair(t, "c1", "o", noon)
		require.Nil(t, opened.Refused)
		start := w.start("c9", "o", contract.ChosenLine{LineID: "o-l1", Quantity: 1})
		start.Reason, start.At = "faulty", until.Add(-day) // long after any window for a return
		start.Parent = &contract.Parent{CaseID: "c1", Kind: policy.Repair, Phase: opened.Phase, Units: opened.Units, Terms: opened.Terms, GoodsBack: true}
		start.ParentID, start.By = "c1", &contract.Actor{Kind: contract.Platform, ID: "platform"}
		for _, kind := range []policy.Kind{policy.Return, policy.Exchange} {
			start.Kind, start.CaseID = kind, "c9"+string(kind)
			child, err := w.OpenCase(t.Context(), start)
			require.NoError(t, err)
			require.Nil(t, child.Refused, "it is owed, whatever a new request would be told")
			require.Equal(t, opened.Units, child.Units)
			require.Equal(t, policy.Merchant, child.Terms.Liability)
			require.Equal(t, money.Amount(5000), child.Terms.Quote.Total)
			require.NotZero(t, child.Terms.Deadlines[policy.StepInspection])
			if kind == policy.Exchange {
				require.NotNil(t, child.Terms.Exchange)
				require.Zero(t, child.Terms.Exchange.Difference)
			}
		}
		require.EqualValues(t, 1, count(t, w, "unit_claims", "released_at IS NULL"))
		taken := w.asksForRepair(t, "c5", "o", noon) // the other unit
		require.Nil(t, taken.Refused)
		require.Equal(t, fault.UnitsInOpenCase, w.asksForRepair(t, "c6", "o", noon).Refused.Code)
	})
}
