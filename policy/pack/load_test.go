package pack_test

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"aftersales/policy"
	"aftersales/policy/pack"
)

func source(t testing.TB, name string) string {
	t.Helper()
	text, err := os.ReadFile("packs/" + name + ".yaml")
	require.NoError(t, err)
	return string(text)
}

// Every mistake is refused with the file, the line on which it was made, and what to write instead.
func TestBadPacksAreRefused(t *testing.T) {
	for _, c := range []struct {
		name     string
		base     string // "" is the default pack
		old, new string
		reason   string
	}{
		{"unknown field", "", "grace: 5s", "grase: 5s", `unknown field "grase"`},
		{"unknown field deep inside", "", "edits: 5", "edit: 5", `unknown field "edit"`},
		{"doubled key", "", "grace: 5s", "grace: 5s\ngrace: 5s", "already defined"},
		{"bad length of time", "", "for: 48h, default: go_on_or_close", "for: 2 days, default: go_on_or_close", `"2 days" is not a length of time`},
		{"bad amount", "", `agent_below: "500.00"`, `agent_below: "five"`, `"five" is not an amount`},
		{"negative amount", "", `agent_below: "500.00"`, `agent_below: "-5"`, `"-5" is not an amount`},
		{"unknown kind", "", "kinds: [return,", "kinds: [returns,", `"returns" is not known here; use one of return`},
		{"unknown action", "", "default: suspect_waybill", "default: shrug", `"shrug" is not known here`},
		{"unknown actor", "", "{actor: carrier, for: 72h", "{actor: courier, for: 72h", `"courier" is not known here`},
		{"unknown clock", "", "for: 24h, default: retry", "for: 24h, clock: sundial, default: retry", `"sundial" is not known here`},
		{"unknown step", "", "  first_scan:", "  second_scan:", "there is no such step"},
		{"working days in hours", "", "for: 24h, default: retry", "for: 30h, clock: working_days, default: retry", "working days are whole days"},
		{"reminder after the deadline", "", "reminders: [24h, 44h]", "reminders: [24h, 49h]", "reminders ascend"},
		{"last variant with a condition", "", "    - {actor: merchant, for: 48h, default: escalate", "    - {when: shipped, actor: merchant, for: 48h, default: escalate", "the last variant must hold always"},
		{"syntax of a condition", "", "when: '!shipped'", "when: '!shipped &&'", "does not compile at column"},
		{"unknown variable", "", `when: phase == "onsale"`, `when: fase == "onsale"`, "undeclared reference to 'fase'"},
		{"unknown fact", "", `when: phase == "onsale"`, `when: order.payd > 0`, "undefined field 'payd'"},
		{"a time is not a fact", "", `when: phase == "onsale"`, `when: has(order.signed_at)`, "undefined field 'signed_at'"},
		{"types do not fit", "", `when: phase == "onsale"`, `when: phase == 1`, "found no matching overload"},
		{"condition of another type", "", `when: phase == "onsale"`, `when: phase`, "a condition must give true or false"},
		{"condition too long", "", `when: phase == "onsale"`, `when: phase == "` + strings.Repeat("x", 2000) + `"`, "longer than 2000 characters"},
		{"unknown fault", "", "fault: kind_not_possible", "fault: no_way", `there is no fault "no_way"`},
		{"rule that refuses all", "", `  - when: kind == "return" && !shipped`, `  - when: ""`, "refuses every case"},
		{"one language only", "", "text: {zh: 发错货, en: The wrong item came}", "text: {zh: 发错货}", "write it in both languages"},
		{"doubled reason", "", "code: wrong_item", "code: quality", `the reason "quality" stands above already`},
		{"unknown parent", "", "  - code: wrong_item\n    parent: goods_at_fault", "  - code: wrong_item\n    parent: nowhere", `there is no group "nowhere" above`},
		{"facts of no reason", "", "same_as: not_as_described", "same_as: nothing", `"nothing" is no reason above`},
		{"facts of a heading", "", "same_as: not_as_described", "same_as: goods_at_fault", `"goods_at_fault" is no reason above`},
		{"unknown evidence", "", "evidence: [picture, video, document]", "evidence: [rumour]", `"rumour" is not known here`},
		{"no-reason without window", "", "    no_reason: true\n    window_days: 7\n    automatic: true\n    rule: interim_measures_art_10\n\n", "    no_reason: true\n    rule: x\n\n", "needs window_days"},
		{"window that is none", "", `["09:00-18:00"]`, `["9 to 6"]`, `"9 to 6" is not a window`},
		{"named zone", "", `zone: "+08:00"`, `zone: Asia/Shanghai`, "is not a fixed offset"},
		{"weekday 7", "", "work_days: [1, 2, 3, 4, 5]", "work_days: [1, 7]", "7 is not a weekday"},
		{"freight without fallback", "", "  - {liability: platform, out: platform", "  - {liability: platform, kinds: [repair], out: platform", "liability platform has no row without conditions"},
		{"freight of an unknown reason", "", "reasons: [agreed]", "reasons: [disagreed]", `there is no reason "disagreed"`},
		{"automatic above two people", "", `below: "2000.00"`, `below: "9000.00"`, "above second_above"},
		{"no levels", "", "levels: 2", "levels: 0", "0 is out of range; use 1 to 5"},
		{"percentage over 100", "", "percent: 50, rule: house_used_half", "percent: 150, rule: house_used_half", "150 is not a percentage"},
		{"partial without fallback", "", "    - {percent: 50, rule: house_damaged_half}", "", "needs a percentage that holds always"},
		{"rounds", "", "rounds: 3", "rounds: 0", "0 is out of range; use 1 to 100"},
		{"rule without name", "", ", rule: house_used_half", "", "it is missing; write it"},
		{"way that is none", "", "ways: [not_shipped]", "ways: [teleported]", `"teleported" is not known here`},
		{"way of a return", "", "    kinds: [complaint]\n    subject: goods", "    kinds: [complaint]\n    ways: [received]\n    subject: goods", "leave it out"},
		{"subject that is none", "", "subject: service", "subject: weather", `"weather" is not known here; use one of goods, service`},
		{"kind of a refusal", "", "{kinds: [repair], when: '!signed", "{kinds: [repairs], when: '!signed", `"repairs" is not known here`},
		{"kind of a wait", "", "{kinds: [price_protection], actor", "{kinds: [price], actor", `"price" is not known here`},
		{"last wait for one kind only", "", "    - {actor: merchant, for: 72h, default: refund", "    - {kinds: [exchange], actor: merchant, for: 72h, default: refund", "the last variant must hold always; leave its kinds out"},
		{"both pay the freight", "", "out: platform, back: platform", "out: both, back: platform", `"both" is not known here`},
		{"agreement without amount", "", `when: customer.level != "watch", below: "500.00"`, `when: customer.level != "watch"`, "the row needs below"},
		{"agreement of an unknown kind", "", "merchant: {kinds: [return,", "merchant: {kinds: [rental,", `"rental" is not known here`},
		{"bounds that do not compile", "", `unless: customer.level == "watch"`, `unless: customer.lvl == "watch"`, "undefined field 'lvl'"},
		{"deposit over 100 percent", "", "deposit_percent: 100", "deposit_percent: 101", "101 is not a percentage"},
		{"advance without name", "", ", rule: house_advance_refund_on_first_scan", "", "it is missing; write it"},
		{"insurance of an unknown kind", "", "insurance: {kinds: [return, exchange]", "insurance: {kinds: [return, trade]", `"trade" is not known here`},
		{"cap that is none", "", `cap: "25.00"`, `cap: lots`, `"lots" is not an amount`},
		{"protection without days", "", "days: 15, rule", "months: 15, rule", "write days, and nothing else"},
		{"protection without fallback", "", "  - {days: 7, rule: jd_price_protection_7_days}\n", "", "needs a last row without categories"},
		{"warranty in days", "", "    - {months: 6,", "    - {days: 6,", "write months, and nothing else"},
		{"a general row too early", "", "categories: [shoes], months: 3", "months: 3", "must be the last"},
		{"standing that is none", "", "{level: good, rule: house_nothing_against}", "{level: best, rule: house_nothing_against}", `"best" is not known here; use one of good, normal, watch`},
		{"standing without fallback", "", "    - {level: good, rule: house_nothing_against}\n", "", "the last names none and holds for everybody else"},
		{"negative count", "", "differences: 3", "differences: -3", "counts are 1 or more"},
		{"unknown remedy", "", "remedies: [apology,", "remedies: [flowers,", `"flowers" is not known here; use one of apology`},
		{"points without a limit", "", "  max_points: 5000\n", "", "write at most how many"},
		{"coupons without a limit", "", `  max_coupon: "100.00"`, `  max_coupon: "0"`, "how much one is worth"},
		{"no supplements", "", "supplements: 2", "supplements: 0", "0 is out of range; use 1 to 100"},
		{"not YAML", "", "price_protection, complaint]\n", "price_protection, complaint\n", ""},
		{"a list instead of a pack", "", source(t, "default"), "- a\n- b\n", ""},
		{"empty", "", source(t, "default"), "", "0 YAML documents"},
		{"too large", "", "name: default", "name: default #" + strings.Repeat("x", 300_000), "larger than"},
		{"extends nothing", "demo", "extends: default", "extends: nothing", `there is no built-in pack "nothing"`},
		{"extends a path", "demo", "extends: default", "extends: ../packs/default", "there is no built-in pack"},
		{"overlay sets reasons", "demo", "grace: 1s", "reasons: []", `unknown field "reasons"`},
		{"overlay of an unknown step", "demo", "  offer: {for: 8s}", "  offers: {for: 8s}", "has no such step"},
		{"overlay without length", "demo", "  offer: {for: 8s}", "  offer: {}", "write how long the wait is"},
		{"overlay without name", "demo", "name: demo", "name: ''", "it is missing; write it"},
	} {
		t.Run(c.name, func(t *testing.T) {
			base := c.base
			if base == "" {
				base = "default"
			}
			text := source(t, base)
			require.Contains(t, text, c.old)
			at := strings.Index(text, c.old)
			content := strings.Replace(text, c.old, c.new, 1)
			_, err := pack.Load("mine.yaml", []byte(content))
			require.Error(t, err)
			var problem *pack.Problem
			require.ErrorAs(t, err, &problem)
			require.Equal(t, "mine.yaml", problem.File)
			require.Contains(t, err.Error(), c.reason)
			require.Positive(t, problem.Line)
			found := pack.Problems(err)
			require.NotEmpty(t, found)
			for _, one := range found { // each is said in Chinese, in words that were written for it
				require.True(t, han(one.Text("zh-CN")), one.Reason)
				if c.name != "doubled key" && c.name != "not YAML" {
					require.NotContains(t, one.Text("zh-CN"), "写法有误", one.Reason)
				}
				require.LessOrEqual(t, one.Column, 200)
			}
			if c.new == "" || strings.Contains(problem.Reason, "missing") || len(c.new) > 2500 {
				return // nothing is left on the line to point at
			}
			first := strings.Count(text[:at], "\n") + 1
			last := first + strings.Count(c.new, "\n") + 1
			if !strings.Contains(c.name, "without fallback") && !strings.Contains(c.name, "without length") && !strings.Contains(c.name, "unknown step") {
				require.GreaterOrEqual(t, problem.Line, first-2, err)
				require.LessOrEqual(t, problem.Line, last, err)
			}
			require.True(t, strings.HasPrefix(err.Error(), fmt.Sprintf("mine.yaml:%d: ", problem.Line)), err)
		})
	}
}

