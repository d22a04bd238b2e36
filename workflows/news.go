package workflows

import (
	"go.temporal.io/sdk/workflow"

	"aftersales/workflows/contract"
)

// news is one kind of fact that a running case is told by a signal: what partners say, and other cases. Listeners
// store it; the stages wait on what is stored, and decide.
type news struct {
	name    string
	take    func(workflow.Context, workflow.ReceiveChannel)
	channel workflow.ReceiveChannel
}

// hear describes a signal. id names one notice, so that a partner who repeats it is heard once; nil: every one counts.
func hear[T any](c *story, name string, id func(T) string, store func(workflow.Context, T)) news {
	return news{name: name, take: func(ctx workflow.Context, channel workflow.ReceiveChannel) {
		var fact T
		channel.Receive(ctx, &fact)
		if id == nil || c.fresh(id(fact)) {
			store(ctx, fact)
		}
	}}
}

// everydayNews is what every story hears.
func (c *story) everydayNews() []news {
	return []news{
		hear(c, contract.SignalTrack, func(fact contract.TrackFact) string { return fact.NoticeID }, c.track),
		hear(c, contract.SignalRefund, func(fact contract.RefundFact) string { return fact.NoticeID }, func(workflow.Context, contract.RefundFact) {
			c.s.Refund.Retry = true // the notice is a hint, not proof: the refund stage asks the provider itself
		}),
		hear(c, contract.SignalChargeback, func(fact contract.ChargebackFact) string { return fact.NoticeID }, func(ctx workflow.Context, fact contract.ChargebackFact) {
			// The limit of what can be refunded is lower by now, in the data; here it is known to people.
			c.record(ctx, platform, "charged_back", data{"tender": fact.TenderID, "amount": fact.Amount}, contract.Merchant, contract.Supervisor)
		}),
		hear(c, contract.SignalChild, nil, c.childEnded),
	}
}

// listen takes in what is told. It never decides.
func (c *story) listen(ctx workflow.Context) {
	selector := workflow.NewSelector(ctx)
	for _, heard := range c.news {
		selector.AddReceive(heard.channel, func(channel workflow.ReceiveChannel, _ bool) { heard.take(ctx, channel) })
	}
	for {
		selector.Select(ctx)
	}
}

// fresh notes a notice ID and tells whether it is seen for the first time.
func (c *story) fresh(id string) bool {
	for _, seen := range c.s.Seen {
		if seen == id {
			return false
		}
	}
	c.s.Seen = append(c.s.Seen, id)
	if len(c.s.Seen) > maxSeen {
		c.s.Seen = c.s.Seen[len(c.s.Seen)-maxSeen:]
	}
	return true
}
