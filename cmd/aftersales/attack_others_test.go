package main

import (
	"encoding/json"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"aftersales/access"
	"aftersales/api"
	"aftersales/identity"
	"aftersales/media/mediatest"
	"aftersales/models"
	"aftersales/workflows/contract"
)

// withRival adds a second shop with staff of its own, an order of its customer, and a case of the first customer.
func withRival(t *testing.T) *apiWorld {
	t.Helper()
	w := newAPIWorld(t)
	ctx, at := t.Context(), time.Now().UTC()
	_, err := w.store.CreateMerchant(ctx, models.NewMerchant{ID: "shop-2", Name: "别家", Level: "normal", CreatedAt: at})
	require.NoError(t, err)
	_, err = w.store.CreateStaff(ctx, models.NewStaff{ID: "st-2", Role: "merchant", MerchantID: "shop-2", Name: "王", Owner: true, CreatedAt: at})
	require.NoError(t, err)
	_, err = w.store.UpsertOrder(ctx, models.OrderInput{
		ID: "o-2", Version: 1, CustomerID: "cu-2", MerchantID: "shop-2", Currency: "CNY", PaidAt: at,
		Recipient: `{"name":"王二","phone":"13900000000","province":"浙江省","city":"杭州市","street":"文三路 2 号"}`,
		Lines:     []models.OrderLineInput{{ID: "l-2", ProductID: "p", VariantID: "v", Title: "杯子", Category: "home", Quantity: 2, UnitPrice: 5000, Paid: 10000, WeightGrams: 300}},
		Tenders:   []models.TenderInput{{ID: "t-2", Rail: "alipay", Ref: "2027", Captured: 10000, CapturedAt: at}},
	})
	require.NoError(t, err)
	require.NoError(t, identity.Seed(ctx, w.store, identity.NewHasherAt(identity.CheapCost, 0, time.Minute), at, []identity.DemoAccount{
		{ID: "a-4", Login: "rival", Password: "demo-password", PersonKind: "staff", PersonID: "st-2"},
	}))
	var signed struct{ Token string }
	w.call("rival", "POST", "/v1/session", `{"login":"rival","password":"demo-password"}`, 201, &signed)
	w.tokens["rival"] = signed.Token
	view, err := json.Marshal(contract.View{EditsLeft: 5})
	require.NoError(t, err)
	require.NoError(t, w.store.DB.Create(&models.Case{
		ID: "case-1", WorkflowID: contract.WorkflowID("k", "case-1"), Kind: "return", Phase: "onsale", Stage: "merchant_answer", Open: true,
		CustomerID: "cu-1", MerchantID: "shop-1", OrderID: "o-1", Reason: "quality", Currency: "CNY", View: string(view), Seq: 1, Revision: 1, OpenedAt: at, UpdatedAt: at,
	}).Error)
	return w
}

// try makes a request and returns its answer; every one has a key of its own.
func (w *apiWorld) try(login, method, path, body string) *httptest.ResponseRecorder {
	request := httptest.NewRequest(method, path, strings.NewReader(body))
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Idempotency-Key", models.NewID())
	request.Header.Set("Authorization", "Bearer "+w.tokens[login])
	answer := httptest.NewRecorder()
	w.server.Handler().ServeHTTP(answer, request)
	return answer
}

// alike requires that two refusals cannot be told apart, but for what the server makes up for each.
func alike(t *testing.T, one, other *httptest.ResponseRecorder, about string) {
	t.Helper()
	strip := func(answer *httptest.ResponseRecorder) map[string]any {
		var content map[string]any
		require.NoError(t, json.Unmarshal(answer.Body.Bytes(), &content), "%s: %s", about, answer.Body)
		delete(content, "request_id")
		return content
	}
	require.Equal(t, other.Code, one.Code, "%s: %s", about, one.Body)
	require.Equal(t, strip(other), strip(one), about)
	for _, name := range []string{"Content-Type", "Content-Length", "Cache-Control"} {
		require.Equal(t, other.Header().Get(name), one.Header().Get(name), "%s: %s", about, name)
	}
}

