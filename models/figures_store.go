package models

import (
	"context"
	"slices"
	"time"

	"aftersales/money"
)

// FiguresCases is the most cases, and the most tasks, that a shop's figures count: a larger shop's are those of its newest.
const FiguresCases = 5000

// Figures is how a shop stands. Everything but what is open counts the cases opened since a time.
type Figures struct {
	Stages   []StageCount
	DueToday int // open cases that wait for the shop until the end of the day, those overdue among them
	Overdue  int

	Cases    int
	Answers  []AnswerCount
	Refunds  []RefundCount
	Tasks    int     // of the shop that ended in time or late
	InTime   int     // of these: in time
	AnswerIn float64 // seconds until the shop answered a request, on average; of Answered
	Answered int
}

// StageCount is how many open cases stand where.
type StageCount struct {
	Stage string
	Cases int
	Mine  int // wait for the shop
}

// AnswerCount is in how many cases something happened.
type AnswerCount struct {
	Event string
	Cases int
}

// RefundCount is what was paid back for a reason, and to how many customers.
type RefundCount struct {
	Reason    string
	Currency  money.Currency
	Cases     int
	Customers int
	Amount    money.Amount
}

// FiguresOf counts for a merchant: events names those of the timeline that say how it answered. Every query walks one range
// of an index and at most FiguresCases of its rows, except what is open, which is what its people have before them.
func (s *Store) FiguresOf(ctx context.Context, merchantID string, since, now, endOfDay time.Time, events []string) (f Figures, err error) {
	ask := func(into any, sql string, args ...any) {
		if err == nil {
			err = s.db(ctx).Raw(sql, args...).Scan(into).Error
		}
	}
	ask(&f.Stages, `SELECT stage, count(*) AS cases, sum(CASE WHEN waiting_for IN ('merchant', 'both') THEN 1 ELSE 0 END) AS mine
		FROM cases WHERE merchant_id = ? AND open = ? GROUP BY stage ORDER BY stage`, merchantID, true)
	var due struct{ Today, Over int }
	ask(&due, `SELECT count(*) AS today, COALESCE(sum(CASE WHEN due_at < ? THEN 1 ELSE 0 END), 0) AS over
		FROM tasks WHERE recipient_kind = 'merchant' AND recipient_id = ? AND state = 'open' AND due_at < ?`, now, merchantID, endOfDay)
	f.DueToday, f.Overdue = due.Today, due.Over

	const newest = `(SELECT id, customer_id, reason, currency, refunded FROM cases WHERE merchant_id = ? AND opened_at >= ?
		ORDER BY opened_at DESC, id DESC LIMIT ?)`
	var ids []string
	ask(&ids, "SELECT id FROM "+newest+" k", merchantID, since, FiguresCases)
	f.Cases = len(ids)
	ask(&f.Refunds, `SELECT k.reason, k.currency, count(*) AS cases, count(DISTINCT k.customer_id) AS customers, sum(k.refunded) AS amount
		FROM `+newest+` k WHERE k.refunded > 0 GROUP BY k.reason, k.currency ORDER BY amount DESC, k.reason`, merchantID, since, FiguresCases)

	if err != nil {
		return f, err
	}
	if f.Answers, err = s.answers(ctx, ids, events); err != nil {
		return f, err
	}
	return f, s.punctuality(ctx, merchantID, since, &f)
}

// answers counts the cases in whose timeline an event stands. It asks for some cases at a time by their IDs, so that no
// database comes to read the timelines of all shops.
func (s *Store) answers(ctx context.Context, ids, events []string) ([]AnswerCount, error) {
	const some = 500
	count := map[string]int{}
	for part := range slices.Chunk(ids, some) {
		var found []AnswerCount
		err := s.db(ctx).Raw("SELECT event, count(DISTINCT case_id) AS cases FROM timeline WHERE case_id IN ? AND event IN ? GROUP BY event", part, events).Scan(&found).Error
		if err != nil {
			return nil, err
		}
		for _, one := range found {
			count[one.Event] += one.Cases
		}
	}
	var answers []AnswerCount
	for _, event := range events {
		if n := count[event]; n > 0 {
			answers = append(answers, AnswerCount{event, n})
		}
	}
	return answers, nil
}

// punctuality looks at the tasks that were due since a time: those of an answer also say how long it took.
func (s *Store) punctuality(ctx context.Context, merchantID string, since time.Time, f *Figures) error {
	var tasks []Task
	err := s.db(ctx).Select("kind, created_at, due_at, ended_at").
		Where("recipient_kind = 'merchant' AND recipient_id = ? AND state = ? AND due_at >= ?", merchantID, TaskDone, since).
		Order("due_at DESC, id DESC").Limit(FiguresCases).Find(&tasks).Error
	var took time.Duration
	for _, task := range tasks {
		if task.EndedAt == nil {
			continue
		}
		f.Tasks++
		late := !task.EndedAt.Before(task.DueAt)
		if !late {
			f.InTime++
		}
		if task.Kind == "merchant_answer" && !late {
			f.Answered, took = f.Answered+1, took+task.EndedAt.Sub(task.CreatedAt)
		}
	}
	if f.Answered > 0 {
		f.AnswerIn = took.Seconds() / float64(f.Answered)
	}
	return err
}
