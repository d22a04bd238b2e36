package models_test

import (
	"testing"
	"time"

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
			"urgent":          conversations(models.ConversationFilter{Team: "t1", Priority: models.PriorityUrgent}),
			"open":            conversations(models.ConversationFilter{Team: "t1", State: models.OpenState, Free: true, Lang: "en"}),
			"longest waiting": conversations(models.ConversationFilter{Team: "t1", Waiting: true}), "agent's longest": conversations(models.ConversationFilter{Agent: "ag1", Waiting: true}),
			"all that wait": conversations(models.ConversationFilter{All: true, Waiting: true}), "tag": conversations(models.ConversationFilter{Team: "t1", Tag: "g1"}),
			"shop's to the team": conversations(models.ConversationFilter{Team: "t1", OfShop: "x1"}),
			"set aside":          func(models.PageRequest) (string, error) { _, err := w.SnoozesDue(ctx, noon, 20); return "", err },
			"tags": next(func(r models.PageRequest) (models.Page[models.Tag], error) {
				return w.TagsOf(ctx, []string{"", "t1"}, r)
			}),
			"tags on": func(models.PageRequest) (string, error) { _, err := w.TagsOn(ctx, "v1", "v2"); return "", err },
			"canned": next(func(r models.PageRequest) (models.Page[models.CannedReply], error) {
				return w.CannedOf(ctx, []models.CannedHolder{{Scope: models.CannedOwn, ID: "ag1"}, {Scope: models.CannedAll}}, "k", r)
			}),
			"deadlines": next(func(r models.PageRequest) (models.Page[models.Deadline], error) {
				return w.Deadlines(ctx, models.DeskScope{Team: "t1", Agent: "ag1"}, r)
			}),
			"questions": next(func(r models.PageRequest) (models.Page[models.PartyQuestion], error) {
				return w.PartyQuestions(ctx, "t1", "", r)
			}),
			"to a shop": next(func(r models.PageRequest) (models.Page[models.PartyQuestion], error) {
				return w.PartyQuestions(ctx, "", "m1", r)
			}),
			"to do":   next(func(r models.PageRequest) (models.Page[models.FollowUp], error) { return w.FollowUps(ctx, "ag1", r) }),
			"views":   next(func(r models.PageRequest) (models.Page[models.SavedView], error) { return w.SavedViews(ctx, "ag1", r) }),
			"running": func(models.PageRequest) (string, error) { _, err := w.RunningClocks(ctx, "v1"); return "", err },
			"clocks due": func(models.PageRequest) (string, error) {
				_, err := w.FireClocks(ctx, 10, noon.Add(-1000*time.Hour), nil)
				return "", err
			},
			"questions due": func(models.PageRequest) (string, error) {
				_, err := w.FireQuestions(ctx, 10, noon.Add(-1000*time.Hour), nil)
				return "", err
			},
			"follow-ups due": func(models.PageRequest) (string, error) {
				_, err := w.FireFollowUps(ctx, 10, noon.Add(-1000*time.Hour), nil)
				return "", err
			},
			"shop's turn": func(models.PageRequest) (string, error) {
				_, err := w.WaitingOfShop(ctx, "t1", "m1", 15)
				return "", err
			},
			"to move": func(models.PageRequest) (string, error) { _, err := w.ToMove(ctx, "t1", noon, 50); return "", err },
			"newest":  messages(models.MessagePage{}), "before": messages(models.MessagePage{Before: 3}), "after": messages(models.MessagePage{After: 2}),
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
					"Seq Scan on tags", "Seq Scan on conversation_tags", "Seq Scan on canned_replies", "SCAN tags\n", "SCAN t\n", "SCAN c\n", "SCAN canned_replies\n",
					"Seq Scan on service_clocks", "Seq Scan on party_questions", "Seq Scan on follow_ups", "Seq Scan on saved_views",
					"SCAN service_clocks\n", "SCAN party_questions\n", "SCAN follow_ups\n", "SCAN saved_views\n",
				} {
					if (name == "tags on" || name == "running") && bad == "TEMP B-TREE" {
						continue // the few tags and clocks of a page of conversations may be sorted
					}
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
		`INSERT INTO conversations (id, audience, customer_id, key_ref, merchant_id, about_kind, about_id, lang, state, open, team_id, assignee_id, last_seq, rev, opened_at, last_at, bot_due_at, priority, waiting_since, snoozed_until)
			SELECT 'v' || i, CASE i % 3 WHEN 0 THEN 'merchant' ELSE 'customer' END, CASE i % 200 WHEN 0 THEN 'c1' ELSE 'x' || (i % 200) END, 'k',
				CASE i % 200 WHEN 3 THEN 'm1' ELSE 'x' || (i % 200) END, '', '', '', CASE i % 7 WHEN 0 THEN 'queued' WHEN 1 THEN 'people' WHEN 2 THEN 'bot' ELSE 'closed' END,
				false, 't' || (i % 20), 'ag' || (i % 100), 0, 0, AT, AT, CASE i % 500 WHEN 2 THEN AT END,
				CASE i % 50 WHEN 1 THEN 'urgent' ELSE 'normal' END, CASE i % 5 WHEN 1 THEN AT END, CASE i % 100 WHEN 3 THEN AT END ` + numbered(10_000),
		`INSERT INTO messages (conversation_id, seq, rev, sender_kind, sender_id, client_id, kind, body, sent_at)
			SELECT 'v' || (i / 6), i % 6 + 1, i % 6 + 1, 'bot', 'bot', 'i' || i, 'text', c.name, AT ` + numbered(20_000) + ` CROSS JOIN customers c WHERE c.id = 'c1'`,
		`INSERT INTO queue_entries (id, conversation_id, customer_id, team_id, lang, skill, why, rank, asked_at, state, ended_at)
			SELECT 'q' || i, 'v' || i, 'c1', 't' || (i % 20), '', '', '', AT, AT, CASE i % 2 WHEN 0 THEN 'taken' ELSE 'waiting' END, AT ` + numbered(5_000),
		`INSERT INTO transfers (id, conversation_id, customer_id, from_id, to_id, note, state, asked_at)
			SELECT 'r' || i, 'v' || i, 'c1', 's1', 'ag' || (i % 100), c.name, CASE i % 2 WHEN 1 THEN 'asked' ELSE 'void' END, AT ` + numbered(5_000) + ` CROSS JOIN customers c WHERE c.id = 'c1'`,
		`INSERT INTO tags (id, team_id, name, colour, by_id, created_at) SELECT 'g' || i, CASE i % 20 WHEN 0 THEN '' ELSE 't' || (i % 20) END, 'n' || i, 'red', '', AT ` + numbered(10_000),
		`INSERT INTO conversation_tags (tag_id, conversation_id, by_id, at) SELECT 'g' || (i % 40 + 1), 'v' || (i / 2 + 1), '', AT ` + numbered(10_000),
		`INSERT INTO canned_replies (id, scope, holder_id, shortcut, title, text, by_id, created_at, updated_at)
			SELECT 'k' || i, CASE i % 2 WHEN 0 THEN 'all' ELSE 'own' END, CASE i % 2 WHEN 0 THEN '' ELSE 'ag' || (i % 100) END, 'k' || i, '', '', '', AT, AT ` + numbered(5_000),
		`INSERT INTO service_clocks (id, conversation_id, kind, team_id, agent_id, merchant_id, priority, started_at, warn_at, due_at, stopped_at)
			SELECT 'sc' || i, 'v' || (i / 2), CASE i % 2 WHEN 0 THEN 'first' ELSE 'next' END, 't' || (i % 20), 'ag' || (i % 100), '', 'normal', AT, AT, AT,
				CASE i % 3 WHEN 0 THEN AT END ` + numbered(10_000),
		`INSERT INTO party_questions (id, conversation_id, seq, party, merchant_id, team_id, asked_by, asked_at, remind_at, due_at, answered_at, answer_seq)
			SELECT 'pq' || i, 'v' || i, 1, 'merchant', CASE i % 200 WHEN 3 THEN 'm1' ELSE 'x' || (i % 200) END, 't' || (i % 20), '', AT, AT, AT, CASE i % 3 WHEN 0 THEN AT END, 0 ` + numbered(9_000),
		`INSERT INTO follow_ups (id, conversation_id, staff_id, by_id, words, due_at, created_at, done_at)
			SELECT 'fu' || i, 'v' || i, 'ag' || (i % 100), '', c.name, AT, AT, CASE i % 3 WHEN 0 THEN AT END ` + numbered(9_000) + ` CROSS JOIN customers c WHERE c.id = 'c1'`,
		`INSERT INTO saved_views (id, staff_id, name, query, created_at) SELECT 'sv' || i, 'ag' || (i % 100), 'n' || i, '', AT ` + numbered(5_000),
		"ANALYZE",
	} {
		statement = atWord.ReplaceAllLiteralString(statement, at)
		require.NoError(t, w.DB.Exec(typed(statement, text)).Error, statement)
	}
}
