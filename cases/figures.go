package cases

import (
	"context"
	"time"

	"aftersales/models"
	"aftersales/money"
	"aftersales/workflows/contract"
)

// FiguresOver is the time that a shop's figures look back on, and FewCustomers how many customers a figure that shows a
// share must stand on: fewer could be told apart.
const (
	FiguresOver  = 30 * 24 * time.Hour
	FewCustomers = 5
)

// Figures is how the actor's shop stands.
type Figures struct {
	Since, At         time.Time
	Stages            []models.StageCount
	DueToday, Overdue int
	Cases             int
	Capped            bool // there are more cases than were counted
	Agreed, Refused   int  // cases in which the shop agreed or refused,
	Offered, ByTime   int  // offered an amount, or time answered for it,
	ByRule            int  // or one of its own rules
	Refunds           []RefundShare
	Tasks, InTime     int
	AnswerIn          time.Duration // until the shop answered, on average; 0: it answered nothing
}

// RefundShare is what was paid back for a reason. Share is in thousandths of all that was paid back in the currency; nil
// where fewer than FewCustomers stand behind it.
type RefundShare struct {
	models.RefundCount
	Share *int
}

// Figures counts. Today ends at midnight of the pack's time zone.
func (s *Service) Figures(ctx context.Context, actor contract.Actor) (Figures, error) {
	shop, err := s.shopOf(ctx, actor, "merchant.figures", "")
	if err != nil {
		return Figures{}, err
	}
	pack, err := s.rulesOfNewCases(ctx)
	if err != nil {
		return Figures{}, away(err)
	}
	now := s.now()
	since := now.Add(-FiguresOver)
	f, err := s.Store.FiguresOf(ctx, shop.ID, since, now, pack.Calendar().NextDay(now), []string{
		"merchant_agreed", "merchant_refused", "merchant_offered", "merchant_silent", "auto_agreed",
	})
	if err != nil {
		return Figures{}, away(err)
	}
	out := Figures{
		Since: since, At: now, Stages: f.Stages, DueToday: f.DueToday, Overdue: f.Overdue, Cases: f.Cases,
		Capped: f.Cases >= models.FiguresCases, Tasks: f.Tasks, InTime: f.InTime, AnswerIn: time.Duration(f.AnswerIn * float64(time.Second)),
	}
	for _, answer := range f.Answers {
		switch answer.Event {
		case "merchant_agreed":
			out.Agreed += answer.Cases
		case "merchant_refused":
			out.Refused += answer.Cases
		case "merchant_offered":
			out.Offered += answer.Cases
		case "merchant_silent":
			out.ByTime += answer.Cases
		case "auto_agreed":
			out.ByRule += answer.Cases
		}
	}
	total := map[money.Currency]money.Amount{}
	for _, refund := range f.Refunds {
		total[refund.Currency] += refund.Amount
	}
	for _, refund := range f.Refunds {
		shown := RefundShare{RefundCount: refund}
		if refund.Customers >= FewCustomers {
			share := int(refund.Amount * 1000 / total[refund.Currency])
			shown.Share = &share
		}
		out.Refunds = append(out.Refunds, shown)
	}
	return out, nil
}
