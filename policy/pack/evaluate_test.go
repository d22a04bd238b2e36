package pack_test

import (
	"encoding/json"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"aftersales/fault"
	"aftersales/money"
	"aftersales/policy"
	"aftersales/policy/pack"
)

const day = 24 * time.Hour

// Every row of the domain's table of deadlines that a return can meet.
func TestDefaultDeadlines(t *testing.T) {
	noReason := bought(nil)
	quality := bought(func(f *policy.Facts) { f.Reason = "quality" })
	onsale := bought(func(f *policy.Facts) { f.Reason, f.Phase = "quality", policy.OnSale })
	unshipped := bought(func(f *policy.Facts) { f.Reason, f.Order.ShippedAt = "quality", nil })
	for _, want := range []struct {
		name  string
		facts policy.Facts
		step  policy.Step
		actor policy.Party
		after time.Duration
		then  policy.Action
	}{
		{"details", noReason, policy.StepDetails, policy.Customer, 48 * time.Hour, policy.ActGoOnOrClose},
		{"answer, not shipped", unshipped, policy.StepMerchantAnswer, policy.Merchant, 48 * time.Hour, policy.ActAgree},
		{"answer, onsale", onsale, policy.StepMerchantAnswer, policy.Merchant, 48 * time.Hour, policy.ActAgree},
		{"answer, aftersale, no-reason", noReason, policy.StepMerchantAnswer, policy.Merchant, 48 * time.Hour, policy.ActAgree},
		{"answer, aftersale, other", quality, policy.StepMerchantAnswer, policy.Merchant, 48 * time.Hour, policy.ActEscalate},
		{"refused", quality, policy.StepRefused, policy.Customer, 7 * day, policy.ActClose},
		{"offer", quality, policy.StepOffer, policy.Customer, 48 * time.Hour, policy.ActDecline},
		{"send back", quality, policy.StepSendBack, policy.Customer, 7 * day, policy.ActClose},
		{"first scan", quality, policy.StepFirstScan, policy.Carrier, 72 * time.Hour, policy.ActSuspectWaybill},
		{"correct waybill", quality, policy.StepCorrectWaybill, policy.Customer, 48 * time.Hour, policy.ActEscalate},
		{"stalled", quality, policy.StepStalled, policy.Carrier, 7 * day, policy.ActCarrierClaim},
		{"lost", quality, policy.StepLost, policy.Carrier, 15 * day, policy.ActCarrierClaim},
		{"carrier claim", quality, policy.StepCarrierClaim, policy.Carrier, 7 * day, policy.ActEscalate},
		{"inspection", quality, policy.StepInspection, policy.Merchant, 10 * day, policy.ActRefund},
		{"difference", quality, policy.StepDifference, policy.Customer, 48 * time.Hour, policy.ActEscalate},
		{"review", quality, policy.StepReview, policy.Platform, 48 * time.Hour, policy.ActNextLevel},
		{"review escalates", quality, policy.StepReviewWarn, policy.Platform, 24 * time.Hour, policy.ActNextLevel},
		{"approval", quality, policy.StepApproval, policy.Platform, 24 * time.Hour, policy.ActNextLevel},
		{"refund help", quality, policy.StepRefundHelp, policy.Platform, 24 * time.Hour, policy.ActRetry},
	} {
		t.Run(want.name, func(t *testing.T) {
			terms := evaluate(t, want.facts)
			d, ok := terms.Deadline(want.step)
			require.True(t, ok)
			require.Equal(t, want.actor, d.Actor)
			require.Equal(t, want.then, d.Default)
			require.NotEmpty(t, d.Rule)
			require.Equal(t, want.facts.At.Add(want.after), terms.DueAt(want.step, want.facts.At))
		})
	}
	details, _ := evaluate(t, noReason).Deadline(policy.StepDetails)
	require.Equal(t, []time.Duration{24 * time.Hour, 44 * time.Hour}, details.Reminders)
	require.Equal(t, 5*time.Second, evaluate(t, noReason).Grace)
}

