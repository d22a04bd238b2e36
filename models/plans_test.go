package models_test

import (
	"context"
	"fmt"
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

// With 10,000 cases, and as many of everything else that is listed, no list reads a table from end to end or sorts.
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
			"by time": next(func(r models.PageRequest) (models.Page[models.Case], error) {
				return w.CasesByTime(ctx, models.CaseFilter{}, r)
			}),
			"tasks": next(func(r models.PageRequest) (models.Page[models.Task], error) {
				return w.OpenTasks(ctx, []models.Recipient{{Kind: "agent", ID: "s1"}}, r)
			}),
			"notifications": next(func(r models.PageRequest) (models.Page[models.Notification], error) {
				return w.NotificationsOf(ctx, "customer", "c1", r)
			}),
			"approvals": next(func(r models.PageRequest) (models.Page[models.Approval], error) { return w.WaitingApprovals(ctx, r) }),
			"timeline": func(models.PageRequest) (string, error) {
				_, err := w.Timeline(ctx, "k00005", 3, 10)
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
				if strings.Contains(sql, "FROM customers c") && w.Dialect() == models.SQLite {
					continue // counts of one person's cases; the plan has no scan, but names its sub-queries so
				}
				plan := explain(t, plain, w.Dialect(), sql)
				for _, bad := range []string{"Seq Scan on cases", "Seq Scan on tasks", "Seq Scan on notifications", "Seq Scan on approvals",
					"Seq Scan on timeline", "Seq Scan on partner_notices", "SCAN cases\n", "SCAN tasks\n", "SCAN notifications\n", "TEMP B-TREE"} {
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

func seed(t *testing.T, w world) {
	t.Helper()
	const n = 10_000
	var cases []models.Case
	var tasks []models.Task
	var notifications []models.Notification
	var approvals []models.Approval
	for i := range n {
		at := noon.Add(-time.Duration(i) * time.Minute)
		c := newCase(fmt.Sprintf("k%05d", i))
		c.OpenedAt, c.DueAt, c.Open = at, &at, i%5 == 0
		c.Stage = []string{"review", "inspection", "refund", "done"}[i%4]
		cases = append(cases, c)
		tasks = append(tasks, models.Task{
			ID: fmt.Sprint("t", i), DedupeKey: fmt.Sprint("t", i), RecipientKind: "agent", RecipientID: fmt.Sprint("s", i%20), State: "open",
			DueAt: at, Kind: "review", SubjectKind: "case", SubjectID: c.ID, CreatedAt: noon,
		})
		sent := notification(fmt.Sprint(i), at)
		sent.SentAt, sent.RecipientID = &at, fmt.Sprint("c", i%20)
		notifications = append(notifications, sent)
		approvals = append(approvals, models.Approval{
			ID: fmt.Sprint("a", i), CaseID: c.ID, Needed: 1, State: []string{"waiting", "approved"}[i%2], ProposedAt: at, DueAt: at,
		})
	}
	require.NoError(t, w.Tx(t.Context(), func(tx *models.Store) error {
		for _, rows := range []any{&cases, &tasks, &notifications, &approvals} {
			if err := tx.DB.CreateInBatches(rows, 500).Error; err != nil {
				return err
			}
		}
		return nil
	}))
	require.NoError(t, w.DB.Exec("ANALYZE").Error)
}