// Whoever names another's order, line, file, words, shop or customer when they create something gets the answer for one
// that does not exist, and nothing is created.
func TestAttack01_AnothersSecondaryID(t *testing.T) {
	w := withRival(t)
	var theirs struct{ ID string }
	w.call("two", "POST", "/v1/uploads", string(mediatest.PNG("theirs")), 201, &theirs)
	const opening = `{"kind":"return","order_id":"ORDER","lines":[{"line_id":"LINE","quantity":1}],"reason":"no_reason"MORE}`
	fill := func(order, line, more string) string {
		return strings.NewReplacer("ORDER", order, "LINE", line, "MORE", more).Replace(opening)
	}
	for name, attempt := range map[string]struct{ login, path, forged, unknown string }{
		"another's order":                {"one", "/v1/cases", fill("o-2", "l-2", ""), fill("o-9", "l-2", "")},
		"another's line in one's order":  {"one", "/v1/cases", fill("o-1", "l-2", ""), fill("o-1", "l-9", "")},
		"another's file as evidence":     {"one", "/v1/cases", fill("o-1", "l-1", `,"evidence":["`+theirs.ID+`"]`), fill("o-1", "l-1", `,"evidence":["`+models.NewID()+`"]`)},
		"another's file in one's case":   {"one", "/v1/cases/case-1/evidence", `{"evidence":["` + theirs.ID + `"]}`, `{"evidence":["` + models.NewID() + `"]}`},
		"goodwill of another's shop":     {"rival", "/v1/goodwill", `{"order_id":"o-1","lines":[{"line_id":"l-1","quantity":1}]}`, `{"order_id":"o-9","lines":[{"line_id":"l-1","quantity":1}]}`},
		"goodwill with another's line":   {"rival", "/v1/goodwill", `{"order_id":"o-2","lines":[{"line_id":"l-1","quantity":1}]}`, `{"order_id":"o-2","lines":[{"line_id":"l-9","quantity":1}]}`},
		"another's customer, by a field": {"one", "/v1/cases", fill("o-1", "l-1", `,"customer_id":"cu-2"`), fill("o-1", "l-1", `,"customer_id":"cu-9"`)},
		"another's shop, by a field":     {"one", "/v1/cases", fill("o-1", "l-1", `,"merchant_id":"shop-2"`), fill("o-1", "l-1", `,"merchant_id":"shop-9"`)},
		"another's shop's rules":         {"rival", "/v1/merchant-rules", `{"merchant_id":"shop-1","rules":[]}`, `{"merchant_id":"shop-9","rules":[]}`},
	} {
		forged := w.try(attempt.login, "POST", attempt.path, attempt.forged)
		require.GreaterOrEqual(t, forged.Code, 400, "%s: %s", name, forged.Body)
		require.Less(t, forged.Code, 500, "%s: %s", name, forged.Body)
		alike(t, forged, w.try(attempt.login, "POST", attempt.path, attempt.unknown), name)
	}
	require.Empty(t, w.engine.opened)
	require.Empty(t, w.engine.done)
	// A shop's staff means their own shop, whatever they name.
	var rules struct{ Items []any }
	w.call("rival", "GET", "/v1/merchant-rules?merchant_id=shop-1", "", 200, &rules)
	// What is one's own goes through: the refusals above are not for another reason.
	require.Equal(t, 201, w.try("one", "POST", "/v1/cases", fill("o-1", "l-1", "")).Code)
	require.Equal(t, "cu-1", w.engine.opened[0].CustomerID)
	require.Equal(t, "shop-1", w.engine.opened[0].MerchantID)
}

