package models_test

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"

	"aftersales/models"
)

// statements notes every SELECT with its values, so that its plan can be asked for.
type statements struct {
	logger.Interface
	seen []string
}

func (s *statements) LogMode(logger.LogLevel) logger.Interface { return s }

func (s *statements) Trace(_ context.Context, _ time.Time, statement func() (string, int64), _ error) {
	if sql, _ := statement(); strings.HasPrefix(sql, "SELECT") {
		s.seen = append(s.seen, sql)
	}
}

// With 10,000 cases, and thousands of everything else that is listed, no list reads a table from end to end or sorts.
func TestListsUseTheirIndexes(t *testing.T) {
	eachDB(t, func(t *testing.T, w world) {
		ctx := t.Context()
		people(t, w)
		_, err := w.UpsertOrder(ctx, order("o1", 1))
		require.NoError(t, err)
		seed(t, w)

		yes := true
		page := models.PageRequest{Limit: 30}
		lists := map[string]func(models.PageRequest) (string, error){
			"customer": next(func(r models.PageRequest) (models.Page[models.Case], error) {
				return w.CasesOfCustomer(ctx, "c1", models.CaseFilter{}, r)
			}),
			"merchant": next(func(r models.PageRequest) (models.Page[models.Case], error) {
				return w.CasesOfMerchant(ctx, "m1", models.CaseFilter{}, r)
			}),
			"merchant open": next(func(r models.PageRequest) (models.Page[models.Case], error) {
				return w.CasesOfMerchant(ctx, "m1", models.CaseFilter{Open: &yes}, r)
			}),
			"open": next(func(r models.PageRequest) (models.Page[models.Case], error) {
				return w.OpenCases(ctx, models.CaseFilter{}, r)
			}),
			"open in a stage": next(func(r models.PageRequest) (models.Page[models.Case], error) {
				return w.OpenCases(ctx, models.CaseFilter{Stage: "review"}, r)
			}),
			"team": next(func(r models.PageRequest) (models.Page[models.Case], error) {
				return w.CasesOfDesk(ctx, models.DeskScope{Team: "t1", Agent: "g1"}, models.CaseFilter{}, r)
			}),
			"team open": next(func(r models.PageRequest) (models.Page[models.Case], error) {
				return w.OpenCasesOfDesk(ctx, models.DeskScope{Team: "t1", Agent: "g1"}, models.CaseFilter{}, r)
			}),
			"by time": next(func(r models.PageRequest) (models.Page[models.Case], error) {
				return w.CasesByTime(ctx, models.CaseFilter{}, r)
			}),
			"tasks": next(func(r models.PageRequest) (models.Page[models.Task], error) {
				return w.OpenTasks(ctx, []models.Recipient{{Kind: "agent", ID: "s1"}}, models.TaskFilter{}, r)
			}),
			"merchant by due": next(func(r models.PageRequest) (models.Page[models.Case], error) {
				return w.OpenCasesOfMerchant(ctx, "m1", models.CaseFilter{}, r)
			}),
			"team's free": next(func(r models.PageRequest) (models.Page[models.Case], error) {
				return w.OpenCasesOfDesk(ctx, models.DeskScope{Team: "t1"}, models.CaseFilter{Free: true}, r)
			}),
			"given to an agent": next(func(r models.PageRequest) (models.Page[models.Case], error) {
				return w.OpenCasesOfDesk(ctx, models.DeskScope{Agent: "g1"}, models.CaseFilter{Agent: "g1"}, r)
			}),
			"by number": next(func(r models.PageRequest) (models.Page[models.Case], error) {
				return w.CasesByTime(ctx, models.CaseFilter{Begins: "k555"}, r)
			}),
			"tasks of a kind": next(func(r models.PageRequest) (models.Page[models.Task], error) {
				return w.OpenTasks(ctx, []models.Recipient{{Kind: "agent", ID: "s1"}}, models.TaskFilter{Kind: "review"}, r)
			}),
			"holds":      next(func(r models.PageRequest) (models.Page[models.LegalHold], error) { return w.HoldsPage(ctx, "", r) }),
			"fund moves": next(func(r models.PageRequest) (models.Page[models.FundMove], error) { return w.FundMovesOf(ctx, "m1", r) }),
			"staff by account": next(func(r models.PageRequest) (models.Page[models.Staff], error) {
				return w.StaffPage(ctx, models.StaffFilter{Login: "a"}, r)
			}),
			"views": func(models.PageRequest) (string, error) { _, err := w.CaseViews(ctx, "s1"); return "", err },
			"stock": next(func(r models.PageRequest) (models.Page[models.StockRow], error) { return w.StockOf(ctx, "m1", -1, r) }),
			"counts": func(models.PageRequest) (string, error) {
				_, err := w.CountTasks(ctx, []models.Recipient{{Kind: "agent", ID: "s1"}}, noon, noon)
				return "", err
			},
			"figures": func(models.PageRequest) (string, error) {
				_, err := w.FiguresOf(ctx, "m1", noon.Add(-1000*time.Hour), noon, noon, []string{"merchant_agreed"})
				return "", err
			},
			"unanswered requests": func(models.PageRequest) (string, error) {
				_, err := w.UnansweredRequests(ctx, []string{"case.refund.approve"}, models.IdempotencyRow{ReceivedAt: noon.Add(-time.Hour)}, noon, 10)
				return "", err
			},
			"alarms": next(func(r models.PageRequest) (models.Page[models.Task], error) { return w.Alarms(ctx, models.TaskOpen, r) }),
			"notifications": next(func(r models.PageRequest) (models.Page[models.Notification], error) {
				return w.NotificationsOf(ctx, "customer", "c1", r)
			}),
			"approvals": next(func(r models.PageRequest) (models.Page[models.Approval], error) { return w.WaitingApprovals(ctx, r) }),
			"team's approvals": next(func(r models.PageRequest) (models.Page[models.Approval], error) {
				return w.WaitingApprovalsOf(ctx, "t1", r)
			}),
			"tasks of an agent": next(func(r models.PageRequest) (models.Page[models.Task], error) {
				return w.OpenTasks(ctx, []models.Recipient{{Kind: "agent", ID: "s1"}, {Kind: "agent", ID: "s2"}}, models.TaskFilter{}, r)
			}),
			"news of an agent": next(func(r models.PageRequest) (models.Page[models.Notification], error) {
				return w.NotificationsTo(ctx, []models.Recipient{{Kind: "customer", ID: "c1"}, {Kind: "customer", ID: "c2"}}, r)
			}),
			"shops":        next(func(r models.PageRequest) (models.Page[models.Merchant], error) { return w.ShopsByTime(ctx, "", r) }),
			"team's shops": next(func(r models.PageRequest) (models.Page[models.Merchant], error) { return w.ShopsByTime(ctx, "t1", r) }),
			"timeline": func(models.PageRequest) (string, error) {
				_, err := w.Timeline(ctx, "k5", 0, 10)
				return "", err
			},
			"notices due": func(models.PageRequest) (string, error) {
				_, err := w.ClaimNotices(ctx, 10, noon.Add(-1000*time.Hour), time.Minute)
				return "", err
			},
			"facts": func(models.PageRequest) (string, error) { _, err := w.FactsRows(ctx, "o1", "", noon); return "", err },
		}
		plain := w.DB
		for name, list := range lists {
			log := &statements{Interface: logger.Discard}
			w.DB = plain.Session(&gorm.Session{NewDB: true, Logger: log})
			request := page
			for range 2 { // the first page and the one after a cursor
				next, err := list(request)
				require.NoError(t, err, name)
				request.Cursor = next
			}
			w.DB = plain
			require.NotEmpty(t, log.seen, name)
			for _, sql := range log.seen {
				plan := explain(t, plain, w.Dialect(), sql)
				switch name {
				case "facts", "by number", "figures", "stock", "staff by account": // the few lines of an order, cases of a number, people of a name, groups of a shop and variants of a product may be sorted
				default:
					require.NotContains(t, plan, "TEMP B-TREE", "%s\n%s", name, sql)
				}
				for _, bad := range []string{"Seq Scan on cases", "Seq Scan on tasks", "Seq Scan on notifications", "Seq Scan on approvals",
					"Seq Scan on timeline", "Seq Scan on partner_notices", "SCAN cases\n", "SCAN tasks\n", "SCAN notifications\n", "SCAN approvals\n",
					"SCAN timeline\n", "SCAN partner_notices\n"} {
					require.NotContains(t, plan, bad, "%s\n%s\n%s", name, sql, plan)
				}
			}
		}
	})
}