// Nothing but the carrier's silence may follow from a missing scan: scenario 9 forbids a refund by time.
func TestNoCarrierDeadlineRefunds(t *testing.T) {
	for step, d := range evaluate(t, bought(nil)).Deadlines {
		if d.Actor == policy.Carrier {
			require.NotEqual(t, policy.ActRefund, d.Default, step)
		}
	}
}

func TestEligibility(t *testing.T) {
	local := func(month time.Month, d, hour, minute, second int) time.Time {
		return time.Date(2026, month, d, hour, minute, second, 0, time.FixedZone("", 8*3600)).UTC()
	}
	for _, c := range []struct {
		name   string
		change func(*policy.Facts)
		want   fault.Code // "": not refused
		rule   string
	}{
		{"no reason, last second of day 7", func(f *policy.Facts) { f.At = local(3, 9, 23, 59, 59) }, "", ""},
		{"no reason, first second of day 8", func(f *policy.Facts) { f.At = local(3, 10, 0, 0, 0) }, fault.WindowOver, "interim_measures_art_10"},
		{"signed late in the evening counts by local day", func(f *policy.Facts) {
			evening := local(3, 2, 23, 30, 0)
			f.Order.SignedAt, f.At = &evening, local(3, 9, 23, 59, 0)
		}, "", ""},
		{"quality on day 15", func(f *policy.Facts) { f.Reason, f.At = "quality", local(3, 17, 23, 59, 59) }, "", ""},
		{"quality on day 16", func(f *policy.Facts) { f.Reason, f.At = "quality", local(3, 18, 0, 0, 0) }, fault.WindowOver, "jd_quality_15_days"},
		{"counterfeit after a year", func(f *policy.Facts) { f.Reason, f.At = "counterfeit", signed.Add(365*day) }, "", ""},
		{"not yet signed", func(f *policy.Facts) { f.Order.SignedAt, f.Phase = nil, policy.OnSale }, "", ""},
		{"not shipped", func(f *policy.Facts) { f.Order.ShippedAt = nil }, fault.KindNotPossible, "house_return_needs_shipped_goods"},
		{"custom, no reason", func(f *policy.Facts) { f.Lines[0].NoReasonOut = "custom" }, fault.NotReturnable, "interim_measures_art_6"},
		{"fresh, no reason", func(f *policy.Facts) { f.Lines[0].NoReasonOut = "fresh" }, fault.NotReturnable, "interim_measures_art_6"},
		{"digital, no reason", func(f *policy.Facts) { f.Lines[0].NoReasonOut = "digital" }, fault.NotReturnable, "interim_measures_art_6"},
		{"press, no reason", func(f *policy.Facts) { f.Lines[0].NoReasonOut = "press" }, fault.NotReturnable, "interim_measures_art_6"},
		{"another exclusion", func(f *policy.Facts) { f.Lines[0].NoReasonOut = "lottery" }, fault.NotReturnable, "interim_measures_art_6"},
		{"custom but faulty", func(f *policy.Facts) { f.Reason, f.Lines[0].NoReasonOut = "quality", "custom" }, "", ""},
		{"custom line not chosen", func(f *policy.Facts) { f.Lines[1].NoReasonOut = "custom" }, "", ""},
		{"hygiene, confirmed at purchase", func(f *policy.Facts) { f.Lines[0].Consented = "hygiene" }, fault.NotReturnable, "interim_measures_art_7"},
		{"hygiene but faulty", func(f *policy.Facts) { f.Reason, f.Lines[0].Consented = "quality", "hygiene" }, "", ""},
		{"unknown reason", func(f *policy.Facts) { f.Reason = "because" }, fault.ReasonUnknown, "reason_tree"},
		{"a heading is no reason", func(f *policy.Facts) { f.Reason = "goods_at_fault" }, fault.ReasonUnknown, "reason_tree"},
		{"late delivery after receipt", func(f *policy.Facts) { f.Reason = "late_delivery" }, fault.ReasonMismatch, "reason_tree"},
		{"a kind without rules", func(f *policy.Facts) { f.Kind = "rental" }, fault.KindNotPossible, "kinds_of_the_pack"},
		{"nothing chosen", func(f *policy.Facts) { f.Lines[0].Chosen = 0 }, fault.NothingChosen, "units_chosen"},
		{"more than bought", func(f *policy.Facts) { f.Lines[1].Chosen = 3 }, fault.QuantityTooLarge, "units_bought"},
		{"more than is left", func(f *policy.Facts) { f.Lines[1].Chosen, f.Lines[1].RefundedQty = 2, 1 }, fault.QuantityTooLarge, "units_bought"},
		{"all refunded before", func(f *policy.Facts) { f.Lines[0].Refunded = 10000 }, fault.NothingToRefund, policy.RuleOrderCap},
	} {
		t.Run(c.name, func(t *testing.T) {
			terms := evaluate(t, bought(c.change))
			if c.want == "" {
				require.Nil(t, terms.Refusal)
				return
			}
			require.NotNil(t, terms.Refusal)
			require.Equal(t, c.want, terms.Refusal.Fault.Code)
			require.Equal(t, c.rule, terms.Refusal.Rule)
			require.Equal(t, []string{c.rule}, terms.Rules)
			for _, lang := range []string{"zh-CN", "en"} {
				require.NotContains(t, terms.Refusal.Fault.Text(lang), "{", "every detail is filled in")
			}
		})
	}
	over := evaluate(t, bought(func(f *policy.Facts) { f.At = signed.Add(30 * day) }))
	require.Equal(t, "2026-03-09", over.Refusal.Fault.Details["until"])
}

