package sandbox_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"aftersales/partners"
	"aftersales/partners/kuaidi100"
	"aftersales/partners/sandbox"
	"aftersales/partners/shop"
)

var yto = partners.Waybill{Carrier: "yto", Number: "YT8888888888888"}

func pickup(key string) partners.PickupRequest {
	return partners.PickupRequest{Key: key, Carrier: "sf", Grams: 1200,
		From:  partners.Place{Name: "张三", Phone: "13800001234", Province: "浙江省", City: "杭州市", District: "西湖区", Street: "文一路 1 号"},
		To:    partners.Place{Name: "商家", Phone: "13900001234", Province: "广东省", City: "深圳市", District: "南山区", Street: "科技路 1 号"},
		After: time.Now().Add(time.Hour), Before: time.Now().Add(3 * time.Hour)}
}

func TestTrackByQueryAndPush(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	track, err := w.kuaidi.Query(ctx, yto, "1234")
	require.NoError(t, err)
	require.Equal(t, partners.TrackNone, track.State)

	require.NoError(t, w.kuaidi.Subscribe(ctx, yto, "1234"))
	require.NoError(t, w.kuaidi.Subscribe(ctx, yto, "1234"), "subscribing twice is harmless")
	states := []partners.TrackState{partners.TrackPicked, partners.TrackTransit, partners.TrackTrouble, partners.TrackOutForDelivery, partners.TrackRefused,
		partners.TrackReturning, partners.TrackForwarded, partners.TrackCustoms, partners.TrackReturnSigned, partners.TrackSigned}
	for i, state := range states {
		require.NoError(t, w.Scan(ctx, yto.Number, sandbox.Scan{State: state, Grams: 1234, City: fmt.Sprintf("城%d市", i)}))
		track, err = w.kuaidi.Query(ctx, yto, "1234")
		require.NoError(t, err)
		require.Equal(t, state, track.State)
		require.Len(t, track.Events, i+1)
	}
	require.Equal(t, yto, track.Waybill)
	require.Equal(t, 1234, track.Grams)
	require.Equal(t, "城0市", track.FromCity)
	require.Equal(t, "城9市", track.ToCity)
	require.Equal(t, "城9市", track.Events[0].City, "newest first")

	eventually(t, func() bool { return len(w.api.got("kuaidi100")) == len(states) }, "a push per scan")
	list := w.api.got("kuaidi100")
	require.Equal(t, track, *list[len(list)-1].Track, "the whole track, every time")
}

func TestTrackNoticesForgedDoubledDisordered(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	require.NoError(t, w.kuaidi.Subscribe(ctx, yto, ""))
	w.faults(sandbox.Fault{Family: "kuaidi100", Kind: sandbox.Disordered, Next: 1, Ms: 500},
		sandbox.Fault{Family: "kuaidi100", Kind: sandbox.Doubled}, sandbox.Fault{Family: "kuaidi100", Kind: sandbox.ForgedNotice})
	require.NoError(t, w.Scan(ctx, yto.Number, sandbox.Scan{State: partners.TrackPicked}))
	require.NoError(t, w.Scan(ctx, yto.Number, sandbox.Scan{State: partners.TrackSigned}))
	eventually(t, func() bool { return len(w.api.got("kuaidi100")) == 4 && w.api.forgedCount() == 2 }, "each twice, and two forgeries refused")
	list := w.api.got("kuaidi100")
	require.Equal(t, partners.TrackSigned, list[0].Track.State, "the newer one came first")
	require.Equal(t, partners.TrackPicked, list[3].Track.State)
	require.Equal(t, list[0].ID, list[1].ID)

	_, err := w.kuaidi.ReadNotice(nil, []byte(url.Values{"param": {"{}"}, "sign": {"00"}}.Encode()))
	require.Equal(t, partners.Forged, partners.FailureOf(err))
	_, err = w.kuaidi.ReadNotice(nil, []byte("param=a&param=b&sign=c"))
	require.Equal(t, partners.Forged, partners.FailureOf(err))
	kind, answer := w.kuaidi.Acknowledge()
	require.Contains(t, kind, "json")
	require.JSONEq(t, `{"result":true,"returnCode":"200","message":"成功"}`, string(answer))
}

