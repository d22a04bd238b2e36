package main

import (
	"context"
	"crypto/md5"
	"encoding/hex"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"aftersales/api"
	"aftersales/fault"
	"aftersales/identity"
	"aftersales/models"
	"aftersales/partners"
	"aftersales/partners/kuaidi100"
	"aftersales/testkit"
)

func apiStore(t *testing.T) *models.Store {
	t.Helper()
	file := schema(t)
	options := models.Options{CreateMasterKey: true}
	require.NoError(t, models.Migrate(t.Context(), file, options))
	store, err := models.Open(t.Context(), file, options)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, store.Close()) })
	return store
}

func TestKeyedRequestsKeepTheFirstAnswer(t *testing.T) {
	store := apiStore(t)
	keys, at := keyedRequests{store}, time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	customer, err := store.CreateCustomer(t.Context(), models.NewCustomer{ID: "cu-1", Name: "张三", Lang: "zh-CN", Level: "normal", CreatedAt: at})
	require.NoError(t, err)
	request := api.KeyedRequest{Actor: "customer/cu-1", KeyRef: customer.KeyRef, Key: "k", Action: "case.open", Hash: "h1"}

	first, answer, err := keys.Begin(t.Context(), request, at)
	require.NoError(t, err)
	require.Equal(t, at, first)
	require.Zero(t, answer)
	again, answer, err := keys.Begin(t.Context(), request, at.Add(time.Hour))
	require.NoError(t, err)
	require.Equal(t, at, again, "when the first request arrived")
	require.Zero(t, answer)

	want := api.KeyedAnswer{Status: 201, ContentType: "application/json", Body: []byte("{\"a\":1}\n")}
	stands, err := keys.Finish(t.Context(), request, want, at)
	require.NoError(t, err)
	require.Equal(t, want, stands)
	stands, err = keys.Finish(t.Context(), request, api.KeyedAnswer{Status: 200, ContentType: "x", Body: []byte("other")}, at)
	require.NoError(t, err)
	require.Equal(t, want, stands, "the first answer stands")
	_, answer, err = keys.Begin(t.Context(), request, at)
	require.NoError(t, err)
	require.Equal(t, want, answer)

	request.Hash = "h2"
	_, _, err = keys.Begin(t.Context(), request, at)
	require.Equal(t, fault.KeyReused, fault.As(err).Code)
}

func TestAnswersThatHoldASecretAreRepeatedForTenMinutesOnly(t *testing.T) {
	store := apiStore(t)
	keys, at := keyedRequests{store}, time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	request := api.KeyedRequest{Actor: "operator/op", KeyRef: "platform", Key: "k", Action: "key.create", Hash: "h", Secret: true}
	_, _, err := keys.Begin(t.Context(), request, at)
	require.NoError(t, err)
	answer := api.KeyedAnswer{Status: 201, ContentType: "application/json", Body: []byte(`{"token":"ask_x"}`)}
	_, err = keys.Finish(t.Context(), request, answer, at)
	require.NoError(t, err)
	_, again, err := keys.Begin(t.Context(), request, at.Add(10*time.Minute-time.Second))
	require.NoError(t, err)
	require.Equal(t, answer, again, "for whom the answer was lost on its way")
	_, again, err = keys.Begin(t.Context(), request, at.Add(10*time.Minute))
	require.Equal(t, fault.AnswerOver, fault.As(err).Code)
	require.Zero(t, again)
	_, err = store.ForgetSecrets(t.Context(), at.Add(10*time.Minute))
	require.NoError(t, err)
	_, _, err = keys.Begin(t.Context(), request, at)
	require.Equal(t, fault.AnswerOver, fault.As(err).Code, "what is swept is nowhere")

	refused := request
	refused.Key = "k2"
	_, _, err = keys.Begin(t.Context(), refused, at)
	require.NoError(t, err)
	no := api.KeyedAnswer{Status: 422, ContentType: "application/problem+json", Body: []byte(`{}`)}
	_, err = keys.Finish(t.Context(), refused, no, at)
	require.NoError(t, err)
	_, again, err = keys.Begin(t.Context(), refused, at.Add(time.Hour))
	require.NoError(t, err)
	require.Equal(t, no, again, "a refusal holds no secret")
}

