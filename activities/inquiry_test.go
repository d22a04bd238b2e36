package activities_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"aftersales/models"
	"aftersales/partners"
	"aftersales/workflows/contract"
)

// inquire stores a question of the desk about a parcel of the order o.
func (w *world) inquire(kind string) string {
	w.t.Helper()
	ctx := context.Background()
	thread, err := w.store.OpenThread(ctx, models.Conversation{
		ID: models.NewID(), Audience: models.ToCarrier, CustomerID: "cus", AboutKind: "conversation", AboutID: models.NewID(), Lang: "zh-CN", OpenedAt: noon,
	})
	require.NoError(w.t, err)
	id := models.NewID()
	require.NoError(w.t, w.store.Tx(ctx, func(tx *models.Store) error {
		return tx.PutInquiry(ctx, thread, models.CarrierInquiry{
			ID: id, Seq: 1, Kind: kind, Carrier: "sf", Number: "SF1234567890123", OrderID: "o", AskedBy: "agent/anna", AskedAt: noon, DueAt: noon.Add(time.Hour),
		})
	}))
	return id
}

func (w *world) answered() (events int) {
	w.t.Helper()
	all, err := w.store.OutboxAfter(context.Background(), models.OutboxMark{}, 200)
	require.NoError(w.t, err)
	for _, e := range all {
		if e.Topic == "inquiry.answered" {
			events++
		}
	}
	return events
}

func TestACarrierIsAskedAndItsAnswerStays(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		ctx := context.Background()
		w.order("o", []line{{1, 100_00}})
		w.carrier.track = partners.Track{State: partners.TrackTransit, Grams: 640, Events: []partners.TrackEvent{{At: noon, City: "杭州市", Text: "已到达，收件人王小明"}}}
		id := w.inquire(models.InquiryTrack)
		for range 2 { // asked again, it is answered from what is stored
			result, err := w.AskCarrier(ctx, contract.InquiryInput{InquiryID: id})
			require.NoError(t, err)
			require.Equal(t, contract.InquiryAnswered, result.State)
			require.Equal(t, "transit", result.Track.State)
			require.Equal(t, 640, result.Track.Grams)
			require.True(t, result.Track.At.Equal(noon))
			w.carrier.track.State = partners.TrackSigned
		}
		require.Equal(t, 1, w.answered())
		row, err := w.store.Inquiry(ctx, id)
		require.NoError(t, err)
		require.NotContains(t, row.Answer, "王小明", "what the carrier writes is sealed")
		require.True(t, row.Words.IsSealed())
		words, err := w.store.InquiryWords(ctx, row)
		require.NoError(t, err)
		require.Contains(t, words, "王小明")

		silent, err := w.AskCarrier(ctx, contract.InquiryInput{InquiryID: "swept"})
		require.NoError(t, err)
		require.Equal(t, contract.InquirySilent, silent.State)
	})
}

func TestWhatACarrierDoesNotKnowYetIsAskedAgain(t *testing.T) {
	w := sqliteWorld(t)
	ctx := context.Background()
	w.order("o", []line{{1, 100_00}})
	ask := func(id string) (contract.InquiryResult, error) {
		return w.AskCarrier(ctx, contract.InquiryInput{InquiryID: id})
	}
	id := w.inquire(models.InquiryWeight)
	w.carrier.track = partners.Track{State: partners.TrackPicked, Events: []partners.TrackEvent{{At: noon}}}
	_, err := ask(id)
	require.Error(t, err, "not weighed yet")
	w.carrier.queryFails = failing(partners.Down)
	_, err = ask(id)
	require.Error(t, err)
	w.carrier.queryFails, w.carrier.track.Grams = nil, 1200
	result, err := ask(id)
	require.NoError(t, err)
	require.Equal(t, 1200, result.Track.Grams)

	id = w.inquire(models.InquiryWeight)
	w.carrier.track = partners.Track{State: partners.TrackSigned, Events: []partners.TrackEvent{{At: noon}}}
	result, err = ask(id)
	require.NoError(t, err)
	require.Equal(t, contract.InquiryRefused, result.State, "it came without being weighed")
	w.carrier.queryFails = failing(partners.Refused)
	result, err = ask(w.inquire(models.InquiryTrack))
	require.NoError(t, err)
	require.Equal(t, contract.InquiryRefused, result.State)
}

func TestAParcelIsTurnedRound(t *testing.T) {
	w := sqliteWorld(t)
	ctx := context.Background()
	w.order("o", []line{{1, 100_00}})
	ask := func(id string) (contract.InquiryResult, error) {
		return w.AskCarrier(ctx, contract.InquiryInput{InquiryID: id})
	}
	id := w.inquire(models.InquiryIntercept)
	w.carrier.interceptFails = failing(partners.Unknown)
	_, err := ask(id)
	require.Error(t, err, "nobody knows whether it was taken")
	w.carrier.interceptFails = nil
	w.carrier.queryFails = errors.New("away")
	result, err := ask(id)
	require.NoError(t, err, "where it is now is not what was asked")
	require.Equal(t, contract.InquiryAnswered, result.State)
	require.Nil(t, result.Track)
	_, err = ask(id)
	require.NoError(t, err)
	require.Equal(t, []string{"SF1234567890123"}, w.carrier.turned, "once")

	w.carrier.interceptFails = failing(partners.Refused)
	result, err = ask(w.inquire(models.InquiryIntercept))
	require.NoError(t, err)
	require.Equal(t, contract.InquiryRefused, result.State)
}

func TestNobodyIsAskedAboutAnErasedCustomer(t *testing.T) {
	w := sqliteWorld(t)
	ctx := context.Background()
	w.order("o", []line{{1, 100_00}})
	id := w.inquire(models.InquiryIntercept)
	row, err := w.store.Inquiry(ctx, id)
	require.NoError(t, err)
	require.NoError(t, w.store.Keys.Destroy(ctx, row.KeyRef))
	result, err := w.AskCarrier(ctx, contract.InquiryInput{InquiryID: id})
	require.NoError(t, err)
	require.Equal(t, contract.InquirySilent, result.State)
	require.Empty(t, w.carrier.turned)
}
