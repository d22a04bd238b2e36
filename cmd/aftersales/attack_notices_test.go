package main

import (
	"bytes"
	"context"
	"crypto"
	"crypto/md5"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	webhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
	"github.com/stretchr/testify/require"

	"aftersales/api"
	"aftersales/audit"
	"aftersales/config"
	"aftersales/identity"
	"aftersales/models"
	"aftersales/money"
	"aftersales/partners"
	"aftersales/partners/sandbox"
)

// caught is a notice as a partner sent it.
type caught struct {
	partner string
	header  http.Header
	body    []byte
}

// post sends a notice to the real edge, over the real adapters and database.
type post func(c caught) *httptest.ResponseRecorder

// noticeWorld has the sandbox push true notices of three partners, which are caught on their way, and the edge that they
// were meant for. The shop's is signed here, with its own secret.
func noticeWorld(t *testing.T) (post, *models.Store, map[string]caught, sandbox.Keys) {
	t.Helper()
	store := apiStore(t)
	var mu sync.Mutex
	seen := map[string]caught{}
	trap := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		partner := r.URL.Path[strings.LastIndex(r.URL.Path, "/")+1:]
		seen[partner] = caught{partner, r.Header.Clone(), body}
	}))
	t.Cleanup(trap.Close)
	keys := t.TempDir()
	server, err := sandbox.New(sandbox.Options{
		LedgerFile: filepath.Join(t.TempDir(), "ledger.db"), KeysDir: keys, NotifyURL: trap.URL + "/notices", MaxBackoff: 100 * time.Millisecond,
		Log: slog.New(slog.DiscardHandler),
	})
	require.NoError(t, err)
	played := httptest.NewServer(server.Handler())
	t.Cleanup(func() { played.CloseClientConnections(); played.Close(); require.NoError(t, server.Close()) })

	cfg := config.Default()
	cfg.Partners.KeysDir, cfg.Sandbox.Reach, cfg.Kuaidi.CallbackURL = keys, played.URL, trap.URL+"/notices/kuaidi100"
	away, err := newOutside(&cfg)
	require.NoError(t, err)
	trail, finish := newRecorder(store)
	t.Cleanup(func() { require.NoError(t, finish()) })
	_, second := newIdentity(store, trail, identity.Options{})
	edge := api.New(api.Options{
		Factors: second,
		Notices: partnerNotices{store, away.readers}, Audit: trail, PublicURL: "https://shop.example", Logger: slog.New(slog.DiscardHandler),
	})
	send := func(c caught) *httptest.ResponseRecorder {
		request := httptest.NewRequest(http.MethodPost, "/v1/notices/"+c.partner, bytes.NewReader(c.body))
		request.Header = c.header.Clone()
		answer := httptest.NewRecorder()
		edge.Handler().ServeHTTP(answer, request)
		return answer
	}

	ctx, client := context.Background(), sandbox.Client{Base: played.URL}
	for rail, payments := range away.rails {
		placed, err := client.PlaceOrder(ctx, soldOn(rail))
		require.NoError(t, err)
		_, err = payments.Refund(ctx, partners.RefundRequest{
			Key: "k-" + string(rail), PaymentRef: placed.Payments[0].Ref, Amount: 2500, Captured: 10000, Currency: money.CNY, Reason: "退货退款",
		})
		require.NoError(t, err)
	}
	require.Eventually(t, func() bool {
		mu.Lock()
		defer mu.Unlock()
		return len(seen["alipay"].body) > 0 && len(seen["wechat"].body) > 0
	}, time.Minute, 10*time.Millisecond)
	mu.Lock()
	defer mu.Unlock()
	all := map[string]caught{"alipay": seen["alipay"], "wechat": seen["wechat"], "kuaidi100": trackNotice(server.Keys().KuaidiSalt)}
	all["shop"] = shopNotice(t, server.Keys().ShopWebhook, time.Now())
	return send, store, all, server.Keys()
}

func soldOn(rail partners.Rail) partners.ShopOrder {
	id := "o-" + string(rail)
	return partners.ShopOrder{
		ID: id, MerchantID: "m1", CustomerID: "c1", Currency: "CNY", PaidAt: time.Now().Add(-time.Hour).UTC().Truncate(time.Second),
		Recipient: partners.ShopPlace{Name: "张三", Phone: "13800001234", Province: "浙江省", City: "杭州市", Street: "文一路 1 号"},
		Lines:     []partners.ShopLine{{ID: id + "-1", ProductID: "p1", VariantID: "v1", Title: "保温杯", Category: "home", Quantity: 1, UnitPrice: 10000, Paid: 10000, WeightGrams: 1200}},
		Payments:  []partners.ShopPayment{{ID: id + "-p", Rail: rail, Captured: 10000}},
	}
}

