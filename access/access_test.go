package access_test

import (
	"fmt"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"aftersales/access"
	"aftersales/fault"
	"aftersales/money"
)

func code(t *testing.T, err error) fault.Code {
	t.Helper()
	f := fault.As(err)
	require.NotNil(t, f, "a refusal was expected, got %v", err)
	return f.Code
}

// A key does what it is for; that its owner may do more does not help, nor that it is for more than its owner may.
func TestKeysAreBoundToTheirScopes(t *testing.T) {
	a := access.Standard()
	kim := access.Principal{Role: "customer", ID: customer}
	own := access.Case{ID: "c", Customer: customer, Shop: shop}
	read := access.Question{Who: kim, Action: "case.read", What: own}
	require.NoError(t, a.Check(read))
	read.Who.Key, read.Who.Scopes = true, []string{"case.read", "case.refund.approve"}
	require.NoError(t, a.Check(read))
	require.NoError(t, a.Gate(read))
	approve := read
	approve.Action = "case.refund.approve"
	require.Equal(t, fault.Forbidden, code(t, a.Check(approve)))
	for _, scopes := range [][]string{nil, {"case.list"}, {"case"}, {"case.*"}, {"*"}, {"CASE.READ"}, {""}} {
		read.Who.Scopes = scopes
		require.Equal(t, fault.Forbidden, code(t, a.Check(read)), "%q", scopes)
		require.Equal(t, fault.Forbidden, code(t, a.Gate(read)), "%q", scopes)
	}
}

func TestWhoMustEnrolDoesThatFirst(t *testing.T) {
	a := access.Standard()
	q := access.Question{Who: access.Principal{Role: "agent", ID: "ag", Team: team, MustEnrol: true}, Action: "session.read"}
	require.Equal(t, fault.EnrolRequired, code(t, a.Gate(q)))
	require.Equal(t, fault.EnrolRequired, code(t, a.Check(q)))
	q.Enrolling = true
	require.NoError(t, a.Gate(q))
	q.Action = "deadline.move"
	require.Equal(t, fault.Forbidden, code(t, a.Gate(q)), "an open route opens it for nobody else")
}

// The limit is told only to those who may do the thing at all: a refusal must not tell that another's case is there.
func TestNobodyClaimsBackMoreThanTheyMayDecide(t *testing.T) {
	a := access.Standard()
	ask := func(role string, limit, amount money.Amount, of string) error {
		return a.Check(access.Question{
			Who: access.Principal{Role: role, ID: "x", Team: team, Limit: limit}, Action: "case.recovery.open",
			What: access.Case{ID: "c", Customer: customer, Shop: shop, Team: of}, Amount: amount,
		})
	}
	for _, role := range []string{"supervisor", "operator"} {
		require.NoError(t, ask(role, 500, 500, team))
		require.Equal(t, fault.ApprovalLimit, code(t, ask(role, 500, 501, team)))
		require.Equal(t, fault.ApprovalLimit, code(t, ask(role, 0, 1, team)))
	}
	require.Equal(t, fault.NotFound, code(t, ask("supervisor", 500, 400, "south")))
	require.Equal(t, fault.NotFound, code(t, ask("supervisor", 500, 501, "south")))
	require.Equal(t, fault.Forbidden, code(t, ask("agent", 500, 501, team)))
}

// Whatever may be done to something may be done to something of one's own: else the edge would refuse what a service
// allows.
func TestTheGateLetsEverythingPassThatMayBe(t *testing.T) {
	a := access.Standard()
	names := rapid.SampledFrom([]string{"", "a", "b"})
	rapid.Check(t, func(r *rapid.T) {
		q := access.Question{
			Who: access.Principal{
				Role: rapid.SampledFrom(append([]string{access.Service, "carrier"}, access.Roles...)).Draw(r, "role"), ID: names.Draw(r, "id"),
				Shop: names.Draw(r, "shop"), Team: names.Draw(r, "team"), For: names.Draw(r, "for"), Owner: rapid.Bool().Draw(r, "owner"),
				Key: rapid.Bool().Draw(r, "key"), Scopes: []string{"case.read", "order.read"}, MustEnrol: rapid.IntRange(0, 9).Draw(r, "enrol") == 0,
			},
			Action: rapid.SampledFrom(a.Actions()).Draw(r, "action"),
		}
		matter := access.Matter{ID: "x", Customer: names.Draw(r, "customer"), Shop: names.Draw(r, "of"), Team: names.Draw(r, "looked after by")}
		if assignee := names.Draw(r, "assignee"); assignee != "" {
			matter.Assignees = []string{assignee}
		}
		things := []access.Thing{
			access.Desk{}, access.Case(matter), access.Order(matter), access.Shop{ID: matter.Shop, Team: matter.Team},
			access.Staff{ID: "s", Shop: matter.Shop, Team: matter.Team}, access.File{ID: "f", Owner: "customer/" + matter.Customer}, nil,
		}
		for _, q.What = range things {
			if a.May(q) && a.Gate(q) != nil {
				r.Fatalf("%+v", q)
			}
		}
	})
}

