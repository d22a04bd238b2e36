package activities_test

import (
	"context"
	"encoding/json"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"aftersales/activities"
	"aftersales/fault"
	"aftersales/models"
	"aftersales/partners/storage"
	"aftersales/seal"
	"aftersales/workflows/contract"
)

// engineOf answers for the workflows of cases: some can be withdrawn, some not, some are still at their last words.
type engineOf struct {
	withdrawn map[string]int
	refuse    map[string]bool
	running   map[string]bool
	away      bool
	store     *models.Store
}

func (e *engineOf) Do(ctx context.Context, workflowID string, command contract.Command) (contract.Ack, error) {
	if e.away {
		return contract.Ack{}, fault.New(fault.Unavailable)
	}
	if e.refuse[workflowID] {
		return contract.Ack{}, fault.New(fault.GoodsOnTheWay)
	}
	e.withdrawn[workflowID]++
	return contract.Ack{}, e.store.DB.Model(&models.Case{}).Where("workflow_id = ?", workflowID).Updates(map[string]any{"open": false, "closed_at": noon}).Error
}

func (e *engineOf) Snapshot(context.Context, string) (contract.Projection, error) {
	return contract.Projection{}, fault.New(fault.NotFound)
}

func (e *engineOf) Child(context.Context, string, contract.ChildFact) error { return nil }

func (e *engineOf) Running(_ context.Context, workflowID string) (bool, bool, error) {
	return e.running[workflowID], true, nil
}

// trail keeps what is recorded.
type trail struct {
	actions []string
	refuse  string // an action that it cannot take now
}

func (r *trail) Record(_ context.Context, event models.AuditEvent) error {
	if event.Action == r.refuse {
		return errors.New("the trail is away")
	}
	r.actions = append(r.actions, event.Action)
	return nil
}

// leaving is a customer with an order, words, a file and an account, who asked to be erased.
func leaving(t *testing.T, w *world) (*engineOf, *trail, models.Erasure, storage.Blobs) {
	t.Helper()
	ctx := t.Context()
	w.order("o1", []line{{1, 5000}}, tender{"alipay", 5000})
	bucket, err := storage.OpenFolder(filepath.Join(t.TempDir(), "files"))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, bucket.Close()) })
	_, err = w.store.PutBlob(ctx, bucket, models.NewBlob{OwnerKind: "customer", OwnerID: "cus", MediaType: "image/png", Content: []byte("picture"), CreatedAt: noon})
	require.NoError(t, err)
	text, err := w.store.PutText(ctx, "cus", "customer", "cus", "杯子到的时候已经碎了，请退款", noon)
	require.NoError(t, err)
	require.NoError(t, w.store.UseTexts(ctx, "case/k1", text))
	require.NoError(t, w.store.CreateAccount(ctx, models.Account{ID: "a1", Login: "xiaoming", PersonKind: "customer", PersonID: "cus", PasswordHash: "x", CreatedAt: noon}))
	erasure, err := w.store.AskErasure(ctx, models.Erasure{ID: "er1", CustomerID: "cus", ByKind: "customer", AskedAt: noon, EraseAt: noon, ReceiptHash: []byte("r")})
	require.NoError(t, err)
	engine, recorded := &engineOf{withdrawn: map[string]int{}, refuse: map[string]bool{}, running: map[string]bool{}, store: w.store}, &trail{}
	w.Activities.Engine, w.Activities.Files, w.Activities.Audit = engine, bucket, recorded
	return engine, recorded, erasure, bucket
}

func (w *world) caseOf(id string, open bool) {
	w.t.Helper()
	require.NoError(w.t, w.store.DB.Create(&models.Case{
		ID: id, WorkflowID: "case/x/" + id, Kind: "return", CustomerID: "cus", MerchantID: "mer", OrderID: "o1", Currency: "CNY", Open: open,
		View: "{}", OpenedAt: noon, UpdatedAt: noon,
	}).Error)
}

func step(n int) contract.ErasureInput {
	return contract.ErasureInput{ErasureID: "er1", At: noon.Add(time.Duration(n) * time.Minute), Try: 1}
}

func TestBeforeAnErasureCasesEndAndMoneyComesToItsEnd(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		engine, _, _, _ := leaving(t, w)
		w.caseOf("k1", true)
		w.caseOf("k2", true)
		engine.refuse["case/x/k2"] = true
		hold, err := w.store.PlaceHold(ctx, models.LegalHold{CustomerID: "cus", Reason: "court", PlacedBy: "op", PlacedAt: noon, ReviewAt: noon}, "")
		require.NoError(t, err)

		left, err := w.LookBeforeErasure(ctx, step(0))
		require.NoError(t, err)
		require.Equal(t, contract.ErasureBlockers{Holds: 1}, left)
		require.Empty(t, engine.withdrawn, "under a hold nothing is ended")
		row, err := w.store.Erasure(ctx, "er1")
		require.NoError(t, err)
		require.Equal(t, models.ErasureHeld, row.State)

		_, err = w.store.LiftHold(ctx, hold.ID, "op", noon)
		require.NoError(t, err)
		left, err = w.LookBeforeErasure(ctx, step(1))
		require.NoError(t, err)
		require.Equal(t, 2, left.Cases, "one is taken back just now, one must be told to its end")
		require.Equal(t, map[string]int{"case/x/k1": 1}, engine.withdrawn)
		engine.running["case/x/k1"] = true
		engine.refuse["case/x/k2"] = false
		_, err = w.LookBeforeErasure(ctx, step(2))
		require.NoError(t, err)
		left, err = w.LookBeforeErasure(ctx, step(3))
		require.NoError(t, err)
		require.Equal(t, contract.ErasureBlockers{Cases: 1}, left, "its workflow still has a word to say")
		engine.running["case/x/k1"] = false
		require.NoError(t, w.store.DB.Create(&models.Effect{Key: "e1", CaseID: "k1", Kind: "refund", Status: "unknown", CreatedAt: noon, UpdatedAt: noon}).Error)
		require.NoError(t, w.store.DB.Create(&models.RefundLeg{Key: "e1", CaseID: "k1", OrderID: "o1", TenderID: "o1-t1", Amount: 5, Currency: "CNY", Cause: "judgment", Status: "unknown", NotBefore: noon, IntendedAt: noon}).Error)
		left, err = w.LookBeforeErasure(ctx, step(4))
		require.NoError(t, err)
		require.Equal(t, contract.ErasureBlockers{Legs: 1}, left, "a refund without an end")
		require.NoError(t, w.store.DB.Model(&models.RefundLeg{}).Where("key = ?", "e1").Update("status", "succeeded").Error)
		left, err = w.LookBeforeErasure(ctx, step(5))
		require.NoError(t, err)
		require.True(t, left.Clear())

		engine.away = true
		w.caseOf("k3", true)
		_, err = w.LookBeforeErasure(ctx, step(6))
		require.Error(t, err, "an engine that is away is no case that ended")
	})
}

