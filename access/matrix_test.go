package access_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"aftersales/access"
	"aftersales/api"
	"aftersales/fault"
	"aftersales/live"
)

// Who may do what to whose, told a second time. Every letter is somebody and what is theirs; what is not told here is
// forbidden.
//
//	C  a customer, with what is their own
//	M  anyone of a shop's staff, with what is the shop's; W only its owner
//	X  an agent, with what was given to them
//	A  an agent, with what their team looks after or was given to them; G only the team's; T only the team's that nobody has
//	S  a supervisor, with what their team looks after
//	O  an operator, with everything
//	E  an editor, with everything
//	P  the program, with what belongs to the customer it acts for
var matrix = map[string]string{
	"case.read": "CMASOP", "case.timeline.read": "CMASOP", "case.evidence.read": "CMASOP", "evidence.read": "CMASOP", "case.evaluation.read": "ASO",
	"case.question.answer": "C", "case.offer.answer": "C", "case.request.edit": "C", "case.request.escalate": "C", "case.parcel.send": "C",
	"case.pickup.request": "C", "case.request.withdraw": "C", "case.extension.answer": "C", "case.refusal.accept": "C",
	"case.refund.consent": "C", "case.payment.start": "C", "case.advance.take": "C", "case.delivery.confirm": "C",
	"case.delivery.report": "C", "case.repair.quote": "C", "case.repair.reject": "C", "case.repair.choose": "C",
	"case.evidence.add": "CM", "case.settlement.propose": "CM", "case.settlement.answer": "CM", "case.complaint.rest": "CM",
	"case.judgment.appeal": "CM", "case.suspension.answer": "CM", "case.suspension.ask": "CMASO", "case.suspension.end": "CMASO",
	"case.merchant.answer": "M", "case.parcel.inspect": "M", "case.extension.ask": "M", "case.delivery.send": "M",
	"case.delivery.decline": "M", "case.delivery.prove": "M", "case.repair.diagnose": "M", "case.repair.finish": "M",
	"case.repair.decline": "M", "case.judgment.execute": "M", "case.intercept.report": "MASO",
	"case.refund.propose": "AS", "case.details.resolve": "AS", "case.evidence.reject": "AS", "case.supplement.ask": "AS",
	"case.refund.approve": "SO", "case.refund.retry": "SO", "case.refund.redirect": "SO", "case.recovery.open": "SO",
	"case.take": "T", "case.assign": "SO",
	"case.rate": "C", "case.preview": "C", "product.variant.list": "CMASO",
	"merchant.address.list": "M", "merchant.address.add": "W", "merchant.address.change": "W", "merchant.address.remove": "W",
	"merchant.stock.list": "M", "merchant.stock.set": "M", "merchant.figures": "M",
	"merchant.funds.read": "W", "merchant.funds.moves": "W",
	"order.read": "CMASOP", "case.open": "C", "case.goodwill.open": "MAS",
	"merchant.rules.list": "MGSO", "merchant.rules.set": "W", "merchant.team.set": "O",
	"conversation.read": "CMASOP", "message.list": "CMASOP", "conversation.mark": "CMASO", "message.react": "CMAS",
	"message.send": "CMXSP", "message.edit": "CMXS", "message.recall": "CMXS", "message.versions": "SO",
	"conversation.close": "CXS", "conversation.person.ask": "C", "conversation.case.tie": "CAS", "conversation.notes": "AS",
	"conversation.claim": "A", "conversation.assign": "SO", "conversation.transfer": "XS", "case.thread.open": "AS",
	"conversation.tag": "AS", "conversation.priority.set": "AS", "conversation.snooze": "XS", "conversation.rate": "C", "draft.save": "CMAS", "canned.fill": "AS",
	"question.ask": "AS", "inquiry.ask": "AS", "followup.add": "AS",

	"live.shop.hear": "M",
	"order.reveal":   "MAS", "customer.reveal": "AS", "case.payee.reveal": "SO",
}

