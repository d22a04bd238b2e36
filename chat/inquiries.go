package chat

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"aftersales/fault"
	"aftersales/models"
	"aftersales/workflows/contract"
)

// Carriers puts what the desk asks to carriers: by the workflow of the case, or by one of its own. Put twice it is put once.
type Carriers interface {
	Put(ctx context.Context, inquiry models.CarrierInquiry, actor Actor) error
}

// Inquiry is what the desk wants to know of a carrier.
type Inquiry struct {
	ClientID        string // as of a message
	Kind            string // models.InquiryTrack …
	Carrier, Number string
	CaseID          string    // in a customer's conversation: the tied case that it is about; empty: none
	DueAt           time.Time // zero: after inquiryTime
}

// inquiryTime is how long a carrier has when nobody says anything else.
const inquiryTime = 2 * time.Hour

// resendAfter is when an inquiry that nobody took counts as left behind by a process that died.
const resendAfter = 5 * time.Second

// topicInquiry is the event that a carrier answered.
const topicInquiry = "inquiry.answered"

// Inquire asks a carrier about a parcel of the customer's, until a time. What is asked and answered stands in the carrier's thread:
// that of the case, or the one beside the conversation. A workflow puts it, and asks until there is an answer; people are
// told of a late one as of every question. Sent again it asks nothing more. Faults: parcel_unknown, bad_request, not_found.
func (s *Service) Inquire(ctx context.Context, actor Actor, id string, in Inquiry) (models.CarrierInquiry, error) {
	now := s.now()
	if in.DueAt.IsZero() {
		in.DueAt = now.Add(inquiryTime)
	}
	in.Number = strings.ToUpper(strings.TrimSpace(in.Number))
	switch {
	case !slices.Contains(models.InquiryKinds, in.Kind):
		return models.CarrierInquiry{}, fault.New(fault.BadRequest, "problem", "kind")
	case in.DueAt.Before(now.Add(minDue)) || in.DueAt.After(now.Add(maxDue)):
		return models.CarrierInquiry{}, fault.New(fault.BadRequest, "problem", "due_at")
	}
	c, err := s.visible(ctx, actor, "inquiry.ask", id)
	if err != nil {
		return models.CarrierInquiry{}, err
	}
	thread, caseID, err := s.carrierThread(ctx, actor, c, in.CaseID)
	if err != nil {
		return models.CarrierInquiry{}, err
	}
	parcel, err := s.Store.ParcelOf(ctx, c.CustomerID, caseID, in.Carrier, in.Number)
	if errors.Is(err, models.ErrNotFound) {
		return models.CarrierInquiry{}, fault.New(fault.ParcelUnknown)
	}
	if err != nil {
		return models.CarrierInquiry{}, away(err)
	}
	inquiry, err := s.writeInquiry(ctx, actor, thread, in, models.CarrierInquiry{
		ID: models.NewID(), Kind: in.Kind, Carrier: in.Carrier, Number: in.Number, OrderID: parcel.OrderID, CaseID: caseID,
		AskedBy: string(actor.Kind) + "/" + actor.ID, AskedAt: now, DueAt: in.DueAt,
	})
	if err != nil {
		return models.CarrierInquiry{}, err
	}
	if err := s.put(ctx, inquiry, actor); err != nil { // it stands, and is put again
		s.log().WarnContext(ctx, "an inquiry could not be put to its carrier yet", "part", "chat", "inquiry", inquiry.ID, "error", err)
	}
	return inquiry, nil
}

// carrierThread opens, or finds, the thread where a carrier's answers stand, and names the case that it is about.
func (s *Service) carrierThread(ctx context.Context, actor Actor, c models.Conversation, caseID string) (models.Conversation, string, error) {
	switch {
	case c.Audience == models.ToCarrier && c.AboutKind == "case":
		if caseID != "" && caseID != c.AboutID {
			return c, "", fault.New(fault.BadRequest, "problem", "case_id")
		}
		return c, c.AboutID, nil
	case c.Audience == models.ToCarrier && caseID == "":
		return c, "", nil
	case c.Audience != models.ToCustomer:
		return c, "", fault.New(fault.BadRequest, "problem", "audience")
	case caseID == "":
		thread, err := s.Store.OpenThread(ctx, models.Conversation{
			ID: models.NewID(), Audience: models.ToCarrier, CustomerID: c.CustomerID, MerchantID: c.MerchantID, AboutKind: "conversation", AboutID: c.ID,
			Lang: c.Lang, TeamID: c.TeamID, AssigneeID: c.AssigneeID, OpenedAt: s.now(),
		})
		return thread, "", away(err)
	}
	if _, err := s.Store.Tie(ctx, caseID, c.ID); err != nil {
		return c, "", away(err)
	}
	view, err := s.Thread(ctx, actor, caseID, models.ToCarrier)
	return view.Conversation, caseID, err
}

