package api_test

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/stretchr/testify/require"

	"aftersales/access"
	"aftersales/api"
	"aftersales/identity"
	"aftersales/workflows/contract"
)

// keyHolder is somebody for whom a key speaks that is for some actions only.
type keyHolder struct {
	*fakeIdentity
	role   string
	scopes []string
}

func (k *keyHolder) Authenticate(context.Context, string) (identity.Person, error) {
	person := people[k.role]
	person.KeyID, person.Scopes = "key-1", k.scopes
	return person, nil
}

// Reading is not replying and replying is not opening: each route asks for its own action, and for no other. A key that is
// for everything else does not open it; a key that is for it alone does, unless it is for no key
// at all: a program has no fresh factor.
func TestAttack03_PermissionOfTheWrongAction(t *testing.T) {
	var actions []string
	for _, route := range api.Routes() {
		actions = append(actions, route.Action)
	}
	holder := &keyHolder{fakeIdentity: &fakeIdentity{}}
	r := newRig(t, func(o *api.Options) { o.Identity = holder })
	opened := 0
	for n, route := range api.Routes() {
		if route.Flags.Has(api.Public) {
			continue
		}
		for i, role := range access.Standard().Roles(route.Action) {
			holder.role, holder.scopes = role, slices.DeleteFunc(slices.Clone(actions), func(action string) bool { return action == route.Action })
			problem(t, r.do(t, sound(route, "key", 1000*i+n)), 403, "forbidden")

			holder.scopes = []string{route.Action}
			person := people[role].Principal()
			person.Key, person.Scopes = true, holder.scopes
			answer := r.do(t, sound(route, "key", 1000*i+n))
			if route.Flags.Has(api.StepUp) || access.Standard().Gate(access.Question{Who: person, Action: route.Action}) != nil {
				problem(t, answer, 403, "forbidden")
				continue
			}
			require.Less(t, answer.Code, 300, "%s as %s: %s", route.Action, role, answer.Body)
			opened++
		}
	}
	require.Greater(t, opened, 100)
}

// asked is what the services are told that somebody wants to do.
type asked struct {
	*fakeCases
	action string
}

func (a *asked) Command(ctx context.Context, action, caseID, text string, make func(string) contract.Command) (contract.Ack, error) {
	a.action = action
	return a.fakeCases.Command(ctx, action, caseID, text, make)
}

// The services ask again, with the case itself, about the action that the request was for and not about another.
func TestAttack03_ServicesAreToldTheActionOfTheRoute(t *testing.T) {
	desk := &asked{fakeCases: &fakeCases{}}
	r := newRig(t, func(o *api.Options) { o.Cases = desk })
	commands := 0
	for n, route := range api.Routes() {
		desk.action = ""
		if route.Flags.Has(api.Public) || !strings.HasPrefix(route.Path, "/v1/cases/{id}/") {
			continue
		}
		require.Less(t, r.do(t, sound(route, access.Standard().Roles(route.Action)[0], n)).Code, 300, route.Action)
		if desk.action != "" {
			require.Equal(t, route.Action, desk.action)
			commands++
		}
	}
	require.Greater(t, commands, 30)
}

// privileged are fields by which somebody would take what they must be given.
var privileged = []string{
	"role", "status", "state", "approved_by", "approved", "owner", "limit", "approval_limit", "customer_id", "merchant_id", "account_id", "person_id",
	"actor", "by", "outcome", "stage", "refunded", "paid", "revision", "created_at", "received_at", "id", "team_id", "must_enrol", "assurance",
	"scopes", "key_ref", "__proto__", "constructor", "is_admin", "amount", "currency",
}

// No route takes a field that is not its own, at the top or inside, in any case of its letters, nor the same one twice.
func TestAttack11_MassAssignment(t *testing.T) {
	r := newRig(t)
	tried := 0
	for n, route := range api.Routes() {
		if route.Flags.Has(api.Raw) || route.Flags.Has(api.Open) || route.Flags.Has(api.Signed) || route.Method != "POST" && route.Method != "PUT" {
			continue
		}
		who := ""
		if !route.Flags.Has(api.Public) {
			who = access.Standard().Roles(route.Action)[0]
		}
		base := map[string]any{}
		if body := bodies[route.Action]; body != "" {
			require.NoError(t, json.Unmarshal([]byte(body), &base), route.Action)
		}
		refused := func(content string, codes ...string) {
			c := sound(route, who, 5000+n*100+tried)
			c.body = content
			before := r.count()
			answer := r.do(t, c)
			var p api.Problem
			_ = json.Unmarshal(answer.Body.Bytes(), &p)
			require.Contains(t, codes, p.Code, "%s %s: %d %s", route.Action, content, answer.Code, answer.Body)
			require.Equal(t, before, r.count(), "%s %s reached the service", route.Action, content)
			tried++
		}
		own := fieldsOf(r, route)
		for _, name := range privileged {
			if own[name] {
				continue
			}
			refused(with(t, base, name, "operator"), "unknown_field")
			for key, inner := range base { // also inside of what it has
				if object, ok := inner.(map[string]any); ok && object[name] == nil && !fieldsOf(r, route, key)[name] {
					changed := map[string]any{}
					for k, v := range base {
						changed[k] = v
					}
					changed[key] = json.RawMessage(with(t, object, name, "operator"))
					content, err := json.Marshal(changed)
					require.NoError(t, err)
					refused(string(content), "unknown_field", "bad_request")
				}
			}
		}
		for key, value := range base {
			text, err := json.Marshal(value)
			require.NoError(t, err)
			whole, err := json.Marshal(base)
			require.NoError(t, err)
			twice := strings.TrimSuffix(string(whole), "}") + `,"` + key + `":` + string(text) + "}"
			refused(twice, "duplicate_field")
			refused(strings.Replace(twice, `,"`+key+`":`+string(text)+"}", `,"`+strings.ToUpper(key)+`":`+string(text)+"}", 1), "duplicate_field")
		}
	}
	require.Greater(t, tried, 1000)
}

