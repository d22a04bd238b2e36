package models_test

import (
	"cmp"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"aftersales/fault"
	"aftersales/models"
	"aftersales/money"
)

func addCase(t *testing.T, w world, id string, change func(*models.Case)) {
	t.Helper()
	c := newCase(id)
	if change != nil {
		change(&c)
	}
	require.NoError(t, w.DB.Create(&c).Error)
}

func newCase(id string) models.Case {
	due := noon.Add(time.Hour)
	return models.Case{
		ID: id, WorkflowID: "case/ref/" + id, Kind: "return", Phase: "onsale", Stage: "merchant_answer", Open: true, CustomerID: "c1",
		MerchantID: "m1", OrderID: "o1", Reason: "quality", Currency: money.CNY, WaitingFor: "merchant", DueAt: &due, Default: "agree",
		View: "{}", OpenedAt: noon, UpdatedAt: noon,
	}
}

// walk reads a list page by page, in pages of a few sizes that must all give the same.
func walk[T any](t require.TestingT, list func(models.PageRequest) (models.Page[T], error), id func(T) string) []string {
	var first []string
	for _, size := range []int{100, 1, 3} {
		var ids []string
		request := models.PageRequest{Limit: size}
		for {
			page, err := list(request)
			require.NoError(t, err)
			require.LessOrEqual(t, len(page.Items), size)
			for _, item := range page.Items {
				ids = append(ids, id(item))
			}
			if request.Cursor = page.Next; page.Next == "" {
				break
			}
		}
		if size == 100 {
			first = ids
		}
		require.Equal(t, first, ids, "pages of %d", size)
	}
	return first
}

func caseID(c models.Case) string { return c.ID }

// Whatever times cases have, equal or missing ones too, every list gives each of its rows once, in order.
func TestListsOfCases(t *testing.T) {
	eachDB(t, func(t *testing.T, w world) {
		ctx := t.Context()
		people(t, w)
		_, err := w.UpsertOrder(ctx, order("o1", 1))
		require.NoError(t, err)
		rapid.Check(t, func(rt *rapid.T) {
			require.NoError(rt, w.DB.Exec("DELETE FROM cases").Error)
			var cases []models.Case
			for i := range rapid.IntRange(1, 12).Draw(rt, "cases") {
				c := newCase(fmt.Sprintf("k%02d", i))
				c.OpenedAt = noon.Add(time.Duration(rapid.IntRange(0, 2).Draw(rt, "opened")) * time.Microsecond)
				due := noon.Add(time.Duration(rapid.IntRange(0, 2).Draw(rt, "due")) * time.Microsecond)
				if c.DueAt = &due; rapid.Bool().Draw(rt, "no due") {
					c.DueAt = nil
				}
				c.Open = rapid.Bool().Draw(rt, "open")
				c.Stage = rapid.SampledFrom([]string{"review", "inspection"}).Draw(rt, "stage")
				cases = append(cases, c)
			}
			require.NoError(rt, w.DB.Create(&cases).Error)
			expect := func(keep func(models.Case) bool, order func(a, b models.Case) int) (ids []string) {
				kept := slices.DeleteFunc(slices.Clone(cases), func(c models.Case) bool { return !keep(c) })
				slices.SortFunc(kept, order)
				for _, c := range kept {
					ids = append(ids, c.ID)
				}
				return ids
			}
			newest := func(a, b models.Case) int {
				return cmp.Or(b.OpenedAt.Compare(a.OpenedAt), cmp.Compare(b.ID, a.ID))
			}
			soonest := func(a, b models.Case) int {
				far := noon.Add(1000 * time.Hour)
				at := func(c models.Case) time.Time {
					if c.DueAt == nil {
						return far
					}
					return *c.DueAt
				}
				return cmp.Or(at(a).Compare(at(b)), cmp.Compare(a.ID, b.ID))
			}
			all := func(models.Case) bool { return true }
			open := true
			type list = func(models.PageRequest) (models.Page[models.Case], error)
			require.Equal(rt, expect(all, newest), walk(rt, list(func(r models.PageRequest) (models.Page[models.Case], error) {
				return w.CasesOfCustomer(ctx, "c1", models.CaseFilter{}, r)
			}), caseID))
			require.Equal(rt, expect(func(c models.Case) bool { return c.Open && c.Stage == "review" }, newest), walk(rt, list(func(r models.PageRequest) (models.Page[models.Case], error) {
				return w.CasesOfMerchant(ctx, "m1", models.CaseFilter{Open: &open, Stage: "review"}, r)
			}), caseID))
			require.Equal(rt, expect(func(c models.Case) bool { return c.Stage == "inspection" }, newest), walk(rt, list(func(r models.PageRequest) (models.Page[models.Case], error) {
				return w.CasesByTime(ctx, models.CaseFilter{Stage: "inspection"}, r)
			}), caseID))
			require.Equal(rt, expect(func(c models.Case) bool { return c.Open }, soonest), walk(rt, list(func(r models.PageRequest) (models.Page[models.Case], error) {
				return w.OpenCases(ctx, models.CaseFilter{}, r)
			}), caseID))
		})
		page, err := w.CasesOfCustomer(ctx, "somebody else", models.CaseFilter{}, models.PageRequest{})
		require.NoError(t, err)
		require.Empty(t, page.Items)
	})
}