func TestExactLineOfAProblem(t *testing.T) {
	text := source(t, "default")
	bad := strings.Replace(text, "default: suspect_waybill", "default: shrug", 1)
	want := strings.Count(text[:strings.Index(text, "default: suspect_waybill")], "\n") + 1
	_, err := pack.Load("mine.yaml", []byte(bad))
	require.ErrorContains(t, err, fmt.Sprintf("mine.yaml:%d: deadlines.first_scan[0].default: ", want))
}

func TestAllProblemsAreReportedAtOnce(t *testing.T) {
	bad := strings.NewReplacer("default: suspect_waybill", "default: shrug", "levels: 2", "levels: 9").Replace(source(t, "default"))
	_, err := pack.Load("mine.yaml", []byte(bad))
	require.ErrorContains(t, err, "shrug")
	require.ErrorContains(t, err, "approvals.levels")
}

func TestUnknownBuiltin(t *testing.T) {
	_, err := pack.Builtin("festival")
	require.ErrorContains(t, err, "the built-in packs are default, demo")
}

func TestHashCoversTheWholeContent(t *testing.T) {
	text := source(t, "default")
	one, err := pack.Load("a.yaml", []byte(text))
	require.NoError(t, err)
	two, err := pack.Load("b.yaml", []byte(text))
	require.NoError(t, err)
	require.Equal(t, one.Hash(), two.Hash(), "the name of the file is not part of the pack")
	three, err := pack.Load("a.yaml", []byte(text+"# a remark\n"))
	require.NoError(t, err)
	require.NotEqual(t, one.Hash(), three.Hash())
	require.Len(t, one.Hash(), 64)
}