func TestReasonsDecideLiabilityFreightAndQuestions(t *testing.T) {
	for _, c := range []struct {
		reason    string
		liability policy.Party
		freight   string
		asks      []policy.Ask
		noReason  bool
	}{
		{"no_reason", policy.Customer, "freight_no_reason", nil, true},
		{"wrong_size", policy.Customer, "freight_no_reason", nil, true},
		{"ordered_wrong", policy.Customer, "freight_no_reason", nil, true},
		{"quality", policy.Merchant, "freight_fault_pays", []policy.Ask{policy.AskEvidence}, false},
		{"not_as_described", policy.Merchant, "freight_fault_pays", []policy.Ask{policy.AskEvidence}, false},
		{"wrong_item", policy.Merchant, "freight_fault_pays", []policy.Ask{policy.AskEvidence}, false},
		{"damaged", policy.Merchant, "freight_fault_pays", []policy.Ask{policy.AskEvidence}, false},
		{"missing_parts", policy.Merchant, "freight_fault_pays", []policy.Ask{policy.AskEvidence}, false},
		{"counterfeit", policy.Merchant, "freight_fault_pays", []policy.Ask{policy.AskEvidence}, false},
		{"agreed", policy.Unclear, "freight_agreed_without_mention", nil, false},
		{"other", policy.Unclear, "freight_fault_unclear", []policy.Ask{policy.AskDetail}, false},
	} {
		t.Run(c.reason, func(t *testing.T) {
			terms := evaluate(t, bought(func(f *policy.Facts) { f.Reason = c.reason }))
			require.Nil(t, terms.Refusal)
			require.Equal(t, c.liability, terms.Liability)
			require.Equal(t, c.freight, terms.Freight.Rule)
			require.Equal(t, c.asks, terms.Asks)
			require.Equal(t, c.noReason, terms.NoReason)
		})
	}
}

func TestEvidenceAnswersTheQuestion(t *testing.T) {
	picture := policy.EvidenceFacts{Kind: "picture", By: policy.Customer}
	asked := func(reason string, evidence ...policy.EvidenceFacts) []policy.Ask {
		return evaluate(t, bought(func(f *policy.Facts) { f.Reason, f.Evidence = reason, evidence })).Asks
	}
	require.Empty(t, asked("quality", picture))
	require.Empty(t, asked("quality", policy.EvidenceFacts{Kind: "video", By: policy.Customer}))
	rejected := picture
	rejected.Rejected = true
	require.Equal(t, []policy.Ask{policy.AskEvidence}, asked("quality", rejected))
	require.Equal(t, []policy.Ask{policy.AskEvidence}, asked("quality", policy.EvidenceFacts{Kind: "picture", By: policy.Merchant}))
	require.Equal(t, []policy.Ask{policy.AskEvidence}, asked("quality", policy.EvidenceFacts{Kind: "document", By: policy.Customer}))
	require.Empty(t, asked("other", policy.EvidenceFacts{Kind: "description", By: policy.Customer}))
}

