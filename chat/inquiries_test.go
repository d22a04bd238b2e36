package chat_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"aftersales/chat"
	"aftersales/fault"
	"aftersales/models"
)

// engine stands for what puts questions to carriers.
type engine struct {
	mu   sync.Mutex
	away error
	put  []string // by inquiry
}

func (e *engine) Put(_ context.Context, inquiry models.CarrierInquiry, _ chat.Actor) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.away != nil {
		return e.away
	}
	e.put = append(e.put, inquiry.ID)
	return nil
}

const parcelOfKim = "SF1234567890123"

// ships sends kim's order o.
func (w *world) ships() {
	w.t.Helper()
	require.NoError(w.t, w.Store.DB.Create(&models.OrderShipment{OrderID: "o", Carrier: "sf", Number: parcelOfKim, Lines: "[]", ShippedAt: noon}).Error)
}

func asks(client, kind string) chat.Inquiry {
	return chat.Inquiry{ClientID: client, Kind: kind, Carrier: "sf", Number: " sf1234567890123 "}
}

// answer is what the activity stores.
func (w *world) answer(id, state, codes, words string) {
	w.t.Helper()
	row, err := w.Store.Inquiry(w.t.Context(), id)
	require.NoError(w.t, err)
	_, _, err = w.Store.AnswerInquiry(w.t.Context(), id, state, codes, words, w.Now(), models.OutboxEvent{
		Topic: "inquiry.answered", Subject: "conversation/" + row.ConversationID, Audience: "[]", Data: `{"inquiry":"` + id + `"}`, At: w.Now(),
	})
	require.NoError(w.t, err)
}

func TestTheDeskAsksACarrierFromAConversation(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		ctx, id := t.Context(), w.open(kim).ID
		e := &engine{}
		w.Carriers = e
		_, err := w.Inquire(ctx, anna, id, asks("inquiry-1", models.InquiryTrack))
		refused(t, err, fault.ParcelUnknown)
		w.ships()
		lees := w.open(lee).ID
		require.NoError(t, w.Store.DB.Exec("UPDATE conversations SET team_id = 'north' WHERE id = ?", lees).Error)
		_, err = w.Inquire(ctx, anna, lees, asks("inquiry-1", models.InquiryTrack))
		refused(t, err, fault.ParcelUnknown)
		var first models.CarrierInquiry
		for range 2 { // sent again it asks nothing more
			first, err = w.Inquire(ctx, anna, id, asks("inquiry-1", models.InquiryTrack))
			require.NoError(t, err)
		}
		_, err = w.Inquire(ctx, anna, id, asks("inquiry-1", models.InquiryWeight))
		refused(t, err, fault.MessageReused)
		require.Equal(t, []string{first.ID}, e.put)
		require.Equal(t, parcelOfKim, first.Number)
		require.Equal(t, "o", first.OrderID)
		require.Equal(t, w.Now().Add(2*time.Hour), first.DueAt)

		view, err := w.Read(ctx, ben, first.ConversationID, 0)
		require.NoError(t, err)
		require.Equal(t, models.ToCarrier, view.Audience)
		require.Len(t, view.Messages, 1)
		require.Len(t, view.Inquiries, 1)
		require.Len(t, view.Asked, 1, "it has a due time")
		_, err = w.Read(ctx, kim, first.ConversationID, 0)
		refused(t, err, fault.NotFound)

		w.answer(first.ID, models.InquiryAnswered, `{"state":"transit","grams":640}`, `[{"at":"2026-03-02T11:00:00Z","city":"杭州市","text":"已到达\u202e"}]`)
		w.index()
		w.index() // the events come twice
		view, err = w.Read(ctx, anna, first.ConversationID, 0)
		require.NoError(t, err)
		require.Len(t, view.Messages, 2)
		told := view.Messages[1]
		require.Equal(t, "carrier_answered", told.Body.Event)
		require.EqualValues(t, 1, told.Body.Answers)
		data := told.Body.Data.(map[string]any)
		require.Equal(t, "transit", data["state"])
		require.Equal(t, "已到达", data["scans"].([]any)[0].(map[string]any)["text"])
		require.NotNil(t, view.Asked[0].AnsweredAt)
		require.Equal(t, told.Seq, view.Inquiries[0].AnswerSeq)
		require.Equal(t, []string{"carrier_answered"}, w.newsOf("agent", "anna"))
		w.clock.pass(3 * time.Hour)
		_, err = w.FireQuestions(ctx)
		require.NoError(t, err)
		require.Len(t, w.newsOf("agent", "anna"), 1, "what was answered falls no more")
	})
}

