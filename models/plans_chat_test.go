package models_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"

	"aftersales/models"
)

// With 10,000 conversations, and thousands of everything in them, no list reads a table from end to end or sorts it.
func TestListsOfConversationsUseTheirIndexes(t *testing.T) {
	eachDB(t, func(t *testing.T, w world) {
		ctx := t.Context()
		people(t, w)
		seedChat(t, w)
		conversations := func(filter models.ConversationFilter) func(models.PageRequest) (string, error) {
			return next(func(r models.PageRequest) (models.Page[models.Conversation], error) {
				return w.Conversations(ctx, filter, r)
			})
		}
		messages := func(page models.MessagePage) func(models.PageRequest) (string, error) {
			return func(models.PageRequest) (string, error) { _, _, err := w.Messages(ctx, "v5", page); return "", err }
		}
		lists := map[string]func(models.PageRequest) (string, error){
			"customer": conversations(models.ConversationFilter{Customer: "c1"}), "agent": conversations(models.ConversationFilter{Agent: "ag1"}),
			"team": conversations(models.ConversationFilter{Team: "t1"}), "team's waiting": conversations(models.ConversationFilter{Team: "t1", State: models.WithQueue}),
			"all": conversations(models.ConversationFilter{All: true}), "shop": conversations(models.ConversationFilter{Shop: "m1", Audience: models.ToMerchant}),
			"newest": messages(models.MessagePage{}), "before": messages(models.MessagePage{Before: 3}), "after": messages(models.MessagePage{After: 2}),
			"changed": messages(models.MessagePage{SinceRev: 2}),
			"queue":   func(models.PageRequest) (string, error) { _, err := w.WaitingIn(ctx, "t1", 30); return "", err },
			"place": func(models.PageRequest) (string, error) {
				_, err := w.PlaceInQueue(ctx, models.QueueEntry{ID: "q500", TeamID: "t1", Rank: noon})
				return "", err
			},
			"takes":     func(models.PageRequest) (string, error) { _, err := w.LastTakes(ctx, "t1", noon, 20); return "", err },
			"offers":    func(models.PageRequest) (string, error) { _, err := w.TransfersTo(ctx, "ag1"); return "", err },
			"the bot's": func(models.PageRequest) (string, error) { _, err := w.BotTurnsDue(ctx, noon, 20); return "", err },
		}
		plain := w.DB
		for name, list := range lists {
			log := &statements{Interface: logger.Discard}
			w.DB = plain.Session(&gorm.Session{NewDB: true, Logger: log})
			request := models.PageRequest{Limit: 30}
			for range 2 {
				next, err := list(request)
				require.NoError(t, err, name)
				request.Cursor = next
			}
			w.DB = plain
			require.NotEmpty(t, log.seen, name)
			for _, sql := range log.seen {
				plan := explain(t, plain, w.Dialect(), sql)
				for _, bad := range []string{
					"TEMP B-TREE", "Seq Scan on conversations", "Seq Scan on messages", "Seq Scan on queue_entries", "Seq Scan on transfers",
					"SCAN conversations\n", "SCAN messages\n", "SCAN queue_entries\n", "SCAN transfers\n",
				} {
					require.NotContains(t, plan, bad, "%s\n%s\n%s", name, sql, plan)
				}
			}
		}
	})
}

func seedChat(t *testing.T, w world) {
	t.Helper()
	at, text := "timestamptz '2026-03-02 12:00:00+00' - i * interval '1 minute'", "::text"
	if w.Dialect() == models.SQLite {
		at, text = "strftime('%Y-%m-%d %H:%M:%S+00:00', '2026-03-02 12:00:00', '-' || i || ' minutes')", ""
	}
	for _, statement := range []string{
		`INSERT INTO teams (id, name, created_at) SELECT 't' || i, 't' || i, AT ` + numbered(20),
		`INSERT INTO customers (id, key_ref, name, lang, level, created_at)
			SELECT 'x' || i, 'x' || i, c.name, '', 'good', c.created_at ` + numbered(200) + ` CROSS JOIN customers c WHERE c.id = 'c1'`,
		`INSERT INTO merchants (id, key_ref, name, level, auto_agree, created_at)
			SELECT 'x' || i, 'x' || i, m.name, 'good', m.auto_agree, m.created_at ` + numbered(200) + ` CROSS JOIN merchants m WHERE m.id = 'm1'`,
		`INSERT INTO staff (id, key_ref, role, name, approval_limit, created_at, owner, status)
			SELECT 'ag' || i, 'agk' || i, 'agent', c.name, 0, AT, false, 'active' ` + numbered(100) + ` CROSS JOIN customers c WHERE c.id = 'c1'`,
		`INSERT INTO conversations (id, audience, customer_id, key_ref, merchant_id, about_kind, about_id, lang, state, open, team_id, assignee_id, last_seq, rev, opened_at, last_at, bot_due_at)
			SELECT 'v' || i, CASE i % 3 WHEN 0 THEN 'merchant' ELSE 'customer' END, CASE i % 200 WHEN 0 THEN 'c1' ELSE 'x' || (i % 200) END, 'k',
				CASE i % 200 WHEN 3 THEN 'm1' ELSE 'x' || (i % 200) END, '', '', '', CASE i % 7 WHEN 0 THEN 'queued' WHEN 1 THEN 'people' WHEN 2 THEN 'bot' ELSE 'closed' END,
				false, 't' || (i % 20), 'ag' || (i % 100), 0, 0, AT, AT, CASE i % 500 WHEN 2 THEN AT END ` + numbered(10_000),
		`INSERT INTO messages (conversation_id, seq, rev, sender_kind, sender_id, client_id, kind, body, sent_at)
			SELECT 'v' || (i / 6), i % 6 + 1, i % 6 + 1, 'bot', 'bot', 'i' || i, 'text', c.name, AT ` + numbered(20_000) + ` CROSS JOIN customers c WHERE c.id = 'c1'`,
		`INSERT INTO queue_entries (id, conversation_id, customer_id, team_id, lang, skill, why, rank, asked_at, state, ended_at)
			SELECT 'q' || i, 'v' || i, 'c1', 't' || (i % 20), '', '', '', AT, AT, CASE i % 2 WHEN 0 THEN 'taken' ELSE 'waiting' END, AT ` + numbered(5_000),
		`INSERT INTO transfers (id, conversation_id, customer_id, from_id, to_id, note, state, asked_at)
			SELECT 'r' || i, 'v' || i, 'c1', 's1', 'ag' || (i % 100), c.name, CASE i % 2 WHEN 1 THEN 'asked' ELSE 'void' END, AT ` + numbered(5_000) + ` CROSS JOIN customers c WHERE c.id = 'c1'`,
		"ANALYZE",
	} {
		statement = atWord.ReplaceAllLiteralString(statement, at)
		require.NoError(t, w.DB.Exec(typed(statement, text)).Error, statement)
	}
}