func TestWithoutReasonTheReasonIsAskedFirst(t *testing.T) {
	early := evaluate(t, bought(func(f *policy.Facts) { f.Reason = "" }))
	require.Equal(t, []policy.Ask{policy.AskReason}, early.Asks)
	require.Nil(t, early.Refusal)
	require.True(t, early.NoReason, "a no-reason return is still possible")
	late := evaluate(t, bought(func(f *policy.Facts) { f.Reason, f.At = "", signed.Add(30*day) }))
	require.Nil(t, late.Refusal, "windows are judged when the reason is known")
	require.False(t, late.NoReason)
	custom := evaluate(t, bought(func(f *policy.Facts) { f.Reason, f.Lines[0].NoReasonOut = "", "custom" }))
	require.False(t, custom.NoReason)
}

// The pack's freight table must say what policy.FreightFor documents.
func TestFreightTableAgreesWithTheStandard(t *testing.T) {
	for _, freight := range []money.Amount{0, 1000} {
		terms := evaluate(t, bought(func(f *policy.Facts) { f.Reason, f.Order.FreightPaid = "other", freight }))
		for _, party := range []policy.Party{policy.Customer, policy.Merchant, policy.Carrier, policy.Platform, policy.Unclear} {
			require.Equal(t, policy.FreightFor(party, policy.Return, policy.OrderFacts{FreightPaid: freight}), terms.FreightUnder(party), party)
		}
	}
	agreed := evaluate(t, bought(func(f *policy.Facts) { f.Reason = "agreed" }))
	require.Equal(t, policy.FreightAgreed(), agreed.Freight)
	swap := evaluate(t, bought(func(f *policy.Facts) { f.Kind, f.Order.FreightPaid = policy.Exchange, 0 }))
	require.Equal(t, policy.FreightFor(policy.Customer, policy.Exchange, policy.OrderFacts{}), swap.FreightUnder(policy.Customer))
}

func TestApprovalLimitsFollowStanding(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*policy.Facts)
		below  money.Amount
	}{
		{"good standing, low risk", nil, 200000},
		{"good standing, other reason", func(f *policy.Facts) { f.Reason = "quality" }, 100000},
		{"normal standing", func(f *policy.Facts) { f.Customer.Level = "normal" }, 50000},
		{"many cases", func(f *policy.Facts) { f.Customer.Level, f.Customer.Cases90 = "normal", 11 }, 0},
		{"watched customer", func(f *policy.Facts) { f.Customer.Level = "watch" }, 0},
		{"watched merchant", func(f *policy.Facts) { f.Merchant.Level = "watch" }, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := evaluate(t, bought(c.change)).Approval
			require.Equal(t, c.below, a.AutomaticBelow)
			require.Equal(t, c.below > 0, a.AutomaticRule != "")
			require.EqualValues(t, 500000, a.SecondAbove)
			require.EqualValues(t, 50000, a.AgentBelow)
			require.Equal(t, 2, a.Levels)
		})
	}
}

func TestPartialRules(t *testing.T) {
	percent := func(d policy.Difference, byTransit bool) int {
		terms := evaluate(t, bought(func(f *policy.Facts) {
			f.Inspection = &policy.InspectionFacts{Difference: d, DamageByItem: byTransit}
		}))
		require.NotEmpty(t, terms.Partial[d].Rule)
		return terms.Partial[d].Percent
	}
	require.Equal(t, 0, percent(policy.EmptyBox, false))
	require.Equal(t, 0, percent(policy.WrongItem, false))
	require.Equal(t, 50, percent(policy.UsedItem, false))
	require.Equal(t, 100, percent(policy.ShortCount, false))
	require.Equal(t, 50, percent(policy.Damaged, false))
	require.Equal(t, 100, percent(policy.Damaged, true), "damage on the way back is the merchant's")
}

