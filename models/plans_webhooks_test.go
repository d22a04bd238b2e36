package models_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"

	"aftersales/models"
)

// With 20,000 messages to other programs, what is due, what was told and what is old is found by an index.
func TestMessagesToOtherProgramsAreFoundByIndexes(t *testing.T) {
	eachDB(t, func(t *testing.T, w world) {
		people(t, w)
		at := "timestamptz '2026-03-02 12:00:00+00' - i * interval '1 minute'"
		text := "::text"
		if w.Dialect() == models.SQLite {
			at = "strftime('%Y-%m-%d %H:%M:%S+00:00', '2026-03-02 12:00:00', '-' || i || ' minutes')"
			text = ""
		}
		for _, statement := range []string{
			`INSERT INTO webhook_endpoints (id, shop_id, url, host, name, topics, secret, state, why, failures, wait_until, revision, created_by, created_at)
				SELECT 'w' || i, 'm' || (i % 100), c.name, 'h', 'n', '[]', c.name, CASE i % 100 WHEN 1 THEN 'on' ELSE 'off' END, '', 0, AT, 1, 's', AT ` + numbered(1_000) + ` CROSS JOIN customers c WHERE c.id = 'c1'`,
			`INSERT INTO webhook_deliveries (id, endpoint_id, event_id, topic, body, state, due_at, tries, status, problem, took_ms, created_at, ended_at)
				SELECT 'd' || i, 'w' || (i % 200 + 1), i, 'case.changed', '{}', CASE i % 100 WHEN 0 THEN 'waiting' WHEN 1 THEN 'given_up' ELSE 'delivered' END,
				AT, 0, 0, '', 0, AT, CASE i % 100 WHEN 0 THEN NULL ELSE AT END ` + numbered(20_000),
			"ANALYZE",
		} {
			statement = atWord.ReplaceAllLiteralString(statement, at)
			require.NoError(t, w.DB.Exec(typed(statement, text)).Error, statement)
		}
		lists := map[string]func() error{
			"a shop's": func() error { _, err := w.EndpointsOf(t.Context(), "m1"); return err },
			"all on":   func() error { _, err := w.EndpointsOn(t.Context()); return err },
			"told":     func() error { _, err := w.Deliveries(t.Context(), "w1", "", models.PageRequest{Limit: 30}); return err },
			"given up": func() error {
				_, err := w.Deliveries(t.Context(), "w1", "given_up", models.PageRequest{Limit: 30})
				return err
			},
			"due": func() error { _, err := w.ClaimDeliveries(t.Context(), 10, noon, time.Minute); return err },
		}
		plain := w.DB
		for name, list := range lists {
			log := &statements{Interface: logger.Discard}
			w.DB = plain.Session(&gorm.Session{NewDB: true, Logger: log})
			require.NoError(t, list(), name)
			w.DB = plain
			require.NotEmpty(t, log.seen, name)
			for _, sql := range log.seen {
				plan := explain(t, plain, w.Dialect(), sql)
				for _, bad := range []string{"Seq Scan on webhook_deliveries", "Seq Scan on webhook_endpoints", "SCAN webhook_deliveries\n", "SCAN webhook_endpoints\n"} {
					require.NotContains(t, plan, bad, "%s\n%s\n%s", name, sql, plan)
				}
			}
		}
	})
}
