package access

import (
	"github.com/cedar-policy/cedar-go"
	"github.com/cedar-policy/cedar-go/types"

	"aftersales/money"
)

// Roles are those of people, in the order in which they are told. They are the values of contract.Role.
var Roles = []string{"customer", "merchant", "agent", "supervisor", "editor", "operator"}

// Service is the role of the program itself: a worker, or the bot.
const Service = "service"

// Principal is who asks.
type Principal struct {
	Role  string // one of Roles, or Service; for anything else everything is forbidden
	ID    string
	Shop  string       // a merchant's staff: their shop
	Owner bool         // of that shop
	Team  string       // an agent's or a supervisor's; empty: none
	Limit money.Amount // the largest amount this person decides alone
	For   string       // Service: the customer it acts for; empty: nobody

	MustEnrol bool     // the second factor is compulsory and not set up
	Key       bool     // an API key speaks in the person's name,
	Scopes    []string // which is for these actions
}

// subject is how a principal stands beside what it owns.
func (p Principal) subject() string { return p.Role + "/" + p.ID }

// entity is the principal as the policies see it; false for who they do not know.
func (p Principal) entity() (types.Entity, bool) {
	attributes := types.RecordMap{"subject": types.String(p.subject())}
	switch p.Role {
	case "customer", "editor":
	case "merchant":
		if p.Shop == "" {
			return types.Entity{}, false // who works for no shop may see none
		}
		attributes["shop"], attributes["owner"] = ref("Shop", p.Shop), types.Boolean(p.Owner)
	case "agent":
		put(attributes, "team", "Team", p.Team)
	case "supervisor":
		put(attributes, "team", "Team", p.Team)
		attributes["limit"] = types.Long(p.Limit)
	case "operator":
		attributes["limit"] = types.Long(p.Limit)
	case Service:
		put(attributes, "for", "Customer", p.For)
	default:
		return types.Entity{}, false
	}
	if p.ID == "" {
		return types.Entity{}, false
	}
	return types.Entity{UID: ref(title(p.Role), p.ID), Attributes: types.NewRecord(attributes)}, true
}

// own lists things of a kind of which as much as can be is the principal's: what somebody may do to none of them, they
// may do to none at all.
func (p Principal) own(kind types.EntityType) []Thing {
	lying := Matter{ID: "own", Customer: p.For, Shop: p.Shop, Team: p.Team}
	if p.Role == "customer" {
		lying.Customer = p.ID
	}
	taken := lying
	taken.Assignees = []string{p.ID}
	switch kind {
	case "Case":
		return []Thing{Case(lying), Case(taken)}
	case "Order":
		return []Thing{Order(lying), Order(taken)}
	case "Conversation":
		var things []Thing
		for _, audience := range []string{"customer", "colleagues", "merchant", "carrier"} {
			for _, waiting := range []bool{false, true} {
				things = append(things, Conversation{lying, audience, waiting}, Conversation{taken, audience, waiting})
			}
		}
		return things
	case "Shop":
		return []Thing{Shop{ID: p.Shop, Team: p.Team}}
	case "Team":
		return []Thing{Team{ID: p.Team}}
	case "File":
		return []Thing{File{ID: "own", Owner: p.subject()}}
	case "Staff":
		return []Thing{Staff{ID: "own", Shop: p.Shop, Team: p.Team}}
	}
	return []Thing{Desk{}}
}

// context is what is known about the request.
func (q Question) context() types.Record {
	scopes := make([]types.Value, len(q.Who.Scopes))
	for i, scope := range q.Who.Scopes {
		scopes[i] = types.String(scope)
	}
	return types.NewRecord(types.RecordMap{
		"action": types.String(q.Action), "key": types.Boolean(q.Who.Key), "scopes": types.NewSet(scopes...),
		"must_enrol": types.Boolean(q.Who.MustEnrol), "enrolling": types.Boolean(q.Enrolling), "amount": types.Long(q.Amount),
	})
}

// Thing is what somebody wants to do something with.
type Thing interface{ entity() types.Entity }

// Matter is what belongs to a customer, to a shop, and to the platform's people who look after it.
type Matter struct {
	ID, Customer, Shop string
	Team               string   // that looks after the shop; empty: none
	Assignees          []string // agents it was given to
}

// The things that there are.
type (
	// Case is an after-sales case.
	Case Matter
	// Order is an order; its assignees are those of its cases.
	Order Matter
	// Conversation is what people write to each other. Audience is who reads it besides the platform's people: customer,
	// colleagues (nobody), merchant, carrier (who has no account). Waiting tells that a person was asked for and none has it.
	Conversation struct {
		Matter
		Audience string
		Waiting  bool
	}
	// Shop is a merchant.
	Shop struct{ ID, Team string }
	// File is an upload that nobody has put forward yet. Owner is "<role>/<id>".
	File struct{ ID, Owner string }
	// Staff is somebody of a shop's or of the platform's staff, as the object of what others do.
	Staff struct{ ID, Role, Shop, Team string }
	// Team is a team of the platform's people.
	Team struct{ ID string }
	// Desk is nothing in particular.
	Desk struct{}
)

func (m Matter) as(kind types.EntityType) types.Entity {
	return types.Entity{UID: ref(kind, m.ID), Attributes: types.NewRecord(m.attributes())}
}

func (m Matter) attributes() types.RecordMap {
	assignees := make([]types.Value, len(m.Assignees))
	for i, agent := range m.Assignees {
		assignees[i] = ref("Agent", agent)
	}
	attributes := types.RecordMap{
		"customer": ref("Customer", m.Customer), "shop": ref("Shop", m.Shop), "assignees": types.NewSet(assignees...),
	}
	put(attributes, "team", "Team", m.Team)
	return attributes
}

func (c Conversation) entity() types.Entity {
	attributes := c.attributes()
	attributes["audience"], attributes["waiting"] = types.String(c.Audience), types.Boolean(c.Waiting)
	return types.Entity{UID: ref("Conversation", c.ID), Attributes: types.NewRecord(attributes)}
}

func (c Case) entity() types.Entity  { return Matter(c).as("Case") }
func (o Order) entity() types.Entity { return Matter(o).as("Order") }

func (s Shop) entity() types.Entity {
	attributes := types.RecordMap{"shop": ref("Shop", s.ID)}
	put(attributes, "team", "Team", s.Team)
	return types.Entity{UID: ref("Shop", s.ID), Attributes: types.NewRecord(attributes)}
}

func (f File) entity() types.Entity {
	return types.Entity{UID: ref("File", f.ID), Attributes: types.NewRecord(types.RecordMap{"owner": types.String(f.Owner)})}
}

func (s Staff) entity() types.Entity {
	attributes := types.RecordMap{"subject": types.String(s.Role + "/" + s.ID)}
	put(attributes, "shop", "Shop", s.Shop)
	put(attributes, "team", "Team", s.Team)
	return types.Entity{UID: ref("Staff", s.ID), Attributes: types.NewRecord(attributes)}
}

func (t Team) entity() types.Entity { return types.Entity{UID: ref("Team", t.ID)} }

func (Desk) entity() types.Entity { return types.Entity{UID: ref("Desk", "desk")} }

func ref(kind types.EntityType, id string) types.EntityUID {
	return cedar.NewEntityUID(kind, cedar.String(id))
}

// put sets a reference that may be missing.
func put(attributes types.RecordMap, name types.String, kind types.EntityType, id string) {
	if id != "" {
		attributes[name] = ref(kind, id)
	}
}