func TestNoticesAreVerifiedStoredOnceAndAcknowledged(t *testing.T) {
	const salt = "notice-salt-01"
	store := apiStore(t)
	carrier, err := kuaidi100.New(kuaidi100.Options{
		BaseURL: "http://127.0.0.1:1", Customer: "c", Key: "k", Secret: "s", Salt: salt, CallbackURL: "http://127.0.0.1:1/v1/notices/kuaidi100",
	})
	require.NoError(t, err)
	notices := partnerNotices{store, map[string]partners.NoticeReader{"kuaidi100": carrier}}
	push := func(partner, param, with string) (string, error) {
		sum := md5.Sum([]byte(param + with))
		form := url.Values{"param": {param}, "sign": {strings.ToUpper(hex.EncodeToString(sum[:]))}}
		header := http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}
		_, answer, err := notices.Receive(context.Background(), partner, header, []byte(form.Encode()))
		return string(answer), err
	}
	const param = `{"status":"polling","message":"","lastResult":{"message":"ok","nu":"YT8888888888888","com":"yuantong","state":"0","data":[{"time":"2026-03-01 12:00:00","ftime":"2026-03-01 12:00:00","context":"已揽收"}]}}`

	for range 2 {
		answer, err := push("kuaidi100", param, salt)
		require.NoError(t, err)
		require.Contains(t, answer, `"returnCode":"200"`)
	}
	stored, err := store.NoticesOf(t.Context(), "YT8888888888888")
	require.NoError(t, err)
	require.Len(t, stored, 1, "a repeated notice is stored once")
	require.Equal(t, "track", stored[0].Kind)

	_, err = push("kuaidi100", param, "another-salt")
	require.Equal(t, fault.NoticeForged, fault.As(err).Code)
	_, err = push("kuaidi100", `nonsense`, salt)
	require.Equal(t, fault.NoticeMalformed, fault.As(err).Code)
	_, err = push("unknown", param, salt)
	require.Equal(t, fault.NotFound, fault.As(err).Code)
}

func TestSignInOverTheDatabase(t *testing.T) {
	store := apiStore(t)
	at := time.Now()
	_, err := store.CreateCustomer(t.Context(), models.NewCustomer{ID: "cu-1", Name: "张三", Lang: "zh-CN", Level: "normal", CreatedAt: at})
	require.NoError(t, err)
	hasher := identity.NewHasherAt(identity.CheapCost, 0, time.Minute)
	for range 2 { // at every start
		require.NoError(t, identity.Seed(t.Context(), store, hasher, at, []identity.DemoAccount{
			{ID: "ac-1", Login: "Zhang.San", Password: "demo-password", PersonKind: "customer", PersonID: "cu-1"},
		}))
	}
	service := identity.New(store, identity.Options{Hasher: hasher, TriesPerLogin: 2})
	signed, err := service.SignIn(t.Context(), "zhang.san", "demo-password", identity.Origin{Address: "192.0.2.1"})
	require.NoError(t, err)
	person, err := service.Authenticate(t.Context(), signed.Token)
	require.NoError(t, err)
	require.Equal(t, "cu-1", person.ID)
	require.NoError(t, service.SignOut(t.Context(), signed.Token))
	_, err = service.Authenticate(t.Context(), signed.Token)
	require.Equal(t, fault.SignInRequired, fault.As(err).Code)
	for _, want := range []fault.Code{fault.SignInFailed, fault.SignInFailed, fault.TooManyTries} {
		_, err = service.SignIn(t.Context(), "zhang.san", "wrong", identity.Origin{Address: "192.0.2.1"})
		require.Equal(t, want, fault.As(err).Code)
	}
}

func TestAPICommandNamesATakenPort(t *testing.T) {
	command := apiCommand(func(context.Context) (apiOptions, error) { return apiOptions{Listen: "256.0.0.1:1"}, nil })
	command.SetArgs(nil)
	command.SilenceUsage, command.SilenceErrors = true, true
	require.ErrorContains(t, command.ExecuteContext(t.Context()), "--listen")
}

// schema is the path of a new SQLite database of this build's schema.
func schema(t testing.TB) string {
	t.Helper()
	return testkit.SQLiteFrom(t, "schema", func(file string) error { return models.Migrate(context.Background(), file, models.Options{}) })
}
