package kuaidi100

import (
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"aftersales/partners"
)

func TestSignIsUpperMD5OfThePartsInARow(t *testing.T) {
	require.Equal(t, "900150983CD24FB0D6963F7D28E17F72", sign("a", "b", "c")) // RFC 1321: MD5("abc")
}

func client(t testing.TB) *Client {
	c, err := New(Options{BaseURL: "http://127.0.0.1:1", Customer: "c", Key: "k", Secret: "s", Salt: "saltsalt", CallbackURL: "http://127.0.0.1:2/"})
	require.NoError(t, err)
	return c
}

func signed(param string) []byte {
	return []byte(url.Values{"param": {param}, "sign": {strings.ToLower(sign(param, "saltsalt"))}}.Encode())
}

// A push as Kuaidi100 documents it, with the finer states of resultv2 and a lower-case signature.
func TestPushAsDocumented(t *testing.T) {
	notice, err := client(t).ReadNotice(nil, signed(`{"status":"shutdown","billstatus":"check","message":"","lastResult":{"message":"ok","state":"301","status":"200","ischeck":"1","com":"shunfeng","nu":"SF1234567890123",
		"routeInfo":{"from":{"number":"CN440300000000","name":"广东,深圳市"},"to":{"name":"浙江,杭州市,西湖区"}},
		"data":[{"context":"已签收","time":"2026-01-02 10:00:00","ftime":"2026-01-02 10:00:00","areaName":"浙江,杭州市,西湖区"},{"context":"已揽收","time":"2026-01-01 10:00:00","ftime":"2026-01-01 10:00:00","areaName":"广东,深圳市,南山区"}]}}`))
	require.NoError(t, err)
	require.Equal(t, partners.TrackSigned, notice.Track.State)
	require.Equal(t, partners.Waybill{Carrier: "sf", Number: "SF1234567890123"}, notice.Track.Waybill)
	require.Equal(t, "深圳市", notice.Track.FromCity)
	require.Equal(t, "杭州市", notice.Track.ToCity)
	require.Zero(t, notice.Track.Grams)
	require.Len(t, notice.Track.Events, 2)
	require.NotEmpty(t, notice.ID)
}

func TestPickupCallbackTellsTheWeight(t *testing.T) {
	notice, err := client(t).ReadNotice(nil, signed(`{"kuaidicom":"yuantong","kuaidinum":"YT1234567890123","status":"200","message":"成功","data":{"orderId":"1","status":10,"weight":"1.2","updateTime":"2026-01-01 10:00:00"}}`))
	require.NoError(t, err)
	require.Equal(t, partners.TrackPicked, notice.Track.State)
	require.Equal(t, 1200, notice.Track.Grams)
}

func TestMalformedPushes(t *testing.T) {
	for _, param := range []string{``, `{}`, `[]`, `{"lastResult":{"com":"sf"}}`, `{"lastResult":{"com":"sf","nu":"1","state":"99","data":[{"ftime":"2026-01-01 10:00:00"}]}}`,
		`{"lastResult":{"com":"sf","nu":"1","state":"0","data":[{"ftime":"yesterday"}]}}`,
		`{"lastResult":{"com":"sf","nu":"1","state":"0","weight":"-1"}}`, `{"lastResult":{"com":"sf","nu":"1","state":"0","weight":"NaN"}}`,
		`{"lastResult":{"com":"sf","nu":"1","state":"0","data":[{"ftime":"2026-01-01 10:00:00"},{"ftime":"2026-01-02 10:00:00"}]}}`} {
		_, err := client(t).ReadNotice(nil, signed(param))
		require.Equal(t, partners.Malformed, partners.FailureOf(err), param)
	}
}

func TestCarriersAreKnownBothWays(t *testing.T) {
	c := client(t)
	require.Len(t, c.Carriers(), 8)
	for code := range c.Carriers() {
		require.Equal(t, code, ourCode(theirCode(code)))
	}
}

func FuzzPush(f *testing.F) {
	f.Add([]byte(`{"status":"abort","lastResult":{"com":"sf","nu":"1","state":"","data":[]}}`))
	f.Add([]byte(`{"kuaidicom":"sf","kuaidinum":"1","data":{"status":10,"weight":"1","updateTime":"2026-01-01 10:00:00"}}`))
	f.Fuzz(func(t *testing.T, param []byte) {
		track, err := readPush(param)
		if err == nil {
			require.NotEmpty(t, track.State)
			require.NotEmpty(t, track.Waybill.Number)
			require.GreaterOrEqual(t, track.Grams, 0)
		}
	})
}

func FuzzTrack(f *testing.F) {
	f.Add([]byte(`{"com":"sf","nu":"1","state":"3","weight":"1.5","data":[{"ftime":"2026-01-01 10:00:00","areaName":"a,b"}]}`))
	f.Fuzz(func(t *testing.T, content []byte) {
		track, err := parseTrack(content)
		if err == nil && len(track.Events) == 0 {
			require.Equal(t, partners.TrackNone, track.State)
		}
	})
}
