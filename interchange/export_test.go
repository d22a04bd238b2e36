package interchange_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"aftersales/interchange"
	"aftersales/models"
	"aftersales/money"
)

var march = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// seedCases makes n cases, two at a time opened in the same moment: even ones are open and of m1, odd ones of m2.
func seedCases(t *testing.T, store *models.Store, n int) {
	t.Helper()
	second := strings.NewReplacer(",m1,", ",m2,").Replace(two("o2", 1))
	require.NoError(t, load(t, store, head+two("o1", 1)+second, interchange.OrdersOptions{}).err)
	var rows []models.Case
	for i := range n {
		due := march.Add(time.Hour)
		row := models.Case{
			ID: fmt.Sprintf("k%05d", i), WorkflowID: fmt.Sprintf("case/x/k%05d", i), Kind: "return", Phase: "onsale", Stage: "merchant_answer", Open: i%2 == 0,
			CustomerID: "c1", MerchantID: "m1", OrderID: "o1", Reason: "=quality", Currency: money.CNY, Amount: 12345, Refunded: 5,
			WaitingFor: "merchant", DueAt: &due, Default: "agree", Revision: 3, Seq: 4, View: `{"secret":"view"}`,
			OpenedAt: march.Add(time.Duration(i/2) * time.Minute), UpdatedAt: march,
		}
		if i%2 == 1 {
			row.MerchantID, row.OrderID, row.Kind, row.Stage, row.Outcome, row.DueAt, row.ClosedAt = "m2", "o2", "refund_only", "ended", "refunded", nil, &due
		}
		rows = append(rows, row)
	}
	require.NoError(t, store.DB.CreateInBatches(&rows, 500).Error)
}

func export(t *testing.T, store interchange.CaseStore, in models.CaseRange, format interchange.Format) (string, int) {
	t.Helper()
	var out bytes.Buffer
	count, err := interchange.ExportCases(t.Context(), store, in, format, &out)
	require.NoError(t, err)
	return out.String(), count
}

func TestCasesGoOut(t *testing.T) {
	eachDB(t, func(t *testing.T, store *models.Store) {
		seedCases(t, store, 1203) // more than two pages
		text, count := export(t, store, models.CaseRange{}, interchange.CSV)
		require.Equal(t, 1203, count)
		rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
		require.NoError(t, err)
		require.Len(t, rows, 1204)
		at := func(name string) int { return slices.Index(rows[0], name) }
		for i, row := range rows[1:] {
			require.Equal(t, fmt.Sprintf("k%05d", i), row[at("case_id")], "in the order of opening, none left out, none twice")
		}
		first := rows[1]
		require.Equal(t, "123.45", first[at("amount")])
		require.Equal(t, "0.05", first[at("refunded")])
		require.Equal(t, "'=quality", first[at("reason")])
		require.Equal(t, "2026-03-02T12:00:00Z", first[at("opened_at")])
		require.Empty(t, first[at("closed_at")])
		require.NotContains(t, rows[0], "customer_id")
		require.NotContains(t, text, "c1", "no customer")
		require.NotContains(t, text, "secret")

		lines, count := export(t, store, models.CaseRange{}, interchange.JSONL)
		require.Equal(t, 1203, count)
		var one map[string]any
		require.NoError(t, json.Unmarshal([]byte(lines[:strings.IndexByte(lines, '\n')]), &one))
		require.Equal(t, "123.45", one["amount"])
		require.Equal(t, "=quality", one["reason"], "JSON needs no apostrophe")
		require.Equal(t, true, one["open"])
		require.Len(t, one, len(rows[0]))

		yes, no := true, false
		for name, c := range map[string]struct {
			in   models.CaseRange
			want int
		}{
			"open": {models.CaseRange{Open: &yes}, 602}, "closed": {models.CaseRange{Open: &no}, 601}, "merchant": {models.CaseRange{MerchantID: "m2"}, 601},
			"kind": {models.CaseRange{Kind: "refund_only"}, 601}, "none": {models.CaseRange{Kind: "repair"}, 0},
			"since": {models.CaseRange{Since: march.Add(600 * time.Minute)}, 3}, "until": {models.CaseRange{Until: march.Add(time.Minute)}, 2},
			"both": {models.CaseRange{Since: march.Add(time.Minute), Until: march.Add(3 * time.Minute), MerchantID: "m1"}, 2},
		} {
			_, count := export(t, store, c.in, interchange.JSONL)
			require.Equal(t, c.want, count, name)
		}
		_, err = interchange.ExportCases(t.Context(), store, models.CaseRange{}, "xml", &bytes.Buffer{})
		require.ErrorContains(t, err, "csv and jsonl")
	})
}

// single is a store with one case.
type single struct{ models.Case }

func (s single) CasesInRange(_ context.Context, _ models.CaseRange, give func(models.Case) error) error {
	return give(s.Case)
}

// No cell of an export is computed by a spreadsheet, whatever stands in the database.
func TestAttack19_NoCellIsAFormula(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		nasty := rapid.SampledFrom([]string{"=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\r=1", "＝1", "plain", ""}).Draw(r, "nasty") + rapid.String().Draw(r, "rest")
		var out bytes.Buffer
		_, err := interchange.ExportCases(t.Context(), single{models.Case{ID: nasty, Reason: nasty, Outcome: nasty, Amount: -5}}, models.CaseRange{}, interchange.CSV, &out)
		require.NoError(r, err)
		rows, err := csv.NewReader(&out).ReadAll()
		require.NoError(r, err)
		for _, cell := range rows[1] {
			require.False(r, cell != "" && strings.ContainsAny(string([]rune(cell)[0]), "=+-@\t\r\n＝＋－＠"), "%q", cell)
		}
	})
}
