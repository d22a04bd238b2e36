package sandbox_test

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"aftersales/partners"
	"aftersales/partners/sandbox"
)

// An order's parcel is on its way from the start, can be called back until it arrives, and goes back to its sender.
func TestShipmentsAndInterception(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	require.NoError(t, w.SetAutopilot(ctx, sandbox.Autopilot{On: true, Speed: 100}))
	shipped := time.Now().Add(-time.Hour).UTC().Truncate(time.Second)
	place := func(id, number string, signed *time.Time) {
		o := order(partners.RailAlipay, id)
		o.ShippedAt, o.SignedAt = &shipped, signed
		o.Shipments = []partners.ShopShipment{{Carrier: "yto", Number: number, ShippedAt: shipped, LineIDs: []string{id + "-1"}}}
		placed, err := w.PlaceOrder(ctx, o)
		require.NoError(t, err)
		got, _, err := w.shop.Order(ctx, id)
		require.NoError(t, err)
		require.Equal(t, placed, got)
		require.Equal(t, number, got.Shipments[0].Number)
	}
	state := func(number string) partners.TrackState {
		track, err := w.kuaidi.Query(ctx, partners.Waybill{Carrier: "yto", Number: number}, "1234")
		require.NoError(t, err)
		return track.State
	}
	place("o1", "YT1000000000001", nil)
	require.Equal(t, partners.TrackPicked, state("YT1000000000001"))
	track, err := w.kuaidi.Query(ctx, partners.Waybill{Carrier: "yto", Number: "YT1000000000001"}, "1234")
	require.NoError(t, err)
	require.Equal(t, 1200, track.Grams)
	require.Equal(t, "杭州市", track.ToCity)
	require.True(t, track.Events[0].At.Equal(shipped))

	require.NoError(t, w.Intercept(ctx, "YT1000000000001", 50*time.Millisecond))
	require.NoError(t, w.Intercept(ctx, "YT1000000000001", 50*time.Millisecond), "twice is harmless")
	require.NoError(t, w.kuaidi.Subscribe(ctx, partners.Waybill{Carrier: "yto", Number: "YT1000000000001"}, "1234"))
	eventually(t, func() bool { return state("YT1000000000001") == partners.TrackReturnSigned }, "back with the sender")
	require.ErrorContains(t, w.Intercept(ctx, "YT1000000000001", 0), "409")

	// In the carrier's dialect, too.
	seventh := partners.Waybill{Carrier: "yto", Number: "YT1000000000008"}
	require.Equal(t, partners.Refused, partners.FailureOf(w.kuaidi.Intercept(ctx, seventh, "顾客取消")), "there is none on its way")
	require.NoError(t, w.Scan(ctx, seventh.Number, sandbox.Scan{State: partners.TrackPicked}))
	w.faults(sandbox.Fault{Family: "kuaidi100", Op: "intercept", Kind: sandbox.RateLimit, Next: 1})
	require.Equal(t, partners.Down, partners.FailureOf(w.kuaidi.Intercept(ctx, seventh, "顾客取消")))
	w.faults()
	for range 2 {
		require.NoError(t, w.kuaidi.Intercept(ctx, seventh, "顾客取消"), "twice is harmless")
	}
	require.Equal(t, partners.TrackReturning, state(seventh.Number))
	require.NoError(t, w.Scan(ctx, seventh.Number, sandbox.Scan{State: partners.TrackReturnSigned}))
	require.Equal(t, partners.Refused, partners.FailureOf(w.kuaidi.Intercept(ctx, seventh, "顾客取消")), "too late")
	require.Equal(t, partners.Refused, partners.FailureOf(w.kuaidi.Intercept(ctx, partners.Waybill{Carrier: "nobody", Number: "1234567"}, "")))

	// A parcel with a plan of its own leaves the others' as it is.
	require.NoError(t, w.Plan(ctx, "YT1000000000007", sandbox.Plan{Steps: []sandbox.PlanStep{{State: partners.TrackPicked}, {State: partners.TrackRefused}}}))
	require.NoError(t, w.kuaidi.Subscribe(ctx, partners.Waybill{Carrier: "yto", Number: "YT1000000000007"}, "1234"))
	place("o2", "YT1000000000002", nil)
	require.NoError(t, w.kuaidi.Subscribe(ctx, partners.Waybill{Carrier: "yto", Number: "YT1000000000002"}, "1234"))
	eventually(t, func() bool { return state("YT1000000000002") == partners.TrackSigned }, "it arrives by itself")
	track, err = w.kuaidi.Query(ctx, partners.Waybill{Carrier: "yto", Number: "YT1000000000002"}, "1234")
	require.NoError(t, err)
	require.Len(t, track.Events, 3, "picked up once, in transit, signed")
	require.ErrorContains(t, w.Intercept(ctx, "YT1000000000002", 0), "409", "too late")

	signed := shipped.Add(time.Minute)
	place("o3", "YT1000000000003", &signed)
	require.Equal(t, partners.TrackSigned, state("YT1000000000003"))
	require.ErrorContains(t, w.Intercept(ctx, "YT9999999999999", 0), "400")
	bad := order(partners.RailAlipay, "o4")
	bad.Shipments = []partners.ShopShipment{{Carrier: "yto", Number: "YT1", ShippedAt: shipped, LineIDs: []string{"another order's"}}}
	_, err = w.PlaceOrder(ctx, bad)
	require.Error(t, err)
}

// Keys of an older file gain what it lacks, the same in every process, and keep what they had.
func TestKeysOfAnOlderFile(t *testing.T) {
	full, err := sandbox.EnsureKeys(keysDir)
	require.NoError(t, err)
	older := full
	older.WeChatAppID, older.InsuranceKeyID, older.InsuranceSecret = "", "", ""
	content, err := json.Marshal(older)
	require.NoError(t, err)
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, sandbox.KeysFile), content, 0o600))
	read, err := sandbox.EnsureKeys(dir)
	require.NoError(t, err)
	require.Equal(t, full, read)
	require.NotEmpty(t, read.InsuranceSecret)
	require.NotEmpty(t, read.WeChatAppID)
}