func TestACarrierIsAskedForACase(t *testing.T) {
	w := onSQLite(t)
	w.putCase()
	w.ships()
	ctx, id := t.Context(), w.open(kim).ID
	in := asks("inquiry-1", models.InquiryIntercept)
	in.CaseID = "c-1"
	_, err := w.Inquire(ctx, anna, id, in)
	refused(t, err, fault.NotFound) // not tied
	_, err = w.Tie(ctx, anna, id, "c-1")
	require.NoError(t, err)
	asked, err := w.Inquire(ctx, anna, id, in)
	require.NoError(t, err)
	require.Equal(t, "c-1", asked.CaseID)
	thread, err := w.Thread(ctx, anna, "c-1", models.ToCarrier)
	require.NoError(t, err)
	require.Equal(t, thread.ID, asked.ConversationID, "where a carrier's answers about the case stand")
	second, err := w.Inquire(ctx, ben, thread.ID, asks("inquiry-2", models.InquiryWeight))
	require.NoError(t, err)
	require.Equal(t, "c-1", second.CaseID)

	for _, who := range []chat.Actor{kim, clerk} {
		_, err = w.Inquire(ctx, who, id, asks("inquiry-3", models.InquiryTrack))
		refused(t, err, fault.Forbidden)
	}
	_, err = w.Inquire(ctx, far, id, asks("inquiry-3", models.InquiryTrack))
	refused(t, err, fault.NotFound)
	shops, err := w.Thread(ctx, anna, "c-1", models.ToMerchant)
	require.NoError(t, err)
	_, err = w.Inquire(ctx, anna, shops.ID, asks("inquiry-3", models.InquiryTrack))
	refused(t, err, fault.BadRequest)
	wrong := asks("inquiry-3", "opened")
	_, err = w.Inquire(ctx, anna, id, wrong)
	refused(t, err, fault.BadRequest)
	wrong = asks("inquiry-3", models.InquiryTrack)
	wrong.DueAt = w.Now().Add(-time.Minute)
	_, err = w.Inquire(ctx, anna, id, wrong)
	refused(t, err, fault.BadRequest)
}

// A late carrier: whoever asked is reminded, then the supervisors are told; what somebody hears by telephone ends it.
func TestALateCarrier(t *testing.T) {
	w := onSQLite(t)
	w.ships()
	ctx, id := t.Context(), w.open(kim).ID
	asked, err := w.Inquire(ctx, anna, id, asks("inquiry-1", models.InquiryTrack))
	require.NoError(t, err)
	fire := func() {
		_, err := w.FireQuestions(ctx)
		require.NoError(t, err)
	}
	w.clock.pass(time.Hour)
	fire()
	require.Equal(t, []string{"question_waits"}, w.newsOf("agent", "anna"))
	w.clock.pass(time.Hour)
	fire()
	require.Equal(t, []string{"question_overdue"}, w.newsOf("supervisor", "north"))
	m, err := w.Send(ctx, ben, asked.ConversationID, chat.Outgoing{ClientID: "by-phone-1", Kind: chat.KindText, Body: chat.Body{Text: "电话说明天到", Answers: asked.Seq}})
	require.NoError(t, err)
	after, err := w.Store.Inquiry(ctx, asked.ID)
	require.NoError(t, err)
	require.Equal(t, models.InquiryByHand, after.State)
	require.Equal(t, m.Seq, after.AnswerSeq)
	w.answer(asked.ID, models.InquiryAnswered, `{"state":"signed"}`, "")
	w.index()
	view, err := w.Read(ctx, anna, asked.ConversationID, 0)
	require.NoError(t, err)
	require.Len(t, view.Messages, 2, "nobody asks any more, and nothing is told twice")
}

// What was asked while the engine was away is put when it is back.
func TestAnInquiryIsPutAgain(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		w.ships()
		ctx, id := t.Context(), w.open(kim).ID
		e := &engine{away: errors.New("away")}
		w.Carriers = e
		asked, err := w.Inquire(ctx, anna, id, asks("inquiry-1", models.InquiryTrack))
		require.NoError(t, err, "it stands")
		again := func() error { _, err := w.PutInquiries(ctx); return err }
		require.NoError(t, again(), "whoever asked may be putting it right now")
		w.clock.pass(10 * time.Second)
		require.Error(t, again())
		e.away = nil
		require.NoError(t, again())
		require.NoError(t, again())
		require.Equal(t, []string{asked.ID}, e.put)
	})
}
