package money_test

import (
	"encoding/json"
	"math"
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"aftersales/money"
)

func TestParseReadsDecimalsExactly(t *testing.T) {
	for text, want := range map[string]money.Amount{
		"0": 0, "12": 1200, "12.3": 1230, "12.34": 1234, "-12.34": -1234, "-0.05": -5, "0.5": 50, "007": 700,
		"9999999999999.99": 999999999999999,
	} {
		got, err := money.Parse(text)
		require.NoError(t, err, text)
		require.Equal(t, want, got, text)
	}
	for _, text := range []string{"", "-", ".5", "5.", "1.234", "1,000", "1e3", " 1", "1 ", "+1", "12345678901234", "１２", "--1", "0x10"} {
		_, err := money.Parse(text)
		require.Error(t, err, text)
	}
}

func TestPrinting(t *testing.T) {
	require.Equal(t, "-0.05", money.Amount(-5).String())
	require.Equal(t, "12.34 CNY", money.Of(1234, money.CNY).String())
	require.Equal(t, "-92233720368547758.08", money.Amount(math.MinInt64).String())
	text, err := json.Marshal(money.Of(1234, money.CNY))
	require.NoError(t, err)
	require.JSONEq(t, `{"minor":1234,"currency":"CNY"}`, string(text))
}

func TestMinMax(t *testing.T) {
	require.Equal(t, money.Amount(-1), money.Min(-1, 2))
	require.Equal(t, money.Amount(2), money.Max(-1, 2))
}

func TestShareRoundsDownWithoutOverflow(t *testing.T) {
	require.EqualValues(t, 33, money.Share(100, 1, 3))
	require.EqualValues(t, 100, money.Share(100, 3, 3))
	require.EqualValues(t, 0, money.Share(100, 1, 0))
	require.EqualValues(t, 0, money.Share(100, 0, 3))
	require.EqualValues(t, math.MaxInt64-1, money.Share(math.MaxInt64-1, math.MaxInt64, math.MaxInt64))
	rapid.Check(t, func(t *rapid.T) {
		total := rapid.Int64Range(0, math.MaxInt64).Draw(t, "total")
		whole := rapid.Int64Range(1, math.MaxInt64).Draw(t, "whole")
		part := rapid.Int64Range(0, whole).Draw(t, "part")
		want := new(big.Int).Mul(big.NewInt(total), big.NewInt(part))
		want.Div(want, big.NewInt(whole))
		require.Equal(t, want.Int64(), int64(money.Share(money.Amount(total), part, whole)))
	})
}

func TestSplitAlwaysSums(t *testing.T) {
	require.Equal(t, []money.Amount{33, 33, 34}, money.Split(100, []int64{1, 1, 1}))
	require.Equal(t, []money.Amount{50, 50, 0}, money.Split(100, []int64{1, 1, 0}), "a part without weight gets nothing")
	require.Equal(t, []money.Amount{0, 100}, money.Split(100, []int64{0, 0}), "without weights the last takes all")
	require.Empty(t, money.Split(100, nil))
	rapid.Check(t, func(t *rapid.T) {
		total := money.Amount(rapid.Int64Range(0, 1<<53).Draw(t, "total"))
		weights := rapid.SliceOfN(rapid.Int64Range(0, 1<<40), 1, 20).Draw(t, "weights")
		var sum money.Amount
		for i, part := range money.Split(total, weights) {
			require.GreaterOrEqual(t, part, money.Amount(0))
			if i < len(weights)-1 && weights[i] == 0 {
				require.Zero(t, part)
			}
			sum += part
		}
		require.Equal(t, total, sum)
	})
}

func FuzzParse(f *testing.F) {
	for _, text := range []string{"0", "-12.34", "9999999999999.99", "1.2.3", "１"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		amount, err := money.Parse(text)
		if err != nil {
			return
		}
		again, err := money.Parse(amount.String())
		if err != nil || again != amount {
			t.Fatalf("%q reads as %s and then as %s (%v)", text, amount, again, err)
		}
	})
}