// writeInquiry stores an inquiry with the message and the question that it is; sent before, it finds the first.
func (s *Service) writeInquiry(ctx context.Context, actor Actor, thread models.Conversation, in Inquiry, inquiry models.CarrierInquiry) (models.CarrierInquiry, error) {
	body, err := Body{Event: "carrier_asked", Data: map[string]any{"kind": in.Kind, "carrier": in.Carrier, "number": in.Number}}.write()
	if err != nil {
		return inquiry, err
	}
	kind, own := person(actor)
	message, _, sent, err := s.Store.Send(ctx, thread, models.NewMessage{
		SenderKind: kind, SenderID: own, ClientID: in.ClientID, Kind: KindSystem, Body: body, SentAt: inquiry.AskedAt,
	}, func(tx *models.Store, c *models.Conversation) ([]models.OutboxEvent, error) {
		if err := allowed(actor, "inquiry.ask", *c); err != nil { // it may be somebody else's by now
			return nil, err
		}
		inquiry.Seq = c.LastSeq
		return []models.OutboxEvent{told("message.sent", *c, c.LastSeq, actor.Kind)}, errors.Join(
			tx.PutInquiry(ctx, *c, inquiry),
			tx.AskParty(ctx, models.PartyQuestion{
				ConversationID: c.ID, Seq: c.LastSeq, Party: models.ToCarrier, MerchantID: text(c.MerchantID), TeamID: text(c.TeamID), AskedBy: inquiry.AskedBy,
				AskedAt: inquiry.AskedAt, RemindAt: inquiry.AskedAt.Add(inquiry.DueAt.Sub(inquiry.AskedAt) / 2), DueAt: inquiry.DueAt,
			}))
	})
	if err != nil {
		return inquiry, away(err)
	}
	found, err := s.Store.InquiryAt(ctx, thread.ID, message.Seq)
	if errors.Is(err, models.ErrNotFound) {
		return inquiry, fault.New(fault.MessageReused) // by another message of the sender's
	}
	if err != nil {
		return inquiry, away(err)
	}
	if !sent && (found.Kind != in.Kind || found.Carrier != in.Carrier || found.Number != in.Number) {
		return inquiry, fault.New(fault.MessageReused)
	}
	return found, nil
}

// put hands an inquiry to a workflow, once.
func (s *Service) put(ctx context.Context, inquiry models.CarrierInquiry, actor Actor) error {
	if inquiry.SentAt != nil || s.Carriers == nil {
		return nil
	}
	if err := s.Carriers.Put(ctx, inquiry, actor); err != nil {
		return err
	}
	return s.Store.InquirySent(ctx, inquiry.ID, s.now())
}

const inquiriesAtOnce = 20

// PutInquiries puts what no workflow took when it was asked: the engine was away, or the process died. more tells that there may
// be others.
func (s *Service) PutInquiries(ctx context.Context) (more bool, err error) {
	left, err := s.Store.InquiriesToSend(ctx, s.now().Add(-resendAfter), inquiriesAtOnce)
	if err != nil {
		return false, err
	}
	var failed error
	for _, inquiry := range left {
		role, id, _ := strings.Cut(inquiry.AskedBy, "/")
		failed = errors.Join(failed, s.put(ctx, inquiry, Actor{Kind: contract.Role(role), ID: id}))
	}
	return failed == nil && len(left) == inquiriesAtOnce, failed
}

// Scan is where a parcel was seen.
type Scan struct {
	At   time.Time `json:"at"`
	City string    `json:"city,omitempty"`
	Text string    `json:"text,omitempty"`
}

// inquiryAnswered tells in the carrier's thread what it answered, once, and whoever asked.
func (s *Service) inquiryAnswered(ctx context.Context, id string) error {
	inquiry, err := s.Store.Inquiry(ctx, id)
	if errors.Is(err, models.ErrNotFound) || err == nil && (inquiry.AnswerSeq > 0 || inquiry.AnsweredAt == nil) {
		return nil
	}
	if err != nil {
		return err
	}
	words, err := s.Store.InquiryWords(ctx, inquiry)
	if gone(err) {
		return nil
	}
	if err != nil {
		return err
	}
	body, err := answerBody(inquiry, words)
	if err != nil {
		return err
	}
	_, err = s.Store.ChangeConversation(ctx, inquiry.ConversationID, func(tx *models.Store, c *models.Conversation) ([]models.OutboxEvent, error) {
		fresh, err := tx.TellInquiry(ctx, id, c.LastSeq+1)
		if err != nil {
			return nil, err
		}
		if !fresh {
			return nil, models.ErrUnchanged
		}
		if _, err := tx.AddMessage(ctx, c, models.NewMessage{
			SenderKind: string(contract.Platform), SenderID: "platform", ClientID: "inquiry/" + id, Kind: KindSystem, Body: body, SentAt: s.now(),
		}); err != nil {
			return nil, err
		}
		return []models.OutboxEvent{told("message.sent", *c, c.LastSeq, contract.Platform)}, errors.Join(
			tx.AnswerParty(ctx, c.ID, inquiry.Seq, c.LastSeq, c.LastAt),
			tx.PutNotifications(ctx, s.news(c.ID, newsCarrier, inquiry.AskedBy, newsCarrier+"/"+id)))
	})
	return err
}

// answerBody is what a carrier's answer says: codes, numbers, and its scans.
func answerBody(inquiry models.CarrierInquiry, words string) (string, error) {
	data := map[string]any{}
	if err := json.Unmarshal([]byte(inquiry.Answer), &data); err != nil {
		return "", fmt.Errorf("chat: the answer to inquiry %s: %w", inquiry.ID, err)
	}
	data["kind"], data["carrier"], data["number"], data["result"] = inquiry.Kind, inquiry.Carrier, inquiry.Number, inquiry.State
	if words != "" {
		var scans []Scan
		if err := json.Unmarshal([]byte(words), &scans); err != nil {
			return "", fmt.Errorf("chat: the scans of inquiry %s: %w", inquiry.ID, err)
		}
		for i := range scans {
			scans[i].City, scans[i].Text = clean(scans[i].City), clean(scans[i].Text)
		}
		data["scans"] = scans
	}
	return Body{Event: "carrier_answered", Answers: inquiry.Seq, Data: data}.write()
}
