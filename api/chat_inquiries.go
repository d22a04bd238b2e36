package api

import (
	"encoding/json"
	"time"

	"aftersales/models"
)

type (
	askCarrierBody struct {
		ClientID string     `json:"client_id" minLength:"8" maxLength:"64" pattern:"^[A-Za-z0-9_-]+$" doc:"As of a message."`
		Kind     string     `json:"kind" enum:"track,intercept,weight" doc:"Where the parcel is; to turn it back to who sent it; what it weighs."`
		Carrier  string     `json:"carrier" minLength:"1" maxLength:"16"`
		Number   string     `json:"number" minLength:"6" maxLength:"40" doc:"Of a parcel of this customer's: one that was sent, or sent back."`
		CaseID   string     `json:"case_id,omitempty" maxLength:"40" doc:"In a customer's conversation: the tied case that it is about."`
		DueAt    *time.Time `json:"due_at,omitempty" doc:"Absent: in two hours. Half way whoever asked is reminded, then it goes to the supervisors."`
	}
	askCarrierInput struct {
		ID   string `path:"id" maxLength:"40"`
		Body askCarrierBody
	}
	inquiryBody struct {
		ID             string         `json:"id"`
		ConversationID string         `json:"conversation_id" doc:"The carrier's thread, where it stands."`
		Seq            int64          `json:"seq" doc:"The message that asks."`
		Kind           string         `json:"kind" enum:"track,intercept,weight"`
		Carrier        string         `json:"carrier"`
		Number         string         `json:"number"`
		OrderID        string         `json:"order_id"`
		CaseID         string         `json:"case_id,omitempty"`
		AskedAt        time.Time      `json:"asked_at"`
		DueAt          time.Time      `json:"due_at"`
		State          string         `json:"state" enum:"asked,answered,refused,by_hand"`
		Answer         *carrierAnswer `json:"answer,omitempty"`
		AnsweredAt     *time.Time     `json:"answered_at,omitempty"`
		AnswerSeq      int64          `json:"answer_seq,omitempty" doc:"The message that tells the answer."`
	}
	carrierAnswer struct {
		State string     `json:"state,omitempty" doc:"Of the parcel: none, picked, transit, trouble, out_for_delivery, signed, return_signed, returning, forwarded, customs, refused."`
		Grams int        `json:"grams,omitempty"`
		At    *time.Time `json:"at,omitempty" doc:"Of the newest scan."`
	}
	inquiryOutput struct{ Body inquiryBody }
)

func inquiryOf(i models.CarrierInquiry) inquiryBody {
	body := inquiryBody{
		ID: i.ID, ConversationID: i.ConversationID, Seq: i.Seq, Kind: i.Kind, Carrier: i.Carrier, Number: i.Number, OrderID: i.OrderID, CaseID: i.CaseID,
		AskedAt: i.AskedAt, DueAt: i.DueAt, State: i.State, AnsweredAt: i.AnsweredAt, AnswerSeq: i.AnswerSeq,
	}
	if i.State == models.InquiryAnswered || i.State == models.InquiryRefused {
		body.Answer = new(carrierAnswer)
		_ = json.Unmarshal([]byte(i.Answer), body.Answer) // what we wrote ourselves; else it says nothing
	}
	return body
}