func TestErasureIsProvedAndItsCertificateNamesNobody(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		_, recorded, asked, files := leaving(t, w)
		w.caseOf("k1", false)
		require.NoError(t, w.GatherWords(ctx, step(0)))
		require.NoError(t, w.GatherWords(ctx, step(0)), "a repeat keeps the first words")

		proof, err := w.ProveErasure(ctx, step(0))
		require.NoError(t, err)
		require.Positive(t, proof.Found, "before anything is destroyed the search finds the customer")
		row, err := w.store.Erasure(ctx, "er1")
		require.NoError(t, err)
		require.Equal(t, models.ErasureUnproven, row.State)
		var tasks int64
		require.NoError(t, w.store.DB.Model(&models.Task{}).Where("kind = 'erasure_unproven' AND recipient_kind = 'operator'").Count(&tasks).Error)
		require.EqualValues(t, 1, tasks, "people are told")

		for range 2 {
			require.NoError(t, w.Erase(ctx, step(1)))
		}
		// Somebody wrote a name where no name belongs, after the fact: the proof sees it.
		require.NoError(t, w.store.DB.Create(&models.Discrepancy{ID: "d1", Kind: "amount", Subject: "x", Detail: `{"why":"13800138000 called"}`, FoundAt: noon}).Error)
		proof, err = w.ProveErasure(ctx, step(2))
		require.NoError(t, err)
		require.EqualValues(t, 1, proof.Found)
		require.NoError(t, w.store.DB.Where("id = 'd1'").Delete(&models.Discrepancy{}).Error)

		recorded.refuse = "erasure.proved"
		_, err = w.ProveErasure(ctx, step(3))
		require.Error(t, err, "proved, but not in the trail")
		recorded.refuse = ""
		for range 2 { // proved once
			proof, err = w.ProveErasure(ctx, step(3))
			require.NoError(t, err)
			require.Zero(t, proof.Found)
		}
		row, err = w.store.Erasure(ctx, "er1")
		require.NoError(t, err)
		require.Equal(t, models.ErasureDone, row.State)
		require.False(t, row.Open)
		require.Regexp(t, "^erased-", row.CustomerID)
		require.True(t, row.Words.IsZero())
		gone, err := w.store.Unreadable(ctx, row.WordsRef)
		require.NoError(t, err)
		require.True(t, gone, "what the proof looked for can be read by nobody either")
		var certificate activities.Certificate
		require.NoError(t, json.Unmarshal([]byte(row.Certificate), &certificate))
		require.True(t, certificate.Unreadable)
		require.Greater(t, certificate.Words, 2)
		require.Greater(t, len(certificate.Searched), 40)
		require.NotEmpty(t, certificate.Kept)
		require.EqualValues(t, 1, certificate.Gone["files"])
		require.EqualValues(t, 1, certificate.Gone["accounts"])
		for _, word := range []string{"王小明", "13800138000", `"cus"`, "xiaoming", "杯子"} {
			require.NotContains(t, row.Certificate, word)
		}
		require.Contains(t, recorded.actions, "erasure.erased", "the end of the keyset is in the trail")
		require.Contains(t, recorded.actions, "erasure.proved", "also when it took the repeat")
		_, err = files.Get(ctx, "any")
		require.Error(t, err)
		_, err = w.store.Customer(ctx, "cus")
		require.ErrorIs(t, err, models.ErrNotFound)
		_, err = w.store.Keys.SealBytes(ctx, asked.KeyRef, seal.AD{Table: "t"}, []byte("x"))
		require.ErrorIs(t, err, fault.New(fault.Erased))
	})
}

// An opening that was under way when the erasure began comes too late.
func TestNothingBeginsBehindAnErasure(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		leaving(t, w)
		require.NoError(t, w.NoteErasure(ctx, contract.ErasureInput{ErasureID: "er1", State: models.ErasureEnding, At: noon}))
		opened, err := w.OpenCase(ctx, w.start("k9", "o1", contract.ChosenLine{LineID: "o1-l1", Quantity: 1}))
		require.NoError(t, err)
		require.NotNil(t, opened.Refused)
		require.Equal(t, fault.Leaving, opened.Refused.Code)
		var n int64
		require.NoError(t, w.store.DB.Model(&models.UnitClaim{}).Count(&n).Error)
		require.Zero(t, n)
	})
}