func TestOneCase(t *testing.T) {
	eachDB(t, func(t *testing.T, w world) {
		ctx := t.Context()
		people(t, w)
		_, err := w.UpsertOrder(ctx, order("o1", 1))
		require.NoError(t, err)
		addCase(t, w, "k1", func(c *models.Case) { c.View = `{"a":1}` })
		c, err := w.CaseByWorkflow(ctx, "case/ref/k1")
		require.NoError(t, err)
		require.Equal(t, `{"a":1}`, c.View)
		_, err = w.Case(ctx, "none")
		require.ErrorIs(t, err, models.ErrNotFound)
		cases, err := w.CasesOfOrder(ctx, "o1")
		require.NoError(t, err)
		require.Len(t, cases, 1)
		require.Empty(t, cases[0].View, "lists carry no views")
		after, err := w.OpenCasesAfter(ctx, "k0", noon.Add(time.Second), 10)
		require.NoError(t, err)
		require.Len(t, after, 1)

		for seq := int64(1); seq <= 5; seq++ {
			require.NoError(t, w.DB.Create(&models.TimelineEntry{CaseID: "k1", Seq: seq, At: noon, Data: "{}"}).Error)
		}
		entries, err := w.Timeline(ctx, "k1", 2, 2)
		require.NoError(t, err)
		require.Len(t, entries, 2)
		require.EqualValues(t, 3, entries[0].Seq)

		_, err = w.OpenQuestion(ctx, "k1")
		require.ErrorIs(t, err, models.ErrNotFound)
		for round := 1; round <= 2; round++ {
			q := models.CaseQuestion{CaseID: "k1", Round: round, N: 1, Field: "reason", Choices: "[]", AskedAt: noon, DueAt: noon}
			if round == 1 {
				q.AnsweredAt = &q.AskedAt
			}
			require.NoError(t, w.DB.Create(&q).Error)
		}
		question, err := w.OpenQuestion(ctx, "k1")
		require.NoError(t, err)
		require.Equal(t, 2, question.Round)
		questions, err := w.Questions(ctx, "k1")
		require.NoError(t, err)
		require.Len(t, questions, 2)

		require.NoError(t, w.DB.Create(&models.Waybill{Carrier: "sf", Number: "SF1", CaseID: "k1", Direction: "back", CreatedAt: noon}).Error)
		waybill, err := w.CaseOfWaybill(ctx, "sf", "SF1")
		require.NoError(t, err)
		require.Equal(t, "k1", waybill.CaseID)

		for i := range 3 {
			require.NoError(t, w.DB.Create(&models.Approval{
				ID: fmt.Sprint("a", i), CaseID: "k1", Needed: 1, State: []string{"waiting", "waiting", "void"}[i],
				ProposedAt: noon, DueAt: noon.Add(-time.Duration(i) * time.Hour),
			}).Error)
		}
		require.NoError(t, w.DB.Create(&models.ApprovalVote{ApprovalID: "a0", StaffID: "s1", At: noon}).Error)
		require.ErrorIs(t, w.DB.Create(&models.ApprovalVote{ApprovalID: "a0", StaffID: "s1", At: noon}).Error, models.ErrDuplicate)
		require.Equal(t, []string{"a1", "a0"}, walk(t, func(r models.PageRequest) (models.Page[models.Approval], error) { return w.WaitingApprovals(ctx, r) },
			func(a models.Approval) string { return a.ID }))
		_, votes, err := w.Approval(ctx, "a0")
		require.NoError(t, err)
		require.Len(t, votes, 1)
		approvals, err := w.ApprovalsOfCase(ctx, "k1")
		require.NoError(t, err)
		require.Len(t, approvals, 3)
	})
}

