package cases_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"aftersales/cases"
	"aftersales/fault"
	"aftersales/models"
	"aftersales/policy"
	"aftersales/workflows/contract"
)

func TestListsShowEachTheirOwn(t *testing.T) {
	w := newWorld(t)
	for i := range 5 {
		w.put(fmt.Sprint("c", i), func(c *models.Case) {
			c.OpenedAt, c.Open = noon.Add(time.Duration(i)*time.Hour), i%2 == 0
			due := noon.Add(time.Duration(10-i) * time.Hour)
			c.DueAt = &due
		})
	}
	w.put("lees", func(c *models.Case) {
		c.CustomerID, c.MerchantID, c.OpenedAt, c.TeamID = "lee", "rival", noon.Add(-time.Hour), nil
	})
	ids := func(actor contract.Actor, filter models.CaseFilter) (all []string) {
		page := models.PageRequest{Limit: 2}
		for {
			found, err := w.List(t.Context(), actor, filter, page)
			require.NoError(t, err)
			require.LessOrEqual(t, len(found.Items), 2)
			for _, row := range found.Items {
				all = append(all, row.ID)
			}
			if page.Cursor = found.Next; page.Cursor == "" {
				return all
			}
		}
	}
	open := true
	newest := []string{"c4", "c3", "c2", "c1", "c0"}
	require.Equal(t, newest, ids(kim, models.CaseFilter{}))
	require.Equal(t, newest, ids(clerk, models.CaseFilter{}))
	require.Equal(t, []string{"lees"}, ids(lee, models.CaseFilter{}))
	require.Equal(t, []string{"lees"}, ids(rival, models.CaseFilter{}))
	for _, actor := range []contract.Actor{agent, mate, boss} {
		require.Equal(t, newest, ids(actor, models.CaseFilter{}), "the team's")
		require.Equal(t, []string{"c4", "c2", "c0"}, ids(actor, models.CaseFilter{Open: &open}), "the soonest due first")
	}
	for _, actor := range []contract.Actor{faraway, farBoss, {Kind: contract.Agent, ID: "loose"}, {Kind: contract.Supervisor, ID: "loose"}} {
		require.Empty(t, ids(actor, models.CaseFilter{}), actor)
		require.Empty(t, ids(actor, models.CaseFilter{Open: &open}), actor)
	}
	require.Equal(t, append(newest, "lees"), ids(operator, models.CaseFilter{}))
	require.Equal(t, []string{"c4", "c2", "c0", "lees"}, ids(operator, models.CaseFilter{Open: &open}))
	for _, actor := range []contract.Actor{homeless, editor, bot, carrier, {}} {
		_, err := w.List(t.Context(), actor, models.CaseFilter{}, models.PageRequest{})
		requireFault(t, fault.Forbidden, err, actor)
	}

	_, err := w.Assign(t.Context(), meta(operator, "k"), "lees", faraway.ID)
	require.NoError(t, err)
	_, err = w.Assign(t.Context(), meta(operator, "k"), "c2", faraway.ID)
	require.NoError(t, err)
	require.Equal(t, []string{"c2", "lees"}, ids(faraway, models.CaseFilter{}), "what was given to an agent")
	require.Equal(t, newest, ids(agent, models.CaseFilter{}))
}

func TestACaseIsShownWithItsQuestionAndTexts(t *testing.T) {
	w := newWorld(t)
	w.put("c")
	ids := map[string]string{}
	for _, actor := range []contract.Actor{kim, clerk} {
		id, err := w.PutText(t.Context(), actor, kim.ID, "来自 "+actor.ID)
		require.NoError(t, err)
		ids[actor.ID] = id
	}
	note, err := w.Store.PutText(t.Context(), "kim", "agent", "st-4", "内部记录", noon)
	if err != nil { // the platform's people have their keysets as staff
		note, err = w.Store.PutText(t.Context(), "kim", "staff", "st-4", "内部记录", noon)
	}
	require.NoError(t, err)
	unused, err := w.PutText(t.Context(), kim, kim.ID, "没有发出")
	require.NoError(t, err)
	require.NoError(t, w.Store.UseTexts(t.Context(), "case/c", ids["kim"], ids["st-1"], note))
	choices, err := json.Marshal([]contract.Choice{{Value: "quality", Zh: "质量", En: "Quality"}})
	require.NoError(t, err)
	require.NoError(t, w.Store.DB.Create(&models.CaseQuestion{CaseID: "c", Round: 1, N: 1, Field: "reason", Choices: string(choices), AskedAt: noon, DueAt: noon}).Error)

	for _, party := range []contract.Actor{kim, clerk} {
		shown, err := w.Show(t.Context(), party, "c")
		require.NoError(t, err)
		require.Equal(t, map[string]string{ids["kim"]: "来自 kim", ids["st-1"]: "来自 st-1"}, shown.Texts, "not what the platform wrote for itself")
		require.Equal(t, 5, shown.View.EditsLeft)
		require.Equal(t, "reason", shown.View.Question.Field)
		require.Equal(t, "质量", shown.View.Question.Choices[0].Zh)
	}
	shown, err := w.Show(t.Context(), agent, "c")
	require.NoError(t, err)
	require.Len(t, shown.Texts, 3)
	require.Equal(t, "内部记录", shown.Texts[note])
	require.False(t, shown.Erased)
	require.NotContains(t, shown.Texts, unused)

	w.erase("customer", "kim")
	for _, reader := range []contract.Actor{clerk, agent, operator} {
		shown, err := w.Show(t.Context(), reader, "c")
		require.NoError(t, err)
		require.Empty(t, shown.Texts, "whoever wrote it, it was about the customer")
		require.True(t, shown.Erased, "and it is said why there is nothing")
	}

	require.NoError(t, w.Store.DB.Model(&models.Case{}).Where("id = 'c'").Update("open", false).Error)
	shown, err = w.Show(t.Context(), agent, "c")
	require.NoError(t, err)
	require.Nil(t, shown.View.Question, "a closed case asks nothing")
}

