package cases_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"aftersales/cases"
	"aftersales/fault"
	"aftersales/models"
	"aftersales/policy"
	"aftersales/workflows/contract"
)

// counter is an engine that remembers what it was told.
type counter struct {
	engine
	opened []contract.Start
	done   map[string]contract.Command // by workflow
	refuse error
}

func (c *counter) Open(_ context.Context, _ string, start contract.Start, _ string, _ contract.Actor) (contract.Ack, error) {
	c.opened = append(c.opened, start)
	return contract.Ack{CaseID: start.CaseID}, nil
}

func (c *counter) Do(_ context.Context, workflowID string, cmd contract.Command) (contract.Ack, error) {
	c.done[workflowID] = cmd
	return contract.Ack{CaseID: workflowID, Changed: true}, c.refuse
}

func newCounter(t *testing.T) (*cases.Service, *counter) {
	t.Helper()
	w := newWorld(t)
	c := &counter{done: map[string]contract.Command{}}
	w.Service.Engine = c
	return w.Service, c
}

func complain(key, reason, subject string, lines ...contract.ChosenLine) cases.OpenRequest {
	return cases.OpenRequest{
		Actor: kim, Key: key, ReceivedAt: noon, Kind: policy.Complaint, OrderID: "o", Reason: reason, Subject: subject, Lines: lines, Text: "说明", Lang: "zh-CN",
	}
}

func openCase(id, kind, reason, stage string, parent *string) models.Case {
	return models.Case{
		ID: id, WorkflowID: "case/k/" + id, Kind: kind, Phase: "onsale", Stage: stage, Open: true, CustomerID: "kim", MerchantID: "shop", OrderID: "o",
		Reason: reason, Currency: "CNY", View: "{}", OpenedAt: noon, UpdatedAt: noon, ParentID: parent, TeamID: new("north"),
	}
}

func TestComplaintsThatAreNone(t *testing.T) {
	service, engine := newCounter(t)
	lamp := contract.ChosenLine{LineID: "o-lamp", Quantity: 1}
	for name, bad := range map[string]struct {
		request cases.OpenRequest
		code    fault.Code
	}{
		"goods without lines": {complain("a", "false_advertising", policy.SubjectGoods), fault.NothingChosen},
		"unknown subject":     {complain("b", "rude", "weather"), fault.BadRequest},
		"unknown reason":      {complain("c", "bored", policy.SubjectService), fault.ReasonUnknown},
		"subject of a return": {func() cases.OpenRequest {
			r := complain("d", "no_reason", policy.SubjectGoods, lamp)
			r.Kind = policy.Return
			return r
		}(), fault.BadRequest},
		"money for service": {func() cases.OpenRequest { r := complain("e", "rude", policy.SubjectService); r.Asked = 100; return r }(), fault.BadRequest},
	} {
		_, err := service.Open(t.Context(), bad.request)
		require.Equal(t, bad.code, code(t, err), name)
	}
	require.Empty(t, engine.opened)
	_, err := service.Open(t.Context(), complain("f", "rude", policy.SubjectService))
	require.NoError(t, err)
	require.Equal(t, policy.SubjectService, engine.opened[0].Subject)
}

// A second complaint about the same order and facts becomes part of the first, which the answer names.
func TestSecondComplaintJoinsTheFirst(t *testing.T) {
	service, engine := newCounter(t)
	require.NoError(t, service.Store.DB.Create(new(openCase("k1", "complaint", "rude", "settle", nil))).Error)
	ack, err := service.Open(t.Context(), complain("a", "rude", policy.SubjectService))
	require.NoError(t, err)
	require.Equal(t, "k1", ack.JoinedTo)
	require.Empty(t, engine.opened)
	join, ok := engine.done["case/k/k1"].(*contract.Join)
	require.True(t, ok)
	require.NotEmpty(t, join.TextID, "its words are kept")

	engine.refuse = fault.New(fault.NotNow)
	_, err = service.Open(t.Context(), complain("b", "rude", policy.SubjectService))
	require.Equal(t, fault.ComplaintExists, code(t, err), "it is being decided already")

	_, err = service.Open(t.Context(), complain("c", "no_answer", policy.SubjectService))
	require.NoError(t, err)
	require.Len(t, engine.opened, 1, "other facts are another complaint")
}

