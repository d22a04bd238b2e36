package demo

import (
	"context"
	"fmt"
	"strings"
	"time"

	"aftersales/money"
	"aftersales/partners"
	"aftersales/partners/sandbox"
)

// What customer and merchant say of a request.
var (
	agrees        = does(clerk, "merchant-answer", map[string]any{"decision": "agree"}, "merchant_answer")
	refuses       = does(clerk, "merchant-answer", map[string]any{"decision": "refuse", "reason_code": "worn", "text": "鞋底有明显磨损"}, "merchant_answer")
	escalates     = does(customer, "escalate", map[string]any{"text": "鞋子没有穿过，吊牌还在"}, "refused")
	edits         = does(customer, "edit", map[string]any{"text": "补充：只在室内试穿过"}, "refused")
	acceptsNo     = does(customer, "accept-refusal", nil, "refused")
	withdraws     = does(customer, "withdraw", nil, "merchant_answer", "send_back", "settle", "complaint_evidence")
	declinesOffer = does(customer, "answer-offer", map[string]any{"accept": false}, "offer", "difference")
	proves        = shows(clerk, "prove-delivery", map[string]any{"text": "本人签收照片"}, "prove_delivery")
	concedes      = does(clerk, "prove-delivery", map[string]any{"concede": true}, "prove_delivery")
)

// answers gives the bot what it asks for, in the customer's own words.
func answers(text string) word {
	return func(ctx context.Context, p *play) error {
		c, err := p.untilThat(ctx, p.kim, "a question", []string{"details"}, func(c Case) bool { return c.Stage == "details" && c.Question != nil })
		if err != nil {
			return err
		}
		return p.do(ctx, p.kim, "answer", map[string]any{"round": c.Question.Round, "n": c.Question.N, "text": text})
	}
}

// offers is less than was asked for, without the goods.
func offers(amount money.Amount) word {
	return does(clerk, "merchant-answer", map[string]any{"decision": "offer", "amount": Yuan(amount)}, "merchant_answer")
}

// acceptsOffer takes what was offered, seen and repeated.
func acceptsOffer(ctx context.Context, p *play) error {
	c, err := p.until(ctx, p.kim, "offer", "difference")
	if err != nil {
		return err
	}
	return p.do(ctx, p.kim, "answer-offer", map[string]any{"accept": true, "amount": c.Offer.Amount})
}

// Goods on their way back.

// whole is what two pairs of shoes weigh; empty is a box without them.
const whole, empty = 1200, 100

// waybill makes a number that no other parcel has. Those that begin with 9 are never seen by a carrier.
func (p *play) waybill(series int) string {
	p.told.parcels++
	return fmt.Sprintf("SF%d%012d", series, (p.base+int64(p.n))*10+int64(p.told.parcels%10))
}

// travels plans a parcel's way: a few seconds.
func (p *play) travels(ctx context.Context, number string, grams int, from, to string) error {
	return p.plan(ctx, number, sandbox.Plan{Grams: grams, Steps: []sandbox.PlanStep{
		{AfterMs: 500, State: partners.TrackPicked, City: from}, {AfterMs: 1000, State: partners.TrackTransit, City: from},
		{AfterMs: travelTime.Milliseconds(), State: partners.TrackSigned, City: to},
	}})
}

// travelTime is how long a parcel is on its way.
const travelTime = 1500 * time.Millisecond

func (p *play) plan(ctx context.Context, number string, plan sandbox.Plan) error {
	return p.again(ctx, func() error { return p.Sandbox.Plan(ctx, number, plan) })
}

// sendsBack hands the goods in and tells the number.
func sendsBack(grams int) word {
	return func(ctx context.Context, p *play) error {
		if _, err := p.until(ctx, p.kim, "send_back", "in_transit"); err != nil {
			return err
		}
		number := p.waybill(1)
		if err := p.travels(ctx, number, grams, HomeCity, YardCity); err != nil {
			return err
		}
		if err := p.do(ctx, p.kim, "send-back", map[string]any{"carrier": "sf", "number": number}); err != nil {
			return err
		}
		p.outside("the parcel's way", travelTime, "first_scan", "transit_stalled", "transit_lost")
		return nil
	}
}

