package pack

import (
	"fmt"
	"reflect"
	"strings"
	"sync"

	"cel.dev/cel-go/cel"
	celast "cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/ext"

	"aftersales/policy"
)

// Bounds of one condition. The cost limit stops one that loops over lines inside lines; a plain loop over the
// 200 lines of a large order costs about 2,000.
const (
	conditionMaxLength = 2000
	conditionCostLimit = 20_000
)

// environment is the language of conditions: these variables, CEL's standard functions and macros.
//
//	kind, phase, reason, liability       string
//	no_reason        bool    the reason rests on the no-reason right
//	window_days      int     the reason's window; 0: it has none
//	automatic        bool    the reason may be approved automatically
//	days_after_signing int   local days, day 1 is the day after signing; -1: not signed
//	shipped, signed, confirmed, free_shipping, transit_damage   bool
//	way              string  refund only: not_shipped, intercept, received, not_received
//	opened_by        string  customer, merchant, platform
//	subject          string  complaint: goods, service
//	hours_since_payment int  whole hours
//	chosen_units     int     units in this case
//	excluded         list    why chosen lines have no no-reason return (custom, fresh, digital, press)
//	consented        list    what the customer confirmed at purchase (hygiene, activation, near_expiry)
//	difference       string  what the inspection found
//	order, lines, customer, merchant, evidence   the facts themselves, by their JSON names, without times
var environment = sync.OnceValues(func() (*cel.Env, error) {
	text, number, flag := cel.StringType, cel.IntType, cel.BoolType
	return cel.NewEnv(
		ext.NativeTypes(
			reflect.TypeFor[policy.OrderFacts](), reflect.TypeFor[policy.LineFacts](),
			reflect.TypeFor[policy.StandingFacts](), reflect.TypeFor[policy.EvidenceFacts](),
			ext.ParseStructField(fieldName),
		),
		cel.ParserExpressionSizeLimit(conditionMaxLength),
		cel.ParserRecursionLimit(50),
		cel.Variable("kind", text), cel.Variable("phase", text), cel.Variable("reason", text), cel.Variable("liability", text),
		cel.Variable("no_reason", flag), cel.Variable("window_days", number), cel.Variable("automatic", flag),
		cel.Variable("days_after_signing", number), cel.Variable("chosen_units", number),
		cel.Variable("shipped", flag), cel.Variable("signed", flag), cel.Variable("confirmed", flag),
		cel.Variable("free_shipping", flag), cel.Variable("transit_damage", flag), cel.Variable("difference", text),
		cel.Variable("way", text), cel.Variable("opened_by", text), cel.Variable("subject", text), cel.Variable("hours_since_payment", number),
		cel.Variable("excluded", cel.ListType(text)), cel.Variable("consented", cel.ListType(text)),
		cel.Variable("order", cel.ObjectType("policy.OrderFacts")),
		cel.Variable("lines", cel.ListType(cel.ObjectType("policy.LineFacts"))),
		cel.Variable("customer", cel.ObjectType("policy.StandingFacts")),
		cel.Variable("merchant", cel.ObjectType("policy.StandingFacts")),
		cel.Variable("evidence", cel.ListType(cel.ObjectType("policy.EvidenceFacts"))),
	)
})

// fieldName gives facts their JSON names. Times are hidden: a condition asks shipped, signed or
// days_after_signing, which are counted in the pack's own zone.
func fieldName(field reflect.StructField) string {
	if field.Type.String() == "time.Time" || field.Type.Kind() == reflect.Pointer {
		return "-"
	}
	name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
	return name
}

// condition is a compiled CEL expression; nil holds always.
type condition struct{ program cel.Program }

// compile checks expression against the facts' types and returns it ready to run.
func compile(expression string) (*condition, error) {
	if expression == "" {
		return nil, nil
	}
	if len(expression) > conditionMaxLength {
		return nil, fmt.Errorf("the condition is longer than %d characters; split the rule", conditionMaxLength)
	}
	env, err := environment()
	if err != nil {
		return nil, fmt.Errorf("make the language of conditions: %w", err)
	}
	ast, issues := env.Compile(expression)
	if err := issues.Err(); err != nil {
		first := issues.Errors()[0]
		return nil, fmt.Errorf("%q does not compile at column %d: %s", expression, first.Location.Column()+1, first.Message)
	}
	if ast.OutputType() != cel.BoolType {
		return nil, fmt.Errorf("%q gives %s; a condition must give true or false", expression, ast.OutputType())
	}
	options := []cel.ProgramOption{cel.EvalOptions(cel.OptOptimize)}
	if loops(ast) {
		options = append(options, cel.CostLimit(conditionCostLimit))
	}
	program, err := env.Program(ast, options...)
	if err != nil {
		return nil, fmt.Errorf("%q cannot be prepared: %w", expression, err)
	}
	return &condition{program: program}, nil
}