func TestParcelMovesByPlanAndAutopilot(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	require.NoError(t, w.Plan(ctx, yto.Number, sandbox.Plan{Grams: 100, Steps: []sandbox.PlanStep{
		{AfterMs: 0, State: partners.TrackPicked, City: "杭州市"}, {AfterMs: 20, State: partners.TrackSigned, City: "深圳市"}}}))
	require.Empty(t, w.api.got("kuaidi100"), "it waits for the subscription")
	require.NoError(t, w.kuaidi.Subscribe(ctx, yto, ""))
	eventually(t, func() bool { list := w.api.got("kuaidi100"); return len(list) == 2 }, "two scans")
	last := w.api.got("kuaidi100")[1].Track
	require.Equal(t, partners.TrackSigned, last.State)
	require.Equal(t, 100, last.Grams)
	require.Equal(t, "杭州市", last.FromCity)

	require.NoError(t, w.SetAutopilot(ctx, sandbox.Autopilot{On: true, Speed: 100}))
	booked, err := w.kuaidi.BookPickup(ctx, pickup("p1"))
	require.NoError(t, err)
	require.True(t, partners.ValidWaybill(booked.Waybill.Carrier, booked.Waybill.Number), booked.Waybill.Number)
	require.NoError(t, w.kuaidi.Subscribe(ctx, booked.Waybill, ""))
	eventually(t, func() bool {
		track, err := w.kuaidi.Query(ctx, booked.Waybill, "")
		return err == nil && track.State == partners.TrackSigned && track.FromCity == "杭州市" && track.ToCity == "深圳市"
	}, "a booked parcel moves along its own addresses")
}

func TestParcelWithoutRecordIsAborted(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t, func(o *sandbox.Options) { o.AbortAfter = 50 * time.Millisecond })
	require.NoError(t, w.SetAutopilot(ctx, sandbox.Autopilot{On: true, Speed: 100}))
	silent := partners.Waybill{Carrier: "sf", Number: "SF0001234567890"}
	require.True(t, partners.ValidWaybill(silent.Carrier, silent.Number))
	require.NoError(t, w.kuaidi.Subscribe(ctx, silent, ""))
	eventually(t, func() bool { return len(w.api.got("kuaidi100")) == 1 }, "one notice: aborted")
	track := w.api.got("kuaidi100")[0].Track
	require.Equal(t, partners.TrackAborted, track.State)
	require.Equal(t, silent, track.Waybill)
	require.ErrorContains(t, w.Scan(ctx, silent.Number, sandbox.Scan{State: partners.TrackPicked}), "409")
}

func TestPickupOrdersOncePerKey(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	_, found, err := w.kuaidi.FindPickup(ctx, "p1")
	require.NoError(t, err)
	require.False(t, found)

	w.faults(sandbox.Fault{Family: "kuaidi100", Op: "order", Kind: sandbox.AppliedThenTimeout, Next: 1})
	_, err = w.kuaidi.BookPickup(ctx, pickup("p1"))
	require.Equal(t, partners.Unknown, partners.FailureOf(err))
	known, found, err := w.kuaidi.FindPickup(ctx, "p1")
	require.NoError(t, err)
	require.True(t, found)
	again, err := w.kuaidi.BookPickup(ctx, pickup("p1"))
	require.NoError(t, err)
	require.Equal(t, known, again)
	require.Len(t, w.ledger().Pickups, 1)

	other := pickup("p1")
	other.From.Street = "别处"
	_, err = w.kuaidi.BookPickup(ctx, other)
	require.Equal(t, partners.Mismatch, partners.FailureOf(err))

	require.NoError(t, w.kuaidi.CancelPickup(ctx, "p1", known.TaskID, "不退了"))
	require.NoError(t, w.kuaidi.CancelPickup(ctx, "p1", known.TaskID, "不退了"), "cancelling twice is harmless")
	require.NoError(t, w.kuaidi.CancelPickup(ctx, "p1", "", "不退了"))
	require.NoError(t, w.kuaidi.CancelPickup(ctx, "never", "", "不退了"))
	require.NotNil(t, w.ledger().Pickups[0].CancelledAt)

	w.faults(sandbox.Fault{Family: "kuaidi100", Op: "order", Kind: sandbox.TimeoutBeforeApply, Next: 1})
	_, err = w.kuaidi.BookPickup(ctx, pickup("p2"))
	require.Equal(t, partners.Unknown, partners.FailureOf(err))
	_, found, err = w.kuaidi.FindPickup(ctx, "p2")
	require.NoError(t, err)
	require.False(t, found)
}

