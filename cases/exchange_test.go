package cases_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"aftersales/cases"
	"aftersales/fault"
	"aftersales/models"
	"aftersales/policy"
	"aftersales/workflows/contract"
)

// onSale gives each shop a product with one variant.
func (w *world) onSale() {
	w.t.Helper()
	for variant, shop := range map[string]string{"cup-blue": "shop", "hat": "rival"} {
		require.NoError(w.t, w.Store.DB.Create(&models.Product{ID: "p-" + variant, MerchantID: shop, Title: variant, Category: "home", CreatedAt: noon}).Error)
		require.NoError(w.t, w.Store.DB.Create(&models.Variant{ID: variant, ProductID: "p-" + variant, Price: 5000, Stock: 3}).Error)
	}
}

func TestWhatAnExchangeMayAskFor(t *testing.T) {
	w := newWorld(t)
	w.onSale()
	open := func(kind policy.Kind, key string, lines ...contract.ChosenLine) error {
		_, err := w.Open(t.Context(), cases.OpenRequest{Actor: kim, Key: key, ReceivedAt: noon, Kind: kind, OrderID: "o", Lines: lines, Reason: "other_colour", Lang: "en"})
		return err
	}
	for name, refused := range map[string]struct {
		kind  policy.Kind
		lines []contract.ChosenLine
		code  fault.Code
	}{
		"another merchant's variant": {policy.Exchange, []contract.ChosenLine{{LineID: "o-cup", Quantity: 1, VariantID: "hat"}}, fault.VariantNotSold},
		"no such variant":            {policy.Exchange, []contract.ChosenLine{{LineID: "o-cup", Quantity: 1, VariantID: "none"}}, fault.VariantNotSold},
		"a variant of a return":      {policy.Return, []contract.ChosenLine{{LineID: "o-cup", Quantity: 1, VariantID: "cup-blue"}}, fault.BadRequest},
		"two wishes on one line": {policy.Exchange, []contract.ChosenLine{
			{LineID: "o-cup", Quantity: 1, VariantID: "cup-blue"}, {LineID: "o-cup", Quantity: 1},
		}, fault.BadRequest},
	} {
		t.Run(name, func(t *testing.T) { require.Equal(t, refused.code, code(t, open(refused.kind, name, refused.lines...))) })
	}
	require.Empty(t, w.engine.opened, "nothing was opened")

	require.NoError(t, open(policy.Exchange, "k", contract.ChosenLine{LineID: "o-cup", Quantity: 1, VariantID: "cup-blue"}))
	require.NoError(t, open(policy.Exchange, "k", contract.ChosenLine{LineID: "o-cup", Quantity: 1}))
	require.Equal(t, []contract.ChosenLine{{LineID: "o-cup", Quantity: 1, VariantID: "cup-blue"}}, w.engine.opened[0].Lines)
	require.NotEqual(t, w.engine.opened[0].CaseID, w.engine.opened[1].CaseID, "what is wanted is part of the request")
}
