// Package access says who may do what. The policies of the folder policies are the one truth about it: the edge asks
// them with what it knows of the person, the services with what they know of the case, and nothing else decides.
package access

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/cedar-policy/cedar-go"
	"github.com/cedar-policy/cedar-go/types"
	"github.com/cedar-policy/cedar-go/x/exp/ast"
	"github.com/cedar-policy/cedar-go/x/exp/schema"
	"github.com/cedar-policy/cedar-go/x/exp/schema/validate"

	"aftersales/fault"
	"aftersales/money"
)

//go:embed policies
var files embed.FS

// Question asks whether somebody may do an action with something.
type Question struct {
	Who    Principal
	Action string // its name in the table of routes
	What   Thing  // nil: nothing in particular

	Amount    money.Amount // what is decided about; 0: not known yet, or none
	Enrolling bool         // the route is open to those who must set up their second factor
}

// Authorizer answers questions by its policies. It is safe for concurrent use.
type Authorizer struct {
	permits, forbids map[string]policies // by the action that they are about
	applies          map[string]application
}

// policies are those of one effect. Asked apart, they tell who may not at all from whom something else stands against.
type policies []*cedar.Policy

// All makes them an iterator of cedar's.
func (p policies) All() iter.Seq2[cedar.PolicyID, *cedar.Policy] {
	return func(yield func(cedar.PolicyID, *cedar.Policy) bool) {
		for _, policy := range p {
			if !yield("", policy) {
				return
			}
		}
	}
}

// application is who an action is for at all, and what it is about.
type application struct {
	principals, things []types.EntityType
}

// Standard are the built-in policies. They are checked by the tests of this package, so they load.
var Standard = sync.OnceValue(func() *Authorizer {
	folder, err := fs.Sub(files, "policies")
	if err == nil {
		var loaded *Authorizer
		if loaded, err = Load(folder); err == nil {
			return loaded
		}
	}
	panic(err)
})