// A unit is held by one open case at a time; the database itself refuses the second.
func TestUnitIsClaimedOnce(t *testing.T) {
	eachDB(t, func(t *testing.T, w world) {
		people(t, w)
		_, err := w.UpsertOrder(t.Context(), order("o1", 1))
		require.NoError(t, err)
		claim := func(caseID string) error {
			return w.DB.Create(&models.UnitClaim{CaseID: caseID, UnitID: "o1-1/1", ClaimedAt: noon}).Error
		}
		require.NoError(t, claim("k1"))
		require.ErrorIs(t, claim("k2"), models.ErrDuplicate)
		require.NoError(t, w.DB.Model(&models.UnitClaim{}).Where("case_id = ?", "k1").Update("released_at", noon).Error)
		require.NoError(t, claim("k2"))
		require.ErrorIs(t, w.DB.Create(&models.UnitClaim{CaseID: "k3", UnitID: "none", ClaimedAt: noon}).Error, models.ErrReference)
	})
}

func TestBadCursors(t *testing.T) {
	w := onSQLite(t)
	for _, cursor := range []string{"x", "!!!", strings.Repeat("A", 500), base64.RawURLEncoding.EncodeToString([]byte{2, 0, 0, 0, 0, 0, 0, 0, 0, 'a'})} {
		_, err := w.CasesOfCustomer(t.Context(), "c1", models.CaseFilter{}, models.PageRequest{Cursor: cursor})
		require.ErrorIs(t, err, fault.New(fault.BadCursor), cursor)
		_, err = w.OpenCases(t.Context(), models.CaseFilter{}, models.PageRequest{Cursor: cursor})
		require.ErrorIs(t, err, fault.New(fault.BadCursor), cursor)
	}
}

// A task of the workflow that was lost after it had written told of something that did not come about: what came about
// takes its place, and nothing of the lost one comes back.
func TestTimelineOfALostTaskIsReplaced(t *testing.T) {
	eachDB(t, func(t *testing.T, w world) {
		write := func(seq int64, events ...string) bool {
			p := models.Projection{Case: newCase("lost"), Event: models.OutboxEvent{Topic: "case.changed", Subject: "case/lost", Data: "{}", At: noon}}
			p.Case.Seq = seq
			for i, event := range events {
				p.Entries = append(p.Entries, models.TimelineEntry{
					CaseID: "lost", Seq: seq - int64(len(events)-1-i), At: noon, ActorKind: "platform", ActorID: "platform", Event: event, Data: "{}",
				})
			}
			written, err := w.WriteProjection(t.Context(), p)
			require.NoError(t, err)
			return written
		}
		told := func() (events []string) {
			entries, err := w.Timeline(t.Context(), "lost", 0, 10)
			require.NoError(t, err)
			for _, entry := range entries {
				events = append(events, entry.Event)
			}
			return events
		}
		people(t, w)
		_, err := w.UpsertOrder(t.Context(), order("o1", 1))
		require.NoError(t, err)
		require.True(t, write(1, "opened"))
		require.True(t, write(3, "deadline_passed", "approval_escalated"))
		require.True(t, write(5, "approved", "refunding", "refunded", "closed"))
		require.Equal(t, []string{"opened", "approved", "refunding", "refunded", "closed"}, told())
		require.False(t, write(3, "deadline_passed", "approval_escalated"), "an older projection is not written at all")
		require.Equal(t, []string{"opened", "approved", "refunding", "refunded", "closed"}, told())
	})
}
