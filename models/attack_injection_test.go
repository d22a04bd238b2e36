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
		customer, err := w.CreateCustomer(ctx, models.NewCustomer{ID: "c1", Name: "n", Lang: "zh-CN", Level: "normal", CreatedAt: noon})
		require.NoError(t, err)
		require.NoError(t, w.CreateAccount(ctx, models.Account{ID: "a1", Login: "kim", PersonKind: "customer", PersonID: customer.ID, PasswordHash: "$secret$", CreatedAt: noon}))
		require.NoError(t, w.DB.Create(&models.PolicyPack{Hash: "h", Name: "p", CreatedAt: noon}).Error)
		require.NoError(t, w.OpenAuditChain(ctx, "chain", []byte("key"), noon))
		require.NoError(t, w.AppendAudit(ctx, []models.AuditEntry{{ChainID: "chain", Seq: 1, At: noon, ActorID: "st-1", Action: "a.b", Outcome: models.AuditDone, Detail: "{}", Hash: []byte{1}}}))
		for _, text := range injections {
			for name, count := range map[string]func() (int, error){
				"stage": func() (int, error) {
					p, err := w.CasesByTime(ctx, models.CaseFilter{Stage: text}, models.PageRequest{})
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