// loops tells whether an expression may cost more than its own length, which the parser bounds: it walks a
// list with a macro, or matches a pattern. Only these carry the meter, which doubles the time of the others.
func loops(ast *cel.Ast) bool {
	root := celast.NavigateAST(ast.NativeRep())
	return len(celast.MatchDescendants(root, celast.KindMatcher(celast.ComprehensionKind))) > 0 ||
		len(celast.MatchDescendants(root, celast.FunctionMatcher("matches"))) > 0
}

// holds runs the condition over what is known.
func (c *condition) holds(g *given) (bool, error) {
	if c == nil {
		return true, nil
	}
	result, _, err := c.program.Eval(g)
	if err != nil {
		return false, err
	}
	held, ok := result.Value().(bool)
	if !ok {
		return false, fmt.Errorf("the condition gave %v; it must give true or false", result)
	}
	return held, nil
}

// given is one evaluation's variables, resolved by name without building a map.
type given struct {
	facts             *policy.Facts
	reason            *Reason
	liability         policy.Party // the reason's, or who the kind's own rules find to bear it
	way               policy.Way
	subject           string
	days              int
	units             int
	excluded, consent []string
}

func newGiven(p *Pack, f *policy.Facts, reason *Reason) *given {
	g := &given{facts: f, reason: reason, liability: reason.Liability, way: policy.DecideWay(*f, reason.neverCame()), days: -1}
	if f.Kind == policy.Complaint {
		g.subject = subjectOf(f, reason)
	}
	if f.Order.SignedAt != nil {
		g.days = max(0, p.calendar.DaysBetween(*f.Order.SignedAt, f.At))
	}
	for i := range f.Lines {
		line := &f.Lines[i]
		if line.Chosen <= 0 {
			continue
		}
		g.units += line.Chosen
		if line.NoReasonOut != "" {
			g.excluded = append(g.excluded, line.NoReasonOut)
		}
		if line.Consented != "" {
			g.consent = append(g.consent, line.Consented)
		}
	}
	return g
}

// subjectOf is what a complaint is about: as the facts say, else as its reason says.
func subjectOf(f *policy.Facts, reason *Reason) string {
	switch {
	case f.Complaint != nil && f.Complaint.Subject != "":
		return f.Complaint.Subject
	case reason.Subject != "":
		return reason.Subject
	default:
		return policy.SubjectGoods
	}
}

// Parent makes given a cel.Activation; it has none.
func (g *given) Parent() cel.Activation { return nil }

// ResolveName gives a variable's value.
func (g *given) ResolveName(name string) (any, bool) {
	f := g.facts
	switch name {
	case "kind":
		return string(f.Kind), true
	case "phase":
		return string(f.Phase), true
	case "reason":
		return f.Reason, true
	case "liability":
		return string(g.liability), true
	case "no_reason":
		return g.reason.NoReason, true
	case "window_days":
		return int64(g.reason.WindowDays), true
	case "automatic":
		return g.reason.Automatic, true
	case "days_after_signing":
		return int64(g.days), true
	case "chosen_units":
		return int64(g.units), true
	case "shipped":
		return f.Order.ShippedAt != nil, true
	case "signed":
		return f.Order.SignedAt != nil, true
	case "confirmed":
		return f.Order.ConfirmedAt != nil, true
	case "free_shipping":
		return policy.FreeShipping(f.Order), true
	case "transit_damage":
		return f.Inspection != nil && f.Inspection.DamageByItem, true
	case "difference":
		if f.Inspection == nil {
			return "", true
		}
		return string(f.Inspection.Difference), true
	case "way":
		return string(g.way), true
	case "opened_by":
		if f.OpenedBy == policy.Nobody {
			return string(policy.Customer), true
		}
		return string(f.OpenedBy), true
	case "subject":
		return g.subject, true
	case "hours_since_payment":
		return int64(f.At.Sub(f.Order.PaidAt).Hours()), true
	case "excluded":
		return g.excluded, true
	case "consented":
		return g.consent, true
	case "order":
		return &f.Order, true
	case "lines":
		return f.Lines, true
	case "customer":
		return &f.Customer, true
	case "merchant":
		return &f.Merchant, true
	case "evidence":
		return f.Evidence, true
	default:
		return nil, false
	}
}
