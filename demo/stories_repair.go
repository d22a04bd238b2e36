package demo

import (
	"context"

	"aftersales/money"
	"aftersales/partners"
)

// What is said of a repair.
var (
	covered     = does(clerk, "diagnose", map[string]any{"fault": "sole_loose", "covered": true}, "diagnosis")
	finishes    = does(clerk, "finish-repair", map[string]any{"text": "已重新上胶"}, "repair")
	cannot      = does(clerk, "cannot-repair", map[string]any{"text": "没有配件"}, "diagnosis", "repair")
	comesBroken = row(receives, shows(customer, "reject-repair", map[string]any{"text": "还是开胶"}, "confirm"))
)

// quotes says what a repair costs that no warranty pays.
func quotes(amount money.Amount) word {
	return does(clerk, "diagnose", map[string]any{"fault": "torn", "covered": false, "amount": Yuan(amount)}, "diagnosis")
}

func answersQuote(accept bool, amount money.Amount) word {
	body := map[string]any{"accept": accept}
	if accept {
		body["amount"] = Yuan(amount)
	}
	return does(customer, "answer-quote", body, "repair_quote")
}

func chooses(what string) word {
	return does(customer, "choose", map[string]any{"choice": what}, "choice")
}

// faulty is a request under warranty, accident one to be paid.
var (
	faulty   = asks("repair", "faulty", saying("走了两天就开胶"))
	accident = asks("repair", "accident", saying("被自行车刮破"))
)

// repairs are goods that go to the merchant and come back in order.
var repairs = []story{
	{name: "repair/covered", ends: ended("repair/repaired"), price: 199_00,
		words: []word{faulty, agrees, sendsBack(whole), covered, finishes, ships, confirms}},
	{name: "repair/silent customer", ends: ended("repair/repaired"), price: 199_00,
		words: []word{faulty, agrees, sendsBack(whole), covered, finishes, ships}},
	{name: "repair/paid", ends: ended("repair/repaired"), price: 189_00,
		words: []word{accident, agrees, sendsBack(whole), quotes(60_00), answersQuote(true, 60_00), pays(partners.RailWeChat), finishes, ships, confirms}},
	{name: "repair/quote declined", ends: ended("repair/not_repaired"), price: 189_00,
		words: []word{accident, agrees, sendsBack(whole), quotes(80_00), answersQuote(false, 0), ships, confirms}},
	{name: "repair/not paid", ends: ended("repair/not_repaired"), price: 189_00,
		words: []word{accident, agrees, sendsBack(whole), quotes(80_00), answersQuote(true, 80_00), ships, confirms}},
	{name: "repair/paid, then impossible", ends: ended("repair/not_repaired"), price: 189_00,
		words: []word{accident, agrees, sendsBack(whole), quotes(70_00), answersQuote(true, 70_00), pays(partners.RailAlipay), reaches("repair"), cannot, ships, confirms}},
	{name: "repair/past its time, returned", ends: ended("repair/replaced", "return/refunded"), price: 179_00,
		words: []word{faulty, agrees, sendsBack(whole), covered, chooses("return")}},
	{name: "repair/impossible, exchanged", ends: ended("repair/replaced", "exchange/exchanged"), price: Shoes,
		words: []word{faulty, agrees, sendsBack(whole), cannot, chooses("exchange"), inChild(ships, confirms)}},
	{name: "repair/twice in vain, returned", ends: ended("repair/replaced", "return/refunded"), price: 169_00,
		words: []word{
			faulty, agrees, sendsBack(whole), covered, finishes, ships, comesBroken,
			sendsBack(whole), covered, finishes, ships, comesBroken,
			chooses("return"), inChild(sendsBack(whole), inspects),
		}},
	{name: "repair/silent, silent, judged", ends: ended("repair/partly_refunded", "complaint/partly_upheld"), price: 159_00,
		words: []word{faulty, agrees, sendsBack(whole), inChild(judged("partial", 150_00), carriesOut)}},
	{name: "repair/refused, judged for", ends: ended("repair/refunded", "complaint/upheld"), price: 139_00,
		words: []word{faulty, refuses, escalates, inChild(judged("refund", 0), carriesOut, clerkRests)}},
	{name: "repair/refused, judged against", ends: ended("repair/rejected", "complaint/dismissed"), price: 139_00,
		words: []word{faulty, refuses, escalates, inChild(judged("refuse", 0), customerRests)}},
	{name: "repair/nothing sent, asked again", ends: ended("repair/not_sent_back", "repair/no_consent"), price: 149_00,
		words: []word{faulty, agrees, ends, faulty}},
	{name: "repair/refusal stands", ends: ended("repair/refusal_accepted"), price: 149_00,
		words: []word{faulty, reaches("merchant_answer"), refuses, acceptsNo}},
	{name: "repair/withdrawn", ends: ended("repair/withdrawn"), price: 149_00,
		words: []word{faulty, withdraws}},
	{name: "repair/questions unanswered", ends: ended("repair/details_missing"), price: 149_00,
		words: []word{asks("repair", "")}},
}

// priced gives the shoes a price of their own, which the story changes.
func priced(o *partners.ShopOrder) { o.Lines[0].VariantID = o.ID + "-v" }

// fallsTo lets the shop sell the shoes for less from now on.
func fallsTo(price money.Amount) word {
	return func(ctx context.Context, p *play) error {
		return p.again(ctx, func() error {
			return p.Sandbox.SetPrices(ctx, map[string]*money.Amount{p.order.Lines[0].VariantID: &price})
		})
	}
}

// protections are prices that fell after the purchase.
var protections = []story{
	{name: "price_protection/the difference", ends: ended("price_protection/price_protected"), price: 199_00, order: priced,
		words: []word{fallsTo(169_00), asks("price_protection", "price_drop")}},
	{name: "price_protection/twice, then returned", price: 189_00, order: priced,
		ends: ended("price_protection/price_protected", "price_protection/price_protected", "return/refunded"),
		words: []word{
			fallsTo(169_00), asks("price_protection", "price_drop"), ends, fallsTo(149_00), asks("price_protection", "price_drop"), ends,
			asks("return", "no_reason"), agrees, sendsBack(whole), inspects,
		}},
	{name: "price_protection/not lower", ends: ended(), price: 179_00, order: priced,
		words: []word{isRefused(asks("price_protection", "price_drop"))}},
	{name: "price_protection/approved", ends: ended("price_protection/price_protected"), price: 2999_00, order: priced,
		words: []word{fallsTo(1499_00), asks("price_protection", "price_drop"), approves}},
	{name: "price_protection/not approved, judged against", ends: ended("price_protection/rejected", "complaint/dismissed"), price: 2999_00, order: priced,
		words: []word{fallsTo(1399_00), asks("price_protection", "price_drop"), disapproves, inChild(judged("refuse", 0), approves, customerRests)}},
	{name: "price_protection/withdrawn", ends: ended("price_protection/withdrawn"), price: 2999_00, order: priced,
		words: []word{fallsTo(1299_00), asks("price_protection", "price_drop"), does(customer, "withdraw", nil, "approval")}},
	{name: "price_protection/questions unanswered", ends: ended("price_protection/details_missing"), price: 199_00, order: priced,
		words: []word{fallsTo(159_00), asks("price_protection", "")}},
}