// sendsInto tells a parcel that is picked up and then not seen any more: lost; or, never seen at all.
func sendsInto(nowhere bool) word {
	return func(ctx context.Context, p *play) error {
		if _, err := p.until(ctx, p.kim, "send_back"); err != nil {
			return err
		}
		number, first := p.waybill(1), int64(500)
		if nowhere {
			first = time.Hour.Milliseconds()
		}
		err := p.plan(ctx, number, sandbox.Plan{Grams: whole, Steps: []sandbox.PlanStep{{AfterMs: first, State: partners.TrackPicked, City: HomeCity}}})
		if err != nil {
			return err
		}
		return p.do(ctx, p.kim, "send-back", map[string]any{"carrier": "sf", "number": number})
	}
}

// turnsUp: the parcel that nobody saw is delivered after all.
func turnsUp(ctx context.Context, p *play) error {
	c, err := p.until(ctx, p.agent, "dispute")
	if err != nil {
		return err
	}
	return p.again(ctx, func() error {
		return p.Sandbox.Scan(ctx, c.Parcel.Number, sandbox.Scan{State: partners.TrackSigned, City: YardCity, Grams: whole})
	})
}

// ordersCourier lets the goods be fetched.
func ordersCourier(ctx context.Context, p *play) error {
	now := time.Now()
	err := p.say(ctx, does(customer, "pickup", map[string]any{"carrier": "sf", "after": now.Add(time.Hour), "before": now.Add(3 * time.Hour)}, "send_back"))
	if err != nil {
		return err
	}
	c, err := p.untilThat(ctx, p.kim, "the courier's number", nil, func(c Case) bool { return c.Parcel != nil })
	if err != nil {
		return err
	}
	return p.travels(ctx, c.Parcel.Number, whole, HomeCity, YardCity)
}

// inspects finds all as it should be; findsUsed does not.
var (
	inspects  = does(clerk, "inspect", nil, "inspection")
	findsUsed = shows(clerk, "inspect", map[string]any{"difference": "used", "text": "有穿着痕迹"}, "inspection")
)

// Goods on their way to the customer.

// ships sends what the merchant owes, and it arrives.
func ships(ctx context.Context, p *play) error {
	if _, err := p.until(ctx, p.clerk, "ship"); err != nil {
		return err
	}
	number := p.waybill(2)
	if err := p.travels(ctx, number, whole, YardCity, HomeCity); err != nil {
		return err
	}
	if err := p.do(ctx, p.clerk, "ship-replacement", map[string]any{"carrier": "sf", "number": number}); err != nil {
		return err
	}
	p.outside("the parcel's way", travelTime, "first_scan", "transit_stalled", "transit_lost")
	return nil
}

var cannotShip = does(clerk, "cannot-ship", map[string]any{"text": "仓库盘点后发现缺货"}, "ship")

// receives waits for the parcel to be delivered.
func receives(ctx context.Context, p *play) error {
	_, err := p.untilThat(ctx, p.kim, "the delivery", []string{"confirm"}, func(c Case) bool { return c.Stage == "confirm" && c.Delivery != nil && c.Delivery.DeliveredAt != nil })
	return err
}

// confirms says that what came is right; reports says that it is not.
func confirms(ctx context.Context, p *play) error {
	return p.say(ctx, receives, does(customer, "confirm-receipt", nil, "confirm"))
}

func reports(problem string) word {
	return func(ctx context.Context, p *play) error {
		return p.say(ctx, receives, shows(customer, "report-problem", map[string]any{"problem": problem, "text": "收到的不对"}, "confirm"))
	}
}