func trackNotice(salt string) caught {
	const param = `{"status":"polling","message":"","lastResult":{"message":"ok","nu":"YT8888888888888","com":"yuantong","state":"0","data":[{"time":"2026-03-01 12:00:00","ftime":"2026-03-01 12:00:00","context":"已揽收"}]}}`
	return caught{"kuaidi100", http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}, []byte(kuaidiForm(param, salt))}
}

// kuaidiForm signs as Kuaidi100 does: MD5 over the content and the salt.
func kuaidiForm(param, salt string) string {
	sum := md5.Sum([]byte(param + salt))
	return url.Values{"param": {param}, "sign": {strings.ToUpper(hex.EncodeToString(sum[:]))}}.Encode()
}

// without takes a field out of a form.
func without(form, field string) []byte {
	values, err := url.ParseQuery(form)
	if err != nil {
		return []byte(form)
	}
	values.Del(field)
	return []byte(values.Encode())
}

// alipaySigned is a notice that Alipay itself signed: RSA2 over all fields, in order, but the signature's own.
func alipaySigned(t *testing.T, keys sandbox.Keys, like caught, change func(url.Values)) caught {
	t.Helper()
	values, err := url.ParseQuery(string(like.body))
	require.NoError(t, err)
	values.Del("sign")
	values.Del("sign_type")
	change(values)
	var text []string
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if values.Get(name) != "" {
			text = append(text, name+"="+values.Get(name))
		}
	}
	block, _ := pem.Decode([]byte(keys.Alipay.Private))
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	require.NoError(t, err)
	sum := sha256.Sum256([]byte(strings.Join(text, "&")))
	signature, err := rsa.SignPKCS1v15(nil, key.(*rsa.PrivateKey), crypto.SHA256, sum[:])
	require.NoError(t, err)
	values.Set("sign", base64.StdEncoding.EncodeToString(signature))
	values.Set("sign_type", "RSA2")
	return caught{like.partner, like.header, []byte(values.Encode())}
}

func shopNotice(t *testing.T, secret string, at time.Time) caught {
	t.Helper()
	hook, err := webhooks.NewWebhook(secret)
	require.NoError(t, err)
	order := soldOn(partners.RailAlipay)
	order.Version, order.PaidAt, order.Payments[0].Ref = 2, time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC), "pay-1"
	order.Payments[0].CapturedAt = order.PaidAt
	body, err := json.Marshal(map[string]any{"type": "order.updated", "data": order})
	require.NoError(t, err)
	signature, err := hook.Sign("n-1", at, body)
	require.NoError(t, err)
	header := http.Header{"Content-Type": {"application/json"}}
	header.Set(webhooks.HeaderWebhookID, "n-1")
	header.Set(webhooks.HeaderWebhookTimestamp, strconv.FormatInt(at.Unix(), 10))
	header.Set(webhooks.HeaderWebhookSignature, signature)
	return caught{"shop", header, body}
}

func storedNotices(t *testing.T, store *models.Store) int {
	t.Helper()
	var n int64
	require.NoError(t, store.DB.Model(&models.PartnerNotice{}).Count(&n).Error)
	return int(n)
}