// Units in an open case: that case goes to the platform instead, or its complaint takes the words in.
func TestComplaintAboutUnitsOfAnOpenCase(t *testing.T) {
	service, engine := newCounter(t)
	lamp := contract.ChosenLine{LineID: "o-lamp", Quantity: 1}
	require.NoError(t, service.Store.DB.Create(new(openCase("c1", "return", "quality", "refused", nil))).Error)
	require.NoError(t, service.Store.DB.Create(&models.UnitClaim{CaseID: "c1", UnitID: "o-lamp/1", ClaimedAt: noon}).Error)
	ack, err := service.Open(t.Context(), complain("a", "false_advertising", policy.SubjectGoods, lamp))
	require.NoError(t, err)
	require.Equal(t, "c1", ack.JoinedTo)
	require.IsType(t, &contract.Escalate{}, engine.done["case/k/c1"])

	engine.refuse = fault.New(fault.NotNow)
	_, err = service.Open(t.Context(), complain("b", "false_advertising", policy.SubjectGoods, lamp))
	require.Equal(t, fault.ComplaintExists, code(t, err), "its stage leaves the matter to the parties for now")
	require.Equal(t, "c1", fault.As(err).Details["case_id"])

	engine.refuse = nil
	require.NoError(t, service.Store.DB.Create(new(openCase("k1", "complaint", "quality", "settle", new("c1")))).Error)
	ack, err = service.Open(t.Context(), complain("c", "false_advertising", policy.SubjectGoods, lamp))
	require.NoError(t, err)
	require.Equal(t, "k1", ack.JoinedTo, "the complaint about that case has the matter")
}

// A new request about units whose matter was judged for the same reason does not come before the platform again, by
// neither way. Another reason, other units, and a complaint that was only withdrawn are no hindrance.
func TestEscalatingWhatWasJudgedBefore(t *testing.T) {
	service, engine := newCounter(t)
	db := service.Store.DB
	judged := func(id, reason, outcome string) {
		old := openCase(id, "return", reason, "ended", nil)
		old.Open, old.Outcome = false, "rejected"
		complaint := openCase(id+"k", "complaint", reason, "ended", &id)
		complaint.Open, complaint.Outcome = false, outcome
		require.NoError(t, db.Create(&old).Error)
		require.NoError(t, db.Create(&complaint).Error)
		require.NoError(t, db.Create(&models.UnitClaim{CaseID: id, UnitID: "o-lamp/1", ClaimedAt: noon, ReleasedAt: new(noon)}).Error)
	}
	judged("withdrawn", "quality", "withdrawn")
	judged("other", "wrong_item", "dismissed")
	require.NoError(t, db.Create(new(openCase("c1", "return", "quality", "refused", nil))).Error)
	require.NoError(t, db.Create(&models.UnitClaim{CaseID: "c1", UnitID: "o-lamp/1", ClaimedAt: noon}).Error)
	escalate := func() error {
		_, err := service.Command(t.Context(), "case.request.escalate", "c1", &contract.Escalate{Meta: contract.Meta{Actor: kim, Key: "e", ReceivedAt: noon}})
		return err
	}
	require.NoError(t, escalate())
	require.Len(t, engine.done, 1)
	judged("old", "quality", "dismissed")
	err := escalate()
	require.Equal(t, fault.AlreadyJudged, code(t, err))
	require.Equal(t, "oldk", fault.As(err).Details["case_id"])
	// The judged complaint was about how that very request went.
	require.NoError(t, db.Model(&models.Case{}).Where("id IN ('old', 'oldk')").Update("outcome", "withdrawn").Error)
	require.NoError(t, escalate())
	about := openCase("about", "complaint", "refused_return", "ended", nil)
	about.Open, about.Outcome, about.OpenedAt = false, "dismissed", noon.Add(time.Minute)
	require.NoError(t, db.Create(&about).Error)
	require.NoError(t, db.Create(&models.UnitClaim{CaseID: "about", UnitID: "o-lamp/1", ClaimedAt: noon, ReleasedAt: new(noon)}).Error)
	require.NoError(t, db.Model(&models.Case{}).Where("id = 'other'").Update("outcome", "withdrawn").Error)
	require.Equal(t, fault.AlreadyJudged, code(t, escalate()))
	require.NoError(t, db.Delete(&models.Case{}, "id = 'about'").Error)
	require.NoError(t, db.Model(&models.Case{}).Where("id = 'oldk'").Update("outcome", "dismissed").Error)
	clear(engine.done)
	_, err = service.Open(t.Context(), complain("a", "false_advertising", policy.SubjectGoods, contract.ChosenLine{LineID: "o-lamp", Quantity: 1}))
	require.Equal(t, fault.AlreadyJudged, code(t, err))
	require.Empty(t, engine.done, "the case stays as it is")
}