// takesReplacement makes the next request one about what came out of the exchange.
func takesReplacement(ctx context.Context, p *play) error {
	c, err := p.toEnd(ctx)
	if err != nil {
		return err
	}
	if c.Exchange == nil || len(c.Exchange.Replaced) == 0 {
		return fmt.Errorf("case %s replaced nothing: it ended as %s", c.ID, c.Outcome)
	}
	p.lines = []chosen{{LineID: c.Exchange.Replaced[0], Quantity: p.lines[0].Quantity}}
	return nil
}

// outbound is the number of the order's parcel to the customer.
func (p *play) outbound() string { return p.order.Shipments[0].Number }

// callsBack has the carrier turn the order's parcel round; arrivesAnyway, deliver it before that.
func callsBack(ctx context.Context, p *play) error {
	if _, err := p.until(ctx, p.agent, "intercept"); err != nil {
		return err
	}
	err := p.again(ctx, func() error { return p.Sandbox.Intercept(ctx, p.outbound(), time.Second) })
	p.outside("the parcel's way home", travelTime, "intercept")
	return err
}

func arrivesAnyway(ctx context.Context, p *play) error {
	if _, err := p.until(ctx, p.agent, "intercept"); err != nil {
		return err
	}
	err := p.again(ctx, func() error {
		return p.Sandbox.Scan(ctx, p.outbound(), sandbox.Scan{State: partners.TrackSigned, City: HomeCity})
	})
	p.outside("the delivery", 0, "intercept")
	return err
}

var reportsLost = does(clerk, "report-intercept", map[string]any{"result": "lost"}, "intercept")

// Money from the customer.

// pays pays what the case asks for, over the rails one after the other: more than one is too much.
func pays(rails ...partners.Rail) word {
	return func(ctx context.Context, p *play) error {
		if _, err := p.until(ctx, p.kim, "pay"); err != nil {
			return err
		}
		for _, rail := range rails {
			p.wants("start-payment", []string{"pay"})
			if err := p.do(ctx, p.kim, "start-payment", map[string]any{"rail": rail}); err != nil {
				return err
			}
		}
		var c Case
		if err := p.kim.Get(ctx, "/v1/cases/"+p.caseID, &c); err != nil {
			return err
		}
		for n, charge := range c.Payment.Charges {
			err := p.again(ctx, func() error {
				ref, err := p.Sandbox.Pay(ctx, charge.URL, n > 0)
				if err == nil {
					p.told.paid = append(p.told.paid, Paid{CaseID: c.ID, Ref: ref, Amount: c.Payment.Amount.Minor})
				}
				return err
			})
			if err != nil && strings.Contains(err.Error(), "the charge is closed") {
				err = fmt.Errorf("%w: %w", errPayLate, err)
			}
			if err != nil {
				p.wants("the payment", []string{"pay"})
				p.told.now.sent = time.Now()
				p.over(err)
				return err
			}
			p.outside("the payment", 0, "pay")
		}
		return nil
	}
}

// takesAdvance takes the replacement before the goods are back.
var takesAdvance = does(customer, "take-advance", nil, "send_back")

// Rails that are closed.

// closesRail lets the order's payment become one that cannot be refunded any more.
func closesRail(ctx context.Context, p *play) error {
	payment := p.order.Payments[0]
	return p.again(ctx, func() error { return p.Sandbox.ClosePayment(ctx, payment.Rail, payment.Ref) })
}

// isPaidElsewhere: the customer names an account, and finance pays to it.
func isPaidElsewhere(ctx context.Context, p *play) error {
	blocked := func(c Case) bool { return c.Stage == "refund" && c.Blocked == "rail_closed" }
	if _, err := p.untilThat(ctx, p.kim, "a refund whose rail is closed", nil, blocked); err != nil {
		return err
	}
	return p.say(ctx, does(customer, "consent-rail", map[string]any{"account": fmt.Sprintf("kim%d@example.com", p.n), "name": "金小米"}),
		does(supervisor, "redirect-refund", nil))
}