// Conditions may look at the facts themselves, and one that loops too much is stopped instead of running on.
func TestConditionsOverLines(t *testing.T) {
	with := func(condition string) *pack.Pack {
		text := strings.Replace(source(t, "default"), `when: kind == "return" && !shipped`, "when: '"+condition+"'", 1)
		p, err := pack.Load("mine.yaml", []byte(text))
		require.NoError(t, err)
		return p
	}
	for condition, refused := range map[string]bool{
		`lines.exists(l, l.chosen > 0 && l.category == "shoes")`:                               true,
		`lines.exists(l, l.chosen > 0 && l.category == "socks")`:                               false,
		`order.paid >= 31000 && order.currency == "CNY"`:                                       true,
		`customer.level in ["good", "normal"] && merchant.cases_90 == 0`:                       true,
		`evidence.exists(e, e.by == "customer" && !e.rejected)`:                                false,
		`lines.filter(l, l.chosen > 0).all(l, l.paid - l.refunded > 10000)`:                    false,
		`liability == "customer" && automatic && signed && confirmed && !free_shipping`:        true,
		`reason.startsWith("no_") && chosen_units == 1 && difference == "" && !transit_damage`: true,
	} {
		terms, err := with(condition).Evaluate(bought(nil))
		require.NoError(t, err, condition)
		require.Equal(t, refused, terms.Refusal != nil, condition)
	}
	greedy := with(`lines.all(a, lines.all(b, lines.all(c, a.paid + b.paid + c.paid >= 0)))`)
	_, err := greedy.Evaluate(bought(func(f *policy.Facts) {
		for range 100 {
			f.Lines = append(f.Lines, f.Lines[1])
		}
	}))
	require.ErrorContains(t, err, "cost limit exceeded")
}