func next[T any](list func(models.PageRequest) (models.Page[T], error)) func(models.PageRequest) (string, error) {
	return func(r models.PageRequest) (string, error) {
		page, err := list(r)
		return page.Next, err
	}
}

func explain(t *testing.T, db *gorm.DB, dialect models.Dialect, sql string) string {
	t.Helper()
	var plan strings.Builder
	if dialect == models.Postgres {
		var lines []string
		require.NoError(t, db.Raw("EXPLAIN "+sql).Scan(&lines).Error, sql)
		plan.WriteString(strings.Join(lines, "\n"))
	} else {
		var steps []struct{ Detail string }
		require.NoError(t, db.Raw("EXPLAIN QUERY PLAN "+sql).Scan(&steps).Error, sql)
		for _, step := range steps {
			plan.WriteString(step.Detail + "\n")
		}
	}
	return plan.String()
}

var atWord = regexp.MustCompile(`\bAT\b`)

// seed makes 10,000 cases of 200 customers and 200 merchants, and thousands of what is listed beside them.
func seed(t *testing.T, w world) {
	t.Helper()
	at, text := "timestamptz '2026-03-02 12:00:00+00' - i * interval '1 minute'", "::text"
	if w.Dialect() == models.SQLite {
		at, text = "strftime('%Y-%m-%d %H:%M:%S+00:00', '2026-03-02 12:00:00', '-' || i || ' minutes')", ""
	}
	for _, statement := range []string{
		`INSERT INTO customers (id, key_ref, name, lang, level, created_at)
			SELECT 'x' || i, 'x' || i, c.name, '', 'good', c.created_at ` + numbered(200) + ` CROSS JOIN customers c WHERE c.id = 'c1'`,
		`INSERT INTO merchants (id, key_ref, name, level, auto_agree, created_at)
			SELECT 'x' || i, 'x' || i, m.name, 'good', m.auto_agree, m.created_at ` + numbered(200) + ` CROSS JOIN merchants m WHERE m.id = 'm1'`,
		`INSERT INTO cases (id, workflow_id, kind, phase, stage, outcome, open, customer_id, merchant_id, order_id, reason, currency,
				amount, refunded, waiting_for, due_at, default_action, revision, seq, view, opened_at, updated_at, team_id, assignee_id)
			SELECT 'k' || i, 'w' || i, 'return', 'onsale', CASE i % 4 WHEN 0 THEN 'review' ELSE 'refund' END, '', i % 5 = 0,
				CASE i % 200 WHEN 0 THEN 'c1' ELSE 'x' || (i % 200) END, CASE i % 200 WHEN 0 THEN 'm1' ELSE 'x' || (i % 200) END,
				'o1', 'quality', 'CNY', 100, 0, 'merchant', AT, 'agree', 1, 1, '{}', AT, AT, 't' || (i % 20), CASE i % 100 WHEN 7 THEN 'g1' END ` + numbered(10_000),
		`INSERT INTO tasks (id, dedupe_key, recipient_kind, recipient_id, state, due_at, kind, subject_kind, subject_id, created_at)
			SELECT 't' || i, 't' || i, 'agent', 's' || (i % 20), 'open', AT, 'review', 'case', 'k' || i, AT ` + numbered(2_000),
		`INSERT INTO notifications (id, dedupe_key, recipient_kind, recipient_id, kind, subject_kind, subject_id, data, due_at, sent_at, created_at)
			SELECT 'n' || i, 'n' || i, 'customer', 'c' || (i % 20), 'news', 'case', 'k' || i, '{}', AT, AT, AT ` + numbered(2_000),
		`INSERT INTO approvals (id, case_id, hash, outcome, amount, liability, proposed_by, needed, level, rule, state, proposed_at, due_at, team_id)
			SELECT 'a' || i, 'k' || i, '', 'refund', 1, '', '', 1, 1, '', CASE i % 2 WHEN 0 THEN 'waiting' ELSE 'approved' END, AT, AT, 't' || (i % 20) ` + numbered(2_000),
		`INSERT INTO timeline (case_id, seq, at, actor_kind, actor_id, event, data)
			SELECT 'k' || (i / 6), i % 6, AT, 'bot', '', 'x', '{}' ` + numbered(60_000),
		`INSERT INTO partner_notices (id, partner, digest, kind, subject, body, received_at, state, next_at, tries)
			SELECT 'p' || i, 'k', 'p' || i, 'track', 'x', c.name, AT, 'new', AT, 0 ` + numbered(2_000) + ` CROSS JOIN customers c WHERE c.id = 'c1'`,
		"ANALYZE",
	} {
		statement = atWord.ReplaceAllLiteralString(statement, at)
		require.NoError(t, w.DB.Exec(typed(statement, text)).Error)
	}
}

// numbered gives a statement n rows, i counting from 0.
func numbered(n int) string {
	return fmt.Sprintf("FROM (WITH RECURSIVE r(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM r WHERE i < %d) SELECT i FROM r) n", n-1)
}

// typed makes numbers texts where they are joined to one.
func typed(statement, text string) string { return strings.ReplaceAll(statement, "|| i", "|| i"+text) }
