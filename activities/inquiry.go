package activities

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"aftersales/fault"
	"aftersales/models"
	"aftersales/partners"
	"aftersales/workflows/contract"
)

// maxScans is how much of a track is kept with an answer.
const maxScans = 10

// errNotYet is that a carrier answers, and does not know yet what it is asked.
const errNotYet = "not_yet"

// inquiryAnswer is what is kept of a carrier's answer in plain; its words are sealed.
type inquiryAnswer struct {
	State string     `json:"state,omitempty"` // partners.TrackState
	Grams int        `json:"grams,omitempty"`
	At    *time.Time `json:"at,omitempty"` // of the newest scan
}

// inquiryScan is one of a track's scans.
type inquiryScan struct {
	At   time.Time `json:"at"`
	City string    `json:"city,omitempty"`
	Text string    `json:"text,omitempty"`
}

// AskCarrier puts a question of the desk to its carrier and stores the answer, which is told in the thread where it was asked. The
// inquiry's row is the record of the call: written before it, with the answer after it. Asked again it is answered from there; and
// a parcel that was turned round before stays turned round, so that a lost answer harms nobody.
func (a *Activities) AskCarrier(ctx context.Context, in contract.InquiryInput) (contract.InquiryResult, error) {
	inquiry, err := a.Store.Inquiry(ctx, in.InquiryID)
	if errors.Is(err, models.ErrNotFound) { // the conversation was swept
		return contract.InquiryResult{State: contract.InquirySilent}, nil
	}
	if err != nil {
		return contract.InquiryResult{}, stored(err)
	}
	if inquiry.State != models.InquiryAsked {
		return resultOf(inquiry)
	}
	if err := a.Store.Keys.Preload(ctx, inquiry.KeyRef); errors.Is(err, fault.New(fault.Erased)) {
		return contract.InquiryResult{State: contract.InquirySilent}, nil
	} else if err != nil {
		return contract.InquiryResult{}, stored(err)
	}
	waybill := partners.Waybill{Carrier: inquiry.Carrier, Number: inquiry.Number}
	state := models.InquiryAnswered
	if inquiry.Kind == models.InquiryIntercept {
		err := a.Carrier.Intercept(ctx, waybill, "售后拦截 / after-sales")
		if err != nil && partners.FailureOf(err) != partners.Refused {
			return contract.InquiryResult{}, again(errPartner, fmt.Errorf("activities: turn a parcel round: %w", err))
		}
		if err != nil {
			state = models.InquiryRefused
		}
	}
	phone, err := a.phoneOf(ctx, inquiry)
	if err != nil {
		return contract.InquiryResult{}, err
	}
	track, err := a.Carrier.Query(ctx, waybill, phone)
	switch {
	case err != nil && inquiry.Kind == models.InquiryIntercept:
		track = partners.Track{Waybill: waybill} // where it is now is not what was asked
	case err != nil && partners.FailureOf(err) == partners.Refused:
		state = models.InquiryRefused
	case err != nil:
		return contract.InquiryResult{}, again(errPartner, fmt.Errorf("activities: ask for a parcel: %w", err))
	case inquiry.Kind == models.InquiryWeight && track.Grams == 0 && !arrived(track.State):
		return contract.InquiryResult{}, again(errNotYet, errors.New("activities: the carrier has not weighed the parcel yet"))
	case inquiry.Kind == models.InquiryWeight && track.Grams == 0:
		state = models.InquiryRefused // it came without being weighed
	}
	return a.inquiryAnswered(ctx, inquiry, state, track)
}

func arrived(state partners.TrackState) bool {
	return state == partners.TrackSigned || state == partners.TrackReturnSigned
}

// inquiryAnswered stores an answer with the event that it came.
func (a *Activities) inquiryAnswered(ctx context.Context, inquiry models.CarrierInquiry, state string, track partners.Track) (contract.InquiryResult, error) {
	answer, words := inquiryAnswer{State: string(track.State), Grams: track.Grams}, ""
	if len(track.Events) > 0 {
		at := track.Events[0].At.UTC()
		answer.At = &at
		scans := make([]inquiryScan, 0, maxScans)
		for _, event := range track.Events[:min(len(track.Events), maxScans)] {
			scans = append(scans, inquiryScan{event.At.UTC(), event.City, event.Text})
		}
		content, err := json.Marshal(scans)
		if err != nil {
			return contract.InquiryResult{}, final(errBug, err)
		}
		words = string(content)
	}
	codes, err := json.Marshal(answer)
	if err != nil {
		return contract.InquiryResult{}, final(errBug, err)
	}
	event := models.OutboxEvent{
		Topic: "inquiry.answered", Subject: "conversation/" + inquiry.ConversationID, Audience: "[]", Data: fmt.Sprintf(`{"inquiry":%q}`, inquiry.ID), At: clock(),
	}
	after, _, err := a.Store.AnswerInquiry(ctx, inquiry.ID, state, string(codes), words, clock(), event)
	if err != nil {
		return contract.InquiryResult{}, stored(err)
	}
	return resultOf(after)
}

// resultOf is what a case needs of an answer.
func resultOf(inquiry models.CarrierInquiry) (contract.InquiryResult, error) {
	var answer inquiryAnswer
	if err := json.Unmarshal([]byte(inquiry.Answer), &answer); err != nil {
		return contract.InquiryResult{}, final(errBug, fmt.Errorf("activities: the answer to inquiry %s: %w", inquiry.ID, err))
	}
	result := contract.InquiryResult{State: inquiry.State}
	if answer.At == nil {
		return result, nil
	}
	result.Track = trackFact(partners.Track{
		Waybill: partners.Waybill{Carrier: inquiry.Carrier, Number: inquiry.Number}, State: partners.TrackState(answer.State), Grams: answer.Grams,
		Events: []partners.TrackEvent{{At: *answer.At}},
	})
	return result, nil
}

// phoneOf is what some carriers want to know before they tell of a parcel: the last digits of its receiver's telephone.
func (a *Activities) phoneOf(ctx context.Context, inquiry models.CarrierInquiry) (string, error) {
	parcel, err := a.Store.ParcelOf(ctx, inquiry.CustomerID, inquiry.CaseID, inquiry.Carrier, inquiry.Number)
	if errors.Is(err, models.ErrNotFound) {
		return "", nil // corrected since; the carrier says whether it needs it
	}
	if err != nil {
		return "", stored(err)
	}
	if !parcel.Back {
		to, err := a.recipient(ctx, parcel.OrderID)
		return lastFour(to.Phone), err
	}
	order, err := a.Store.Order(ctx, parcel.OrderID)
	if err != nil {
		return "", stored(err)
	}
	_, place, err := a.returnPlace(ctx, order.Order.MerchantID, "")
	return lastFour(place.Phone), err
}