func FuzzPackLoad(f *testing.F) {
	for _, name := range pack.BuiltinNames() {
		f.Add([]byte(source(f, name)))
	}
	f.Add([]byte("name: x\nkinds: [return]\n"))
	f.Add([]byte("extends: default\nname: x\nversion: '1'\ndescription: {zh: 一, en: one}\ntimes: {offer: {for: 3s}}\n"))
	f.Add([]byte("extends: demo\n---\nextends: demo\n"))
	f.Add([]byte("extends: default\nname: x\nversion: '1'\ndescription: {zh: 一, en: one}\ntimes: {appeal: {for: 3s}, supplement: {for: 4h, reminders: [1h]}}\n"))
	f.Add([]byte("name: x\nprice_protection: [{days: 7, rule: r}]\nstanding: {customer: [{level: good, rule: r}]}\nadvance: {refund: {}}\n"))
	f.Add([]byte("a: &a [*a]\n"))
	f.Add([]byte("deadlines: {'a.b[': []}\n"))
	f.Fuzz(func(t *testing.T, content []byte) {
		p, err := pack.Load("fuzz.yaml", content)
		if err != nil {
			var problem *pack.Problem
			if !errors.As(err, &problem) || problem.Line < 1 || problem.Reason == "" {
				t.Fatalf("an error without a place: %v", err)
			}
			return
		}
		again, err := pack.Load("fuzz.yaml", p.Content())
		if err != nil || again.Hash() != p.Hash() {
			t.Fatalf("a stored pack does not load as itself: %v", err)
		}
	})
}
