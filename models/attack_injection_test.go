package models_test

import (
	"encoding/base64"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"aftersales/fault"
	"aftersales/models"
)

// injections are values that would be part of a statement where they are not bound.
var injections = []string{
	"' OR '1'='1", `" OR ""="`, "x' UNION SELECT password_hash FROM accounts --", "'; DELETE FROM policy_packs; --", "1); DROP TABLE cases; --", "%", "_", "\\", "?", "$1",
	"' || (SELECT 'a') || '", "case.\x01", "*", "title:退款", "NEAR(a b)", "a AND b", "\"", "');",
}

// What comes in as a filter, a cursor or a name is a value and never a part of the statement.
func TestAttack19_FiltersAndCursors(t *testing.T) {
	eachDB(t, func(t *testing.T, w world) {
		ctx := t.Context()
		people(t, w)
		_, err := w.UpsertOrder(ctx, order("o1", 1))
		require.NoError(t, err)
		require.NoError(t, w.DB.Exec(`INSERT INTO cases (id, workflow_id, kind, phase, stage, outcome, open, customer_id, merchant_id, order_id, reason, currency,
				amount, refunded, waiting_for, due_at, default_action, revision, seq, view, opened_at, updated_at, team_id, assignee_id)
			VALUES ('k1', 'w1', 'return', 'onsale', 'review', '', TRUE, 'c1', 'm1', 'o1', 'quality', 'CNY', 100, 0, 'merchant', ?, 'agree', 1, 1, '{}', ?, ?, 't1', 'g1')`,
			noon, noon, noon).Error)
		require.NoError(t, w.CreateAccount(ctx, models.Account{ID: "a1", Login: "kim", PersonKind: "customer", PersonID: "c1", PasswordHash: "$secret$", CreatedAt: noon}))
		require.NoError(t, w.PutTasks(ctx, models.Task{ID: "t1", DedupeKey: "t1", RecipientKind: "operator", State: models.TaskOpen, Kind: "bulk_reading", SubjectKind: "staff", SubjectID: "s1", DueAt: noon, CreatedAt: noon}))
		cases := func(filter models.CaseFilter) (int, error) {
			p, err := w.CasesByTime(ctx, filter, models.PageRequest{})
			return len(p.Items), err
		}
		all, err := cases(models.CaseFilter{Stage: "review", Kind: "return", Reason: "quality", OrderID: "o1", WaitingFor: []string{"merchant"}, Begins: "k", Agent: "g1"})
		require.NoError(t, err)
		require.Equal(t, 1, all, "what is right finds the case, so that what is wrong could")
		require.NoError(t, w.DB.Create(&models.PolicyPack{Hash: "h", Name: "p", CreatedAt: noon}).Error)
		require.NoError(t, w.OpenAuditChain(ctx, "chain", []byte("key"), noon))
		require.NoError(t, w.AppendAudit(ctx, []models.AuditEntry{{ChainID: "chain", Seq: 1, At: noon, ActorID: "st-1", Action: "a.b", Outcome: models.AuditDone, Detail: "{}", Hash: []byte{1}}}))
		for _, text := range injections {
			for name, count := range map[string]func() (int, error){
				"stage":       func() (int, error) { return cases(models.CaseFilter{Stage: text}) },
				"reason":      func() (int, error) { return cases(models.CaseFilter{Reason: text}) },
				"order":       func() (int, error) { return cases(models.CaseFilter{OrderID: text}) },
				"waiting for": func() (int, error) { return cases(models.CaseFilter{WaitingFor: []string{text}}) },
				"begins":      func() (int, error) { return cases(models.CaseFilter{Begins: text}) },
				"agent":       func() (int, error) { return cases(models.CaseFilter{Agent: text}) },
				"desk": func() (int, error) {
					p, err := w.CasesOfDesk(ctx, models.DeskScope{Team: text, Agent: text}, models.CaseFilter{}, models.PageRequest{})
					return len(p.Items), err
				},
				"shop": func() (int, error) {
					p, err := w.CasesOfMerchant(ctx, text, models.CaseFilter{}, models.PageRequest{})
					return len(p.Items), err
				},
				"staff": func() (int, error) {
					p, err := w.StaffPage(ctx, models.StaffFilter{MerchantID: text, TeamID: text, Role: text, Status: text}, models.PageRequest{})
					return len(p.Items), err
				},
				"stock": func() (int, error) {
					p, err := w.StockOf(ctx, text, -1, models.PageRequest{})
					return len(p.Items), err
				},
				"alarms": func() (int, error) {
					p, err := w.Alarms(ctx, text, models.PageRequest{})
					return len(p.Items), err
				},
				"messages": func() (int, error) {
					p, err := w.SearchMessages(ctx, models.MessageSearch{Words: "退款" + text, Conversation: text, Shop: text, Team: text, Audience: text, From: text}, models.PageRequest{})
					return len(p.Items), err
				},
				"kind": func() (int, error) {
					p, err := w.OpenCases(ctx, models.CaseFilter{Kind: text}, models.PageRequest{})
					return len(p.Items), err
				},
				"customer": func() (int, error) {
					p, err := w.OrdersOfCustomer(ctx, text, models.PageRequest{})
					return len(p.Items), err
				},
				"packs": func() (int, error) { p, err := w.Packs(ctx, text); return len(p), err },
				"actor": func() (int, error) {
					p, err := w.FindAudit(ctx, models.AuditFilter{ActorID: text, Limit: 10})
					return len(p), err
				},
				"action": func() (int, error) {
					p, err := w.FindAudit(ctx, models.AuditFilter{Action: text, Limit: 10})
					return len(p), err
				},
				"subject": func() (int, error) {
					p, err := w.FindAudit(ctx, models.AuditFilter{SubjectKind: text, SubjectID: text, Limit: 10})
					return len(p), err
				},
			} {
				n, err := count()
				require.NoError(t, err, "%s: %s", name, text)
				require.Zero(t, n, "%s: %s", name, text)
			}
			_, err := w.AccountByLogin(ctx, text)
			require.ErrorIs(t, err, models.ErrNotFound, text)
			for _, cursor := range []string{text, base64.RawURLEncoding.EncodeToString([]byte(text)), base64.RawURLEncoding.EncodeToString([]byte(fmt.Sprintf("%s\x00%s", noon.Format(time.RFC3339), text)))} {
				page, err := w.CasesByTime(ctx, models.CaseFilter{}, models.PageRequest{Cursor: cursor})
				if err != nil {
					require.ErrorIs(t, err, fault.New(fault.BadCursor), cursor)
				}
				require.Empty(t, page.Items)
			}
		}
		_, err = w.Pack(ctx, "h")
		require.NoError(t, err, "nothing was deleted")
		found, err := w.FindAudit(ctx, models.AuditFilter{Action: "a.", Limit: 10})
		require.NoError(t, err)
		require.Len(t, found, 1)
	})
}