func TestBrokenPoliciesDoNotLoad(t *testing.T) {
	const schema = `entity Customer { subject: String }; entity Case { customer: Customer, team?: String };
		action "case.read" appliesTo { principal: [Customer], resource: Case, context: {} };`
	load := func(schema, policy string) error {
		_, err := access.Load(fstest.MapFS{"x.cedarschema": {Data: []byte(schema)}, "x.cedar": {Data: []byte(policy)}})
		return err
	}
	require.NoError(t, load(schema, `permit (principal is Customer, action == Action::"case.read", resource) when { resource.customer == principal };`))
	for _, policy := range []string{
		`permit (principal is Customer, action == Action::"case.raed", resource);`,
		`permit (principal is Custommer, action == Action::"case.read", resource);`,
		`permit (principal, action, resource) when { resource.custmer == principal };`,
		`permit (principal, action, resource) when { resource.customer == "kim" };`,
		`permit (principal, action, resource) when { resource.team == "north" };`, // there may be none
		`permit (principal, action, resource) when { context.secret };`,
		`forbid (principal, action, resource);`,
		`@fault("no_such_fault") forbid (principal, action, resource);`,
		`permit (principal, action`,
	} {
		require.Error(t, load(schema, policy), policy)
	}
	require.Error(t, load("entity {", ""))
	require.Error(t, load(`entity A; action "x";`, ""))
	require.Error(t, load(`entity A; action "x" appliesTo { principal: [B], resource: A, context: {} };`, ""))
	_, err := access.Load(fstest.MapFS{})
	require.NoError(t, err, "no policy allows nothing")
}

func FuzzCheck(f *testing.F) {
	f.Add("customer", "kim", "case.read", "kim", "")
	f.Add("agent", "\x00", `case.read"`, `"; permit(principal,action,resource);`, "north")
	f.Fuzz(func(t *testing.T, role, id, action, owner, team string) {
		a := access.Standard()
		who := access.Principal{Role: role, ID: id, Shop: id, Team: team}
		allowed := a.May(access.Question{Who: who, Action: action, What: access.Case{ID: "c", Customer: owner, Shop: "-" + id}})
		if allowed && role != "operator" && (role != "customer" || owner != id) {
			t.Fatalf("%q %q may %q with a case of %q", role, id, action, owner)
		}
	})
}

// deciding is the longest way: everything on, the last kind of person.
func deciding() access.Question {
	return access.Question{
		Who:    access.Principal{Role: "supervisor", ID: "su-1", Team: team, Limit: 100, Key: true, Scopes: []string{"case.list", "case.read", "case.refund.approve"}},
		Action: "case.refund.approve", What: access.Case{ID: "c", Customer: customer, Shop: shop, Team: team, Assignees: []string{"ag-1", "ag-2"}},
	}
}

// What a decision takes: bench/ holds it against its target.
func BenchmarkDecision(b *testing.B) {
	a, q := access.Standard(), deciding()
	b.ReportAllocs()
	for b.Loop() {
		if !a.May(q) {
			b.Fatal("refused")
		}
	}
}

func BenchmarkRefusal(b *testing.B) {
	a, q := access.Standard(), deciding()
	q.What = access.Case{ID: "c", Team: "south"}
	b.ReportAllocs()
	for b.Loop() {
		if a.Check(q) == nil {
			b.Fatal("allowed")
		}
	}
}

func ExampleAuthorizer_Check() {
	kim := access.Principal{Role: "customer", ID: "kim"}
	for _, owner := range []string{"kim", "lee"} {
		err := access.Standard().Check(access.Question{Who: kim, Action: "case.read", What: access.Case{ID: "c-1", Customer: owner, Shop: "s-1"}})
		fmt.Println(owner, err)
	}
	// Output:
	// kim <nil>
	// lee not_found: Not found. Please check the number.
}