// whose is somebody, and how a thing stands to them.
type whose struct {
	name    string
	who     access.Principal
	what    access.Matter
	letters string // by which the action is allowed
}

const (
	customer = "kim"
	shop     = "shop-1"
	team     = "north"
)

// everybody lists each role with what is theirs and with what is another's.
func everybody() []whose {
	kim := access.Principal{Role: "customer", ID: customer}
	clerk := access.Principal{Role: "merchant", ID: "st-1", Shop: shop}
	owner := access.Principal{Role: "merchant", ID: "st-2", Shop: shop, Owner: true}
	agent := access.Principal{Role: "agent", ID: "ag-1", Team: team}
	loose := access.Principal{Role: "agent", ID: "ag-2"}
	boss := access.Principal{Role: "supervisor", ID: "su-1", Team: team}
	idle := access.Principal{Role: "supervisor", ID: "su-2"}
	editor := access.Principal{Role: "editor", ID: "ed-1"}
	operator := access.Principal{Role: "operator", ID: "op-1"}
	bot := access.Principal{Role: access.Service, ID: "bot", For: customer}

	free := access.Matter{ID: "x", Customer: customer, Shop: shop, Team: team}
	mine, colleagues, elsewhere, nobodys, another := free, free, free, free, free
	mine.Assignees, colleagues.Assignees = []string{"ag-1"}, []string{"ag-9"}
	elsewhere.Team, nobodys.Team = "south", ""
	given := elsewhere
	given.Assignees = []string{"ag-1", "ag-2"}
	another.Customer, another.Shop, another.Team = "lee", "shop-2", "south"
	named := func(id string) access.Matter { // IDs that are the same are not the same person
		return access.Matter{ID: "x", Customer: id, Shop: id, Team: id, Assignees: []string{id + "-"}}
	}

	return []whose{
		{"customer, own", kim, free, "C"}, {"customer, another's", kim, another, ""},
		{"customer named like a shop", access.Principal{Role: "customer", ID: shop}, free, ""},
		{"clerk, own shop", clerk, free, "M"}, {"clerk, another shop", clerk, another, ""}, {"clerk of no shop", access.Principal{Role: "merchant", ID: "st-9"}, access.Matter{ID: "x"}, ""},
		{"owner, own shop", owner, free, "MW"}, {"owner, another shop", owner, another, ""},
		{"agent, the team's", agent, free, "AGT"}, {"agent, a colleague's", agent, colleagues, "AG"}, {"agent, own", agent, mine, "AGX"},
		{"agent, given from another team", agent, given, "AX"}, {"agent, another team's", agent, elsewhere, ""}, {"agent, no team's", agent, nobodys, ""},
		{"agent without team, given", loose, given, "AX"}, {"agent without team, nobody's", loose, nobodys, ""}, {"agent without team", loose, free, ""},
		{"agent named like a customer", access.Principal{Role: "agent", ID: customer}, named(customer), ""},
		{"supervisor, the team's", boss, free, "S"}, {"supervisor, another team's", boss, elsewhere, ""}, {"supervisor, no team's", boss, nobodys, ""},
		{"supervisor without team", idle, nobodys, ""}, {"supervisor without team, a team's", idle, free, ""},
		{"editor", editor, free, "E"},
		{"operator", operator, free, "O"}, {"operator, no team's", operator, nobodys, "O"}, {"operator, another's", operator, another, "O"},
		{"bot, for its customer", bot, free, "P"}, {"bot, another's", bot, another, ""}, {"bot for nobody", access.Principal{Role: access.Service, ID: "bot"}, free, ""},
		{"carrier", access.Principal{Role: "carrier", ID: "sf"}, free, ""}, {"nobody", access.Principal{}, free, ""}, {"without ID", access.Principal{Role: "customer"}, access.Matter{ID: "x"}, ""},
		{"customer with a team", access.Principal{Role: "customer", ID: "eve", Shop: shop, Team: team, Owner: true, For: customer}, free, ""},
		{"editor with a shop", access.Principal{Role: "editor", ID: "ed", Shop: shop, Team: team, Owner: true, For: customer}, free, ""},
	}
}