func TestTextsHaveBounds(t *testing.T) {
	w := newWorld(t)
	_, err := w.PutText(t.Context(), kim, kim.ID, "")
	requireFault(t, fault.BadRequest, err)
	_, err = w.PutText(t.Context(), kim, kim.ID, strings.Repeat("字", cases.MaxText))
	require.NoError(t, err, "characters are counted, not bytes")
	_, err = w.PutText(t.Context(), kim, kim.ID, strings.Repeat("a", cases.MaxText+1))
	require.EqualValues(t, cases.MaxText, requireFault(t, fault.TextTooLong, err).Details["limit"])
}

func TestTheTimelineComesInPages(t *testing.T) {
	w := newWorld(t)
	w.put("c")
	for seq := range int64(5) {
		require.NoError(t, w.Store.DB.Create(&models.TimelineEntry{
			CaseID: "c", Seq: seq + 1, At: noon, ActorKind: "merchant", ActorID: "st-1", Event: "asked", Data: fmt.Sprintf(`{"n":%d}`, seq+1),
		}).Error)
	}
	after := int64(0)
	var seen []int64
	for {
		entries, err := w.Timeline(t.Context(), kim, "c", after, 2)
		require.NoError(t, err)
		if len(entries) == 0 {
			break
		}
		require.LessOrEqual(t, len(entries), 2)
		for _, e := range entries {
			require.EqualValues(t, e.Seq, e.Data["n"])
			require.Equal(t, contract.Actor{Kind: contract.Merchant, ID: "st-1"}, e.By)
			seen, after = append(seen, e.Seq), e.Seq
		}
	}
	require.Equal(t, []int64{1, 2, 3, 4, 5}, seen)
	detail, err := w.Get(t.Context(), kim, "c", 2, 2)
	require.NoError(t, err)
	require.True(t, detail.More)
	require.Len(t, detail.Timeline, 2)
}

func TestNotificationsAreReadByWhoTheyAreFor(t *testing.T) {
	w := newWorld(t)
	sent := noon
	for i, to := range []struct{ kind, id string }{{"customer", "kim"}, {"customer", "kim"}, {"customer", "lee"}, {"merchant", "shop"}, {"agent", "north"}, {"agent", "st-4"}, {"agent", ""}, {"operator", ""}} {
		id := fmt.Sprint("n", i)
		at := sent.Add(time.Duration(i) * time.Minute)
		require.NoError(t, w.Store.DB.Create(&models.Notification{
			ID: id, DedupeKey: id, RecipientKind: to.kind, RecipientID: to.id, Kind: "news", SubjectKind: "case", SubjectID: "c",
			Data: `{"case":"c"}`, DueAt: noon, SentAt: &at, CreatedAt: noon,
		}).Error)
	}
	ids := func(actor contract.Actor) (ids []string) {
		page := models.PageRequest{Limit: 1}
		for {
			found, err := w.Notifications(t.Context(), actor, page)
			require.NoError(t, err)
			for _, n := range found.Items {
				require.Equal(t, "c", n.Data["case"])
				ids = append(ids, n.ID)
			}
			if page.Cursor = found.Next; page.Cursor == "" {
				return ids
			}
		}
	}
	require.Equal(t, []string{"n1", "n0"}, ids(kim))
	require.Equal(t, []string{"n2"}, ids(lee))
	require.Equal(t, []string{"n3"}, ids(clerk), "a shop's for its people")
	require.Equal(t, []string{"n5", "n4"}, ids(agent), "their own and their team's")
	require.Equal(t, []string{"n4"}, ids(mate))
	require.Empty(t, ids(faraway))
	require.Empty(t, ids(boss))
	require.Empty(t, ids(rival))
	require.Equal(t, []string{"n7", "n6"}, ids(operator), "what belongs to no team is for operators, too")
	require.NoError(t, w.ReadNotification(t.Context(), faraway, "n4"))
	require.NoError(t, w.ReadNotification(t.Context(), mate, "n4"))
	news, err := w.Notifications(t.Context(), agent, models.PageRequest{})
	require.NoError(t, err)
	require.Nil(t, news.Items[0].ReadAt)
	require.NotNil(t, news.Items[1].ReadAt, "read by one of the team")

	read := func() *time.Time {
		found, err := w.Notifications(t.Context(), kim, models.PageRequest{})
		require.NoError(t, err)
		require.Nil(t, found.Items[1].ReadAt)
		return found.Items[0].ReadAt
	}
	require.NoError(t, w.ReadNotification(t.Context(), lee, "n1"))
	require.Nil(t, read(), "somebody else's stays unread")
	require.NoError(t, w.ReadNotification(t.Context(), kim, "n1"))
	require.Equal(t, noon, *read())
}