// Load reads all *.cedar and *.cedarschema of a folder. Every policy is checked against the schema: what it names must
// exist and be of the right type.
func Load(folder fs.FS) (*Authorizer, error) {
	a := &Authorizer{permits: map[string]policies{}, forbids: map[string]policies{}, applies: map[string]application{}}
	var declared []byte
	var list []*cedar.Policy
	err := fs.WalkDir(folder, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := fs.ReadFile(folder, name)
		if err != nil {
			return err
		}
		switch path.Ext(name) {
		case ".cedarschema":
			declared = append(append(declared, content...), '\n')
		case ".cedar":
			parsed, err := cedar.NewPolicyListFromBytes(name, content)
			if err != nil {
				return fmt.Errorf("access: %s: %w", name, err)
			}
			list = append(list, parsed...)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	var s schema.Schema
	if err := s.UnmarshalCedar(declared); err != nil {
		return nil, fmt.Errorf("access: schema: %w", err)
	}
	resolved, err := s.Resolve()
	if err != nil {
		return nil, fmt.Errorf("access: schema: %w", err)
	}
	for uid, action := range resolved.Actions {
		if action.AppliesTo == nil {
			return nil, fmt.Errorf("access: schema: %s applies to nothing", uid)
		}
		a.applies[string(uid.ID)] = application{action.AppliesTo.Principals, action.AppliesTo.Resources}
	}
	checker := validate.New(resolved, validate.WithStrict())
	var wrong []error
	for _, policy := range list {
		at := policy.Position()
		id := at.Filename + ":" + strconv.Itoa(at.Line)
		if err := checker.Policy(id, (*ast.Policy)(policy.AST())); err != nil {
			wrong = append(wrong, fmt.Errorf("access: %s: %w", id, err))
		}
		if policy.Effect() == cedar.Permit {
			a.add(a.permits, policy)
			continue
		}
		if code := policy.Annotations()["fault"]; !fault.Known(fault.Code(code)) {
			wrong = append(wrong, fmt.Errorf("access: %s: what forbids says why: @fault(%q) is not in the catalogue", id, code))
		}
		a.add(a.forbids, policy)
	}
	return a, errors.Join(wrong...)
}

// add keeps a policy with every action that it is about, so that a decision asks no others.
func (a *Authorizer) add(to map[string]policies, policy *cedar.Policy) {
	about := func(string) bool { return true }
	switch scope := (*ast.Policy)(policy.AST()).Action.(type) {
	case ast.ScopeTypeEq:
		about = func(action string) bool { return string(scope.Entity.ID) == action }
	case ast.ScopeTypeInSet:
		about = func(action string) bool {
			return slices.ContainsFunc(scope.Entities, func(uid types.EntityUID) bool { return string(uid.ID) == action })
		}
	}
	for action := range a.applies {
		if about(action) {
			to[action] = append(to[action], policy)
		}
	}
}

// Actions lists every action that the policies know, in order.
func (a *Authorizer) Actions() []string {
	var names []string
	for name := range a.applies {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// About lists the kinds of things that an action is about.
func (a *Authorizer) About(action string) []string {
	var kinds []string
	for _, kind := range a.applies[action].things {
		kinds = append(kinds, string(kind))
	}
	return kinds
}

// May answers a question.
func (a *Authorizer) May(q Question) bool { return a.decide(q) == nil }

// Check answers a question with nil or with what the person is told. Somebody who may not do this at all hears
// forbidden, whatever it is about; somebody who may do it only to others hears not_found, as if this one did not exist.
// A policy that forbids may name another fault.
func (a *Authorizer) Check(q Question) error {
	refusal := a.decide(q)
	if refusal == nil {
		return nil
	}
	if refusal.Code == fault.Forbidden && q.What != nil && a.Gate(q) == nil {
		return fault.New(fault.NotFound)
	}
	return refusal
}

// Gate answers whether somebody may do an action to anything at all; What and Amount are not looked at. The edge asks so
// before it knows what a request is about: the service that does know asks again.
func (a *Authorizer) Gate(q Question) error {
	q.Amount = 0
	refusal := fault.New(fault.Forbidden)
	for _, kind := range a.applies[q.Action].things {
		for _, q.What = range q.Who.own(kind) {
			refusal = a.decide(q)
			if refusal == nil {
				return nil
			}
			if refusal.Code != fault.Forbidden {
				return refusal // not the thing stands against it
			}
		}
	}
	return refusal
}

// Roles lists whom an action is for: the roles of which somebody may do it to something.
func (a *Authorizer) Roles(action string) []string {
	var roles []string
	for _, role := range Roles {
		somebody := Principal{Role: role, ID: "id", Shop: "shop", Team: "team", Owner: true}
		if a.Gate(Question{Who: somebody, Action: action}) == nil {
			roles = append(roles, role)
		}
	}
	return roles
}

// decide asks the policies. The answer to everything that they do not know is no.
func (a *Authorizer) decide(q Question) *fault.Fault {
	if q.What == nil {
		q.What = Desk{}
	}
	who, known := q.Who.entity()
	what := q.What.entity()
	applies := a.applies[q.Action]
	if !known || !slices.Contains(applies.principals, who.UID.Type) || !slices.Contains(applies.things, what.UID.Type) {
		return fault.New(fault.Forbidden)
	}
	request := cedar.Request{
		Principal: who.UID, Action: cedar.NewEntityUID("Action", cedar.String(q.Action)), Resource: what.UID, Context: q.context(),
	}
	if decision, _ := cedar.Authorize(a.permits[q.Action], entities{who, what}, request); decision != cedar.Allow {
		return fault.New(fault.Forbidden)
	}
	_, against := cedar.Authorize(a.forbids[q.Action], entities{who, what}, request)
	if len(against.Errors) > 0 {
		return fault.New(fault.Forbidden).Because(errors.New(against.Errors[0].String()))
	}
	for _, reason := range against.Reasons {
		for _, policy := range a.forbids[q.Action] {
			if policy.Position() == reason.Position {
				return fault.New(fault.Code(policy.Annotations()["fault"]))
			}
		}
	}
	return nil
}

// entities are the two that a decision knows.
type entities [2]types.Entity

func (e entities) Get(uid types.EntityUID) (types.Entity, bool) {
	for _, entity := range e {
		if entity.UID == uid {
			return entity, true
		}
	}
	return types.Entity{}, false
}

func title(role string) types.EntityType {
	return types.EntityType(strings.ToUpper(role[:1]) + role[1:])
}