func TestDemoPackIsTheDefaultInSeconds(t *testing.T) {
	demo, standard := builtin(t, "demo"), builtin(t, "default")
	terms, err := demo.Evaluate(bought(nil))
	require.NoError(t, err)
	require.Equal(t, time.Second, terms.Grace)
	require.Empty(t, terms.Calendar.Windows)
	plain := evaluate(t, bought(nil))
	require.Len(t, terms.Deadlines, len(plain.Deadlines))
	for step, d := range terms.Deadlines {
		require.GreaterOrEqual(t, d.For, 3*time.Second, step)
		require.LessOrEqual(t, d.For, 20*time.Second, step)
		require.Equal(t, plain.Deadlines[step].Default, d.Default, step)
	}
	require.Equal(t, standard.Reasons(policy.Return, policy.AfterSale), demo.Reasons(policy.Return, policy.AfterSale))
	require.Equal(t, plain.Quote, terms.Quote)
	require.NotEqual(t, standard.Hash(), demo.Hash())
}

func TestReasonsAreOfferedInBothLanguages(t *testing.T) {
	p := builtin(t, "default")
	onsale, after := p.Reasons(policy.Return, policy.OnSale), p.Reasons(policy.Return, policy.AfterSale)
	require.Len(t, onsale, len(after)+1, "late delivery can be chosen only before receipt")
	for _, reason := range onsale {
		require.NotEqual(t, reason.Label("zh-CN"), reason.Label("en"), reason.Code)
		group, ok := p.Reason(reason.Parent)
		require.True(t, ok)
		require.True(t, group.Group)
	}
	_, ok := p.Reason("because")
	require.False(t, ok)
	require.Empty(t, p.Reasons("rental", policy.OnSale))
}

// Scenario 36 at the level of rules: a case keeps its own pack, found by hash, when another one is in force.
func TestScenario36_PackChangedMidCase(t *testing.T) {
	old := builtin(t, "default")
	registry := pack.NewRegistry()
	kept, err := registry.Add("stored", old.Content())
	require.NoError(t, err)
	require.Equal(t, old.Hash(), kept.Hash())
	demo := builtin(t, "demo")
	stored, err := registry.Add("stored", demo.Content())
	require.NoError(t, err)
	require.Equal(t, demo.Hash(), stored.Hash(), "an extending pack is stored with its base")
	again, err := registry.Add("stored", demo.Content())
	require.NoError(t, err)
	require.Same(t, stored, again)

	found, err := registry.Get(old.Hash())
	require.NoError(t, err)
	before, after := evaluate(t, bought(nil)), policy.Terms{}
	after, err = found.Evaluate(bought(nil))
	require.NoError(t, err)
	require.Equal(t, before, after)
	_, err = registry.Get("0000")
	require.ErrorContains(t, err, "0000")
}

func TestEvaluateIsPureAndSafeForManyGoroutines(t *testing.T) {
	p, facts := builtin(t, "default"), bought(nil)
	want, err := json.Marshal(evaluate(t, facts))
	require.NoError(t, err)
	results := make([][]byte, 16)
	var group sync.WaitGroup
	for i := range results {
		group.Go(func() {
			for range 50 {
				if terms, err := p.Evaluate(facts); err == nil {
					results[i], _ = json.Marshal(terms)
				}
			}
		})
	}
	group.Wait()
	for _, got := range results {
		require.JSONEq(t, string(want), string(got))
	}
	require.Equal(t, bought(nil), facts, "the facts are not touched")
}

func TestTermsSurviveJSON(t *testing.T) {
	for _, reason := range []string{"no_reason", "quality", "because"} {
		terms := evaluate(t, bought(func(f *policy.Facts) { f.Reason = reason }))
		text, err := json.Marshal(terms)
		require.NoError(t, err)
		var back policy.Terms
		require.NoError(t, json.Unmarshal(text, &back))
		again, err := json.Marshal(back)
		require.NoError(t, err)
		require.JSONEq(t, string(text), string(again))
	}
}

// One evaluation takes less than 20 µs.
func BenchmarkEvaluate(b *testing.B) {
	p := builtin(b, "default")
	for _, facts := range everyKind() {
		b.Run(string(facts.Kind), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := p.Evaluate(facts); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