func TestWhoMayDoWhatToWhose(t *testing.T) {
	a := access.Standard()
	kinds := map[string]func(access.Matter) access.Thing{
		"Case":         func(m access.Matter) access.Thing { return access.Case(m) },
		"Order":        func(m access.Matter) access.Thing { return access.Order(m) },
		"Conversation": func(m access.Matter) access.Thing { return access.Conversation{Matter: m, Audience: "customer"} },
		"Shop":         func(m access.Matter) access.Thing { return access.Shop{ID: m.Shop, Team: m.Team} },
	}
	asked := 0
	for _, action := range a.Actions() {
		for _, kind := range a.About(action) {
			make, known := kinds[kind]
			if !known {
				continue
			}
			require.Contains(t, matrix, action, "say in the matrix who may do this, and to whose")
			for _, somebody := range everybody() {
				q := access.Question{Who: somebody.who, Action: action, What: make(somebody.what)}
				if kind == "Conversation" && somebody.who.Role == "merchant" { // theirs are the threads with the shop
					q.What = access.Conversation{Matter: somebody.what, Audience: "merchant"}
				}
				want := strings.ContainsAny(matrix[action], somebody.letters)
				require.Equal(t, want, a.May(q), "%s as %s", action, somebody.name)
				asked++
				switch err := fault.As(a.Check(q)); {
				case want:
					require.Nil(t, err, "%s as %s", action, somebody.name)
				case a.Gate(q) != nil:
					require.Equal(t, fault.Forbidden, err.Code, "%s as %s", action, somebody.name)
				default:
					require.Equal(t, fault.New(fault.NotFound), err, "%s as %s: what is another's does not exist", action, somebody.name)
				}
			}
		}
	}
	require.Greater(t, asked, 1000)
	for action := range matrix {
		require.Contains(t, a.Actions(), action)
	}
}

func TestPoliciesAndRoutesNameTheSameActions(t *testing.T) {
	a := access.Standard()
	var served []string
	for _, route := range api.Routes() {
		if !route.Flags.Has(api.Public) {
			served = append(served, route.Action)
		}
	}
	served = append(served, live.Actions...)
	slices.Sort(served)
	require.Equal(t, served, a.Actions(), "left: routes and channels; right: access/policies/*.cedarschema")
	for _, action := range served {
		require.NotEmpty(t, a.Roles(action), "nobody may do %s: say who in access/policies", action)
	}
}

func TestRolesAreThoseOfWhomSomebodyMay(t *testing.T) {
	a := access.Standard()
	require.Equal(t, access.Roles, a.Roles("session.read"))
	require.Equal(t, []string{"merchant"}, a.Roles("merchant.rules.set"))
	require.Equal(t, []string{"agent"}, a.Roles("case.take"))
	require.Equal(t, []string{"supervisor", "operator"}, a.Roles("case.refund.approve"))
	require.Empty(t, a.Roles("no.such.action"))
}

func TestFilesAreTheirOwners(t *testing.T) {
	a := access.Standard()
	for _, role := range access.Roles {
		who := access.Principal{Role: role, ID: "x", Shop: shop, Team: team}
		ask := func(owner string) bool {
			return a.May(access.Question{Who: who, Action: "evidence.read", What: access.File{ID: "f", Owner: owner}})
		}
		require.True(t, ask(role+"/x"), role)
		require.False(t, ask(role+"/y"), role)
		require.False(t, ask("service/x"), role)
	}
}

func TestCasesAreGivenWithinTheTeam(t *testing.T) {
	a := access.Standard()
	give := func(who access.Principal, to string) bool {
		return a.May(access.Question{Who: who, Action: "case.assign", What: access.Staff{ID: "ag", Role: "agent", Team: to}})
	}
	boss := access.Principal{Role: "supervisor", ID: "su", Team: team}
	require.True(t, give(boss, team))
	require.False(t, give(boss, "south"))
	require.False(t, give(boss, ""))
	require.False(t, give(access.Principal{Role: "supervisor", ID: "su"}, ""))
	require.True(t, give(access.Principal{Role: "operator", ID: "op"}, "south"))
	require.False(t, give(access.Principal{Role: "agent", ID: "ag", Team: team}, team))
}