// Every route that names something by its ID, tried by those to whom it does not belong: the other customer, the other shop's
// owner. Each answer is the one for an ID that nobody has.
func TestAttack02_OthersConversationsByID(t *testing.T) {
	w := withRival(t)
	var file struct{ ID string }
	w.call("one", "POST", "/v1/uploads", string(mediatest.PNG("theirs")), 201, &file)
	now := time.Now().UTC()
	require.NoError(t, w.store.DB.Create(&models.Notification{
		ID: "news-1", DedupeKey: "d", RecipientKind: "customer", RecipientID: "cu-1", Kind: "opened", SubjectKind: "case", SubjectID: "case-1",
		Data: "{}", DueAt: now, SentAt: &now, CreatedAt: now,
	}).Error)
	_, err := w.store.AddReturnAddress(t.Context(), models.NewReturnAddress{ID: "ad-1", MerchantID: "shop-1", City: "杭州市", Place: "{}", CreatedAt: now})
	require.NoError(t, err)
	require.NoError(t, w.store.DB.Create(&models.Product{ID: "p-1", MerchantID: "shop-1", Title: "鞋", Category: "shoes", CreatedAt: now}).Error)
	require.NoError(t, w.store.DB.Create(&models.Variant{ID: "v-1", ProductID: "p-1", Price: 1, Stock: 3}).Error)
	tried := 0
	for _, route := range api.Routes() {
		if route.Flags.Has(api.Public) || !strings.Contains(route.Path, "{id}") {
			continue
		}
		id := map[string]string{
			"/v1/cases": "case-1", "/v1/orders": "o-1", "/v1/evidence": file.ID, "/v1/notifications": "news-1", "/v1/staff": "st-1", "/v1/merchants": "shop-1",
			"/v1/merchant-addresses": "ad-1", "/v1/merchant-stock": "v-1",
		}[strings.Join(strings.Split(route.Path, "/")[:3], "/")]
		if id == "" || route.Flags.Has(api.Raw) {
			continue
		}
		path := route.Path
		if route.Action == "evidence.linked.read" { // with the link's proof
			path += "?proof=x"
		}
		if route.Action == "product.variant.list" {
			path += "?line_id=l-1"
		}
		body := ""
		if route.Method == "POST" || route.Method == "PUT" {
			body = sample(t, w.server, route)
		}
		for login, who := range map[string]access.Principal{
			"two":   {Role: "customer", ID: "cu-2"},
			"rival": {Role: "merchant", ID: "st-2", Shop: "shop-2", Owner: true},
		} {
			stolen := w.try(login, route.Method, strings.Replace(path, "{id}", id, 1), body)
			unknown := w.try(login, route.Method, strings.Replace(path, "{id}", "no-such-id", 1), body)
			about := login + " " + route.Action + " " + body
			if route.Action == "notification.read" { // done, or nothing to do: below it is seen that nothing was
				require.Equal(t, 204, stolen.Code, about)
				require.Equal(t, unknown.Code, stolen.Code, about)
				continue
			}
			require.GreaterOrEqual(t, stolen.Code, 400, "%s: %s", about, stolen.Body)
			alike(t, stolen, unknown, about)
			if !route.Flags.Has(api.StepUp) && access.Standard().Gate(access.Question{Who: who, Action: route.Action}) == nil {
				require.Equal(t, 404, stolen.Code, "%s is for such as them, and this one is not there: %s", about, stolen.Body)
				tried++
			}
		}
	}
	require.Greater(t, tried, 45)
	require.Empty(t, w.engine.done, "no command of a stranger reached a case")
	var news models.Notification
	require.NoError(t, w.store.DB.First(&news, "id = ?", "news-1").Error)
	require.Nil(t, news.ReadAt)
	// Their owner reads them all.
	for _, path := range []string{"/v1/cases/case-1", "/v1/cases/case-1/timeline", "/v1/orders/o-1", "/v1/evidence/" + file.ID + "/content"} {
		require.Equal(t, 200, w.try("one", "GET", path, "").Code, path)
	}
}

// sample makes the smallest content that a route's description allows.
func sample(t *testing.T, server *api.Server, route api.Route) string {
	t.Helper()
	text, err := json.Marshal(server.OpenAPI())
	require.NoError(t, err)
	var description map[string]any
	require.NoError(t, json.Unmarshal(text, &description))
	at := func(v any, names ...string) any {
		for _, name := range names {
			object, _ := v.(map[string]any)
			v = object[name]
		}
		return v
	}
	var make func(schema map[string]any) any
	make = func(schema map[string]any) any {
		if ref, ok := schema["$ref"].(string); ok {
			return make(at(description, strings.Split(strings.TrimPrefix(ref, "#/"), "/")...).(map[string]any))
		}
		if choices, ok := schema["enum"].([]any); ok {
			return choices[0]
		}
		kind, _ := schema["type"].(string)
		if kinds, ok := schema["type"].([]any); ok {
			kind, _ = kinds[0].(string)
		}
		switch kind {
		case "object":
			object := map[string]any{}
			required, _ := schema["required"].([]any)
			for _, name := range required {
				object[name.(string)] = make(at(schema, "properties", name.(string)).(map[string]any))
			}
			return object
		case "array":
			if least, _ := schema["minItems"].(float64); least < 1 {
				return []any{}
			}
			return []any{make(schema["items"].(map[string]any))}
		case "integer", "number":
			least, _ := schema["minimum"].(float64)
			return max(least, 1)
		case "boolean":
			return true
		}
		if schema["format"] == "date-time" {
			return "2026-03-02T09:00:00Z"
		}
		least, _ := schema["minLength"].(float64)
		return strings.Repeat("a", max(1, int(least)))
	}
	schema, ok := at(description, "paths", route.Path, strings.ToLower(route.Method), "requestBody", "content", "application/json", "schema").(map[string]any)
	if !ok {
		return "{}"
	}
	content, err := json.Marshal(make(schema))
	require.NoError(t, err)
	return string(content)
}