func TestCarrierFailures(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	for _, kind := range []sandbox.Kind{sandbox.Down, sandbox.RateLimit} {
		w.faults(sandbox.Fault{Family: "kuaidi100", Kind: kind})
		_, err := w.kuaidi.BookPickup(ctx, pickup("p1"))
		require.Equal(t, partners.Down, partners.FailureOf(err))
		require.Equal(t, partners.Down, partners.FailureOf(w.kuaidi.Subscribe(ctx, yto, "")))
		_, err = w.kuaidi.Query(ctx, yto, "")
		require.Equal(t, partners.Down, partners.FailureOf(err))
	}
	w.faults()
	require.Equal(t, partners.Refused, partners.FailureOf(w.kuaidi.Subscribe(ctx, partners.Waybill{Carrier: "pigeon", Number: "1234567"}, "")))
	require.Equal(t, partners.Refused, partners.FailureOf(w.kuaidi.Subscribe(ctx, partners.Waybill{Carrier: "sf", Number: "1"}, "")))
	far := pickup("far")
	far.After = time.Now().AddDate(0, 0, 4)
	_, err := w.kuaidi.BookPickup(ctx, far)
	require.Equal(t, partners.Refused, partners.FailureOf(err))

	o := w.server.Keys().KuaidiOptions(w.http.URL, "http://127.0.0.1:1/")
	o.Secret, o.Key = "wrong", "wrong"
	wrong, err := kuaidi100.New(o)
	require.NoError(t, err)
	_, err = wrong.BookPickup(ctx, pickup("p1"))
	require.Equal(t, partners.Down, partners.FailureOf(err))
	require.Error(t, wrong.Subscribe(ctx, yto, ""))
	_, err = wrong.Query(ctx, yto, "")
	require.Error(t, err)
	require.Empty(t, w.ledger().Pickups)
}

func TestShopOrders(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	_, found, err := w.shop.Order(ctx, "o/1?x")
	require.NoError(t, err)
	require.False(t, found)

	placed, err := w.PlaceOrder(ctx, order(partners.RailAlipay, "o/1?x"))
	require.NoError(t, err)
	require.Equal(t, int64(1), placed.Version)
	got, found, err := w.shop.Order(ctx, "o/1?x")
	require.NoError(t, err)
	require.True(t, found)
	require.Equal(t, placed, got)

	shipped := time.Now().UTC().Truncate(time.Second)
	next := placed
	next.Version, next.ShippedAt = 0, &shipped
	next, err = w.PlaceOrder(ctx, next)
	require.NoError(t, err)
	require.Equal(t, int64(2), next.Version)
	require.Equal(t, placed.Payments, next.Payments)
	require.Len(t, w.ledger().Payments, 1, "a new version books no payment again")
	_, err = w.PlaceOrder(ctx, placed)
	require.ErrorContains(t, err, "not newer")

	eventually(t, func() bool { return len(w.api.got("shop")) == 2 }, "a push per version")
	versions := map[int64]partners.ShopOrder{}
	for _, n := range w.api.got("shop") {
		versions[n.Order.Version] = *n.Order
	}
	require.Equal(t, placed, versions[1])
	require.Equal(t, next, versions[2])

	raw, _ := w.api.rawOf("shop")
	old := raw.header.Clone()
	old.Set("webhook-timestamp", fmt.Sprint(time.Now().Add(-6*time.Minute).Unix()))
	_, err = w.shop.ReadNotice(old, raw.body)
	require.Equal(t, partners.Forged, partners.FailureOf(err), "an old one is a replay")
	_, err = w.shop.ReadNotice(raw.header, append(raw.body, ' '))
	require.Equal(t, partners.Forged, partners.FailureOf(err))
	_, err = w.shop.ReadNotice(http.Header{}, raw.body)
	require.Equal(t, partners.Forged, partners.FailureOf(err))

	o := w.server.Keys().ShopOptions(w.http.URL)
	o.Secret = "a wrong secret, long enough"
	wrong, err := shop.New(o)
	require.NoError(t, err)
	_, _, err = wrong.Order(ctx, "o/1?x")
	require.Equal(t, partners.Forged, partners.FailureOf(err))
	w.faults(sandbox.Fault{Family: "shop", Kind: sandbox.Down})
	_, _, err = w.shop.Order(ctx, "o/1?x")
	require.Equal(t, partners.Down, partners.FailureOf(err))
}