func resolved(r *rig, schema *huma.Schema) *huma.Schema {
	for schema.Ref != "" {
		schema = r.server.OpenAPI().Components.Schemas.SchemaFromRef(schema.Ref)
	}
	return schema
}

// fieldsOf are the fields that a route's content has by its description, or what is inside of it.
func fieldsOf(r *rig, route api.Route, inside ...string) map[string]bool {
	own := map[string]bool{}
	path := r.server.OpenAPI().Paths[route.Path]
	operation := path.Post
	if route.Method == "PUT" {
		operation = path.Put
	}
	if operation == nil || operation.RequestBody == nil {
		return own
	}
	schema := resolved(r, operation.RequestBody.Content["application/json"].Schema)
	for _, key := range inside {
		if schema = schema.Properties[key]; schema == nil {
			return own
		}
		schema = resolved(r, schema)
	}
	for name := range schema.Properties {
		own[name] = true
	}
	return own
}

func with(t *testing.T, object map[string]any, name string, value any) string {
	t.Helper()
	changed := map[string]any{}
	for k, v := range object {
		changed[k] = v
	}
	changed[name] = value
	content, err := json.Marshal(changed)
	require.NoError(t, err)
	return string(content)
}

// What somebody wrote comes back as text of a JSON document, which no browser takes for a page, whoever is asked to show it.
func TestAttack08_StoredScript(t *testing.T) {
	const script = `</script><script>alert(1)</script><img src=x onerror=alert(1)>{{7*7}}`
	r := newRig(t)
	r.view = func(contract.Actor) (api.CaseView, error) {
		view := aView()
		view.Texts = map[string]string{"text-1": script}
		view.Reason, view.OrderID, view.WaitingFor = script, script, script
		return view, nil
	}
	r.order = func(contract.Actor) (api.Order, error) {
		order := anOrder()
		for i := range order.Lines {
			order.Lines[i].Title = script
		}
		return order, nil
	}
	for _, path := range []string{"/v1/cases/case-1", "/v1/orders/o-1"} {
		for _, accept := range []string{"text/html", "application/json", "*/*", "text/html,application/xhtml+xml;q=0.9"} {
			answer := r.do(t, call{method: "GET", path: path, token: "customer", header: map[string]string{"Accept": accept}})
			require.Equal(t, 200, answer.Code, answer.Body)
			require.True(t, strings.HasPrefix(answer.Header().Get("Content-Type"), "application/json"), answer.Header().Get("Content-Type"))
			require.Equal(t, "nosniff", answer.Header().Get("X-Content-Type-Options"))
			require.Contains(t, answer.Header().Get("Content-Security-Policy"), "default-src 'none'")
			require.Contains(t, answer.Header().Get("Content-Security-Policy"), "sandbox")
			require.NotContains(t, answer.Body.String(), "<", "also within a page it could not end a script")
			require.Contains(t, answer.Body.String(), `alert(1)`, "it is shown as it was written")
		}
	}
	// What a refusal repeats is a name that looks like one, and never as markup.
	for _, c := range []call{
		{method: "GET", path: "/v1/cases?%3Cscript%3E=1", token: "customer"},
		{method: "GET", path: "/v1/%3Cscript%3Ealert(1)%3C%2Fscript%3E", token: "customer"},
		{method: "POST", path: "/v1/cases", token: "customer", body: `{"<script>":1}`, header: map[string]string{"Idempotency-Key": "k"}},
		{method: "POST", path: "/v1/cases", token: "customer", body: `{"kind":"<script>","order_id":"o-1","lines":[{"line_id":"l1","quantity":1}]}`, header: map[string]string{"Idempotency-Key": "k"}},
	} {
		answer := r.do(t, c)
		require.GreaterOrEqual(t, answer.Code, 400, c.path)
		require.Equal(t, "application/problem+json", answer.Header().Get("Content-Type"))
		require.NotContains(t, strings.ToLower(answer.Body.String()), "<script", c.path+c.body)
	}
	// The page with the table of routes is our own words.
	page := newRig(t, func(o *api.Options) { o.Docs, o.Now = true, time.Now }).do(t, call{method: "GET", path: "/docs"})
	require.NotContains(t, strings.ToLower(page.Body.String()), "<script")
}

// Figures can stand on one customer alone: a program that may not see the cases does not see them counted either.
func TestAttack20_FiguresOfFewAreForThoseWhoSeeThem(t *testing.T) {
	holder := &keyHolder{fakeIdentity: &fakeIdentity{}}
	r := newRig(t, func(o *api.Options) { o.Identity = holder })
	for action, path := range map[string]string{"merchant.figures": "/v1/merchant-figures", "operation.overview": "/v1/overview"} {
		holder.role = map[string]string{"merchant.figures": "merchant", "operation.overview": "operator"}[action]
		for _, scopes := range [][]string{{action}, {action, "case.read", "order.read"}} {
			holder.scopes = scopes
			problem(t, r.do(t, call{method: "GET", path: path, token: "key"}), 403, "forbidden")
		}
		holder.scopes = []string{action, "case.list"}
		require.Equal(t, 200, r.do(t, call{method: "GET", path: path, token: "key"}).Code, action)
	}
}