func TestJudgmentCitesWhatIsOnFile(t *testing.T) {
	service, engine := newCounter(t)
	require.NoError(t, service.Store.DB.Create(new(openCase("c1", "return", "quality", "dispute", nil))).Error)
	require.NoError(t, service.Store.DB.Create(new(openCase("k1", "complaint", "quality", "review", new("c1")))).Error)
	for id, caseID := range map[string]string{"of the parent": "c1", "of the complaint": "k1", "of another": "c9"} {
		blob := models.Blob{ID: "b " + id, KeyRef: "k", Digest: id, Size: 1, MediaType: "image/png", CreatedAt: noon}
		require.NoError(t, service.Store.DB.Create(&blob).Error)
		require.NoError(t, service.Store.DB.Create(&models.Evidence{
			ID: id, CaseID: &caseID, Digest: id, OwnerKind: "customer", OwnerID: "kim", BlobID: blob.ID, Kind: "picture", State: models.EvidenceAccepted, UploadedAt: noon,
		}).Error)
	}
	command := func(judgment contract.Propose) error {
		judgment.Meta, judgment.Outcome = contract.Meta{Actor: agent, Key: "p", ReceivedAt: noon}, contract.ProposeRefuse
		_, err := service.Command(t.Context(), "case.refund.propose", "k1", &judgment)
		return err
	}
	propose := func(evidence ...string) error { return command(contract.Propose{Evidence: evidence}) }
	require.NoError(t, propose("of the parent", "of the complaint"))
	require.Empty(t, engine.done["case/k/k1"].(*contract.Propose).NotOther)
	require.NoError(t, service.Store.PutHand(t.Context(), models.Hand{PersonKind: "staff", PersonID: agent.ID, ByID: "st-op", Kind: models.HandRaised, At: time.Now()}))
	require.NoError(t, propose("of the parent"))
	require.Equal(t, []string{"st-op"}, engine.done["case/k/k1"].(*contract.Propose).NotOther, "the case is told who is no second person")
	require.Equal(t, fault.EvidenceUnknown, code(t, propose("of another")))
	require.Equal(t, fault.EvidenceUnknown, code(t, propose("nobody's")))

	// So are the rules: those that decided something, in the complaint or in the case it is about.
	require.NoError(t, service.Store.PutPack(t.Context(), models.PolicyPack{Hash: "h", Name: "default", Content: "a: 1", CreatedAt: noon}))
	for id, terms := range map[string]string{"c1": `{"rules":["seven_days"]}`, "k1": `{"rules":["quality_15_days"]}`, "c9": `{"rules":["another"]}`} {
		row := models.PolicyEvaluation{CaseID: id, N: 1, PackHash: "h", Terms: terms, At: noon}
		require.NoError(t, service.Store.SealFacts(t.Context(), "platform", &row, "{}"))
		require.NoError(t, service.Store.KeepEvaluation(t.Context(), row))
	}
	require.NoError(t, command(contract.Propose{Rules: []string{"seven_days", "quality_15_days"}}))
	err := command(contract.Propose{Rules: []string{"seven_days", "another"}})
	require.Equal(t, fault.RuleUnknown, code(t, err))
	require.Equal(t, map[string]any{"rule": "another", "known": []string{"quality_15_days", "seven_days"}}, map[string]any(fault.As(err).Details))
}