func TestApprovalsShowWhatTheirCaseKnows(t *testing.T) {
	w := newWorld(t)
	state := contract.ApprovalState{ID: "a1", Hash: "ff", Amount: 10_00, Needed: 2, ProposedBy: contract.Actor{Kind: agent.Kind, ID: agent.ID}, State: "waiting", At: noon, DueAt: noon}
	view, err := json.Marshal(contract.View{Approval: &state})
	require.NoError(t, err)
	w.put("c", func(c *models.Case) { c.View = string(view) })
	w.put("d")
	for i, id := range []string{"c", "d"} {
		require.NoError(t, w.Store.DB.Create(&models.Approval{
			ID: fmt.Sprint("a", i+1), CaseID: id, Hash: "FF", Outcome: "refund", Amount: 10_00, Liability: "merchant", ProposedBy: "st-4",
			Needed: 2, State: "waiting", ProposedAt: noon, DueAt: noon.Add(time.Duration(i) * time.Hour), TeamID: &boss.Team,
		}).Error)
	}
	for _, actor := range []contract.Actor{farBoss, {Kind: contract.Supervisor, ID: "loose"}} {
		found, err := w.Approvals(t.Context(), actor, models.PageRequest{})
		require.NoError(t, err)
		require.Empty(t, found.Items)
	}
	all, err := w.Approvals(t.Context(), operator, models.PageRequest{})
	require.NoError(t, err)
	require.Len(t, all.Items, 2)
	found, err := w.Approvals(t.Context(), boss, models.PageRequest{})
	require.NoError(t, err)
	require.Len(t, found.Items, 2)
	require.Equal(t, state, found.Items[0].State, "with the proposer's role")
	require.Equal(t, "d", found.Items[1].Case.ID, "with its case, as lists show it")
	found.Items[1].Case = nil
	require.Equal(t, cases.Proposal{CaseID: "d", Currency: "CNY", State: contract.ApprovalState{
		ID: "a2", Hash: "FF", Outcome: "refund", Amount: 10_00, Liability: policy.Merchant, ProposedBy: contract.Actor{ID: "st-4"},
		Needed: 2, State: "waiting", At: noon, DueAt: noon.Add(time.Hour),
	}}, found.Items[1])
}

func TestDiscrepanciesComeInPages(t *testing.T) {
	w := newWorld(t)
	for i := range 3 {
		require.NoError(t, w.Store.DB.Create(&models.Discrepancy{ID: fmt.Sprint("d", i), Kind: "amount", Subject: "s", FoundAt: noon.Add(time.Duration(i) * time.Hour)}).Error)
	}
	first, err := w.Discrepancies(t.Context(), operator, models.PageRequest{Limit: 2})
	require.NoError(t, err)
	require.Equal(t, []string{"d2", "d1"}, []string{first.Items[0].ID, first.Items[1].ID})
	rest, err := w.Discrepancies(t.Context(), operator, models.PageRequest{Limit: 2, Cursor: first.Next})
	require.NoError(t, err)
	require.Len(t, rest.Items, 1)
	require.Equal(t, "d0", rest.Items[0].ID)
	require.Empty(t, rest.Next)
	_, err = w.Discrepancies(t.Context(), operator, models.PageRequest{Cursor: "d1"})
	requireFault(t, fault.BadCursor, err)
}

func TestReasonsOfBothPhasesAreNamedOnce(t *testing.T) {
	w := newWorld(t)
	count := func(phase policy.Phase) map[string]int {
		reasons, err := w.Reasons(t.Context(), policy.Return, phase)
		require.NoError(t, err)
		counted := map[string]int{}
		for _, reason := range reasons {
			counted[reason.Code]++
		}
		return counted
	}
	both, onSale, afterSale := count(""), count(policy.OnSale), count(policy.AfterSale)
	require.NotEmpty(t, onSale)
	for code, n := range both {
		require.Equal(t, 1, n, code)
		require.True(t, onSale[code] > 0 || afterSale[code] > 0)
	}
	for code := range onSale {
		require.Contains(t, both, code)
	}
	for code := range afterSale {
		require.Contains(t, both, code)
	}
}