// A notice is believed when its signature is its partner's, over exactly this content: not without one, not with another
// partner's or another key's, not when one byte is changed.
func TestAttack07_ForgedNotice(t *testing.T) {
	send, store, all, keys := noticeWorld(t)
	other, err := sandbox.EnsureKeys(t.TempDir())
	require.NoError(t, err)
	refused := func(c caught, what string) {
		answer := send(c)
		require.Contains(t, []int{400, 401}, answer.Code, "%s: %s: %s", c.partner, what, answer.Body)
		require.Zero(t, storedNotices(t, store), "%s: %s", c.partner, what)
	}
	for _, c := range all {
		bare := c
		bare.header = http.Header{"Content-Type": c.header["Content-Type"]}
		if c.partner == "alipay" || c.partner == "kuaidi100" { // they sign inside of the content
			bare.body = without(string(c.body), "sign")
		}
		refused(bare, "no signature")
		for i := 0; i < len(c.body); i += 1 + len(c.body)/40 {
			altered := c
			altered.body = bytes.Clone(c.body)
			altered.body[i] ^= 1
			refused(altered, "one byte changed")
		}
		for _, another := range all {
			if another.partner != c.partner {
				refused(caught{c.partner, another.header, another.body}, "what "+another.partner+" sent")
				if c.partner == "wechat" || c.partner == "shop" { // they sign in headers
					refused(caught{c.partner, another.header, c.body}, "the signature of "+another.partner)
				}
			}
		}
	}
	refused(alipaySigned(t, keys, all["alipay"], func(values url.Values) { values.Set("app_id", "2021000000000000") }), "meant for another application")
	refused(alipaySigned(t, other, all["alipay"], func(url.Values) {}), "another's key")
	refused(trackNotice(other.KuaidiSalt), "another salt")
	refused(shopNotice(t, other.ShopWebhook, time.Now()), "another secret")
	for _, partner := range []string{"nobody", "..", "alipay%2f", "ALIPAY", ""} {
		c := all["alipay"]
		c.partner = partner
		require.Equal(t, 404, send(c).Code, partner)
	}
	require.Zero(t, storedNotices(t, store))
	// The true ones are believed, so the refusals above were about the forgery.
	for _, c := range all {
		require.Equal(t, 200, send(c).Code, c.partner)
	}
	require.Equal(t, len(all), storedNotices(t, store))
}

// A true notice that somebody sends again is acknowledged like the first time and changes nothing; one that is signed with
// its time is too old after a while.
func TestAttack07_ReplayedNotice(t *testing.T) {
	send, store, all, keys := noticeWorld(t)
	for _, c := range all {
		first := send(c)
		require.Equal(t, 200, first.Code, "%s: %s", c.partner, first.Body)
		for range 5 {
			again := send(c)
			require.Equal(t, first.Code, again.Code)
			require.Equal(t, first.Body.String(), again.Body.String(), "nothing tells whether it was new")
		}
	}
	require.Equal(t, len(all), storedNotices(t, store), "each is stored once")

	dressed := all["kuaidi100"]
	dressed.body = append([]byte("x=1&"), dressed.body...)
	require.Equal(t, 200, send(dressed).Code)
	dressed.body = []byte(strings.ToLower(string(without(string(all["kuaidi100"].body), "param"))) + "&" + string(without(string(all["kuaidi100"].body), "sign")))
	require.Equal(t, 200, send(dressed).Code)
	turned := all["alipay"]
	fields := strings.Split(string(turned.body), "&")
	slices.Reverse(fields)
	turned.body = []byte(strings.Join(fields, "&"))
	require.Equal(t, 200, send(turned).Code)
	require.Equal(t, len(all), storedNotices(t, store), "nor again in another dress")

	unnumbered := alipaySigned(t, keys, all["alipay"], func(values url.Values) { values.Del("notify_id") })
	require.Equal(t, 200, send(unnumbered).Code)
	require.Equal(t, len(all)+1, storedNotices(t, store))
	fields = strings.Split(string(unnumbered.body), "&")
	slices.Reverse(fields)
	unnumbered.body = []byte(strings.Join(fields, "&"))
	require.Equal(t, 200, send(unnumbered).Code)
	require.Equal(t, len(all)+1, storedNotices(t, store), "nor when it has no number")

	old := shopNotice(t, keys.ShopWebhook, time.Now().Add(-time.Hour))
	require.Equal(t, 401, send(old).Code, "its signature is right, but an hour old")
	late := shopNotice(t, keys.ShopWebhook, time.Now().Add(time.Hour))
	require.Equal(t, 401, send(late).Code)
	require.Equal(t, len(all)+1, storedNotices(t, store))
}

// A refused notice is in the audit trail.
func TestAttack07_ForgeriesAreInTheTrail(t *testing.T) {
	send, store, all, _ := noticeWorld(t)
	c := all["kuaidi100"]
	c.body = without(string(c.body), "sign")
	require.Equal(t, 401, send(c).Code)
	require.Eventually(t, func() bool {
		found, err := store.FindAudit(t.Context(), models.AuditFilter{Action: "notice.receive", Outcome: models.AuditRefused, Limit: 10})
		return err == nil && len(found) == 1 && found[0].SubjectID == "kuaidi100" && found[0].Reason == "notice_forged"
	}, time.Minute, 10*time.Millisecond)
	report, err := audit.Verify(t.Context(), store, nil, nil)
	require.NoError(t, err)
	require.True(t, report.Whole())
}