func TestWhoHearsOfATeamAndTheDesk(t *testing.T) {
	a := access.Standard()
	hears := func(who access.Principal, action string, what access.Thing) bool {
		return a.May(access.Question{Who: who, Action: action, What: what})
	}
	for _, role := range access.Roles {
		who := access.Principal{Role: role, ID: "x", Shop: shop, Team: team}
		inTeam := role == "agent" || role == "supervisor"
		require.Equal(t, inTeam, hears(who, "live.team.hear", access.Team{ID: team}), role)
		require.False(t, hears(who, "live.team.hear", access.Team{ID: "south"}), role)
		require.Equal(t, role == "operator", hears(who, "live.desk.hear", access.Desk{}), role)
		who.Team = ""
		require.False(t, hears(who, "live.team.hear", access.Team{}), role)
		who.Key, who.Scopes = true, a.Actions()
		for _, action := range []string{"live.ticket", "live.desk.hear"} {
			require.False(t, hears(who, action, access.Desk{}), "%s by a key for everything", action)
		}
	}
}

// A thread is read by those for whom it is and by nobody else, whoever it is about.
func TestAudiencesOfConversations(t *testing.T) {
	a := access.Standard()
	may := func(who access.Principal, action, audience string, waiting bool, change ...func(*access.Matter)) bool {
		what := access.Matter{ID: "x", Customer: customer, Shop: shop, Team: team}
		for _, c := range change {
			c(&what)
		}
		return a.May(access.Question{Who: who, Action: action, What: access.Conversation{Matter: what, Audience: audience, Waiting: waiting}})
	}
	kim := access.Principal{Role: "customer", ID: customer}
	clerk := access.Principal{Role: "merchant", ID: "st-1", Shop: shop}
	rival := access.Principal{Role: "merchant", ID: "st-2", Shop: "shop-2"}
	agent := access.Principal{Role: "agent", ID: "ag-1", Team: team}
	far := access.Principal{Role: "agent", ID: "ag-2", Team: "south"}
	for _, action := range []string{"conversation.read", "message.list", "message.send", "message.edit", "message.recall", "message.react", "conversation.mark"} {
		require.True(t, may(kim, action, "customer", false), action)
		require.False(t, may(kim, action, "merchant", false), action)
		require.False(t, may(kim, action, "colleagues", false), action)
		require.True(t, may(clerk, action, "merchant", false), action)
		require.False(t, may(clerk, action, "customer", false), action)
		require.False(t, may(clerk, action, "colleagues", false), action)
		require.False(t, may(rival, action, "merchant", false), action)
		for _, audience := range []string{"colleagues", "merchant"} {
			require.True(t, may(agent, action, audience, false), "%s %s", action, audience)
			require.False(t, may(far, action, audience, false), "%s %s", action, audience)
		}
	}
	require.False(t, may(agent, "conversation.close", "merchant", false, func(m *access.Matter) { m.Assignees = []string{"ag-1"} }), "a thread is nobody's to end")
	nobodys := func(m *access.Matter) { m.Team = "" }
	for _, action := range []string{"conversation.read", "conversation.claim"} {
		require.True(t, may(far, action, "customer", true, nobodys), "what waits and is no team's is anybody's to take")
		require.False(t, may(far, action, "customer", false, nobodys), action)
		require.False(t, may(far, action, "customer", true), "another team's")
	}
	require.False(t, may(far, "message.send", "customer", true, nobodys), "it is to be taken first")
	for _, waiting := range []bool{false, true} {
		require.False(t, may(access.Principal{Role: "editor", ID: "ed-1"}, "conversation.read", "customer", waiting))
	}
}
